//! Geometry of the maps: pure functions from what was recorded to draw commands in CSS pixels of a canvas.

mod choice;
mod clicks;
mod cloud;
mod draw;
mod frame;
mod layers;
mod marks;
mod reach;
mod recording;
mod scene;
mod spark;
mod timeline;
mod trails;
mod wireframe;

pub use choice::{Layer, Layers, TrailMode};
pub use cloud::cloud;
pub use draw::{Draw, Ink, Paint};
pub use frame::{Frame, Size, page_size};
pub use marks::{Kind, Mark, Spot, session_marks};
pub use reach::{Band, bands};
pub use recording::{Moves, Recording};
pub use scene::{Scene, clicks_and_bursts};
pub use spark::{SPARK, spark};
pub use timeline::Timeline;
pub use wireframe::wireframe;
