//! How opaque a pixel is that was covered so often.

/// A pixel that is covered whole counts so much; one at a rim counts less.
pub(crate) const WHOLE: i32 = 16;

/// Opacity, 0 to 255, of a pixel whose covers add up to an index; more covers than there are entries change nothing.
pub(crate) struct Opacity(Vec<u8>);

impl Opacity {
    /// Each whole cover lets through `1 - alpha` of what the others let through.
    pub(crate) fn of_layers(alpha: f64) -> Self {
        let through = (1.0 - alpha.clamp(0.01, 0.99)).ln();
        let opacity = |covers: i32| 255.0 * (1.0 - (through * f64::from(covers) / f64::from(WHOLE)).exp());
        let entries = (0..).map(opacity).take_while(|opacity| *opacity < 254.5);
        Self(entries.map(|opacity| opacity.round() as u8).chain([255]).collect())
    }

    /// The first whole cover is `alpha`, and more of them do not add to it.
    pub(crate) fn of_union(alpha: f64) -> Self {
        let opacity =
            |covers: i32| (255.0 * alpha.clamp(0.0, 1.0) * f64::from(covers) / f64::from(WHOLE)).round() as u8;
        Self((0..=WHOLE).map(opacity).collect())
    }

    pub(crate) fn at(&self, covers: usize) -> u32 {
        u32::from(self.0[covers.min(self.0.len() - 1)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_add_up_and_a_union_does_not() {
        let layers = Opacity::of_layers(0.2);
        // 0.2, then 1 - 0.8 x 0.8.
        assert_eq!([0, 16, 32, 1_000_000].map(|covers| layers.at(covers)), [0, 51, 92, 255]);
        let union = Opacity::of_union(0.6);
        assert_eq!([0, 8, 16, 32].map(|covers| union.at(covers)), [0, 77, 153, 153]);
    }
}
