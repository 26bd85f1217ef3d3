//! "On your page": the map of a page, drawn by the tracker's overlay over the live page. The dashboard asks for a ticket
//! and hands it to the overlay, which exchanges it for the map.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error};

use super::query::TIMES;
use crate::{
    analyze::{ElementMap, PageHeatmap},
    model::Millis,
};

/// Body of `POST /api/overlay`: a ticket is wanted for the page at an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OverlayRequest {
    /// Origin of the site, such as `https://shop.example`: its pages alone may use the ticket.
    pub origin: String,
    /// Address of a page of that site. The map is of all addresses that have the same page name.
    pub page: String,
    /// Only visits that started at or after this time.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "time")]
    #[cfg_attr(test, schemars(extend("minimum" = TIMES.start(), "maximum" = TIMES.end())))]
    pub from: Option<Millis>,
    /// Only visits that started before this time.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "time")]
    #[cfg_attr(test, schemars(extend("minimum" = TIMES.start(), "maximum" = TIMES.end())))]
    pub to: Option<Millis>,
}

/// A time as JSON has it, where 5.0 is a whole number, too. A double holds each of these exactly.
fn time<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Millis>, D::Error> {
    let time = Option::<f64>::deserialize(d)?;
    match time.map(|time| (time.fract() == 0.0, time as Millis)) {
        Some((true, time)) if TIMES.contains(&time) => Ok(Some(time)),
        Some(_) => Err(D::Error::custom("is no time of a year from 0 to 9999")),
        None => Ok(None),
    }
}

/// Answer of `POST /api/overlay`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct OverlayTicket {
    /// 32 hexadecimal digits. It opens one map, once.
    pub ticket: String,
    /// From this time on the ticket is refused.
    pub expires_at: Millis,
}

impl fmt::Debug for OverlayTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OverlayTicket").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Body of `POST /api/overlay/map`: the ticket is used.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OverlayMapRequest {
    /// What `POST /api/overlay` answered.
    pub ticket: String,
    /// Address of the page that the map will be drawn over. Its name must be that of the ticket's page.
    pub page: String,
}

impl fmt::Debug for OverlayMapRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OverlayMapRequest").field("page", &self.page).finish_non_exhaustive()
    }
}

/// Answer of `POST /api/overlay/map`: what was clicked on a page, element by element, in all widths together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct OverlayMap {
    /// Name of the page.
    pub page: String,
    /// Only visits that started at or after this time were counted; all when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Millis>,
    /// Only visits that started before this time were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Millis>,
    /// Visits to the page.
    pub sessions: u64,
    /// The elements, the one with the most clicks first.
    pub elements: Vec<ElementMap>,
    /// Whether these are all elements that were clicked; false when there were too many to count.
    pub elements_whole: bool,
    /// Whether time ran out before all visits were counted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

impl OverlayMap {
    /// The elements of a page's map over a span of time.
    pub fn new(map: PageHeatmap, from: Option<Millis>, to: Option<Millis>) -> Self {
        Self {
            page: map.page,
            from,
            to,
            sessions: map.sessions,
            elements: map.elements,
            elements_whole: map.elements_whole,
            partial: map.partial,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_whole_number_however_it_is_written() {
        let read =
            |time: &str| serde_json::from_str::<OverlayRequest>(&format!(r#"{{"origin":"o","page":"p","to":{time}}}"#));
        for (text, time) in [("-13175.0", Some(-13_175)), ("1700000000123", Some(1_700_000_000_123)), ("null", None)] {
            assert_eq!(read(text).expect("a time").to, time, "{text}");
        }
        for text in ["1.5", "1e300", "-1e300", "\"1\""] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
