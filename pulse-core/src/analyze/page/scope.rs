//! Which visits a map is asked for by.

use super::{
    InvalidSums, Part, Visit,
    figures::{Figures, Range},
};
use crate::{
    analyze::Tier,
    model::{Device, Millis},
};

/// Which visits; all when nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scope {
    /// Of sessions that started at or after this time.
    pub from: Option<Millis>,
    /// Of sessions that started before this time.
    pub to: Option<Millis>,
    /// On this kind of device.
    pub device: Option<Device>,
    /// Of pages entered in a window at least this wide, in px.
    pub width_min: Option<f64>,
    /// Of pages entered in a window at most this wide, in px.
    pub width_max: Option<f64>,
    /// Of sessions of at least this frustration.
    pub min_frustration: Option<u32>,
}

/// How many of the visits that were summed are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Every one.
    All,
    /// Not one.
    None,
    /// Some may be and others not.
    Some,
}

impl Scope {
    /// Whether a visit is meant.
    pub fn takes(&self, visit: &Visit<'_>) -> bool {
        let width = Range(visit.width.map(|width| (width, width)));
        let (at, frustration) = (visit.session.start.started_at, visit.session.score.frustration);
        self.device.is_none_or(|device| device == visit.session.start.device)
            && self.share(Range(Some((at, at))), width, Range(Some((frustration, frustration)))) == Share::All
    }

    /// How many of the visits are meant that were summed to these bytes of [`Layer::Figures`](super::Layer::Figures),
    /// whatever their device.
    ///
    /// # Errors
    /// The bytes are not those of such a layer.
    pub fn share_of(&self, figures: &[u8]) -> Result<Share, InvalidSums> {
        let seen = serde_json::from_slice::<Figures>(figures).map_err(|error| InvalidSums(Some(error)))?.seen;
        Ok(self.share(seen.started_at, seen.width, seen.frustration))
    }

    /// Whether a part can have visits that are meant and others that are not: a bound lies within a band of widths or a
    /// tier. Times are no matter of parts.
    pub fn cuts_parts(&self) -> bool {
        let begins_tier = |least: u32| least == 0 || Tier::of(least) != Tier::of(least - 1);
        let banded = self.in_bands();
        (self.width_min, self.width_max) != (banded.width_min, banded.width_max)
            || self.min_frustration.is_some_and(|least| !begins_tier(least))
    }

    /// The same with widths that reach to the ends of the bands that they lie in, which parts tell apart.
    #[must_use]
    pub fn in_bands(self) -> Self {
        let (from, to) = (|width| Part::band_of(width).0, |width| Part::band_of(width).1.next_down());
        Self { width_min: self.width_min.map(from), width_max: self.width_max.map(to), ..self }
    }

    fn share(&self, started_at: Range<Millis>, width: Range<f64>, frustration: Range<u32>) -> Share {
        let shares = [
            // `to` is exclusive.
            within(started_at, self.from, self.to.map(|to| to.saturating_sub(1))),
            within(width, self.width_min, self.width_max),
            within(frustration, self.min_frustration, None),
        ];
        if shares.contains(&Share::None) {
            Share::None
        } else if shares.contains(&Share::Some) {
            Share::Some
        } else {
            Share::All
        }
    }

    /// The parts in which there may be visits that are meant; none when that is all of them.
    pub fn parts(&self) -> Option<Vec<Part>> {
        if self.device.is_none()
            && self.width_min.is_none()
            && self.width_max.is_none()
            && self.min_frustration.is_none()
        {
            return None;
        }
        let is_meant = |part: &Part| {
            let width = match Part::widths(part.band()) {
                Some((from, to)) => {
                    self.width_max.is_none_or(|max| from <= max)
                        && self.width_min.is_none_or(|min| to.is_none_or(|to| min < to))
                }
                None => self.width_min.is_none() && self.width_max.is_none(),
            };
            let tier = self.min_frustration.is_none_or(|min| part.tier() >= Tier::of(min));
            width && tier && self.device.is_none_or(|device| device == part.device())
        };
        Some(Part::all().filter(is_meant).collect())
    }
}

/// How much of what was seen lies within bounds, which are inclusive. What was not seen is outside of any.
fn within<T: PartialOrd>(seen: Range<T>, min: Option<T>, max: Option<T>) -> Share {
    if min.is_none() && max.is_none() {
        return Share::All;
    }
    let Some((least, most)) = seen.0 else { return Share::None };
    let (above, below) = (
        |value: &T| min.as_ref().is_none_or(|min| value >= min),
        |value: &T| max.as_ref().is_none_or(|max| value <= max),
    );
    if above(&least) && below(&most) {
        Share::All
    } else if above(&most) && below(&least) {
        Share::Some
    } else {
        Share::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_within() {
        let seen = Range(Some((400.0, 800.0)));
        let of = |min, max| within(seen, min, max);
        assert_eq!([of(None, None), of(Some(400.0), Some(800.0)), of(None, Some(1e9))], [Share::All; 3]);
        assert_eq!([of(Some(401.0), None), of(None, Some(400.0)), of(Some(500.0), Some(600.0))], [Share::Some; 3]);
        assert_eq!([of(Some(801.0), None), of(None, Some(399.0))], [Share::None; 2]);
        assert_eq!(within(Range(None), Some(1.0), None), Share::None, "who has no width is in no range of widths");
    }

    #[test]
    fn bounds_within_a_part() {
        let all = Scope { from: Some(5), to: Some(9), device: Some(Device::Tablet), ..Scope::default() };
        assert!(!all.cuts_parts());
        for (width_min, cuts) in [(480.0, false), (1024.0, false), (1023.5, true), (5000.0, true)] {
            assert_eq!(Scope { width_min: Some(width_min), ..all }.cuts_parts(), cuts, "{width_min}");
        }
        for (width_max, cuts) in [(1023.0, true), (1024.0_f64.next_down(), false), (5000.0, true)] {
            assert_eq!(Scope { width_max: Some(width_max), ..all }.cuts_parts(), cuts, "{width_max}");
        }
        for (least, cuts) in [(0, false), (1, false), (2, true), (6, false), (15, false), (16, true)] {
            assert_eq!(Scope { min_frustration: Some(least), ..all }.cuts_parts(), cuts, "{least}");
        }
    }

    #[test]
    fn widths_reach_to_the_ends_of_their_bands() {
        let asked = Scope { width_min: Some(700.0), width_max: Some(1024.0), ..Scope::default() };
        let banded = asked.in_bands();
        assert_eq!((banded.width_min, banded.width_max), (Some(480.0), Some(1280.0_f64.next_down())));
        assert!(asked.cuts_parts() && !banded.cuts_parts() && banded.in_bands() == banded);
        assert_eq!(banded.parts(), asked.parts());
        let widest = Scope { width_max: Some(5000.0), ..Scope::default() }.in_bands();
        assert!(widest.width_max.is_some_and(|max| max > 1e9) && widest.in_bands() == widest);
    }

    #[test]
    fn parts_that_may_be_meant() {
        let parts = |scope: Scope| scope.parts().map(|parts| parts.len());
        assert_eq!(parts(Scope { from: Some(5), ..Scope::default() }), None);
        assert_eq!(parts(Scope { device: Some(Device::Mobile), ..Scope::default() }), Some(8 * 4));
        assert_eq!(parts(Scope { width_min: Some(480.0), width_max: Some(767.0), ..Scope::default() }), Some(4 * 4));
        assert_eq!(parts(Scope { min_frustration: Some(7), ..Scope::default() }), Some(4 * 8 * 2));
        assert_eq!(
            parts(Scope {
                min_frustration: Some(15),
                device: Some(Device::Tablet),
                width_max: Some(1.0),
                ..Scope::default()
            }),
            Some(1)
        );
    }
}
