//! One mongod for all targets that use MongoDB.

use std::{
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use mongodb::{
    Client, Database,
    bson::{Bson, Document, doc},
    options::ClientOptions,
};

use crate::process::Process;

/// How long it may take to start.
const START: Duration = Duration::from_secs(30);

pub(crate) struct Mongod {
    process: Process,
    port: u16,
    client: Client,
}

impl Mongod {
    /// Starts it on an empty folder.
    pub(crate) async fn start(program: &Path, folder: &Path, replica_set: bool) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let data = folder.join("mongod");
        std::fs::create_dir(&data)?;
        let mut command = Command::new(program);
        command.args(["--bind_ip", "127.0.0.1", "--port", &port.to_string(), "--quiet", "--dbpath"]).arg(&data);
        if replica_set {
            command.args(["--replSet", "bench"]);
        }
        let process = Process::start({
            command.stdout(Stdio::null());
            command
        })?;
        let uri = format!("mongodb://127.0.0.1:{port}/?directConnection=true");
        let mut options = ClientOptions::parse(uri).await?;
        options.server_selection_timeout = Some(START);
        let mongod = Self { process, port, client: Client::with_options(options)? };
        mongod.command(doc! { "ping": 1 }).await.context("mongod does not start")?;
        if replica_set {
            mongod.initiate().await?;
        }
        Ok(mongod)
    }

    async fn initiate(&self) -> Result<()> {
        let member = doc! { "_id": 0, "host": format!("127.0.0.1:{}", self.port) };
        self.command(doc! { "replSetInitiate": { "_id": "bench", "members": [member] } }).await?;
        for _ in 0..START.as_millis() / 100 {
            if self.command(doc! { "hello": 1 }).await?.get_bool("isWritablePrimary")? {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("the replica set elects no primary")
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn uri(&self, database: &str) -> String {
        format!("mongodb://127.0.0.1:{}/{database}", self.port)
    }

    pub(crate) fn database(&self, name: &str) -> Database {
        self.client.database(name)
    }

    /// Writes a checkpoint: until then, part of what was stored is in the journal and in memory only.
    pub(crate) async fn checkpoint(&self) -> Result<()> {
        self.command(doc! { "fsync": 1 }).await.map(drop)
    }

    async fn command(&self, command: Document) -> Result<Document> {
        Ok(self.client.database("admin").run_command(command).await?)
    }
}

/// A number of whatever type MongoDB has chosen.
pub(crate) fn number(document: &Document, name: &str) -> Result<f64> {
    match document.get(name) {
        Some(Bson::Int32(number)) => Ok((*number).into()),
        Some(Bson::Int64(number)) => Ok(*number as f64),
        Some(Bson::Double(number)) => Ok(*number),
        other => bail!("{name} is {other:?}"),
    }
}
