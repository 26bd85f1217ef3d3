//! Sums grouped as a request asks for them: by page, by page and width band, or not at all.

use std::collections::HashMap;

use super::{
    super::EngineError,
    request::{GroupBy, SumsRequest},
    unreadable,
};
use crate::{
    analyze::{
        Timeline,
        page::{Hours, InvalidSums, Layer, PageSums, Part, Visit},
    },
    engine::diagnose::diagnose,
    model::{Device, Goals, Session},
    store::SumsRow,
};

/// Groups of one answer. Beyond it, pages that come later are left out, and the answer says so.
const GROUPS: usize = 5000;

/// A kind of device and a band of widths; 0 where these are put together.
type DeviceBand = (Device, usize);

/// Page, device and width band; empty where pages are put together.
type Key = (String, DeviceBand);

/// Sums over visits.
#[derive(Debug, Clone)]
pub(in super::super) struct GroupedSums {
    layers: Vec<Layer>,
    cell: u32,
    group: GroupBy,
    hours: Hours,
    by_key: HashMap<Key, PageSums>,
    /// The first of the names of the pages that were put together.
    name: Option<String>,
    /// Whether there were too many groups.
    is_cut: bool,
}

/// The sums over one session's visits, in the bytes that sets are made of.
#[derive(Debug)]
pub(super) struct PackedSums {
    name: Option<String>,
    sums: Vec<(Key, Layer, Vec<u8>)>,
}

impl GroupedSums {
    pub(super) fn new(request: &SumsRequest) -> Self {
        let SumsRequest { layers, cell, group, hours, .. } = request;
        Self {
            layers: layers.clone(),
            cell: *cell,
            group: *group,
            hours: hours.clone(),
            by_key: HashMap::new(),
            name: None,
            is_cut: false,
        }
    }

    /// Each page and band with its sums.
    pub(in super::super) fn iter(&self) -> impl Iterator<Item = (&str, DeviceBand, &PageSums)> {
        self.by_key.iter().map(|((page, band), sums)| (&**page, *band, sums))
    }

    /// Where all pages are one: the first of their names, and the sums.
    pub(in super::super) fn all(&self) -> Option<(&str, &PageSums)> {
        Some((self.name.as_deref()?, self.by_key.values().next()?))
    }

    /// Whether pages are left out, because there were too many.
    pub(in super::super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Bytes of memory, about.
    pub(super) fn weight(&self) -> usize {
        self.by_key.iter().map(|((page, _), sums)| page.len() + sums.size()).sum()
    }

    pub(super) fn add_row(&mut self, row: &SumsRow) -> Result<(), EngineError> {
        let band = match row.part {
            Part::WHOLE => Some(DeviceBand::default()),
            part => Part::from_number(part).map(|part| (part.device(), part.band())),
        };
        let (Some(band), Some(layer)) = (band, Layer::from_number(row.layer)) else {
            return Err(unreadable(InvalidSums::default()));
        };
        let key = self.key(&row.page, band);
        self.add_bytes(key, layer, &row.body)
    }

    pub(super) fn add_session(&mut self, request: &SumsRequest, goals: &Goals, session: &Session, timeline: &Timeline) {
        let mut visits = Visit::matching(session, timeline, &request.thresholds, |page| request.is_page(page));
        if request.layers.contains(&Layer::Findings) {
            Visit::tell(&mut visits, diagnose(session, timeline, goals));
        }
        for visit in visits.iter().filter(|visit| request.scope.takes(visit)) {
            let key = self.key(visit.page(), (visit.part().device(), visit.part().band()));
            if let Some(sums) = self.slot(key) {
                sums.add(visit);
            }
        }
    }

    pub(super) fn pack(self) -> PackedSums {
        let layers = self.layers;
        let pack = |(key, sums): (Key, PageSums)| {
            let is_full = |layer: &&Layer| !sums.is_empty(**layer);
            let full: Vec<_> = layers.iter().filter(is_full).map(|layer| (*layer, sums.to_bytes(*layer))).collect();
            full.into_iter().map(move |(layer, bytes)| (key.clone(), layer, bytes))
        };
        PackedSums { name: self.name, sums: self.by_key.into_iter().flat_map(pack).collect() }
    }

    pub(super) fn add_packed(&mut self, packed: &PackedSums) -> Result<(), EngineError> {
        self.see(packed.name.as_deref());
        packed.sums.iter().try_for_each(|(key, layer, bytes)| self.add_bytes(key.clone(), *layer, bytes))
    }

    fn key(&mut self, page: &str, band: DeviceBand) -> Key {
        match self.group {
            GroupBy::Nothing => {
                self.see(Some(page));
                Key::default()
            }
            GroupBy::Page => (page.to_owned(), DeviceBand::default()),
            GroupBy::Band => (page.to_owned(), band),
        }
    }

    fn see(&mut self, page: Option<&str>) {
        if let Some(page) = page
            && self.name.as_deref().is_none_or(|name| page < name)
        {
            self.name = Some(page.to_owned());
        }
    }

    /// The sums of a group; none when there are too many groups.
    fn slot(&mut self, key: Key) -> Option<&mut PageSums> {
        if self.by_key.len() >= GROUPS && !self.by_key.contains_key(&key) {
            self.is_cut = true;
            return None;
        }
        let (layers, cell) = (&self.layers, self.cell);
        Some(self.by_key.entry(key).or_insert_with(|| PageSums::new(layers, cell)))
    }

    fn add_bytes(&mut self, key: Key, layer: Layer, bytes: &[u8]) -> Result<(), EngineError> {
        let hours = std::mem::take(&mut self.hours);
        let added = self.slot(key).map_or(Ok(()), |sums| match layer {
            Layer::Findings => sums.add_findings(bytes, &hours),
            _ => sums.add_bytes(layer, bytes),
        });
        self.hours = hours;
        added.map_err(unreadable)
    }
}

impl PackedSums {
    /// Bytes of memory, about.
    pub(super) fn weight(&self) -> usize {
        self.sums
            .iter()
            .map(|((page, _), _, bytes)| page.len() + bytes.len() + size_of::<(Key, Layer, Vec<u8>)>())
            .sum()
    }
}
