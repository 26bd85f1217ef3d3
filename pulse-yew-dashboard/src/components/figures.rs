//! Four figures that mean something to the owner of a site, each with its change.

use std::rc::Rc;

use yew::prelude::*;

use crate::{
    format,
    route::{Filter, View},
    state::{Overview, Stretch, Visits},
};
use pulse_core::analyze::Tier;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) of: Stretch,
    pub(super) overview: Option<Rc<Overview>>,
}

pub(super) fn figures(props: &Props) -> Html {
    let Props { of, overview } = props;
    let overview = overview.as_deref();
    let list = |change: fn(&mut Filter)| {
        let mut filter = Filter { days: of.days, ..Filter::of_page(of.page.clone()) };
        change(&mut filter);
        View::Sessions(filter).to_string()
    };
    let now = overview.map(|of| of.now);
    let before = overview.and_then(|of| of.before);
    let share = |part: fn(&Visits) -> u64| {
        let figure = now.map(|now| format::percent(part(&now) as f64 / now.all.max(1) as f64));
        let change =
            now.zip(before).and_then(|(now, then)| format::points((part(&now), now.all), (part(&then), then.all)));
        (now.map(|now| part(&now)), figure, change)
    };
    let all = now.map(|now| now.all);
    let change = now.zip(before).and_then(|(now, then)| format::change(now.all, then.all));
    let live = overview.map(|of| of.live);
    let (mut reached, trouble) = (share(|of| of.reached), share(|of| of.trouble));
    // Nobody ever did: most likely Pulse was not told what a goal is.
    let has_no_goal = now.is_some_and(|now| now.reached == 0) && before.is_none_or(|then| then.reached == 0);
    if has_no_goal {
        reached.1 = Some("None".to_owned());
        reached.2 = None;
    }
    let basis = change.as_ref().and(of.days.before_words()).map(|before| format!("Changes are against the {before}."));
    html! {
        <>
        <dl class="figures num">
            { figure("visits", "Visits", list(|_| ()), (all, all.map(format::grouped), change.map(Html::from))) }
            { figure("reached", "Reached a goal", list(|filter| filter.marks[Filter::GOAL] = true), match has_no_goal {
                true => (reached.0, reached.1, Some(html! { <a href={View::Setup.to_string()}>{ "Say what a goal is" }</a> })),
                false => (reached.0, reached.1, reached.2.map(Html::from)),
            }) }
            { figure("trouble", "Had trouble", list(|filter| filter.tier = Some(Tier::Medium)), (trouble.0, trouble.1, trouble.2.map(Html::from))) }
            { figure("live", "Live now", list(|filter| {
                filter.marks[Filter::LIVE] = true;
                filter.days = crate::route::Days::Ever;
            }), (live, live.map(format::grouped), None)) }
        </dl>
        <p class="basis small quiet">{ basis.unwrap_or_else(|| "\u{a0}".to_owned()) }</p>
        </>
    }
}

fn figure(
    id: &str,
    label: &str,
    href: String,
    (value, text, change): (Option<u64>, Option<String>, Option<Html>),
) -> Html {
    html! {
        <div>
            <dt><a {href}>{ label }</a></dt>
            <dd>
                <b class={classes!(text.is_none().then_some("pending"))} data-testid={format!("card-{id}")}
                    data-value={value.map(|value| value.to_string())}>{ text }</b>
                <span class="small quiet">{ change.unwrap_or_else(|| "\u{a0}".into()) }</span>
            </dd>
        </div>
    }
}
