//! What can be asked of many visits.

use crate::{
    analyze::{
        Thresholds,
        page::{CELL, Layer, Part, Scope},
    },
    model::{VisitorId, is_page},
    store::{Day, PageMatch, RollupQuery, SegmentId, day_of},
};

/// Which visits are summed, and how.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Asked {
    /// Name of a page, its path or a pattern; all when not said.
    pub(in super::super) page: Option<String>,
    pub(in super::super) visitor: Option<VisitorId>,
    pub(in super::super) scope: Scope,
    pub(in super::super) thresholds: Thresholds,
    pub(in super::super) layers: Vec<Layer>,
    pub(in super::super) cell: u32,
    pub(in super::super) by: By,
}

/// What has sums of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum By {
    /// All pages that are asked for are one.
    All,
    /// Each page.
    Page,
    /// Each page in each band of widths.
    Band,
}

impl Asked {
    /// Figures of all visits of a scope, page by page.
    pub(in super::super) fn new(scope: Scope, thresholds: Thresholds) -> Self {
        let layers = vec![Layer::Figures];
        Self { page: None, visitor: None, scope, thresholds, layers, cell: CELL, by: By::Page }
    }

    /// Whether sums that are kept can be used: they were made with the defaults.
    pub(super) fn can_use_kept(&self) -> bool {
        self.cell == CELL && self.thresholds == Thresholds::default()
    }

    /// Whether all sums that are kept of its pages and parts are meant, whatever is in them.
    pub(super) fn takes_all_kept(&self) -> bool {
        self.can_use_kept() && !self.scope.is_fine()
    }

    pub(super) fn is_page(&self, page: &str) -> bool {
        self.page.as_deref().is_none_or(|asked| is_page(page, asked))
    }

    pub(super) fn query(&self, layers: &[Layer], except: Vec<SegmentId>, known: Vec<SegmentId>) -> RollupQuery {
        let days = self.scope.from.map_or(Day::MIN, day_of)..=self.scope.to.map_or(Day::MAX, day_of);
        let numbers = |parts: &mut dyn Iterator<Item = Part>| parts.map(Part::number).collect();
        let parts = match (self.scope.parts(), self.by) {
            (Some(parts), _) => numbers(&mut parts.into_iter()),
            (None, By::Band) => numbers(&mut Part::all()),
            (None, By::All | By::Page) => vec![Part::WHOLE],
        };
        RollupQuery {
            page: self.page.as_deref().map_or(PageMatch::All, PageMatch::new),
            days,
            from: self.scope.from,
            to: self.scope.to,
            parts: Some(parts),
            layers: layers.iter().map(|layer| layer.number()).collect(),
            except,
            known,
        }
    }
}
