//! A question in plain words.

use super::{
    agent::Agent,
    answer::{Answer, data, time},
    arguments::AskQuestion,
    definitions::LIMITS,
    refusal::Refusal,
};
use crate::{
    engine::Ask,
    model::{AnalystKind, Evidence, Subject},
};

impl Agent {
    pub(super) async fn ask(&self, asked: Result<AskQuestion, Refusal>) -> Result<String, Refusal> {
        let AskQuestion { question, page, session_id } = asked?;
        let longest = self.engine.limits.question_chars;
        if question.trim().is_empty() || question.chars().count() > longest {
            return Err(Refusal::new(format!("question has 1 to {longest} characters. Shorten it and call again.")));
        }
        let subject =
            match (session_id, page) {
                (Some(_), Some(_)) => {
                    return Err(Refusal::new("ask about a page or a session_id, not both. Leave one out."));
                }
                (Some(id), None) => Subject::Session(id.parse().map_err(|_| {
                    Refusal::new("session_id is no id of a visit; find_sessions lists the ids there are.")
                })?),
                (None, page) => self.engine.subject(&page),
            };
        let ask = Ask { subject, question: Some(question), refresh: false, who: self.who.clone() };
        let insight = self.engine.analyze(ask).await?;
        let by = match &insight.source.analyst {
            AnalystKind::Rules => "the built-in rules",
            _ => "a model, each sentence checked against recorded facts",
        };
        let mut answer = Answer::new(&format!("Answered by {by}."), &format!("{LIMITS}\n"));
        if let Some(reason) = &insight.source.reason {
            answer.add(&format!("The rules answer because: {}", data(reason)));
        }
        if let Some(reply) = &insight.answer {
            answer.add(&format!("answer {}", said(&reply.text)));
            reply.evidence.iter().for_each(|of| answer.add(&evidence(of)));
        }
        answer.add(&format!(
            "main problem {} {}",
            said(&insight.main_problem.title),
            said(&insight.main_problem.detail)
        ));
        insight.main_problem.evidence.iter().for_each(|of| answer.add(&evidence(of)));
        for one in &insight.insights {
            answer.add(&format!("seen {} {}", said(&one.title), said(&one.detail)));
        }
        for one in &insight.recommendations {
            answer.add(&format!("to do {} {}", said(&one.action), said(&one.rationale)));
        }
        Ok(answer.finish())
    }
}

/// What an analyst says repeats labels of the site, so it is data as a whole, sentence by sentence.
fn said(text: &str) -> String {
    let pieces: Vec<String> =
        text.split_inclusive(['.', '!', '?']).filter(|one| !one.trim().is_empty()).map(data).collect();
    pieces.join(" ")
}

fn evidence(of: &Evidence) -> String {
    let mut text = format!("   rests on {}", data(&of.label));
    if let Some(id) = &of.session_id {
        text.push_str(&format!(", visit {id}"));
    }
    if let Some(at) = of.timestamp {
        text.push_str(&format!(" at {}", time(at)));
    }
    if let Some(element) = &of.element {
        text.push_str(&format!(", element {}", data(element)));
    }
    if let Some(count) = of.count {
        text.push_str(&format!(", n={count}"));
    }
    text
}
