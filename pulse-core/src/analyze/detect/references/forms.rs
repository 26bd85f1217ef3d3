//! Forms: refused, laborious, and given up.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{alone, desktop, kind, outline, tracked};
use crate::{
    analyze::{
        detect::*,
        testing::{SHOP, button, click_on, dead_click, error, key, load, mouse},
    },
    model::{Element, Event, EventKind, Goals, Keypress, Millis},
};

fn field(n: usize) -> Element {
    let rect = [0.0, 200.0 + 100.0 * n as f64, 300.0, 60.0];
    Element { tag: "input".into(), ..button(&format!("#field-{n}"), rect) }
}

/// What is clicked in a visit that may be given up: two fields for text, a box to tick, a field for searching, a button,
/// a link and a picture.
const THINGS: [(&str, &str, Option<&str>); 7] = [
    ("#name", "input", None),
    ("#mail", "input", None),
    ("#tick", "input", Some("checkbox")),
    ("#search", "input", Some("searchbox")),
    ("#send", "button", None),
    ("#help", "a", None),
    ("#photo", "img", None),
];
const TICK: usize = 2;
const SEARCH: usize = 3;
const SEND: usize = 4;

fn thing(on: usize) -> Element {
    let (path, tag, role) = THINGS[on];
    let rect = [100.0, 100.0 + 200.0 * on as f64, 300.0, 60.0];
    Element { tag: tag.into(), role: role.map(str::to_owned), ..button(path, rect) }
}

/// What happens next in such a visit.
#[derive(Debug, Clone, Copy)]
enum Deed {
    /// A click, and in a field that takes text so many key presses.
    Click {
        on: usize,
        presses: usize,
        dead: bool,
    },
    Draw,
    Track,
    /// A click that an error follows.
    Fail {
        on: usize,
    },
    Goal,
    Enter {
        page: usize,
    },
}

const PAGES: [&str; 5] = ["", "form", "checkout", "more", "help"];

fn deed() -> impl Strategy<Value = Deed> {
    let fill = (0..4_usize, 0..6_usize).prop_map(|(on, presses)| Deed::Click { on, presses, dead: false });
    let dead = prop::sample::select(vec![false, false, true]);
    let click = (TICK..THINGS.len(), dead).prop_map(|(on, dead)| Deed::Click { on, presses: 0, dead });
    prop_oneof![
        8 => fill,
        6 => click,
        3 => Just(Deed::Draw),
        1 => Just(Deed::Track),
        2 => (TICK..THINGS.len()).prop_map(|on| Deed::Fail { on }),
        8 => prop::sample::select(vec![0, 1, 2, 2, 3, 4]).prop_map(|page| Deed::Enter { page }),
    ]
}

/// A click of such a visit.
#[derive(Debug, Clone, Copy)]
struct Clicked {
    view: usize,
    at: Millis,
    on: usize,
    dead: bool,
    presses: usize,
    /// When the last key was pressed after it, or itself.
    last: Millis,
}

/// A visit that may be given up.
#[derive(Debug, Default)]
struct Visit {
    events: Vec<Event>,
    /// Page and time of each page view.
    views: Vec<(usize, Millis)>,
    clicks: Vec<Clicked>,
    /// View and time of each drawing, as it was told.
    drawn: Vec<(usize, Millis)>,
    tracked: Vec<(usize, Millis)>,
    failed: Vec<Millis>,
    is_goal: bool,
    end: Millis,
}

impl Visit {
    fn new(deeds: &[(Millis, Deed)], goal: Option<usize>) -> Self {
        let mut visit = Self::default();
        let mut at = 1_000_000;
        visit.enter(at, 0);
        let mut deeds = deeds.to_vec();
        if let Some(goal) = goal {
            deeds.insert(goal.min(deeds.len()), (1000, Deed::Goal));
        }
        for (wait, deed) in deeds {
            at += wait;
            let view = visit.views.len() - 1;
            match deed {
                Deed::Click { on, presses, dead } => {
                    at = visit.click(at, on, if on == TICK { 0 } else { presses }, dead)
                }
                Deed::Draw => {
                    visit.drawn.push((view, at));
                    visit.events.push(outline(at, Vec::new()));
                }
                Deed::Track => {
                    visit.tracked.push((view, at));
                    visit.events.push(tracked(at, "seen"));
                }
                Deed::Fail { on } => {
                    visit.click(at, on, 0, false);
                    at += 1000;
                    visit.failed.push(at);
                    visit.events.push(error(at));
                }
                Deed::Goal => {
                    visit.is_goal = true;
                    visit.events.push(tracked(at, Goals::EVENT));
                }
                Deed::Enter { page } if page == visit.views[view].0 => continue,
                Deed::Enter { page } => visit.enter(at, page),
            }
            visit.end = at;
        }
        visit
    }

    fn enter(&mut self, at: Millis, page: usize) {
        self.events.extend([load(at, PAGES[page]), outline(at, Vec::new())]);
        self.views.push((page, at));
        self.end = at;
    }

    /// A click and key presses; returns when the last of them was.
    fn click(&mut self, at: Millis, on: usize, presses: usize, dead: bool) -> Millis {
        let (thing, view) = (thing(on), self.views.len() - 1);
        let goes_on = self.clicks.last().is_some_and(|before| before.view == view && before.on == on);
        let y = thing.rect.unwrap_or_default()[1] + 30.0;
        self.events.push(click_on(at, 120.0, y, &thing));
        if dead {
            self.events.push(dead_click(at, 120.0, y, Some(&thing), 2500));
        }
        for press in 0..presses as Millis {
            let interval_ms = (press > 0 || goes_on).then_some(100.0);
            let field = if on == SEARCH { "search" } else { "text" }.to_owned();
            let kind = EventKind::Keypress(Keypress { interval_ms, hold_ms: None, field });
            self.events.push(Event { timestamp: at + 100 + 100 * press, kind });
        }
        let last = at + 100 * presses as Millis;
        self.clicks.push(Clicked { view, at, on, dead, presses, last });
        last
    }

    /// The clicks on a page.
    fn on(&self, page: usize) -> impl DoubleEndedIterator<Item = &Clicked> {
        self.clicks.iter().filter(move |click| self.views[click.view].0 == page)
    }

    /// When a field was entered that is not for searching: a click in the field that was clicked last is none.
    fn entered(&self, page: usize) -> Vec<&Clicked> {
        let mut entered = Vec::new();
        let mut before: Option<&Clicked> = None;
        for click in self.on(page) {
            let goes_on = before.is_some_and(|before| before.view == click.view && before.on == click.on);
            if click.on <= TICK && !goes_on {
                entered.push(click);
            }
            before = Some(click);
        }
        entered
    }

    /// Whether a click led to another page: that came before the page changed, or something else was clicked.
    fn leads_on(&self, click: &Clicked) -> bool {
        let Some((_, left)) = self.views.get(click.view + 1) else { return false };
        let other = self.clicks.iter().any(|c| c.view == click.view && c.at > click.at && c.on != click.on);
        let changed = self.drawn.iter().chain(&self.tracked).any(|(view, at)| *view == click.view && *at > click.at);
        !other && !changed && *left > click.at
    }

    /// When a task was begun on a page.
    fn begun(&self, page: usize) -> Option<Millis> {
        let presses: usize = self.on(page).filter(|click| click.on < TICK).map(|click| click.presses).sum();
        let has = |on: usize| self.on(page).any(|click| click.on == on);
        if presses >= 5 || (has(0) && has(1)) {
            return self.entered(page).last().map(|click| click.at);
        }
        let is_long = |view: usize| {
            let left = self.views.get(view + 1).map_or(self.end, |next| next.1);
            self.views[view].0 == page && left - self.views[view].1 >= 15_000
        };
        let is_step = |click: &&Clicked| click.on <= SEND && !self.leads_on(click);
        let is_task = PAGES[page] == "checkout" && (0..self.views.len()).any(is_long);
        self.on(page).rfind(is_step).filter(|_| is_task).map(|click| click.at)
    }

    /// Whether the last that was done on a page was to send its form.
    fn is_sent(&self, page: usize) -> bool {
        let Some(field) = self.entered(page).last().copied() else { return false };
        let Some(last) = self.on(page).next_back().filter(|last| last.at > field.at) else {
            let typed = |(view, at): &(usize, Millis)| *view == field.view && *at > field.last;
            return self.drawn.iter().chain(&self.tracked).any(typed);
        };
        let failed = self.failed.iter().any(|at| (0..=1000).contains(&(at - last.at)));
        last.on == SEND && !last.dead && !failed
    }

    /// Page and element, when, and the time on the page.
    fn expected(&self) -> Option<(String, Millis, Millis)> {
        let (page, begun) = (0..PAGES.len()).filter_map(|page| Some((page, self.begun(page)?))).max_by_key(|b| b.1)?;
        let entered = self.views.iter().filter(|view| view.0 == page).map(|view| view.1).max()?;
        let at = begun.max(entered);
        let seen = |page: usize| self.views.iter().any(|view| view.0 == page && view.1 < at);
        let went_on = self.views.iter().any(|view| view.1 > at && view.0 != page && !seen(view.0));
        if self.is_goal || went_on || self.is_sent(page) {
            return None;
        }
        let stayed = self.on(page).rfind(|click| !self.leads_on(click));
        let touched = self.entered(page).last().copied().or(stayed);
        let left = |view: usize| self.views.get(view + 1).map_or(self.end, |next| next.1);
        let on_page = (0..self.views.len()).filter(|view| self.views[*view].0 == page);
        let time = on_page.map(|view| left(view) - self.views[view].1).sum();
        let path = touched.map_or("", |click| THINGS[click.on].0);
        Some((format!("{SHOP}{} {path}", PAGES[page]), at, time))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    /// A form is filled in and sent, in any order: a sending after a correction, on the same page, makes one refusal.
    #[test]
    fn refusals_as_by_the_definition(steps in prop::collection::vec(0..4_usize, 0..16)) {
        let send = button("#send", [0.0, 800.0, 100.0, 40.0]);
        let mut at = 1_000_000;
        let mut events = Vec::new();
        for (place, step) in steps.iter().enumerate() {
            at += 2_000;
            let goes_on = place > 0 && steps[place - 1] == *step;
            if *step == 3 {
                events.push(click_on(at, 20.0, 820.0, &send));
            } else {
                events.push(click_on(at, 20.0, 230.0 + 100.0 * *step as f64, &field(*step)));
                events.extend([key(at + 300, goes_on.then_some(1_800.0), None), key(at + 500, Some(200.0), None)]);
            }
        }
        let mut sent = 0_u32;
        let mut corrected = true;
        for (place, step) in steps.iter().enumerate() {
            // Going on in the field that is being filled in is no new correction.
            let goes_on = place > 0 && steps[place - 1] == *step;
            match *step {
                3 if corrected => (sent, corrected) = (sent + 1, false),
                3 => {}
                _ => corrected |= !goes_on,
            }
        }
        let mut fields: Vec<usize> = steps.iter().copied().filter(|step| *step != 3).collect();
        fields.sort_unstable();
        fields.dedup();
        let refused = sent.saturating_sub(1);
        let is_refused = (fields.len() >= 2 && refused >= 1) || (fields.len() == 1 && refused >= 2);
        let found = kind(events, FindingKind::FormRefused);
        prop_assert_eq!(found.iter().map(|finding| finding.count).collect::<Vec<_>>(), if is_refused { vec![sent] } else { vec![] });
    }

    /// Fields entered one after the other: the time in each, less what typing takes.
    #[test]
    fn effort_as_by_the_definition(stays in prop::collection::vec((0..3_usize, 0..6_usize, prop::sample::select(vec![1500, 7000, 9000, 16_000, 26_000_i64])), 1..9)) {
        let mut at = 1_000_000;
        let mut events = Vec::new();
        // Effort in ms, returns, and whether it was entered, by field.
        let mut fields: BTreeMap<usize, (Millis, u32)> = BTreeMap::new();
        let mut before = None;
        let mut presses_of_all = 0;
        let mut entered: Option<(usize, Millis, Millis)> = None;
        let mut stayed: Vec<(usize, Millis)> = Vec::new();
        for (place, &(of, presses, ms)) in stays.iter().enumerate() {
            if before != Some(of) {
                if let Some((field, since, typed)) = entered.take() {
                    stayed.push((field, (at - since - typed).max(0)));
                }
                let known = fields.contains_key(&of);
                let field = fields.entry(of).or_default();
                field.1 += u32::from(known);
                entered = Some((of, at, 0));
            }
            events.push(click_on(at, 20.0, 230.0 + 100.0 * of as f64, &field(of)));
            for press in 0..presses {
                let gap = (place > 0 && before == Some(of) || press > 0).then_some(100.0);
                events.push(key(at + 100 + 100 * press as Millis, gap, None));
            }
            presses_of_all += presses;
            if let Some((_, _, typed)) = &mut entered {
                *typed += 400 * presses as Millis;
            }
            before = Some(of);
            at += ms;
        }
        events.push(mouse(at, 700.0, 90.0));
        if let Some((field, since, typed)) = entered {
            stayed.push((field, (at - since - typed).max(0)));
        }
        for (field, ms) in stayed {
            fields.entry(field).or_default().0 += ms;
        }
        let weight = |(ms, returns): &(Millis, u32)| *ms as f64 / 1000.0 + 10.0 * f64::from(*returns);
        let mut expected: Vec<String> = Vec::new();
        let worst = fields.iter().max_by(|a, b| weight(a.1).total_cmp(&weight(b.1)).then(a.0.cmp(b.0)));
        if let Some((worst, (ms, returns))) = worst && presses_of_all > 0 {
            let mut others: Vec<f64> = fields.iter().filter(|(of, _)| *of != worst).map(|(_, (ms, _))| *ms as f64).collect();
            others.sort_by(f64::total_cmp);
            let middle = match others.len() {
                0 => 0.0,
                1 => others[0],
                _ => (others[0] + others[1]) / 2.0,
            };
            let stands_out = *ms as f64 >= 3.0 * middle.max(1500.0);
            if *returns >= 2 || stands_out && (*ms >= 15_000 || *ms >= 8_000 && *returns > 0) {
                expected.push(format!("#field-{worst}"));
            }
        }
        let found = alone(&events, &desktop(), form_effort::form_effort);
        prop_assert_eq!(found.iter().map(|finding| finding.key().target).collect::<Vec<_>>(), expected);
    }

    /// A few pages, on which fields are filled in, boxes ticked, buttons clicked, and forms sent or not.
    #[test]
    fn tasks_given_up_as_by_the_definition(
        deeds in prop::collection::vec((prop::sample::select(vec![1000, 1001, 2000, 13_000, 13_999, 14_000_i64]), deed()), 0..16),
        goal in prop::option::weighted(0.2, 0..16_usize),
    ) {
        let visit = Visit::new(&deeds, goal);
        let mut found = alone(&visit.events, &desktop(), given_up::given_up);
        // A search in vain is told how often it was tried.
        found.retain(|finding| finding.figure(Measure::Submits).is_none());
        let of = |finding: &Finding| (format!("{} {}", finding.page, finding.key().target), finding.at(), finding.cost_ms);
        prop_assert_eq!(found.iter().map(of).collect::<Vec<_>>(), visit.expected().into_iter().collect::<Vec<_>>());
    }
}
