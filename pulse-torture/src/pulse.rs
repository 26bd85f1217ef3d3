//! A pulse-server that is killed, ended and started again, and how to talk to it.

use std::{
    fs::File,
    path::PathBuf,
    process::{Command, ExitStatus, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use pulse_bench::{
    process::{Server, Signal},
    usage::Memory,
};
use serde::{Deserialize, de::DeserializeOwned};
use tokio::time::sleep;

use crate::{
    client::Client,
    event::{Batch, Event},
    target::{Delivery, Target},
};

/// How long it may take to end when it is told to.
pub(crate) const DRAIN: Duration = Duration::from_secs(10);

/// Between two looks whether it has ended.
const LOOK: Duration = Duration::from_millis(10);

/// How to run pulse-server.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    /// Before the flags of pulse-server.
    pub(crate) arguments: Vec<String>,
}

/// One store, and the server on it while one runs.
#[derive(Debug)]
pub(crate) struct Pulse {
    program: Program,
    store: String,
    log: PathBuf,
    client: Client,
    life: Mutex<Option<Life>>,
    growth: Mutex<u64>,
}

/// A server from its start to its end.
#[derive(Debug)]
struct Life {
    server: Server,
    /// Memory before it had anything to do.
    fresh: Option<Memory>,
}

#[derive(Deserialize)]
struct Track {
    accepted: usize,
    duplicates: usize,
    rejected: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Analytics {
    events: Vec<Event>,
}

impl Pulse {
    /// Does not start it. What it says on stderr goes to `log`.
    pub(crate) fn new(program: &Program, store: String, log: PathBuf) -> Self {
        let program = program.clone();
        Self { program, store, log, client: Client::default(), life: Mutex::default(), growth: Mutex::default() }
    }

    fn life(&self) -> MutexGuard<'_, Option<Life>> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts it, on another port each time.
    pub(crate) async fn start(&self) -> Result<()> {
        let mut command = Command::new(&self.program.path);
        command.args(&self.program.arguments);
        command.args(["--listen", "127.0.0.1:0", "--dashboard-listen", "127.0.0.1:0", "--store", &self.store]);
        let log = File::options().create(true).append(true).open(&self.log)?;
        // Settings of this machine must not reach it.
        command.env_clear().env("PULSE_LOG", "warn").stderr(Stdio::from(log));
        let server = tokio::task::spawn_blocking(move || Server::start(command)).await??;
        self.client.set_address(Some(server.address));
        // Only Linux tells.
        let fresh = Memory::of(server.process.id()).ok();
        *self.life() = Some(Life { server, fresh });
        Ok(())
    }

    /// `kill -9`.
    pub(crate) fn kill(&self) {
        self.note_growth();
        self.client.set_address(None);
        *self.life() = None;
    }

    /// Tells it to finish and end; gives back how it ended.
    pub(crate) async fn terminate(&self) -> Result<(ExitStatus, Duration)> {
        self.note_growth();
        let told = Instant::now();
        self.signal(Signal::Terminate)?;
        while told.elapsed() < DRAIN + Duration::from_secs(2) {
            let ended = self.life().as_mut().context("the server does not run")?.server.process.ended()?;
            if let Some(status) = ended {
                self.client.set_address(None);
                *self.life() = None;
                return Ok((status, told.elapsed()));
            }
            sleep(LOOK).await;
        }
        bail!("the server still runs {:?} after SIGTERM", told.elapsed())
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        self.life().as_ref().context("the server does not run")?.server.process.signal(signal)
    }

    /// Whether it still runs.
    pub(crate) fn runs(&self) -> Result<bool> {
        Ok(self.life().as_mut().context("the server was not started")?.server.process.ended()?.is_none())
    }

    fn note_growth(&self) {
        let life = self.life();
        let Some(Life { server, fresh: Some(fresh) }) = life.as_ref() else { return };
        if let Ok(memory) = Memory::of(server.process.id()) {
            let mut growth = self.growth.lock().unwrap_or_else(PoisonError::into_inner);
            *growth = memory.peak.saturating_sub(fresh.now).max(*growth);
        }
    }

    /// Bytes by which any life has grown at its largest; zero where the system does not tell.
    pub(crate) fn growth(&self) -> u64 {
        self.note_growth();
        *self.growth.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it has said on stderr in all its lives.
    pub(crate) fn log(&self) -> Result<String> {
        Ok(String::from_utf8_lossy(&std::fs::read(&self.log)?).into_owned())
    }

    /// The status of an answer.
    pub(crate) async fn status(&self, path: &str) -> Result<u16> {
        Ok(self.client.get(path).await?.0)
    }

    /// An answer that has to be right.
    pub(crate) async fn get<A: DeserializeOwned>(&self, path: &str) -> Result<A> {
        let (status, body) = self.client.get(path).await?;
        ensure!(status == 200, "GET {path}: {status} {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).with_context(|| format!("GET {path}: cannot be read"))
    }
}

impl Target for Pulse {
    async fn deliver(&self, batch: &Batch) -> Delivery {
        let (status, body) = match self.client.post("/api/track", &batch.body()).await {
            Ok(answer) => answer,
            Err(delivery) => return delivery,
        };
        match (status, serde_json::from_slice::<Track>(&body)) {
            (200, Ok(Track { accepted, duplicates, rejected })) if rejected.is_empty() => {
                Delivery::Stored { accepted, duplicates }
            }
            (429 | 503, _) => Delivery::Refused,
            _ => Delivery::Wrong(format!("POST /api/track: {status} {}", String::from_utf8_lossy(&body))),
        }
    }

    async fn read(&self, session: &str) -> Result<Vec<Event>> {
        let path = format!("/api/analytics/{session}");
        if self.status(&path).await? == 404 {
            return Ok(Vec::new());
        }
        Ok(self.get::<Analytics>(&path).await?.events)
    }
}
