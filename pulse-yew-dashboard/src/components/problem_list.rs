//! What to fix first, the heaviest problem on top, what was decided, and the way back from a decision.

use std::rc::Rc;

use pulse_core::{analyze::problems::ProblemStatus, model::Millis};
use web_sys::HtmlElement;
use yew::prelude::*;

use super::{decided, notice::Notice, problem_card::ProblemCard, skeleton::skeleton};
use crate::{
    browser::{self, Dispatch},
    format,
    route::Days,
    state::{Action, Decision, Fixed, Problems, Reads, Remote, ToFix},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) reads: Rc<Reads>,
    pub(super) to_fix: ToFix,
    /// Visits there are.
    pub(super) all: Option<u64>,
    pub(super) days: Days,
    pub(super) now: Millis,
    pub(super) dispatch: Dispatch,
}

pub(super) fn problem_list(props: &Props) -> Html {
    let Props { reads, to_fix, all, days, now, dispatch } = props;
    let Remote { data, failure, .. } = &reads.problems.remote;
    let retry = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Retried))
    };
    let more = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::MoreProblems))
    };
    let outlines = reads.outlines.remote.data.as_deref();
    html! {
        <>
            <Taken taken={to_fix.taken.clone()} now={*now} dispatch={dispatch.clone()} />
            if let Some(problems) = data {
                if let Some(all) = all.filter(|all| problems.is_behind(*all)) {
                    <p class="quiet num" role="status">
                        { format!("So far {} of {} visits are looked through. The others follow by themselves.", format::grouped(problems.visits), format::grouped(all)) }
                    </p>
                }
                if problems.rows.is_empty() {
                    { nothing(problems, *days) }
                } else {
                    <ol class="problems" aria-label="Problems, the worst first">
                        { for problems.rows.iter().map(|row| html! {
                            <ProblemCard key={row.id.as_str()} row={row.clone()} days={*days} now={*now} dispatch={dispatch.clone()}
                                outline={outlines.and_then(|outlines| outlines.get(&row.page)).cloned()}
                                busy={to_fix.asked.as_ref().is_some_and(|asked| asked.id == row.id)} />
                        }) }
                    </ol>
                    <p class="quiet small num rest">
                        { rest(problems) }
                        if (problems.rows.len() as u64) < problems.total && problems.rows.len() < ToFix::MOST {
                            <button class="plain" type="button" onclick={more}>{ "Show more" }</button>
                        }
                    </p>
                }
                { decided::decided(&decided::Props { decided: reads.decided.remote.data.clone(), now: *now, dispatch: dispatch.clone(), busy: to_fix.asked.is_some() }) }
            } else if let Some(failure) = failure {
                <Notice failure={failure.clone()} on_retry={retry} />
            } else {
                { skeleton("overview", 3) }
            }
        </>
    }
}

fn nothing(problems: &Problems, days: Days) -> Html {
    html! {
        <div class="card problem">
            <h2>{ if problems.partial { "Nothing to fix is known yet" } else { "Nothing to fix" } }</h2>
            <p class="quiet">{ format!("No click that does nothing, no error after a click and no form that is refused hit more than a few visits {}.", days.words()) }</p>
            if problems.partial { <p class="quiet small">{ "Older visits are still being counted." }</p> }
        </div>
    }
}

/// What is not listed.
fn rest(problems: &Problems) -> String {
    let shown = problems.rows.len() as u64;
    let counting = if problems.partial { " Older visits are still being counted." } else { "" };
    if shown < problems.total {
        format!("Top {} of {}.{counting}", format::grouped(shown), format::grouped(problems.total))
    } else {
        counting.trim_start().to_owned()
    }
}

#[derive(Properties, PartialEq)]
struct TakenProps {
    taken: Option<Decision>,
    now: Millis,
    dispatch: Dispatch,
}

/// What was decided last. The focus goes to its button, since the one that was pressed is gone.
#[component]
fn Taken(props: &TakenProps) -> Html {
    let undo = use_node_ref();
    use_effect_with(props.taken.as_ref().map(|taken| taken.number), {
        let undo = undo.clone();
        move |number| {
            if let (Some(_), Some(button)) = (number, undo.cast::<HtmlElement>()) {
                // A button that cannot take the focus leaves it where it is.
                let _ = button.focus();
            }
        }
    });
    let said = match &props.taken {
        Some(Decision { title, status: ProblemStatus::Fixed, .. }) => {
            let from = browser::local_clock(Fixed::watched_from(props.now));
            format!("Marked as fixed: {title}. Watching from {from}; it shows here if it returns.")
        }
        Some(Decision { title, .. }) => format!("Ignored: {title}."),
        None => String::new(),
    };
    let on_undo = props.taken.clone().map(|Decision { id, title, .. }| {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            let (id, title, status) = (id.clone(), title.clone(), ProblemStatus::Open);
            dispatch.dispatch(Action::ProblemDecided { id, title, status });
        })
    });
    html! {
        <div class={if on_undo.is_some() { "taken small" } else { "unseen" }}>
            <p class="quiet" role="status">{ said }</p>
            if let Some(onclick) = on_undo {
                <button class="plain" type="button" ref={undo} {onclick}>{ "Undo" }</button>
            }
        </div>
    }
}
