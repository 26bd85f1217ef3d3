//! What the address shows. One type parses a fragment and makes one, so that links and views cannot disagree.

use std::fmt;

use pulse_core::model::{Device, Millis, SessionId};

/// A view of the dashboard, kept in the fragment, so that it works under any prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    /// `#/`: what to fix first, beside the list of sessions; `#/?page=` of those that visited the page.
    Home {
        /// Address of the page.
        page: Option<String>,
    },
    /// `#/sessions`: the same, but a narrow screen shows the list.
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
        /// The moment to watch.
        at: Option<Millis>,
    },
    /// `#/pages`: all sessions of a page.
    Pages {
        /// Address of the page.
        page: Option<String>,
        /// On which kind of device; that of most sessions when not said.
        device: Option<Device>,
    },
}

impl View {
    /// The view of a fragment. One that is not understood shows what to fix first.
    pub fn parse(fragment: &str) -> Self {
        let fragment = fragment.trim_start_matches('#');
        let (path, query) = fragment.split_once('?').unwrap_or((fragment, ""));
        let value = |of: &str| {
            let mut values = form_urlencoded::parse(query.as_bytes());
            values.find_map(|(name, value)| (name == of && !value.is_empty()).then(|| value.into_owned()))
        };
        let page = value("page");
        match path.trim_start_matches('/').split_once('/') {
            None if path == "/pages" => {
                Self::Pages { page, device: value("device").and_then(|name| Device::from_name(&name)) }
            }
            None if path == "/sessions" => Self::Sessions { page },
            Some(("sessions", id)) => match id.parse() {
                Ok(id) => Self::Session { id, page, at: value("at").and_then(|at| at.parse().ok()) },
                Err(_) => Self::home(),
            },
            _ => Self::Home { page },
        }
    }

    /// What to fix first, on all pages.
    pub fn home() -> Self {
        Self::Home { page: None }
    }

    /// The page of which problems and sessions are shown, if these are shown: none for all pages.
    pub fn overview(&self) -> Option<Option<&str>> {
        match self {
            Self::Home { page } | Self::Sessions { page } => Some(page.as_deref()),
            _ => None,
        }
    }

    /// The session that is shown.
    pub fn session(&self) -> Option<&SessionId> {
        match self {
            Self::Session { id, .. } => Some(id),
            _ => None,
        }
    }

    /// The page that is shown over all sessions.
    pub fn page_shown(&self) -> Option<&str> {
        match self {
            Self::Pages { page, .. } => page.as_deref(),
            _ => None,
        }
    }

    /// All sessions of a page, on the device of most of them.
    pub fn of_page(page: impl Into<String>) -> Self {
        Self::Pages { page: Some(page.into()), device: None }
    }

    /// The pages list.
    pub fn pages() -> Self {
        Self::Pages { page: None, device: None }
    }

    /// Whether a narrow screen shows the list rather than what was chosen from it.
    pub fn is_list(&self) -> bool {
        matches!(self, Self::Sessions { .. } | Self::Pages { page: None, .. })
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let page = match self {
            Self::Home { page } => {
                f.write_str("#/")?;
                page
            }
            Self::Sessions { page } => {
                f.write_str("#/sessions")?;
                page
            }
            Self::Session { id, page, .. } => {
                write!(f, "#/sessions/{id}")?;
                page
            }
            Self::Pages { page, .. } => {
                f.write_str("#/pages")?;
                page
            }
        };
        if let Some(page) = page {
            query.append_pair("page", page);
        }
        match self {
            Self::Pages { device: Some(device), .. } => {
                query.append_pair("device", device.as_str());
            }
            Self::Session { at: Some(at), .. } => {
                query.append_pair("at", &at.to_string());
            }
            _ => {}
        }
        match query.finish() {
            query if query.is_empty() => Ok(()),
            query => write!(f, "?{query}"),
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
            View::Home { page: page() },
            View::Sessions { page: None },
            View::Sessions { page: page() },
            View::Session { id: id.clone(), page: None, at: None },
            View::Session { id: id.clone(), page: page(), at: Some(1_790_000_060_000) },
            View::Session { id, page: None, at: Some(0) },
            View::pages(),
            View::Pages { page: page(), device: None },
            View::Pages { page: page(), device: Some(Device::Mobile) },
        ] {
            assert_eq!(View::parse(&view.to_string()), view);
        }
    }

    #[test]
    fn what_is_unknown_of_a_view_is_left_out() {
        assert_eq!(View::parse("#/pages?page=/a&device=watch"), View::of_page("/a"));
        let session = View::parse("#/sessions/0197-session?at=soon");
        assert_eq!(session, View::Session { id: "0197-session".parse().unwrap(), page: None, at: None });
    }

    #[test]
    fn anything_else_shows_what_to_fix_first() {
        for fragment in ["", "#", "#/", "#main", "#/sessions/no", "#/sessions/", "#/pages/x/y", "#/?page="] {
            assert_eq!(View::parse(fragment), View::home(), "{fragment}");
        }
    }
}
