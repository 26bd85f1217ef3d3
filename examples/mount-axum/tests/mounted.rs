//! The example as a program: the app answers as before, and Pulse beside it.

#![allow(clippy::unwrap_used)]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

struct App {
    process: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl App {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_mount-axum"))
            .env("NOTES_LISTEN", "127.0.0.1:0")
            .env_remove("PULSE_STORE")
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).unwrap().split(',').next().unwrap().to_owned();
        Self { process, address, _folder: folder }
    }

    fn send(&self, method: &str, path: &str, kind: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close", self.address);
        write!(stream, "{head}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_app_works_as_before_and_its_visits_are_recorded() {
    let app = App::start();
    let added = app.send("POST", "/", "application/x-www-form-urlencoded", "note=remember+%3Cthis%3E");
    assert!(added.starts_with("HTTP/1.1 303"), "{added}");
    let page = app.send("GET", "/", "text/plain", "");
    assert!(page.contains("<li>remember &lt;this&gt;</li>") && page.contains(r#"src="/pulse/pulse.js""#), "{page}");
    assert!(app.send("GET", "/elsewhere", "text/plain", "").starts_with("HTTP/1.1 404"));

    let visit = r#"{"session_id":"session-0001","page_url":"http://notes.test/"}"#;
    assert!(app.send("POST", "/pulse/api/session", "text/plain", visit).starts_with("HTTP/1.1 201"));
    assert!(app.send("GET", "/pulse/api/sessions", "text/plain", "").contains("session-0001"));
    assert!(app.send("GET", "/pulse/", "text/plain", "").contains("<!doctype html>"));
}
