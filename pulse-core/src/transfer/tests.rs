//! What goes out comes in again, the same to the last bit.
#![allow(clippy::unwrap_used)]

use std::{io::Cursor, sync::Arc};

use futures_util::TryStreamExt;

use super::{Format, export, import, migrate};
use crate::{
    Limits,
    analyze::problems::{Hits, ProblemMark, ProblemStatus},
    model::{Batch, PageRules, SessionStart},
    store::{
        ProblemMarks as _, SessionFilter, SqliteStore, Store,
        contract::{Add as _, all_kinds, batch, session, settled, start, stored},
    },
};

async fn filled() -> Arc<SqliteStore> {
    let store = SqliteStore::in_memory().unwrap();
    for n in 1..=5 {
        let visitor_id = "visitor-0001".parse().ok();
        let start = SessionStart { visitor_id, title: Some("a \"title\",\nwith lines".into()), ..start(n) };
        store.open_session(&start).await.unwrap();
        for seq in 0..n {
            let events = if seq == 2 { Vec::new() } else { all_kinds() };
            store.add(&batch(n, "view-0001", seq, events), &start).await.unwrap();
        }
        settled(&*store, n, n).await;
    }
    store
}

async fn text(store: &Arc<SqliteStore>, format: Format) -> Vec<u8> {
    let pieces: Vec<_> =
        export(Arc::clone(store) as Arc<dyn Store>, &SessionFilter::default(), format).try_collect().await.unwrap();
    pieces.concat()
}

async fn logs(store: &dyn Store) -> Vec<Vec<Batch>> {
    let mut logs = Vec::new();
    for n in 1..=5 {
        logs.push(stored(store, n).await);
    }
    logs
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_and_imported_again_is_the_same() {
    let store = filled().await;
    for format in [Format::Ndjson, Format::Csv] {
        let out = text(&store, format).await;
        let other = SqliteStore::in_memory().unwrap();
        for round in 0..2 {
            let input = Cursor::new(out.clone());
            let (rules, limits) = (PageRules::default(), Limits::default());
            let done =
                import(Arc::clone(&other) as Arc<dyn Store>, &rules, &limits, format, input, |_| ()).await.unwrap();
            assert_eq!((done.sessions, done.bad, &done.bad_lines[..]), (5, 0, &[][..]), "{format:?}");
            let events = 12 * all_kinds().len() as u64;
            assert_eq!((done.events, done.duplicates), if round == 0 { (events, 0) } else { (0, events) });
        }
        assert_eq!(logs(&*other).await, logs(&*store).await, "{format:?}");
        for n in 1..=5 {
            let (one, copy) = (settled(&*store, n, n).await, settled(&*other, n, n).await);
            assert_eq!((one.start, one.counts, one.pages), (copy.start, copy.counts, copy.pages));
        }
    }
}

/// The columns of a row, as a reader of the format has them.
#[cfg(feature = "parquet")]
fn columns(row: &parquet::record::Row) -> Vec<String> {
    row.get_column_iter().map(|(name, value)| format!("{name}={value}")).collect()
}

#[cfg(feature = "parquet")]
#[tokio::test(flavor = "multi_thread")]
async fn parquet_has_the_rows_of_the_other_formats_with_their_types() {
    use parquet::{
        basic::{LogicalType, TimeUnit},
        file::reader::{FileReader as _, SerializedFileReader},
    };

    let store = filled().await;
    let mut file = Vec::new();
    let source = Arc::clone(&store) as Arc<dyn Store>;
    let written = super::export_parquet(source, &SessionFilter::default(), &mut file, |_| ()).await.unwrap();
    let reader = SerializedFileReader::new(bytes::Bytes::from(file)).unwrap();
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    for (place, column) in schema.columns().iter().enumerate() {
        let expected = match column.name() {
            "received_at" | "timestamp" => Some(LogicalType::timestamp(true, TimeUnit::MILLIS)),
            "seq" => Some(LogicalType::integer(32, false)),
            "shifted_ms" => None,
            _ => Some(LogicalType::String),
        };
        assert_eq!(column.logical_type_ref(), expected.as_ref(), "{place}: {}", column.name());
    }
    let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(|row| columns(&row.unwrap())).collect();
    let text = String::from_utf8(text(&store, Format::Csv).await).unwrap();
    let mut expected = csv::Reader::from_reader(text.as_bytes());
    let names = expected.headers().unwrap().clone();
    let expected: Vec<csv::StringRecord> = expected.records().map(Result::unwrap).collect();
    assert_eq!((rows.len(), rows.len() as u64), (expected.len(), written));
    for (row, record) in rows.iter().zip(&expected) {
        for ((name, text), found) in names.iter().zip(record).zip(row) {
            let value = match name {
                _ if text.is_empty() => "null".to_owned(),
                "seq" | "shifted_ms" => text.to_owned(),
                "received_at" | "timestamp" => {
                    let time = jiff::Timestamp::from_millisecond(text.parse().unwrap()).unwrap();
                    time.strftime("%Y-%m-%d %H:%M:%S%.3f +00:00").to_string()
                }
                _ => format!("\"{text}\""),
            };
            assert_eq!(*found, format!("{name}={value}"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_lines_are_listed_and_history_is_not_moved() {
    let long_ago = 1_000_000_000_000_i64;
    let good =
        |at: i64| format!(r#"{{"session_id":"session-0001","type":"click","timestamp":{at},"data":{{"x":1,"y":2}}}}"#);
    let lines = [
        good(long_ago),
        "{".into(),
        good(long_ago + 1),
        r#"{"session_id":"short","type":"click","timestamp":1,"data":{"x":1,"y":2}}"#.into(),
        r#"{"session_id":"session-0001","type":"dance","timestamp":1,"data":{}}"#.into(),
        String::new(),
        r#"{"session_id":"session-0001","type":"click","timestamp":1,"data":{"x":1,"y":2},"colour":1}"#.into(),
        "x".repeat(5 * 1024 * 1024),
        r#"{"session_id":"session-0001","type":"error","timestamp":1,"data":null}"#.into(),
        good(long_ago + 2),
    ];
    let store = SqliteStore::in_memory().unwrap();
    let (rules, limits) = (PageRules::default(), Limits::default());
    for round in 0..2 {
        let input = Cursor::new(lines.join("\n"));
        let into = Arc::clone(&store) as Arc<dyn Store>;
        let done = import(into, &rules, &limits, Format::Ndjson, input, |_| ()).await.unwrap();
        let bad: Vec<u64> = done.bad_lines.iter().map(|bad| bad.line).collect();
        assert_eq!((done.rows, &bad[..], done.bad), (9, &[2, 4, 5, 7, 8, 9][..], 6), "{:?}", done.bad_lines);
        assert_eq!((done.events, done.duplicates), if round == 0 { (3, 0) } else { (0, 3) });
    }
    let times: Vec<i64> =
        stored(&*store, 1).await.iter().flat_map(|batch| batch.events().iter().map(|e| e.timestamp)).collect();
    assert_eq!(times, [long_ago, long_ago + 1, long_ago + 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_breaks_off_goes_on_and_leaves_the_source_alone() {
    let (from, to) = (filled().await, SqliteStore::in_memory().unwrap());
    let mark = ProblemMark {
        id: "00000000000000ff".parse().unwrap(),
        page: "http://shop.test/".into(),
        status: ProblemStatus::Ignored,
        note: None,
        at: 1,
        before: Hits::default(),
    };
    from.mark_problem(&mark).await.unwrap();
    let before = logs(&*from).await;
    let rules = PageRules::default();
    let (source, target) = (Arc::clone(&from) as Arc<dyn Store>, Arc::clone(&to) as Arc<dyn Store>);
    // A part is there already, as after a kill.
    to.add(&before[4][1], &start(5)).await.unwrap();
    let first = migrate(Arc::clone(&source), Arc::clone(&target), &rules, |_, _| ()).await.unwrap();
    let events = 12 * all_kinds().len() as u64;
    assert_eq!((first.sessions, first.batches, first.events, first.copied, first.marks), (5, 15, events, 14, 1));
    let again = migrate(source, Arc::clone(&target), &rules, |_, _| ()).await.unwrap();
    assert_eq!((again.copied, &again.sha256), (0, &first.sha256));
    assert_eq!((logs(&*to).await, logs(&*from).await), (before.clone(), before));
    assert_eq!(to.problem_marks().await.unwrap(), [mark]);
    // And what is in the target alone is not passed over.
    to.add(&batch(3, "view-other", 0, all_kinds()), &start(3)).await.unwrap();
    let differs = migrate(from, target, &rules, |_, _| ()).await.unwrap_err();
    assert!(differs.to_string().contains(session(3).as_str()), "{differs}");
}
