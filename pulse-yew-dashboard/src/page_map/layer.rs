//! What of all visits a page's map shows.

use pulse_core::analyze::{ElementMap, HeatmapMode};

use crate::{format, map::Paint};

/// What of all visits a page's map shows: one thing at a time, so that none hides another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PageLayer {
    /// Where pointers were.
    #[default]
    Moves,
    /// Where pointers rested, and how long.
    Attention,
    /// What was clicked.
    Clicks,
    /// Where one click followed the other in rage.
    Rage,
    /// Clicks that did nothing.
    Dead,
    /// Clicks that an error followed.
    Errors,
    /// How far down people came.
    Reach,
}

impl PageLayer {
    /// Every layer with its name and its text in an address.
    pub const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::Moves, "Movement", "moves"),
        (Self::Attention, "Attention", "attention"),
        (Self::Clicks, "Clicks", "clicks"),
        (Self::Rage, "Rage clicks", "rage"),
        (Self::Dead, "Dead clicks", "dead"),
        (Self::Errors, "Errors", "errors"),
        (Self::Reach, "Scroll reach", "reach"),
    ];

    /// The layer with this text in an address.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(.., name)| *name == text).map(|(layer, ..)| layer)
    }

    /// Its text in an address.
    pub fn text(self) -> &'static str {
        Self::ALL.into_iter().find(|(layer, ..)| *layer == self).map_or("", |(.., text)| text)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(layer, ..)| *layer == self).map_or("", |(_, name, _)| name)
    }

    /// How its places can be measured; the first is what suits it.
    pub fn modes(self) -> &'static [HeatmapMode] {
        match self {
            Self::Moves | Self::Attention => &[HeatmapMode::Page, HeatmapMode::Viewport],
            Self::Clicks | Self::Rage | Self::Dead => &[HeatmapMode::Element, HeatmapMode::Page, HeatmapMode::Viewport],
            Self::Errors => &[HeatmapMode::Element],
            Self::Reach => &[HeatmapMode::Page],
        }
    }

    /// Its colour.
    pub fn paint(self) -> Paint {
        match self {
            Self::Moves | Self::Attention | Self::Reach => Paint::Move,
            Self::Clicks => Paint::Click,
            Self::Rage | Self::Errors => Paint::Rage,
            Self::Dead => Paint::Text2,
        }
    }

    /// What it counts on an element.
    pub fn of(self, element: &ElementMap) -> u64 {
        match self {
            Self::Clicks => element.clicks,
            Self::Rage => element.rage,
            Self::Dead => element.dead,
            Self::Errors => element.error_clicks,
            Self::Moves | Self::Attention | Self::Reach => 0,
        }
    }

    /// So many of what it counts, in words.
    pub fn counted(self, count: u64) -> String {
        match self {
            Self::Moves | Self::Reach => format::count(count, "point"),
            Self::Attention => format::duration(i64::try_from(count).unwrap_or(i64::MAX)),
            Self::Clicks => format::count(count, "click"),
            Self::Rage => format::count(count, "rage click"),
            Self::Dead => format::count(count, "dead click"),
            Self::Errors => format::count(count, "click") + " with an error",
        }
    }
}
