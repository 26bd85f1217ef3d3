//! What holds for any session, and detectors straight from their definitions.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{
    analyze::testing::{
        SHOP, batch, button, click, click_on, dead_click, error, key, load, mouse, scroll, visit, window,
    },
    model::{Element, Event, EventKind, Millis, Visibility, VisibilityState},
};

fn shown(at: Millis, visible: bool) -> Event {
    let state = if visible { VisibilityState::Visible } else { VisibilityState::Hidden };
    Event { timestamp: at, kind: EventKind::Visibility(Visibility { state }) }
}

fn of(timeline: &Timeline) -> Vec<Finding> {
    detect(timeline, &Context { device: Device::Desktop, ..Context::default() }).findings
}

fn kind(events: impl IntoIterator<Item = Event>, kind: FindingKind) -> Vec<Finding> {
    of(&visit(events)).into_iter().filter(|finding| finding.kind == kind).collect()
}

/// Any of the things that detectors read, at times on both sides of every threshold.
fn anything(most: usize) -> impl Strategy<Value = Vec<Event>> {
    let step = prop::sample::select(vec![0, 40, 150, 600, 1001, 2600, 4100, 9000, 16_000, 40_000_i64]);
    prop::collection::vec((step, 0..13_u8, 0..5_u32), 0..most).prop_map(|all| {
        let boxes = [
            button("#pay", [0.0, 0.0, 90.0, 30.0]),
            Element { tag: "a".into(), ..button("#more", [0.0, 40.0, 90.0, 20.0]) },
            Element { tag: "input".into(), ..button("#name", [0.0, 80.0, 90.0, 30.0]) },
            Element {
                tag: "img".into(),
                interactive: false,
                ..button("li:nth-of-type(1)>img", [0.0, 200.0, 200.0, 200.0])
            },
            Element { tag: "p".into(), interactive: false, ..button("main>p", [0.0, 500.0, 400.0, 90.0]) },
        ];
        let mut at = 1_000_000;
        let event = |(step, what, n): (Millis, u8, u32)| {
            at += step;
            let element = &boxes[n as usize];
            let [x, y, ..] = element.rect.unwrap_or_default();
            match what {
                0..=3 => click_on(at, x + 5.0, y + 5.0, element),
                4 => dead_click(at, x + 5.0, y + 5.0, Some(element), 2500),
                5 => click(at, f64::from(n), 66.0),
                6 => error(at),
                7 => scroll(at, f64::from(n) * 700.0, f64::from(n) * 20.0),
                8 => key(at, (n > 0).then_some(200.0), Some(80.0)),
                9 => load(at, ["", "a", "b", "checkout", "a"][n as usize]),
                10 => shown(at, n > 2),
                11 => window(at, 1000.0, 700.0, 4000.0),
                _ => mouse(at, x + 3.0, y + 3.0),
            }
        };
        all.into_iter().map(event).collect()
    })
}

proptest! {
    /// Ranked, bounded, within the visit, and each key once of a kind, for any session.
    #[test]
    fn findings_are_ranked_and_bounded(events in anything(80), device in prop::sample::select(vec![Device::Desktop, Device::Mobile, Device::Unknown])) {
        let timeline = visit(events);
        let found = detect(&timeline, &Context { device, ..Context::default() });
        let (start, end) = (timeline.start().unwrap_or(0), timeline.end().unwrap_or(0));
        prop_assert!(found.findings.windows(2).all(|pair| pair[0].gravity() >= pair[1].gravity()));
        let mut of_kind: BTreeMap<FindingKind, usize> = BTreeMap::new();
        for finding in &found.findings {
            *of_kind.entry(finding.kind).or_default() += 1;
            prop_assert!((0.0..=1.0).contains(&finding.strength) && finding.cost_ms >= 0, "{:?}", finding);
            prop_assert!((1..=Finding::MOMENTS).contains(&finding.moments.len()));
            prop_assert!(finding.count as usize >= finding.moments.len());
            prop_assert!(finding.moments.iter().all(|at| (start..=end).contains(at)), "{:?}", finding);
            prop_assert!(finding.figures.iter().all(|figure| figure.value.is_finite() && figure.value >= 0.0), "{:?}", finding);
        }
        prop_assert!(of_kind.values().all(|count| *count <= MOST_OF_A_KIND));
        for episode in &found.episodes {
            prop_assert!(episode.begin <= episode.end && episode.tried.len() <= Episode::TRIED);
        }
        let again = detect(&timeline, &Context { device, ..Context::default() });
        prop_assert_eq!(&again, &found, "the same each time");
        let text = serde_json::to_string(&found).unwrap_or_default();
        prop_assert_eq!(serde_json::from_str::<Diagnosis>(&text).ok(), Some(found));
    }

    /// Errors after clicks, counted click by click.
    #[test]
    fn errors_after_clicks_as_by_the_definition(events in anything(60)) {
        let mut expected: BTreeMap<String, u32> = BTreeMap::new();
        let mut page = SHOP.to_owned();
        let mut in_order: Vec<&Event> = events.iter().collect();
        in_order.sort_by_key(|event| event.timestamp);
        for event in &in_order {
            match &event.kind {
                EventKind::Navigation(navigation) => page.clone_from(&navigation.url),
                EventKind::Click(click) => {
                    let errors = in_order.iter().filter(|other| matches!(other.kind, EventKind::Error(_)));
                    let followed = errors.clone().any(|error| (0..=1000).contains(&(error.timestamp - event.timestamp)));
                    if followed && let Some(element) = &click.element {
                        *expected.entry(format!("{page} {}", element.path)).or_default() += 1;
                    }
                }
                _ => {}
            }
        }
        let found: BTreeMap<String, u32> = kind(events.clone(), FindingKind::ErrorAfterClick)
            .into_iter()
            .filter(|finding| finding.element.is_some())
            .map(|finding| (format!("{} {}", finding.page, finding.key().target), finding.count))
            .collect();
        // At most 8 of a kind are kept.
        prop_assert!(found.iter().all(|(target, count)| expected.get(target) == Some(count)), "{:?} {:?}", found, expected);
        prop_assert!(found.len() == expected.len() || found.len() + 1 >= MOST_OF_A_KIND.min(expected.len()));
    }

    /// Absences, pair by pair.
    #[test]
    fn absences_as_by_the_definition(steps in prop::collection::vec((prop::sample::select(vec![500, 2999, 3000, 20_000, 61_000_i64]), any::<bool>()), 0..24)) {
        let mut at = 0;
        let changes: Vec<(Millis, bool)> = steps.into_iter().map(|(step, visible)| { at += step; (at, visible) }).collect();
        let mut absences: Vec<Millis> = Vec::new();
        for (place, &(hidden, visible)) in changes.iter().enumerate() {
            // The first of a row of tellings that it is hidden, up to the next that it is shown.
            let before = place.checked_sub(1).map(|before| changes[before].1);
            if !visible && before != Some(false)
                && let Some((back, _)) = changes[place..].iter().find(|change| change.1)
            {
                absences.push(back - hidden);
            }
        }
        absences.retain(|ms| *ms >= 3000);
        let is_away = absences.len() >= 3 || (absences.len() == 2 && absences.iter().sum::<Millis>() >= 60_000);
        let found = kind(changes.iter().map(|&(at, visible)| shown(at, visible)), FindingKind::Away);
        prop_assert_eq!(found.len(), usize::from(is_away));
        if let [finding] = &found[..] {
            prop_assert_eq!((finding.count as usize, finding.cost_ms), (absences.len(), absences.iter().sum::<Millis>()));
        }
    }

    /// Sweeps, counted on the way from turn to turn.
    #[test]
    fn searches_as_by_the_definition(ys in prop::collection::vec(prop::sample::select(vec![0.0, 90.0, 200.0, 600.0, 1400.0, 2600.0]), 0..30)) {
        let mut way = vec![0.0_f64];
        way.extend(&ys);
        way.dedup();
        let mut ends = vec![0];
        ends.extend((1..way.len().max(2) - 1).filter(|&i| (way[i] - way[i - 1]) * (way[i + 1] - way[i]) < 0.0));
        ends.push(way.len() - 1);
        ends.dedup();
        let legs: Vec<f64> = ends.windows(2).map(|pair| (way[pair[1]] - way[pair[0]]).abs()).collect();
        let sweeps = legs.iter().filter(|leg| **leg >= 0.7 * 800.0).count();
        let turns = legs[..legs.len().saturating_sub(1)].iter().filter(|leg| **leg >= 100.0).count();
        let events = ys.iter().enumerate().map(|(i, &y)| scroll(1000 + i as Millis * 200, y, 10.0));
        let found = kind([window(0, 1000.0, 800.0, 4000.0)].into_iter().chain(events), FindingKind::ScrollSearch);
        prop_assert_eq!(found.len(), usize::from(sweeps >= 5 || turns >= 8), "{:?}", legs);
    }

    /// Returns within 7 s, hub by hub.
    #[test]
    fn pogo_sticking_as_by_the_definition(stays in prop::collection::vec((0..3_usize, prop::sample::select(vec![3000, 4001, 7000, 7001, 30_000_i64])), 0..16)) {
        let mut at = 0;
        let mut entered: Vec<(usize, Millis)> = Vec::new();
        for (page, ms) in stays {
            if entered.last().is_none_or(|(last, _)| *last != page) {
                entered.push((page, at));
            }
            at += ms;
        }
        let mut backs: BTreeMap<usize, Vec<Millis>> = BTreeMap::new();
        let mut last = None;
        for from in 1..entered.len().max(1) - usize::from(!entered.is_empty()) {
            let ms = entered[from + 1].1 - entered[from].1;
            if entered[from - 1].0 == entered[from + 1].0 && ms <= 7000 && last != Some(from - 1) {
                backs.entry(entered[from + 1].0).or_default().push(ms);
                last = Some(from);
            }
        }
        let is_pogo = |backs: &Vec<Millis>| backs.len() >= 3 || (backs.len() == 2 && backs.iter().all(|ms| *ms <= 4000));
        let expected: Vec<usize> = backs.values().filter(|backs| is_pogo(backs)).map(Vec::len).collect();
        let loads = entered.iter().map(|&(page, at)| load(at, ["a", "b", "c"][page]));
        let found = kind(loads, FindingKind::BackAndForth);
        if !expected.is_empty() {
            let mut counts: Vec<usize> = found.iter().map(|finding| finding.count as usize).collect();
            let mut expected = expected;
            counts.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(counts, expected);
        }
    }
}

#[test]
fn a_goal_is_tracked_or_entered() {
    let goal = Event {
        timestamp: 500,
        kind: EventKind::Custom(crate::model::Custom { name: "goal".into(), props: BTreeMap::new() }),
    };
    let outcome = |events: Vec<Event>, goals: Goals| Outcome::of(&visit(events), &goals);
    let tracked = outcome(vec![load(0, "a"), goal.clone(), load(900, "b")], Goals::default());
    let reached = |outcome: &Outcome| outcome.reached.as_ref().map(|goal| (goal.at, goal.page.clone(), goal.tracked));
    assert_eq!(reached(&tracked), Some((500, format!("{SHOP}a"), true)));
    assert_eq!((tracked.left_from.as_str(), tracked.left_at), (format!("{SHOP}b").as_str(), 900));
    let entered = outcome(vec![load(0, "a"), load(300, "thanks"), goal], Goals::new(["/thanks"]));
    assert_eq!(reached(&entered), Some((300, format!("{SHOP}thanks"), false)), "the first one");
    assert_eq!(reached(&outcome(vec![load(0, "a")], Goals::new(["/thanks"]))), None);
    assert_eq!(Outcome::of(&Timeline::default(), &Goals::default()), Outcome::default());
}

/// The work has to grow with the events, not with their pairs: that would be a matter of hours.
#[test]
fn a_hundred_thousand_clicks_on_as_many_things() {
    let one_page = (0..50_000_i64).flat_map(|i| {
        let element = button(&format!("#b{i}"), [(i % 900) as f64, (i / 900) as f64 * 20.0, 18.0, 18.0]);
        [click_on(i * 300, (i % 900) as f64 + 4.0, (i / 900) as f64, &element), error(i * 300 + 10)]
    });
    let many_pages = (0..20_000_i64).flat_map(|i| {
        [
            load(20_000_000 + i * 50, &format!("x{i}y")),
            click(20_000_010 + i * 50, 5.0, 5.0),
            key(20_000_020 + i * 50, None, None),
        ]
    });
    let to_and_fro = (0..20_000_i64).map(|i| scroll(30_000_000 + i * 100, (i % 2 * 3000) as f64, 50.0));
    let events: Vec<Event> = one_page.chain(many_pages).chain(to_and_fro).collect();
    let found = detect(&Timeline::new([batch("view-one", 0, Some(SHOP), events)]), &Context::default());
    assert!(found.findings.len() <= MOST_OF_A_KIND * FindingKind::ALL.len());
    assert!(found.findings.iter().any(|finding| finding.kind == FindingKind::ScrollSearch));
}
