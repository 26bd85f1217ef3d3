//! Two groups of visits side by side.

use std::collections::BTreeMap;

use super::{
    agent::Agent,
    answer::{Answer, data, share},
    arguments::Compare,
    definitions::{LIMITS, phrase},
    pages::row_line,
    problems::element,
    refusal::Refusal,
};
use crate::{
    analyze::{
        page::PageRow,
        problems::{ProblemId, Share95},
    },
    wire::{PagesQuery, ProblemRow, ProblemsQuery, Query, VisitsQuery},
};

/// Problems that are compared of each group.
const PROBLEMS: usize = 200;

/// Pages of each group, when no page is asked for.
const PAGES: usize = 5;

struct Group {
    visits: u64,
    problems: BTreeMap<ProblemId, ProblemRow>,
    pages: Vec<PageRow>,
}

impl Agent {
    pub(super) async fn compare(&self, asked: Result<Compare, Refusal>) -> Result<String, Refusal> {
        let Compare { a, b, page } = asked?;
        let a = self.group(a.query(), &page).await?;
        let b = self.group(b.query(), &page).await?;
        let heading = format!("a: n={} visits, b: n={} visits.", a.visits, b.visits);
        let end = format!(
            "A difference is called larger than chance when the 95% intervals of the two shares do not meet. Other things \
             than the one you have in mind may differ between a and b.\n{LIMITS}\n"
        );
        let mut answer = Answer::new(&heading, &end);
        if a.visits == 0 || b.visits == 0 {
            answer.add("One of the groups has no visits: widen its range or leave out its device.");
        }
        for (name, group) in [("a", &a), ("b", &b)] {
            group.pages.iter().take(PAGES).for_each(|row| answer.add(&format!("{name}: {}", row_line(row))));
        }
        let mut both: Vec<_> = a.problems.iter().chain(&b.problems).collect();
        both.sort_by(|x, y| change(&a, &b, y.0).total_cmp(&change(&a, &b, x.0)).then(x.0.cmp(y.0)));
        both.dedup_by(|x, y| x.0 == y.0);
        for (id, row) in both {
            let (in_a, in_b) = (a.hits(id, &row.page), b.hits(id, &row.page));
            let on = row.element.as_ref().map(|of| format!(", element {}", element(of))).unwrap_or_default();
            answer.add(&format!(
                "[{id}] {}: {}\n   page {}{on}\n   a: {}; b: {}; {}",
                row.kind.as_str(),
                phrase(row.kind),
                data(&row.page),
                share(in_a.0, in_a.1),
                share(in_b.0, in_b.1),
                verdict(in_a, in_b),
            ));
        }
        Ok(answer.finish())
    }

    async fn group(&self, visits: VisitsQuery, page: &Option<String>) -> Result<Group, Refusal> {
        let query = ProblemsQuery { page: page.clone(), visits, limit: Some(PROBLEMS), ..ProblemsQuery::default() };
        query.check()?;
        let found = self.engine.problems(query).await?;
        let pages = PagesQuery { page: page.clone(), scope: visits.scope(), ..PagesQuery::default() };
        let pages = self.engine.pages(pages).await?.pages;
        let problems = found.problems.into_iter().map(|row| (row.id.clone(), row)).collect();
        Ok(Group { visits: found.visits, problems, pages })
    }
}

impl Group {
    /// Visits hit and visits that saw the page.
    fn hits(&self, id: &ProblemId, page: &str) -> (u64, u64) {
        match self.problems.get(id) {
            Some(row) => (row.hit, row.seen),
            None => (0, self.pages.iter().find(|row| row.page == page).map_or(0, |row| row.sessions)),
        }
    }
}

/// How far apart the two shares are.
fn change(a: &Group, b: &Group, id: &ProblemId) -> f64 {
    let page = a.problems.get(id).or_else(|| b.problems.get(id)).map_or("", |row| row.page.as_str());
    let of = |(hit, seen)| Share95::new(hit, seen);
    let (a, b) = (of(a.hits(id, page)), of(b.hits(id, page)));
    (a.low - b.high).max(b.low - a.high)
}

fn verdict(a: (u64, u64), b: (u64, u64)) -> &'static str {
    let (a, b) = (Share95::new(a.0, a.1), Share95::new(b.0, b.1));
    if a.high < b.low {
        "more in b, by more than chance"
    } else if b.high < a.low {
        "less in b, by more than chance"
    } else {
        "no difference that chance does not explain"
    }
}
