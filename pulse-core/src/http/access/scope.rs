//! What a credential opens, and which of that each route needs.

use std::{fmt, str::FromStr};

use crate::wire::Route;

/// One thing that a credential may open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// To read sessions, maps, problems and kept insights.
    Read,
    /// To ask for insights, which may cost money, and to decide about problems.
    Analyze,
    /// To erase sessions and visitors.
    Erase,
    /// To read `/metrics`.
    Metrics,
}

impl Scope {
    const ALL: [(Self, &'static str); 4] =
        [(Self::Read, "read"), (Self::Analyze, "analyze"), (Self::Erase, "erase"), (Self::Metrics, "metrics")];

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// What a credential opens: nothing unless said. Written `read+analyze`, or `all`.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u8);

impl Scopes {
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// Everything.
    pub const ALL: Self = Self(0b1111);

    /// Whether this is opened.
    ///
    /// ```
    /// use pulse_core::http::{Scope, Scopes};
    ///
    /// let scopes: Scopes = [Scope::Read, Scope::Metrics].into_iter().collect();
    /// assert!(scopes.contains(Scope::Read) && !scopes.contains(Scope::Erase));
    /// assert!(Scopes::ALL.contains(Scope::Erase) && !Scopes::NONE.contains(Scope::Read));
    /// ```
    pub fn contains(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

impl<const N: usize> From<[Scope; N]> for Scopes {
    fn from(scopes: [Scope; N]) -> Self {
        scopes.into_iter().collect()
    }
}

/// Everything or nothing.
impl From<bool> for Scopes {
    fn from(allowed: bool) -> Self {
        if allowed { Self::ALL } else { Self::NONE }
    }
}

impl FromStr for Scopes {
    type Err = super::InvalidToken;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "all" {
            return Ok(Self::ALL);
        }
        let scope = |name: &str| Scope::ALL.iter().find(|(_, known)| *known == name).map(|(scope, _)| *scope);
        text.split('+').map(scope).collect::<Option<Self>>().ok_or(super::InvalidToken::Scopes)
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(Scope::ALL.iter().filter(|(scope, _)| self.contains(*scope)).map(|(_, name)| name))
            .finish()
    }
}

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum Class {
    /// Anyone: what visitors' browsers and load balancers need.
    Public,
    /// Anyone whose own page it comes from: it is how one becomes somebody.
    SignIn,
    /// Whoever has this scope.
    Scope(Scope),
}

impl Class {
    /// Each route is named here. A new one does not compile until it has a class.
    pub(in crate::http) fn of(route: &Route, is_read: bool) -> Self {
        match route {
            // The ticket is what opens the overlay's map.
            Route::Script
            | Route::OverlayScript
            | Route::OpenSession
            | Route::Track
            | Route::OverlayMap
            // Both describe the API, and hold nothing of what was recorded.
            | Route::OpenApi
            | Route::ApiPage
            | Route::Health
            | Route::Ready => Self::Public,
            Route::SignIn | Route::SignOut => Self::SignIn,
            Route::Sessions
            | Route::Visitor(_)
            | Route::Live
            | Route::Analytics(_)
            | Route::SessionHeatmap(_)
            | Route::PageHeatmap
            | Route::OpenOverlay
            | Route::Pages
            | Route::Paths
            | Route::Problems
            | Route::Problem(_)
            | Route::Export
            | Route::Sites => Self::Scope(Scope::Read),
            Route::Analyze(_) | Route::AnalyzeSite if is_read => Self::Scope(Scope::Read),
            // Agents may ask a model, and mark problems.
            Route::Analyze(_) | Route::AnalyzeSite | Route::MarkProblem(_) | Route::Mcp => Self::Scope(Scope::Analyze),
            Route::EraseSession(_) | Route::EraseVisitor(_) => Self::Scope(Scope::Erase),
            Route::Metrics => Self::Scope(Scope::Metrics),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the API's document says of a credential is what is asked for.
    #[test]
    fn the_document_names_what_needs_a_credential() {
        let document: serde_json::Value = serde_json::from_str(crate::wire::OPENAPI).expect("json");
        let paths = document["paths"].as_object().expect("paths");
        for (path, methods) in paths {
            let of = path.replace("{session_id}", "session-1").replace("{visitor_id}", "visitor-1");
            for (method, operation) in methods.as_object().expect("methods") {
                let method = method.to_uppercase();
                let route = Route::parse(&method, &of.replace("{id}", "0123456789abcdef")).expect("a route");
                let needed = match Class::of(&route, method == "GET") {
                    Class::Scope(needed) => Scope::ALL.iter().find(|(scope, _)| *scope == needed),
                    Class::Public | Class::SignIn => None,
                };
                let needed = needed.map_or(serde_json::json!([]), |(_, name)| serde_json::json!([{"token": [name]}]));
                assert_eq!(operation["security"], needed, "{method} {path}");
            }
        }
        assert!(paths.len() > 15);
    }

    #[test]
    fn scopes_are_written_by_name() {
        assert_eq!("read+erase".parse(), Ok(Scopes::from([Scope::Read, Scope::Erase])));
        assert_eq!("all".parse(), Ok(Scopes::ALL));
        assert_eq!(Scopes::ALL, Scope::ALL.map(|(scope, _)| scope).into());
        for bad in ["", "read+", "write", "READ", "read,erase", "all+read"] {
            assert_eq!(bad.parse::<Scopes>(), Err(super::super::InvalidToken::Scopes), "{bad}");
        }
        assert!(!Scopes::default().contains(Scope::Read));
    }
}
