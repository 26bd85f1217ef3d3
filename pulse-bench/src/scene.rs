//! Where it all happens: the programs, a folder for their data, and a mongod for the targets that use one.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

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
    pub(crate) mongod: Option<&'a Mongod>,
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

    pub(crate) fn start(&self, target: Target, round: u32) -> Result<Stage<'_>> {
        let name = format!("{target:?}_{round}").to_lowercase();
        let folder = self.folder.path().join(&name);
        std::fs::create_dir(&folder)?;
        let mongod = self.mongod.as_ref().filter(|_| target.uses_mongod());
        let server = target.start(&self.pulse_server, &folder, mongod, &name)?;
        Ok(Stage { server, mongod, folder, name })
    }

    /// Removes what a target has kept.
    pub(crate) async fn clear(&self, folder: &Path, database: Option<(&Mongod, &str)>) -> Result<()> {
        if let Some((mongod, name)) = database {
            mongod.database(name).drop().await?;
            mongod.checkpoint().await?;
        }
        Ok(std::fs::remove_dir_all(folder)?)
    }
}
