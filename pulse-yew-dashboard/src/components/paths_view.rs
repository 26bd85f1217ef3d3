//! The ways between pages: how wide each is, where trouble is, and where they end.

use std::rc::Rc;

use pulse_core::{analyze::Tier, wire::PathsAnswer};
use yew::prelude::*;

use super::{days_picker, icon::icon, notice::Notice, save_menu, skeleton::skeleton, table_head::table_head};
use crate::{
    browser::Dispatch,
    flow::{Flow, FlowPage},
    format,
    route::{Days, View},
    state::{Action, Remote, Stretch},
    table::Table,
};

/// Ways that are listed.
const WAYS: usize = 12;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) of: Stretch,
    pub(super) paths: Remote<PathsAnswer>,
    pub(super) dispatch: Dispatch,
}

pub(super) fn paths_view(props: &Props) -> Html {
    let Props { of, paths: Remote { data, failure, .. }, dispatch } = props;
    let retry = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Retried))
    };
    let view = {
        let page = of.page.clone();
        Callback::from(move |days: Days| View::Paths { page: page.clone(), days })
    };
    let saved = {
        let data = data.clone();
        Callback::from(move |()| data.as_deref().map(table).unwrap_or_default())
    };
    html! {
        <div class="page">
            <header class="head">
                <div class="who"><h1>{ "Paths" }</h1></div>
                { days_picker::days_picker(&days_picker::Props { days: of.days, view }) }
            </header>
            if let Some(answer) = data {
                if answer.nodes.is_empty() {
                    <p class="quiet">{ format!("Nobody came {}.", of.days.words()) }</p>
                } else {
                    <section class="card panel" aria-label="Flow between pages">
                        <header>
                            <p class="small quiet">{ "As wide as the traffic. Choose a page to see how people come to it." }</p>
                            { save_menu::save_menu(&save_menu::Props { table: saved, on_picture: None }) }
                        </header>
                        <FlowChart answer={answer.clone()} of={of.clone()} />
                    </section>
                    { ways(answer, of) }
                }
            } else if let Some(failure) = failure {
                <Notice failure={failure.clone()} on_retry={retry} />
            } else {
                <section class="card panel">{ skeleton("stage-wait", 1) }</section>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct FlowProps {
    answer: Rc<PathsAnswer>,
    of: Stretch,
}

#[component]
fn FlowChart(props: &FlowProps) -> Html {
    let FlowProps { answer, of } = props;
    let flow = use_memo(answer.clone(), |answer| Flow::new(answer));
    let (width, height) = flow.size;
    let chosen = |i: usize| flow.pages.get(i).is_some_and(|page| Some(&page.page) == of.page.as_ref());
    let step = |step: &crate::flow::FlowStep| {
        let on = of.page.is_none() || chosen(step.between.0) || chosen(step.between.1);
        let name = |i: usize| flow.pages.get(i).map(|page| format::path_of(&page.page).to_owned()).unwrap_or_default();
        let title =
            format!("{} → {}: {}", name(step.between.0), name(step.between.1), format::count(step.count, "time"));
        html! {
            <path class={classes!("step", (!on).then_some("off"))} d={step.path.clone()} stroke-width={step.width.to_string()}><title>{ title }</title></path>
        }
    };
    html! {
        <>
        <div class="flow" tabindex="0" role="region" aria-label="Drawing of the flow">
            <svg viewBox={format!("0 0 {width} {height}")}>
                { for flow.steps.iter().map(step) }
                { for flow.pages.iter().enumerate().map(|(i, page)| bar(page, chosen(i), of.days)) }
            </svg>
        </div>
        <p class="back-steps small quiet num">{ undrawn(&flow, answer.edges_total) }</p>
        </>
    }
}

/// How much of the steps is drawn, and which of the others are the largest.
fn undrawn(flow: &Flow, steps: u64) -> String {
    let mut said = format!("{} of {} steps shown.", flow.steps.len(), format::grouped(steps));
    for (n, (from, to, count)) in flow.back.iter().enumerate() {
        said += if n == 0 { " The largest steps back: " } else { ", " };
        said += &format!("{} → {} {}", format::path_of(from), format::path_of(to), format::grouped(*count));
    }
    said
}

fn bar(page: &FlowPage, chosen: bool, days: Days) -> Html {
    let [x, y, w, h] = page.rect;
    let class = match (page.is_goal, page.tier) {
        (true, _) => "goal",
        (_, Tier::High) => "high",
        (_, Tier::Medium) => "medium",
        _ => "",
    };
    let said = match (page.is_goal, page.tier) {
        (true, _) => ", goal",
        (_, Tier::High) => ", high trouble",
        (_, Tier::Medium) => ", medium trouble",
        _ => "",
    };
    let left = format::percent(page.exits as f64 / page.sessions.max(1) as f64);
    let href = View::Paths { page: (!chosen).then(|| page.page.clone()), days }.to_string();
    let name: String = format::path_of(&page.page).chars().take(24).collect();
    let visits = format!("{}{said}", format::grouped(page.sessions));
    let title =
        format!("{}, {}, {left} left here{said}", format::path_of(&page.page), format::count(page.sessions, "visit"));
    html! {
        <a {href} class={classes!("stop", class, chosen.then_some("on"))} aria-current={chosen.then_some("true")}>
            <title>{ title }</title>
            <rect x={x.to_string()} y={y.to_string()} width={w.to_string()} height={h.to_string()} rx="4" />
            <text x={x.to_string()} y={(y - 20.0).to_string()}>{ name }</text>
            <text class="quiet" x={x.to_string()} y={(y - 5.0).to_string()}>{ visits }</text>
        </a>
    }
}

fn ways(answer: &PathsAnswer, of: &Stretch) -> Html {
    let long = answer.paths.iter().filter(|way| way.pages.len() > 1).take(WAYS);
    let item = |way: &pulse_core::analyze::page::Way| {
        let names: Vec<&str> = way.pages.iter().map(|page| format::path_of(page)).collect();
        html! { <tr><td class="way">{ names.join(" → ") }</td><td>{ format::grouped(way.count) }</td></tr> }
    };
    html! {
        <section class="card wide-table" aria-labelledby="ways">
            <header>
                <h2 id="ways">
                    { of.page.as_ref().map_or_else(|| "The most usual ways".to_owned(), |page| format!("How people come to {}", format::path_of(page))) }
                </h2>
                if let Some(page) = &of.page {
                    <p class="small facts">
                        <a href={View::of_page(page.clone()).to_string()}>{ "Map of the page" }</a>
                        <a href={View::sessions(Some(page.clone())).to_string()}>{ "Its visits" }</a>
                        <a href={View::Paths { page: None, days: of.days }.to_string()} aria-label="Ways to all pages">{ icon("close") }</a>
                    </p>
                }
            </header>
            <table class="num small">
                { table_head(&["Way", "Visits"]) }
                <tbody>{ for long.map(item) }</tbody>
            </table>
        </section>
    }
}

fn table(answer: &PathsAnswer) -> Table {
    let rows =
        answer.edges.iter().map(|edge| vec![edge.from.as_str().into(), edge.to.as_str().into(), edge.count.into()]);
    Table { name: "paths".to_owned(), head: vec!["from", "to", "count"], rows: rows.collect() }
}
