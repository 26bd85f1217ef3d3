//! The map of all sessions on one page.

use std::collections::HashMap;

use super::{CELL, PageSums, grid::Grid, raise};
use crate::{
    analyze::{HeatmapCount, HeatmapMode, PageHeatmap},
    model::ViewportSize,
};

/// Elements in an answer: those with the most clicks.
const ELEMENTS: usize = 200;

impl PageSums {
    /// The map of a page: of its cells, `factor` x `factor` make one.
    ///
    /// A cell is the place / its size, rounded down, per axis; places are page pixels, or in mode
    /// [`HeatmapMode::Viewport`] per mille of the window's width, both ways.
    pub fn heatmap(&self, page: &str, mode: HeatmapMode, count: HeatmapCount, factor: u32) -> PageHeatmap {
        let layers = self.grids_of(mode);
        let cells = |grid: &Grid| cells(grid, count, factor.max(1) as i32);
        let mut elements = self.elements.maps();
        let figures = &self.figures;
        let elements_total = elements.len() as u64;
        elements.truncate(ELEMENTS);
        PageHeatmap {
            page: page.to_owned(),
            mode,
            count,
            cell: self.cell * factor.max(1),
            shown: layers.moves.amount(),
            cells: cells(&layers.moves),
            attention: cells(&layers.attention),
            clicks: cells(&layers.clicks),
            rage_clicks: cells(&layers.rage),
            dead_clicks: cells(&layers.dead),
            elements,
            elements_total,
            elements_whole: self.elements.are_all(),
            scroll_reach: figures.scroll_reach(),
            fold: figures.fold(),
            sessions: figures.sessions,
            total: figures.moves,
            viewport: figures.usual_window(),
            document: figures.document.map(|(w, h)| ViewportSize { w: w as f64, h: h as f64 }),
            layout: self.elements.layout.as_ref().map(|(_, layout)| layout.clone()),
            partial: false,
        }
    }

    /// Whether a map with cells of this size can be made of sums that were kept: sessions of several cells are not the
    /// sum of the sessions of each.
    pub fn is_kept(cell: u32, count: HeatmapCount) -> bool {
        cell == CELL || (count == HeatmapCount::Events && cell.is_multiple_of(CELL))
    }
}

/// Column, row and count of each cell, by row, then column.
fn cells(grid: &Grid, count: HeatmapCount, factor: i32) -> Vec<(i32, i32, u64)> {
    let count = |(column, row, amount, sessions): (i32, i32, u64, u32)| match count {
        HeatmapCount::Events => (column, row, amount),
        HeatmapCount::Sessions => (column, row, u64::from(sessions)),
    };
    let fine = grid.cells().map(count);
    if factor == 1 {
        return fine.collect();
    }
    let mut coarse: HashMap<(i32, i32), u64> = HashMap::new();
    for (column, row, amount) in fine {
        raise(coarse.entry((row.div_euclid(factor), column.div_euclid(factor))).or_default(), amount);
    }
    let mut cells: Vec<_> = coarse.into_iter().map(|((row, column), amount)| (column, row, amount)).collect();
    cells.sort_unstable_by_key(|&(column, row, _)| (row, column));
    cells
}
