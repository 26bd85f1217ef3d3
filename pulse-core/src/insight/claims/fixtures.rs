//! A brief for tests: a visit with rage at a dead button, an error, a slow page, and what else was seen.

use crate::{
    insight::brief::{Brief, Citable, Course, FigureUnit},
    model::{AnalystKind, Evidence, Insight, MainProblem, Observation, Recommendation, Severity, Source, Subject},
};

pub(super) const START: i64 = 1_790_000_000_000;

fn evidence(label: &str, after: i64) -> Evidence {
    Evidence {
        label: label.to_owned(),
        session_id: "rage-session".parse().ok(),
        timestamp: Some(START + after),
        element: None,
        count: None,
    }
}

fn named(mut fact: Citable, element: &str, name: &str, page: &str) -> Citable {
    fact.element = Some(element.to_owned());
    fact.page = Some(page.to_owned());
    fact.names = vec![name.to_owned(), page.to_owned()];
    fact
}

/// The facts F1 to F8.
pub(super) fn brief() -> Brief {
    let rage = Citable::new(
        "F1",
        "unresponsive",
        "“Pay with Orbit” on /checkout was clicked 7 times within 1.2 seconds and did not answer.",
        evidence("rage", 40_000),
    )
    .figure("clicks", 7.0, FigureUnit::Count("click"))
    .figure("span", 1_200.0, FigureUnit::Ms);
    let mut rage = named(rage, "the “Pay with Orbit” button", "Pay with Orbit", "/checkout");
    rage.severity = Some(Severity::High);
    rage.time = Some("40 seconds into the visit".into());
    let mut error = named(
        Citable::new(
            "F2",
            "error_after_click",
            "An error followed a click on “Apply voucher” on /cart.",
            evidence("error", 30_000),
        )
        .figure("errors", 1.0, FigureUnit::Count("error")),
        "the “Apply voucher” button",
        "Apply voucher",
        "/cart",
    );
    error.severity = Some(Severity::Medium);
    let mut outcome = Citable::new(
        "F3",
        "outcome",
        "The visit ended on /checkout without reaching a goal.",
        evidence("left", 62_000),
    );
    outcome.page = Some("/checkout".into());
    outcome.names = vec!["/checkout".into()];
    outcome.outcome = vec![Course::Left, Course::MissedGoal];
    let mut visit = Citable::new(
        "F4",
        "visit",
        "The visit took 1 minute 2 seconds; the pointer moved at a median speed of 412 px/s.",
        evidence("visit", 0),
    )
    .figure("time_spent", 62_000.0, FigureUnit::Ms)
    .figure("speed", 412.0, FigureUnit::PxPerSecond)
    .figure("page_views", 3.0, FigureUnit::Count("page view"))
    .figure("clicks", 10.0, FigureUnit::Count("click"));
    visit.page = Some("/product".into());
    visit.names = vec!["/product".into()];
    let page =
        Citable::new("F5", "page", "/product was read for 41 seconds and scrolled to 92 %.", evidence("page", 21_000))
            .figure("time_spent", 41_000.0, FigureUnit::Ms)
            .figure("depth", 92.0, FigureUnit::Percent)
            .figure("usual_time_spent", 20_000.0, FigureUnit::Ms);
    let page = Citable { page: Some("/product".into()), names: vec!["/product".into()], ..page };
    let clicks = named(
        Citable::new("F6", "clicks", "2 clicks on “Add to cart” on /product.", evidence("clicks", 23_100)).figure(
            "clicks",
            2.0,
            FigureUnit::Count("click"),
        ),
        "the “Add to cart” button",
        "Add to cart",
        "/product",
    );
    let mut choice = named(
        Citable::new(
            "F7",
            "hard_choice",
            "12 payment options were weighed for 6 seconds before the first click on /checkout.",
            evidence("choice", 34_000),
        )
        .figure("options", 12.0, FigureUnit::Count("option"))
        .figure("before_click", 6_000.0, FigureUnit::Ms),
        "the payment options",
        "Payment",
        "/checkout",
    );
    choice.severity = Some(Severity::Medium);
    let reading =
        Citable::new("F8", "reading", "The visitor read /product for 18 seconds.", evidence("reading", 24_000)).figure(
            "time_spent",
            18_000.0,
            FigureUnit::Ms,
        );
    let reading = Citable { page: Some("/product".into()), names: vec!["/product".into()], ..reading };
    Brief {
        subject: Subject::Session("rage-session".parse().unwrap_or_else(|_| unreachable!())),
        facts: vec![rage, error, outcome, visit, page, clicks, choice, reading],
        rules: rules(),
        question: None,
    }
}

fn rules() -> Insight {
    let observation = |n: i64| Observation {
        title: format!("What the rules saw, part {n}"),
        detail: "As the rules say.".to_owned(),
        evidence: vec![evidence("rules", n)],
    };
    let change = |n: i64| Recommendation {
        action: format!("What the rules advise, part {n}"),
        rationale: "As the rules say.".to_owned(),
        evidence: vec![evidence("rules", n)],
    };
    Insight {
        main_problem: MainProblem {
            title: "The rules' main problem".to_owned(),
            detail: "As the rules say.".to_owned(),
            severity: Severity::High,
            evidence: vec![evidence("rules", 99)],
        },
        insights: (1..=5).map(observation).collect(),
        recommendations: (1..=4).map(change).collect(),
        source: Source { analyst: AnalystKind::Rules, model: "pulse-rules".to_owned(), reason: None, tokens: None },
        generated_at: 1,
        of: "rage-session".to_owned(),
        answer: None,
    }
}
