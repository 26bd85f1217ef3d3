//! The figures that Pulse is to reach.

use std::fmt;

use crate::{
    ingest::{Round, Run},
    read::{self, Answer},
    target::Target,
};

/// One figure of a round; `None` when a target that it needs was not measured.
pub(super) struct Figure<R> {
    pub(super) name: &'static str,
    pub(super) reach: Reach,
    pub(super) of: fn(&R) -> Option<f64>,
}

pub(super) enum Reach {
    AtMost(f64),
    AtLeast(f64),
}

impl Reach {
    pub(super) fn is_met(&self, value: f64) -> bool {
        match self {
            Self::AtMost(most) => value <= *most,
            Self::AtLeast(least) => value >= *least,
        }
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(most) => write!(f, "<= {most}"),
            Self::AtLeast(least) => write!(f, ">= {least}"),
        }
    }
}

/// Of batches that come in, in the order of the report.
pub(super) const INGEST: [Figure<Round>; 9] = [
    Figure {
        name: "CPU per batch, SQLite : bare hyper",
        reach: Reach::AtMost(5.0),
        of: |round| Some(cpu(round.get(&Target::Sqlite)?) / cpu(round.get(&Target::Bare)?)),
    },
    Figure {
        name: "throughput, SQLite : one document per event",
        reach: Reach::AtLeast(4.0),
        of: |round| Some(throughput(round.get(&Target::Sqlite)?) / throughput(round.get(&Target::Plain)?)),
    },
    Figure {
        name: "CPU per batch with mongod, MongoDB : one document per event",
        reach: Reach::AtMost(0.25),
        of: |round| Some(cpu(round.get(&Target::Mongodb)?) / cpu(round.get(&Target::Plain)?)),
    },
    Figure {
        name: "CPU per batch with mongod, MongoDB, us",
        reach: Reach::AtMost(90.0),
        of: |round| Some(cpu(round.get(&Target::Mongodb)?)),
    },
    Figure {
        name: "stored per event, SQLite, bytes",
        reach: Reach::AtMost(6.0),
        of: |round| round.get(&Target::Sqlite)?.stored,
    },
    Figure {
        name: "stored per event, MongoDB, bytes",
        reach: Reach::AtMost(8.0),
        of: |round| round.get(&Target::Mongodb)?.stored,
    },
    Figure {
        name: "written per batch, SQLite, bytes",
        reach: Reach::AtMost(4096.0),
        of: |round| round.get(&Target::Sqlite).map(|run| run.closed.per_batch(run.closed.used.written)),
    },
    Figure {
        name: "open loop p99, SQLite, ms",
        reach: Reach::AtMost(10.0),
        of: |round| Some(open_p99(round.get(&Target::Sqlite)?)),
    },
    Figure {
        name: "open loop p99, MongoDB, ms",
        reach: Reach::AtMost(10.0),
        of: |round| Some(open_p99(round.get(&Target::Mongodb)?)),
    },
];

/// Of answers that go out.
pub(super) const READ: [Figure<read::Round>; 2] = [
    Figure {
        name: "heatmap of a session p50, SQLite, ms",
        reach: Reach::AtMost(3.0),
        of: |round| heatmap_p50(round, Target::Sqlite),
    },
    Figure {
        name: "heatmap of a session p50, MongoDB, ms",
        reach: Reach::AtMost(8.0),
        of: |round| heatmap_p50(round, Target::Mongodb),
    },
];

fn heatmap_p50(round: &read::Round, target: Target) -> Option<f64> {
    round.get(&(Answer::Heatmap, target)).map(|cost| cost.load.quantile_ms(0.5))
}

/// CPU of a batch in the closed loop, the server's and that of the mongod it uses.
fn cpu(run: &Run) -> f64 {
    run.closed.per_batch(run.closed.used.server_us + run.closed.used.mongod_us)
}

fn throughput(run: &Run) -> f64 {
    run.closed.load.per_second()
}

fn open_p99(run: &Run) -> f64 {
    run.open.load.quantile_ms(0.99)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_reached_at_its_bound() {
        assert!(Reach::AtMost(5.0).is_met(5.0) && !Reach::AtMost(5.0).is_met(5.1));
        assert!(Reach::AtLeast(4.0).is_met(4.0) && !Reach::AtLeast(4.0).is_met(3.9));
        assert!(!Reach::AtMost(5.0).is_met(f64::NAN));
    }

    #[test]
    fn what_was_not_measured_has_no_figure() {
        assert!(INGEST.iter().all(|figure| (figure.of)(&Round::new()).is_none()));
        assert!(READ.iter().all(|figure| (figure.of)(&read::Round::new()).is_none()));
    }
}
