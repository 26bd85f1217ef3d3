//! mongod processes, each on a port that it really got.
//!
//! A port that was free a moment ago may be taken when mongod binds it. So [`Node`] picks a random port, starts mongod,
//! and waits for mongod's own message that it accepts connections. If the port is taken, mongod ends with an exit code
//! of its own, and the next port is tried.

use std::{
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

use crate::process::{Ended, Group, Process, Signal};

/// How long a replica set may take to elect its first primary, and a connection to work again after a restart.
const START: Duration = Duration::from_secs(30);

/// Between two checks of a condition.
const POLL: Duration = Duration::from_millis(50);

/// Below the ports that systems give out by themselves, so that a node finds its own free when it comes back.
const PORTS: std::ops::Range<u16> = 20_000..30_000;

/// Ports tried before a node gives up.
const ATTEMPTS: usize = 20;

/// mongod's exit code when it cannot bind its port.
const PORT_TAKEN: i32 = 48;

/// mongod logs this once it accepts connections.
const READY: &str = "aiting for connections";

/// The program to run: `$MONGOD`, else the `mongod` on the PATH.
#[must_use]
pub fn program() -> PathBuf {
    std::env::var_os("MONGOD").filter(|path| !path.is_empty()).map_or_else(|| "mongod".into(), PathBuf::from)
}

/// One mongod process that can be ended and started again where it was.
#[derive(Debug)]
pub struct Node {
    settings: Settings,
    port: u16,
    process: Option<Process>,
    client: Client,
}

/// What a node is started with, each time.
#[derive(Debug)]
struct Settings {
    program: PathBuf,
    data: PathBuf,
    arguments: Vec<String>,
    group: Group,
}

impl Settings {
    /// Starts mongod and waits until it accepts connections. `None` when the port is taken.
    async fn launch(&self, port: u16) -> Result<Option<Process>> {
        let mut command = Command::new(&self.program);
        command.args(["--bind_ip", "127.0.0.1", "--port", &port.to_string(), "--dbpath"]).arg(&self.data);
        command.args(&self.arguments).stderr(Stdio::null());
        let group = self.group;
        let ready = |line: &str| line.contains(READY).then_some(());
        let launch = tokio::task::spawn_blocking(move || Process::start_until(command, group, ready));
        match launch.await? {
            Ok((process, ())) => Ok(Some(process)),
            Err(error) => match error.downcast_ref::<Ended>() {
                Some(ended) if ended.status.code() == Some(PORT_TAKEN) => Ok(None),
                _ => Err(error),
            },
        }
    }
}

impl Node {
    /// Starts it on the empty folder `data`, with further arguments. It does not hear the Ctrl-C that ends this program.
    ///
    /// # Errors
    /// There is no such program, or it ends.
    pub async fn start(program: &Path, data: &Path, arguments: &[&str]) -> Result<Self> {
        Self::launch(program, data, arguments, Group::Own).await
    }

    async fn launch(program: &Path, data: &Path, arguments: &[&str], group: Group) -> Result<Self> {
        std::fs::create_dir(data)?;
        let arguments = arguments.iter().copied().map(str::to_owned).collect();
        let settings = Settings { program: program.to_owned(), data: data.to_owned(), arguments, group };
        Self::launch_on(settings, std::iter::repeat_with(|| fastrand::u16(PORTS)).take(ATTEMPTS)).await
    }

    /// Starts it on the first of `ports` that is free.
    async fn launch_on(settings: Settings, ports: impl Iterator<Item = u16>) -> Result<Self> {
        for port in ports {
            if let Some(process) = settings.launch(port).await? {
                let mut options =
                    ClientOptions::parse(format!("mongodb://127.0.0.1:{port}/?directConnection=true")).await?;
                options.server_selection_timeout = Some(START);
                return Ok(Self { settings, port, process: Some(process), client: Client::with_options(options)? });
            }
        }
        bail!("no port is free")
    }

    /// Starts it again with what it has stored, and waits until it answers.
    ///
    /// # Errors
    /// It does not answer, or another process has taken its port.
    pub async fn restart(&mut self) -> Result<()> {
        self.process = None;
        self.process = self.settings.launch(self.port).await?;
        ensure!(self.process.is_some(), "port {} was taken while mongod was away", self.port);
        let started = Instant::now();
        // The first tries may find connections to the process before.
        while let Err(error) = self.command(doc! { "ping": 1 }).await {
            ensure!(started.elapsed() < START, error.context("mongod does not answer"));
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    /// Ends it as a power cut would, except that the system keeps what it was given to write.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// It does not run.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        self.process.as_ref().context("mongod does not run")?.signal(signal)
    }

    /// Its process id, while it runs.
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

    /// Makes the node and `others`, all started with `--replSet name`, a replica set and waits for its first primary.
    /// The others replace a primary that they have not heard of for `timeout`.
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
            tokio::time::sleep(POLL).await;
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
    /// It does not answer, or refuses.
    pub async fn command(&self, command: Document) -> Result<Document> {
        Ok(self.client.database("admin").run_command(command).await?)
    }
}

/// A mongod for one test, on a folder of its own. It runs, and accepts test commands, until the value is dropped.
#[derive(Debug)]
pub struct TestMongod {
    /// The process.
    pub node: Node,
    _folder: tempfile::TempDir,
}

impl TestMongod {
    /// Starts a standalone server.
    ///
    /// # Errors
    /// There is no mongod; or it ends instead of listening.
    pub async fn start() -> Result<Self> {
        Self::launch(&[]).await
    }

    /// Starts a replica set of one.
    ///
    /// # Errors
    /// As for [`start`](Self::start); or the server does not become the primary.
    pub async fn start_replica_set() -> Result<Self> {
        let server = Self::launch(&["--replSet", "test"]).await?;
        server.node.initiate("test", &[], Duration::from_secs(10)).await?;
        Ok(server)
    }

    async fn launch(arguments: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let arguments = [&["--setParameter", "enableTestCommands=1"], arguments].concat();
        // With the test's group: whoever ends a test that hangs ends its mongod.
        let node = Node::launch(&program(), &folder.path().join("data"), &arguments, Group::Inherited).await;
        let node = node.context("this test needs MongoDB: run `cargo xtask test`, or set MONGOD=/path/to/mongod")?;
        Ok(Self { node, _folder: folder })
    }

    /// The address of a database on it.
    #[must_use]
    pub fn uri(&self) -> String {
        format!("mongodb://{}/pulse_test", self.node.host())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    #[ignore = "needs MongoDB: cargo xtask test"]
    async fn a_port_that_is_taken_is_left_to_its_owner() {
        let owner = TestMongod::start().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let settings = || Settings {
            program: program(),
            data: folder.path().to_owned(),
            arguments: Vec::new(),
            group: Group::Inherited,
        };
        let free = std::iter::repeat_with(|| fastrand::u16(PORTS)).take(ATTEMPTS);
        let node = Node::launch_on(settings(), std::iter::once(owner.node.port).chain(free)).await.unwrap();
        assert_ne!(node.port, owner.node.port);
        for node in [&owner.node, &node] {
            let pid = node.command(doc! { "serverStatus": 1 }).await.unwrap().get_i64("pid").unwrap();
            assert_eq!(u32::try_from(pid).ok(), node.id());
        }
        drop(node);
        let error = Node::launch_on(settings(), std::iter::once(owner.node.port)).await.unwrap_err();
        assert_eq!(error.to_string(), "no port is free");
    }

    #[tokio::test]
    async fn a_program_that_is_no_mongod_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        for (program, expected) in [("false", "ended"), ("/no/such/mongod", "cannot start")] {
            let error = Node::start(Path::new(program), &folder.path().join(expected), &[]).await.unwrap_err();
            assert!(error.to_string().contains(expected), "{error:#}");
        }
    }
}
