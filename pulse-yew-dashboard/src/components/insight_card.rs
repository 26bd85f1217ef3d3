//! What an analyst says: the main problem large, then what was noticed and what to do.

use std::rc::Rc;

use pulse_core::model::{AnalystKind, Evidence, Insight, Millis, Severity, Source, Subject};
use yew::prelude::*;

use super::{copy_button::CopyButton, evidence, notice::Notice, skeleton::skeleton};
use crate::{format, markdown, state::Remote};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) insight: Remote<Insight>,
    pub(super) origin: Millis,
    /// What it is about: evidence of many sessions leads to these.
    #[prop_or(Subject::Site)]
    pub(super) subject: Subject,
    /// Shows a time of the session that is shown.
    #[prop_or_default]
    pub(super) on_time: Option<Callback<Millis>>,
    pub(super) on_retry: Callback<MouseEvent>,
}

#[component]
pub(super) fn InsightCard(props: &Props) -> Html {
    let Remote { data, failure, busy } = &props.insight;
    let said = match (busy, data) {
        (true, None) => "Insights are on their way.",
        (true, Some(_)) => "The built-in rules have answered, and more is being asked for.",
        (false, Some(_)) => "Insights are ready.",
        (false, None) => "",
    };
    html! {
        <div class="insight-slot">
            <p class="unseen" role="status">{ said }</p>
            if let Some(failure) = failure {
                <Notice failure={failure.clone()} on_retry={props.on_retry.clone()} />
            }
            if let Some(insight) = data {
                { card(insight, props) }
            } else if *busy {
                <div class="card insight" aria-hidden="true">
                    <p class="small quiet">{ "Looking at what happened" }</p>
                    { skeleton("lead", 1) }
                    { skeleton("finding", 4) }
                </div>
            }
        </div>
    }
}

fn card(insight: &Rc<Insight>, props: &Props) -> Html {
    let chips = |evidence: &Vec<Evidence>| {
        html! { { evidence::evidence_chips(&evidence::Props { evidence: evidence.clone(), origin: props.origin, subject: props.subject.clone(), on_time: props.on_time.clone() }) } }
    };
    let problem = &insight.main_problem;
    let text = {
        let insight = insight.clone();
        Callback::from(move |()| markdown::insight(&insight, &source(&insight.source)))
    };
    html! {
        <section class="card insight" aria-labelledby="main-problem">
            if let Some(answer) = &insight.answer {
                <div class="reply">
                    <p class="small quiet">{ &answer.question }</p>
                    <p class="lead">{ &answer.text }</p>
                    { chips(&answer.evidence) }
                </div>
            }
            <p class="small quiet">
                { "Main usability problem" }
                <span class={classes!("severity", (problem.severity == Severity::High).then_some("high"))}>
                    { format::severity(problem.severity) }
                </span>
            </p>
            <h2 class="lead" id="main-problem" data-testid="insight-main">{ &problem.title }</h2>
            <p class="quiet story">{ &problem.detail }</p>
            { chips(&problem.evidence) }
            <h3>{ "What stands out" }</h3>
            <ul class="findings">
                { for insight.insights.iter().map(|finding| html! {
                    <li data-testid="insight-item">
                        <h4>{ &finding.title }</h4>
                        <p class="quiet small">{ &finding.detail }</p>
                        { chips(&finding.evidence) }
                    </li>
                }) }
            </ul>
            <h3>{ "What to do" }</h3>
            <ol class="findings actions">
                { for insight.recommendations.iter().map(|todo| html! {
                    <li data-testid="insight-recommendation">
                        <h4>{ &todo.action }</h4>
                        <p class="quiet small">{ &todo.rationale }</p>
                        { chips(&todo.evidence) }
                    </li>
                }) }
            </ol>
            <div class="source small quiet">
                <p data-testid="insight-source">
                    { source(&insight.source) }
                    if props.insight.busy { { ". A new answer is on its way." } }
                </p>
                <CopyButton name="Copy as Markdown" label="Copy as Markdown: the insights" {text} />
            </div>
        </section>
    }
}

/// Who says so, and why it was not who was asked first.
fn source(source: &Source) -> String {
    let who = match source.analyst {
        AnalystKind::Gemini => format!("Gemini, {}", source.model),
        AnalystKind::Rules => "Built-in rules".to_owned(),
        _ => source.model.clone(),
    };
    match &source.reason {
        Some(reason) => format!("{who}: {reason}"),
        None => who,
    }
}
