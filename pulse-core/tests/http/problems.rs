//! Problems: found, counted, marked, fixed and back; on both stores, and without reading an event.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use http::Request;
use pulse_core::{
    Access, Clock, Limits, Pulse,
    http::PulseService,
    model::Goals,
    store::{self, Store},
};
use pulse_test_util::mongod::TestMongod;
use serde_json::{Value, json};

use crate::{
    counting::Counting,
    support::{Answer, call},
};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// An hour after midnight, UTC.
const NOW: i64 = 20_000 * DAY + HOUR;

const PAY: &str = "http://shop.test/pay";

struct Rig {
    pulse: Pulse,
    service: PulseService,
    now: Arc<AtomicI64>,
}

impl Rig {
    fn on(store: Arc<dyn Store>, now: i64) -> Self {
        let now = Arc::new(AtomicI64::new(now));
        let clock = Arc::clone(&now);
        // The background sums nothing up: the tests say when.
        let limits = Limits::default().with(|limits| limits.pace.sums = Duration::from_secs(3600));
        let pulse = Pulse::builder(store)
            .limits(limits)
            .clock(Clock::new(move || clock.load(Ordering::Relaxed)))
            .goals(Goals::new(["/thanks"]))
            .access(Access::loopback())
            .build();
        Self { service: pulse.service(), pulse, now }
    }

    async fn get(&self, path: &str) -> Answer {
        call(&self.service, Request::get(path).body(String::new()).unwrap()).await
    }

    async fn post(&self, path: &str, body: &str) -> Answer {
        call(&self.service, Request::post(path).body(body.to_owned()).unwrap()).await
    }

    /// One visit that began so long before now: a button that does not answer, a script error, or neither; and whether
    /// it ends with the goal.
    async fn visit(&self, n: u32, before: i64, what: What, reaches: bool) {
        let start = self.now.load(Ordering::Relaxed) - before;
        let at = |after: i64| start + after;
        let button = |path: &str, label: &str| json!({"path": path, "tag": "button", "label": label, "interactive": true, "rect": [90, 190, 120, 40]});
        let click = |after: i64, element: &Value| json!({"type": "click", "timestamp": at(after), "data": {"x": 100, "y": 200, "element": element}});
        let mut events = vec![
            json!({"type": "viewport", "timestamp": at(0), "data": {"w": 1280, "h": 700, "doc_w": 1280, "doc_h": 2000, "dpr": 1}}),
        ];
        match what {
            What::Calm => {}
            What::Unresponsive => {
                let pay = button("#pay", "Pay later");
                events.extend((0..5).map(|i| click(1000 + i * 150, &pay)));
                events.push(json!({"type": "dead_click", "timestamp": at(1600), "data":
                    {"x": 100, "y": 200, "element": pay, "waited_ms": 2500}}));
            }
            What::Error => {
                events.push(click(1000, &button("#order", "Place order")));
                events.push(json!({"type": "error", "timestamp": at(1200), "data": {"name": "TypeError", "message": "x is undefined"}}));
            }
        }
        if reaches {
            events.push(json!({"type": "navigation", "timestamp": at(20_000), "data":
                {"url": "http://shop.test/thanks", "kind": "push"}}));
        }
        events.push(json!({"type": "visibility", "timestamp": at(25_000), "data": {"state": "hidden"}}));
        let body = json!({"session_id": format!("session-{n:05}"), "view_id": "view-0001", "seq": 0, "page_url": PAY,
            "events": events});
        let answer = self.post("/api/track", &body.to_string()).await;
        assert_eq!((answer.status.as_u16(), &answer.json["rejected"]), (200, &json!([])), "{}", answer.text);
    }

    /// Summaries and sums of all that was sent.
    async fn rebuild(&self) {
        self.pulse.rebuild(|_, _| ()).await.unwrap();
    }

    async fn problems(&self, query: &str) -> Vec<Value> {
        let answer = self.get(&format!("/api/problems{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
        answer.json["problems"].as_array().unwrap().clone()
    }

    /// The state of the first problem, and whether a fix is confirmed.
    async fn state(&self, id: &str) -> (String, bool) {
        let row = self.get(&format!("/api/problems/{id}")).await.json["problem"].clone();
        (row["status"].as_str().unwrap_or_default().to_owned(), row["confirmed"] == true)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum What {
    Calm,
    Unresponsive,
    Error,
}

/// 120 visits over three days: 30 with a dead button, 12 with an error, and the rest calm.
async fn seed(rig: &Rig) {
    for n in 0..120 {
        let what = match n % 20 {
            0..5 => What::Unresponsive,
            5..7 => What::Error,
            _ => What::Calm,
        };
        rig.visit(n, HOUR / 2 + i64::from(n) * DAY / 40, what, what == What::Calm && n % 2 == 0).await;
    }
    rig.rebuild().await;
}

/// The id of the dead button, in every store, for ever.
const ID: &str = "31ff408313f9972e";

async fn found_and_marked(store: Arc<dyn Store>) {
    let rig = Rig::on(Arc::clone(&store), NOW);
    seed(&rig).await;
    let answer = rig.get("/api/problems").await;
    let all = answer.json["problems"].as_array().unwrap();
    let of = |kind: &str| all.iter().find(|row| row["kind"] == kind).unwrap_or_else(|| panic!("{}", answer.text));
    let (first, second) = (&all[0], of("error_after_click"));
    assert_eq!((answer.json["visits"].as_u64(), &answer.json["next_cursor"]), (Some(120), &Value::Null));
    assert_eq!(
        (&first["kind"], &first["page"], &first["target"]),
        (&json!("unresponsive"), &json!(PAY), &json!("#pay"))
    );
    assert_eq!((&first["id"], &first["element"]["label"]), (&json!(ID), &json!("Pay later")));
    assert_eq!((first["hit"].as_u64(), first["seen"].as_u64()), (Some(30), Some(120)));
    assert_ne!(first["severity"], "low");
    assert_eq!(first["share"], json!({"value": 0.25, "low": 0.181098, "high": 0.334411}));
    assert_eq!(
        (first["goals"]["hit_reached"].as_u64(), first["goals"]["others_reached"].as_u64()),
        (Some(0), Some(36))
    );
    assert_eq!(first["examples"].as_array().unwrap().len(), 5);
    assert_eq!((&second["hit"], &second["target"]), (&json!(12), &json!("#order")));
    assert_eq!((&first["status"], second["error"].as_str()), (&json!("open"), Some("TypeError: x is undefined")));

    // Details: days, and what is asked for.
    let detail = rig.get(&format!("/api/problems/{ID}")).await;
    assert_eq!(detail.json["problem"], *first);
    assert_eq!(first["title"], json!("The “Pay later” button on /pay does not answer"));
    let with_days = rig.get("/api/problems?days=true").await.json;
    assert_eq!((&first["days"], &with_days["problems"][0]["days"]), (&Value::Null, &detail.json["days"]));
    let days = detail.json["days"].as_array().unwrap();
    let sum = |of: &str| days.iter().map(|day| day[of].as_u64().unwrap()).sum::<u64>();
    assert_eq!((days.len(), sum("hit"), sum("seen")), (4, 30, 120), "{}", detail.text);
    let last = rig.problems(&format!("?from={}", NOW - DAY)).await;
    let of_last_day: u64 = (0..120).filter(|n| n % 20 < 5 && HOUR / 2 + n * DAY / 40 <= DAY).count() as u64;
    assert_eq!(last[0]["hit"].as_u64(), Some(of_last_day));
    assert!(rig.problems(&format!("?to={}", NOW - 10 * DAY)).await.is_empty());
    assert_eq!(rig.problems("?kind=error_after_click").await.len(), 1);
    assert!(rig.problems("?device=mobile").await.is_empty());
    let all = rig.problems("?sort=visits").await;
    assert_eq!(rig.problems("?sort=visits&width_min=1100&page=/pay&device=unknown").await, all);
    assert!(all.len() >= 2 && all.is_sorted_by_key(|row| std::cmp::Reverse(row["hit"].as_u64())));
    let page = rig.get("/api/problems?limit=1&sort=visits").await.json;
    assert_eq!((&page["problems"], &page["next_cursor"]), (&json!(all[..1]), &json!("1")));
    assert_eq!(page["total"].as_u64(), Some(all.len() as u64));
    assert_eq!(rig.problems("?limit=500&sort=visits&cursor=1").await, all[1..]);

    // Marks, and what is refused.
    let path = format!("/api/problems/{ID}");
    for (body, said) in [
        ("", "parameter body: is a json object"),
        (r#"{"status": "done"}"#, "parameter status: is open, ignored or fixed"),
        (r#"{"status": "fixed", "colour": "red"}"#, "parameter colour: is unknown here"),
    ] {
        let refused = rig.post(&path, body).await;
        assert_eq!((refused.code(), refused.json["error"]["message"].as_str()), ((400, "bad_request"), Some(said)));
    }
    let unknown = rig.post("/api/problems/0000000000000000", r#"{"status": "fixed"}"#).await;
    assert_eq!(unknown.code(), (404, "not_found"));
    assert_eq!(rig.get("/api/problems/0000000000000000").await.code(), (404, "not_found"));
    assert_eq!(rig.get("/api/problems/x").await.code(), (404, "not_found"));
    assert_eq!(rig.post(&format!("{path}?x=1"), r#"{"status": "fixed"}"#).await.code(), (400, "bad_request"));
    assert_eq!(rig.post("/api/problems", "{}").await.status, 405);
    let foreign = Request::post(&path).header("origin", "http://evil.test").body(r#"{"status": "fixed"}"#.to_owned());
    assert_eq!(call(&rig.service, foreign.unwrap()).await.code(), (403, "forbidden"));
    let marked = rig.post(&path, r#"{"status": "ignored", "note": "by design"}"#).await;
    assert_eq!(marked.json, json!({"id": ID, "status": "ignored", "note": "by design", "status_at": NOW}));
    let [ignored] = &rig.problems("?status=ignored").await[..] else { panic!("one is ignored") };
    assert_eq!(
        (&ignored["id"], &ignored["note"], &ignored["status_at"]),
        (&json!(ID), &json!("by design"), &json!(NOW))
    );
    let open = rig.problems("?status=open").await;
    assert!(!open.is_empty() && open.iter().all(|row| row["id"] != ID));

    // What an analyst says of the page and the site is about what is to be done.
    let insight = rig.post("/api/analyze?page=/pay", "").await.json;
    assert_eq!(insight["of"], PAY);
    let text = insight.to_string();
    assert!(text.contains("“Place order” button on /pay") && !text.contains("does not answer"), "{text}");
    let evidence = &insight["main_problem"]["evidence"][0];
    assert!(evidence["session_id"].is_string() && evidence["count"].is_u64(), "{evidence}");
    assert_eq!(rig.post("/api/analyze?page=/nowhere", "").await.code(), (404, "not_found"));
    assert_eq!(rig.post("/api/analyze", "").await.json["of"], "site");
    fixed_and_back(rig, &path).await;
}

/// A fix is confirmed when enough visits stay free of the problem, and taken back when it returns.
async fn fixed_and_back(rig: Rig, path: &str) {
    assert_eq!(rig.post(path, r#"{"status": "fixed"}"#).await.status, 200);
    assert_eq!(rig.state(ID).await, ("fixed".into(), false));
    let mut n = 1000;
    let mut visits = async |hours: i64, count: u32, what| {
        rig.now.fetch_add(hours * HOUR, Ordering::Relaxed);
        for _ in 0..count {
            n += 1;
            rig.visit(n, HOUR / 4, what, false).await;
        }
        rig.rebuild().await;
    };
    visits(2, 10, What::Calm).await;
    assert_eq!(rig.state(ID).await, ("fixed".into(), false), "ten visits say little");
    visits(3, 20, What::Calm).await;
    assert_eq!(rig.state(ID).await, ("fixed".into(), true));
    visits(30, 5, What::Unresponsive).await;
    assert_eq!(rig.state(ID).await, ("regressed".into(), false));
    assert_eq!(rig.problems("?status=regressed").await[0]["id"], ID);
    // It stays so, until somebody says otherwise.
    visits(30, 40, What::Calm).await;
    assert_eq!(rig.state(ID).await.0, "regressed");
    assert_eq!(rig.post(path, r#"{"status": "fixed", "note": "again"}"#).await.status, 200);
    visits(2, 40, What::Calm).await;
    assert_eq!(rig.state(ID).await, ("fixed".into(), true));
    rig.pulse.close().await;
}

/// Marks are there after a restart.
async fn kept(store: Arc<dyn Store>) {
    let rig = Rig::on(store, NOW + 5 * DAY);
    let row = rig.get(&format!("/api/problems/{ID}")).await.json["problem"].clone();
    assert_eq!((&row["status"], &row["note"], &row["confirmed"]), (&json!("fixed"), &json!("again"), &json!(true)));
    rig.pulse.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("pulse.db").display());
    found_and_marked(store::open(&address, &Limits::default()).await.unwrap()).await;
    kept(store::open(&address, &Limits::default()).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn problems_on_mongodb() {
    let server = TestMongod::start().await.unwrap();
    let limits = Limits::default().with(|limits| limits.store_call = Duration::from_secs(20));
    found_and_marked(store::open(&server.uri(), &limits).await.unwrap()).await;
    kept(store::open(&server.uri(), &limits).await.unwrap()).await;
}

/// Whatever range, device or width is asked for: what is summed up is not read again.
#[tokio::test(flavor = "multi_thread")]
async fn no_event_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("pulse.db").display());
    let store = Counting::new(store::open(&address, &Limits::default()).await.unwrap());
    // Two days later, when every day is over.
    let rig = Rig::on(Arc::clone(&store) as Arc<dyn Store>, NOW);
    seed(&rig).await;
    rig.now.fetch_add(2 * DAY, Ordering::Relaxed);
    rig.rebuild().await;
    let before = store.read();
    for query in [
        String::new(),
        format!("?from={}&to={}", NOW - 2 * DAY - 1234, NOW - 5 * HOUR - 77),
        "?device=desktop&width_min=1100&width_max=1300".into(),
        "?page=/p*&status=open&sort=recent".into(),
        format!("?from={}", NOW - DAY),
    ] {
        assert_eq!(rig.get(&format!("/api/problems{query}")).await.status, 200, "{query}");
    }
    assert_eq!(rig.post(&format!("/api/problems/{ID}"), r#"{"status": "fixed"}"#).await.status, 200);
    assert_eq!(rig.state(ID).await.0, "fixed");
    assert_eq!(rig.post("/api/analyze", "").await.status, 200);
    assert_eq!(store.read(), before);
    rig.pulse.close().await;
}
