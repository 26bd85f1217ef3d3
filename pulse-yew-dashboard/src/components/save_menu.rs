//! What is shown, as a file.

use yew::prelude::*;

use crate::{browser::save_text, table::Table};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    /// Makes the table when it is asked for.
    pub(super) table: Callback<(), Table>,
    /// Makes a picture, where there is one.
    #[prop_or_default]
    pub(super) on_picture: Option<Callback<()>>,
}

pub(super) fn save_menu(props: &Props) -> Html {
    let save = |as_csv: bool| {
        let table = props.table.clone();
        Callback::from(move |_: MouseEvent| {
            let table = table.emit(());
            if as_csv {
                save_text(&format!("{}.csv", table.name), "text/csv", &table.csv());
            } else {
                save_text(&format!("{}.json", table.name), "application/json", &table.json());
            }
        })
    };
    let picture = props.on_picture.clone().map(|on_picture| Callback::from(move |_: MouseEvent| on_picture.emit(())));
    html! {
        <p class="save small" role="group" aria-label="Save as a file">
            <span class="quiet">{ "Save" }</span>
            if let Some(onclick) = picture { <button class="plain" type="button" {onclick}>{ "PNG" }</button> }
            <button class="plain" type="button" onclick={save(true)}>{ "CSV" }</button>
            <button class="plain" type="button" onclick={save(false)}>{ "JSON" }</button>
        </p>
    }
}
