//! Bodies of the ingest routes, for clients written in Rust. The server reads bodies part by part, so that a bad event
//! costs itself alone; [`TrackRequest`] describes a valid body.

use serde::{Deserialize, Serialize};

use crate::model::{Event, Millis, SessionId, ViewId, ViewportSize, VisitorId};

/// Body of `POST /api/session`: what is known of a visit when it starts. Each field may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct SessionRequest {
    /// The visit. An id that is known changes nothing; without one the server makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// The browser, across visits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visitor_id: Option<VisitorId>,
    /// Address of the first page.
    pub page_url: String,
    /// Title of the first page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where the visitor came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    /// Size of the window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub viewport: Option<ViewportSize>,
}

/// Body of `POST /api/track`: a batch of events. What describes the batch and cannot be read is left out; an event that
/// cannot be read is listed in `rejected` of the answer.
///
/// Batches with the same `session_id`, `view_id` and `seq` are one batch, so that what failed can be sent again. A
/// batch that lacks `view_id` or `seq` is always new.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TrackRequest {
    /// The visit; one that is not known begins with this batch.
    pub session_id: SessionId,
    /// The page load, random for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view_id: Option<ViewId>,
    /// Counts the batches of a page load, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("maximum" = i32::MAX)))]
    pub seq: Option<u32>,
    /// When it is sent, in ms since the epoch: corrects a clock that is more than 60 s off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Millis>,
    /// Address of the page on which the first event happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_url: Option<String>,
    /// Title of that page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What happened.
    #[serde(default)]
    pub events: Vec<Event>,
    /// Positions of the pointer; each becomes a `mousemove` event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moves: Option<MoveSteps>,
}

impl TrackRequest {
    /// A batch with only its session and events.
    pub fn new(session_id: SessionId, events: Vec<Event>) -> Self {
        Self { session_id, view_id: None, seq: None, sent_at: None, page_url: None, title: None, events, moves: None }
    }
}

/// Positions of the pointer in columns: the first values are absolute, the others differences to the one before.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MoveSteps {
    /// What the first of `dt` counts from, in ms since the epoch.
    pub t: Millis,
    /// Times, in ms.
    pub dt: Vec<Millis>,
    /// Places from the document's left edge, in whole page pixels.
    pub x: Vec<i64>,
    /// Places from the document's top edge, in whole page pixels.
    pub y: Vec<i64>,
}
