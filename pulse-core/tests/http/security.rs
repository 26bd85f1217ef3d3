//! What an attacker would try on the services: every route without the right to it, quotas, overload, accounting.

use std::{
    net::IpAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use crate::{
    counting::Counting,
    support::{Answer, Rig, SESSION, call, now},
};
use http::{Request, StatusCode};
use pulse_core::{
    Access, Limits, PeerAddr, Proxies, Pulse, Rate, Site,
    http::{PulseService, Scope, Token},
    store::{self, SqliteStore, Store},
};
use serde_json::json;
use tower::ServiceExt;

const TOKEN: &str = "0123456789abcdef0123456789";

/// Every route that wants a credential, with the scope that opens it.
const GUARDED: [(&str, &str, Scope); 23] = [
    ("GET", "/api/sessions", Scope::Read),
    ("GET", "/api/visitors/visitor-1", Scope::Read),
    ("GET", "/api/live", Scope::Read),
    ("GET", "/api/analytics/session-0001", Scope::Read),
    ("GET", "/api/heatmap/session-0001", Scope::Read),
    ("GET", "/api/heatmap?page=/pay", Scope::Read),
    ("POST", "/api/overlay", Scope::Read),
    ("GET", "/api/pages", Scope::Read),
    ("GET", "/api/paths", Scope::Read),
    ("GET", "/api/problems", Scope::Read),
    ("GET", "/api/problems/0123456789abcdef", Scope::Read),
    ("GET", "/api/analyze", Scope::Read),
    ("GET", "/api/analyze/session-0001", Scope::Read),
    ("POST", "/api/analyze", Scope::Analyze),
    ("POST", "/api/analyze/session-0001", Scope::Analyze),
    ("POST", "/api/problems/0123456789abcdef", Scope::Analyze),
    ("DELETE", "/api/sessions/session-0009", Scope::Erase),
    ("DELETE", "/api/visitors/visitor-9", Scope::Erase),
    ("GET", "/api/export", Scope::Read),
    ("GET", "/api/sites", Scope::Read),
    ("POST", "/mcp", Scope::Analyze),
    ("GET", "/metrics", Scope::Metrics),
    ("HEAD", "/api/sessions", Scope::Read),
];

fn request(method: &str, path: &str, credential: &str) -> Request<String> {
    let request = Request::builder().method(method).uri(path);
    let request = if credential.is_empty() { request } else { request.header("authorization", credential) };
    request.body("{}".to_owned()).unwrap()
}

/// A further site, of which nothing is known.
fn shop() -> Site {
    Site::new("shop".parse().unwrap(), SqliteStore::in_memory().unwrap())
}

/// The same request as it comes from an address.
async fn call_from(service: &PulseService, address: [u8; 4], mut request: Request<String>) -> Answer {
    request.extensions_mut().insert(PeerAddr(IpAddr::from(address)));
    call(service, request).await
}

fn batch(session: &str, seq: u32, events: usize) -> Request<String> {
    let event = json!({"type": "visibility", "timestamp": now(), "data": {"state": "hidden"}});
    let body = json!({"session_id": session, "view_id": "view-0001", "seq": seq, "events": vec![event; events]});
    Request::post("/api/track").body(body.to_string()).unwrap()
}

#[tokio::test]
async fn every_route_refuses_whoever_has_no_right_to_it() {
    let rig = Rig::new().await;
    rig.visit().await;
    let scopes = [Scope::Read, Scope::Analyze, Scope::Erase, Scope::Metrics];
    let secret = |scope: Scope| format!("{TOKEN}-{scope:?}");
    let mut tokens: Vec<Token> =
        scopes.map(|scope| Token::new("one", &secret(scope), [scope]).unwrap()).into_iter().collect();
    let expired = format!("{TOKEN}-expired");
    tokens.push(Token::new("expired", &expired, true).unwrap().until(now() - 1));
    // As many wrong ones as here are not let through by default.
    let guesses = Rate::per_second(1_000_000, 1_000_000);
    let limits = Limits::default().with(|limits| {
        limits.guesses = guesses;
        limits.address_guesses = guesses;
    });
    let builder = || Pulse::builder(rig.store()).limits(limits.clone());
    let pulse = builder().access(Access::tokens(tokens)).site(shop()).build();
    let of_shop = GUARDED.map(|(method, path, opens)| (method, format!("/sites/shop{path}"), opens));
    let of_root = GUARDED.map(|(method, path, opens)| (method, path.to_owned(), opens));
    for (method, path, opens) in of_root.iter().chain(&of_shop).map(|(method, path, opens)| (*method, &**path, *opens))
    {
        let bad =
            ["", "Bearer ", "Bearer wrong-wrong-wrong-wrong", &format!("Basic {TOKEN}"), &format!("Bearer {expired}")];
        for service in [pulse.service(), pulse.api()] {
            for credential in bad {
                let status = call(&service, request(method, path, credential)).await.status;
                assert_eq!(status, 401, "{method} {path} {credential}");
            }
            for scope in scopes {
                if path.ends_with("/api/live") && scope == opens {
                    // It has no end.
                    continue;
                }
                let status = call(&service, request(method, path, &format!("Bearer {}", secret(scope)))).await.status;
                assert_eq!(status == 403, scope != opens, "{method} {path} {scope:?}: {status}");
                assert_ne!(status, 401, "{method} {path} {scope:?}");
            }
        }
        let nobody = builder().site(shop()).build();
        assert_eq!(call(&nobody.service(), request(method, path, "")).await.status, 401, "{method} {path}");
    }
    let odd =
        ["//api/sessions", "/api//sessions", "/api/sessions/", "/API/sessions", "/api/sessions%2f", "/%61pi/sessions"];
    let odd = odd.into_iter().chain([
        "/api/./sessions",
        "/x/../api/sessions",
        "/sites/shop//api/sessions",
        "/sites//shop/api/sessions",
        "/sites/shop/../../api/sessions",
        "/sites/shop/sites/shop/api/sessions",
        "/sites/SHOP/api/sessions",
        "/sites/default/api/sessions",
        "/sites/sh%6fp/api/sessions",
        "/sites/none/api/sessions",
        "/Sites/shop/api/sessions",
        "/sites/shop",
        "/api/sessions;x",
        "/api/sessions%00",
        "/.env",
    ]);
    for path in odd {
        for method in ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "PROPFIND"] {
            let answer = call(&pulse.service(), request(method, path, "")).await;
            let refused = matches!(answer.status.as_u16(), 401 | 404 | 405) || path == "/sites/shop";
            assert!(refused, "{method} {path}: {}", answer.status);
            assert!(!answer.text.contains(SESSION), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_page_signs_in_and_out() {
    let rig = Rig::new().await;
    let pulse = Pulse::builder(rig.store()).access(Access::token(TOKEN).unwrap()).build();
    let service = pulse.service();
    let post = |path: &str, body: &str, kind: &str, cookie: &str| {
        let request = Request::post(path).header("origin", "http://localhost:5001").header("cookie", cookie);
        request.header("content-type", kind).body(body.to_owned()).unwrap()
    };
    let body = json!({"token": TOKEN}).to_string();
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
        assert_eq!(call(&service, post("/api/sign-in", &body, kind, "")).await.status, 403, "{kind}");
    }
    let json = "application/json";
    assert_eq!(call(&service, post("/api/sign-in", "{}", json, "")).await.status, 400);
    let wrong = json!({"token": "wrong-wrong-wrong-wrong"}).to_string();
    assert_eq!(call(&service, post("/api/sign-in", &wrong, json, "")).await.status, 401);
    let mut elsewhere = post("/api/sign-in", &body, json, "");
    elsewhere.headers_mut().insert("origin", "http://localhost:8080".parse().unwrap());
    assert_eq!(call(&service, elsewhere).await.status, 403);

    let signed_in = call(&service, post("/api/sign-in", &body, json, "")).await;
    assert_eq!(signed_in.status, StatusCode::NO_CONTENT, "{}", signed_in.text);
    let cookie = signed_in.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let read = |site: &str| {
        let request = Request::get("/api/sessions").header("cookie", &cookie).header("sec-fetch-site", site);
        request.body(String::new()).unwrap()
    };
    assert_eq!(call(&service, read("same-origin")).await.status, 200);
    for site in ["cross-site", "same-site"] {
        assert_eq!(call(&service, read(site)).await.status, 403, "another page has the browser send the cookie");
    }
    assert_eq!(call(&service, post("/api/sign-out", "", json, &cookie)).await.status, 204);
    assert_eq!(call(&service, read("same-origin")).await.status, 401);
}

#[tokio::test]
async fn every_answer_tells_the_browser_what_not_to_do() {
    let rig = Rig::new().await;
    for (path, site) in [
        ("/", "same-origin"),
        ("/api/sessions", "same-origin"),
        ("/nope", "same-origin"),
        ("/healthz", "same-origin"),
        ("/metrics", "same-origin"),
        ("/pulse.js", "cross-origin"),
        ("/overlay.js", "cross-origin"),
        ("/api/track", "same-origin"),
    ] {
        let answer = rig.get(path).await;
        let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
        assert!(header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        // The dashboard opens pages of the site, and hands their overlays tickets.
        let opener = if path == "/" { "same-origin-allow-popups" } else { "same-origin" };
        assert_eq!(header("cross-origin-opener-policy"), opener, "{path}");
        assert_eq!(header("cross-origin-resource-policy"), site, "{path}");
        assert!(header("permissions-policy").contains("camera=()"), "{path}");
    }
}

#[tokio::test]
async fn one_address_is_held_to_its_quotas_and_others_notice_nothing() {
    let limits = Limits::default().with(|limits| {
        limits.address_requests = Rate::per_hour(20);
        limits.address_sessions = Rate::per_hour(3);
    });
    let rig = Rig::with(limits, None).await;
    let flood = [203, 0, 113, 7];
    let mut statuses = Vec::new();
    for n in 0..40 {
        let mut request = batch(&format!("session-{n:04}"), 0, 1);
        // What it says of itself changes nothing.
        request.headers_mut().insert("x-forwarded-for", format!("198.51.100.{n}").parse().unwrap());
        let answer = call_from(&rig.service, flood, request).await;
        if answer.status == 429 {
            let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
            assert!((1..=900).contains(&wait), "{wait}");
        }
        statuses.push(answer.status.as_u16());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 3);
    assert!(statuses.iter().all(|status| matches!(status, 200 | 429)));
    // A session that is known goes on while new ones are refused, from wherever.
    let other = [203, 0, 113, 8];
    assert_eq!(call_from(&rig.service, other, batch("session-0000", 1, 1)).await.status, 200);
    assert_eq!(call_from(&rig.service, other, batch("session-0100", 0, 1)).await.status, 200);
    let text = rig.get("/metrics").await.text;
    assert!(text.contains("pulse_requests_total{outcome=\"refused\",reason=\"address_sessions\"} 17"), "{text}");
    assert!(text.contains("pulse_requests_total{outcome=\"refused\",reason=\"address_requests\"} 20"), "{text}");
}

#[tokio::test]
async fn a_flood_of_one_address_and_bots_are_kept_and_move_no_figure() {
    let many = Rate::per_second(1000, 1000);
    let limits = Limits::default().with(|limits| limits.address_sessions = many);
    let rig = Rig::with(limits, None).await;
    let send = async |n: u32, from: [u8; 4], agent: &str| {
        let click = json!({"type": "click", "timestamp": now(), "data": {"x": 10, "y": 10}});
        let body =
            json!({"session_id": format!("session-{n:04}"), "page_url": "http://localhost/pay", "events": [click]});
        let request = Request::post("/api/track").header("user-agent", agent).body(body.to_string()).unwrap();
        assert_eq!(call_from(&rig.service, from, request).await.status, 200);
    };
    let (person, bot) = ("Mozilla/5.0 (Windows NT 10.0)", "Mozilla/5.0 (compatible; Googlebot/2.1)");
    for n in 0..200_u8 {
        send(n.into(), [198, 51, 100, n], person).await;
    }
    for n in 0..200 {
        send(1000 + n, [203, 0, 113, 7], person).await;
    }
    for n in 0..20_u8 {
        send(2000 + u32::from(n), [198, 51, 101, n], bot).await;
    }
    let pages = rig.get("/api/pages").await.json;
    assert_eq!(pages["pages"][0]["sessions"], 210, "a twentieth of it is of one address: {pages}");
    let map = rig.get("/api/heatmap?page=http%3A%2F%2Flocalhost%2Fpay").await.json;
    assert_eq!(map["sessions"], 210, "{map}");
    let list = rig.get("/api/sessions?limit=500").await.json;
    assert_eq!(list["total"], 420, "all are kept");
    let excluded = |why: &str| {
        let rows = list["sessions"].as_array().unwrap();
        rows.iter().filter(|row| row["excluded"] == why).count()
    };
    assert_eq!((excluded("address"), excluded("bot")), (190, 20));
}

#[tokio::test]
async fn behind_a_listed_proxy_clients_are_told_apart() {
    let rig = Rig::new().await;
    let limits = Limits::default().with(|limits| limits.address_sessions = Rate::per_hour(1));
    let proxies = Proxies::listed(["10.0.0.0/8"]).unwrap();
    let pulse = Pulse::builder(rig.store()).limits(limits).proxies(proxies).build();
    let send = async |n: usize, told: &str| {
        let mut request = batch(&format!("session-{n:04}"), 0, 1);
        request.headers_mut().insert("x-forwarded-for", told.parse().unwrap());
        call_from(&pulse.ingest(), [10, 0, 0, 1], request).await.status.as_u16()
    };
    assert_eq!(send(1, "203.0.113.7").await, 200);
    assert_eq!(send(2, "203.0.113.7").await, 429);
    assert_eq!(send(3, "198.51.100.1, 203.0.113.7").await, 429, "what the client wrote itself");
    assert_eq!(send(4, "203.0.113.8").await, 200);
}

#[tokio::test]
async fn a_session_ends_where_it_is_full() {
    let limits = Limits::default().with(|limits| {
        limits.session_batches = 5;
        limits.session_layouts = 2;
    });
    let rig = Rig::with(limits.clone(), None).await;
    for seq in 0..5 {
        assert_eq!(call(&rig.service, batch(SESSION, seq, 2)).await.json["accepted"], 2);
    }
    let full = call(&rig.service, batch(SESSION, 5, 2)).await;
    let rejected = json!([{"index": 0, "reason": "session_full"}, {"index": 1, "reason": "session_full"}]);
    assert_eq!(full.json, json!({"accepted": 0, "duplicates": 0, "rejected": rejected}));
    assert_eq!(call(&rig.service, batch("session-0002", 0, 2)).await.json["accepted"], 2);
    // Whoever looks at it is told that it is not all of the visit.
    assert_eq!(rig.get(&format!("/api/analytics/{SESSION}")).await.json["cut"], true);
    assert!(rig.get("/api/analytics/session-0002").await.json.get("cut").is_none());
    let listed = async || {
        let answer = rig.get("/api/sessions").await.json;
        let rows = answer["sessions"].as_array().unwrap().iter();
        let mut cut: Vec<_> = rows.filter(|row| row["cut"] == true).map(|row| row["session_id"].clone()).collect();
        cut.sort_by_key(ToString::to_string);
        cut
    };
    let began = std::time::Instant::now();
    while listed().await != [json!(SESSION)] {
        assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", listed().await);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    // Another server, which has not seen it grow.
    let other = Pulse::builder(rig.store()).limits(limits).build();
    for _ in 0..50 {
        // Totals follow within a moment.
        let answer = call(&other.service(), batch(SESSION, 6, 1)).await;
        if answer.json["accepted"] == 0 {
            break;
        }
        assert_eq!(answer.status, 200);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(call(&other.service(), batch(SESSION, 7, 1)).await.json["rejected"][0]["reason"], "session_full");
    let outline = json!({"type": "layout", "timestamp": now(), "data": {"hash": "h", "boxes": []}});
    let body = json!({"session_id": "session-0003", "events": vec![outline; 4]});
    let answer = rig.post("/api/track", &body).await.json;
    assert_eq!((answer["accepted"].as_u64(), answer["rejected_unlisted"].as_u64()), (Some(2), Some(2)));
}

/// A body that tells when somebody looks at it.
struct Watched(Arc<AtomicUsize>);

impl http_body::Body for Watched {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<bytes::Bytes>, Self::Error>>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(None)
    }
}

#[tokio::test]
async fn overload_is_refused_before_the_body_is_read() {
    for (limits, status) in [
        (Limits::default().with(|limits| limits.ingest_in_flight = 0), 503),
        (Limits::default().with(|limits| limits.address_requests = Rate::per_hour(1)), 429),
    ] {
        let rig = Rig::with(limits, None).await;
        let flood = [203, 0, 113, 7];
        call_from(&rig.service, flood, batch(SESSION, 0, 1)).await;
        let looked = Arc::new(AtomicUsize::new(0));
        let mut request = Request::post("/api/track").body(Watched(Arc::clone(&looked))).unwrap();
        request.extensions_mut().insert(PeerAddr(IpAddr::from(flood)));
        let answer = rig.service.clone().oneshot(request).await.unwrap();
        assert_eq!((answer.status().as_u16(), looked.load(Ordering::Relaxed)), (status, 0));
        assert!(answer.headers().contains_key("retry-after"));
    }
}

/// A body that never comes.
struct Never;

impl http_body::Body for Never {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<bytes::Bytes>, Self::Error>>> {
        Poll::Pending
    }
}

#[tokio::test]
async fn a_server_is_ready_while_requests_wait_and_not_when_they_are_refused() {
    for (places, status) in [(1, 200), (0, 503)] {
        let rig = Rig::with(Limits::default().with(|limits| limits.ingest_in_flight = places), None).await;
        let slow = rig.service.clone().oneshot(Request::post("/api/track").body(Never).unwrap());
        // The slow one is looked at first: when this begins, it has the only place.
        tokio::select! {
            biased;
            answer = slow => assert_eq!((answer.unwrap().status().as_u16(), places), (503, 0)),
            ready = rig.get("/readyz") => assert_eq!((ready.status.as_u16(), places), (status, 1)),
        }
        assert_eq!(rig.get("/readyz").await.status, status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_look_is_enough_for_all_who_ask_whether_it_is_ready_and_for_those_who_go() {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = SqliteStore::open(&folder.path().join("pulse.db")).unwrap();
    let store = Counting::slow(store, Duration::from_millis(700));
    let service = Pulse::builder(Arc::clone(&store) as Arc<dyn Store>).build().service();
    let ask = || call(&service, Request::get("/readyz").body(String::new()).unwrap());
    let mut gone = Box::pin(ask());
    while store.checked() == 0 {
        assert!(futures_util::poll!(&mut gone).is_pending());
        tokio::task::yield_now().await;
    }
    drop(gone);
    let asked = futures_util::future::join_all((0..20).map(|_| ask())).await;
    assert!(asked.iter().all(|answer| answer.status == 200));
    assert_eq!(store.checked(), 1);
}

/// Reads `name{...} value` lines.
fn sum(text: &str, name: &str) -> u64 {
    let lines = text.lines().filter(|line| line.split(['{', ' ']).next() == Some(name));
    lines.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
}

#[tokio::test]
async fn everything_that_came_in_is_accounted_for() {
    let limits = Limits::default().with(|limits| {
        limits.session_batches = 3;
        limits.address_requests = Rate::per_hour(30);
    });
    let rig = Rig::with(limits, None).await;
    let post = |body: &str| Request::post("/api/track").body(body.to_owned()).unwrap();
    let mut requests = Vec::new();
    requests.extend((0..6).map(|seq| batch(SESSION, seq, 3)));
    requests.extend((0..2).map(|_| batch("session-0002", 0, 7)));
    requests.push(post("garbage"));
    requests.push(post(r#"{"session_id":"x","events":[1,2]}"#));
    requests.push(post(&format!(r#"{{"session_id":"{SESSION}","events":[1,{{"type":"nonsense"}},2]}}"#)));
    requests.push(post(&" ".repeat(300 * 1024)));
    requests.push(post(&format!(r#"{{"session_id":"session-0003","events":[{}0]}}"#, "0,".repeat(5000))));
    requests.push(Request::post("/api/track").header("origin", "https://evil.test").body(String::new()).unwrap());
    requests.push(Request::post("/api/track").header("content-encoding", "zstd").body(String::new()).unwrap());
    requests.push(Request::post("/api/session").body(r#"{"page_url":"http://shop.test/"}"#.to_owned()).unwrap());
    requests.extend((0..30).map(|seq| batch("session-0004", seq, 1)));
    let sent = requests.len() as u64;
    for request in requests {
        call_from(&rig.service, [203, 0, 113, 7], request).await;
    }
    let text = rig.get("/metrics").await.text;
    let received = sum(&text, "pulse_requests_received_total");
    assert_eq!((received, sum(&text, "pulse_requests_total")), (sent, sent), "{text}");
    assert_eq!(sum(&text, "pulse_events_received_total"), sum(&text, "pulse_events_total"), "{text}");
    let line = |line: &str| assert!(text.lines().any(|written| written == line), "{line}\n{text}");
    line("pulse_events_total{outcome=\"duplicate\"} 7");
    line("pulse_events_total{outcome=\"rejected\",reason=\"session_full\"} 21");
    line("pulse_events_total{outcome=\"rejected\",reason=\"too_many\"} 4001");
    line("pulse_requests_total{outcome=\"rejected\",reason=\"undecodable\"} 1");
    line("pulse_requests_total{outcome=\"refused\",reason=\"origin\"} 1");
    line("pulse_ready 1");
    // What was stored is what is there.
    let stored: u64 = {
        let sessions = [SESSION, "session-0002", "session-0003", "session-0004"];
        let mut stored = 0;
        for session in sessions {
            let answer = rig.get(&format!("/api/analytics/{session}")).await.json;
            stored += answer["events"].as_array().map_or(0, Vec::len) as u64;
        }
        stored
    };
    line(&format!("pulse_events_total{{outcome=\"stored\"}} {stored}"));
}

#[tokio::test]
async fn a_client_that_goes_away_is_accounted_for() {
    let rig = Rig::new().await;
    let request = Request::post("/api/track").header("host", "localhost").body(Never).unwrap();
    let left = tokio::time::timeout(std::time::Duration::from_millis(50), rig.service.clone().oneshot(request)).await;
    assert!(left.is_err());
    let text = rig.get("/metrics").await.text;
    assert!(text.contains("pulse_requests_total{outcome=\"unanswered\"} 1"), "{text}");
}

/// A page under a listed origin tells of pages of its own alone.
#[tokio::test]
async fn another_sites_page_does_not_arrive_under_a_listed_origin() {
    let rig = Rig::new().await;
    let from = |body: serde_json::Value, path: &str| {
        let request = Request::post(path).header("origin", "http://localhost:8080");
        request.body(body.to_string()).unwrap()
    };
    let navigation =
        |url: &str| json!({"type": "navigation", "timestamp": now(), "data": {"url": url, "kind": "load"}});
    let evil = "https://evil.test/phish";
    let body = json!({"session_id": SESSION, "page_url": evil, "title": "Invoice \u{202e}fdp",
        "events": [navigation(evil), navigation("http://localhost:8080/pay"), navigation("javascript:alert(1)")]});
    let answer = call(&rig.service, from(body, "/api/track")).await.json;
    assert_eq!((answer["accepted"].as_u64(), answer["rejected_unlisted"].as_u64()), (Some(1), Some(2)));
    call(&rig.service, from(json!({"session_id": "session-0002", "page_url": evil}), "/api/session")).await;
    let own = json!({"session_id": "session-0003", "page_url": "http://localhost:8080/pay?token=abc"});
    call(&rig.service, from(own, "/api/session")).await;
    let list = rig.get("/api/sessions").await.text;
    assert!(!list.contains("evil.test") && !list.contains('\u{202e}') && !list.contains("abc"), "{list}");
    assert!(list.contains("http://localhost:8080/pay?token=***"), "{list}");
    let analytics = rig.get(&format!("/api/analytics/{SESSION}")).await.text;
    assert!(!analytics.contains("evil.test") && !analytics.contains("javascript"), "{analytics}");
}

/// Nothing of who sent it is kept, and nothing that is about one person.
#[tokio::test]
async fn what_is_stored_names_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits::default().with(|limits| limits.secret_words = vec!["member".into()]);
    let store = store::open(&format!("sqlite:{}", folder.path().join("pulse.db").display()), &limits).await.unwrap();
    let pulse = Pulse::builder(store).limits(limits).build();
    let secret = "Zx9QpLm4Tr7Vb2Ns";
    let mail = format!("{secret}@shop.example");
    let body = json!({"session_id": SESSION, "page_url": format!("https://a.test/p?member={secret}"),
    "title": format!("Hello {mail}"), "events": [
        {"type": "click", "timestamp": now(), "data": {"x": 1, "y": 1, "element": {"path": "a", "label": mail}}},
        {"type": "error", "timestamp": now(), "data": {"name": "E", "message": format!("password={secret}")}},
        {"type": "custom", "timestamp": now(), "data": {"name": "login", "props": {"password": secret, "user": mail}}},
        {"type": "navigation", "timestamp": now(), "data": {"url": format!("https://a.test/reset/{secret}"), "from": mail}},
        {"type": "layout", "timestamp": now(), "data": {"hash": "h", "boxes": [{"k": "t", "r": [0, 0, 1, 1], "l": mail}]}},
    ]});
    let request = Request::post("/api/track").body(body.to_string()).unwrap();
    let answer = call_from(&pulse.ingest(), [203, 0, 113, 77], request).await;
    assert_eq!(answer.json["accepted"], 5, "{}", answer.text);
    pulse.close().await;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for text in [secret, "203.0.113.77"] {
            assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{text}");
        }
    }
}
