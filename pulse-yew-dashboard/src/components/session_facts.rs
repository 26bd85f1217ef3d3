//! What else matters of a session, in one quiet line under its cards.

use pulse_core::analyze::Tier;
use yew::prelude::*;

use crate::{format, state::Figures};

pub(super) fn session_facts(answer: Option<&Figures>) -> Html {
    let facts = answer.map(facts).unwrap_or_default();
    html! {
        <ul class="facts also small quiet num" aria-label="What else happened">{ for facts.into_iter().map(|fact| html! { <li>{ fact }</li> }) }</ul>
    }
}

/// What there was, the worst first; what there was none of is not worth a word.
fn facts(Figures { session, summary, cut }: &Figures) -> Vec<String> {
    let counts = &summary.counts;
    let counted = [
        (session.errors, "error"),
        (counts.error_click, "error click"),
        (counts.dead, "dead click"),
        (summary.hesitations.len() as u64, "hesitation"),
        (summary.quick_backs.len() as u64, "quick return"),
        (summary.pointer.thrash.len() as u64, "shaken pointer"),
        (counts.keypress, "key press"),
    ];
    let plural = |n: u64, noun: &str| match noun {
        "key press" if n != 1 => format!("{} key presses", format::grouped(n)),
        noun => format::count(n, noun),
    };
    let mut all = Vec::new();
    if *cut {
        all.push("Only its beginning was recorded: the visit was longer than one may be".to_owned());
    }
    if let Some(excluded) = session.excluded {
        all.push(format!("Left out of maps and problems: {}", format::exclusion(excluded)));
    }
    if summary.frustration.tier != Tier::None {
        all.push(format!("{} trouble", format::tier(summary.frustration.tier)));
    }
    all.extend(counted.into_iter().filter(|(n, _)| *n > 0).map(|(n, noun)| plural(n, noun)));
    if summary.scroll.max_depth > 0.0 {
        all.push(format!("Saw {} of the longest page", format::percent(summary.scroll.max_depth / 100.0)));
    }
    all
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use pulse_core::analyze::{Frustration, SignalCounts};

    use super::*;
    use crate::summary::Summary;

    #[test]
    fn only_what_happened_is_said() {
        let session = serde_json::from_value(serde_json::json!({
            "session_id": "session-0001", "started_at": 0, "last_seen": 1, "duration_ms": 1, "page_url": "/", "device": "desktop",
            "pages": [], "clicks": 0, "rage_clicks": 0, "mousemoves": 0, "scrolls": 0, "keypresses": 0, "errors": 2,
            "frustration": 12, "tier": "medium", "activity": [], "live": false
        }));
        let counts = SignalCounts { dead: 1, keypress: 3, ..SignalCounts::default() };
        let frustration = Frustration { score: 12, tier: Tier::Medium };
        let summary = Summary { counts, frustration, ..Summary::default() };
        let mut figures = Figures { session: session.unwrap(), summary, cut: false };
        assert_eq!(facts(&figures), ["Medium trouble", "2 errors", "1 dead click", "3 key presses"]);
        figures.session.excluded = Some(pulse_core::model::Exclusion::Bot);
        assert_eq!(facts(&figures)[0], "Left out of maps and problems: a bot");
        figures.cut = true;
        assert!(facts(&figures)[0].starts_with("Only its beginning was recorded"), "the gravest comes first");
    }
}
