//! Everything of a store, out and in again: export, import, and the move from one store to another.
//!
//! A row is an event, with the batch that it came in, so that nothing is lost on the way: what is exported and imported
//! again is the same log. [`Format`] has two spellings of the same columns, and with the feature `parquet` there is
//! `export_parquet`:
//!
//! | column | |
//! | --- | --- |
//! | `session_id` | the visit |
//! | `view_id`, `seq` | the batch; a batch of the same name is stored once |
//! | `received_at`, `shifted_ms` | when it was received, and what was added to the times of its sender, in ms |
//! | `page_url`, `title` | where the batch began, if it says so |
//! | `type` | of the event; `session` for what is known of the visit itself, `batch` for a batch without events |
//! | `timestamp` | ms since the epoch |
//! | `data` | of the event, as JSON |

mod export;
mod import;
mod migrate;
#[cfg(feature = "parquet")]
mod parquet;
mod read;
mod row;
#[cfg(all(test, feature = "sqlite"))]
mod tests;

pub use export::export;
pub use import::{BadLine, Imported, import};
pub use migrate::{MigrateError, Migrated, migrate};
#[cfg(feature = "parquet")]
pub use parquet::{ParquetExportError, export_parquet};
pub(crate) use row::broken;
pub use row::{Format, UnknownFormat};
