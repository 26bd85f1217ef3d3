//! The map of all visits to a page: pure functions from what the server counted to draw commands.
//!
//! One thing is shown at a time, so that none hides another: [`PageLayer`].

mod boxes;
mod data;
mod density;
mod layer;
mod marks;
mod reach;
mod scene;

pub use data::PageData;
pub use layer::PageLayer;
pub use marks::{cells, page_marks};
pub use scene::PageScene;
