//! Tickets for the map over a live page: who gets one, and what it opens.

use std::time::Duration;

use http::{HeaderMap, Request, StatusCode};
use pulse_core::{Access, Origins, Pulse, http::PulseService};
use serde_json::{Value, json};

use crate::support::{Answer, Rig, call, now};

const SHOP: &str = "http://shop.test";
const PAGE: &str = "http://shop.test/pay";

/// A Pulse that knows the shop, and a visit to it.
struct Shop {
    rig: Rig,
    pulse: Pulse,
}

impl Shop {
    async fn new() -> Self {
        let rig = Rig::new().await;
        rig.visit().await;
        // What is summed up is of the totals of sessions, which follow their batches within a second.
        while rig.get("/api/pages").await.json["pages"].as_array().is_none_or(Vec::is_empty) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let builder = Pulse::builder(rig.store()).origins(Origins::listed([SHOP])).access(Access::loopback());
        Self { pulse: builder.build(), rig }
    }

    /// Asks for a ticket as the dashboard does.
    async fn ask(&self, body: &Value) -> Answer {
        let request = Request::post("/api/overlay")
            .header("origin", "http://localhost:5001")
            .header("content-type", "application/json");
        call(&self.pulse.service(), request.body(body.to_string()).unwrap()).await
    }

    async fn ticket(&self) -> String {
        let answer = self.ask(&json!({"origin": SHOP, "page": format!("{PAGE}?x=1#top")})).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        assert!((answer.json["expires_at"].as_i64().unwrap() - now() - 600_000).abs() < 60_000);
        answer.json["ticket"].as_str().unwrap().to_owned()
    }

    async fn take(&self, ticket: &str, page: &str, origin: Option<&str>) -> Answer {
        take(&self.pulse.ingest(), ticket, page, origin).await
    }
}

/// Uses a ticket as the overlay does.
async fn take(service: &PulseService, ticket: &str, page: &str, origin: Option<&str>) -> Answer {
    let mut request = Request::post("/api/overlay/map").header("content-type", "text/plain");
    if let Some(origin) = origin {
        request = request.header("origin", origin).header("sec-fetch-site", "cross-site");
    }
    call(service, request.body(json!({"ticket": ticket, "page": page}).to_string()).unwrap()).await
}

fn readers(headers: &HeaderMap) -> Option<&str> {
    headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_ticket_opens_the_elements_of_its_page_once_to_its_site() {
    let shop = Shop::new().await;
    let ticket = shop.ticket().await;
    let answer = shop.take(&ticket, PAGE, Some(SHOP)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let map = &answer.json;
    assert_eq!((map["page"].as_str(), map["sessions"].as_u64()), (Some(PAGE), Some(1)));
    assert_eq!(map["elements"][0]["element"]["path"], "#pay");
    assert_eq!((map["elements"][0]["clicks"].as_u64(), map["elements"][0]["rage"].as_u64()), (Some(3), Some(1)));
    assert_eq!(readers(&answer.headers), Some(SHOP));
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert!(!answer.headers.contains_key("etag"));
    assert!(answer.headers.get_all("vary").iter().any(|value| value == "origin"));

    let again = shop.take(&ticket, PAGE, Some(SHOP)).await;
    assert_eq!(again.code(), (404, "not_found"));
    assert_eq!(readers(&again.headers), None);
}

#[tokio::test]
async fn a_ticket_for_another_page_or_by_another_site_is_refused_and_ended() {
    let shop = Shop::new().await;
    for (page, origin) in [
        ("http://shop.test/", Some(SHOP)),
        ("http://shop.test/*", Some(SHOP)),
        ("/pay", Some(SHOP)),
        (PAGE, Some("http://other.test")),
        (PAGE, Some("https://shop.test")),
        (PAGE, Some("null")),
        (PAGE, None),
    ] {
        let ticket = shop.ticket().await;
        let refused = shop.take(&ticket, page, origin).await;
        assert_eq!(refused.code(), (403, "forbidden"), "{page} {origin:?}");
        assert_eq!(readers(&refused.headers), None);
        assert_eq!(shop.take(&ticket, PAGE, Some(SHOP)).await.code(), (404, "not_found"), "{page} {origin:?}");
    }
    assert_eq!(shop.take("0123456789abcdef0123456789abcdef", PAGE, Some(SHOP)).await.code(), (404, "not_found"));
}

#[tokio::test]
async fn a_ticket_is_known_to_the_server_that_made_it_alone() {
    let shop = Shop::new().await;
    let ticket = shop.ticket().await;
    let other = Pulse::builder(shop.rig.store()).origins(Origins::listed([SHOP])).build();
    assert_eq!(take(&other.ingest(), &ticket, PAGE, Some(SHOP)).await.code(), (404, "not_found"));
    assert_eq!(shop.take(&ticket, PAGE, Some(SHOP)).await.status, 200);
}

#[tokio::test]
async fn only_a_page_of_a_known_site_gets_a_ticket() {
    let shop = Shop::new().await;
    let asked = |origin: &str, page: &str| json!({"origin": origin, "page": page});
    assert_eq!(shop.ask(&asked("http://evil.test", "http://evil.test/")).await.code(), (403, "forbidden"));
    for bad in [
        asked(SHOP, "http://other.test/pay"),
        asked(SHOP, "http://shop.test.evil.test/pay"),
        asked(SHOP, "http://shop.test"),
        asked(SHOP, "/pay"),
        asked(SHOP, "http://shop.test/*"),
        json!({"origin": SHOP, "page": PAGE, "from": 2, "to": 1}),
        json!({"origin": SHOP, "page": PAGE, "device": "mobile"}),
        json!({"origin": SHOP}),
        json!([]),
    ] {
        assert_eq!(shop.ask(&bad).await.code(), (400, "bad_request"), "{bad}");
    }
    // A page of another site, with the browser of somebody who may read.
    let request = Request::post("/api/overlay").header("origin", SHOP).header("content-type", "application/json");
    let cross = call(&shop.pulse.service(), request.body(asked(SHOP, PAGE).to_string()).unwrap()).await;
    assert_eq!(cross.code(), (403, "forbidden"));
}

#[tokio::test]
async fn a_map_holds_the_visits_of_its_span() {
    let shop = Shop::new().await;
    let answer = shop.ask(&json!({"origin": SHOP, "page": PAGE, "from": 0, "to": 1000})).await;
    let map = shop.take(answer.json["ticket"].as_str().unwrap(), PAGE, Some(SHOP)).await.json;
    assert_eq!((map["sessions"].as_u64(), map["from"].as_i64(), map["to"].as_i64()), (Some(0), Some(0), Some(1000)));
    assert_eq!(map["elements"], json!([]));
}

#[tokio::test]
async fn the_overlay_is_served_to_the_sites_that_are_known() {
    let shop = Shop::new().await;
    let request = |origin: &str| Request::get("/overlay.js").header("origin", origin).body(String::new()).unwrap();
    let answer = call(&shop.pulse.ingest(), request(SHOP)).await;
    assert_eq!((answer.status, readers(&answer.headers)), (StatusCode::OK, Some(SHOP)));
    assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/javascript"));
    assert!(answer.text.contains("attachShadow"));
    let tag = answer.headers["etag"].to_str().unwrap().to_owned();
    let known = Request::get("/overlay.js").header("if-none-match", tag).body(String::new()).unwrap();
    assert_eq!(call(&shop.pulse.ingest(), known).await.status, StatusCode::NOT_MODIFIED);
    assert_eq!(readers(&call(&shop.pulse.ingest(), request("http://other.test")).await.headers), None);
}
