//! From what a body says of itself to a batch or a session: the only place where a [`Batch`] from outside is made.

use uuid::Uuid;

use super::{
    DecodedTrack, IngestError, RequestContext,
    check::{coordinate, size},
    fields::{Head, SessionFields, Text},
    gather::Gathered,
    mask,
};
use crate::{
    limits::Limits,
    model::{
        Batch, BatchId, BatchParts, Device, Event, EventKind, Exclusion, InvalidId, Millis, SessionId, SessionStart,
        ViewId, ViewportSize,
    },
    wire::RejectReason,
};

/// Checks the body of `POST /api/session`; a missing id is minted.
pub(super) fn session(
    fields: &SessionFields<'_>,
    context: &RequestContext<'_>,
    limits: &Limits,
) -> Result<SessionStart, IngestError> {
    let session_id = match &fields.session_id {
        Some(id) => id.as_str().parse().map_err(|_| IngestError::SessionId)?,
        None => unique().parse().map_err(|_| IngestError::SessionId)?,
    };
    let visitor_id = fields.visitor_id.as_ref().map(|id| id.as_str().parse()).transpose();
    Ok(SessionStart {
        session_id,
        visitor_id: visitor_id.map_err(|_| IngestError::VisitorId)?,
        started_at: context.received_at,
        page_url: page_of(Some(&fields.page_url), context, limits).unwrap_or_default(),
        title: mask::label_option(fields.title.as_ref().map(Text::as_str), limits.title_chars),
        referrer: address(fields.referrer.as_ref(), limits),
        device: Device::from_user_agent(context.user_agent),
        viewport: fields.viewport.map(|v| ViewportSize { w: size(v.w), h: size(v.h) }),
        excluded: Exclusion::of_user_agent(context.user_agent),
    })
}

/// Checks the head of a batch, and puts it together with its entries.
pub(super) fn batch(
    head: &Head<'_>,
    gathered: Gathered<'_>,
    context: &RequestContext<'_>,
    limits: &Limits,
) -> Result<DecodedTrack, IngestError> {
    let session_id = head.session_id.as_ref().ok_or(IngestError::SessionId)?;
    let session_id: SessionId = session_id.as_str().parse().map_err(|_| IngestError::SessionId)?;
    let (view, seq) = view_and_seq(head.view_id.as_ref().map(Text::as_str), head.seq)?;
    let times = Times::new(head.sent_at.map(|t| t.0), context.received_at, limits);

    let Gathered { mut moves, mut events, rejected, mut rejected_unlisted, mut reasons, .. } = gathered;
    let foreign = events.extract_if(.., |event| is_foreign(event, context.origin)).count();
    rejected_unlisted += foreign;
    reasons.add(RejectReason::BadData, foreign);
    for place in &mut moves {
        (place.at, place.x, place.y) = (times.right(place.at), coordinate(place.x), coordinate(place.y));
    }
    events.iter_mut().for_each(|event| event.timestamp = times.right(event.timestamp));
    let batch = Batch::new(BatchParts {
        id: BatchId { session: session_id.clone(), view, seq },
        received_at: context.received_at,
        page_url: page_of(head.page_url.as_ref().map(Text::as_str), context, limits),
        title: mask::label_option(head.title.as_ref().map(Text::as_str), limits.title_chars),
        shifted_ms: times.shift,
        moves,
        events,
    });
    let start = SessionStart {
        session_id,
        visitor_id: None,
        started_at: batch.start(),
        page_url: batch.page_url().map(str::to_owned).or_else(|| first_address(&batch)).unwrap_or_default(),
        title: batch.title().map(str::to_owned),
        referrer: None,
        device: Device::from_user_agent(context.user_agent),
        viewport: None,
        excluded: Exclusion::of_user_agent(context.user_agent),
    };
    Ok(DecodedTrack { batch, start, rejected, rejected_unlisted, reasons, unpacked: 0 })
}

/// An address without secrets; an empty one counts as missing.
fn address(url: Option<&Text<'_>>, limits: &Limits) -> Option<String> {
    url.map(|url| mask::url(url.as_str(), limits.url_chars, &limits.secret_words)).filter(|url| !url.is_empty())
}

/// The address that a page says to have, without secrets. A page tells of its own site alone: what it says of another
/// one counts as missing.
fn page_of(url: Option<&str>, context: &RequestContext<'_>, limits: &Limits) -> Option<String> {
    let url = url.filter(|url| context.origin.is_none_or(|origin| is_on(url, origin)))?;
    Some(mask::url(url, limits.url_chars, &limits.secret_words)).filter(|url| !url.is_empty())
}

/// Whether a page tells that it entered one of another site.
fn is_foreign(event: &Event, origin: Option<&str>) -> bool {
    match (&event.kind, origin) {
        (EventKind::Navigation(navigation), Some(origin)) => !is_on(&navigation.url, origin),
        _ => false,
    }
}

/// Whether an address is on a site; a relative one is.
fn is_on(url: &str, origin: &str) -> bool {
    if url.is_empty() || url.starts_with(['?', '#']) || (url.starts_with('/') && !url.starts_with("//")) {
        return true;
    }
    let Some(host) = url.find("://").map(|at| at + 3) else { return false };
    let end = url[host..].find(['/', '?', '#', '\\']).map_or(url.len(), |at| host + at);
    // Whoever is named before the host is no part of it, as in http://shop.example@evil.example/.
    let name = url[host..end].rfind('@').map_or(host, |at| host + at + 1);
    url[..host].eq_ignore_ascii_case(&origin[..origin.find("://").map_or(0, |at| at + 3)])
        && origin.get(host..).is_some_and(|listed| listed.eq_ignore_ascii_case(&url[name..end]))
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

#[cfg(test)]
mod tests {
    use super::is_on;

    #[test]
    fn a_page_is_on_its_own_site_only() {
        let origin = "https://shop.example";
        for own in
            ["https://shop.example/", "https://SHOP.example/pay?x#y", "HTTPS://shop.example", "/pay", "?x", "#y", ""]
        {
            assert!(is_on(own, origin), "{own}");
        }
        for foreign in [
            "https://evil.example/",
            "http://shop.example/",
            "https://shop.example.evil.example/",
            "//evil.example/",
            "https://shop.example@evil.example/",
            "https://shop.example:444/",
            "javascript:alert(1)",
            "pay",
            "https://evil.example\\@shop.example/",
            "https:/shop.example/",
            "data:text/html,x",
        ] {
            assert!(!is_on(foreign, origin), "{foreign}");
        }
    }
}
