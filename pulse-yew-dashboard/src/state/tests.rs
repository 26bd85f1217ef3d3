//! The reducer, as a person meets it.
#![allow(clippy::unwrap_used)]

use pulse_core::{
    analyze::Tier,
    model::{AnalystKind, Device, MainProblem, Severity, Source},
    wire::{PageMap, ProblemsAnswer, SessionRow, SessionSort, SessionsAnswer},
};

use super::*;
use crate::{
    page_map::PageData,
    route::{Against, Band, Days, PageChoice},
};

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
        goal: false,
        cut: false,
        excluded: None,
    }
}

fn rows(of: impl IntoIterator<Item = usize>, next: Option<&str>) -> SessionsAnswer {
    SessionsAnswer { sessions: of.into_iter().map(row).collect(), next_cursor: next.map(str::to_owned), total: 200 }
}

fn refreshed(state: &State, answer: Answer<SessionsAnswer>) -> State {
    state.reduce(Action::ListRefreshed { key: state.list.key.clone(), now: 5, answer })
}

fn list() -> State {
    State::new(View::sessions(None), false, 0)
}

fn about(n: usize) -> Subject {
    Subject::Session(id(n))
}

fn sorted(state: &State) -> State {
    state.reduce(Action::Filtered(Filter { sort: SessionSort::Frustration, ..state.list.key.clone() }))
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
    let state = sorted(&state.reduce(Action::Typed("lamp".into())));
    assert_eq!((state.list.rows.len(), state.list.known, state.list.words.as_str()), (0, false, "lamp"));
    assert_eq!(state.reduce(late), state);
}

#[test]
fn the_server_is_asked_for_words_when_nobody_types_any_more() {
    let state = refreshed(&start(), Ok(rows(0..60, Some("a"))));
    let typed = state.reduce(Action::Typed(" lamp".into()));
    assert_eq!(typed.list.key, state.list.key);
    assert_eq!(typed.reduce(Action::Searched).list.key.query(50, 0).q.as_deref(), Some("lamp"));
    let asked = typed.reduce(Action::Searched);
    assert_eq!((asked.list.rows.len(), asked.list.known, asked.list.refresh_rows()), (60, false, 50), "no flicker");
    assert_eq!(asked.reduce(Action::Searched), asked);
    let late = Action::ListRefreshed { key: state.list.key.clone(), now: 9, answer: Ok(rows(0..3, None)) };
    assert_eq!(asked.reduce(late), asked);
    let found = refreshed(&asked, Ok(rows(7..9, Some("b"))));
    assert_eq!((found.list.rows.len(), found.list.next_cursor.as_deref()), (2, Some("b")), "the old rows are gone");
    let nothing = refreshed(&asked, Ok(rows([], None)));
    assert!(!nothing.list.is_bare() && nothing.list.known, "that nothing matches does not mean that there is nothing");
    let all = found.reduce(Action::Typed(String::new())).reduce(Action::Searched);
    assert_eq!(all.list.key.query(50, 0).q, None);
}

#[test]
fn rows_of_another_order_or_page_are_not_shown() {
    let state = refreshed(&start(), Ok(rows(0..60, None)));
    assert!(sorted(&state).list.rows.is_empty());
    let page = View::sessions(Some("/".into()));
    assert!(state.reduce(Action::Navigated(page)).list.rows.is_empty());
}

#[test]
fn an_answer_for_another_session_is_not_shown() {
    let view = |n| View::of_session(id(n));
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
    let state = start().reduce(Action::InsightRequested(about(1), None));
    assert!(state.insights[&about(1)].busy);
    let state = state.reduce(Action::InsightLoaded { subject: about(1), answer: Box::new(Err(Failure::Unreachable)) });
    assert!(!state.insights[&about(1)].busy && state.insights[&about(1)].failure.is_some());
    let again = state.reduce(Action::InsightRequested(about(1), None));
    assert_ne!(again.asked, state.asked);
    let refused = again.reduce(Action::InsightLoaded { subject: about(1), answer: Box::new(Err(unauthorized())) });
    assert!(refused.access.refused && !refused.insights[&about(1)].busy);
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
    state.insights.get(&about(1))?.data.as_ref().map(|insight| insight.source.analyst)
}

#[test]
fn the_rules_answer_is_shown_until_the_models_comes() {
    let drafted = |state: &State| {
        let insight = Box::new(insight(AnalystKind::Rules));
        state.reduce(Action::InsightDrafted { subject: about(1), insight })
    };
    let asked = start().reduce(Action::InsightRequested(about(1), None));
    let first = drafted(&asked);
    assert_eq!((analyst(&first), first.insights[&about(1)].busy), (Some(AnalystKind::Rules), true));
    let answer = Box::new(Ok(insight(AnalystKind::Gemini)));
    let answered = first.reduce(Action::InsightLoaded { subject: about(1), answer });
    assert_eq!((analyst(&answered), answered.insights[&about(1)].busy), (Some(AnalystKind::Gemini), false));
    // Asked again, the model's stays until there is another, and what is kept does not do.
    let again = answered.reduce(Action::InsightRequested(about(1), None));
    assert_eq!(analyst(&drafted(&again)), Some(AnalystKind::Gemini));
    let refresh = |state: &State| state.asked.as_ref().map(|asked| asked.refresh);
    assert_eq!((refresh(&asked), refresh(&again)), (Some(false), Some(true)));
}

#[test]
fn the_insight_that_is_kept_is_shown_with_its_session() {
    let view = View::of_session(id(1));
    let opened = Opened { insight: Some(insight(AnalystKind::Gemini)), ..opened("http://shop.test/", 1) };
    let kept = |state: &State| {
        let answer = Box::new(Ok(opened.clone()));
        state.reduce(Action::SessionLoaded { view: view.clone(), answer })
    };
    let state = start().reduce(Action::Navigated(view.clone()));
    assert_eq!(analyst(&kept(&state)), Some(AnalystKind::Gemini));
    // Not over one that is being asked for.
    assert_eq!(analyst(&kept(&state.reduce(Action::InsightRequested(about(1), None)))), None);
}

#[test]
fn a_page_filter_stays_while_a_session_is_looked_at() {
    let page = Some("http://shop.test/".to_owned());
    let state = start().reduce(Action::Navigated(View::sessions(page.clone())));
    let state = state.reduce(Action::Navigated(View::of_session(id(1))));
    assert_eq!(state.list.key.page, page);
    assert_eq!(state.reduce(Action::Navigated(View::sessions(None))).list.key.page, None);
}

fn opened(page: &str, clicks: u64) -> Opened {
    let map = serde_json::json!({"pages": ["http://shop.test/"], "page": page, "clicks": [], "rage_clicks": [], "total": 2,
        "moves": {"t0": 5, "t": [0, 50], "x": [3, -3], "y": [4, -4], "strokes": [0]}});
    let session = SessionRow { clicks, ..row(1) };
    Opened {
        session,
        summary: Default::default(),
        cut: false,
        map: serde_json::from_value(map).unwrap(),
        insight: None,
    }
}

#[test]
fn a_map_that_did_not_change_is_not_drawn_again() {
    let view = View::of_session(id(1));
    let state = start().reduce(Action::Navigated(view.clone()));
    let load = |opened| Action::SessionLoaded { view: view.clone(), answer: Box::new(Ok(opened)) };
    let first = state.reduce(load(opened("http://shop.test/", 1)));
    let again = first.reduce(load(opened("http://shop.test/", 2)));
    let recording = |state: &State| state.session.recording(None).cloned().unwrap();
    assert!(Rc::ptr_eq(&recording(&first), &recording(&again)));
    assert_eq!(again.session.figures.data.as_ref().unwrap().session.clicks, 2);
    assert_eq!(recording(&first).moves.len(), 2);
    // Another page of it: its figures stay, its map goes.
    let other = again.reduce(Action::Navigated(View::Session {
        id: id(1),
        page: Some("http://shop.test/cart".into()),
        at: None,
        problem: None,
    }));
    assert!(page_of(&other).is_none() && other.session.figures.data.is_some());
}

#[test]
fn a_lost_stream_is_noticed() {
    let state = start().reduce(Action::Navigated(View::of_session(id(1))));
    let state = state.reduce(Action::Changed(Vec::new())).reduce(Action::Changed(vec![id(2), id(1)]));
    assert_eq!(state.live, Live { following: true, changes: 1, of_shown: 1 });
    assert!(!state.reduce(Action::Lost).live.following);
}

#[test]
fn what_is_chosen_in_the_list_stands_in_the_address() {
    let typed = list().reduce(Action::Typed("lamp".into())).reduce(Action::Searched);
    assert_eq!(typed.view.to_string(), "#/sessions?q=lamp");
    let filter = Filter { tier: Some(Tier::High), ..typed.list.key.clone() };
    let filtered = typed.reduce(Action::Filtered(filter.clone()));
    assert_eq!(filtered.view, View::Sessions(filter.clone()));
    // Beside a session, the address stays that of the session.
    let view = View::of_session(id(1));
    let beside = filtered.reduce(Action::Navigated(view.clone())).reduce(Action::Typed("desk".into()));
    let beside = beside.reduce(Action::Searched);
    assert_eq!((beside.view, beside.list.key.words.as_str()), (view, "desk"));
    let back = typed.reduce(Action::Navigated(View::sessions(None)));
    assert_eq!((back.list.words.as_str(), back.list.key.words.as_str()), ("", ""));
}

fn home(page: Option<&str>) -> View {
    View::Home { page: page.map(str::to_owned), days: Days::default() }
}

/// A visit that is live, with how long each page was looked at, and the map of one of them.
fn live(pages: &[(&str, u64)], shown: &str) -> Opened {
    let mut opened = opened(shown, 1);
    opened.session.live = true;
    let visited = |(at, (page, time_ms)): (usize, &(&str, u64))| {
        serde_json::from_value(serde_json::json!({"page": page, "url": page, "entered_at": at, "time_ms": time_ms,
            "clicks": 1, "rage": 0, "dead": 0, "error_clicks": 0, "max_depth": 0.0, "moves": 0, "errors": 0,
            "keypresses": 0, "views": 1, "visits": 1}))
        .unwrap()
    };
    opened.summary.pages = pages.iter().enumerate().map(visited).collect();
    opened
}

fn loaded(state: &State, view: &View, opened: Opened) -> State {
    state.reduce(Action::SessionLoaded { view: view.clone(), answer: Box::new(Ok(opened)) })
}

fn page_of(state: &State) -> Option<&str> {
    let View::Session { page, .. } = &state.view else { return None };
    state.session.recording(page.as_deref()).map(|recording| recording.map.page.as_str())
}

#[test]
fn a_live_visit_is_followed_until_a_page_or_a_moment_is_chosen() {
    let view = View::of_session(id(1));
    let state = loaded(&start().reduce(Action::Navigated(view.clone())), &view, live(&[("/a", 1)], "/a"));
    assert_eq!(page_of(&state), Some("/a"));
    // The visitor moves on, and the answer is of the new page.
    let state = loaded(&state, &view, live(&[("/a", 1), ("/b", 1)], "/b"));
    assert_eq!(page_of(&state), Some("/b"));
    // Back in the tab of before, where no page is entered.
    let tab = loaded(&state, &view, live(&[("/a", 9), ("/b", 1)], "/a"));
    assert_eq!(page_of(&tab), Some("/a"));
    let chosen = View::Session { id: id(1), page: Some("/a".into()), at: None, problem: None };
    let looked = loaded(&state.reduce(Action::Navigated(chosen.clone())), &chosen, live(&[("/a", 1), ("/b", 2)], "/a"));
    assert_eq!(page_of(&looked), Some("/a"));
    let back = looked.reduce(Action::Navigated(view));
    assert_eq!(page_of(&back), Some("/b"), "the way back is to where the visitor is");
    let moment = View::Session { id: id(1), page: None, at: Some(5), problem: None };
    assert_eq!(page_of(&back.reduce(Action::Navigated(moment))), Some("/b"));
}

#[test]
fn a_visit_that_ends_stays_where_it_was_seen_to_end() {
    let ended = |shown| Opened { session: opened(shown, 1).session, ..live(&[("/a", 1), ("/b", 1)], shown) };
    let view = View::of_session(id(1));
    let open = start().reduce(Action::Navigated(view.clone()));
    let watched = loaded(&open, &view, live(&[("/a", 1), ("/b", 1)], "/b"));
    // Unless told, the server shows the page with the most events of a visit that is over.
    let over = loaded(&watched, &view, ended("/a"));
    assert_eq!((page_of(&over), over.session.recordings.len()), (Some("/b"), 2));
    let chosen = View::Session { id: id(1), page: Some("/a".into()), at: None, problem: None };
    assert_eq!(page_of(&loaded(&over.reduce(Action::Navigated(chosen.clone())), &chosen, ended("/a"))), Some("/a"));
    assert_eq!(page_of(&loaded(&open, &view, ended("/a"))), Some("/a"), "nobody saw it end");
    // It went on while nobody looked.
    let mut on = ended("/a");
    on.summary.pages = live(&[("/a", 1), ("/b", 7), ("/c", 9)], "/a").summary.pages;
    let on = loaded(&watched, &view, on);
    assert_eq!((page_of(&on), on.session.behind.contains("/b")), (Some("/a"), true), "/c is not there yet");
    let last = Opened { session: opened("/c", 1).session, ..live(&[("/a", 1), ("/b", 7), ("/c", 9)], "/c") };
    let fetched = on.reduce(Action::PageRecorded { id: id(1), answer: Box::new(Ok(last)) });
    assert_eq!(page_of(&fetched), Some("/c"));
}

#[test]
fn what_happens_on_a_page_that_is_not_shown_is_fetched_again() {
    let view = View::of_session(id(1));
    let behind = |state: &State| state.session.behind.iter().cloned().collect::<Vec<_>>();
    let state = loaded(&start().reduce(Action::Navigated(view.clone())), &view, live(&[("/a", 1)], "/a"));
    assert_eq!(behind(&state), [""; 0]);
    // The last seconds on the page left come with the first of the next.
    let state = loaded(&state, &view, live(&[("/a", 5), ("/b", 1)], "/b"));
    assert_eq!(behind(&state), ["/a"]);
    let recorded = |pages: &[(&str, u64)]| {
        let mut more = live(pages, "/a");
        more.map.total += 1;
        Action::PageRecorded { id: id(1), answer: Box::new(Ok(more)) }
    };
    let late = state.reduce(recorded(&[("/a", 3)]));
    assert_eq!(behind(&late), ["/a"], "it was asked for before");
    assert!(Rc::ptr_eq(&late.session.recordings, &state.session.recordings), "and does not take the place of anything");
    for pages in [[("/a", 5), ("/b", 2)], [("/a", 7), ("/b", 1)]] {
        let fetched = state.reduce(recorded(&pages));
        assert_eq!(behind(&fetched), [""; 0], "it is as new, or newer");
        assert_ne!(fetched.session.recordings["/a"], state.session.recordings["/a"]);
    }
    assert_eq!(
        behind(&loaded(&state, &view, live(&[("/a", 6), ("/b", 1)], "/a"))),
        [""; 0],
        "it is the one that is shown"
    );
}

#[test]
fn more_problems_are_listed_when_asked_for() {
    let state = start().reduce(Action::MoreProblems);
    let asked = |state: &State| {
        state.reads.questions(&state.to_fix).into_iter().flatten().find_map(|question| match question {
            Question::Problems(_, round, most) => Some((round, most)),
            _ => None,
        })
    };
    assert_eq!((asked(&start()), asked(&state)), (Some((0, 12)), Some((1, 24))));
    let most = (0..9).fold(state, |state, _| state.reduce(Action::MoreProblems));
    assert_eq!(most.to_fix.most, ToFix::MOST);
}

#[test]
fn a_problem_leads_to_its_layer_its_visits_and_the_next_moment() {
    let row: Problem = serde_json::from_value(serde_json::json!({
        "id": problem_id(1), "kind": "slow_answer", "title": "T", "page": "/pay", "severity": "high", "weight": 0.1,
        "hit": 2, "seen": 3, "share": {"value": 0.6, "low": 0.1, "high": 0.9}, "times": 2, "first_seen": 1,
        "last_seen": 2, "place": [120, 260], "status": "open",
        "days": [{"day": 0, "hit": 0, "seen": 1}, {"day": 86_400_000, "hit": 2, "seen": 2}],
        "examples": [{"session_id": id(1), "timestamp": 5}, {"session_id": id(2), "timestamp": 6}]}))
    .unwrap();
    assert_eq!((row.layer().text(), row.since()), ("rage", Some(86_400_000)));
    assert_eq!(row.visits(Days::Ever).to_string(), "#/sessions?page=%2Fpay&at=100%2C250%2C50%2Cclicks");
    assert_eq!((row.place_of(&id(2)), row.place_of(&id(9))), (Some((1, 2)), None));
    assert!(row.moment(&row.examples[0]).to_string().contains("&problem="));
    assert_eq!(Fixed::watched_from(3_600_000 - 1), 3_600_000);
}

fn stretch(page: Option<&str>) -> Stretch {
    Stretch { page: page.map(str::to_owned), days: Days::default() }
}

#[test]
fn an_overview_is_of_the_page_that_is_chosen() {
    let answer = |page: Option<&str>, all| {
        let overview = Overview { now: Visits { all, ..Visits::default() }, ..Overview::default() };
        Action::Answered(Box::new(Read::Overview(stretch(page), Ok(overview))), 5)
    };
    let all = |state: &State| state.reads.overview.remote.data.as_ref().map(|overview| overview.now.all);
    let state = start().reduce(answer(None, 9));
    assert_eq!((all(&state), state.now), (Some(9), 5));
    let listed = state.reduce(Action::Navigated(View::sessions(None)));
    assert_eq!((all(&listed), listed.reads.overview.wanted()), (Some(9), None), "it is there when one comes back");
    let of_page = state.reduce(Action::Navigated(home(Some("/cart"))));
    assert_eq!((all(&of_page), all(&of_page.reduce(answer(None, 10)))), (None, None));
    assert_eq!(all(&of_page.reduce(answer(Some("/cart"), 2))), Some(2));
}

#[test]
fn good_figures_outlive_a_failure_and_one_without_a_credential_asks_for_it() {
    let answer = |answer| Action::Answered(Box::new(Read::Overview(stretch(None), answer)), 5);
    let state = start().reduce(answer(Ok(Overview::default()))).reduce(answer(Err(Failure::Unreachable)));
    assert!(state.reads.overview.remote.data.is_some());
    assert_eq!(state.trouble(), Some(&Failure::Unreachable));
    assert_eq!(state.reduce(Action::Navigated(View::Setup)).trouble(), None, "of another view");
    let refused = state.reduce(answer(Err(unauthorized())));
    assert!(refused.access.refused && refused.reads.overview.remote.data.is_some());
}

#[test]
fn an_erased_session_goes_at_once_and_can_come_back() {
    let state = refreshed(&list(), Ok(rows(0..3, None)));
    let shown = state.reduce(Action::Navigated(View::of_session(id(1))));
    let asked = shown.reduce(Action::EraseAsked(id(1)));
    assert!(asked.view.is_list() && asked.erase.hides(&id(1)) && asked.list.rows.len() == 3);
    assert_eq!(asked.list.counted(&asked.erase), "199", "the count follows at once");
    assert!(!asked.reduce(Action::EraseUndone).erase.hides(&id(1)));
    let due = asked.reduce(Action::EraseDue);
    let answer = |answer| Action::Erased { id: id(1), answer };
    let erased = due.reduce(answer(Ok(())));
    assert_eq!((erased.list.rows.len(), erased.list.total), (2, 199));
    assert_eq!(erased.list.counted(&erased.erase), "199");
    let clicked = Filter { element: Some("#pay".into()), ..Filter::of_page(Some("/pay".into())) };
    let of = |next| refreshed(&list().reduce(Action::Filtered(clicked.clone())), Ok(rows(0..3, next)));
    let counts = [None, Some("a")].map(|next| of(next).list.counted(&Erase::default()));
    assert_eq!(counts, ["3", "3+"], "the server's total is that of the page");
    let gone = due.reduce(answer(Err(Failure::of(404, ""))));
    assert_eq!(gone.list.rows.len(), 2, "somebody else has erased it");
    let failed = due.reduce(answer(Err(Failure::Unreachable)));
    assert!(!failed.erase.hides(&id(1)) && failed.trouble().is_some());
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
    state.reads.problems.remote.data.iter().flat_map(|problems| &problems.rows).map(|row| row.title.as_str()).collect()
}

#[test]
fn a_problem_goes_when_the_server_took_the_decision_and_comes_back_when_undone() {
    let loaded = |round, answers| {
        let read = Box::new(Read::Problems(stretch(None), Ok(Problems::new(answers, 12))));
        Action::ProblemsAnswered { round, now: 5, read }
    };
    let all = || [problems(&[(1, 0.5), (2, 0.1)]), problems(&[(3, 0.3)])];
    let state = start().reduce(loaded(0, all()));
    assert_eq!((titles(&state), state.reads.problems.remote.data.as_ref().unwrap().total), (vec!["P1", "P3", "P2"], 3));

    let decide = |state: &State, status| {
        state.reduce(Action::ProblemDecided { id: problem_id(3), title: "P3".to_owned(), status })
    };
    let settled = |number, answer| Action::ProblemSettled { number, answer };
    let asked = decide(&state, ProblemStatus::Ignored);
    assert_eq!((titles(&asked).len(), asked.to_fix.asked.as_ref().unwrap().number), (3, 1));
    let refused = asked.reduce(settled(1, Err(Failure::Unreachable)));
    assert_eq!((titles(&refused).len(), &refused.to_fix.refused), (3, &Some(Failure::Unreachable)));

    let asked = decide(&refused, ProblemStatus::Ignored);
    assert_eq!(asked.to_fix.refused, None);
    assert_eq!(asked.reduce(settled(1, Ok(()))), asked, "that was another decision");
    let gone = asked.reduce(settled(2, Ok(())));
    assert_eq!((titles(&gone), gone.reads.problems.remote.data.as_ref().unwrap().total), (vec!["P1", "P2"], 2));
    assert_eq!(gone.to_fix.taken.as_ref().unwrap().title, "P3");
    assert_eq!(gone.reduce(loaded(0, all())), gone, "it was on its way before");

    let undone = decide(&gone, ProblemStatus::Open).reduce(settled(3, Ok(())));
    assert_eq!((&undone.to_fix.taken, undone.to_fix.round), (&None, 2));
    assert_eq!(titles(&undone.reduce(loaded(2, all()))).len(), 3);
}

#[test]
fn problems_of_another_page_are_not_shown() {
    let loaded = |page: Option<&str>| {
        let answer = Ok(Problems::new([problems(&[(1, 0.5)]), problems(&[])], 12));
        Action::ProblemsAnswered { round: 0, now: 5, read: Box::new(Read::Problems(stretch(page), answer)) }
    };
    let state = start().reduce(loaded(None));
    let of_page = state.reduce(Action::Navigated(home(Some("/cart"))));
    assert_eq!((titles(&of_page).len(), titles(&of_page.reduce(loaded(None))).len()), (0, 0));
    assert_eq!(titles(&of_page.reduce(loaded(Some("/cart")))).len(), 1);
}

#[test]
fn while_visits_are_summed_up_once_more_home_says_so() {
    let of = |visits, partial| {
        let answer = serde_json::json!({"problems": [], "total": 0, "visits": visits, "partial": partial});
        Problems::new([serde_json::from_value(answer).unwrap(), problems(&[])], 12)
    };
    assert!(of(14, true).is_behind(9_990));
    assert!(!of(9_600, true).is_behind(9_990), "the latest follow by some seconds");
    assert!(!of(0, true).is_behind(20) && !of(9_990, true).is_behind(9_000));
    assert!(!of(14, false).is_behind(9_990), "the others are left out of the figures");
}

fn page_data(sessions: u64) -> PageData {
    PageMap { sessions, ..PageMap::default() }.into()
}

fn bands(sessions: [u64; 2]) -> Bands {
    let band = |(device, from, to): (&str, u32, Option<u32>), sessions: u64| {
        serde_json::json!({"device": device,
        "width_from": from, "width_to": to, "sessions": sessions})
    };
    serde_json::from_value(serde_json::json!({"pages": [{"layouts": [
        band(("mobile", 0, Some(480)), sessions[0]), band(("desktop", 1280, Some(1536)), sessions[1])]}]}))
    .unwrap()
}

#[test]
fn a_page_is_asked_for_in_one_band_of_widths() {
    let phone = Band { device: Device::Mobile, from: 0, to: Some(480) };
    let desktop = Band { device: Device::Desktop, from: 1280, to: Some(1536) };
    let of = |page: &str| (page.to_owned(), Days::default());
    let seen_in = |page, answer| Action::Answered(Box::new(Read::Bands(of(page), answer)), 5);
    let opened = start().reduce(Action::Navigated(View::of_page("/")));
    assert_eq!(opened.reads.map.wanted(), None, "nothing says on which device");
    let counted = opened.reduce(seen_in("/", Ok(bands([8, 3]))));
    let key = counted.reads.map.wanted().unwrap();
    assert_eq!((key.page.as_str(), key.band), ("/", Some(phone)));
    assert_eq!(opened.reduce(seen_in("/cart", Ok(bands([3, 9])))).reads.map.wanted(), None, "of another page");
    let failed = opened.reduce(seen_in("/", Err(Failure::Unreachable)));
    assert_eq!(failed.reads.map.wanted().map(|key| key.band), Some(None), "all of them");
    let loaded = |key: &MapKey, n| Action::Answered(Box::new(Read::Map(key.clone(), Ok(page_data(n)))), 5);
    let shown = counted.reduce(loaded(&key, 5));
    let sessions = |state: &State| state.reads.map.remote.data.as_ref().map(|data| data.map.sessions);
    assert_eq!(sessions(&shown), Some(5));
    // Another band: the old map goes at once.
    let choice = PageChoice { band: Some(desktop), ..PageChoice::new("/") };
    let other = shown.reduce(Action::Navigated(View::Page(choice.clone())));
    assert_eq!((sessions(&other), other.reads.map.wanted().unwrap().band), (None, Some(desktop)));
    assert_eq!(sessions(&other.reduce(loaded(&key, 9))), None, "it was on its way");
    // The same band, now in the address: nothing is loaded again.
    let same = PageChoice { band: Some(phone), ..PageChoice::new("/") };
    assert_eq!(sessions(&shown.reduce(Action::Navigated(View::Page(same)))), Some(5));
    // Held against another band, and against the time before.
    let against = |against| {
        let view = View::Page(PageChoice { against: Some(against), ..choice.clone() });
        shown.reduce(Action::Navigated(view)).reads.other.wanted().map(|key| (key.band, key.is_before))
    };
    assert_eq!(against(Against::Band(phone)), Some((Some(phone), false)));
    assert_eq!(against(Against::Before), Some((Some(desktop), true)));
    assert_eq!(shown.reads.other.wanted(), None);
}
