//! A server with several sites, each in a file of its own.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
};

use crate::process::{Server, command, get, refusal};

const SITES: [&str; 4] = ["--site", "shop=https://shop.example", "--site", "blog=https://blog.example"];

/// Sends a text as the title of a visit's page, and gives the status.
fn plant(address: &str, prefix: &str, origin: &str, text: &str) -> String {
    let click = r#"{"type":"click","timestamp":1,"data":{"x":1,"y":2}}"#;
    let body = format!(
        r#"{{"session_id":"session-{text}","page_url":"{origin}/{text}","title":"{text}","events":[{click}]}}"#
    );
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST {prefix}/api/track HTTP/1.1\r\nhost: localhost\r\norigin: {origin}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}

/// The files of a folder that hold a text.
fn holding(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found
}

#[test]
fn each_site_is_in_a_file_of_its_own_and_is_erased_with_it() {
    let mut server = Server::start_in(tempfile::tempdir().unwrap(), &SITES);
    let (shop, blog) = ("https://shop.example", "https://blog.example");
    assert_eq!(plant(&server.api, "/sites/shop", shop, "ofshop"), "200");
    assert_eq!(plant(&server.api, "/sites/blog", blog, "ofblog"), "200");
    assert_eq!(plant(&server.api, "/sites/blog", shop, "strange"), "403");
    assert_eq!(plant(&server.api, "/sites/none", shop, "strange"), "403");
    assert!(get(&server.dashboard, "/sites/shop/api/sessions").contains("ofshop"));
    assert!(!get(&server.dashboard, "/sites/blog/api/sessions").contains("ofshop"));
    assert!(get(&server.dashboard, "/sites/shop/").contains("<html"));

    // While a server has it open, it is not erased.
    let erase = |folder: &tempfile::TempDir| {
        let mut command = command(folder);
        command.args(["erase", "--site", "shop"]);
        command
    };
    assert!(refusal(&mut erase(&server.folder)).contains("another process has this file open"));
    // As if the machine had lost its power: nothing is tidied up.
    server.process.kill().unwrap();
    server.process.wait().unwrap();
    let data = server.folder.path().join("pulse-data");
    assert!(holding(&data, "ofshop").iter().all(|file| file.starts_with("pulse.shop.db")), "it is in its own file");
    assert!(!holding(&data, "ofshop").is_empty(), "the search finds what is there");
    assert!(erase(&server.folder).status().unwrap().success());
    assert!(holding(&data, "ofshop").is_empty());
    assert!(!holding(&data, "ofblog").is_empty(), "the other site is as it was");
    assert!(refusal(&mut erase(&server.folder)).contains("there is nothing of a site shop"));

    // A deletion that broke off after its first file is finished by the next.
    std::fs::write(data.join("pulse.shop.db"), "ofshop").unwrap();
    assert!(erase(&server.folder).status().unwrap().success());
    assert!(holding(&data, "ofshop").is_empty());
}

#[test]
fn a_subcommand_is_about_the_site_that_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = command(&folder).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let row = r#"{"session_id":"session-0001","view_id":"view-0001","seq":0,"type":"click","timestamp":1000000000000,"data":{"x":1,"y":2}}"#;
    std::fs::write(folder.path().join("rows.ndjson"), format!("{row}\n")).unwrap();
    run(&["import", "--site", "shop", "rows.ndjson"]);
    assert!(run(&["export", "--site", "shop"]).contains("session-0001"));
    assert!(refusal(command(&folder).arg("export")).contains("there is no store at pulse-data/pulse.db"));
    run(&["rebuild", "--site", "shop"]);
    run(&["erase", "--site", "shop", "--session", "session-0001"]);
    assert_eq!(run(&["export", "--site", "shop"]), "", "the session is gone, and the site is there");
}

#[test]
fn settings_of_sites_that_contradict_each_other_are_one_line() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, said) in [
        (&["--site", "shop=https://a.test", "--site", "shop=https://b.test"][..], "twice"),
        (&["--site", "a=https://a.test", "--site", "b=https://a.test"], "two sites"),
        (&["--site-retention", "shop=30"], "no --site"),
    ] {
        assert!(refusal(command(&folder).args(arguments)).contains(said), "{arguments:?}");
    }
}
