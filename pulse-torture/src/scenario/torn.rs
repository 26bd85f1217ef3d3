//! The files of SQLite after a crash, cut short or with a bit that has flipped: Pulse opens them with all that came
//! before the damage, or says that they are damaged. It never panics, and never answers other data than it was given
//! where that can be known: the log carries checksums, the pages of the file do not.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail, ensure};
use fastrand::Rng;
use pulse_bench::process::Ended;

use crate::{
    event::{Batch, Event, base},
    lab::Bench,
    ledger::{Findings, Ledger},
    outcome::Outcome,
    pulse::Pulse,
    target::{Delivery, Target as _},
};

/// Kinds of damage.
pub(super) const KINDS: u32 = Damage::ALL.len() as u32;

/// Batches that are in the database file itself, and batches that are only in its log.
const SETTLED: u32 = 60;
const LOGGED: u32 = 30;

/// Bytes of a page of the file.
const PAGE: usize = 4096;

/// Sessions that they belong to.
const SESSIONS: u32 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Damage {
    LogCut,
    LogFlip,
    FileCut,
    FileFlip,
}

/// What became of one damaged store.
enum End {
    /// It did not start, and said why.
    Refused,
    /// It runs. Answers that named the damage, and what the others have shown.
    Opened { told: usize, findings: Findings },
}

/// How many damaged stores came to which end.
#[derive(Debug, Default)]
struct Ends {
    refused: u32,
    told: u32,
    whole: u32,
    shorter: u32,
    unknown: u32,
}

impl Ends {
    /// Counts an end; what is wrong with it, if anything is.
    fn judge(&mut self, damage: Damage, end: &End, known: usize) -> Option<String> {
        let End::Opened { told, findings } = end else {
            self.refused += 1;
            return None;
        };
        let wrong = match damage {
            Damage::LogCut | Damage::LogFlip => *told > 0 || !is_prefix(findings, known),
            Damage::FileCut => !findings.is_clean(),
            Damage::FileFlip => !findings.twice.is_empty(),
        };
        if wrong {
            return Some(format!("{told} answers told of it; {}", findings.summary().join("; ")));
        }
        let count = match (told, findings.is_clean()) {
            (1.., true) => &mut self.told,
            (0, true) => &mut self.whole,
            (_, false) if damage.is_of_log() => &mut self.shorter,
            (_, false) => &mut self.unknown,
        };
        *count += 1;
        None
    }
}

impl fmt::Display for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { refused, told, whole, shorter, unknown } = self;
        let ends = [
            (refused, "refused at the start"),
            (told, "told in answers"),
            (whole, "harmless"),
            (shorter, "without their end"),
            (unknown, "not seen, since SQLite's pages have no checksum"),
        ];
        let ends = ends.into_iter().filter(|(count, _)| **count > 0).map(|(count, what)| format!("{count} {what}"));
        f.write_str(&ends.collect::<Vec<_>>().join(", "))
    }
}

impl Damage {
    const ALL: [Self; 4] = [Self::LogCut, Self::LogFlip, Self::FileCut, Self::FileFlip];

    fn is_of_log(self) -> bool {
        matches!(self, Self::LogCut | Self::LogFlip)
    }

    /// Damages a file in its last half; with `late`, in the last page, which SQLite takes for whole when it is cut.
    fn inflict(self, path: &Path, late: bool, rng: &mut Rng) -> Result<()> {
        let mut bytes = fs::read(path)?;
        ensure!(bytes.len() > PAGE, "{} is empty", path.display());
        let from = if late { bytes.len() - PAGE + 1 } else { bytes.len() / 2 };
        let at = rng.usize(from..bytes.len());
        match self {
            Self::LogCut | Self::FileCut => bytes.truncate(at),
            Self::LogFlip | Self::FileFlip => bytes[at] ^= 1 << rng.u8(..8),
        }
        Ok(fs::write(path, bytes)?)
    }
}

pub(super) async fn run(bench: &Bench<'_>) -> Result<Outcome> {
    let (mut rng, mut outcome) = (bench.rng(), Outcome::new(bench.scenario));
    let stores = Stores::make(bench, &mut rng).await?;
    outcome.owed = stores.ledger.owed();
    for damage in Damage::ALL {
        let mut ends = Ends::default();
        for nth in 0..bench.lab.plan.torn_files {
            bench.step(outcome.faults, &format!("{damage:?}"));
            outcome.faults += 1;
            let folder = bench.folder.join(format!("{}-{damage:?}", outcome.faults));
            let wrong = stores.tear(bench, damage, (&folder, nth % 3 == 0), &mut ends, &mut rng).await?;
            outcome.problems.extend(wrong.map(|wrong| format!("{}: {wrong}", folder.display())));
        }
        outcome.notes.push(format!("{damage:?}: {ends}"));
    }
    Ok(outcome)
}

/// What is damaged, each time a copy of it.
struct Stores {
    ledger: Ledger,
    /// Closed, with everything in the database file.
    settled: PathBuf,
    /// The same one, killed after more batches.
    crashed: PathBuf,
}

impl Stores {
    async fn make(bench: &Bench<'_>, rng: &mut Rng) -> Result<Self> {
        let [live, settled, crashed] = ["live", "settled", "crashed"].map(|name| bench.folder.join(name));
        let ledger = Ledger::default();
        fs::create_dir(&live)?;
        let file = live.join("pulse.db");
        let pulse = bench.sqlite(&file);
        pulse.start().await?;
        let sessions: Vec<String> = (0..SESSIONS).map(|_| format!("s-{:016x}", rng.u64(..))).collect();
        let base = base();
        for number in 0..SETTLED + LOGGED {
            if number == SETTLED {
                pulse.terminate().await?;
                // All of the log becomes part of the file.
                let db = rusqlite::Connection::open(&file)?;
                db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
                drop(db);
                copy(&live, &settled)?;
                pulse.start().await?;
            }
            // One after the other, so that they are in the log in this order.
            let batch = Batch::new(&sessions[(number % SESSIONS) as usize], base, number / SESSIONS, rng);
            ledger.claim(&batch);
            match pulse.deliver(&batch).await {
                Delivery::Stored { accepted, duplicates } => {
                    ledger.acknowledge(&batch, accepted, duplicates).map_err(anyhow::Error::msg)?;
                }
                other => bail!("a batch is not stored: {other:?}"),
            }
        }
        pulse.kill();
        copy(&live, &crashed)?;
        Ok(Self { ledger, settled, crashed })
    }

    /// Damages a copy in `folder` and opens it; gives back what is wrong then.
    async fn tear(
        &self,
        bench: &Bench<'_>,
        damage: Damage,
        (folder, late): (&Path, bool),
        ends: &mut Ends,
        rng: &mut Rng,
    ) -> Result<Option<String>> {
        let (from, name, known) = match damage {
            Damage::LogCut | Damage::LogFlip => (&self.crashed, "pulse.db-wal", SETTLED + LOGGED),
            Damage::FileCut | Damage::FileFlip => (&self.settled, "pulse.db", SETTLED),
        };
        copy(from, folder)?;
        damage.inflict(&folder.join(name), late, rng)?;
        let pulse = Pulse::new(bench.program(), format!("sqlite:{}/pulse.db", folder.display()), folder.join("log"));
        let end = open(&pulse, &self.ledger, known as usize, rng).await;
        pulse.kill();
        let panics = pulse.log()?.lines().filter(|line| line.contains("panicked")).count();
        Ok(match end {
            _ if panics > 0 => Some(format!("{panics} panics")),
            Ok(end) => ends.judge(damage, &end, known as usize),
            Err(error) => Some(format!("{error:#}")),
        })
    }
}

/// The database and its log; what is shared between processes is made anew.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir(to)?;
    for name in ["pulse.db", "pulse.db-wal"] {
        if from.join(name).exists() {
            fs::copy(from.join(name), to.join(name)).with_context(|| format!("cannot copy {name}"))?;
        }
    }
    Ok(())
}

/// Starts on a damaged store that should hold the first `known` batches, and reads all of it.
async fn open(pulse: &Pulse, ledger: &Ledger, known: usize, rng: &mut Rng) -> Result<End> {
    if let Err(error) = pulse.start().await {
        let Some(ended) = error.downcast_ref::<Ended>() else { return Err(error) };
        let said = pulse.log()?.lines().any(|line| line.starts_with("pulse-server: cannot open the store"));
        ensure!(said && ended.status.code() == Some(1), "{error}, and does not say why");
        return Ok(End::Refused);
    }
    let (mut told, mut findings) = (0, Findings::default());
    for session in ledger.sessions() {
        match pulse.status(&format!("/api/analytics/{session}")).await? {
            200 | 404 => {
                let found: Vec<Event> = pulse.read(&session).await?;
                findings.extend(ledger.compare(&session, &found));
            }
            500 | 503 => told += 1,
            status => bail!("GET /api/analytics: {status}"),
        }
    }
    // Those that came after the copy was made.
    let later = findings.holes.iter().filter(|place| **place >= known).count();
    findings.holes.retain(|place| *place < known);
    findings.lost.truncate(findings.lost.len() - later);
    // It goes on, or says that it cannot.
    let fresh = Batch::new(&format!("fresh-{:016x}", rng.u64(..)), base(), 0, rng);
    match pulse.deliver(&fresh).await {
        Delivery::Stored { .. } | Delivery::Refused => {}
        Delivery::Wrong(answer) if answer.contains("500") => told += 1,
        other => bail!("a fresh event: {other:?}"),
    }
    ensure!(pulse.runs()?, "the server has ended");
    Ok(End::Opened { told, findings })
}

/// Whether only the end of the log is missing.
fn is_prefix(findings: &Findings, known: usize) -> bool {
    let mut holes = findings.holes.clone();
    holes.sort_unstable();
    let missing_from = known - holes.len();
    findings.altered.is_empty()
        && findings.twice.is_empty()
        && missing_from >= SETTLED as usize
        && holes.into_iter().eq(missing_from..known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_the_log_may_be_missing() {
        let holes = |holes: &[usize]| Findings { holes: holes.to_vec(), ..Findings::default() };
        let is_prefix = |places: &[usize]| is_prefix(&holes(places), 90);
        assert!(is_prefix(&[]) && is_prefix(&[89, 88]));
        assert!(!is_prefix(&[88]), "a hole");
        assert!(!is_prefix(&(59..90).collect::<Vec<_>>()), "from before the log");
    }
}
