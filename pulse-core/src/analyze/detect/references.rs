//! More detectors straight from their definitions: slow, naive, and compared on random sessions.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{
    analyze::testing::{button, click_on, error, key, mouse, scroll, visit},
    model::{Element, Event, EventKind, Millis},
};

fn kind(events: impl IntoIterator<Item = Event>, kind: FindingKind) -> Vec<Finding> {
    let context = Context { device: Device::Desktop, ..Context::default() };
    detect(&visit(events), &context).findings.into_iter().filter(|finding| finding.kind == kind).collect()
}

/// A finding of one detector alone, before others that say more take its place.
fn alone(events: Vec<Event>, detector: fn(&Journey<'_>) -> Vec<Finding>) -> Vec<Finding> {
    let context = Context { device: Device::Desktop, ..Context::default() };
    detector(&Journey::new(&visit(events), &context))
}

fn field(n: usize) -> Element {
    let rect = [0.0, 200.0 + 100.0 * n as f64, 300.0, 60.0];
    Element { tag: "input".into(), ..button(&format!("#field-{n}"), rect) }
}

proptest! {
    /// Clicks on pictures and text, each by itself: those that an error follows do not count.
    #[test]
    fn false_affordances_as_by_the_definition(steps in prop::collection::vec((prop::sample::select(vec![700, 1000, 1001, 4000_i64]), 0..4_usize), 0..24)) {
        let thing = |path: &str, tag: &str, y: f64| Element {
            tag: tag.into(), interactive: false, ..button(path, [0.0, y, 300.0, 200.0])
        };
        let things = [thing("#photo", "img", 300.0), thing("#words", "p", 600.0), thing("#sheet", "canvas", 900.0)];
        let mut at = 1_000_000;
        let mut events = Vec::new();
        for (step, what) in steps {
            at += step;
            events.push(match things.get(what) {
                Some(thing) => click_on(at, 20.0, thing.rect.unwrap_or_default()[1] + 50.0, thing),
                None => error(at),
            });
        }
        let mut expected: BTreeMap<String, u32> = BTreeMap::new();
        for event in &events {
            let EventKind::Click(click) = &event.kind else { continue };
            let followed = events.iter().any(|other| {
                matches!(other.kind, EventKind::Error(_)) && (0..=1000).contains(&(other.timestamp - event.timestamp))
            });
            if !followed && let Some(element) = &click.element {
                *expected.entry(element.path.clone()).or_default() += 1;
            }
        }
        expected.retain(|path, count| match path.as_str() {
            "#photo" => *count >= 2,
            "#words" => *count >= 3,
            _ => false,
        });
        let found: BTreeMap<String, u32> = kind(events, FindingKind::FalseAffordance)
            .into_iter()
            .map(|finding| (finding.key().target, finding.count))
            .collect();
        prop_assert_eq!(found, expected);
    }

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
        let found = alone(events, form_effort::form_effort);
        prop_assert_eq!(found.iter().map(|finding| finding.key().target).collect::<Vec<_>>(), expected);
    }

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
}
