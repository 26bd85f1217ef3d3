//! Which page of the session the maps show.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::tracked_link::tracked_link;
use crate::format;

pub(super) struct Props {
    pub(super) pages: Vec<String>,
    pub(super) shown: Option<String>,
    /// Of a live visit: whether the page follows the visitor.
    pub(super) follows: Option<bool>,
    pub(super) on_choice: Callback<Option<String>>,
}

pub(super) fn page_picker(props: &Props) -> Html {
    let Props { pages, shown, follows, on_choice } = props;
    let onchange = {
        let on_choice = on_choice.clone();
        Callback::from(move |event: Event| {
            on_choice.emit(Some(event.target_unchecked_into::<HtmlSelectElement>().value()))
        })
    };
    let on_follow = {
        let on_choice = on_choice.clone();
        Callback::from(move |_: MouseEvent| on_choice.emit(None))
    };
    html! {
        <div class="picker">
            if pages.len() > 1 {
                <label for="page">{ "Page" }</label>
                <select id="page" data-testid="page-picker" {onchange}>
                    { for pages.iter().map(|page| html! {
                        <option key={page.clone()} value={page.clone()} selected={Some(page) == shown.as_ref()}>{ format::path_of(page) }</option>
                    }) }
                </select>
                <span class="small quiet num">{ format!("of {}", format::count(pages.len() as u64, "page")) }</span>
            } else if let Some(page) = shown {
                <span>{ "Page" }</span>
                <b class="cut" title={page.clone()}>{ format::path_of(page) }</b>
            }
            if *follows == Some(true) {
                <span class="small quiet" role="status"><span class="live"></span>{ "Following" }</span>
            } else if follows.is_some() {
                <button class="plain small" type="button" onclick={on_follow}>{ "Follow the visitor" }</button>
            }
            if let Some(page) = shown {
                { tracked_link(page) }
            }
        </div>
    }
}
