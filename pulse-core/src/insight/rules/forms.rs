//! Findings about forms and tasks.

use super::{
    story::Story,
    teller::{COMMITTED, Teller, has_any, has_word, label_of},
};
use crate::{
    analyze::detect::{Aftermath, Finding, Harm, Measure, Sort},
    insight::words::{count, element_name, sentence, times},
};

/// Words in the labels of fields that a browser fills in.
const FILLED_BY_BROWSERS: [&str; 12] =
    ["name", "street", "address", "city", "town", "post", "zip", "card", "phone", "mail", "country", "company"];
/// Words in the labels of fields whose values are written in more than one way.
const WRITTEN_IN_WAYS: [&str; 8] = ["card", "phone", "iban", "account", "date", "birth", "coupon", "voucher"];

/// A code that is sent to the visitor, and not one that brings a discount.
fn is_sent_code(label: &str, page: &str) -> bool {
    let is_other = has_any(label, &["coupon", "voucher", "promo", "discount", "post", "zip", "country"]);
    (label.contains("code") && !is_other) || (label.is_empty() && has_word(page, &["confirm", "verify"]))
}

pub(super) fn form_effort(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page, path) = (t.element(finding), t.page(&finding.page), t.path(&finding.page));
    let time = t.ms(finding, Measure::TimeMs).unwrap_or_else(|| "long".to_owned());
    let pause = t.ms(finding, Measure::PauseMs).map_or(String::new(), |pause| format!(", {pause} of it in one pause"));
    let presses =
        t.number(finding, Measure::Presses).map_or(String::new(), |n| format!(", for {}", count(n, "key press")));
    let again = t.number(finding, Measure::Returns);
    let returns =
        again.map_or(String::new(), |n| format!("The visitor came back to it {} after other fields.", times(n)));
    let last = finding.other.as_ref().map_or(String::new(), |other| {
        format!("{} was the last field before the visitor left.", sentence(&element_name(other)))
    });
    let ended = if finding.harm == Harm::BlockedGoal { t.then(finding) } else { "" };
    let others = finding.element.as_ref().map_or(0, |element| t.other_fields(&finding.page, element));
    let name = label_of(finding.element.as_ref());
    let stopped = match others {
        ..2 => "It made the visitor stop and think, or look something up.",
        _ => "The other fields went quickly; this one made the visitor stop and think or look something up.",
    };
    let mut actions = vec![(
        match is_sent_code(&name, &finding.page) {
            true => format!("Say beside {e} on {path} where the code comes from, and offer to send it again"),
            false => format!("Say beside {e} on {path} what is asked for and where to find it, with an example"),
        },
        stopped.to_owned(),
    )];
    if has_any(&name, &FILLED_BY_BROWSERS) && !name.contains("user") {
        actions.push((
            format!("Let the browser fill in {e} on {path} (autocomplete)"),
            "What the browser fills in need not be looked up or typed.".to_owned(),
        ));
    }
    if again.is_some() {
        let any = if has_any(&name, &WRITTEN_IN_WAYS) { "Accept any common form in" } else { "Check" };
        actions.push((
            match any {
                "Check" => format!("Check {e} on {path} while it is filled in, and say at once what is missing"),
                any => format!("{any} {e} on {path}, and check it while it is typed"),
            },
            "A correction made at once costs less than one made on a second visit to the field.".to_owned(),
        ));
    }
    let title = match others {
        0 => format!("{} on {path} takes much effort", sentence(&e)),
        _ => format!("{} takes more effort than the rest of the form on {path}", sentence(&e)),
    };
    Story::new(title, &[&format!("On {page} it took {time}{pause}{presses}."), &returns, &last, ended], actions)
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
    let name = label_of(finding.other.as_ref());
    let field = field.unwrap_or_else(|| "the field".to_owned());
    let mut actions = Vec::new();
    if name.contains("password") {
        actions.push((
            format!("List the rules beside {field} on {path}, and tick each one off while it is typed"),
            "People who see all rules at once do not break them one after the other.".to_owned(),
        ));
    } else {
        actions.push((
            format!("Say beside {field} on {path} what is wrong and how to put it right"),
            "People who read the reason next to the field correct it in one go.".to_owned(),
        ));
    }
    actions.push((
        format!("Check {field} when it is left, not only when the form on {path} is sent"),
        "The visitor learned of it only after sending.".to_owned(),
    ));
    if has_any(&name, &WRITTEN_IN_WAYS) {
        let ways = if has_any(&name, &["coupon", "voucher"]) {
            "spaces, dashes, upper and lower case"
        } else {
            "spaces, dashes"
        };
        actions.push((
            format!("Accept more ways of writing in {field}: {ways}"),
            "What the server can put right itself needs no second try.".to_owned(),
        ));
    }
    Story::new(
        title,
        &[
            &seen,
            &most,
            "What is wrong is perhaps not said clearly enough, or not where it is corrected.",
            if passed { "" } else { t.then(finding) },
        ],
        actions,
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
    let is_field = finding.element.as_ref().is_some_and(|element| element.sort == Sort::Field);
    let touched = last.as_ref().map_or(String::new(), |e| format!("{} was used last.", sentence(e)));
    let pays = has_word(&finding.page, &COMMITTED);
    let look = match last {
        Some(e) if is_field => {
            let beside = if pays { "the price beside it" } else { "what is asked for after it" };
            format!("Check first on {path} whether it was {e} or {beside}")
        }
        Some(e) => format!("Say beside {e} on {path} what it brings and what it commits to"),
        None => format!("Say on {path} why each thing is asked for"),
    };
    let costs = if pays { "what it costs in all" } else { "how long it takes" };
    let mut actions = vec![
        (look, "That is where this visitor stopped, after having begun.".to_owned()),
        (
            format!("Say at the top of {path} {costs} and what comes next"),
            "Who knows that before the first step meets no surprise at the last.".to_owned(),
        ),
    ];
    if t.has_form(&finding.page) {
        actions.push((
            format!("Keep what was entered on {path}, and offer to go on with it"),
            "People who come back need not start again.".to_owned(),
        ));
    }
    let begun = if t.has_form(&finding.page) { "began to fill in" } else { "began on" };
    Story::new(
        format!("The visitor {begun} {page} and gave up"),
        &[&how, &touched, "What was begun was not sent, and no goal was reached."],
        actions,
    )
}
