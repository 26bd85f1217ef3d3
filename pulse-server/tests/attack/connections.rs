//! One client opens as many connections as it can, and does little with them.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use crate::{
    client::{connect, get, neighbour},
    progress, reach,
    server::Server,
};

const ATTACKER: [u8; 4] = [127, 0, 0, 2];

/// What is sent on a connection before nothing more comes.
const BEGINNINGS: [&[u8]; 5] = [
    b"",
    b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-slow: ",
    b"POST /api/track HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{\"session_id\":",
    // HTTP/2 with empty settings, and no request.
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    b"PRI * HTTP",
];

async fn open(to: SocketAddr, count: usize) -> Vec<TcpStream> {
    let mut held = Vec::new();
    for n in 0..count {
        if let Ok(mut stream) = connect(ATTACKER, to).await {
            let _ = stream.write_all(BEGINNINGS[n % BEGINNINGS.len()]).await;
            held.push(stream);
        }
    }
    held
}

async fn attack(server: &Server) {
    let before = server.descriptors();
    let calm = neighbour(server.api, 100, "session-calm").await;
    let count = reach(600, 10_000);
    let began = Instant::now();
    let held = open(server.api, count).await;
    progress(format_args!("{} connections of one address in {:?}", held.len(), began.elapsed()));
    let open = server.descriptors() - before;
    assert!(open <= 256 + 40, "{open} descriptors are open");
    let busy = neighbour(server.api, 100, "session-busy").await;
    let p99 = |waits: &[Duration]| waits[waits.len() * 99 / 100];
    progress(format_args!("p99 of a neighbour: {:?} before, {:?} meanwhile", p99(&calm), p99(&busy)));
    // A machine that is busy with other tests is slow by itself: what is told apart is "closed" and "open".
    assert!(p99(&busy) < p99(&calm) * 2 + Duration::from_millis(250), "{:?} {:?}", p99(&calm), p99(&busy));
    assert!(get(server.dashboard, "/healthz").await.unwrap().starts_with("HTTP/1.1 200"));
    drop(held);
    let began = Instant::now();
    while server.descriptors() > before + 40 {
        assert!(began.elapsed() < Duration::from_secs(10), "{} descriptors do not return", server.descriptors());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(server.log().matches("a connection was refused").count() <= 2, "{}", server.log());
    server.accounts_are_exact().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_clients_connections_do_not_close_the_api() {
    attack(&Server::start(&[])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_do_they_when_the_system_allows_few() {
    attack(&Server::start_by("ulimit -n 1024;", &[])).await;
}
