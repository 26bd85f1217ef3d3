//! What is usual on the pages of a session, as far as sums are kept.

use std::collections::HashMap;

use futures_util::TryStreamExt;

use super::{Engine, EngineError, sums::unreadable};
use crate::{
    analyze::{
        Reversals, Timeline,
        page::{CELL, Layer, PageSums, Part},
        reversals_by_page,
    },
    model::Session,
    store::{Day, Found, PageMatch, RollupQuery, day_of},
};

/// So many days before a session say what is usual.
const DAYS: Day = 30;

impl Engine {
    /// How often the pages on which a session scrolled back and forth are scrolled so by others.
    pub(super) async fn usual(
        &self,
        session: &Session,
        timeline: &Timeline,
    ) -> Result<HashMap<String, Reversals>, EngineError> {
        let day = day_of(session.start.started_at);
        let mut usual = HashMap::new();
        for (page, _) in reversals_by_page(timeline).into_iter().filter(|(_, count)| *count > 0) {
            let mut sums = PageSums::new(&[Layer::Figures], CELL);
            let mut found = self.store.rollups(RollupQuery {
                page: PageMatch::new(page),
                days: day.saturating_sub(DAYS)..=day,
                from: None,
                to: None,
                parts: Some(vec![Part::WHOLE]),
                layers: vec![Layer::Figures.number()],
                except: Vec::new(),
                known: Vec::new(),
            });
            while let Some(found) = self.in_time(found.try_next()).await? {
                match found {
                    Found::Rollup { row, .. } => sums.add_bytes(Layer::Figures, &row.body).map_err(unreadable)?,
                    Found::Restart => sums = PageSums::new(&[Layer::Figures], CELL),
                    Found::Known(_) => {}
                    // These come last, and are too few to say what is usual.
                    Found::Loose(_) => break,
                }
            }
            usual.insert(page.to_owned(), sums.reversals());
        }
        Ok(usual)
    }
}
