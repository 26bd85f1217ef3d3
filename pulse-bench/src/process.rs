//! Processes that end with the run, whatever becomes of it.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result};

/// A process, ended when dropped.
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        Ok(Self(command.stdin(Stdio::null()).spawn().with_context(|| format!("cannot start {name}"))?))
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Process {
    /// Killed and not asked: what was acknowledged is counted afterwards, and has to be there.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server that listens.
pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Waits for the line `API http://host:port`, which pulse-server prints and the servers of this program, too.
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        command.stdout(Stdio::piped());
        let mut process = Process::start(command)?;
        let stdout = process.0.stdout.take().context("no stdout")?;
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let address = lines.by_ref().find_map(|line| address(&line));
        let address = address.with_context(|| format!("{name} ended before it listened"))?;
        // A full pipe would stop the server.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { process, address })
    }
}

fn address(line: &str) -> Option<SocketAddr> {
    let url = line.trim_start().strip_prefix("API ")?.split_whitespace().next()?;
    url.strip_prefix("http://")?.replace("localhost", "127.0.0.1").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_in_the_banner() {
        let expected = Some(SocketAddr::from(([127, 0, 0, 1], 5001)));
        assert_eq!(address("  API         http://localhost:5001   for your own pages"), expected);
        assert_eq!(address("API http://127.0.0.1:5001"), expected);
        assert_eq!(address("  Dashboard   http://localhost:3000"), None);
    }

    #[test]
    fn a_server_that_ends_is_named() {
        let error = Server::start(Command::new("true")).err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some("true ended before it listened"));
    }
}
