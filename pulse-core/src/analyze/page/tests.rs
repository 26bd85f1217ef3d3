#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::{
    analyze::{
        HeatmapCount, PageHeatmap, Timeline, score,
        testing::{
            SHOP, batch, button, click, click_on, dead_click, error, load, mouse, navigate, pointing, scroll, session,
            thresholds, visit, window,
        },
    },
    model::{Click, Device, Event, EventKind, Layout, LayoutBox, NavigationKind, Session, SessionStart, ViewportSize},
};

fn start() -> SessionStart {
    SessionStart {
        session_id: session(),
        visitor_id: None,
        started_at: 1000,
        page_url: SHOP.into(),
        title: None,
        referrer: None,
        device: Device::Desktop,
        viewport: None,
        excluded: None,
    }
}

fn of(timeline: &Timeline) -> Session {
    Session { score: score(timeline, &thresholds()), ..Session::new(start()) }
}

/// The sums of a page over some sessions.
fn sums(page: &str, layers: &[Layer], cell: u32, sessions: &[Timeline]) -> PageSums {
    let mut sums = PageSums::new(layers, cell);
    for timeline in sessions {
        for visit in Visit::all(&of(timeline), timeline, &thresholds()).iter().filter(|visit| visit.page() == page) {
            sums.add(visit);
        }
    }
    sums
}

fn map(mode: HeatmapMode, cell: u32, sessions: &[Timeline]) -> PageHeatmap {
    sums(SHOP, &Layer::ALL, cell, sessions).heatmap(SHOP, mode, HeatmapCount::Events, 1)
}

#[test]
fn cells_by_hand() {
    let map = map(
        HeatmapMode::Page,
        10,
        &[
            visit([mouse(0, 9.99, 0.0), mouse(1, 10.0, 19.0), mouse(2, 19.0, 10.0), mouse(3, -0.5, 25.0)]),
            visit([click(0, 15.0, 15.0), click(1, 15.0, 15.0), click(2, 15.0, 18.0), click(5000, 99.0, 0.0)]),
            visit([load(0, "cart"), mouse(1, 5.0, 5.0)]),
            visit([dead_click(5, 31.0, 45.0, None, 2500), dead_click(6, 31.0, 45.0, None, 2499)]),
        ],
    );
    assert_eq!(map.cells, [(0, 0, 1), (1, 1, 2), (-1, 2, 1)]);
    assert_eq!(map.attention, [(0, 0, 1), (1, 1, 2)], "the last position has no length");
    assert_eq!(map.clicks, [(9, 0, 1), (1, 1, 3)]);
    assert_eq!(map.rage_clicks, [(1, 1, 1)]);
    assert_eq!(map.dead_clicks, [(3, 4, 1)]);
    assert_eq!((map.sessions, map.total, map.shown), (3, 4, 4), "the third was on another page");
}

#[test]
fn sessions_of_a_cell() {
    let sessions = [
        visit([mouse(0, 1.0, 1.0), mouse(1, 2.0, 2.0), mouse(2, 11.0, 1.0)]),
        visit([mouse(0, 1.0, 1.0), mouse(1, 11.0, 1.0), mouse(2, 1.0, 1.0), mouse(3, 25.0, 1.0)]),
    ];
    let sums = sums(SHOP, &[Layer::Page], 10, &sessions);
    let cells = |count, factor| sums.heatmap(SHOP, HeatmapMode::Page, count, factor).cells;
    assert_eq!(cells(HeatmapCount::Events, 1), [(0, 0, 4), (1, 0, 2), (2, 0, 1)]);
    assert_eq!(cells(HeatmapCount::Sessions, 1), [(0, 0, 2), (1, 0, 2), (2, 0, 1)]);
    assert_eq!(cells(HeatmapCount::Events, 2), [(0, 0, 6), (1, 0, 1)]);
}

#[test]
fn in_per_mille_of_the_window() {
    let moving = [
        window(0, 500.0, 400.0, 900.0),
        mouse(1, 250.0, 499.0),
        window(2, 1000.0, 400.0, 900.0),
        mouse(2, 250.0, 499.0),
    ];
    let map = map(HeatmapMode::Viewport, 100, &[visit(moving), visit([mouse(1, 250.0, 499.0)])]);
    assert_eq!(map.cells, [(2, 4, 1), (5, 9, 1)]);
    assert_eq!((map.total, map.shown), (3, 2), "without a width there is no place");
}

#[test]
fn scroll_reach_is_of_sessions() {
    let sessions = [&[10.0, 100.0][..], &[50.0, 20.0], &[50.9], &[]]
        .map(|depths| visit(std::iter::once(load(0, "")).chain(depths.iter().map(|&depth| scroll(1, 9.0, depth)))));
    let reach = map(HeatmapMode::Page, 10, &sessions).scroll_reach;
    assert_eq!(reach.len(), 101);
    assert_eq!([reach[0], reach[1], reach[50], reach[51], reach[100]], [1.0, 0.75, 0.75, 0.25, 0.25]);
}

#[test]
fn size_fold_and_wireframe() {
    let layout = |timestamp, hash: &str| {
        let boxes = vec![LayoutBox { k: "text".into(), r: [0.0; 4], l: None }];
        Event { timestamp, kind: EventKind::Layout(Layout { hash: hash.into(), boxes }) }
    };
    let map = map(
        HeatmapMode::Page,
        10,
        &[
            visit([window(5, 800.0, 600.0, 700.0), layout(5, "b")]),
            visit([window(9, 800.0, 600.0, 3000.0), layout(9, "c")]),
            visit([window(7, 900.0, 900.0, 800.0), layout(7, "d")]),
        ],
    );
    assert_eq!(map.viewport, Some(ViewportSize { w: 800.0, h: 600.0 }));
    assert_eq!(map.document, Some(ViewportSize { w: 900.0, h: 3000.0 }));
    assert_eq!(map.fold, Some(700.0));
    assert_eq!(map.layout.map(|layout| layout.hash), Some("c".into()));
}

#[test]
fn elements_and_where_on_them() {
    let pay = button("#pay", [100.0, 100.0, 200.0, 50.0]);
    let at = |at, rx: f64, ry: f64| {
        let click =
            Click { x: 100.0 + 200.0 * rx, y: 100.0 + 50.0 * ry, rx: Some(rx), ry: Some(ry), ..Click::default() };
        Event { timestamp: at, kind: EventKind::Click(Click { element: Some(Box::new(pay.clone())), ..click }) }
    };
    let one = visit([
        at(0, 0.0, 0.5),
        at(100, 0.05, 0.5),
        at(200, 0.2, 1.0),
        error(900),
        dead_click(200, 300.0, 150.0, Some(&pay), 3000),
    ]);
    let other = visit([click_on(0, 120.0, 120.0, &pay), click_on(1, 5.0, 5.0, &button("#logo", [0.0, 0.0, 9.0, 9.0]))]);
    let map = map(HeatmapMode::Element, 10, &[one, other]);
    let [first, second] = &map.elements[..] else { panic!("{:?}", map.elements) };
    assert_eq!((first.element.path.as_str(), first.clicks, first.sessions), ("#pay", 4, 2));
    assert_eq!((first.rage, first.dead, first.error_clicks), (1, 1, 3));
    assert_eq!(first.cells, [(0, 5, 2), (2, 9, 1)]);
    assert_eq!((second.element.path.as_str(), second.clicks, second.dead), ("#logo", 1, 0));
    assert_eq!((map.elements_total, map.elements_whole), (2, true));
}

#[test]
fn ways_through_the_pages() {
    use NavigationKind::Push;
    let timeline = visit([
        load(0, ""),
        navigate(10_000, Push, "list"),
        navigate(20_000, Push, "item/17"),
        navigate(25_000, Push, "list"),
        navigate(40_000, Push, "item/18"),
        navigate(50_000, Push, "cart"),
    ]);
    let session = of(&timeline);
    let visits = Visit::all(&session, &timeline, &thresholds());
    let of = |page: &str| visits.iter().find(|visit| visit.page() == format!("{SHOP}{page}")).unwrap();
    let tails =
        |pages: &[&str]| pages.iter().map(|page| page.strip_prefix(SHOP).unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(visits.len(), 4, "two items are one page");
    assert_eq!((of("").is_entry, of("").is_exit, of("cart").is_entry, of("cart").is_exit), (true, false, false, true));
    assert_eq!(tails(&of("list").next), ["item/:id", "item/:id"]);
    assert_eq!(tails(&of("item/:id").next), ["list", "cart"]);
    assert_eq!((of("item/:id").quick_backs, of("list").quick_backs), (1, 0));
    assert_eq!(tails(&of("item/:id").way), ["", "list", "item/:id"]);
    assert_eq!(tails(&of("cart").way), ["list", "item/:id", "list", "item/:id", "cart"], "the last of them");
    assert_eq!((of("item/:id").views.len(), of("item/:id").time_ms()), (2, 15_000));
}

#[test]
fn a_page_that_nobody_visited() {
    let map = map(HeatmapMode::Page, 0, &[]);
    assert_eq!((map.page.as_str(), map.sessions, map.cell, map.cells.len()), (SHOP, 0, 1, 0));
    assert_eq!(map.scroll_reach, [0.0; 101]);
}

#[test]
fn other_bytes_are_refused() {
    let good = sums(SHOP, &Layer::ALL, CELL, &[visit([mouse(0, 1.0, 1.0), click(1, 2.0, 2.0)])]);
    for layer in Layer::ALL {
        let bytes = good.to_bytes(layer);
        let mut sums = PageSums::new(&Layer::ALL, CELL);
        assert!(sums.add_bytes(layer, &bytes).is_ok());
        for cut in 0..bytes.len() {
            assert!(sums.add_bytes(layer, &bytes[..cut]).is_err(), "{layer:?} cut at {cut}");
        }
    }
}

/// Sessions on the shop's home page, each with something of everything.
fn sessions() -> impl Strategy<Value = Vec<Timeline>> {
    let pay = button("#pay", [0.0, 0.0, 90.0, 30.0]);
    let extra = (0..6_usize, 300..2000_i32, 0.0..100.0_f64);
    let one = (pointing(30), extra).prop_map(move |(mut events, (kind, width, depth))| {
        let at = 1_000_500;
        events.push(window(at - 500, width.into(), 600.0, 3000.0));
        events.push(scroll(at, 100.0, depth));
        match kind {
            0 => events.push(error(at)),
            1 => events.push(dead_click(at, 5.0, 5.0, Some(&pay), 2500)),
            2 => events.push(navigate(at, NavigationKind::Push, "next")),
            _ => {}
        }
        events
    });
    prop::collection::vec(one, 0..6).prop_map(|sessions| {
        let timeline =
            |(i, events): (usize, Vec<Event>)| Timeline::new([batch(&format!("view-{i:04}"), 0, Some(SHOP), events)]);
        sessions.into_iter().enumerate().map(timeline).collect()
    })
}

proptest! {
    /// Straight from the definition: each position is counted in the cell that holds it.
    #[test]
    fn as_by_the_definition(sessions in prop::collection::vec(pointing(30), 0..4), cell in 1..70_u32) {
        let timelines: Vec<Timeline> = sessions.iter().enumerate().map(|(i, events)| {
            Timeline::new([batch(&format!("view-{i:04}"), 0, Some(SHOP), events.clone())])
        }).collect();
        let map = map(HeatmapMode::Page, cell, &timelines);
        let size = f64::from(cell);
        let held = |column: i32, row: i32, clicks: bool| {
            let events = sessions.iter().flatten().filter(|e| matches!(e.kind, EventKind::Click(_)) == clicks);
            let inside = |at: f64, index: i32| (f64::from(index) * size..f64::from(index + 1) * size).contains(&at);
            events.filter_map(Event::position).filter(|&(x, y)| inside(x, column) && inside(y, row)).count() as u64
        };
        for (cells, clicks) in [(&map.cells, false), (&map.clicks, true)] {
            let all = sessions.iter().flatten().filter(|e| e.position().is_some() && matches!(e.kind, EventKind::Click(_)) == clicks);
            prop_assert_eq!(cells.iter().map(|cell| cell.2).sum::<u64>(), all.count() as u64);
            for &(column, row, count) in cells {
                prop_assert_eq!(count, held(column, row, clicks));
            }
            prop_assert!(cells.is_sorted_by_key(|cell| (cell.1, cell.0)));
        }
    }

    /// Sums of parts, kept and read again in any order, are the sum of the whole: to the byte.
    #[test]
    fn parts_add_up(sessions in sessions(), cuts in prop::collection::vec(0..3_usize, 6), turned in any::<bool>()) {
        let whole = sums(SHOP, &Layer::ALL, CELL, &sessions);
        let mut parts = vec![Vec::new(); 3];
        sessions.into_iter().zip(cuts).for_each(|(session, part)| parts[part].push(session));
        if turned {
            parts.reverse();
        }
        let mut sum = PageSums::new(&Layer::ALL, CELL);
        for part in parts {
            let part = sums(SHOP, &Layer::ALL, CELL, &part);
            for layer in Layer::ALL {
                sum.add_bytes(layer, &part.to_bytes(layer)).unwrap();
            }
        }
        for layer in Layer::ALL {
            prop_assert_eq!(sum.to_bytes(layer), whole.to_bytes(layer));
        }
        let (sum, whole) = (sum.heatmap(SHOP, HeatmapMode::Page, HeatmapCount::Sessions, 1), whole.heatmap(SHOP, HeatmapMode::Page, HeatmapCount::Sessions, 1));
        prop_assert_eq!(sum, whole);
    }
}
