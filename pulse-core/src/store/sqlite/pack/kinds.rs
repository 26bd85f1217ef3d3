//! The fields of each type of event, in the order in which they are packed.

use super::{
    PackError,
    bytes::{Input, Output},
};
use crate::model::{
    Click, Custom, DeadClick, Direction, Element, EventKind, EventType, Keypress, Layout, LayoutBox, MouseMove,
    Navigation, NavigationKind, PageError, Prop, RageClick, Scroll, Viewport, Visibility, VisibilityState,
};

/// The number that stands for each type. They are part of the stored format: only the end may be added to.
pub(crate) const TYPES: [EventType; 12] = [
    EventType::MouseMove,
    EventType::Click,
    EventType::RageClick,
    EventType::DeadClick,
    EventType::Scroll,
    EventType::Keypress,
    EventType::Navigation,
    EventType::Visibility,
    EventType::Viewport,
    EventType::Layout,
    EventType::Error,
    EventType::Custom,
];

/// Likewise for the ways of a navigation.
const NAVIGATIONS: [NavigationKind; 6] = [
    NavigationKind::Load,
    NavigationKind::Push,
    NavigationKind::Replace,
    NavigationKind::Pop,
    NavigationKind::Hash,
    NavigationKind::Unload,
];

/// The place of a value in a table that names every one.
fn place<T: PartialEq>(table: &[T], value: &T) -> u8 {
    // A value that the table does not name reads back as one of a newer version.
    table.iter().position(|known| known == value).map_or(u8::MAX, |place| place as u8)
}

fn at<T: Copy>(table: &[T], place: u8) -> Result<T, PackError> {
    table.get(usize::from(place)).copied().ok_or(PackError::Version)
}

/// Packs which fields are there as the bits of one byte, the first in the lowest.
fn flags<const N: usize>(set: [bool; N]) -> u8 {
    set.into_iter().enumerate().fold(0, |bits, (place, set)| bits | u8::from(set) << place)
}

fn bits<const N: usize>(flags: u8) -> [bool; N] {
    std::array::from_fn(|place| flags >> place & 1 == 1)
}

/// Packs an event less its time.
pub(super) fn put<'a>(out: &mut Output<'a>, kind: &'a EventKind) {
    out.byte(place(&TYPES, &kind.event_type()));
    match kind {
        EventKind::MouseMove(MouseMove { x, y }) => numbers(out, [*x, *y]),
        EventKind::Click(Click { x, y, button, element, rx, ry, selected }) => {
            out.byte(flags([element.is_some(), rx.is_some(), ry.is_some(), *selected]));
            numbers(out, [*x, *y]);
            out.byte(*button);
            numbers(out, [*rx, *ry].into_iter().flatten());
            element.iter().for_each(|element| put_element(out, element));
        }
        EventKind::RageClick(RageClick { x, y, count, span_ms, element }) => {
            out.byte(flags([element.is_some()]));
            numbers(out, [*x, *y]);
            out.varint((*count).into());
            out.varint((*span_ms).into());
            element.iter().for_each(|element| put_element(out, element));
        }
        EventKind::DeadClick(DeadClick { x, y, element, waited_ms }) => {
            out.byte(flags([element.is_some()]));
            numbers(out, [*x, *y]);
            out.varint((*waited_ms).into());
            element.iter().for_each(|element| put_element(out, element));
        }
        EventKind::Scroll(Scroll { depth, y, direction, turned, element }) => {
            out.byte(flags([*direction == Direction::Up, *turned, element.is_some()]));
            numbers(out, [*depth, *y]);
            element.iter().for_each(|element| put_element(out, element));
        }
        EventKind::Keypress(Keypress { interval_ms, hold_ms, field }) => {
            out.byte(flags([interval_ms.is_some(), hold_ms.is_some()]));
            numbers(out, [*interval_ms, *hold_ms].into_iter().flatten());
            out.text(field);
        }
        EventKind::Navigation(Navigation { url, from, kind }) => {
            out.byte(flags([from.is_some()]));
            out.byte(place(&NAVIGATIONS, kind));
            out.text(url);
            from.iter().for_each(|from| out.text(from));
        }
        EventKind::Visibility(Visibility { state }) => out.byte(flags([*state == VisibilityState::Hidden])),
        EventKind::Viewport(Viewport { w, h, doc_w, doc_h, dpr }) => numbers(out, [*w, *h, *doc_w, *doc_h, *dpr]),
        EventKind::Layout(Layout { hash, boxes }) => {
            out.text(hash);
            out.varint(boxes.len() as u64);
            for LayoutBox { k, r, l } in boxes {
                out.byte(flags([l.is_some()]));
                out.text(k);
                numbers(out, *r);
                l.iter().for_each(|l| out.text(l));
            }
        }
        EventKind::Error(PageError { name, message }) => {
            out.text(name);
            out.text(message);
        }
        EventKind::Custom(Custom { name, props }) => {
            out.text(name);
            out.varint(props.len() as u64);
            for (name, value) in props {
                out.text(name);
                put_prop(out, value);
            }
        }
    }
}

/// Unpacks an event less its time.
pub(super) fn take(input: &mut Input<'_>) -> Result<EventKind, PackError> {
    Ok(match at(&TYPES, input.byte()?)? {
        EventType::MouseMove => EventKind::MouseMove(MouseMove { x: input.number()?, y: input.number()? }),
        EventType::Click => {
            let [element, rx, ry, selected] = bits(input.byte()?);
            EventKind::Click(Click {
                x: input.number()?,
                y: input.number()?,
                button: input.byte()?,
                rx: optional(rx, || input.number())?,
                ry: optional(ry, || input.number())?,
                element: optional(element, || take_element(input))?.map(Box::new),
                selected,
            })
        }
        EventType::RageClick => {
            let [element] = bits(input.byte()?);
            EventKind::RageClick(RageClick {
                x: input.number()?,
                y: input.number()?,
                count: input.integer()?,
                span_ms: input.integer()?,
                element: optional(element, || take_element(input))?.map(Box::new),
            })
        }
        EventType::DeadClick => {
            let [element] = bits(input.byte()?);
            EventKind::DeadClick(DeadClick {
                x: input.number()?,
                y: input.number()?,
                waited_ms: input.integer()?,
                element: optional(element, || take_element(input))?.map(Box::new),
            })
        }
        EventType::Scroll => {
            let [up, turned, element] = bits(input.byte()?);
            EventKind::Scroll(Scroll {
                depth: input.number()?,
                y: input.number()?,
                direction: if up { Direction::Up } else { Direction::Down },
                turned,
                element: optional(element, || take_element(input))?.map(Box::new),
            })
        }
        EventType::Keypress => {
            let [interval, hold] = bits(input.byte()?);
            EventKind::Keypress(Keypress {
                interval_ms: optional(interval, || input.number())?,
                hold_ms: optional(hold, || input.number())?,
                field: input.text()?,
            })
        }
        EventType::Navigation => {
            let [from] = bits(input.byte()?);
            EventKind::Navigation(Navigation {
                kind: at(&NAVIGATIONS, input.byte()?)?,
                url: input.text()?,
                from: optional(from, || input.text())?,
            })
        }
        EventType::Visibility => {
            let [hidden] = bits(input.byte()?);
            let state = if hidden { VisibilityState::Hidden } else { VisibilityState::Visible };
            EventKind::Visibility(Visibility { state })
        }
        EventType::Viewport => EventKind::Viewport(Viewport {
            w: input.number()?,
            h: input.number()?,
            doc_w: input.number()?,
            doc_h: input.number()?,
            dpr: input.number()?,
        }),
        EventType::Layout => {
            let hash = input.text()?;
            let boxes = input.count()?;
            EventKind::Layout(Layout { hash, boxes: (0..boxes).map(|_| take_box(input)).collect::<Result<_, _>>()? })
        }
        EventType::Error => EventKind::Error(PageError { name: input.text()?, message: input.text()? }),
        EventType::Custom => {
            let name = input.text()?;
            let count = input.count()?;
            let props = (0..count).map(|_| Ok((input.text()?, take_prop(input)?))).collect::<Result<_, PackError>>()?;
            EventKind::Custom(Custom { name, props })
        }
    })
}

fn put_element<'a>(out: &mut Output<'a>, element: &'a Element) {
    let Element { path, tag, id, role, label, rect, interactive, fixed, no_rage } = element;
    let named = [id.is_some(), role.is_some(), label.is_some(), rect.is_some()];
    out.byte(flags(named) | flags([*interactive, *fixed, *no_rage]) << named.len());
    out.text(path);
    out.text(tag);
    [id, role, label].into_iter().flatten().for_each(|text| out.text(text));
    numbers(out, rect.iter().flatten().copied());
}

fn take_element(input: &mut Input<'_>) -> Result<Element, PackError> {
    let [id, role, label, rect, interactive, fixed, no_rage] = bits(input.byte()?);
    Ok(Element {
        path: input.text()?,
        tag: input.text()?,
        id: optional(id, || input.text())?,
        role: optional(role, || input.text())?,
        label: optional(label, || input.text())?,
        rect: optional(rect, || take_rect(input))?,
        interactive,
        fixed,
        no_rage,
    })
}

/// A value, after a byte that says of which kind it is.
fn put_prop<'a>(out: &mut Output<'a>, value: &'a Prop) {
    match value {
        Prop::Bool(value) => out.byte(u8::from(*value)),
        Prop::Number(value) => {
            out.byte(2);
            out.number(*value);
        }
        Prop::Text(value) => {
            out.byte(3);
            out.text(value);
        }
    }
}

fn take_prop(input: &mut Input<'_>) -> Result<Prop, PackError> {
    Ok(match input.byte()? {
        value @ (0 | 1) => Prop::Bool(value == 1),
        2 => Prop::Number(input.number()?),
        3 => Prop::Text(input.text()?),
        _ => return Err(PackError::Version),
    })
}

fn take_box(input: &mut Input<'_>) -> Result<LayoutBox, PackError> {
    let [label] = bits(input.byte()?);
    Ok(LayoutBox { k: input.text()?, r: take_rect(input)?, l: optional(label, || input.text())? })
}

fn take_rect(input: &mut Input<'_>) -> Result<[f64; 4], PackError> {
    Ok([input.number()?, input.number()?, input.number()?, input.number()?])
}

fn numbers(out: &mut Output<'_>, values: impl IntoIterator<Item = f64>) {
    values.into_iter().for_each(|value| out.number(value));
}

fn optional<T>(there: bool, take: impl FnOnce() -> Result<T, PackError>) -> Result<Option<T>, PackError> {
    there.then(take).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_its_number() {
        assert_eq!(TYPES, EventType::ALL);
    }
}
