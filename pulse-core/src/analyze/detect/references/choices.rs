//! Choosing among many options.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{alone, desktop, drawn, outline};
use crate::{
    analyze::{
        detect::*,
        testing::{button, click, click_on, load, mouse, scroll, window},
    },
    model::{Event, Millis},
};

/// Stays of a pointer at places by number, one after the other, each with the time at which it began and ended.
type Stays = Vec<(usize, Millis, Millis)>;

/// What a pointer weighed: options, returns, and since when; `stays` are at options alone, by time.
fn weighed(stays: &Stays, until: Millis) -> Option<(usize, usize, Millis)> {
    // Out for at most 300 ms, and in no other option meanwhile, is not out.
    let mut dwells: Stays = Vec::new();
    for &(option, from, to) in stays {
        match dwells.last_mut() {
            Some((last, _, end)) if *last == option && from - *end <= 300 => *end = to,
            _ => dwells.push((option, from, to)),
        }
    }
    dwells.retain(|(_, from, to)| to - from >= 300);
    let options: BTreeSet<usize> = dwells.iter().map(|(option, ..)| *option).collect();
    let turned = dwells.windows(2).filter(|pair| pair[0].0 != pair[1].0).count() + 1;
    let dwelt: Millis = dwells.iter().map(|(_, from, to)| to - from).sum();
    let since = dwells.first()?.1;
    let again = turned - options.len();
    let often = options.len() >= 3 && again >= 2;
    let long = options.len() >= 4 && dwelt >= 12_000;
    ((often || long) && until - since >= 8000).then_some((options.len(), again, since))
}

/// The findings as options, returns and moment.
fn choices(found: &[Finding]) -> Vec<(usize, usize, Millis)> {
    let figure = |finding: &Finding, name| finding.figure(name).map_or(0, |figure| figure.value as usize);
    found.iter().map(|f| (figure(f, Measure::Options), figure(f, Measure::Returns), f.at())).collect()
}

/// The pointer at places, one move each, and when it was there.
fn pointed(places: &[(f64, f64)], stays: &[(usize, Millis)]) -> (Vec<Event>, Stays, Millis) {
    let mut at = 1_000_000;
    let (mut events, mut times) = (Vec::new(), Vec::new());
    for &(place, ms) in stays {
        let (x, y) = places[place];
        events.push(mouse(at, x, y));
        times.push((place, at, at + ms));
        at += ms;
    }
    (events, times, at)
}

/// Stays at places by number: anywhere, or at one after the other for 12 s, more or less.
fn stays() -> impl Strategy<Value = Vec<(usize, Millis)>> {
    let ms = prop::sample::select(vec![200, 299, 300, 301, 900, 2500, 4000, 11_000]);
    let once = |ms: Vec<Millis>| prop::collection::vec(prop::sample::select(ms), 4);
    let in_turn = prop_oneof![once(vec![2999, 3000, 3001]), once(vec![300, 600, 11_000])];
    prop_oneof![
        2 => prop::collection::vec((0..6_usize, ms), 0..14),
        2 => prop::collection::vec((0..4_usize, prop::sample::select(vec![299, 300, 301, 900])), 6..12),
        1 => in_turn.prop_map(|stays| stays.into_iter().enumerate().collect()),
    ]
}

/// What is odd about the last of some buttons.
#[derive(Debug, Clone, Copy)]
enum Odd {
    Nothing,
    Width(f64),
    Kind(&'static str),
}

/// Places in a row and in a column: the first three are in line, the fourth is so with the third alone, and the fifth is
/// below the first. The last two are just far enough from the first to be others, and not quite.
const PLACES: [(f64, f64); 7] =
    [(100.0, 300.0), (300.0, 300.0), (500.0, 324.0), (700.0, 325.0), (124.0, 700.0), (180.0, 300.0), (100.0, 379.0)];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    /// Buttons of an outline, weighed with the pointer.
    #[test]
    fn choices_as_by_the_definition(
        buttons in 2..6_usize,
        odd in prop::sample::select(vec![Odd::Nothing, Odd::Width(111.0), Odd::Width(112.0), Odd::Kind("link"), Odd::Kind("other")]),
        kind in prop::sample::select(vec!["button", "button", "button", "link", "image", "other", "text"]),
        mut stays in stays(),
        total in prop::option::of(prop::sample::select(vec![7999, 8000, 8000])),
        end in 0..3_u8,
    ) {
        let time: Millis = stays.iter().map(|(_, ms)| ms).sum();
        if let Some(total) = total.filter(|total| *total > time) {
            stays.push((5, total - time));
        }
        let place = |n: usize| (100.0 + 150.0 * n as f64, 300.0);
        let boxed = |n: usize| {
            let odd = if n + 1 == buttons { odd } else { Odd::Nothing };
            let width = if let Odd::Width(width) = odd { width } else { 100.0 };
            let kind = if let Odd::Kind(odd) = odd { odd } else { kind };
            drawn(kind, [place(n).0 - 50.0, 280.0, width, 40.0], &format!("Plan {n}"))
        };
        let mut events = vec![load(1_000_000, ""), outline(1_000_000, (0..buttons).map(boxed).collect())];
        // Where there is no such button, the pointer is beside them all.
        let (moves, times, until) = pointed(&[0, 1, 2, 3, 4, 5].map(place), &stays);
        events.extend(moves);
        match end {
            0 => events.push(click_on(until, 150.0, 300.0, &button("#plan", [50.0, 280.0, 100.0, 40.0]))),
            1 => events.push(load(until, "plan")),
            _ => events.push(scroll(until, 0.0, 10.0)),
        }
        let is_alike = match odd {
            Odd::Nothing => true,
            Odd::Width(width) => width - 100.0 <= width / 10.0,
            Odd::Kind(odd) => odd == kind,
        };
        let options = match kind {
            "other" | "text" => 0,
            _ if is_alike => buttons,
            _ => buttons - 1,
        };
        // A pointer that sends nothing rests for 10 s at most.
        let at_options = times.into_iter().filter(|(place, ..)| *place < options);
        let at_options: Stays = at_options.map(|(place, from, to)| (place, from, to.min(from + 10_000))).collect();
        let expected = weighed(&at_options, until).filter(|_| options >= 3);
        let found = alone(&events, &desktop(), hard_choice::hard_choice);
        prop_assert_eq!(choices(&found), Vec::from_iter(expected));
        let lost = found.iter().any(|finding| finding.harm == Harm::BlockedGoal);
        prop_assert_eq!(lost, end == 2 && expected.is_some(), "the visit left, and chose nothing");
    }

    /// Places in a row or column where the pointer rests, on a page without an outline.
    #[test]
    fn choices_without_an_outline_as_by_the_definition(
        stays in prop::collection::vec((0..PLACES.len(), prop::sample::select(vec![300, 499, 500, 2500, 4000, 11_000])), 1..14),
        chosen in prop::option::of(0..PLACES.len()),
    ) {
        let (mut events, mut times, until) = pointed(&PLACES, &stays);
        if let Some(chosen) = chosen {
            let (x, y) = PLACES[chosen];
            events.push(click_on(until, x, y, &button("#size", [x - 20.0, y - 20.0, 40.0, 40.0])));
        } else {
            events.push(click(until, 900.0, 900.0));
        }
        let mut rests: Stays = Vec::new();
        for &(place, from, to) in &times {
            match rests.last_mut().filter(|rest| rest.0 == place) {
                Some(rest) => rest.2 = to,
                None => rests.push((place, from, to)),
            }
        }
        let mut known: Vec<usize> = Vec::new();
        for (place, from, to) in rests {
            let apart = |of: &usize| {
                let ((x, y), (of_x, of_y)) = (PLACES[place], PLACES[*of]);
                (x - of_x).hypot(y - of_y) >= 80.0
            };
            if to - from >= 500 && known.iter().all(apart) {
                known.push(place);
            }
        }
        let mut lines: Vec<Vec<usize>> = Vec::new();
        for of in &known {
            let in_line = |of: f64, to: f64| (of - to).abs() <= 24.0;
            lines.push(known.iter().copied().filter(|place| in_line(PLACES[*of].1, PLACES[*place].1)).collect());
            lines.push(known.iter().copied().filter(|place| in_line(PLACES[*of].0, PLACES[*place].0)).collect());
        }
        let line = lines.into_iter().max_by_key(Vec::len).unwrap_or_default();
        let is_chosen = chosen.is_some_and(|chosen| line.contains(&chosen));
        times.retain(|(place, ..)| line.contains(place));
        let at_options: Stays = times.into_iter().map(|(place, from, to)| (place, from, to.min(from + 10_000))).collect();
        let expected = weighed(&at_options, until).filter(|_| line.len() >= 3 && is_chosen);
        let found = alone(&events, &desktop(), hard_choice::hard_choice);
        prop_assert_eq!(choices(&found), Vec::from_iter(expected));
    }

    /// Buttons below one another, between which a page is scrolled on touch: they stand from 2,000 to 2,850 px.
    #[test]
    fn choices_on_touch_as_by_the_definition(
        ys in prop::collection::vec((
            prop::sample::select(vec![500, 1500, 1900_i64]),
            prop::sample::select(vec![0.0, 1199.0, 1200.0, 1299.0, 1300.0, 1301.0, 2000.0, 2850.0, 2851.0]),
        ), 0..10),
        total in prop::sample::select(vec![19_999, 20_000, 30_000_i64]),
        chosen in any::<bool>(),
    ) {
        let boxes = (0..3).map(|n| drawn("button", [20.0, 2000.0 + 400.0 * f64::from(n), 300.0, 50.0], "Choose"));
        let mut at = 1_000_000;
        let mut events = vec![load(at, ""), window(at, 390.0, 800.0, 6000.0), outline(at, boxes.collect())];
        let mut way = vec![0.0_f64];
        for (step, y) in ys {
            at += step;
            events.push(scroll(at, y, 10.0));
            way.push(y);
        }
        at = 1_000_000 + total;
        events.push(if chosen { click(at, 100.0, 2020.0) } else { mouse(at, 1.0, 1.0) });
        way.dedup();
        let is_turn = |i: &usize| (way[*i] - way[*i - 1]) * (way[*i + 1] - way[*i]) < 0.0;
        let mut since = 0;
        let mut rows = vec![0];
        for turn in (1..way.len() - 1).filter(is_turn) {
            if (way[turn] - way[since]).abs() >= 100.0 {
                let is_among = way[turn] >= 2000.0 - 800.0 && way[turn] <= 2850.0;
                rows.push(if is_among { rows[rows.len() - 1] + 1 } else { 0 });
            }
            since = turn;
        }
        let turns = rows.into_iter().max().unwrap_or(0);
        let is_hard = turns >= 3 && total >= 20_000;
        let context = Context { device: Device::Mobile, ..Context::default() };
        let found = alone(&events, &context, hard_choice::hard_choice);
        prop_assert_eq!(choices(&found), if is_hard { vec![(3, turns, 1_000_000)] } else { vec![] });
    }
}
