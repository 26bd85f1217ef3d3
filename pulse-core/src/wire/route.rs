//! One type that parses a path and makes one, so that server and dashboard cannot disagree.

use std::fmt;

use super::Query;
use crate::{
    analyze::problems::ProblemId,
    model::{SessionId, VisitorId},
};

/// Every route of the API, relative to where Pulse is mounted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `GET /pulse.js`
    Script,
    /// `GET /overlay.js`
    OverlayScript,
    /// `POST /api/session`
    OpenSession,
    /// `POST /api/track`
    Track,
    /// `GET /api/sessions`
    Sessions,
    /// `DELETE /api/sessions/{session_id}`
    EraseSession(SessionId),
    /// `GET /api/visitors/{visitor_id}`
    Visitor(VisitorId),
    /// `DELETE /api/visitors/{visitor_id}`
    EraseVisitor(VisitorId),
    /// `GET /api/live`
    Live,
    /// `GET /api/analytics/{session_id}`
    Analytics(SessionId),
    /// `GET /api/heatmap/{session_id}`
    SessionHeatmap(SessionId),
    /// `GET /api/heatmap`
    PageHeatmap,
    /// `POST /api/overlay`: a ticket for the map of a page over the live page
    OpenOverlay,
    /// `POST /api/overlay/map`: the map that a ticket opens
    OverlayMap,
    /// `GET /api/pages`
    Pages,
    /// `GET /api/paths`
    Paths,
    /// `GET /api/problems`
    Problems,
    /// `GET /api/problems/{id}`
    Problem(ProblemId),
    /// `POST /api/problems/{id}`
    MarkProblem(ProblemId),
    /// `POST /api/analyze/{session_id}`, and `GET` for the answer that is kept
    Analyze(SessionId),
    /// `POST /api/analyze`, and `GET` for the answer that is kept: all sessions of a page, or of the site
    AnalyzeSite,
    /// `GET /api/export`
    Export,
    /// `GET /api/sites`
    Sites,
    /// `GET /api/openapi.json`
    OpenApi,
    /// `GET /api/docs`: the same for people
    ApiPage,
    /// `POST /mcp`: what agents ask, in the Model Context Protocol
    Mcp,
    /// `POST /api/sign-in`
    SignIn,
    /// `POST /api/sign-out`
    SignOut,
    /// `GET /metrics`
    Metrics,
    /// `GET /healthz`
    Health,
    /// `GET /readyz`
    Ready,
}

/// Why a request has no route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RouteError {
    /// No such path.
    NotFound,
    /// The path exists with another method.
    MethodNotAllowed {
        /// Value of the `Allow` header.
        allow: &'static str,
    },
}

/// Stands for an id in a template.
const ID: &str = "{id}";

impl Route {
    /// The route of a method and a path, which begins with a slash.
    ///
    /// ```
    /// use pulse_core::wire::{Route, RouteError};
    ///
    /// assert_eq!(Route::parse("GET", "/api/sessions"), Ok(Route::Sessions));
    /// assert_eq!(Route::parse("GET", "/nowhere"), Err(RouteError::NotFound));
    /// assert!(matches!(Route::parse("PUT", "/api/track"), Err(RouteError::MethodNotAllowed { .. })));
    /// ```
    ///
    /// # Errors
    /// There is no such path, or it wants another method.
    pub fn parse(method: &str, path: &str) -> Result<Self, RouteError> {
        let route = Self::of_path(path).ok_or(RouteError::NotFound)?;
        let allow = route.allow();
        if !allow.split(", ").any(|allowed| allowed == method) {
            return Err(RouteError::MethodNotAllowed { allow });
        }
        Ok(match (route, method) {
            (Self::Visitor(id), "DELETE") => Self::EraseVisitor(id),
            (Self::Problem(id), "POST") => Self::MarkProblem(id),
            (route, _) => route,
        })
    }

    fn of_path(path: &str) -> Option<Self> {
        let mut parts = path.strip_prefix('/')?.split('/');
        let id = |text: &str| text.parse::<SessionId>().ok();
        let route = match (parts.next()?, parts.next(), parts.next()) {
            ("pulse.js", None, None) => Self::Script,
            ("overlay.js", None, None) => Self::OverlayScript,
            ("mcp", None, None) => Self::Mcp,
            ("healthz", None, None) => Self::Health,
            ("readyz", None, None) => Self::Ready,
            ("metrics", None, None) => Self::Metrics,
            ("api", Some("sign-in"), None) => Self::SignIn,
            ("api", Some("sign-out"), None) => Self::SignOut,
            ("api", Some("session"), None) => Self::OpenSession,
            ("api", Some("track"), None) => Self::Track,
            ("api", Some("sessions"), None) => Self::Sessions,
            ("api", Some("sessions"), Some(session)) => Self::EraseSession(id(session)?),
            ("api", Some("visitors"), Some(visitor)) => Self::Visitor(visitor.parse().ok()?),
            ("api", Some("live"), None) => Self::Live,
            ("api", Some("heatmap"), None) => Self::PageHeatmap,
            ("api", Some("export"), None) => Self::Export,
            ("api", Some("sites"), None) => Self::Sites,
            ("api", Some("openapi.json"), None) => Self::OpenApi,
            ("api", Some("docs"), None) => Self::ApiPage,
            ("api", Some("overlay"), None) => Self::OpenOverlay,
            ("api", Some("overlay"), Some("map")) => Self::OverlayMap,
            ("api", Some("pages"), None) => Self::Pages,
            ("api", Some("paths"), None) => Self::Paths,
            ("api", Some("problems"), None) => Self::Problems,
            ("api", Some("problems"), Some(problem)) => Self::Problem(problem.parse().ok()?),
            ("api", Some("analytics"), Some(session)) => Self::Analytics(id(session)?),
            ("api", Some("heatmap"), Some(session)) => Self::SessionHeatmap(id(session)?),
            ("api", Some("analyze"), None) => Self::AnalyzeSite,
            ("api", Some("analyze"), Some(session)) => Self::Analyze(id(session)?),
            _ => return None,
        };
        parts.next().is_none().then_some(route)
    }

    /// Value of the `Allow` header. `OPTIONS` is the browser's preflight, which the public routes answer.
    pub fn allow(&self) -> &'static str {
        match self {
            Self::OpenSession | Self::Track => "POST, OPTIONS",
            Self::Analyze(_) | Self::AnalyzeSite => "GET, HEAD, POST",
            Self::Mcp | Self::SignIn | Self::SignOut | Self::OpenOverlay | Self::OverlayMap => "POST",
            Self::EraseSession(_) => "DELETE",
            Self::Visitor(_) | Self::EraseVisitor(_) => "GET, HEAD, DELETE",
            Self::Problem(_) | Self::MarkProblem(_) => "GET, HEAD, POST",
            // It has no end whose length could be told.
            Self::Live | Self::Export => "GET",
            _ => "GET, HEAD",
        }
    }

    /// The path with `{id}` in the place of an id: the name by which traces and metrics know the route.
    ///
    /// ```
    /// use pulse_core::wire::Route;
    ///
    /// let route = Route::parse("GET", "/api/analytics/session-1").expect("a route");
    /// assert_eq!((route.template(), route.to_string().as_str()), ("/api/analytics/{id}", "/api/analytics/session-1"));
    /// ```
    pub fn template(&self) -> &'static str {
        match self {
            Self::Script => "/pulse.js",
            Self::OverlayScript => "/overlay.js",
            Self::OpenSession => "/api/session",
            Self::Track => "/api/track",
            Self::Sessions => "/api/sessions",
            Self::EraseSession(_) => "/api/sessions/{id}",
            Self::Visitor(_) | Self::EraseVisitor(_) => "/api/visitors/{id}",
            Self::Live => "/api/live",
            Self::Analytics(_) => "/api/analytics/{id}",
            Self::SessionHeatmap(_) => "/api/heatmap/{id}",
            Self::PageHeatmap => "/api/heatmap",
            Self::Export => "/api/export",
            Self::Sites => "/api/sites",
            Self::OpenApi => "/api/openapi.json",
            Self::ApiPage => "/api/docs",
            Self::OpenOverlay => "/api/overlay",
            Self::OverlayMap => "/api/overlay/map",
            Self::Pages => "/api/pages",
            Self::Paths => "/api/paths",
            Self::Problems => "/api/problems",
            Self::Problem(_) | Self::MarkProblem(_) => "/api/problems/{id}",
            Self::Analyze(_) => "/api/analyze/{id}",
            Self::AnalyzeSite => "/api/analyze",
            Self::Mcp => "/mcp",
            Self::Health => "/healthz",
            Self::Ready => "/readyz",
            Self::Metrics => "/metrics",
            Self::SignIn => "/api/sign-in",
            Self::SignOut => "/api/sign-out",
        }
    }

    /// What stands for `{id}`.
    fn id(&self) -> Option<&dyn fmt::Display> {
        match self {
            Self::EraseSession(id) | Self::Analytics(id) | Self::SessionHeatmap(id) | Self::Analyze(id) => Some(id),
            Self::Visitor(id) | Self::EraseVisitor(id) => Some(id),
            Self::Problem(id) | Self::MarkProblem(id) => Some(id),
            _ => None,
        }
    }

    /// The address of the route with these parameters, which are those of the route.
    pub fn address(&self, query: &impl Query) -> String {
        match query.to_query_string() {
            text if text.is_empty() => self.to_string(),
            text => format!("{self}?{text}"),
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.template().strip_suffix(ID), self.id()) {
            (Some(folder), Some(id)) => write!(f, "{folder}{id}"),
            _ => f.write_str(self.template()),
        }
    }
}

/// One of each route.
#[cfg(test)]
pub(super) fn all_routes() -> Vec<Route> {
    tests::all()
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn all() -> Vec<Route> {
        let id = || "session-1".parse().expect("an id");
        vec![
            Route::Script,
            Route::OverlayScript,
            Route::OpenSession,
            Route::Track,
            Route::Sessions,
            Route::EraseSession(id()),
            Route::Visitor("visitor-1".parse().expect("an id")),
            Route::EraseVisitor("visitor-1".parse().expect("an id")),
            Route::Live,
            Route::Analytics(id()),
            Route::SessionHeatmap(id()),
            Route::PageHeatmap,
            Route::OpenOverlay,
            Route::OverlayMap,
            Route::Pages,
            Route::Paths,
            Route::Problems,
            Route::Problem("0123456789abcdef".parse().expect("an id")),
            Route::MarkProblem("0123456789abcdef".parse().expect("an id")),
            Route::Analyze(id()),
            Route::AnalyzeSite,
            Route::Export,
            Route::Sites,
            Route::OpenApi,
            Route::ApiPage,
            Route::Mcp,
            Route::Health,
            Route::Ready,
            Route::Metrics,
            Route::SignIn,
            Route::SignOut,
        ]
    }

    #[test]
    fn every_route_parses_the_path_it_makes() {
        for route in all() {
            let method = match route {
                Route::EraseVisitor(_) => "DELETE",
                Route::MarkProblem(_) => "POST",
                _ => route.allow().split(", ").next().expect("a method"),
            };
            assert_eq!(Route::parse(method, &route.to_string()), Ok(route));
        }
    }

    #[test]
    fn odd_paths_are_no_route() {
        for path in [
            "",
            "/",
            "api/track",
            "/api",
            "/api/",
            "/api/track/",
            "//api/track",
            "/api/analytics/",
            "/API/track",
            "/api/analytics/short",
            "/api/analytics/session-1/x",
            "/api/analytics/session%2d1",
            "/pulse.js/",
            "/api/problems/0123456789ABCDEF",
        ] {
            assert_eq!(Route::parse("GET", path), Err(RouteError::NotFound), "{path}");
        }
    }

    #[test]
    fn another_method_names_the_ones_allowed() {
        assert_eq!(Route::parse("GET", "/api/track"), Err(RouteError::MethodNotAllowed { allow: "POST, OPTIONS" }));
        for (method, path, allow) in [
            ("DELETE", "/api/sessions", "GET, HEAD"),
            ("GET", "/api/sessions/session-1", "DELETE"),
            ("POST", "/api/visitors/visitor-1", "GET, HEAD, DELETE"),
            ("HEAD", "/api/live", "GET"),
        ] {
            assert_eq!(Route::parse(method, path), Err(RouteError::MethodNotAllowed { allow }), "{path}");
        }
    }
}
