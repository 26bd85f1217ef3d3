//! Pages and their elements.

use super::{
    agent::Agent,
    answer::{Answer, data, share, span},
    arguments::{ElementReport, PageReport, Visits},
    definitions::LIMITS,
    problems::lines,
    refusal::Refusal,
};
use crate::{
    analyze::{ElementMap, HeatmapMode, page::PageRow},
    engine::EngineError,
    model::Element,
    wire::{HeatmapQuery, PagesQuery, ProblemRow, ProblemsQuery, Query, VisitsQuery},
};

/// Pages that are listed.
const PAGES: usize = 20;

/// Elements of a page.
const ELEMENTS: usize = 12;

/// Problems of a page.
const PROBLEMS: usize = 6;

impl Agent {
    pub(super) async fn page_report(&self, asked: Result<PageReport, Refusal>) -> Result<String, Refusal> {
        let PageReport { page, from, to, device } = asked?;
        let visits = Visits { from, to, device, ..Visits::default() }.query();
        match page {
            None => self.list_pages(visits).await,
            Some(page) => self.one_page(page, visits).await,
        }
    }

    async fn list_pages(&self, visits: VisitsQuery) -> Result<String, Refusal> {
        let query = PagesQuery { scope: visits.scope(), limit: Some(PAGES), ..PagesQuery::default() };
        query.check()?;
        let found = self.engine.pages(query).await?;
        let heading = format!("{} pages, {} shown.", found.total, found.pages.len());
        let mut answer = Answer::new(&heading, &format!("page_report with a page says more of it.\n{LIMITS}\n"));
        found.pages.iter().for_each(|row| answer.add(&row_line(row)));
        Ok(answer.finish())
    }

    async fn one_page(&self, page: String, visits: VisitsQuery) -> Result<String, Refusal> {
        let scope = visits.scope();
        let query = PagesQuery { page: Some(page.clone()), scope, ..PagesQuery::default() };
        query.check()?;
        let pages = self.engine.pages(query).await?;
        if pages.pages.is_empty() {
            return Err(EngineError::UnknownPage.into());
        }
        let elements = self.elements(&page, visits).await?;
        let problems = self.problems_of(&page, visits).await?;
        let end = format!("explain_problem takes an id in brackets, element_report a path.\n{LIMITS}\n");
        let mut answer = Answer::new("Page report.", &end);
        for row in pages.pages.iter().take(PAGES) {
            answer.add(&row_line(row));
            if let Some(half) = row.scroll_reach.get(50) {
                let end = row.scroll_reach.last().copied().unwrap_or_default();
                answer.add(&format!(
                    "   of n={} visits, {:.0}% saw the middle of the page and {:.0}% its end; first in {}, last in {}",
                    row.sessions,
                    half * 100.0,
                    end * 100.0,
                    row.entries,
                    row.exits,
                ));
            }
        }
        problems.iter().take(PROBLEMS).for_each(|row| answer.add(&lines(row)));
        elements.iter().take(ELEMENTS).for_each(|of| answer.add(&element_line(of)));
        Ok(answer.finish())
    }

    pub(super) async fn element_report(&self, asked: Result<ElementReport, Refusal>) -> Result<String, Refusal> {
        let ElementReport { page, element, from, to, device } = asked?;
        let visits = Visits { from, to, device, ..Visits::default() }.query();
        let is_it = |path: &str, label: Option<&str>| path == element || label == Some(element.as_str());
        let elements = self.elements(&page, visits).await?;
        let clicked: Vec<&ElementMap> =
            elements.iter().filter(|of| is_it(&of.element.path, of.element.label.as_deref())).collect();
        let problems = self.problems_of(&page, visits).await?;
        let about: Vec<&ProblemRow> = problems
            .iter()
            .filter(|row| {
                let named = [&row.element, &row.other];
                named.into_iter().flatten().any(|of| is_it(&of.path, of.label.as_deref()))
            })
            .collect();
        if clicked.is_empty() && about.is_empty() {
            return Err(Refusal::new(
                "no visit clicked an element of that path or label on that page, and no problem names it. page_report \
                 lists the elements of a page; path and label are compared to the letter, without « and ».",
            ));
        }
        let mut answer = Answer::new("Element report.", &format!("{LIMITS}\n"));
        for of in clicked {
            answer.add(&element_line(of));
            answer.add(&place_line(&of.element));
        }
        about.into_iter().for_each(|row| answer.add(&lines(row)));
        Ok(answer.finish())
    }

    async fn elements(&self, page: &str, visits: VisitsQuery) -> Result<Vec<ElementMap>, Refusal> {
        let query = HeatmapQuery { mode: HeatmapMode::Element, scope: visits.scope(), ..HeatmapQuery::of_page(page) };
        query.check()?;
        Ok(self.engine.page_heatmap(query).await?.elements)
    }

    async fn problems_of(&self, page: &str, visits: VisitsQuery) -> Result<Vec<ProblemRow>, Refusal> {
        let query = ProblemsQuery { page: Some(page.to_owned()), visits, ..ProblemsQuery::default() };
        Ok(self.engine.problems(query).await?.problems)
    }
}

pub(super) fn row_line(row: &PageRow) -> String {
    format!(
        "page {}: n={} visits, {} views of {} each; {} clicks, {} rage bursts, {} dead clicks, {} clicks into an error, \
         {} script errors, {} left at once for the page before; mean frustration {:.1}",
        data(&row.page),
        row.sessions,
        row.views,
        span(row.mean_time_ms),
        row.clicks,
        row.rage,
        row.dead,
        row.error_clicks,
        row.errors,
        row.quick_backs,
        row.frustration,
    )
}

/// An element as it was clicked.
pub(super) fn named(element: &Element) -> String {
    let label = element.label.as_deref().map_or_else(|| "without a label".to_owned(), data);
    format!("{label}, path {}", data(&element.path))
}

fn element_line(of: &ElementMap) -> String {
    format!(
        "element {}: {} clicks in n={} visits; {} rage bursts, dead clicks {}, clicks into an error {}",
        named(&of.element),
        of.clicks,
        of.sessions,
        of.rage,
        share(of.dead, of.clicks),
        of.error_clicks,
    )
}

fn place_line(element: &Element) -> String {
    let is_control = if element.interactive { "is a control" } else { "is no control by its markup" };
    match element.rect {
        Some([x, y, w, h]) => format!("   tag {}, {is_control}, box x={x} y={y} w={w} h={h} px", data(&element.tag)),
        None => format!("   tag {}, {is_control}", data(&element.tag)),
    }
}
