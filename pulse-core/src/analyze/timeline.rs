//! The batches of one session, put in order and split into page views.

use std::{collections::HashMap, ops::Range};

use super::{PageView, split::split};
use crate::model::{Batch, Counts, Event, Millis, Move, PageRules, ViewId, ViewportSize};

/// One session's events in order, by page view. Every signal is a fold over it.
///
/// Batches are ordered by page load (`view_id`) and `seq`; the moves and events of one page load are ordered by time.
/// Of equal times, those of an earlier batch come first, and within a batch the moves. All batches that name no view
/// are read together as one page load. Two tabs of a session are two page loads, and stay apart however their times
/// interleave.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    batches: Vec<Batch>,
    parts: Vec<Part>,
    /// Titles of pages, by name: the latest one.
    titles: HashMap<String, String>,
    received: u64,
    made: u64,
}

/// What a [`PageView`] shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    /// Which page load it belongs to.
    pub(super) tab: usize,
    pub(super) url: String,
    /// Name of its page.
    pub(super) page: String,
    pub(super) entered_at: Millis,
    pub(super) left_at: Millis,
    /// The pointer's positions, apart from the other events: they are nearly all there is, and need a tenth of the
    /// room.
    pub(super) points: Vec<Move>,
    /// All other events.
    pub(super) acts: Vec<Slot>,
    /// Window size when it was entered, known from the page view before in the same tab.
    pub(super) window: Option<ViewportSize>,
}

/// Where an event is: number of its batch, and place in it.
pub(super) type Slot = (u32, u32);

impl Timeline {
    /// Orders the batches of one session, which may come in any order; pages are named by the default rules.
    pub fn new(batches: impl IntoIterator<Item = Batch>) -> Self {
        Self::named(batches, &PageRules::default())
    }

    /// Orders the batches of one session, which may come in any order, and names its pages.
    pub fn named(batches: impl IntoIterator<Item = Batch>, rules: &PageRules) -> Self {
        let mut batches: Vec<Batch> = batches.into_iter().collect();
        batches.sort_by(|a, b| order(a).cmp(&order(b)));
        let mut timeline = Self::default();
        let mut from = 0;
        for (tab, load) in batches.chunk_by(|a, b| load(a) == load(b)).enumerate() {
            let range = from..from + load.len();
            from = range.end;
            timeline.parts.extend(split(tab, &batches, range));
            timeline.count(load);
        }
        timeline.parts.sort_by_key(|part| part.entered_at);
        for part in &mut timeline.parts {
            part.page = rules.name(&part.url).into_owned();
        }
        for batch in &batches {
            if let (Some(url), Some(title)) = (batch.page_url(), batch.title()) {
                timeline.titles.insert(rules.name(url).into_owned(), title.to_owned());
            }
        }
        timeline.batches = batches;
        timeline
    }

    /// Counts the batches of one page load that were received, and those that the tracker made: one more than the
    /// highest `seq`.
    fn count(&mut self, load: &[Batch]) {
        if let [.., last] = load
            && !last.id().view.is_anonymous()
        {
            self.made += u64::from(last.id().seq) + 1;
            self.received += load.chunk_by(|a, b| a.id().seq == b.id().seq).count() as u64;
        }
    }

    /// The page views, in the order in which they were entered.
    pub fn views(&self) -> impl DoubleEndedIterator<Item = PageView<'_>> + ExactSizeIterator {
        self.parts.iter().map(|part| PageView { part, batches: &self.batches })
    }

    /// The page view in which the visitor was last, in whichever tab: one that is hidden or closed may have the last
    /// event, and is not looked at. Nor is one that has been silent for `silent_ms` when another is in use: its end may
    /// never have been heard of.
    pub fn latest(&self, silent_ms: Millis) -> Option<PageView<'_>> {
        // The last view of each page load, and whether that is out of sight.
        let mut loads: HashMap<usize, (bool, PageView<'_>)> = HashMap::new();
        for view in self.views() {
            let load = loads.entry(view.tab()).or_insert((false, view));
            *load = (view.is_out_of_sight().unwrap_or(load.0), view);
        }
        let since = self.end()?.saturating_sub(silent_ms);
        let is_seen = |(is_hidden, view): &(bool, PageView<'_>)| !is_hidden && view.left_at() >= since;
        let last = loads.into_values().max_by_key(|load| (is_seen(load), load.1.left_at(), load.1.tab()));
        last.map(|(_, view)| view)
    }

    /// The title of a page, by name.
    pub fn title(&self, page: &str) -> Option<&str> {
        self.titles.get(page).map(String::as_str).filter(|title| !title.trim().is_empty())
    }

    /// The pages visited, by name, in order of first visit.
    pub fn pages(&self) -> Vec<&str> {
        let mut seen = std::collections::HashSet::new();
        self.views().map(|view| view.page()).filter(|page| seen.insert(*page)).collect()
    }

    /// All moves and events by time, over all page views, as one list.
    pub fn events(&self) -> Vec<Event> {
        let mut events = Vec::with_capacity(self.batches.iter().map(Batch::len).sum());
        for batch in &self.batches {
            events.extend(batch.moves().iter().copied().map(Event::from));
            events.extend_from_slice(batch.events());
        }
        events.sort_by_key(|event| event.timestamp);
        events
    }

    /// Moves and events by type.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.batches.iter().for_each(|batch| counts.add(batch.counts()));
        counts
    }

    /// Time of the first event.
    pub fn start(&self) -> Option<Millis> {
        self.parts.first().map(|part| part.entered_at)
    }

    /// Time of the last event.
    pub fn end(&self) -> Option<Millis> {
        self.views().map(|view| view.last()).max()
    }

    /// From the first event to the last.
    pub fn duration_ms(&self) -> Millis {
        self.start().zip(self.end()).map_or(0, |(start, end)| end.saturating_sub(start))
    }

    /// Batches there are.
    pub fn batches(&self) -> usize {
        self.batches.len()
    }

    /// Batches received of those that the tracker says it made, 0 to 1: `seq` counts from 0 within each page load.
    /// None when no batch names its view.
    pub fn completeness(&self) -> Option<f64> {
        (self.made > 0).then(|| self.received as f64 / self.made as f64)
    }
}

/// The page load of a batch; none when its sender named none.
pub(super) fn load(batch: &Batch) -> Option<&ViewId> {
    Some(&batch.id().view).filter(|view| !view.is_anonymous())
}

fn order(batch: &Batch) -> (Option<&ViewId>, u32, Millis) {
    let load = load(batch);
    (load, if load.is_some() { batch.id().seq } else { 0 }, batch.start())
}

/// What comes next in a page load.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'a> {
    /// Moves that nothing else comes between; never empty.
    Moves(&'a [Move]),
    Event(Slot, &'a Event),
}

impl Step<'_> {
    pub(super) fn start(&self) -> Millis {
        match self {
            Self::Moves(moves) => moves.first().map_or(Millis::MAX, |place| place.at),
            Self::Event(_, event) => event.timestamp,
        }
    }

    pub(super) fn end(&self) -> Millis {
        match self {
            Self::Moves(moves) => moves.last().map_or(Millis::MIN, |place| place.at),
            Self::Event(_, event) => event.timestamp,
        }
    }
}

/// What happened in `batches[range]` by time. The first step of each batch comes with the batch's address.
pub(super) fn by_time(batches: &[Batch], range: Range<usize>) -> Vec<(Option<&str>, Step<'_>)> {
    // Batches do not overlap as a rule, and then moves are passed on in whole runs, else one by one.
    let overlap = !batches[range.clone()].is_sorted_by(|a, b| a.end() <= b.start());
    let mut steps = Vec::new();
    for number in range {
        let batch = &batches[number];
        let (first, mut moves) = (steps.len(), batch.moves());
        for (place, event) in batch.events().iter().enumerate() {
            let (before, after) = moves.split_at(moves.partition_point(|place| place.at <= event.timestamp));
            push_moves(&mut steps, before, overlap);
            moves = after;
            steps.push((None, Step::Event((number as u32, place as u32), event)));
        }
        push_moves(&mut steps, moves, overlap);
        if let Some((url, _)) = steps.get_mut(first) {
            *url = batch.page_url();
        }
    }
    if overlap {
        steps.sort_by_key(|(_, step)| step.start());
    }
    steps
}

fn push_moves<'a>(steps: &mut Vec<(Option<&'a str>, Step<'a>)>, moves: &'a [Move], one_by_one: bool) {
    let run = if one_by_one { 1 } else { moves.len().max(1) };
    steps.extend(moves.chunks(run).map(|moves| (None, Step::Moves(moves))));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        analyze::{
            summarize,
            testing::{SHOP, batch, click, load, mouse, pointing, thresholds},
        },
        model::EventKind,
    };

    fn at(times: &[Millis]) -> Vec<Event> {
        times.iter().map(|&at| mouse(at, at as f64, 0.0)).collect()
    }

    fn times(view: PageView<'_>) -> Vec<Millis> {
        view.times().collect()
    }

    #[test]
    fn two_tabs_stay_apart() {
        let timeline = Timeline::new([
            batch("view-bbb", 1, None, at(&[30, 60])),
            batch("view-aaa", 0, Some(SHOP), at(&[10, 40])),
            batch("view-bbb", 0, Some(SHOP), at(&[0, 20])),
        ]);
        let views: Vec<Vec<Millis>> = timeline.views().map(times).collect();
        assert_eq!(views, [vec![0, 20, 30, 60], vec![10, 40]], "in the order in which they were entered");
        let all: Vec<Millis> = timeline.events().iter().map(|event| event.timestamp).collect();
        assert_eq!(all, [0, 10, 20, 30, 40, 60]);
        assert_eq!((timeline.start(), timeline.end(), timeline.batches()), (Some(0), Some(60), 3));
        assert_eq!(timeline.pages(), [SHOP]);
    }

    #[test]
    fn batches_without_a_view_are_one_view() {
        let timeline = Timeline::new([
            batch("_anonymous2", 0, None, at(&[20, 35])),
            batch("_anonymous3", 0, Some("http://shop.test/cart"), at(&[50])),
            batch("_anonymous1", 0, Some(SHOP), at(&[0, 30])),
        ]);
        let views: Vec<(&str, Vec<Millis>)> = timeline.views().map(|view| (view.page(), times(view))).collect();
        assert_eq!(views, [(SHOP, vec![0, 20, 30, 35]), ("http://shop.test/cart", vec![50])]);
        assert_eq!(timeline.completeness(), None, "nobody says how many there are");
    }

    #[test]
    fn nothing_is_an_empty_timeline() {
        for timeline in [Timeline::default(), Timeline::new([batch("view-one", 0, Some(SHOP), [])])] {
            assert_eq!((timeline.start(), timeline.end(), timeline.duration_ms()), (None, None, 0));
            assert_eq!((timeline.views().len(), timeline.pages().len(), timeline.events().len()), (0, 0, 0));
        }
    }

    #[test]
    fn completeness_counts_to_the_highest_seq_of_each_view() {
        let of = |ids: &[(&str, u32)]| {
            Timeline::new(ids.iter().map(|&(view, seq)| batch(view, seq, None, at(&[0])))).completeness()
        };
        assert_eq!(of(&[("view-one", 0), ("view-one", 1)]), Some(1.0));
        assert_eq!(of(&[("view-one", 3), ("view-one", 0), ("view-two", 0)]), Some(0.6), "3 of 5");
        assert_eq!(of(&[("view-one", 0), ("_anonymous", 7)]), Some(1.0));
        assert_eq!(of(&[("view-one", u32::MAX)]), Some(1.0 / 4_294_967_296.0));
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn equal_times_keep_the_order_of_arrival() {
        let first = batch("view-one", 0, Some(SHOP), [click(5, 1.0, 0.0)]);
        let second = batch("view-one", 1, Some(SHOP), [click(5, 2.0, 0.0), click(5, 3.0, 0.0)]);
        let timeline = Timeline::new([second, first]);
        let x: Vec<f64> = timeline.views().flat_map(|view| view.clicks()).map(|click| click.click.x).collect();
        assert_eq!(x, [1.0, 2.0, 3.0]);
        let all: Vec<_> = timeline.events().iter().filter_map(Event::position).map(|(x, _)| x).collect();
        assert_eq!(all, [1.0, 2.0, 3.0]);
    }

    #[test]
    fn what_is_no_place_is_no_point() {
        let odd = [mouse(0, f64::NAN, 0.0), mouse(1, 0.0, f64::INFINITY), mouse(2, 1e300, 0.0), mouse(3, 1e6, -1e5)];
        let timeline = Timeline::new([batch("view-one", 0, None, odd)]);
        assert_eq!(timeline.views().map(|view| view.points().len()).sum::<usize>(), 1);
    }

    proptest! {
        #[test]
        fn completeness_as_by_the_definition(ids in prop::collection::vec((0..4_usize, 0..9_u32), 0..20)) {
            let views = ["view-one", "view-two", "view-three", "_anonymous"];
            let found = Timeline::new(ids.iter().map(|&(view, seq)| batch(views[view], seq, None, at(&[0])))).completeness();
            let (mut made, mut received) = (0, 0);
            for view in 0..3 {
                for seq in 0..9 {
                    // Made is whatever comes no later than one that was received.
                    made += u32::from(ids.iter().any(|&(of, latest)| of == view && latest >= seq));
                    received += u32::from(ids.contains(&(view, seq)));
                }
            }
            prop_assert_eq!(found, (made > 0).then(|| f64::from(received) / f64::from(made)));
        }

        /// How events were cut into batches, and in which order those came, does not matter.
        #[test]
        fn delivery_does_not_matter(
            mut events in pointing(40),
            cuts in prop::collection::vec(0..40_usize, 0..5),
            order in Just(()).prop_perturb(|(), mut rng| rng.next_u64()),
        ) {
            // Of equal times, the order of arrival does matter.
            for (i, event) in events.iter_mut().enumerate() {
                event.timestamp = event.timestamp * 64 + i as i64;
            }
            events.push(load(0, ""));
            let whole = Timeline::new([batch("view-one", 0, Some(SHOP), events.clone())]);
            let mut pieces: Vec<Vec<Event>> = vec![Vec::new(); 6];
            for (i, event) in events.into_iter().enumerate() {
                pieces[cuts.iter().filter(|&&cut| cut <= i).count()].push(event);
            }
            let mut batches: Vec<Batch> = pieces
                .into_iter()
                .enumerate()
                .map(|(seq, events)| batch("view-one", seq as u32, Some(SHOP), events))
                .collect();
            batches.sort_by_key(|b| order.rotate_left(11 * b.id().seq));
            let cut = Timeline::new(batches);
            prop_assert_eq!(summarize(&cut, &thresholds()), summarize(&whole, &thresholds()));
            prop_assert_eq!(cut.events(), whole.events());
            let is_move = |event: &&Event| matches!(event.kind, EventKind::MouseMove(_));
            let moves = whole.events().iter().filter(is_move).count();
            prop_assert_eq!(whole.views().map(|view| view.points().len()).sum::<usize>(), moves);
        }
    }
}
