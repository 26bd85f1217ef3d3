//! The schema: made in a new file, and checked in one that is there.
//!
//! A newer version brings an older file up to date here, in the same transaction: one function for each step from a
//! version to the next.

use rusqlite::{Connection, Transaction};

use super::summary;
use crate::store::StoreError;

/// Version of `schema.sql`.
const VERSION: i64 = 3;

/// Brings a file from one version to the next.
type Step = fn(&Transaction<'_>) -> Result<(), StoreError>;

/// The steps from version 1 on.
const STEPS: &[Step] = &[add_reached, add_excluded];

/// Version 2 knows which sessions reached a goal.
fn add_reached(tx: &Transaction<'_>) -> Result<(), StoreError> {
    Ok(tx.execute_batch(
        "ALTER TABLE sessions ADD COLUMN reached INTEGER NOT NULL DEFAULT 0;
         DROP INDEX sessions_recent;
         DROP INDEX sessions_started;
         DROP INDEX sessions_frustration;
         CREATE INDEX sessions_recent ON sessions
             (last_seen DESC, session_id, started_at, device, frustration, rage, errors, reached);
         CREATE INDEX sessions_started ON sessions
             (started_at DESC, session_id, device, frustration, rage, errors, reached);
         CREATE INDEX sessions_frustration ON sessions
             (frustration DESC, session_id, started_at, device, rage, errors, reached);",
    )?)
}

/// Version 3 knows which sessions are left out of the figures.
fn add_excluded(tx: &Transaction<'_>) -> Result<(), StoreError> {
    Ok(tx.execute_batch("ALTER TABLE sessions ADD COLUMN excluded TEXT")?)
}

/// The file is not a store that this version can use.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("the file was made by a newer version of Pulse")]
    Newer,
    #[error("the file is another program's database")]
    Foreign,
}

pub(super) fn bring_up_to_date(db: &mut Connection) -> Result<(), StoreError> {
    migrate(db, include_str!("schema.sql"), VERSION, STEPS)?;
    summary::check_version(db)
}

fn migrate(db: &mut Connection, schema: &str, newest: i64, steps: &[Step]) -> Result<(), StoreError> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == newest {
        return Ok(());
    }
    let tx = db.transaction()?;
    match version {
        0 => {
            let tables: i64 = tx.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
            if tables > 0 {
                return Err(StoreError::corrupt("the database file", Unusable::Foreign));
            }
            tx.execute_batch(schema)?;
        }
        1.. if version < newest => {
            tracing::info!("sqlite: the file is brought from version {version} to {newest}");
            let done = usize::try_from(version - 1).unwrap_or(usize::MAX);
            steps.iter().skip(done).try_for_each(|step| step(&tx))?;
        }
        _ => return Err(StoreError::corrupt("the database file", Unusable::Newer)),
    }
    tx.pragma_update(None, "user_version", newest)?;
    Ok(tx.commit()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// What a next version would be: a column more.
    const NEXT: &[Step] =
        &[add_reached, add_excluded, |tx| Ok(tx.execute_batch("ALTER TABLE sessions ADD COLUMN country TEXT")?)];

    #[test]
    fn a_file_of_an_older_version_is_brought_up_to_date_once_and_a_newer_one_is_refused() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db, include_str!("schema.sql"), VERSION, STEPS).unwrap();
        db.execute(
            "INSERT INTO sessions (session_id, started_at, last_seen, page_url, device) VALUES ('a', 1, 2, '', 'mobile')",
            [],
        )
        .unwrap();
        for _ in 0..2 {
            migrate(&mut db, "", VERSION + 1, NEXT).unwrap();
        }
        let row = "SELECT session_id, country FROM sessions";
        let kept: (String, Option<String>) = db.query_row(row, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!(kept, ("a".to_owned(), None));
        let refused = migrate(&mut db, "", VERSION, STEPS);
        assert!(matches!(refused, Err(StoreError::Corrupt { .. })), "{refused:?}");
    }

    /// What the schema says of the sessions: columns and indexes.
    fn shape(db: &Connection) -> Vec<String> {
        let text = "SELECT name || ' ' || type || coalesce(dflt_value, '') FROM pragma_table_info('sessions')
                    UNION SELECT m.name || ' ' || i.name FROM sqlite_schema m, pragma_index_info(m.name) i
                    WHERE m.type = 'index' AND m.tbl_name = 'sessions' ORDER BY 1";
        let mut query = db.prepare(text).unwrap();
        query.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap().filter_map(Result::unwrap).collect()
    }

    #[test]
    fn an_older_file_becomes_what_a_new_one_is() {
        let (mut new, mut old) = (Connection::open_in_memory().unwrap(), Connection::open_in_memory().unwrap());
        migrate(&mut new, include_str!("schema.sql"), VERSION, STEPS).unwrap();
        let first = include_str!("schema.sql").replace(", reached)", ")").replace(
            "DEFAULT 0, -- of the counts\n    reached         INTEGER NOT NULL DEFAULT 0, -- of the score: 1 when a goal was reached\n    \
             excluded        TEXT                        -- why it counts neither on maps nor in problems",
            "DEFAULT 0",
        );
        assert!(!first.contains("reached") && !first.contains("excluded"));
        migrate(&mut old, &first, 1, &[]).unwrap();
        migrate(&mut old, "", VERSION, STEPS).unwrap();
        assert_eq!(shape(&old), shape(&new));
        assert!(shape(&old).iter().any(|part| part == "sessions_recent reached"));
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_as_it_was() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db, include_str!("schema.sql"), VERSION, STEPS).unwrap();
        let broken: &[Step] =
            &[add_reached, add_excluded, |tx| Ok(tx.execute_batch("DROP TABLE views; DROP TABLE nowhere")?)];
        assert!(migrate(&mut db, "", VERSION + 1, broken).is_err());
        assert!(db.query_row("SELECT count(*) FROM views", [], |row| row.get::<_, i64>(0)).is_ok());
        assert_eq!(db.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0)).unwrap(), VERSION);
    }
}
