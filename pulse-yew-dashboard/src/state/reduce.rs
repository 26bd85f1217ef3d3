//! The one place where state changes.

use std::rc::Rc;

use pulse_core::{
    model::{Insight, SessionId},
    wire::ErrorCode,
};

use super::{
    Action, Answer, AskedInsight, Failure, Figures, List, ListKey, OpenPage, OpenSession, Opened, Remote, State,
};
use crate::{map::Recording, route::View};

impl State {
    /// The state after `action`. An answer to a question that is no longer asked changes nothing.
    #[must_use]
    pub fn reduce(&self, action: Action) -> Self {
        let mut next = self.clone();
        match action {
            Action::Navigated(view) => next.show(view),
            Action::SignedIn(token) => {
                next.access.token = Some(token);
                next.access.refused = false;
            }
            Action::Retried => next.attempt += 1,
            Action::Filtered(words) => next.list_mut().words = words,
            Action::Searched => {
                let words = self.list.words.trim().to_owned();
                let key = ListKey { words, ..self.list.key.clone() };
                next.list_mut().ask(key);
            }
            Action::Sorted(sort) => {
                let key = ListKey { sort, ..self.list.key.clone() };
                next.list_mut().ask(key);
            }
            Action::ListRefreshed { key, now, answer } if key == self.list.key => {
                if let Some(answer) = next.admit(answer) {
                    next.now = now;
                    match answer {
                        Ok(answer) => next.list_mut().refresh(answer),
                        Err(failure) => next.list_mut().failure = Some(failure),
                    }
                }
            }
            Action::MoreRequested => {
                let list = next.list_mut();
                list.more = list.next_cursor.clone();
            }
            Action::MoreLoaded { key, answer } if key == self.list.key => {
                if let Some(answer) = next.admit(answer) {
                    let list = next.list_mut();
                    list.more = None;
                    match answer {
                        Ok(answer) => list.extend(answer),
                        Err(failure) => list.failure = Some(failure),
                    }
                }
            }
            Action::OverviewLoaded { page, answer } if self.view.overview() == Some(page.as_deref()) => {
                if let Some(answer) = next.admit(answer) {
                    next.overview.settle(answer);
                }
            }
            Action::ProblemsLoaded { page, round, answer }
                if self.view.overview() == Some(page.as_deref()) && round == self.to_fix.round =>
            {
                if let Some(answer) = next.admit(answer) {
                    next.to_fix.problems.settle(answer);
                }
            }
            Action::ProblemDecided { id, status } => next.to_fix.decide(id, status),
            Action::ProblemSettled { number, answer } => match next.admit(answer) {
                Some(answer) => next.to_fix.settle(number, answer),
                None => next.to_fix.asked = None,
            },
            Action::PagesLoaded(answer) => {
                if let Some(answer) = next.admit(answer) {
                    next.pages.settle(answer);
                    next.decide_device();
                }
            }
            Action::SessionLoaded { view, answer } if view == self.view => {
                if let Some(mut answer) = next.admit(*answer) {
                    if let Ok(opened) = &mut answer {
                        next.keep(opened.session.session_id.clone(), opened.insight.take());
                    }
                    next.session.settle(answer);
                }
            }
            Action::DevicesLoaded { page, answer } if self.view.page_shown() == Some(&*page) => {
                if let Some(answer) = next.admit(answer) {
                    next.page.sessions.settle(answer);
                    next.decide_device();
                }
            }
            Action::PageLoaded { key, answer } if self.page.key.as_ref() == Some(&key) => {
                if let Some(answer) = next.admit(*answer) {
                    next.page.map.settle(answer);
                }
            }
            Action::InsightRequested(id) => {
                let insight = next.insights.entry(id.clone()).or_default();
                insight.busy = true;
                let refresh = insight.data.is_some();
                let number = self.asked.as_ref().map_or(0, |asked| asked.number + 1);
                next.asked = Some(AskedInsight { number, id, refresh });
            }
            Action::InsightDrafted { id, insight } => {
                let drafted = next.insights.entry(id).or_default();
                // One that a model made stays until there is a new one.
                if drafted.busy && drafted.data.is_none() {
                    drafted.data = Some(Rc::new(*insight));
                }
            }
            Action::InsightLoaded { id, answer } => {
                let answer = next.admit(*answer);
                let insight = next.insights.entry(id).or_default();
                insight.busy = false;
                if let Some(answer) = answer {
                    insight.settle(answer);
                }
            }
            Action::Changed(ids) => next.live.take(&ids, self.view.session()),
            Action::Lost => next.live.following = false,
            Action::ListRefreshed { .. }
            | Action::OverviewLoaded { .. }
            | Action::ProblemsLoaded { .. }
            | Action::MoreLoaded { .. }
            | Action::SessionLoaded { .. }
            | Action::DevicesLoaded { .. }
            | Action::PageLoaded { .. } => {}
        }
        next
    }

    /// Shows another view. What was loaded for a different subject goes, so that no figure stands under a wrong name.
    fn show(&mut self, view: View) {
        match (&self.view, &view) {
            (View::Session { id, page, .. }, View::Session { id: new, page: new_page, .. }) if id == new => {
                if page != new_page {
                    self.session.recording = None;
                }
            }
            (_, View::Session { .. }) => self.session = OpenSession::default(),
            (View::Pages { page: Some(page), .. }, View::Pages { page: Some(new), device }) if page == new => {
                self.page.change(new, *device, self.pages.data.as_ref().map_or(&[], |answer| &answer.pages));
            }
            (_, View::Pages { .. }) => self.page = OpenPage::default(),
            (_, View::Home { page } | View::Sessions { page }) => {
                let key = ListKey { page: page.clone(), ..self.list.key.clone() };
                if key.page != self.list.key.page {
                    self.overview = Remote::default();
                    self.to_fix.problems = Remote::default();
                }
                self.list_mut().ask(key);
            }
        }
        self.view = view;
        self.decide_device();
    }

    /// Decides on which device the page is shown, as soon as that can be known.
    pub(super) fn decide_device(&mut self) {
        if let View::Pages { page: Some(page), device } = &self.view {
            self.page.decide(page, *device, self.pages.data.as_ref().map_or(&[], |answer| &answer.pages));
        }
    }

    /// Shows the insight that the server keeps of a session, unless one is shown or asked for.
    fn keep(&mut self, id: SessionId, insight: Option<Insight>) {
        if let Some(insight) = insight
            && self.insights.get(&id).is_none_or(|known| known.data.is_none() && !known.busy)
        {
            self.insights.entry(id).or_default().settle(Ok(insight));
        }
    }

    /// Passes an answer on, unless it says that a credential is needed: then nothing else is worth saying.
    fn admit<T>(&mut self, answer: Answer<T>) -> Option<Answer<T>> {
        match answer {
            Err(failure) if failure.code() == Some(ErrorCode::Unauthorized) => {
                self.access.refused = true;
                None
            }
            answer => Some(answer),
        }
    }

    fn list_mut(&mut self) -> &mut List {
        Rc::make_mut(&mut self.list)
    }
}

impl OpenSession {
    /// Takes an answer. What is equal stays, so that nothing is drawn again.
    fn settle(&mut self, answer: Answer<Opened>) {
        match answer {
            Ok(Opened { session, summary, map, .. }) => {
                let recording = Recording::new(map, &summary);
                self.figures.settle(Ok(Figures { session, summary }));
                if self.recording.as_deref() != Some(&recording) {
                    self.recording = Some(Rc::new(recording));
                }
            }
            Err(failure) => self.figures.settle(Err(failure)),
        }
    }
}

impl State {
    /// What keeps the view in front from being up to date, if anything does.
    pub fn trouble(&self) -> Option<&Failure> {
        match self.view {
            View::Home { .. } | View::Sessions { .. } => None,
            View::Session { .. } => self.session.figures.failure.as_ref(),
            View::Pages { .. } => self.page.map.failure.as_ref(),
        }
    }
}
