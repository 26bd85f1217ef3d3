//! What is sent of an answer: nothing when the client has it, and less when the client can unpack it.

use std::io::Read;

use flate2::read::GzDecoder;
use http::{HeaderMap, Request, StatusCode, header};
use pulse_core::wire::{AnalyticsAnswer, Query, Route, dashboard};
use serde_json::json;

use crate::support::{Answer, Rig, SESSION, call, now};

async fn get(rig: &Rig, path: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    call(&rig.service, request.body(String::new()).unwrap()).await
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn an_answer_that_did_not_change_is_not_sent_again() {
    let rig = Rig::new().await;
    rig.visit().await;
    for path in
        [format!("/api/analytics/{SESSION}"), format!("/api/heatmap/{SESSION}"), "/api/heatmap?page=/pay".into()]
    {
        let first = get(&rig, &path, &[]).await;
        assert_eq!(text(&first.headers, "cache-control"), Some("private, no-cache"), "{path}");
        let tag = text(&first.headers, "etag").unwrap().to_owned();
        let again = get(&rig, &path, &[(header::IF_NONE_MATCH, &tag)]).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
        assert_eq!(text(&again.headers, "etag"), Some(tag.as_str()));
        assert_eq!(text(&again.headers, "vary"), Some("accept, accept-encoding"));
    }
    let list = get(&rig, "/api/sessions", &[]).await;
    let tag = text(&list.headers, "etag").unwrap().to_owned();
    let body = json!({"session_id": "session-0002", "page_url": "http://shop.test/"});
    rig.post("/api/session", &body).await;
    let changed = get(&rig, "/api/sessions", &[(header::IF_NONE_MATCH, &tag)]).await;
    assert_eq!((changed.status.as_u16(), changed.json["total"].as_u64()), (200, Some(2)));
    assert_ne!(text(&changed.headers, "etag"), Some(tag.as_str()));
}

#[tokio::test]
async fn only_reads_are_kept_by_a_browser() {
    let rig = Rig::new().await;
    rig.visit().await;
    for path in ["/healthz", "/readyz", "/api/sessions?limit=0", "/api/analytics/session-9999"] {
        let answer = get(&rig, path, &[(header::IF_NONE_MATCH, "*")]).await;
        assert_eq!(text(&answer.headers, "cache-control"), Some("no-store"), "{path}");
        assert_eq!(text(&answer.headers, "etag"), None, "{path}");
    }
    let insight = rig.post(&format!("/api/analyze/{SESSION}"), &json!({})).await;
    assert_eq!(text(&insight.headers, "cache-control"), Some("no-store"));
}

/// A session of many positions.
async fn moves(rig: &Rig, count: usize) {
    for seq in 0..count / 1000 {
        let seq = i64::try_from(seq).unwrap();
        let (t, steps, y) = (now() - 50_000_000 + seq * 50_000, vec![50; 1000], vec![0; 1000]);
        let x: Vec<i64> = (0..1000).map(|i| [12, 9, -3, -17][i % 4]).collect();
        let body = json!({"session_id": SESSION, "view_id": "view-0001", "seq": seq, "page_url": "http://shop.test/pay",
            "events": [], "moves": {"t": t, "dt": steps, "x": x, "y": y}});
        assert_eq!(rig.post("/api/track", &body).await.status, 200);
    }
}

#[tokio::test]
async fn a_large_answer_is_packed_when_the_client_can_unpack_it() {
    let rig = Rig::new().await;
    moves(&rig, 4000).await;
    let path = format!("/api/heatmap/{SESSION}");
    let plain = get(&rig, &path, &[]).await;
    assert_eq!(text(&plain.headers, "content-encoding"), None);
    let packed = get(&rig, &path, &[(header::ACCEPT_ENCODING, "br;q=1, gzip;q=0.8, deflate")]).await;
    assert_eq!(text(&packed.headers, "content-encoding"), Some("gzip"));
    assert_eq!(packed.headers[header::ETAG], plain.headers[header::ETAG], "one tag for the body however it is packed");
    assert!(packed.body.len() * 4 < plain.body.len(), "{} of {}", packed.body.len(), plain.body.len());
    let mut unpacked = Vec::new();
    GzDecoder::new(&packed.body[..]).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    let refused = get(&rig, &path, &[(header::ACCEPT_ENCODING, "gzip;q=0")]).await;
    assert_eq!((text(&refused.headers, "content-encoding"), &refused.body), (None, &plain.body));
    let small = get(&rig, "/api/visitors/visitor-9999", &[(header::ACCEPT_ENCODING, "gzip")]).await;
    assert_eq!(text(&small.headers, "content-encoding"), None);
}

#[tokio::test]
async fn a_session_is_opened_by_one_request_that_holds_each_position_once() {
    let rig = Rig::new().await;
    moves(&rig, 4000).await;
    let opened = Route::Analytics(SESSION.parse().unwrap()).address(&dashboard::session(Some("/pay")));
    let answer = get(&rig, &opened, &[]).await;
    let answer: AnalyticsAnswer = serde_json::from_slice(&answer.body).unwrap();
    assert!(answer.events.is_empty() && answer.next_cursor.is_none());
    assert_eq!((answer.session.mousemoves, answer.summary.counts.mousemove), (4000, 4000));
    let map = answer.map.unwrap();
    assert_eq!((map.page.as_str(), map.total), ("http://shop.test/pay", 4000));
    // The same as in the older form, which has each position twice.
    let old = rig.get(&format!("/api/heatmap/{SESSION}?page=/pay")).await.json;
    let places = old["moves"].as_array().unwrap().iter();
    let places: Vec<_> = places.map(|m| (m["timestamp"].as_i64(), m["x"].as_i64(), m["y"].as_i64())).collect();
    let columns = map.moves.times().zip(map.moves.across()).zip(map.moves.down());
    assert_eq!(columns.map(|((t, x), y)| (Some(t), Some(x), Some(y))).collect::<Vec<_>>(), places);
    let strokes: Vec<u32> = old["trails"]
        .as_array()
        .unwrap()
        .iter()
        .scan(0, |start, stroke| {
            let length = u32::try_from(stroke.as_array().unwrap().len()).unwrap();
            Some(std::mem::replace(start, *start + length))
        })
        .collect();
    assert_eq!(map.moves.strokes, strokes);
    let elsewhere = Route::Analytics(SESSION.parse().unwrap()).address(&dashboard::session(Some("/elsewhere")));
    assert_eq!(get(&rig, &elsewhere, &[]).await.code(), (404, "not_found"));
    assert!(dashboard::session(None).to_query_string().contains("map=true"));
}
