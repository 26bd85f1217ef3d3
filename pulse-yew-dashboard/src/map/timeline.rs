//! The time that a map covers, for the replay.

use pulse_core::model::Millis;

use super::Recording;

/// From the first to the last thing that happened on a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timeline {
    /// Milliseconds since the epoch.
    pub start: Millis,
    /// Milliseconds since the epoch.
    pub end: Millis,
}

impl Timeline {
    /// The time that a session's map covers.
    pub fn of(Recording { map, moves, clicks, .. }: &Recording) -> Self {
        let moves = moves.times();
        let clicks = clicks.iter().map(|click| click.time);
        let bursts = map.rage_clicks.iter().flat_map(|r| [r.timestamp, r.timestamp + r.span_ms]);
        let span = |span: Option<(Millis, Millis)>, at: Millis| match span {
            Some((start, end)) => Some((start.min(at), end.max(at))),
            None => Some((at, at)),
        };
        let (start, end) = moves.chain(clicks).chain(bursts).fold(None, span).unwrap_or_default();
        Self { start, end }
    }

    /// How long it is.
    pub fn length(&self) -> Millis {
        self.end - self.start
    }

    /// How far along a time is, 0 to 1.
    pub fn share(&self, at: Millis) -> f64 {
        if self.length() == 0 { 0.0 } else { ((at - self.start) as f64 / self.length() as f64).clamp(0.0, 1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_of_the_length() {
        let line = Timeline { start: 100, end: 300 };
        assert_eq!([0, 100, 200, 300, 900].map(|at| line.share(at)), [0.0, 0.0, 0.5, 1.0, 1.0]);
        assert_eq!(Timeline::default().share(5), 0.0);
    }
}
