//! What the address shows. One type parses a fragment and makes one, so that links and views cannot disagree.

use std::fmt;

use pulse_core::model::SessionId;

/// A view of the dashboard, kept in the fragment, so that it works under any prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    /// `#/`: the list; `#/?page=` only those that visited the page.
    Sessions {
        /// Address of the page.
        page: Option<String>,
    },
    /// `#/sessions/<id>`: one session.
    Session {
        /// The visit.
        id: SessionId,
        /// Which of its pages is drawn; the busiest when not said.
        page: Option<String>,
    },
    /// `#/pages`: all sessions of a page.
    Pages {
        /// Address of the page.
        page: Option<String>,
    },
}

impl View {
    /// The view of a fragment. One that is not understood shows the list.
    pub fn parse(fragment: &str) -> Self {
        let fragment = fragment.trim_start_matches('#');
        let (path, query) = fragment.split_once('?').unwrap_or((fragment, ""));
        let page = form_urlencoded::parse(query.as_bytes())
            .find_map(|(name, value)| (name == "page" && !value.is_empty()).then(|| value.into_owned()));
        match path.trim_start_matches('/').split_once('/') {
            None if path == "/pages" => Self::Pages { page },
            Some(("sessions", id)) => match id.parse() {
                Ok(id) => Self::Session { id, page },
                Err(_) => Self::Sessions { page: None },
            },
            _ => Self::Sessions { page },
        }
    }

    /// The list, without a filter.
    pub fn home() -> Self {
        Self::Sessions { page: None }
    }

    /// The session that is shown.
    pub fn session(&self) -> Option<&SessionId> {
        match self {
            Self::Session { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Whether a narrow screen shows the list rather than what was chosen from it.
    pub fn is_list(&self) -> bool {
        matches!(self, Self::Sessions { .. } | Self::Pages { page: None })
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let page = match self {
            Self::Sessions { page } => {
                f.write_str("#/")?;
                page
            }
            Self::Session { id, page } => {
                write!(f, "#/sessions/{id}")?;
                page
            }
            Self::Pages { page } => {
                f.write_str("#/pages")?;
                page
            }
        };
        match page {
            Some(page) => {
                let query = form_urlencoded::Serializer::new(String::new()).append_pair("page", page).finish();
                write!(f, "?{query}")
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_made_is_parsed_again() {
        let page = || Some("https://shop.test/a b?x=1&y=#ü".to_owned());
        let id: SessionId = "0197-session".parse().unwrap();
        for view in [
            View::home(),
            View::Sessions { page: page() },
            View::Session { id: id.clone(), page: None },
            View::Session { id, page: page() },
            View::Pages { page: None },
            View::Pages { page: page() },
        ] {
            assert_eq!(View::parse(&view.to_string()), view);
        }
    }

    #[test]
    fn anything_else_shows_the_list() {
        for fragment in ["", "#", "#/", "#main", "#/sessions/no", "#/sessions/", "#/pages/x/y", "#/?page="] {
            assert_eq!(View::parse(fragment), View::home(), "{fragment}");
        }
    }
}
