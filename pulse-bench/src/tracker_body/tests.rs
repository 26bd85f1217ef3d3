//! What is made here is what the tracker makes, and what Pulse reads.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use pulse_core::{Access, Clock, Limits, Pulse, model, store};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::*;

fn tracks() -> Vec<(Recorded, Track)> {
    let bodies = recorded().unwrap().into_iter().filter(|body| body.route == "track");
    bodies.map(|body| (body.clone(), Track::read(&body.bytes).unwrap())).collect()
}

#[test]
fn a_recorded_body_that_is_read_and_written_again_is_the_same_text() {
    let tracks = tracks();
    assert!(tracks.iter().any(|(body, _)| body.packed) && tracks.iter().any(|(body, _)| !body.packed));
    for (body, track) in &tracks {
        let text = String::from_utf8(unpack(&body.bytes).unwrap()).unwrap();
        assert_eq!(track.text(), text, "{}", body.file);
        assert_eq!(body.bytes.starts_with(&track.packed()[..2]), body.packed, "zlib's header is the browser's");
    }
    assert!(tracks.iter().any(|(_, track)| track.moves.len() > 20), "positions, too");
    let session = recorded().unwrap().into_iter().find(|body| body.route == "session").unwrap();
    let text = String::from_utf8(unpack(&session.bytes).unwrap()).unwrap();
    let read: Session = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
}

/// A Pulse of its own, at a fixed time.
struct Reader {
    pulse: Pulse,
    _folder: tempfile::TempDir,
}

impl Reader {
    async fn at(now: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", folder.path().join("pulse.db").display());
        let store = store::open(&address, &Limits::default()).await.unwrap();
        let pulse = Pulse::builder(Arc::clone(&store)).clock(Clock::new(move || now)).access(Access::loopback());
        Self { pulse: pulse.build(), _folder: folder }
    }

    async fn ask(&self, request: hyper::http::request::Builder, body: Vec<u8>) -> Value {
        let request = request.header("host", "127.0.0.1").body(Full::new(Bytes::from(body))).unwrap();
        let answer = self.pulse.api().oneshot(request).await.unwrap();
        let status = answer.status();
        #[expect(clippy::disallowed_methods, reason = "the body is Pulse's own answer")]
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }

    /// What Pulse keeps of a batch that it has not seen before, in order of time.
    async fn read(&self, body: Vec<u8>, session: &str) -> Vec<model::Event> {
        let taken = self.ask(Request::post("/api/track"), body).await;
        assert_eq!((&taken["rejected"], &taken["duplicates"]), (&json!([]), &json!(0)));
        let path = format!("/api/analytics/{session}");
        let answer = self.ask(Request::get(path), Vec::new()).await;
        serde_json::from_value(answer["events"].clone()).unwrap()
    }
}

/// Positions and other events by their times, as both sides order what has the same time differently.
fn by_time(start: i64, events: &[Event], moves: &[Move]) -> BTreeMap<i64, Vec<String>> {
    let mut all: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for Event(kind, time, data) in events {
        // A scroll that did not turn says so or says nothing.
        let data = if *kind == 4 && data[3].is_null() {
            json!([data[0], data[1], data[2], false, data[4]])
        } else {
            data.clone()
        };
        all.entry(start + time).or_default().push(json!([kind, data]).to_string());
    }
    for Move { time, x, y } in moves {
        all.entry(start + time).or_default().push(format!("{x},{y}"));
    }
    all.values_mut().for_each(|events| events.sort());
    all
}

/// What Pulse kept, in the tracker's form again.
fn encoded(events: &[model::Event]) -> BTreeMap<i64, Vec<String>> {
    let rows: Vec<Event> = events.iter().filter_map(|event| Event::of(event.timestamp, &event.kind)).collect();
    let place = |event: &model::Event| {
        let data = serde_json::to_value(&event.kind).unwrap()["data"].clone();
        Move { time: event.timestamp, x: data["x"].as_i64().unwrap(), y: data["y"].as_i64().unwrap() }
    };
    let moves = events.iter().filter(|event| Event::of(0, &event.kind).is_none());
    by_time(0, &rows, &moves.map(place).collect::<Vec<_>>())
}

#[tokio::test]
async fn pulse_reads_what_was_recorded_and_it_is_encoded_as_the_tracker_did() {
    let tracks = tracks();
    let reader = Reader::at(tracks[0].1.sent_at).await;
    let mut kinds = BTreeMap::new();
    for (number, (body, track)) in tracks.iter().enumerate() {
        // Each in a session of its own, so that it is read back alone; at its own time.
        let session = format!("session-{number:04}");
        let sent = Track { session: session.clone(), sent_at: tracks[0].1.sent_at, ..track.clone() };
        let bytes = if body.packed { sent.packed() } else { sent.text().into_bytes() };
        let stored = reader.read(bytes, &session).await;
        assert_eq!(stored.len(), track.events.len() + track.moves.len());
        // Pulse moves what seems to come from the future or from another clock.
        if stored.first().unwrap().timestamp > track.sent_at {
            continue;
        }
        let expected = by_time(track.start, &track.events, &track.moves);
        assert_eq!(encoded(&stored), expected, "{}", body.file);
        track.events.iter().for_each(|event| *kinds.entry(event.0).or_insert(0) += 1);
    }
    assert_eq!(kinds.keys().copied().collect::<Vec<_>>(), (1..=11).collect::<Vec<u8>>(), "{kinds:?}");
}

#[tokio::test]
async fn a_template_is_read_as_the_batch_that_it_was_made_of() {
    let (_, track) = tracks().into_iter().max_by_key(|(_, track)| track.moves.len() + track.events.len()).unwrap();
    let template = Template::new(&track.events, &track.moves);
    let Track { sent_at, session, view, seq, page_url, title, start, .. } = &track;
    let (sent_at, seq, start) = (*sent_at, *seq, *start);
    let mut body = Vec::new();
    template.write(TrackHead { sent_at, session, view, seq, page_url, title, start }, &mut body);
    assert_eq!(Track::read(&body).unwrap(), track, "zlib's own checksum is right, too");
    let whole = track.packed().len();
    assert!((whole..whole + 120).contains(&body.len()), "{} bytes for {whole}", body.len());
    let stored = Reader::at(sent_at).await.read(body, session).await;
    assert_eq!(encoded(&stored), by_time(start, &track.events, &track.moves));
}

#[test]
fn a_recorded_visit_is_another_sessions() {
    let visit = recorded_visit("session-1", 1_000_000).unwrap();
    assert_eq!((visit[0].start, visit[0].seq), (1_000_000, 0));
    let original = tracks();
    assert_eq!(visit.len(), original.len());
    for (track, (_, was)) in visit.iter().zip(&original) {
        assert_eq!((track.session.as_str(), &track.view, track.seq), ("session-1", &was.view, was.seq));
        assert_eq!(track.sent_at - track.start, was.sent_at - was.start);
        assert_eq!((track.events.len(), &track.moves), (was.events.len(), &was.moves));
        assert!(track.page_url.starts_with("https://shop.example/") && !track.text().contains("localhost"));
    }
}

#[test]
fn a_head_is_the_browsers() {
    let mut head = Vec::new();
    write_head(&mut head, "127.0.0.1:5001", "/api/track", CHROME, 17);
    let head = String::from_utf8(head).unwrap();
    assert!(head.starts_with("POST /api/track HTTP/1.1\r\nHost: 127.0.0.1:5001\r\n") && head.ends_with("\r\n\r\n"));
    for line in ["content-type: text/plain", "Content-Length: 17"] {
        assert_eq!(head.matches(&format!("\r\n{line}\r\n")).count(), 1, "{line}");
    }
    assert_eq!(head.to_lowercase().matches("user-agent:").count(), 1);
    assert!(!head.contains("content-encoding"), "it would be preflighted");
    assert!(!head.to_lowercase().contains("origin:"), "no page of the made-up site would be kept");
    let recorded = recorded::Meta::read().unwrap().headers.into_iter().find(|(name, _)| name == "User-Agent");
    assert_eq!(recorded.unwrap().1, CHROME);
}
