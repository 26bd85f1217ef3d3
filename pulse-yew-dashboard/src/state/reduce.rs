//! The one place where state changes.

use std::rc::Rc;

use pulse_core::{
    analyze::PageSummary,
    model::{Insight, Subject},
    wire::{ErrorCode, SessionMap},
};

use super::{Access, Action, Answer, AskedInsight, Beats, Figures, List, OpenSession, Opened, State};
use crate::{
    map::Recording,
    route::{Filter, View},
    summary::Summary,
};

impl State {
    /// The state after `action`. An answer to a question that is no longer asked changes nothing.
    #[must_use]
    pub fn reduce(&self, action: Action) -> Self {
        let mut next = self.clone();
        match action {
            Action::Navigated(view) => next.show(view),
            Action::SignedIn => next.access = Access { signed_in: true, refused: false },
            // What was read goes with them: another person may be the next to look.
            Action::SignedOut => {
                next = Self::new(self.view.clone(), false, self.now);
                (next.access.refused, next.reads.on_phone) = (true, self.reads.on_phone);
            }
            Action::Retried => next.attempt += 1,
            Action::Typed(words) => next.list_mut().words = words,
            Action::Searched => {
                let words = self.list.words.trim().to_owned();
                next.filter(Filter { words, ..self.list.key.clone() });
            }
            Action::Filtered(filter) => next.filter(filter),
            Action::ListRefreshed { key, now, answer } if key == self.list.key => {
                if let Some(answer) = next.admit(answer) {
                    match answer {
                        Ok(answer) => {
                            next.now = now;
                            next.list_mut().refresh(answer);
                        }
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
            Action::Answered(read, now) => next.settle(*read, now),
            Action::ProblemsAnswered { round, now, read } if round == self.to_fix.round => next.settle(*read, now),
            Action::MoreProblems => next.to_fix.list_more(),
            Action::ProblemDecided { id, title, status } => next.to_fix.decide(id, title, status),
            Action::ProblemSettled { number, answer } => match next.admit(answer) {
                Some(answer) => {
                    if let Some(id) = next.to_fix.settle(number, answer)
                        && let Some(problems) = next.reads.problems_mut()
                    {
                        problems.remove(&id);
                    }
                }
                None => next.to_fix.asked = None,
            },
            Action::SessionLoaded { view, answer } if view == self.view => {
                if let Some(mut answer) = next.admit(*answer) {
                    if let Ok(opened) = &mut answer {
                        let subject = Subject::Session(opened.session.session_id.clone());
                        next.keep(subject, opened.insight.take());
                    }
                    next.session.settle(&view, answer);
                }
            }
            Action::PageRecorded { id, answer } if self.view.session() == Some(&id) => {
                if let Some(Ok(opened)) = next.admit(*answer) {
                    next.session.add(opened);
                }
            }
            Action::BeatsLoaded { id, answer } if self.view.session() == Some(&id) => {
                if let Some(Ok(Beats { events })) = next.admit(answer)
                    && *self.session.beats != events
                {
                    next.session.beats = Rc::new(events);
                }
            }
            Action::EraseAsked(id) => {
                if self.view.session() == Some(&id) {
                    next.show(View::Sessions(self.list.key.clone()));
                }
                next.erase.ask(id);
            }
            Action::EraseUndone => next.erase.undo(),
            Action::EraseDue => next.erase.end(),
            Action::Erased { id, answer } => match next.admit(answer) {
                // One that is gone already is as good.
                Some(Err(failure)) if failure.code() != Some(ErrorCode::NotFound) => {
                    next.erase.fail(&id);
                    next.list_mut().failure = Some(failure);
                }
                Some(_) => next.list_mut().remove(&id),
                None => next.erase.fail(&id),
            },
            Action::InsightRequested(subject, question) => {
                let insight = next.insights.entry(subject.clone()).or_default();
                insight.busy = true;
                let refresh = insight.data.is_some() && question.is_none();
                let number = self.asked.as_ref().map_or(0, |asked| asked.number + 1);
                next.asked = Some(AskedInsight { number, subject, question, refresh });
            }
            Action::InsightDrafted { subject, insight } => {
                let drafted = next.insights.entry(subject).or_default();
                // One that a model made stays until there is a new one.
                if drafted.busy && drafted.data.is_none() {
                    drafted.data = Some(Rc::new(*insight));
                }
            }
            Action::InsightLoaded { subject, answer } => {
                let answer = next.admit(*answer);
                let insight = next.insights.entry(subject).or_default();
                insight.busy = false;
                if let Some(answer) = answer {
                    insight.settle(answer);
                }
            }
            Action::Changed(ids) => next.live.take(&ids, self.view.session()),
            Action::Lost => next.live.following = false,
            Action::ListRefreshed { .. }
            | Action::MoreLoaded { .. }
            | Action::ProblemsAnswered { .. }
            | Action::SessionLoaded { .. }
            | Action::PageRecorded { .. }
            | Action::BeatsLoaded { .. } => {}
        }
        // What was answered may say what else is to be asked: the widths of a page, before its map.
        let view = next.view.clone();
        next.reads.want(&view);
        next
    }

    /// Takes an answer.
    fn settle(&mut self, read: super::Read, now: pulse_core::model::Millis) {
        match read.failure() {
            Some(failure) if failure.code() == Some(ErrorCode::Unauthorized) => self.access.refused = true,
            failure => {
                if failure.is_none() {
                    self.now = now;
                }
                self.reads.settle(read);
            }
        }
    }

    /// Lists other sessions; the address follows when it shows the list.
    fn filter(&mut self, filter: Filter) {
        self.list_mut().ask(filter.clone());
        if self.view.is_list() {
            self.view = View::Sessions(filter);
        }
    }

    /// Shows another view. What was loaded of another session goes, so that no figure stands under a wrong name.
    fn show(&mut self, view: View) {
        match (&self.view, &view) {
            (View::Session { id, page, .. }, View::Session { id: new, page: new_page, .. })
                if id == new && page != new_page =>
            {
                self.session.answered.clone_from(new_page);
            }
            (View::Session { id, .. }, View::Session { id: new, .. }) if id == new => {}
            (_, View::Session { .. }) => self.session = OpenSession::default(),
            (_, View::Sessions(filter)) => {
                let filter = filter.clone();
                let list = self.list_mut();
                list.words.clone_from(&filter.words);
                list.ask(filter);
            }
            _ => {}
        }
        self.view = view;
    }

    /// Shows the insight that the server keeps, unless one is shown or asked for.
    fn keep(&mut self, subject: Subject, insight: Option<Insight>) {
        if let Some(insight) = insight
            && self.insights.get(&subject).is_none_or(|known| known.data.is_none() && !known.busy)
        {
            self.insights.entry(subject).or_default().settle(Ok(insight));
        }
    }

    /// Passes an answer on, unless it says that a credential is needed: then nothing else is worth saying.
    fn admit<T>(&mut self, answer: Answer<T>) -> Option<Answer<T>> {
        match answer {
            Err(failure) if failure.code() == Some(ErrorCode::Unauthorized) => {
                self.access = Access { signed_in: false, refused: true };
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
    fn settle(&mut self, view: &View, answer: Answer<Opened>) {
        match answer {
            Ok(Opened { session, summary, cut, map, .. }) => {
                let known = self.figures.data.as_deref().map_or(&[][..], |known| &known.summary.pages);
                self.behind.extend(gone_on(known, &summary.pages).map(str::to_owned));
                let is_elsewhere = summary.pages.len() > known.len();
                let is_chosen = matches!(view, View::Session { page: Some(_), .. });
                if session.live && !is_chosen {
                    self.followed = Some(map.page.clone());
                } else if is_elsewhere && (session.live || self.followed.is_some()) {
                    let latest = summary.pages.iter().max_by_key(|view| view.entered_at + view.time_ms);
                    self.followed = latest.map(|view| view.page.clone());
                }
                self.answered = Some(map.page.clone());
                self.record(map, &summary);
                self.figures.settle(Ok(Figures { session, summary, cut }));
            }
            Err(failure) => self.figures.settle(Err(failure)),
        }
    }

    /// Takes what was recorded on a page beside the one that is shown. It may have been asked for before the latest is
    /// known: that is not put in its place.
    fn add(&mut self, Opened { map, summary, .. }: Opened) {
        let known = self.figures.data.as_deref().map_or(&[][..], |known| &known.summary.pages);
        let is_behind = gone_on(&summary.pages, known).any(|page| page == map.page);
        if is_behind && self.recordings.contains_key(&map.page) {
            return;
        }
        let page = map.page.clone();
        self.record(map, &summary);
        if is_behind {
            self.behind.insert(page);
        }
    }

    /// Keeps what was recorded on a page.
    fn record(&mut self, map: SessionMap, summary: &Summary) {
        self.behind.remove(&map.page);
        let recording = Recording::new(map, summary);
        if self.recordings.get(&recording.map.page).is_none_or(|known| **known != recording) {
            Rc::make_mut(&mut self.recordings).insert(recording.map.page.clone(), Rc::new(recording));
        }
    }
}

/// The pages of which `now` says more than `before` did. Both lists are by the time at which pages were entered.
fn gone_on<'a>(before: &[PageSummary], now: &'a [PageSummary]) -> impl Iterator<Item = &'a str> {
    let mut before = before.iter().peekable();
    now.iter().filter_map(move |view| {
        while before.next_if(|known| known.entered_at < view.entered_at).is_some() {}
        let at_once = |known: &&PageSummary| known.entered_at == view.entered_at;
        let has_it = |known: &PageSummary| known.time_ms >= view.time_ms && known.page == view.page;
        // Mostly it is the next one. Of those that were entered at one time, it may be another.
        let is_known = before.next_if(|known| at_once(known) && has_it(known)).is_some()
            || before.clone().take_while(at_once).any(has_it);
        (!is_known).then_some(&*view.page)
    })
}
