//! What strangers can reach, one entry a fuzz target (`fuzz/`). Not part of the API: it is compiled with `--cfg fuzzing`
//! and for the tests of this crate alone, and may change at any time.
//!
//! Each entry takes any bytes. It panics when one of its promises is broken, and for no other reason.

use std::{
    io::Write as _,
    net::IpAddr,
    sync::OnceLock,
    time::{Duration, Instant},
};

use flate2::{
    Compression,
    write::{GzEncoder, ZlibEncoder},
};
use http::{Request, request::Parts};
use serde_json::{Value, json};

use crate::{
    Limits, Origins, Proxies,
    analyze::{
        Report, Thresholds, Timeline,
        detect::{Context, detect},
        page::{CELL, Layer, PageSums},
        summarize,
    },
    ingest::{self, Encoding, IngestBody, RequestContext, mask},
    insight::{AnalystError, Brief, Completion, Model, Prompt, claims, session_brief},
    model::{AnalystKind, Batch, Millis, PageRules, SessionStart, TokensUsed, is_page, page_of, path_of},
    store::sqlite,
    wire::{
        AnalyticsQuery, AnalyzeQuery, AnalyzeSessionQuery, ExportQuery, HeatmapQuery, KeptQuery, MoveColumns, NoQuery,
        PageMap, PagesQuery, PathsQuery, ProblemQuery, ProblemsQuery, Query, Route, SessionMapQuery, SessionsQuery,
        VisitorQuery,
    },
};

/// A target's name, and what it does with any bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target by its name, which is that of its file in `fuzz/fuzz_targets` and of its folder in `fuzz/seeds`.
pub const TARGETS: [Target; 11] = [
    ("address", address),
    ("batch", batch),
    ("columns", columns),
    ("forwarded", forwarded),
    ("model_answer", model_answer),
    ("origin", origin),
    ("packed_body", packed_body),
    ("query", query),
    ("session", session),
    ("stored_batch", stored_batch),
    ("sums_row", sums_row),
];

/// When all of it happens.
const NOW: Millis = 1_790_000_000_000;

/// The only site that may send events.
const SITE: &str = "https://shop.example";

/// A token in an address.
const SECRET: &str = "Zx9QpLm4Tr7Vb2Ns";

fn context() -> RequestContext<'static> {
    RequestContext { received_at: NOW, user_agent: "", origin: Some(SITE) }
}

/// The body of `POST /api/track`, in either form: what is decoded keeps the limits, and is read back as it was stored.
pub fn batch(body: &[u8]) {
    track(IngestBody::new(body, Encoding::Identity));
}

/// The same body with an encoding: the first byte says which, and whether the body is packed already.
pub fn packed_body(bytes: &[u8]) {
    let Some((choice, body)) = bytes.split_first() else { return };
    let encoding = if choice & 1 == 0 { Encoding::Gzip } else { Encoding::Identity };
    if choice & 2 == 0 {
        return track(IngestBody::new(body, encoding));
    }
    let packed = match encoding {
        Encoding::Gzip => {
            let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
            packer.write_all(body).and_then(|()| packer.finish())
        }
        Encoding::Identity => {
            let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
            packer.write_all(body).and_then(|()| packer.finish())
        }
    };
    track(IngestBody::new(&packed.expect("writing to memory does not fail"), encoding));
}

fn track(body: IngestBody<'_>) {
    let limits = Limits::default();
    let Ok(decoded) = ingest::decode_track(body, &context(), &limits) else { return };
    let batch = decoded.batch;
    assert!(batch.len() <= limits.batch_events, "a batch holds too many events");
    assert!(decoded.unpacked <= limits.unzipped_bytes.max(limits.body_bytes), "too much was unpacked");
    let (earliest, latest) = (NOW - limits.event_age_ms, NOW + limits.clock_slack_ms);
    let times = batch.events().iter().map(|event| event.timestamp).chain(batch.moves().iter().map(|place| place.at));
    for time in times {
        assert!((earliest..=latest).contains(&time), "a time is not clamped");
    }
    let packed = sqlite::packed(&batch).expect("what was decoded can be packed");
    let (moves, events) = sqlite::unpacked(&packed).expect("what was packed can be unpacked");
    assert_eq!((&moves[..], &events[..]), (batch.moves(), batch.events()), "what is read back is what was stored");
    analyzed(batch);
}

/// A session of one batch through every fold.
fn analyzed(batch: Batch) {
    let timeline = Timeline::named([batch], &PageRules::default());
    let summary = summarize(&timeline, &Thresholds::default());
    assert!(summary.frustration.score <= 100, "a score is out of its range");
    detect(&timeline, &Context::default());
}

/// The body of `POST /api/session`.
pub fn session(body: &[u8]) {
    let limits = Limits::default();
    let start = ingest::decode_session(IngestBody::new(body, Encoding::Identity), &context(), &limits);
    if let Ok(SessionStart { page_url, title, referrer, .. }) = start {
        let chars = |text: Option<String>| text.map_or(0, |text| text.chars().count());
        assert!(page_url.chars().count() <= limits.url_chars, "an address is not cut");
        assert!(chars(referrer) <= limits.url_chars, "a referrer is not cut");
        assert!(chars(title) <= limits.title_chars, "a title is not cut");
    }
}

/// An address or a label of a page: it is cut, a page's name is the name of itself, and a secret is masked whatever
/// stands behind it.
pub fn address(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let limits = Limits::default();
    let masked = |url: &str| mask::url(url, limits.url_chars, &limits.secret_words);
    let url = masked(&text);
    assert!(url.chars().count() <= limits.url_chars, "an address is not cut");
    assert!(mask::label(&text, limits.label_chars).chars().count() <= limits.label_chars, "a label is not cut");
    let rules = PageRules::default().keep_query(["tab".to_owned()]);
    let name = rules.name(&url);
    assert_eq!(rules.name(&name), name, "a page's name is the name of itself");
    is_page(&name, page_of(&url));
    path_of(&url);
    // A fuzzer learns the text from the comparison, and says it itself, also with signs between that are taken out.
    let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    if !letters.contains(SECRET) {
        assert!(!masked(&format!("https://a.test/?token={SECRET}&{text}")).contains(SECRET), "a secret is not masked");
    }
}

/// `Origin` and `Host`, with a line break between them: nobody is let in who is not listed and not Pulse's own host. An
/// origin that may be listed has one normal form.
pub fn origin(bytes: &[u8]) {
    let (origin, host) = split(bytes);
    let (Some(head), Ok(origin)) = (head(&[("origin", origin), ("host", host)]), std::str::from_utf8(origin)) else {
        return;
    };
    if Origins::listed([SITE]).allows(origin, &head) {
        let authority = origin.split_once("://").map(|(_, authority)| authority.as_bytes());
        assert!(authority == Some(host) || origin.eq_ignore_ascii_case(SITE), "a stranger is let in");
    }
    Origins::loopback().allows(origin, &head);
    if let Ok(normal) = Origins::parse(origin) {
        assert_eq!(Origins::parse(&normal).as_ref(), Ok(&normal), "a normal form has another one");
    }
}

/// `X-Forwarded-For` twice: whoever is no listed proxy is taken for itself, whatever it says.
pub fn forwarded(bytes: &[u8]) {
    let (one, two) = split(bytes);
    let stranger = IpAddr::from([203, 0, 113, 7]);
    let Some(head) = head(&[("x-forwarded-for", one), ("x-forwarded-for", two)]) else { return };
    let believed = Proxies::default().client(stranger, &head.headers);
    assert_eq!(believed, stranger, "a forged header is believed");
    let proxies = Proxies::listed(["203.0.113.0/24"]).expect("a range");
    proxies.client(stranger, &head.headers);
    if let Ok(text) = std::str::from_utf8(one) {
        // Whether it is a range is all that is asked.
        let _ = Proxies::listed([text]);
    }
}

/// The head of a request; none when it cannot have such headers.
fn head(headers: &[(&str, &[u8])]) -> Option<Parts> {
    let request =
        headers.iter().fold(Request::post("/api/track"), |request, (name, value)| request.header(*name, *value));
    request.body(()).ok().map(|request| request.into_parts().0)
}

fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    (&bytes[..at], bytes.get(at + 1..).unwrap_or_default())
}

/// A path and a query string: what is understood makes an address that is understood in the same way.
pub fn query(bytes: &[u8]) {
    fn again<Q: Query + PartialEq + std::fmt::Debug>(text: &str) {
        if let Ok(query) = Q::parse(text) {
            let again = Q::parse(&query.to_query_string());
            assert_eq!(again.as_ref(), Ok(&query), "a query makes another one");
        }
    }
    let text = String::from_utf8_lossy(bytes);
    let (path, query) = text.split_once('?').unwrap_or((&text, &text));
    for method in ["GET", "POST", "DELETE"] {
        if let Ok(route) = Route::parse(method, path) {
            assert_eq!(Route::parse(method, &route.to_string()), Ok(route), "a route makes another address");
        }
    }
    again::<SessionsQuery>(query);
    again::<AnalyticsQuery>(query);
    again::<SessionMapQuery>(query);
    again::<HeatmapQuery>(query);
    again::<PagesQuery>(query);
    again::<PathsQuery>(query);
    again::<ProblemsQuery>(query);
    again::<ProblemQuery>(query);
    again::<AnalyzeQuery>(query);
    again::<AnalyzeSessionQuery>(query);
    again::<KeptQuery>(query);
    again::<ExportQuery>(query);
    again::<VisitorQuery>(query);
    again::<NoQuery>(query);
}

/// A model that says what it is told to.
#[derive(Debug)]
struct Parrot(String);

#[async_trait::async_trait]
impl Model for Parrot {
    fn analyst(&self) -> AnalystKind {
        AnalystKind::Gemini
    }

    fn name(&self) -> &str {
        "parrot"
    }

    async fn complete(&self, _: &Prompt, _: Instant) -> Result<Completion, AnalystError> {
        Ok(Completion { text: self.0.clone(), model: None, tokens: TokensUsed::default() })
    }
}

/// A visit that did not go well, so that there are facts to cite: clicks on a button that does not answer, and an error
/// after the last.
fn visit() -> Vec<u8> {
    let event =
        |at: Millis, kind: &str, data: Value| json!({"type": kind, "timestamp": NOW - 20_000 + at, "data": data});
    let button =
        json!({"path": "#pay", "tag": "button", "label": "Pay now", "rect": [20, 156, 140, 40], "interactive": true});
    let page = "https://shop.example/pay";
    let mut events = vec![event(0, "navigation", json!({"url": page, "kind": "load"}))];
    events.extend((0..5).map(|n| event(9000 + n * 150, "click", json!({"x": 90, "y": 176, "element": button}))));
    events.push(event(9700, "error", json!({"name": "TypeError", "message": "cart is undefined"})));
    events.push(event(18_000, "scroll", json!({"depth": 40, "y": 500, "direction": "down"})));
    let batch = json!({"session_id": "session-0001", "page_url": page, "title": "Pay", "events": events});
    batch.to_string().into_bytes()
}

fn brief() -> Brief {
    let body = visit();
    let body = IngestBody::new(&body, Encoding::Identity);
    let decoded = ingest::decode_track(body, &context(), &Limits::default()).expect("a visit");
    let (timeline, thresholds) = (Timeline::named([decoded.batch], &PageRules::default()), Thresholds::default());
    let (summary, diagnosis) = (summarize(&timeline, &thresholds), detect(&timeline, &Context::default()));
    let report = Report::new(&decoded.start, &timeline, &thresholds, summary, diagnosis);
    session_brief(&report, None, NOW)
}

/// What a model answers: an insight comes of it in any case, and holds no markup and no address that the model made up.
pub fn model_answer(bytes: &[u8]) {
    static BRIEF: OnceLock<Brief> = OnceLock::new();
    let model = Parrot(String::from_utf8_lossy(bytes).into_owned());
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let ask = claims::ask(&model, BRIEF.get_or_init(brief), NOW, Duration::ZERO);
    let shown = serde_json::to_string(&runtime.block_on(ask).expect("an insight")).expect("json");
    assert!(shown.len() < 64 * 1024, "an insight grows with what the model says");
    assert!(!shown.contains("<script") && !shown.contains("http://evil"), "what a model made up is shown: {shown}");
}

/// A row of the log as the file has it: torn or flipped, it is refused or read, and makes no more of itself than a row
/// can hold.
pub fn stored_batch(bytes: &[u8]) {
    // As they are, and as if their checksum were right.
    let sealed = [bytes, &crc32fast::hash(bytes).to_le_bytes()].concat();
    for row in [bytes, &sealed] {
        if let Ok((moves, events)) = sqlite::unpacked(row) {
            // DEFLATE makes at most 1,032 bytes of one, and an event or a move takes one at least.
            assert!(moves.len() + events.len() <= row.len().saturating_mul(1032), "a row makes too much of itself");
        }
    }
}

/// A row of sums, of the layer that the first byte names: what can be read is written as it was, and added to itself.
pub fn sums_row(bytes: &[u8]) {
    let Some((layer, row)) = bytes.split_first() else { return };
    let layer = Layer::ALL[usize::from(*layer) % Layer::ALL.len()];
    let mut sums = PageSums::new(&[layer], CELL);
    if sums.add_bytes(layer, row).is_err() {
        return;
    }
    let kept = sums.to_bytes(layer);
    let mut again = PageSums::new(&[layer], CELL);
    again.add_bytes(layer, &kept).expect("what was written can be read");
    assert_eq!(again.to_bytes(layer), kept, "sums change when they are kept");
    sums.merge(&again);
}

/// An answer in columns, as a client reads it.
pub fn columns(bytes: &[u8]) {
    if let Ok(columns) = serde_json::from_slice::<MoveColumns>(bytes) {
        let all = columns.times().count().max(columns.across().count()).max(columns.down().count());
        assert!(all <= bytes.len(), "columns make too much of themselves");
    }
    if let Ok(map) = serde_json::from_slice::<PageMap>(bytes) {
        assert!(map.cells.cells().len() <= bytes.len(), "cells make too much of themselves");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::{
        fs,
        path::{Path, PathBuf},
    };

    use super::*;

    fn folder(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz").join(name)
    }

    #[test]
    fn each_target_is_a_program() {
        let files = fs::read_dir(folder("fuzz_targets")).unwrap().map(|file| file.unwrap().path());
        let mut names: Vec<String> = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        names.sort();
        assert_eq!(names, TARGETS.map(|(name, _)| name));
    }

    /// What a fuzzer begins with, whole and cut short: so the targets stay true without one.
    #[test]
    fn seeds_break_no_promise() {
        /// Places at which each seed is cut.
        const CUTS: usize = 32;
        for (name, target) in TARGETS {
            let seeds: Vec<_> = fs::read_dir(folder("seeds").join(name)).unwrap().map(|seed| seed.unwrap()).collect();
            assert!(!seeds.is_empty(), "{name} has no seeds");
            for seed in seeds {
                let bytes = fs::read(seed.path()).unwrap();
                target(&bytes);
                (0..bytes.len()).step_by(bytes.len() / CUTS + 1).for_each(|cut| target(&bytes[..cut]));
            }
        }
    }

    /// Answers of models are checked against it.
    #[test]
    fn the_visit_has_facts() {
        assert!(brief().facts.len() > 3, "{:?}", brief().facts);
    }
}
