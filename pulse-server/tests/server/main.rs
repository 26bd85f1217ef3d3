//! The binary: how it starts, what it does to slow clients, how it stops.
#![allow(clippy::unwrap_used)]

mod erasure;
mod erasure_mongodb;
mod process;
#[path = "../settings/mod.rs"]
mod settings;
mod sites;
mod tls;
#[cfg(unix)]
mod unix;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    time::{Duration, Instant},
};

use process::{Server, command, get, refusal};

#[test]
fn each_listener_serves_its_part() {
    let server = Server::start();
    for (address, path, status) in [
        (&server.api, "/pulse.js", "200"),
        (&server.api, "/api/sessions", "200"),
        (&server.api, "/", "404"),
        (&server.dashboard, "/", "200"),
        (&server.dashboard, "/api/sessions", "200"),
        (&server.dashboard, "/pulse.js", "200"),
    ] {
        assert!(get(address, path).starts_with(&format!("HTTP/1.1 {status}")), "{address}{path}");
    }
    assert!(get(&server.api, "/").contains("--dashboard-listen"), "whoever looks for the dashboard there is told");
    assert!(server.folder.path().join("pulse-data/pulse.db").exists());
}

/// What a server writes into its log for a request that brings an id, as one form of it.
fn logged(form: &str, id: &str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(&folder);
    command.env("PULSE_LOG", "info,pulse_core=debug");
    let (mut server, mut rest): (_, Box<dyn Read>) = if form == "json" {
        let (server, _, rest) = Server::started_as_json(folder, command);
        (server, Box::new(rest))
    } else {
        let mut server = Server::started(folder, command);
        let rest = server.process.stderr.take().unwrap();
        (server, Box::new(rest))
    };
    let mut stream = server.connect();
    write!(
        stream,
        "GET /api/sessions?limit=no HTTP/1.1\r\nhost: localhost\r\nx-request-id: {id}\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let _ = server.process.kill();
    let mut log = String::new();
    rest.read_to_string(&mut log).unwrap();
    (answer, log)
}

#[test]
fn a_request_has_its_id_in_the_answer_and_in_each_of_its_log_lines() {
    let id = "proxy-17_f3a9";
    for (form, written) in [("text", format!("request{{id=\"{id}\"}}")), ("json", format!("\"id\":\"{id}\""))] {
        let (answer, log) = logged(form, id);
        assert!(answer.contains(&format!("x-request-id: {id}\r\n")), "{answer}");
        let lines: Vec<&str> = log.lines().filter(|line| line.contains("refused") || line.contains("status")).collect();
        assert!(lines.len() >= 2 && lines.iter().all(|line| line.contains(&written)), "{form}: {log}");
    }
}

/// With a log for programs, what a person reads at the start is one line of it.
#[test]
fn a_log_for_programs_says_where_the_server_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(&folder);
    // As a container's environment has it: a name for the host, and a number for a switch.
    command.env("PULSE_LISTEN", "localhost:0").env("PULSE_KEEP_IDS", "1").env("PULSE_LIMIT_LOCAL", "0");
    let (mut server, line, _log) = Server::started_as_json(folder, command);
    assert!(get(&server.api, "/healthz").starts_with("HTTP/1.1 200"));
    assert_eq!(line["fields"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(line["fields"]["store"], "SQLite, pulse-data/pulse.db");
    server.terminate();
    let mut out = String::new();
    server.process.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert_eq!(out, "");
}

/// A log rotation or an operator sends SIGHUP also where there is nothing to read again.
#[cfg(unix)]
#[test]
fn a_hangup_does_not_end_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(&folder);
    command.env("PULSE_LOG", "info");
    let mut server = Server::started(folder, command);
    server.signal("-HUP");
    let mut log = BufReader::new(server.process.stderr.take().unwrap()).lines().map(|line| line.unwrap());
    assert!(log.any(|line| line.contains("nothing to read again")));
    assert!(get(&server.api, "/readyz").starts_with("HTTP/1.1 200"));
    server.terminate();
    assert!(server.process.wait().unwrap().success());
}

#[test]
fn a_client_that_is_slow_with_its_headers_is_let_go() {
    let server = Server::start();
    let mut slow = server.connect();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-slow: ").unwrap();
    let began = Instant::now();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(!answer.contains("200 OK"), "{answer}");
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
}

#[test]
fn a_client_that_does_not_begin_is_let_go() {
    let server = Server::start();
    let began = Instant::now();
    let mut clients: Vec<TcpStream> = [&b""[..], b"P", b"PRI * HTTP", b"GET / HT"]
        .into_iter()
        .map(|head| {
            let mut client = server.connect();
            client.write_all(head).unwrap();
            client
        })
        .collect();
    for client in &mut clients {
        let mut answer = Vec::new();
        // A connection that is reset is let go as well.
        let _ = client.read_to_end(&mut answer);
        assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
    }
}

#[test]
fn after_a_body_that_is_too_large_the_connection_is_usable() {
    let server = Server::start();
    let mut stream = server.connect();
    let length = 400 * 1024;
    write!(stream, "POST /api/track HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n\r\n").unwrap();
    stream.write_all(&vec![b' '; length]).unwrap();
    write!(stream, "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).unwrap();
    assert!(answers.starts_with("HTTP/1.1 413") && answers.contains("HTTP/1.1 200"), "{answers}");
}

#[test]
fn a_client_that_is_slow_with_its_body_is_told_so() {
    let server = Server::start();
    let mut slow = server.connect();
    slow.write_all(b"POST /api/track HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{\"session_id\":")
        .unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[test]
fn a_request_in_work_is_answered_before_the_end() {
    let mut server = Server::start();
    let body =
        r#"{"session_id":"session-0001","events":[{"type":"visibility","timestamp":1,"data":{"state":"hidden"}}]}"#;
    let (first, rest) = body.split_at(20);
    let mut stream = server.connect();
    write!(stream, "POST /api/track HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{first}", body.len())
        .unwrap();
    // The server has taken the connection when it has answered another one that came later.
    assert!(get(&server.api, "/readyz").starts_with("HTTP/1.1 200"));
    server.terminate();
    server.wait_until_it_goes();
    stream.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains(r#""accepted":1"#), "{answer}");
    let began = Instant::now();
    assert!(server.process.wait().unwrap().success());
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[test]
fn who_listens_hears_of_a_visit_and_does_not_hold_up_the_end() {
    let mut server = Server::start();
    let mut listener = server.connect();
    listener.write_all(b"GET /api/live HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut lines = BufReader::new(listener.try_clone().unwrap()).lines().map(|line| line.unwrap());
    assert_eq!(lines.next().unwrap(), "HTTP/1.1 200 OK");
    assert!(lines.any(|line| line.starts_with("retry: ")));
    let body = r#"{"session_id": "session-0001", "page_url": "http://localhost/"}"#;
    let mut visit = server.connect();
    write!(visit, "POST /api/session HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        .unwrap();
    assert!(lines.any(|line| line == "event: started"));
    assert!(lines.any(|line| line.starts_with("data: ") && line.contains("session-0001")));
    // More than the time that an idle connection may take.
    std::thread::sleep(Duration::from_secs(6));
    drop(visit);
    let began = Instant::now();
    server.terminate();
    assert!(server.process.wait().unwrap().success());
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert!(lines.all(|line| !line.starts_with("event: ended")));
}

#[test]
fn a_port_that_is_taken_is_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    assert!(refusal(command(&folder).args(["--demo-listen", &address])).contains(&address));
}

#[test]
fn a_server_that_nobody_reads_along_with_finishes_what_is_in_work() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = command(&folder).spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(|line| line.unwrap());
    assert!(lines.any(|line| line.trim_start().starts_with("API")));
    // As tee does on Ctrl-C.
    drop(lines);
    let pid = process.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert!(process.wait().unwrap().success(), "it stops as always");
}

#[test]
fn a_second_process_on_one_file_is_refused_in_one_line() {
    let server = Server::start();
    assert!(refusal(&mut command(&server.folder)).contains("another process has this file open"));
    let export = refusal(command(&server.folder).arg("export"));
    assert!(export.contains("GET /api/export of the running server"), "{export}");
    assert!(get(&server.api, "/readyz").starts_with("HTTP/1.1 200"));
}

/// The doctor beside a running server finds that server, and no fault.
#[test]
fn a_running_server_is_no_fault() {
    let server = Server::start();
    let beside = |dashboard: &str| {
        let mut doctor = command(&server.folder);
        doctor.env("PULSE_LISTEN", &server.api).env("PULSE_DASHBOARD_LISTEN", dashboard).arg("doctor");
        let output = doctor.output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    let (is_well, out) = beside(&server.dashboard);
    assert!(is_well, "{out}");
    for what in ["API", "dashboard", "store"] {
        assert!(out.lines().any(|line| line.starts_with(&format!("ok    {what}: ")) && line.contains("running Pulse")));
    }
    // Another program on a port is a fault still.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let (is_well, out) = beside(&taken.local_addr().unwrap().to_string());
    assert!(!is_well && out.contains("BAD   dashboard"), "{out}");
}

#[test]
fn a_store_that_cannot_be_opened_is_one_line_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("text"), "no database ".repeat(200)).unwrap();
    for store in ["nonsense", "sqlite:text", "mongodb://someone:example-password@127.0.0.1:9/pulse"] {
        let began = Instant::now();
        assert!(!refusal(command(&folder).args(["--store", store])).contains("example-password"));
        assert!(began.elapsed() < Duration::from_secs(10), "{store}: {:?}", began.elapsed());
    }
}
