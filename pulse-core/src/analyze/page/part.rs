//! What the sums of a page are kept apart by, so that a map can be asked for by it.

use crate::{analyze::Tier, model::Device};

/// Widths in px at which another band begins: where layouts commonly change, from phones to large screens.
const BANDS: [f64; 7] = [0.0, 480.0, 768.0, 1024.0, 1280.0, 1536.0, 1920.0];

/// As they are numbered in what is stored: only ever add to them.
const DEVICES: [Device; 4] = [Device::Unknown, Device::Desktop, Device::Mobile, Device::Tablet];
const TIERS: [Tier; 4] = [Tier::None, Tier::Low, Tier::Medium, Tier::High];

/// Kind of device, band of widths and tier of frustration of a session, as one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part(u16);

impl Part {
    /// Number of the sums over all parts, which are kept beside those of each: most maps are of all.
    pub const WHOLE: u16 = u16::MAX;

    /// The part of a session on a page that was entered with a window of this width.
    pub fn of(device: Device, width: Option<f64>, frustration: u32) -> Self {
        let device = number(&DEVICES, device);
        // 0 for a width that is not known.
        let band = width.map_or(0, |width| BANDS.partition_point(|from| *from <= width).max(1)) as u16;
        let tier = number(&TIERS, Tier::of(frustration));
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

    /// The part of that number, if there is one.
    pub fn from_number(number: u16) -> Option<Self> {
        Self::all().find(|part| part.0 == number)
    }

    /// Every part that there may be.
    pub fn all() -> impl Iterator<Item = Self> {
        let numbers = |count: usize| 0..count as u16;
        numbers(DEVICES.len()).flat_map(move |device| {
            let bands = numbers(BANDS.len() + 1);
            bands.flat_map(move |band| numbers(TIERS.len()).map(move |tier| Self(device << 8 | band << 4 | tier)))
        })
    }

    /// The kind of device.
    pub fn device(self) -> Device {
        DEVICES[usize::from(self.0 >> 8)]
    }

    /// The tier of frustration.
    pub fn tier(self) -> Tier {
        TIERS[usize::from(self.0 & 15)]
    }

    /// The ends of the band that holds a width, from and to; the last ends at infinity.
    pub(super) fn band_of(width: f64) -> (f64, f64) {
        let (from, to) = Self::widths(BANDS.partition_point(|from| *from <= width).max(1)).unwrap_or_default();
        (from, to.unwrap_or(f64::INFINITY))
    }

    /// The widths of a band in px, from and to; the last has no end.
    pub fn widths(band: usize) -> Option<(f64, Option<f64>)> {
        let from = BANDS.get(band.checked_sub(1)?)?;
        Some((*from, BANDS.get(band).copied()))
    }
}

fn number<T: PartialEq>(of: &[T], value: T) -> u16 {
    of.iter().position(|known| *known == value).unwrap_or_default() as u16
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
        for device in DEVICES {
            for width in [None, Some(390.0), Some(1440.0)] {
                for frustration in [0, 1, 6, 15] {
                    let part = Part::of(device, width, frustration);
                    assert!(numbers.insert(part.number()) && Part::from_number(part.number()) == Some(part));
                    assert_eq!((part.device(), part.tier()), (device, Tier::of(frustration)));
                }
            }
        }
        assert_eq!(Part::all().count(), 4 * 8 * 4);
        assert_eq!(Part::from_number(4), None);
    }
}
