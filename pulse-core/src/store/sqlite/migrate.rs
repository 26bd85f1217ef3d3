//! Brings a file to the schema of this version, in one transaction.

use rusqlite::{Connection, Transaction};

use super::row;
use crate::store::StoreError;

/// Version of `schema.sql` and what belongs to it.
const VERSION: i64 = 4;

/// The indexes that lists are read from, and the sums over sessions.
const LISTS: &str = include_str!("lists.sql");
const ROLLUPS: &str = include_str!("rollup.sql");

/// The file is not a store that this version can use.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("the file was made by a newer version of Pulse")]
    Newer,
    #[error("the file is another program's database")]
    Foreign,
}

pub(super) fn bring_up_to_date(db: &mut Connection) -> Result<(), StoreError> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tx = db.transaction()?;
    match version {
        VERSION => return Ok(()),
        0 => {
            let tables: i64 = tx.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
            if tables > 0 {
                return Err(StoreError::corrupt("the database file", Unusable::Foreign));
            }
            tx.execute_batch(include_str!("schema.sql"))?;
            tx.execute_batch(LISTS)?;
            tx.execute_batch(ROLLUPS)?;
        }
        2 => from_2(&tx)?,
        3 => from_3(&tx)?,
        _ => return Err(StoreError::corrupt("the database file", Unusable::Newer)),
    }
    tx.pragma_update(None, "user_version", VERSION)?;
    Ok(tx.commit()?)
}

/// Version 2 could not tell by an index which sessions match a list, and kept no sums.
fn from_2(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.execute_batch(
        "ALTER TABLE sessions ADD COLUMN rage INTEGER NOT NULL DEFAULT 0;
         ALTER TABLE sessions ADD COLUMN errors INTEGER NOT NULL DEFAULT 0;
         UPDATE sessions SET rage = coalesce(score ->> '$.rage', 0);",
    )?;
    let mut query = tx.prepare("SELECT id, counts FROM sessions")?;
    let mut rows = query.query([])?;
    while let Some(next) = rows.next()? {
        let errors = row::counts(&next.get::<_, Vec<u8>>(1)?)?.error;
        if errors > 0 {
            tx.prepare_cached("UPDATE sessions SET errors = ?2 WHERE id = ?1")?
                .execute((next.get::<_, i64>(0)?, errors as i64))?;
        }
    }
    tx.execute_batch("DROP INDEX sessions_recent; DROP INDEX sessions_frustration;")?;
    tx.execute_batch(LISTS)?;
    Ok(tx.execute_batch(ROLLUPS)?)
}

/// Version 3 kept sums of another form. They are made anew.
fn from_3(tx: &Transaction<'_>) -> Result<(), StoreError> {
    Ok(tx.execute_batch(
        "DELETE FROM rollups;
         DELETE FROM segments;
         UPDATE sessions SET segment = NULL, rolled_batches = NULL WHERE segment IS NOT NULL;",
    )?)
}
