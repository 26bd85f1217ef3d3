//! Bodies in the tracker's form that no tracker would send.

use fastrand::Rng;

use crate::{
    tracker_body::{Event, Move, Track, pack},
    traffic::now,
};

/// The session that all of a kind belong to.
pub(super) const SESSION: &str = "hostile-session";

/// What a session is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Outlines,
    Positions,
    Pages,
}

/// As much as Pulse takes of a batch: see its limits.
const EVENTS: i64 = 900;
const BOXES: usize = 200;
const OUTLINES: i64 = 4;

/// Pages of a session of many.
const PAGES: i64 = 1000;

/// Body `seq` of a session of one kind.
pub(super) fn body(kind: Kind, seq: u32, rng: &mut Rng) -> Vec<u8> {
    let mut track = empty(SESSION, seq);
    match kind {
        // Small and alike, so that as many as possible fit into few bytes.
        Kind::Outlines => {
            let rows = |rng: &mut Rng| {
                let at = f64::from(rng.u32(..2000));
                vec![(6, [at, 9.0, 9.0, 9.0], ""); BOXES]
            };
            track.events = (0..OUTLINES).map(|time| Event::layout(time, rows(rng).into_iter())).collect();
        }
        Kind::Positions => {
            let mut place = |time| Move { time, x: rng.i64(0..100_000), y: rng.i64(0..100_000) };
            track.moves = (0..EVENTS).map(&mut place).collect();
        }
        Kind::Pages => {
            let url = |n: i64| format!("https://shop.example/{}", word(i64::from(seq) * EVENTS + n));
            track.events = (0..EVENTS).map(|n| Event::navigation(n, &url(n), None, "push")).collect();
        }
    }
    track.packed()
}

/// One of many sessions, each of 1,000 pages that no other one has.
pub(super) fn many_pages(session: u32) -> Vec<u8> {
    // The first has the name that reads ask for.
    let name = if session == 0 { SESSION.to_owned() } else { format!("{SESSION}-{session:06}") };
    let mut track = empty(&name, 0);
    let url = |n: i64| format!("https://shop.example/{}", word(i64::from(session) * PAGES + n));
    track.events = (0..PAGES).map(|n| Event::navigation(n, &url(n), None, "push")).collect();
    track.packed()
}

/// A word without digits, which could pass for an id.
fn word(mut number: i64) -> String {
    let mut word = String::from("page-");
    for _ in 0..7 {
        word.push(char::from(b'a' + u8::try_from(number % 20).unwrap_or_default()));
        number /= 20;
    }
    word
}

/// A body of about so many bytes, as the tracker makes them: positions of a hand.
pub(super) fn normal(bytes: usize) -> Vec<u8> {
    let mut rng = Rng::with_seed(2);
    let mut track = empty("normal-session", 0);
    while track.packed().len() < bytes && track.moves.len() < EVENTS as usize {
        let time = track.moves.len() as i64 * 50;
        let next = |at: i64, rng: &mut Rng| (at + rng.i64(-20..20)).max(0);
        let last = track.moves.last().map_or((500, 500), |place| (place.x, place.y));
        track.moves.push(Move { time, x: next(last.0, &mut rng), y: next(last.1, &mut rng) });
    }
    track.packed()
}

/// Bodies that are small on the wire and large once they are read.
pub(super) fn dear() -> Vec<(&'static str, Vec<u8>)> {
    let head =
        |session: &str| format!(r#"[{},"{session}","{session}",0,"https://shop.example/","A",{},"#, now(), now());
    let list = |events: &str, columns: &str| pack(format!("{}[{events}],{columns}]", head("dear-session")).as_bytes());
    let many = |text: &str, bytes: usize| vec![text; bytes / (text.len() + 1)].join(",");
    const UNPACKED: usize = 250_000;
    let object = |events: &str| pack(format!(r#"{{"session_id":"dear-session","events":[{events}]}}"#).as_bytes());
    let nested = format!("{}{}", "[".repeat(UNPACKED / 2), "]".repeat(UNPACKED / 2));
    vec![
        ("events that are numbers", list(&many("1", UNPACKED), "[],[],[]")),
        ("events that are empty lists", list(&many("[]", UNPACKED), "[],[],[]")),
        ("objects that are empty", object(&many("{}", UNPACKED))),
        ("columns of zeros", list("", &vec![format!("[{}]", many("0", UNPACKED / 3)); 3].join(","))),
        ("lists in lists", list(&nested, "[],[],[]")),
        ("spaces", pack(" ".repeat(UNPACKED).as_bytes())),
    ]
}

fn empty(session: &str, seq: u32) -> Track {
    Track {
        sent_at: now(),
        session: session.to_owned(),
        view: "view-hostile".to_owned(),
        seq,
        page_url: "https://shop.example/hostile".to_owned(),
        title: "Hostile".to_owned(),
        start: now() - 2000,
        ..Track::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_small_on_the_wire() {
        for (name, body) in dear() {
            assert!(body.len() < 4000, "{name}: {} bytes", body.len());
        }
        let normal = normal(1100);
        assert!((1000..1300).contains(&normal.len()), "{} bytes", normal.len());
    }

    #[test]
    fn every_body_is_read_as_a_batch_and_pages_are_all_different() {
        let mut rng = Rng::with_seed(1);
        for kind in [Kind::Outlines, Kind::Positions, Kind::Pages] {
            let track = Track::read(&body(kind, 3, &mut rng)).unwrap();
            assert!(track.events.len() + track.moves.len() >= OUTLINES as usize, "{kind:?}");
            assert!(track.text().len() < 256 * 1024, "{kind:?}: {}", track.text().len());
        }
        let pages: std::collections::HashSet<String> = (0..5)
            .flat_map(|session| Track::read(&many_pages(session)).unwrap().events)
            .map(|event| event.2[0].to_string())
            .collect();
        assert_eq!(pages.len(), 5000);
    }
}
