//! How much of each fault a run has.

use std::time::Duration;

/// The long run is what a release is measured by, the short one part of every test run.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// `kill -9` of pulse-server, on each store.
    pub(crate) server_kills: u32,
    /// SIGTERM under load, on each store.
    pub(crate) terminations: u32,
    /// `kill -9` of mongod.
    pub(crate) mongod_kills: u32,
    /// Primaries killed.
    pub(crate) failovers: u32,
    /// After what time a replica set replaces a lost primary. MongoDB's own setting in the long run.
    pub(crate) election: Duration,
    /// How long mongod hangs.
    pub(crate) hang: Duration,
    /// How long mongod is away.
    pub(crate) outage: Duration,
    /// How often the disk is full.
    pub(crate) full_disks: u32,
    /// Files that are cut or altered, of each kind.
    pub(crate) torn_files: u32,
    /// Batches that come one to five times each, on each store.
    pub(crate) repeated: u32,
    /// Restarts meanwhile.
    pub(crate) restarts: u32,
    /// `kill -9` of mongod below the control.
    pub(crate) control_kills: u32,
}

impl Plan {
    pub(crate) fn short() -> Self {
        Self {
            server_kills: 4,
            terminations: 3,
            mongod_kills: 3,
            failovers: 1,
            election: Duration::from_secs(2),
            hang: Duration::from_secs(7),
            outage: Duration::from_secs(6),
            full_disks: 2,
            torn_files: 3,
            repeated: 600,
            restarts: 2,
            control_kills: 3,
        }
    }

    pub(crate) fn long() -> Self {
        Self {
            server_kills: 50,
            terminations: 50,
            mongod_kills: 50,
            failovers: 10,
            election: Duration::from_secs(10),
            hang: Duration::from_secs(30),
            outage: Duration::from_secs(30),
            full_disks: 10,
            torn_files: 40,
            repeated: 10_000,
            restarts: 10,
            control_kills: 10,
        }
    }
}
