//! What one server stores is told to who listens at another.

use std::time::Instant;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use tower::ServiceExt;

use super::*;
use crate::{Access, Pulse, http::Body};

/// The longest time between an acknowledgement and the row: that of lists and totals.
const SOON: Duration = Duration::from_secs(1);

async fn pulse(server: &Mongod) -> Pulse {
    Pulse::builder(Arc::new(server.connect().await)).access(Access::loopback()).build()
}

async fn call(pulse: &Pulse, request: http::request::Builder, body: String) -> Body {
    let request = request.header("host", "localhost").body(Full::new(Bytes::from(body))).unwrap();
    let response = pulse.service().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    response.into_body()
}

/// The next event that is none but a greeting: its name, and what it says.
async fn next(events: &mut Body) -> (String, serde_json::Value) {
    loop {
        let frame = events.frame().await.unwrap().unwrap().into_data().unwrap();
        let text = std::str::from_utf8(&frame).unwrap();
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
        if let Some(data) = field("data: ") {
            assert!(field("id: ").is_some() && text.ends_with("\n\n"));
            return (field("event: ").unwrap().to_owned(), serde_json::from_str(data).unwrap());
        }
    }
}

async fn both_hear(server: &Mongod) {
    let (writing, other) = (pulse(server).await, pulse(server).await);
    let listen = |at| call(at, Request::get("/api/live"), String::new());
    let mut listeners = [listen(&writing).await, listen(&other).await];
    for (seq, expected) in [(0, "started"), (1, "updated")] {
        let now = Clock::system().now();
        let click = serde_json::json!({"type": "click", "timestamp": now, "data": {"x": 1, "y": 2}});
        let body =
            serde_json::json!({"session_id": "session-0001", "view_id": "view-0001", "seq": seq, "events": [click]});
        call(&writing, Request::post("/api/track"), body.to_string()).await;
        let acknowledged = Instant::now();
        for listener in &mut listeners {
            let (name, row) = tokio::time::timeout(SOON * 3, next(listener)).await.unwrap();
            let took = acknowledged.elapsed();
            assert_eq!((name.as_str(), row["session_id"].as_str()), (expected, Some("session-0001")));
            assert!(took < SOON, "{took:?}");
            // It says, soon, what the batch was about.
            let mut clicks = row["clicks"].as_u64();
            while clicks != Some(seq + 1) {
                clicks = tokio::time::timeout(SOON * 3, next(listener)).await.unwrap().1["clicks"].as_u64();
            }
        }
        // As a tracker sends them.
        tokio::time::sleep(Duration::from_secs(2)).await;
        for listener in &mut listeners {
            while tokio::time::timeout(Duration::from_millis(400), next(listener)).await.is_ok() {}
        }
    }
    writing.close().await;
    assert!(listeners[0].frame().await.is_none(), "the stream ends with its server");
    other.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn two_servers_on_a_replica_set_hear_each_other() {
    let server = Mongod::start_replica_set().await;
    both_hear(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn two_servers_on_a_standalone_hear_each_other() {
    let server = Mongod::start().await;
    both_hear(&server).await;
}
