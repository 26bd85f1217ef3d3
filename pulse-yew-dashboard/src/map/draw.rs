//! Draw commands: what a canvas shows, without a canvas. Fills are flat; density comes from their alpha.

/// A colour of the look, by its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the token of that name")]
pub enum Paint {
    Move,
    Click,
    Rage,
    OnRage,
    Warn,
    Surface,
    Hairline,
    LineSoft,
    Text,
    Text2,
}

impl Paint {
    /// Every colour.
    pub const ALL: [Self; 10] = [
        Self::Move,
        Self::Click,
        Self::Rage,
        Self::OnRage,
        Self::Warn,
        Self::Surface,
        Self::Hairline,
        Self::LineSoft,
        Self::Text,
        Self::Text2,
    ];

    /// The custom property that holds it.
    pub fn token(self) -> &'static str {
        match self {
            Self::Move => "--move",
            Self::Click => "--click",
            Self::Rage => "--rage",
            Self::OnRage => "--on-rage",
            Self::Warn => "--warn",
            Self::Surface => "--surface",
            Self::Hairline => "--hairline",
            Self::LineSoft => "--line-soft",
            Self::Text => "--text",
            Self::Text2 => "--text-2",
        }
    }
}

/// A colour and how much of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ink {
    /// Which colour.
    pub paint: Paint,
    /// 0 to 1.
    pub alpha: f64,
}

impl Paint {
    /// All of it.
    pub fn solid(self) -> Ink {
        self.at(1.0)
    }

    /// Some of it.
    pub fn at(self, alpha: f64) -> Ink {
        Ink { paint: self, alpha }
    }
}

/// One thing to draw, in CSS pixels from the canvas's top left corner.
#[derive(Debug, Clone, PartialEq)]
pub enum Draw {
    /// A box with round corners.
    Rect {
        /// x, y, width, height.
        rect: [f64; 4],
        /// Of the corners.
        radius: f64,
        /// Inside.
        fill: Option<Ink>,
        /// A hairline around it.
        stroke: Option<Ink>,
    },
    /// Many squares of one colour.
    Squares {
        /// x, y, width, height of each.
        rects: Vec<[f64; 4]>,
        /// Inside.
        ink: Ink,
    },
    /// A disc.
    Disc {
        /// Centre.
        at: (f64, f64),
        /// Radius.
        r: f64,
        /// Inside.
        ink: Ink,
    },
    /// A ring.
    Ring {
        /// Centre.
        at: (f64, f64),
        /// Radius.
        r: f64,
        /// Of the line.
        width: f64,
        /// Of the line.
        ink: Ink,
    },
    /// A line through points.
    Line {
        /// In order.
        points: Vec<(f64, f64)>,
        /// Of the line.
        width: f64,
        /// Of the line.
        ink: Ink,
    },
    /// Words, centred on a point.
    Text {
        /// Centre.
        at: (f64, f64),
        /// Height of the type.
        size: f64,
        /// What is written.
        text: String,
        /// Of the letters.
        ink: Ink,
    },
}
