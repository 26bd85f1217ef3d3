//! One visit, as the list shows it.

use serde::{Deserialize, Serialize};

use super::{Batch, EventType, Millis, SessionId, VisitorId, px};

/// What is known of a visit when it starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionStart {
    /// The visit.
    pub session_id: SessionId,
    /// The browser, across visits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor_id: Option<VisitorId>,
    /// When it started, in milliseconds since the epoch.
    pub started_at: Millis,
    /// Address of its first page; empty when the first thing known of it is a batch that does not say.
    #[serde(default)]
    pub page_url: String,
    /// Title of its first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where the visitor came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    /// Kind of device, from the user agent.
    #[serde(default)]
    pub device: Device,
    /// Window size at the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewport: Option<ViewportSize>,
    /// Why it is left out of the figures of pages and problems, if it is. It is kept and listed all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excluded: Option<Exclusion>,
}

impl SessionStart {
    /// A visit of which nothing else is known.
    pub fn new(session_id: SessionId, started_at: Millis) -> Self {
        let page_url = String::new();
        let device = Device::default();
        Self {
            session_id,
            visitor_id: None,
            started_at,
            page_url,
            title: None,
            referrer: None,
            device,
            viewport: None,
            excluded: None,
        }
    }
}

impl SessionStart {
    /// Takes over what was not known before, and says whether there was anything.
    pub fn fill_in(&mut self, more: &Self) -> bool {
        let before = self.clone();
        if self.page_url.is_empty() {
            self.page_url.clone_from(&more.page_url);
        }
        if self.device == Device::Unknown {
            self.device = more.device;
        }
        self.visitor_id = self.visitor_id.take().or_else(|| more.visitor_id.clone());
        self.title = self.title.take().or_else(|| more.title.clone());
        self.referrer = self.referrer.take().or_else(|| more.referrer.clone());
        self.viewport = self.viewport.or(more.viewport);
        self.excluded = self.excluded.or(more.excluded);
        *self != before
    }
}

/// A visit with its totals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// What was known when it started.
    #[serde(flatten)]
    pub start: SessionStart,
    /// Time of its latest event.
    pub last_seen: Millis,
    /// Pages visited, in order of first visit, without query and fragment.
    #[serde(default)]
    pub pages: Vec<String>,
    /// Batches stored.
    pub batches: u32,
    /// Events stored, by type.
    pub counts: Counts,
    /// What the events mean, as of the latest scoring; follows the events by a second or so.
    pub score: Score,
}

impl Session {
    /// Most pages that are kept of one session: a visitor sees far fewer, and a list shows them all.
    pub const PAGES: usize = 200;

    /// A visit of which no event is known yet.
    pub fn new(start: SessionStart) -> Self {
        Self {
            last_seen: start.started_at,
            pages: Vec::new(),
            batches: 0,
            counts: Counts::default(),
            score: Score::default(),
            start,
        }
    }

    /// Counts a batch that is new, with the names of its pages.
    pub fn add(&mut self, batch: &Batch, pages: &[String]) {
        self.start.started_at = self.start.started_at.min(batch.start());
        self.last_seen = self.last_seen.max(batch.end());
        self.batches += 1;
        self.counts.add(batch.counts());
        for page in pages {
            if self.pages.len() < Self::PAGES && !self.pages.contains(page) {
                self.pages.push(page.clone());
            }
        }
    }

    /// From the start to the latest event.
    pub fn duration_ms(&self) -> Millis {
        (self.last_seen - self.start.started_at).max(0)
    }
}

/// Events stored, by type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each field is the event type of its name")]
pub struct Counts {
    pub mousemove: u64,
    pub click: u64,
    pub rage_click: u64,
    pub dead_click: u64,
    pub scroll: u64,
    pub keypress: u64,
    pub navigation: u64,
    pub visibility: u64,
    pub viewport: u64,
    pub layout: u64,
    pub error: u64,
    pub custom: u64,
}

impl Counts {
    /// Counts moves and other events.
    pub fn of<'a>(moves: &[super::Move], events: impl IntoIterator<Item = &'a super::Event>) -> Self {
        let mut counts = Self { mousemove: moves.len() as u64, ..Self::default() };
        for event in events {
            *counts.slot(event.event_type()) += 1;
        }
        counts
    }

    /// The count of one type.
    pub fn get(mut self, of: EventType) -> u64 {
        *self.slot(of)
    }

    /// Where one type is counted.
    pub fn slot(&mut self, of: EventType) -> &mut u64 {
        match of {
            EventType::MouseMove => &mut self.mousemove,
            EventType::Click => &mut self.click,
            EventType::RageClick => &mut self.rage_click,
            EventType::DeadClick => &mut self.dead_click,
            EventType::Scroll => &mut self.scroll,
            EventType::Keypress => &mut self.keypress,
            EventType::Navigation => &mut self.navigation,
            EventType::Visibility => &mut self.visibility,
            EventType::Viewport => &mut self.viewport,
            EventType::Layout => &mut self.layout,
            EventType::Error => &mut self.error,
            EventType::Custom => &mut self.custom,
        }
    }

    /// Adds another count to this one.
    pub fn add(&mut self, other: Self) {
        for of in EventType::ALL {
            *self.slot(*of) += other.get(*of);
        }
    }
}

/// What a session's events mean, in the figures that lists are sorted and filtered by.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Score {
    /// How many batches these figures were computed from; behind [`Session::batches`] means out of date.
    pub of_batches: u32,
    /// Rage bursts.
    pub rage: u32,
    /// Dead clicks.
    pub dead: u32,
    /// Clicks followed by an error.
    pub error_clicks: u32,
    /// Weighted sum of the signals.
    pub frustration: u32,
    /// Whether a goal was reached.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reached: bool,
    /// Batches received of those that the tracker says it made, 0 to 1.
    #[serde(serialize_with = "px::option")]
    pub completeness: Option<f64>,
    /// Events in each of equally long slices of the session, for a sparkline.
    pub activity: Vec<u32>,
    /// Whether the session was too long to be taken or read whole: the figures are of its beginning.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
}

/// Why a visit counts neither on maps nor in problems: it would say nothing of how people fare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Exclusion {
    /// A program that says so in its user agent: a crawler, a link preview, a monitor.
    Bot,
    /// One address began more visits on that day than its share: see [`Limits::address_share`](crate::Limits).
    Address,
}

impl Exclusion {
    /// Words by which such programs name themselves, in lower case. A browser without a window is none of them: people
    /// test their own sites with it.
    const BOTS: [&str; 12] = [
        "bot/",
        "bot;",
        "bot)",
        "bot ",
        "crawler",
        "spider",
        "slurp",
        "lighthouse",
        "pagespeed",
        "pingdom",
        "externalhit",
        "mediapartners",
    ];

    /// Whether a `User-Agent` header is that of a bot.
    ///
    /// ```
    /// use pulse_core::model::Exclusion;
    ///
    /// let agent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    /// assert_eq!(Exclusion::of_user_agent(agent), Some(Exclusion::Bot));
    /// assert_eq!(Exclusion::of_user_agent("Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 21)"), None);
    /// ```
    pub fn of_user_agent(agent: &str) -> Option<Self> {
        let agent = agent.to_ascii_lowercase();
        let names_itself =
            Self::BOTS.iter().any(|word| agent.match_indices(word).any(|(at, _)| !agent[..at].ends_with("cu")));
        names_itself.then_some(Self::Bot)
    }

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::Address => "address",
        }
    }

    /// The exclusion of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Bot, Self::Address].into_iter().find(|exclusion| exclusion.as_str() == name)
    }
}

/// Kind of device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Device {
    /// A computer.
    Desktop,
    /// A phone.
    Mobile,
    /// A tablet.
    Tablet,
    /// The user agent does not say.
    #[default]
    Unknown,
}

impl Device {
    /// Reads a `User-Agent` header.
    ///
    /// ```
    /// use pulse_core::model::Device;
    ///
    /// assert_eq!(Device::from_user_agent("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"), Device::Mobile);
    /// assert_eq!(Device::from_user_agent("curl/8.5.0"), Device::Unknown);
    /// ```
    pub fn from_user_agent(agent: &str) -> Self {
        let has = |word| agent.contains(word);
        if has("iPad") || has("Tablet") || (has("Android") && !has("Mobile")) {
            Self::Tablet
        } else if has("Mobi") || has("iPhone") {
            Self::Mobile
        } else if has("Windows") || has("Macintosh") || has("Linux") || has("CrOS") {
            Self::Desktop
        } else {
            Self::Unknown
        }
    }

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Mobile => "mobile",
            Self::Tablet => "tablet",
            Self::Unknown => "unknown",
        }
    }

    /// The device of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Desktop, Self::Mobile, Self::Tablet, Self::Unknown].into_iter().find(|device| device.as_str() == name)
    }
}

/// Window size in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ViewportSize {
    /// Width.
    #[serde(serialize_with = "px::serialize")]
    pub w: f64,
    /// Height.
    #[serde(serialize_with = "px::serialize")]
    pub h: f64,
}

#[cfg(test)]
mod tests {
    use super::{Device, Exclusion};

    #[test]
    fn devices_are_told_apart() {
        let cases = [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", Device::Desktop),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148", Device::Mobile),
            ("Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/140.0 Mobile Safari/537.36", Device::Mobile),
            ("Mozilla/5.0 (Linux; Android 15; SM-X710) Chrome/140.0 Safari/537.36", Device::Tablet),
            ("curl/8.0", Device::Unknown),
        ];
        for (agent, device) in cases {
            assert_eq!(Device::from_user_agent(agent), device, "{agent}");
        }
    }

    #[test]
    fn programs_that_name_themselves_are_told_from_people() {
        for bot in [
            "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
            "Mozilla/5.0 (compatible; AhrefsBot; +http://ahrefs.com/robot/)",
            "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "Mozilla/5.0 (Linux; Android 11; moto g) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36 Chrome-Lighthouse",
        ] {
            assert_eq!(Exclusion::of_user_agent(bot), Some(Exclusion::Bot), "{bot}");
        }
        for person in [
            "",
            "curl/8.0",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36",
            "Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 21) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
        ] {
            assert_eq!(Exclusion::of_user_agent(person), None, "{person}");
        }
    }
}
