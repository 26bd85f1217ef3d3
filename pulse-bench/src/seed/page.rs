//! A page of the shop as a window of some width shows it.

use pulse_core::model::{Element, LayoutBox};

use super::shop::Address;

/// What stands on a page, and how high it is.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) items: Vec<Item>,
    /// In px.
    pub(super) height: f64,
}

/// Something on a page.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) element: Element,
    /// x, y, width and height in page px; of what is fixed, when the page is at its top.
    pub(super) rect: [f64; 4],
    pub(super) click: Click,
    /// How much it draws people, compared with the others.
    pub(super) draw: u32,
}

/// What comes of clicking something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Click {
    /// Another page.
    Goes(Address),
    /// The same page, under another address.
    Sorts(Address),
    /// The page does what it should.
    Works,
    /// Nothing, although it looks as if something would.
    Dead,
    /// Often an error, else an order.
    Fails,
    /// An error.
    Breaks,
    /// One can type into it; this kind of field.
    Field(&'static str),
    /// It is made to be clicked repeatedly.
    Counts,
    /// Nothing, and nothing was promised.
    Rests,
}

impl Click {
    fn looks_interactive(self) -> bool {
        self != Self::Rests
    }
}

impl Item {
    pub(super) fn new(path: &str, tag: &str, label: &str, rect: [f64; 4], click: Click, draw: u32) -> Self {
        let element = Element {
            tag: tag.into(),
            label: (!label.is_empty()).then(|| label.into()),
            interactive: click.looks_interactive(),
            ..Element::from_selector(path)
        };
        Self { element, rect: rect.map(f64::round), click, draw }
    }

    /// The same, kept in its place while the page scrolls.
    pub(super) fn fixed(mut self) -> Self {
        self.element.fixed = true;
        self
    }

    /// Its box in the wireframe.
    pub(super) fn outline(&self) -> LayoutBox {
        let kind = match self.element.tag.as_str() {
            "img" => "image",
            "button" => "button",
            "a" => "link",
            "input" | "select" => "input",
            "h1" | "h2" => "heading",
            "p" => "text",
            _ => "other",
        };
        let label = self.element.label.clone().filter(|_| matches!(kind, "button" | "link"));
        LayoutBox { k: kind.into(), r: self.rect, l: label }
    }
}
