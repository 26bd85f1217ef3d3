//! The example as a program: the app answers as before, its page has the tag, and Pulse is beside it.

#![allow(clippy::unwrap_used)]

use std::process::Command;

use pulse_test_util::app::App;

#[test]
fn the_page_has_the_tag_and_its_visits_are_recorded() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mount-warp"));
    command.env("MENU_LISTEN", "127.0.0.1:0");
    let app = App::start(command).unwrap();
    let get = |path: &str| app.send("GET", path, &[], "").unwrap();
    let page = get("/");
    assert!(page.contains("<h1>Menu</h1>") && page.contains(r#"src="/pulse/pulse.js""#), "{page}");
    assert!(get("/elsewhere").starts_with("HTTP/1.1 404"));

    let visit = r#"{"session_id":"session-0001","page_url":"http://app.test/"}"#;
    assert!(app.send("POST", "/pulse/api/session", &[], visit).unwrap().starts_with("HTTP/1.1 201"));
    assert!(get("/pulse/api/sessions").contains("session-0001"));
    assert!(get("/pulse/").contains("<!doctype html>"));
}
