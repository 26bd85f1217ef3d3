//! What is found in a session when it is counted among others.

use crate::{
    analyze::{
        Timeline,
        detect::{Context, Diagnosis, detect},
    },
    model::{Goals, Session},
};

/// The diagnosis of a session by itself. What is usual on the site changes from day to day, and what is kept may not
/// depend on the day on which it was made.
pub(super) fn diagnose(session: &Session, timeline: &Timeline, goals: &Goals) -> Diagnosis {
    detect(timeline, &Context { device: session.start.device, goals: goals.clone(), ..Context::default() })
}
