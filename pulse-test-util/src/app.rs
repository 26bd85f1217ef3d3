//! An example app as a process, and plain requests to it.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    process::Command,
};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::process::{Group, Process};

/// An app that prints `http://ADDRESS` when it listens, with a folder of its own for what it stores.
#[derive(Debug)]
pub struct App {
    address: String,
    _process: Process,
    _folder: TempDir,
}

impl App {
    /// Starts it, and waits until it listens.
    ///
    /// # Errors
    /// There is no such program, or it does not listen.
    pub fn start(mut command: Command) -> Result<Self> {
        let folder = tempfile::tempdir().context("no folder")?;
        command.env_remove("PULSE_STORE").current_dir(folder.path());
        let address = |line: &str| {
            let (_, rest) = line.split_once("http://")?;
            rest.split([',', ' ']).next().map(str::to_owned)
        };
        let (process, address) = Process::start_until(command, Group::Own, address)?;
        Ok(Self { address, _process: process, _folder: folder })
    }

    /// Sends a request, and reads the answer as it comes, head and all.
    ///
    /// # Errors
    /// The app does not answer, or not with text.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let (host, length) = (&self.address, body.len());
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }
}
