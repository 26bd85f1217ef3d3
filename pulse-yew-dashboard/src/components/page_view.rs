//! One page, over all visits: what they did on it, on one device and in one band of widths.

use std::rc::Rc;

use pulse_core::{
    analyze::HeatmapMode,
    model::{Insight, Subject},
};
use yew::prelude::*;

use super::{
    days_picker,
    icon::icon,
    notice::Notice,
    on_page_button::OnPageButton,
    page_compare,
    page_map::PageMapPanel,
    pick,
    segments::{self, segments},
    site_insight::SiteInsight,
    tracked_link::tracked_link,
};
use crate::{
    browser::{Dispatch, replace},
    format,
    page_map::PageLayer,
    route::{Against, Band, Days, Filter, PageChoice, View},
    state::{Action, BandLine, Reads, Remote},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) choice: PageChoice,
    pub(super) reads: Rc<Reads>,
    pub(super) insight: Remote<Insight>,
    pub(super) dispatch: Dispatch,
}

pub(super) fn page_view(props: &Props) -> Html {
    let Props { choice, reads, insight, dispatch } = props;
    let Remote { data, failure, .. } = &reads.map.remote;
    let failure = failure.as_ref().or(reads.bands.remote.failure.as_ref());
    let retry = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Retried))
    };
    let lines = reads.bands.remote.data.as_ref().map_or(&[][..], |bands| bands.lines());
    let shown = reads.band(&View::Page(choice.clone())).flatten();
    let with = |change: fn(&mut PageChoice, usize)| {
        let choice = choice.clone();
        Callback::from(move |i: usize| {
            let mut choice = choice.clone();
            change(&mut choice, i);
            replace(&View::Page(choice));
        })
    };
    let days = {
        let choice = choice.clone();
        Callback::from(move |days: Days| View::Page(PageChoice { days, ..choice.clone() }))
    };
    let sessions = View::Sessions(Filter { days: choice.days, ..Filter::of_page(Some(choice.page.clone())) });
    let layers = PageLayer::ALL.map(|(_, name, _)| name.into()).to_vec();
    let layer = PageLayer::ALL.iter().position(|(layer, ..)| *layer == choice.layer);
    let modes = choice.layer.modes();
    let nobody = reads.bands.remote.data.is_some()
        && lines.is_empty()
        && data.as_ref().is_some_and(|data| data.map.sessions == 0);
    html! {
        <div class="page">
            <header class="head">
                <div class="who">
                    <a class="back" href={View::pages().to_string()}>{ icon("back") }{ "Pages" }</a>
                    <h1>{ format::path_of(&choice.page) }</h1>
                    <p class="facts small quiet">{ tracked_link(&choice.page) }<a href={sessions.to_string()}>{ "Its visits" }</a><OnPageButton page={choice.page.clone()} days={choice.days} /></p>
                </div>
                { days_picker::days_picker(&days_picker::Props { days: choice.days, view: days }) }
            </header>
            if nobody {
                <p class="quiet">{ format!("Nobody came to this page {}. It may have been erased, or the address is not complete.", choice.days.words()) }</p>
            } else if let (None, Some(failure)) = (data, failure) {
                <Notice failure={failure.clone()} on_retry={retry} />
            } else {
                <div class="tools">
                    { band_picker(&BandProps { choice: choice.clone(), lines: lines.to_vec(), shown }) }
                    { against(choice, lines, shown) }
                </div>
                <div class="tools">
                    { segments(&segments::Props { label: "What the map shows", names: layers, chosen: layer, on_choice: with(|choice, i| {
                        if let Some((layer, ..)) = PageLayer::ALL.get(i) {
                            choice.layer = *layer;
                        }
                    }) }) }
                    if modes.len() > 1 {
                        { segments(&segments::Props {
                            label: "How places are measured",
                            names: modes.iter().map(|mode| mode_name(*mode).into()).collect(),
                            chosen: modes.iter().position(|mode| *mode == choice.shown_mode()),
                            on_choice: with(|choice, i| choice.mode = choice.layer.modes().get(i).copied()),
                        }) }
                    }
                </div>
                if choice.against.is_some() {
                    { page_compare::page_compare(&page_compare::Props { choice: choice.clone(), shown, map: data.clone(), other: reads.other.remote.data.clone() }) }
                } else {
                    <PageMapPanel choice={choice.clone()} {shown} data={data.clone()} />
                }
                <SiteInsight subject={Subject::Page(choice.page.clone())} insight={insight.clone()} dispatch={dispatch.clone()} />
            }
        </div>
    }
}

fn mode_name(mode: HeatmapMode) -> &'static str {
    match mode {
        HeatmapMode::Element => "Elements",
        HeatmapMode::Page => "Spots",
        HeatmapMode::Viewport => "Spots, widths matched",
    }
}

/// What the map is held against.
fn against(choice: &PageChoice, lines: &[BandLine], shown: Option<Band>) -> Html {
    let mut offers: Vec<(Option<Against>, AttrValue)> = vec![(None, "Compare with".into())];
    if let Some(before) = choice.days.before_words() {
        offers.push((Some(Against::Before), format!("The {before}").into()));
    }
    let others = lines.iter().filter(|line| Some(line.band()) != shown);
    offers.extend(others.map(|line| (Some(Against::Band(line.band())), band_name(line.band()).into())));
    let chosen = offers.iter().position(|(of, _)| *of == choice.against).unwrap_or(0);
    let names = offers.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>();
    let on_choice = {
        let choice = choice.clone();
        Callback::from(move |i: usize| {
            let against = offers.get(i).and_then(|(of, _)| *of);
            replace(&View::Page(PageChoice { against, ..choice.clone() }));
        })
    };
    html! { { pick::pick(&pick::Props { label: "Compare with".into(), names, chosen, on_choice, on: chosen > 0 }) } }
}

/// A device and its widths, in words.
pub(super) fn band_name(band: Band) -> String {
    format!("{}, {}", format::device(band.device), band.widths())
}

#[derive(Properties, PartialEq)]
struct BandProps {
    choice: PageChoice,
    lines: Vec<BandLine>,
    shown: Option<Band>,
}

/// The devices and widths in which the page was seen.
fn band_picker(props: &BandProps) -> Html {
    let BandProps { choice, lines, shown } = props;
    let names = lines
        .iter()
        .map(|line| format!("{}  ·  {}", band_name(line.band()), format::count(line.sessions, "visit")).into());
    let names: Vec<AttrValue> = names.collect();
    let chosen = lines.iter().position(|line| Some(line.band()) == *shown).unwrap_or(0);
    let on_choice = {
        let (choice, bands) = (choice.clone(), lines.iter().map(BandLine::band).collect::<Vec<_>>());
        Callback::from(move |i: usize| {
            replace(&View::Page(PageChoice { band: bands.get(i).copied(), ..choice.clone() }));
        })
    };
    if names.is_empty() {
        return html! { <span class="pick pending">{ "Desktop" }</span> };
    }
    html! { { pick::pick(&pick::Props { label: "Device and width".into(), names, chosen, on_choice, on: true }) } }
}
