//! `pulse-bench lists`: the list of sessions by each filter and order, of as many sessions as are asked for. Their rows
//! are written straight into the stores: how they came there is nothing to a list.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use fastrand::Rng;
use mongodb::bson::{DateTime, Document, doc};
use rusqlite::{Connection as Database, params};

use crate::{
    cli::ListOptions,
    client::get,
    connection::Connection,
    load::Load,
    mongod::Mongod,
    progress::Progress,
    report::{number, table},
    scene::{Scene, Stage},
    target::{DATABASE, Target},
};

const TARGETS: [Target; 2] = [Target::Sqlite, Target::Mongodb];

/// Answers before those that are measured. The first counts what matches; it is told by itself.
const WARM_UP: u32 = 5;

const SORTS: [&str; 3] = ["recent", "started", "frustration"];

/// Time between the starts of two sessions.
const STEP_MS: i64 = 8000;

const HOUR_MS: i64 = 3600 * 1000;

const DAY_MS: i64 = 24 * HOUR_MS;

/// Documents of one insert.
const GROUP: usize = 5000;

/// A session as the list knows it.
struct Row {
    id: String,
    visitor: String,
    started_at: i64,
    last_seen: i64,
    device: &'static str,
    rage: i64,
    errors: i64,
    frustration: i64,
    /// Numbers of the pages that it visited.
    pages: Vec<usize>,
}

pub(crate) async fn run(options: &ListOptions) -> Result<()> {
    let scene = Scene::new(&options.programs, &TARGETS).await?;
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let filters = filters(now, options.sessions);
    let mut progress = Progress::new((scene.len() * (filters.len() + 1)) as u64);
    let mut tables = String::new();
    for target in scene.order(0) {
        progress.step(&format!("{}: storing", target.name()));
        let Stage { server, place } = scene.start(target, 0)?;
        let rows = rows(options, now);
        match place.database() {
            Some((mongod, name)) => store_mongodb(mongod, name, rows).await?,
            None => store_sqlite(&place.folder.join(DATABASE), rows)?,
        }
        let mut connection = Connection::open(server.address).await?;
        let mut lines = Vec::new();
        for (what, filter) in &filters {
            progress.step(&format!("{}: {what}", target.name()));
            lines.push(measure(&mut connection, options, what, filter).await?);
        }
        tables += &format!("\n{}, {} sessions, milliseconds\n\n", target.name(), options.sessions);
        let heads = ["", "bytes", "first", "recent p50", "p95", "started p50", "p95", "frustration p50", "p95"];
        tables += &table(&heads, lines);
        drop((connection, server));
        place.clear().await?;
    }
    drop(progress);
    println!("{tables}");
    Ok(())
}

async fn measure(connection: &mut Connection, options: &ListOptions, what: &str, filter: &str) -> Result<Vec<String>> {
    let mut line = vec![what.to_owned()];
    for sort in SORTS {
        let request = get(&format!("/api/sessions?limit=50&sort={sort}{filter}"));
        let first = Load::repeat(connection, request.as_bytes(), 1).await?;
        ensure!(first.refused == 0, "{what} by {sort} was refused");
        if line.len() == 1 {
            // An answer without rows shows here, and would be no measure.
            line.push(connection.answer_bytes().to_string());
            line.push(number(first.quantile_ms(1.0)));
        }
        Load::repeat(connection, request.as_bytes(), WARM_UP).await?;
        let load = Load::repeat(connection, request.as_bytes(), options.requests).await?;
        ensure!(load.refused == 0, "{what} by {sort}: {} requests were refused", load.refused);
        line.extend([0.5, 0.95].map(|share| number(load.quantile_ms(share))));
    }
    Ok(line)
}

/// What is asked for, in words and as parameters.
fn filters(now: i64, sessions: u32) -> Vec<(&'static str, String)> {
    let middle = now - i64::from(sessions) * STEP_MS / 2;
    [
        ("all", String::new()),
        ("a page that all saw", "&page=/item/n0".into()),
        ("a page that 7 % saw", "&page=/item/n3".into()),
        ("a page that few saw", "&page=/item/n200".into()),
        ("a page that nobody saw", "&page=/nowhere".into()),
        ("an address", "&page=http://shop.test/item/n40".into()),
        ("pages by their beginning", "&page=/item/n4*".into()),
        ("pages by their end", "&page=*/n200".into()),
        ("the last day", format!("&from={}", now - DAY_MS)),
        ("a day in the middle", format!("&from={middle}&to={}", middle + DAY_MS)),
        ("before the middle", format!("&to={middle}")),
        ("device, 28 %", "&device=mobile".into()),
        ("device, none", "&device=unknown".into()),
        ("frustration", "&min_frustration=60".into()),
        ("with rage", "&has_rage=true".into()),
        ("without rage", "&has_rage=false".into()),
        ("with errors", "&has_errors=true".into()),
        ("without errors", "&has_errors=false".into()),
        ("live", "&live=true".into()),
        ("not live", "&live=false".into()),
        ("a visitor", "&visitor=visitor-7".into()),
        ("device, rage, page", "&device=mobile&has_rage=true&page=/item/n3".into()),
        ("device, rage, errors", "&device=tablet&has_rage=true&has_errors=true".into()),
    ]
    .into()
}

fn rows(options: &ListOptions, now: i64) -> impl Iterator<Item = Row> {
    let (mut rng, sessions) = (Rng::with_seed(options.seed), options.sessions);
    (0..sessions).map(move |n| {
        let started_at = now - i64::from(sessions - n) * STEP_MS;
        let has_rage = rng.u32(0..100) < 6;
        // Nearly all are gone within three minutes; some come back to the tab for hours.
        let stays = if n % 100 == 0 { 270 } else { 1 };
        let mut pages = vec![0];
        for _ in 0..3 {
            // Most see the same few pages.
            let page = (-40.0 * rng.f64().max(1e-9).ln()) as usize % 500;
            if !pages.contains(&page) {
                pages.push(page);
            }
        }
        Row {
            id: format!("{:032x}", rng.u128(..)),
            visitor: format!("visitor-{}", rng.u32(0..sessions / 3 + 1)),
            started_at,
            last_seen: started_at + (rng.i64(0..STEP_MS * 20) * stays).min(now - started_at),
            device: match rng.u32(0..100) {
                0..70 => "desktop",
                70..98 => "mobile",
                _ => "tablet",
            },
            rage: if has_rage { rng.i64(1..4) } else { 0 },
            errors: i64::from(rng.u32(0..100) < 2),
            frustration: if has_rage { rng.i64(10..90) } else { rng.i64(0..12) },
            pages,
        }
    })
}

fn score(row: &Row) -> String {
    let (rage, frustration) = (row.rage, row.frustration);
    serde_json::json!({
        "of_batches": 5, "rage": rage, "dead": 0, "error_clicks": 0, "frustration": frustration, "completeness": 1,
        "activity": vec![1; 24],
    })
    .to_string()
}

fn store_sqlite(path: &std::path::Path, rows: impl Iterator<Item = Row>) -> Result<()> {
    let mut db = Database::open(path)?;
    db.busy_timeout(std::time::Duration::from_secs(30))?;
    let tx = db.transaction()?;
    for page in 0..500 {
        let path = format!("/item/n{page}");
        tx.execute(
            "INSERT INTO pages (id, url, path) VALUES (?1, ?2, ?3)",
            params![page + 1, format!("http://shop.test{path}"), path],
        )?;
    }
    let mut session = tx.prepare(
        "INSERT INTO sessions (session_id, visitor_id, started_at, last_seen, page_url, device, batches, frustration,
            scored_batches, score, rage, errors)
         VALUES (?1, ?2, ?3, ?4, 'http://shop.test/item/n0', ?5, 5, ?6, 5, ?7, ?8, ?9)",
    )?;
    let mut visit = tx.prepare("INSERT INTO session_pages (session, page, place) VALUES (?1, ?2, ?3)")?;
    for row in rows {
        let Row { id, visitor, started_at, last_seen, device, rage, errors, frustration, .. } = &row;
        let score = score(&row);
        session.execute(params![id, visitor, started_at, last_seen, device, frustration, score, rage, errors])?;
        let key = tx.last_insert_rowid();
        for (place, page) in row.pages.iter().enumerate() {
            visit.execute(params![key, *page as i64 + 1, place as i64])?;
        }
    }
    drop((session, visit));
    Ok(tx.commit()?)
}

async fn store_mongodb(mongod: &Mongod, name: &str, rows: impl Iterator<Item = Row>) -> Result<()> {
    let sessions = mongod.database(name).collection::<Document>("sessions");
    let mut group = Vec::with_capacity(GROUP);
    for row in rows {
        let score: serde_json::Value = serde_json::from_str(&score(&row))?;
        let paths: Vec<String> = row.pages.iter().map(|page| format!("/item/n{page}")).collect();
        let pages: Vec<String> = paths.iter().map(|path| format!("http://shop.test{path}")).collect();
        // As a session with its last summary has it.
        let short = (row.last_seen - row.started_at < HOUR_MS).then_some(true);
        group.push(doc! {
            "_id": &row.id, "session_id": row.id, "visitor_id": row.visitor,
            "started_at": DateTime::from_millis(row.started_at), "last_seen": DateTime::from_millis(row.last_seen),
            "page_url": "http://shop.test/item/n0", "device": row.device, "pages": pages, "paths": paths,
            "batches": 5_i64, "counts": { "error": row.errors },
            "score": mongodb::bson::serialize_to_document(&score)?,
            "revision": 1_i64, "short": short,
        });
        if group.len() == GROUP {
            sessions.insert_many(std::mem::take(&mut group)).await.context("cannot store sessions")?;
        }
    }
    if !group.is_empty() {
        sessions.insert_many(group).await.context("cannot store sessions")?;
    }
    Ok(())
}
