//! The torture of a server that answers before it stores has to fail: what passes it is worth something.
#![allow(clippy::unwrap_used)]

use std::process::Command;

#[test]
fn a_server_that_answers_before_it_stores_fails() {
    let mut torture = Command::new(env!("CARGO_BIN_EXE_pulse-torture"));
    let output = torture.args(["--short", "--hasty", "--only", "kill-sqlite", "--seed", "1"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let failed = text.lines().find(|line| line.starts_with("FAILED: kill-sqlite:")).unwrap_or_default();
    assert!(failed.contains(" lost: "), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
}
