//! Puts the signals of a session together.

use super::{
    SignalCounts, Summary, Thresholds, Timeline,
    activity::{active_ms, activity},
    dead::dead,
    detect::Usual,
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

/// Every signal of a session, when nothing is known of other sessions.
pub fn summarize(timeline: &Timeline, thresholds: &Thresholds) -> Summary {
    summarize_among(timeline, thresholds, &Usual::default())
}

/// Every signal of a session among others: `usual` says what others do on its pages.
pub fn summarize_among(timeline: &Timeline, thresholds: &Thresholds, usual: &Usual) -> Summary {
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
        hesitations: hesitations(timeline, usual),
        rage,
        dead,
        error_clicks,
        scroll: scroll(timeline, usual),
        quick_backs,
        typing: typing(timeline),
        frustration: frustration(signals),
        completeness: timeline.completeness(),
    }
}

/// The figures of a session that lists are sorted and filtered by: those of [`summarize`], for less work.
pub fn score(timeline: &Timeline, thresholds: &Thresholds) -> Score {
    figures(
        timeline,
        Signals {
            errors: counts(timeline).error as usize,
            rage: rage(timeline, thresholds).iter().filter(|burst| burst.suppressed.is_none()).count(),
            error_clicks: error_clicks(timeline).len(),
            dead: dead(timeline, thresholds).len(),
            thrash: thrash(timeline).len(),
            quick_backs: quick_backs(timeline).len(),
        },
    )
}

/// The same figures, taken from a summary that is there already.
pub fn score_of(timeline: &Timeline, summary: &Summary) -> Score {
    let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    figures(
        timeline,
        Signals {
            errors: counts(timeline).error as usize,
            rage: count(summary.counts.rage),
            error_clicks: count(summary.counts.error_click),
            dead: count(summary.counts.dead),
            thrash: summary.pointer.thrash.len(),
            quick_backs: summary.quick_backs.len(),
        },
    )
}

fn figures(timeline: &Timeline, signals: Signals) -> Score {
    let fit = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Score {
        of_batches: fit(timeline.batches()),
        rage: fit(signals.rage),
        dead: fit(signals.dead),
        error_clicks: fit(signals.error_clicks),
        frustration: frustration(signals).score,
        // Which pages are goals is the site's matter: who knows them says it.
        reached: false,
        completeness: timeline.completeness(),
        activity: activity(timeline),
        cut: false,
    }
}

/// Events by type.
fn counts(timeline: &Timeline) -> Counts {
    let mut counts = Counts::of(&[], timeline.views().flat_map(|view| view.acts()));
    *counts.slot(EventType::MouseMove) += timeline.views().map(|view| view.points().len() as u64).sum::<u64>();
    counts
}
