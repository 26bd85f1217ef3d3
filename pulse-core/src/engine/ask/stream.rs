//! The steps to an answer as server-sent events.

use bytes::Bytes;
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use serde::Serialize;
use serde_json::json;
use tokio::sync::mpsc;

use super::Step;

/// `facts`, `rules`, `asking` when a model is asked, `answer`.
pub(super) fn stream(steps: mpsc::Receiver<Step>) -> BoxStream<'static, Bytes> {
    let told = stream::unfold(steps, |mut steps| async { steps.recv().await.map(|step| (told(&step), steps)) });
    told.boxed()
}

fn told(step: &Step) -> Bytes {
    match step {
        Step::Brief(brief) => {
            let facts = brief.facts.iter().map(|fact| json!({ "id": fact.id, "kind": fact.kind, "text": fact.text }));
            let facts = json!({ "of": brief.subject.of(), "facts": facts.collect::<Vec<_>>() });
            Bytes::from(event("facts", &facts) + &event("rules", &brief.rules))
        }
        Step::Asking(analyst, model) => Bytes::from(event("asking", &json!({ "analyst": analyst, "model": model }))),
        Step::Answer(insight) => Bytes::from(event("answer", insight)),
    }
}

/// One event; JSON has no line breaks of its own.
fn event(name: &str, data: &impl Serialize) -> String {
    let data = serde_json::to_string(data).unwrap_or_default();
    format!("event: {name}\ndata: {data}\n\n")
}
