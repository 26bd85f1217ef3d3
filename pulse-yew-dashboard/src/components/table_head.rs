//! The names of a table's columns.

use yew::prelude::*;

/// One loop is smaller than an element for each column of each table.
pub(super) fn table_head(names: &[&str]) -> Html {
    html! { <thead><tr>{ for names.iter().map(|name| html! { <th scope="col">{ *name }</th> }) }</tr></thead> }
}
