//! How a session's maps are looked at: layers, and the moment of the replay.

use std::rc::Rc;

use pulse_core::model::Millis;

use crate::map::{Film, Layer, Layers, Timeline, TrailMode};

/// How a session's maps are looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Viewer {
    /// How movement is drawn.
    pub mode: TrailMode,
    /// Layers of the trails.
    pub trails: Layers,
    /// Layers of the clicks.
    pub clicks: Layers,
    /// The time up to which things are drawn; everything when not said.
    pub at: Option<Millis>,
    /// Whether time moves on.
    pub playing: bool,
    /// How many times faster than it happened.
    pub speed: u32,
    /// Whether the time in which nothing happened is left out.
    pub skips: bool,
}

impl Default for Viewer {
    fn default() -> Self {
        let (trails, clicks) = (Layers::MOVES, Layers::CLICKS);
        Self { mode: TrailMode::Both, trails, clicks, at: None, playing: false, speed: 1, skips: true }
    }
}

/// What a person can do with the maps.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant says what was done")]
pub enum ViewerAction {
    Mode(TrailMode),
    ToggleTrails(Layer),
    ToggleClicks(Layer),
    ToggleSkips,
    Speed(u32),
    /// To a time of the session, or to the whole of it.
    Seek(Option<Millis>),
    /// Plays from a little before a time.
    Watch(Millis, Timeline),
    /// Starts or stops; from the end it starts over.
    Play(Timeline),
    /// So many milliseconds went by while playing.
    Elapsed(f64, Rc<Film>),
    /// Everything, from no particular time.
    Whole,
}

impl Viewer {
    /// The speeds on offer.
    pub const SPEEDS: [u32; 4] = [1, 2, 4, 8];

    /// How long before a moment it is watched from.
    const BEFORE_MS: Millis = 5_000;

    /// The viewer after `action`.
    #[must_use]
    pub fn reduce(mut self, action: ViewerAction) -> Self {
        match action {
            ViewerAction::Mode(mode) => self.mode = mode,
            ViewerAction::ToggleTrails(layer) => self.trails = self.trails.toggled(layer),
            ViewerAction::ToggleClicks(layer) => self.clicks = self.clicks.toggled(layer),
            ViewerAction::ToggleSkips => self.skips = !self.skips,
            ViewerAction::Speed(speed) => self.speed = speed,
            ViewerAction::Seek(to) => self.at = to,
            ViewerAction::Watch(at, line) => {
                self.at = Some(at.saturating_sub(Self::BEFORE_MS).max(line.start));
                self.speed = 1;
                self.playing = line.length() > 0;
            }
            ViewerAction::Play(line) => {
                self.playing = !self.playing && line.length() > 0;
                if self.playing && self.at.is_none_or(|at| at >= line.end) {
                    self.at = Some(line.start);
                }
            }
            ViewerAction::Elapsed(ms, film) if self.playing => {
                let line = film.line;
                let to = self.at.unwrap_or(line.start).max(line.start) + (ms * f64::from(self.speed)) as Millis;
                let to = if self.skips { film.skipped(to) } else { to };
                self.at = (to < line.end).then_some(to);
                self.playing = self.at.is_some();
            }
            ViewerAction::Elapsed(..) => {}
            ViewerAction::Whole => {
                self.at = None;
                self.playing = false;
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: Timeline = Timeline { start: 1_000, end: 11_000 };

    fn elapsed(ms: f64) -> ViewerAction {
        ViewerAction::Elapsed(
            ms,
            Rc::new(Film { line: LINE, gaps: std::iter::once(4_000..9_000).collect(), ..Film::default() }),
        )
    }

    fn after(actions: &[ViewerAction]) -> Viewer {
        actions.iter().fold(Viewer::default(), |viewer, action| viewer.reduce(action.clone()))
    }

    #[test]
    fn playing_runs_to_the_end_and_starts_over() {
        let viewer = after(&[ViewerAction::Play(LINE), ViewerAction::Speed(4)]);
        assert_eq!((viewer.at, viewer.playing), (Some(1_000), true));
        let viewer = viewer.reduce(elapsed(500.0));
        assert_eq!(viewer.at, Some(3_000));
        let viewer = viewer.reduce(elapsed(2_000.0));
        assert_eq!((viewer.at, viewer.playing), (None, false));
        assert_eq!(viewer.reduce(ViewerAction::Play(LINE)).at, Some(1_000));
    }

    #[test]
    fn time_in_which_nothing_happens_is_skipped_unless_it_is_to_be_seen() {
        let to = |actions: &[ViewerAction]| after(actions).reduce(elapsed(4_500.0)).at;
        assert_eq!(to(&[ViewerAction::Play(LINE)]), Some(8_200));
        assert_eq!(to(&[ViewerAction::Play(LINE), ViewerAction::ToggleSkips]), Some(5_500));
    }

    #[test]
    fn a_time_that_passes_while_paused_changes_nothing() {
        let paused = after(&[ViewerAction::Play(LINE), ViewerAction::Play(LINE)]);
        assert_eq!(paused.reduce(elapsed(500.0)), paused);
    }

    #[test]
    fn playing_from_beyond_the_end_starts_over() {
        assert_eq!(after(&[ViewerAction::Seek(Some(99_000)), ViewerAction::Play(LINE)]).at, Some(1_000));
        let before = after(&[ViewerAction::Seek(Some(0)), ViewerAction::Play(LINE), elapsed(500.0)]);
        assert_eq!(before.at, Some(1_500));
    }

    #[test]
    fn a_moment_is_watched_from_a_little_before() {
        let watched = |at| after(&[ViewerAction::Watch(at, LINE)]);
        assert_eq!((watched(9_000).at, watched(9_000).speed, watched(9_000).playing), (Some(4_000), 1, true));
        assert_eq!(watched(2_000).at, Some(1_000));
    }

    #[test]
    fn nothing_to_play_does_not_play() {
        assert!(!after(&[ViewerAction::Play(Timeline { start: 5, end: 5 })]).playing);
    }

    #[test]
    fn each_panel_has_its_own_layers() {
        let viewer = after(&[ViewerAction::ToggleTrails(Layer::Clicks), ViewerAction::ToggleClicks(Layer::Rage)]);
        assert!(viewer.trails.has(Layer::Clicks) && viewer.clicks.has(Layer::Clicks));
        assert!(!viewer.clicks.has(Layer::Rage));
    }
}
