//! Requests that no client of ours would send.

use std::time::Instant;

use crate::{
    client::{batch, get, post, raw, status},
    progress, reach,
    server::Server,
};

const ATTACKER: [u8; 4] = [127, 0, 0, 2];

/// Numbers that look random, and are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    const PIECES: [&[u8]; 12] = [
        b"\"",
        b"{",
        b"[[[[[[[[",
        b"1e400",
        b"-0",
        b"\\ud800",
        b"\xff\xfe",
        b"\x00",
        b"null",
        b",",
        b"18446744073709551616",
        b"\"moves\":{\"t\":1,\"dt\":[0],\"x\":[1],\"y\":[1]}",
    ];
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        match random.below(4) {
            0 => bytes[at] = random.below(256) as u8,
            1 => bytes.truncate(at + 1),
            2 => drop(bytes.splice(at..at, PIECES[random.below(PIECES.len())].iter().copied())),
            _ => {
                let end = (at + random.below(20)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_body_makes_the_server_fail() {
    let server = Server::start(&[]);
    let seeds: [&[u8]; 3] = [
        br#"{"session_id":"session-0001","view_id":"view-0001","seq":1,"events":[{"type":"click","timestamp":1,"data":{"x":1,"y":2,"element":{"path":"a","rect":[1,2,3,4]}}}],"moves":{"t":1,"dt":[0,5],"x":[1,2],"y":[1,2]}}"#,
        br#"["session-0001","view-0001",1,1700000000000,"http://a.test/","t",[[2,1,0,5,5]],[1,[0],[1],[1]]]"#,
        br#"{"page_url":"http://a.test/?token=a","session_id":"session-0002","viewport":{"w":1,"h":2}}"#,
    ];
    let before = server.memory();
    let (mut random, began, count) = (Random(0x9e37_79b9_7f4a_7c15), Instant::now(), reach(1500, 200_000));
    for n in 0..count {
        let mut body = seeds[n % seeds.len()].to_vec();
        mutate(&mut body, &mut random);
        let path = if random.below(4) == 0 { "/api/session" } else { "/api/track" };
        let headers =
            ["", "content-encoding: gzip\r\n", "content-encoding: deflate\r\n", "origin: http://localhost:1\r\n"];
        let answer = raw(ATTACKER, server.api, &post(path, headers[random.below(headers.len())], &body)).await.unwrap();
        let status = status(&answer);
        assert!((200..500).contains(&status), "{status}: {}", String::from_utf8_lossy(&body));
        if n % 20_000 == 19_999 {
            progress(format_args!("{} bodies in {:?}, {} MiB", n + 1, began.elapsed(), server.memory()));
        }
    }
    assert!(server.memory() < before + 64, "{} MiB, {before} before", server.memory());
    assert!(!server.log().contains("panicked"), "{}", server.log());
    assert!(get(server.api, "/readyz").await.unwrap().starts_with("HTTP/1.1 200"));
    server.accounts_are_exact().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_head_makes_the_server_fail_and_none_reads() {
    let server = Server::start(&["--admin-token", "0123456789abcdef0123456789"]);
    assert_eq!(status(&raw(ATTACKER, server.api, &batch("session-0001", 0, "")).await.unwrap()), 200);
    let paths = [
        "/api/sessions",
        "//api/sessions",
        "/api/sessions?",
        "/api/sessions#",
        "/api/analytics/session-0001",
        "*",
        "/metrics",
        "http://localhost/api/sessions",
        "/api/sessions%20",
        "/../api/sessions",
        "/api/export",
        "/api/live",
        "/readyz/..",
    ];
    let methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "FOO"];
    let headers = [
        "",
        "authorization: Bearer \r\n",
        "authorization: Basic MDEyMzo=\r\n",
        "cookie: pulse=1; __Host-pulse=2\r\n",
        "x-original-url: /healthz\r\n",
        "x-http-method-override: GET\r\n",
        "x-forwarded-for: 127.0.0.1\r\n",
    ];
    for to in [server.api, server.dashboard] {
        for path in paths {
            for method in methods {
                for header in headers {
                    let request =
                        format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n{header}connection: close\r\n\r\n");
                    // What is no HTTP may be answered by closing.
                    let Ok(answer) = raw(ATTACKER, to, request.as_bytes()).await else { continue };
                    let status = status(&answer);
                    let text = String::from_utf8_lossy(&answer);
                    assert!(!text.contains("session-0001") && status < 500, "{request}{text}");
                    assert!(status == 0 || status == 204 || status >= 400, "{request}{text}");
                }
            }
        }
    }
    let huge = format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "a".repeat(64 * 1024));
    let many = format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{}\r\n", "x: y\r\n".repeat(1000));
    for flood in [huge, many] {
        // Refused, or closed in the middle of it.
        let answer = raw(ATTACKER, server.api, flood.as_bytes()).await.unwrap_or_default();
        assert!(matches!(status(&answer), 0 | 400 | 431), "{}", String::from_utf8_lossy(&answer));
    }
    assert!(!server.log().contains("panicked"), "{}", server.log());
}
