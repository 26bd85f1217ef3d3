//! The subcommands, as processes.
#![allow(clippy::unwrap_used)]

mod settings;

use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

fn pulse(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pulse-server"));
    settings::unset(&mut command);
    command.args(arguments).current_dir(folder).env("PULSE_LOG", "error");
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A process that has ended already reads nothing.
    let _ = process.stdin.take().unwrap().write_all(input.as_bytes());
    process.wait_with_output().unwrap()
}

fn text(output: &Output) -> (String, String) {
    (String::from_utf8(output.stdout.clone()).unwrap(), String::from_utf8(output.stderr.clone()).unwrap())
}

fn rows() -> String {
    let session = r#"{"session_id":"session-0001","page_url":"http://a.test/","type":"session","timestamp":1000000000000,"data":{"device":"mobile"}}"#;
    let click = |n: u32| {
        let at = 1_000_000_000_000_u64 + u64::from(n);
        format!(
            r#"{{"session_id":"session-0001","view_id":"view-0001","seq":{n},"type":"click","timestamp":{at},"data":{{"x":1,"y":2.5}}}}"#
        )
    };
    format!("{session}\n{}\nnot a row\n{}\n", click(0), click(1))
}

#[test]
fn history_comes_in_and_goes_out_and_over_and_away() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let imported = pulse(here, &["--store", "sqlite:a.db", "import", "-", "--json"], &rows());
    let (out, err) = text(&imported);
    assert_eq!(imported.status.code(), Some(1), "one row could not be used: {err}");
    for part in [r#""events":2"#, r#""bad":1"#, r#""line":3"#, r#""sessions":1"#] {
        assert!(out.contains(part), "{part}: {out}");
    }
    let moved = pulse(here, &["migrate", "--from", "sqlite:a.db", "--to", "sqlite:b.db"], "");
    assert!(
        text(&moved).0.contains("Both stores hold the same 2 events of 1 sessions; 2 batches were copied"),
        "{:?}",
        text(&moved)
    );
    let other = rows().replace("session-0001", "session-0002");
    pulse(here, &["--store", "sqlite:more.db", "import", "-"], &other);
    let (out, _) = text(&pulse(here, &["migrate", "--from", "sqlite:a.db", "--to", "sqlite:more.db"], ""));
    assert!(out.contains("The target holds the same 2") && out.contains("It holds 1 further sessions"), "{out}");
    let mut exports = Vec::new();
    for store in ["sqlite:a.db", "sqlite:b.db"] {
        for file in ["out.ndjson", "out.CSV"] {
            let done = pulse(here, &["--store", store, "export", "-o", file], "");
            assert!(done.status.success(), "{:?}", text(&done));
            exports.push(std::fs::read_to_string(here.join(file)).unwrap());
        }
    }
    assert_eq!((&exports[0], &exports[1]), (&exports[2], &exports[3]));
    assert!(exports[1].starts_with("session_id,view_id,seq,") && exports[0].contains("1000000000001"), "{exports:?}");
    let parquet = ["--store", "sqlite:a.db", "export", "-o", "out.parquet"];
    assert!(pulse(here, &parquet, "").status.success());
    std::fs::write(here.join("out.ndjson.gz"), [0x1f, 0x8b, 8, 0]).unwrap();
    for (file, kind) in [("out.parquet", "is Parquet"), ("out.ndjson.gz", "is compressed with gzip")] {
        let refused = pulse(here, &["import", file, "--store", "sqlite:none.db"], "");
        let (_, err) = text(&refused);
        assert!(!refused.status.success() && err.contains(kind) && err.contains("use ndjson or csv"), "{err}");
    }
    assert!(!here.join("none.db").exists());
    let again = pulse(here, &["import", "out.CSV", "--store", "sqlite:c.db"], "");
    assert!(text(&again).0.starts_with("Stored 2 events in 2 batches"), "{:?}", text(&again));
    assert!(again.status.success());
    let erase = ["--store", "sqlite:c.db", "erase", "--session", "session-0001"];
    assert!(pulse(here, &erase, "").status.success());
    let (_, err) = text(&pulse(here, &erase, ""));
    assert!(err.contains("no such session"), "{err}");
    assert!(text(&pulse(here, &["--store", "sqlite:c.db", "export"], "")).0.is_empty());
}

/// Each broken set-up is one clear line with what to do, and no success.
#[test]
fn broken_set_ups_are_told_with_the_mend() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    std::fs::write(here.join("other.db"), "this is no database, but some text that is long enough").unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let listen: &[&str] = &["--listen", "127.0.0.1:0", "--dashboard-listen", "127.0.0.1:0"];
    for (arguments, mend) in [
        (&["--listen", &taken][..], "--listen sets another"),
        (&["--listen", "0.0.0.0:0"], "PULSE_ADMIN_TOKEN"),
        (&["--listen", "0.0.0.0:0", "--admin-token", "short"], "openssl rand"),
        (&["--allow-origin", "https://shop.example/path"], "a scheme and a host"),
        (&["--site", "shop=https://*.shop.example"], "an origin has no *"),
        (&["--store", "postgres://x"], "sqlite:PATH"),
        (&["--store", "data.db"], "did you mean sqlite:data.db?"),
        (&["--store", "sqlite:other.db"], "is no SQLite database"),
        (&["--store", "sqlite:/proc/none/pulse.db"], "cannot open the store"),
        (&["--store", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200"], "no MongoDB server answers"),
        (&["--retention-days", "0"], "retention-days"),
        (&["--page", "users/:name"], "--page"),
    ] {
        let all = [listen, arguments].concat();
        // What is named twice is refused by clap; the later setting of a listener stands alone.
        let all = if arguments[0] == "--listen" { arguments.to_vec() } else { all };
        let output = pulse(here, &all, "");
        let (_, err) = text(&output);
        assert!(!output.status.success() && err.contains(mend), "{arguments:?}: {err}");
        assert!(!err.contains('\u{1b}'), "colours in a file: {err:?}");
    }
}

#[test]
fn the_doctor_says_what_is_well_and_what_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let ports = ["--listen", "127.0.0.1:0", "--dashboard-listen", "127.0.0.1:0"];
    let well = pulse(folder.path(), &[&ports[..], &["doctor"]].concat(), "");
    assert!(well.status.success(), "{:?}", text(&well));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let sick = pulse(folder.path(), &["--listen", &taken, "--dashboard-listen", "127.0.0.1:0", "doctor"], "");
    let (out, _) = text(&sick);
    assert!(!sick.status.success() && out.contains("BAD   API") && out.contains("ok    store"), "{out}");

    // The store of each site is opened, too: one that is no database is found.
    let sites = ["--site", "shop=https://shop.example", "--site", "blog=https://blog.example"];
    let arguments = [&ports[..], &sites, &["doctor"]].concat();
    let (out, _) = text(&pulse(folder.path(), &arguments, ""));
    assert!(out.contains("ok    store of shop") && out.contains("ok    store of blog"), "{out}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
    assert!(out.contains("pulse.shop.db will be made at the start"), "{out}");
    std::fs::create_dir(folder.path().join("pulse-data")).unwrap();
    let of_shop = folder.path().join("pulse-data/pulse.shop.db");
    std::fs::write(of_shop, "this is no database, but some text that is long enough to be taken for one").unwrap();
    let sick = pulse(folder.path(), &arguments, "");
    let (out, _) = text(&sick);
    assert!(!sick.status.success() && out.contains("BAD   store of shop"), "{out}");
    assert!(out.contains("ok    store of blog"), "{out}");
}

/// A command for what a store holds makes none where there is none, such as at a misspelt path.
#[test]
fn a_store_that_is_missing_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let typo = ["--store", "sqlite:typo.db"];
    for arguments in [
        &["export"][..],
        &["rebuild"],
        &["mcp"],
        &["erase", "--session", "session-0001"],
        &["migrate", "--from", "sqlite:typo.db", "--to", "sqlite:new/b.db"],
    ] {
        let output = pulse(here, &[&typo[..], arguments].concat(), "");
        let (_, err) = text(&output);
        assert!(!output.status.success(), "{arguments:?}");
        assert_eq!(err, "pulse-server: there is no store at typo.db\n", "{arguments:?}");
    }
    let (_, err) = text(&pulse(here, &["--store", "sqlite:a/pulse.db", "export", "--site", "nope"], ""));
    assert_eq!(err, "pulse-server: there is no store at a/pulse.nope.db\n");
    assert_eq!(std::fs::read_dir(here).unwrap().count(), 0, "no file and no folder is made");
}

/// Whoever reads the beginning alone, such as `head`, ends the program quietly.
#[test]
fn a_pipe_that_is_closed_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["completions", "bash"][..], &["config"], &["doctor", "--store", "sqlite:a.db"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pulse-server"));
        settings::unset(&mut command);
        command.args(["--listen", "127.0.0.1:0", "--dashboard-listen", "127.0.0.1:0"]);
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let command = command.args(arguments).current_dir(folder.path()).env("PULSE_LOG", "error");
        let output = command.stdin(Stdio::null()).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {output:?}");
    }
}

/// A file with settings is taken, flags come before it, and what is wrong in it is one line.
#[test]
fn settings_come_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let file = "store = \"sqlite:of-file.db\"\nretention-days = 30\nadmin-token = \"s3cret-s3cret-s3cret-s3cret\"\n";
    std::fs::write(here.join("pulse.toml"), file).unwrap();
    let config = ["--config", "pulse.toml", "--retention-days", "7", "config"];
    let (out, err) = text(&pulse(here, &config, ""));
    let line =
        |name: &str| out.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {out}{err}"));
    assert!(line("store").contains("sqlite:of-file.db") && line("store").ends_with("file pulse.toml"), "{out}");
    assert!(line("retention-days").contains(" 7 ") && line("retention-days").ends_with("flag"), "{out}");
    assert!(line("log ").ends_with("environment PULSE_LOG") && !out.contains("s3cret"), "{out}");
    let (json, _) = text(&pulse(here, &[&config[..], &["--json"]].concat(), ""));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let is_store = |setting: &&serde_json::Value| setting["name"] == "store";
    assert_eq!(json.as_array().unwrap().iter().find(is_store).unwrap()["source"], "file");

    assert!(pulse(here, &["--config", "pulse.toml", "import", "-"], "").status.success());
    assert!(here.join("of-file.db").exists());
    for (file, mend) in [
        ("retention_days = 3", "retention_days is no setting of Pulse; retention-days is"),
        ("listen = \"nowhere\"", "--listen"),
        ("listen = ", "line 1"),
    ] {
        std::fs::write(here.join("bad.toml"), file).unwrap();
        let refused = pulse(here, &["--config", "bad.toml", "export"], "");
        let (_, err) = text(&refused);
        assert!(!refused.status.success() && err.contains("bad.toml: ") && err.contains(mend), "{file}: {err}");
        assert_eq!(err.lines().count(), 1, "{err}");
    }
    let (_, err) = text(&pulse(here, &["--config", "none.toml", "export"], ""));
    assert!(err.contains("cannot read none.toml"), "{err}");
}

#[test]
fn an_agent_is_served_on_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    assert!(pulse(folder.path(), &["import", "-"], "").status.success());
    assert!(pulse(folder.path(), &["mcp"], "").status.success(), "an agent that hangs up at once is no fault");
    let hello = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_problems","arguments":{}}}
"#;
    let (out, err) = text(&pulse(folder.path(), &["mcp"], hello));
    assert!(out.lines().next().is_some_and(|line| line.contains("\"serverInfo\"")), "{out} {err}");
    assert!(out.lines().all(|line| line.starts_with('{')), "nothing but the protocol is on stdout: {out}");
}
