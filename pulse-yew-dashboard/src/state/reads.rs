//! What is asked of the server for the views beside the list and the session, and what is known of it.

use std::{collections::BTreeMap, rc::Rc};

use pulse_core::{
    analyze::{HeatmapMode, page::Scope, problems::ProblemId},
    model::{Device, Layout, Millis, VisitorId},
    wire::{PageSort, PathsAnswer, SitesAnswer, VisitorAnswer, dashboard},
};
use serde::Deserialize;

use super::{Answer, Asked, Failure, Problem, Problems, ToFix};
use crate::{
    order,
    page_map::PageData,
    route::{Against, Band, Days, View},
};

/// Of a page, or of all, over some time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stretch {
    /// Address of the page.
    pub page: Option<String>,
    /// Over how long.
    pub days: Days,
}

/// How many sessions there are, in a stretch of time and in the one before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overview {
    /// In this stretch of time.
    pub now: Visits,
    /// In the one before it, if there is one.
    pub before: Option<Visits>,
    /// Sessions that are live.
    pub live: u64,
}

/// Sessions that started within some time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Visits {
    /// All of them.
    pub all: u64,
    /// Those that reached a goal.
    pub reached: u64,
    /// Those of medium frustration or more.
    pub trouble: u64,
}

/// What is used of `wire::PagesAnswer`; the rest would make the program larger.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as in wire::PagesAnswer")]
pub struct PagesTable {
    pub pages: Vec<PageLine>,
    pub total: u64,
    #[serde(default)]
    pub partial: bool,
}

/// What is used of `analyze::page::PageRow`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "as in analyze::page::PageRow")]
pub struct PageLine {
    pub page: String,
    pub sessions: u64,
    pub mean_time_ms: f64,
    pub clicks: u64,
    pub rage: u64,
    pub dead: u64,
    pub error_clicks: u64,
    pub frustration: f64,
    pub exits: u64,
}

/// On which devices and in which widths a page was seen.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Bands {
    pages: Vec<SeenIn>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
struct SeenIn {
    #[serde(default)]
    layouts: Vec<BandLine>,
}

/// What is used of `analyze::page::PageLayout`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as in analyze::page::PageLayout")]
pub struct BandLine {
    pub device: Device,
    pub width_from: f64,
    pub width_to: Option<f64>,
    pub sessions: u64,
    pub layout: Option<Layout>,
}

impl BandLine {
    /// As it stands in an address.
    pub fn band(&self) -> Band {
        Band { device: self.device, from: self.width_from as u32, to: self.width_to.map(|to| to as u32) }
    }
}

impl Bands {
    /// Those in which the page was seen, by device and width.
    pub fn lines(&self) -> &[BandLine] {
        self.pages.first().map_or(&[], |page| &page.layouts)
    }

    /// The one of most visits; on a phone, of most visits on phones, if there are any.
    fn busiest(&self, on_phone: bool) -> Option<Band> {
        let is_alike = |line: &BandLine| on_phone && line.device == Device::Mobile;
        self.lines().iter().max_by_key(|line| (is_alike(line), line.sessions)).map(BandLine::band)
    }
}

/// Which map of a page is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct MapKey {
    /// Address of the page.
    pub page: String,
    /// Its device and widths; all where none are told apart.
    pub band: Option<Band>,
    /// Over how long.
    pub days: Days,
    /// Whether it is the stretch of time before that is meant.
    pub is_before: bool,
    /// How places are measured.
    pub mode: HeatmapMode,
}

impl MapKey {
    /// The visits that are meant, as asked at `now`.
    pub fn scope(&self, now: Millis) -> Scope {
        let span = if self.is_before { self.days.before(now).unwrap_or_default() } else { self.days.span(now) };
        Scope { from: span.from, to: span.to, ..self.band.map(Band::scope).unwrap_or_default() }
    }
}

/// Everything that is known beside the list and the session.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "each field is what its type says")]
pub struct Reads {
    /// Whether the dashboard itself is looked at on a phone.
    pub on_phone: bool,
    pub overview: Asked<Stretch, Overview>,
    pub problems: Asked<Stretch, Problems>,
    /// Problems that are ignored or fixed.
    pub decided: Asked<Stretch, Vec<Problem>>,
    /// The outlines of the pages that problems are on.
    pub outlines: Asked<Vec<String>, BTreeMap<String, Bands>>,
    pub pages: Asked<(Days, PageSort), PagesTable>,
    pub bands: Asked<(String, Days), Bands>,
    pub map: Asked<MapKey, PageData>,
    /// The map that it is held against.
    pub other: Asked<MapKey, PageData>,
    pub paths: Asked<Stretch, PathsAnswer>,
    pub visitor: Asked<VisitorId, VisitorAnswer>,
    pub visitor_map: Asked<(VisitorId, String), PageData>,
    /// The sites of the server, of which this dashboard shows one.
    pub sites: Asked<(), SitesAnswer>,
}

/// A question about what a view shows.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "as in Reads")]
pub enum Question {
    Overview(Stretch),
    /// In this round of decisions, so many of them.
    Problems(Stretch, u32, usize),
    Decided(Stretch, u32),
    Outlines(Vec<String>),
    Pages((Days, PageSort)),
    Bands((String, Days)),
    Map(MapKey),
    Other(MapKey),
    Paths(Stretch),
    Visitor(VisitorId),
    VisitorMap((VisitorId, String)),
    Sites,
}

/// An answer, with its question.
#[derive(Debug, PartialEq)]
#[expect(missing_docs, reason = "as in Reads")]
pub enum Read {
    Overview(Stretch, Answer<Overview>),
    Problems(Stretch, Answer<Problems>),
    Decided(Stretch, Answer<Vec<Problem>>),
    Outlines(Vec<String>, Answer<BTreeMap<String, Bands>>),
    Pages((Days, PageSort), Answer<PagesTable>),
    Bands((String, Days), Answer<Bands>),
    Map(MapKey, Answer<PageData>),
    Other(MapKey, Answer<PageData>),
    Paths(Stretch, Answer<PathsAnswer>),
    Visitor(VisitorId, Answer<VisitorAnswer>),
    VisitorMap((VisitorId, String), Answer<PageData>),
    Sites(Answer<SitesAnswer>),
}

impl Read {
    /// Why there is no answer, if there is none.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Overview(_, answer) => answer.as_ref().err(),
            Self::Problems(_, answer) => answer.as_ref().err(),
            Self::Decided(_, answer) => answer.as_ref().err(),
            Self::Outlines(_, answer) => answer.as_ref().err(),
            Self::Pages(_, answer) => answer.as_ref().err(),
            Self::Bands(_, answer) => answer.as_ref().err(),
            Self::Map(_, answer) | Self::Other(_, answer) => answer.as_ref().err(),
            Self::Paths(_, answer) => answer.as_ref().err(),
            Self::Visitor(_, answer) => answer.as_ref().err(),
            Self::VisitorMap(_, answer) => answer.as_ref().err(),
            Self::Sites(answer) => answer.as_ref().err(),
        }
    }
}

impl Reads {
    /// Everything that is asked, what a view is for first.
    pub fn questions(&self, ToFix { round, most, .. }: &ToFix) -> [Option<Question>; 12] {
        [
            self.problems.wanted().map(|of| Question::Problems(of, *round, *most)),
            self.overview.wanted().map(Question::Overview),
            self.decided.wanted().map(|of| Question::Decided(of, *round)),
            self.outlines.wanted().map(Question::Outlines),
            self.pages.wanted().map(Question::Pages),
            self.bands.wanted().map(Question::Bands),
            self.map.wanted().map(Question::Map),
            self.other.wanted().map(Question::Other),
            self.paths.wanted().map(Question::Paths),
            self.visitor.wanted().map(Question::Visitor),
            self.visitor_map.wanted().map(Question::VisitorMap),
            self.sites.wanted().map(|()| Question::Sites),
        ]
    }

    /// Takes an answer.
    pub(super) fn settle(&mut self, read: Read) {
        match read {
            Read::Overview(key, answer) => self.overview.settle(&key, answer),
            Read::Problems(key, answer) => self.problems.settle(&key, answer),
            Read::Decided(key, answer) => self.decided.settle(&key, answer),
            Read::Outlines(key, answer) => self.outlines.settle(&key, answer),
            Read::Pages(key, answer) => self.pages.settle(&key, answer),
            Read::Bands(key, answer) => self.bands.settle(&key, answer),
            Read::Map(key, answer) => self.map.settle(&key, answer),
            Read::Other(key, answer) => self.other.settle(&key, answer),
            Read::Paths(key, answer) => self.paths.settle(&key, answer),
            Read::Visitor(key, answer) => self.visitor.settle(&key, answer),
            Read::VisitorMap(key, answer) => self.visitor_map.settle(&key, answer),
            Read::Sites(answer) => self.sites.settle(&(), answer),
        }
    }

    /// Asks for what a view shows, for the sites that there are, and for nothing else.
    pub(super) fn want(&mut self, view: &View) {
        self.sites.want(Some(()));
        let home = match view {
            View::Home { page, days } => Some(Stretch { page: page.clone(), days: *days }),
            _ => None,
        };
        // Whoever follows a link to a moment of a problem is told what it is about.
        let watched = matches!(view, View::Session { problem: Some(_), .. });
        let watched = (watched && self.problems.remote.data.is_none()).then(Stretch::default);
        // What to fix first is first: counting all visits seven times would keep the server from it.
        self.problems.want(home.clone().or(watched));
        let there = self.problems.remote.data.is_some() || self.problems.remote.failure.is_some();
        self.overview.want_after(there, home.clone());
        self.decided.want_after(there, home);
        self.outlines.want(self.problem_pages(view));
        self.pages.want(match view {
            View::Pages { days, sort } => Some((*days, *sort)),
            _ => None,
        });
        self.bands.want(match view {
            View::Page(choice) => Some((choice.page.clone(), choice.days)),
            _ => None,
        });
        let (map, other) = self.maps(view).map_or((None, None), |(map, other)| (Some(map), other));
        self.map.want(map);
        self.other.want(other);
        self.paths.want(match view {
            View::Paths { page, days } => Some(Stretch { page: page.clone(), days: *days }),
            _ => None,
        });
        let visitor = match view {
            View::Visitor { id, .. } => Some(id.clone()),
            _ => None,
        };
        self.visitor.want(visitor);
        self.visitor_map.want(match view {
            View::Visitor { id, page } => {
                let first = || self.visitor.remote.data.as_ref().and_then(|answer| answer.pages.first().cloned());
                page.clone().or_else(first).map(|page| (id.clone(), page))
            }
            _ => None,
        });
    }

    /// The device and widths in which a page is shown: those of the address, else those of most visits, once they are
    /// known. None inside when no device or width of the page is known.
    pub fn band(&self, view: &View) -> Option<Option<Band>> {
        let View::Page(choice) = view else { return None };
        match (&choice.band, &self.bands.remote.data, &self.bands.remote.failure) {
            (Some(band), ..) => Some(Some(*band)),
            (None, Some(bands), _) => Some(bands.busiest(self.on_phone)),
            (None, None, Some(_)) => Some(None),
            (None, None, None) => None,
        }
    }

    fn maps(&self, view: &View) -> Option<(MapKey, Option<MapKey>)> {
        let View::Page(choice) = view else { return None };
        let band = self.band(view)?;
        let (page, days, mode) = (choice.page.clone(), choice.days, choice.shown_mode());
        let map = MapKey { page, band, days, is_before: false, mode };
        let other = choice.against.map(|against| match against {
            Against::Before => MapKey { is_before: true, ..map.clone() },
            Against::Band(band) => MapKey { band: Some(band), ..map.clone() },
        });
        Some((map, other))
    }

    fn problem_pages(&self, view: &View) -> Option<Vec<String>> {
        let (View::Home { .. }, Some(problems)) = (view, &self.problems.remote.data) else { return None };
        let with_spot =
            problems.rows.iter().take(dashboard::FIRST).filter(|row| row.element.is_some() || row.place.is_some());
        let mut pages: Vec<String> = with_spot.map(|row| row.page.clone()).collect();
        order::sort_by(&mut pages, String::cmp);
        pages.dedup();
        pages.truncate(dashboard::FIRST);
        (!pages.is_empty()).then_some(pages)
    }

    /// Why what a view shows is not up to date, if it is not.
    pub(super) fn failure(&self, view: &View) -> Option<&Failure> {
        match view {
            View::Home { .. } => self.problems.remote.failure.as_ref().or(self.overview.remote.failure.as_ref()),
            View::Pages { .. } => self.pages.remote.failure.as_ref(),
            View::Page(_) => self.map.remote.failure.as_ref().or(self.bands.remote.failure.as_ref()),
            View::Paths { .. } => self.paths.remote.failure.as_ref(),
            View::Visitor { .. } => self.visitor.remote.failure.as_ref(),
            View::Sessions(_) | View::Session { .. } | View::Setup | View::Nowhere => None,
        }
    }

    /// A problem that is listed.
    pub fn problem(&self, id: &ProblemId) -> Option<&Rc<Problem>> {
        self.problems.remote.data.as_ref()?.rows.iter().find(|row| row.id == *id)
    }

    /// The problems that are listed.
    pub(super) fn problems_mut(&mut self) -> Option<&mut Problems> {
        self.problems.remote.data.as_mut().map(Rc::make_mut)
    }
}
