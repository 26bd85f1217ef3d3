//! What the server counted on a page, ready to be drawn.

use pulse_core::{
    analyze::HeatmapMode,
    model::ViewportSize,
    wire::{CellColumns, PageMap},
};

use super::PageLayer;
use crate::map::Size;

/// Column, row and count of each cell.
pub(super) type Cells = Vec<(i32, i32, u64)>;

/// Below so many visits a map says that it shows few.
const FEW: u64 = 30;

/// What the server counted on a page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PageData {
    /// As it was answered, without the cells.
    pub map: PageMap,
    moves: Cells,
    attention: Cells,
    clicks: Cells,
    rage: Cells,
    dead: Cells,
}

impl From<PageMap> for PageData {
    fn from(mut map: PageMap) -> Self {
        let take = |columns: &mut CellColumns| std::mem::take(columns).cells();
        let moves = take(&mut map.cells);
        let attention = take(&mut map.attention);
        let clicks = take(&mut map.clicks);
        let rage = take(&mut map.rage_clicks);
        let dead = take(&mut map.dead_clicks);
        Self { map, moves, attention, clicks, rage, dead }
    }
}

impl PageData {
    /// The cells of a layer.
    pub(super) fn cells(&self, layer: PageLayer) -> &Cells {
        static NONE: Cells = Vec::new();
        match layer {
            PageLayer::Moves => &self.moves,
            PageLayer::Attention => &self.attention,
            PageLayer::Clicks => &self.clicks,
            PageLayer::Rage => &self.rage,
            PageLayer::Dead => &self.dead,
            PageLayer::Errors | PageLayer::Reach => &NONE,
        }
    }

    /// What a layer counts in all, as far as it has a place.
    pub fn total(&self, layer: PageLayer) -> u64 {
        match layer {
            PageLayer::Errors => self.map.elements.iter().map(|of| of.error_clicks).sum(),
            _ if self.map.mode == HeatmapMode::Element => self.map.elements.iter().map(|of| layer.of(of)).sum(),
            _ => self.cells(layer).iter().map(|cell| cell.2).sum(),
        }
    }

    /// Side of a cell in page px. In windows' widths it is that of the usual window.
    pub(super) fn side(&self) -> f64 {
        let cell = f64::from(self.map.cell.max(1));
        match self.map.mode {
            HeatmapMode::Viewport => cell * self.map.viewport.map_or(1000.0, |window| window.w) / 1000.0,
            HeatmapMode::Page | HeatmapMode::Element => cell,
        }
    }

    /// Sizes that are known: of the document, of the window.
    pub(super) fn sizes(&self) -> [Option<ViewportSize>; 2] {
        [self.map.document, self.map.viewport]
    }

    /// Right and lower ends of the cells.
    pub(super) fn corners(&self, layer: PageLayer) -> impl Iterator<Item = Size> {
        let side = self.side();
        let end = move |at: i32| (f64::from(at) + 1.0) * side;
        self.cells(layer).iter().map(move |&(x, y, _)| (end(x), end(y)))
    }

    /// Whether the visits are too few to say much.
    pub fn is_few(&self) -> bool {
        (1..FEW).contains(&self.map.sessions)
    }
}
