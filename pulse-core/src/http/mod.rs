//! Tower services over `http` types: no framework, any server.

mod access;
mod analyze;
mod asset;
mod body;
mod client;
mod cors;
mod deliver;
mod handle;
mod headers;
mod layer;
mod metrics;
mod negotiate;
mod read_body;
mod respond;
mod service;

pub use access::{Access, InvalidToken, Scope, Scopes, Token, WeakToken};
pub use body::{Body, RequestBody};
pub use client::{InvalidProxy, PeerAddr, Proxies};
pub use cors::Origins;
pub(crate) use deliver::Packed;
pub use layer::{Mount, MountLayer};
pub(crate) use read_body::BodyBudget;
pub use service::PulseService;
pub(crate) use service::{Serves, Shared};
