//! What an analyst says of a page or of the site, and a question in one's own words.

use pulse_core::model::{Insight, Subject};
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
    let place = match subject {
        Subject::Site => "Why do people leave?",
        Subject::Page(_) | Subject::Session(_) => "Why do people leave this page?",
    };
    html! {
        <section class="ask-slot" aria-label="Insights">
            <InsightCard insight={insight.clone()} origin={0} subject={subject.clone()} {on_retry} />
            <form class="ask" {onsubmit}>
                <input type="search" aria-label="A question about these visits" maxlength="300" placeholder={place} ref={field} />
                <button type="submit" disabled={insight.busy}>{ if insight.busy { "Asking" } else if insight.data.is_some() { "Ask" } else { "Get insights" } }</button>
            </form>
        </section>
    }
}
