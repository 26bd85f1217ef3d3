//! The list, a visitor, and erasure.

use http::Request;
use serde_json::{Value, json};

use crate::support::{Answer, Rig, SESSION, call, now};

/// Two sessions of one visitor, and one of another.
async fn rig() -> Rig {
    let rig = Rig::new().await;
    for (session, visitor, page) in [
        (SESSION, "visitor-0001", "http://shop.test/item/7?x=1"),
        ("session-0002", "visitor-0001", "http://shop.test/"),
        ("session-0003", "visitor-0002", "http://other.test/item/8"),
    ] {
        let body = json!({"session_id": session, "visitor_id": visitor, "page_url": page});
        rig.post("/api/session", &body).await;
        let click = json!({"type": "click", "timestamp": now(), "data": {"x": 1, "y": 2}});
        let body =
            json!({"session_id": session, "view_id": "view-0001", "seq": 0, "page_url": page, "events": [click]});
        assert_eq!(rig.post("/api/track", &body).await.status, 200);
    }
    rig
}

fn ids(answer: &Answer) -> Vec<&str> {
    let rows = answer.json["sessions"].as_array().map(Vec::as_slice).unwrap_or_default();
    rows.iter().map(|row| row["session_id"].as_str().unwrap()).collect()
}

async fn delete(rig: &Rig, path: &str) -> Answer {
    call(&rig.service, Request::delete(path).body(String::new()).unwrap()).await
}

#[tokio::test]
async fn the_list_is_filtered_by_what_the_query_names() {
    let rig = rig().await;
    for (query, expected) in [
        ("sort=started", vec!["session-0003", "session-0002", SESSION]),
        ("sort=started&page=/item/*", vec!["session-0003", SESSION]),
        ("page=http://shop.test/item/7", vec![SESSION]),
        ("sort=started&page=*shop*", vec!["session-0002", SESSION]),
        ("sort=started&visitor=visitor-0001", vec!["session-0002", SESSION]),
        ("page=/item/*&visitor=visitor-0001&live=true&has_rage=false&has_errors=false", vec![SESSION]),
        ("live=false", vec![]),
        ("q=ITEM&sort=started", vec!["session-0003", SESSION]),
        ("q=other.test+item", vec!["session-0003"]),
        ("q=item&visitor=visitor-0001", vec![SESSION]),
        ("q=nowhere", vec![]),
        ("has_rage=true", vec![]),
        ("page=/nowhere*", vec![]),
        ("min_frustration=4000000000", vec![]),
        ("from=2100-01-01T00:00:00Z", vec![]),
    ] {
        let answer = rig.get(&format!("/api/sessions?{query}")).await;
        assert_eq!(
            (ids(&answer), answer.json["total"].as_u64()),
            (expected.clone(), Some(expected.len() as u64)),
            "{query}"
        );
    }
    for (query, name) in [
        ("live=perhaps", "live"),
        ("has_rage=1", "has_rage"),
        ("has_errors=TRUE", "has_errors"),
        ("visitor=me", "visitor"),
        ("sort=duration", "sort"),
        ("from=2&to=1", "from"),
        ("cursor=x", "cursor"),
        ("cursor=99999999999999999999.session-0001", "cursor"),
        ("page=/&pages=/", "pages"),
        ("page=/&page=/", "page"),
        ("q=+", "q"),
    ] {
        let answer = rig.get(&format!("/api/sessions?{query}")).await;
        assert_eq!(answer.code(), (400, "bad_request"), "{query}");
        assert!(answer.json["error"]["message"].as_str().unwrap().contains(name), "{query}");
    }
}

#[tokio::test]
async fn a_visitor_is_all_sessions_together() {
    let rig = rig().await;
    // Totals follow by a second.
    let mut first = rig.get("/api/visitors/visitor-0001?limit=1").await;
    for _ in 0..200 {
        if first.json["totals"]["clicks"] == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        first = rig.get("/api/visitors/visitor-0001?limit=1").await;
    }
    assert_eq!((first.status.as_u16(), first.json["total"].as_u64()), (200, Some(2)));
    assert_eq!(first.json["visitor_id"], "visitor-0001");
    assert_eq!(first.json["totals"]["clicks"], 2);
    let mut pages: Vec<&str> = first.json["pages"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    pages.sort_unstable();
    assert_eq!(pages, ["http://shop.test/", "http://shop.test/item/:id"]);
    assert!(first.json["first_seen"].as_i64() <= first.json["last_seen"].as_i64());
    let cursor = first.json["next_cursor"].as_str().unwrap();
    let second = rig.get(&format!("/api/visitors/visitor-0001?limit=1&cursor={cursor}")).await;
    assert_eq!((second.json["next_cursor"].is_null(), &second.json["totals"]), (true, &first.json["totals"]));
    let mut both = [ids(&first), ids(&second)].concat();
    both.sort_unstable();
    assert_eq!(both, [SESSION, "session-0002"]);
    assert_eq!(rig.get("/api/visitors/visitor-9999").await.code(), (404, "not_found"));
    assert_eq!(rig.get("/api/visitors/visitor-0001?sort=recent").await.code(), (400, "bad_request"));
    assert_eq!(rig.get("/api/visitors/me").await.code(), (404, "not_found"));
}

#[tokio::test]
async fn a_session_and_a_visitor_are_erased() {
    let rig = rig().await;
    assert_eq!(delete(&rig, "/api/sessions/session-0003?force=true").await.code(), (400, "bad_request"));
    assert_eq!(rig.get("/api/sessions/session-0003").await.headers["allow"], "DELETE");
    assert_eq!(rig.post("/api/visitors/visitor-0001", &json!({})).await.headers["allow"], "GET, HEAD, DELETE");
    let foreign = Request::delete("/api/sessions/session-0003").header("sec-fetch-site", "cross-site");
    assert_eq!(call(&rig.service, foreign.body(String::new()).unwrap()).await.code(), (403, "forbidden"));
    let foreign = Request::delete("/api/visitors/visitor-0002").header("origin", "http://evil.test");
    assert_eq!(call(&rig.service, foreign.body(String::new()).unwrap()).await.code(), (403, "forbidden"));
    let stranger = rig.pulse.analytics(pulse_core::Access::nobody());
    let request = Request::delete("/api/sessions/session-0003").body(String::new()).unwrap();
    assert_eq!(call(&stranger, request).await.code(), (401, "unauthorized"));
    assert_eq!(rig.get("/api/sessions").await.json["total"], 3);

    let gone = delete(&rig, "/api/sessions/session-0003").await;
    assert_eq!((gone.status.as_u16(), gone.json), (204, Value::Null));
    assert_eq!(delete(&rig, "/api/sessions/session-0003").await.code(), (404, "not_found"));
    assert_eq!(rig.get("/api/analytics/session-0003").await.code(), (404, "not_found"));
    assert_eq!(rig.get("/api/visitors/visitor-0002").await.code(), (404, "not_found"));
    assert_eq!(delete(&rig, "/api/visitors/visitor-0001").await.status, 204);
    assert_eq!(delete(&rig, "/api/visitors/visitor-0001").await.code(), (404, "not_found"));
    let left = rig.get("/api/sessions").await;
    assert_eq!((ids(&left), left.json["total"].as_u64()), (vec![], Some(0)));
    // Nothing is remembered: who comes again begins anew.
    rig.visit().await;
    assert_eq!(rig.get("/api/sessions").await.json["total"], 1);
}
