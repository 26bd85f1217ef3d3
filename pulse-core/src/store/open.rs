//! A store by its address: `sqlite:PATH`, `mongodb://...`, `mongodb+srv://...`.

use std::sync::Arc;

use super::{Store, StoreError};
use crate::limits::Limits;

/// Why a store cannot be opened. The address is not repeated: it may hold a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// No store has such an address, or it was not compiled in.
    #[error("the store's address is sqlite:PATH, mongodb://... or mongodb+srv://...")]
    Address,
    /// The store is there but does not work.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The store at `address` for a person to read, without credentials.
///
/// ```
/// use pulse_core::store::describe;
///
/// assert_eq!(describe("sqlite:pulse.db"), "SQLite, pulse.db");
/// assert_eq!(describe("mongodb://ann:secret@db.test/pulse"), "MongoDB");
/// ```
pub fn describe(address: &str) -> String {
    match address.split_once(':') {
        Some(("sqlite", path)) => format!("SQLite, {path}"),
        Some(("mongodb" | "mongodb+srv", _)) => "MongoDB".to_owned(),
        _ => "of an unknown kind".to_owned(),
    }
}

/// Opens the store at `address`, and makes it ready for use.
///
/// # Errors
/// The address is of no known store, or the store cannot be reached.
pub async fn open(address: &str, limits: &Limits) -> Result<Arc<dyn Store>, OpenError> {
    match address.split_once(':') {
        #[cfg(feature = "sqlite")]
        // SQLite's own spellings for a database in memory or behind a URI are no file that could be durable.
        Some(("sqlite", path)) if !path.is_empty() && !path.starts_with([':', '?']) && !path.starts_with("file:") => {
            let path = path.to_owned();
            let opened = tokio::task::spawn_blocking(move || super::SqliteStore::open(path.as_ref())).await;
            let opened = opened.map_err(|error| StoreError::unavailable("open")(error.into()))?;
            Ok(opened?)
        }
        #[cfg(feature = "mongodb")]
        Some(("mongodb" | "mongodb+srv", _)) => Ok(Arc::new(super::MongoStore::open(address, limits).await?)),
        _ => {
            let _ = limits;
            Err(OpenError::Address)
        }
    }
}
