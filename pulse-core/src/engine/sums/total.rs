//! Sums by what they are asked for by.

use std::collections::HashMap;

use super::{
    super::EngineError,
    asked::{Asked, By},
    unreadable,
};
use crate::{
    analyze::{
        Timeline,
        page::{InvalidSums, Layer, PageSums, Part, Visit},
    },
    model::Session,
    store::RollupRow,
};

/// Page and band of widths; empty and 0 where these are put together.
type Key = (String, usize);

/// Sums over visits.
#[derive(Debug, Clone)]
pub(in super::super) struct Sums {
    layers: Vec<Layer>,
    cell: u32,
    by: By,
    by_key: HashMap<Key, PageSums>,
    /// The first of the names of the pages that were put together.
    name: Option<String>,
    /// Bytes that were added of what is not a map.
    bytes: usize,
}

/// The sums over a session's visits, as they are kept.
#[derive(Debug)]
pub(super) struct Packed {
    name: Option<String>,
    sums: Vec<(Key, Layer, Vec<u8>)>,
}

impl Sums {
    pub(super) fn new(asked: &Asked) -> Self {
        let Asked { layers, cell, by, .. } = asked;
        Self { layers: layers.clone(), cell: *cell, by: *by, by_key: HashMap::new(), name: None, bytes: 0 }
    }

    /// Each page and band with its sums.
    pub(in super::super) fn iter(&self) -> impl Iterator<Item = (&str, usize, &PageSums)> {
        self.by_key.iter().map(|((page, band), sums)| (&**page, *band, sums))
    }

    /// Where all pages are one: the first of their names, and the sums.
    pub(in super::super) fn all(&self) -> Option<(&str, &PageSums)> {
        Some((self.name.as_deref()?, self.by_key.values().next()?))
    }

    /// Bytes of memory, about.
    pub(super) fn weight(&self) -> usize {
        self.bytes + self.by_key.values().map(PageSums::size).sum::<usize>()
    }

    pub(super) fn add_row(&mut self, row: &RollupRow) -> Result<(), EngineError> {
        let band = match row.part {
            Part::WHOLE => Some(0),
            part => Part::from_number(part).map(Part::band),
        };
        let (Some(band), Some(layer)) = (band, Layer::from_number(row.layer)) else {
            return Err(unreadable(InvalidSums::default()));
        };
        let key = self.key(&row.page, band);
        self.add_bytes(key, layer, &row.body)
    }

    pub(super) fn add_session(&mut self, asked: &Asked, session: &Session, timeline: &Timeline) {
        let visits = Visit::matching(session, timeline, &asked.thresholds, |page| asked.is_page(page));
        for visit in visits.iter().filter(|visit| asked.scope.takes(visit)) {
            let key = self.key(visit.page(), visit.part().band());
            self.slot(key).add(visit);
        }
    }

    /// Adds the sums over other visits.
    pub(super) fn merge(&mut self, other: &Self) {
        for (key, more) in &other.by_key {
            self.slot(key.clone()).merge(more);
        }
        self.see(other.name.as_deref());
        self.bytes += other.bytes;
    }

    pub(super) fn pack(self) -> Packed {
        let layers = self.layers;
        let pack = |(key, sums): (Key, PageSums)| {
            let is_full = |layer: &&Layer| !sums.is_empty(**layer);
            let full: Vec<_> = layers.iter().filter(is_full).map(|layer| (*layer, sums.to_bytes(*layer))).collect();
            full.into_iter().map(move |(layer, bytes)| (key.clone(), layer, bytes))
        };
        Packed { name: self.name, sums: self.by_key.into_iter().flat_map(pack).collect() }
    }

    pub(super) fn add_packed(&mut self, packed: &Packed) -> Result<(), EngineError> {
        self.see(packed.name.as_deref());
        packed.sums.iter().try_for_each(|(key, layer, bytes)| self.add_bytes(key.clone(), *layer, bytes))
    }

    fn key(&mut self, page: &str, band: usize) -> Key {
        match self.by {
            By::All => {
                self.see(Some(page));
                Key::default()
            }
            By::Page => (page.to_owned(), 0),
            By::Band => (page.to_owned(), band),
        }
    }

    fn see(&mut self, page: Option<&str>) {
        if let Some(page) = page
            && self.name.as_deref().is_none_or(|name| page < name)
        {
            self.name = Some(page.to_owned());
        }
    }

    fn slot(&mut self, key: Key) -> &mut PageSums {
        let (layers, cell) = (&self.layers, self.cell);
        self.by_key.entry(key).or_insert_with(|| PageSums::new(layers, cell))
    }

    fn add_bytes(&mut self, key: Key, layer: Layer, bytes: &[u8]) -> Result<(), EngineError> {
        if matches!(layer, Layer::Figures | Layer::Elements) {
            self.bytes += bytes.len();
        }
        self.slot(key).add_bytes(layer, bytes).map_err(unreadable)
    }
}

impl Packed {
    /// Bytes of memory, about.
    pub(super) fn weight(&self) -> usize {
        self.sums
            .iter()
            .map(|((page, _), _, bytes)| page.len() + bytes.len() + size_of::<(Key, Layer, Vec<u8>)>())
            .sum()
    }
}
