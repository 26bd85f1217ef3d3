//! Which sessions a list shows, in which order: what stands in its address.

use pulse_core::{
    analyze::Tier,
    model::{Device, Millis},
    wire::{SessionSort, SessionsQuery, SpotQuery, dashboard},
};

use super::Days;

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

    /// Takes a parameter of an address. What is not understood is left out.
    pub(super) fn take(&mut self, name: &str, value: &str) {
        match name {
            "page" => self.page = Some(value.to_owned()),
            "q" => self.words = value.to_owned(),
            "days" => self.days = Days::parse(value).unwrap_or(self.days),
            "device" => self.device = Device::from_name(value),
            "tier" => self.tier = Self::TIERS.into_iter().find(|(_, text)| *text == value).map(|(tier, _)| tier),
            "element" => self.element = Some(value.to_owned()),
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
        // An element is one of a page.
        let element = self.element.clone().filter(|_| self.page.is_some());
        SessionsQuery {
            limit: Some(rows),
            from: self.days.span(now).from,
            device: self.device,
            min_frustration: self.tier.map(least),
            has_rage: is_on(0),
            has_errors: is_on(1),
            has_goal: is_on(Self::GOAL),
            live: is_on(Self::LIVE),
            spot: SpotQuery { element, ..SpotQuery::default() },
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
