//! Erasure over HTTP, also when the process dies in the middle of it: then every file is searched.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    time::{Duration, Instant},
};

use crate::process::{Server, get};

/// Sessions that are planted.
pub(crate) const PLANTED: usize = 50;

pub(crate) fn send(address: &str, method: &str, path: &str, body: &str) -> String {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// So many sessions of one visitor, each with a text that is nowhere else, and one of another visitor, which is the last.
/// All are of the site with this prefix.
pub(crate) fn plant(address: &str, site: &str, planted: usize) {
    for n in 0..=planted {
        let (visitor, text) =
            if n < planted { ("visitor-gone", format!("planted-{n:02}")) } else { ("visitor-here", "kept".to_owned()) };
        let start = format!(
            r#"{{"session_id":"session-{n:04}","visitor_id":"{visitor}","page_url":"http://localhost/{text}","referrer":"http://localhost/from/{text}"}}"#
        );
        assert!(send(address, "POST", &format!("{site}/api/session"), &start).starts_with("HTTP/1.1 201"));
        let click = format!(
            r#"{{"type":"click","timestamp":1,"data":{{"x":1,"y":2,"element":{{"path":".{text}","label":"{text}"}}}}}}"#
        );
        let batch = format!(
            r#"{{"session_id":"session-{n:04}","page_url":"http://localhost/{text}","title":"{text}","events":[{click}]}}"#
        );
        assert!(send(address, "POST", &format!("{site}/api/track"), &batch).contains(r#""accepted":1"#));
    }
}

/// How often a text stands in the files of a folder.
fn found(folder: &Path, text: &str) -> usize {
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        // Files come and go while the server runs.
        let bytes = std::fs::read(entry.unwrap().path()).unwrap_or_default();
        count += bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count();
    }
    count
}

/// Waits until no planted text is in any file, and sees that the rest is still there.
fn gone(server: &Server) {
    let (data, began) = (server.folder.path().join("pulse-data"), Instant::now());
    while found(&data, "planted-") > 0 || found(&data, "visitor-gone") > 0 {
        assert!(began.elapsed() < Duration::from_secs(5), "{} texts are left", found(&data, "planted-"));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(found(&data, "kept") > 0, "what nobody erased is there");
    assert!(get(&server.dashboard, "/api/sessions").contains("session-0050"));
}

#[test]
fn nothing_of_a_visitor_is_left_in_any_file() {
    let server = Server::start();
    plant(&server.api, "", PLANTED);
    assert!(found(&server.folder.path().join("pulse-data"), "planted-") > PLANTED, "the search is blind");
    assert!(send(&server.dashboard, "DELETE", "/api/visitors/visitor-gone", "").starts_with("HTTP/1.1 204"));
    gone(&server);
}

/// Nobody who was answered has to ask again, and who was not can.
#[test]
fn nor_when_the_process_is_killed_in_the_middle() {
    for wait in [0, 2, 5, 10, 20] {
        let mut server = Server::start();
        plant(&server.api, "", PLANTED);
        let mut stream = TcpStream::connect(&server.dashboard).unwrap();
        stream.write_all(b"DELETE /api/visitors/visitor-gone HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        server.process.kill().unwrap();
        server.process.wait().unwrap();
        let mut answer = String::new();
        // What was answered before the end has arrived.
        let _ = stream.read_to_string(&mut answer);
        let folder = std::mem::replace(&mut server.folder, tempfile::tempdir().unwrap());
        let server = Server::start_in(folder, &[]);
        if !answer.starts_with("HTTP/1.1 204") {
            let again = send(&server.dashboard, "DELETE", "/api/visitors/visitor-gone", "");
            assert!(again.starts_with("HTTP/1.1 204") || again.starts_with("HTTP/1.1 404"), "{again}");
        }
        gone(&server);
    }
}

#[test]
fn nothing_that_is_past_its_retention_is_left() {
    let mut server = Server::start();
    plant(&server.api, "", PLANTED);
    server.terminate();
    assert!(server.process.wait().unwrap().success());
    // A day is the shortest retention: an import brings what is older.
    let folder = std::mem::replace(&mut server.folder, tempfile::tempdir().unwrap());
    let old = r#"{"session_id":"session-9999","page_url":"http://localhost/planted-old","type":"session","timestamp":1000000000000,"data":{}}"#;
    let click = r#"{"session_id":"session-9999","view_id":"view-0001","seq":0,"type":"click","timestamp":1000000000000,"data":{"x":1,"y":2,"element":{"path":"planted-old"}}}"#;
    std::fs::write(folder.path().join("old.ndjson"), format!("{old}\n{click}\n")).unwrap();
    let imported = crate::process::command(&folder).args(["import", "old.ndjson"]).output().unwrap();
    assert!(String::from_utf8(imported.stdout).unwrap().contains("Stored 1 event"));
    let data = folder.path().join("pulse-data");
    assert!(found(&data, "planted-old") > 0, "the search is blind");
    let server = Server::start_in(folder, &["--retention-days", "1"]);
    let began = Instant::now();
    while found(&data, "planted-old") > 0 {
        assert!(began.elapsed() < Duration::from_secs(10), "{} texts are left", found(&data, "planted-old"));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(get(&server.dashboard, "/api/sessions").contains("session-0050"), "what is younger is there");
}
