//! A client that asks one thing after the other, and knows how long each took.

use std::{
    borrow::Cow,
    io::Read as _,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use flate2::read::GzDecoder;
use serde_json::Value;
use tokio::time::timeout;

use crate::{
    connection::Connection,
    tracker_body::{CHROME, Session, Track, pack, write_head},
};

/// Longer than any answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request as a browser makes it, which takes packed answers.
pub(crate) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept-encoding: gzip\r\n\r\n")
}

/// The text of an answer, by its first bytes.
fn unpacked(body: &[u8]) -> Result<Cow<'_, [u8]>> {
    if !body.starts_with(&[0x1f, 0x8b]) {
        return Ok(body.into());
    }
    let mut text = Vec::new();
    GzDecoder::new(body).read_to_end(&mut text).context("a damaged answer")?;
    Ok(text.into())
}

/// Connects when it is first needed, and again after a failure.
pub(crate) struct Client {
    address: SocketAddr,
    connection: Option<(Connection, Instant)>,
}

/// An answer, and what it took.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) ms: f64,
    /// Head and body.
    pub(crate) bytes: usize,
    /// The body; null when it is no JSON.
    pub(crate) body: Value,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, connection: None }
    }

    /// Gets an answer of whatever status.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Answer> {
        self.exchange(get(path).as_bytes()).await.with_context(|| format!("GET {path}"))
    }

    /// Posts a body as the tracker does.
    pub(crate) async fn post(&mut self, path: &str, body: &[u8]) -> Result<Answer> {
        let mut request = Vec::with_capacity(body.len() + 1024);
        write_head(&mut request, "127.0.0.1", path, CHROME, body.len());
        request.extend_from_slice(body);
        self.exchange(&request).await.with_context(|| format!("POST {path}"))
    }

    /// Begins a session.
    pub(crate) async fn session(&mut self, session: &Session) -> Result<()> {
        let answer = self.post("/api/session", &pack(serde_json::to_string(session)?.as_bytes())).await?;
        ensure!((200..300).contains(&answer.status), "a session was answered with {}", answer.status);
        Ok(())
    }

    /// Sends a batch until it is taken.
    pub(crate) async fn track(&mut self, track: &Track) -> Result<()> {
        for _ in 0..100 {
            let answer = self.post("/api/track", &track.packed()).await?;
            match answer.status {
                200 => {
                    ensure!(answer.body["rejected"] == serde_json::json!([]), "rejected: {}", answer.body);
                    return Ok(());
                }
                429 | 503 => tokio::time::sleep(Duration::from_millis(50)).await,
                status => bail!("a batch was answered with {status}: {}", answer.body),
            }
        }
        bail!("a batch was refused a hundred times")
    }

    async fn exchange(&mut self, request: &[u8]) -> Result<Answer> {
        // Pulse closes a connection that is idle for 5 s.
        let kept = self.connection.take().filter(|(_, used)| used.elapsed() < Duration::from_secs(3));
        let mut connection = match kept {
            Some((connection, _)) => connection,
            None => Connection::open(self.address).await?,
        };
        let began = Instant::now();
        let exchanged = timeout(PATIENCE, connection.exchange(request)).await;
        let status = exchanged.with_context(|| format!("no answer within {PATIENCE:?}"))??;
        let ms = began.elapsed().as_secs_f64() * 1000.0;
        let bytes = connection.answer_bytes();
        let body = serde_json::from_slice(&unpacked(connection.body())?).unwrap_or_default();
        self.connection = Some((connection, Instant::now()));
        Ok(Answer { status, ms, bytes, body })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    #[test]
    fn a_packed_answer_is_read_as_the_one_that_it_was() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(b"[1]").unwrap();
        let packed = packed.finish().unwrap();
        assert_eq!(unpacked(&packed).unwrap().as_ref(), b"[1]");
        assert_eq!(unpacked(b"[1]").unwrap().as_ref(), b"[1]");
        assert!(unpacked(&packed[..packed.len() - 9]).is_err(), "one that was cut is an error");
    }
}
