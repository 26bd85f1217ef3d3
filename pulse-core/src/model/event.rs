//! One thing that a visitor did, as it is stored and answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Element, Millis, px};

/// An event: `{"timestamp", "type", "data"}`, the stored document less its session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Event {
    /// When it happened, in milliseconds since the epoch.
    pub timestamp: Millis,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

impl Event {
    /// Which type of event this is.
    pub fn event_type(&self) -> EventType {
        self.kind.event_type()
    }

    /// Where on the page it happened, for events that have a place.
    pub fn position(&self) -> Option<(f64, f64)> {
        match &self.kind {
            EventKind::MouseMove(m) => Some((m.x, m.y)),
            EventKind::Click(c) => Some((c.x, c.y)),
            EventKind::RageClick(c) => Some((c.x, c.y)),
            EventKind::DeadClick(c) => Some((c.x, c.y)),
            _ => None,
        }
    }
}

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident($data:ident) = $name:literal,)+) => {
        /// What happened, with the data of its type.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(tag = "type", content = "data")]
        pub enum EventKind {
            $($(#[$doc])* #[serde(rename = $name)] $variant($data),)+
        }

        /// The types of events, by their names on the wire.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        pub enum EventType {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
        }

        impl EventKind {
            /// Which type of event this is.
            pub fn event_type(&self) -> EventType {
                match self { $(Self::$variant(_) => EventType::$variant,)+ }
            }
        }

        impl EventType {
            /// Every type, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The type of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

events! {
    /// The pointer moved (sampled every 50 ms).
    MouseMove(MouseMove) = "mousemove",
    /// A click or tap.
    Click(Click) = "click",
    /// The tracker saw a burst of clicks: a hint, never added to a count.
    RageClick(RageClick) = "rage_click",
    /// The tracker saw a click that nothing answered.
    DeadClick(DeadClick) = "dead_click",
    /// The page was scrolled.
    Scroll(Scroll) = "scroll",
    /// A key was pressed; which one is not known.
    Keypress(Keypress) = "keypress",
    /// A page was entered or left.
    Navigation(Navigation) = "navigation",
    /// The tab was shown or hidden.
    Visibility(Visibility) = "visibility",
    /// The size of window and document.
    Viewport(Viewport) = "viewport",
    /// The page's wireframe.
    Layout(Layout) = "layout",
    /// A script error or an unhandled rejection.
    Error(PageError) = "error",
    /// What the page's own script tells, by `pulse.track(name, props)`.
    Custom(Custom) = "custom",
}

/// The pointer's place in page pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MouseMove {
    /// From the document's left edge.
    #[serde(serialize_with = "px::serialize")]
    pub x: f64,
    /// From the document's top edge.
    #[serde(serialize_with = "px::serialize")]
    pub y: f64,
}

/// A click or tap.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Click {
    /// From the document's left edge, in page pixels.
    #[serde(serialize_with = "px::serialize")]
    pub x: f64,
    /// From the document's top edge, in page pixels.
    #[serde(serialize_with = "px::serialize")]
    pub y: f64,
    /// `MouseEvent.button`: 0 is the main one.
    #[serde(default)]
    pub button: u8,
    /// What was clicked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Box<Element>>,
    /// Place within the element's box, 0 to 1 from its left.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "px::option")]
    pub rx: Option<f64>,
    /// Place within the element's box, 0 to 1 from its top.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "px::option")]
    pub ry: Option<f64>,
    /// Whether text was selected when the click ended.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub selected: bool,
}

/// The tracker's own view of a burst of clicks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RageClick {
    /// Centre of the burst, in page pixels.
    #[serde(serialize_with = "px::serialize")]
    pub x: f64,
    /// Centre of the burst, in page pixels.
    #[serde(serialize_with = "px::serialize")]
    pub y: f64,
    /// Clicks in the burst.
    #[serde(default)]
    pub count: u32,
    /// From the first to the last click.
    #[serde(default)]
    pub span_ms: u32,
    /// What was clicked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Box<Element>>,
}

/// A click on something that looks interactive, and nothing happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DeadClick {
    /// Page pixels.
    #[serde(serialize_with = "px::serialize")]
    pub x: f64,
    /// Page pixels.
    #[serde(serialize_with = "px::serialize")]
    pub y: f64,
    /// What was clicked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Box<Element>>,
    /// How long the tracker waited for an answer.
    #[serde(default)]
    pub waited_ms: u32,
}

/// The page was scrolled, or a box in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Scroll {
    /// Deepest edge in sight, in percent of the document.
    #[serde(serialize_with = "px::serialize")]
    pub depth: f64,
    /// Scroll offset in page pixels.
    #[serde(default, serialize_with = "px::serialize")]
    pub y: f64,
    /// Which way.
    #[serde(default)]
    pub direction: Direction,
    /// Whether the direction changed here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub turned: bool,
    /// The box that was scrolled, with depth and offset of its own; none when it was the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Box<Element>>,
}

/// The way of a scroll.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Towards the top.
    Up,
    /// Towards the end.
    #[default]
    Down,
}

/// The rhythm of a key press, without the key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Keypress {
    /// Since the press before, if there was one in this field.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "px::option")]
    pub interval_ms: Option<f64>,
    /// How long it was held.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "px::option")]
    pub hold_ms: Option<f64>,
    /// Kind of field: `text`, `email`, `textarea`, `page`.
    #[serde(default)]
    pub field: String,
}

/// A page was entered or left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Navigation {
    /// The page's address; on `unload` the page that was left.
    pub url: String,
    /// Where the visitor came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// How it came about.
    #[serde(default)]
    pub kind: NavigationKind,
}

/// How a navigation came about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum NavigationKind {
    /// The document was loaded.
    #[default]
    Load,
    /// `history.pushState`.
    Push,
    /// `history.replaceState`.
    Replace,
    /// Back or forward; `traverse` to the Navigation API.
    #[serde(alias = "traverse")]
    Pop,
    /// The fragment changed.
    Hash,
    /// The page was left.
    Unload,
}

/// The tab was shown or hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Visibility {
    /// What it is now.
    pub state: VisibilityState,
}

/// `document.visibilityState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum VisibilityState {
    /// At least partly in sight.
    Visible,
    /// Out of sight.
    Hidden,
}

/// The size of window and document in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Viewport {
    /// Window width.
    #[serde(serialize_with = "px::serialize")]
    pub w: f64,
    /// Window height.
    #[serde(serialize_with = "px::serialize")]
    pub h: f64,
    /// Document width.
    #[serde(default, serialize_with = "px::serialize")]
    pub doc_w: f64,
    /// Document height.
    #[serde(default, serialize_with = "px::serialize")]
    pub doc_h: f64,
    /// Device pixels per CSS pixel.
    #[serde(default, serialize_with = "px::serialize")]
    pub dpr: f64,
}

/// The page's wireframe: what stands where, without its content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Layout {
    /// Names this layout, so that the same one is drawn once.
    #[serde(default)]
    pub hash: String,
    /// What is visible, outermost first.
    #[serde(default)]
    pub boxes: Vec<LayoutBox>,
}

/// One box of a wireframe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LayoutBox {
    /// `image`, `button`, `link`, `input`, `heading`, `text` or `other`.
    pub k: String,
    /// x, y, width and height in page pixels.
    #[serde(serialize_with = "px::rect")]
    pub r: [f64; 4],
    /// Label of a button or link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub l: Option<String>,
}

/// A script error or an unhandled rejection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PageError {
    /// `TypeError`, `unhandledrejection`.
    #[serde(default)]
    pub name: String,
    /// Cut at 128 characters.
    #[serde(default)]
    pub message: String,
}

/// What the page's own script tells.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Custom {
    /// What happened, in the page's words; cut at 128 characters.
    #[serde(default)]
    pub name: String,
    /// More about it, at most 32 values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub props: BTreeMap<String, Prop>,
}

/// A value that a page tells: nothing that nests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Prop {
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(#[serde(serialize_with = "px::serialize")] f64),
    /// Text, cut at 128 characters.
    Text(String),
}
