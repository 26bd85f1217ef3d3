//! `pulse-bench maps`: the map of a page that many sessions saw, and the problems of all of them, over HTTP, on both stores: the
//! first answer of a server that has just started, and those after it; and what it takes the server in memory.

use anyhow::{Context as _, Result};

use crate::{
    cli::MapsOptions,
    client::Client,
    progress::Progress,
    read::become_quiet,
    report::{median, number, table},
    scene::{Place, Scene},
    target::Target,
    traffic::now,
    usage::Memory,
};

const TARGETS: [Target; 2] = [Target::Sqlite, Target::Mongodb];

/// The page that nearly all visits of the made-up shop see, as its map is asked for. `WARM` answers follow the first.
const MAP: &str = "/api/heatmap?page=%2Fproduct%2F%3Aid";
const WARM: u32 = 15;

/// What goes wrong on all pages.
const PROBLEMS: &str = "/api/problems";

const DAY_MS: i64 = 24 * 3600 * 1000;

pub(crate) async fn run(options: &MapsOptions) -> Result<()> {
    let (sessions, moves) = if options.quick { (200, 50) } else { (options.sessions, options.moves_per_session) };
    let scene = Scene::new(&options.programs, &TARGETS).await?;
    let questions = questions(now());
    let mut progress = Progress::new((scene.len() * (questions.len() + 1)) as u64);
    let mut tables = String::new();
    for target in scene.order(0) {
        progress.step(&format!("{}: seeding {sessions} sessions of {moves} moves", target.name()));
        let place = scene.place(target, "maps")?;
        place.seed(sessions, moves, options.days)?;
        // Whatever a server does with a store that it has never seen is over before anything is measured.
        let server = place.start()?;
        become_quiet(place.pids(&server)).await?;
        drop(server);
        let mut rows = Vec::new();
        for (what, path) in &questions {
            progress.step(&format!("{}: {what}", target.name()));
            rows.push(ask(&place, what, path).await.with_context(|| format!("{}, {what}", target.name()))?);
        }
        tables += &format!("\n{}, {sessions} sessions of {moves} moves over {} days\n\n", target.name(), options.days);
        tables += &table(&["", "first ms", "p50 ms", "worst ms", "bytes", "sessions", "memory + MiB", ""], rows);
        place.clear().await?;
    }
    drop(progress);
    println!("{tables}");
    Ok(())
}

/// One question to a server that has just started, and again.
async fn ask(place: &Place<'_>, what: &str, path: &str) -> Result<Vec<String>> {
    let server = place.start()?;
    let mut client = Client::new(server.address);
    // It reads its first pages and settings for this.
    client.get("/api/sessions?limit=1").await?;
    become_quiet(place.pids(&server)).await?;
    let before = Memory::of(server.process.id())?;
    let first = client.get(path).await?;
    let (mut times, mut refused) = (Vec::new(), u32::from(first.status != 200));
    for _ in 0..WARM {
        let answer = client.get(path).await?;
        times.push(answer.ms);
        refused += u32::from(answer.status != 200);
    }
    let after = Memory::of(server.process.id())?;
    let growth = after.peak.saturating_sub(before.now) as f64 / f64::from(1 << 20);
    let middle = median(&mut times).unwrap_or(f64::NAN);
    let worst = times.last().copied().unwrap_or(f64::NAN);
    let mut row = vec![what.to_owned()];
    row.extend([first.ms, middle, worst, first.bytes as f64].map(number));
    let sessions = first.body["sessions"].as_u64().or(first.body["visits"].as_u64());
    row.push(sessions.map_or("-".to_owned(), |sessions| sessions.to_string()));
    row.push(number(growth));
    row.push(match (refused, first.body["partial"].as_bool()) {
        (0, Some(true)) => "partial".to_owned(),
        (0, _) => String::new(),
        (refused, _) => format!("{refused} refused"),
    });
    Ok(row)
}

/// What is asked for, in words and as a path.
fn questions(now: i64) -> Vec<(&'static str, String)> {
    let maps = [
        ("the map", String::new()),
        ("the last 7 days, to the millisecond", format!("&from={}&to={now}", now - 7 * DAY_MS)),
        ("at least 1,024 px wide", "&width_min=1024".into()),
        ("phones", "&device=mobile".into()),
        ("elements, in the window's width", "&mode=viewport".into()),
        ("bursts of 4 clicks", "&rage_count=4".into()),
        ("cells of 7 px", "&cell=7".into()),
    ];
    let problems = [
        ("problems", String::new()),
        ("problems of the last 7 days, to the millisecond", format!("?from={}&to={now}", now - 7 * DAY_MS)),
        ("problems of a page on phones", "?page=%2Fproduct%2F%3Aid&device=mobile".into()),
        ("problems at least 1,100 px wide", "?width_min=1100".into()),
    ];
    let maps = maps.map(|(what, query)| (what, format!("{MAP}{query}")));
    maps.into_iter().chain(problems.map(|(what, query)| (what, format!("{PROBLEMS}{query}")))).collect()
}
