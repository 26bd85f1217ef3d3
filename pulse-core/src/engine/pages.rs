//! What is read of pages: all sessions on them.

use std::{
    borrow::Cow,
    collections::{BTreeMap, btree_map::Entry},
};

use super::{
    Engine, EngineError,
    sums::{GroupBy, Summed, SumsRequest},
};
use crate::{
    analyze::{
        PageHeatmap, Thresholds,
        page::{CELL, Layer, PageLayout, PageRow, PageSums, Way},
    },
    model::is_page,
    wire::{HeatmapQuery, PageSort, PagesAnswer, PagesQuery, PathsAnswer, PathsQuery, QueryError},
};

/// Rows of an answer when no limit is asked for.
const ROWS: usize = 100;

impl Engine {
    /// `GET /api/heatmap`
    pub(crate) async fn page_heatmap(&self, query: HeatmapQuery) -> Result<PageHeatmap, EngineError> {
        let page = self.asked(&query.page).ok_or(QueryError {
            parameter: "page".into(),
            problem: "is needed: an address, a path that begins with a slash, or either with * for any text".into(),
        })?;
        let cell = query.cell.unwrap_or(CELL);
        let request = SumsRequest {
            layers: [Layer::Figures, Layer::Elements].into_iter().chain(Layer::of(query.mode)).collect(),
            page: Some(page.clone()),
            visitor: query.visitor,
            cell: if PageSums::is_kept(cell, query.count) { CELL } else { cell },
            group: GroupBy::Nothing,
            ..SumsRequest::new(query.scope, query.thresholds)
        };
        let (factor, none) = (cell / request.cell, PageSums::new(&[], request.cell));
        let summed = self.sums(request).await?;
        let (first, sums) = summed.sums.all().unwrap_or((&page, &none));
        // A path is that of a page on every host; the answer names the first of them.
        let name = if page.contains('*') { &page } else { first };
        Ok(PageHeatmap { partial: summed.is_partial, ..sums.heatmap(name, query.mode, query.count, factor) })
    }

    /// `GET /api/pages`
    pub(crate) async fn pages(&self, query: PagesQuery) -> Result<PagesAnswer, EngineError> {
        let page = self.asked(&query.page);
        let is_one = page.as_ref().is_some_and(|page| !page.contains('*'));
        let request = SumsRequest {
            page,
            layers: vec![Layer::Figures, Layer::Elements],
            group: if is_one { GroupBy::Band } else { GroupBy::Page },
            ..SumsRequest::new(query.scope, query.thresholds)
        };
        let Summed { sums, is_partial } = self.sums(request).await?;
        let mut bands: Vec<_> = sums.iter().collect();
        bands.sort_by_key(|(page, (device, band), _)| (*page, device.as_str(), *band));
        let mut pages: BTreeMap<&str, (Cow<'_, PageSums>, Vec<PageLayout>)> = BTreeMap::new();
        for (page, (device, band), of_band) in bands {
            let layout = of_band.layout(device, band);
            match pages.entry(page) {
                Entry::Vacant(new) => drop(new.insert((Cow::Borrowed(of_band), Vec::from_iter(layout)))),
                Entry::Occupied(mut known) => {
                    let (sums, layouts) = known.get_mut();
                    sums.to_mut().merge(of_band);
                    layouts.extend(layout);
                }
            }
        }
        let row = |(page, (sums, layouts)): (&str, (Cow<'_, PageSums>, _))| PageRow { layouts, ..sums.row(page) };
        let mut pages: Vec<PageRow> = pages.into_iter().map(row).collect();
        let rank = |row: &PageRow| match query.sort {
            PageSort::Sessions => row.sessions as f64,
            PageSort::Frustration => row.frustration * row.sessions as f64,
            PageSort::Time => row.time_ms as f64,
        };
        pages.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then_with(|| a.page.cmp(&b.page)));
        let total = pages.len() as u64;
        pages.truncate(query.limit.unwrap_or(ROWS));
        Ok(PagesAnswer { shown: pages.len() as u64, total, partial: is_partial, pages })
    }

    /// `GET /api/paths`
    pub(crate) async fn paths(&self, query: PathsQuery) -> Result<PathsAnswer, EngineError> {
        let target = self.asked(&query.page);
        let Summed { sums, is_partial } = self.sums(SumsRequest::new(query.scope, Thresholds::default())).await?;
        let pages = || sums.iter().map(|(page, _, sums)| (page, sums));
        let mut nodes: Vec<_> = pages().map(|(page, sums)| sums.node(page, &self.goals)).collect();
        nodes.sort_by(|a, b| b.sessions.cmp(&a.sessions).then_with(|| a.page.cmp(&b.page)));
        let mut edges: Vec<_> = pages().flat_map(|(page, sums)| sums.edges(page)).collect();
        edges.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to))));
        let is_target = |page: &str| target.as_deref().is_none_or(|target| is_page(page, target));
        let mut paths: Vec<Way> =
            pages().filter(|(page, _)| is_target(page)).flat_map(|(_, sums)| sums.ways()).collect();
        paths.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.pages.cmp(&b.pages)));
        let mut answer = PathsAnswer {
            nodes_total: nodes.len() as u64,
            edges_total: edges.len() as u64,
            paths_total: paths.len() as u64,
            partial: is_partial,
            nodes,
            edges,
            paths,
        };
        let limit = query.limit.unwrap_or(ROWS);
        answer.nodes.truncate(limit);
        answer.edges.truncate(limit);
        answer.paths.truncate(limit);
        Ok(answer)
    }
}
