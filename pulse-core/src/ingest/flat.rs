//! An event as it comes in: flat, borrowed, every field optional. One shape for all types decodes in one pass.

use std::{borrow::Cow, collections::BTreeMap, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};

use crate::model::{Direction, EventType, Millis, NavigationKind, Prop, VisibilityState};

/// One event before it is checked.
#[derive(Debug)]
pub(crate) struct FlatEvent<'a> {
    /// None when the type has no such name.
    pub(super) event_type: Option<EventType>,
    pub(super) timestamp: Option<Time>,
    pub(super) data: FlatData<'a>,
}

/// The data of every type of event at once. Most events are positions of the pointer, and hundreds of them are moved
/// about, so what those do not have is kept apart.
#[derive(Debug, Default)]
pub(crate) struct FlatData<'a> {
    pub(super) x: Option<f64>,
    pub(super) y: Option<f64>,
    pub(super) rest: Option<Box<FlatRest<'a>>>,
}

/// What is no place.
#[derive(Debug, Default)]
pub(crate) struct FlatRest<'a> {
    pub(super) button: Option<u8>,
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
    pub(super) field: Option<Cow<'a, str>>,
    pub(super) url: Option<Cow<'a, str>>,
    pub(super) from: Option<Cow<'a, str>>,
    pub(super) kind: Option<NavigationKind>,
    pub(super) state: Option<VisibilityState>,
    pub(super) w: Option<f64>,
    pub(super) h: Option<f64>,
    pub(super) doc_w: Option<f64>,
    pub(super) doc_h: Option<f64>,
    pub(super) dpr: Option<f64>,
    pub(super) hash: Option<Cow<'a, str>>,
    pub(super) boxes: Option<Vec<FlatBox<'a>>>,
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) message: Option<Cow<'a, str>>,
    pub(super) props: Option<Props>,
}

/// What a page tells with an event of its own; null says nothing.
pub(super) type Props = BTreeMap<String, Option<Prop>>;

/// The deepest nesting of an event whose fields are all known: its `data`, in it `boxes`, in that a box and its `r`.
pub(super) const KNOWN_DEPTH: usize = 5;

/// The value of a field that is not known. It is nothing that nests, so that no event is deeper than [`KNOWN_DEPTH`].
struct Ignored;

impl<'de> Deserialize<'de> for Ignored {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct IgnoredVisitor;
        impl Visitor<'_> for IgnoredVisitor {
            type Value = Ignored;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value that does not nest")
            }

            fn visit_bool<E>(self, _: bool) -> Result<Ignored, E> {
                Ok(Ignored)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Ignored, E> {
                Ok(Ignored)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Ignored, E> {
                Ok(Ignored)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Ignored, E> {
                Ok(Ignored)
            }

            fn visit_str<E>(self, _: &str) -> Result<Ignored, E> {
                Ok(Ignored)
            }

            fn visit_unit<E>(self) -> Result<Ignored, E> {
                Ok(Ignored)
            }
        }
        d.deserialize_any(IgnoredVisitor)
    }
}

/// What to do with the fields of an object, one by one.
trait Fields<'de>: Default {
    /// What the object is, for an error.
    const NAME: &'static str;

    /// Takes the value of the field `key`.
    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error>;
}

/// Reads an object by its fields.
fn object<'de, T: Fields<'de>, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    struct ObjectVisitor<T>(PhantomData<T>);
    impl<'de, T: Fields<'de>> Visitor<'de> for ObjectVisitor<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(T::NAME)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
            let mut out = T::default();
            while let Some(Text(key)) = map.next_key()? {
                out.field(&key, &mut map)?;
            }
            Ok(out)
        }
    }
    d.deserialize_map(ObjectVisitor(PhantomData))
}

impl<'de: 'a, 'a> Deserialize<'de> for FlatEvent<'a> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        /// An event of which no field is known yet.
        #[derive(Default)]
        struct Open<'a> {
            event_type: Option<Option<EventType>>,
            timestamp: Option<Time>,
            data: FlatData<'a>,
        }

        impl<'de> Fields<'de> for Open<'de> {
            const NAME: &'static str = "an event";

            fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
                match key {
                    "type" => self.event_type = Some(EventType::from_name(&map.next_value::<Text<'de>>()?.0)),
                    "timestamp" => self.timestamp = map.next_value()?,
                    "data" => self.data = map.next_value()?,
                    _ => {
                        let Ignored = map.next_value()?;
                    }
                }
                Ok(())
            }
        }

        let Open { event_type, timestamp, data } = object(d)?;
        let event_type = event_type.ok_or_else(|| de::Error::missing_field("type"))?;
        Ok(FlatEvent { event_type, timestamp, data })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for FlatData<'a> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        object(d)
    }
}

impl<'de> Fields<'de> for FlatData<'de> {
    const NAME: &'static str = "the data of an event";

    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "x" => self.x = map.next_value()?,
            "y" => self.y = map.next_value()?,
            _ => self.rest.get_or_insert_default().field(key, map)?,
        }
        Ok(())
    }
}

impl<'de> Fields<'de> for FlatRest<'de> {
    const NAME: &'static str = "the data of an event";

    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "button" => self.button = map.next_value()?,
            "element" => self.element = map.next_value()?,
            "rx" => self.rx = map.next_value()?,
            "ry" => self.ry = map.next_value()?,
            "selected" => self.selected = map.next_value()?,
            "count" => self.count = map.next_value()?,
            "span_ms" => self.span_ms = map.next_value()?,
            "waited_ms" => self.waited_ms = map.next_value()?,
            "depth" => self.depth = map.next_value()?,
            "direction" => self.direction = map.next_value()?,
            "turned" => self.turned = map.next_value()?,
            "interval_ms" => self.interval_ms = map.next_value()?,
            "hold_ms" => self.hold_ms = map.next_value()?,
            "field" => self.field = text(map)?,
            "url" => self.url = text(map)?,
            "from" => self.from = text(map)?,
            "kind" => self.kind = map.next_value()?,
            "state" => self.state = map.next_value()?,
            "w" => self.w = map.next_value()?,
            "h" => self.h = map.next_value()?,
            "doc_w" => self.doc_w = map.next_value()?,
            "doc_h" => self.doc_h = map.next_value()?,
            "dpr" => self.dpr = map.next_value()?,
            "hash" => self.hash = text(map)?,
            "boxes" => self.boxes = map.next_value()?,
            "name" => self.name = text(map)?,
            "message" => self.message = text(map)?,
            "props" => self.props = map.next_value()?,
            _ => {
                let Ignored = map.next_value()?;
            }
        }
        Ok(())
    }
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

/// A box of a wireframe.
#[derive(Debug)]
pub(crate) struct FlatBox<'a> {
    pub(super) k: Cow<'a, str>,
    pub(super) r: [f64; 4],
    pub(super) l: Option<Cow<'a, str>>,
}

impl<'de: 'a, 'a> Deserialize<'de> for FlatBox<'a> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        #[derive(Default)]
        struct Open<'a> {
            k: Option<Cow<'a, str>>,
            r: Option<[f64; 4]>,
            l: Option<Cow<'a, str>>,
        }

        impl<'de> Fields<'de> for Open<'de> {
            const NAME: &'static str = "a box";

            fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
                match key {
                    "k" => self.k = text(map)?,
                    "r" => self.r = map.next_value()?,
                    "l" => self.l = text(map)?,
                    _ => {
                        let Ignored = map.next_value()?;
                    }
                }
                Ok(())
            }
        }

        let Open { k, r, l } = object(d)?;
        let missing = de::Error::missing_field;
        Ok(Self { k: k.ok_or_else(|| missing("k"))?, r: r.ok_or_else(|| missing("r"))?, l })
    }
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
                    out.field(&key, &mut map)?;
                }
                Ok(out)
            }
        }

        d.deserialize_any(ElementVisitor)
    }
}

impl<'de> Fields<'de> for FlatElement<'de> {
    const NAME: &'static str = "an element";

    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "path" => self.path = map.next_value::<Text<'de>>()?.0,
            "tag" => self.tag = text(map)?,
            "id" => self.id = text(map)?,
            "role" => self.role = text(map)?,
            "label" => self.label = text(map)?,
            "rect" => self.rect = map.next_value()?,
            "interactive" => self.interactive = map.next_value()?,
            "fixed" => self.fixed = map.next_value()?,
            "no_rage" => self.no_rage = map.next_value()?,
            _ => {
                let Ignored = map.next_value()?;
            }
        }
        Ok(())
    }
}

fn text<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<Cow<'de, str>>, A::Error> {
    Ok(map.next_value::<Option<Text<'de>>>()?.map(|text| text.0))
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
