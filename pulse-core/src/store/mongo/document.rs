//! The documents of sessions, as ARCHITECTURE.md describes them.

use mongodb::bson::{DateTime, Document};
use serde::{Deserialize, Serialize};

use crate::{
    model::{Counts, Device, Exclusion, Score, Session, SessionId, SessionStart, ViewportSize, VisitorId},
    store::StoreError,
};

/// A document of `sessions`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SessionDoc {
    #[serde(rename = "_id")]
    pub(super) key: SessionId,
    pub(super) session_id: SessionId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) visitor_id: Option<VisitorId>,
    pub(super) started_at: DateTime,
    pub(super) last_seen: DateTime,
    #[serde(default)]
    pub(super) page_url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) referrer: Option<String>,
    #[serde(default)]
    pub(super) device: Device,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) viewport: Option<ViewportSize>,
    /// Why it counts neither on maps nor in problems.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) excluded: Option<Exclusion>,
    /// Pages visited, without query and fragment.
    #[serde(default)]
    pub(super) pages: Vec<String>,
    /// Their paths, for a search by path.
    #[serde(default)]
    pub(super) paths: Vec<String>,
    #[serde(default)]
    pub(super) batches: u32,
    #[serde(default)]
    pub(super) counts: Counts,
    #[serde(default)]
    pub(super) score: Score,
    /// How often it was announced or added to: see `update`, which has the fields that only it reads.
    #[serde(default)]
    pub(super) revision: i64,
}

impl SessionDoc {
    /// A session of which no batch is known.
    pub(super) fn new(start: &SessionStart) -> Self {
        Self {
            key: start.session_id.clone(),
            session_id: start.session_id.clone(),
            visitor_id: start.visitor_id.clone(),
            started_at: DateTime::from_millis(start.started_at),
            last_seen: DateTime::from_millis(start.started_at),
            page_url: start.page_url.clone(),
            title: start.title.clone(),
            referrer: start.referrer.clone(),
            device: start.device,
            viewport: start.viewport,
            excluded: start.excluded,
            pages: Vec::new(),
            paths: Vec::new(),
            batches: 0,
            counts: Counts::default(),
            score: Score::default(),
            revision: 0,
        }
    }
}

impl TryFrom<SessionDoc> for Session {
    type Error = StoreError;

    fn try_from(doc: SessionDoc) -> Result<Self, StoreError> {
        Ok(Self {
            start: SessionStart {
                session_id: doc.session_id,
                visitor_id: doc.visitor_id,
                started_at: doc.started_at.timestamp_millis(),
                page_url: doc.page_url,
                title: doc.title,
                referrer: doc.referrer,
                device: doc.device,
                viewport: doc.viewport,
                excluded: doc.excluded,
            },
            last_seen: doc.last_seen.timestamp_millis(),
            pages: doc.pages,
            batches: doc.batches,
            counts: doc.counts,
            score: doc.score,
        })
    }
}

/// The `_id` of a document that is named by its session.
pub(super) fn id_of(document: &Document) -> Result<SessionId, StoreError> {
    let id = document.get_str("_id").map_err(|e| StoreError::corrupt("a session", e))?;
    id.parse().map_err(|e: crate::model::InvalidId| StoreError::corrupt("a session", e))
}
