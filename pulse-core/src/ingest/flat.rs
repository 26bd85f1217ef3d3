//! An event as it comes in: flat, borrowed, every field optional. One shape for all types decodes in one pass.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, Visitor},
};

use crate::model::{Direction, LayoutBox, Millis, NavigationKind, VisibilityState};

/// One event before it is checked.
#[derive(Debug, Deserialize)]
pub(crate) struct FlatEvent<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) name: Cow<'a, str>,
    pub(super) timestamp: Option<Time>,
    #[serde(borrow, default)]
    pub(super) data: FlatData<'a>,
}

/// The data of every type of event at once.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FlatData<'a> {
    pub(super) x: Option<f64>,
    pub(super) y: Option<f64>,
    pub(super) button: Option<u8>,
    #[serde(borrow)]
    pub(super) element: Option<FlatElement<'a>>,
    pub(super) rx: Option<f64>,
    pub(super) ry: Option<f64>,
    pub(super) selected: Option<bool>,
    pub(super) count: Option<u32>,
    pub(super) span_ms: Option<f64>,
    pub(super) waited_ms: Option<f64>,
    pub(super) depth: Option<f64>,
    pub(super) direction: Option<Direction>,
    pub(super) turned: Option<bool>,
    pub(super) interval_ms: Option<f64>,
    pub(super) hold_ms: Option<f64>,
    #[serde(borrow)]
    pub(super) field: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) url: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) from: Option<Cow<'a, str>>,
    pub(super) kind: Option<NavigationKind>,
    pub(super) state: Option<VisibilityState>,
    pub(super) w: Option<f64>,
    pub(super) h: Option<f64>,
    pub(super) doc_w: Option<f64>,
    pub(super) doc_h: Option<f64>,
    pub(super) dpr: Option<f64>,
    #[serde(borrow)]
    pub(super) hash: Option<Cow<'a, str>>,
    pub(super) boxes: Option<Vec<LayoutBox>>,
    #[serde(borrow)]
    pub(super) name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) message: Option<Cow<'a, str>>,
}

/// An element: an object, or a selector as plain text.
#[derive(Debug, Default)]
pub(crate) struct FlatElement<'a> {
    pub(super) path: Cow<'a, str>,
    pub(super) tag: Option<Cow<'a, str>>,
    pub(super) id: Option<Cow<'a, str>>,
    pub(super) role: Option<Cow<'a, str>>,
    pub(super) label: Option<Cow<'a, str>>,
    pub(super) rect: Option<[f64; 4]>,
    pub(super) interactive: bool,
    pub(super) fixed: bool,
    pub(super) no_rage: bool,
}

/// A borrowed string inside an `Option`: serde borrows a `Cow` only as a field of its own.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for FlatElement<'a> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct ElementVisitor;
        impl<'de> Visitor<'de> for ElementVisitor {
            type Value = FlatElement<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an element or a selector")
            }

            fn visit_borrowed_str<E: de::Error>(self, selector: &'de str) -> Result<Self::Value, E> {
                Ok(FlatElement { path: Cow::Borrowed(selector), ..Default::default() })
            }

            fn visit_str<E: de::Error>(self, selector: &str) -> Result<Self::Value, E> {
                Ok(FlatElement { path: Cow::Owned(selector.to_owned()), ..Default::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut out = FlatElement::default();
                while let Some(Text(key)) = map.next_key()? {
                    match &*key {
                        "path" => out.path = map.next_value::<Text<'de>>()?.0,
                        "tag" => out.tag = text(&mut map)?,
                        "id" => out.id = text(&mut map)?,
                        "role" => out.role = text(&mut map)?,
                        "label" => out.label = text(&mut map)?,
                        "rect" => out.rect = map.next_value()?,
                        "interactive" => out.interactive = map.next_value()?,
                        "fixed" => out.fixed = map.next_value()?,
                        "no_rage" => out.no_rage = map.next_value()?,
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(out)
            }
        }

        fn text<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<Cow<'de, str>>, A::Error> {
            Ok(map.next_value::<Option<Text<'de>>>()?.map(|text| text.0))
        }

        d.deserialize_any(ElementVisitor)
    }
}

/// Milliseconds since the epoch, or RFC 3339. A fraction of a millisecond is rounded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Time(pub(super) Millis);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct TimeVisitor;
        impl Visitor<'_> for TimeVisitor {
            type Value = Time;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("milliseconds since the epoch, or rfc 3339")
            }

            fn visit_i64<E>(self, time: i64) -> Result<Time, E> {
                Ok(Time(time))
            }

            fn visit_u64<E>(self, time: u64) -> Result<Time, E> {
                Ok(Time(time.try_into().unwrap_or(i64::MAX)))
            }

            fn visit_f64<E>(self, time: f64) -> Result<Time, E> {
                // `as` saturates; a JSON number is never NaN.
                Ok(Time(time.round() as i64))
            }

            fn visit_str<E: de::Error>(self, time: &str) -> Result<Time, E> {
                time.parse::<jiff::Timestamp>().map(|t| Time(t.as_millisecond())).map_err(E::custom)
            }
        }
        d.deserialize_any(TimeVisitor)
    }
}
