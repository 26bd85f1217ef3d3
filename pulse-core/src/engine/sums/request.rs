//! What can be asked of the visits of many sessions.

use crate::{
    analyze::{
        Thresholds,
        page::{CELL, Hours, Layer, Part, Scope},
    },
    model::{VisitorId, is_page},
    store::{PageMatch, SetId, SumsQuery},
};

/// Which visits are summed up, and how.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct SumsRequest {
    /// Name of a page, its path or a pattern; all pages when there is none.
    pub(in super::super) page: Option<String>,
    pub(in super::super) visitor: Option<VisitorId>,
    pub(in super::super) scope: Scope,
    pub(in super::super) thresholds: Thresholds,
    pub(in super::super) layers: Vec<Layer>,
    pub(in super::super) cell: u32,
    pub(in super::super) group: GroupBy,
    /// Which hours findings are of, and how finely they are counted.
    pub(in super::super) hours: Hours,
}

/// What has sums of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum GroupBy {
    /// All pages together.
    Nothing,
    /// Each page.
    Page,
    /// Each page on each kind of device in each width band.
    Band,
}

impl SumsRequest {
    /// The figures of all visits of a scope, page by page.
    pub(in super::super) fn new(scope: Scope, thresholds: Thresholds) -> Self {
        let layers = vec![Layer::Figures];
        Self {
            page: None,
            visitor: None,
            scope,
            thresholds,
            layers,
            cell: CELL,
            group: GroupBy::Page,
            hours: Hours::default(),
        }
    }

    /// Whether published sums can answer it: they are made with the default thresholds and cells.
    pub(super) fn can_use_sums(&self) -> bool {
        self.cell == CELL && self.thresholds == Thresholds::default()
    }

    pub(super) fn is_page(&self, page: &str) -> bool {
        self.page.as_deref().is_none_or(|asked| is_page(page, asked))
    }

    pub(super) fn page_match(&self) -> PageMatch {
        self.page.as_deref().map_or(PageMatch::All, PageMatch::new)
    }

    /// The rows of these sets that answer it.
    pub(super) fn query(&self, sets: Vec<SetId>, layers: &[Layer]) -> SumsQuery {
        let numbers = |parts: &mut dyn Iterator<Item = Part>| parts.map(Part::number).collect();
        let parts = match (self.scope.parts(), self.group) {
            (Some(parts), _) => numbers(&mut parts.into_iter()),
            (None, GroupBy::Band) => numbers(&mut Part::all()),
            (None, GroupBy::Nothing | GroupBy::Page) => vec![Part::WHOLE],
        };
        let layers = layers.iter().map(|layer| layer.number()).collect();
        SumsQuery { sets, page: self.page_match(), parts: Some(parts), layers }
    }
}
