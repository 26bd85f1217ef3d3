//! `pulse-bench live`: many sessions at once, each sending every two seconds, and how old what is shown of them is: the list's
//! counts, the scores, the map of a page. One more session is watched whose every batch has a burst of clicks.

use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

use anyhow::Result;
use futures_util::future::try_join;
use serde_json::json;
use tokio::time::{MissedTickBehavior, interval};

use crate::{
    cli::LiveOptions,
    client::Client,
    connection::Connection,
    load::Load,
    progress::Progress,
    report::{number, quantile, table},
    scene::{Place, Scene},
    schedule::Schedule,
    target::Target,
    tracker_body::{Element, Event, Session, Track},
    traffic::{Form, Pointer, SPAN_MS, Traffic, now},
};

const TARGETS: [Target; 2] = [Target::Sqlite, Target::Mongodb];

/// Between two looks at what is shown.
const LOOK: Duration = Duration::from_millis(500);

/// Positions of a watched batch.
const MOVES: i64 = 40;

/// What is looked at, and where it says how many of the watched batches it knows.
const SHOWN: [(&str, &str); 3] = [
    ("counts", "/api/sessions?visitor=visitor-watched"),
    ("scores", "/api/sessions?visitor=visitor-watched"),
    ("map", "/api/heatmap?page=%2Fwatched"),
];

/// How many s behind each of [`SHOWN`] was, at every look; and looks that were refused.
#[derive(Default)]
struct Ages {
    seconds: [Vec<f64>; 3],
    refused: u64,
}

pub(crate) async fn run(options: &LiveOptions) -> Result<()> {
    let seconds = if options.quick { 20 } else { options.seconds };
    let sizes = if options.quick { vec![100] } else { options.sessions.clone() };
    let scene = Scene::new(&options.programs, &TARGETS).await?;
    let mut progress = Progress::new((scene.len() * sizes.len()) as u64);
    let mut rows = Vec::new();
    for sessions in sizes {
        for target in scene.order(0) {
            progress.step(&format!("{}: {sessions} live sessions for {seconds} s", target.name()));
            let place = scene.place(target, &format!("live_{sessions}"))?;
            let (load, mut ages) = measure(&place, sessions, Duration::from_secs(seconds)).await?;
            for ((what, _), ages) in SHOWN.iter().zip(&mut ages.seconds) {
                let figures = [0.5, 0.99, 1.0].map(|share| format!("{:.1}", quantile(ages, share)));
                let name = format!("{sessions}, {}: {what}", target.name());
                rows.push(std::iter::once(name).chain(figures).chain([String::new(), String::new()]).collect());
            }
            let name = format!("{sessions}, {}: ingest", target.name());
            let p99 = number(load.quantile_ms(0.99));
            rows.push(vec![
                name,
                String::new(),
                String::new(),
                String::new(),
                p99,
                (load.refused + ages.refused).to_string(),
            ]);
            place.clear().await?;
        }
    }
    drop(progress);
    println!(
        "\nEach session sends every 2 s, for {seconds} s. Age: since the oldest acknowledged batch that is not shown yet.\n"
    );
    println!("{}", table(&["live sessions", "age p50 s", "p99 s", "worst s", "p99 ms", "refused"], rows));
    Ok(())
}

async fn measure(place: &Place<'_>, sessions: u32, time: Duration) -> Result<(Load, Ages)> {
    let server = place.start()?;
    let traffic = RefCell::new(Traffic::new(1, sessions, Form::Tracker));
    let mut connections = Connection::open_all(server.address, 16).await?;
    let fixed = Schedule::fixed(sessions / 2, time, connections.len());
    let load = Load::run(&mut connections, &traffic, &fixed);
    try_join(load, watch(Client::new(server.address), time)).await
}

/// Sends the watched session's batches and looks at what is shown of it.
async fn watch(mut client: Client, time: Duration) -> Result<Ages> {
    let session = Session(
        now(),
        "session-watched".into(),
        Some("visitor-watched".into()),
        "https://shop.example/watched".into(),
        "Watched".into(),
        None,
        [1280, 720],
    );
    client.session(&session).await?;
    let mut rng = fastrand::Rng::with_seed(1);
    let mut pointer = Pointer::new(&mut rng);
    let (began, mut acknowledged, mut ages) = (Instant::now(), Vec::new(), Ages::default());
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut known = [0; 3];
    while began.elapsed() < time {
        ticks.tick().await;
        if began.elapsed().as_millis() as u64 / SPAN_MS >= acknowledged.len() as u64 {
            client.track(&batch(u32::try_from(acknowledged.len())?, &mut pointer, &mut rng)).await?;
            acknowledged.push(Instant::now());
        }
        for (number, (what, path)) in SHOWN.iter().enumerate() {
            let answer = client.get(path).await?;
            ages.refused += u64::from(answer.status != 200);
            let row = &answer.body["sessions"][0];
            let batches = match *what {
                "counts" => row["mousemoves"].as_i64().map(|moves| moves / MOVES),
                "scores" => row["rage_clicks"].as_i64(),
                _ => answer.body["total"].as_i64().map(|moves| moves / MOVES),
            };
            known[number] = batches.map_or(known[number], |batches| batches as usize);
            let age = acknowledged.get(known[number]).map_or(0.0, |since: &Instant| since.elapsed().as_secs_f64());
            ages.seconds[number].push(age);
        }
    }
    Ok(ages)
}

/// Two seconds with a burst of clicks that nothing answers.
fn batch(seq: u32, pointer: &mut Pointer, rng: &mut fastrand::Rng) -> Track {
    let rect = [100.0, 100.0, 120.0, 40.0];
    let element =
        Element { path: "#pay", tag: "button", id: "pay", label: "Pay now", rect, bits: 1, ..Element::default() };
    let clicks = (0..5).map(|n| Event::click(200 + n * 90, [150.0, 120.0], 0, &element));
    let hint = Event(2, 200, json!([150, 120, 5, 360, Event::click(0, [0.0, 0.0], 0, &element).2[3]]));
    let sent_at = now();
    Track {
        sent_at,
        session: "session-watched".into(),
        view: "view-watched".into(),
        seq,
        page_url: "https://shop.example/watched".into(),
        title: "Watched".into(),
        start: sent_at - SPAN_MS as i64,
        events: clicks.chain([hint]).collect(),
        moves: (0..MOVES).map(|n| pointer.place(n * SPAN_MS as i64 / MOVES, rng)).collect(),
    }
}
