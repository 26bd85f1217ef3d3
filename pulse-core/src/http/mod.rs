//! Tower services over `http` types: no framework, any server.

mod access;
mod analyze;
mod asset;
mod body;
mod cors;
mod deliver;
mod handle;
mod layer;
mod missing;
mod negotiate;
mod read_body;
mod respond;
mod service;

pub use access::{Access, WeakToken};
pub use body::{Body, RequestBody};
pub use cors::Origins;
pub(crate) use deliver::Packed;
pub use layer::{Mount, MountLayer};
pub(crate) use read_body::BodyBudget;
pub use service::PulseService;
pub(crate) use service::{Serves, Shared};
