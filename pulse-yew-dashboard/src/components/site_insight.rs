//! What an analyst says of a page or of the site, and a question in one's own words.

use pulse_core::model::{AnalystKind, Insight, Source, Subject};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::insight_card::InsightCard;
use crate::{
    browser::Dispatch,
    state::{Action, Remote},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) subject: Subject,
    pub(super) insight: Remote<Insight>,
    pub(super) dispatch: Dispatch,
}

#[component]
pub(super) fn SiteInsight(props: &Props) -> Html {
    let Props { subject, insight, dispatch } = props;
    let field = use_node_ref();
    let ask = {
        let (subject, dispatch) = (subject.clone(), dispatch.clone());
        Callback::from(move |question: Option<String>| {
            dispatch.dispatch(Action::InsightRequested(subject.clone(), question));
        })
    };
    let onsubmit = {
        let (field, ask) = (field.clone(), ask.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let question = field.cast::<HtmlInputElement>().map(|field| field.value()).unwrap_or_default();
            let question = question.trim();
            ask.emit((!question.is_empty()).then(|| question.to_owned()));
        })
    };
    let on_retry = {
        let ask = ask.clone();
        Callback::from(move |_: MouseEvent| ask.emit(None))
    };
    // The first answer tells whether there is a model: the rules alone read no questions.
    let reads = insight.data.as_deref().is_some_and(|insight| has_model(&insight.source));
    let place = match subject {
        Subject::Site => "Why do people leave?",
        Subject::Page(_) | Subject::Session(_) => "Why do people leave this page?",
    };
    html! {
        <section class="ask-slot" aria-label="Insights">
            <InsightCard insight={insight.clone()} origin={0} subject={subject.clone()} {on_retry} />
            <form class="ask" {onsubmit}>
                if reads {
                    <input type="search" aria-label="A question about these visits" maxlength="300" placeholder={place} ref={field} />
                }
                <button type="submit" disabled={insight.busy}>
                    { match (insight.busy, insight.data.is_some(), reads) {
                        (true, ..) => "Asking",
                        (_, false, _) => "Get insights",
                        (_, _, true) => "Ask",
                        _ => "Get insights again",
                    } }
                </button>
            </form>
        </section>
    }
}

/// Whether a model answered, or would have: the rules say why when they stand in for one.
fn has_model(source: &Source) -> bool {
    source.analyst != AnalystKind::Rules || source.reason.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_alone_are_asked_nothing() {
        let source = |analyst, reason: Option<&str>| {
            let (model, reason) = (String::new(), reason.map(str::to_owned));
            Source { analyst, model, reason, tokens: None }
        };
        assert!(!has_model(&source(AnalystKind::Rules, None)));
        assert!(has_model(&source(AnalystKind::Rules, Some("the model did not answer"))));
        assert!(has_model(&source(AnalystKind::Gemini, None)));
    }
}
