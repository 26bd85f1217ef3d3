//! One keep-alive HTTP/1.1 connection that knows nothing but to send a request and take in its answer.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context as _, Result, bail};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// A connection, and the last answer on it.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// The last answer, head and body.
    answer: Vec<u8>,
    body: usize,
    /// How long the last answer says to wait.
    wait: Duration,
}

/// The head of an answer: its status, where the body begins, the bytes of both, and how long it says to wait.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    body: usize,
    bytes: usize,
    wait: Duration,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// Nobody listens there.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("cannot connect to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(4096), body: 0, wait: Duration::ZERO })
    }

    /// Connects so many times.
    ///
    /// # Errors
    /// Nobody listens there, or takes no more.
    pub async fn open_all(address: SocketAddr, count: usize) -> Result<Vec<Self>> {
        let mut all = Vec::with_capacity(count);
        for _ in 0..count {
            all.push(Self::open(address).await?);
        }
        Ok(all)
    }

    /// Bytes of the last answer, head and body.
    pub fn answer_bytes(&self) -> usize {
        self.answer.len()
    }

    /// Sends a whole request, reads the whole answer and gives back its status.
    ///
    /// # Errors
    /// The connection broke, or the answer is not one that this client can read. It cannot be used again.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request).await.context("the server does not read")?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await.context("the server does not answer")? == 0 {
                bail!("the server closed the connection");
            }
            if let Some(head) = head(&self.answer)?
                && self.answer.len() >= head.bytes
            {
                (self.body, self.wait) = (head.body, head.wait);
                return Ok(head.status);
            }
        }
    }

    /// How long the last answer says to wait: `Retry-After`.
    pub fn wait(&self) -> Duration {
        self.wait
    }

    /// The body of the last answer.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.answer.get(self.body..).unwrap_or_default()
    }
}

/// `None` until the head is complete.
fn head(answer: &[u8]) -> Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = response.parse(answer).context("the answer is not HTTP")? else {
        return Ok(None);
    };
    let status = response.code.context("the answer has no status")?;
    let number = |name| {
        let header = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        header.map(|header| std::str::from_utf8(header.value)?.parse::<u32>().context("a header that is no number"))
    };
    let wait = Duration::from_secs(number("retry-after").transpose()?.unwrap_or_default().into());
    let body = match number("content-length").transpose()? {
        Some(bytes) => bytes as usize,
        None if status == 204 => 0,
        None => bail!("an answer without a length"),
    };
    Ok(Some(Head { status, body: length, bytes: length + body, wait }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_its_head_and_its_body() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
        let (body, bytes) = (answer.len(), answer.len() + 4);
        assert_eq!(head(answer).unwrap(), Some(Head { status: 200, body, bytes, wait: Duration::ZERO }));
        assert_eq!(head(&answer[..20]).unwrap(), None);
        let empty = b"HTTP/1.1 204 No Content\r\n\r\n";
        assert_eq!(
            head(empty).unwrap(),
            Some(Head { status: 204, body: empty.len(), bytes: empty.len(), wait: Duration::ZERO })
        );
        let later = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 3\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(head(later).unwrap().map(|head| head.wait), Some(Duration::from_secs(3)));
    }

    #[test]
    fn what_cannot_be_measured_is_refused() {
        assert!(head(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
        assert!(head(b"SSH-2.0-OpenSSH\r\n\r\n").is_err());
    }
}
