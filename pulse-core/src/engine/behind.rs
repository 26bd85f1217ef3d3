//! The sessions behind a place on a map.

use std::time::Duration;

use tokio::time::Instant;

use super::{Engine, EngineError};
use crate::{
    analyze::{
        Thresholds,
        page::{Spot, Visit},
    },
    model::{Session, is_page},
    store::{SessionFilter, SessionPage},
};

/// Sessions that are looked up at a time.
const GROUP: usize = 100;

/// After this long the answer is what was found so far: the next page goes on from there.
const LONG: Duration = Duration::from_secs(2);

impl Engine {
    /// Those sessions of a list that were at a place; events of each are looked at, in the list's order.
    pub(super) async fn behind(&self, filter: SessionFilter, spot: &Spot) -> Result<SessionPage, EngineError> {
        let began = Instant::now();
        let mut looked = SessionFilter { limit: GROUP, ..filter.clone() };
        let mut found = SessionPage::default();
        loop {
            let page = self.in_time(self.store.sessions(&looked)).await?;
            found.total = page.total;
            let mut left = page.sessions.len();
            for session in page.sessions {
                let place = looked.place(&session);
                left -= 1;
                if self.was_at(&session, filter.page.as_deref(), spot).await? {
                    found.sessions.push(session);
                }
                if found.sessions.len() >= filter.limit || began.elapsed() > LONG {
                    found.next = (left > 0 || page.next.is_some()).then_some(place);
                    return Ok(found);
                }
            }
            match page.next {
                Some(next) => looked.after = Some(next),
                None => return Ok(found),
            }
        }
    }

    async fn was_at(&self, session: &Session, page: Option<&str>, spot: &Spot) -> Result<bool, EngineError> {
        let timeline = self.timeline(&session.start.session_id).await?;
        let wanted = |name: &str| page.is_none_or(|page| is_page(name, page));
        let visits = Visit::matching(session, &timeline, &Thresholds::default(), wanted);
        Ok(visits.iter().any(|visit| visit.is_behind(spot)))
    }
}
