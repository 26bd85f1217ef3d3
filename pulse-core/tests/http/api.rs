//! The HTTP contract, on the services as they are mounted.

use crate::support::{Rig, SESSION, call, now};
use http::{Request, StatusCode};
use pulse_core::{Access, Origins, Pulse};
use serde_json::json;

#[tokio::test]
async fn a_session_is_opened_once() {
    let rig = Rig::new().await;
    let body = json!({"session_id": SESSION, "page_url": "http://shop.test/"});
    let first = rig.post("/api/session", &body).await;
    assert_eq!(first.status, StatusCode::CREATED);
    assert_eq!(first.json["session_id"], SESSION);
    let again = rig.post("/api/session", &body).await;
    assert_eq!((again.status, &again.json), (StatusCode::OK, &first.json));
    let minted = rig.post("/api/session", &json!({"page_url": "http://shop.test/"})).await;
    assert_eq!(minted.status, StatusCode::CREATED);
    assert_eq!(rig.get("/api/sessions").await.json["total"], 2);
    assert!(minted.json["session_id"].as_str().unwrap().len() >= 8);
}

#[tokio::test]
async fn a_repeated_batch_is_a_duplicate() {
    let rig = Rig::new().await;
    let body = json!({"session_id": SESSION, "view_id": "view-0001", "seq": 4, "events": [
        {"type": "visibility", "timestamp": now(), "data": {"state": "hidden"}}, {"type": "nonsense", "timestamp": 1}]});
    let rejected = json!([{"index": 1, "reason": "unknown_type"}]);
    let first = rig.post("/api/track", &body).await;
    assert_eq!(first.json, json!({"accepted": 1, "duplicates": 0, "rejected": rejected}));
    let again = rig.post("/api/track", &body).await;
    assert_eq!(again.json, json!({"accepted": 0, "duplicates": 1, "rejected": rejected}));
    let analytics = rig.get(&format!("/api/analytics/{SESSION}")).await;
    assert_eq!(analytics.json["events"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_sent_is_answered() {
    let rig = Rig::new().await;
    rig.visit().await;
    let analytics = rig.get(&format!("/api/analytics/{SESSION}")).await.json;
    assert_eq!(analytics["session"]["clicks"], 3);
    assert_eq!(analytics["session"]["rage_clicks"], 1);
    assert_eq!(analytics["summary"]["counts"]["mousemove"], 3);
    assert_eq!(analytics["summary"]["rage"][0]["count"], 3);
    assert_eq!(analytics["events"].as_array().unwrap().len(), 7);
    assert!(analytics["events"][0]["timestamp"].is_i64());

    let some = rig.get(&format!("/api/analytics/{SESSION}?types=click&limit=2")).await.json;
    assert_eq!(some["events"].as_array().unwrap().len(), 2);
    let cursor = some["next_cursor"].as_str().unwrap();
    let rest = rig.get(&format!("/api/analytics/{SESSION}?types=click&limit=2&cursor={cursor}")).await.json;
    assert_eq!((rest["events"].as_array().unwrap().len(), rest["next_cursor"].is_null()), (1, true));
    let stricter = rig.get(&format!("/api/analytics/{SESSION}?rage_count=4")).await.json;
    assert_eq!(stricter["summary"]["counts"]["rage"], 0);

    let map = rig.get(&format!("/api/heatmap/{SESSION}?page=/pay")).await.json;
    assert_eq!(map["pages"], json!(["http://shop.test/pay"]));
    assert_eq!((map["total"].as_u64(), map["moves"][1]["x"].as_u64()), (Some(3), Some(110)));
    assert_eq!(map["clicks"].as_array().unwrap().len(), 3);
    assert_eq!(map["rage_clicks"][0]["count"], 3);

    let everyone = rig.get("/api/heatmap?page=/pay&cell=50").await.json;
    assert_eq!((everyone["sessions"].as_u64(), &everyone["cells"]), (Some(1), &json!([[2, 2, 3]])));
    let nobody = rig.get("/api/heatmap?page=/elsewhere").await;
    assert_eq!((nobody.status.as_u16(), nobody.json["sessions"].as_u64()), (200, Some(0)));
}

#[tokio::test]
async fn the_list_follows_within_a_moment() {
    let rig = Rig::new().await;
    rig.visit().await;
    for _ in 0..50 {
        let row = &rig.get("/api/sessions?min_frustration=1").await.json["sessions"][0];
        if row["rage_clicks"] == 1 {
            assert_eq!((row["clicks"].as_u64(), row["live"].as_bool()), (Some(3), Some(true)));
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the session is not scored");
}

#[tokio::test]
async fn the_rules_answer_without_a_key() {
    let rig = Rig::new().await;
    rig.visit().await;
    let insight = rig.post(&format!("/api/analyze/{SESSION}"), &json!({})).await;
    assert_eq!(insight.status, StatusCode::OK);
    assert_eq!(insight.json["source"]["analyst"], "rules");
    assert!((1..=6).contains(&insight.json["insights"].as_array().unwrap().len()), "{}", insight.text);
    assert!((2..=4).contains(&insight.json["recommendations"].as_array().unwrap().len()), "{}", insight.text);
    assert!(insight.json["main_problem"]["title"].as_str().unwrap().contains("Pay"));
}

#[tokio::test]
async fn errors_have_one_shape_and_the_right_status() {
    let rig = Rig::new().await;
    let post = |path: &str, body: &str| Request::post(path).body(body.to_owned()).unwrap();
    for (request, expected) in [
        (post("/api/track", "garbage"), (400, "bad_request")),
        (post("/api/track", r#"{"session_id":"x","events":[]}"#), (400, "bad_request")),
        (post("/api/session", "[]"), (400, "bad_request")),
        (post("/api/analyze/session-9999", "{}"), (404, "not_found")),
        (post("/nope", ""), (404, "not_found")),
        (post("/api/sessions", ""), (405, "method_not_allowed")),
        (post("/api/track", &" ".repeat(300 * 1024)), (413, "too_large")),
        (Request::get("/api/analytics/session-9999").body(String::new()).unwrap(), (404, "not_found")),
        (Request::get("/api/heatmap/session-9999").body(String::new()).unwrap(), (404, "not_found")),
        (Request::get("/api/heatmap").body(String::new()).unwrap(), (400, "bad_request")),
        (Request::get("/api/sessions?cursor=x").body(String::new()).unwrap(), (400, "bad_request")),
        (Request::get("/api/sessions?oops=1").body(String::new()).unwrap(), (400, "bad_request")),
        (
            Request::post("/api/track").header("content-encoding", "zstd").body(String::new()).unwrap(),
            (415, "unsupported_encoding"),
        ),
        (
            Request::post("/api/track").header("content-encoding", "gzip").body("no".into()).unwrap(),
            (400, "bad_request"),
        ),
    ] {
        let what = format!("{} {}", request.method(), request.uri());
        let answer = call(&rig.service, request).await;
        assert_eq!(answer.code(), expected, "{what}");
        assert!(answer.json["error"]["message"].is_string(), "{what}");
    }
    let wrong = rig.get("/api/track").await;
    assert_eq!((wrong.status.as_u16(), wrong.headers["allow"].to_str().unwrap()), (405, "POST, OPTIONS"));
}

#[tokio::test]
async fn only_listed_sites_may_send() {
    let rig = Rig::new().await;
    let send = |origin: &str| {
        let body = json!({"session_id": SESSION, "events": []}).to_string();
        Request::post("/api/track").header("origin", origin).body(body).unwrap()
    };
    let answer = call(&rig.service, send("http://localhost:8080")).await;
    assert_eq!(answer.headers["access-control-allow-origin"], "http://localhost:8080");
    assert_eq!(answer.headers["vary"], "origin");
    for foreign in ["https://evil.test", "null", "http://localhost.evil.test"] {
        let answer = call(&rig.service, send(foreign)).await;
        assert_eq!(answer.code(), (403, "forbidden"), "{foreign}");
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    }
    let preflight =
        Request::options("/api/track").header("origin", "http://localhost:8080").body(String::new()).unwrap();
    let answer = call(&rig.service, preflight).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(answer.headers["access-control-allow-methods"], "POST");

    let listed = Origins::listed(["https://shop.example/"]);
    let pulse = Pulse::builder(rig.store()).origins(listed).build();
    for (origin, status) in
        [("https://shop.example", 200), ("http://localhost:8080", 403), ("https://shop.example.evil.test", 403)]
    {
        assert_eq!(call(&pulse.ingest(), send(origin)).await.status, status, "{origin}");
    }
}

#[tokio::test]
async fn reads_want_the_credential_and_parts_answer_their_own_routes() {
    let rig = Rig::new().await;
    rig.visit().await;
    let token = "0123456789abcdef0123456789";
    let reads = [
        ("GET", "/api/sessions".to_owned()),
        ("GET", format!("/api/analytics/{SESSION}")),
        ("GET", format!("/api/heatmap/{SESSION}")),
        ("GET", "/api/heatmap?page=/pay".to_owned()),
    ];
    let analytics = rig.pulse.analytics(Access::token(token).unwrap());
    let insights = rig.pulse.insights(Access::token(token).unwrap());
    let request = |method: &str, path: &str, credential: &str| {
        Request::builder().method(method).uri(path).header("authorization", credential).body(String::new()).unwrap()
    };
    let analyze = [("POST", format!("/api/analyze/{SESSION}"))];
    for (service, other, routes) in [(&analytics, &insights, &reads[..]), (&insights, &analytics, &analyze[..])] {
        for (method, path) in routes {
            assert_eq!(call(service, request(method, path, "")).await.code(), (401, "unauthorized"), "{path}");
            assert_eq!(
                call(service, request(method, path, "Bearer wrong-wrong-wrong-wrong")).await.status,
                401,
                "{path}"
            );
            assert_eq!(call(service, request(method, path, &format!("Bearer {token}"))).await.status, 200, "{path}");
            assert_eq!(call(other, request(method, path, &format!("Bearer {token}"))).await.status, 404, "{path}");
            assert_eq!(call(&rig.pulse.ingest(), request(method, path, "")).await.status, 404, "{path}");
        }
    }
}

#[tokio::test]
async fn without_a_word_on_access_nobody_reads() {
    let rig = Rig::new().await;
    let pulse = Pulse::builder(rig.store()).build();
    let get = |path: &str| Request::get(path).body(String::new()).unwrap();
    assert_eq!(call(&pulse.service(), get("/api/sessions")).await.status, 401);
    assert_eq!(call(&pulse.service(), get("/healthz")).await.status, 200);
}

#[tokio::test]
async fn the_script_and_the_dashboard_are_served() {
    let rig = Rig::new().await;
    let script = rig.get("/pulse.js").await;
    assert_eq!(script.headers["content-type"], "text/javascript; charset=utf-8");
    let tag = script.headers["etag"].clone();
    let again = Request::get("/pulse.js").header("if-none-match", tag).body(String::new()).unwrap();
    assert_eq!(call(&rig.service, again).await.status, StatusCode::NOT_MODIFIED);
    let page = rig.get("/").await;
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    let wasm = call(
        &rig.service,
        Request::get("/dashboard_bg.wasm").header("accept-encoding", "br").body(String::new()).unwrap(),
    )
    .await;
    assert_eq!(
        (&wasm.headers["content-type"], &wasm.headers["content-encoding"]),
        (&"application/wasm".parse().unwrap(), &"br".parse().unwrap())
    );
}

#[tokio::test]
async fn a_draining_server_is_not_ready_and_a_closed_one_refuses() {
    let rig = Rig::new().await;
    assert_eq!(rig.get("/readyz").await.status, 200);
    rig.pulse.drain();
    assert_eq!(rig.get("/readyz").await.code(), (503, "unavailable"));
    assert_eq!(rig.get("/healthz").await.status, 200);
    rig.visit().await;
    rig.pulse.close().await;
    let refused = rig.post("/api/session", &json!({})).await;
    assert_eq!(refused.code(), (503, "unavailable"));
    assert!(refused.headers.contains_key("retry-after"));
    for path in ["/api/sessions", "/api/pages", &format!("/api/analytics/{SESSION}"), "/api/live"] {
        assert_eq!(rig.get(path).await.code(), (503, "unavailable"), "{path}");
    }
}

#[tokio::test]
async fn a_small_request_has_no_large_answer() {
    let rig = Rig::new().await;
    let body = format!(r#"{{"session_id":"{SESSION}","events":[{}0]}}"#, "0,".repeat(100_000));
    let answer = call(&rig.service, Request::post("/api/track").body(body).unwrap()).await;
    assert_eq!(answer.json["rejected"].as_array().unwrap().len(), 100);
    assert_eq!(answer.json["rejected_unlisted"], 99_901);
}

#[tokio::test]
async fn what_only_describes_a_batch_costs_nothing_else() {
    let rig = Rig::new().await;
    for (seq, odd) in [
        r#""title":"x \ud83d""#,
        r#""title":17"#,
        r#""page_url":{"a":1}"#,
        r#""sent_at":"long ago""#,
        r#""moves":{"t":1,"dt":[0],"x":[10.5],"y":[1]}"#,
        r#""moves":"none""#,
    ]
    .iter()
    .enumerate()
    {
        let click = format!(r#"{{"type":"click","timestamp":{},"data":{{"x":1,"y":2,"element":"a\udc00"}}}}"#, now());
        let body =
            format!(r#"{{"session_id":"{SESSION}","view_id":"view-0001","seq":{seq},{odd},"events":[{click}]}}"#);
        let answer = call(&rig.service, Request::post("/api/track").body(body).unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.json["accepted"].as_u64()), (200, Some(1)), "{odd}");
    }
}

/// Each threshold, asked for in a query, changes what is answered, in every answer that it has to do with.
#[tokio::test]
async fn thresholds_count_in_every_answer() {
    let rig = Rig::new().await;
    let at = now() - 60_000;
    let click = |after: i64, x: i64| json!({"type": "click", "timestamp": at + after, "data": {"x": x, "y": 0}});
    let dead = json!({"type": "dead_click", "timestamp": at + 9000, "data": {"x": 900, "y": 0, "waited_ms": 2500}});
    let body = json!({"session_id": SESSION, "view_id": "view-0001", "seq": 0, "page_url": "http://shop.test/pay",
        "events": [click(0, 0), click(600, 50), click(1200, 0), click(5000, 500), click(5600, 500), dead]});
    assert_eq!(rig.post("/api/track", &body).await.status, 200);
    let counts = async |thresholds: &str| {
        let analytics = rig.get(&format!("/api/analytics/{SESSION}?{thresholds}")).await.json;
        let session = rig.get(&format!("/api/heatmap/{SESSION}?{thresholds}")).await.json;
        // On a machine that is busy enough, the time for reading logs is over before the session is read, and the
        // session's row follows its first batch a moment later.
        let page = loop {
            let page = rig.get(&format!("/api/heatmap?page=/pay&{thresholds}")).await.json;
            if page["partial"] != true && page["sessions"] == 1 {
                break page;
            }
        };
        let rage = analytics["summary"]["counts"]["rage"].as_u64().unwrap();
        assert_eq!(analytics["session"]["rage_clicks"], rage);
        assert_eq!(session["rage_clicks"].as_array().unwrap().len() as u64, rage, "{thresholds}");
        let all =
            |cells: &str| -> u64 { page[cells].as_array().unwrap().iter().map(|cell| cell[2].as_u64().unwrap()).sum() };
        let dead = analytics["summary"]["counts"]["dead"].as_u64().unwrap();
        assert_eq!((all("rage_clicks"), all("dead_clicks")), (rage, dead), "{thresholds}");
        // A burst is 4 and a dead click 2.
        assert_eq!(analytics["session"]["frustration"].as_u64(), Some(4 * rage + 2 * dead));
        (rage, dead)
    };
    assert_eq!(counts("").await, (0, 1), "1200 ms are too long");
    assert_eq!(counts("rage_window_ms=1200").await, (1, 1));
    assert_eq!(counts("rage_window_ms=1199").await, (0, 1));
    assert_eq!(counts("rage_window_ms=1200&rage_radius=49.9").await, (0, 1));
    assert_eq!(counts("rage_count=2").await, (2, 1));
    assert_eq!(counts("rage_window_ms=1200&rage_count=2").await, (2, 1));
    assert_eq!(counts("dead_after_ms=2501").await, (0, 0));
    assert_eq!(counts("dead_after_ms=2500").await, (0, 1));
}
