//! What crosses the network: routes, requests, answers and errors. The dashboard reads the same types.

mod error;
mod pages;
mod query;
mod read;
mod route;
mod visitor;

pub use error::{ErrorBody, ErrorCode, ErrorDetail};
pub use pages::{PagesAnswer, PathsAnswer};
pub use query::{
    AnalyticsQuery, HeatmapQuery, PageSort, PagesQuery, PathsQuery, QueryError, SessionSort, SessionsQuery,
    no_parameters,
};
pub use read::{
    AnalyticsAnswer, RejectReason, SessionEvent, SessionOpened, SessionRow, SessionsAnswer, TrackAnswer, TrackRejection,
};
pub use route::{Route, RouteError};
pub use visitor::{VisitorAnswer, VisitorQuery, VisitorTotals};
