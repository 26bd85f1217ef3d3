//! Positions of the pointer: nine tenths of all data, and therefore kept apart from other events, as plain columns.

use super::{Event, EventKind, Millis, MouseMove};

/// Where the pointer was at a time.
///
/// Trackers send whole pixels. Other clients may send fractions, which are kept exactly, too.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move {
    /// When, in milliseconds since the epoch.
    pub at: Millis,
    /// From the document's left edge, in page pixels.
    pub x: f64,
    /// From the document's top edge, in page pixels.
    pub y: f64,
}

/// A move as answers list it among other events.
impl From<Move> for Event {
    fn from(Move { at, x, y }: Move) -> Self {
        Self { timestamp: at, kind: EventKind::MouseMove(MouseMove { x, y }) }
    }
}
