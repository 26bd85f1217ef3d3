//! A place on a map, to find the sessions behind it.

use serde::{Deserialize, Serialize};

use super::{Scope, Visit, layers::Layers};
use crate::analyze::HeatmapMode;

/// A cell of a map, or an element.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// Where.
    pub place: Place,
    /// Only where the page was entered in a window of such a width.
    pub scope: Scope,
}

/// Where something happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// In the cell that holds a place.
    Cell {
        /// Across: px, or per mille of the window's width in mode `viewport`.
        x: f64,
        /// Down, the same.
        y: f64,
        /// Width and height of the cell.
        cell: u32,
        /// How places are measured.
        mode: HeatmapMode,
        /// What happened there.
        what: What,
    },
    /// A click on the element of this path.
    Element(String),
}

/// What a map shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// Positions of the pointer.
    Moves,
    /// Clicks.
    #[default]
    Clicks,
    /// Rage bursts that are not suppressed.
    Rage,
    /// Dead clicks.
    Dead,
}

impl Visit<'_> {
    /// Whether it is one of those behind a place on the map.
    pub fn is_behind(&self, spot: &Spot) -> bool {
        if !spot.scope.takes(self) {
            return false;
        }
        match &spot.place {
            Place::Element(path) => {
                let is_it = |element: Option<&crate::model::Element>| element.is_some_and(|it| it.path == *path);
                let mut clicks = self.views.iter().flat_map(|view| &view.clicks);
                clicks.any(|click| is_it(click.click.element.as_deref()))
            }
            Place::Cell { x, y, cell, mode, what } => {
                let mut layers = Layers::default();
                layers.add(self, 1, *mode, *cell);
                let grid = match what {
                    What::Moves => &layers.moves,
                    What::Clicks => &layers.clicks,
                    What::Rage => &layers.rage,
                    What::Dead => &layers.dead,
                };
                let at = |place: f64| (place / f64::from(*cell)).floor() as i32;
                let (column, row) = (at(*x), at(*y));
                grid.cells().any(|cell| (cell.0, cell.1) == (column, row))
            }
        }
    }
}
