//! A newspaper and documentation: what is read, searched and left.

use super::{
    super::hand::Play,
    Visit,
    site::{fill, look, miss, page, press, redraw, view},
};
use crate::{analyze::detect::FindingKind::*, insight::corpus::troubled::On, model::Element};

fn front(p: &mut Play) -> [Element; 6] {
    let made = page(
        p,
        "/",
        3_800.0,
        [
            ("link", "Politics", [100.0, 90.0, 100.0, 26.0]),
            ("image", "", [100.0, 160.0, 620.0, 350.0]),
            ("link", "Council votes on the new bridge", [100.0, 530.0, 620.0, 34.0]),
            ("link", "Rain until Sunday", [760.0, 160.0, 380.0, 30.0]),
            ("link", "The team that came back", [760.0, 340.0, 380.0, 30.0]),
            ("button", "More stories", [480.0, 640.0, 240.0, 46.0]),
        ],
    );
    p.rest(1_900.0);
    made
}

fn article(p: &mut Play, path: &str) -> [Element; 3] {
    page(
        p,
        path,
        5_200.0,
        [
            ("heading", "", [240.0, 120.0, 760.0, 90.0]),
            ("text", "", [240.0, 260.0, 700.0, 900.0]),
            ("text", "", [240.0, 1_200.0, 700.0, 3_500.0]),
        ],
    )
}

fn guide(p: &mut Play, path: &str) -> [Element; 6] {
    let made = page(
        p,
        path,
        7_400.0,
        [
            ("link", "Install", [40.0, 120.0, 160.0, 24.0]),
            ("link", "Guide", [40.0, 156.0, 160.0, 24.0]),
            ("link", "Reference", [40.0, 192.0, 160.0, 24.0]),
            ("pre", "", [300.0, 300.0, 720.0, 160.0]),
            ("button", "Copy code", [960.0, 306.0, 54.0, 28.0]),
            ("text", "", [300.0, 520.0, 720.0, 6_000.0]),
        ],
    );
    p.rest(1_700.0);
    made
}

pub(super) const ALL: &[Visit] = &[
    ("a wall for cookies does not go away", &[Unresponsive], On::Both, |p| {
        let [_, reject] = page(
            p,
            "/",
            800.0,
            [("text", "", [340.0, 240.0, 600.0, 120.0]), ("button", "Reject all", [340.0, 400.0, 180.0, 44.0])],
        );
        p.rest(2_400.0);
        press(p, &reject, 2, 2_700.0, true);
        p.rest(1_000.0);
        press(p, &reject, 2, 600.0, true);
        p.rest(3_000.0);
    }),
    ("more stories never come", &[LongWait], On::Both, |p| {
        let front = front(p);
        p.click(&front[5]);
        p.rest(17_000.0);
    }),
    ("an article takes eight seconds", &[LongWait], On::Both, |p| {
        let front = front(p);
        p.click(&front[2]);
        p.rest(9_500.0);
        article(p, "/council-bridge");
        p.read(0.7, 5_000.0);
    }),
    ("the lead picture looks like a film", &[FalseAffordance], On::Both, |p| {
        let front = front(p);
        p.click(&front[1]);
        p.wait(2_400.0);
        press(p, &front[1], 2, 700.0, false);
        p.wait(1_500.0);
        p.click(&front[3]);
        article(p, "/rain");
        p.read(0.5, 4_500.0);
    }),
    ("headlines promise more than their articles hold", &[BackAndForth], On::Both, |p| {
        for (place, path) in [(2, "/council-bridge"), (3, "/rain"), (4, "/team")] {
            let front = front(p);
            p.click(&front[place]);
            article(p, path);
            p.rest(3_200.0);
        }
        front(p);
        p.rest(2_500.0);
    }),
    ("two articles ask for money, and are left at once", &[BackAndForth], On::Both, |p| {
        for (place, path) in [(2, "/council-bridge"), (4, "/team")] {
            let front = front(p);
            p.click(&front[place]);
            article(p, path);
            p.wait(1_600.0);
        }
        front(p);
        p.rest(7_000.0);
    }),
    ("tiny links under the text are missed by the finger", &[MissedTarget], On::Touch, |p| {
        let [text, _, next] = page(
            p,
            "/old-article",
            2_000.0,
            [
                ("text", "", [100.0, 100.0, 1_000.0, 400.0]),
                ("link", "Source", [100.0, 520.0, 60.0, 11.0]),
                ("link", "Next part", [700.0, 520.0, 60.0, 11.0]),
            ],
        );
        p.wait(6_000.0);
        for off in [9.0, -7.0, 12.0] {
            miss(p, &next, off, &text);
            p.wait(1_100.0);
        }
        p.wait(1_000.0);
        p.click(&next);
        article(p, "/old-article/2");
        p.read(0.6, 5_000.0);
    }),
    ("a tip in the margin is tapped for more", &[FalseAffordance], On::Both, |p| {
        let [_, tip] = page(
            p,
            "/recipe",
            2_600.0,
            [("text", "", [100.0, 120.0, 700.0, 1_900.0]), ("heading", "", [860.0, 260.0, 260.0, 60.0])],
        );
        p.read(0.3, 3_000.0);
        p.scroll_to(0.0);
        press(p, &tip, 3, 1_800.0, false);
        p.read(0.8, 4_000.0);
    }),
    ("the offer is in sight at each turn, and left alone", &[PassedBy], On::Both, |p| {
        let [_, _, offer] = page(
            p,
            "/subscribe-info",
            3_600.0,
            [
                ("text", "", [100.0, 100.0, 900.0, 250.0]),
                ("text", "", [100.0, 1_200.0, 900.0, 1_900.0]),
                ("button", "Start for one euro", [100.0, 420.0, 320.0, 60.0]),
            ],
        );
        look(p, &[&offer], 2_400.0);
        for y in [1_400.0, 0.0, 2_000.0, 100.0] {
            p.scroll_to(y);
            p.rest(4_500.0);
        }
    }),
    ("a long page is swept for one word", &[ScrollSearch], On::Both, |p| {
        guide(p, "/docs/configuration");
        for y in [2_600.0, 700.0, 4_400.0, 1_800.0, 6_200.0, 2_400.0] {
            p.scroll_to(y);
            p.rest(1_100.0);
        }
        p.rest(1_500.0);
    }),
    ("what was looked for hides behind a tab", &[ScrollSearch], On::Both, |p| {
        let [tab, text] = page(
            p,
            "/docs/limits",
            5_600.0,
            [("tab", "Advanced", [500.0, 120.0, 120.0, 36.0]), ("text", "", [300.0, 200.0, 720.0, 5_000.0])],
        );
        p.rest(2_000.0);
        for y in [2_000.0, 300.0, 3_600.0, 900.0, 4_400.0, 0.0] {
            p.scroll_to(y);
            p.rest(1_600.0);
        }
        look(p, &[&text], 1_200.0);
        p.click(&tab);
        view(p, "/docs/limits/advanced", [("text", "", [300.0, 200.0, 720.0, 900.0])]);
        p.rest(9_000.0);
    }),
    ("install, guide, reference, and round again", &[BackAndForth], On::Both, |p| {
        for place in [0, 1, 2, 0, 2, 1, 0, 2] {
            let made = guide(p, ["/docs/install", "/docs/guide", "/docs/reference"][place]);
            p.rest(6_000.0);
            p.click(&made[(place + 1) % 3]);
        }
        p.rest(2_000.0);
    }),
    ("code is not copied", &[Unresponsive], On::Both, |p| {
        let made = guide(p, "/docs/install");
        press(p, &made[4], 2, 2_600.0, true);
        press(p, &made[4], 3, 300.0, true);
        p.read(0.3, 4_000.0);
    }),
    ("code is clicked to be copied", &[FalseAffordance], On::Both, |p| {
        let made = guide(p, "/docs/install");
        press(p, &made[3], 4, 1_500.0, false);
        p.read(0.4, 4_000.0);
    }),
    ("results are opened and found wanting", &[BackAndForth], On::Both, |p| {
        for result in ["/docs/retry", "/docs/timeouts", "/docs/backoff", "/docs/errors"] {
            let [field, hit] = page(
                p,
                "/docs/search",
                1_600.0,
                [("search", "Search", [300.0, 100.0, 500.0, 40.0]), ("link", "retry", [300.0, 200.0, 400.0, 26.0])],
            );
            fill(p, &field, "search", 6);
            p.rest(1_400.0);
            p.click(&hit);
            article(p, result);
            p.rest(3_000.0);
        }
        page(p, "/docs/search", 1_600.0, [("search", "Search", [300.0, 100.0, 500.0, 40.0])]);
        p.rest(2_000.0);
    }),
    ("the version picker shows its list after seven seconds", &[LongWait], On::Both, |p| {
        let [pick] = page(p, "/docs/api", 2_400.0, [("button", "Version 3", [900.0, 100.0, 120.0, 36.0])]);
        p.rest(1_500.0);
        p.click(&pick);
        p.rest(6_500.0);
        let [old] = redraw(p, [("link", "Version 2", [900.0, 150.0, 120.0, 30.0])]);
        p.wait(900.0);
        p.click(&old);
        page(p, "/docs/v2/api", 2_400.0, [("text", "", [300.0, 200.0, 720.0, 900.0])]);
        p.rest(6_000.0);
    }),
];
