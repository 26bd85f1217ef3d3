//! `pulse-bench dashboard`: the real dashboard in a real browser, over a seeded store: from a click to drawn, what it asked for
//! meanwhile, and bytes. The browser is driven by `e2e/bench/dashboard.mjs`.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    cli::DashboardOptions,
    client::Client,
    progress::Progress,
    read::become_quiet,
    report::{median, number, table},
    scene::Scene,
    target::Target,
    tracker_body::{Track, recorded_visit},
    traffic::{Pointer, now},
};

const TARGETS: [Target; 2] = [Target::Sqlite, Target::Mongodb];

/// Rows of the list that is left alone while visits go on.
const LIVE_ROWS: u32 = 1000;

/// Part of the name of the page that is clicked.
const PAGE: &str = "/product/";

/// The list's address begins so.
const LIST: &str = "/api/sessions?";

/// Rows of the list that is left alone, and for how long.
const ROWS: u32 = 500;
const IDLE: Duration = Duration::from_secs(9);

/// Between two positions of the pointer.
const SAMPLE_MS: i64 = 50;

/// Positions of a batch: two seconds.
const BATCH: i64 = 40;

/// What was measured in one round of one store.
#[derive(Debug, Deserialize, Serialize)]
struct Round {
    home: Action,
    list: Action,
    page: Action,
    session: Action,
    idle: Idle,
}

/// Something that was done to the dashboard.
#[derive(Debug, Deserialize, Serialize)]
struct Action {
    /// Until it was drawn.
    ms: f64,
    requests: Vec<Request>,
    hover: Option<Frames>,
    scrub: Option<Frames>,
    drawing: Option<Drawing>,
}

/// Drawing all of a session's positions, without the network.
#[derive(Debug, Deserialize, Serialize)]
struct Drawing {
    /// Reading the answer, laying out and drawing.
    ms: f64,
    /// heatmap.js over the same positions, by its radius.
    heatmap_js: Vec<Peer>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Peer {
    radius: u32,
    points: u32,
    ms: f64,
}

impl Drawing {
    /// How many times longer heatmap.js takes.
    fn ratio(&self, radius: u32) -> Option<f64> {
        self.heatmap_js.iter().find(|peer| peer.radius == radius).map(|peer| peer.ms / self.ms)
    }
}

#[derive(Debug, Clone, Deserialize, Serialize)]
struct Request {
    path: String,
    status: u16,
    ms: f64,
    /// On the wire.
    bytes: f64,
}

#[derive(Debug, Deserialize, Serialize)]
struct Frames {
    per_second: f64,
    longest_ms: f64,
}

/// The list while nothing changed.
#[derive(Debug, Deserialize, Serialize)]
struct Idle {
    rows: u32,
    ms: f64,
    /// Bytes of streams.
    streamed: f64,
    requests: Vec<Request>,
}

/// The list after visits went on and began for a while: whether what its reader had before them is still there.
#[derive(Debug, Deserialize, Serialize)]
struct LiveList {
    rows: u32,
    /// That there were meanwhile.
    visits: u32,
    focus_kept: bool,
    selection_kept: bool,
    moved_px: f64,
    heap_mib: f64,
    /// Of the time, the page's thread had so much to do.
    busy_percent: f64,
}

/// A figure of a round.
type Of = fn(&Round) -> Option<f64>;

/// The requests of an action.
type Requests = fn(&Round) -> &[Request];

const FIGURES: [(&str, Of); 15] = [
    ("first card of home, ms", |round| Some(round.home.ms)),
    ("first row of the list, ms", |round| Some(round.list.ms)),
    ("click on a page to drawn, ms", |round| Some(round.page.ms)),
    ("open the long session to drawn, ms", |round| Some(round.session.ms)),
    ("bytes of a page's requests", |round| Some(bytes(&round.page.requests))),
    ("bytes of opening the session", |round| Some(bytes(&round.session.requests))),
    ("bytes of a list refresh, nothing changed", |round| {
        round.idle.requests.iter().filter(|r| r.path.contains(LIST)).map(|r| r.bytes).reduce(f64::max)
    }),
    ("bytes of streams a minute, nothing changed", |round| Some(round.idle.streamed * 60_000.0 / round.idle.ms)),
    ("frames/s, pointer over the page's map", |round| Some(round.page.hover.as_ref()?.per_second)),
    ("frames/s, pointer over the session's map", |round| Some(round.session.hover.as_ref()?.per_second)),
    ("frames/s, scrubbing", |round| Some(round.session.scrub.as_ref()?.per_second)),
    ("the session's map from its answer to drawn, ms", |round| Some(round.session.drawing.as_ref()?.ms)),
    ("heatmap.js of radius 10 : it", |round| round.session.drawing.as_ref()?.ratio(10)),
    ("heatmap.js of radius 40 : it", |round| round.session.drawing.as_ref()?.ratio(40)),
    ("longest frame while scrubbing, ms", |round| Some(round.session.scrub.as_ref()?.longest_ms)),
];

pub(crate) async fn run(options: &DashboardOptions) -> Result<()> {
    let (sessions, rounds) = if options.quick { (200, 1) } else { (options.sessions, options.rounds) };
    let moves = if options.quick { 4000 } else { options.moves };
    let scene = Scene::new(&options.programs, &TARGETS).await?;
    let mut progress = Progress::new(scene.len() as u64 * 3);
    let mut results = Vec::new();
    for target in scene.order(0) {
        progress.step(&format!("{}: seeding {sessions} sessions", target.name()));
        let place = scene.place(target, "dashboard")?;
        place.seed(sessions, options.moves_per_session, 6)?;
        let server = place.start()?;
        progress.step(&format!("{}: a session of {moves} moves", target.name()));
        let session = long_session(server.address, moves.into()).await?;
        become_quiet(place.pids(&server)).await?;
        progress.step(&format!("{}: {rounds} rounds in the browser", target.name()));
        let url = format!("http://{}/", server.dashboard.context("the server names no dashboard")?);
        // Off the one thread: the driver of MongoDB takes a connection that it cannot watch for minutes for lost.
        let (api, live) = (format!("http://{}/", server.address), options.live);
        let rounds = tokio::task::spawn_blocking(move || {
            let settings = json!({
                "url": url, "page": PAGE, "session": session, "rounds": rounds, "rows": ROWS,
                "idle_ms": IDLE.as_millis() as u64,
            });
            let rounds: Vec<Round> = browse("dashboard.mjs", &settings)?;
            let live = live.map(|seconds| {
                let settings = json!({"url": url, "api": api, "rows": LIVE_ROWS, "live_ms": seconds * 1000});
                browse::<LiveList>("live.mjs", &settings)
            });
            anyhow::Ok((rounds, live.transpose()?.unwrap_or_default()))
        });
        let (rounds, live) = rounds.await??;
        results.push((target, rounds, live));
        drop(server);
        place.clear().await?;
    }
    drop(progress);
    println!("\n{sessions} sessions of {} moves, one of {moves}; {rounds} rounds\n", options.moves_per_session);
    for (target, rounds, live) in &results {
        println!("{}\n", report(*target, rounds));
        live.iter().for_each(|list| println!("{}\n", report_live(list)));
    }
    if let Some(path) = &options.json {
        let all: serde_json::Map<_, _> =
            results.iter().map(|(target, rounds, live)| (target.name().to_owned(), json!([rounds, live]))).collect();
        std::fs::write(path, serde_json::to_vec_pretty(&all)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Runs a script of `e2e/bench`, which answers with lines of JSON.
fn browse<T: DeserializeOwned>(script: &str, settings: &Value) -> Result<Vec<T>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../e2e/bench").join(script);
    let mut node = Command::new("node");
    let mut node =
        node.arg(script).arg(settings.to_string()).stdout(Stdio::piped()).spawn().context("cannot start node")?;
    let output = BufReader::new(node.stdout.take().context("no stdout")?);
    let answers: Result<Vec<T>> = output.lines().map(|line| Ok(serde_json::from_str(&line?)?)).collect();
    let status = node.wait()?;
    ensure!(status.success(), "the browser's part failed ({status})");
    answers
}

fn report_live(list: &LiveList) -> String {
    let LiveList { rows, visits, focus_kept, selection_kept, moved_px, heap_mib, busy_percent } = list;
    let kept = |kept: bool| if kept { "kept" } else { "lost" }.to_owned();
    let rows = vec![
        vec![format!("{rows} rows, {visits} visits meanwhile: focus"), kept(*focus_kept)],
        vec!["selected text".to_owned(), kept(*selection_kept)],
        vec!["the row with the focus moved, px".to_owned(), format!("{moved_px:.1}")],
        vec!["heap, + MiB".to_owned(), number(*heap_mib)],
        vec!["of the page's thread, %".to_owned(), number(*busy_percent)],
    ];
    table(&["the list left alone", ""], rows)
}

fn report(target: Target, rounds: &[Round]) -> String {
    let rows = FIGURES.iter().filter_map(|(name, of)| {
        let mut values: Vec<f64> = rounds.iter().filter_map(of).collect();
        let median = median(&mut values)?;
        let fewer_is_worse = name.starts_with("frames") || name.starts_with("heatmap.js");
        let worst = if fewer_is_worse { values.first() } else { values.last() };
        Some(vec![(*name).to_owned(), number(median), number(*worst?)])
    });
    let mut text = table(&[target.name(), "median", "worst"], rows.collect());
    let actions: [(&str, Requests); 5] = [
        ("home", |round| &round.home.requests),
        ("list", |round| &round.list.requests),
        ("page", |round| &round.page.requests),
        ("session", |round| &round.session.requests),
        ("idle list", |round| &round.idle.requests),
    ];
    let slowest = actions.iter().filter_map(|(name, of)| {
        let all = rounds.iter().flat_map(|round| of(round).iter().cloned());
        let Request { path, status, ms, bytes } = all.max_by(|a, b| a.ms.total_cmp(&b.ms))?;
        let short = path.chars().take(90).collect::<String>();
        Some(vec![format!("{name}: `{short}`"), status.to_string(), number(ms), number(bytes)])
    });
    text += "\n";
    text + &table(&["slowest request", "status", "ms", "bytes"], slowest.collect())
}

/// Of all but refreshes of the list, which go on beside everything else.
fn bytes(requests: &[Request]) -> f64 {
    requests.iter().filter(|request| !request.path.contains(LIST)).map(|request| request.bytes).sum()
}

/// A session with so many positions of the pointer that ends now; it begins as the recorded visit did. Its id.
async fn long_session(address: SocketAddr, moves: i64) -> Result<String> {
    let id = "long-session-0001".to_owned();
    let mut client = Client::new(address);
    let start = now() - (moves + BATCH) * SAMPLE_MS;
    let Some(first) = recorded_visit(&id, start)?.into_iter().next() else { return Ok(id) };
    client.track(&Track { sent_at: now(), ..first.clone() }).await?;
    let mut rng = fastrand::Rng::with_seed(1);
    let mut pointer = Pointer::new(&mut rng);
    for seq in 1..=moves / BATCH {
        let at = start + seq * BATCH * SAMPLE_MS;
        let moves = (0..BATCH).map(|n| pointer.place(n * SAMPLE_MS, &mut rng)).collect();
        let seq = u32::try_from(seq)?;
        let batch = Track { sent_at: now(), seq, start: at, events: Vec::new(), moves, ..first.clone() };
        client.track(&batch).await?;
    }
    Ok(id)
}
