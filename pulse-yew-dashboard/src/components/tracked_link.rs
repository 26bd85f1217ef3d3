//! A tracked address: a link if it leads to a page of the web, else plain text.

use yew::prelude::*;

use crate::site_page::own_address;

pub(super) fn tracked_link(url: &str) -> Html {
    match own_address(url) {
        Some(href) => html! {
            <a class="cut" href={href.to_owned()} target="_blank" rel="noopener noreferrer nofollow">{ url }</a>
        },
        None => html! { <span class="cut">{ url }</span> },
    }
}
