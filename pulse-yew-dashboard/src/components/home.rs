//! Home: what to fix first, on all pages or on one, under what the site's owner wants to know.

use std::rc::Rc;

use pulse_core::model::Subject;
use yew::prelude::*;

use super::{days_picker, figures, problem_list, site_insight::SiteInsight, tracked_link::tracked_link};
use crate::{
    browser::Dispatch,
    route::{Days, View},
    state::{Reads, Remote, Stretch, ToFix},
};
use pulse_core::model::{Insight, Millis};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) of: Stretch,
    pub(super) reads: Rc<Reads>,
    pub(super) to_fix: ToFix,
    pub(super) insight: Remote<Insight>,
    pub(super) now: Millis,
    pub(super) dispatch: Dispatch,
}

pub(super) fn home(props: &Props) -> Html {
    let Props { of, reads, to_fix, insight, now, dispatch } = props;
    let view = {
        let page = of.page.clone();
        Callback::from(move |days: Days| View::Home { page: page.clone(), days })
    };
    let subject = of.page.clone().map_or(Subject::Site, Subject::Page);
    html! {
        <div class="page">
            <header class="head">
                <div class="who">
                    <h1>{ "What to fix first" }</h1>
                    if let Some(page) = &of.page {
                        <p class="facts small quiet">
                            { tracked_link(page) }
                            <a href={View::home().to_string()}>{ "All pages" }</a>
                        </p>
                    }
                </div>
                { days_picker::days_picker(&days_picker::Props { days: of.days, view }) }
            </header>
            { figures::figures(&figures::Props { of: of.clone(), overview: reads.overview.remote.data.clone() }) }
            { problem_list::problem_list(&problem_list::Props { reads: reads.clone(), to_fix: to_fix.clone(), all: reads.overview.remote.data.as_ref().map(|of| of.now.all), days: of.days, now: *now, dispatch: dispatch.clone() }) }
            <SiteInsight {subject} insight={insight.clone()} dispatch={dispatch.clone()} />
        </div>
    }
}
