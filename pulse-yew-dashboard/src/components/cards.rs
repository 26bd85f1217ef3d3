//! Cards that carry a figure large and what it counts small.

use yew::prelude::*;

use crate::format;

/// A figure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Card {
    pub(super) testid: &'static str,
    pub(super) label: &'static str,
    pub(super) figure: Option<u64>,
    /// Coloured when there is any.
    pub(super) rage: bool,
}

impl Card {
    pub(super) fn new(testid: &'static str, label: &'static str, figure: Option<u64>) -> Self {
        Self { testid, label, figure, rage: false }
    }

    pub(super) fn rage(self) -> Self {
        Self { rage: true, ..self }
    }
}

pub(super) fn cards(cards: &[Card]) -> Html {
    html! { <dl class="cards num">{ for cards.iter().map(card) }</dl> }
}

fn card(card: &Card) -> Html {
    let alarming = card.rage && card.figure.is_some_and(|figure| figure > 0);
    html! {
        <div class="card">
            <dt>{ card.label }</dt>
            <dd class={classes!(alarming.then_some("rage"), card.figure.is_none().then_some("pending"))} data-testid={card.testid}
                data-value={card.figure.map(|figure| figure.to_string())}>
                { card.figure.map(format::grouped) }
            </dd>
        </div>
    }
}
