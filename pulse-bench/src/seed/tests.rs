//! What is made up is what a tracker would send, and means what it is made to mean.

use std::collections::BTreeSet;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use pulse_core::{
    Access, Clock, Limits, Pulse,
    analyze::{Summary, Thresholds, Timeline, summarize},
    model::Batch,
    store::{self, SessionFilter},
    wire::{ProblemRow, ProblemsAnswer, ProblemsQuery, Route},
};
use tower::ServiceExt as _;

use super::*;

const DAYS: i64 = 30;

fn plan(sessions: u32, moves: u32) -> Plan {
    Plan { seed: 7, sessions, moves, until: 1_790_000_000_000, span_ms: DAYS * DAY_MS, faults: &[] }
}

#[test]
fn a_seed_makes_the_same_visits() {
    let bodies = |plan: Plan| -> Vec<String> {
        (0..3).flat_map(|number| plan.visit(number).unwrap()).map(|post| post.list).collect()
    };
    assert_eq!(bodies(plan(3, 100)), bodies(plan(3, 100)));
    assert_ne!(bodies(plan(3, 100)), bodies(Plan { seed: 8, ..plan(3, 100) }));
}

#[test]
fn visits_are_spread_over_the_days_and_some_visitors_come_back() {
    let plan = plan(300, 20);
    let (mut days, mut visitors) = (BTreeSet::new(), BTreeSet::new());
    for number in 0..300 {
        let posts = plan.visit(number).unwrap();
        let opening: serde_json::Value = serde_json::from_str(&posts[1].list).unwrap();
        visitors.insert(opening[2].to_string());
        let (first, last) = (posts[0].at, posts[posts.len() - 1].at);
        assert!(first >= plan.until - plan.span_ms && last <= plan.until);
        assert!(posts.iter().all(|post| post.list.len() < 60_000 && post.agent.contains("Mozilla")));
        days.insert((plan.until - first) / DAY_MS);
    }
    assert!(days.len() as i64 > DAYS * 2 / 3, "{days:?}");
    assert!((170..230).contains(&visitors.len()), "{}", visitors.len());
}

/// How often a signal occurred.
type Count = fn(&Summary) -> u64;

/// Everything that came of so many visits, as the store tells it.
async fn stored(plan: Plan) -> Vec<Summary> {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("pulse.db").display());
    let target = Target::store(&address).await.unwrap();
    let done = send_all(&target, plan, 8).await.unwrap();
    let again = send_all(&target, plan, 8).await.unwrap();
    assert_eq!((again.accepted, again.duplicates), (0, done.accepted), "what is there already is not stored again");
    target.close().await;

    let store = store::open(&address, &Limits::default()).await.unwrap();
    let filter = SessionFilter { limit: 500, ..SessionFilter::default() };
    let found = store.sessions(&filter).await.unwrap().sessions;
    assert_eq!(found.len(), plan.sessions as usize);
    let mut summaries = Vec::new();
    for session in found {
        let start = &session.start;
        assert!(
            start.started_at >= plan.until - plan.span_ms && session.last_seen <= plan.until,
            "times are as they were"
        );
        assert!(start.visitor_id.is_some() && start.viewport.is_some());
        let batches: Vec<Batch> = store.batches(&start.session_id).try_collect().await.unwrap();
        let summary = summarize(&Timeline::new(batches), &Thresholds::default());
        summaries.push(summary);
    }
    store.close().await;
    summaries
}

#[tokio::test]
async fn a_store_full_of_visits_has_every_signal() {
    let found = stored(plan(120, 300)).await;
    let count = |of: Count| found.iter().map(of).sum::<u64>();
    let moves = count(|summary| summary.counts.mousemove);
    assert!((120 * 240..120 * 360).contains(&moves), "{moves} positions");
    let signals: [(&str, Count); 11] = [
        ("rage", |s| s.counts.rage),
        ("suppressed rage", |s| s.rage.iter().filter(|burst| burst.suppressed.is_some()).count() as u64),
        ("dead clicks", |s| s.counts.dead),
        ("error clicks", |s| s.counts.error_click),
        ("thrash", |s| s.pointer.thrash.len() as u64),
        ("hovers", |s| s.hovers.len() as u64),
        ("hesitations", |s| s.hesitations.len() as u64),
        ("reversals", |s| s.scroll.reversals),
        ("quick backs", |s| s.quick_backs.len() as u64),
        ("keys", |s| s.typing.presses),
        ("clicks by finger", |s| if s.pointer.points == 0 { s.counts.click } else { 0 }),
    ];
    for (name, of) in signals {
        assert!(count(of) > 0, "no {name}");
    }
    assert!(found.iter().all(|summary| summary.completeness == Some(1.0)));
    let fast = found.iter().map(|summary| summary.pointer.speed_px_s.max).fold(0.0, f64::max);
    assert!((1000.0..30_000.0).contains(&fast), "as fast as a hand: {fast} px/s");
    let products = found.iter().flat_map(|summary| &summary.pages).filter(|page| page.url.contains("/product/"));
    assert!(products.count() > 50);
}

#[tokio::test]
async fn a_busy_server_is_asked_again_and_a_refusal_ends_the_run() {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    let serve = async |answers: &'static [&'static str]| {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/pulse", listener.local_addr().unwrap());
        tokio::spawn(async move {
            // The first connection only looks whether somebody listens.
            drop(listener.accept().await.unwrap());
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 64 * 1024];
            for answer in answers {
                let read = stream.read(&mut request).await.unwrap();
                assert!(request[..read].starts_with(b"POST /pulse/api/track HTTP/1.1\r\nHost: 127.0.0.1:"));
                let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 15\r\n\r\n{{\"accepted\": 3}}");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Target::server(&url).await.unwrap().open().await.unwrap()
    };
    let post = || Post { path: "/api/track", agent: "test", list: "[0,1]".into(), at: 0 };
    let mut sink = serve(&["503 Service Unavailable", "429 Too Many Requests", "200 OK"]).await;
    assert_eq!(sink.send(post()).await.unwrap().accepted, 3);
    let mut sink = serve(&["403 Forbidden"]).await;
    let refused = sink.send(post()).await.map(|_| ()).unwrap_err().to_string();
    assert!(refused.contains("403"), "{refused}");
}

/// Ranks from 1 on, highest value first.
fn ranks(values: &[f64]) -> Vec<f64> {
    values.iter().map(|value| 1.0 + values.iter().filter(|other| *other > value).count() as f64).collect()
}

/// Spearman's rank correlation of values without ties.
fn spearman(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let squares: f64 = ranks(a).iter().zip(ranks(b)).map(|(a, b)| (a - b).powi(2)).sum();
    1.0 - 6.0 * squares / (n * (n * n - 1.0))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_planted_faults_are_the_first_problems() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("pulse.db").display());
    let target = Target::store(&address).await.unwrap();
    let plan = Plan { faults: &FAULTS, ..plan(1500, 120) };
    send_all(&target, plan, 16).await.unwrap();
    target.finish().await.unwrap();
    target.close().await;

    let store = store::open(&address, &Limits::default()).await.unwrap();
    let pulse = Pulse::builder(store).clock(Clock::new(move || plan.until)).access(Access::loopback()).build();
    let path = Route::Problems.address(&ProblemsQuery { limit: Some(40), ..ProblemsQuery::default() });
    let request = Request::get(path).header("host", "localhost").body(Full::new(Bytes::new())).unwrap();
    let answer = pulse.api().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    #[expect(clippy::disallowed_methods, reason = "the body is Pulse's own answer")]
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    let answer: ProblemsAnswer = serde_json::from_slice(&body).unwrap();
    pulse.close().await;

    let is_of = |row: &ProblemRow, fault: &Fault| row.page == fault.page.name() && row.target == fault.element;
    let place = |fault: &Fault| answer.problems.iter().position(|row| is_of(row, fault));
    let list: Vec<String> = (answer.problems.iter())
        .map(|row| {
            format!("{:.4} {} {} {} {}/{}", row.weight, row.kind.as_str(), row.page, row.target, row.hit, row.seen)
        })
        .collect();
    let list = list.join("\n");
    let among_ten = FAULTS.iter().filter(|fault| place(fault).is_some_and(|place| place < 10)).count();
    assert!(among_ten >= 9, "{among_ten} of ten among the first ten:\n{list}");
    let is_planted = |row: &ProblemRow| FAULTS.iter().any(|fault| is_of(row, fault));
    assert!(answer.problems.iter().take(5).all(is_planted), "{list}");
    let found: Vec<(f64, f64)> =
        FAULTS.iter().filter_map(|fault| Some((fault.share, -(place(fault)? as f64)))).collect();
    let (effects, places): (Vec<f64>, Vec<f64>) = found.into_iter().unzip();
    let correlation = spearman(&effects, &places);
    println!("rank correlation {correlation:.3}\n{list}");
    assert!(correlation >= 0.8, "{correlation}:\n{list}");
}
