//! Server-sent events, as they arrive.

use pulse_core::model::Insight;

use crate::json;

/// Reads server-sent events in pieces of any size.
#[derive(Debug, Default)]
pub struct Events {
    /// The beginning of an event whose end has not arrived.
    rest: Vec<u8>,
}

impl Events {
    /// A longer event is none that the dashboard reads, and is forgotten.
    const LONGEST: usize = 1024 * 1024;

    /// Name and data of each event that ends in this piece; one without data is none.
    pub fn read(&mut self, piece: &[u8]) -> Vec<(String, Vec<u8>)> {
        self.rest.extend_from_slice(piece);
        let mut events = Vec::new();
        while let Some(end) = self.rest.windows(2).position(|two| two == b"\n\n") {
            let event: Vec<u8> = self.rest.drain(..end + 2).collect();
            let field = |name: &[u8]| event.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(name));
            if let Some(data) = field(b"data: ") {
                let name = String::from_utf8_lossy(field(b"event: ").unwrap_or_default()).into_owned();
                events.push((name, data.to_vec()));
            }
        }
        if self.rest.len() > Self::LONGEST {
            self.rest.clear();
        }
        events
    }
}

/// Reads the steps to an insight.
#[derive(Debug, Default)]
pub struct AnswerSteps {
    events: Events,
    /// The answer, once it is there.
    pub answer: Option<Insight>,
}

impl AnswerSteps {
    /// Takes a piece; the rules' answer, when it ends in it.
    pub fn read(&mut self, piece: &[u8]) -> Option<Insight> {
        let mut drafted = None;
        for (name, data) in self.events.read(piece) {
            let insight = || json::read_bytes(&data).ok();
            match name.as_str() {
                "rules" => drafted = insight(),
                "answer" => self.answer = insight(),
                _ => {}
            }
        }
        drafted
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_rules_answer_comes_before_the_models() {
        let insight = |analyst: &str| {
            serde_json::json!({
                "main_problem": {"title": "“Pay” is dead", "detail": "", "severity": "high", "evidence": []},
                "insights": [], "recommendations": [], "source": {"analyst": analyst, "model": "m"},
                "generated_at": 1, "of": "session-0001",
            })
        };
        let stream = format!(
            "event: facts\ndata: {{\"facts\":[]}}\n\nevent: rules\ndata: {}\n\nevent: asking\ndata: {{}}\n\nevent: answer\ndata: {}\n\n",
            insight("rules"),
            insight("gemini")
        );
        for size in 1..stream.len() {
            let mut steps = AnswerSteps::default();
            let drafted: Vec<Insight> = stream.as_bytes().chunks(size).filter_map(|piece| steps.read(piece)).collect();
            assert_eq!(drafted.len(), 1);
            assert_eq!(serde_json::to_value(&drafted[0]).unwrap(), insight("rules"));
            assert_eq!(serde_json::to_value(steps.answer.unwrap()).unwrap(), insight("gemini"));
        }
    }
}
