//! Runs scenarios, some at a time, and prints what came of them.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Instant,
};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum as _;
use fastrand::Rng;
use futures_util::{StreamExt as _, stream};
use pulse_bench::{mongod::Node, progress::Progress};

use crate::{
    cli::Options,
    outcome::{self, Outcome},
    plan::Plan,
    pulse::{Program, Pulse},
    scenario::{Scenario, Store},
};

/// What all scenarios share.
pub(crate) struct Lab {
    pub(crate) plan: Plan,
    pub(crate) mongod: PathBuf,
    server: Program,
    seed: u64,
    folder: tempfile::TempDir,
    progress: Mutex<Progress>,
}

/// The place of one scenario.
pub(crate) struct Bench<'l> {
    pub(crate) lab: &'l Lab,
    pub(crate) scenario: Scenario,
    pub(crate) folder: PathBuf,
}

/// Runs what the options say. An error when any scenario fails.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let plan = if options.short { Plan::short() } else { Plan::long() };
    let wanted = |scenario: &Scenario| {
        (options.only.is_empty() || options.only.contains(scenario))
            && !(options.without_mongodb && scenario.needs_mongod())
    };
    let scenarios: Vec<_> = Scenario::value_variants().iter().copied().filter(wanted).collect();
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(..));
    eprintln!("seed {seed}: `--seed {seed}` has the same payloads, pauses and moments of faults");

    let this = std::env::current_exe().context("cannot find this program")?;
    let beside = this.parent().context("this program is in no folder")?;
    let server = match (options.hasty, &options.server) {
        (true, _) => Program { path: this.clone(), arguments: vec!["serve-hasty".into()] },
        (false, Some(path)) => Program { path: path.clone(), arguments: Vec::new() },
        (false, None) => Program { path: beside.join("pulse-server"), arguments: Vec::new() },
    };
    let steps = scenarios.iter().map(|scenario| u64::from(scenario.steps(&plan))).sum();
    let lab = Lab {
        plan,
        mongod: options.mongod.clone(),
        server,
        seed,
        // Beside the program: the folder for temporary files may be in memory, where an fsync costs nothing.
        folder: tempfile::Builder::new().prefix("pulse-torture-").tempdir_in(beside)?,
        progress: Mutex::new(Progress::new(steps)),
    };
    let started = Instant::now();
    let runs = scenarios.iter().map(|scenario| lab.scenario(*scenario));
    let mut outcomes: Vec<Outcome> = stream::iter(runs).buffer_unordered(options.jobs.into()).collect().await;
    outcomes.sort_by_key(|outcome| outcome.scenario);
    let Lab { folder, progress, .. } = lab;
    drop(progress);
    println!("{}\n\n{:.0?} with seed {seed}", outcome::table(&outcomes), started.elapsed());
    let failed = outcomes.iter().filter(|outcome| !outcome.passed()).count();
    if failed == 0 {
        return Ok(());
    }
    if options.keep {
        println!("the files are in {}", folder.keep().display());
    }
    bail!("{failed} of {} scenarios failed", outcomes.len())
}

impl Lab {
    async fn scenario(&self, scenario: Scenario) -> Outcome {
        let run = async {
            let folder = self.folder.path().join(scenario.name());
            std::fs::create_dir(&folder)?;
            scenario.run(&Bench { lab: self, scenario, folder }).await
        };
        run.await.unwrap_or_else(|error| {
            let problems = vec![format!("{error:#}")];
            Outcome { problems, ..Outcome::new(scenario) }
        })
    }
}

impl Bench<'_> {
    /// Each scenario has its own, so that it does the same alone.
    pub(crate) fn rng(&self) -> Rng {
        let name = self.scenario.name();
        Rng::with_seed(name.bytes().fold(self.lab.seed, |seed, byte| seed.rotate_left(7) ^ u64::from(byte)))
    }

    /// One more step begins.
    pub(crate) fn step(&self, number: u32, doing: &str) {
        let mut progress = self.lab.progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.step(&format!("{} {}: {doing}", self.scenario.name(), number + 1));
    }

    /// A server on `store`, not yet started.
    pub(crate) fn pulse(&self, store: &str) -> Pulse {
        Pulse::new(&self.lab.server, store.to_owned(), self.folder.join("pulse-server.log"))
    }

    /// How to run the server.
    pub(crate) fn program(&self) -> &Program {
        &self.lab.server
    }

    /// A server on a file, not yet started.
    pub(crate) fn sqlite(&self, file: &Path) -> Pulse {
        self.pulse(&format!("sqlite:{}", file.display()))
    }

    /// A mongod on a folder of its own.
    pub(crate) async fn node(&self, name: &str, arguments: &[&str]) -> Result<Node> {
        Node::start(&self.lab.mongod, &self.folder.join(name), arguments).await
    }

    /// A store of a kind; its mongod runs as long as the value lives.
    pub(crate) async fn store(&self, store: Store) -> Result<(Pulse, Option<Node>)> {
        Ok(match store {
            Store::Sqlite => (self.sqlite(&self.folder.join("pulse.db")), None),
            Store::Mongodb => {
                let node = self.node("mongod", &[]).await?;
                (self.pulse(&uri(&node.host())), Some(node))
            }
        })
    }
}

/// Where Pulse keeps its data on a mongod, or on several.
pub(crate) fn uri(hosts: &str) -> String {
    format!("mongodb://{hosts}/torture")
}
