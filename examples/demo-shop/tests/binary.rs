//! The `demo-shop` program: it serves, closes when asked, and says what is wrong with its settings.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};

/// Ends with the test, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn shop(listen: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demo-shop"));
    command.env("DEMO_LISTEN", listen).env_remove("PULSE_SCRIPT");
    command
}

fn fails_with_one_line(output: &Output, about: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains(about), "{said}");
}

#[test]
fn it_serves_where_it_says_with_the_tracker_it_was_given() {
    let child = shop("127.0.0.1:0")
        .env("PULSE_SCRIPT", "https://stats.example/pulse.js")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut running = Running(child);
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.split("http://").nth(1).unwrap().split(' ').next().unwrap();

    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("<script src=\"https://stats.example/pulse.js\" async></script>"));
}

#[test]
fn a_port_in_use_is_one_clear_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    fails_with_one_line(&shop(&address).output().unwrap(), &address);
}

#[test]
fn a_bad_setting_is_one_clear_line() {
    fails_with_one_line(&shop("nowhere").output().unwrap(), "DEMO_LISTEN");
    let output = shop("127.0.0.1:0").env("PULSE_SCRIPT", "pulse.js").output().unwrap();
    fails_with_one_line(&output, "PULSE_SCRIPT");
}
