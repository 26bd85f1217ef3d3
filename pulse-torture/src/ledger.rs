//! The oracle: what was claimed before it was sent, what is owed since it was acknowledged, and what became of it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::event::{Batch, Event, Name, WINDOW_MS, hash};

/// Batches of a kind that are named.
const NAMED: usize = 5;

/// All batches of a trial.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Books>);

#[derive(Debug, Default)]
struct Books {
    claims: Vec<Claim>,
    /// Places in `claims`, by session and begin of the window.
    sessions: BTreeMap<String, HashMap<i64, usize>>,
}

/// What a writer says before it sends.
#[derive(Debug)]
struct Claim {
    name: Name,
    events: usize,
    hash: u64,
    owed: bool,
    /// How often the answer was that the batch is new.
    accepted: u32,
}

/// What reading back has shown. Each list names batches.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    /// Acknowledged, and not there.
    pub(crate) lost: Vec<String>,
    /// There, and not as it was sent; or never sent.
    pub(crate) altered: Vec<String>,
    /// There more than once, or accepted as new more than once.
    pub(crate) twice: Vec<String>,
    /// Places of the lost ones in the order of their claims.
    pub(crate) holes: Vec<usize>,
}

impl Findings {
    /// Adds what another session has shown.
    pub(crate) fn extend(&mut self, other: Self) {
        self.lost.extend(other.lost);
        self.altered.extend(other.altered);
        self.twice.extend(other.twice);
        self.holes.extend(other.holes);
    }

    /// A line for each kind that there is, with some names.
    pub(crate) fn summary(&self) -> Vec<String> {
        let kinds = [("lost", &self.lost), ("altered", &self.altered), ("twice", &self.twice)];
        let line = |(what, batches): (&str, &Vec<String>)| {
            let named: Vec<_> = batches.iter().take(NAMED).map(String::as_str).collect();
            let more = if batches.len() > NAMED { ", ..." } else { "" };
            format!("{} {what}: {}{more}", batches.len(), named.join(", "))
        };
        kinds.into_iter().filter(|(_, batches)| !batches.is_empty()).map(line).collect()
    }

    /// Whether all is as it should be.
    pub(crate) fn is_clean(&self) -> bool {
        *self == Self::default()
    }
}

impl Ledger {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a batch before it is sent.
    pub(crate) fn claim(&self, batch: &Batch) {
        let mut books = self.books();
        let place = books.claims.len();
        let claim = Claim {
            name: batch.name.clone(),
            events: batch.events.len(),
            hash: batch.hash(),
            owed: false,
            accepted: 0,
        };
        books.claims.push(claim);
        books.sessions.entry(batch.name.session.clone()).or_default().insert(batch.start, place);
    }

    /// Notes the answer 200 with its counts. An error when they cannot be right.
    pub(crate) fn acknowledge(&self, batch: &Batch, accepted: usize, duplicates: usize) -> Result<(), String> {
        let mut books = self.books();
        let place = books.sessions.get(&batch.name.session).and_then(|session| session.get(&batch.start)).copied();
        let claim = place.and_then(|place| books.claims.get_mut(place)).ok_or("an answer to what was not claimed")?;
        claim.owed = true;
        claim.accepted += u32::from(accepted > 0);
        if (accepted, duplicates) == (claim.events, 0) || (accepted, duplicates) == (0, claim.events) {
            return Ok(());
        }
        Err(format!("{}: {} events, {accepted} accepted and {duplicates} known", text(&claim.name), claim.events))
    }

    /// Sessions of which something was claimed.
    pub(crate) fn sessions(&self) -> Vec<String> {
        self.books().sessions.keys().cloned().collect()
    }

    /// Batches claimed.
    pub(crate) fn claimed(&self) -> usize {
        self.books().claims.len()
    }

    /// Batches owed.
    pub(crate) fn owed(&self) -> usize {
        self.books().claims.iter().filter(|claim| claim.owed).count()
    }

    /// Compares all events that a session was found to have, in order of time, with what it should have.
    pub(crate) fn compare(&self, session: &str, found: &[Event]) -> Findings {
        let books = self.books();
        let mut findings = Findings::default();
        let Some(windows) = books.sessions.get(session) else { return findings };
        let mut by_window: HashMap<i64, Vec<Event>> = HashMap::new();
        let base = windows.keys().min().copied().unwrap_or_default();
        for event in found {
            let start = base + (event.timestamp - base).div_euclid(WINDOW_MS) * WINDOW_MS;
            by_window.entry(start).or_default().push(event.clone());
        }
        for (start, place) in windows {
            let claim = &books.claims[*place];
            let name = || text(&claim.name);
            let mut events = by_window.remove(start).unwrap_or_default();
            let copies = events.len();
            // No two events of a batch are alike.
            events.dedup();
            if events.is_empty() {
                if claim.owed {
                    findings.lost.push(name());
                    findings.holes.push(*place);
                }
            } else if hash(&events) != claim.hash {
                findings.altered.push(name());
            } else if copies > events.len() || claim.accepted > 1 {
                findings.twice.push(name());
            }
        }
        let strangers = by_window.keys().map(|start| format!("{session}: events at {start} that nobody sent"));
        findings.altered.extend(strangers);
        findings
    }
}

fn text(Name { session, view, seq }: &Name) -> String {
    format!("{session}/{view}/{seq}")
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;
    use crate::event::Kind;

    const SESSION: &str = "session-1";

    /// A ledger of five batches that are owed, but for the last one, and all their events.
    fn five() -> (Ledger, Vec<Batch>) {
        let (ledger, mut rng) = (Ledger::default(), Rng::with_seed(7));
        let batches: Vec<_> = (0..5).map(|number| Batch::new(SESSION, 1_000_000, number, &mut rng)).collect();
        for batch in &batches {
            ledger.claim(batch);
        }
        for batch in &batches[..4] {
            ledger.acknowledge(batch, batch.events.len(), 0).unwrap();
        }
        (ledger, batches)
    }

    fn events(batches: &[Batch]) -> Vec<Event> {
        batches.iter().flat_map(|batch| batch.events.clone()).collect()
    }

    fn name(number: u32) -> Vec<String> {
        vec![format!("{SESSION}/view-{:04}/{}", number % 2, number / 2)]
    }

    #[test]
    fn what_is_as_it_should_be_is_clean_with_what_was_not_acknowledged_and_without() {
        let (ledger, batches) = five();
        assert!(ledger.compare(SESSION, &events(&batches)).is_clean());
        assert!(ledger.compare(SESSION, &events(&batches[..4])).is_clean());
        assert_eq!((ledger.claimed(), ledger.owed(), ledger.sessions().len()), (5, 4, 1));
    }

    #[test]
    fn a_lost_batch_is_reported() {
        let (ledger, mut batches) = five();
        batches.remove(2);
        let findings = ledger.compare(SESSION, &events(&batches));
        assert_eq!(findings, Findings { lost: name(2), holes: vec![2], ..Findings::default() });
    }

    #[test]
    fn a_lost_session_is_reported() {
        assert_eq!(five().0.compare(SESSION, &[]).lost.len(), 4);
    }

    #[test]
    fn an_altered_batch_is_reported_also_when_it_was_not_acknowledged() {
        for number in [1, 4] {
            let alterations: [fn(&mut Vec<Event>); 4] = [
                |events| drop(events.pop()),
                |events| events[0].timestamp += 1,
                |events| events[0].kind = Kind::Mousemove { x: 0.125, y: 0.0 },
                |events| events.insert(1, Event { timestamp: events[0].timestamp, ..events[1].clone() }),
            ];
            for alter in alterations {
                let (ledger, mut batches) = five();
                alter(&mut batches[number as usize].events);
                let findings = ledger.compare(SESSION, &events(&batches));
                assert_eq!(findings, Findings { altered: name(number), ..Findings::default() });
            }
        }
    }

    #[test]
    fn events_that_nobody_sent_are_reported() {
        let (ledger, batches) = five();
        let mut events = events(&batches);
        let last = events[events.len() - 1].clone();
        events.push(Event { timestamp: last.timestamp + 10 * WINDOW_MS, ..last });
        assert_eq!(ledger.compare(SESSION, &events).altered.len(), 1);
    }

    #[test]
    fn a_doubled_batch_is_reported_also_when_it_was_not_acknowledged() {
        for number in [0, 4] {
            let (ledger, mut batches) = five();
            batches.push(batches[number as usize].clone());
            let mut events = events(&batches);
            events.sort_by_key(|event| event.timestamp);
            let findings = ledger.compare(SESSION, &events);
            assert_eq!(findings, Findings { twice: name(number), ..Findings::default() });
        }
    }

    #[test]
    fn a_batch_that_is_new_twice_is_reported() {
        let (ledger, batches) = five();
        let events_of = batches[3].events.len();
        ledger.acknowledge(&batches[3], 0, events_of).unwrap();
        assert!(ledger.compare(SESSION, &events(&batches)).is_clean());
        ledger.acknowledge(&batches[3], events_of, 0).unwrap();
        assert_eq!(ledger.compare(SESSION, &events(&batches)).twice, name(3));
    }

    #[test]
    fn counts_that_do_not_add_up_are_an_error() {
        let (ledger, batches) = five();
        assert!(ledger.acknowledge(&batches[4], 1, 0).is_err());
        assert!(ledger.acknowledge(&batches[4], batches[4].events.len(), batches[4].events.len()).is_err());
    }
}
