//! How a model may speak: in claims that cite facts. What the facts do not prove is not shown.
//!
//! ```text
//! Brief -> prompt -> model -> claims -> check each: kind, slots, figures, names, assertions, address to the reader
//!                      ^                   \- refused: told to the model once, and only that is asked for again
//!                      \-------------------/      still missing: filled in from the rules, which the source says
//! ```
//!
//! A *claim* has a kind, the ids of the facts it rests on, and a text in which figures, names and times stand as *slots*
//! (`{F12.clicks}`). Each is checked alone, so that a bad one costs only itself. Severity is computed and never asked for.

mod answer;
mod assertions;
mod changes;
mod check;
mod figures;
#[cfg(test)]
mod fixtures;
mod lexicon;
#[cfg(test)]
mod phrasings;
mod prompt;
mod read;
mod refuse;
#[cfg(test)]
mod tests;
mod text;
mod things;
mod words;

use std::time::{Duration, Instant};

use self::answer::Draft;
use super::{AnalystError, Brief, Completion, Model};
use crate::model::{Insight, Millis};

/// The key of the main problem.
const MAIN: &str = "main_problem";
/// With less time left than this, a repair is not begun: a model takes seconds.
const REPAIR: Duration = Duration::from_secs(3);

/// A claim that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refused {
    /// Where it stood, such as `insights[2]`.
    place: String,
    /// Why, in words for the model.
    reason: String,
}

impl Refused {
    fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { place: place.into(), reason: reason.into() }
    }
}

/// Digest of a brief as it would be told to `model`.
pub(crate) fn digest(model: &dyn Model, brief: &Brief) -> String {
    prompt::digest(model, &prompt::prompt(brief))
}

/// Asks `model`, and keeps of its answer what the facts prove. What it leaves out is the rules'.
///
/// # Errors
/// There is no answer of the model within `patience`. One of which nothing can be used is the rules' answer and no error,
/// since it was paid for: its source counts the tokens.
pub(crate) async fn ask(
    model: &dyn Model,
    brief: &Brief,
    now: Millis,
    patience: Duration,
) -> Result<Insight, AnalystError> {
    let deadline = Instant::now() + patience;
    let first = prompt::prompt(brief);
    let Completion { text, model: mut named, mut tokens } = model.complete(&first, deadline).await?;
    let mut draft = Draft::new(brief);
    let is_answer = match read::read(&text) {
        Some(raw) => {
            draft.take(&raw, None);
            true
        }
        None => false,
    };
    if (!is_answer || !draft.refused.is_empty()) && deadline.saturating_duration_since(Instant::now()) > REPAIR {
        let refused = std::mem::take(&mut draft.refused);
        let again = prompt::repair(&first, &text, &refused, brief);
        match model.complete(&again, deadline).await {
            Ok(completion) => {
                tokens += completion.tokens;
                named = completion.model.or(named);
                if let Some(raw) = read::read(&completion.text) {
                    draft.take(&raw, Some(&refused));
                }
            }
            // What the first answer proved is shown all the same.
            Err(error) => tracing::info!(%error, "a model was not asked again"),
        }
    }
    tracing::debug!(?tokens, refused = draft.refused.len(), "a model answered");
    let name = named.unwrap_or_else(|| model.name().to_owned());
    Ok(draft.finish(model.analyst(), name, tokens, now))
}
