//! What of a map is shown.

/// How movement is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TrailMode {
    /// Lines over dots.
    #[default]
    Both,
    /// Lines: the way.
    Trails,
    /// Dots: the density.
    Dots,
}

impl TrailMode {
    /// Every mode with its name.
    pub const ALL: [(Self, &'static str); 3] = [(Self::Both, "Both"), (Self::Trails, "Trails"), (Self::Dots, "Dots")];

    /// Whether lines are drawn.
    pub fn lines(self) -> bool {
        self != Self::Dots
    }

    /// Whether dots are drawn.
    pub fn dots(self) -> bool {
        self != Self::Trails
    }
}

/// What can be shown or hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the layer of that name")]
pub enum Layer {
    Moves,
    Clicks,
    Rage,
    Outline,
}

/// The layers that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the layer of that name")]
pub struct Layers {
    pub moves: bool,
    pub clicks: bool,
    pub rage: bool,
    pub outline: bool,
}

impl Layers {
    /// Everything.
    pub const ALL: Self = Self { moves: true, clicks: true, rage: true, outline: true };
    /// What was clicked, on the page's outline.
    pub const CLICKS: Self = Self { moves: false, ..Self::ALL };
    /// Movement alone, on the page's outline.
    pub const MOVES: Self = Self { clicks: false, rage: false, ..Self::ALL };

    /// Whether a layer is shown.
    pub fn has(mut self, layer: Layer) -> bool {
        *self.slot(layer)
    }

    /// With one layer shown or hidden instead.
    #[must_use]
    pub fn toggled(mut self, layer: Layer) -> Self {
        let shown = self.slot(layer);
        *shown = !*shown;
        self
    }

    fn slot(&mut self, layer: Layer) -> &mut bool {
        match layer {
            Layer::Moves => &mut self.moves,
            Layer::Clicks => &mut self.clicks,
            Layer::Rage => &mut self.rage,
            Layer::Outline => &mut self.outline,
        }
    }
}
