//! Visits without a problem, each with something that looks like one.

use super::{
    hand::{Play, element},
    shop::*,
};

pub(super) type Calm = (&'static str, fn(&mut Play));

pub(super) const ALL: &[Calm] = &[
    ("a purchase", |p| {
        to_the_checkout(p);
        fill_all(p);
        let pay = pay(p);
        p.click(&pay);
        thanks(p);
    }),
    ("a purchase that the script tells", |p| {
        to_the_checkout(p);
        fill_all(p);
        let pay = pay(p);
        p.click(&pay);
        p.wait(900.0);
        p.goal();
        p.rest(5_000.0);
    }),
    ("a page read to the end", |p| {
        help(p);
        p.read(1.0, 4_000.0);
    }),
    ("read to the end, and up again", |p| {
        help(p);
        p.read(0.9, 3_000.0);
        p.scroll_to(0.0);
        p.rest(2_000.0);
    }),
    ("products looked at for long, one after the other", |p| {
        for i in 0..3 {
            list(p);
            p.rest(3_000.0);
            let lamp = lamp(p, i);
            p.click(&lamp);
            product(p, ["a", "b", "c"][i]);
            p.read(0.6, 5_000.0);
        }
    }),
    ("there, back, and there again to stay", |p| {
        list(p);
        p.rest(3_000.0);
        product(p, "a");
        p.wait(3_500.0);
        list(p);
        p.wait(3_000.0);
        product(p, "a");
        p.read(0.9, 5_000.0);
    }),
    ("a long form filled in evenly", |p| {
        to_the_checkout(p);
        for i in 0..5 {
            let field = field(p, i);
            p.wait(4_000.0);
            p.fill(&field, 24);
        }
        let pay = pay(p);
        p.click(&pay);
        thanks(p);
    }),
    ("a long message", |p| {
        page(p, "/contact", "Contact");
        let name = element("input", "#name", "Name", p.rect(100.0, 200.0, 300.0, 40.0));
        let text = element("textarea", "#message", "Message", p.rect(100.0, 280.0, 600.0, 200.0));
        let send = element("button", "#send", "Send", p.rect(100.0, 520.0, 120.0, 44.0));
        p.fill(&name, 9);
        p.click(&text);
        p.keys(140, "textarea");
        p.click(&send);
        p.rest(3_000.0);
    }),
    ("one glance elsewhere", |p| {
        product(p, "a");
        p.rest(5_000.0);
        p.away(40_000.0);
        p.read(0.5, 4_000.0);
        let add = add(p);
        p.click(&add);
        cart(p);
        p.rest(2_500.0);
    }),
    ("one more, and one more", |p| {
        to_the_cart(p);
        let more = element("button", "#more", "+", p.rect(700.0, 170.0, 44.0, 44.0));
        p.rage(&more, 6, false);
        let on = to_checkout(p);
        p.click(&on);
        checkout(p);
        p.rest(2_000.0);
    }),
    ("text is selected by three clicks", |p| {
        help(p);
        p.rest(2_000.0);
        let text = paragraph(p);
        p.go(&text);
        for _ in 0..3 {
            p.wait(150.0);
            p.click_here(Some(&text));
        }
        p.selected();
        p.read(0.4, 4_000.0);
    }),
    ("an error with no click near", |p| {
        home(p);
        p.error("analytics is not defined");
        p.read(1.0, 3_000.0);
    }),
    ("one slow click", |p| {
        product(p, "a");
        p.rest(3_000.0);
        let add = add(p);
        p.go(&add);
        p.rest(5_000.0);
        p.click(&add);
        cart(p);
        p.rest(3_000.0);
    }),
    ("sent twice by impatience", |p| {
        to_the_checkout(p);
        fill_all(p);
        let pay = pay(p);
        p.click(&pay);
        p.wait(300.0);
        p.click_here(Some(&pay));
        p.wait(500.0);
        thanks(p);
    }),
    ("looked at, and not bought", |p| {
        home(p);
        p.rest(3_000.0);
        product(p, "a");
        p.read(0.7, 4_000.0);
        p.scroll_to(0.0);
        p.rest(2_000.0);
    }),
    ("pages explored", |p| {
        for (path, title) in [("/about", "About"), ("/press", "Press"), ("/jobs", "Jobs"), ("/contact", "Contact")] {
            page(p, path, title);
            p.read(1.0, 5_000.0);
            let help = nav(p, "Help");
            p.click(&help);
        }
        page(p, "/team", "Team");
        p.rest(4_000.0);
    }),
    ("the checkout looked at, and left", |p| {
        to_the_cart(p);
        let on = to_checkout(p);
        p.click(&on);
        checkout(p);
        p.rest(4_000.0);
        let lamps = nav(p, "Lamps");
        p.click(&lamps);
        list(p);
        p.rest(5_000.0);
    }),
    ("reading with the pointer", |p| {
        help(p);
        for i in 0..14 {
            let line =
                element("p", "main>p", "", [120.0 + 200.0 * f64::from(i % 3), 140.0 + 26.0 * f64::from(i), 90.0, 20.0]);
            p.go(&line);
            p.rest(700.0);
        }
        p.read(0.3, 3_000.0);
    }),
    ("a search for something", |p| {
        let (search, find) = search(p);
        for _ in 0..3 {
            p.click(&search);
            p.keys(7, "search");
            p.click(&find);
            p.rest(5_000.0);
        }
        let lamp = lamp(p, 0);
        p.click(&lamp);
        product(p, "a");
        p.read(0.4, 4_000.0);
    }),
    ("words looked up, and their results read", |p| {
        for presses in [6, 9, 4] {
            let (search, find) = search(p);
            p.click(&search);
            p.keys(presses, "search");
            p.click(&find);
            p.read(0.9, 45_000.0);
        }
    }),
    ("a page that loads itself anew", |p| {
        for _ in 0..6 {
            page(p, "/scores", "Scores");
            p.pause(28_950);
        }
    }),
    ("a page loaded anew, and what came of it read", |p| {
        for ms in [5_000.0, 9_000.0, 40_000.0] {
            page(p, "/orders/latest", "Your latest order");
            p.rest(ms);
        }
    }),
    ("plans looked at once each", |p| {
        plans(p);
        for i in 0..4 {
            let plan = plan(p, i);
            p.go(&plan);
            p.rest(900.0);
        }
        let plan = plan(p, 3);
        p.click(&plan);
        page(p, "/plans/corp", "Corp");
        p.rest(4_000.0);
    }),
    ("quick moves across the screen", |p| {
        home(p);
        for i in 0..10 {
            let there = element("p", "main>p", "", p.rect(if i % 2 == 0 { 40.0 } else { 1_150.0 }, 200.0, 60.0, 40.0));
            p.go(&there);
            p.wait(600.0);
        }
        let all = all_lamps(p);
        p.click(&all);
        list(p);
        p.rest(4_000.0);
    }),
    ("work that tells no elements", |p| {
        p.load("/desk", "Desk", 900.0, Vec::new());
        for i in 0..24 {
            let place =
                element("p", "p", "", [150.0 + 230.0 * f64::from(i % 5), 180.0 + 130.0 * f64::from(i % 3), 60.0, 20.0]);
            p.go(&place);
            p.rest(1_300.0);
            for _ in 0..(i % 4) {
                p.wait(160.0);
                p.click_here(None);
            }
        }
    }),
    ("resting here and there, and no click", |p| {
        p.load("/desk", "Desk", 900.0, Vec::new());
        for i in [0, 1, 2, 0, 3, 1, 2, 0, 1] {
            let place = element("p", "p", "", [150.0 + 230.0 * f64::from(i), 180.0, 60.0, 20.0]);
            p.go(&place);
            p.rest(2_000.0);
        }
    }),
    ("two pictures of a gallery, which answer", |p| {
        product(p, "a");
        let thumb = crate::model::Element { interactive: true, ..photo(p) };
        for _ in 0..3 {
            p.click(&thumb);
            p.rest(2_800.0);
        }
        p.read(0.3, 3_000.0);
    }),
    ("a short look", |p| {
        home(p);
        p.wait(1_500.0);
    }),
];
