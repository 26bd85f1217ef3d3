//! Rows as they are read: a line or record at a time, and a bad one costs itself alone.

use std::io::{BufRead, Read};

use super::row::{Format, Row};

/// Bytes of a line. A row is an event, and the largest, an outline of a page, has some 100 KiB.
const LINE: u64 = 4 * 1024 * 1024;

/// Reads rows until the end, each with the number of its line, and stops when `next` says so.
pub(super) fn read(
    format: Format,
    input: impl BufRead,
    next: impl FnMut(u64, Result<Row, String>) -> bool,
) -> std::io::Result<()> {
    match format {
        Format::Ndjson => read_ndjson(input, next),
        Format::Csv => read_csv(input, next),
    }
}

fn read_ndjson(mut input: impl BufRead, mut next: impl FnMut(u64, Result<Row, String>) -> bool) -> std::io::Result<()> {
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = input.by_ref().take(LINE).read_until(b'\n', &mut line)?;
        if read == 0 {
            break;
        }
        let row = if read as u64 == LINE && !line.ends_with(b"\n") {
            skip_line(&mut input)?;
            Err("the line is too long".to_owned())
        } else if line.trim_ascii().is_empty() {
            continue;
        } else {
            serde_json::from_slice(&line).map_err(|error| told(&error.to_string()))
        };
        if !next(number, row) {
            break;
        }
    }
    Ok(())
}

fn skip_line(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let some = input.fill_buf()?;
        let end = memchr::memchr(b'\n', some);
        let (used, is_over) = (end.map_or(some.len(), |end| end + 1), end.is_some() || some.is_empty());
        input.consume(used);
        if is_over {
            return Ok(());
        }
    }
}

fn read_csv(input: impl Read, mut next: impl FnMut(u64, Result<Row, String>) -> bool) -> std::io::Result<()> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(input);
    let names = reader.headers().map_err(broken)?.clone();
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        let row = match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => of_record(&names, &record),
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => Err("the line is no UTF-8".to_owned()),
            Err(error) => return Err(broken(error)),
        };
        if !next(line, row) {
            break;
        }
    }
    Ok(())
}

fn broken(error: csv::Error) -> std::io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => std::io::Error::new(std::io::ErrorKind::InvalidData, format!("{kind:?}")),
    }
}

fn of_record(names: &csv::StringRecord, record: &csv::StringRecord) -> Result<Row, String> {
    if record.len() != names.len() {
        return Err(format!("{} fields instead of {}", record.len(), names.len()));
    }
    let mut row = serde_json::Map::new();
    for (name, text) in names.iter().zip(record).filter(|(_, text)| !text.is_empty()) {
        let value = match name {
            "data" => serde_json::from_str(text).map_err(|error| format!("data: {error}"))?,
            "seq" | "received_at" | "shifted_ms" | "timestamp" => {
                text.parse::<i64>().map_err(|_| format!("{name} is no whole number"))?.into()
            }
            _ => text.into(),
        };
        row.insert(name.to_owned(), value);
    }
    serde_json::from_value(row.into()).map_err(|error| told(&error.to_string()))
}

/// What serde says, without its place, which is that of the line. The last row of an export that broke off lands here,
/// too: it names no session.
fn told(error: &str) -> String {
    error.split(" at line ").next().unwrap_or(error).chars().take(200).collect()
}
