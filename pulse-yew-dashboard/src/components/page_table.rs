//! The pages, as a table: those of the most visits or of the most trouble first.

use std::rc::Rc;

use pulse_core::{analyze::Tier, wire::PageSort};
use yew::prelude::*;

use super::{
    days_picker,
    notice::Notice,
    save_menu,
    segments::{self, segments},
    skeleton::skeleton,
    table_head::table_head,
};
use crate::{
    browser::{Dispatch, replace},
    format, order,
    route::{Days, PageChoice, View},
    state::{Action, PageLine, PagesTable, Remote},
    table::Table,
};

/// The orders.
const SORTS: [(PageSort, &str); 2] = [(PageSort::Sessions, "By visits"), (PageSort::Frustration, "By trouble")];

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) days: Days,
    pub(super) sort: PageSort,
    pub(super) pages: Remote<PagesTable>,
    pub(super) dispatch: Dispatch,
}

pub(super) fn page_table(props: &Props) -> Html {
    let Props { days, sort, pages: Remote { data, failure, .. }, dispatch } = props;
    let (days, sort) = (*days, *sort);
    let retry = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Retried))
    };
    let on_sort = Callback::from(move |i: usize| {
        if let Some((sort, _)) = SORTS.get(i) {
            replace(&View::Pages { days, sort: *sort });
        }
    });
    let saved = {
        let data = data.clone();
        Callback::from(move |()| data.as_deref().map(table).unwrap_or_default())
    };
    html! {
        <div class="page">
            <header class="head">
                <div class="who"><h1>{ "Pages" }</h1></div>
                { days_picker::days_picker(&days_picker::Props { days, view: Callback::from(move |days| View::Pages { days, sort }) }) }
            </header>
            <div class="tools">
                { segments(&segments::Props {
                    label: "Order",
                    names: SORTS.map(|(_, name)| name.into()).to_vec(),
                    chosen: SORTS.iter().position(|(of, _)| *of == sort),
                    on_choice: on_sort,
                }) }
                { save_menu::save_menu(&save_menu::Props { table: saved, on_picture: None }) }
            </div>
            if let Some(answer) = data {
                if answer.pages.is_empty() {
                    <p class="quiet">{ format!("No page was visited {}.", days.words()) }</p>
                } else {
                    { pages(answer, days, sort) }
                }
            } else if let Some(failure) = failure {
                <Notice failure={failure.clone()} on_retry={retry} />
            } else {
                <div class="card">{ skeleton("row", 8) }</div>
            }
        </div>
    }
}

/// What is shown of how much trouble a page is.
fn tier(line: &PageLine) -> Tier {
    Tier::of(line.frustration.round() as u32)
}

/// The lines in the order of what is shown: the server has the trouble of all visits together first.
fn sorted(answer: &PagesTable, sort: PageSort) -> Vec<&PageLine> {
    let mut lines: Vec<&PageLine> = answer.pages.iter().collect();
    if sort == PageSort::Frustration {
        order::sort_by(&mut lines, |a, b| tier(b).cmp(&tier(a)).then(b.frustration.total_cmp(&a.frustration)));
    }
    lines
}

fn pages(answer: &Rc<PagesTable>, days: Days, sort: PageSort) -> Html {
    let most = answer.pages.iter().map(|page| page.sessions).max().unwrap_or(1).max(1) as f64;
    let shown = answer.pages.len() as u64;
    html! {
        <>
            <div class="card wide-table" tabindex="0" role="region" aria-label="Pages">
                <table class="num">
                    { table_head(&["Page", "Visits", "Trouble", "Rage clicks", "Dead clicks", "Errors", "Time", "Left here"]) }
                    <tbody>{ for sorted(answer, sort).into_iter().map(|line| row(line, most, days)) }</tbody>
                </table>
            </div>
            if shown < answer.total {
                <p class="quiet small num">{ format!("The first {} of {}.", format::grouped(shown), format::count(answer.total, "page")) }</p>
            }
            if answer.partial { <p class="quiet small">{ "Older visits are still being counted." }</p> }
        </>
    }
}

fn row(line: &PageLine, most: f64, days: Days) -> Html {
    let href = View::Page(PageChoice { days, ..PageChoice::new(line.page.clone()) }).to_string();
    let tier = tier(line);
    let class = match tier {
        Tier::High => "tier high",
        Tier::Medium => "tier medium",
        Tier::Low | Tier::None => "tier",
    };
    let width = (line.sessions as f64 / most * 100.0).to_string();
    let count = |n: u64, class: &'static str| {
        html! { <td class={classes!((n > 0).then_some(class))}>{ format::grouped(n) }</td> }
    };
    let left = format::percent(line.exits as f64 / line.sessions.max(1) as f64);
    html! {
        <tr key={line.page.clone()}>
            <th scope="row">
                <a {href} data-testid="page-row" title={line.page.clone()}>{ format::path_of(&line.page) }</a>
                <span class="small quiet cut">{ format::host_of(&line.page).unwrap_or_default() }</span>
            </th>
            <td class="visits">
                { format::grouped(line.sessions) }
                <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect {width} height="4" /></svg>
            </td>
            <td class={class}>{ if tier == Tier::None { "None" } else { format::tier(tier) } }</td>
            { count(line.rage, "bad") }
            { count(line.dead, "some") }
            { count(line.error_clicks, "bad") }
            <td>{ format::duration(line.mean_time_ms as i64) }</td>
            <td>{ left }</td>
        </tr>
    }
}

fn table(answer: &PagesTable) -> Table {
    let row = |line: &PageLine| {
        vec![
            line.page.as_str().into(),
            line.sessions.into(),
            line.frustration.into(),
            line.clicks.into(),
            line.rage.into(),
            line.dead.into(),
            line.error_clicks.into(),
            line.mean_time_ms.into(),
            line.exits.into(),
        ]
    };
    Table {
        name: "pages".to_owned(),
        head: vec![
            "page",
            "visits",
            "trouble",
            "clicks",
            "rage_clicks",
            "dead_clicks",
            "error_clicks",
            "mean_time_ms",
            "exits",
        ],
        rows: answer.pages.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_stand_in_the_order_of_the_trouble_that_is_shown() {
        let line = |page: &str, sessions, frustration| PageLine {
            page: page.to_owned(),
            sessions,
            frustration,
            ..PageLine::default()
        };
        // As the server has them: by the trouble of all visits together.
        let pages = vec![line("/busy", 900, 0.4), line("/bad", 3, 12.0), line("/some", 20, 7.0)];
        let answer = PagesTable { pages, ..PagesTable::default() };
        let names = |sort| sorted(&answer, sort).into_iter().map(|line| line.page.as_str()).collect::<Vec<_>>();
        assert_eq!(names(PageSort::Frustration), ["/bad", "/some", "/busy"]);
        assert_eq!(names(PageSort::Sessions), ["/busy", "/bad", "/some"]);
    }
}
