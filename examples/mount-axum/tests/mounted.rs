//! The example as a program: the app answers as before, and Pulse beside it.

#![allow(clippy::unwrap_used)]

use std::process::Command;

use pulse_test_util::app::App;

#[test]
fn the_app_works_as_before_and_its_visits_are_recorded() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mount-axum"));
    command.env("NOTES_LISTEN", "127.0.0.1:0");
    let app = App::start(command).unwrap();
    let send = |method: &str, path: &str, kind: &str, body: &str| {
        app.send(method, path, &[("content-type", kind)], body).unwrap()
    };
    let added = send("POST", "/", "application/x-www-form-urlencoded", "note=remember+%3Cthis%3E");
    assert!(added.starts_with("HTTP/1.1 303"), "{added}");
    let page = send("GET", "/", "text/plain", "");
    assert!(page.contains("<li>remember &lt;this&gt;</li>") && page.contains(r#"src="/pulse/pulse.js""#), "{page}");
    assert!(send("GET", "/elsewhere", "text/plain", "").starts_with("HTTP/1.1 404"));

    let visit = r#"{"session_id":"session-0001","page_url":"http://notes.test/"}"#;
    assert!(send("POST", "/pulse/api/session", "text/plain", visit).starts_with("HTTP/1.1 201"));
    assert!(send("GET", "/pulse/api/sessions", "text/plain", "").contains("session-0001"));
    assert!(send("GET", "/pulse/", "text/plain", "").contains("<!doctype html>"));
}
