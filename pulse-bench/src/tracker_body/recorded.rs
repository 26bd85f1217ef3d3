//! The bodies that were recorded from the real script, `pulse-tracker/test/fixtures`.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::{Track, unpack};

/// What is known of them beside their bytes. The tracker's browser test compares it with what the tracker sends.
const META: &str = include_str!("../../../pulse-tracker/test/fixtures/fixtures.json");

/// The site of recorded visits, before its port, and that of rewritten ones.
const RECORDED: &str = "http://localhost:";
const SITE: &str = "https://shop.example";

/// A body as it came.
#[derive(Debug, Clone, Deserialize)]
pub struct Recorded {
    /// Its name in the folder.
    pub file: String,
    /// `track` or `session`.
    pub route: String,
    /// Whether it is deflated; from a page that goes it is not.
    pub packed: bool,
    /// The body.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

#[derive(Deserialize)]
pub(super) struct Meta {
    /// Names and values in the browser's order.
    pub(super) headers: Vec<(String, String)>,
    bodies: Vec<Recorded>,
}

impl Meta {
    pub(super) fn read() -> Result<Self> {
        serde_json::from_str(META).context("fixtures.json is not as expected")
    }
}

/// All recorded bodies, in the order of the visit.
///
/// # Errors
/// The folder is not beside this crate.
pub fn recorded() -> Result<Vec<Recorded>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pulse-tracker/test/fixtures");
    let mut bodies = Meta::read()?.bodies;
    for body in &mut bodies {
        let path = folder.join(&body.file);
        body.bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    }
    Ok(bodies)
}

/// The batches of the recorded visit, as another session's that began at `start` on another site: ids, times and addresses are
/// written anew, everything else is as it came. Each is sent when its last event has happened, or a little later.
///
/// # Errors
/// The folder is not beside this crate.
pub fn recorded_visit(session: &str, start: i64) -> Result<Vec<Track>> {
    let mut batches = Vec::new();
    for body in recorded()?.iter().filter(|body| body.route == "track") {
        let text = String::from_utf8(unpack(&body.bytes)?)?;
        // The port is another one at each recording.
        let (_, rest) = text.split_once(RECORDED).context("a recorded page has no address")?;
        let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
        batches.push(serde_json::from_str::<Track>(&text.replace(&format!("{RECORDED}{port}"), SITE))?);
    }
    let shift = start - batches.first().map_or(start, |first| first.start);
    for batch in &mut batches {
        session.clone_into(&mut batch.session);
        batch.sent_at += shift;
        batch.start += shift;
    }
    Ok(batches)
}
