//! Both forms say the same, and nothing that is sent in either makes ingest panic.
#![allow(clippy::unwrap_used)]

use std::io::Write;

use flate2::{
    Compression,
    write::{GzEncoder, ZlibEncoder},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::EventType;

const NOW: Millis = 1_800_000_000_000;
const START: Millis = NOW - 3000;

fn decoded(body: &[u8], encoding: Encoding) -> Result<DecodedTrack, IngestError> {
    let context = RequestContext { received_at: NOW, user_agent: "", origin: None };
    decode_track(IngestBody::new(body, encoding), &context, &Limits::default())
}

/// The data of an event in the object form, and in the list form.
type Data = (EventType, Value, Value);

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z#> ]{1,20}",
        "[ -~äöü💳\u{0}\u{7f}]{0,30}",
        "https://[a-z]{1,9}\\.test/\\?(token|q)=[a-z]{0,5}",
        "x{600}"
    ]
}

fn place() -> impl Strategy<Value = f64> {
    prop_oneof![4 => (-10..4000_i32).prop_map(f64::from), 1 => -1e7..1e7]
}

fn rect() -> impl Strategy<Value = [f64; 4]> {
    [place(), place(), place(), place()]
}

type Described = (Value, Vec<Value>, [f64; 4], u8);

fn element() -> impl Strategy<Value = Described> {
    let some = || prop::option::of(text());
    (text(), "[a-z]{0,6}", some(), some(), some(), rect(), 0..16_u8).prop_map(
        |(path, tag, id, role, label, rect, bits)| {
            let object = json!({"path": path, "tag": tag, "id": id, "role": role, "label": label, "rect": rect,
            "interactive": bits & 1 != 0, "fixed": bits & 2 != 0, "no_rage": bits & 4 != 0});
            (
                object,
                vec![json!(path), json!(tag), json!(id), json!(role), json!(label), json!(rect), json!(bits)],
                rect,
                bits,
            )
        },
    )
}

fn clicks() -> impl Strategy<Value = Data> {
    (0..3_u8, place(), place(), 0..4_u8, 0..3000_u32, element()).prop_map(|(which, x, y, small, large, element)| {
        let (element, row, [left, top, width, height], bits) = element;
        let part = |offset: f64, size: f64| (size > 0.0).then(|| offset / size);
        match which {
            0 => {
                let object = json!({"x": x, "y": y, "button": small, "element": element, "selected": bits & 8 != 0,
                    "rx": part(x - left, width), "ry": part(y - top, height)});
                (EventType::Click, object, json!([x, y, small, row]))
            }
            1 => {
                let object = json!({"x": x, "y": y, "count": small, "span_ms": large, "element": element});
                (EventType::RageClick, object, json!([x, y, small, large, row]))
            }
            _ => {
                let object = json!({"x": x, "y": y, "waited_ms": large, "element": element});
                (EventType::DeadClick, object, json!([x, y, large, row]))
            }
        }
    })
}

fn scrolls() -> impl Strategy<Value = Data> {
    (place(), place(), any::<[bool; 2]>(), prop::option::of(text())).prop_map(|(depth, y, [up, turned], path)| {
        let direction = if up { "up" } else { "down" };
        let object = json!({"depth": depth, "y": y, "direction": direction, "turned": turned, "element": path});
        (EventType::Scroll, object, json!([depth, y, up, turned, path]))
    })
}

fn wireframes() -> impl Strategy<Value = Data> {
    let kinds = ["image", "link", "button", "input", "heading", "other", "text"];
    prop::collection::vec((0..7_usize, rect(), prop::option::of(text())), 0..5).prop_map(move |boxes| {
        let objects: Vec<_> = boxes.iter().map(|(kind, r, l)| json!({"k": kinds[*kind], "r": r, "l": l})).collect();
        let rows = boxes.iter().map(|(kind, [x, y, w, h], l)| match l {
            Some(label) => json!([kind, x, y, w, h, label]),
            None => json!([kind, x, y, w, h]),
        });
        let rows = Value::from_iter(rows);
        (EventType::Layout, json!({"hash": list::digest(&rows.to_string()), "boxes": objects}), rows)
    })
}

fn others() -> impl Strategy<Value = Data> {
    let navigation = (text(), prop::option::of(text()), prop::sample::select(vec!["load", "push", "pop", "unload"]));
    let value = || {
        prop_oneof![
            text().prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
            place().prop_map(Value::from),
            Just(Value::Null)
        ]
    };
    prop_oneof![
        (place(), place()).prop_map(|(x, y)| (EventType::MouseMove, json!({"x": x, "y": y}), json!([x, y]))),
        (prop::option::of(place()), prop::option::of(place()), "[a-z]{0,8}").prop_map(|(interval, hold, field)| {
            let object = json!({"interval_ms": interval, "hold_ms": hold, "field": field});
            (EventType::Keypress, object, json!([interval, hold, field]))
        }),
        navigation.prop_map(|(url, from, kind)| {
            (EventType::Navigation, json!({"url": url, "from": from, "kind": kind}), json!([url, from, kind]))
        }),
        prop::sample::select(vec!["visible", "hidden", "prerender"]).prop_map(|state| (
            EventType::Visibility,
            json!({"state": state}),
            json!([state])
        )),
        rect().prop_map(|[w, h, doc_w, doc_h]| {
            let object = json!({"w": w, "h": h, "doc_w": doc_w, "doc_h": doc_h, "dpr": 1.5});
            (EventType::Viewport, object, json!([w, h, doc_w, doc_h, 1.5]))
        }),
        (text(), text()).prop_map(|(name, message)| {
            (EventType::Error, json!({"name": name, "message": message}), json!([name, message]))
        }),
        (text(), prop::collection::btree_map(text(), value(), 0..4)).prop_map(|(name, props)| {
            (EventType::Custom, json!({"name": name, "props": props}), json!([name, props]))
        }),
    ]
}

#[derive(Debug, Clone)]
struct Bodies {
    object: Value,
    list: Value,
}

fn bodies() -> impl Strategy<Value = Bodies> {
    let event = prop_oneof![2 => clicks(), 1 => scrolls(), 1 => wireframes(), 4 => others()];
    let events = prop::collection::vec((0..3000_i64, event), 0..20);
    let moves = prop::collection::vec([-50..100_i64, -90..2000_i64, -90..2000_i64], 0..60);
    (events, moves, prop::option::of(text()), prop::option::of(text()), -90_000..90_000_i64).prop_map(
        |(events, moves, url, title, off)| {
            let name = |of: EventType| EventType::ALL.iter().position(|known| *known == of);
            let object = |(at, (of, data, _)): &(Millis, Data)| {
                json!({"type": of.as_str(), "timestamp": START + at, "data": data})
            };
            let row = |(at, (of, _, data)): &(Millis, Data)| json!([name(*of), at, data]);
            let (objects, rows) =
                (Value::from_iter(events.iter().map(object)), Value::from_iter(events.iter().map(row)));
            let column = |of: fn(&[i64; 3]) -> i64| moves.iter().map(of).collect::<Vec<_>>();
            let differences = |values: &Vec<i64>| -> Vec<i64> {
                values.iter().scan(0, |before, value| Some(value - std::mem::replace(before, *value))).collect()
            };
            let first = [column(|m| m[0]), column(|m| m[1]), column(|m| m[2])].map(|column| differences(&column));
            let second = first.each_ref().map(differences);
            let [dt, x, y] = first;
            let [times, xs, ys] = second;
            let sent_at = NOW + off;
            Bodies {
                object: json!({"session_id": "session-1", "view_id": "view-0001", "seq": 7, "sent_at": sent_at,
                    "page_url": url, "title": title, "events": objects,
                    "moves": {"t": START, "dt": dt, "x": x, "y": y}, "unknown": [{"a": 1}]}),
                list: json!([sent_at, "session-1", "view-0001", 7, url, title, START, rows, times, xs, ys]),
            }
        },
    )
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn deflate(body: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

/// Alters a body: a byte is changed, put in or taken out, or a piece of it is repeated.
fn alter(body: &mut Vec<u8>, changes: &[(prop::sample::Index, u8, u8)]) {
    for (place, how, byte) in changes {
        if body.is_empty() {
            return;
        }
        let place = place.index(body.len());
        match how % 5 {
            0 => body[place] = *byte,
            1 => body.insert(place, b"[]{},:\"\\0-.e"[usize::from(*byte) % 12]),
            2 => drop(body.remove(place)),
            3 => body[place] ^= 1 << (byte % 8),
            _ => {
                let piece = body[place..(place + usize::from(*byte)).min(body.len())].to_vec();
                body.splice(place..place, piece);
            }
        }
    }
}

proptest! {
    #[test]
    fn the_same_events_make_the_same_batch(bodies in bodies()) {
        let object = decoded(bodies.object.to_string().as_bytes(), Encoding::Identity).unwrap();
        let list = decoded(bodies.list.to_string().as_bytes(), Encoding::Identity).unwrap();
        prop_assert_eq!(&object.batch, &list.batch);
        prop_assert_eq!(&object.start, &list.start);
        prop_assert_eq!(&object.rejected, &list.rejected);
        let packed = decoded(&deflate(bodies.list.to_string().as_bytes()), Encoding::Identity).unwrap();
        prop_assert_eq!(&packed.batch, &list.batch);
        let packed = decoded(&gzip(bodies.object.to_string().as_bytes()), Encoding::Gzip).unwrap();
        prop_assert_eq!(&packed.batch, &list.batch);
    }

    /// Whatever was changed in a body, before or after it was packed, what comes of it is within all bounds.
    #[test]
    fn an_altered_body_makes_a_checked_batch_or_an_error(
        bodies in bodies(),
        list: bool,
        packing in 0..3_u8,
        changes in prop::collection::vec(any::<(prop::sample::Index, u8, u8)>(), 0..6),
        later in prop::collection::vec(any::<(prop::sample::Index, u8, u8)>(), 0..2),
    ) {
        let mut body = if list { bodies.list } else { bodies.object }.to_string().into_bytes();
        alter(&mut body, &changes);
        let (mut body, encoding) = match packing {
            0 => (body, Encoding::Identity),
            1 => (deflate(&body), Encoding::Identity),
            _ => (gzip(&body), Encoding::Gzip),
        };
        alter(&mut body, &later);
        let context = RequestContext { received_at: NOW, user_agent: "", origin: None };
        let _ = decode_session(IngestBody::new(&body, encoding), &context, &Limits::default());
        if let Ok(DecodedTrack { batch, rejected, .. }) = decoded(&body, encoding) {
            let limits = Limits::default();
            let times = NOW - limits.event_age_ms..=NOW + limits.clock_slack_ms;
            prop_assert!(batch.len() <= limits.batch_events);
            prop_assert!(rejected.len() <= crate::wire::TrackAnswer::LISTED);
            prop_assert!(batch.moves().is_sorted_by_key(|place| place.at));
            prop_assert!(batch.events().is_sorted_by_key(|event| event.timestamp));
            prop_assert!(batch.is_empty() || times.contains(&batch.start()) && times.contains(&batch.end()));
            let range = check::COORDINATE;
            prop_assert!(batch.moves().iter().all(|place| range.contains(&place.x) && range.contains(&place.y)));
        }
    }
}
