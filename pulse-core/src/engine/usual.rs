//! What is usual on the pages of a session, as far as sums are published.

use futures_util::TryStreamExt;

use super::{Engine, EngineError, sums::unreadable};
use crate::{
    analyze::{
        Timeline, compared_pages,
        detect::Usual,
        page::{CELL, Layer, PageSums, Part},
    },
    model::{Millis, Session},
    store::{Bucket, DAY_MS, PageMatch, SumsQuery},
};

/// So many days before a session say what is usual.
const DAYS: Millis = 30;

impl Engine {
    /// What others do on the pages where that decides a signal of a session.
    pub(super) async fn usual(&self, session: &Session, timeline: &Timeline) -> Result<Usual, EngineError> {
        let mut usual = Usual::default();
        let pages = compared_pages(timeline);
        if pages.is_empty() {
            return Ok(usual);
        }
        let day = Bucket::day_of(session.start.started_at).span();
        let buckets = self.in_time(self.store.buckets(day.start - DAYS * DAY_MS..day.end)).await?;
        // Of a day that is summed up no hour is.
        let sets: Vec<_> = buckets.into_iter().filter_map(|state| Some(state.sums?.0)).collect();
        for page in pages {
            let mut sums = PageSums::new(&[Layer::Figures], CELL);
            let mut rows = self.store.sums(SumsQuery {
                sets: sets.clone(),
                page: PageMatch::new(page),
                parts: Some(vec![Part::WHOLE]),
                layers: vec![Layer::Figures.number()],
            });
            while let Some((_, row)) = self.in_time(rows.try_next()).await? {
                sums.add_bytes(Layer::Figures, &row.body).map_err(unreadable)?;
            }
            usual.insert(page.to_owned(), sums.usual());
        }
        Ok(usual)
    }
}
