//! Tower services over `http` types: no framework, any server.

mod access;
mod analyze;
mod api_page;
mod asset;
mod body;
mod client;
mod cors;
#[cfg(feature = "dashboard")]
mod dashboard;
mod deliver;
mod handle;
mod headers;
mod inject;
mod layer;
mod metrics;
#[cfg(feature = "dashboard")]
mod missing;
mod mount_body;
mod negotiate;
#[cfg(any(test, not(feature = "dashboard")))]
mod no_dashboard;
mod overlay;
mod probe;
mod read_body;
mod request_id;
mod respond;
mod service;
mod sites;

#[cfg(not(feature = "dashboard"))]
use no_dashboard as dashboard;

pub(crate) use access::Tickets;
pub use access::{Access, InvalidToken, Scope, Scopes, Token, WeakToken};
pub use body::{Body, RequestBody};
pub use client::{InvalidProxy, PeerAddr, Proxies};
pub use cors::{InvalidOrigin, Origins};
pub(crate) use deliver::Packed;
pub use handle::MatchedRoute;
pub(crate) use inject::tag;
pub(crate) use layer::folder;
pub use layer::{Mount, MountLayer};
pub use mount_body::MountBody;
pub(crate) use probe::check as check_mount;
pub(crate) use read_body::BodyBudget;
pub use service::PulseService;
pub(crate) use service::{Serves, Shared};
pub(crate) use sites::Sites;
