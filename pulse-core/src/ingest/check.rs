//! Checks one event: what it requires is there, texts and lists are cut, numbers are clamped, secrets are masked.

use std::collections::BTreeMap;

use super::{
    fields::{BoxFields, Data, ElementField, ElementFields, Props, Text},
    mask,
    text::{clean, clean_option},
};
use crate::{
    limits::Limits,
    model::{
        Click, Custom, DeadClick, Element, Event, EventKind, EventType, Keypress, Layout, LayoutBox, Millis, MouseMove,
        Navigation, PageError, Prop, RageClick, Scroll, Viewport, Visibility,
    },
    wire::RejectReason,
};

/// Coordinates beyond this are clamped: no page is larger, and every integer up to here is exact.
pub(super) const COORDINATE: std::ops::RangeInclusive<f64> = -1e5..=1e6;

/// The event that this data makes, at the time that its sender gave.
pub(super) fn event(
    event_type: EventType,
    timestamp: Millis,
    data: Data<'_>,
    limits: &Limits,
) -> Result<Event, RejectReason> {
    let kind = kind(event_type, data, limits).ok_or(RejectReason::BadData)?;
    Ok(Event { timestamp, kind })
}

/// The data of one type, if what it needs is there.
fn kind(event_type: EventType, data: Data<'_>, limits: &Limits) -> Option<EventKind> {
    let place = || Some((coordinate(data.x?), coordinate(data.y?)));
    let text = |value: Option<Text<'_>>| clean(value.as_ref().map_or("", Text::as_str), limits.label_chars);
    let label = |value: Option<Text<'_>>| mask::label(value.as_ref().map_or("", Text::as_str), limits.label_chars);
    let url =
        |value: Option<Text<'_>>| value.map(|url| mask::url(url.as_str(), limits.url_chars, &limits.secret_words));
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
            y: coordinate(data.y.unwrap_or_default()),
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
            url: url(data.url)?,
            from: url(data.from).filter(|from| !from.is_empty()),
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
        EventType::Error => EventKind::Error(PageError { name: label(data.name), message: label(data.message) }),
        EventType::Custom => {
            let name = label(data.name);
            (!name.is_empty()).then(|| EventKind::Custom(Custom { name, props: props(data.props, limits) }))?
        }
    })
}

fn element(field: ElementField<'_>, limits: &Limits) -> Option<Element> {
    let fields = match field {
        ElementField::Selector(path) => ElementFields { path, ..ElementFields::default() },
        ElementField::Described(fields) => fields,
    };
    let text = |text: Option<Text<'_>>| clean_option(text.as_ref().map(Text::as_str), limits.label_chars);
    let label = |text: Option<Text<'_>>| mask::label_option(text.as_ref().map(Text::as_str), limits.label_chars);
    let path = clean(&fields.path, limits.path_chars);
    let tag = text(fields.tag).unwrap_or_default().to_ascii_lowercase();
    if path.is_empty() && tag.is_empty() {
        return None;
    }
    Some(Element {
        path,
        tag,
        id: label(fields.id),
        role: text(fields.role),
        label: label(fields.label),
        rect: fields.rect.map(rect),
        interactive: fields.interactive,
        fixed: fields.fixed,
        no_rage: fields.no_rage,
    })
}

/// What a page tells, the first values by their names.
fn props(given: Option<Props>, limits: &Limits) -> BTreeMap<String, Prop> {
    let cut = |(name, value): (String, Option<Prop>)| {
        let value = mask::prop(&name, value?, limits.label_chars, &limits.secret_words);
        Some((mask::label(&name, limits.label_chars), value))
    };
    given.unwrap_or_default().into_iter().filter_map(cut).take(limits.props).collect()
}

fn layout_box(fields: BoxFields<'_>, limits: &Limits) -> LayoutBox {
    let label = mask::label_option(fields.l.as_ref().map(Text::as_str), limits.label_chars);
    LayoutBox { k: clean(&fields.k, 16), r: rect(fields.r), l: label }
}

pub(super) fn coordinate(value: f64) -> f64 {
    // Adding zero turns a negative zero into the ordinary one.
    value.clamp(*COORDINATE.start(), *COORDINATE.end()) + 0.0
}

pub(super) fn size(value: f64) -> f64 {
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
