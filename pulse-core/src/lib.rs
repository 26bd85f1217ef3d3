//! Pulse sees how people use a website and says what to fix.
//!
//! Mounted in a server that is there already:
//!
//! ```no_run
//! # #[cfg(feature = "sqlite")]
//! # async fn mount<S>(app: S) -> Result<(), Box<dyn std::error::Error>> {
//! use pulse_core::{Access, Pulse};
//! use tower_layer::Layer;
//!
//! let pulse = Pulse::open("sqlite:pulse-data/pulse.db", Access::loopback()).await?;
//! let app = pulse.layer("/pulse").layer(app); // any tower service
//! // ... and in its pages: <script src="/pulse/pulse.js" async></script>
//! # let _ = app; Ok(()) }
//! ```
//!
//! # The way of an event
//!
//! ```text
//! browser -> pulse.js -> POST /api/track
//!   -> http (capped bytes) -> engine -> ingest: decode, check (Batch) -> store.append -> 200 "on disk"
//! GET -> Route -> store.batches -> analyze (fold) -> wire answer -> dashboard
//! ```
//!
//! [`model`] <- [`analyze`] <- [`wire`] <- ingest, [`store`], [`insight`] <- engine <- [`http`] <- [`Pulse`].
//! Nothing points back; ingest, store and insight do not see each other.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! | --- | --- | --- |
//! | `sqlite` | yes | the embedded store |
//! | `mongodb` | no | the MongoDB store |
//! | `dashboard` | no | the dashboard's files; its paths are 404 without |
//! | `mcp` | no | what agents ask, in the Model Context Protocol |
//! | `parquet` | no | exports as Apache Parquet files |
//! | `gemini` | no | insights by Gemini |
//! | `openai` | no | insights by endpoints that speak OpenAI's chat completions |
//! | `test-util` | no | the contract suite, for a [`store::Store`] of your own |
//! | `server` | by each of these | ingest, engine, services, and the [`store::Store`] trait |
//!
//! Without a feature the crate is [`model`], [`analyze`] and [`wire`], which do no I/O and compile to WebAssembly: what
//! the dashboard takes.

pub mod analyze;
pub mod model;
pub mod wire;

#[cfg(feature = "bench")]
#[doc(hidden)]
pub mod bench;
#[cfg(feature = "server")]
mod clock;
#[cfg(feature = "server")]
mod engine;
#[cfg(feature = "server")]
mod error;
#[cfg(feature = "server")]
mod error_chain;
#[cfg(all(feature = "sqlite", any(fuzzing, test)))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "server")]
pub mod http;
#[cfg(feature = "server")]
mod in_process;
#[cfg(feature = "server")]
mod ingest;
#[cfg(feature = "server")]
pub mod insight;
#[cfg(feature = "server")]
mod limits;
#[cfg(feature = "mcp")]
mod mcp;
#[cfg(feature = "server")]
mod pulse;
#[cfg(feature = "server")]
mod rate;
#[cfg(feature = "server")]
mod retention;
#[cfg(feature = "server")]
mod seldom;
#[cfg(feature = "server")]
mod site;
#[cfg(feature = "server")]
pub mod store;
#[cfg(feature = "server")]
pub mod transfer;
mod varint;

#[cfg(feature = "server")]
pub use self::{
    clock::Clock,
    error::Error,
    http::{Access, Body, Origins, PeerAddr, Proxies},
    limits::{Limits, Pace},
    pulse::{Pulse, PulseBuilder},
    rate::{InvalidRate, Rate},
    site::Site,
};
