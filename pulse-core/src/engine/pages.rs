//! What is read of pages: all sessions on them.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Mutex, PoisonError},
};

use super::{
    Engine, EngineError,
    sums::{Asked, Sums, unreadable},
};
use crate::{
    analyze::{
        PageHeatmap, Thresholds,
        page::{CELL, Layer, PageLayout, PageRow, PageSums, Part, Way},
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
            problem: "is needed: an address, a path that begins with a slash, or either with * for any text",
        })?;
        let cell = query.cell.unwrap_or(CELL);
        let asked = Asked {
            layers: [Layer::Figures, Layer::Elements].into_iter().chain(Layer::of(query.mode)).collect(),
            page: Some(page.clone()),
            visitor: query.visitor,
            cell: if PageSums::is_kept(cell, query.count) { CELL } else { cell },
            ..Asked::new(query.scope, query.thresholds)
        };
        let factor = cell / asked.cell;
        // A path is that of a page on every host; the answer names the first of them.
        let name = Mutex::new(None::<String>);
        let note = |page: &str, _: Part| {
            let mut name = name.lock().unwrap_or_else(PoisonError::into_inner);
            if name.as_deref().is_none_or(|name| page < name) {
                *name = Some(page.to_owned());
            }
        };
        let Sums { by_key, .. } = self.sums(&asked, note).await?;
        let sums = by_key.into_values().next().unwrap_or_else(|| PageSums::new(&asked.layers, asked.cell));
        let name = name.into_inner().unwrap_or_else(PoisonError::into_inner).filter(|_| !page.contains('*'));
        Ok(sums.heatmap(&name.unwrap_or(page), query.mode, query.count, factor))
    }

    /// `GET /api/pages`
    pub(crate) async fn pages(&self, query: PagesQuery) -> Result<PagesAnswer, EngineError> {
        let page = self.asked(&query.page);
        let is_one = page.as_ref().is_some_and(|page| !page.contains('*'));
        let asked =
            Asked { page, layers: vec![Layer::Figures, Layer::Elements], ..Asked::new(query.scope, query.thresholds) };
        let key = |page: &str, part: Part| (page.to_owned(), if is_one { part.band() } else { 0 });
        let sums = self.sums(&asked, key).await?;
        let mut pages: HashMap<String, (PageSums, Vec<PageLayout>)> = HashMap::new();
        let mut bands: Vec<_> = sums.by_key.into_iter().collect();
        bands.sort_by(|a, b| a.0.cmp(&b.0));
        for ((page, band), of_band) in bands {
            let layout = of_band.layout(band);
            match pages.entry(page) {
                Entry::Vacant(new) => drop(new.insert((of_band, Vec::from_iter(layout)))),
                Entry::Occupied(mut known) => {
                    let (sums, layouts) = known.get_mut();
                    for layer in &asked.layers {
                        sums.add_bytes(*layer, &of_band.to_bytes(*layer)).map_err(unreadable)?;
                    }
                    layouts.extend(layout);
                }
            }
        }
        let row = |(page, (sums, layouts)): (String, (PageSums, _))| PageRow { layouts, ..sums.row(&page) };
        let mut pages: Vec<PageRow> = pages.into_iter().map(row).collect();
        let rank = |row: &PageRow| match query.sort {
            PageSort::Sessions => row.sessions as f64,
            PageSort::Frustration => row.frustration * row.sessions as f64,
            PageSort::Time => row.time_ms as f64,
        };
        pages.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then_with(|| a.page.cmp(&b.page)));
        let total = pages.len() as u64;
        pages.truncate(query.limit.unwrap_or(ROWS));
        Ok(PagesAnswer { shown: pages.len() as u64, total, pages })
    }

    /// `GET /api/paths`
    pub(crate) async fn paths(&self, query: PathsQuery) -> Result<PathsAnswer, EngineError> {
        let target = self.asked(&query.page);
        let asked = Asked::new(query.scope, Thresholds::default());
        let sums = self.sums(&asked, |page, _| page.to_owned()).await?;
        let pages = || sums.by_key.iter();
        let mut nodes: Vec<_> = pages().map(|(page, sums)| sums.node(page)).collect();
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
