//! What crosses the network: routes, requests, answers and errors. The dashboard reads the same types.

mod analyze;
mod columns;
pub mod dashboard;
mod error;
mod ingest;
mod openapi;
mod overlay;
mod page_map;
mod pages;
mod problems;
mod query;
mod read;
mod route;
mod sign_in;
mod sites;
mod visitor;

pub use analyze::{AnalyzeBody, AnalyzeQuery, AnalyzeSessionQuery, BodyError, KeptQuery};
pub use columns::{MoveColumns, SessionMap};
pub use error::{ErrorBody, ErrorCode, ErrorDetail};
pub use ingest::{MoveSteps, SessionRequest, TrackRequest};
pub use openapi::OPENAPI;
pub use overlay::{OverlayMap, OverlayMapRequest, OverlayRequest, OverlayTicket};
pub use page_map::{CellColumns, PageMap};
pub use pages::{PagesAnswer, PathsAnswer};
pub use problems::{
    Fix, Goals, MarkRequest, MeanFigure, ProblemAnswer, ProblemDay, ProblemExample, ProblemMarked, ProblemRow,
    ProblemState, ProblemsAnswer,
};
pub use query::{
    AnalyticsQuery, ExportFormat, ExportQuery, HeatmapQuery, NoQuery, PageSort, PagesQuery, PathsQuery, ProblemQuery,
    ProblemSort, ProblemsQuery, Query, QueryError, SessionMapQuery, SessionSort, SessionsQuery, SpotQuery,
    VisitorQuery, VisitsQuery,
};
pub use read::{
    AnalyticsAnswer, RejectReason, SessionEvent, SessionOpened, SessionRow, SessionsAnswer, TrackAnswer, TrackRejection,
};
pub use route::{Route, RouteError};
pub use sign_in::SignInBody;
pub use sites::{SiteRow, SitesAnswer};
pub use visitor::{VisitorAnswer, VisitorTotals};
