//! The list form says what the object form says.
#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use crate::{
    ingest::{DecodedTrack, Encoding, IngestBody, IngestError, RequestContext, decode_session, decode_track},
    limits::Limits,
    wire::RejectReason::{BadData, TooMany, UnknownType},
};

const T: i64 = 1_800_000_000_000;
const CONTEXT: RequestContext<'_> = RequestContext { received_at: T, user_agent: "", origin: None };

fn check_text(body: &str) -> Result<DecodedTrack, IngestError> {
    decode_track(IngestBody::new(body.as_bytes(), Encoding::Identity), &CONTEXT, &Limits::default())
}

fn check(body: &Value) -> Result<DecodedTrack, IngestError> {
    check_text(&body.to_string())
}

fn track(events: &Value, columns: [&[i64]; 3]) -> Value {
    let [t, x, y] = columns;
    json!([T, "session-1", "view-0001", 3, "http://shop.test/", "Shop", T - 1000, events, t, x, y])
}

fn stored(events: &Value) -> Value {
    let checked = check(&track(events, [&[]; 3])).unwrap();
    assert!(checked.rejected.is_empty(), "{:?}", checked.rejected);
    serde_json::to_value(checked.batch.events()).unwrap()
}

#[test]
fn every_type_says_what_it_says_by_names() {
    let row = json!(["#pay", "button", "pay", null, "Pay now", [10, 20, 140, 40], 15]);
    let element = json!({"path": "#pay", "tag": "button", "id": "pay", "label": "Pay now", "rect": [10, 20, 140, 40],
        "interactive": true, "fixed": true, "no_rage": true});
    let cases = [
        (
            json!([1, 5, [45, 30, 2, row]]),
            "click",
            json!({"x": 45, "y": 30, "button": 2, "element": element, "rx": 0.25, "ry": 0.25, "selected": true}),
        ),
        (
            json!([2, 5, [1, 2, 5, 400, row]]),
            "rage_click",
            json!({"x": 1, "y": 2, "count": 5, "span_ms": 400, "element": element}),
        ),
        (
            json!([3, 5, [1, 2, 2500, row]]),
            "dead_click",
            json!({"x": 1, "y": 2, "waited_ms": 2500, "element": element}),
        ),
        (
            json!([4, 5, [40, 300, true, true, null]]),
            "scroll",
            json!({"depth": 40, "y": 300, "direction": "up", "turned": true}),
        ),
        (
            json!([4, 5, [40, 300, false, null, "#list"]]),
            "scroll",
            json!({"depth": 40, "y": 300, "direction": "down", "element": {"path": "#list"}}),
        ),
        (json!([5, 5, [null, 80, "text"]]), "keypress", json!({"hold_ms": 80, "field": "text"})),
        (json!([5, 5, [9, null, "select-one"]]), "keypress", json!({"interval_ms": 9, "field": "select"})),
        (
            json!([6, 5, ["http://shop.test/b?token=x", "http://shop.test/", "push"]]),
            "navigation",
            json!({"url": "http://shop.test/b?token=***", "from": "http://shop.test/", "kind": "push"}),
        ),
        (
            json!([6, 5, ["http://shop.test/", "http://shop.test/b", "traverse"]]),
            "navigation",
            json!({"url": "http://shop.test/", "from": "http://shop.test/b", "kind": "pop"}),
        ),
        (json!([7, 5, ["hidden"]]), "visibility", json!({"state": "hidden"})),
        (
            json!([8, 5, [390, 844, 390, 3000, 3]]),
            "viewport",
            json!({"w": 390, "h": 844, "doc_w": 390, "doc_h": 3000, "dpr": 3}),
        ),
        (json!([10, 5, ["TypeError", "x"]]), "error", json!({"name": "TypeError", "message": "x"})),
        (
            json!([11, 5, ["bought", {"price": 9.5, "items": 2, "gift": true, "to": "Ann", "nothing": null}]]),
            "custom",
            json!({"name": "bought", "props": {"price": 9.5, "items": 2, "gift": true, "to": "Ann"}}),
        ),
        (json!([11, 5, ["left", null]]), "custom", json!({"name": "left"})),
    ];
    for (list, name, data) in cases {
        assert_eq!(stored(&json!([list])), json!([{"timestamp": T - 995, "type": name, "data": data}]), "{name}");
    }
    let layout = stored(&json!([[9, 5, [[2, 1, 2, 3, 4, "Buy"], [6, 5, 6, 7, 8]]]]));
    assert_eq!(
        layout[0]["data"]["boxes"],
        json!([{"k": "button", "r": [1, 2, 3, 4], "l": "Buy"}, {"k": "text", "r": [5, 6, 7, 8]}])
    );
    assert!(layout[0]["data"]["hash"].as_str().unwrap().len() > 8);
}

#[test]
fn columns_are_second_differences() {
    let checked = check(&track(&json!([]), [&[0, 50, 1], &[100, -90, 0], &[50, -60, -10]])).unwrap();
    let moves: Vec<_> = checked.batch.moves().iter().map(|place| (place.at - (T - 1000), place.x, place.y)).collect();
    assert_eq!(moves, [(0, 100.0, 50.0), (50, 110.0, 40.0), (101, 120.0, 20.0)]);
    assert_eq!((checked.batch.id().view.as_str(), checked.batch.id().seq), ("view-0001", 3));
    assert_eq!((checked.batch.page_url(), checked.batch.title()), (Some("http://shop.test/"), Some("Shop")));
    let wild = [i64::MAX, i64::MAX, i64::MIN];
    assert_eq!(check(&track(&json!([]), [&wild; 3])).unwrap().batch.moves().len(), 3);
}

#[test]
fn what_is_wrong_costs_itself_alone() {
    let bad = json!([[99, 0, []], [1, 0, ["x"]], [9, 0, [[7, 1, 2, 3, 4]]], 17, [7, 0, ["visible"]]]);
    let checked = check(&track(&bad, [&[]; 3])).unwrap();
    assert_eq!(checked.batch.events().len(), 1);
    let reasons: Vec<_> = checked.rejected.iter().map(|r| (r.index, r.reason)).collect();
    assert_eq!(reasons, [(0, UnknownType), (1, BadData), (2, BadData), (3, BadData)]);
    for body in ["[", "[]", "[1,2,3]"] {
        assert_eq!(check_text(body).err(), Some(IngestError::Undecodable), "{body}");
    }
}

/// Each bad event alone among 99 good ones.
#[test]
fn a_bad_event_costs_itself_alone() {
    let deep = |of: usize| format!("{}1{}", "[".repeat(of), "]".repeat(of));
    for (bad, reason) in [
        ("[99,0,[]]", UnknownType),
        ("[-1,0,[]]", BadData),
        ("[7,0,[\"seen\"]]", BadData),
        ("[0,0,[1e400,2]]", BadData),
        ("[0,18446744073709551615,[1,2]]", BadData),
        ("[0,0,[\"\\ud800\",2]]", BadData),
        ("[0,0,[null,2]]", BadData),
        ("[0,0,{\"\\u0000\":1}]", BadData),
        ("[0,0,[1,2],3]", BadData),
        ("[0,0]", BadData),
        ("null", BadData),
        (&deep(200), BadData),
        (&format!("[11,0,[\"deep\",{{\"a\":{}}}]]", deep(200)), BadData),
    ] {
        let mut events = vec!["[7,0,[\"hidden\"]]"; 99];
        events.insert(50, bad);
        let body = format!("[{T},\"session-1\",\"view-0001\",3,null,null,{T},[{}],[0],[1],[2]]", events.join(","));
        let checked = check_text(&body).unwrap();
        assert_eq!((checked.batch.events().len(), checked.batch.moves().len()), (99, 1), "{bad}");
        assert_eq!(checked.rejected.iter().map(|r| (r.index, r.reason)).collect::<Vec<_>>(), [(50, reason)], "{bad}");
    }
}

#[test]
fn uneven_columns_are_rejected_row_by_row() {
    let checked = check(&track(&json!([]), [&[0, 50], &[100], &[50, 60, 70]])).unwrap();
    assert!(checked.batch.is_empty());
    assert_eq!(
        checked.rejected.iter().map(|r| (r.index, r.reason)).collect::<Vec<_>>(),
        [(0, BadData), (1, BadData), (2, BadData)]
    );
}

#[test]
fn a_batch_holds_few_wireframes() {
    let boxes = json!([[2, 1, 2, 3, 4, "Buy"]]);
    let events: Vec<Value> = (0..6).map(|time| json!([9, time, boxes])).chain([json!([7, 9, ["hidden"]])]).collect();
    let checked = check(&track(&json!(events), [&[]; 3])).unwrap();
    assert_eq!(checked.batch.events().len(), Limits::default().batch_layouts + 1);
    assert_eq!(checked.rejected.iter().map(|r| (r.index, r.reason)).collect::<Vec<_>>(), [(4, TooMany), (5, TooMany)]);
}

#[test]
fn a_session_begins_as_by_names() {
    let list = json!([T, "session-1", null, "http://shop.test/?code=1", "Shop", null, [390, 844]]).to_string();
    let named = json!({"session_id": "session-1", "page_url": "http://shop.test/?code=1", "title": "Shop", "viewport": {"w": 390, "h": 844}})
        .to_string();
    let start = |body: &str| {
        decode_session(IngestBody::new(body.as_bytes(), Encoding::Identity), &CONTEXT, &Limits::default()).unwrap()
    };
    assert_eq!(start(&list), start(&named));
}

#[test]
fn what_a_page_tells_is_bounded() {
    let many: Value = (0..100).map(|i| (format!("p{i:03}"), json!(i))).collect::<serde_json::Map<_, _>>().into();
    let long = "x".repeat(1000);
    let told = stored(&json!([[11, 0, ["many", many]], [11, 0, [long, {(long.as_str()): long}]]]));
    assert_eq!(told[0]["data"]["props"].as_object().unwrap().len(), Limits::default().props);
    let cut = "x".repeat(Limits::default().label_chars);
    assert_eq!(told[1]["data"], json!({"name": cut, "props": {(cut.as_str()): cut}}));
    let bad = json!([[11, 0, ["deep", {"a": {"b": 1}}]], [11, 0, ["list", {"a": [1]}]], [11, 0, ["", {}]], [11, 0, ["ok", {}]]]);
    let checked = check(&track(&bad, [&[]; 3])).unwrap();
    assert_eq!((checked.batch.events().len(), checked.rejected.len()), (1, 3));
    let named = json!({"session_id": "session-1", "events": [
        {"type": "custom", "timestamp": T, "data": {"name": "bought", "props": {"price": 1}}},
        {"type": "custom", "timestamp": T, "data": {"name": "deep", "props": {"a": {"b": 1}}}},
    ]});
    let checked = check(&named).unwrap();
    assert_eq!((checked.batch.events().len(), checked.rejected.len()), (1, 1));
}
