//! Maps of pages say the same from published sums as from raw events, whatever happened in between; on both stores.

use std::time::Duration;

use http::Request;
use pulse_core::{Access, Clock, Limits, Pulse, http::PulseService, store};
use serde_json::{Value, json};

use crate::support::call;
use pulse_test_util::mongod::TestMongod;

const NOW: i64 = 1_790_000_060_000;
const HOUR: i64 = 3_600_000;

/// Maps, lists and graphs, with every way to ask for some visits only.
const ASKED: [&str; 21] = [
    "/api/heatmap?page=/",
    "/api/heatmap?page=/&mode=viewport",
    "/api/heatmap?page=/&mode=element",
    "/api/heatmap?page=/&count=sessions",
    "/api/heatmap?page=/&cell=40",
    "/api/heatmap?page=/&cell=7",
    "/api/heatmap?page=/item/:id",
    "/api/heatmap?page=/item/3",
    "/api/heatmap?page=/it*",
    "/api/heatmap?page=/&device=mobile",
    "/api/heatmap?page=/&width_min=480&width_max=1300",
    "/api/heatmap?page=/&width_max=1000&from=1789996460000",
    "/api/heatmap?page=/&min_frustration=5",
    "/api/heatmap?page=/&rage_count=4",
    "/api/pages?sort=time",
    "/api/pages?page=/&to=1790000000000",
    "/api/paths?page=/item/:id",
    "/api/problems",
    "/api/problems?device=mobile&sort=visits",
    "/api/problems?width_min=500&page=/&sort=recent",
    "/api/problems?from=1789950000000&to=1789990000000",
];

async fn post(service: &PulseService, body: &Value, agent: &str) {
    let request = Request::post("/api/track").header("user-agent", agent).body(body.to_string()).unwrap();
    let answer = call(service, request).await;
    assert_eq!((answer.status.as_u16(), &answer.json["rejected"]), (200, &json!([])), "{}", answer.text);
}

/// One batch of the `n`th session; how many events it has.
async fn send(service: &PulseService, n: i64, seq: i64) -> usize {
    let start = NOW - HOUR * (n % 30 + 1) + seq * 20_000;
    let (width, agent) = if n % 3 == 0 {
        (390, "Mozilla/5.0 (iPhone) Mobile")
    } else {
        (1200 + 10 * (n % 9), "Mozilla/5.0 (Windows NT)")
    };
    let at = |after: i64| start + after;
    let element = json!({"path": "#buy", "tag": "button", "rect": [0, 0, 100, 50], "interactive": true});
    let mut events = vec![
        json!({"type": "viewport", "timestamp": at(0), "data": {"w": width, "h": 700, "doc_w": width, "doc_h": 2000, "dpr": 1}}),
        json!({"type": "scroll", "timestamp": at(900), "data": {"depth": 40 + n % 7, "y": 100}}),
        json!({"type": "navigation", "timestamp": at(5000), "data":
            {"url": format!("http://shop.test/item/{}", n % 4), "kind": "push"}}),
        json!({"type": "click", "timestamp": at(6000), "data": {"x": 5 * n, "y": 20, "element": element, "rx": 0.5, "ry": 0.1}}),
        json!({"type": "navigation", "timestamp": at(8000), "data": {"url": "http://shop.test/?back", "kind": "push"}}),
    ];
    for i in 0..n % 5 {
        events.push(
            json!({"type": "click", "timestamp": at(1000 + i * 100), "data": {"x": 30, "y": 40, "element": element}}),
        );
    }
    if n % 4 == 0 {
        events.push(json!({"type": "dead_click", "timestamp": at(1000), "data": {"x": 30, "y": 40, "element": element, "waited_ms": 2500}}));
        events.push(json!({"type": "error", "timestamp": at(1500), "data": {"name": "TypeError", "message": "x"}}));
    }
    let moves = json!({"t": at(100), "dt": [0, 50, 700, 50], "x": [10 + n * 7, 30, 0, -5], "y": [10, n * 3, 0, 5]});
    let count = events.len() + 4;
    let body = json!({"session_id": format!("session-{n:04}"), "view_id": "view-0001", "seq": seq,
        "page_url": "http://shop.test/?q=1", "events": events, "moves": moves});
    post(service, &body, agent).await;
    count
}

async fn answers(service: &PulseService) -> Vec<Value> {
    let mut answers = Vec::new();
    for path in ASKED {
        let answer = call(service, Request::get(path).body(String::new()).unwrap()).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answers.push(answer.json);
    }
    answers
}

/// All sums away, and then all of them made anew: both ways say the same.
async fn same_either_way(pulse: &Pulse, service: &PulseService, when: &str) {
    let kept = answers(service).await;
    pulse.rebuild(|_, _| ()).await.unwrap();
    for ((path, before), after) in ASKED.iter().zip(kept).zip(answers(service).await) {
        assert_eq!(before, after, "{path} {when}");
    }
}

/// Waits until totals and scores are of so many batches and events.
async fn settled(service: &PulseService, batches: u64, events: usize) {
    let mut list = Value::Null;
    for _ in 0..600 {
        list = call(service, Request::get("/api/sessions?limit=500").body(String::new()).unwrap()).await.json;
        let rows = || list["sessions"].as_array().unwrap().iter();
        let scrolls: u64 = rows().map(|row| row["scrolls"].as_u64().unwrap()).sum();
        // A score follows its batches: its sparkline tells of how many events it is.
        let scored: u64 = rows().flat_map(|row| row["activity"].as_array().unwrap()).map(|n| n.as_u64().unwrap()).sum();
        if scrolls == batches && scored == events as u64 && rows().all(|row| row["completeness"] == 1.0) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the totals of {batches} batches and {events} events do not arrive: {list}");
}

async fn tell_the_same(address: &str) {
    let soon = Duration::from_millis(50);
    let limits = Limits::default().with(|limits| {
        let pace = &mut limits.pace;
        (pace.look, pace.longest, pace.sums, pace.over_ms) = (soon, soon, soon, 0);
    });
    let store = store::open(address, &limits).await.unwrap();
    let pulse = Pulse::builder(store).limits(limits).clock(Clock::new(|| NOW)).access(Access::loopback()).build();
    let service = pulse.service();
    let mut events = 0;
    for n in 0..40 {
        events += send(&service, n, 0).await;
    }
    settled(&service, 40, events).await;
    same_either_way(&pulse, &service, "before anything was summed up").await;
    let map = &answers(&service).await[0];
    assert_eq!((map["sessions"].as_u64(), map["page"].as_str()), (Some(40), Some("http://shop.test/")));
    assert!(map["cells"].as_array().unwrap().len() > 30 && map["elements"][0]["rage"].as_u64() > Some(0), "{map}");

    // Late batches, the same ones again, and sessions that are new.
    for n in [3, 17, 39] {
        events += send(&service, n, 1).await;
        send(&service, n, 0).await;
    }
    for n in 40..50 {
        events += send(&service, n, 0).await;
    }
    settled(&service, 53, events).await;
    same_either_way(&pulse, &service, "after late batches").await;
    assert_eq!(answers(&service).await[0]["sessions"], 50);

    // Erased, and gone from all sums.
    for path in ["/api/sessions/session-0039", "/api/sessions/session-0041"] {
        let answer = call(&service, Request::delete(path).body(String::new()).unwrap()).await;
        assert_eq!(answer.status, 204, "{path}: {}", answer.text);
    }
    assert_eq!(answers(&service).await[0]["sessions"], 48);
    same_either_way(&pulse, &service, "after an erasure").await;
    behind(&service).await;
    five_turns_are_many(&pulse, &service).await;
    pulse.close().await;
}

/// What is excessive on a page depends on what others do there.
async fn five_turns_are_many(pulse: &Pulse, service: &PulseService) {
    let scroll = |(n, y): (usize, i64)| json!({"type": "scroll", "timestamp": NOW - 60_000 + 100 * n as i64, "data": {"depth": 50, "y": y}});
    let events: Vec<Value> = [500, 200, 600, 100, 500, 100].into_iter().enumerate().map(scroll).collect();
    let body = json!({"session_id": "session-9999", "view_id": "view-0001", "seq": 0, "page_url": "http://shop.test/",
        "events": events});
    post(service, &body, "").await;
    let excessive = async || {
        let path = "/api/analytics/session-9999";
        let summary = call(service, Request::get(path).body(String::new()).unwrap()).await.json["summary"].clone();
        (summary["scroll"]["reversals"].as_u64(), summary["scroll"]["excessive"].as_bool())
    };
    pulse.rebuild(|_, _| ()).await.unwrap();
    // On MongoDB totals follow, and without them nothing is summed up.
    for _ in 0..50 {
        if excessive().await.1 == Some(true) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(excessive().await, (Some(5), Some(true)), "hardly anybody else turns there");
    // The insight is about the same figures.
    let analyze = Request::post("/api/analyze/session-9999").body("{}".to_owned()).unwrap();
    let insight = call(service, analyze).await;
    assert_eq!(insight.status, 200, "{}", insight.text);
    assert!(insight.text.contains("by scrolling up and down") && insight.text.contains("hardly"), "{}", insight.text);
}

/// The sessions behind a place: as many as the map says.
async fn behind(service: &PulseService) {
    let get = async |path: String| call(service, Request::get(path).body(String::new()).unwrap()).await.json;
    let map = get("/api/heatmap?page=/&count=sessions".into()).await;
    for (layer, of) in [("moves", "cells"), ("clicks", "clicks"), ("rage", "rage_clicks"), ("dead", "dead_clicks")] {
        let cells = map[of].as_array().unwrap();
        for cell in [&cells[0], &cells[cells.len() / 2]] {
            let (x, y) = (cell[0].as_i64().unwrap() * 10 + 4, cell[1].as_i64().unwrap() * 10 + 9);
            let (mut found, mut cursor) = (0, String::new());
            loop {
                let path = format!("/api/sessions?page=/&x={x}&y={y}&layer={layer}&limit=7{cursor}");
                let page = get(path).await;
                found += page["sessions"].as_array().unwrap().len() as u64;
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(Some(found), cell[2].as_u64(), "{layer} at {x}, {y}");
        }
    }
    let clicked = &map["elements"][0];
    let list = get("/api/sessions?page=/&element=%23buy&limit=500".into()).await;
    assert_eq!(list["sessions"].as_array().unwrap().len() as u64, clicked["sessions"].as_u64().unwrap());
}

#[tokio::test]
async fn maps_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    tell_the_same(&format!("sqlite:{}", folder.path().join("pulse.db").display())).await;
}

#[tokio::test]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn maps_on_mongodb() {
    let server = TestMongod::start().await.unwrap();
    tell_the_same(&server.uri()).await;
}
