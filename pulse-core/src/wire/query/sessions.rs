//! Parameters of the sessions list.

use super::parameter::{
    QueryError, device, error, in_range, mode, number, of_order, ordered, rows, scope, time, unknown, yes_or_no,
};
use crate::{
    analyze::{
        HeatmapMode,
        page::{CELL, Place, Scope, Spot, What},
    },
    model::{Device, Millis, VisitorId},
};

/// Parameters of `GET /api/sessions`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SessionsQuery {
    /// At most this many rows; 50 when not said, 500 at most.
    pub limit: Option<usize>,
    /// Where to go on: `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Only sessions that visited this page: an address, or a path that begins with a slash; `*` is any part of it.
    pub page: Option<String>,
    /// Only sessions that started at or after this time.
    pub from: Option<Millis>,
    /// Only sessions that started before this time.
    pub to: Option<Millis>,
    /// Only sessions on this kind of device.
    pub device: Option<Device>,
    /// Only sessions of at least this frustration.
    pub min_frustration: Option<u32>,
    /// Only sessions with rage bursts, or without.
    pub has_rage: Option<bool>,
    /// Only sessions with script errors, or without.
    pub has_errors: Option<bool>,
    /// Only sessions that are live, or that are not.
    pub live: Option<bool>,
    /// Only sessions of this visitor.
    pub visitor: Option<VisitorId>,
    /// Only sessions behind this place on the map of `page`; `total` counts the others, too.
    pub spot: Option<Spot>,
    /// What comes first.
    pub sort: SessionSort,
}

/// The order of the sessions list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum SessionSort {
    /// `recent`: the latest activity first.
    #[default]
    Recent,
    /// `started`: the latest start first.
    Started,
    /// `frustration`: the most frustrated first.
    Frustration,
}

impl SessionsQuery {
    /// Reads a query string, without the question mark.
    ///
    /// # Errors
    /// A parameter is unknown or cannot be used.
    pub fn parse(query: &str) -> Result<Self, QueryError> {
        let mut out = Self::default();
        let mut spot = SpotQuery::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "limit" => out.limit = Some(rows(&name, &value)?),
                "cursor" => out.cursor = Some(value.into_owned()),
                "page" => out.page = Some(value.into_owned()),
                "from" => out.from = Some(time(&name, &value)?),
                "to" => out.to = Some(time(&name, &value)?),
                "device" => out.device = Some(device(&name, &value)?),
                "min_frustration" => out.min_frustration = Some(number(&name, &value)?),
                "has_rage" => out.has_rage = Some(yes_or_no(&name, &value)?),
                "has_errors" => out.has_errors = Some(yes_or_no(&name, &value)?),
                "live" => out.live = Some(yes_or_no(&name, &value)?),
                "visitor" => out.visitor = Some(value.parse().map_err(|_| error(&name, "is no visitor's id"))?),
                "sort" => {
                    out.sort = match &*value {
                        "recent" => SessionSort::Recent,
                        "started" => SessionSort::Started,
                        "frustration" => SessionSort::Frustration,
                        _ => return Err(error(&name, "is recent, started or frustration")),
                    }
                }
                _ => spot.read(&name, &value)?,
            }
        }
        ordered(out.from, out.to)?;
        out.spot = spot.check(out.page.is_some())?;
        Ok(out)
    }
}

/// What tells a place on a map.
#[derive(Default)]
struct SpotQuery {
    x: Option<f64>,
    y: Option<f64>,
    element: Option<String>,
    cell: Option<u32>,
    mode: HeatmapMode,
    what: What,
    scope: Scope,
    /// The last of them that was named.
    named: Option<String>,
}

impl SpotQuery {
    fn read(&mut self, name: &str, value: &str) -> Result<(), QueryError> {
        match name {
            "x" => self.x = Some(in_range(name, value, -1e6, 1e6)?),
            "y" => self.y = Some(in_range(name, value, -1e6, 1e6)?),
            "element" => self.element = Some(value.to_owned()),
            "cell" => self.cell = Some(in_range(name, value, 1, 1000)?),
            "mode" => self.mode = mode(name, value)?,
            "layer" => {
                self.what = match value {
                    "moves" => What::Moves,
                    "clicks" => What::Clicks,
                    "rage" => What::Rage,
                    "dead" => What::Dead,
                    _ => return Err(error(name, "is moves, clicks, rage or dead")),
                }
            }
            "width_min" | "width_max" => scope(&mut self.scope, name, value)?,
            _ => return Err(unknown(name)),
        }
        self.named = Some(name.to_owned());
        Ok(())
    }

    /// The place, if one is told.
    fn check(self, has_page: bool) -> Result<Option<Spot>, QueryError> {
        let Some(named) = self.named else { return Ok(None) };
        if !has_page {
            return Err(error(&named, "is a place on a page: page is needed, too"));
        }
        of_order(&self.scope)?;
        let place = match (self.element, self.x, self.y) {
            (Some(path), None, None) => Place::Element(path),
            (None, Some(x), Some(y)) if self.mode != HeatmapMode::Element => {
                Place::Cell { x, y, cell: self.cell.unwrap_or(CELL), mode: self.mode, what: self.what }
            }
            _ => return Err(error(&named, "goes with x and y in mode page or viewport, or with element alone")),
        };
        Ok(Some(Spot { place, scope: self.scope }))
    }
}
