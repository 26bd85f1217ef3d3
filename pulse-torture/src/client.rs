//! HTTP on keep-alive connections to a server that may be gone, or be another one, at any moment.

use std::{
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow};
use pulse_bench::{
    connection::Connection,
    tracker_body::{CHROME, write_head},
};
use tokio::time::timeout;

use crate::target::{Delivery, PATIENCE};

/// How long a connection is kept: Pulse closes one that is idle for 5 s, and that would look like a fault.
const KEEP: Duration = Duration::from_secs(3);

/// Connections to whatever server there is.
#[derive(Debug, Default)]
pub(crate) struct Client(Mutex<Peer>);

#[derive(Debug, Default)]
struct Peer {
    address: Option<SocketAddr>,
    idle: Vec<(Connection, Instant)>,
}

/// Status and body.
pub(crate) type Answer = (u16, Vec<u8>);

impl Client {
    fn peer(&self) -> MutexGuard<'_, Peer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the server is from now on.
    pub(crate) fn set_address(&self, address: Option<SocketAddr>) {
        *self.peer() = Peer { address, idle: Vec::new() };
    }

    /// Posts as the tracker does. Without an answer, what is known of the batch.
    pub(crate) async fn post(&self, path: &str, body: &[u8]) -> Result<Answer, Delivery> {
        let mut request = Vec::new();
        write_head(&mut request, "127.0.0.1", path, CHROME, body.len());
        request.extend_from_slice(body);
        match timeout(PATIENCE, self.exchange(&request)).await {
            Ok(answer) => answer.map_err(|_| Delivery::Broken),
            Err(_) => Err(Delivery::Silent),
        }
    }

    /// Gets an answer.
    pub(crate) async fn get(&self, path: &str) -> Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
        let answer = timeout(PATIENCE, self.exchange(request.as_bytes())).await;
        answer.map_err(|_| anyhow!("no answer within {PATIENCE:?}"))?.with_context(|| format!("GET {path}"))
    }

    async fn exchange(&self, request: &[u8]) -> Result<Answer> {
        let (address, kept) = {
            let mut peer = self.peer();
            peer.idle.retain(|(_, since)| since.elapsed() < KEEP);
            (peer.address.context("no server runs")?, peer.idle.pop())
        };
        let mut connection = match kept {
            Some((connection, _)) => connection,
            None => Connection::open(address).await?,
        };
        let status = connection.exchange(request).await?;
        let answer = (status, connection.body().to_vec());
        let mut peer = self.peer();
        if peer.address == Some(address) {
            peer.idle.push((connection, Instant::now()));
        }
        Ok(answer)
    }
}
