//! Which sessions a list shows, in which order: what stands in its address.

use pulse_core::{
    analyze::{HeatmapMode, Tier, page::What},
    model::{Device, Millis},
    wire::{SessionSort, SessionsQuery, SpotQuery, dashboard},
};

use super::{Band, Days};

/// A square of a page's map, in px of the page; across in per mille of the window where it is a window's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in wire::SpotQuery")]
pub struct At {
    pub x: i64,
    pub y: i64,
    pub cell: u32,
    pub what: What,
    pub is_window: bool,
}

/// What can have happened in a square, with its text in an address.
const WHATS: [(What, &str); 4] =
    [(What::Clicks, "clicks"), (What::Moves, "moves"), (What::Rage, "rage"), (What::Dead, "dead")];

impl At {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        let (x, y) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let cell = parts.next()?.parse().ok()?;
        let what = parts.next()?;
        let (what, _) = WHATS.into_iter().find(|(_, text)| *text == what)?;
        Some(Self { x, y, cell, what, is_window: parts.next().is_some() })
    }

    fn text(self) -> String {
        let what = WHATS.into_iter().find(|(what, _)| *what == self.what).map_or("", |(_, text)| text);
        let window = if self.is_window { ",window" } else { "" };
        format!("{},{},{},{what}{window}", self.x, self.y, self.cell)
    }
}

/// What the server is asked for; an answer to another question is not taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// Only sessions that visited this page.
    pub page: Option<String>,
    /// Only sessions in which each of these words occurs.
    pub words: String,
    /// Only sessions that started within this time.
    pub days: Days,
    /// Only sessions on this kind of device.
    pub device: Option<Device>,
    /// Only sessions of this tier of frustration or a higher one.
    pub tier: Option<Tier>,
    /// Only sessions with what each of [`Filter::MARKS`] names.
    pub marks: [bool; 4],
    /// Only sessions that clicked the element of this path on the page.
    pub element: Option<String>,
    /// Only sessions that did something in this square of the page.
    pub at: Option<At>,
    /// With an element or a square: only in windows from this width up to that, exclusive.
    pub widths: Option<(u32, Option<u32>)>,
    /// What comes first.
    pub sort: SessionSort,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            page: None,
            words: String::new(),
            days: Days::Ever,
            device: None,
            tier: None,
            marks: [false; 4],
            element: None,
            at: None,
            widths: None,
            sort: SessionSort::default(),
        }
    }
}

impl Filter {
    /// What a session can have: the name in an address and the one on the screen.
    pub const MARKS: [(&'static str, &'static str); 4] =
        [("rage", "Rage clicks"), ("errors", "Errors"), ("goal", "Reached a goal"), ("live", "Live")];
    /// The index of `goal` and of `live` in [`Filter::MARKS`].
    pub const GOAL: usize = 2;
    /// The same.
    pub const LIVE: usize = 3;

    /// The orders of a list.
    pub const SORTS: [(SessionSort, &'static str, &'static str); 3] = [
        (SessionSort::Recent, "Latest activity", "recent"),
        (SessionSort::Started, "Latest start", "started"),
        (SessionSort::Frustration, "Most trouble", "trouble"),
    ];

    /// The tiers to choose from, with their text in an address.
    pub const TIERS: [(Tier, &'static str); 3] = [(Tier::Low, "low"), (Tier::Medium, "medium"), (Tier::High, "high")];

    /// Sessions that visited a page.
    pub fn of_page(page: Option<String>) -> Self {
        Self { page, ..Self::default() }
    }

    /// In windows of a device and its widths.
    #[must_use]
    pub fn in_band(self, band: Option<Band>) -> Self {
        Self { device: band.map(|band| band.device), widths: band.map(|band| (band.from, band.to)), ..self }
    }

    /// Without a place on the page.
    #[must_use]
    pub fn anywhere(self) -> Self {
        Self { element: None, at: None, widths: None, ..self }
    }

    /// Its place on the page, in words.
    pub fn place(&self) -> Option<String> {
        let of = match (&self.element, self.at) {
            (Some(element), _) => element.clone(),
            (None, Some(at)) => format!("{} × {}{}", at.x, at.y, if at.is_window { "" } else { " px" }),
            (None, None) => return None,
        };
        let widths = self.widths.map(|(from, to)| Band { device: Device::Unknown, from, to }.widths());
        Some(match widths {
            Some(widths) => of + ", " + &widths,
            None => of,
        })
    }

    /// Takes a parameter of an address. What is not understood is left out.
    pub(super) fn take(&mut self, name: &str, value: &str) {
        match name {
            "page" => self.page = Some(value.to_owned()),
            "q" => self.words = value.to_owned(),
            "days" => self.days = Days::parse(value).unwrap_or(self.days),
            "device" => self.device = Device::from_name(value),
            "tier" => self.tier = Self::TIERS.into_iter().find(|(_, text)| *text == value).map(|(tier, _)| tier),
            "element" => self.element = Some(value.to_owned()),
            "at" => self.at = At::parse(value),
            "widths" => {
                let (from, to) = value.split_once('-').unwrap_or((value, ""));
                self.widths = from.parse().ok().map(|from| (from, to.parse().ok()));
            }
            "sort" => {
                let sort = Self::SORTS.into_iter().find(|(.., text)| *text == value);
                self.sort = sort.map_or(self.sort, |(sort, ..)| sort);
            }
            "only" => {
                for (mark, (text, _)) in self.marks.iter_mut().zip(Self::MARKS) {
                    *mark = value.split(',').any(|only| only == text);
                }
            }
            _ => {}
        }
    }

    /// Its parameters in an address.
    pub(super) fn give(&self, put: &mut impl FnMut(&str, &str)) {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let only: Vec<&str> =
            self.marks.iter().zip(Self::MARKS).filter(|(on, _)| **on).map(|(_, (text, _))| text).collect();
        let tier = Self::TIERS.into_iter().find(|(tier, _)| Some(*tier) == self.tier);
        let sort = Self::SORTS.into_iter().find(|(sort, ..)| *sort == self.sort && *sort != SessionSort::default());
        put("page", &text(&self.page));
        put("q", self.words.trim());
        put("days", if self.days == Days::Ever { "" } else { self.days.text() });
        put("device", self.device.map_or("", Device::as_str));
        put("tier", tier.map_or("", |(_, text)| text));
        put("only", &only.join(","));
        put("element", &text(&self.element));
        put("at", &self.at.map(At::text).unwrap_or_default());
        let widths = self.widths.map(|(from, to)| match to {
            Some(to) => format!("{from}-{to}"),
            None => from.to_string(),
        });
        put("widths", &widths.unwrap_or_default());
        put("sort", sort.map_or("", |(.., text)| text));
    }

    /// The first rows, `rows` of them, as asked at `now`.
    pub fn query(&self, rows: usize, now: Millis) -> SessionsQuery {
        let is_on = |mark: usize| self.marks.get(mark).copied().unwrap_or_default().then_some(true);
        let least = |tier: Tier| match tier {
            Tier::None => 0,
            Tier::Low => 1,
            Tier::Medium => Tier::MEDIUM,
            Tier::High => Tier::HIGH,
        };
        // An element is one of a page, and so is a square; the server takes one of both.
        let element = self.element.clone().filter(|_| self.page.is_some());
        let at = self.at.filter(|_| self.page.is_some() && element.is_none());
        let (from, to) = self.widths.filter(|_| element.is_some() || at.is_some()).unzip();
        let spot = SpotQuery {
            element,
            x: at.map(|at| at.x as f64),
            y: at.map(|at| at.y as f64),
            cell: at.map(|at| at.cell),
            mode: at.filter(|at| at.is_window).map(|_| HeatmapMode::Viewport),
            layer: at.map(|at| at.what).filter(|what| *what != What::Clicks),
            width_min: from.map(f64::from),
            width_max: to.flatten().map(|to| f64::from(to).next_down()),
        };
        SessionsQuery {
            limit: Some(rows),
            from: self.days.span(now).from,
            device: self.device,
            min_frustration: self.tier.map(least),
            has_rage: is_on(0),
            has_errors: is_on(1),
            has_goal: is_on(Self::GOAL),
            live: is_on(Self::LIVE),
            spot,
            ..dashboard::list(self.page.as_deref(), &self.words, self.sort)
        }
    }

    /// How many conditions there are beside the words.
    pub fn conditions(&self) -> usize {
        let marks = self.marks.iter().filter(|on| **on).count();
        let others = [self.days != Days::Ever, self.device.is_some(), self.tier.is_some()];
        marks + others.iter().filter(|is_set| **is_set).count()
    }

    /// Whether all sessions are asked for, in whatever order.
    pub fn is_all(&self) -> bool {
        Self { sort: SessionSort::default(), ..self.clone() } == Self::default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_place_is_asked_for_in_the_widths_of_its_map() {
        let band = Band { device: Device::Desktop, from: 1280, to: Some(1536) };
        let page = Filter { days: Days::Ever, ..Filter::of_page(Some("/pay".into())) }.in_band(Some(band));
        let query = page.query(50, 0);
        assert_eq!((query.device, query.spot), (Some(Device::Desktop), SpotQuery::default()), "no place, no widths");
        let clicked = Filter { element: Some("#pay".into()), ..page.clone() };
        let spot = clicked.query(50, 0).spot;
        assert_eq!((spot.element.as_deref(), spot.width_min), (Some("#pay"), Some(1280.0)));
        assert!(spot.width_max.unwrap() < 1536.0 && spot.width_max.unwrap() > 1535.0);
        assert_eq!(clicked.place().as_deref(), Some("#pay, 1280 to 1535 px"));
        let at = At { x: 40, y: 80, cell: 40, what: What::Dead, is_window: true };
        let there = Filter { at: Some(at), ..page };
        let query = there.query(50, 0);
        assert_eq!((query.spot.x, query.spot.cell, query.spot.layer), (Some(40.0), Some(40), Some(What::Dead)));
        assert!(query.spot().unwrap().is_some(), "the server takes it");
        assert_eq!(there.anywhere().query(50, 0).spot, SpotQuery::default());
    }
}
