//! Takes in what is sent: checks it, holds it to its quotas, stores it, and accounts for it.

use super::{
    Engine, EngineError,
    accounts::Outcome,
    quota::{Exceeded, Sender},
    turns::Turn,
};
use crate::{
    ingest::{self, DecodedTrack, IngestBody, RequestContext},
    model::{Millis, SessionStart},
    store::{Appended, Opened},
    wire::{RejectReason, SessionOpened, TrackAnswer, TrackRejection},
};

/// What is known of a request without its body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client<'a> {
    /// Who sends.
    pub(crate) sender: Sender,
    /// The `User-Agent` header.
    pub(crate) user_agent: &'a str,
    /// The page's origin, when a page sends it.
    pub(crate) origin: Option<&'a str>,
}

impl Engine {
    /// Whether a request that sends something is listened to: asked before anything of its body is read.
    pub(crate) async fn admit(&self, sender: Sender) -> Result<Turn<'_>, EngineError> {
        self.check_open()?;
        self.quotas.request(sender)?;
        self.turns.take().await
    }

    /// Another turn for a request that was admitted, and gave its own back while its body came slowly.
    pub(crate) async fn readmit(&self) -> Result<Turn<'_>, EngineError> {
        self.turns.take_again().await
    }

    /// `POST /api/session`; whether the session is new is told beside the answer.
    pub(crate) async fn open_session(
        &self,
        body: IngestBody<'_>,
        client: Client<'_>,
        _turn: Turn<'_>,
    ) -> Result<(SessionOpened, bool), EngineError> {
        let mut start = ingest::decode_session(body, &self.context(client), &self.limits)?;
        self.meet(client.sender, &mut start).await?;
        let opened = self.health.of(self.in_time(self.store.open_session(&start)).await);
        let Opened { created, started_at } = opened?;
        Ok((SessionOpened { session_id: start.session_id, started_at }, created))
    }

    /// `POST /api/track`. When it answers, what it accepted is durable.
    pub(crate) async fn track(
        &self,
        body: IngestBody<'_>,
        client: Client<'_>,
        _turn: Turn<'_>,
    ) -> Result<(TrackAnswer, Outcome), EngineError> {
        let DecodedTrack { batch, mut start, mut rejected, mut rejected_unlisted, reasons, unpacked } =
            ingest::decode_track(body, &self.context(client), &self.limits)?;
        self.quotas.unpacked(client.sender, unpacked);
        let mut events = self.accounts.events.receive((batch.len() + reasons.total()) as u64);
        for (reason, count) in reasons.iter() {
            events.part(Outcome::Rejected(reason.as_str()), count as u64);
        }

        let stored = async {
            self.meet(client.sender, &mut start).await?;
            let batch = match self.quotas.fit(batch, &self.limits) {
                Ok((batch, left_out)) => {
                    rejected_unlisted += left_out;
                    events.part(Outcome::Rejected(RejectReason::SessionFull.as_str()), left_out as u64);
                    batch
                }
                Err(batch) => {
                    events.part(Outcome::Rejected(RejectReason::SessionFull.as_str()), batch.len() as u64);
                    (rejected, rejected_unlisted) = all_rejected(batch.len(), &rejected, rejected_unlisted);
                    let answer = TrackAnswer { rejected, rejected_unlisted, ..TrackAnswer::default() };
                    return Ok((answer, Outcome::Rejected(RejectReason::SessionFull.as_str())));
                }
            };
            self.quotas.batch(client.sender, &batch)?;
            let pages = batch.pages(&self.pages);
            let count = batch.len();
            let appended = self.health.of(self.in_time(self.store.append(&batch, &pages, &start)).await)?;
            let (accepted, duplicates, outcome) = match appended {
                Appended::Stored => (count, 0, Outcome::Stored),
                Appended::Duplicate => (0, count, Outcome::Duplicate),
            };
            if appended == Appended::Stored {
                self.quotas.stored(&batch);
                self.carried.stored(&batch);
            }
            events.part(outcome, count as u64);
            Ok((TrackAnswer { accepted, duplicates, rejected, rejected_unlisted }, outcome))
        };
        let answer: Result<_, EngineError> = stored.await;
        if let Err(error) = &answer {
            events.close(Outcome::Refused(error.reason()));
        }
        answer
    }

    /// Sees to it that a session is known. One that is new takes from its sender's quota, and from its share of what
    /// counts unless it is left out anyway.
    async fn meet(&self, sender: Sender, start: &mut SessionStart) -> Result<(), EngineError> {
        if !self.quotas.knows(&start.session_id) {
            let stored = self.in_time(self.store.session(&start.session_id)).await?;
            self.quotas.learn(sender, &start.session_id, stored.as_ref())?;
            if stored.is_none() && start.excluded.is_none() {
                start.excluded = self.quotas.share(sender, self.now(), &self.limits);
            }
        }
        Ok(())
    }

    /// The time now.
    pub(crate) fn now(&self) -> Millis {
        self.clock.now()
    }

    fn context<'a>(&self, client: Client<'a>) -> RequestContext<'a> {
        RequestContext { received_at: self.clock.now(), user_agent: client.user_agent, origin: client.origin }
    }
}

impl From<Exceeded> for EngineError {
    fn from(exceeded: Exceeded) -> Self {
        Self::Quota(exceeded)
    }
}

/// Rejects all of a batch: `taken` events, between those that were rejected before.
fn all_rejected(taken: usize, before: &[TrackRejection], unlisted: usize) -> (Vec<TrackRejection>, usize) {
    let total = taken + before.len() + unlisted;
    let full = |index| TrackRejection { index, reason: RejectReason::SessionFull };
    let reason = |index| before.iter().find(|known| known.index == index).cloned().unwrap_or_else(|| full(index));
    let listed: Vec<_> = (0..total.min(TrackAnswer::LISTED)).map(reason).collect();
    let unlisted = total - listed.len();
    (listed, unlisted)
}
