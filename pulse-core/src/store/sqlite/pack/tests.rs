#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;
use crate::{
    model::{EventKind, Layout, LayoutBox, MouseMove, Navigation, NavigationKind, Scroll},
    store::contract,
};

fn movement(timestamp: Millis, x: f64, y: f64) -> Event {
    Event { timestamp, kind: EventKind::MouseMove(MouseMove { x, y }) }
}

fn scroll(timestamp: Millis, depth: f64) -> Event {
    Event {
        timestamp,
        kind: EventKind::Scroll(Scroll { depth, y: 3.0, direction: Default::default(), turned: true, element: None }),
    }
}

fn batch(events: Vec<Event>) -> Batch {
    contract::batch(1, "view-0001", 0, events)
}

fn head(batch: &Batch) -> Head {
    Head {
        back: 3,
        seq: batch.id().seq,
        start: batch.start(),
        received_at: batch.received_at(),
        shifted_ms: batch.shifted_ms(),
        page_url: Told::Text(batch.page_url().unwrap().to_owned()),
        title: Told::Same,
    }
}

fn packed(batch: &Batch) -> Vec<u8> {
    seal(&head(batch), &events(batch).unwrap())
}

fn unpacked(packed: &[u8]) -> Result<(Head, Vec<Move>, Vec<Event>), PackError> {
    let (head, rest) = open(packed)?;
    let (moves, events) = unpack(rest, head.start)?;
    Ok((head, moves, events))
}

fn comes_back(batch: &Batch) {
    let (read, moves, events) = unpacked(&packed(batch)).unwrap();
    assert_eq!(read, head(batch));
    assert_eq!((&moves[..], &events[..]), (batch.moves(), batch.events()));
}

proptest! {
    #[test]
    fn what_is_packed_comes_back(
        points in prop::collection::vec((any::<i64>(), -100_000_i32..1_000_000, -100_000_i32..1_000_000), 0..80),
        scale in prop::sample::select(vec![1.0, 0.5, 0.001]),
    ) {
        comes_back(&batch(points.iter().map(|p| movement(p.0, f64::from(p.1) * scale, p.2.into())).collect()));
    }

    #[test]
    fn whatever_is_packed_comes_back(batch in contract::batches()) {
        comes_back(&batch);
        let (_, moves, events) = unpacked(&packed(&batch)).unwrap();
        let read = Batch::new(crate::model::BatchParts { moves, events, ..batch.clone().into_parts() });
        prop_assert_eq!(contract::bits(&read), contract::bits(&batch));
    }

    #[test]
    fn altered_events_are_an_error_or_other_events_but_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = unpack(&bytes, 0);
        let _ = unpacked(&seal(&head(&batch(Vec::new())), &bytes));
    }

    #[test]
    fn an_altered_value_is_noticed(place: prop::sample::Index, bit in 0..8_u32) {
        let mut packed = packed(&batch(contract::all_kinds()));
        let place = place.index(packed.len());
        packed[place] ^= 1_u8 << bit;
        prop_assert!(unpacked(&packed).is_err());
    }
}

#[test]
fn every_type_of_event_comes_back() {
    comes_back(&batch(contract::all_kinds()));
    for kind in [
        NavigationKind::Load,
        NavigationKind::Push,
        NavigationKind::Replace,
        NavigationKind::Pop,
        NavigationKind::Hash,
        NavigationKind::Unload,
    ] {
        let navigation = Navigation { url: "http://a.test/".into(), from: None, kind };
        comes_back(&batch(vec![Event { timestamp: 1, kind: EventKind::Navigation(navigation) }]));
    }
}

#[test]
fn a_batch_of_two_seconds_takes_few_bytes() {
    let moves = (0..40).map(|n| movement(1_800_000_000_000 + n * 50, 400.0 + n as f64 * 7.0, 300.0 - n as f64));
    let packed = packed(&batch(moves.collect()));
    assert!(packed.len() <= 40 * 3 + 40, "{} bytes", packed.len());
}

#[test]
fn long_batches_are_compressed() {
    let boxes = (0..300).map(|n| LayoutBox {
        k: "button".into(),
        r: [20.0, f64::from(n) * 48.0, 300.0, 40.0],
        l: Some(format!("Add to cart {n}")),
    });
    let layout = Layout { hash: "h".into(), boxes: boxes.collect() };
    let batch = batch(vec![Event { timestamp: 1, kind: EventKind::Layout(layout) }]);
    comes_back(&batch);
    let length = packed(&batch).len();
    assert!(length < 300 * 12, "{length} bytes");
    // One compressor serves many batches, of whatever length.
    for size in [1, 700, 3, 0, 5000] {
        comes_back(&contract::batch(1, "view-0001", 0, (0..size).map(|n| scroll(n, n as f64 / 7.0)).collect()));
    }
}

#[test]
fn a_cut_value_is_noticed() {
    let batch = batch(vec![movement(10, 1.0, 2.0), scroll(11, 12.5)]);
    let packed = packed(&batch);
    for length in 0..packed.len() {
        assert!(unpacked(&packed[..length]).is_err(), "{length} of {}", packed.len());
    }
}
