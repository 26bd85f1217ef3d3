//! Findings about forms and tasks.

use super::{
    story::Story,
    teller::{Teller, element_name},
};
use crate::{
    analyze::detect::{Aftermath, Finding, Harm, Measure, Sort},
    insight::words::{count, sentence, times},
};

pub(super) fn form_effort(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page, path) = (t.element(finding), t.page(&finding.page), t.path(&finding.page));
    let time = t.ms(finding, Measure::TimeMs).unwrap_or_else(|| "long".to_owned());
    let pause = t.ms(finding, Measure::PauseMs).map_or(String::new(), |pause| format!(", {pause} of it in one pause"));
    let presses =
        t.number(finding, Measure::Presses).map_or(String::new(), |n| format!(", for {}", count(n, "key press")));
    let returns = t
        .number(finding, Measure::Returns)
        .map_or(String::new(), |n| format!("The visitor came back to it {} after other fields.", times(n)));
    let last = finding.other.as_ref().map_or(String::new(), |other| {
        format!("{} was the last field before the visitor left.", sentence(&element_name(other)))
    });
    let ended = if finding.harm == Harm::BlockedGoal { t.then(finding) } else { "" };
    Story::new(
        format!("{} takes more effort than the rest of the form on {path}", sentence(&e)),
        &[&format!("On {page} it took {time}{pause}{presses}."), &returns, &last, ended],
        [
            (
                format!("Say beside {e} on {path} what is asked for and why, with an example"),
                "The other fields went quickly; this one made the visitor stop and think or look something up."
                    .to_owned(),
            ),
            (
                format!("Ask for what {e} holds later, or do without it"),
                "The field that costs most is the first to drop: what is not asked keeps nobody from finishing."
                    .to_owned(),
            ),
            (
                format!("Accept what is typed into {e} in any common form, and check it while it is typed"),
                "A correction made at once costs less than one made on a second visit to the field.".to_owned(),
            ),
        ],
    )
}

pub(super) fn form_refused(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page, path) = (t.element(finding), t.page(&finding.page), t.path(&finding.page));
    let sent = times(u64::from(finding.count));
    let passed = finding.aftermath == Aftermath::MovedOn;
    let field = finding.other.as_ref().map(element_name);
    let title = match passed {
        true => format!("The form on {path} was refused before it passed: it was sent {sent}"),
        false => format!("The form on {path} was sent {sent} and never passed"),
    };
    let within = t.ms(finding, Measure::SpanMs).map_or(String::new(), |span| format!(" within {span}"));
    let seen = format!("On {page} {e} was {}{within}, with corrections between.", t.clicked_times(finding.count));
    let most = field.as_ref().map_or(String::new(), |field| format!("Corrected most was {field}."));
    let field = field.unwrap_or_else(|| "the field".to_owned());
    Story::new(
        title,
        &[
            &seen,
            &most,
            "What is wrong is not said clearly enough, or not where it is corrected.",
            if passed { "" } else { t.then(finding) },
        ],
        [
            (
                format!("Say beside {field} on {path} what is wrong and how to put it right"),
                "People who read the reason next to the field correct it in one go.".to_owned(),
            ),
            (
                format!("Check {field} when it is left, not only when the form is sent"),
                format!("The visitor learned of it only after {e}, and had to search for it."),
            ),
            (
                format!("Accept more ways of writing in {field}: spaces, dashes, upper and lower case"),
                "What the server can put right itself needs no second try.".to_owned(),
            ),
        ],
    )
}

pub(super) fn given_up(t: Teller<'_>, finding: &Finding) -> Story {
    let (page, path) = (t.page(&finding.page), t.path(&finding.page));
    let time = t.ms(finding, Measure::TimeMs).map_or(String::new(), |time| format!(" after {time} there"));
    let how = match finding.aftermath {
        Aftermath::CameBack => format!("The visitor went back to pages seen before{time}."),
        _ => format!("The visit ended{time}."),
    };
    let last = finding.element.as_ref().map(element_name);
    let touched = last.as_ref().map_or(String::new(), |e| format!("{} was used last.", sentence(e)));
    let look = match (last, finding.element.as_ref().map(|element| element.sort)) {
        (Some(e), Some(Sort::Field)) => format!("Look at {e} on {path}: say why it is asked for, or leave it out"),
        (Some(e), _) => format!("Say beside {e} on {path} what it brings and what it commits to"),
        (None, _) => format!("Look at what {path} asks for: say why it is needed, or leave it out"),
    };
    Story::new(
        format!("The visitor began on {page} and gave up"),
        &[&how, &touched, "What was begun was not sent, and no goal was reached."],
        [
            (look, "That is where this visitor stopped, after having begun.".to_owned()),
            (
                format!("Say at the top of {path} what it costs, how long it takes and what comes next"),
                "Surprises about price or effort late on the way are the most common reason for giving up.".to_owned(),
            ),
            (
                format!("Keep what was entered on {path}, and offer to go on with it"),
                "People who come back need not start again.".to_owned(),
            ),
        ],
    )
}
