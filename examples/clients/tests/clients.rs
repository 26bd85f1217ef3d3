//! Each client as a program, against a Pulse that asks for a token.
#![allow(clippy::unwrap_used)]

use std::process::{Command, Output};

use axum::Router;
use pulse_core::{Access, Pulse, store::SqliteStore};
use tokio::net::TcpListener;

const TOKEN: &str = "0123456789abcdef0123456789";

/// Runs a client, and once more with a wrong token, which has to fail.
async fn run(program: &str, arguments: &[&str]) -> String {
    let pulse = Pulse::builder(SqliteStore::in_memory().unwrap()).access(Access::token(TOKEN).unwrap()).build();
    let app = Router::new().layer(pulse.layer("/pulse"));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/pulse", listener.local_addr().unwrap());
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let run = async |token: &str| -> Output {
        let mut client = Command::new(program);
        client.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
        client.env("PULSE_URL", &url).env("PULSE_TOKEN", token);
        tokio::task::spawn_blocking(move || client.output()).await.unwrap().unwrap()
    };
    let refused = run("wrong-wrong-wrong-wrong-wrong").await;
    let said = [refused.stdout, refused.stderr].concat();
    assert!(!refused.status.success(), "{program} goes on with a wrong token");
    assert!(String::from_utf8_lossy(&said).contains("a valid credential is needed"), "{said:?}");
    let done = run(TOKEN).await;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    server.abort();
    String::from_utf8(done.stdout).unwrap()
}

/// What a client prints that sums up: it sent the visit twice, the second time in vain.
fn check(printed: &str, session: &str) {
    for line in [
        "stored 4 events, 4 of them before",
        "1 sessions",
        &format!("  {session}: 1 clicks, frustration 0"),
        "3 positions and 1 cells with clicks on http://localhost:8080/checkout",
        "0 problems",
    ] {
        assert!(printed.lines().any(|printed| printed == line), "{line}: {printed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_rust() {
    check(&run(env!("CARGO_BIN_EXE_clients"), &[]).await, "example-session-rust");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Node.js: cargo xtask test"]
async fn in_javascript() {
    check(&run("node", &["pulse.mjs"]).await, "example-session-js");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs curl: cargo xtask test"]
async fn with_curl() {
    let printed = run("sh", &["pulse.sh"]).await;
    let answers: Vec<&str> = printed.lines().collect();
    assert_eq!(answers.len(), 4, "{printed}");
    assert!(answers[0].contains("\"duplicates\":4") && answers[1].contains("\"session_id\":\"example-session-curl\""));
    assert!(answers[2].contains("\"clicks\":[[12,30,1]]") && answers[3].contains("\"problems\":[]"), "{printed}");
}
