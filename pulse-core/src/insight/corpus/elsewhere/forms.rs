//! A bank, a sign-up and settings: what is filled in, sent and switched.

use super::{
    super::hand::Play,
    Visit,
    site::{Thing, fill, look, miss, page, press, view},
};
use crate::{analyze::detect::FindingKind::*, insight::corpus::troubled::On, model::Element};

const TRANSFER: [Thing<'_>; 6] = [
    ("text", "", [200.0, 110.0, 700.0, 40.0]),
    ("text-field", "recipient", [200.0, 180.0, 420.0, 40.0]),
    ("text-field", "iban", [200.0, 260.0, 420.0, 40.0]),
    ("number", "amount", [200.0, 340.0, 180.0, 40.0]),
    ("text-field", "reference", [200.0, 420.0, 420.0, 40.0]),
    ("button", "Transfer money", [200.0, 520.0, 200.0, 44.0]),
];

fn transfer(p: &mut Play) -> [Element; 6] {
    let [overview, new] = page(
        p,
        "/accounts",
        1_200.0,
        [("heading", "", [200.0, 100.0, 500.0, 40.0]), ("link", "New transfer", [200.0, 180.0, 180.0, 28.0])],
    );
    look(p, &[&overview], 1_800.0);
    p.click(&new);
    let form = page(p, "/transfer/new", 900.0, TRANSFER);
    p.rest(1_400.0);
    form
}

fn filled(p: &mut Play) -> [Element; 6] {
    let form = transfer(p);
    for (field, kind, presses) in [(1, "text", 14), (2, "text", 22), (3, "number", 5), (4, "text", 12)] {
        fill(p, &form[field], kind, presses);
    }
    form
}

fn done(p: &mut Play) {
    let [thanks] = page(p, "/transfer/done", 700.0, [("heading", "", [200.0, 120.0, 500.0, 40.0])]);
    look(p, &[&thanks], 2_000.0);
}

fn signup(p: &mut Play) -> [Element; 6] {
    let form = page(
        p,
        "/join",
        1_000.0,
        [
            ("email", "", [440.0, 200.0, 400.0, 44.0]),
            ("password", "", [440.0, 280.0, 400.0, 44.0]),
            ("password", "", [440.0, 360.0, 400.0, 44.0]),
            ("checkbox", "", [440.0, 432.0, 20.0, 20.0]),
            ("link", "Terms", [480.0, 432.0, 90.0, 20.0]),
            ("button", "Create account", [440.0, 490.0, 400.0, 48.0]),
        ],
    );
    p.rest(1_500.0);
    form
}

fn settings(p: &mut Play) -> [Element; 6] {
    let form = page(
        p,
        "/settings",
        1_300.0,
        [
            ("tab", "Profile", [100.0, 120.0, 120.0, 40.0]),
            ("tab", "Privacy", [230.0, 120.0, 120.0, 40.0]),
            ("switch", "Weekly summary", [500.0, 240.0, 52.0, 28.0]),
            ("switch", "Mentions", [500.0, 300.0, 52.0, 28.0]),
            ("select", "Time zone", [300.0, 380.0, 260.0, 40.0]),
            ("button", "Save changes", [300.0, 480.0, 170.0, 40.0]),
        ],
    );
    p.rest(2_200.0);
    form
}

pub(super) const ALL: &[Visit] = &[
    ("the account number is never right", &[FormRefused], On::Both, |p| {
        let form = filled(p);
        for presses in [3, 5, 22] {
            p.click(&form[5]);
            p.wait(1_900.0);
            fill(p, &form[2], "text", presses);
        }
        p.click(&form[5]);
        p.wait(1_000.0);
        done(p);
    }),
    ("what was wrong at the top is said after sending", &[FormRefused], On::Both, |p| {
        let form = filled(p);
        p.click(&form[5]);
        p.rest(2_600.0);
        fill(p, &form[1], "text", 9);
        p.click(&form[5]);
        p.rest(2_400.0);
        fill(p, &form[3], "number", 4);
        p.click(&form[5]);
        p.wait(900.0);
        done(p);
    }),
    ("a confirmation code is looked for, and not found", &[FormEffort], On::Both, |p| {
        filled(p);
        let [code, _] = page(
            p,
            "/transfer/confirm",
            700.0,
            [("number", "", [200.0, 220.0, 200.0, 44.0]), ("button", "Confirm", [200.0, 300.0, 140.0, 44.0])],
        );
        p.wait(1_500.0);
        p.click(&code);
        p.rest(26_000.0);
        p.keys(2, "number");
        p.rest(14_000.0);
    }),
    ("sent three times before it answers", &[SlowAnswer], On::Both, |p| {
        let form = filled(p);
        press(p, &form[5], 3, 1_300.0, true);
        p.wait(1_400.0);
        done(p);
    }),
    ("sending fails with an error, and again", &[ErrorAfterClick], On::Both, |p| {
        let form = filled(p);
        for _ in 0..2 {
            p.click(&form[5]);
            p.error("Failed to fetch");
            p.rest(3_600.0);
        }
    }),
    ("the number is looked up in another tab, twice", &[Away], On::Both, |p| {
        let form = transfer(p);
        fill(p, &form[1], "text", 14);
        p.click(&form[2]);
        p.keys(6, "text");
        p.away(48_000.0);
        p.keys(8, "text");
        p.away(41_000.0);
        p.keys(8, "text");
        fill(p, &form[3], "number", 4);
        p.click(&form[5]);
        p.wait(900.0);
        done(p);
    }),
    ("the password breaks one rule after the other", &[FormRefused], On::Both, |p| {
        let form = signup(p);
        fill(p, &form[0], "email", 19);
        fill(p, &form[1], "password", 8);
        fill(p, &form[2], "password", 8);
        p.click(&form[3]);
        for more in [9, 10, 12] {
            p.click(&form[5]);
            p.wait(1_700.0);
            fill(p, &form[1], "password", more);
            fill(p, &form[2], "password", more);
        }
        p.click(&form[5]);
        p.rest(4_000.0);
    }),
    ("the terms open in place of the tick", &[MissedTarget], On::Touch, |p| {
        let form = signup(p);
        fill(p, &form[0], "email", 17);
        let [x, y, w, h] = form[3].rect.unwrap_or_default();
        for _ in 0..2 {
            p.click_at(x + w + 4.0, y + h / 2.0, &form[4]);
            page(p, "/terms", 5_000.0, [("text", "", [100.0, 100.0, 900.0, 4_000.0])]);
            p.wait(1_600.0);
            signup(p);
        }
        p.click_at(x + w / 2.0, y + h / 2.0, &form[3]);
        p.wait(800.0);
        p.click(&form[5]);
        p.wait(900.0);
        page(p, "/join/confirm", 700.0, [("heading", "", [200.0, 120.0, 500.0, 40.0])]);
        p.wait(4_000.0);
    }),
    ("the date of birth is taken up four times", &[FormEffort], On::Both, |p| {
        let [name, born, city, go] = page(
            p,
            "/apply/person",
            900.0,
            [
                ("text-field", "", [300.0, 160.0, 400.0, 40.0]),
                ("text-field", "", [300.0, 240.0, 200.0, 40.0]),
                ("text-field", "", [300.0, 320.0, 400.0, 40.0]),
                ("button", "Continue", [300.0, 420.0, 140.0, 44.0]),
            ],
        );
        p.rest(1_200.0);
        fill(p, &name, "text", 15);
        for other in [&city, &name, &city] {
            fill(p, &born, "text", 7);
            p.rest(3_500.0);
            fill(p, other, "text", 4);
        }
        fill(p, &born, "text", 10);
        p.click(&go);
        p.wait(900.0);
        page(p, "/apply/income", 900.0, [("text-field", "", [300.0, 160.0, 400.0, 40.0])]);
        p.rest(4_000.0);
    }),
    ("a switch that does not switch", &[Unresponsive], On::Both, |p| {
        let form = settings(p);
        p.click(&form[2]);
        p.wait(2_800.0);
        press(p, &form[3], 2, 2_900.0, true);
        press(p, &form[3], 3, 420.0, true);
        p.rest(3_500.0);
    }),
    ("saving takes six seconds", &[SlowAnswer], On::Both, |p| {
        let form = settings(p);
        p.click(&form[4]);
        p.wait(1_200.0);
        press(p, &form[5], 3, 1_500.0, true);
        p.wait(1_600.0);
        view(p, "/settings/saved", [("heading", "", [300.0, 120.0, 400.0, 40.0])]);
        p.rest(4_500.0);
    }),
    ("saving throws, and the visitor leaves it", &[ErrorAfterClick], On::Both, |p| {
        let form = settings(p);
        p.click(&form[2]);
        p.wait(900.0);
        for pause in [3_000.0, 5_000.0, 2_600.0] {
            p.click(&form[5]);
            p.error("Cannot set properties of null (setting 'zone')");
            p.rest(pause);
        }
        p.click(&form[0]);
        p.rest(6_000.0);
    }),
    ("a menu is circled in search of one setting", &[BackAndForth], On::Both, |p| {
        let parts = ["/settings/profile", "/settings/privacy", "/settings/security", "/settings/billing-address"];
        for place in [0, 1, 2, 1, 3, 0, 2, 0, 3] {
            let [tab, text] = view(
                p,
                parts[place],
                [
                    ("tab", parts[place], [100.0 + 130.0 * place as f64, 120.0, 120.0, 40.0]),
                    ("text", "", [100.0, 200.0, 800.0, 300.0]),
                ],
            );
            look(p, &[&text], 5_000.0);
            p.click(&tab);
        }
        p.rest(3_000.0);
    }),
    ("the closing cross of a notice is missed", &[MissedTarget], On::Both, |p| {
        let [behind, close] = page(
            p,
            "/accounts/notice",
            1_200.0,
            [("div", "", [0.0, 0.0, 1_280.0, 1_200.0]), ("button", "Dismiss", [900.0, 160.0, 18.0, 18.0])],
        );
        p.rest(1_500.0);
        for off in [7.0, -8.0, 10.0] {
            miss(p, &close, off, &behind);
            p.wait(900.0);
        }
        p.click(&close);
        p.rest(6_000.0);
    }),
    ("an application is begun, and left at the income", &[GivenUp], On::Both, |p| {
        let [name, income, _] = page(
            p,
            "/loan/apply",
            1_000.0,
            [
                ("text-field", "", [300.0, 160.0, 400.0, 40.0]),
                ("number", "", [300.0, 240.0, 400.0, 40.0]),
                ("button", "Get my offer", [300.0, 340.0, 200.0, 48.0]),
            ],
        );
        p.rest(2_500.0);
        fill(p, &name, "text", 16);
        p.click(&income);
        p.keys(3, "number");
        p.rest(5_000.0);
    }),
];
