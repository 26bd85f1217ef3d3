//! `GET /api/live`: what happens is told while it happens.

use std::time::{Duration, Instant};

use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use pulse_core::http::Body;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{Rig, SESSION, call, now};

/// The longest time between an acknowledgement and the row.
const SOON: Duration = Duration::from_secs(1);

async fn listen(rig: &Rig) -> Body {
    let request = Request::get("/api/live").header("host", "localhost").body(Full::<bytes::Bytes>::default()).unwrap();
    let response = rig.service.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    let hello = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(hello.starts_with(b"retry: "));
    body
}

/// The next event: its name, its number and its row. None when the stream has ended.
async fn next(events: &mut Body) -> Option<(String, u64, Value)> {
    let frame = events.frame().await?.unwrap().into_data().unwrap();
    let text = std::str::from_utf8(&frame).unwrap();
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
    assert!(text.ends_with("\n\n"));
    Some((field("event: "), field("id: ").parse().unwrap(), serde_json::from_str(&field("data: ")).unwrap()))
}

async fn track(rig: &Rig, session: &str, seq: u32, at: i64) {
    let click = json!({"type": "click", "timestamp": at, "data": {"x": 1, "y": 2}});
    let body = json!({"session_id": session, "view_id": "view-0001", "seq": seq, "events": [click]});
    assert_eq!(rig.post("/api/track", &body).await.status, 200);
}

/// Events up to one that is as wanted.
async fn until(events: &mut Body, wanted: impl Fn(&str, &Value) -> bool) -> Value {
    let look = async {
        loop {
            let (name, _, row) = next(events).await.unwrap();
            if wanted(&name, &row) {
                return row;
            }
        }
    };
    tokio::time::timeout(SOON * 5, look).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_starts_changes_and_ends() {
    let rig = Rig::new().await;
    // Who is live before somebody listens is no news.
    track(&rig, "session-0009", 0, now()).await;
    let mut events = listen(&rig).await;
    // It is live for another two seconds.
    let at = now() - 28_000;
    for (seq, expected) in [(0, "started"), (1, "updated")] {
        track(&rig, SESSION, seq, at).await;
        let acknowledged = Instant::now();
        let row = until(&mut events, |name, row| name == expected && row["clicks"] == seq + 1).await;
        assert!(acknowledged.elapsed() < SOON, "{:?}", acknowledged.elapsed());
        assert_eq!((row["session_id"].as_str(), row["live"].as_bool()), (Some(SESSION), Some(true)));
    }
    let row = until(&mut events, |name, _| name == "ended").await;
    assert_eq!((row["session_id"].as_str(), row["live"].as_bool()), (Some(SESSION), Some(false)));
    track(&rig, SESSION, 2, now()).await;
    until(&mut events, |name, row| name == "started" && row["session_id"] == SESSION).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_changes_are_few_events() {
    let rig = Rig::new().await;
    let mut events = listen(&rig).await;
    let began = Instant::now();
    for seq in 0..100 {
        track(&rig, SESSION, seq, now()).await;
    }
    let (mut told, mut last) = (0, 0);
    loop {
        let (_, number, row) = tokio::time::timeout(SOON * 5, next(&mut events)).await.unwrap().unwrap();
        told += 1;
        assert!(number > last);
        last = number;
        if row["clicks"] == 100 {
            break;
        }
    }
    let most = began.elapsed().as_millis() / 300 + 2;
    assert!(told <= most, "{told} events, {most} are enough");
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_an_end_of_listeners_and_one_who_leaves_makes_room() {
    let rig = Rig::new().await;
    let mut all = Vec::new();
    for _ in 0..64 {
        all.push(listen(&rig).await);
    }
    let refused = rig.get("/api/live").await;
    assert_eq!(refused.code(), (503, "unavailable"));
    assert!(refused.headers.contains_key("retry-after"));
    all.pop();
    let mut late = listen(&rig).await;
    track(&rig, SESSION, 0, now()).await;
    for events in all.iter_mut().take(3).chain([&mut late]) {
        until(events, |name, _| name == "started").await;
    }
    // All leave; who comes then is told, too.
    drop((all, late));
    tokio::time::sleep(SOON).await;
    let mut events = listen(&rig).await;
    track(&rig, "session-0002", 0, now()).await;
    until(&mut events, |name, row| name == "started" && row["session_id"] == "session-0002").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_end_when_the_server_goes_down() {
    let rig = Rig::new().await;
    let mut events = listen(&rig).await;
    rig.pulse.drain();
    assert!(tokio::time::timeout(SOON, next(&mut events)).await.unwrap().is_none());
    assert_eq!(rig.get("/api/live").await.code(), (503, "unavailable"));
}

#[tokio::test]
async fn only_who_may_read_may_listen() {
    let rig = Rig::new().await;
    assert_eq!(rig.get("/api/live?since=1").await.code(), (400, "bad_request"));
    assert_eq!(rig.post("/api/live", &json!({})).await.headers["allow"], "GET");
    let stranger = rig.pulse.analytics(pulse_core::Access::nobody());
    let request = Request::get("/api/live").body(String::new()).unwrap();
    assert_eq!(call(&stranger, request).await.code(), (401, "unauthorized"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_map_of_a_live_visit_is_of_the_page_where_its_visitor_is() {
    let rig = Rig::new().await;
    for (session, end) in [("session-0001", now()), ("session-0002", now() - 60_000)] {
        for (seq, page, at) in
            [(0, "http://shop.test/a", -3), (1, "http://shop.test/a", -2), (2, "http://shop.test/b", -1)]
        {
            let click = json!({"type": "click", "timestamp": end + at, "page_url": page, "data": {"x": 1, "y": 2}});
            let view = if seq < 2 { "view-0001" } else { "view-0002" };
            let body = json!({"session_id": session, "view_id": view, "seq": seq, "page_url": page, "events": [click]});
            assert_eq!(rig.post("/api/track", &body).await.status, 200);
        }
    }
    let page = async |id: &str, query: &str| {
        rig.get(&format!("/api/analytics/{id}?map=true{query}")).await.json["map"]["page"].clone()
    };
    assert_eq!(page("session-0001", "").await, "http://shop.test/b");
    assert_eq!(page("session-0001", "&page=/a").await, "http://shop.test/a", "it was asked for");
    assert_eq!(page("session-0002", "").await, "http://shop.test/a", "it has ended: the most happened there");
    // Back in the first tab, where no page is entered anew.
    let click = json!({"type": "click", "timestamp": now(), "data": {"x": 1, "y": 2}});
    let url = "http://shop.test/a";
    let body =
        json!({"session_id": "session-0001", "view_id": "view-0001", "seq": 3, "page_url": url, "events": [click]});
    assert_eq!(rig.post("/api/track", &body).await.status, 200);
    assert_eq!(page("session-0001", "").await, url);
    // The other tab is closed: that is its last event, and the last of all.
    let closed =
        json!({"type": "navigation", "timestamp": now(), "data": {"kind": "unload", "url": "http://shop.test/b"}});
    let other = "http://shop.test/b";
    let body =
        json!({"session_id": "session-0001", "view_id": "view-0002", "seq": 4, "page_url": other, "events": [closed]});
    assert_eq!(rig.post("/api/track", &body).await.json["accepted"], 1);
    assert_eq!(page("session-0001", "").await, url);
    // An app of one document, whose only tab is hidden.
    let (from, at) = (now() - 10, |ms: i64| now() - 10 + ms);
    let events = json!([
        {"type": "navigation", "timestamp": from, "page_url": url, "data": {"kind": "load", "url": url}},
        {"type": "click", "timestamp": at(1), "page_url": url, "data": {"x": 1, "y": 2}},
        {"type": "navigation", "timestamp": at(2), "page_url": other, "data": {"kind": "push", "url": other}},
        {"type": "visibility", "timestamp": at(3), "page_url": other, "data": {"state": "hidden"}},
    ]);
    let body =
        json!({"session_id": "session-0003", "view_id": "view-0003", "seq": 0, "page_url": url, "events": events});
    assert_eq!(rig.post("/api/track", &body).await.json["accepted"], 4);
    assert_eq!(page("session-0003", "").await, "http://shop.test/b");
}
