//! Geometry of the maps: pure functions from what was recorded to draw commands in CSS pixels of a canvas.

mod choice;
mod clicks;
mod draw;
mod film;
mod frame;
mod grip;
mod layers;
mod marks;
mod movement;
mod recording;
mod scene;
mod spark;
mod wireframe;

pub use choice::{Layer, Layers, TrailMode};
pub use draw::{Draw, Ink, Paint};
pub use film::{Act, Beat, Film, Signal, SignalKind, Timeline};
pub use frame::{Frame, Gaze, Size, page_size};
pub use grip::{Grip, Pull, STEP, wheel_zoom};
pub use layers::outline;
pub use marks::{Kind, Mark, Spot, session_marks};
pub use movement::{Movement, MovementSheet};
pub use recording::{Click, Moves, Outcome, Recording};
pub use scene::{Scene, clicks_and_bursts};
pub use spark::{SPARK, spark};
