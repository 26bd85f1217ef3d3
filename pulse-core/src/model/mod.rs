//! What Pulse talks about: sessions, events, batches, insights. No I/O and no clock.

mod batch;
mod element;
mod event;
mod goals;
mod id;
mod insight;
mod moves;
mod page;
mod page_rules;
pub(crate) mod px;
mod session;
mod site_key;
mod subject;
mod weight;

pub use batch::{Batch, BatchId, BatchParts};
pub use element::Element;
pub use event::{
    Click, Custom, DeadClick, Direction, Event, EventKind, EventType, Keypress, Layout, LayoutBox, MouseMove,
    Navigation, NavigationKind, PageError, Prop, RageClick, Scroll, Viewport, Visibility, VisibilityState,
};
pub use goals::Goals;
#[cfg(feature = "server")]
pub(crate) use id::is_id;
pub use id::{InvalidId, SessionId, ViewId, VisitorId};
pub use insight::{
    AnalystKind, Evidence, Insight, MainProblem, Observation, Recommendation, Reply, Severity, Source, TokensUsed,
};
pub use moves::Move;
#[cfg(feature = "server")]
pub(crate) use page::is_like;
pub use page::{is_page, page_of, path_of};
pub use page_rules::{InvalidTemplate, PageRules};
pub use session::{Counts, Device, Exclusion, Score, Session, SessionStart, ViewportSize};
pub use site_key::{InvalidSiteKey, SiteKey};
pub use subject::{KeptAnswer, Subject};

/// Milliseconds since the Unix epoch.
pub type Millis = i64;
