//! Answers of ingest and of the session routes.

use serde::{Deserialize, Serialize};

use super::SessionMap;
use crate::{
    analyze::{Summary, Tier},
    model::{Device, Event, Exclusion, Insight, Millis, Session, SessionId, ViewportSize, VisitorId, px},
};

/// Answer of `POST /api/session`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SessionOpened {
    /// The session's id: the one that was sent, or a new one.
    pub session_id: SessionId,
    /// When it started.
    pub started_at: Millis,
}

/// Answer of `POST /api/track`: what became of each event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TrackAnswer {
    /// Events stored by this call.
    pub accepted: usize,
    /// Events that an earlier delivery of the same batch had stored.
    pub duplicates: usize,
    /// Events that were not stored, and why: the first [`TrackAnswer::LISTED`] of them.
    pub rejected: Vec<TrackRejection>,
    /// How many more were not stored.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rejected_unlisted: usize,
}

impl TrackAnswer {
    /// Most rejected events that an answer lists, so that a small request has no large answer.
    pub const LISTED: usize = 100;
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// One event that was not stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TrackRejection {
    /// Its place in `events`; positions of `moves` are counted on from the end of `events`.
    pub index: usize,
    /// Why it was not stored.
    pub reason: RejectReason,
}

/// Why an event was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RejectReason {
    /// No event has this type.
    UnknownType,
    /// Its data is not what its type requires.
    BadData,
    /// It does not say when it happened.
    BadTimestamp,
    /// It is beyond the number of events, or of wireframes, that a batch may hold. It was not looked at.
    TooMany,
    /// Its session is as large as a session may become.
    SessionFull,
}

impl RejectReason {
    /// Every reason.
    pub const ALL: &'static [Self] =
        &[Self::UnknownType, Self::BadData, Self::BadTimestamp, Self::TooMany, Self::SessionFull];

    /// As it is written on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownType => "unknown_type",
            Self::BadData => "bad_data",
            Self::BadTimestamp => "bad_timestamp",
            Self::TooMany => "too_many",
            Self::SessionFull => "session_full",
        }
    }
}

/// One row of the sessions list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SessionRow {
    /// The visit.
    pub session_id: SessionId,
    /// The browser, across visits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor_id: Option<VisitorId>,
    /// When it began, in ms since the epoch.
    pub started_at: Millis,
    /// Time of its latest event, in ms since the epoch.
    pub last_seen: Millis,
    /// From the start to the latest event, in ms.
    pub duration_ms: Millis,
    /// Address of the first page.
    pub page_url: String,
    /// Title of the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where the visitor came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    /// Kind of device.
    pub device: Device,
    /// Size of the window at the start, in px.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewport: Option<ViewportSize>,
    /// Why it counts neither on maps nor in problems, if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excluded: Option<Exclusion>,
    /// Pages visited, in order of first visit, without query and fragment.
    pub pages: Vec<String>,
    /// Clicks and taps.
    pub clicks: u64,
    /// Rage bursts, not clicks.
    pub rage_clicks: u64,
    /// Positions of the pointer.
    pub mousemoves: u64,
    /// Scroll events.
    pub scrolls: u64,
    /// Keys pressed.
    pub keypresses: u64,
    /// Script errors and unhandled rejections.
    pub errors: u64,
    /// Frustration score: the weighted sum of its signals.
    pub frustration: u32,
    /// What that amounts to.
    pub tier: Tier,
    /// Whether a goal was reached.
    #[serde(default)]
    pub goal: bool,
    /// Batches received of those that the tracker says it made, 0 to 1; null when no batch names its view.
    #[serde(serialize_with = "px::option")]
    pub completeness: Option<f64>,
    /// Events in each of equally long slices of the session, for a sparkline.
    pub activity: Vec<u32>,
    /// Whether something arrived within the last 30 s.
    pub live: bool,
    /// Whether a limit of the session was reached: what it did after that is missing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
}

impl SessionRow {
    /// A session counts as live for this long after its latest event.
    pub const LIVE_MS: Millis = 30_000;

    /// Whether a session with this latest event is live at `now`.
    pub fn is_live(last_seen: Millis, now: Millis) -> bool {
        now - last_seen <= Self::LIVE_MS
    }

    /// The row of a session as seen at `now`.
    pub fn new(session: Session, now: Millis) -> Self {
        let duration_ms = session.duration_ms();
        let Session { start, last_seen, pages, counts, score, .. } = session;
        Self {
            session_id: start.session_id,
            visitor_id: start.visitor_id,
            started_at: start.started_at,
            last_seen,
            duration_ms,
            page_url: start.page_url,
            title: start.title,
            referrer: start.referrer,
            device: start.device,
            viewport: start.viewport,
            excluded: start.excluded,
            pages,
            clicks: counts.click,
            rage_clicks: score.rage.into(),
            mousemoves: counts.mousemove,
            scrolls: counts.scroll,
            keypresses: counts.keypress,
            errors: counts.error,
            frustration: score.frustration,
            tier: Tier::of(score.frustration),
            goal: score.reached,
            completeness: score.completeness,
            activity: score.activity,
            live: Self::is_live(last_seen, now),
            cut: score.cut,
        }
    }
}

/// Answer of `GET /api/sessions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SessionsAnswer {
    /// This page of the list.
    pub sessions: Vec<SessionRow>,
    /// Where the next page begins; none on the last one.
    pub next_cursor: Option<String>,
    /// Sessions that match, on all pages.
    pub total: u64,
}

/// Answer of `GET /api/analytics/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AnalyticsAnswer {
    /// The session's row.
    pub session: SessionRow,
    /// Its signals.
    pub summary: Summary,
    /// Whether a limit of the session was reached: what it did after that is missing in all of this.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// Its map on the page asked for, when one is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map: Option<SessionMap>,
    /// The insight that is kept of it, when that is asked for and there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insight: Option<Insight>,
    /// Its events in order of time.
    pub events: Vec<SessionEvent>,
    /// Where the next page of events begins; none on the last one.
    pub next_cursor: Option<String>,
}

/// An event with its session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SessionEvent {
    /// The visit.
    pub session_id: SessionId,
    /// The event.
    #[serde(flatten)]
    pub event: Event,
}
