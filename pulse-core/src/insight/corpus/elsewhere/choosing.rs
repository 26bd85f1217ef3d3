//! A booking calendar, a map and a price list: what is picked and compared, and visits with two problems.

use super::{
    super::hand::Play,
    Visit,
    site::{fill, look, miss, page, press, redraw},
};
use crate::{analyze::detect::FindingKind::*, insight::corpus::troubled::On, model::Element};

fn calendar(p: &mut Play) -> [Element; 6] {
    let made = page(
        p,
        "/rooms/calendar",
        1_000.0,
        [
            ("button", "Next month", [760.0, 120.0, 120.0, 40.0]),
            ("td", "", [200.0, 220.0, 60.0, 44.0]),
            ("td", "", [264.0, 220.0, 60.0, 44.0]),
            ("td", "", [328.0, 220.0, 60.0, 44.0]),
            ("text", "", [200.0, 600.0, 600.0, 60.0]),
            ("button", "Continue", [680.0, 700.0, 200.0, 48.0]),
        ],
    );
    p.rest(2_100.0);
    made
}

/// Four rooms under each other, each with a picture and a button of one size.
fn rooms(p: &mut Play) -> [Element; 5] {
    let made = page(
        p,
        "/rooms",
        2_700.0,
        [
            ("heading", "", [200.0, 90.0, 500.0, 40.0]),
            ("button", "Choose Garden", [760.0, 200.0, 180.0, 46.0]),
            ("button", "Choose Harbour", [760.0, 330.0, 180.0, 46.0]),
            ("button", "Choose Loft", [760.0, 460.0, 180.0, 46.0]),
            ("button", "Choose Suite", [760.0, 590.0, 180.0, 46.0]),
        ],
    );
    p.rest(1_600.0);
    made
}

fn guest(p: &mut Play) -> [Element; 5] {
    let made = page(
        p,
        "/booking/guest",
        1_100.0,
        [
            ("text-field", "", [200.0, 180.0, 400.0, 44.0]),
            ("email", "", [200.0, 260.0, 400.0, 44.0]),
            ("tel", "", [200.0, 340.0, 400.0, 44.0]),
            ("text", "412 € for two nights", [700.0, 180.0, 300.0, 60.0]),
            ("button", "Book for 412 €", [200.0, 440.0, 260.0, 52.0]),
        ],
    );
    p.rest(1_900.0);
    made
}

fn booked(p: &mut Play) {
    page(p, "/booking/done", 800.0, [("heading", "", [200.0, 120.0, 500.0, 40.0])]);
    p.rest(2_600.0);
}

fn map(p: &mut Play) -> [Element; 4] {
    let made = page(
        p,
        "/map",
        820.0,
        [
            ("canvas", "", [0.0, 60.0, 1_280.0, 760.0]),
            ("button", "Station", [640.0, 420.0, 20.0, 20.0]),
            ("button", "Show route", [30.0, 200.0, 140.0, 40.0]),
            ("image", "", [1_040.0, 600.0, 200.0, 160.0]),
        ],
    );
    p.rest(2_000.0);
    made
}

pub(super) const ALL: &[Visit] = &[
    ("days that look free cannot be picked", &[FalseAffordance], On::Both, |p| {
        let made = calendar(p);
        for day in [1, 2, 3, 2] {
            p.click(&made[day]);
            p.wait(1_900.0);
        }
        p.rest(2_000.0);
    }),
    ("the next month does not come", &[Unresponsive], On::Both, |p| {
        let made = calendar(p);
        press(p, &made[0], 4, 900.0, true);
        p.rest(4_000.0);
    }),
    ("rooms are weighed against each other", &[HardChoice], On::Mouse, |p| {
        let made = rooms(p);
        for room in [1, 2, 1, 3, 4, 2, 3, 1] {
            look(p, &[&made[room]], 2_100.0);
        }
        p.click(&made[2]);
        guest(p);
        p.rest(4_000.0);
    }),
    ("rooms are compared by scrolling up and down", &[HardChoice], On::Touch, |p| {
        rooms(p);
        for y in [420.0, 60.0, 560.0, 150.0, 480.0] {
            p.wait(4_200.0);
            p.scroll_to(y);
        }
        p.wait(5_500.0);
    }),
    ("rooms are compared page by page", &[BackAndForth], On::Both, |p| {
        for place in [0, 1, 2, 0, 2, 1, 0] {
            let path = ["/rooms/garden", "/rooms/harbour", "/rooms/loft"][place];
            page(p, path, 1_900.0, [("text", "", [200.0, 160.0, 800.0, 1_400.0])]);
            p.rest(11_000.0);
        }
    }),
    ("the guest's data are there, and the price is seen", &[GivenUp], On::Both, |p| {
        let made = rooms(p);
        p.click(&made[1]);
        let form = guest(p);
        fill(p, &form[0], "text", 14);
        fill(p, &form[1], "email", 18);
        fill(p, &form[2], "tel", 11);
        look(p, &[&form[3]], 7_000.0);
    }),
    ("the price is looked at long before each step", &[Hesitation], On::Mouse, |p| {
        let [change, book] = page(
            p,
            "/offer",
            1_000.0,
            [
                ("button", "Add breakfast for 38 €", [200.0, 300.0, 260.0, 44.0]),
                ("button", "Book for 412 €", [200.0, 440.0, 260.0, 52.0]),
            ],
        );
        p.rest(2_000.0);
        look(p, &[&change], 7_500.0);
        p.click_here(Some(&change));
        p.wait(900.0);
        look(p, &[&book], 9_000.0);
        p.click_here(Some(&book));
        p.wait(700.0);
        booked(p);
    }),
    ("a pin on a map is too small", &[MissedTarget], On::Both, |p| {
        let made = map(p);
        for off in [6.0, -9.0, 8.0] {
            miss(p, &made[1], off, &made[0]);
            p.wait(1_300.0);
        }
        p.click(&made[1]);
        page(p, "/map/station", 900.0, [("heading", "", [200.0, 120.0, 500.0, 40.0])]);
        p.rest(5_000.0);
    }),
    ("the route takes eight seconds", &[LongWait], On::Both, |p| {
        let made = map(p);
        p.click(&made[2]);
        p.rest(8_500.0);
        redraw(p, [("text", "", [30.0, 260.0, 300.0, 400.0])]);
        p.rest(6_000.0);
    }),
    ("the legend is clicked to filter", &[FalseAffordance], On::Both, |p| {
        let made = map(p);
        press(p, &made[3], 3, 1_700.0, false);
        p.rest(5_000.0);
    }),
    ("the booking button is dead, after articles were left at once", &[Unresponsive, BackAndForth], On::Both, |p| {
        for path in ["/tips/beach", "/tips/food", "/tips/boats"] {
            page(p, "/tips", 1_500.0, [("link", "Read", [200.0, 200.0, 200.0, 30.0])]);
            p.rest(2_000.0);
            page(p, path, 3_000.0, [("text", "", [200.0, 200.0, 700.0, 2_000.0])]);
            p.rest(2_800.0);
        }
        page(p, "/tips", 1_500.0, [("link", "Read", [200.0, 200.0, 200.0, 30.0])]);
        p.rest(2_000.0);
        let form = guest(p);
        fill(p, &form[0], "text", 13);
        fill(p, &form[1], "email", 20);
        press(p, &form[4], 4, 800.0, true);
        p.rest(3_000.0);
    }),
    ("a late calendar, then a form that is refused and left", &[FormRefused, SlowAnswer], On::Both, |p| {
        let made = calendar(p);
        press(p, &made[5], 3, 1_600.0, true);
        p.wait(1_300.0);
        let form = guest(p);
        fill(p, &form[0], "text", 12);
        fill(p, &form[2], "tel", 9);
        for _ in 0..3 {
            p.click(&form[4]);
            p.wait(2_300.0);
            fill(p, &form[2], "tel", 11);
        }
        p.rest(3_000.0);
    }),
    ("pictures that do not open, then a page swept in vain", &[ScrollSearch, FalseAffordance], On::Both, |p| {
        let [photo, text] = page(
            p,
            "/rooms/suite",
            6_000.0,
            [("image", "", [200.0, 140.0, 560.0, 380.0]), ("text", "", [200.0, 560.0, 700.0, 5_200.0])],
        );
        p.rest(2_500.0);
        press(p, &photo, 2, 2_000.0, false);
        look(p, &[&text], 1_000.0);
        for y in [3_000.0, 500.0, 4_600.0, 1_500.0, 5_000.0, 600.0, 3_800.0, 0.0] {
            p.scroll_to(y);
            p.rest(900.0);
        }
        p.rest(1_500.0);
    }),
    ("an error on the way, and a booking begun and left", &[GivenUp, ErrorAfterClick], On::Both, |p| {
        let made = rooms(p);
        p.click(&made[4]);
        p.error("gallery is undefined");
        p.wait(900.0);
        let form = guest(p);
        fill(p, &form[0], "text", 16);
        fill(p, &form[1], "email", 17);
        p.rest(6_000.0);
        rooms(p);
        p.rest(6_000.0);
    }),
];
