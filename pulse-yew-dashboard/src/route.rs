//! What the address shows. One type parses a fragment and makes one, so that links and views cannot disagree.

mod days;
mod filter;
mod page;

use std::fmt;

use pulse_core::{
    analyze::problems::ProblemId,
    model::{Millis, SessionId, VisitorId},
    wire::PageSort,
};

pub use self::{
    days::Days,
    filter::{At, Filter},
    page::{Against, Band, PageChoice},
};

/// A view of the dashboard, kept in the fragment, so that it works under any prefix.
#[derive(Debug, Clone, PartialEq)]
pub enum View {
    /// `#/`: what to fix first; `#/?page=` on one page.
    Home {
        /// Address of the page.
        page: Option<String>,
        /// Over how long.
        days: Days,
    },
    /// `#/sessions`: the list of sessions.
    Sessions(Filter),
    /// `#/sessions/<id>`: one session.
    Session {
        /// The visit.
        id: SessionId,
        /// Which of its pages is drawn; the busiest when not said.
        page: Option<String>,
        /// The moment to watch.
        at: Option<Millis>,
        /// The problem that led here.
        problem: Option<ProblemId>,
    },
    /// `#/pages`: the pages, as a table.
    Pages {
        /// Over how long.
        days: Days,
        /// What comes first.
        sort: PageSort,
    },
    /// `#/pages?page=`: all sessions of a page.
    Page(PageChoice),
    /// `#/paths`: the ways between pages; `#/paths?page=` those that lead to one.
    Paths {
        /// Address of the page.
        page: Option<String>,
        /// Over how long.
        days: Days,
    },
    /// `#/visitors/<id>`: the sessions of one visitor.
    Visitor {
        /// The browser.
        id: VisitorId,
        /// The page on which the visitor's movements are shown; the first when not said.
        page: Option<String>,
    },
    /// `#/setup`: how to begin.
    Setup,
    /// An address that leads nowhere.
    Nowhere,
}

impl View {
    /// The view of a fragment.
    pub fn parse(fragment: &str) -> Self {
        let fragment = fragment.trim_start_matches('#');
        let (path, query) = fragment.split_once('?').unwrap_or((fragment, ""));
        let values = || form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.is_empty());
        let value = |of: &str| values().find_map(|(name, value)| (name == of).then(|| value.into_owned()));
        let days = || value("days").and_then(|days| Days::parse(&days)).unwrap_or_default();
        let page = value("page");
        let mut parts = path.trim_start_matches('/').splitn(2, '/');
        match (parts.next().unwrap_or_default(), parts.next()) {
            ("sessions", None) => {
                let mut filter = Filter::default();
                values().for_each(|(name, value)| filter.take(&name, &value));
                Self::Sessions(filter)
            }
            ("sessions", Some(id)) => match id.parse() {
                Ok(id) => Self::Session {
                    id,
                    page,
                    at: value("t").and_then(|at| at.parse().ok()),
                    problem: value("problem").and_then(|id| id.parse().ok()),
                },
                Err(_) => Self::Nowhere,
            },
            ("pages", None) if page.is_some() => {
                let mut choice = PageChoice::default();
                values().for_each(|(name, value)| choice.take(&name, &value));
                Self::Page(choice)
            }
            ("pages", None) => {
                let sort = if value("sort").is_some() { PageSort::Frustration } else { PageSort::Sessions };
                Self::Pages { days: days(), sort }
            }
            ("paths", None) => Self::Paths { page, days: days() },
            ("visitors", Some(id)) => match id.parse() {
                Ok(id) => Self::Visitor { id, page },
                Err(_) => Self::Nowhere,
            },
            ("setup", None) => Self::Setup,
            ("", None) => Self::Home { page, days: days() },
            _ => Self::Nowhere,
        }
    }

    /// What to fix first, on all pages.
    pub fn home() -> Self {
        Self::Home { page: None, days: Days::default() }
    }

    /// The sessions that visited a page, or all.
    pub fn sessions(page: Option<String>) -> Self {
        Self::Sessions(Filter::of_page(page))
    }

    /// All sessions of a page, on the device of most of them.
    pub fn of_page(page: impl Into<String>) -> Self {
        Self::Page(PageChoice::new(page))
    }

    /// The pages table.
    pub fn pages() -> Self {
        Self::Pages { days: Days::default(), sort: PageSort::Sessions }
    }

    /// One session, from its beginning.
    pub fn of_session(id: SessionId) -> Self {
        Self::Session { id, page: None, at: None, problem: None }
    }

    /// The session that is shown.
    pub fn session(&self) -> Option<&SessionId> {
        match self {
            Self::Session { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Whether the list of sessions has the whole window.
    pub fn is_list(&self) -> bool {
        matches!(self, Self::Sessions(_))
    }

    /// Whether the list of sessions stands beside what is shown.
    pub fn has_list(&self) -> bool {
        matches!(self, Self::Sessions(_) | Self::Session { .. })
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let mut put = |name: &str, value: &str| {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let stretch = |days: Days| if days == Days::default() { "" } else { days.text() };
        match self {
            Self::Home { page, days } => {
                f.write_str("#/")?;
                put("page", &text(page));
                put("days", stretch(*days));
            }
            Self::Sessions(filter) => {
                f.write_str("#/sessions")?;
                filter.give(&mut put);
            }
            Self::Session { id, page, at, problem } => {
                write!(f, "#/sessions/{id}")?;
                put("page", &text(page));
                put("t", &at.map(|at| at.to_string()).unwrap_or_default());
                put("problem", &problem.as_ref().map(ToString::to_string).unwrap_or_default());
            }
            Self::Pages { days, sort } => {
                f.write_str("#/pages")?;
                put("days", stretch(*days));
                put("sort", if *sort == PageSort::Sessions { "" } else { "trouble" });
            }
            Self::Page(choice) => {
                f.write_str("#/pages")?;
                choice.give(&mut put);
            }
            Self::Paths { page, days } => {
                f.write_str("#/paths")?;
                put("page", &text(page));
                put("days", stretch(*days));
            }
            Self::Visitor { id, page } => {
                write!(f, "#/visitors/{id}")?;
                put("page", &text(page));
            }
            Self::Setup => f.write_str("#/setup")?,
            Self::Nowhere => f.write_str("#/nowhere")?,
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
    use pulse_core::{
        analyze::{HeatmapMode, Tier, page::What},
        model::Device,
        wire::SessionSort,
    };

    use super::*;
    use crate::page_map::PageLayer;

    #[test]
    fn what_is_made_is_parsed_again() {
        let page = || Some("https://shop.test/a b?x=1&y=#ü".to_owned());
        let id: SessionId = "0197-session".parse().unwrap();
        let visitor: VisitorId = "visitor-0001".parse().unwrap();
        let band = Band { device: Device::Mobile, from: 0, to: Some(480) };
        let choice = PageChoice {
            page: page().unwrap(),
            band: Some(band),
            days: Days::Week,
            layer: PageLayer::Rage,
            mode: Some(HeatmapMode::Viewport),
            against: Some(Against::Band(Band { device: Device::Desktop, from: 1920, to: None })),
        };
        let filter = Filter {
            page: page(),
            words: "lamp desk".to_owned(),
            days: Days::Day,
            device: Some(Device::Tablet),
            tier: Some(Tier::Medium),
            marks: [true, false, true, true],
            element: Some("#pay>a:nth-of-type(2)".to_owned()),
            at: Some(At { x: 120, y: 3400, cell: 40, what: What::Dead, is_window: true }),
            widths: Some((1280, Some(1536))),
            sort: SessionSort::Frustration,
        };
        for view in [
            View::home(),
            View::Home { page: page(), days: Days::Ever },
            View::sessions(None),
            View::sessions(page()),
            View::Sessions(Filter { widths: Some((1920, None)), at: None, ..filter.clone() }),
            View::Sessions(filter),
            View::of_session(id.clone()),
            View::Session {
                id: id.clone(),
                page: page(),
                at: Some(1_790_000_060_000),
                problem: Some(ProblemId::from_bits(7)),
            },
            View::Session { id, page: None, at: Some(0), problem: None },
            View::pages(),
            View::Pages { days: Days::Week, sort: PageSort::Frustration },
            View::of_page("/a"),
            View::Page(PageChoice { against: Some(Against::Before), ..choice.clone() }),
            View::Page(choice),
            View::Paths { page: None, days: Days::Month },
            View::Paths { page: page(), days: Days::Ever },
            View::Visitor { id: visitor.clone(), page: None },
            View::Visitor { id: visitor, page: page() },
            View::Setup,
            View::Nowhere,
        ] {
            assert_eq!(View::parse(&view.to_string()), view);
        }
    }

    #[test]
    fn what_is_unknown_of_a_view_is_left_out() {
        assert_eq!(View::parse("#/pages?page=/a&band=watch-1&layer=x&mode=y&days=9"), View::of_page("/a"));
        assert_eq!(View::parse("#/sessions?tier=x&device=y&only=z&sort=q&days=0&colour=red"), View::sessions(None));
        let session = View::parse("#/sessions/0197-session?t=soon");
        assert_eq!(session, View::of_session("0197-session".parse().unwrap()));
    }

    #[test]
    fn no_address_shows_what_to_fix_first_and_a_wrong_one_leads_nowhere() {
        for fragment in ["", "#", "#/", "#/?page="] {
            assert_eq!(View::parse(fragment), View::home(), "{fragment}");
        }
        for fragment in [
            "#main",
            "#/nonsense",
            "#/sessions/no",
            "#/sessions/",
            "#/pages/x/y",
            "#/visitors/",
            "#/visitors/nobody",
            "#/visitors",
            "#/setup/x",
        ] {
            assert_eq!(View::parse(fragment), View::Nowhere, "{fragment}");
        }
    }
}
