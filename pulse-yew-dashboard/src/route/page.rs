//! How a page is looked at: on which device and in which widths, what of it, over how long, against what.

use pulse_core::{
    analyze::{HeatmapMode, page::Scope},
    model::Device,
};

use super::Days;
use crate::page_map::PageLayer;

/// A band of widths on a kind of device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// The kind of device.
    pub device: Device,
    /// The width in px from which on it reaches.
    pub from: u32,
    /// The width up to which it reaches, exclusive; none for the widest.
    pub to: Option<u32>,
}

impl Band {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let device = Device::from_name(parts.next()?)?;
        let from = parts.next()?.parse().ok()?;
        let to = parts.next().map(str::parse).transpose().ok()?;
        to.is_none_or(|to| from < to).then_some(Self { device, from, to })
    }

    fn text(self) -> String {
        let to = self.to.map(|to| format!("-{to}")).unwrap_or_default();
        format!("{}-{}{to}", self.device.as_str(), self.from)
    }

    /// The visits in it.
    pub fn scope(self) -> Scope {
        let width_max = self.to.map(|to| f64::from(to).next_down());
        Scope { device: Some(self.device), width_min: Some(self.from.into()), width_max, ..Scope::default() }
    }

    /// Its widths, in words.
    pub fn widths(self) -> String {
        match self {
            Self { from: 0, to: Some(to), .. } => format!("under {to} px"),
            Self { from, to: Some(to), .. } => format!("{from} to {} px", to - 1),
            Self { from, to: None, .. } => format!("{from} px and more"),
        }
    }
}

/// What a map is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The stretch of time before.
    Before,
    /// Another device or other widths.
    Band(Band),
}

/// How a page is looked at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PageChoice {
    /// Address of the page.
    pub page: String,
    /// The visits of which device and widths; those of most when not said.
    pub band: Option<Band>,
    /// Over how long.
    pub days: Days,
    /// What of it.
    pub layer: PageLayer,
    /// How places are measured; as it suits the layer when not said.
    pub mode: Option<HeatmapMode>,
    /// What it is held against, if anything.
    pub against: Option<Against>,
}

/// Modes with their names in an address.
const MODES: [(HeatmapMode, &str); 3] =
    [(HeatmapMode::Page, "page"), (HeatmapMode::Viewport, "window"), (HeatmapMode::Element, "element")];

impl PageChoice {
    /// A page as it is looked at first.
    pub fn new(page: impl Into<String>) -> Self {
        Self { page: page.into(), ..Self::default() }
    }

    /// How places are measured.
    pub fn shown_mode(&self) -> HeatmapMode {
        let modes = self.layer.modes();
        self.mode.filter(|mode| modes.contains(mode)).or(modes.first().copied()).unwrap_or_default()
    }

    pub(super) fn take(&mut self, name: &str, value: &str) {
        match name {
            "page" => self.page = value.to_owned(),
            "band" => self.band = Band::parse(value),
            "days" => self.days = Days::parse(value).unwrap_or_default(),
            "layer" => self.layer = PageLayer::parse(value).unwrap_or_default(),
            "mode" => self.mode = MODES.into_iter().find(|(_, text)| *text == value).map(|(mode, _)| mode),
            "against" if value == "before" => self.against = Some(Against::Before),
            "against" => self.against = Band::parse(value).map(Against::Band),
            _ => {}
        }
    }

    pub(super) fn give(&self, put: &mut impl FnMut(&str, &str)) {
        let mode = MODES.into_iter().find(|(mode, _)| Some(*mode) == self.mode);
        let against = match self.against {
            None => String::new(),
            Some(Against::Before) => "before".to_owned(),
            Some(Against::Band(band)) => band.text(),
        };
        put("page", &self.page);
        put("band", &self.band.map(Band::text).unwrap_or_default());
        put("days", if self.days == Days::default() { "" } else { self.days.text() });
        put("layer", if self.layer == PageLayer::default() { "" } else { self.layer.text() });
        put("mode", mode.map_or("", |(_, text)| text));
        put("against", &against);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_band_is_read_as_it_is_written() {
        for text in ["mobile-0-480", "desktop-1920"] {
            assert_eq!(Band::parse(text).unwrap().text(), text);
        }
        for bad in ["", "mobile", "watch-0", "mobile-x", "mobile-9-5", "mobile-5-5"] {
            assert_eq!(Band::parse(bad), None, "{bad}");
        }
        let scope = Band::parse("desktop-1280-1536").unwrap().scope();
        assert_eq!(scope.device, Some(Device::Desktop));
        assert!(!scope.cuts_parts(), "the server has sums of it");
    }

    #[test]
    fn a_layer_that_has_no_such_measure_is_shown_in_its_own() {
        let choice = |layer, mode| PageChoice { layer, mode, ..PageChoice::default() }.shown_mode();
        assert_eq!(choice(PageLayer::Clicks, None), HeatmapMode::Element);
        assert_eq!(choice(PageLayer::Clicks, Some(HeatmapMode::Page)), HeatmapMode::Page);
        assert_eq!(choice(PageLayer::Errors, Some(HeatmapMode::Page)), HeatmapMode::Element);
        assert_eq!(choice(PageLayer::Moves, Some(HeatmapMode::Element)), HeatmapMode::Page);
    }
}
