//! Words for the parts of a report: elements, pages, figures, moments.

use crate::{
    analyze::{
        Report,
        detect::{Aftermath, ElementRef, Finding, FindingKind, Measure, Purpose, Sort},
    },
    insight::{
        plain::cut,
        words::{count, duration, element_name, page_name, quote, rounded, sentence, times},
    },
    model::{Device, Evidence, Millis, path_of},
};

/// What is usual so seldom is hardly ever, whatever its unit.
const HARDLY: f64 = 0.5;
/// Longest title of a page in a sentence, in characters.
const TITLE: usize = 80;

/// Words in the paths of a shop.
const GOODS: [&str; 5] = ["cart", "basket", "checkout", "shop", "product"];
/// Words in the paths of pages that a visitor comes to with something chosen.
pub(super) const COMMITTED: [&str; 6] = ["checkout", "cart", "basket", "payment", "booking", "/pay"];
/// Words in the paths of pages that nobody comes upon by chance.
pub(super) const PRIVATE: [&str; 14] = [
    "settings", "account", "profile", "admin", "checkout", "cart", "basket", "payment", "billing", "/pay", "order",
    "transfer", "confirm", "booking",
];
/// First words of controls that close something in the way.
const CLOSING: [&str; 8] = ["dismiss", "close", "reject", "accept", "decline", "ok", "got", "×"];

/// Whether a finding is about a control that closes a notice or a dialog.
pub(super) fn is_notice(finding: &Finding) -> bool {
    begins_with(&label_of(finding.element.as_ref()), &CLOSING)
}

/// The label of an element in lower case, to look for words in; empty when there is none.
pub(super) fn label_of(element: Option<&ElementRef>) -> String {
    element.and_then(|element| element.label.as_deref()).unwrap_or_default().trim().to_lowercase()
}

/// Whether the first word of a label is one of some.
pub(super) fn begins_with(label: &str, words: &[&str]) -> bool {
    label.split(' ').next().is_some_and(|first| words.contains(&first))
}

/// Whether a text in lower case holds one of some words.
pub(super) fn has_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// Puts one report into words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Teller<'a>(pub(super) &'a Report);

impl Teller<'_> {
    /// A page by its title and path: “Checkout” (/checkout).
    pub(super) fn page(self, page: &str) -> String {
        let title = self.0.pages.iter().find(|known| known.page == page).and_then(|known| known.title.as_deref());
        match title.map(|title| quote(&cut(title, TITLE))) {
            Some(title) => format!("{title} ({})", self.path(page)),
            None => self.path(page),
        }
    }

    /// A page by its path alone, where it was named before.
    pub(super) fn path(self, page: &str) -> String {
        page_name(page)
    }

    /// A page by its path, at the beginning of a sentence.
    pub(super) fn page_first(self, page: &str) -> String {
        sentence(&self.path(page))
    }

    /// The element of a finding: the “Pay later” button; a place goes by its page.
    pub(super) fn element(self, finding: &Finding) -> String {
        match (&finding.element, finding.place) {
            (Some(element), _) => element_name(element),
            (None, Some(_)) => "one place without a control".to_owned(),
            (None, None) => format!("the page {}", self.path(&finding.page)),
        }
    }

    /// The element of a finding, with its page where its name alone does not say which it is.
    pub(super) fn element_here(self, finding: &Finding) -> String {
        let name = self.element(finding);
        if name.contains(['“', '/']) { name } else { format!("{name} on {}", self.path(&finding.page)) }
    }

    /// "click" or "tap".
    pub(super) fn click(self) -> &'static str {
        if matches!(self.0.device, Device::Mobile | Device::Tablet) { "tap" } else { "click" }
    }

    /// "clicked" or "tapped".
    pub(super) fn clicked(self) -> &'static str {
        if self.click() == "tap" { "tapped" } else { "clicked" }
    }

    /// "6 clicks".
    pub(super) fn clicks(self, n: u32) -> String {
        count(u64::from(n), self.click())
    }

    /// "clicked 6 times", "clicked once".
    pub(super) fn clicked_times(self, n: u32) -> String {
        format!("{} {}", self.clicked(), times(u64::from(n)))
    }

    /// A duration of a finding; none when it was not measured, or is nothing to speak of.
    pub(super) fn ms(self, finding: &Finding, name: Measure) -> Option<String> {
        let ms = finding.figure(name)?.value as Millis;
        (ms >= 100).then(|| duration(ms))
    }

    /// A whole number of a finding; none when it was not measured or is 0.
    pub(super) fn number(self, finding: &Finding, name: Measure) -> Option<u64> {
        finding.figure(name).map(|figure| figure.value.round() as u64).filter(|number| *number > 0)
    }

    /// A figure in px or percent.
    pub(super) fn whole(self, finding: &Finding, name: Measure) -> Option<String> {
        self.number(finding, name).map(|number| rounded(number as f64))
    }

    /// ", three times the usual 0.4 seconds of this page", where it is known and exceeded.
    pub(super) fn than_usual(self, finding: &Finding, name: Measure) -> String {
        let Some(figure) = finding.figure(name) else { return String::new() };
        let Some(usual) = figure.usual else { return String::new() };
        if usual.value < HARDLY {
            return ", which hardly happens on this page".to_owned();
        }
        let Some(factor) = factor(figure.value / usual.value) else { return String::new() };
        let value = match name.unit() {
            crate::analyze::detect::Unit::Ms => duration(usual.value as Millis),
            _ => rounded(usual.value),
        };
        format!(", {factor} the usual {value} of this page")
    }

    /// Whether something was filled in on a page before a time.
    pub(super) fn filled(self, page: &str, before: Millis) -> bool {
        let mut episodes = self.0.diagnosis.episodes.iter();
        episodes.any(|episode| {
            matches!(episode.purpose, Purpose::Filling | Purpose::Paying)
                && episode.page == page
                && episode.begin < before
        })
    }

    /// Whether the page has a form, as far as it was used.
    pub(super) fn has_form(self, page: &str) -> bool {
        self.filled(page, Millis::MAX)
    }

    /// The fields that were used on a page, each once, less one.
    pub(super) fn other_fields(self, page: &str, than: &ElementRef) -> usize {
        let episodes = self.0.diagnosis.episodes.iter().filter(|episode| episode.page == page);
        let mut fields: Vec<&str> = episodes
            .flat_map(|episode| &episode.tried)
            .filter(|tried| tried.sort == Sort::Field && tried.path != than.path)
            .map(|tried| tried.path.as_str())
            .collect();
        fields.sort_unstable();
        fields.dedup();
        fields.len()
    }

    /// Whether goods are sold on the site, as far as the visit shows.
    pub(super) fn has_goods(self) -> bool {
        self.0.summary.pages.iter().any(|view| has_word(&view.page, &GOODS))
    }

    /// What came of a finding, as a sentence.
    pub(super) fn then(self, finding: &Finding) -> &'static str {
        let last = finding.moments.last().copied().unwrap_or_default();
        let goes_on = self.0.diagnosis.findings.iter().any(|other| other.moments.iter().any(|at| *at > last));
        match finding.aftermath {
            Aftermath::MovedOn => "The visitor went on all the same.",
            Aftermath::CameBack => "Then the visitor went back to a page seen before.",
            Aftermath::GaveUp => "Then the visitor tried something else on the page.",
            Aftermath::Left if goes_on => "The visit ended on that page.",
            Aftermath::Left => "The visit ended there.",
        }
    }

    /// The moments of a finding, each by itself. Those within a second of one are seen with it.
    pub(super) fn evidence(self, finding: &Finding) -> Vec<Evidence> {
        let label = self.label(finding);
        let path = finding.element.as_ref().map(|element| element.path.clone()).filter(|path| !path.is_empty());
        let mut moments = finding.moments.clone();
        moments.dedup_by(|next, shown| (*next - *shown).abs() < 1000);
        let evidence = |(number, at): (usize, &Millis)| Evidence {
            label: match moments.len() {
                1 => label.clone(),
                _ => format!("{label}, moment {}", number + 1),
            },
            session_id: Some(self.0.session_id.clone()),
            timestamp: Some(*at),
            element: path.clone(),
            count: (number == 0).then_some(u64::from(finding.count)),
        };
        moments.iter().enumerate().map(evidence).collect()
    }

    /// One moment.
    pub(super) fn moment(self, label: String, at: Millis) -> Evidence {
        let session_id = Some(self.0.session_id.clone());
        Evidence { label, session_id, timestamp: Some(at), element: None, count: None }
    }

    /// A finding in a few words, for a chip.
    fn label(self, finding: &Finding) -> String {
        let (element, path) = (self.element(finding), self.path(&finding.page));
        match finding.kind {
            FindingKind::Unresponsive => format!("no answer from {element}"),
            FindingKind::SlowAnswer => format!("late answer from {element}"),
            FindingKind::FalseAffordance => format!("{} on {element}", self.click()),
            FindingKind::MissedTarget => format!("{} beside {element}", self.click()),
            FindingKind::HardChoice => format!("options weighed on {path}"),
            FindingKind::PassedBy => format!("{element} in view"),
            FindingKind::FormEffort => format!("in {element}"),
            FindingKind::FormRefused => format!("form sent with {element}"),
            FindingKind::ErrorAfterClick => format!("error after a {} on {element}", self.click()),
            FindingKind::LongWait if finding.element.is_none() => format!("{path} loaded anew"),
            FindingKind::LongWait => format!("waiting after a {} on {element}", self.click()),
            FindingKind::BackAndForth => format!("back and forth from {path}"),
            FindingKind::ScrollSearch => format!("scrolling up and down on {path}"),
            FindingKind::Away => format!("away from {path}"),
            FindingKind::GivenUp => format!("given up on {path}"),
            FindingKind::Hesitation => format!("long before a {} on {element}", self.click()),
        }
    }
}

/// Whether the path of a page has one of some words.
pub(super) fn has_word(page: &str, words: &[&str]) -> bool {
    has_any(&path_of(page).to_lowercase(), words)
}

/// How many times as much, in words; nothing for what is near the usual.
fn factor(times: f64) -> Option<&'static str> {
    const WORDS: [&str; 9] = [
        "twice",
        "three times",
        "four times",
        "five times",
        "six times",
        "seven times",
        "eight times",
        "nine times",
        "ten times",
    ];
    match times.round() {
        n if n < 2.0 || n.is_nan() => None,
        n => Some(WORDS.get(n as usize - 2).copied().unwrap_or("more than ten times")),
    }
}
