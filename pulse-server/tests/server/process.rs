//! A server as a process, and plain requests to it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::settings;

pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) api: String,
    pub(crate) dashboard: String,
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) fn command(folder: &tempfile::TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pulse-server"));
    settings::unset(&mut command);
    command
        .env("PULSE_LISTEN", "127.0.0.1:0")
        .env("PULSE_DASHBOARD_LISTEN", "127.0.0.1:0")
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), &[])
    }

    /// Starts on a folder, with further arguments.
    pub(crate) fn start_in(folder: tempfile::TempDir, arguments: &[&str]) -> Self {
        let mut command = command(&folder);
        command.args(arguments);
        Self::started(folder, command)
    }

    /// The same of a command that is ready.
    pub(crate) fn started(folder: tempfile::TempDir, mut command: Command) -> Self {
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(|line| line.unwrap());
        let mut address = |name: &str| {
            let line = lines.find(|line| line.trim_start().starts_with(name)).unwrap();
            let url = line.split_whitespace().nth(1).unwrap();
            let address = url.split_once("://").map_or(url, |(_, address)| address);
            address.replace("localhost", "127.0.0.1")
        };
        let (dashboard, api) = (address("Dashboard"), address("API"));
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, api, dashboard, folder }
    }

    /// The same of a server that says in its log, as JSON, where it is: with that line, and the rest of the log.
    pub(crate) fn started_as_json(folder: tempfile::TempDir, mut command: Command) -> (Self, Value, impl BufRead) {
        let mut process = command.env("PULSE_LOG_FORMAT", "json").spawn().unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("Pulse is running") {
            line.clear();
            assert!(log.read_line(&mut line).unwrap() > 0, "it ended");
        }
        let line: Value = serde_json::from_str(&line).unwrap();
        let address = |name: &str| line["fields"][name].as_str().unwrap().replace("http://localhost", "127.0.0.1");
        let (dashboard, api) = (address("dashboard"), address("api"));
        (Self { process, api, dashboard, folder }, line, log)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.api).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// Waits until the server says that it goes down, or takes no more connections.
    pub(crate) fn wait_until_it_goes(&self) {
        let is_ready = || {
            let mut stream = TcpStream::connect(&self.api)?;
            write!(stream, "GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            std::io::Result::Ok(answer.starts_with("HTTP/1.1 200"))
        };
        while is_ready().unwrap_or(false) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn terminate(&self) {
        self.signal("-TERM");
    }

    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Longest time in which a server refuses; MongoDB is waited for.
const REFUSAL: Duration = Duration::from_secs(40);

/// Runs a server that is expected to refuse, and gives its one line. One that starts instead is ended.
pub(crate) fn refusal(command: &mut Command) -> String {
    let (mut process, began) = (command.spawn().unwrap(), Instant::now());
    while process.try_wait().unwrap().is_none() {
        if began.elapsed() > REFUSAL {
            process.kill().unwrap();
            panic!("it does not refuse: {:?}", process.wait_with_output());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = process.wait_with_output().unwrap();
    assert!(!output.status.success());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.starts_with("pulse-server: "), "{stderr}");
    stderr
}

pub(crate) fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
