//! The example as a program: the office's own login decides who reads, and trackers need none.

#![allow(clippy::unwrap_used)]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

struct Office {
    process: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Office {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_own-login"))
            .env("OFFICE_LISTEN", "127.0.0.1:0")
            .env("OFFICE_PASSWORD", "example-password")
            .env_remove("PULSE_STORE")
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().split("http://").nth(1).unwrap().to_owned();
        Self { process, address, _folder: folder }
    }

    fn send(&self, method: &str, path: &str, cookie: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (length, host) = (body.len(), &self.address);
        let head = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\nconnection: close");
        let kind = if path.contains("/api/") { "application/json" } else { "application/x-www-form-urlencoded" };
        write!(stream, "{head}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.to_lowercase()
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn whoever_is_signed_in_at_the_office_reads_and_nobody_else() {
    let office = Office::start();
    let batch = r#"{"session_id":"session-0001","page_url":"/","events":[{"type":"click","timestamp":1,"data":{"x":1,"y":2}}]}"#;
    assert!(office.send("POST", "/pulse/api/track", "", batch).contains("\"accepted\":1"), "trackers need no login");
    assert!(office.send("GET", "/pulse/pulse.js", "", "").starts_with("http/1.1 200"));

    for stranger in ["", "office=", "office=00000000-0000-4000-8000-000000000000"] {
        let dashboard = office.send("GET", "/pulse/", stranger, "");
        assert!(dashboard.starts_with("http/1.1 303") && dashboard.contains("location: /sign-in"), "{dashboard}");
        let list = office.send("GET", "/pulse/api/sessions", stranger, "");
        assert!(list.starts_with("http/1.1 401") && !list.contains("session-0001"), "{list}");
    }
    assert!(!office.send("POST", "/sign-in", "", "password=wrong").contains("set-cookie"));

    let signed_in = office.send("POST", "/sign-in", "", "password=example-password");
    let cookie = signed_in.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = cookie.split(';').next().unwrap();
    assert!(office.send("GET", "/pulse/", cookie, "").starts_with("http/1.1 200"));
    assert!(office.send("GET", "/pulse/api/sessions", cookie, "").contains("session-0001"));
}
