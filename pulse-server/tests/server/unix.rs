//! The API on a socket of the file system.

use std::{
    io::{Read as _, Write as _},
    os::unix::{fs::PermissionsExt as _, net::UnixStream},
    path::Path,
};

use crate::process::{Server, command, refusal};

const TOKEN: &str = "a-token-of-the-tests-of-sockets";

fn ask(socket: &Path, request: &str) -> String {
    let mut stream = UnixStream::connect(socket).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_api_is_served_on_a_socket_for_owner_and_group() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("api.sock");
    let listen = format!("unix:{}", socket.display());
    // What a killed server has left.
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    let mut server = Server::start_in(folder, &["--listen", &listen, "--admin-token", TOKEN]);
    assert_eq!(server.api, listen);
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o660);
    let body = r#"{"session_id":"session-0001","events":[{"type":"click","timestamp":1,"data":{"x":1,"y":2}}]}"#;
    let post = format!(
        "POST /api/track HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    assert!(ask(&socket, &post).contains(r#""accepted":1"#));
    let read = "GET /api/sessions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n";
    let with_token = format!("{read}authorization: Bearer {TOKEN}\r\n\r\n");
    assert!(ask(&socket, &with_token).contains("session-0001"));
    // A socket is for a proxy, which passes everybody on: it wants a token.
    assert!(ask(&socket, &format!("{read}\r\n")).starts_with("HTTP/1.1 401"));
    let open = tempfile::tempdir().unwrap();
    assert!(refusal(command(&open).args(["--listen", "unix:api.sock"])).contains("set PULSE_ADMIN_TOKEN"));

    let second = tempfile::tempdir().unwrap();
    assert!(
        refusal(command(&second).args(["--listen", &listen, "--admin-token", TOKEN]))
            .contains("another process listens there")
    );
    server.terminate();
    assert!(server.process.wait().unwrap().success());
    assert!(!socket.exists(), "it is removed at the end");
}

/// Behind a proxy on the same machine, clients are told apart by what that says.
#[test]
fn a_proxy_on_the_socket_is_believed_when_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("api.sock");
    let listen = format!("unix:{}", socket.display());
    let arguments =
        ["--listen", &listen, "--admin-token", TOKEN, "--proxy", "127.0.0.1", "--address-requests", "1/h:1"];
    let _server = Server::start_in(folder, &arguments);
    let send = |client: &str| {
        let head = "POST /api/track HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 2\r\n";
        ask(&socket, &format!("{head}x-forwarded-for: {client}\r\n\r\n{{}}"))
    };
    assert!(send("203.0.113.7").starts_with("HTTP/1.1 400"));
    assert!(send("203.0.113.7").starts_with("HTTP/1.1 429"));
    assert!(send("203.0.113.8").starts_with("HTTP/1.1 400"));
}
