//! The map of one session on one page.

use std::collections::HashMap;

use super::{
    ClickPoint, HeatPoint, HeatmapMode, PageView, RagePoint, SessionHeatmap, Thresholds, Timeline,
    measure::Measure,
    pointer::strokes,
    rage::{centre, counted_bursts},
    view::{TimedClick, is_size},
};
use crate::model::{Move, SessionId, ViewportSize, is_page};

/// The map of a session on `page` (an address, or a path that begins with a slash), or on the page with the most events
/// when none is named. None if the page named was not visited.
///
/// In mode [`HeatmapMode::Viewport`] places are fractions of the window's width, both ways, and those of page views
/// whose width is not known are left out; the sizes of window and document stay in px. In mode [`HeatmapMode::Element`]
/// they are fractions of the box of the element that was clicked, and there are no moves.
pub fn session_heatmap(
    timeline: &Timeline,
    session: &SessionId,
    page: Option<&str>,
    mode: HeatmapMode,
    thresholds: &Thresholds,
) -> Option<SessionHeatmap> {
    let pages = timeline.pages();
    let asked = page.or_else(|| busiest(timeline, &pages)).unwrap_or_default();
    let shown = pages.iter().find(|page| is_page(page, asked)).copied();
    if page.is_some() && shown.is_none() {
        return None;
    }
    let mut map = SessionHeatmap {
        session_id: session.clone(),
        page: shown.unwrap_or_default().to_owned(),
        pages: pages.iter().map(|page| (*page).to_owned()).collect(),
        moves: Vec::new(),
        trails: Vec::new(),
        clicks: Vec::new(),
        rage_clicks: Vec::new(),
        viewport: None,
        document: None,
        layout: None,
        total: 0,
        shown: 0,
    };
    let mut layout = None;
    for view in timeline.views().filter(|view| is_page(view.page(), asked)) {
        map.total += view.points().len() as u64;
        map.add_moves(view, mode);
        map.add_clicks(view, mode, thresholds);
        map.viewport = view
            .viewports()
            .next_back()
            .map(|(_, v)| ViewportSize { w: v.w, h: v.h })
            .or(map.viewport)
            .or(view.window());
        map.document = document(map.document, view);
        layout = [layout, view.outline()].into_iter().flatten().max_by_key(|(at, _)| *at);
    }
    map.moves.sort_by_key(|point| point.timestamp);
    map.clicks.sort_by_key(|click| click.timestamp);
    map.rage_clicks.sort_by_key(|rage| rage.timestamp);
    map.shown = map.moves.len() as u64;
    map.layout = layout.map(|(_, outline)| outline.into_owned());
    Some(map)
}

/// The page with the most events; of equal ones the first.
fn busiest<'a>(timeline: &'a Timeline, pages: &[&'a str]) -> Option<&'a str> {
    let mut events: HashMap<&str, usize> = HashMap::new();
    for view in timeline.views() {
        *events.entry(view.page()).or_default() += view.len();
    }
    pages.iter().rev().copied().max_by_key(|page| events.get(page).copied())
}

/// The largest document of a page so far: it grows while it loads.
pub(super) fn document(so_far: Option<ViewportSize>, view: PageView<'_>) -> Option<ViewportSize> {
    let sizes = view.viewports().filter(|(_, v)| is_size(v.doc_w, v.doc_h));
    sizes.map(|(_, v)| ViewportSize { w: v.doc_w, h: v.doc_h }).fold(so_far, |so_far, size| {
        Some(so_far.map_or(size, |so_far| ViewportSize { w: so_far.w.max(size.w), h: so_far.h.max(size.h) }))
    })
}

impl SessionHeatmap {
    fn add_moves(&mut self, view: PageView<'_>, mode: HeatmapMode) {
        if mode == HeatmapMode::Element {
            return;
        }
        let measure = Measure::new(view, mode);
        for stroke in strokes(view.points()) {
            let place = |point: &Move| {
                let (x, y) = measure.place(point.at, point.x, point.y)?;
                Some(HeatPoint { x, y, timestamp: point.at })
            };
            let trail: Vec<HeatPoint> = stroke.iter().filter_map(place).collect();
            if !trail.is_empty() {
                self.moves.extend(&trail);
                self.trails.push(trail);
            }
        }
    }

    fn add_clicks(&mut self, view: PageView<'_>, mode: HeatmapMode, thresholds: &Thresholds) {
        let measure = Measure::new(view, mode);
        let clicks: Vec<_> = view.clicks().collect();
        let mut rage = vec![false; clicks.len()];
        for of in counted_bursts(&clicks, thresholds) {
            rage[of.clone()].fill(true);
            self.rage_clicks.extend(rage_point(&clicks[of], mode, &measure));
        }
        for (click, rage) in clicks.iter().zip(rage) {
            let place = match mode {
                HeatmapMode::Element => click.click.rx.zip(click.click.ry),
                HeatmapMode::Page | HeatmapMode::Viewport => measure.place(click.at, click.click.x, click.click.y),
            };
            let element = click.click.element.as_deref().cloned();
            self.clicks.extend(place.map(|(x, y)| ClickPoint { x, y, timestamp: click.at, element, rage }));
        }
    }
}

fn rage_point(burst: &[TimedClick<'_>], mode: HeatmapMode, measure: &Measure) -> Option<RagePoint> {
    let (first, last) = (burst.first()?, burst.last()?);
    let (x, y) = match mode {
        HeatmapMode::Element => first.click.rx.zip(first.click.ry)?,
        HeatmapMode::Page | HeatmapMode::Viewport => {
            let (x, y) = centre(burst);
            measure.place(first.at, x, y)?
        }
    };
    Some(RagePoint {
        x,
        y,
        timestamp: first.at,
        count: u32::try_from(burst.len()).unwrap_or(u32::MAX),
        span_ms: last.at.saturating_sub(first.at),
        element: first.click.element.as_deref().cloned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analyze::testing::{batch, button, click, click_on, load, mouse, session, thresholds, window},
        model::{Event, EventKind, Layout},
    };

    fn map(timeline: &Timeline, page: Option<&str>, mode: HeatmapMode) -> Option<SessionHeatmap> {
        session_heatmap(timeline, &session(), page, mode, &thresholds())
    }

    fn layout(timestamp: i64, hash: &str) -> Event {
        Event { timestamp, kind: EventKind::Layout(Layout { hash: hash.into(), boxes: Vec::new() }) }
    }

    fn shopping() -> Timeline {
        let home = [load(0, ""), mouse(1, 1.0, 1.0)];
        let pay = button("#pay", [0.0, 0.0, 60.0, 60.0]);
        let checkout = [
            load(100, "checkout?step=1"),
            window(101, 1000.0, 500.0, 1500.0),
            layout(102, "old"),
            mouse(200, 10.0, 20.0),
            mouse(1200, 30.0, 40.0),
            mouse(2201, 50.0, 60.0),
            click_on(3000, 40.0, 40.0, &pay),
            click_on(3100, 43.0, 40.0, &pay),
            click_on(3200, 40.0, 43.0, &pay),
            click(9000, 400.0, 400.0),
            layout(9001, "new"),
            window(9002, 500.0, 400.0, 1400.0),
            mouse(9003, 250.0, 500.0),
        ];
        Timeline::new([batch("view-one", 0, None, home), batch("view-two", 0, None, checkout)])
    }

    #[test]
    fn by_hand() {
        let map = map(&shopping(), None, HeatmapMode::Page).expect("a map");
        let point = |x, y, timestamp| HeatPoint { x, y, timestamp };
        let trails = [
            vec![point(10.0, 20.0, 200), point(30.0, 40.0, 1200)],
            vec![point(50.0, 60.0, 2201)],
            vec![point(250.0, 500.0, 9003)],
        ];
        assert_eq!(map.pages, ["http://shop.test/", "http://shop.test/checkout"]);
        assert_eq!(map.page, "http://shop.test/checkout", "most happened there");
        assert_eq!(map.trails, trails);
        assert_eq!(map.moves, trails.concat());
        assert_eq!((map.total, map.shown), (4, 4));
        assert_eq!(map.clicks.iter().map(|click| click.rage).collect::<Vec<_>>(), [true, true, true, false]);
        let [rage] = &map.rage_clicks[..] else { panic!("{map:?}") };
        assert_eq!((rage.x, rage.y, rage.timestamp, rage.count, rage.span_ms), (41.0, 41.0, 3000, 3, 200));
        assert_eq!(rage.element.as_ref().map(|element| element.path.as_str()), Some("#pay"));
        assert_eq!(map.viewport, Some(ViewportSize { w: 500.0, h: 400.0 }), "the latest");
        assert_eq!(map.document, Some(ViewportSize { w: 1000.0, h: 1500.0 }), "the largest");
        assert_eq!(map.layout.map(|layout| layout.hash), Some("new".into()));
    }

    #[test]
    fn in_fractions_of_the_window() {
        let timeline = shopping();
        let map = |page| map(&timeline, page, HeatmapMode::Viewport).expect("a map");
        let place = |x: f64, y: f64| HeatPoint { x, y, timestamp: 0 };
        let places: Vec<_> = map(None).moves.iter().map(|p| place(p.x, p.y)).collect();
        assert_eq!(places, [place(0.01, 0.02), place(0.03, 0.04), place(0.05, 0.06), place(0.5, 1.0)]);
        assert_eq!(map(None).rage_clicks[0].x, 0.041);
        assert_eq!(map(None).clicks[3].y, 0.4);
        let home = map(Some("/"));
        assert_eq!((home.total, home.shown, home.trails.len()), (1, 0, 0), "no width is known there");
    }

    #[test]
    fn the_page_asked_for() {
        let timeline = shopping();
        for page in ["http://shop.test/", "/", "*.test/"] {
            let found = map(&timeline, Some(page), HeatmapMode::Page).expect(page);
            assert_eq!((found.page.as_str(), found.moves.len()), ("http://shop.test/", 1));
        }
        assert_eq!(map(&timeline, Some("/cart"), HeatmapMode::Page), None);
        assert_eq!(map(&Timeline::default(), Some("/"), HeatmapMode::Page), None);
        let empty = map(&Timeline::default(), None, HeatmapMode::Page).expect("an empty map");
        assert_eq!((empty.page.as_str(), empty.total), ("", 0));
    }
}
