//! What a body may cost: the work is counted, so that no clock is needed.
#![allow(clippy::unwrap_used)]

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};

use super::*;
use crate::wire::{RejectReason, TrackAnswer};

const NOW: Millis = 1_800_000_000_000;

fn deflate(body: &str) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn decoded(body: &[u8]) -> Result<DecodedTrack, IngestError> {
    let context = RequestContext { received_at: NOW, user_agent: "", origin: None };
    decode_track(IngestBody::new(body, Encoding::Identity), &context, &Limits::default())
}

/// Bodies of both forms, with `entry` as each of `count` events and `number` as each of `count` values of a column.
fn bodies(entry: &str, number: &str, count: usize) -> [String; 2] {
    let (entries, numbers) = (vec![entry; count].join(","), vec![number; count].join(","));
    [
        format!(
            r#"{{"session_id":"session-1","events":[{entries}],
                "moves":{{"t":0,"dt":[{numbers}],"x":[{numbers}],"y":[{numbers}]}}}}"#
        ),
        format!(r#"[0,"session-1","view-0001",0,null,null,0,[{entries}],[{numbers}],[{numbers}],[{numbers}]]"#),
    ]
}

/// The entries that were decoded are those that were kept, and those that were rejected for another reason than that
/// there are too many.
#[test]
fn decoding_stops_at_the_limit_of_a_batch() {
    let limits = Limits::default();
    for (entry, number) in [("1", "1"), ("1", "x"), ("[7,0,[\"hidden\"]]", "1"), ("null", "1.5"), ("{}", "1e400")] {
        for body in bodies(entry, if number == "x" { "null" } else { number }, 20_000) {
            let mut gathered = Gathered::new(&limits);
            if list::is_list(&body) {
                list::track(&body, &mut gathered).unwrap();
            } else {
                object::track(&body, &mut gathered).unwrap();
            }
            assert_eq!(gathered.entries, 40_000, "each is counted");
            assert!(gathered.events.capacity() + gathered.moves.capacity() <= 2048, "room is made for what is kept");
            let kept = gathered.events.len() + gathered.moves.len();
            assert_eq!(kept + gathered.rejected.len() + gathered.rejected_unlisted, 40_000);
            assert!(kept <= limits.batch_events);
            assert!(gathered.rejected.len() <= TrackAnswer::LISTED);
        }
    }
}

/// What comes after the limit is not looked at: it may be anything that is JSON.
#[test]
fn entries_beyond_the_limit_are_not_decoded() {
    for body in bodies(r#"{"type":"visibility","timestamp":1,"data":{"state":"hidden"}}"#, "1", 1000) {
        // The list form holds lists, so that all of these are bad.
        let whole = decoded(body.as_bytes()).unwrap();
        let longer = body.replacen("],", r#",{"a":[1e999,{"b":"\u0000"}]},17],"#, 1);
        let cut = decoded(longer.as_bytes()).unwrap();
        assert_eq!(cut.batch.events(), whole.batch.events());
        assert_eq!(cut.rejected_unlisted + cut.rejected.len(), whole.rejected_unlisted + whole.rejected.len() + 2);
        assert!(cut.batch.moves().is_empty(), "the events have filled the batch");
    }
}

#[test]
fn moves_fill_what_the_events_leave() {
    let event = r#"{"type":"visibility","timestamp":1,"data":{"state":"hidden"}}"#;
    for (body, list) in bodies(event, "1", 600).into_iter().zip([false, true]) {
        let decoded = decoded(body.as_bytes()).unwrap();
        let events = if list { 0 } else { 600 };
        assert_eq!((decoded.batch.events().len(), decoded.batch.moves().len()), (events, 400));
        let too_many = decoded.rejected.iter().filter(|rejection| rejection.reason == RejectReason::TooMany);
        assert_eq!(too_many.count(), if list { 0 } else { 100 }, "listed are the first");
        assert_eq!(decoded.rejected.len() + decoded.rejected_unlisted, 1200 - events - 400);
    }
}

/// A body of some hundred bytes that becomes 64 KiB is read, and one that becomes more is refused before it is.
#[test]
fn a_small_body_that_becomes_large_is_refused() {
    let free = Limits::default().unpack_free_bytes;
    for (count, read) in [(free / 2 - 100, true), (free, false), (100 * free, false)] {
        let body = format!(r#"{{"session_id":"session-1","events":[{}1]}}"#, "1,".repeat(count));
        let packed = deflate(&body);
        assert!(packed.len() * Limits::default().unpack_ratio < body.len(), "{}", packed.len());
        let decoded = decoded(&packed);
        if read {
            let decoded = decoded.unwrap();
            assert_eq!(decoded.rejected.len() + decoded.rejected_unlisted, count + 1);
            assert!(decoded.batch.is_empty());
        } else {
            assert_eq!(decoded.err(), Some(IngestError::TooLarge));
        }
    }
}

/// The wireframes of a batch are a stranger's cheapest way to make a server keep much.
#[test]
fn what_is_kept_of_wireframes_is_bounded() {
    let limits = Limits::default();
    let layout = format!("[9,0,[{}[6,0,0,0,0]]]", "[6,0,0,0,0],".repeat(600));
    let body = format!("[0,\"session-1\",\"view-0001\",0,null,null,0,[{}],[],[],[]]", vec![layout; 100].join(","));
    let decoded = decoded(body.as_bytes()).unwrap();
    let boxes = decoded.batch.events().iter().map(|event| match &event.kind {
        crate::model::EventKind::Layout(layout) => layout.boxes.len(),
        _ => 0,
    });
    assert_eq!(boxes.sum::<usize>(), limits.batch_layouts * limits.layout_boxes);
    assert_eq!(decoded.rejected.len(), 100 - limits.batch_layouts);
}
