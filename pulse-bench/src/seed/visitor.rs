//! Who comes: each with a device, a window and a hand of their own, the same at every visit.

use fastrand::Rng;

use super::{chance::between, hand::Hand};

/// Somebody who comes once or again.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    pub(super) id: String,
    pub(super) device: Device,
    /// Width and height of the window, in px.
    pub(super) window: (f64, f64),
    /// Device pixels per CSS pixel.
    pub(super) dpr: f64,
    pub(super) hand: Hand,
    /// More than 1 for somebody who takes their time.
    pub(super) leisure: f64,
}

/// What somebody holds in their hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Device {
    Desktop,
    Tablet,
    Mobile,
}

impl Device {
    /// Share of visitors with a mouse. Fingers leave no trail.
    pub(super) const WITH_A_MOUSE: f64 = 0.6;

    /// What the browser says of itself.
    pub(super) fn agent(self) -> &'static str {
        match self {
            Self::Desktop => pulse_bench::tracker_body::CHROME,
            Self::Tablet => "Mozilla/5.0 (Linux; Android 15; SM-X710) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            Self::Mobile => "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Mobile/15E148",
        }
    }
}

impl Visitor {
    /// Visitor `number` of the shop that `seed` makes.
    pub(super) fn new(seed: u64, number: u32) -> Self {
        let mut rng = Rng::with_seed(seed ^ (u64::from(number) << 20) ^ 0x5e_ed);
        let id = format!("visitor-{:016x}", rng.u64(..));
        let kind = rng.f64();
        let (device, sizes, dpr): (_, &[(f64, f64)], _) = if kind < Device::WITH_A_MOUSE {
            let sizes = &[(1280.0, 720.0), (1366.0, 657.0), (1440.0, 789.0), (1536.0, 730.0), (1920.0, 969.0)];
            (Device::Desktop, sizes, [1.0, 1.0, 2.0][rng.usize(..3)])
        } else if kind < 0.7 {
            (Device::Tablet, &[(768.0, 954.0), (820.0, 1106.0), (1024.0, 698.0)], 2.0)
        } else {
            (Device::Mobile, &[(360.0, 660.0), (390.0, 664.0), (412.0, 785.0)], 3.0)
        };
        let window = sizes[rng.usize(..sizes.len())];
        Self { id, device, window, dpr, hand: Hand::new(&mut rng), leisure: between(&mut rng, 0.6, 1.7) }
    }

    pub(super) fn has_mouse(&self) -> bool {
        self.device == Device::Desktop
    }
}
