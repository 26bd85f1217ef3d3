//! Whether the totals that Pulse keeps of each session equal a recount of its events.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::Result;
use serde::Deserialize;
use tokio::time::sleep;

use crate::{
    event::{Event, Kind},
    pulse::Pulse,
};

/// How far totals may lag behind: on MongoDB they are right 10 s after a server has crashed, and several crash here.
const LAG: Duration = Duration::from_secs(15);

/// Events of a session by type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Totals {
    mousemoves: u64,
    clicks: u64,
    scrolls: u64,
    keypresses: u64,
    errors: u64,
}

impl Totals {
    /// Counts events.
    pub(crate) fn of(events: &[Event]) -> Self {
        let mut totals = Self::default();
        for event in events {
            *match event.kind {
                Kind::Mousemove { .. } => &mut totals.mousemoves,
                Kind::Click { .. } => &mut totals.clicks,
                Kind::Scroll { .. } => &mut totals.scrolls,
                Kind::Keypress { .. } => &mut totals.keypresses,
                Kind::Error { .. } => &mut totals.errors,
            } += 1;
        }
        totals
    }
}

#[derive(Deserialize)]
struct Page {
    sessions: Vec<Row>,
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Row {
    session_id: String,
    #[serde(flatten)]
    totals: Totals,
}

/// Waits for the list of sessions to agree with `recount`; gives back what does not.
pub(crate) async fn compare(pulse: &Pulse, recount: &BTreeMap<String, Totals>) -> Result<Vec<String>> {
    let started = Instant::now();
    loop {
        let wrong = differences(&listed(pulse).await?, recount);
        if wrong.is_empty() || started.elapsed() > LAG {
            return Ok(wrong);
        }
        sleep(Duration::from_millis(300)).await;
    }
}

async fn listed(pulse: &Pulse) -> Result<BTreeMap<String, Totals>> {
    let mut all = BTreeMap::new();
    let mut path = "/api/sessions?limit=500".to_owned();
    loop {
        let page: Page = pulse.get(&path).await?;
        all.extend(page.sessions.into_iter().map(|row| (row.session_id, row.totals)));
        match page.next_cursor {
            Some(cursor) => path = format!("/api/sessions?limit=500&cursor={cursor}"),
            None => return Ok(all),
        }
    }
}

/// A session that has no events need not be listed.
fn differences(listed: &BTreeMap<String, Totals>, recount: &BTreeMap<String, Totals>) -> Vec<String> {
    let names = listed.keys().chain(recount.keys().filter(|name| !listed.contains_key(*name)));
    let of = |all: &BTreeMap<String, Totals>, name| all.get(name).cloned().unwrap_or_default();
    names
        .map(|name| (name, of(listed, name), of(recount, name)))
        .filter(|(_, listed, counted)| listed != counted)
        .map(|(name, listed, counted)| format!("{name}: listed {listed:?}, counted {counted:?}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_that_is_not_the_recount_is_told() {
        let clicks = |clicks| Totals { clicks, ..Totals::default() };
        let of = |sessions: &[(&str, u64)]| -> BTreeMap<String, Totals> {
            sessions.iter().map(|(name, count)| ((*name).to_owned(), clicks(*count))).collect()
        };
        assert!(differences(&of(&[("a", 1), ("b", 0)]), &of(&[("a", 1), ("c", 0)])).is_empty());
        assert_eq!(differences(&of(&[("a", 1)]), &of(&[("a", 2)])).len(), 1);
        assert_eq!(differences(&of(&[]), &of(&[("a", 2)])).len(), 1);
        assert_eq!(differences(&of(&[("a", 2)]), &of(&[])).len(), 1);
    }
}
