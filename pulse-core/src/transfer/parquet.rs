//! An export as an Apache Parquet file: the same rows and columns, typed, for DuckDB, pandas and the like.
//!
//! A file is row groups with a column after the other. One group is collected in memory and written, so that memory is
//! bounded whatever the store holds. [Format](https://parquet.apache.org/docs/file-format/).

use std::{io::Write, sync::Arc};

use futures_util::TryStreamExt as _;
use parquet::{
    basic::{Compression, ZstdLevel},
    data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type},
    errors::ParquetError,
    file::{
        properties::WriterProperties,
        writer::{SerializedColumnWriter, SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::parser::parse_message_type,
};

use super::{export::rows, row::Row};
use crate::store::{SessionFilter, Store, StoreError};

/// The columns, in the order of the other formats.
const SCHEMA: &str = "message pulse {
    required binary session_id (STRING);
    optional binary view_id (STRING);
    optional int32 seq (INTEGER(32,false));
    optional int64 received_at (TIMESTAMP(MILLIS,true));
    optional binary page_url (STRING);
    optional binary title (STRING);
    optional int64 shifted_ms;
    required binary type (STRING);
    required int64 timestamp (TIMESTAMP(MILLIS,true));
    optional binary data (STRING);
}";

/// Rows of a group. Readers skip and parallelise by groups; in the format's documents they have some 100,000 rows.
const ROWS: usize = 100_000;

/// Bytes of text after which a group is written however few its rows are: outlines of pages are long.
const BYTES: usize = 64 * 1024 * 1024;

/// Why an export as Parquet broke off.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParquetExportError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file cannot be written.
    #[error("the file cannot be written")]
    Write(#[source] std::io::Error),
}

impl From<ParquetError> for Broken {
    fn from(error: ParquetError) -> Self {
        // The writer's own errors hide in those of the crate.
        match error {
            ParquetError::External(source) => match source.downcast::<std::io::Error>() {
                Ok(error) => Self(*error),
                Err(source) => Self(std::io::Error::other(source)),
            },
            error => Self(std::io::Error::other(error)),
        }
    }
}

/// A write that failed; crate-private, so that no type of the crate that writes the format is public.
struct Broken(std::io::Error);

impl From<Broken> for ParquetExportError {
    fn from(Broken(error): Broken) -> Self {
        Self::Write(error)
    }
}

/// Writes the sessions of a filter with all their events to `out`, the latest first, and says how many rows there are.
/// `progress` is told the rows so far after each group. Writing blocks the thread.
///
/// What is in memory at a time is one row group: 100,000 rows or 64 MiB of text, and one batch more.
///
/// # Errors
/// The store cannot be read, or `out` cannot be written. The file is then no whole one.
pub async fn export_parquet(
    store: Arc<dyn Store>,
    filter: &SessionFilter,
    out: impl Write + Send,
    mut progress: impl FnMut(u64),
) -> Result<u64, ParquetExportError> {
    let mut file = open(out)?;
    let mut rows = rows(store, filter);
    let (mut group, mut bytes, mut written) = (Vec::new(), 0, 0);
    while let Some(some) = rows.try_next().await? {
        bytes += some.iter().map(Row::text_bytes).sum::<usize>();
        group.extend(some);
        if group.len() >= ROWS || bytes >= BYTES {
            written += write(&mut file, &mut group)?;
            bytes = 0;
            progress(written);
        }
    }
    written += write(&mut file, &mut group)?;
    file.close().map_err(Broken::from)?;
    Ok(written)
}

fn open<W: Write + Send>(out: W) -> Result<SerializedFileWriter<W>, Broken> {
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let compression = Compression::ZSTD(ZstdLevel::try_new(3)?);
    let properties = WriterProperties::builder().set_compression(compression).build();
    Ok(SerializedFileWriter::new(out, schema, Arc::new(properties))?)
}

/// Writes what is collected as one group, and empties it.
fn write<W: Write + Send>(file: &mut SerializedFileWriter<W>, rows: &mut Vec<Row>) -> Result<u64, Broken> {
    if rows.is_empty() {
        return Ok(0);
    }
    let count = rows.len() as u64;
    let mut group = file.next_row_group()?;
    let mut columns = Columns { group: &mut group, rows };
    columns.required_text(|row| row.session_id.as_str().into())?;
    columns.text(|row| Some(row.view_id.as_ref()?.as_str().into()))?;
    // The format has no unsigned numbers of its own: the bits are the same, and the schema says how to read them.
    columns.optional::<Int32Type>(|row| row.seq.map(u32::cast_signed))?;
    columns.optional::<Int64Type>(|row| row.received_at)?;
    columns.text(|row| Some(row.page_url.as_deref()?.into()))?;
    columns.text(|row| Some(row.title.as_deref()?.into()))?;
    columns.optional::<Int64Type>(|row| row.shifted_ms)?;
    columns.required_text(|row| row.kind.as_str().into())?;
    columns.required::<Int64Type>(|row| row.timestamp)?;
    columns.text(|row| Some(row.data_text()?.as_str().into()))?;
    group.close()?;
    rows.clear();
    Ok(count)
}

/// A group that is written column by column.
struct Columns<'g, 'w, W: Write + Send> {
    group: &'g mut SerializedRowGroupWriter<'w, W>,
    rows: &'g [Row],
}

impl<W: Write + Send> Columns<'_, '_, W> {
    fn required_text(&mut self, text: impl Fn(&Row) -> ByteArray) -> Result<(), Broken> {
        self.required::<ByteArrayType>(text)
    }

    fn text(&mut self, text: impl Fn(&Row) -> Option<ByteArray>) -> Result<(), Broken> {
        self.optional::<ByteArrayType>(text)
    }

    fn required<T: DataType>(&mut self, value: impl Fn(&Row) -> T::T) -> Result<(), Broken> {
        let values: Vec<T::T> = self.rows.iter().map(value).collect();
        let mut column = self.next()?;
        column.typed::<T>().write_batch(&values, None, None)?;
        Ok(column.close()?)
    }

    /// Values that are there, and for each row whether it has one.
    fn optional<T: DataType>(&mut self, value: impl Fn(&Row) -> Option<T::T>) -> Result<(), Broken> {
        let all: Vec<Option<T::T>> = self.rows.iter().map(value).collect();
        let levels: Vec<i16> = all.iter().map(|value| value.is_some().into()).collect();
        let values: Vec<T::T> = all.into_iter().flatten().collect();
        let mut column = self.next()?;
        column.typed::<T>().write_batch(&values, Some(&levels), None)?;
        Ok(column.close()?)
    }

    fn next(&mut self) -> Result<SerializedColumnWriter<'_>, Broken> {
        let next = self.group.next_column()?;
        next.ok_or_else(|| Broken(std::io::Error::other("the schema has fewer columns than a row")))
    }
}
