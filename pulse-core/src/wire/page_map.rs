//! The map of a page with its cells as columns: what `GET /api/heatmap` answers to `Accept: application/vnd.pulse.columns+json`.
//!
//! Cells come by row, then column. As columns of small differences, a map of 10,000 sessions takes half the bytes of
//! a list of triples, and is read in a third of the time. In JavaScript:
//!
//! ```js
//! const sum = (column) => { let value = 0; return column.map((step) => (value += step)); };
//! // [column, row, count] of each cell.
//! const cells = ({ x, y, n }) => { const [xs, ys] = [sum(x), sum(y)]; return n.map((count, i) => [xs[i], ys[i], count]); };
//! ```

use serde::{Deserialize, Serialize};

use crate::{
    analyze::{ElementMap, HeatmapMode, PageHeatmap},
    model::{Layout, ViewportSize},
};

/// Column, row and count of each cell.
type Cells = Vec<(i32, i32, u64)>;

/// All sessions on one page, as in [`PageHeatmap`], with cells as columns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct PageMap {
    /// The page, without query and fragment.
    pub page: String,
    /// How places are measured.
    pub mode: HeatmapMode,
    /// Width and height of a cell: px, or per mille of the window's width in mode `viewport`.
    pub cell: u32,
    /// Positions of the pointer in each cell that has any. Empty in mode `element`.
    pub cells: CellColumns,
    /// Time in ms for which the pointer was in each cell.
    pub attention: CellColumns,
    /// Clicks in each cell.
    pub clicks: CellColumns,
    /// Rage bursts that are not suppressed.
    pub rage_clicks: CellColumns,
    /// Dead clicks.
    pub dead_clicks: CellColumns,
    /// Elements that were clicked, the one with the most clicks first.
    pub elements: Vec<ElementMap>,
    /// How many there are.
    pub elements_total: u64,
    /// Whether that is all: of very many, some are not told apart.
    pub elements_whole: bool,
    /// Mean height of the window in px: where the fold was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fold: Option<f64>,
    /// Share of sessions, 0 to 1, that saw each percent of the page: index 0 is the top, 100 the end.
    pub scroll_reach: Vec<f64>,
    /// Sessions in the map.
    pub sessions: u64,
    /// Positions there are.
    pub total: u64,
    /// Positions in the map: without those whose place is not known, and those too far down a very long page.
    pub shown: u64,
    /// Most usual window size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub viewport: Option<ViewportSize>,
    /// Largest document size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<ViewportSize>,
    /// Wireframe of the page as it was seen last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// Whether time or room ran out before all sessions were counted: the same request goes on from there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

/// Cells by row, then column: `x` and `y` hold the differences of columns and rows, `n` the counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CellColumns {
    /// Column of each cell, less that of the cell before; the first counts from 0.
    pub x: Vec<i32>,
    /// Row of each cell, less that of the cell before; the first counts from 0.
    pub y: Vec<i32>,
    /// Count of each cell.
    pub n: Vec<u64>,
}

impl PageMap {
    /// Who accepts this media type is answered with columns.
    pub const MEDIA_TYPE: &str = "application/vnd.pulse.columns+json";
}

impl CellColumns {
    /// The columns of cells, which are taken in their order.
    pub fn new(cells: &Cells) -> Self {
        let mut columns = Self::default();
        let (mut column, mut row) = (0, 0);
        for &(x, y, n) in cells {
            columns.x.push(x.wrapping_sub(column));
            columns.y.push(y.wrapping_sub(row));
            columns.n.push(n);
            (column, row) = (x, y);
        }
        columns
    }

    /// Column, row and count of each cell.
    pub fn cells(&self) -> Cells {
        let (mut column, mut row) = (0i32, 0i32);
        let steps = self.x.iter().zip(&self.y).zip(&self.n);
        let cell = |((x, y), n): ((&i32, &i32), &u64)| {
            (column, row) = (column.wrapping_add(*x), row.wrapping_add(*y));
            (column, row, *n)
        };
        steps.map(cell).collect()
    }
}

impl From<PageHeatmap> for PageMap {
    fn from(map: PageHeatmap) -> Self {
        Self {
            page: map.page,
            mode: map.mode,
            cell: map.cell,
            cells: CellColumns::new(&map.cells),
            attention: CellColumns::new(&map.attention),
            clicks: CellColumns::new(&map.clicks),
            rage_clicks: CellColumns::new(&map.rage_clicks),
            dead_clicks: CellColumns::new(&map.dead_clicks),
            elements: map.elements,
            elements_total: map.elements_total,
            elements_whole: map.elements_whole,
            fold: map.fold,
            scroll_reach: map.scroll_reach,
            sessions: map.sessions,
            total: map.total,
            shown: map.shown,
            viewport: map.viewport,
            document: map.document,
            layout: map.layout,
            partial: map.partial,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn by_hand() {
        let cells = vec![(3, 0, 5), (4, 0, 1), (-1, 2, 7)];
        let columns = CellColumns::new(&cells);
        assert_eq!(columns, CellColumns { x: vec![3, 1, -5], y: vec![0, 0, 2], n: vec![5, 1, 7] });
        assert_eq!(columns.cells(), cells);
    }

    proptest! {
        #[test]
        fn columns_hold_every_cell(cells in prop::collection::vec(any::<(i32, i32, u64)>(), 0..20)) {
            prop_assert_eq!(CellColumns::new(&cells).cells(), cells);
        }
    }
}
