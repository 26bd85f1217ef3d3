//! One visitor: all visits of one browser together.

use std::collections::HashSet;

use super::{Engine, EngineError};
use crate::{
    model::VisitorId,
    store::SessionFilter,
    wire::{SessionRow, VisitorAnswer, VisitorQuery},
};

/// Sessions added up at a time.
const GROUP: usize = 500;

impl Engine {
    /// `GET /api/visitors/{id}`
    pub(crate) async fn visitor(&self, id: &VisitorId, query: VisitorQuery) -> Result<VisitorAnswer, EngineError> {
        let of_visitor = SessionFilter { visitor: Some(id.clone()), ..SessionFilter::default() };
        let after = query.cursor.as_deref().map(str::parse).transpose()?;
        let asked = SessionFilter { limit: query.limit.unwrap_or(super::read::ROWS), after, ..of_visitor.clone() };
        // All of it within the time of one call: nobody has so many visits.
        self.in_time(async {
            let page = self.store.sessions(&asked).await?;
            let mut answer = VisitorAnswer::new(id.clone());
            let (now, mut pages) = (self.clock.now(), HashSet::new());
            let mut all = SessionFilter { limit: GROUP, ..of_visitor };
            loop {
                let found = self.store.sessions(&all).await?;
                for session in found.sessions {
                    answer.first_seen = answer.first_seen.min(session.start.started_at);
                    answer.last_seen = answer.last_seen.max(session.last_seen);
                    let row = SessionRow::new(session, now);
                    answer.totals.add(&row);
                    answer.pages.extend(row.pages.into_iter().filter(|page| pages.insert(page.clone())));
                }
                match found.next {
                    Some(next) => all.after = Some(next),
                    None => break,
                }
            }
            answer.sessions = page.sessions.into_iter().map(|session| SessionRow::new(session, now)).collect();
            answer.next_cursor = page.next.map(|cursor| cursor.to_string());
            answer.total = page.total;
            Ok((page.total > 0).then_some(answer))
        })
        .await?
        .ok_or(EngineError::NoVisitor)
    }
}
