//! A scorer says the same as a fold over the whole session.

use proptest::prelude::*;

use super::*;
use crate::{
    analyze::{
        Thresholds, Timeline,
        detect::Outcome,
        score,
        testing::{SHOP, batch, button, click, click_on, dead_click, error, mouse, navigate, scroll},
    },
    model::{Custom, Event, EventKind, NavigationKind},
};

/// What a visitor does next: after how many ms, and what.
type Step = (Millis, u8, u8);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let pause = prop::sample::select(vec![0, 0, 10, 16, 50, 50, 100, 150, 199, 201, 399, 401, 999, 1000, 1001, 6000]);
    // Runs of one kind, as a hand makes them, with something else between.
    let run = (prop::sample::select(vec![16, 50, 100, 125]), 0..4_u8, 1..40_usize);
    let run = run.prop_map(|(pause, kind, length)| (0..length).map(|n| (pause, kind, n as u8)).collect::<Vec<_>>());
    let single = (pause, 0..14_u8, 0..8_u8).prop_map(|step| vec![step]);
    prop::collection::vec(prop_oneof![2 => single, 1 => run], 0..30).prop_map(|steps| steps.concat())
}

fn event(at: Millis, kind: u8, n: u8) -> Event {
    let x = f64::from(n % 4) * 40.0;
    match kind {
        // To and fro, along one axis or both; and tremor.
        0 => mouse(at, f64::from(n % 2) * 90.0, 10.0),
        1 => mouse(at, x, f64::from(n % 3) * 25.0),
        2 => mouse(at, f64::from(n) * 9.0, f64::from(n % 2) * 19.0),
        3 | 4 => click(at, x / 4.0, 5.0),
        5 => click_on(at, 5.0, 5.0, &button("#pay", [0.0, 0.0, 90.0, 30.0])),
        6 => dead_click(at, 5.0, 5.0, None, 2499 + u32::from(n % 2)),
        7 => error(at),
        8 | 9 => scroll(at, f64::from(n) * 30.0, 10.0),
        10 => navigate(at, NavigationKind::Push, ["a", "b", "b#x"][usize::from(n) % 3]),
        11 => navigate(at, NavigationKind::Pop, ["a", "b"][usize::from(n) % 2]),
        12 => navigate(at, NavigationKind::Load, "c"),
        13 if n == 0 => Event { timestamp: at, kind: EventKind::Custom(goal()) },
        _ => mouse(at, f64::NAN, 0.0),
    }
}

fn goal() -> Custom {
    Custom { name: Goals::EVENT.to_owned(), ..Custom::default() }
}

impl Scorer {
    /// On a site with a goal.
    fn take(&mut self, batch: &Batch) -> bool {
        self.add(batch, &PageRules::default(), &Goals::new(["/c"]))
    }
}

/// The batches of a page load that begins at a time, cut after so many events each.
fn batches(view: &str, from: Millis, steps: &[Step], cuts: &[usize]) -> Vec<Batch> {
    let mut at = from;
    let events: Vec<Event> = steps
        .iter()
        .map(|&(pause, kind, n)| {
            at += pause;
            event(at, kind, n)
        })
        .collect();
    let (mut rest, mut found, mut cuts) = (&events[..], Vec::new(), cuts.iter().cycle());
    while !rest.is_empty() {
        let cut = cuts.next().copied().unwrap_or(rest.len()).clamp(1, rest.len());
        let (some, others) = rest.split_at(cut);
        let seq = found.len() as u32 * 2;
        found.push(batch(view, seq, (found.len() % 3 == 0).then_some(SHOP), some.to_vec()));
        rest = others;
    }
    found
}

proptest! {
    /// After each batch; two tabs and what names no view, each in its own order.
    #[test]
    fn as_the_fold_over_all_batches(
        first in steps(),
        second in steps(),
        nameless in steps(),
        cuts in prop::collection::vec(1..30_usize, 1..6),
    ) {
        let mut all = batches("view-one", 0, &first, &cuts);
        all.insert(0, batch("view-one", 0, Some(SHOP), [mouse(0, 1.0, 1.0)]));
        let all: Vec<Batch> = all.into_iter().enumerate().map(|(seq, batch)| {
            let mut parts = batch.into_parts();
            parts.id.seq = seq as u32;
            Batch::new(parts)
        }).collect();
        let mut left = [all, batches("view-two", 300, &second, &cuts), batches("_nameless", 50, &nameless, &cuts)];
        let (mut scorer, mut added) = (Scorer::default(), Vec::new());
        while let Some(next) = left.iter_mut().filter(|tab| !tab.is_empty()).min_by_key(|tab| tab[0].end()) {
            let batch = next.remove(0);
            prop_assert!(scorer.take(&batch));
            added.push(batch);
            let timeline = Timeline::new(added.clone());
            let reached = Outcome::of(&timeline, &Goals::new(["/c"])).reached.is_some();
            let whole = Score { reached, ..score(&timeline, &Thresholds::default()) };
            prop_assert_eq!(scorer.score(), whole);
            prop_assert_eq!((scorer.counts(), scorer.batches() as usize), (timeline.counts(), added.len()));
        }
    }
}

#[test]
fn what_is_not_the_next_batch_is_refused() {
    let of = |view, seq, at| batch(view, seq, Some(SHOP), [mouse(at, 1.0, 1.0), mouse(at + 10, 2.0, 2.0)]);
    let added = |batches: &[Batch]| {
        let mut scorer = Scorer::default();
        batches.iter().map(|batch| scorer.take(batch)).collect::<Vec<_>>()
    };
    assert_eq!(added(&[of("view-one", 0, 0), of("view-one", 2, 10)]), [true, true], "one is missing");
    assert_eq!(added(&[of("view-one", 1, 0), of("view-one", 0, 20)]), [true, false], "an earlier one");
    assert_eq!(added(&[of("view-one", 0, 0), of("view-one", 1, 9)]), [true, false], "its events are earlier");
    assert_eq!(added(&[of("view-one", 0, 50), of("view-two", 0, 49)]), [true, false], "before the session's start");
    let empty = |seq| batch("view-one", seq, None, []);
    assert_eq!(added(&[empty(0), of("view-one", 1, 0), empty(2), empty(1)]), [true, true, true, false]);
}

#[test]
fn what_is_remembered_does_not_grow_with_the_session() {
    let mut scorer = Scorer::default();
    let mut weights = Vec::new();
    for seq in 0..600 {
        let from = Millis::from(seq) * 2000;
        let shaken = (0..40).map(|n| event(from + n * 50, u8::try_from(seq % 3).unwrap_or(0), n as u8));
        let clicks = (0..3).map(|n| click(from + 100 + n * 50, 5.0, 5.0));
        assert!(scorer.take(&batch("view-one", seq, Some(SHOP), shaken.chain(clicks))));
        weights.push(scorer.weight());
    }
    let most = weights.iter().copied().max().unwrap_or(0);
    assert!(most < 4096 && weights[590..].iter().all(|weight| *weight <= weights[10] * 2), "{most}");
    assert!(scorer.score().rage == 600 && scorer.batches() == 600);
    // A click every half second, without end.
    let clicked = |seq: u32| {
        batch(
            "view-one",
            600 + seq,
            Some(SHOP),
            (0..4).map(|n| click(1_200_000 + Millis::from(seq) * 2000 + n * 500, 5.0, 5.0)),
        )
    };
    assert!(!(0..100).all(|seq| scorer.take(&clicked(seq))), "it gives up");
}
