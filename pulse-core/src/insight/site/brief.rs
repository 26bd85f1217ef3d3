//! The facts of a page or the site, for whoever is asked about it.

use super::{
    SiteReport,
    phrases::phrases,
    rules::{detail, evidence, percent, site_insight},
};
use crate::{
    analyze::{detect::Unit, page::PageRow},
    insight::{
        Brief, Citable, Course, FigureUnit,
        words::{count, duration, element_name, page_name},
    },
    model::{Evidence, Millis},
    wire::ProblemRow,
};

/// Everything that is told of a page or the site, with the rules' answer of `now`.
pub fn site_brief(report: &SiteReport, question: Option<String>, now: Millis) -> Brief {
    Brief { subject: report.subject.clone(), facts: site_facts(report), rules: site_insight(report, now), question }
}

/// The problems, gravest first, and the pages: `F1`, `F2`, ...
pub fn site_facts(report: &SiteReport) -> Vec<Citable> {
    let problems = report.problems.iter().take(SiteReport::MOST).map(of_problem);
    let pages = report.pages.iter().take(SiteReport::MOST).map(of_page);
    let mut facts: Vec<Citable> = problems.chain(pages).collect();
    for (number, fact) in facts.iter_mut().enumerate() {
        fact.id = format!("F{}", number + 1);
    }
    facts
}

fn of_problem(row: &ProblemRow) -> Citable {
    let words = phrases(row);
    let text = format!("{}. {}", words.title, detail(row, &words));
    let cited = evidence(row).into_iter().next().unwrap_or_else(|| unlinked(&row.page));
    let mut fact = Citable::new("", row.kind.as_str(), text, cited)
        .figure("visits_hit", row.hit as f64, FigureUnit::Count("visit"))
        .figure("visits_seen", row.seen as f64, FigureUnit::Count("visit"))
        .figure("share", row.share.value * 100.0, FigureUnit::Percent)
        .figure("share_at_least", row.share.low * 100.0, FigureUnit::Percent)
        .figure("share_at_most", row.share.high * 100.0, FigureUnit::Percent)
        .figure("times", row.times as f64, FigureUnit::Count("time"));
    if row.cost_ms > 0 {
        fact = fact.figure("cost_each", row.cost_ms as f64 / row.hit.max(1) as f64, FigureUnit::Ms);
    }
    for figure in &row.figures {
        let unit = match figure.name.unit() {
            Unit::Count => FigureUnit::Count("time"),
            Unit::Ms => FigureUnit::Ms,
            Unit::Px => FigureUnit::Px,
            Unit::Percent => FigureUnit::Percent,
        };
        let name = serde_json::to_value(figure.name).ok().and_then(|name| Some(name.as_str()?.to_owned()));
        let name = name.unwrap_or_default();
        fact = fact.figure(format!("mean_{name}"), figure.mean, unit);
        if let Some(usual) = figure.usual {
            fact = fact.figure(format!("usual_{name}"), usual.value, unit);
        }
    }
    if let Some(goals) = row.goals {
        fact = fact
            .figure("hit_reached_goal", goals.hit.value * 100.0, FigureUnit::Percent)
            .figure("others_reached_goal", goals.not_hit.value * 100.0, FigureUnit::Percent)
            .figure("others", goals.others as f64, FigureUnit::Count("other"));
        fact.text += &format!(
            " Of those hit, {} reached the goal; of the {}, {}.",
            percent(goals.hit.value),
            count(goals.others, "other"),
            percent(goals.not_hit.value)
        );
        fact.outcome = vec![Course::ReachedGoal, Course::MissedGoal];
    }
    let courses = [(row.left, Course::Left), (row.gave_up, Course::Left), (row.came_back, Course::CameBack)];
    for (_, course) in courses.into_iter().filter(|(visits, _)| *visits > 0) {
        if !fact.outcome.contains(&course) {
            fact.outcome.push(course);
        }
    }
    fact.element = row.element.as_ref().map(element_name);
    fact.page = Some(page_name(&row.page));
    fact.names = names(row);
    fact.severity = Some(row.severity);
    fact
}

fn names(row: &ProblemRow) -> Vec<String> {
    let elements = row.element.iter().chain(&row.other);
    let of_elements = elements.flat_map(|element| element.label.clone().into_iter().chain([element.path.clone()]));
    let pages = std::iter::once(&row.page).chain(&row.other_page).map(|page| page_name(page));
    of_elements.chain(pages).chain(row.error.clone()).filter(|name| !name.is_empty()).collect()
}

fn of_page(page: &PageRow) -> Citable {
    let share = |part: u64| part as f64 / page.sessions.max(1) as f64 * 100.0;
    let name = page_name(&page.page);
    let text = format!(
        "{name}: {}, {} a view, {} of the visits ended there, {} went back at once.",
        count(page.sessions, "visit"),
        duration(page.mean_time_ms.round() as Millis),
        percent(share(page.exits) / 100.0),
        percent(share(page.quick_backs.min(page.sessions)) / 100.0)
    );
    let mut fact = Citable::new("", "page", text, unlinked(&page.page))
        .figure("visits", page.sessions as f64, FigureUnit::Count("visit"))
        .figure("views", page.views as f64, FigureUnit::Count("view"))
        .figure("time_a_view", page.mean_time_ms, FigureUnit::Ms)
        .figure("ended_here", share(page.exits), FigureUnit::Percent)
        .figure("began_here", share(page.entries), FigureUnit::Percent)
        .figure("went_back", share(page.quick_backs.min(page.sessions)), FigureUnit::Percent)
        .figure("clicks", page.clicks as f64, FigureUnit::Count("click"))
        .figure("errors", page.errors as f64, FigureUnit::Count("error"));
    if let Some(seen) = page.scroll_reach.get(50) {
        fact = fact.figure("saw_half", seen * 100.0, FigureUnit::Percent);
    }
    if let Some(most) = page.elements.first() {
        fact.evidence.element = Some(most.element.path.clone());
        fact.names.push(most.element.name().to_owned());
    }
    fact.evidence.count = Some(page.sessions);
    fact.names.push(name.clone());
    fact.page = Some(name);
    fact
}

/// Evidence that leads to a page alone.
fn unlinked(page: &str) -> Evidence {
    Evidence { label: page_name(page), session_id: None, timestamp: None, element: None, count: None }
}
