//! What a crash left of segments is cleared away.

use std::{collections::HashSet, future::IntoFuture, time::Duration};

use mongodb::bson::{Bson, DateTime, doc};

use super::{Segments, change::loosen, manifest::State};
use crate::{model::Millis, store::StoreError};

/// Time between two sweeps of a server.
pub(super) const EVERY: Duration = Duration::from_secs(10 * 60);

/// A segment that is longer in the making than this was given up. Each call for it takes seconds at most.
pub(super) const LONGEST_MS: Millis = 10 * 60 * 1000;

impl Segments {
    /// Clears away what was dropped, what another version of Pulse has kept, what was begun before a time and not
    /// finished, and what no manifest knows of.
    pub(in super::super) async fn sweep(&self, before: Millis) -> Result<(), StoreError> {
        // Read before the manifests: these know of each segment before anything names it.
        let pointed_at = doc! { "segment": { "$exists": true } };
        let pointed_at = self.data.call("sweep", self.sessions.distinct("segment", pointed_at).into_future()).await?;
        let of_rows = self.data.call("sweep", self.rows.distinct("segment", doc! {}).into_future()).await?;
        self.drop_outdated().await?;
        self.drop_all(&[State::Open, State::Lost], Some(DateTime::from_millis(before))).await?;
        let known = self.clear_dropped().await?;
        let unknown = |ids: Vec<Bson>| ids.into_iter().filter(|id| id.as_i64().is_none_or(|id| !known.contains(&id)));
        let (sessions, rows): (Vec<Bson>, Vec<Bson>) = (unknown(pointed_at).collect(), unknown(of_rows).collect());
        if !sessions.is_empty() {
            let of = doc! { "segment": { "$in": sessions } };
            self.data.call("sweep", self.sessions.update_many(of, loosen()).into_future()).await?;
        }
        if !rows.is_empty() {
            let of = doc! { "segment": { "$in": rows } };
            self.data.call("sweep", self.rows.delete_many(of).into_future()).await?;
        }
        Ok(())
    }

    /// Dissolves all segments.
    pub(super) async fn clear_all(&self) -> Result<(), StoreError> {
        self.drop_all(&[State::Ready], None).await?;
        self.clear_dropped().await.map(drop)
    }

    /// Clears away what was dropped; all that the manifests know of.
    async fn clear_dropped(&self) -> Result<HashSet<i64>, StoreError> {
        let mut known = HashSet::new();
        for entry in self.manifests(None).await?.into_iter().flat_map(|manifest| manifest.segments) {
            if entry.state == State::Dropped {
                self.clear(entry.id, &entry.leaves).await?;
            }
            known.insert(entry.id);
            known.extend(entry.leaves);
        }
        Ok(known)
    }
}
