//! One quiet line in a place of its own: what keeps the view from being up to date, or what can be undone.

use yew::prelude::*;

use crate::{
    browser::Dispatch,
    state::{Action, Failure},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) trouble: Option<Failure>,
    /// Whether a session is about to be erased.
    pub(super) erasing: bool,
    pub(super) dispatch: Dispatch,
}

pub(super) fn status(props: &Props) -> Html {
    // Made anew at each click: to clone an action, all that the server answers would have to be cloned.
    let act = |action: fn() -> Action| {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(action()))
    };
    let (said, button) = match (&props.trouble, props.erasing) {
        (_, true) => ("Visit erased.".to_owned(), Some(("Undo", act(|| Action::EraseUndone)))),
        (Some(failure), _) if failure.may_pass() => (
            format!("{} What you see stays, and Pulse asks again by itself.", failure.title()),
            Some(("Ask now", act(|| Action::Retried))),
        ),
        _ => (String::new(), None),
    };
    html! {
        <div class={classes!("status", "small", (!said.is_empty()).then_some("on"))}>
            <p role="status">{ said }</p>
            if let Some((name, onclick)) = button { <button class="plain" type="button" {onclick}>{ name }</button> }
        </div>
    }
}
