//! mongod processes: one for all targets of a benchmark that use MongoDB, or nodes that can be ended one by one.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, Result, bail};
use mongodb::{
    Database,
    bson::{Bson, Document, doc},
};

pub use pulse_test_util::mongod::Node;

/// Of its replica set.
const NAME: &str = "bench";

/// How long a replica set waits for a lost primary: MongoDB's own setting.
const ELECTION: Duration = Duration::from_secs(10);

/// A node that lasts as long as the run.
#[derive(Debug)]
pub struct Mongod(Node);

impl Mongod {
    /// Starts it on an empty folder.
    ///
    /// # Errors
    /// There is no such program, or it does not answer.
    pub async fn start(program: &Path, folder: &Path, replica_set: bool) -> Result<Self> {
        let arguments: &[&str] = if replica_set { &["--replSet", NAME] } else { &[] };
        let node = Node::start(program, &folder.join("mongod"), arguments).await?;
        if replica_set {
            node.initiate(NAME, &[], ELECTION).await?;
        }
        Ok(Self(node))
    }

    /// Its number; it runs as long as this value lives.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.0.id().unwrap_or_default()
    }

    /// Where a database is.
    #[must_use]
    pub fn uri(&self, database: &str) -> String {
        format!("mongodb://{}/{database}", self.0.host())
    }

    /// A connection to a database.
    #[must_use]
    pub fn database(&self, name: &str) -> Database {
        self.0.client().database(name)
    }

    /// Writes a checkpoint: until then, part of what was stored is in the journal and in memory only.
    ///
    /// # Errors
    /// mongod does not answer.
    pub async fn checkpoint(&self) -> Result<()> {
        self.0.command(doc! { "fsync": 1 }).await.context("cannot write a checkpoint").map(drop)
    }
}

/// A number of whatever type MongoDB has chosen.
///
/// # Errors
/// It is something else, or missing.
pub fn number(document: &Document, name: &str) -> Result<f64> {
    match document.get(name) {
        Some(Bson::Int32(number)) => Ok((*number).into()),
        Some(Bson::Int64(number)) => Ok(*number as f64),
        Some(Bson::Double(number)) => Ok(*number),
        other => bail!("{name} is {other:?}"),
    }
}
