//! Pixels of the dashboard's maps. A canvas takes about a second for 100,000 translucent dots and the lines between
//! them; adding up in memory how often each pixel is covered takes some ten milliseconds, and what was added can be
//! taken away again exactly, so that a replay draws only what is new.
//!
//! A crate of its own because it is compiled for speed; the rest of the dashboard is compiled for size. What draws is
//! never inlined: within a function that is compiled for size it would be so, too.

mod ink;
mod pen;
mod squares;
mod trails;

pub use squares::Picture;
pub use trails::{Rows, Trails, View};
