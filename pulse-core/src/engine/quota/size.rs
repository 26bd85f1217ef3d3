//! How much a batch takes in a store.

use crate::model::{Batch, Element, Event, EventKind, Prop};

/// Bytes of a row and its index, and of one event, beside texts.
const BATCH: usize = 64;
const EVENT: usize = 16;
/// Bytes of a position.
const MOVE: usize = 6;
/// Bytes of a wireframe's box, beside texts.
const BOX: usize = 12;

/// Bytes, about, and rather too many: texts that repeat themselves are kept once.
pub(in crate::engine) fn stored_bytes(batch: &Batch) -> u64 {
    let texts = batch.page_url().map_or(0, str::len) + batch.title().map_or(0, str::len);
    let events: usize = batch.events().iter().map(|event| EVENT + texts_of(event)).sum();
    (BATCH + texts + batch.moves().len() * MOVE + events) as u64
}

fn texts_of(event: &Event) -> usize {
    let of = |element: &Option<Box<Element>>| element.as_deref().map_or(0, element_texts);
    match &event.kind {
        EventKind::Click(click) => of(&click.element),
        EventKind::RageClick(click) => of(&click.element),
        EventKind::DeadClick(click) => of(&click.element),
        EventKind::Scroll(scroll) => of(&scroll.element),
        EventKind::Navigation(navigation) => navigation.url.len() + navigation.from.as_ref().map_or(0, String::len),
        EventKind::Layout(layout) => {
            layout.boxes.iter().map(|b| BOX + b.k.len() + b.l.as_ref().map_or(0, String::len)).sum()
        }
        EventKind::Error(error) => error.name.len() + error.message.len(),
        EventKind::Custom(custom) => {
            let text = |prop: &Prop| if let Prop::Text(text) = prop { text.len() } else { 8 };
            custom.name.len() + custom.props.iter().map(|(name, value)| name.len() + text(value)).sum::<usize>()
        }
        _ => 0,
    }
}

fn element_texts(element: &Element) -> usize {
    let texts = [&element.id, &element.role, &element.label];
    element.path.len() + element.tag.len() + texts.into_iter().flatten().map(String::len).sum::<usize>()
}
