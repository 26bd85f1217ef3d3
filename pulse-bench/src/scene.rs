//! Where it all happens: the programs, a folder for their data, and a mongod for the targets that use one.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};

use crate::{cli::Programs, mongod::Mongod, process::Server, target::Target};

pub(crate) struct Scene {
    targets: Vec<Target>,
    pulse_server: PathBuf,
    mongod: Option<Mongod>,
    folder: tempfile::TempDir,
}

/// A target that runs on an empty store.
pub(crate) struct Stage<'a> {
    pub(crate) server: Server,
    pub(crate) place: Place<'a>,
}

/// A store, empty at first, on which servers can be started.
pub(crate) struct Place<'a> {
    scene: &'a Scene,
    pub(crate) target: Target,
    pub(crate) mongod: Option<&'a Mongod>,
    /// The store's address.
    pub(crate) store: String,
    /// Where it keeps what it does not keep in a database.
    pub(crate) folder: PathBuf,
    /// Its database.
    pub(crate) name: String,
}

impl Scene {
    /// Prepares for those of `targets` that were chosen.
    pub(crate) async fn new(programs: &Programs, targets: &[Target]) -> Result<Self> {
        let this = std::env::current_exe().context("cannot find this program")?;
        let beside = this.parent().context("this program is in no folder")?;
        let chosen = |target: &Target| programs.only.is_empty() || programs.only.contains(target);
        let targets: Vec<_> = targets.iter().copied().filter(chosen).collect();
        anyhow::ensure!(!targets.is_empty(), "none of the targets named by --only can be measured so");
        // Beside the program: the folder for temporary files may be in memory, where an fsync costs nothing.
        let folder = tempfile::Builder::new().prefix("pulse-bench-").tempdir_in(beside)?;
        let mongod = match targets.iter().any(|target| target.uses_mongod()) {
            true => Some(Mongod::start(&programs.mongod, folder.path(), programs.replica_set).await?),
            false => None,
        };
        let pulse_server = programs.server.clone().unwrap_or_else(|| beside.join("pulse-server"));
        Ok(Self { targets, pulse_server, mongod, folder })
    }

    /// How many targets there are.
    pub(crate) fn len(&self) -> usize {
        self.targets.len()
    }

    /// The targets in the order of a round: nobody is always the one who comes after the same other.
    pub(crate) fn order(&self, round: u32) -> Vec<Target> {
        let mut targets = self.targets.clone();
        if round % 2 == 1 {
            targets.reverse();
        }
        targets
    }

    /// An empty store for a target.
    pub(crate) fn place(&self, target: Target, name: &str) -> Result<Place<'_>> {
        let name = format!("{target:?}_{name}").to_lowercase();
        let folder = self.folder.path().join(&name);
        std::fs::create_dir(&folder)?;
        let mongod = self.mongod.as_ref().filter(|_| target.uses_mongod());
        let store = target.store(&folder, mongod, &name)?;
        Ok(Place { scene: self, target, mongod, store, folder, name })
    }

    pub(crate) fn start(&self, target: Target, round: u32) -> Result<Stage<'_>> {
        let place = self.place(target, &round.to_string())?;
        Ok(Stage { server: place.start()?, place })
    }
}

impl Place<'_> {
    /// Starts a server on it.
    pub(crate) fn start(&self) -> Result<Server> {
        self.target.start(&self.scene.pulse_server, &self.store)
    }

    /// What to watch of a server on it: the server and its mongod.
    pub(crate) fn pids(&self, server: &Server) -> (u32, Option<u32>) {
        (server.process.id(), self.mongod.map(Mongod::id))
    }

    /// Its database, on a target that uses one.
    pub(crate) fn database(&self) -> Option<(&Mongod, &str)> {
        self.mongod.map(|mongod| (mongod, self.name.as_str()))
    }

    /// Fills it with made-up visits that end now, before a server runs on it.
    pub(crate) fn seed(&self, sessions: u32, moves: u32, days: u32) -> Result<()> {
        self.seed_with(sessions, moves, days, &[])
    }

    /// Fills it with visits of the last days alone: what is made of them is left to servers.
    pub(crate) fn seed_raw(&self, sessions: u32, moves: u32) -> Result<()> {
        self.seed_with(sessions, moves, 6, &["--raw"])
    }

    fn seed_with(&self, sessions: u32, moves: u32, days: u32, more: &[&str]) -> Result<()> {
        let mut seed = Command::new(std::env::current_exe().context("cannot find this program")?);
        // A process of its own: seeding takes all processors and memory, and what is measured starts afresh.
        seed.arg("seed").args([
            "--store",
            &self.store,
            "--sessions",
            &sessions.to_string(),
            "--days",
            &days.to_string(),
        ]);
        seed.args(["--moves-per-session", &moves.to_string()]).args(more).stdout(Stdio::null());
        let status = seed.status().context("cannot start this program")?;
        ensure!(status.success(), "the store was not seeded: {status}");
        Ok(())
    }

    /// Removes what was kept.
    pub(crate) async fn clear(self) -> Result<()> {
        if let Some((mongod, name)) = self.database() {
            mongod.database(name).drop().await?;
            mongod.checkpoint().await?;
        }
        Ok(std::fs::remove_dir_all(&self.folder)?)
    }
}
