//! The map of all sessions on one page.

use std::{
    collections::{HashMap, hash_map::Entry},
    ops::RangeInclusive,
};

use super::{
    HeatmapMode, PageHeatmap, PageView, Thresholds, Timeline,
    heatmap::document,
    measure::Measure,
    rage::{centre, counted_bursts},
    scroll::max_depth,
};
use crate::model::{Layout, Millis, ViewportSize, is_page, page_of};

/// Steps of scroll reach: one for each percent, from 0 to 100.
const PERCENTS: usize = 101;
/// Window sizes told apart.
const MOST_SIZES: usize = 1024;

/// Adds up the sessions on one page, one at a time, in memory that is bounded by the grid.
///
/// A cell is the place / its size, rounded down, per axis; places are page pixels, or in mode
/// [`HeatmapMode::Viewport`] per mille of the window's width, both ways. Page views whose window is narrower or wider
/// than asked for are left out.
#[derive(Debug)]
pub struct PageHeatmapFold {
    asked: String,
    page: Option<String>,
    mode: HeatmapMode,
    cell: u32,
    widths: Option<RangeInclusive<f64>>,
    thresholds: Thresholds,
    moves: Grid,
    clicks: Grid,
    rage: Grid,
    /// Sessions by the deepest percent that they saw.
    depths: [u64; PERCENTS],
    total: u64,
    sizes: HashMap<(i64, i64), u64>,
    document: Option<ViewportSize>,
    layout: Option<(Millis, Layout)>,
}

impl PageHeatmapFold {
    /// Most cells that each layer of a map tells apart; what would need another one is counted in
    /// [`PageHeatmap::total`] and not in [`PageHeatmap::shown`].
    pub const MOST_CELLS: usize = 1 << 19;

    /// An empty map of `page`: an address, or a path that begins with a slash. Widths are in px and inclusive.
    pub fn new(
        page: &str,
        mode: HeatmapMode,
        cell: u32,
        width_min: Option<f64>,
        width_max: Option<f64>,
        thresholds: &Thresholds,
    ) -> Self {
        let widths = width_min.unwrap_or(0.0)..=width_max.unwrap_or(f64::INFINITY);
        Self {
            asked: page.to_owned(),
            page: None,
            mode,
            cell: cell.max(1),
            widths: (width_min.is_some() || width_max.is_some()).then_some(widths),
            thresholds: *thresholds,
            moves: Grid::default(),
            clicks: Grid::default(),
            rage: Grid::default(),
            depths: [0; PERCENTS],
            total: 0,
            sizes: HashMap::new(),
            document: None,
            layout: None,
        }
    }

    /// Adds one session, if it was on the page.
    pub fn add(&mut self, session: &Timeline) {
        let mut depth: Option<f64> = None;
        for view in session.views() {
            if is_page(view.page(), &self.asked) && self.is_wide_enough(view) {
                self.add_view(view);
                depth = Some(depth.unwrap_or(0.0).max(max_depth(view)));
            }
        }
        if let Some(depth) = depth {
            self.depths[(depth as usize).min(PERCENTS - 1)] += 1;
        }
    }

    fn is_wide_enough(&self, view: PageView<'_>) -> bool {
        let fits = |widths: &RangeInclusive<f64>| view.window().is_some_and(|window| widths.contains(&window.w));
        self.widths.as_ref().is_none_or(fits)
    }

    fn add_view(&mut self, view: PageView<'_>) {
        self.page.get_or_insert_with(|| view.page().to_owned());
        let measure = Measure::new(view, self.mode);
        let unit = match self.mode {
            HeatmapMode::Page => f64::from(self.cell),
            HeatmapMode::Viewport => f64::from(self.cell) / 1000.0,
        };
        let cell = |at: Millis, x: f64, y: f64| {
            let (x, y) = measure.place(at, x, y)?;
            Some(((x / unit).floor() as i32, (y / unit).floor() as i32))
        };
        self.total += view.points().len() as u64;
        self.moves.extend(view.points().iter().filter_map(|p| cell(p.timestamp, p.x, p.y)));
        let clicks: Vec<_> = view.clicks().collect();
        self.clicks.extend(clicks.iter().filter_map(|c| cell(c.at, c.click.x, c.click.y)));
        self.rage.extend(counted_bursts(&clicks, &self.thresholds).filter_map(|of| {
            let burst = &clicks[of];
            let (x, y) = centre(burst);
            cell(burst.first()?.at, x, y)
        }));
        if let Some(ViewportSize { w, h }) = view.window()
            && (self.sizes.len() < MOST_SIZES || self.sizes.contains_key(&(w as i64, h as i64)))
        {
            *self.sizes.entry((w as i64, h as i64)).or_default() += 1;
        }
        self.document = document(self.document, view);
        if let Some((at, layout)) = view.layout() {
            self.see(at, layout);
        }
    }

    /// Keeps the wireframe seen last. Most sessions see the same one, which is not copied again.
    fn see(&mut self, at: Millis, layout: &Layout) {
        match &mut self.layout {
            Some((seen, _)) if *seen > at => {}
            Some((seen, same)) if same == layout => *seen = at,
            other => *other = Some((at, layout.clone())),
        }
    }

    /// The map.
    pub fn finish(self) -> PageHeatmap {
        let sessions: u64 = self.depths.iter().sum();
        // Those that saw a percent are those that ended there or further down.
        let mut seen = 0;
        let mut scroll_reach = vec![0.0; PERCENTS];
        for (share, ended) in scroll_reach.iter_mut().zip(self.depths).rev() {
            seen += ended;
            *share = seen as f64 / sessions.max(1) as f64;
        }
        let usual = self.sizes.iter().max_by_key(|&(size, views)| (views, std::cmp::Reverse(size)));
        PageHeatmap {
            page: self.page.unwrap_or_else(|| page_of(&self.asked).to_owned()),
            mode: self.mode,
            cell: self.cell,
            shown: self.moves.count,
            cells: self.moves.finish(),
            clicks: self.clicks.finish(),
            rage_clicks: self.rage.finish(),
            scroll_reach,
            sessions,
            total: self.total,
            viewport: usual.map(|(&(w, h), _)| ViewportSize { w: w as f64, h: h as f64 }),
            document: self.document,
            layout: self.layout.map(|(_, layout)| layout),
        }
    }
}

/// Counts by column and row.
#[derive(Debug, Default)]
struct Grid {
    cells: HashMap<(i32, i32), u64>,
    count: u64,
}

impl Grid {
    fn extend(&mut self, cells: impl Iterator<Item = (i32, i32)>) {
        for cell in cells {
            let full = self.cells.len() >= PageHeatmapFold::MOST_CELLS;
            match self.cells.entry(cell) {
                Entry::Vacant(_) if full => continue,
                entry => *entry.or_default() += 1,
            }
            self.count += 1;
        }
    }

    /// Column, row and count of each cell, by row, then column.
    fn finish(self) -> Vec<(i32, i32, u64)> {
        let mut cells: Vec<_> = self.cells.into_iter().map(|((column, row), count)| (column, row, count)).collect();
        cells.sort_unstable_by_key(|&(column, row, _)| (row, column));
        cells
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        analyze::testing::{SHOP, batch, click, load, mouse, pointing, scroll, thresholds, visit, window},
        model::{Event, EventKind, LayoutBox},
    };

    fn fold(page: &str, mode: HeatmapMode, cell: u32) -> PageHeatmapFold {
        PageHeatmapFold::new(page, mode, cell, None, None, &thresholds())
    }

    #[test]
    fn cells_by_hand() {
        let mut fold = fold("/", HeatmapMode::Page, 10);
        fold.add(&visit([mouse(0, 9.99, 0.0), mouse(1, 10.0, 19.0), mouse(2, 19.0, 10.0), mouse(3, -0.5, 25.0)]));
        fold.add(&visit([click(0, 15.0, 15.0), click(1, 15.0, 15.0), click(2, 15.0, 18.0), click(5000, 99.0, 0.0)]));
        fold.add(&visit([load(0, "cart"), mouse(1, 5.0, 5.0)]));
        let map = fold.finish();
        assert_eq!(map.page, SHOP);
        assert_eq!(map.cells, [(0, 0, 1), (1, 1, 2), (-1, 2, 1)]);
        assert_eq!(map.clicks, [(9, 0, 1), (1, 1, 3)]);
        assert_eq!(map.rage_clicks, [(1, 1, 1)]);
        assert_eq!((map.sessions, map.total, map.shown), (2, 4, 4), "the third was on another page");
    }

    #[test]
    fn in_per_mille_of_the_window() {
        let mut fold = fold(SHOP, HeatmapMode::Viewport, 100);
        fold.add(&visit([
            window(0, 500.0, 400.0, 900.0),
            mouse(1, 250.0, 499.0),
            window(2, 1000.0, 400.0, 900.0),
            mouse(2, 250.0, 499.0),
        ]));
        fold.add(&visit([mouse(1, 250.0, 499.0)]));
        let map = fold.finish();
        assert_eq!(map.cells, [(2, 4, 1), (5, 9, 1)]);
        assert_eq!((map.total, map.shown), (3, 2), "without a width there is no place");
    }

    #[test]
    fn scroll_reach_is_of_sessions() {
        let mut fold = fold(SHOP, HeatmapMode::Page, 10);
        for depths in [&[10.0, 100.0][..], &[50.0, 20.0], &[50.9], &[]] {
            fold.add(&visit(std::iter::once(load(0, "")).chain(depths.iter().map(|&depth| scroll(1, 9.0, depth)))));
        }
        let reach = fold.finish().scroll_reach;
        assert_eq!(reach.len(), 101);
        assert_eq!([reach[0], reach[1], reach[50], reach[51], reach[100]], [1.0, 0.75, 0.75, 0.25, 0.25]);
    }

    #[test]
    fn only_windows_of_a_width() {
        let of = |min, max| {
            let mut fold = PageHeatmapFold::new("/", HeatmapMode::Page, 10, min, max, &thresholds());
            for width in [400.0, 800.0] {
                fold.add(&visit([window(0, width, 600.0, 900.0), mouse(1, 1.0, 1.0)]));
            }
            fold.add(&visit([mouse(1, 1.0, 1.0)]));
            fold.finish().sessions
        };
        assert_eq!([of(None, None), of(Some(400.0), None), of(Some(400.1), None), of(None, Some(400.0))], [3, 2, 1, 1]);
    }

    #[test]
    fn size_and_wireframe() {
        let layout = |timestamp, hash: &str| {
            let boxes = vec![LayoutBox { k: "text".into(), r: [0.0; 4], l: None }];
            Event { timestamp, kind: EventKind::Layout(Layout { hash: hash.into(), boxes }) }
        };
        let mut fold = fold("/", HeatmapMode::Page, 10);
        fold.add(&visit([window(5, 800.0, 600.0, 700.0), layout(5, "b")]));
        fold.add(&visit([window(9, 800.0, 600.0, 3000.0), layout(9, "c")]));
        fold.add(&visit([window(7, 900.0, 600.0, 800.0), layout(7, "d")]));
        let map = fold.finish();
        assert_eq!(map.viewport, Some(ViewportSize { w: 800.0, h: 600.0 }));
        assert_eq!(map.document, Some(ViewportSize { w: 900.0, h: 3000.0 }));
        assert_eq!(map.layout.map(|layout| layout.hash), Some("c".into()));
    }

    #[test]
    fn a_page_that_nobody_visited() {
        let map = fold("/nowhere?x=1", HeatmapMode::Page, 0).finish();
        assert_eq!((map.page.as_str(), map.sessions, map.cell, map.cells.len()), ("/nowhere", 0, 1, 0));
        assert_eq!(map.scroll_reach, [0.0; 101]);
    }

    #[test]
    fn memory_is_bounded() {
        let mut grid = Grid::default();
        let most = PageHeatmapFold::MOST_CELLS as i32;
        grid.extend((0..most + 5).map(|column| (column, 0)));
        grid.extend([(0, 0), (-1, 0)].into_iter());
        assert_eq!((grid.cells.len() as i32, grid.count), (most, most as u64 + 1));
    }

    proptest! {
        /// Straight from the definition: each position is counted in the cell that holds it.
        #[test]
        fn as_by_the_definition(sessions in prop::collection::vec(pointing(30), 0..4), cell in 1..70_u32) {
            let mut fold = fold(SHOP, HeatmapMode::Page, cell);
            for (i, events) in sessions.iter().enumerate() {
                fold.add(&Timeline::new([batch(&format!("view-{i:04}"), 0, Some(SHOP), events.clone())]));
            }
            let map = fold.finish();
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
    }
}
