//! How much memory a batch takes, so that whoever reads many of them can stop in time.

use super::{Batch, Event, EventKind, LayoutBox, Prop};

impl Batch {
    /// Bytes of memory, about: enough to bound what is read, whatever was posted.
    pub fn weight(&self) -> usize {
        let texts = self.page_url().map_or(0, str::len) + self.title().map_or(0, str::len);
        // Moves are copied once more when they are analysed.
        let moves = size_of_val(self.moves()) * 2;
        size_of::<Self>() + texts + moves + self.events().iter().map(weight).sum::<usize>()
    }
}

fn weight(event: &Event) -> usize {
    let more = match &event.kind {
        EventKind::Layout(layout) => {
            let weight = |of: &LayoutBox| size_of_val(of) + of.k.len() + of.l.as_ref().map_or(0, String::len);
            layout.boxes.iter().map(weight).sum()
        }
        EventKind::Navigation(navigation) => navigation.url.len() + navigation.from.as_ref().map_or(0, String::len),
        EventKind::Custom(custom) => {
            let text = |prop: &Prop| if let Prop::Text(text) = prop { text.len() } else { 0 };
            let weight = |(name, prop): (&String, &Prop)| 64 + name.len() + text(prop);
            custom.props.iter().map(weight).sum()
        }
        EventKind::Error(error) => error.name.len() + error.message.len(),
        // An element: a handful of short texts.
        EventKind::Click(_) | EventKind::RageClick(_) | EventKind::DeadClick(_) | EventKind::Scroll(_) => 256,
        _ => 0,
    };
    size_of::<Event>() + more
}
