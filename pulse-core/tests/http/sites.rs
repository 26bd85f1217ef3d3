//! Several sites in one Pulse: each has sessions, origins and quotas of its own.

use std::{net::IpAddr, sync::Arc};

use http::Request;
use pulse_core::{
    Access, Limits, Origins, PeerAddr, Pulse, Rate, Site,
    http::PulseService,
    model::SiteKey,
    store::{SqliteStore, Store},
};
use serde_json::{Value, json};

use crate::support::{Answer, SESSION, call, now};

fn key(text: &str) -> SiteKey {
    text.parse().unwrap()
}

fn store() -> Arc<dyn Store> {
    SqliteStore::in_memory().unwrap()
}

/// A root that takes pages of `root.example`, and the sites `shop` and `blog`.
fn pulse(limits: Limits) -> Pulse {
    let site = |name: &str| Site::new(key(name), store()).origins(Origins::listed([format!("https://{name}.example")]));
    let builder = Pulse::builder(store()).limits(limits).access(Access::loopback());
    builder.origins(Origins::listed(["https://root.example"])).site(site("shop")).site(site("blog")).build()
}

/// Sends a click under a prefix, as a page of an origin does.
async fn send(service: &PulseService, prefix: &str, origin: &str, session: &str) -> Answer {
    let click = json!({"type": "click", "timestamp": now(), "data": {"x": 1, "y": 2, "element": "#pay"}});
    let body = json!({"session_id": session, "page_url": format!("{origin}/pay"), "events": [click]});
    let request = Request::post(format!("{prefix}/api/track")).header("origin", origin).body(body.to_string());
    call(service, request.unwrap()).await
}

async fn get(service: &PulseService, path: &str) -> Answer {
    call(service, Request::get(path).body(String::new()).unwrap()).await
}

const ROOTS: [(&str, &str, &str); 3] = [
    ("", "https://root.example", "session-root"),
    ("/sites/shop", "https://shop.example", "session-shop"),
    ("/sites/blog", "https://blog.example", "session-blog"),
];

#[tokio::test]
async fn each_site_reads_its_own_sessions_and_takes_its_own_origins() {
    let pulse = pulse(Limits::default());
    let service = pulse.service();
    for (prefix, origin, session) in ROOTS {
        for (_, other, _) in ROOTS {
            let status = send(&service, prefix, other, session).await.status;
            assert_eq!(status, if other == origin { 200 } else { 403 }, "{other} to {prefix:?}");
        }
    }
    for (prefix, _, session) in ROOTS {
        let list = get(&service, &format!("{prefix}/api/sessions")).await;
        let ids: Vec<&str> =
            list.json["sessions"].as_array().unwrap().iter().map(|s| s["session_id"].as_str().unwrap()).collect();
        assert_eq!(ids, [session], "{prefix}");
        for (_, _, other) in ROOTS {
            let found = if other == session { 200 } else { 404 };
            for path in ["analytics", "heatmap"] {
                assert_eq!(get(&service, &format!("{prefix}/api/{path}/{other}")).await.status, found, "{prefix}");
            }
        }
        for path in ["/api/export", "/api/pages", "/api/problems", "/api/paths"] {
            let text = get(&service, &format!("{prefix}{path}")).await.text;
            let foreign = ROOTS.iter().filter(|(_, _, other)| *other != session);
            for (_, origin, other) in foreign {
                assert!(!text.contains(origin) && !text.contains(other), "{prefix}{path}: {text}");
            }
        }
    }
    // What is erased of one is there in the others, also under the same id.
    assert_eq!(send(&service, "", "https://root.example", "session-shop").await.status, 200);
    let erase = Request::delete("/sites/shop/api/sessions/session-shop").body(String::new()).unwrap();
    assert_eq!(call(&service, erase).await.status, 204);
    assert_eq!(get(&service, "/api/analytics/session-shop").await.status, 200);
    assert_eq!(get(&service, "/sites/shop/api/analytics/session-shop").await.status, 404);
    // In process it is the same.
    let blog = pulse.site(&key("blog")).unwrap();
    assert!(blog.session(&"session-blog".parse().unwrap(), Default::default()).await.is_ok());
    assert!(pulse.session(&"session-blog".parse().unwrap(), Default::default()).await.is_err());
    assert!(pulse.site(&key("none")).is_none());
}

#[tokio::test]
async fn what_is_sent_to_an_unknown_site_is_refused_and_counted() {
    let service = pulse(Limits::default()).service();
    for prefix in ["/sites/none", "/sites/Shop", "/sites/shop.", "/sites/"] {
        let answer = send(&service, prefix, "https://root.example", SESSION).await;
        assert_eq!((answer.code(), &answer.json["error"]["message"]), ((403, "forbidden"), &json!("unknown site")));
        assert_eq!(answer.headers["access-control-allow-origin"], "https://root.example", "the tracker reads why");
        assert_eq!(get(&service, &format!("{prefix}/api/sessions")).await.status, 404);
        assert_eq!(get(&service, &format!("{prefix}/pulse.js")).await.status, 404);
    }
    let text = get(&service, "/metrics").await.text;
    let line = "pulse_requests_total{site=\"default\",outcome=\"refused\",reason=\"unknown_site\"} 4";
    assert!(text.lines().any(|written| written == line), "{text}");
    let reads = pulse(Limits::default()).analytics(Access::loopback());
    assert_eq!(send(&reads, "/sites/none", "https://root.example", SESSION).await.status, 404, "it takes nothing");
    assert_eq!(send(&reads, "/sites/shop", "https://shop.example", SESSION).await.status, 404, "here, too");
}

#[tokio::test]
async fn a_flood_at_one_site_leaves_the_others_their_quotas() {
    let limits = Limits::default().with(|limits| {
        limits.site_events = Rate::per_hour(5);
        limits.address_requests = Rate::per_hour(8);
    });
    let service = pulse(limits).service();
    let send = async |prefix: &str, session: &str, from: [u8; 4]| {
        let event = json!({"type": "visibility", "timestamp": now(), "data": {"state": "hidden"}});
        let body = json!({"session_id": session, "events": [event]}).to_string();
        let mut request = Request::post(format!("{prefix}/api/track")).body(body).unwrap();
        request.extensions_mut().insert(PeerAddr(IpAddr::from(from)));
        call(&service, request).await.status.as_u16()
    };
    let mut statuses = Vec::new();
    for n in 0..20 {
        statuses.push(send("/sites/shop", &format!("session-{n:04}"), [203, 0, 113, n / 5]).await);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 5, "{statuses:?}");
    for prefix in ["/sites/blog", ""] {
        assert_eq!(send(prefix, SESSION, [203, 0, 113, 1]).await, 200, "{prefix}");
    }
}

#[tokio::test]
async fn what_holds_for_the_process_is_one_for_all_sites() {
    let guesses = Rate::per_hour(4);
    let limits = Limits::default().with(|limits| {
        limits.address_guesses = guesses;
        limits.guesses = guesses;
    });
    let access = Access::token("0123456789abcdef0123456789").unwrap();
    let pulse = Pulse::builder(store()).limits(limits).access(access).site(Site::new(key("shop"), store())).build();
    let service = pulse.service();
    let mut statuses = Vec::new();
    for n in 0..10 {
        let prefix = if n % 2 == 0 { "" } else { "/sites/shop" };
        let request =
            Request::get(format!("{prefix}/api/sessions")).header("authorization", "Bearer wrong-wrong-wrong");
        let mut request = request.body(String::new()).unwrap();
        request.extensions_mut().insert(PeerAddr(IpAddr::from([203, 0, 113, 7])));
        statuses.push(call(&service, request).await.status.as_u16());
    }
    assert_eq!(statuses, [401, 401, 401, 401, 429, 429, 429, 429, 429, 429], "a guesser does not begin anew");
    // One token opens all of them.
    for prefix in ["", "/sites/shop"] {
        let request = Request::get(format!("{prefix}/api/sessions"));
        let request = request.header("authorization", "Bearer 0123456789abcdef0123456789").body(String::new());
        assert_eq!(call(&service, request.unwrap()).await.status, 200, "{prefix}");
    }
    pulse.close().await;
    let request = Request::get("/sites/shop/readyz").body(String::new()).unwrap();
    assert_eq!(call(&service, request).await.status, 503, "all are closed");
}

#[tokio::test]
async fn a_server_tells_its_sites_and_how_each_is() {
    let pulse = pulse(Limits::default());
    let service = pulse.service();
    let sites = json!([
        {"key": null, "origins": ["https://root.example"]},
        {"key": "blog", "origins": ["https://blog.example"]},
        {"key": "shop", "origins": ["https://shop.example"]},
    ]);
    assert_eq!(get(&service, "/api/sites").await.json, json!({"site": null, "sites": sites}));
    assert_eq!(get(&service, "/sites/shop/api/sites").await.json, json!({"site": "shop", "sites": sites}));
    send(&service, "/sites/shop", "https://shop.example", SESSION).await;
    let line = |text: &str, line: &str| assert!(text.lines().any(|written| written == line), "{line}\n{text}");
    let all = get(&service, "/metrics").await.text;
    line(&all, "pulse_events_total{site=\"shop\",outcome=\"stored\"} 1");
    line(&all, "pulse_events_total{site=\"default\",outcome=\"stored\"} 0");
    line(&all, "pulse_ready{site=\"blog\"} 1");
    assert_eq!(all.matches("# TYPE pulse_events_total ").count(), 1, "a name is described once\n{all}");
    line(&get(&service, "/sites/shop/metrics").await.text, "pulse_events_total{outcome=\"stored\"} 1");
    assert_eq!(get(&service, "/readyz").await.status, 200);
    // One that is not ready: the server as a whole is not.
    pulse.site(&key("blog")).unwrap().drain();
    assert_eq!(get(&service, "/readyz").await.status, 503);
    assert_eq!(get(&service, "/sites/shop/readyz").await.status, 200);
}

#[tokio::test]
async fn a_site_has_a_dashboard_and_a_script_in_its_folder() {
    let pulse = pulse(Limits::default());
    let service = pulse.service();
    let page = get(&service, "/sites/shop/").await;
    assert!(page.status == 200 && page.text.contains("<html"), "{}", page.text);
    assert_eq!(get(&service, "/sites/shop/pulse.js").await.status, 200);
    let moved = get(&service, "/sites/shop?x=1").await;
    assert_eq!((moved.status.as_u16(), moved.headers["location"].to_str().unwrap()), (308, "shop/?x=1"));
    assert_eq!(get(&pulse.api(), "/sites/shop").await.status, 404, "an API has no folders");
    // Laid around an app, the sites are under the prefix.
    let app: axum::Router = axum::Router::new();
    let app = app.layer(pulse.layer("/pulse"));
    let request =
        Request::get("/pulse/sites/shop/api/sites").header("host", "localhost").body(axum::body::Body::empty());
    let answer = tower::ServiceExt::oneshot(app, request.unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
}

/// The host decides by the key, which it finds beside the head of the request.
#[tokio::test]
async fn a_host_can_let_people_into_one_site_alone() {
    let only_shop =
        |head: &http::request::Parts| head.extensions.get::<SiteKey>().is_some_and(|key| key.as_str() == "shop");
    let builder = Pulse::builder(store()).access(Access::allowed(only_shop));
    let service = builder.site(Site::new(key("shop"), store())).site(Site::new(key("blog"), store())).build().service();
    for (prefix, status) in [("", 401), ("/sites/shop", 200), ("/sites/blog", 401)] {
        let answer = get(&service, &format!("{prefix}/api/sessions")).await;
        assert_eq!(answer.status, status, "{prefix}");
        assert!(status == 401 || answer.json["sessions"] == Value::Array(Vec::new()));
    }
}
