//! The dashboard's own queries, each with the type that it reads the answer as.

use pulse_core::{
    analyze::PageHeatmap,
    wire::{AnalyticsAnswer, PagesAnswer, Query, Route, SessionSort, SessionsAnswer, dashboard},
};
use serde::de::DeserializeOwned;

use crate::support::{Rig, SESSION};

async fn ask<T: DeserializeOwned>(rig: &Rig, route: &Route, query: &impl Query) -> T {
    let address = route.address(query);
    let answer = rig.get(&address).await;
    assert_eq!(answer.status, 200, "{address}: {}", answer.text);
    serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{address}: {error}"))
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
    let pages: PagesAnswer = ask(&rig, &Route::Pages, &dashboard::pages()).await;
    assert_eq!((pages.total, pages.pages[0].page.as_str(), pages.pages[0].sessions), (1, page, 1));
    let map: PageHeatmap = ask(&rig, &Route::PageHeatmap, &dashboard::page(page)).await;
    assert_eq!((map.sessions, map.cell), (1, pulse_core::analyze::page::CELL), "cells of the size that is kept");
    for (words, expected) in [("", 1), (" PAY ", 1), ("cart", 0)] {
        let list: SessionsAnswer =
            ask(&rig, &Route::Sessions, &dashboard::list(Some(page), words, SessionSort::Recent)).await;
        assert_eq!(list.total, expected, "{words}");
    }
    for page in [None, Some(page)] {
        let live: SessionsAnswer = ask(&rig, &Route::Sessions, &dashboard::live(page)).await;
        let all: SessionsAnswer = ask(&rig, &Route::Sessions, &dashboard::count(page)).await;
        assert_eq!((live.total, all.total), (1, 1));
        // Scores follow by a moment; what matters here is that the questions are understood.
        let _: SessionsAnswer = ask(&rig, &Route::Sessions, &dashboard::first(page)).await;
        let _: SessionsAnswer = ask(&rig, &Route::Sessions, &dashboard::high(page)).await;
    }
}
