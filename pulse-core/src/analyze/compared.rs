//! The pages of a session on which what others do decides a signal.

use super::{Timeline, hesitation::may_hesitate, scroll::reversals_by_page};

/// Most pages that are compared: each is a question to the store.
const MOST: usize = 8;

/// The pages, by name, on which a session scrolled back and forth or clicked late, in order of first visit; at most 8.
pub fn compared_pages(timeline: &Timeline) -> Vec<&str> {
    let turned = reversals_by_page(timeline);
    let mut pages: Vec<&str> = Vec::new();
    for view in timeline.views() {
        let page = view.page();
        let matters = turned.get(page).is_some_and(|turns| *turns > 0) || may_hesitate(view);
        if matters && pages.len() < MOST && !pages.contains(&page) {
            pages.push(page);
        }
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::testing::{SHOP, batch, button, click_on, load, mouse, scroll, visit};

    #[test]
    fn pages_with_turns_or_late_clicks() {
        let pay = button("#pay", [0.0, 0.0, 50.0, 50.0]);
        let late = |ms: crate::model::Millis| [load(0, "late"), mouse(10, 5.0, 5.0), click_on(10 + ms, 5.0, 5.0, &pay)];
        let turned = [load(9000, "turned"), scroll(9100, 500.0, 50.0), scroll(9200, 100.0, 20.0), load(9900, "calm")];
        let of = |ms| visit(late(ms).into_iter().chain(turned.clone()));
        let (slow, quick) = (of(1501), of(1500));
        assert_eq!(compared_pages(&slow), [format!("{SHOP}late"), format!("{SHOP}turned")]);
        assert_eq!(compared_pages(&quick), [format!("{SHOP}turned")]);
        let many = (0..20).flat_map(|i| {
            [load(i * 1000, &format!("p{i}x")), scroll(i * 1000 + 1, 500.0, 50.0), scroll(i * 1000 + 2, 0.0, 10.0)]
        });
        assert_eq!(compared_pages(&Timeline::new([batch("view-one", 0, None, many)])).len(), MOST);
    }
}
