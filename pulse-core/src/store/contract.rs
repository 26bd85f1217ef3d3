//! What every store promises, as one suite that runs on each of them.
#![allow(clippy::unwrap_used)]

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::TryStreamExt;
#[cfg(test)]
use proptest::prelude::*;

use super::{Appended, Changed, SessionFilter, SessionSummary, Store, StoreError, Totals};
use crate::{
    model::{
        Batch, BatchId, BatchParts, Click, Counts, Custom, Device, Element, Event, EventKind, Exclusion, Keypress,
        Layout, LayoutBox, Millis, MouseMove, Navigation, NavigationKind, PageError, PageRules, Prop, RageClick, Score,
        Scroll, Session, SessionId, SessionStart, Viewport, ViewportSize, Visibility, VisibilityState,
    },
    wire::SessionSort,
};

const T: Millis = 1_800_000_000_000;

/// Gives a store that holds nothing, and the same again after it was closed.
#[allow(async_fn_in_trait, reason = "the suite alone calls it, on one thread")]
pub trait StoreHarness: Send + Sync {
    /// Opens it.
    async fn open(&mut self) -> Arc<dyn Store>;

    /// Makes a store that spares sessions which were written to lately take these for older ones.
    async fn age(&self, _ids: &[SessionId]) {}
}

/// Appends a batch with the pages that it names.
pub(crate) trait Add {
    async fn add(&self, batch: &Batch, start: &SessionStart) -> Result<Appended, StoreError>;
}

impl<S: Store + ?Sized> Add for S {
    async fn add(&self, batch: &Batch, start: &SessionStart) -> Result<Appended, StoreError> {
        self.append(batch, &batch.pages(&PageRules::default()), start).await
    }
}

pub(crate) fn session(n: u32) -> SessionId {
    format!("session-{n:04}").parse().unwrap()
}

pub(crate) fn start(n: u32) -> SessionStart {
    SessionStart {
        session_id: session(n),
        visitor_id: None,
        started_at: T + Millis::from(n) * 1000,
        page_url: "http://shop.test/?q=1".into(),
        title: None,
        referrer: None,
        device: Device::Unknown,
        viewport: None,
        excluded: None,
    }
}

fn at(offset: Millis, kind: EventKind) -> Event {
    Event { timestamp: T + offset, kind }
}

fn moved(offset: Millis, x: f64, y: f64) -> Event {
    at(offset, EventKind::MouseMove(MouseMove { x, y }))
}

fn entered(offset: Millis, url: &str) -> Event {
    at(offset, EventKind::Navigation(Navigation { url: url.into(), from: None, kind: NavigationKind::Push }))
}

pub(crate) fn batch(n: u32, view: &str, seq: u32, events: Vec<Event>) -> Batch {
    Batch::new(BatchParts {
        id: BatchId { session: session(n), view: view.parse().unwrap(), seq },
        received_at: T + 5000,
        page_url: Some("http://shop.test/?q=1".into()),
        title: Some("Halo — ünïcode".into()),
        shifted_ms: -70_000,
        moves: Vec::new(),
        events,
    })
}

/// One event of every type, with every field, and the awkward values among them.
pub(crate) fn all_kinds() -> Vec<Event> {
    let element = Some(Box::new(Element {
        path: "main > button#pay".into(),
        tag: "button".into(),
        id: Some("pay".into()),
        role: Some("button".into()),
        label: Some("Pay “now” \u{1F4B3} $a.b".into()),
        rect: Some([1.5, 2.0, 300.0, 48.25]),
        interactive: true,
        fixed: true,
        no_rage: true,
    }));
    let props = [
        ("gift", Prop::Bool(true)),
        ("price", Prop::Number(9.5)),
        ("items", Prop::Number(2.0)),
        ("to", Prop::Text("Änn $a.b".into())),
    ];
    let props = props.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let boxes = vec![LayoutBox { k: "button".into(), r: [0.0, 10.5, 20.0, 30.0], l: Some("Buy".into()) }];
    vec![
        moved(0, 10.0, -20.0),
        moved(50, 1_000_000.0, -100_000.0),
        moved(50, 10.5, 20.25),
        moved(50, 7.0, 8.0),
        at(
            60,
            EventKind::Click(Click {
                x: 3.25,
                y: 4.0,
                button: 2,
                element: element.clone(),
                rx: Some(0.5),
                ry: Some(1.0),
                selected: true,
            }),
        ),
        at(60, EventKind::Click(Click { x: 3.0, y: 4.0, ..Click::default() })),
        at(70, EventKind::RageClick(RageClick { x: 1.0, y: 2.5, count: 12, span_ms: 1900, element: element.clone() })),
        at(
            80,
            EventKind::Scroll(Scroll {
                depth: 33.3,
                y: 400.0,
                direction: crate::model::Direction::Up,
                turned: true,
                element,
            }),
        ),
        at(90, EventKind::Keypress(Keypress { interval_ms: None, hold_ms: Some(80.5), field: "email".into() })),
        entered(100, "http://shop.test/cart?x=1#y"),
        at(110, EventKind::Visibility(Visibility { state: VisibilityState::Hidden })),
        at(120, EventKind::Viewport(Viewport { w: 1440.0, h: 900.0, doc_w: 1440.0, doc_h: 3000.5, dpr: 1.5 })),
        at(130, EventKind::Layout(Layout { hash: "h1".into(), boxes })),
        at(140, EventKind::Error(PageError { name: "TypeError".into(), message: "x is \"undefined\"".into() })),
        at(140, EventKind::Custom(Custom { name: "bought".into(), props })),
    ]
}

/// Batches of whatever a store may be given: some of [`all_kinds`] at other times, and moves on whole pixels or not.
#[cfg(test)]
pub(crate) fn batches() -> impl Strategy<Value = Batch> {
    let whole = -100_000_i32..1_000_000;
    let coordinate = prop_oneof![8 => whole.prop_map(f64::from), 1 => -1e5..1e6, 1 => Just(-0.0)];
    let place =
        || prop_oneof![9 => (-100_000_i32..1_000_000).prop_map(f64::from).boxed(), 1 => coordinate.clone().boxed()];
    let moves = prop_oneof![
        prop::collection::vec((0..5000_i64, -100_000_i32..1_000_000, -100_000_i32..1_000_000), 0..80)
            .prop_map(|moves| moves.into_iter().map(|(at, x, y)| (at, x.into(), y.into())).collect()),
        prop::collection::vec((0..5000_i64, place(), place()), 0..80),
    ];
    let events = prop::collection::vec((0..5000_i64, prop::sample::select(all_kinds())), 0..20);
    (moves, events).prop_map(|(moves, events): (Vec<(Millis, f64, f64)>, _)| {
        let listed = events.into_iter().map(|(offset, event)| at(offset, event.kind));
        let moves = moves.into_iter().map(|(offset, x, y)| moved(offset, x, y));
        batch(1, "view-0001", 0, listed.chain(moves).collect())
    })
}

/// Equal to the last bit: a negative zero is none.
#[cfg(all(test, any(feature = "sqlite", feature = "mongodb")))]
pub(crate) fn bits(batch: &Batch) -> Vec<(Millis, u64, u64)> {
    batch.moves().iter().map(|place| (place.at, place.x.to_bits(), place.y.to_bits())).collect()
}

pub(crate) async fn stored(store: &dyn Store, n: u32) -> Vec<Batch> {
    let mut batches: Vec<Batch> = store.batches(&session(n)).try_collect().await.unwrap();
    batches.sort_by(|a, b| a.id().cmp(b.id()));
    batches
}

/// Waits until a condition holds: lists and totals follow the batches by a moment.
pub(crate) async fn eventually<T>(what: &str, mut check: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..400 {
        if let Some(found) = check().await {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it does not come true: {what}");
}

/// A session once its totals are of so many batches.
pub(crate) async fn settled(store: &dyn Store, n: u32, batches: u32) -> Session {
    eventually(&format!("session {n} has {batches} batches"), async || {
        store.session(&session(n)).await.unwrap().filter(|found| found.batches == batches)
    })
    .await
}

/// A session as it is listed when it has changed, if it has.
pub(crate) async fn changed(store: &dyn Store, n: u32) -> Option<Changed> {
    store.changed(1000).await.unwrap().into_iter().find(|changed| changed.id == session(n))
}

/// Gives a session a summary of as many batches as its score says, and waits until lists know it.
pub(crate) async fn summarize(store: &dyn Store, n: u32, score: &Score) {
    summarize_all(store, &[(n, score.clone())]).await;
}

/// The same for several sessions at a time.
pub(crate) async fn summarize_all(store: &dyn Store, scores: &[(u32, Score)]) {
    let mut summaries = Vec::new();
    for (n, score) in scores {
        let mut totals = Totals { batches: score.of_batches, ..Totals::default() };
        stored(store, *n).await.iter().for_each(|batch| totals.counts.add(batch.counts()));
        let of = eventually(&format!("session {n} has changed"), async || {
            changed(store, *n).await.filter(|of| of.batches >= score.of_batches)
        })
        .await;
        summaries.push((of, SessionSummary { score: score.clone(), totals: Some(totals) }));
    }
    store.put_summaries(summaries).await.unwrap();
    eventually("the sessions have their summaries", async || {
        let all = SessionFilter { limit: 1000, ..SessionFilter::default() };
        let listed = store.sessions(&all).await.unwrap().sessions;
        let is_listed = |(n, score): &(u32, Score)| {
            listed.iter().any(|found| found.start.session_id == session(*n) && found.score == *score)
        };
        scores.iter().all(is_listed).then_some(())
    })
    .await;
}

async fn listed(store: &dyn Store, filter: SessionFilter) -> Vec<SessionId> {
    let page = store.sessions(&SessionFilter { limit: 100, ..filter }).await.unwrap();
    assert_eq!(page.total, page.sessions.len() as u64);
    page.sessions.into_iter().map(|s| s.start.session_id).collect()
}

/// Runs the whole suite, each part on sessions of its own.
pub(crate) async fn run(harness: &mut impl StoreHarness) {
    let store = harness.open().await;
    store.check().await.unwrap();
    what_is_stored_comes_back(&*store).await;
    a_batch_is_stored_once(&store).await;
    a_session_is_opened_once_and_filled_in(&*store).await;
    totals_equal_a_recount(&*store).await;
    lists_are_filtered_sorted_and_paged(&*store).await;
    sessions_are_found_by_words(&*store).await;
    lists_are_those_of_a_plain_filter(&*store).await;
    old_sessions_are_deleted_with_everything_of_them(&*store, harness).await;
    an_erased_session_is_gone(&*store).await;
    an_erased_session_is_never_half_there(&store).await;
    a_session_has_no_end_of_pages(&*store).await;
    store.close().await;
    drop(store);
    let store = harness.open().await;
    assert_eq!(stored(&*store, 1).await.len(), 2, "what was stored is there after a restart");
    assert_eq!(store.add(&batch(1, "view-0001", 0, all_kinds()), &start(1)).await.unwrap(), Appended::Duplicate);
    assert!(store.session(&session(9999)).await.unwrap().is_none());
    store.close().await;
}

async fn what_is_stored_comes_back(store: &dyn Store) {
    let first = batch(1, "view-0001", 0, all_kinds());
    let second = batch(1, "view-0002", 7, vec![moved(5, 1.0, 1.0)]);
    assert_eq!(store.add(&first, &start(1)).await.unwrap(), Appended::Stored);
    assert_eq!(store.add(&second, &start(1)).await.unwrap(), Appended::Stored);
    assert_eq!(stored(store, 1).await, [first, second]);
    assert!(stored(store, 2).await.is_empty());
}

async fn a_batch_is_stored_once(store: &Arc<dyn Store>) {
    let mut deliveries = tokio::task::JoinSet::new();
    for delivery in 0..60 {
        let store = Arc::clone(store);
        deliveries.spawn(async move {
            let seq = delivery % 20;
            store.add(&batch(3, "view-0001", seq, vec![moved(seq.into(), 1.0, 2.0)]), &start(3)).await.unwrap()
        });
    }
    let answers = deliveries.join_all().await;
    assert_eq!(answers.iter().filter(|answer| **answer == Appended::Stored).count(), 20);
    assert_eq!(stored(&**store, 3).await.len(), 20);
    // The same number in another view, or in another session, is another batch.
    for other in [batch(3, "view-0002", 0, all_kinds()), batch(4, "view-0001", 0, all_kinds())] {
        let n = if other.id().session == session(3) { 3 } else { 4 };
        assert_eq!(store.add(&other, &start(n)).await.unwrap(), Appended::Stored);
    }
    assert_eq!(settled(&**store, 3, 21).await.counts.mousemove, 20 + 4);
}

async fn a_session_is_opened_once_and_filled_in(store: &dyn Store) {
    let full = SessionStart {
        visitor_id: Some("visitor-1".parse().unwrap()),
        title: Some("Halo".into()),
        referrer: Some("http://search.test/".into()),
        device: Device::Mobile,
        viewport: Some(ViewportSize { w: 390.0, h: 844.5 }),
        excluded: Some(Exclusion::Bot),
        ..start(5)
    };
    let opened = store.open_session(&full).await.unwrap();
    assert!(opened.created);
    assert_eq!(opened.started_at, full.started_at);
    let again =
        SessionStart { page_url: "http://other.test/".into(), started_at: T, title: Some("No".into()), ..full.clone() };
    let opened = store.open_session(&again).await.unwrap();
    assert_eq!((opened.created, opened.started_at), (false, full.started_at));
    assert_eq!(store.session(&session(5)).await.unwrap().unwrap().start, full);

    // A session that a batch made known first is filled in by the call that was late.
    let bare = SessionStart { page_url: String::new(), ..start(6) };
    store.add(&batch(6, "view-0001", 0, vec![moved(9000, 1.0, 1.0)]), &bare).await.unwrap();
    let late = SessionStart { session_id: session(6), started_at: T + 60_000, ..full };
    assert!(!store.open_session(&late).await.unwrap().created);
    let known = settled(store, 6, 1).await.start;
    assert_eq!(known, SessionStart { started_at: bare.started_at, ..late });
}

async fn totals_equal_a_recount(store: &dyn Store) {
    for seq in 0..3 {
        let events = all_kinds().into_iter().map(|e| Event { timestamp: e.timestamp + i64::from(seq) * 10_000, ..e });
        store.add(&batch(7, "view-0001", seq, events.collect()), &start(7)).await.unwrap();
    }
    store.add(&batch(7, "view-0001", 1, all_kinds()), &start(7)).await.unwrap();
    let session = settled(store, 7, 3).await;
    let batches = stored(store, 7).await;
    let mut recount = Counts::default();
    batches.iter().for_each(|batch| recount.add(batch.counts()));
    assert_eq!(session.counts, recount);
    assert_eq!(session.counts.click, 6);
    assert_eq!(session.last_seen, T + 20_140);
    assert_eq!(session.pages, ["http://shop.test/", "http://shop.test/cart"]);
}

async fn lists_are_filtered_sorted_and_paged(store: &dyn Store) {
    for n in 20..30 {
        let device = if n % 2 == 0 { Device::Desktop } else { Device::Tablet };
        store.open_session(&SessionStart { device, ..start(n) }).await.unwrap();
        let url = if n < 25 { "http://list.test/a?n=1" } else { "http://list.test/b" };
        let seen = i64::from(n) * 100_000;
        store.add(&batch(n, "view-0001", 0, vec![entered(seen, url)]), &start(n)).await.unwrap();
        settled(store, n, 1).await;
    }
    let score = |n: u32| (n, Score { of_batches: 1, frustration: n % 5, ..Score::default() });
    summarize_all(store, &(20..30).map(score).collect::<Vec<_>>()).await;
    let ids = |range: &[u32]| range.iter().map(|n| session(*n)).collect::<Vec<_>>();
    let filter = SessionFilter::default;
    assert_eq!(listed(store, SessionFilter { page: Some("/a".into()), ..filter() }).await, ids(&[24, 23, 22, 21, 20]));
    let b = Some("http://list.test/b".into());
    assert_eq!(listed(store, SessionFilter { page: b, ..filter() }).await, ids(&[29, 28, 27, 26, 25]));
    assert!(listed(store, SessionFilter { page: Some("/nowhere".into()), ..filter() }).await.is_empty());
    let (from, to) = (Some(T + 22_000), Some(T + 24_000));
    assert_eq!(listed(store, SessionFilter { from, to, ..filter() }).await, ids(&[23, 22]));
    let device = Some(Device::Tablet);
    assert_eq!(listed(store, SessionFilter { device, ..filter() }).await, ids(&[29, 27, 25, 23, 21]));
    let by_frustration = SessionFilter { min_frustration: Some(3), sort: SessionSort::Frustration, ..filter() };
    assert_eq!(listed(store, by_frustration.clone()).await, ids(&[24, 29, 23, 28]));

    for whole in [SessionFilter { device: Some(Device::Desktop), ..filter() }, by_frustration, filter()] {
        let expected = listed(store, whole.clone()).await;
        let mut page = store.sessions(&SessionFilter { limit: 2, ..whole.clone() }).await.unwrap();
        let mut got = Vec::new();
        loop {
            assert!(page.sessions.len() <= 2);
            assert_eq!(page.total, expected.len() as u64);
            got.extend(page.sessions.into_iter().map(|s| s.start.session_id));
            let Some(after) = page.next else { break };
            let after = after.to_string().parse().unwrap();
            page = store.sessions(&SessionFilter { limit: 2, after: Some(after), ..whole.clone() }).await.unwrap();
        }
        assert_eq!(got, expected);
    }
}

async fn sessions_are_found_by_words(store: &dyn Store) {
    for (n, title, device, url) in [
        (60, Some("Über uns — [1.0]"), Device::Tablet, "http://words.test/about?q=Team"),
        (61, Some("Lamp"), Device::Mobile, "http://words.test/Product/LAMP-7"),
        (62, None, Device::Tablet, "http://words.test/cart"),
    ] {
        let start = SessionStart { title: title.map(str::to_owned), device, page_url: url.into(), ..start(n) };
        store.open_session(&start).await.unwrap();
        let later = "http://words.test/Pay%20Now";
        let mut events = vec![entered(Millis::from(n), url)];
        events.extend((n == 62).then(|| entered(Millis::from(n) + 1000, later)));
        store.add(&batch(n, "view-0001", 0, events), &start).await.unwrap();
        settled(store, n, 1).await;
    }
    let found = async |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        let page = Some("http://words.test/*".into());
        let mut filter = SessionFilter { words, page, limit: 10, ..SessionFilter::default() };
        let of_page = store.sessions(&filter).await.unwrap();
        assert_eq!(of_page.total, of_page.sessions.len() as u64, "{filter:?}");
        let mut ids: Vec<SessionId> = of_page.sessions.into_iter().map(|session| session.start.session_id).collect();
        ids.sort();
        // Without any other condition, too.
        (filter.page, filter.limit) = (None, 500);
        let all = store.sessions(&filter).await.unwrap();
        assert_eq!(all.total, all.sessions.len() as u64, "{filter:?}");
        assert!(ids.iter().all(|id| all.sessions.iter().any(|session| session.start.session_id == *id)));
        ids
    };
    let ids = |range: &[u32]| range.iter().map(|n| session(*n)).collect::<Vec<_>>();
    for (words, expected) in [
        (&["lamp"][..], &[61][..]),
        (&["LAMP", "mobi"], &[61]),
        (&["lamp", "tablet"], &[]),
        (&["TABLET"], &[60, 62]),
        (&["über"], &[60]),
        (&["ÜBER", "words.test"], &[60]),
        (&["[1.0]"], &[60]),
        (&["[1x0]"], &[]),
        (&["1.*"], &[]),
        (&["%"], &[62]),
        (&["_"], &[]),
        (&["/about?q=team"], &[60]),
        (&["pay%20now"], &[62]),
        (&["words.test/"], &[60, 61, 62]),
    ] {
        assert_eq!(found(words).await, ids(expected), "{words:?}");
    }
}

/// A filter, and whether what it is about (a page, a session) is meant by it.
type Case<Of> = (SessionFilter, fn(&Of) -> bool);

/// Every combination of filters and orders, against what is easy to see to be right.
async fn lists_are_those_of_a_plain_filter(store: &dyn Store) {
    let pages =
        ["http://plain.test/p", "http://plain.test/item/a7/buy", "http://plain.test/[x]?a=1", "http://other.test/p"];
    for n in 100..124 {
        let visitor = format!("visitor-{}", n % 3).parse().ok().filter(|_| n % 4 != 0);
        let device = [Device::Desktop, Device::Mobile, Device::Tablet][n as usize % 3];
        // Two and two are alike in all that lists are sorted by.
        let started_at = T + Millis::from(n / 2) * 1000;
        let start = SessionStart { visitor_id: visitor, device, started_at, ..start(n) };
        store.open_session(&start).await.unwrap();
        let mut events = vec![entered(Millis::from(n / 2) * 1000 + 500_000, pages[n as usize % 4])];
        if n % 5 == 0 {
            events.push(at(150_000, EventKind::Error(PageError { name: "E".into(), message: String::new() })));
        }
        store.add(&batch(n, "view-0001", 0, events), &start).await.unwrap();
        settled(store, n, 1).await;
    }
    let score = |n: u32| {
        let rage = u32::from(n % 6 == 1);
        (n, Score { of_batches: 1, frustration: n % 4 * 10, rage, reached: n % 7 == 2, ..Score::default() })
    };
    summarize_all(store, &(100..124).map(score).collect::<Vec<_>>()).await;
    let mut all = Vec::new();
    for n in 100..124 {
        all.push(store.session(&session(n)).await.unwrap().unwrap());
    }
    let of_these = |ids: Vec<SessionId>| ids.into_iter().filter(|id| all.iter().any(|s| s.start.session_id == *id));
    let filter = SessionFilter::default;
    let page = |page: &str| SessionFilter { page: Some(page.into()), ..filter() };
    let of_pages: [Case<str>; 9] = [
        (page("/p"), |page| page.ends_with("/p")),
        (page("http://plain.test/p"), |page| page == "http://plain.test/p"),
        (page("/item/*/buy"), |page| page.ends_with("/item/a7/buy")),
        (page("*plain.test*"), |page| page.contains("plain.test")),
        (page("/[x]*"), |page| page.ends_with("/[x]")),
        (page("/*x]"), |page| page.ends_with("/[x]")),
        (page("/item/*/"), |_| false),
        (page("/.tem/*"), |_| false),
        (page("/P*"), |_| false),
    ];
    let (from, to) = (Some(T + 55_000), Some(T + 59_000));
    let (seen_from, seen_to) = (Some(T + 558_000), Some(T + 556_000));
    let others: [Case<Session>; 12] = [
        (filter(), |_| true),
        (SessionFilter { from, to, ..filter() }, |s| (T + 55_000..T + 59_000).contains(&s.start.started_at)),
        (SessionFilter { device: Some(Device::Tablet), ..filter() }, |s| s.start.device == Device::Tablet),
        (SessionFilter { min_frustration: Some(20), ..filter() }, |s| s.score.frustration >= 20),
        (SessionFilter { has_rage: Some(true), ..filter() }, |s| s.score.rage > 0),
        (SessionFilter { has_rage: Some(false), ..filter() }, |s| s.score.rage == 0),
        (SessionFilter { has_errors: Some(true), ..filter() }, |s| s.counts.error > 0),
        (SessionFilter { has_goal: Some(true), ..filter() }, |s| s.score.reached),
        (SessionFilter { has_goal: Some(false), ..filter() }, |s| !s.score.reached),
        (SessionFilter { seen_from, ..filter() }, |s| s.last_seen >= T + 558_000),
        (SessionFilter { seen_to, ..filter() }, |s| s.last_seen < T + 556_000),
        (SessionFilter { visitor: "visitor-1".parse().ok(), ..filter() }, |s| {
            s.start.visitor_id.as_ref().is_some_and(|id| id.as_str() == "visitor-1")
        }),
    ];
    for sort in [SessionSort::Recent, SessionSort::Started, SessionSort::Frustration] {
        let mut sorted = all.clone();
        sorted.sort_by_key(|session| {
            let place = SessionFilter { sort, ..filter() }.place(session);
            (std::cmp::Reverse(place.key), place.id)
        });
        let expected = |page: fn(&str) -> bool, other: fn(&Session) -> bool| {
            let matching = sorted.iter().filter(|s| s.pages.iter().any(|url| page(url)) && other(s));
            matching.map(|s| s.start.session_id.clone()).collect::<Vec<_>>()
        };
        for (other, is_other) in &others {
            for (page, is_page) in &of_pages {
                let both = SessionFilter { page: page.page.clone(), sort, ..other.clone() };
                let got: Vec<_> = of_these(listed(store, both.clone()).await).collect();
                assert_eq!(got, expected(*is_page, *is_other), "{both:?}");
            }
            let alone = SessionFilter { sort, ..other.clone() };
            let got: Vec<_> = of_these(listed(store, alone.clone()).await).collect();
            assert_eq!(got, expected(|_| true, *is_other), "{alone:?}");
            let mut paged = Vec::new();
            let mut next = SessionFilter { limit: 3, ..alone.clone() };
            loop {
                let found = store.sessions(&next).await.unwrap();
                paged.extend(found.sessions.into_iter().map(|s| s.start.session_id));
                let Some(after) = found.next else { break };
                next.after = Some(after);
            }
            assert_eq!(of_these(paged).collect::<Vec<_>>(), got, "{alone:?}");
        }
    }
}

async fn old_sessions_are_deleted_with_everything_of_them(store: &dyn Store, harness: &impl StoreHarness) {
    let year = 365 * 86_400_000;
    for n in 50..53 {
        let event = Event { timestamp: T - year, ..moved(0, 1.0, 1.0) };
        let old = SessionStart { started_at: T - year, ..start(n) };
        store.add(&batch(n, "view-0001", 0, vec![event]), &old).await.unwrap();
        settled(store, n, 1).await;
    }
    harness.age(&[session(50), session(51), session(52)]).await;
    assert_eq!(store.expire(T - year / 2, 2).await.unwrap(), 2);
    assert_eq!(store.expire(T - year / 2, 2).await.unwrap(), 1);
    assert_eq!(store.expire(T - year / 2, 2).await.unwrap(), 0);
    for n in 50..53 {
        assert!(store.session(&session(n)).await.unwrap().is_none() && stored(store, n).await.is_empty());
    }
    assert!(!stored(store, 7).await.is_empty());
}

async fn an_erased_session_is_gone(store: &dyn Store) {
    for n in 70..73 {
        let visitor_id = "visitor-of-seventy".parse().ok();
        let start = SessionStart { visitor_id, ..start(n) };
        store.open_session(&start).await.unwrap();
        store.add(&batch(n, "view-0001", 0, all_kinds()), &start).await.unwrap();
        settled(store, n, 1).await;
    }
    assert_eq!(store.erase(&[]).await.unwrap(), 0);
    assert_eq!(store.erase(&[session(70), session(9999), session(71)]).await.unwrap(), 2);
    assert_eq!(store.erase(&[session(70)]).await.unwrap(), 0);
    for n in 70..72 {
        assert!(store.session(&session(n)).await.unwrap().is_none() && stored(store, n).await.is_empty());
    }
    let visitor = "visitor-of-seventy".parse().ok();
    assert_eq!(listed(store, SessionFilter { visitor, ..SessionFilter::default() }).await, [session(72)]);
    assert_eq!(stored(store, 72).await.len(), 1);
    // A summary that comes too late makes no session.
    let late = Changed { id: session(70), batches: 1, is_counted: true, started_at: T + 70_000, revision: 0 };
    let summary = SessionSummary { score: Score { of_batches: 1, ..Score::default() }, totals: None };
    store.put_summaries(vec![(late, summary)]).await.unwrap();
    assert!(store.session(&session(70)).await.unwrap().is_none());
    // The same batch again is no repeat: nothing is remembered of it.
    let again = batch(70, "view-0001", 0, all_kinds());
    assert_eq!(store.add(&again, &start(70)).await.unwrap(), Appended::Stored);
    assert_eq!(settled(store, 70, 1).await.counts.click, 2);
    assert_eq!(stored(store, 70).await, [again]);
}

async fn an_erased_session_is_never_half_there(store: &Arc<dyn Store>) {
    const ERASURES: usize = 3;
    let mut writers = tokio::task::JoinSet::new();
    let erased = Arc::new(AtomicUsize::new(0));
    for writer in 0..4 {
        let (store, erased) = (Arc::clone(store), Arc::clone(&erased));
        writers.spawn(async move {
            for seq in 0.. {
                if erased.load(Ordering::Relaxed) >= ERASURES {
                    break;
                }
                let batch = batch(75, &format!("view-000{writer}"), seq, vec![moved(seq.into(), 1.0, 2.0)]);
                store.add(&batch, &start(75)).await.unwrap();
                // So that there are moments at which nobody writes.
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        });
    }
    // It may be refused while others write; then nothing is promised.
    while erased.load(Ordering::Relaxed) < ERASURES {
        assert!(writers.try_join_next().is_none(), "a writer has failed");
        erased.fetch_add(store.erase(&[session(75)]).await.unwrap_or_default(), Ordering::Relaxed);
    }
    writers.join_all().await;
    store.erase(&[session(75)]).await.unwrap();
    let last = batch(75, "view-last", 0, vec![moved(0, 1.0, 2.0)]);
    assert_eq!(store.add(&last, &start(75)).await.unwrap(), Appended::Stored);
    assert_eq!(settled(&**store, 75, 1).await.counts.mousemove, 1);
    assert_eq!(stored(&**store, 75).await, [last]);
}

async fn a_session_has_no_end_of_pages(store: &dyn Store) {
    for seq in 0..5 {
        let visits = (0..100).map(|n| entered(n, &format!("http://many.test/s{seq}/n{n}"))).collect();
        store.add(&batch(60, "view-0001", seq, visits), &start(60)).await.unwrap();
    }
    let pages = settled(store, 60, 5).await.pages.len();
    assert!((200..=301).contains(&pages), "{pages} pages");
    assert_eq!(stored(store, 60).await.len(), 5);
}
