//! Visits that went well, each with something that a detector could take for trouble.

use super::{
    super::{calm::Calm, hand::Play},
    site::{fill, look, page, press, redraw, view},
};
use crate::model::Element;

/// Many small buttons in rows, as on a keypad or in a picker of colours.
fn keys<const N: usize>(p: &mut Play, path: &str, side: f64, names: [&str; N]) -> [Element; N] {
    let mut place = -1.0;
    let made = page(
        p,
        path,
        800.0,
        names.map(|name| {
            place += 1.0;
            ("button", name, [300.0 + side * (place % 4.0), 200.0 + side * f64::floor(place / 4.0), side, side])
        }),
    );
    p.rest(1_200.0);
    made
}

fn text(p: &mut Play, path: &str) -> Element {
    let [text] = page(p, path, 6_800.0, [("text", "", [240.0, 160.0, 700.0, 6_400.0])]);
    p.rest(1_500.0);
    text
}

pub(super) const ALL: &[Calm] = &[
    ("sums on a calculator", |p| {
        let made = keys(p, "/calculator", 64.0, ["7", "8", "9", "0", "+", "="]);
        for key in [0, 3, 3, 3, 4, 1, 1, 5] {
            p.go(&made[key]);
            p.wait(170.0);
            p.click_here(Some(&made[key]));
        }
        press(p, &made[3], 5, 160.0, false);
        press(p, &made[5], 1, 300.0, false);
        p.rest(5_000.0);
    }),
    ("more of it, by a named stepper", |p| {
        let made = keys(p, "/amount", 48.0, ["Increase quantity", "Decrease quantity", "Continue"]);
        press(p, &made[0], 7, 180.0, false);
        press(p, &made[1], 3, 200.0, false);
        p.click(&made[2]);
        page(p, "/amount/next", 900.0, [("text", "", [200.0, 200.0, 600.0, 300.0])]);
        p.rest(4_000.0);
    }),
    ("a gallery leafed through", |p| {
        let [picture, next] = page(
            p,
            "/gallery",
            1_000.0,
            [("image", "", [200.0, 140.0, 800.0, 600.0]), ("button", "Next image", [1_040.0, 420.0, 48.0, 48.0])],
        );
        look(p, &[&picture], 2_500.0);
        press(p, &next, 4, 240.0, false);
        p.rest(3_000.0);
        press(p, &next, 5, 220.0, false);
        p.rest(4_000.0);
    }),
    ("stars are given, and one more", |p| {
        let made = keys(p, "/review", 26.0, ["1 star", "2 stars", "3 stars", "4 stars"]);
        for star in [1, 2, 3] {
            p.go(&made[star]);
            p.wait(120.0);
            p.click_here(Some(&made[star]));
        }
        p.rest(3_500.0);
    }),
    ("boxes of a list are ticked", |p| {
        let made = page(
            p,
            "/filter",
            1_400.0,
            [
                ("checkbox", "", [100.0, 200.0, 18.0, 18.0]),
                ("checkbox", "", [100.0, 222.0, 18.0, 18.0]),
                ("checkbox", "", [100.0, 244.0, 18.0, 18.0]),
                ("text", "", [300.0, 160.0, 700.0, 1_000.0]),
            ],
        );
        p.rest(1_600.0);
        for row in [0, 1, 2] {
            p.go(&made[row]);
            p.wait(90.0);
            p.click_here(Some(&made[row]));
        }
        p.read(0.8, 4_000.0);
    }),
    ("colours are tried out", |p| {
        let made = keys(p, "/poster", 28.0, ["Red", "Green", "Blue", "Black", "White", "Grey"]);
        for colour in [0, 1, 4, 5, 1, 2] {
            p.go(&made[colour]);
            p.wait(150.0);
            p.click_here(Some(&made[colour]));
        }
        p.rest(4_500.0);
    }),
    ("steps are undone", |p| {
        let made = keys(p, "/editor", 80.0, ["Undo", "Redo", "Zoom in", "Zoom out"]);
        press(p, &made[0], 6, 230.0, false);
        p.rest(2_500.0);
        press(p, &made[2], 4, 260.0, false);
        p.rest(4_000.0);
    }),
    ("a drawing", |p| {
        let [sheet] = page(p, "/draw", 900.0, [("canvas", "", [100.0, 100.0, 1_000.0, 700.0])]);
        p.go(&sheet);
        for line in 0..6 {
            p.click_here(Some(&sheet));
            p.shake();
            p.wait(300.0);
            p.click_at(300.0 + 90.0 * f64::from(line), 300.0, &sheet);
        }
        p.rest(2_500.0);
    }),
    ("a game", |p| {
        let [field] = page(p, "/game", 900.0, [("canvas", "", [100.0, 100.0, 1_000.0, 700.0])]);
        press(p, &field, 25, 210.0, false);
        p.rest(1_500.0);
        press(p, &field, 18, 260.0, false);
        p.rest(2_500.0);
    }),
    ("a film is stopped and goes on", |p| {
        let [film] = page(p, "/film", 1_400.0, [("video", "", [200.0, 120.0, 880.0, 495.0])]);
        p.rest(2_000.0);
        for _ in 0..4 {
            p.click(&film);
            p.rest(14_000.0);
        }
    }),
    ("a map is moved and enlarged", |p| {
        let [map, closer] = page(
            p,
            "/map",
            820.0,
            [("canvas", "", [0.0, 60.0, 1_280.0, 760.0]), ("button", "+", [1_200.0, 700.0, 30.0, 30.0])],
        );
        p.rest(1_500.0);
        for place in 0..5 {
            p.click_at(300.0 + 60.0 * f64::from(place), 400.0, &map);
            p.wait(250.0);
            p.click_here(Some(&map));
            p.wait(1_500.0);
        }
        press(p, &closer, 4, 300.0, false);
        p.rest(4_000.0);
    }),
    ("a long article", |p| {
        text(p, "/essay");
        p.read(1.0, 9_000.0);
    }),
    ("a long article, with words looked at twice", |p| {
        let text = text(p, "/essay");
        for _ in 0..3 {
            p.read(0.4, 6_000.0);
            p.click_at(500.0, 300.0, &text);
            p.wait(120.0);
            p.click_here(Some(&text));
            p.selected();
            p.rest(3_000.0);
        }
        p.read(1.0, 7_000.0);
    }),
    ("a tab that idles", |p| {
        text(p, "/news");
        p.read(0.3, 6_000.0);
        p.pause(1_500_000);
        p.rest(2_000.0);
    }),
    ("a tab in the background", |p| {
        text(p, "/news");
        p.away(900_000.0);
        p.read(0.5, 5_000.0);
    }),
    ("filled in with the tab key alone", |p| {
        page(
            p,
            "/newsletter",
            900.0,
            [("email", "", [300.0, 200.0, 400.0, 44.0]), ("button", "Subscribe", [300.0, 300.0, 160.0, 44.0])],
        );
        p.wait(2_000.0);
        p.keys(10, "text");
        p.wait(600.0);
        p.keys(19, "email");
        p.wait(900.0);
        page(p, "/newsletter/thanks", 700.0, [("heading", "", [300.0, 140.0, 400.0, 40.0])]);
        p.rest(3_500.0);
    }),
    ("signed in by a password manager", |p| {
        let [user, _, go] = page(
            p,
            "/sign-in",
            800.0,
            [
                ("email", "", [440.0, 200.0, 400.0, 44.0]),
                ("password", "", [440.0, 280.0, 400.0, 44.0]),
                ("button", "Sign in", [440.0, 360.0, 400.0, 44.0]),
            ],
        );
        p.rest(1_200.0);
        p.click(&user);
        p.wait(1_600.0);
        p.click(&go);
        p.wait(900.0);
        page(p, "/inbox", 1_600.0, [("link", "Letter", [200.0, 200.0, 400.0, 30.0])]);
        p.rest(9_000.0);
    }),
    ("questions of a quiz, one after the other", |p| {
        page(p, "/quiz", 900.0, [("heading", "", [300.0, 120.0, 500.0, 40.0])]);
        for question in 0..5 {
            let shift = 12.0 * f64::from(question);
            let [_, answer, go] = redraw(
                p,
                [
                    ("radio", "", [300.0, 200.0 + shift, 20.0, 20.0]),
                    ("radio", "", [300.0, 240.0 + 2.0 * shift, 20.0, 20.0]),
                    ("button", "Next question", [300.0, 400.0, 160.0, 44.0]),
                ],
            );
            p.rest(3_500.0);
            p.click(&answer);
            p.wait(800.0);
            p.click(&go);
        }
        redraw(p, [("heading", "", [300.0, 120.0, 500.0, 40.0])]);
        p.rest(4_000.0);
    }),
    ("a loan is calculated for several amounts", |p| {
        let [amount, go, _] = page(
            p,
            "/loan",
            1_000.0,
            [
                ("number", "", [300.0, 200.0, 200.0, 44.0]),
                ("button", "Calculate", [300.0, 300.0, 140.0, 44.0]),
                ("text", "", [600.0, 200.0, 400.0, 200.0]),
            ],
        );
        p.rest(1_500.0);
        for digits in [5, 2, 2, 5] {
            fill(p, &amount, "number", digits);
            p.click(&go);
            p.rest(4_500.0);
        }
    }),
    ("a conversation", |p| {
        let [words, send] = page(
            p,
            "/chat",
            900.0,
            [("area", "", [300.0, 640.0, 500.0, 60.0]), ("button", "Send", [820.0, 640.0, 90.0, 44.0])],
        );
        p.rest(1_500.0);
        for letters in [24, 41, 12, 30] {
            fill(p, &words, "textarea", letters);
            p.click(&send);
            p.rest(5_500.0);
        }
    }),
    ("a list of things to do", |p| {
        let [what, add] = page(
            p,
            "/tasks",
            900.0,
            [("text-field", "", [300.0, 160.0, 400.0, 44.0]), ("button", "Add", [720.0, 160.0, 80.0, 44.0])],
        );
        p.rest(1_200.0);
        for letters in [14, 22, 9, 17] {
            fill(p, &what, "text", letters);
            p.click(&add);
            p.wait(1_100.0);
        }
        p.rest(3_000.0);
    }),
    ("results are narrowed down", |p| {
        let [most, sort, show] = page(
            p,
            "/flats",
            3_000.0,
            [
                ("number", "", [100.0, 160.0, 160.0, 40.0]),
                ("select", "Sort by", [280.0, 160.0, 160.0, 40.0]),
                ("button", "Show results", [460.0, 160.0, 140.0, 40.0]),
            ],
        );
        p.rest(1_500.0);
        for round in 0..3 {
            fill(p, &most, "number", 3 + round);
            p.click(&sort);
            p.wait(1_500.0);
            p.click(&show);
            p.wait(900.0);
            p.read(0.4, 3_500.0);
            p.scroll_to(0.0);
        }
    }),
    ("a hand that clicks everything twice", |p| {
        let [more] = page(p, "/home", 1_200.0, [("link", "Opening hours", [200.0, 200.0, 200.0, 28.0])]);
        p.rest(1_500.0);
        press(p, &more, 2, 190.0, false);
        p.wait(800.0);
        let [book] = page(p, "/hours", 1_200.0, [("button", "Make an appointment", [200.0, 300.0, 240.0, 46.0])]);
        p.rest(4_000.0);
        press(p, &book, 2, 190.0, false);
        p.wait(700.0);
        page(p, "/appointment", 1_200.0, [("text", "", [200.0, 200.0, 600.0, 600.0])]);
        p.rest(5_000.0);
    }),
    ("all tabs are looked at", |p| {
        for name in ["Overview", "Prices", "Reviews", "Questions"] {
            let [tab, text] = view(
                p,
                "/product",
                [("tab", name, [200.0, 120.0, 120.0, 40.0]), ("text", "", [200.0, 200.0, 700.0, 500.0])],
            );
            look(p, &[&text], 4_500.0);
            p.click(&tab);
        }
        p.rest(3_000.0);
    }),
    ("a feed is scrolled far, with a look back", |p| {
        page(p, "/feed", 12_000.0, [("text", "", [300.0, 100.0, 600.0, 11_000.0])]);
        for (to, ms) in
            [(1_500.0, 2_500.0), (3_200.0, 4_000.0), (2_900.0, 3_000.0), (5_500.0, 2_000.0), (8_000.0, 4_500.0)]
        {
            p.scroll_to(to);
            p.rest(ms);
        }
    }),
    ("figures are refreshed now and then", |p| {
        let [again, chart] = page(
            p,
            "/board",
            1_200.0,
            [("button", "Refresh", [1_000.0, 100.0, 110.0, 36.0]), ("canvas", "", [100.0, 160.0, 1_000.0, 500.0])],
        );
        for _ in 0..4 {
            look(p, &[&chart], 16_000.0);
            p.click(&again);
        }
        p.rest(6_000.0);
    }),
    ("two articles side by side", |p| {
        for path in ["/essay", "/reply", "/essay"] {
            text(p, path);
            p.read(0.5, 9_000.0);
        }
    }),
    ("an account is made at the first try", |p| {
        let form = page(
            p,
            "/join",
            1_000.0,
            [
                ("email", "", [440.0, 200.0, 400.0, 44.0]),
                ("password", "", [440.0, 280.0, 400.0, 44.0]),
                ("checkbox", "", [440.0, 352.0, 20.0, 20.0]),
                ("button", "Create account", [440.0, 410.0, 400.0, 48.0]),
            ],
        );
        p.rest(2_000.0);
        fill(p, &form[0], "email", 21);
        fill(p, &form[1], "password", 14);
        p.click(&form[2]);
        p.wait(1_200.0);
        p.click(&form[3]);
        p.wait(1_400.0);
        page(p, "/welcome", 900.0, [("heading", "", [300.0, 140.0, 400.0, 40.0])]);
        p.rest(4_000.0);
    }),
    ("a closed notice, and straight on", |p| {
        let [accept] = page(p, "/", 2_000.0, [("button", "Accept cookies", [900.0, 700.0, 200.0, 44.0])]);
        p.rest(1_800.0);
        p.click(&accept);
        let [link] = redraw(p, [("link", "Programme", [200.0, 300.0, 200.0, 30.0])]);
        p.rest(2_500.0);
        p.click(&link);
        text(p, "/programme");
        p.read(0.6, 5_000.0);
    }),
    ("months of a calendar are leafed through", |p| {
        let [back, on, day] = page(
            p,
            "/calendar",
            900.0,
            [
                ("button", "‹", [300.0, 120.0, 40.0, 40.0]),
                ("button", "›", [700.0, 120.0, 40.0, 40.0]),
                ("button", "14", [420.0, 260.0, 60.0, 44.0]),
            ],
        );
        p.rest(1_500.0);
        press(p, &on, 5, 320.0, false);
        press(p, &back, 2, 500.0, false);
        p.click(&day);
        p.wait(800.0);
        page(p, "/calendar/14", 900.0, [("text", "", [300.0, 200.0, 500.0, 300.0])]);
        p.rest(4_000.0);
    }),
];
