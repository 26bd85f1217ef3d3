//! One mongod process that can be ended and started again where it was.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use mongodb::{
    Client,
    bson::{Document, doc},
    options::ClientOptions,
};

use crate::process::{Process, Signal};

/// How long it may take to start.
const START: Duration = Duration::from_secs(30);

/// Between two looks whether it has.
const LOOK: Duration = Duration::from_millis(50);

/// Below the ports that systems give out by themselves, so that a node finds its own free when it comes back.
const PORTS: std::ops::Range<u16> = 20_000..30_000;

/// A port, a folder, and the process that serves them, if it runs.
#[derive(Debug)]
pub struct Node {
    program: PathBuf,
    data: PathBuf,
    arguments: Vec<String>,
    port: u16,
    process: Option<Process>,
    client: Client,
}

impl Node {
    /// Starts it on the empty folder `data`, with further arguments.
    ///
    /// # Errors
    /// There is no such program, or it does not answer.
    pub async fn start(program: &Path, data: &Path, arguments: &[&str]) -> Result<Self> {
        std::fs::create_dir(data)?;
        let mut ports = std::iter::repeat_with(|| fastrand::u16(PORTS)).take(100);
        let port = ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).context("no port is free")?;
        let mut options = ClientOptions::parse(format!("mongodb://127.0.0.1:{port}/?directConnection=true")).await?;
        options.server_selection_timeout = Some(START);
        let mut node = Self {
            program: program.to_owned(),
            data: data.to_owned(),
            arguments: arguments.iter().copied().map(str::to_owned).collect(),
            port,
            process: None,
            client: Client::with_options(options)?,
        };
        node.restart().await?;
        Ok(node)
    }

    /// Starts it again with what it has stored, and waits until it answers.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn restart(&mut self) -> Result<()> {
        let mut command = Command::new(&self.program);
        let port = self.port.to_string();
        command.args(["--bind_ip", "127.0.0.1", "--port", &port, "--quiet", "--dbpath"]).arg(&self.data);
        command.args(&self.arguments).stdout(Stdio::null());
        self.process = Some(Process::start(command)?);
        let started = Instant::now();
        // The first tries may find connections to the process before.
        while let Err(error) = self.command(doc! { "ping": 1 }).await {
            ensure!(started.elapsed() < START, error.context("mongod does not start"));
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// Ends it as a power cut would, except that the system keeps what it was given to write.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Tells it something.
    ///
    /// # Errors
    /// It does not run.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        self.process.as_ref().context("mongod does not run")?.signal(signal)
    }

    /// Its number, while it runs.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.process.as_ref().map(Process::id)
    }

    /// Host and port.
    #[must_use]
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Connected to this node alone.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Makes the node and `others`, all started with `--replSet name`, a replica set and waits for its first primary. A primary that is lost is replaced
    /// once the others have not heard of it for `timeout`.
    ///
    /// # Errors
    /// They were not started with the name of a replica set, or elect no primary.
    pub async fn initiate(&self, name: &str, others: &[Self], timeout: Duration) -> Result<()> {
        let nodes = || std::iter::once(self).chain(others);
        let members: Vec<_> = nodes().zip(0..).map(|(node, id)| doc! { "_id": id, "host": node.host() }).collect();
        let settings = doc! { "electionTimeoutMillis": i32::try_from(timeout.as_millis())? };
        self.command(doc! { "replSetInitiate": { "_id": name, "members": members, "settings": settings } }).await?;
        let started = Instant::now();
        while started.elapsed() < START {
            for node in nodes() {
                if node.is_primary().await? {
                    return Ok(());
                }
            }
            tokio::time::sleep(LOOK).await;
        }
        bail!("the replica set elects no primary")
    }

    /// Whether it takes writes.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn is_primary(&self) -> Result<bool> {
        Ok(self.command(doc! { "hello": 1 }).await?.get_bool("isWritablePrimary")?)
    }

    /// Runs a command on the database `admin`.
    ///
    /// # Errors
    /// It does not answer, or says no.
    pub async fn command(&self, command: Document) -> Result<Document> {
        Ok(self.client.database("admin").run_command(command).await?)
    }
}
