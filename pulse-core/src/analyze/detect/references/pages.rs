//! What a page costs: waiting, a button that is passed by, hesitation.

use proptest::prelude::*;

use super::{alone, desktop, drawn, kind, outline, tracked};
use crate::{
    analyze::{
        detect::*,
        testing::{SHOP, button, click, click_on, key, load, mouse, scroll, window},
    },
    model::{Element, Event, Goals, LayoutBox, Millis},
};

/// Labels and sizes of buttons: not every label is one of a call to action, and the second size is too small for one.
const LABELS: [&str; 6] = ["Buy", "Order now", "Buy", "Search", "Accept all cookies", ""];
const SIZES: [(f64, f64); 4] = [(100.0, 20.0), (100.0, 19.5), (200.0, 60.0), (240.0, 60.0)];

/// What happens next on a page with a call to action.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Scroll(f64),
    /// A click on a control that is no call to action.
    Control,
    /// Another page and back.
    Away(usize),
}

/// A page view, with what was done on it.
struct Scrolled {
    page: &'static str,
    entered: Millis,
    /// Times and offsets; none where a control is clicked.
    steps: Vec<(Millis, Option<f64>)>,
}

impl Scrolled {
    /// Turns of the direction after at least 100 px, with no click on a control between.
    fn turns(&self) -> usize {
        let mut most = 0;
        let mut y = 0.0;
        for steps in self.steps.split(|(_, step)| step.is_none()) {
            let mut ways: Vec<f64> = Vec::new();
            for next in steps.iter().filter_map(|(_, step)| *step) {
                match ways.last_mut() {
                    Some(way) if *way * (next - y) > 0.0 => *way += next - y,
                    _ if next != y => ways.push(next - y),
                    _ => {}
                }
                y = next;
            }
            ways.pop();
            most = most.max(ways.iter().filter(|way| way.abs() >= 100.0).count());
        }
        most
    }

    /// From when to when a box was wholly in a window of 800 px.
    fn in_view(&self, [_, top, _, height]: [f64; 4], left: Millis) -> Vec<(Millis, Millis)> {
        let is_in = |y: f64| y <= top && top + height <= y + 800.0;
        let offsets = self.steps.iter().filter_map(|(at, step)| Some((*at, (*step)?)));
        let offsets: Vec<(Millis, f64)> = std::iter::once((self.entered, 0.0)).chain(offsets).collect();
        let mut times: Vec<(Millis, Millis)> = Vec::new();
        for (n, (at, _)) in offsets.iter().enumerate().filter(|(_, (_, y))| is_in(*y)) {
            let until = offsets.get(n + 1).map_or(left, |next| next.0);
            match times.last_mut().filter(|_| n > 0 && is_in(offsets[n - 1].1)) {
                Some(time) => time.1 = until,
                None => times.push((*at, until)),
            }
        }
        times
    }
}

proptest! {
    /// A link or a button, and nothing after it until the end of the visit but moves of the pointer.
    #[test]
    fn waits_as_by_the_definition(steps in prop::collection::vec((prop::sample::select(vec![600, 4000, 5999, 6000, 12_000_i64]), 0..6_usize), 0..10)) {
        let link = Element { tag: "a".into(), label: Some("More".into()), ..button("#more", [0.0, 40.0, 90.0, 60.0]) };
        let save = button("#save", [0.0, 400.0, 90.0, 60.0]);
        let mut at = 1_000_000;
        let mut events: Vec<(usize, Event)> = Vec::new();
        for (step, what) in steps {
            at += step;
            events.push((what, match what {
                0 => click_on(at, 20.0, 60.0, &link),
                1 => click_on(at, 20.0, 420.0, &save),
                2 => key(at, None, None),
                3 => scroll(at, 300.0, 20.0),
                4 => mouse(at, 60.0, 440.0),
                _ => mouse(at, 700.0, 440.0),
            }));
        }
        let end = events.last().map_or(0, |(_, event)| event.timestamp);
        let mut expected = Vec::new();
        for (place, (what, event)) in events.iter().enumerate() {
            let after = &events[place + 1..];
            let waited = end - event.timestamp;
            let acted = after.iter().any(|(what, _)| *what < 4);
            let stayed = !after.iter().any(|(what, _)| *what == 5);
            if !acted && (*what == 0 && waited >= 6000 || *what <= 1 && waited >= 12_000 && stayed) {
                expected.push(waited);
            }
        }
        let found = kind(events.into_iter().map(|(_, event)| event), FindingKind::LongWait);
        prop_assert_eq!(found.iter().map(|finding| finding.cost_ms).collect::<Vec<_>>(), expected);
    }

    /// Three buttons side by side, 900 px down the page, of which at most one is a call to action.
    #[test]
    fn buttons_passed_by_as_by_the_definition(
        buttons in prop::collection::vec((0..LABELS.len(), 0..SIZES.len()), 3),
        steps in prop::collection::vec((
            prop::sample::select(vec![999, 1000, 1999, 2000, 3000_i64]),
            prop_oneof![
                9 => prop::sample::select(vec![0.0, 119.0, 120.0, 159.0, 160.0, 900.0, 901.0, 1100.0]).prop_map(Deed::Scroll),
                1 => Just(Deed::Control),
                1 => (0..2_usize).prop_map(Deed::Away),
            ],
        ), 0..22),
        end in 0..12_usize,
    ) {
        let boxes: Vec<LayoutBox> = buttons.iter().enumerate().map(|(n, (label, size))| {
            // Of one size, but not of one area.
            let (w, h) = (SIZES[*size].0 + 0.5 * n as f64, SIZES[*size].1);
            drawn("button", [100.0 + 400.0 * n as f64, 900.0, w, h], LABELS[*label])
        }).collect();
        let mut at = 1_000_000;
        let mut events = vec![load(at, ""), window(at, 1200.0, 800.0, 3000.0), outline(at, boxes.clone())];
        let mut views = vec![Scrolled { page: "", entered: at, steps: Vec::new() }];
        for &(wait, deed) in &steps {
            at += wait;
            let view = views.len() - 1;
            match deed {
                Deed::Scroll(y) => {
                    events.push(scroll(at, y, 10.0));
                    views[view].steps.push((at, Some(y)));
                }
                Deed::Control => {
                    events.push(click_on(at, 20.0, 20.0, &button("#menu", [0.0, 0.0, 40.0, 40.0])));
                    views[view].steps.push((at, None));
                }
                Deed::Away(page) => {
                    let page = ["a", "b"][page];
                    events.push(load(at, page));
                    views.push(Scrolled { page, entered: at, steps: Vec::new() });
                    at += 500;
                    events.push(load(at, ""));
                    views.push(Scrolled { page: "", entered: at, steps: Vec::new() });
                }
            }
        }
        at += 1000;
        let last = boxes[end % 3].clone();
        let named = Element { label: last.l.clone(), ..button("#cta", [0.0, 0.0, 40.0, 40.0]) };
        match end {
            // A new page, a page that may be new, a goal, a click on one of the buttons, and on one of its name.
            0 | 1 => events.push(load(at, ["new", "a"][end])),
            2 => events.push(tracked(at, Goals::EVENT)),
            3..=5 => events.push(click(at, last.r[0], last.r[1])),
            6..=8 => events.push(click_on(at, 20.0, 20.0, &named)),
            _ => events.push(mouse(at, 1.0, 1.0)),
        }
        if end < 2 {
            views.push(Scrolled { page: ["new", "a"][end], entered: at, steps: Vec::new() });
        }

        let is_alike = |a: &LayoutBox, b: &LayoutBox| a.l == b.l || ((a.r[2] - b.r[2]).abs() < 2.0 && (a.r[3] - b.r[3]).abs() < 2.0);
        let area = |b: &LayoutBox| b.r[2] * b.r[3];
        let mut calls: Vec<&LayoutBox> = boxes.iter().filter(|b| {
            let is_named = b.l.as_deref().is_some_and(|label| label == "Buy" || label == "Order now");
            is_named && area(b) >= 2000.0 && boxes.iter().filter(|other| is_alike(b, other)).count() <= 2
        }).collect();
        calls.sort_by(|a, b| area(a).total_cmp(&area(b)));
        let left = |n: usize| views.get(n + 1).map_or(at, |next: &Scrolled| next.entered);
        let turns = views.iter().map(Scrolled::turns).max().unwrap_or(0);
        let expected = calls.last().and_then(|call| {
            let home = views.iter().enumerate().filter(|(_, view)| view.page.is_empty());
            let mut seen: Vec<(Millis, Millis)> = home.flat_map(|(n, view)| view.in_view(call.r, left(n))).collect();
            seen.retain(|(from, until)| until - from >= if turns >= 4 { 2000 } else { 1000 });
            let until = seen.last()?.1;
            let next = views.iter().find(|view| view.entered >= until && !view.page.is_empty());
            let went_on = next.is_some_and(|next| !views.iter().any(|v| v.page == next.page && v.entered < until));
            let is_clicked = (3..=5).contains(&end) && last == **call || (6..=8).contains(&end) && last.l == call.l;
            let time: Millis = seen.iter().map(|(from, until)| until - from).sum();
            let passed = seen.len() >= 3 && turns < 8 && !went_on && !is_clicked && end != 2;
            passed.then(|| (call.l.clone(), seen.len(), seen[0].0, time))
        });
        let found = alone(&events, &desktop(), passed_by::passed_by);
        let of = |f: &Finding| (f.element.as_ref().and_then(|e| e.label.clone()), f.count as usize, f.at(), f.cost_ms);
        prop_assert_eq!(found.iter().map(of).collect::<Vec<_>>(), Vec::from_iter(expected));
    }

    /// Elements of two pages, each entered some time before it is clicked.
    #[test]
    fn hesitations_as_by_the_definition(
        approaches in prop::collection::vec((
            0..2_usize,
            0..2_usize,
            prop::sample::select(vec![300, 700, 1500, 1501, 2000, 3000, 3001, 4000, 9000_i64]),
        ), 0..14),
        known in prop::option::of(prop::sample::select(vec![749.0, 1000.0, 1500.0])),
    ) {
        let elements = [button("#buy", [100.0, 100.0, 90.0, 40.0]), Element { tag: "a".into(), ..button("#more", [100.0, 300.0, 90.0, 40.0]) }];
        let mut at = 1_000_000;
        let mut events = vec![load(at, "a")];
        let mut before = 0;
        let mut clicks: Vec<(usize, usize, Millis, Millis)> = Vec::new();
        for (page, of, ms) in approaches {
            at += 1000;
            if page != before {
                events.push(load(at, ["a", "b"][page]));
                before = page;
                at += 100;
            }
            let y = 110.0 + 200.0 * of as f64;
            events.extend([mouse(at, 110.0, y), click_on(at + ms, 110.0, y, &elements[of]), mouse(at + ms + 100, 5.0, 5.0)]);
            at += ms;
            clicks.push((page, of, ms, at));
        }
        let mut context = desktop();
        if let Some(value) = known {
            let hesitation_ms = Some(Typical { value, n: 40 });
            context.usual.insert(format!("{SHOP}a"), PageUsual { hesitation_ms, ..PageUsual::default() });
        }
        // Twice the median, where 5 are known.
        let twice = |ms: Vec<Millis>| {
            let mut ms = ms;
            ms.sort_unstable();
            let n = ms.len();
            (n >= 5).then(|| (ms[(n - 1) / 2] + ms[n / 2]) as f64)
        };
        let times = |is: &dyn Fn(usize, usize) -> bool| clicks.iter().filter(|c| is(c.0, c.1)).map(|c| c.2).collect::<Vec<_>>();
        let mut expected: Vec<(String, usize, Millis, f64)> = Vec::new();
        for page in 0..2 {
            let known = known.filter(|_| page == 0).map(|value| 2.0 * value);
            let long = clicks.iter().filter(|(on, of, ms, _)| {
                let limit = known.or_else(|| twice(times(&|on, _| on == page))).or_else(|| twice(times(&|_, sort| sort == *of)));
                *on == page && *ms > 1500 && *ms as f64 > limit.unwrap_or(3000.0)
            });
            let long: Vec<(Millis, Millis)> = long.map(|(_, _, ms, at)| (*ms, *at)).collect();
            let longest = long.iter().map(|(ms, _)| *ms).max().unwrap_or(0);
            if long.len() >= 2 {
                expected.push((format!("{SHOP}{}", ["a", "b"][page]), long.len(), long[0].1, longest as f64));
            }
        }
        let found = alone(&events, &context, hesitation::hesitation);
        let longest = |f: &Finding| f.figure(Measure::BeforeClickMs).map_or(0.0, |figure| figure.value);
        let found: Vec<_> = found.iter().map(|f| (f.page.clone(), f.count as usize, f.at(), longest(f))).collect();
        prop_assert_eq!(found, expected);
    }
}
