//! HTTP by hand, from an address of one's choice.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// The client that has to notice nothing.
pub(crate) const NEIGHBOUR: [u8; 4] = [127, 0, 0, 1];

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) async fn connect(from: [u8; 4], to: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::from(from)), 0))?;
    timeout(PATIENCE, socket.connect(to)).await?
}

/// Sends bytes on a connection of their own, and reads to the end of it.
pub(crate) async fn raw(from: [u8; 4], to: SocketAddr, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = connect(from, to).await?;
    let mut answer = Vec::new();
    timeout(PATIENCE, async {
        // A server that refuses before it has read everything may close while this is written.
        let _ = stream.write_all(bytes).await;
        let read = stream.read_to_end(&mut answer).await;
        if answer.is_empty() { read.map(drop) } else { Ok(()) }
    })
    .await??;
    Ok(answer)
}

/// The status of a raw answer.
pub(crate) fn status(answer: &[u8]) -> u16 {
    let text = String::from_utf8_lossy(&answer[..answer.len().min(20)]).into_owned();
    text.split_whitespace().nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
}

pub(crate) async fn get(to: SocketAddr, path: &str) -> io::Result<String> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    Ok(String::from_utf8_lossy(&raw(NEIGHBOUR, to, request.as_bytes()).await?).into_owned())
}

/// A batch of one event, as a request.
pub(crate) fn batch(session: &str, seq: usize, headers: &str) -> Vec<u8> {
    let event = r#"{"type":"visibility","timestamp":1,"data":{"state":"hidden"}}"#;
    let body = format!(r#"{{"session_id":"{session}","view_id":"view-0001","seq":{seq},"events":[{event}]}}"#);
    post("/api/track", headers, body.as_bytes())
}

pub(crate) fn post(path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// How long a neighbour waits for each of some requests: sorted. All have to be answered well.
pub(crate) async fn neighbour(to: SocketAddr, requests: usize, session: &str) -> Vec<Duration> {
    let mut waits = Vec::new();
    for seq in 0..requests {
        let began = Instant::now();
        let request = match seq % 2 {
            0 => batch(session, seq, ""),
            _ => b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".to_vec(),
        };
        let answer = raw(NEIGHBOUR, to, &request).await.unwrap();
        assert_eq!(status(&answer), 200, "{}", String::from_utf8_lossy(&answer));
        waits.push(began.elapsed());
    }
    waits.sort();
    waits
}
