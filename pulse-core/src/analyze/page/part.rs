//! What the sums of a page are kept apart by, so that a map can be asked for by it.

use crate::{analyze::Tier, model::Device};

/// Widths in px at which another band begins: where layouts commonly change, from phones to large screens.
const BANDS: [f64; 7] = [0.0, 480.0, 768.0, 1024.0, 1280.0, 1536.0, 1920.0];

/// Kind of device, band of widths and tier of frustration of a session, as one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part(u16);

impl Part {
    /// The part of a session on a page that was entered with a window of this width.
    pub fn of(device: Device, width: Option<f64>, frustration: u32) -> Self {
        let device = match device {
            Device::Unknown => 0,
            Device::Desktop => 1,
            Device::Mobile => 2,
            Device::Tablet => 3,
        };
        // 0 for a width that is not known.
        let band = width.map_or(0, |width| BANDS.partition_point(|from| *from <= width).max(1)) as u16;
        let tier = match Tier::of(frustration) {
            Tier::None => 0,
            Tier::Low => 1,
            Tier::Medium => 2,
            Tier::High => 3,
        };
        Self(device << 8 | band << 4 | tier)
    }

    /// As it is stored.
    pub fn number(self) -> u16 {
        self.0
    }

    /// The band of widths: its number from 1 on, 0 when no width is known.
    pub fn band(self) -> usize {
        usize::from(self.0 >> 4 & 15)
    }

    /// The part of that number.
    pub fn from_number(number: u16) -> Self {
        Self(number)
    }

    /// The widths of a band in px, from and to; the last has no end.
    pub fn widths(band: usize) -> Option<(f64, Option<f64>)> {
        let from = BANDS.get(band.checked_sub(1)?)?;
        Some((*from, BANDS.get(band).copied()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_of_widths() {
        let band = |width| Part::of(Device::Mobile, width, 7).band();
        assert_eq!([None, Some(0.0), Some(479.9), Some(480.0), Some(1440.0), Some(9e9)].map(band), [0, 1, 1, 2, 5, 7]);
        assert_eq!(Part::widths(5), Some((1280.0, Some(1536.0))));
        assert_eq!((Part::widths(0), Part::widths(7), Part::widths(8)), (None, Some((1920.0, None)), None));
    }

    #[test]
    fn each_part_has_its_number() {
        let mut numbers = std::collections::HashSet::new();
        for device in [Device::Unknown, Device::Desktop, Device::Mobile, Device::Tablet] {
            for width in [None, Some(390.0), Some(1440.0)] {
                for frustration in [0, 1, 6, 15] {
                    let part = Part::of(device, width, frustration);
                    assert!(numbers.insert(part.number()) && Part::from_number(part.number()) == part);
                }
            }
        }
    }
}
