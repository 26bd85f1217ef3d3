//! A pulse-server of a test's own.

use std::{
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use crate::client;

pub(crate) struct Server {
    process: Child,
    pub(crate) api: SocketAddr,
    pub(crate) dashboard: SocketAddr,
    /// What it has said on stderr.
    log: Arc<Mutex<String>>,
    _folder: tempfile::TempDir,
}

impl Server {
    pub(crate) fn start(flags: &[&str]) -> Self {
        Self::start_by("", flags)
    }

    /// Starts it from a shell that runs `before` first.
    pub(crate) fn start_by(before: &str, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{before} exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_pulse-server")]);
        command.args(["--listen", "127.0.0.1:0", "--dashboard-listen", "127.0.0.1:0"]).args(flags);
        command.env_clear().current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (mut stderr, written) = (process.stderr.take().unwrap(), Arc::clone(&log));
        std::thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(read @ 1..) = stderr.read(&mut piece) {
                written.lock().unwrap().push_str(&String::from_utf8_lossy(&piece[..read]));
            }
        });
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(|line| line.unwrap());
        let mut address = |name: &str| -> SocketAddr {
            let line = lines.find(|line| line.trim_start().starts_with(name)).unwrap();
            let url = line.split_whitespace().nth(1).unwrap();
            url.replace("http://localhost", "127.0.0.1").parse().unwrap()
        };
        let (dashboard, api) = (address("Dashboard"), address("API"));
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, api, dashboard, log, _folder: folder }
    }

    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Descriptors that it has open.
    pub(crate) fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.process.id())).unwrap().count()
    }

    /// Resident memory in MiB.
    pub(crate) fn memory(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() / 1024
    }

    /// What came in equals what became of it: of requests and of events.
    pub(crate) async fn accounts_are_exact(&self) {
        let text = client::get(self.dashboard, "/metrics").await.unwrap();
        for kind in ["requests", "events"] {
            let sum = |name: String| -> u64 {
                let lines = text.lines().filter(|line| line.split(['{', ' ']).next() == Some(&name));
                lines.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
            };
            let received = sum(format!("pulse_{kind}_received_total"));
            assert_eq!(received, sum(format!("pulse_{kind}_total")), "{text}");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
