//! `pulse-bench servers`: several servers on one replica set: how much sooner they are done with what was left to do in the
//! background than one alone, and how long the sessions of one that is killed stay wrong.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};

use crate::{
    cli::ServersOptions,
    client::Client,
    process::Server,
    progress::Progress,
    report::{number, table},
    scene::{Place, Scene},
    target::Target,
    tracker_body::{Track, recorded_visit},
    traffic::now,
};

const SERVERS: usize = 3;

/// A total that has not changed for so long is the last.
const STABLE: Duration = Duration::from_secs(15);
const GIVE_UP: Duration = Duration::from_secs(1800);

/// After that, sessions of a killed server are reported as still wrong.
const RIGHT_WITHIN: Duration = Duration::from_secs(120);

const LOOK: Duration = Duration::from_millis(200);

/// Sessions that are known once their scores are: a server finds them by itself.
const SCORED: &str = "/api/sessions?limit=1&has_rage=true";

/// Sessions that the killed server had taken in.
const OWN: u32 = 50;

pub(crate) async fn run(options: &ServersOptions) -> Result<()> {
    let sessions = if options.quick { 100 } else { options.sessions };
    let mut programs = options.programs.clone();
    programs.replica_set = true;
    let scene = Scene::new(&programs, &[Target::Mongodb]).await?;
    let mut progress = Progress::new(3);
    progress.step(&format!("one server, {sessions} sessions"));
    let place = scene.place(Target::Mongodb, "one")?;
    place.seed_raw(sessions, options.moves_per_session)?;
    let (scored, alone) = catch_up(&place, 1, None).await?;
    place.clear().await?;

    progress.step(&format!("{SERVERS} servers, {sessions} sessions"));
    let place = scene.place(Target::Mongodb, "three")?;
    place.seed_raw(sessions, options.moves_per_session)?;
    let (_, together) = catch_up(&place, SERVERS, Some(scored)).await?;

    progress.step("one of them is killed");
    let mut servers = start(&place, SERVERS)?;
    let killed = kill(&mut servers).await?;
    drop(servers);
    place.clear().await?;
    let killed = killed.map_or(format!("> {}", RIGHT_WITHIN.as_secs()), |time| number(time.as_secs_f64()));
    drop(progress);
    let seconds = |time: Duration| number(time.as_secs_f64());
    let rows = vec![
        vec!["one server is done after, s".to_owned(), seconds(alone)],
        vec![format!("{SERVERS} servers are done after, s"), seconds(together)],
        vec!["work in the same time".to_owned(), number(alone.as_secs_f64() / together.as_secs_f64())],
        vec![format!("{OWN} sessions of a killed one are right again after, s"), killed],
    ];
    println!("\n{sessions} sessions that no server has seen, {scored} of them with rage\n\n{}", table(&["", ""], rows));
    Ok(())
}

fn start(place: &Place<'_>, servers: usize) -> Result<Vec<Server>> {
    (0..servers).map(|_| place.start()).collect()
}

/// Until the scores of all sessions are there: how many have rage (as many as `expected`, if that is known), and after what time.
async fn catch_up(place: &Place<'_>, servers: usize, expected: Option<u64>) -> Result<(u64, Duration)> {
    let began = Instant::now();
    let servers = start(place, servers)?;
    let mut client = Client::new(servers.first().context("no server")?.address);
    let (mut total, mut changed) = (0, began);
    loop {
        let answer = client.get(SCORED).await?;
        if let Some(found) = answer.body["total"].as_u64().filter(|found| *found != total) {
            (total, changed) = (found, Instant::now());
        }
        let is_last = expected.map_or(total > 0 && changed.elapsed() > STABLE, |expected| total >= expected);
        if is_last {
            return Ok((total, changed - began));
        }
        ensure!(began.elapsed() < GIVE_UP, "not done after {GIVE_UP:?}: {total} sessions with rage");
        tokio::time::sleep(LOOK).await;
    }
}

/// Kills the server that has just taken sessions in; the time until another one's list has all of them as they are, if it has
/// them soon.
async fn kill(servers: &mut Vec<Server>) -> Result<Option<Duration>> {
    let victim = servers.pop().context("no server")?;
    let mut client = Client::new(victim.address);
    let mut sent = BTreeMap::new();
    for number in 0..OWN {
        let session = format!("killed-{number:04}");
        let mut moves = 0;
        for batch in recorded_visit(&session, now() - 20_000)? {
            moves += batch.moves.len() as u64;
            client.track(&Track { sent_at: now(), ..batch }).await?;
        }
        sent.insert(session, moves);
    }
    // Dropped is killed.
    drop(victim);
    let (died, mut client) = (Instant::now(), Client::new(servers.first().context("no server")?.address));
    loop {
        let answer = client.get("/api/sessions?limit=500").await?;
        let rows = answer.body["sessions"].as_array().cloned().unwrap_or_default();
        let right = |row: &&serde_json::Value| {
            let sent = row["session_id"].as_str().and_then(|id| sent.get(id));
            sent.is_some() && row["mousemoves"].as_u64() == sent.copied()
        };
        if rows.iter().filter(right).count() == sent.len() {
            return Ok(Some(died.elapsed()));
        }
        if died.elapsed() > RIGHT_WITHIN {
            return Ok(None);
        }
        tokio::time::sleep(LOOK).await;
    }
}
