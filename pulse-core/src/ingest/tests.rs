//! Bad input: each kind alone among good events costs itself alone.
#![allow(clippy::unwrap_used)]

use serde_json::json;

use super::*;
use crate::wire::RejectReason::{self, BadData, BadTimestamp, TooMany, UnknownType};

const NOW: Millis = 1_800_000_000_000;

fn check(body: &str) -> Result<DecodedTrack, IngestError> {
    let context = RequestContext { received_at: NOW, user_agent: "", origin: None };
    decode_track(IngestBody::new(body.as_bytes(), Encoding::Identity), &context, &Limits::default())
}

fn rejections(decoded: &DecodedTrack) -> Vec<(usize, RejectReason)> {
    decoded.rejected.iter().map(|rejection| (rejection.index, rejection.reason)).collect()
}

fn good(n: usize) -> String {
    format!(r#"{{"type":"mousemove","timestamp":{},"data":{{"x":{n},"y":2}}}}"#, NOW - 1000 + n as i64)
}

fn among_good(bad: &str) -> String {
    let mut events: Vec<String> = (0..99).map(good).collect();
    events.insert(50, bad.to_owned());
    format!(r#"{{"session_id":"session-1","view_id":"view-0001","seq":0,"events":[{}]}}"#, events.join(","))
}

#[test]
fn a_bad_event_costs_itself_alone() {
    let deep = |field: &str| {
        let nested = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        format!(r#"{{"type":"custom","timestamp":{NOW},"data":{{"name":"x","{field}":{nested}}}}}"#)
    };
    for (bad, reason) in [
        (r#"{"type":"click","timestamp":1,"data":{"x":"one","y":2}}"#, BadData),
        (r#"{"type":"click","timestamp":1,"data":{"y":2}}"#, BadData),
        (r#"{"type":"click","timestamp":1,"data":{"x":null,"y":2}}"#, BadData),
        (r#"{"type":"click","timestamp":1,"data":{"x":1e400,"y":2}}"#, BadData),
        (r#"{"type":"click","data":{"x":1,"y":2}}"#, BadTimestamp),
        (r#"{"type":"click","timestamp":"yesterday","data":{"x":1,"y":2}}"#, BadData),
        (r#"{"type":"mindread","timestamp":1,"data":{}}"#, UnknownType),
        (r#"{"timestamp":1}"#, BadData),
        ("null", BadData),
        ("[]", BadData),
        ("17", BadData),
        (&deep("props"), BadData),
        (&deep("element"), BadData),
        (&deep("depth"), BadData),
    ] {
        let checked = check(&among_good(bad)).unwrap();
        assert_eq!(checked.batch.len(), 99, "{bad}");
        assert_eq!(rejections(&checked), [(50, reason)], "{bad}");
    }
}

#[test]
fn an_odd_event_is_repaired() {
    let nested = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let unknown = format!(r#"{{"type":"click","timestamp":1,"data":{{"x":1,"y":2,"z":{nested}}},"also":{nested}}}"#);
    for odd in [
        &unknown,
        r#"{"type":"click","timestamp":1,"data":{"x":1,"y":2,"element":"\ud800"}}"#,
        r#"{"type":"click","timestamp":1,"data":{"x":1,"y":2,"unknown":1e400}}"#,
        r#"{"type":"click","timestamp":18446744073709551615,"data":{"x":1,"y":2}}"#,
        r#"{"type":"click","timestamp":1e300,"data":{"x":1,"y":2}}"#,
        r#"{"type":"click","timestamp":-5,"data":{"x":1e300,"y":-1e300}}"#,
        r#"{"type":"click","timestamp":1,"data":{"x":1,"y":2,"\u0000":3,"key":"a"}}"#,
        r#"{"type":"click","timestamp":"2027-01-15T08:00:00Z","data":{"x":1,"y":2,"element":"a\u0000b"}}"#,
    ] {
        let checked = check(&among_good(odd)).unwrap();
        assert_eq!((checked.batch.len(), checked.rejected.len()), (100, 0), "{odd}");
        let [event] = checked.batch.events() else { panic!("{odd}") };
        assert!((NOW - 7 * 86_400_000..=NOW + 60_000).contains(&event.timestamp), "{odd}");
        let (x, y) = event.position().unwrap();
        assert!(check::COORDINATE.contains(&x) && check::COORDINATE.contains(&y), "{odd}");
    }
}

#[test]
fn a_body_of_another_shape_is_refused() {
    for body in ["", "[]", "null", "{", r#"{"session_id":"session-1","events":5}"#] {
        assert!(matches!(check(body), Err(IngestError::Undecodable)), "{body}");
    }
    for (body, error) in [
        (r#"{"events":[]}"#, IngestError::SessionId),
        (r#"{"session_id":7,"events":[]}"#, IngestError::SessionId),
        (r#"{"session_id":"short","events":[]}"#, IngestError::SessionId),
        (r#"{"session_id":"session-1","view_id":"a b","events":[]}"#, IngestError::ViewId),
        (r#"{"session_id":"session-1","view_id":"view-0001","seq":-1}"#, IngestError::Seq),
        (r#"{"session_id":"session-1","view_id":"view-0001","seq":4294967296}"#, IngestError::Seq),
        (r#"{"session_id":"session-1","view_id":"view-0001","seq":1.5}"#, IngestError::Seq),
    ] {
        assert_eq!(check(body).unwrap_err(), error, "{body}");
    }
}

#[test]
fn columns_become_moves() {
    let body = json!({"session_id": "session-1", "view_id": "view-0001", "seq": 3.0, "events": [],
        "moves": {"t": NOW - 500, "dt": [0, 50, 60], "x": [100, 5, -10], "y": [200, 0, 1]}});
    let checked = check(&body.to_string()).unwrap();
    let got: Vec<_> = checked.batch.moves().iter().map(|place| (place.at, place.x, place.y)).collect();
    assert_eq!(got, [(NOW - 500, 100.0, 200.0), (NOW - 450, 105.0, 200.0), (NOW - 390, 95.0, 201.0)]);
    assert_eq!(checked.batch.id().seq, 3);
}

#[test]
fn columns_that_do_not_fit_together_are_rejected_row_by_row() {
    let hidden = json!([{"type": "visibility", "timestamp": NOW, "data": {"state": "hidden"}}]);
    for (moves, rejected) in [
        (json!({"t": NOW, "dt": [0, 50], "x": [100], "y": [200, 0]}), vec![(1, BadData), (2, BadData)]),
        (json!({"dt": [0, 50], "x": [100, 0], "y": [200, 0]}), vec![(1, BadData), (2, BadData)]),
        (json!({"t": NOW, "dt": [0], "x": [100]}), vec![(1, BadData)]),
        (json!("none"), vec![(1, BadData)]),
        (json!({}), vec![]),
        (json!(null), vec![]),
    ] {
        let body = json!({"session_id": "session-1", "events": hidden, "moves": moves});
        let checked = check(&body.to_string()).unwrap();
        assert_eq!((checked.batch.moves().len(), checked.batch.events().len()), (0, 1), "{moves}");
        assert_eq!(rejections(&checked), rejected, "{moves}");
    }
}

#[test]
fn moves_are_known_up_to_a_bad_difference() {
    for bad in ["1e400", "18446744073709551615", "1.5", "null", "\"\\ud800\"", &"[".repeat(200), "{\"\\u0000\":1}"] {
        let bad = format!("{bad}{}", "]".repeat(if bad.starts_with('[') { 200 } else { 0 }));
        let object = format!(
            r#"{{"session_id":"session-1","moves":{{"t":{NOW},"dt":[0,50,60],"x":[100,{bad},-10],"y":[200,0,1]}}}}"#
        );
        let list = format!(
            r#"[{NOW},"session-1","view-0001",0,null,null,{NOW},[[7,0,["hidden"]]],[0,50,0],[100,{bad},0],[200,0,0]]"#
        );
        for (body, events) in [(object, 0), (list, 1)] {
            let checked = check(&body).unwrap();
            assert_eq!((checked.batch.moves().len(), checked.batch.events().len()), (1, events), "{body}");
            assert_eq!(rejections(&checked), [(events + 1, BadData), (events + 2, BadData)], "{body}");
        }
    }
}

#[test]
fn events_beyond_the_limit_are_listed() {
    let events: Vec<String> = (0..1003).map(good).collect();
    let checked = check(&format!(r#"{{"session_id":"session-1","events":[{}]}}"#, events.join(","))).unwrap();
    assert_eq!(checked.batch.len(), 1000);
    assert_eq!(rejections(&checked), [(1000, TooMany), (1001, TooMany), (1002, TooMany)]);
}

#[test]
fn a_clock_that_is_off_is_put_right() {
    let hour = 3_600_000;
    let body = json!({"session_id": "session-1", "sent_at": NOW - hour,
        "events": [{"type": "visibility", "timestamp": NOW - hour - 1500, "data": {"state": "hidden"}}]});
    let checked = check(&body.to_string()).unwrap();
    assert_eq!(checked.batch.events()[0].timestamp, NOW - 1500);
    assert_eq!(checked.batch.shifted_ms(), hour);
}

#[test]
fn no_key_survives() {
    let body = json!({"session_id": "session-1", "events": [{"type": "keypress", "timestamp": NOW,
        "data": {"key": "SECRETKEY", "code": "SECRETKEY", "interval_ms": 120, "hold_ms": 80.5, "field": "email"}}]});
    let checked = check(&body.to_string()).unwrap();
    assert_eq!(checked.batch.events().len(), 1);
    assert!(!format!("{checked:?}").contains("SECRETKEY"));
}

#[test]
fn a_batch_without_a_name_is_its_own() {
    let a = check(r#"{"session_id":"session-1","events":[]}"#).unwrap();
    let b = check(r#"{"session_id":"session-1","events":[]}"#).unwrap();
    assert!(a.batch.id().view.is_anonymous());
    assert_ne!(a.batch.id(), b.batch.id());
}
