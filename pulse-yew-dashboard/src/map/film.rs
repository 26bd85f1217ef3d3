//! A visit from its first page to its last on one timeline: which page when, what went wrong, where nothing happened.

use std::{collections::BTreeMap, ops::Range, rc::Rc};

use pulse_core::model::{EventType, Millis};
use serde::{Deserialize, de::IgnoredAny};

use super::Recording;
use crate::{format, order, summary::Summary};

/// Nothing happened for longer than this: a gap, which can be skipped.
const IDLE_MS: Millis = 4_000;
/// Of a gap, so much stays on each side.
const LEAD_MS: Millis = 800;
/// For so long after it, something is what the visitor is doing.
const NOW_MS: Millis = 1_500;
/// An error this soon after an error click is the click's.
const SAME_MS: Millis = 1_000;

/// From the first to the last thing that happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timeline {
    /// Milliseconds since the epoch.
    pub start: Millis,
    /// Milliseconds since the epoch.
    pub end: Millis,
}

impl Timeline {
    /// How long it is.
    pub fn length(&self) -> Millis {
        self.end - self.start
    }

    /// How far along a time is, 0 to 1.
    pub fn share(&self, at: Millis) -> f64 {
        if self.length() == 0 { 0.0 } else { ((at - self.start) as f64 / self.length() as f64).clamp(0.0, 1.0) }
    }
}

/// What is used of an event that is no movement of the pointer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Beat {
    /// When.
    pub timestamp: Millis,
    /// What.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// The rest.
    #[serde(default)]
    pub data: BeatData,
}

/// The data of several types of events.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct BeatData {
    pub y: f64,
    pub w: f64,
    pub h: f64,
    pub state: String,
    pub name: String,
    /// The box that was scrolled; none when it was the page.
    pub element: Option<IgnoredAny>,
}

/// A page of the visit, each time it is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Name of the page.
    pub page: String,
    /// When it is on the screen.
    pub time: Range<Millis>,
}

/// What a signal says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the signal of that name")]
pub enum SignalKind {
    Rage,
    Dead,
    Error,
    Hesitation,
    Thrash,
    QuickBack,
}

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// When.
    pub at: Millis,
    /// What.
    pub kind: SignalKind,
    /// In words.
    pub text: String,
}

/// A visit on one timeline.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Film {
    /// From the first to the last event.
    pub line: Timeline,
    /// Its pages, in order.
    pub acts: Vec<Act>,
    /// What went wrong, by time.
    pub signals: Vec<Signal>,
    /// Everything but movement, by time.
    pub beats: Rc<Vec<Beat>>,
    /// Where nothing happened, by time.
    pub gaps: Vec<Range<Millis>>,
}

impl Film {
    /// The film of a visit. Gaps are known on pages whose recording is there.
    pub fn new(
        started_at: Millis,
        summary: &Summary,
        beats: Rc<Vec<Beat>>,
        recordings: &BTreeMap<String, Rc<Recording>>,
    ) -> Self {
        let start = summary.pages.first().map_or(started_at, |first| first.entered_at.min(started_at));
        let mut line = Timeline { start, end: start + summary.duration_ms.max(0) };
        let ends = summary.pages.iter().skip(1).map(|next| next.entered_at);
        let last = summary.pages.last().map(|last| last.entered_at + last.time_ms);
        line.end = line.end.max(last.unwrap_or(start));
        let acts = summary.pages.iter().zip(ends.chain([line.end]));
        let acts = acts.map(|(view, end)| Act { page: view.page.clone(), time: view.entered_at..end }).collect();
        let mut film = Self { line, acts, signals: signals(summary, &beats), beats, gaps: Vec::new() };
        film.gaps = film.find_gaps(recordings);
        film
    }

    fn find_gaps(&self, recordings: &BTreeMap<String, Rc<Recording>>) -> Vec<Range<Millis>> {
        let moves = recordings.values().flat_map(|recording| recording.moves.times());
        let beats = self.beats.iter().map(|beat| beat.timestamp);
        let acts = self.acts.iter().map(|act| act.time.start);
        let times = moves.chain(beats).chain(acts).chain([self.line.end]);
        // The time is cut into stretches as long as the shortest gap, so that no gap lies within one. The first and the
        // last time of each stretch are enough. Sorting 100,000 times took a fifth of what opening a visit takes, and to
        // look for the stretch of each a tenth: most are in that of the one before.
        let line = self.line;
        let mut stretches: BTreeMap<Millis, (Millis, Millis)> = BTreeMap::new();
        let mut keep = |stretch: Millis, first: Millis, last: Millis| {
            if first <= last {
                let known = stretches.entry(stretch).or_insert((first, last));
                *known = (known.0.min(first), known.1.max(last));
            }
        };
        let (mut from, mut first, mut last) = (line.start, Millis::MAX, line.start);
        times.filter(|at| (line.start..=line.end).contains(at)).for_each(|at| {
            if (from..from + IDLE_MS).contains(&at) {
                (first, last) = (first.min(at), last.max(at));
                return;
            }
            keep(from, first, last);
            from = at - (at - line.start) % IDLE_MS;
            (first, last) = (at, at);
        });
        keep(from, first, last);
        let is_known = |at: Millis| self.act_at(at).is_some_and(|act| recordings.contains_key(&act.page));
        let (mut gaps, mut before) = (Vec::new(), None);
        for (first, last) in stretches.into_values() {
            let from = before.replace(last).unwrap_or(first);
            if first - from > IDLE_MS && is_known(from) {
                gaps.push(from..first);
            }
        }
        gaps
    }

    /// The page on the screen at a time; before the first, the first.
    pub fn act_at(&self, at: Millis) -> Option<&Act> {
        self.acts.iter().rev().find(|act| act.time.start <= at).or(self.acts.first())
    }

    /// The time after a time that is in the midst of a gap; the same time when it is in none.
    pub fn skipped(&self, at: Millis) -> Millis {
        let gap = self.gaps.iter().find(|gap| gap.start + LEAD_MS < at && at < gap.end - LEAD_MS);
        gap.map_or(at, |gap| gap.end - LEAD_MS)
    }

    /// What went wrong next after a time, or last before it.
    pub fn next(&self, at: Millis, forward: bool) -> Option<&Signal> {
        if forward {
            self.signals.iter().find(|signal| signal.at > at)
        } else {
            self.signals.iter().rev().find(|signal| signal.at < at)
        }
    }

    /// The part of the page that the visitor's window showed at a time. `size` is that of the window where no event
    /// says it.
    pub fn window(&self, at: Millis, size: Option<(f64, f64)>) -> Option<[f64; 4]> {
        let from = self.act_at(at)?.time.start;
        let past = self.until(at);
        let told = past.iter().rev().find(|beat| beat.kind == EventType::Viewport);
        let (w, h) = told.map(|beat| (beat.data.w, beat.data.h)).or(size).filter(|(w, h)| *w >= 1.0 && *h >= 1.0)?;
        let here = past.iter().rev().take_while(|beat| beat.timestamp >= from);
        let mut scrolls = here.filter(|beat| beat.kind == EventType::Scroll && beat.data.element.is_none());
        Some([0.0, scrolls.next().map_or(0.0, |scroll| scroll.data.y), w, h])
    }

    /// What the visitor is doing at a time, if it cannot be seen on the map.
    pub fn doing(&self, at: Millis) -> Option<&str> {
        if let Some(signal) = self.signals.iter().rev().find(|signal| signal.at <= at && at - signal.at <= NOW_MS) {
            return Some(&signal.text);
        }
        let past = self.until(at);
        let hidden = past.iter().rev().find(|beat| beat.kind == EventType::Visibility);
        if hidden.is_some_and(|beat| beat.data.state == "hidden") {
            return Some("In another tab");
        }
        let recent = past.iter().rev().take_while(|beat| at - beat.timestamp <= NOW_MS);
        recent.into_iter().find_map(|beat| match beat.kind {
            EventType::Keypress => Some("Typing"),
            EventType::Scroll => Some("Scrolling"),
            _ => None,
        })
    }

    /// What happened up to a time.
    fn until(&self, at: Millis) -> &[Beat] {
        &self.beats[..self.beats.partition_point(|beat| beat.timestamp <= at)]
    }

    /// When something of a type happened.
    pub fn times(&self, kind: EventType) -> impl Iterator<Item = Millis> {
        self.beats.iter().filter(move |beat| beat.kind == kind).map(|beat| beat.timestamp)
    }

    /// When the page was out of sight.
    pub fn hidden(&self) -> Vec<Range<Millis>> {
        let mut spans: Vec<Range<Millis>> = Vec::new();
        let mut since = None;
        for beat in self.beats.iter().filter(|beat| beat.kind == EventType::Visibility) {
            match (beat.data.state.as_str(), since) {
                ("hidden", None) => since = Some(beat.timestamp),
                ("visible", Some(from)) => {
                    spans.push(from..beat.timestamp);
                    since = None;
                }
                _ => {}
            }
        }
        spans.extend(since.map(|from| from..self.line.end));
        spans
    }
}

fn signals(summary: &Summary, beats: &[Beat]) -> Vec<Signal> {
    let on = |name: Option<&str>| name.map(|name| format!(" on {name}")).unwrap_or_default();
    let signal = |at, kind, text: String| Signal { at, kind, text };
    let rage = || summary.rage.iter().filter(|burst| burst.suppressed.is_none());
    let in_burst = |at: Millis| rage().any(|burst| (burst.start..=burst.start + burst.span_ms).contains(&at));
    let mut all: Vec<Signal> = rage()
        .map(|burst| {
            let name = burst.element.as_ref().map(|element| element.name());
            let text = format!("Rage: {}{}", format::count(burst.count.into(), "click"), on(name));
            signal(burst.start, SignalKind::Rage, text)
        })
        .collect();
    let clicks = |list: &[pulse_core::analyze::ClickAt], kind, what: &str| {
        let clicks = list.iter().map(|click| {
            let name = click.element.as_ref().map(|element| element.name());
            signal(click.at, kind, format!("{what}{}", on(name)))
        });
        clicks.collect::<Vec<_>>()
    };
    all.extend(clicks(&summary.dead, SignalKind::Dead, "Dead click").into_iter().filter(|dead| !in_burst(dead.at)));
    all.extend(clicks(&summary.error_clicks, SignalKind::Error, "Error after a click"));
    let is_told = |at: Millis| summary.error_clicks.iter().any(|click| (0..=SAME_MS).contains(&(at - click.at)));
    let errors = beats.iter().filter(|beat| beat.kind == EventType::Error && !is_told(beat.timestamp));
    all.extend(errors.map(|beat| signal(beat.timestamp, SignalKind::Error, format!("Error: {}", beat.data.name))));
    all.extend(summary.hesitations.iter().map(|wait| {
        let text = format!("Hesitated {}{}", format::span(wait.ms), on(Some(wait.element.name())));
        signal(wait.at, SignalKind::Hesitation, text)
    }));
    let thrash = summary.pointer.thrash.iter();
    all.extend(thrash.map(|shake| signal(shake.start, SignalKind::Thrash, "Shook the pointer".to_owned())));
    let backs = summary.quick_backs.iter();
    all.extend(backs.map(|back| {
        signal(back.at, SignalKind::QuickBack, format!("Went back after {}", format::span(back.after_ms)))
    }));
    order::sort_by(&mut all, |a, b| a.at.cmp(&b.at));
    all
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Two pages: 10 s to 40 s and 40 s to 100 s; a dead click within a rage burst and one of its own; an error that
    /// follows a click and one that does not.
    fn film() -> Film {
        let summary = serde_json::json!({
            "duration_ms": 90_000, "active_ms": 0,
            "counts": {"mousemove": 0, "click": 5, "rage": 1, "dead": 2, "error_click": 1, "scroll": 2, "keypress": 1,
                "navigation": 2, "visibility": 2},
            "pages": [
                {"url": "http://s.test/", "page": "http://s.test/", "entered_at": 10_000, "time_ms": 30_000, "max_depth": 50},
                {"url": "http://s.test/pay", "page": "http://s.test/pay", "entered_at": 40_000, "time_ms": 50_000, "max_depth": 50},
            ],
            "pointer": {"points": 0, "strokes": 0, "distance_px": 0, "speed_px_s": {"mean": 0, "median": 0, "p95": 0, "max": 0},
                "acceleration_px_s2": {"mean": 0, "p95": 0, "max": 0}, "efficiency": null, "thrash": []},
            "hovers": [], "hesitations": [],
            "rage": [{"start": 60_000, "count": 5, "span_ms": 900, "x": 1, "y": 1, "element": {"path": "#pay", "label": "Pay"}},
                {"start": 70_000, "count": 4, "span_ms": 900, "x": 1, "y": 1, "suppressed": "stepper"}],
            "dead": [{"at": 20_000, "x": 1, "y": 1}, {"at": 60_400, "x": 1, "y": 1}],
            "error_clicks": [{"at": 80_000, "x": 1, "y": 1}],
            "scroll": {"max_depth": 50, "reversals": 0, "excessive": false}, "quick_backs": [],
            "typing": {"presses": 1, "interval_ms": {"mean": 0, "median": 0, "sd": 0, "max": 0}, "per_minute": 0},
            "frustration": {"score": 6, "tier": "medium"}, "completeness": 1
        });
        let beats = serde_json::json!([
            {"type": "viewport", "timestamp": 10_001, "data": {"w": 1000, "h": 700, "doc_w": 1000, "doc_h": 2000, "dpr": 1}},
            {"type": "scroll", "timestamp": 30_000, "data": {"y": 400, "depth": 60}},
            {"type": "scroll", "timestamp": 31_000, "data": {"y": 9, "depth": 6, "element": {"path": "#box"}}},
            {"type": "visibility", "timestamp": 45_000, "data": {"state": "hidden"}},
            {"type": "visibility", "timestamp": 50_000, "data": {"state": "visible"}},
            {"type": "keypress", "timestamp": 55_000, "data": {"field": "text"}},
            {"type": "error", "timestamp": 80_300, "data": {"name": "TypeError", "message": "x"}},
            {"type": "error", "timestamp": 90_000, "data": {"name": "RangeError", "message": "x"}},
        ]);
        let summary: Summary = serde_json::from_value(summary).unwrap();
        let beats: Vec<Beat> = serde_json::from_value(beats).unwrap();
        let recording = Rc::new(crate::map::recording::tests::recording());
        let recordings = [("http://s.test/".to_owned(), recording)].into();
        Film::new(10_000, &summary, Rc::new(beats), &recordings)
    }

    #[test]
    fn a_share_is_of_the_length() {
        let line = Timeline { start: 100, end: 300 };
        assert_eq!([0, 100, 200, 300, 900].map(|at| line.share(at)), [0.0, 0.0, 0.5, 1.0, 1.0]);
        assert_eq!(Timeline::default().share(5), 0.0);
    }

    #[test]
    fn pages_follow_each_other_on_one_line() {
        let film = film();
        assert_eq!(film.line, Timeline { start: 10_000, end: 100_000 });
        assert_eq!(film.acts.iter().map(|act| act.time.clone()).collect::<Vec<_>>(), [10_000..40_000, 40_000..100_000]);
        let page = |at| film.act_at(at).unwrap().page.as_str();
        assert_eq!(
            [page(0), page(39_999), page(40_000), page(999_999)].map(|page| page.ends_with("/pay")),
            [false, false, true, true]
        );
    }

    #[test]
    fn each_problem_is_told_once_and_in_order() {
        let film = film();
        let mut at = 0;
        let told = std::iter::from_fn(|| {
            let signal = film.next(at, true)?;
            at = signal.at;
            Some((signal.at, signal.text.as_str()))
        });
        let all = [
            (20_000, "Dead click"),
            (60_000, "Rage: 5 clicks on Pay"),
            (80_000, "Error after a click"),
            (90_000, "Error: RangeError"),
        ];
        assert_eq!(told.collect::<Vec<_>>(), all);
        assert_eq!(film.next(60_000, false).map(|signal| signal.at), Some(20_000));
    }

    #[test]
    fn the_window_goes_along_with_scrolling_and_starts_at_the_top_of_a_page() {
        let film = film();
        let window = |at| film.window(at, Some((5.0, 5.0))).unwrap();
        assert_eq!(window(29_000), [0.0, 0.0, 1000.0, 700.0]);
        assert_eq!(window(35_000), [0.0, 400.0, 1000.0, 700.0], "a box was scrolled, not the page");
        assert_eq!(window(41_000), [0.0, 0.0, 1000.0, 700.0]);
        assert_eq!(window(10_000), [0.0, 0.0, 5.0, 5.0], "before it was told");
    }

    #[test]
    fn what_the_map_does_not_show_is_said() {
        let film = film();
        let doing = [20_500, 30_500, 35_000, 46_000, 51_000, 55_500].map(|at| film.doing(at));
        let said = [Some("Dead click"), Some("Scrolling"), None, Some("In another tab"), None, Some("Typing")];
        assert_eq!(doing, said);
        assert!(film.hidden().into_iter().eq(std::iter::once(45_000..50_000)));
    }

    #[test]
    fn gaps_are_skipped_where_all_is_known() {
        let film = film();
        assert_eq!(film.gaps, [10_001..30_000, 31_000..40_000]);
        assert_eq!([film.skipped(10_500), film.skipped(20_000), film.skipped(60_000)], [10_500, 29_200, 60_000]);
    }

    #[test]
    fn gaps_are_those_between_neighbours_in_time_in_whatever_order_they_came() {
        let (mut seed, mut film) = (7u64, film());
        let page = |act: &Act| (act.page.clone(), Rc::new(crate::map::recording::tests::recording()));
        let recordings = film.acts.iter().map(page).collect();
        for count in 0..60 {
            let beats = (0..count).map(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let timestamp = 5_000 + (seed >> 33) as Millis % 100_000;
                serde_json::json!({"type": "scroll", "timestamp": timestamp, "data": {"y": 0}})
            });
            film.beats = Rc::new(serde_json::from_value(beats.collect()).unwrap());
            let beats = film.beats.iter().map(|beat| beat.timestamp);
            let mut times: Vec<Millis> = beats.chain([10_000, 40_000, 100_000]).collect();
            times.retain(|at| (10_000..=100_000).contains(at));
            times.sort_unstable();
            let gaps = times.windows(2).filter(|pair| pair[1] - pair[0] > IDLE_MS).map(|pair| pair[0]..pair[1]);
            assert_eq!(film.find_gaps(&recordings), gaps.collect::<Vec<_>>(), "{times:?}");
        }
    }
}
