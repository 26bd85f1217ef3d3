//! From what was decoded to what may be stored: the only place where a [`Batch`] from outside is made.

use std::{borrow::Cow, collections::BTreeMap};

use uuid::Uuid;

use super::{
    IngestError,
    decode::{Decoded, Moves, Reason, SessionBody, TrackBody},
    flat::{FlatBox, FlatData, FlatElement, FlatEvent, FlatRest, Props},
    mask,
    text::{clean, clean_option},
};
use crate::{
    limits::Limits,
    model::{
        Batch, BatchId, BatchParts, Click, Custom, DeadClick, Device, Element, Event, EventKind, EventType, InvalidId,
        Keypress, Layout, LayoutBox, Millis, MouseMove, Navigation, PageError, Prop, RageClick, Scroll, SessionId,
        SessionStart, ViewId, Viewport, ViewportSize, Visibility,
    },
    wire::{TrackAnswer, TrackRejection},
};

/// Coordinates beyond this are clamped: no page is larger, and every integer up to here is exact.
const COORDINATE: std::ops::RangeInclusive<f64> = -1e5..=1e6;

/// What the request itself tells, as against its body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin<'a> {
    /// When the body had been read.
    pub(crate) received_at: Millis,
    /// The `User-Agent` header.
    pub(crate) user_agent: &'a str,
}

/// A batch with what was left out of it.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) batch: Batch,
    /// What is known of the session, should this batch be the first thing known of it.
    pub(crate) start: SessionStart,
    pub(crate) rejected: Vec<TrackRejection>,
    /// Events left out beyond those.
    pub(crate) rejected_unlisted: usize,
}

/// Checks the body of `POST /api/session`; a missing id is minted.
pub(crate) fn session(
    body: &SessionBody<'_>,
    origin: Origin<'_>,
    limits: &Limits,
) -> Result<SessionStart, IngestError> {
    let session_id = match &body.session_id {
        Some(id) => id.parse().map_err(|_| IngestError::SessionId)?,
        None => unique().parse().map_err(|_| IngestError::SessionId)?,
    };
    let visitor_id = body.visitor_id.as_deref().map(str::parse).transpose().map_err(|_| IngestError::VisitorId)?;
    Ok(SessionStart {
        session_id,
        visitor_id,
        started_at: origin.received_at,
        page_url: mask::url(&body.page_url, limits.url_chars),
        title: clean_option(body.title.as_deref(), limits.title_chars),
        referrer: body.referrer.as_deref().map(|url| mask::url(url, limits.url_chars)).filter(|url| !url.is_empty()),
        device: Device::from_user_agent(origin.user_agent),
        viewport: body.viewport.map(|v| ViewportSize { w: size(v.w), h: size(v.h) }),
    })
}

/// Checks the body of `POST /api/track`.
pub(crate) fn batch(
    body: TrackBody<'_, Decoded<'_>>,
    origin: Origin<'_>,
    limits: &Limits,
) -> Result<Checked, IngestError> {
    let session_id: SessionId =
        body.session_id.as_deref().ok_or(IngestError::SessionId)?.parse().map_err(|_| IngestError::SessionId)?;
    let (view, seq) = view_and_seq(body.view_id.as_deref(), body.seq)?;
    let times = Times::new(body.sent_at.map(|t| t.0), origin.received_at, limits);

    let columns = body.moves.as_ref().map_or(0, |moves| moves.as_ref().map_or(1, |moves| moves.dt.len()));
    let mut events = Vec::with_capacity((body.events.len() + columns).min(limits.batch_events));
    let mut rejected = Vec::new();
    let mut rejected_unlisted = 0;
    let mut take = |index: usize, event: Result<Event, Reason>| {
        let event = event.and_then(|e| if events.len() < limits.batch_events { Ok(e) } else { Err(Reason::TooMany) });
        match event {
            Ok(event) => events.push(event),
            Err(reason) if rejected.len() < TrackAnswer::LISTED => {
                rejected.push(TrackRejection { index, reason: reason.as_str().to_owned() });
            }
            Err(_) => rejected_unlisted += 1,
        }
    };
    let columns_from = body.events.len();
    for (index, decoded) in body.events.into_iter().enumerate() {
        take(index, decoded.and_then(|flat| event(flat, &times, limits)));
    }
    match body.moves {
        Some(Ok(moves)) => {
            positions(&moves, &times).enumerate().for_each(|(index, event)| take(columns_from + index, event));
        }
        Some(Err(reason)) => take(columns_from, Err(reason)),
        None => {}
    }

    let batch = Batch::new(BatchParts {
        id: BatchId { session: session_id.clone(), view, seq },
        received_at: origin.received_at,
        page_url: body.page_url.as_deref().map(|url| mask::url(url, limits.url_chars)).filter(|url| !url.is_empty()),
        title: clean_option(body.title.as_deref(), limits.title_chars),
        shifted_ms: times.shift,
        events,
    });
    let start = SessionStart {
        session_id,
        visitor_id: None,
        started_at: batch.start(),
        page_url: batch.page_url().map(str::to_owned).or_else(|| first_address(&batch)).unwrap_or_default(),
        title: batch.title().map(str::to_owned),
        referrer: None,
        device: Device::from_user_agent(origin.user_agent),
        viewport: None,
    };
    Ok(Checked { batch, start, rejected, rejected_unlisted })
}

fn unique() -> String {
    Uuid::now_v7().to_string()
}

/// A batch that names neither view nor number cannot be told from another, so it gets a view of its own.
fn view_and_seq(view: Option<&str>, seq: Option<i64>) -> Result<(ViewId, u32), IngestError> {
    let view: Option<ViewId> = view.map(named_view).transpose().map_err(|_| IngestError::ViewId)?;
    let seq = seq.map(|n| i32::try_from(n).ok().and_then(|n| u32::try_from(n).ok()).ok_or(IngestError::Seq));
    match (view, seq.transpose()?) {
        (Some(view), Some(seq)) => Ok((view, seq)),
        _ => ViewId::anonymous(&unique()).map(|view| (view, 0)).map_err(|_| IngestError::ViewId),
    }
}

/// A view that the sender named, never to be taken for one that it did not name.
fn named_view(id: &str) -> Result<ViewId, InvalidId> {
    let view: ViewId = id.parse()?;
    if view.is_anonymous() { format!("v{}", id.get(1..).unwrap_or_default()).parse() } else { Ok(view) }
}

fn first_address(batch: &Batch) -> Option<String> {
    batch.events().iter().find_map(|event| match &event.kind {
        EventKind::Navigation(n) => Some(n.url.clone()),
        _ => None,
    })
}

/// Puts a sender's times right.
struct Times {
    shift: Millis,
    earliest: Millis,
    latest: Millis,
}

impl Times {
    fn new(sent_at: Option<Millis>, received_at: Millis, limits: &Limits) -> Self {
        let off = sent_at.map_or(0, |sent| received_at.saturating_sub(sent));
        Self {
            shift: if off.saturating_abs() > limits.clock_slack_ms { off } else { 0 },
            earliest: received_at.saturating_sub(limits.event_age_ms),
            latest: received_at.saturating_add(limits.clock_slack_ms),
        }
    }

    fn right(&self, time: Millis) -> Millis {
        time.saturating_add(self.shift).clamp(self.earliest, self.latest)
    }
}

/// The positions of `moves`. Columns of unequal length are of no use, and each of their rows is rejected.
fn positions<'a>(moves: &'a Moves, times: &'a Times) -> impl Iterator<Item = Result<Event, Reason>> + 'a {
    let rows = moves.dt.len().max(moves.x.len()).max(moves.y.len());
    let even = [moves.dt.len(), moves.x.len(), moves.y.len()] == [rows; 3];
    let (mut t, mut x, mut y) = (moves.t.filter(|_| even).map(|t| t.0), 0_i64, 0_i64);
    (0..rows).map(move |row| {
        let now = t.ok_or(Reason::BadData)?.saturating_add(moves.dt[row]);
        t = Some(now);
        x = x.saturating_add(moves.x[row]);
        y = y.saturating_add(moves.y[row]);
        let kind = EventKind::MouseMove(MouseMove { x: coordinate(x as f64), y: coordinate(y as f64) });
        Ok(Event { timestamp: times.right(now), kind })
    })
}

fn event(flat: FlatEvent<'_>, times: &Times, limits: &Limits) -> Result<Event, Reason> {
    let event_type = flat.event_type.ok_or(Reason::UnknownType)?;
    let timestamp = times.right(flat.timestamp.ok_or(Reason::BadTimestamp)?.0);
    let kind = kind(event_type, flat.data, limits).ok_or(Reason::BadData)?;
    Ok(Event { timestamp, kind })
}

/// The data of one type, if what it needs is there.
fn kind(event_type: EventType, data: FlatData<'_>, limits: &Limits) -> Option<EventKind> {
    let FlatData { x, y, rest } = data;
    let place = || Some((coordinate(x?), coordinate(y?)));
    let data = rest.map_or_else(FlatRest::default, |rest| *rest);
    let text = |value: Option<Cow<'_, str>>| clean(value.as_deref().unwrap_or_default(), limits.label_chars);
    let url = |value: Option<&str>| value.map(|url| mask::url(url, limits.url_chars));
    Some(match event_type {
        EventType::MouseMove => place().map(|(x, y)| EventKind::MouseMove(MouseMove { x, y }))?,
        EventType::Click => {
            let (x, y) = place()?;
            EventKind::Click(Click {
                x,
                y,
                button: data.button.unwrap_or_default(),
                element: data.element.and_then(|e| element(e, limits)).map(Box::new),
                rx: data.rx.map(fraction),
                ry: data.ry.map(fraction),
                selected: data.selected.unwrap_or_default(),
            })
        }
        EventType::RageClick => {
            let (x, y) = place()?;
            EventKind::RageClick(RageClick {
                x,
                y,
                count: data.count.unwrap_or_default(),
                span_ms: data.span_ms.unwrap_or_default().round() as u32,
                element: data.element.and_then(|e| element(e, limits)).map(Box::new),
            })
        }
        EventType::DeadClick => {
            let (x, y) = place()?;
            EventKind::DeadClick(DeadClick {
                x,
                y,
                element: data.element.and_then(|e| element(e, limits)).map(Box::new),
                waited_ms: data.waited_ms.unwrap_or_default().round() as u32,
            })
        }
        EventType::Scroll => EventKind::Scroll(Scroll {
            depth: data.depth?.clamp(0.0, 100.0),
            y: coordinate(y.unwrap_or_default()),
            direction: data.direction.unwrap_or_default(),
            turned: data.turned.unwrap_or_default(),
            element: data.element.and_then(|e| element(e, limits)).map(Box::new),
        }),
        EventType::Keypress => EventKind::Keypress(Keypress {
            interval_ms: data.interval_ms.map(duration),
            hold_ms: data.hold_ms.map(duration),
            field: text(data.field),
        }),
        EventType::Navigation => EventKind::Navigation(Navigation {
            url: url(data.url.as_deref())?,
            from: url(data.from.as_deref()).filter(|from| !from.is_empty()),
            kind: data.kind.unwrap_or_default(),
        }),
        EventType::Visibility => EventKind::Visibility(Visibility { state: data.state? }),
        EventType::Viewport => EventKind::Viewport(Viewport {
            w: size(data.w?),
            h: size(data.h?),
            doc_w: size(data.doc_w.unwrap_or_default()),
            doc_h: size(data.doc_h.unwrap_or_default()),
            dpr: data.dpr.unwrap_or(1.0).clamp(0.0, 100.0),
        }),
        EventType::Layout => EventKind::Layout(Layout {
            hash: text(data.hash),
            boxes: data.boxes?.into_iter().take(limits.layout_boxes).map(|b| layout_box(b, limits)).collect(),
        }),
        EventType::Error => EventKind::Error(PageError { name: text(data.name), message: text(data.message) }),
        EventType::Custom => {
            let name = text(data.name);
            (!name.is_empty()).then(|| EventKind::Custom(Custom { name, props: props(data.props, limits) }))?
        }
    })
}

fn element(flat: FlatElement<'_>, limits: &Limits) -> Option<Element> {
    let label = |text: Option<Cow<'_, str>>| clean_option(text.as_deref(), limits.label_chars);
    let path = clean(&flat.path, limits.path_chars);
    let tag = label(flat.tag).unwrap_or_default().to_ascii_lowercase();
    if path.is_empty() && tag.is_empty() {
        return None;
    }
    Some(Element {
        path,
        tag,
        id: label(flat.id),
        role: label(flat.role),
        label: label(flat.label),
        rect: flat.rect.map(rect),
        interactive: flat.interactive,
        fixed: flat.fixed,
        no_rage: flat.no_rage,
    })
}

/// What a page tells, the first values by their names.
fn props(given: Option<Props>, limits: &Limits) -> BTreeMap<String, Prop> {
    let cut = |(name, value): (String, Option<Prop>)| {
        let value = match value? {
            Prop::Text(text) => Prop::Text(clean(&text, limits.label_chars)),
            other => other,
        };
        Some((clean(&name, limits.label_chars), value))
    };
    given.unwrap_or_default().into_iter().filter_map(cut).take(limits.props).collect()
}

fn layout_box(flat: FlatBox<'_>, limits: &Limits) -> LayoutBox {
    LayoutBox { k: clean(&flat.k, 16), r: rect(flat.r), l: clean_option(flat.l.as_deref(), limits.label_chars) }
}

fn coordinate(value: f64) -> f64 {
    // Adding zero turns a negative zero into the ordinary one.
    value.clamp(*COORDINATE.start(), *COORDINATE.end()) + 0.0
}

fn size(value: f64) -> f64 {
    value.clamp(0.0, *COORDINATE.end()) + 0.0
}

fn rect([x, y, w, h]: [f64; 4]) -> [f64; 4] {
    [coordinate(x), coordinate(y), size(w), size(h)]
}

fn fraction(value: f64) -> f64 {
    value.clamp(0.0, 1.0) + 0.0
}

/// A pause or a hold of at most a day.
fn duration(ms: f64) -> f64 {
    ms.clamp(0.0, 86_400_000.0) + 0.0
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
