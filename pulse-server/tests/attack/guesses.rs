//! Somebody guesses the token.

use std::time::Instant;

use crate::{
    client::{post, raw, status},
    progress, reach,
    server::Server,
};

const TOKEN: &str = "0123456789abcdef0123456789";

fn read(token: &str) -> Vec<u8> {
    format!(
        "GET /api/sessions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
    )
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn few_guesses_are_tried_one_line_says_so_and_nobody_else_is_shut_out() {
    let server = Server::start(&["--admin-token", TOKEN]);
    let (began, count) = (Instant::now(), reach(300, 10_000));
    let mut tried = 0;
    for n in 0..count {
        // By both doors, and with a header that claims to be another.
        let request = match n % 3 {
            0 => post("/api/sign-in", "content-type: application/json\r\n", br#"{"token":"wrong-wrong-wrong-wrong"}"#),
            1 => read("wrong-wrong-wrong-wrong"),
            _ => post(
                "/api/sign-in",
                "content-type: application/json\r\nx-forwarded-for: 203.0.113.9\r\n",
                b"{\"token\":\"a\"}",
            ),
        };
        match status(&raw([127, 0, 0, 2], server.dashboard, &request).await.unwrap()) {
            401 => tried += 1,
            429 => {}
            other => panic!("{other}"),
        }
    }
    let minutes = began.elapsed().as_secs() as usize / 60 + 1;
    progress(format_args!("{tried} of {count} guesses were tried in {:?}", began.elapsed()));
    assert!(tried <= 60 * minutes, "{tried}");
    let lines = server.log().lines().filter(|line| line.contains("a wrong credential was sent")).count();
    assert!((1..=minutes).contains(&lines), "{}", server.log());
    assert!(!server.log().contains(TOKEN) && !server.log().contains("wrong-wrong"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_the_token_is_heard_while_another_guesses() {
    // So that the addresses of this machine are told apart.
    let server = Server::start(&["--admin-token", TOKEN, "--limit-local"]);
    for _ in 0..200 {
        raw([127, 0, 0, 2], server.dashboard, &read("wrong-wrong-wrong-wrong")).await.unwrap();
    }
    let refused = raw([127, 0, 0, 2], server.dashboard, &read(TOKEN)).await.unwrap();
    assert_eq!(status(&refused), 429, "a guesser is not listened to");
    assert_eq!(status(&raw([127, 0, 0, 3], server.dashboard, &read(TOKEN)).await.unwrap()), 200);
    let accounts = raw([127, 0, 0, 3], server.dashboard, &read("wrong-wrong-wrong-wrong")).await.unwrap();
    assert_eq!(status(&accounts), 401);
}
