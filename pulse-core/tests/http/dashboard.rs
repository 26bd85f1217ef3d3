//! The dashboard's own queries, each with the type that it reads the answer as.

use std::sync::Arc;

use http::Request;
use pulse_core::{
    Access, Clock, Limits, Pulse,
    analyze::{HeatmapMode, PageHeatmap, page::Scope},
    http::PulseService,
    model::Device,
    store,
    wire::{
        AnalyticsAnswer, PageMap, PageSort, PagesAnswer, PathsAnswer, ProblemState, ProblemsAnswer, Query, Route,
        SessionSort, SessionsAnswer,
        dashboard::{self, Span},
    },
};
use serde::de::DeserializeOwned;

use pulse_test_util::mongod::TestMongod;
use serde_json::json;

use crate::{
    counting::Counting,
    support::{Rig, SESSION, call},
};

const NOW: i64 = 1_790_000_060_000;
const HOUR: i64 = 3_600_000;

/// Sessions of the test that counts what is read.
const MANY: i64 = 2000;

async fn ask<T: DeserializeOwned>(rig: &Rig, route: &Route, query: &impl Query) -> T {
    let address = route.address(query);
    let answer = rig.get(&address).await;
    assert_eq!(answer.status, 200, "{address}: {}", answer.text);
    serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{address}: {error}"))
}

/// The map at an address, with its cells as columns.
async fn columns(rig: &Rig, address: &str) -> PageMap {
    let request = Request::get(address).header("accept", PageMap::MEDIA_TYPE).body(String::new()).unwrap();
    let answer = call(&rig.service, request).await;
    assert_eq!(answer.headers["content-type"], PageMap::MEDIA_TYPE);
    serde_json::from_slice(&answer.body).unwrap()
}

#[tokio::test]
async fn every_view_is_answered() {
    let rig = Rig::new().await;
    rig.visit().await;
    let page = "http://shop.test/pay";
    let analytics = Route::Analytics(SESSION.parse().unwrap());
    for chosen in [None, Some(page)] {
        let opened: AnalyticsAnswer = ask(&rig, &analytics, &dashboard::session(chosen)).await;
        assert_eq!(opened.map.map(|map| map.page), Some(page.to_owned()));
        assert_eq!(opened.summary.pages[0].page, page);
    }
    let ever = Span::default();
    let pages: PagesAnswer = ask(&rig, &Route::Pages, &dashboard::pages(ever, PageSort::Frustration)).await;
    assert_eq!((pages.total, pages.pages[0].page.as_str(), pages.pages[0].sessions), (1, page, 1));
    let whole = |mode| dashboard::page(page, Scope::default(), mode);
    let map: PageHeatmap = ask(&rig, &Route::PageHeatmap, &whole(HeatmapMode::Page)).await;
    assert_eq!((map.sessions, map.cell), (1, pulse_core::analyze::page::CELL), "cells of the size that is kept");
    for mode in [HeatmapMode::Page, HeatmapMode::Viewport, HeatmapMode::Element] {
        let address = Route::PageHeatmap.address(&whole(mode));
        let (plain, columns) = (rig.get(&address).await, columns(&rig, &address).await);
        let map: PageHeatmap = serde_json::from_slice(&plain.body).unwrap();
        assert_eq!(columns, PageMap::from(map), "{mode:?}");
    }
    let seen: PagesAnswer = ask(&rig, &Route::Pages, &dashboard::bands(page, ever)).await;
    assert!(seen.pages[0].layouts.is_empty(), "the visitor's window is not known");
    let paths: PathsAnswer = ask(&rig, &Route::Paths, &dashboard::paths(None, ever)).await;
    assert_eq!(paths.nodes[0].page, page);
    for (words, expected) in [("", 1), (" PAY ", 1), ("cart", 0)] {
        let list: SessionsAnswer =
            ask(&rig, &Route::Sessions, &dashboard::list(Some(page), words, SessionSort::Recent)).await;
        assert_eq!(list.total, expected, "{words}");
    }
    for page in [None, Some(page)] {
        let live: SessionsAnswer = ask(&rig, &Route::Sessions, &dashboard::live(page)).await;
        let all: SessionsAnswer = ask(&rig, &Route::Sessions, &dashboard::count(page, ever)).await;
        assert_eq!((live.total, all.total), (1, 1));
        // Scores follow by a moment; what matters here is that the questions are understood.
        for status in [ProblemState::Open, ProblemState::Regressed] {
            let problems: ProblemsAnswer = ask(&rig, &Route::Problems, &dashboard::problems(page, ever, status)).await;
            assert_eq!(problems.visits, 1, "{page:?} {status:?}");
        }
        for few in [dashboard::reached(page, ever), dashboard::trouble(page, ever)] {
            let _: SessionsAnswer = ask(&rig, &Route::Sessions, &few).await;
        }
    }
}

/// A session of some hour of the last five days.
async fn send(service: &PulseService, n: i64) {
    let start = NOW - 6 * HOUR - (n % 120) * HOUR;
    let body = json!({"session_id": format!("session-{n:05}"), "view_id": "view-0001", "seq": 0,
        "page_url": "http://shop.test/pay", "events": [
            {"type": "viewport", "timestamp": start, "data": {"w": 1440, "h": 900, "doc_w": 1440, "doc_h": 2000, "dpr": 1}},
            {"type": "click", "timestamp": start + 900, "data": {"x": n % 1400, "y": 40, "element": "#pay"}}],
        "moves": {"t": start + 100, "dt": [0, 50, 50], "x": [n % 1000, 30, 5], "y": [10, n % 30, 5]}});
    let request = Request::post("/api/track").header("user-agent", "Mozilla/5.0 (Windows NT)");
    let answer = call(service, request.body(body.to_string()).unwrap()).await;
    assert_eq!((answer.status.as_u16(), &answer.json["rejected"]), (200, &json!([])), "{}", answer.text);
}

/// The dashboard's page views read sums, and not the events of any session.
async fn no_event_is_read(address: &str) {
    let counting = Counting::new(store::open(address, &Limits::default()).await.unwrap());
    let store: Arc<dyn store::Store> = Arc::clone(&counting) as _;
    let pulse = Pulse::builder(store).clock(Clock::new(|| NOW)).access(Access::loopback()).build();
    let service = pulse.service();
    for n in 0..MANY {
        send(&service, n).await;
    }
    pulse.rebuild(|_, _| ()).await.unwrap();
    let ask = async |address: String| {
        let before = counting.read();
        let answer = call(&service, Request::get(&address).body(String::new()).unwrap()).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.text);
        assert_eq!(answer.json["partial"], serde_json::Value::Null, "{address}");
        (answer.json, counting.read() - before)
    };
    let page =
        |device| dashboard::page("http://shop.test/pay", Scope { device, ..Scope::default() }, HeatmapMode::Page);
    let (map, read) = ask(Route::PageHeatmap.address(&page(None))).await;
    assert_eq!((map["sessions"].as_i64(), read), (Some(MANY), 0), "the map of a page");
    let (pages, read) = ask(Route::Pages.address(&dashboard::pages(Span::default(), PageSort::Sessions))).await;
    assert_eq!((pages["pages"][0]["sessions"].as_i64(), read), (Some(MANY), 0), "the list of pages");
    let rows = Route::Pages.address(&dashboard::bands("http://shop.test/pay", Span::default()));
    let (pages, read) = ask(rows).await;
    let band = &pages["pages"][0]["layouts"][0];
    assert_eq!((band["device"].as_str(), band["sessions"].as_i64(), read), (Some("desktop"), Some(MANY), 0), "bands");
    let desktop = page(Some(Device::Desktop));
    let mut wide = page(None);
    (wide.scope.width_min, wide.scope.width_max) = (Some(1280.0), Some(1535.0));
    let mut days = page(None);
    (days.scope.from, days.scope.to) = (Some(NOW - NOW % HOUR - 48 * HOUR), Some(NOW));
    for (query, what) in [(&desktop, "a device"), (&wide, "a width band"), (&days, "whole hours")] {
        let (map, read) = ask(Route::PageHeatmap.address(query)).await;
        // Whole hours of a day that is summed up as one are read from their sessions: one day's at most.
        let most = if what == "whole hours" { MANY / 5 } else { 0 };
        assert!(map["sessions"].as_i64() > Some(0) && read as i64 <= most, "{what}: {read} sessions were read");
    }
    pulse.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_event_is_read_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    no_event_is_read(&format!("sqlite:{}", folder.path().join("pulse.db").display())).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn no_event_is_read_on_mongodb() {
    let server = TestMongod::start().await.unwrap();
    no_event_is_read(&server.uri()).await;
}
