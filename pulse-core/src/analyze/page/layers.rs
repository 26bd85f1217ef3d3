//! Where on a page it happened.

use super::{
    Visit,
    attention::attention,
    grid::{Grid, InvalidGrid},
};
use crate::{
    analyze::{HeatmapMode, measure::Measure, rage::centre},
    model::Millis,
};

/// The layers of a map, all measured in one way.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Layers {
    /// Positions of the pointer.
    pub(super) moves: Grid,
    /// Time of the pointer, in ms.
    pub(super) attention: Grid,
    pub(super) clicks: Grid,
    /// Rage bursts that are not suppressed, at their centre.
    pub(super) rage: Grid,
    pub(super) dead: Grid,
}

impl Layers {
    /// Adds a session, which is the `number`th.
    pub(super) fn add(&mut self, visit: &Visit<'_>, number: u32, mode: HeatmapMode, cell: u32) {
        let unit = match mode {
            HeatmapMode::Viewport => f64::from(cell) / 1000.0,
            HeatmapMode::Page | HeatmapMode::Element => f64::from(cell),
        };
        for view in &visit.views {
            let measure = Measure::new(view.view, mode);
            let cell = |at: Millis, x: f64, y: f64| {
                let (x, y) = measure.place(at, x, y)?;
                Some(((x / unit).floor() as i32, (y / unit).floor() as i32))
            };
            let count = |grid: &mut Grid, amount: u64, place: Option<(i32, i32)>| {
                if let Some((column, row)) = place {
                    grid.add(column, row, amount, number);
                }
            };
            for (point, ms) in attention(view.view) {
                let place = cell(point.at, point.x, point.y);
                count(&mut self.moves, 1, place);
                if ms > 0 {
                    count(&mut self.attention, ms, place);
                }
            }
            for click in &view.clicks {
                count(&mut self.clicks, 1, cell(click.at, click.click.x, click.click.y));
            }
            for burst in &view.rage {
                let burst = &view.clicks[burst.clone()];
                let (x, y) = centre(burst);
                count(&mut self.rage, 1, burst.first().and_then(|first| cell(first.at, x, y)));
            }
            for dead in &view.dead {
                count(&mut self.dead, 1, cell(dead.at, dead.x, dead.y));
            }
        }
    }

    fn grids(&self) -> [&Grid; 5] {
        [&self.moves, &self.attention, &self.clicks, &self.rage, &self.dead]
    }

    fn grids_mut(&mut self) -> [&mut Grid; 5] {
        [&mut self.moves, &mut self.attention, &mut self.clicks, &mut self.rage, &mut self.dead]
    }

    /// Adds those of other sessions.
    pub(super) fn merge(&mut self, other: &Self) {
        self.grids_mut().into_iter().zip(other.grids()).for_each(|(sum, more)| sum.merge(more));
    }

    /// Bytes of memory.
    pub(super) fn size(&self) -> usize {
        self.grids().map(Grid::size).iter().sum()
    }

    /// Whether nothing has a place.
    pub(super) fn is_empty(&self) -> bool {
        self.grids().iter().all(|grid| grid.is_empty())
    }

    /// Each grid with its length before it.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for grid in self.grids() {
            let bytes = grid.to_bytes();
            // Far below 4 GiB: a grid is bounded.
            out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
            out.extend_from_slice(&bytes);
        }
        out
    }

    /// Adds what [`Self::to_bytes`] wrote, of other sessions.
    pub(super) fn add_bytes(&mut self, mut bytes: &[u8]) -> Result<(), InvalidGrid> {
        for grid in self.grids_mut() {
            let (length, rest) = bytes.split_first_chunk().ok_or(InvalidGrid)?;
            let (grid_bytes, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or(InvalidGrid)?;
            grid.add_bytes(grid_bytes)?;
            bytes = rest;
        }
        if bytes.is_empty() { Ok(()) } else { Err(InvalidGrid) }
    }
}
