//! The reducer, as a person meets it.
#![allow(clippy::unwrap_used)]

use pulse_core::{
    analyze::Tier,
    model::{AnalystKind, Device, MainProblem, Severity, Source},
    wire::{ProblemsAnswer, SessionRow, SessionSort, SessionsAnswer, dashboard},
};

use super::*;

fn id(n: usize) -> SessionId {
    format!("session-{n:04}").parse().unwrap()
}

fn row(n: usize) -> SessionRow {
    SessionRow {
        session_id: id(n),
        visitor_id: None,
        started_at: 0,
        last_seen: 1,
        duration_ms: 1,
        page_url: format!("http://shop.test/product/{n}"),
        title: None,
        referrer: None,
        device: Device::Desktop,
        viewport: None,
        pages: vec!["http://shop.test/".to_owned(), format!("http://shop.test/product/{n}")],
        clicks: 0,
        rage_clicks: 0,
        mousemoves: 0,
        scrolls: 0,
        keypresses: 0,
        errors: 0,
        frustration: u32::try_from(n).unwrap(),
        tier: Tier::None,
        completeness: None,
        activity: Vec::new(),
        live: false,
    }
}

fn rows(of: impl IntoIterator<Item = usize>, next: Option<&str>) -> SessionsAnswer {
    SessionsAnswer { sessions: of.into_iter().map(row).collect(), next_cursor: next.map(str::to_owned), total: 200 }
}

fn refreshed(state: &State, answer: Answer<SessionsAnswer>) -> State {
    state.reduce(Action::ListRefreshed { key: state.list.key.clone(), now: 5, answer })
}

fn start() -> State {
    State::new(View::home(), false, 0)
}

fn unauthorized() -> Failure {
    Failure::of(401, "")
}

#[test]
fn a_refresh_keeps_the_rows_beyond_it_and_shows_none_twice() {
    let state = refreshed(&start(), Ok(rows(0..50, Some("a"))));
    let state = state.reduce(Action::MoreRequested);
    assert_eq!(state.list.more.as_deref(), Some("a"));
    let key = state.list.key.clone();
    let state = state.reduce(Action::MoreLoaded { key, answer: Ok(rows(50..100, Some("b"))) });
    assert_eq!((state.list.rows.len(), state.list.refresh_rows()), (100, 100));
    // Session 70 became active: it moved to the top of a refresh that was asked for before more was loaded.
    let state = refreshed(&state, Ok(rows(std::iter::once(70).chain(0..49), Some("a"))));
    assert_eq!(state.list.rows.len(), 99);
    assert_eq!(state.list.rows[0].session_id, id(70));
    assert_eq!(state.list.next_cursor.as_deref(), Some("b"));
    assert_eq!(state.list.more, None);
}

#[test]
fn a_shorter_list_is_believed() {
    let state = refreshed(&start(), Ok(rows(0..50, Some("a"))));
    assert_eq!(refreshed(&state, Ok(rows(0..3, None))).list.rows.len(), 3);
}

#[test]
fn rows_outlive_a_failure_and_another_order_asks_anew() {
    let state = refreshed(&start(), Ok(rows(0..3, None)));
    let state = refreshed(&state, Err(Failure::Unreachable));
    assert_eq!((state.list.rows.len(), state.list.failure.is_some()), (3, true));
    let late = Action::ListRefreshed { key: state.list.key.clone(), now: 9, answer: Ok(rows(0..3, None)) };
    let state = state.reduce(Action::Filtered("lamp".into())).reduce(Action::Sorted(SessionSort::Frustration));
    assert_eq!((state.list.rows.len(), state.list.known, state.list.words.as_str()), (0, false, "lamp"));
    assert_eq!(state.reduce(late), state);
}

#[test]
fn the_server_is_asked_for_words_when_nobody_types_any_more() {
    let state = refreshed(&start(), Ok(rows(0..60, Some("a"))));
    let typed = state.reduce(Action::Filtered(" lamp".into()));
    assert_eq!(typed.list.key, state.list.key);
    assert_eq!(typed.reduce(Action::Searched).list.key.query(50).q.as_deref(), Some("lamp"));
    let asked = typed.reduce(Action::Searched);
    assert_eq!((asked.list.rows.len(), asked.list.known, asked.list.refresh_rows()), (60, false, 50), "no flicker");
    assert_eq!(asked.reduce(Action::Searched), asked);
    let late = Action::ListRefreshed { key: state.list.key.clone(), now: 9, answer: Ok(rows(0..3, None)) };
    assert_eq!(asked.reduce(late), asked);
    let found = refreshed(&asked, Ok(rows(7..9, Some("b"))));
    assert_eq!((found.list.rows.len(), found.list.next_cursor.as_deref()), (2, Some("b")), "the old rows are gone");
    let nothing = refreshed(&asked, Ok(rows([], None)));
    assert!(!nothing.list.is_bare() && nothing.list.known, "that nothing matches does not mean that there is nothing");
    let all = found.reduce(Action::Filtered(String::new())).reduce(Action::Searched);
    assert_eq!(all.list.key.query(50).q, None);
}

#[test]
fn rows_of_another_order_or_page_are_not_shown() {
    let state = refreshed(&start(), Ok(rows(0..60, None)));
    assert!(state.reduce(Action::Sorted(SessionSort::Frustration)).list.rows.is_empty());
    let page = View::Home { page: Some("/".into()) };
    assert!(state.reduce(Action::Navigated(page)).list.rows.is_empty());
}

#[test]
fn an_answer_for_another_session_is_not_shown() {
    let view = |n| View::Session { id: id(n), page: None, at: None };
    let state = start().reduce(Action::Navigated(view(1)));
    let answer = |view| Action::SessionLoaded { view, answer: Box::new(Err(Failure::Unreachable)) };
    assert_eq!(state.reduce(answer(view(2))), state);
    let failed = state.reduce(answer(view(1)));
    assert_eq!(failed.trouble(), Some(&Failure::Unreachable));
    assert_eq!(failed.reduce(Action::Navigated(view(2))).trouble(), None);
}

#[test]
fn a_refused_read_asks_for_the_token_once() {
    let state = refreshed(&start(), Err(unauthorized()));
    assert!(state.access.refused && state.list.failure.is_none());
    let state = state.reduce(Action::SignedIn);
    assert_eq!(state.access, Access { signed_in: true, refused: false });
    let state = state.reduce(Action::SignedOut);
    assert_eq!(state.access, Access { signed_in: false, refused: true });
    assert!(state.list.rows.is_empty() && state.insights.is_empty(), "nothing that was read is left");
}

#[test]
fn an_insight_is_kept_by_session_and_can_be_asked_for_again() {
    let state = start().reduce(Action::InsightRequested(id(1)));
    assert!(state.insights[&id(1)].busy);
    let state = state.reduce(Action::InsightLoaded { id: id(1), answer: Box::new(Err(Failure::Unreachable)) });
    assert!(!state.insights[&id(1)].busy && state.insights[&id(1)].failure.is_some());
    let again = state.reduce(Action::InsightRequested(id(1)));
    assert_ne!(again.asked, state.asked);
    let refused = again.reduce(Action::InsightLoaded { id: id(1), answer: Box::new(Err(unauthorized())) });
    assert!(refused.access.refused && !refused.insights[&id(1)].busy);
}

fn insight(analyst: AnalystKind) -> Insight {
    let problem =
        MainProblem { title: String::new(), detail: String::new(), severity: Severity::Low, evidence: Vec::new() };
    Insight {
        main_problem: problem,
        insights: Vec::new(),
        recommendations: Vec::new(),
        source: Source { analyst, model: "m".to_owned(), reason: None, tokens: None },
        generated_at: 1,
        of: "session-0001".to_owned(),
        answer: None,
    }
}

fn analyst(state: &State) -> Option<AnalystKind> {
    state.insights.get(&id(1))?.data.as_ref().map(|insight| insight.source.analyst)
}

#[test]
fn the_rules_answer_is_shown_until_the_models_comes() {
    let drafted = |state: &State| {
        let insight = Box::new(insight(AnalystKind::Rules));
        state.reduce(Action::InsightDrafted { id: id(1), insight })
    };
    let asked = start().reduce(Action::InsightRequested(id(1)));
    let first = drafted(&asked);
    assert_eq!((analyst(&first), first.insights[&id(1)].busy), (Some(AnalystKind::Rules), true));
    let answer = Box::new(Ok(insight(AnalystKind::Gemini)));
    let answered = first.reduce(Action::InsightLoaded { id: id(1), answer });
    assert_eq!((analyst(&answered), answered.insights[&id(1)].busy), (Some(AnalystKind::Gemini), false));
    // Asked again, the model's stays until there is another, and what is kept does not do.
    let again = answered.reduce(Action::InsightRequested(id(1)));
    assert_eq!(analyst(&drafted(&again)), Some(AnalystKind::Gemini));
    let refresh = |state: &State| state.asked.as_ref().map(|asked| asked.refresh);
    assert_eq!((refresh(&asked), refresh(&again)), (Some(false), Some(true)));
}

#[test]
fn the_insight_that_is_kept_is_shown_with_its_session() {
    let view = View::Session { id: id(1), page: None, at: None };
    let opened = Opened { insight: Some(insight(AnalystKind::Gemini)), ..opened("http://shop.test/", 1) };
    let kept = |state: &State| {
        let answer = Box::new(Ok(opened.clone()));
        state.reduce(Action::SessionLoaded { view: view.clone(), answer })
    };
    let state = start().reduce(Action::Navigated(view.clone()));
    assert_eq!(analyst(&kept(&state)), Some(AnalystKind::Gemini));
    // Not over one that is being asked for.
    assert_eq!(analyst(&kept(&state.reduce(Action::InsightRequested(id(1))))), None);
}

#[test]
fn a_page_filter_stays_while_a_session_is_looked_at() {
    let page = Some("http://shop.test/".to_owned());
    let state = start().reduce(Action::Navigated(View::Home { page: page.clone() }));
    let state = state.reduce(Action::Navigated(View::Session { id: id(1), page: None, at: None }));
    assert_eq!(state.list.key.page, page);
    assert_eq!(state.reduce(Action::Navigated(View::home())).list.key.page, None);
}

fn opened(page: &str, clicks: u64) -> Opened {
    let map = serde_json::json!({"pages": ["http://shop.test/"], "page": page, "clicks": [], "rage_clicks": [], "total": 2,
        "moves": {"t0": 5, "t": [0, 50], "x": [3, -3], "y": [4, -4], "strokes": [0]}});
    let session = SessionRow { clicks, ..row(1) };
    Opened { session, summary: Default::default(), map: serde_json::from_value(map).unwrap(), insight: None }
}

#[test]
fn a_map_that_did_not_change_is_not_drawn_again() {
    let view = View::Session { id: id(1), page: None, at: None };
    let state = start().reduce(Action::Navigated(view.clone()));
    let load = |opened| Action::SessionLoaded { view: view.clone(), answer: Box::new(Ok(opened)) };
    let first = state.reduce(load(opened("http://shop.test/", 1)));
    let again = first.reduce(load(opened("http://shop.test/", 2)));
    let recording = |state: &State| state.session.recording.clone().unwrap();
    assert!(Rc::ptr_eq(&recording(&first), &recording(&again)));
    assert_eq!(again.session.figures.data.as_ref().unwrap().session.clicks, 2);
    assert_eq!(recording(&first).moves.len(), 2);
    // Another page of it: its figures stay, its map goes.
    let other = again.reduce(Action::Navigated(View::Session {
        id: id(1),
        page: Some("http://shop.test/cart".into()),
        at: None,
    }));
    assert!(other.session.recording.is_none() && other.session.figures.data.is_some());
}

#[test]
fn a_lost_stream_is_noticed() {
    let state = start().reduce(Action::Navigated(View::Session { id: id(1), page: None, at: None }));
    let state = state.reduce(Action::Changed(Vec::new())).reduce(Action::Changed(vec![id(2), id(1)]));
    assert_eq!(state.live, Live { following: true, changes: 1, of_shown: 1 });
    assert!(!state.reduce(Action::Lost).live.following);
}

#[test]
fn an_overview_is_of_the_page_that_is_chosen() {
    let view = |page: &str| View::Home { page: Some(page.into()) };
    let answer = |page: Option<&str>, total| Action::OverviewLoaded {
        page: page.map(str::to_owned),
        answer: Ok(Overview { total, ..Overview::default() }),
    };
    let state = start().reduce(answer(None, 9));
    assert_eq!(state.overview.data.as_ref().unwrap().total, 9);
    let listed = state.reduce(Action::Navigated(View::Sessions { page: None }));
    assert_eq!(listed.overview, state.overview, "the list of the same sessions");
    let of_page = state.reduce(Action::Navigated(view("/cart")));
    assert!(of_page.overview.data.is_none());
    assert_eq!(of_page.reduce(answer(None, 10)), of_page);
    assert_eq!(of_page.reduce(answer(Some("/cart"), 2)).overview.data.as_ref().unwrap().total, 2);
}

fn problem_id(n: u64) -> ProblemId {
    format!("{n:016x}").parse().unwrap()
}

fn problems(weights: &[(u64, f64)]) -> Listed {
    let row = |(n, weight): &(u64, f64)| {
        serde_json::from_value(
            serde_json::json!({"id": problem_id(*n), "kind": "unresponsive", "title": format!("P{n}"),
            "page": "/", "target": "", "severity": "high", "weight": weight, "gravity": 1, "strength": 1, "hit": 1,
            "seen": 2, "share": {"value": 0.5, "low": 0.1, "high": 0.9}, "times": 1, "cost_ms": 0, "blocked": 0,
            "left": 0, "gave_up": 0, "came_back": 0, "first_seen": 1, "last_seen": 2, "figures": [], "examples": [],
            "status": "open"}),
        )
        .unwrap()
    };
    let problems = weights.iter().map(row).collect();
    let answer = ProblemsAnswer { problems, total: weights.len() as u64, ..ProblemsAnswer::default() };
    serde_json::from_value(serde_json::to_value(answer).unwrap()).unwrap()
}

fn titles(state: &State) -> Vec<&str> {
    state.to_fix.problems.data.iter().flat_map(|problems| &problems.rows).map(|row| row.title.as_str()).collect()
}

#[test]
fn a_problem_goes_when_the_server_took_the_decision_and_comes_back_when_undone() {
    let loaded = |round, answers| {
        let answer = Ok(Problems::new(answers));
        Action::ProblemsLoaded { page: None, round, answer }
    };
    let all = || [problems(&[(1, 0.5), (2, 0.1)]), problems(&[(3, 0.3)])];
    let state = start().reduce(loaded(0, all()));
    assert_eq!((titles(&state), state.to_fix.problems.data.as_ref().unwrap().total), (vec!["P1", "P3", "P2"], 3));

    let decide = |state: &State, status| state.reduce(Action::ProblemDecided { id: problem_id(3), status });
    let settled = |number, answer| Action::ProblemSettled { number, answer };
    let asked = decide(&state, ProblemStatus::Ignored);
    assert_eq!((titles(&asked).len(), asked.to_fix.asked.as_ref().unwrap().number), (3, 1));
    let refused = asked.reduce(settled(1, Err(Failure::Unreachable)));
    assert_eq!((titles(&refused).len(), &refused.to_fix.refused), (3, &Some(Failure::Unreachable)));

    let asked = decide(&refused, ProblemStatus::Ignored);
    assert_eq!(asked.to_fix.refused, None);
    assert_eq!(asked.reduce(settled(1, Ok(()))), asked, "that was another decision");
    let gone = asked.reduce(settled(2, Ok(())));
    assert_eq!((titles(&gone), gone.to_fix.problems.data.as_ref().unwrap().total), (vec!["P1", "P2"], 2));
    assert_eq!(gone.to_fix.taken.as_ref().unwrap().title, "P3");
    assert_eq!(gone.reduce(loaded(0, all())), gone, "it was on its way before");

    let undone = decide(&gone, ProblemStatus::Open).reduce(settled(3, Ok(())));
    assert_eq!((&undone.to_fix.taken, undone.to_fix.round), (&None, 2));
    assert_eq!(titles(&undone.reduce(loaded(2, all()))).len(), 3);
    let unknown = Action::ProblemDecided { id: problem_id(9), status: ProblemStatus::Fixed };
    assert_eq!(undone.reduce(unknown).to_fix.asked, None);
}

#[test]
fn problems_of_another_page_are_not_shown() {
    let loaded = |page: Option<&str>| {
        let answer = Ok(Problems::new([problems(&[(1, 0.5)]), problems(&[])]));
        Action::ProblemsLoaded { page: page.map(str::to_owned), round: 0, answer }
    };
    let state = start().reduce(loaded(None));
    let of_page = state.reduce(Action::Navigated(View::Home { page: Some("/cart".into()) }));
    assert_eq!((titles(&of_page).len(), titles(&of_page.reduce(loaded(None))).len()), (0, 0));
    assert_eq!(titles(&of_page.reduce(loaded(Some("/cart")))).len(), 1);
}

fn heatmap(clicks: u64) -> PageHeatmap {
    serde_json::from_value(serde_json::json!({"page": "/", "mode": "page", "cell": 10, "cells": [], "rage_clicks": [],
        "clicks": [[0, 0, clicks]], "scroll_reach": [], "sessions": 1, "total": 0, "shown": 0}))
    .unwrap()
}

#[test]
fn a_page_is_asked_for_on_one_device() {
    let sessions = |counts: [u64; 3]| DeviceSessions(dashboard::DEVICES.into_iter().zip(counts).collect());
    let key = |device| PageKey { page: "/".to_owned(), device: Some(device) };
    let loaded = |device, clicks| Action::PageLoaded { key: key(device), answer: Box::new(Ok(heatmap(clicks))) };
    let opened = start().reduce(Action::Navigated(View::of_page("/")));
    assert_eq!(opened.page.key, None, "nothing says on which");
    let counted = opened.reduce(Action::DevicesLoaded { page: "/".into(), answer: Ok(sessions([3, 0, 8])) });
    assert_eq!(counted.page.key, Some(key(Device::Mobile)));
    let elsewhere = counted.reduce(Action::DevicesLoaded { page: "/cart".into(), answer: Ok(sessions([9, 0, 0])) });
    assert_eq!(elsewhere, counted);
    let shown = counted.reduce(loaded(Device::Mobile, 5)).reduce(loaded(Device::Desktop, 7));
    assert_eq!(shown.page.map.data, Some(Rc::new(heatmap(5))));
    // Another device: the old map goes at once, and its numbers stay.
    let view = View::Pages { page: Some("/".into()), device: Some(Device::Desktop) };
    let other = shown.reduce(Action::Navigated(view));
    assert_eq!((&other.page.key, &other.page.map.data), (&Some(key(Device::Desktop)), &None));
    assert!(other.page.sessions.data.is_some());
    // The same device, now in the address: nothing is loaded again.
    let same = View::Pages { page: Some("/".into()), device: Some(Device::Mobile) };
    assert_eq!(shown.reduce(Action::Navigated(same)).page, shown.page);
    let away = other.reduce(Action::Navigated(View::of_page("/cart")));
    assert_eq!(away.page, OpenPage::default());
}
