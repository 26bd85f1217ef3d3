//! What a collector of OpenTelemetry receives: `cargo test --workspace --features pulse-server/otel --test traces`.
#![allow(clippy::unwrap_used)]

#[path = "server/process.rs"]
#[expect(dead_code, reason = "shared with the tests of the server")]
mod process;
mod settings;

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
    time::Duration,
};

use process::{Server, command};

/// A collector: each body that is sent to it, with its path.
fn collector() -> (String, Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sender, received) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let sender = sender.clone();
            std::thread::spawn(move || serve(stream.unwrap(), &sender));
        }
    });
    (address, received)
}

/// Answers the requests of one connection.
fn serve(mut stream: TcpStream, sender: &Sender<(String, Vec<u8>)>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let (mut first, mut length) = (String::new(), 0);
        if reader.read_line(&mut first).unwrap_or(0) == 0 {
            return;
        }
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let line = line.trim_end().to_ascii_lowercase();
            match line.strip_prefix("content-length: ") {
                Some(said) => length = said.parse().unwrap(),
                None if line.is_empty() => break,
                None => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        // Whoever listened may have seen enough.
        let _ = sender.send((first, body));
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    }
}

/// Whether the text or the bytes of an id are in what was exported.
fn has(exported: &[u8], part: &[u8]) -> bool {
    exported.windows(part.len()).any(|window| window == part)
}

/// What a server exports until its end, of some requests; and its log.
fn exported(path: &str, traceparent: &str) -> (Vec<u8>, String) {
    let (address, received) = collector();
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(&folder);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", &address).env("PULSE_LOG", "pulse_core=debug");
    let mut server = Server::started(folder, command);
    let mut stream = server.connect();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\ntraceparent: {traceparent}\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    server.terminate();
    assert!(server.process.wait().unwrap().success());
    let mut log = String::new();
    server.process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    let mut all = Vec::new();
    while let Ok((first, body)) =
        received.recv_timeout(Duration::from_millis(if all.is_empty() { 20_000 } else { 100 }))
    {
        assert!(first.starts_with("POST /v1/traces "), "{first}");
        all.extend(body);
    }
    (all, log)
}

#[test]
fn a_request_and_its_calls_of_the_store_are_one_trace_and_go_on_with_the_callers() {
    let trace = [0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6, 0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36];
    let (all, log) = exported(
        "/api/analytics/session-0001?map=true&page=s3cret",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    );
    for part in [
        "pulse-server",
        "GET /api/analytics/{id}",
        "http.route",
        "http.response.status_code",
        "url.path",
        "/api/analytics/session-0001",
        "store",
    ] {
        assert!(has(&all, part.as_bytes()), "no {part} in {}", String::from_utf8_lossy(&all).escape_debug());
    }
    assert!(has(&all, &trace), "the trace of the caller goes on");
    assert!(!has(&all, b"s3cret"), "no query is exported");
    // The log is as it is without traces.
    let line = log.lines().find(|line| line.contains("status=")).unwrap();
    assert!(line.contains("request{id=") && !line.contains("otel.") && !line.contains("request:request"), "{log}");
}
