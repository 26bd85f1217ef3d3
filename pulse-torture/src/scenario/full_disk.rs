//! The disk below SQLite is full: refused openly, nothing broken, and on again once there is room.

use std::{
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::time::sleep;

use crate::{lab::Bench, outcome::Outcome, trial::Trial, writers::Manner};

/// Of the disk.
const SIZE: &str = "8m";

/// Refusals that show that the disk is full.
const REFUSALS: u64 = 20;

/// How long it may take to fill what the ballast leaves.
const FILL: Duration = Duration::from_secs(30);

pub(super) async fn run(bench: &Bench<'_>) -> Result<Outcome> {
    let disk = match Disk::mount(&bench.folder.join("disk")) {
        Ok(disk) => disk,
        Err(error) => {
            return Ok(Outcome::skipped(bench.scenario, format!("a small disk cannot be mounted: {error:#}")));
        }
    };
    let file = disk.0.join("pulse.db");
    let mut trial = Trial::start(bench.scenario, bench.sqlite(&file), bench.rng()).await?;
    trial.load(&Manner { pause_ms: 0..10, ..Manner::default() });
    let mut unreadable = 0;
    for number in 0..bench.lab.plan.full_disks {
        bench.step(number, "the disk is full");
        trial.pause(200..600).await;
        trial.lap();
        let ballast = disk.fill(trial.rng.u64(..200_000))?;
        let (started, mut refused) = (Instant::now(), 0);
        while refused < REFUSALS {
            ensure!(started.elapsed() < FILL, "a full disk refuses only {refused} batches in {FILL:?}");
            sleep(Duration::from_millis(50)).await;
            let met = trial.lap();
            refused += met.refused;
            if met.silent + met.broken > 0 {
                trial.outcome.problems.push(format!("{} without an answer, {} broken", met.silent, met.broken));
            }
        }
        // Only what is written is promised to be refused; what is there can better be read meanwhile.
        match trial.target.status("/api/sessions").await? {
            200 => {}
            503 => unreadable += 1,
            status => trial.outcome.problems.push(format!("GET /api/sessions with a full disk: {status}")),
        }
        std::fs::remove_file(ballast)?;
        trial.recovered(Instant::now()).await?;
    }
    if unreadable > 0 {
        trial.outcome.notes.push(format!("the list of sessions could not be read either, {unreadable} times"));
    }
    trial.quiet().await?;
    let (status, _) = trial.target.terminate().await?;
    if !status.success() {
        trial.outcome.problems.push(format!("after SIGTERM: {status}"));
    }
    let check = rusqlite::Connection::open(&file)?;
    let whole: String = check.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if whole != "ok" {
        trial.outcome.problems.push(format!("integrity_check: {whole}"));
    }
    drop(check);
    trial.target.start().await?;
    let target = std::sync::Arc::clone(&trial.target);
    let outcome = trial.finish().await;
    // The disk is in use until then.
    target.kill();
    outcome
}

/// A file system in memory, unmounted when dropped.
struct Disk(PathBuf);

impl Disk {
    fn mount(folder: &Path) -> Result<Self> {
        std::fs::create_dir(folder)?;
        let size = format!("size={SIZE}");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "pulse-torture"]).arg(folder);
        let output = mount.output().context("cannot start mount")?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(Self(folder.to_owned()))
    }

    /// Fills it with a file, but for some bytes.
    fn fill(&self, leave: u64) -> Result<PathBuf> {
        let path = self.0.join("ballast");
        let mut file = File::create(&path)?;
        let mut written = 0;
        while let Ok(bytes) = file.write(&[0; 4096]) {
            written += bytes as u64;
        }
        file.set_len(written.saturating_sub(leave))?;
        Ok(path)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a process that is just being killed may still have a file open.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
