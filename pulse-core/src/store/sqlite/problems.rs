//! The status of problems: the statements, and the part of the store that runs them.

use async_trait::async_trait;
use rusqlite::{Connection, params};

use super::SqliteStore;
use crate::{
    analyze::problems::{Hits, ProblemMark, ProblemStatus},
    store::{
        StoreError,
        problems::{MAX_MARKS, ProblemMarks},
    },
};

fn marks(db: &Connection) -> Result<Vec<ProblemMark>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT id, status, note, at, hit, visits, page FROM problems ORDER BY id LIMIT ?1")?;
    let mut rows = query.query([MAX_MARKS as i64])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let id = row.get::<_, String>(0)?.parse().map_err(|error| StoreError::corrupt("a problem", error))?;
        let status = ProblemStatus::from_name(&row.get::<_, String>(1)?)
            .ok_or_else(|| StoreError::corrupt("a problem", "its status is unknown"))?;
        let count = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
        let before = Hits { hit: count(4)?, visits: count(5)? };
        found.push(ProblemMark { id, page: row.get(6)?, status, note: row.get(2)?, at: row.get(3)?, before });
    }
    Ok(found)
}

fn keep(db: &Connection, mark: &ProblemMark) -> Result<(), StoreError> {
    let ProblemMark { id, page, status, note, at, before } = mark;
    db.prepare_cached(
        "INSERT OR REPLACE INTO problems (id, page, status, note, at, hit, visits) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![id.as_str(), page, status.as_str(), note, at, before.hit as i64, before.visits as i64])?;
    Ok(())
}

#[async_trait]
impl ProblemMarks for SqliteStore {
    async fn problem_marks(&self) -> Result<Vec<ProblemMark>, StoreError> {
        self.read("problems", marks).await
    }

    async fn mark_problem(&self, mark: &ProblemMark) -> Result<(), StoreError> {
        let mark = mark.clone();
        self.writer.run("mark a problem", move |_, db| keep(db, &mark)).await
    }
}
