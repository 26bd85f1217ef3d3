//! Puts the signals of a session together.

use super::{
    SignalCounts, Summary, Thresholds, Timeline,
    activity::{active_ms, activity},
    dead::dead,
    error_clicks::error_clicks,
    frustration::{Signals, frustration},
    hesitation::hesitations,
    hover::hovers,
    navigation::{pages, quick_backs},
    pointer::pointer,
    rage::rage,
    scroll::scroll,
    thrash::thrash,
    typing::typing,
};
use crate::model::{Counts, EventType, Score};

/// Every signal of a session.
pub fn summarize(timeline: &Timeline, thresholds: &Thresholds) -> Summary {
    let stored = counts(timeline);
    let pointer = pointer(timeline);
    let rage = rage(timeline, thresholds);
    let dead = dead(timeline, thresholds);
    let error_clicks = error_clicks(timeline);
    let quick_backs = quick_backs(timeline);
    let signals = Signals {
        errors: stored.error as usize,
        rage: rage.iter().filter(|burst| burst.suppressed.is_none()).count(),
        error_clicks: error_clicks.len(),
        dead: dead.len(),
        thrash: pointer.thrash.len(),
        quick_backs: quick_backs.len(),
    };
    Summary {
        duration_ms: timeline.duration_ms(),
        active_ms: active_ms(timeline),
        counts: SignalCounts {
            mousemove: stored.mousemove,
            click: stored.click,
            rage: signals.rage as u64,
            dead: signals.dead as u64,
            error_click: signals.error_clicks as u64,
            scroll: stored.scroll,
            keypress: stored.keypress,
            navigation: stored.navigation,
            visibility: stored.visibility,
        },
        pages: pages(timeline),
        pointer,
        hovers: hovers(timeline),
        hesitations: hesitations(timeline),
        rage,
        dead,
        error_clicks,
        scroll: scroll(timeline),
        quick_backs,
        typing: typing(timeline),
        frustration: frustration(signals),
        completeness: timeline.completeness(),
    }
}

/// The figures of a session that lists are sorted and filtered by: those of [`summarize`], for less work.
pub fn score(timeline: &Timeline, thresholds: &Thresholds) -> Score {
    let signals = Signals {
        errors: counts(timeline).error as usize,
        rage: rage(timeline, thresholds).iter().filter(|burst| burst.suppressed.is_none()).count(),
        error_clicks: error_clicks(timeline).len(),
        dead: dead(timeline, thresholds).len(),
        thrash: thrash(timeline).len(),
        quick_backs: quick_backs(timeline).len(),
    };
    let fit = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Score {
        of_batches: fit(timeline.batches()),
        rage: fit(signals.rage),
        dead: fit(signals.dead),
        error_clicks: fit(signals.error_clicks),
        frustration: frustration(signals).score,
        completeness: timeline.completeness(),
        activity: activity(timeline),
    }
}

/// Events by type.
fn counts(timeline: &Timeline) -> Counts {
    let mut counts = Counts::of(timeline.views().flat_map(|view| view.acts()));
    *counts.slot(EventType::MouseMove) += timeline.views().map(|view| view.points().len() as u64).sum::<u64>();
    counts
}
