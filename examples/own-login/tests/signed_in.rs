//! The example as a program: the office's own login decides who reads, and trackers need none.

#![allow(clippy::unwrap_used)]

use std::process::Command;

use pulse_test_util::app::App;

#[test]
fn whoever_is_signed_in_at_the_office_reads_and_nobody_else() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_own-login"));
    command.env("OFFICE_LISTEN", "127.0.0.1:0").env("OFFICE_PASSWORD", "example-password");
    let app = App::start(command).unwrap();
    let send = |method: &str, path: &str, cookie: &str, body: &str| {
        let kind = if path.contains("/api/") { "application/json" } else { "application/x-www-form-urlencoded" };
        app.send(method, path, &[("cookie", cookie), ("content-type", kind)], body).unwrap().to_lowercase()
    };
    let batch = r#"{"session_id":"session-0001","page_url":"/","events":[{"type":"click","timestamp":1,"data":{"x":1,"y":2}}]}"#;
    assert!(send("POST", "/pulse/api/track", "", batch).contains("\"accepted\":1"), "trackers need no login");
    assert!(send("GET", "/pulse/pulse.js", "", "").starts_with("http/1.1 200"));

    for stranger in ["", "office=", "office=00000000-0000-4000-8000-000000000000"] {
        let dashboard = send("GET", "/pulse/", stranger, "");
        assert!(dashboard.starts_with("http/1.1 303") && dashboard.contains("location: /sign-in"), "{dashboard}");
        let list = send("GET", "/pulse/api/sessions", stranger, "");
        assert!(list.starts_with("http/1.1 401") && !list.contains("session-0001"), "{list}");
    }
    assert!(!send("POST", "/sign-in", "", "password=wrong").contains("set-cookie"));

    let signed_in = send("POST", "/sign-in", "", "password=example-password");
    let cookie = signed_in.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = cookie.split(';').next().unwrap();
    assert!(send("GET", "/pulse/", cookie, "").starts_with("http/1.1 200"));
    assert!(send("GET", "/pulse/api/sessions", cookie, "").contains("session-0001"));
}
