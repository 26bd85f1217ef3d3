//! The page that is shown: all its sessions on one kind of device, since its boxes lie elsewhere on another.

use pulse_core::{
    analyze::{PageHeatmap, page::PageRow},
    model::Device,
};

use super::Remote;

/// Windows narrower than this are phones', ...
const PHONE: f64 = 600.0;
/// ... and narrower than this, tablets'.
const TABLET: f64 = 1000.0;

/// What the server is asked for; an answer to another question is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageKey {
    /// Address of the page.
    pub page: String,
    /// Which kind of device; all when none is told apart.
    pub device: Option<Device>,
}

/// How many sessions of a page there are on each kind of device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceSessions(pub Vec<(Device, u64)>);

impl DeviceSessions {
    /// Sessions on a kind of device.
    pub fn on(&self, device: Device) -> u64 {
        self.0.iter().filter(|(of, _)| *of == device).map(|(_, sessions)| *sessions).sum()
    }

    /// The device of most sessions; none when there is no session on any.
    fn busiest(&self) -> Option<Device> {
        let used = self.0.iter().rev().filter(|(_, sessions)| *sessions > 0);
        used.max_by_key(|(_, sessions)| *sessions).map(|(device, _)| *device)
    }
}

/// The page that is shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OpenPage {
    /// What the server is asked for; none until the device is known.
    pub key: Option<PageKey>,
    /// All sessions on that device.
    pub map: Remote<PageHeatmap>,
    /// How many there are on each.
    pub sessions: Remote<DeviceSessions>,
}

impl OpenPage {
    /// Decides what to ask for: the device of the address, else that of most sessions, as far as it is known, else that
    /// of the usual window. Once decided, it stays: a map is not exchanged under the eyes of who looks at it, unless
    /// nobody came on the device that was guessed.
    pub(super) fn decide(&mut self, page: &str, device: Option<Device>, rows: &[PageRow]) {
        let nobody = |on: Device| self.sessions.data.as_ref().is_some_and(|sessions| sessions.on(on) == 0);
        match &self.key {
            Some(key) if device.is_none() && key.device.is_some_and(nobody) => self.map = Remote::default(),
            Some(_) => return,
            None => {}
        }
        let key = |device| Some(PageKey { page: page.to_owned(), device });
        self.key = match (device, &self.sessions) {
            (Some(device), _) => key(Some(device)),
            (None, Remote { data: Some(sessions), .. }) => key(sessions.busiest()),
            (None, Remote { failure: Some(_), .. }) => key(None),
            (None, _) => usual_device(page, rows).and_then(|device| key(Some(device))),
        };
    }

    /// Shows another device of the same page.
    pub(super) fn change(&mut self, page: &str, device: Option<Device>, rows: &[PageRow]) {
        let old = self.key.take();
        self.decide(page, device, rows);
        if self.key != old {
            self.map = Remote::default();
        }
    }
}

/// The device of a page's usual window.
fn usual_device(page: &str, rows: &[PageRow]) -> Option<Device> {
    let width = rows.iter().find(|row| row.page == page)?.viewport?.w;
    Some(match width {
        _ if width < PHONE => Device::Mobile,
        _ if width < TABLET => Device::Tablet,
        _ => Device::Desktop,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use pulse_core::model::ViewportSize;

    use super::*;

    fn row(width: f64) -> PageRow {
        PageRow { page: "/".to_owned(), viewport: Some(ViewportSize { w: width, h: 700.0 }), ..PageRow::default() }
    }

    fn decided(device: Option<Device>, sessions: Option<[u64; 3]>, rows: &[PageRow]) -> Option<Option<Device>> {
        let mut open = OpenPage::default();
        if let Some(counts) = sessions {
            let devices = [Device::Desktop, Device::Tablet, Device::Mobile];
            open.sessions.settle(Ok(DeviceSessions(devices.into_iter().zip(counts).collect())));
        }
        open.decide("/", device, rows);
        open.key.map(|key| key.device)
    }

    #[test]
    fn the_device_of_most_sessions_is_shown() {
        assert_eq!(decided(None, None, &[]), None, "nothing is known yet");
        let by_width = [390.0, 820.0, 1440.0].map(|width| decided(None, None, &[row(width)]).unwrap());
        assert_eq!(by_width, [Some(Device::Mobile), Some(Device::Tablet), Some(Device::Desktop)]);
        assert_eq!(decided(None, Some([5, 0, 9]), &[row(1440.0)]), Some(Some(Device::Mobile)));
        assert_eq!(decided(None, Some([9, 9, 9]), &[]), Some(Some(Device::Desktop)));
        assert_eq!(decided(None, Some([0; 3]), &[]), Some(None), "no device is told apart");
        assert_eq!(decided(Some(Device::Tablet), Some([5, 0, 9]), &[]), Some(Some(Device::Tablet)));
        let mut guessed = OpenPage::default();
        guessed.decide("/", None, &[row(1440.0)]);
        guessed.sessions.settle(Ok(DeviceSessions(vec![(Device::Desktop, 0), (Device::Mobile, 0)])));
        guessed.decide("/", None, &[row(1440.0)]);
        assert_eq!(guessed.key.map(|key| key.device), Some(None), "nobody came on what was guessed");
    }
}
