//! The map of a page for the overlay that is drawn over it ("on your page").
//!
//! Whoever may read asks for a ticket (`POST /api/overlay`), and the overlay, which has no credential of its own,
//! exchanges it for the map (`POST /api/overlay/map`). Using a ticket ends it, so neither is a `GET`; and a browser names
//! the origin of the page with each `POST`, also when the page is of this host.

use http::{HeaderValue, Response, StatusCode, header};

use super::{
    Body, PulseService, RequestBody,
    access::{Asked, TicketRefused},
    cors,
    deliver::deliver,
    read_body::json_body,
    respond::{Problem, json},
};
use crate::{
    analyze::{HeatmapMode, page::Scope},
    wire::{ErrorCode, HeatmapQuery, OverlayMap, OverlayMapRequest, OverlayRequest, Query},
};

const BODY: &str = r#"the body is {"origin": "https://...", "page": "https://..."}, and "from" and "to" if need be"#;
const MAP_BODY: &str = r#"the body is {"ticket": "...", "page": "https://..."}"#;

/// Makes a ticket for one page and one site.
pub(super) async fn open<B: RequestBody>(
    service: &PulseService,
    asked: Asked<'_>,
    body: B,
) -> Result<Response<Body>, Problem> {
    let OverlayRequest { origin, page, from, to } = json_body(service, asked, body, BODY).await?;
    let bad = |message| Problem::new(ErrorCode::BadRequest, message);
    // The page that the ticket is for gets hold of the dashboard's window: that is for sites that are known.
    if !service.shared.origins.allows(&origin, asked.parts) {
        return Err(cors::not_listed(&origin));
    }
    let is_of_site = page.strip_prefix(&origin).is_some_and(|path| path.starts_with('/'));
    // A star would match other pages, too.
    if !is_of_site || page.contains('*') {
        return Err(bad("page is an address of the site that origin names"));
    }
    let page = service.shared.engine.page_name(&page);
    let scope = Scope { from, to, ..Scope::default() };
    let query = HeatmapQuery { mode: HeatmapMode::Element, scope, ..HeatmapQuery::of_page(page) };
    query.check()?;
    let ticket = service.shared.tickets.open(&origin, query, asked.now).map_err(|_| {
        tracing::error!("the system has no randomness");
        Problem::new(ErrorCode::Unavailable, "this server has no randomness; try again soon")
    })?;
    Ok(json(StatusCode::CREATED, &ticket))
}

/// Exchanges a ticket for its map. Only pages of the ticket's own origin can read the answer.
pub(super) async fn map<B: RequestBody>(
    service: &PulseService,
    asked: Asked<'_>,
    body: B,
) -> Result<Response<Body>, Problem> {
    let engine = &service.shared.engine;
    drop(engine.admit(asked.sender).await?);
    engine.check_open()?;
    let OverlayMapRequest { ticket, page } = json_body(service, asked, body, MAP_BODY).await?;
    let origin = asked.parts.headers.get(header::ORIGIN);
    let site = origin.and_then(|origin| origin.to_str().ok()).unwrap_or_default();
    let ticket = service.shared.tickets.take(&ticket, site, &engine.page_name(&page), asked.now)?;
    let Scope { from, to, .. } = ticket.query.scope;
    let map = OverlayMap::new(engine.page_heatmap(ticket.query).await?, from, to);
    let mut response = deliver(&service.shared.packed, &asked.parts.headers, json(StatusCode::OK, &map)).await;
    let headers = response.headers_mut();
    // The ticket is used up: nobody can ask whether the answer still holds.
    headers.remove(header::ETAG);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    cors::allow(headers, origin.cloned());
    Ok(response)
}

impl From<TicketRefused> for Problem {
    fn from(refused: TicketRefused) -> Self {
        let code = match refused {
            TicketRefused::Unknown => ErrorCode::NotFound,
            TicketRefused::Origin | TicketRefused::Page => ErrorCode::Forbidden,
        };
        Self::new(code, refused.to_string())
    }
}
