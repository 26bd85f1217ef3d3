//! All sessions on one page: sums that can be kept.
//!
//! [`PageSums`] takes one [`Visit`] after the other, in memory that is bounded whatever comes. Sums over parts of the
//! sessions, kept as bytes by layer, add up to the sum over all of them: to the same bytes, in whatever order. Maps,
//! figures of pages and paths are all answered from such sums.

mod attention;
mod bounded;
mod elements;
mod figures;
mod findings;
mod found;
mod grid;
mod heatmap;
mod hours;
mod layers;
mod part;
mod rows;
mod scope;
mod spot;
mod tally;
mod times;
mod visit;

use std::{borrow::Cow, fmt};

use self::{elements::Elements, figures::Figures, findings::Findings, layers::Layers};
pub use self::{
    found::Found,
    hours::Hours,
    part::Part,
    rows::{PageLayout, PageRow, PathEdge, PathNode, Way},
    scope::{Scope, Share},
    spot::{Place, Spot, What},
    tally::{Example, FigureSum, Hit, Looks, Seen},
    visit::Visit,
};
use super::{
    HeatmapMode,
    detect::{PageUsual, Usual},
};

/// Size of a cell of sums that are kept, in px or per mille of the window's width.
pub const CELL: u32 = 10;

/// Sums over sessions on one page.
#[derive(Debug, Clone, PartialEq)]
pub struct PageSums {
    figures: Figures,
    /// Apart: most questions are about figures alone, of thousands of pages.
    page: Option<Box<Layers>>,
    viewport: Option<Box<Layers>>,
    elements: Elements,
    findings: Findings,
    cell: u32,
    wanted: Vec<Layer>,
    /// Sessions added one by one.
    added: u32,
}

/// What can be asked for apart from the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layer {
    /// How many and how long.
    Figures,
    /// Where, in page pixels.
    Page,
    /// Where, in fractions of the window's width.
    Viewport,
    /// On what.
    Elements,
    /// What went wrong.
    Findings,
}

/// Bytes that are no layer of a page's sums.
#[derive(Debug, Default)]
pub struct InvalidSums(Option<serde_json::Error>);

impl fmt::Display for InvalidSums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("these are no sums of a page")
    }
}

impl std::error::Error for InvalidSums {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.as_ref().map(|error| error as _)
    }
}

impl Layer {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Figures, Self::Page, Self::Viewport, Self::Elements, Self::Findings];

    /// As it is stored.
    pub fn number(self) -> u8 {
        match self {
            Self::Figures => 0,
            Self::Page => 1,
            Self::Viewport => 2,
            Self::Elements => 3,
            Self::Findings => 4,
        }
    }

    /// The layer of that number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.number() == number)
    }

    /// The layer that a map of a mode needs.
    pub fn of(mode: HeatmapMode) -> Option<Self> {
        match mode {
            HeatmapMode::Page => Some(Self::Page),
            HeatmapMode::Viewport => Some(Self::Viewport),
            HeatmapMode::Element => None,
        }
    }
}

impl PageSums {
    /// No sessions yet. Only the layers that are `wanted` will be summed; a cell has this many px, or per mille of the
    /// window's width.
    pub fn new(wanted: &[Layer], cell: u32) -> Self {
        Self {
            figures: Figures::default(),
            page: None,
            viewport: None,
            elements: Elements::default(),
            findings: Findings::default(),
            cell: cell.max(1),
            wanted: wanted.to_vec(),
            added: 0,
        }
    }

    /// Adds a session.
    pub fn add(&mut self, visit: &Visit<'_>) {
        self.added += 1;
        for layer in &self.wanted {
            match layer {
                Layer::Figures => self.figures.add(visit),
                Layer::Page => grids(&mut self.page).add(visit, self.added, HeatmapMode::Page, self.cell),
                Layer::Viewport => {
                    grids(&mut self.viewport).add(visit, self.added, HeatmapMode::Viewport, self.cell);
                }
                Layer::Elements => self.elements.add(visit, self.added),
                Layer::Findings => self.findings.add(visit),
            }
        }
    }

    /// A layer, to be kept.
    pub fn to_bytes(&self, layer: Layer) -> Vec<u8> {
        let text = |value: serde_json::Result<Vec<u8>>| value.unwrap_or_default();
        match layer {
            Layer::Figures => text(serde_json::to_vec(&self.figures)),
            Layer::Page => self.grids_of(HeatmapMode::Page).to_bytes(),
            Layer::Viewport => self.grids_of(HeatmapMode::Viewport).to_bytes(),
            Layer::Elements => text(serde_json::to_vec(&self.elements)),
            Layer::Findings => text(serde_json::to_vec(&self.findings)),
        }
    }

    /// Adds a layer that was kept, of other sessions.
    ///
    /// # Errors
    /// The bytes are not those of such a layer.
    pub fn add_bytes(&mut self, layer: Layer, bytes: &[u8]) -> Result<(), InvalidSums> {
        let json = |error| InvalidSums(Some(error));
        match layer {
            Layer::Figures => self.figures.merge(serde_json::from_slice(bytes).map_err(json)?),
            Layer::Page => grids(&mut self.page).add_bytes(bytes).map_err(|_| InvalidSums(None))?,
            Layer::Viewport => grids(&mut self.viewport).add_bytes(bytes).map_err(|_| InvalidSums(None))?,
            Layer::Elements => self.elements.merge(serde_json::from_slice(bytes).map_err(json)?),
            Layer::Findings => self.findings.merge(serde_json::from_slice(bytes).map_err(json)?),
        }
        Ok(())
    }

    /// Adds a layer of findings that was kept, of some hours alone. The sums are then for answers, and not to be kept.
    ///
    /// # Errors
    /// The bytes are not those of such a layer.
    pub fn add_findings(&mut self, bytes: &[u8], hours: &Hours) -> Result<(), InvalidSums> {
        let findings: Findings = serde_json::from_slice(bytes).map_err(|error| InvalidSums(Some(error)))?;
        self.findings.merge(findings.within(hours));
        Ok(())
    }

    /// Adds the sums over other sessions.
    pub fn merge(&mut self, other: &Self) {
        self.figures.merge(other.figures.clone());
        for (own, more) in [(&mut self.page, &other.page), (&mut self.viewport, &other.viewport)] {
            more.iter().for_each(|more| grids(own).merge(more));
        }
        self.elements.merge(other.elements.clone());
        self.findings.merge(other.findings.clone());
    }

    /// Whether there is nothing in a layer.
    pub fn is_empty(&self, layer: Layer) -> bool {
        match layer {
            Layer::Figures => self.figures.sessions == 0,
            Layer::Page => self.page.as_deref().is_none_or(Layers::is_empty),
            Layer::Viewport => self.viewport.as_deref().is_none_or(Layers::is_empty),
            Layer::Elements => self.elements == Elements::default(),
            Layer::Findings => self.findings == Findings::default(),
        }
    }

    /// Bytes of memory, about.
    pub fn size(&self) -> usize {
        let maps =
            self.page.iter().chain(&self.viewport).map(|grids| size_of::<Layers>() + grids.size()).sum::<usize>();
        size_of::<Self>() + self.figures.size() + maps + self.elements.size() + self.findings.size()
    }

    /// The grids of a mode; without any, empty ones.
    fn grids_of(&self, mode: HeatmapMode) -> Cow<'_, Layers> {
        let grids = if mode == HeatmapMode::Viewport { &self.viewport } else { &self.page };
        grids.as_deref().map_or_else(|| Cow::Owned(Layers::default()), Cow::Borrowed)
    }

    /// What is usual on the page, as far as enough sessions tell it.
    pub fn usual(&self) -> PageUsual {
        PageUsual {
            reversals: Some(self.figures.reversals),
            hesitation_ms: self.figures.hesitation.median(Usual::LEAST),
            first_click_ms: self.figures.first_click.median(Usual::LEAST),
        }
    }

    /// Sessions in it.
    pub fn sessions(&self) -> u64 {
        self.figures.sessions
    }
}

/// Adds to a sum. What is read from a store may be anything: a sum does not wrap.
fn raise(sum: &mut u64, by: u64) {
    *sum = sum.saturating_add(by);
}

fn grids(of: &mut Option<Box<Layers>>) -> &mut Layers {
    of.get_or_insert_default()
}

#[cfg(test)]
mod tests;
