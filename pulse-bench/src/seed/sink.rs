//! Where made-up visits go: to a running server over HTTP, or through the same requests straight into a store.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use pulse_bench::tracker_body::{pack, write_head};
use pulse_core::{Clock, Limits, PeerAddr, Pulse, http::PulseService, model::Millis, store};
use serde::Deserialize;
use tower::ServiceExt as _;

use crate::{connection::Connection, traffic::now};

/// How often a request is sent again that a busy server refuses; the waits add up to some half a minute.
const TRIES: u32 = 12;

/// Longest wait between two of them.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

tokio::task_local! {
    /// The time at which a request is answered that goes straight into a store: when it would have been sent.
    static NOW: Millis;
}

/// What a browser sends.
#[derive(Debug)]
pub(super) struct Post {
    pub(super) path: &'static str,
    pub(super) agent: &'static str,
    /// The body's list as if it was sent at 0: each try says when it is made.
    pub(super) list: String,
    /// When, in milliseconds since the epoch.
    pub(super) at: Millis,
}

/// Takes the visits.
#[derive(Debug, Clone)]
pub(super) enum Target {
    Server { address: SocketAddr, host: String, prefix: String },
    Store(Pulse),
}

/// One way to it, for one visit at a time.
pub(super) enum Sink {
    Server { connection: Connection, host: String, prefix: String },
    Store(PulseService),
}

/// What the answer says of a batch's events. There is none of it in the answer to a session.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    pub(super) accepted: u64,
    pub(super) duplicates: u64,
    rejected: Vec<serde_json::Value>,
}

impl Target {
    /// The server at an address such as `http://127.0.0.1:5001` or `http://127.0.0.1:8000/pulse`.
    pub(super) async fn server(url: &str) -> Result<Self> {
        let rest = url.strip_prefix("http://").context("the address of the server begins with http://")?;
        let (host, prefix) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let named = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
        let found = tokio::net::lookup_host(&named).await.with_context(|| format!("cannot find {host}"))?;
        // `localhost` has two addresses, and a server may listen on one.
        for address in found {
            if Connection::open(address).await.is_ok() {
                let prefix = prefix.trim_end_matches('/').to_owned();
                return Ok(Self::Server { address, host: host.to_owned(), prefix });
            }
        }
        bail!("nobody listens at {url}");
    }

    /// The store at an address such as `sqlite:pulse-data/pulse.db`.
    pub(super) async fn store(address: &str) -> Result<Self> {
        let store = store::open(address, &Limits::default()).await?;
        let system = Clock::system();
        let clock = Clock::new(move || NOW.try_with(|now| *now).unwrap_or_else(|_| system.now()));
        Ok(Self::Store(Pulse::builder(store).clock(clock).build()))
    }

    pub(super) async fn open(&self) -> Result<Sink> {
        Ok(match self {
            Self::Server { address, host, prefix } => {
                let connection = Connection::open(*address).await?;
                Sink::Server { connection, host: host.clone(), prefix: prefix.clone() }
            }
            Self::Store(pulse) => Sink::Store(pulse.ingest()),
        })
    }

    /// Has a store make of the visits what it keeps of them. A server does so by itself, but would take long over as many as
    /// a store is given at once.
    pub(super) async fn finish(&self) -> Result<()> {
        match self {
            Self::Store(pulse) => pulse.rebuild(|_, _| {}).await.map_err(|error| anyhow::anyhow!(error)),
            Self::Server { .. } => Ok(()),
        }
    }

    /// Finishes what is in work.
    pub(super) async fn close(&self) {
        if let Self::Store(pulse) = self {
            pulse.close().await;
        }
    }
}

impl Sink {
    /// Sends a request until it is taken.
    pub(super) async fn send(&mut self, post: Post) -> Result<Answer> {
        let mut wait = Duration::from_millis(25);
        for _ in 0..TRIES {
            let (status, answer) = match self {
                Self::Server { connection, host, prefix } => {
                    let body = pack(post.text(now()).as_bytes());
                    let mut request = Vec::with_capacity(body.len() + 1024);
                    write_head(&mut request, host, &format!("{prefix}{}", post.path), post.agent, body.len());
                    request.extend_from_slice(&body);
                    let status = connection.exchange(&request).await?;
                    (status, Bytes::copy_from_slice(connection.body()))
                }
                // Not deflated, as from a page that goes: there is no wire to save bytes on.
                Self::Store(service) => {
                    let request = Request::post(post.path).header("host", "127.0.0.1").header("user-agent", post.agent);
                    // As a program on this machine: a year of visits in a minute is beyond what a site may be sent.
                    let request = request.extension(PeerAddr(Ipv4Addr::LOCALHOST.into()));
                    let request = request.body(Full::new(Bytes::from(post.text(post.at))))?;
                    let answer =
                        NOW.scope(post.at, service.clone().oneshot(request)).await.unwrap_or_else(|e| match e {});
                    let status = answer.status().as_u16();
                    #[expect(clippy::disallowed_methods, reason = "the body is Pulse's own answer")]
                    let body = answer.into_body().collect().await?.to_bytes();
                    (status, body)
                }
            };
            match status {
                200..300 => {
                    let answer: Answer = serde_json::from_slice(&answer).context("an answer that is no JSON")?;
                    ensure!(answer.rejected.is_empty(), "events were rejected: {:?}", answer.rejected);
                    return Ok(answer);
                }
                429 | 503 => {
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
                _ => bail!("{} was answered with {status}: {}", post.path, String::from_utf8_lossy(&answer)),
            }
        }
        bail!("{} was refused {TRIES} times: the server is too busy", post.path)
    }
}

impl Post {
    fn text(&self, sent_at: Millis) -> String {
        format!("[{sent_at}{}", self.list.strip_prefix("[0").unwrap_or(&self.list))
    }
}
