//! Asking an analyst: the rules' answer at once, a model's when one is set and the budget allows it, and what is kept.
//!
//! ```text
//! Ask -> Brief (facts, rules' answer) -> kept answer of the same digest? -> it
//!                                        budget left? -> task: model -> keep -> answer
//!                                        else, or when it fails           -> rules' answer, with the reason
//! ```
//!
//! A model is asked in a task of its own, which goes on when the client leaves: the answer is paid for, and kept.

mod flight;
mod stream;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::stream::BoxStream;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tracing::Instrument as _;

use self::flight::{Flight, Flights};
use super::{Engine, EngineError};
use crate::{
    clock::Clock,
    error_chain::chain,
    insight::{Brief, Model, Rules, claims, session_brief, site_brief},
    limits::Limits,
    model::{AnalystKind, Insight, KeptAnswer, Reply, Subject},
    store::{DAY_MS, Store},
};

/// Why the rules answer when no model is set.
const NO_MODEL: &str = "no model is set: see GEMINI_API_KEY and PULSE_OPENAI_URL";
/// Why they answer when no model may be asked any more.
const NO_BUDGET: &str = "the day's budget for a model is used up; it begins anew at midnight UTC";
/// What they answer to a question.
const NO_READER: &str = "The built-in rules do not read questions; set a model for that.";
/// Counts the requests of all credentials together.
const ALL: &str = "all";
/// Steps that a stream may be behind; there are fewer.
const STEPS: usize = 8;

/// What is asked.
#[derive(Debug)]
pub(crate) struct Ask {
    /// Of what.
    pub(crate) subject: Subject,
    /// A question in one's own words.
    pub(crate) question: Option<String>,
    /// Whether a kept answer does not do.
    pub(crate) refresh: bool,
    /// Whose budget it is: a digest of the credential.
    pub(crate) who: String,
}

/// What happens on the way to an answer.
#[derive(Debug)]
enum Step {
    /// The facts are there, with the rules' answer.
    Brief(Box<Brief>),
    /// A model is asked.
    Asking(AnalystKind, String),
    /// The answer.
    Answer(Box<Insight>),
}

/// Asks, and keeps.
#[derive(Debug, Clone)]
pub(super) struct Asking {
    store: Arc<dyn Store>,
    model: Option<Arc<dyn Model>>,
    flights: Flights,
    clock: Clock,
    patience: Duration,
    store_call: Duration,
    per_day: u32,
    per_credential: u32,
}

impl Engine {
    /// `POST /api/analyze...`
    pub(crate) async fn analyze(&self, ask: Ask) -> Result<Insight, EngineError> {
        let mut steps = self.ask(ask).await?;
        while let Some(step) = steps.recv().await {
            if let Step::Answer(insight) = step {
                return Ok(*insight);
            }
        }
        Err(EngineError::Unfinished)
    }

    /// The same as server-sent events: `facts`, `rules`, `asking` when a model is asked, and `answer`.
    pub(crate) async fn analyze_in_steps(&self, ask: Ask) -> Result<BoxStream<'static, Bytes>, EngineError> {
        Ok(stream::stream(self.ask(ask).await?))
    }

    /// `GET /api/analyze...`: the answer that is kept.
    pub(crate) async fn kept_answer(&self, subject: &Subject) -> Result<Insight, EngineError> {
        let kept = self.in_time(self.store.kept_answer(subject, "")).await?;
        kept.map(|kept| kept.insight).ok_or(EngineError::NoAnswer)
    }

    /// The page of a query as a subject; the site when it names none.
    pub(crate) fn subject(&self, page: &Option<String>) -> Subject {
        self.asked(page).map_or(Subject::Site, Subject::Page)
    }

    /// Begins, unless the subject is in work.
    async fn ask(&self, ask: Ask) -> Result<mpsc::Receiver<Step>, EngineError> {
        let flight = self.asking.flights.begin(&ask.subject).ok_or(EngineError::InFlight)?;
        let brief = self.brief(&ask).await?;
        let (steps, told) = mpsc::channel(STEPS);
        let asking = self.asking.clone();
        // Its log lines are those of the request that asked first.
        tokio::spawn(async move { asking.run(ask, brief, flight, &steps).await }.in_current_span());
        Ok(told)
    }

    /// What is told of the subject.
    async fn brief(&self, ask: &Ask) -> Result<Brief, EngineError> {
        let (question, now) = (ask.question.clone(), self.clock.now());
        match &ask.subject {
            Subject::Session(id) => Ok(session_brief(&self.report(id).await?, question, now)),
            Subject::Page(page) => Ok(site_brief(&self.site_report(Some(page.clone())).await?, question, now)),
            Subject::Site => Ok(site_brief(&self.site_report(None).await?, question, now)),
        }
    }
}

impl Asking {
    pub(super) fn new(store: Arc<dyn Store>, model: Option<Arc<dyn Model>>, limits: &Limits, clock: Clock) -> Self {
        Self {
            store,
            model,
            flights: Flights::default(),
            clock,
            patience: limits.model_answer,
            store_call: limits.store_call,
            per_day: limits.model_answers_per_day,
            per_credential: limits.model_answers_per_credential,
        }
    }

    /// From a brief to the answer, which is kept. Nobody may listen any more.
    async fn run(&self, ask: Ask, brief: Brief, flight: Flight, steps: &mpsc::Sender<Step>) {
        let _ = steps.send(Step::Brief(Box::new(brief.clone()))).await;
        let question = ask.question.as_deref().map(digest).unwrap_or_default();
        let input = match &self.model {
            Some(model) => claims::digest(&**model, &brief),
            None => digest(&format!("{} {:?}", Rules::MODEL, brief.facts)),
        };
        let kept = self.kept(&ask.subject, &question).await;
        let is_right = |kept: &KeptAnswer| kept.digest == input;
        if let Some(kept) = kept.as_ref().filter(|kept| !ask.refresh && is_right(kept)) {
            drop(flight);
            let _ = steps.send(Step::Answer(Box::new(kept.insight.clone()))).await;
            return;
        }
        let asked = match &self.model {
            None => Err(NO_MODEL.to_owned()),
            Some(_) if !self.may_ask(&ask.who).await => Err(NO_BUDGET.to_owned()),
            Some(model) => {
                let _ = steps.send(Step::Asking(model.analyst(), model.name().to_owned())).await;
                self.ask_model(&**model, &brief).await
            }
        };
        // Who fails is asked again the next time, and does not replace an answer that still holds.
        let (insight, digest) = match asked {
            Ok(insight) => (insight, Some(input)),
            Err(reason) if self.model.is_none() => (by_rules(brief, reason), Some(input)),
            Err(reason) => (by_rules(brief, reason), (!kept.as_ref().is_some_and(is_right)).then(String::new)),
        };
        if let Some(digest) = digest {
            self.keep(KeptAnswer { subject: ask.subject, question, digest, insight: insight.clone() }).await;
        }
        drop(flight);
        let _ = steps.send(Step::Answer(Box::new(insight))).await;
    }

    /// A model's answer, or why there is none.
    async fn ask_model(&self, model: &dyn Model, brief: &Brief) -> Result<Insight, String> {
        claims::ask(model, brief, self.clock.now(), self.patience).await.map_err(|error| {
            tracing::warn!(error = %chain(&error), "the model failed, the rules answer");
            error.to_string()
        })
    }

    /// What is kept. A store that cannot say so has nothing: an answer can be had without it.
    async fn kept(&self, subject: &Subject, question: &str) -> Option<KeptAnswer> {
        match tokio::time::timeout(self.store_call, self.store.kept_answer(subject, question)).await {
            Ok(Ok(kept)) => kept,
            Ok(Err(error)) => {
                tracing::warn!(error = %chain(&error), "a kept answer cannot be read");
                None
            }
            Err(_) => None,
        }
    }

    async fn keep(&self, answer: KeptAnswer) {
        match tokio::time::timeout(self.store_call, self.store.keep_answer(&answer)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(error = %chain(&error), "an answer is not kept"),
            Err(_) => tracing::warn!("an answer is not kept: the store is too slow"),
        }
    }

    /// Whether the budget allows one more, which it then counts. Without a count nothing is spent.
    async fn may_ask(&self, who: &str) -> bool {
        let day = self.clock.now().div_euclid(DAY_MS);
        for (who, most) in [(who, self.per_credential), (ALL, self.per_day)] {
            match tokio::time::timeout(self.store_call, self.store.take_request(day, who, most)).await {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) => return false,
                Ok(Err(error)) => {
                    tracing::warn!(error = %chain(&error), "requests to a model cannot be counted");
                    return false;
                }
                Err(_) => return false,
            }
        }
        true
    }
}

/// The rules' answer, with the reason why it is theirs.
fn by_rules(brief: Brief, reason: String) -> Insight {
    let Brief { mut rules, question, .. } = brief;
    rules.source.reason = Some(reason);
    rules.answer = question.map(|question| Reply { question, text: NO_READER.to_owned(), evidence: Vec::new() });
    rules
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
