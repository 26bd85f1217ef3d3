//! Clicks of a page load as they come: rage bursts, dead clicks, clicks followed by an error.

use crate::{
    analyze::{
        Thresholds, dead,
        error_clicks::WITHIN_MS,
        frustration::Signals,
        rage::{counted_bursts, quiet_ms},
        view::TimedClick,
    },
    model::{Click, Event, EventKind, Millis},
};

/// Clicks that are remembered. A visitor does not go on clicking for so long without a pause.
const MOST: usize = 256;

#[derive(Debug, Clone, Default)]
pub(super) struct Clicks {
    found: Signals,
    /// The clicks since the last pause of their page view.
    run: Vec<(Millis, Click)>,
    /// Times of the clicks that an error may still be put down to, and of the last error.
    unanswered: Vec<Millis>,
    last_error: Option<Millis>,
}

impl Clicks {
    /// Takes the next event in. False when there is too much to remember.
    pub(super) fn add(&mut self, event: &Event, thresholds: &Thresholds) -> bool {
        let at = event.timestamp;
        if dead::dead_at(event, thresholds).is_some() {
            self.found.dead += 1;
        }
        if matches!(event.kind, EventKind::Error(_)) {
            let within = |click: &Millis| at.saturating_sub(*click) <= WITHIN_MS;
            self.found.error_clicks += self.unanswered.drain(..).filter(within).count();
            self.last_error = Some(at);
        }
        if let Some(click) = TimedClick::of(event) {
            self.unanswered.retain(|click| at.saturating_sub(*click) <= WITHIN_MS);
            if self.last_error == Some(at) {
                self.found.error_clicks += 1;
            } else {
                self.unanswered.push(at);
            }
            if self.run.last().is_some_and(|(last, _)| at.saturating_sub(*last) > quiet_ms(thresholds)) {
                self.end_run(thresholds);
            }
            self.run.push((at, click.click.clone()));
        }
        self.run.len() <= MOST && self.unanswered.len() <= MOST
    }

    /// Ends the page view: the next click is another burst.
    pub(super) fn end_run(&mut self, thresholds: &Thresholds) {
        self.found.rage += self.bursts(thresholds);
        self.run.clear();
    }

    /// Adds what was found.
    pub(super) fn add_to(&self, signals: &mut Signals, thresholds: &Thresholds) {
        signals.rage += self.found.rage + self.bursts(thresholds);
        signals.dead += self.found.dead;
        signals.error_clicks += self.found.error_clicks;
    }

    pub(super) fn weight(&self) -> usize {
        self.run.iter().map(|(_, click)| size_of_val(click) + click.element.as_ref().map_or(0, |_| 300)).sum::<usize>()
            + self.unanswered.capacity() * size_of::<Millis>()
    }

    /// Bursts of the run so far.
    fn bursts(&self, thresholds: &Thresholds) -> usize {
        let run: Vec<_> = self.run.iter().map(|(at, click)| TimedClick { at: *at, click }).collect();
        counted_bursts(&run, thresholds).count()
    }
}
