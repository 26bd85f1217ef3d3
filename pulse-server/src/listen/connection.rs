//! A connection that was accepted, up to where HTTP begins.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsAcceptor;

use crate::tls::HTTP2;

/// What an HTTP/2 client sends first: RFC 9113, section 3.4.
const HTTP2_PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Pause between looks at a preface that has begun.
const PEEK_PAUSE: Duration = Duration::from_millis(20);

/// A connection that was accepted.
pub(crate) enum Connection {
    Tcp(TcpStream),
    Tls(TcpStream, TlsAcceptor),
    #[cfg(unix)]
    Unix(tokio::net::UnixStream),
}

/// Bytes both ways.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Which HTTP a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spoken {
    /// Its first bytes tell.
    Either,
    Http1,
    Http2,
}

impl Connection {
    /// Returns when it is known which HTTP the client speaks. That may take for ever: the caller limits it.
    pub(crate) async fn begin(self) -> io::Result<(Box<dyn Stream>, Spoken)> {
        match self {
            Self::Tcp(stream) => {
                no_delay(&stream);
                version_told(&stream).await?;
                Ok((Box::new(stream), Spoken::Either))
            }
            Self::Tls(stream, acceptor) => {
                no_delay(&stream);
                let stream = acceptor.accept(stream).await?;
                let spoken = match stream.get_ref().1.alpn_protocol() {
                    Some(HTTP2) => Spoken::Http2,
                    _ => Spoken::Http1,
                };
                Ok((Box::new(stream), spoken))
            }
            // Its first bytes cannot be looked at before they are taken. Proxies speak HTTP/1 to what is behind them.
            #[cfg(unix)]
            Self::Unix(stream) => Ok((Box::new(stream), Spoken::Http1)),
        }
    }
}

/// Answers are small; waiting to fill a packet would only delay them.
fn no_delay(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set nodelay");
    }
}

/// Returns when it can be told whether a client speaks HTTP/1 or HTTP/2: hyper waits for that without a limit.
async fn version_told(stream: &TcpStream) -> io::Result<()> {
    let mut head = [0; HTTP2_PREFACE.len()];
    loop {
        let read = stream.peek(&mut head).await?;
        if read == 0 || read == head.len() || !HTTP2_PREFACE.starts_with(&head[..read]) {
            return Ok(());
        }
        tokio::time::sleep(PEEK_PAUSE).await;
    }
}
