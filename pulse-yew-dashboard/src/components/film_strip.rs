//! A visit as a strip: its pages side by side, and on a line below them what was clicked, typed, and went wrong.

use std::rc::Rc;

use pulse_core::model::{EventType, Millis};
use yew::prelude::*;

use crate::{
    browser::use_size,
    format,
    map::{Film, SignalKind},
};

/// Room on each side, in which half of the slider's thumb lies.
const SIDE: f64 = 8.0;
/// Where the line is, and how high the pages above it are.
const LINE: f64 = 37.0;
const PAGE: f64 = 22.0;
/// A page that is narrower has no room for its name.
const NAMED: f64 = 44.0;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) film: Rc<Film>,
    pub(super) at: Millis,
}

#[component]
pub(super) fn FilmStrip(props: &Props) -> Html {
    let Props { film, at } = props;
    let node = use_node_ref();
    let width = use_size(node.clone()).map_or(0.0, |(width, _)| width);
    let marks = use_memo((film.clone(), width.to_bits()), move |(film, _)| marks(film, width));
    let x = place(film, *at, width);
    let current = film.act_at(*at);
    html! {
        <svg ref={node} viewBox={format!("0 0 {} 54", width.max(1.0))} aria-hidden="true">
            if width > 0.0 {
                { for film.acts.iter().map(|act| {
                    let (from, to) = (place(film, act.time.start, width), place(film, act.time.end, width));
                    let wide = (to - from - 2.0).max(1.0);
                    let is_current = current.is_some_and(|current| std::ptr::eq(current, act));
                    html! {
                        <svg x={px(from)} y="0" width={px(wide)} height={px(PAGE)}>
                            <rect class={classes!("act", is_current.then_some("current"))} width="100%" height="100%" rx="6" />
                            if wide > NAMED { <text x="8" y="15">{ format::path_of(&act.page) }</text> }
                        </svg>
                    }
                }) }
                <path class="whole" d={format!("M{SIDE} {LINE}H{}", width - SIDE)} />
                <path class="done" d={format!("M{SIDE} {LINE}H{x:.1}")} />
                { (*marks).clone() }
            }
        </svg>
    }
}

/// Where a time lies on the strip.
fn place(film: &Film, at: Millis, width: f64) -> f64 {
    SIDE + film.line.share(at) * (width - 2.0 * SIDE).max(0.0)
}

fn px(value: f64) -> String {
    format!("{value:.1}")
}

/// Ticks of each kind, as one path each. Those that fall on the same pixel are one.
fn marks(film: &Film, width: f64) -> Html {
    let ticks = |times: &mut dyn Iterator<Item = Millis>, above: f64, below: f64| {
        let mut places: Vec<i64> = times.map(|at| place(film, at, width).round() as i64).collect();
        places.dedup();
        let tick = |x: i64| format!("M{x} {}V{}", LINE - above, LINE + below);
        places.into_iter().map(tick).collect::<String>()
    };
    let of = |kinds: &[SignalKind], above: f64, below: f64| {
        let mut times = film.signals.iter().filter(|signal| kinds.contains(&signal.kind)).map(|signal| signal.at);
        ticks(&mut times, above, below)
    };
    let away = film
        .hidden()
        .into_iter()
        .map(|span| format!("M{:.1} {LINE}H{:.1}", place(film, span.start, width), place(film, span.end, width)));
    html! {
        <>
            <path class="away" d={away.collect::<String>()} />
            <path class="key" d={ticks(&mut film.times(EventType::Keypress), -8.0, 14.0)} />
            <path class="click" d={ticks(&mut film.times(EventType::Click), 5.0, 5.0)} />
            <path class="sign" d={of(&[SignalKind::Hesitation, SignalKind::Thrash, SignalKind::QuickBack], 9.0, 0.0)} />
            <path class="dead" d={of(&[SignalKind::Dead], 10.0, 10.0)} />
            <path class="error" d={of(&[SignalKind::Error], 10.0, 10.0)} />
            <path class="rage" d={of(&[SignalKind::Rage], 12.0, 12.0)} />
        </>
    }
}
