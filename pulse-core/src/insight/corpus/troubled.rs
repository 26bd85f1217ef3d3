//! Visits with one planted problem each.

use super::{
    hand::{Play, element},
    shop::*,
};
use crate::analyze::detect::FindingKind::{self, *};

/// Which devices a situation can happen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    Both,
    Mouse,
    Touch,
}

impl On {
    /// Whether by touch, for each device.
    pub(super) fn devices(self) -> impl Iterator<Item = bool> {
        [false, true].into_iter().filter(move |touch| match self {
            Self::Both => true,
            Self::Mouse => !touch,
            Self::Touch => *touch,
        })
    }
}

pub(super) type Situation = (&'static str, FindingKind, On, fn(&mut Play));

pub(super) const ALL: &[Situation] = &[
    ("a dead pay button, and left", Unresponsive, On::Both, |p| {
        to_the_checkout(p);
        fill_all(p);
        let pay = pay(p);
        p.rage(&pay, 6, true);
    }),
    ("a dead button clicked twice in calm, and left", Unresponsive, On::Both, |p| {
        to_the_cart(p);
        let on = to_checkout(p);
        for _ in 0..2 {
            p.click(&on);
            p.dead();
            p.wait(3_200.0);
        }
    }),
    ("a dead button, and another way found", Unresponsive, On::Both, |p| {
        home(p);
        p.rest(2_000.0);
        let all = all_lamps(p);
        p.rage(&all, 5, true);
        let lamps = nav(p, "Lamps");
        p.click(&lamps);
        list(p);
        p.read(0.5, 4_000.0);
    }),
    ("rage at a link that leads nowhere", Unresponsive, On::Both, |p| {
        product(p, "a");
        p.rest(4_000.0);
        let delivery = delivery(p);
        p.rage(&delivery, 5, false);
        p.rest(1_500.0);
    }),
    ("a page that comes after five seconds and four clicks", SlowAnswer, On::Both, |p| {
        to_the_cart(p);
        let on = to_checkout(p);
        p.go(&on);
        for _ in 0..4 {
            p.wait(1_100.0);
            p.click_here(Some(&on));
            p.dead();
        }
        p.wait(1_500.0);
        checkout(p);
        fill_all(p);
        let pay = pay(p);
        p.click(&pay);
        thanks(p);
    }),
    ("rage, then the page comes", SlowAnswer, On::Both, |p| {
        product(p, "a");
        p.rest(4_000.0);
        let add = add(p);
        p.rage(&add, 4, false);
        p.wait(2_000.0);
        cart(p);
        p.rest(4_000.0);
    }),
    ("a picture that does not grow", FalseAffordance, On::Both, |p| {
        product(p, "c");
        p.rest(3_000.0);
        let photo = photo(p);
        for _ in 0..3 {
            p.click(&photo);
            p.wait(2_200.0);
        }
        p.read(0.4, 3_000.0);
        let add = add(p);
        p.click(&add);
        cart(p);
        p.rest(3_000.0);
    }),
    ("the pictures of a list are no links", FalseAffordance, On::Both, |p| {
        list(p);
        p.rest(2_000.0);
        for i in 0..3 {
            let picture = picture(p, i);
            p.click(&picture);
            p.wait(2_600.0);
        }
        let lamp = lamp(p, 2);
        p.click(&lamp);
        product(p, "c");
        p.read(0.3, 4_000.0);
    }),
    ("rage at a heading", FalseAffordance, On::Both, |p| {
        product(p, "c");
        p.rest(3_000.0);
        let heading = element("h2", "main>h2", "Technical data", p.rect(660.0, 160.0, 400.0, 40.0));
        p.rage(&heading, 4, false);
        p.read(0.8, 3_000.0);
    }),
    ("a small link, missed three times, then hit", MissedTarget, On::Both, |p| {
        product(p, "d");
        p.rest(3_000.0);
        let body = element("div", "main>div", "", [0.0, 0.0, 1280.0, 2_900.0]);
        let delivery = delivery(p);
        let [x, y, w, h] = delivery.rect.unwrap();
        for off in [-9.0, h + 11.0, -7.0] {
            p.click_at(x + w / 2.0, y + off, &body);
            p.wait(700.0);
        }
        p.click(&delivery);
        page(p, "/delivery", "Delivery");
        p.rest(5_000.0);
    }),
    ("a small link, missed and given up", MissedTarget, On::Both, |p| {
        product(p, "d");
        p.rest(3_000.0);
        let body = element("div", "main>div", "", [0.0, 0.0, 1280.0, 2_900.0]);
        let delivery = delivery(p);
        let [x, y, w, h] = delivery.rect.unwrap();
        for off in [-9.0, h + 11.0, -12.0, h + 8.0] {
            p.click_at(x + w / 3.0, y + off, &body);
            p.wait(1_200.0);
        }
        p.rest(2_000.0);
    }),
    ("the neighbour is opened and left at once", MissedTarget, On::Touch, |p| {
        page(p, "/account", "Account");
        p.rest(2_000.0);
        let orders = element("a", "#orders", "Orders", [20.0, 300.0, 200.0, 22.0]);
        let returns = element("a", "#returns", "Returns", [20.0, 328.0, 200.0, 22.0]);
        for _ in 0..2 {
            p.click_at(90.0, 316.0, &orders);
            page(p, "/account/orders", "Orders");
            p.wait(1_500.0);
            page(p, "/account", "Account");
            p.wait(1_200.0);
        }
        p.click_at(90.0, 338.0, &returns);
        page(p, "/account/returns", "Returns");
        p.read(1.0, 6_000.0);
    }),
    ("four plans weighed with the pointer", HardChoice, On::Mouse, |p| {
        plans(p);
        p.rest(1_000.0);
        for i in [0, 1, 2, 3, 1, 2, 0, 1] {
            let plan = plan(p, i);
            p.go(&plan);
            p.rest(1_800.0);
        }
        let plan = plan(p, 1);
        p.click(&plan);
        page(p, "/plans/team", "Team");
        p.rest(5_000.0);
    }),
    ("four plans weighed and none chosen", HardChoice, On::Mouse, |p| {
        plans(p);
        p.rest(1_000.0);
        for i in [1, 2, 1, 3, 2, 1, 2] {
            let plan = plan(p, i);
            p.go(&plan);
            p.rest(2_200.0);
        }
        p.rest(1_500.0);
    }),
    ("plans looked at for long, one after the other", HardChoice, On::Mouse, |p| {
        plans(p);
        for i in 0..4 {
            let plan = plan(p, i);
            p.go(&plan);
            p.rest(4_800.0);
        }
        let plan = plan(p, 2);
        p.click(&plan);
        page(p, "/plans/firm", "Firm");
        p.rest(4_000.0);
    }),
    ("options weighed on a page without an outline", HardChoice, On::Mouse, |p| {
        p.load("/sizes", "Sizes", 1_000.0, Vec::new());
        for i in [0, 1, 2, 1, 0, 2, 1] {
            let size = element("button", &format!("#size-{i}"), "", [200.0 + 160.0 * f64::from(i), 400.0, 90.0, 44.0]);
            p.go(&size);
            p.rest(1_800.0);
        }
        let size = element("button", "#size-1", "M", [360.0, 400.0, 90.0, 44.0]);
        p.click(&size);
        page(p, "/sizes/m", "M");
        p.rest(4_000.0);
    }),
    ("plans weighed by scrolling", HardChoice, On::Touch, |p| {
        plans(p);
        for y in [460.0, 920.0, 300.0, 1_100.0, 200.0, 700.0] {
            p.wait(3_500.0);
            p.scroll_to(y);
        }
        p.wait(3_000.0);
        let plan = plan(p, 1);
        p.click(&plan);
        page(p, "/plans/team", "Team");
        p.wait(5_000.0);
    }),
    ("the main button is passed by", PassedBy, On::Both, |p| {
        product(p, "e");
        p.rest(3_000.0);
        for y in [1_300.0, 60.0, 1_500.0, 40.0] {
            p.scroll_to(y);
            p.rest(3_000.0);
        }
    }),
    ("the main button is passed by again and again", PassedBy, On::Both, |p| {
        home(p);
        p.rest(1_500.0);
        product(p, "e");
        for y in [1_200.0, 0.0, 1_600.0, 100.0, 900.0, 0.0] {
            p.rest(2_500.0);
            p.scroll_to(y);
        }
        p.rest(2_500.0);
    }),
    ("a field that takes long, and is left from", FormEffort, On::Both, |p| {
        to_the_checkout(p);
        for i in 0..4 {
            let field = field(p, i);
            p.fill(&field, 10);
        }
        let card = field(p, 4);
        p.fill(&card, 4);
        p.rest(22_000.0);
        p.keys(5, "text");
        p.rest(18_000.0);
    }),
    ("a field that is taken up again and again", FormEffort, On::Both, |p| {
        to_the_checkout(p);
        for i in [0, 2, 1, 2, 3, 2] {
            let field = field(p, i);
            p.fill(&field, 8);
            p.rest(if i == 2 { 6_000.0 } else { 300.0 });
        }
        let pay = pay(p);
        p.click(&pay);
        thanks(p);
    }),
    ("a field with one long pause", FormEffort, On::Both, |p| {
        to_the_checkout(p);
        for i in 0..5 {
            let field = field(p, i);
            p.fill(&field, 9);
            if i == 2 {
                p.rest(34_000.0);
                p.keys(6, "text");
            }
        }
        let pay = pay(p);
        p.click(&pay);
        thanks(p);
    }),
    ("a form refused three times, and left", FormRefused, On::Both, |p| {
        to_the_checkout(p);
        fill_all(p);
        let (pay, card) = (pay(p), field(p, 4));
        for _ in 0..3 {
            p.click(&pay);
            p.wait(2_500.0);
            p.fill(&card, 6);
        }
        p.click(&pay);
        p.wait(4_000.0);
    }),
    ("a form refused twice, then passed", FormRefused, On::Both, |p| {
        to_the_checkout(p);
        fill_all(p);
        let (pay, street) = (pay(p), field(p, 2));
        for _ in 0..2 {
            p.click(&pay);
            p.wait(2_000.0);
            p.fill(&street, 7);
        }
        p.click(&pay);
        thanks(p);
    }),
    ("a coupon code that is never right", FormRefused, On::Both, |p| {
        to_the_cart(p);
        let (coupon, apply) = (coupon(p), apply(p));
        for _ in 0..4 {
            p.fill(&coupon, 8);
            p.click(&apply);
            p.wait(2_200.0);
        }
        p.rest(2_000.0);
    }),
    ("a form that is loaded anew with each refusal", FormRefused, On::Both, |p| {
        to_the_checkout(p);
        fill_all(p);
        for _ in 0..2 {
            let (pay, email) = (pay(p), field(p, 1));
            p.click(&pay);
            checkout(p);
            p.wait(2_000.0);
            p.fill(&email, 14);
        }
        let pay = pay(p);
        p.click(&pay);
        checkout(p);
        p.rest(3_000.0);
    }),
    ("an error after each click, and left", ErrorAfterClick, On::Both, |p| {
        to_the_cart(p);
        let on = to_checkout(p);
        for _ in 0..3 {
            p.click(&on);
            p.error("Cannot read properties of undefined (reading 'total')");
            p.wait(3_500.0);
        }
    }),
    ("rage at a button that throws", ErrorAfterClick, On::Both, |p| {
        product(p, "a");
        p.rest(3_000.0);
        let add = add(p);
        p.go(&add);
        for _ in 0..5 {
            p.wait(250.0);
            p.click_here(Some(&add));
            p.dead();
            p.error("cart is not defined");
        }
        p.rest(3_500.0);
    }),
    ("an error after one click", ErrorAfterClick, On::Both, |p| {
        to_the_cart(p);
        let apply = apply(p);
        p.click(&apply);
        p.error("code is null");
        p.rest(5_000.0);
    }),
    ("a page that comes after nine seconds", LongWait, On::Both, |p| {
        to_the_cart(p);
        let on = to_checkout(p);
        p.click(&on);
        p.rest(9_000.0);
        checkout(p);
        fill_all(p);
        let pay = pay(p);
        p.click(&pay);
        thanks(p);
    }),
    ("a link waited for in vain", LongWait, On::Both, |p| {
        product(p, "a");
        p.rest(4_000.0);
        let delivery = delivery(p);
        p.click(&delivery);
        p.rest(12_000.0);
    }),
    ("a wait with a shaken pointer", LongWait, On::Mouse, |p| {
        list(p);
        p.rest(2_000.0);
        let lamp = lamp(p, 0);
        p.click(&lamp);
        p.rest(3_000.0);
        p.shake();
        p.rest(3_000.0);
        p.shake();
        p.rest(2_000.0);
        product(p, "a");
        p.read(0.5, 3_000.0);
    }),
    ("an order that does not show, however often its page is loaded", LongWait, On::Both, |p| {
        home(p);
        p.rest(4_000.0);
        for ms in [9_000.0, 6_000.0, 14_000.0, 4_000.0, 5_000.0] {
            page(p, "/orders/latest", "Your latest order");
            p.rest(ms);
        }
    }),
    ("pogo-sticking from a list", BackAndForth, On::Both, |p| {
        list(p);
        p.rest(2_500.0);
        for i in 0..4 {
            let lamp = lamp(p, i);
            p.click(&lamp);
            product(p, ["a", "b", "c", "d"][i]);
            p.wait(2_500.0);
            list(p);
            p.rest(1_800.0);
        }
    }),
    ("circles among three pages", BackAndForth, On::Both, |p| {
        for (path, title) in [
            ("/delivery", "Delivery"),
            ("/returns", "Returns"),
            ("/contact", "Contact"),
            ("/delivery", "Delivery"),
            ("/returns", "Returns"),
            ("/contact", "Contact"),
            ("/delivery", "Delivery"),
        ] {
            page(p, path, title);
            p.rest(7_500.0);
            let help = nav(p, "Help");
            p.click(&help);
        }
        page(p, "/returns", "Returns");
        p.rest(3_000.0);
    }),
    ("to and fro between two pages", BackAndForth, On::Both, |p| {
        for _ in 0..4 {
            product(p, "a");
            p.rest(9_000.0);
            product(p, "b");
            p.rest(9_000.0);
        }
    }),
    ("a search up and down a long page", ScrollSearch, On::Both, |p| {
        help(p);
        p.rest(1_500.0);
        for y in [3_000.0, 600.0, 4_200.0, 1_200.0, 5_000.0, 800.0, 3_600.0] {
            p.scroll_to(y);
            p.wait(900.0);
        }
        p.rest(1_000.0);
    }),
    ("short turns, many of them", ScrollSearch, On::Both, |p| {
        help(p);
        p.rest(1_500.0);
        for i in 0..12 {
            p.scroll_to(if i % 2 == 0 { 1_500.0 } else { 1_100.0 });
            p.wait(700.0);
        }
    }),
    ("away three times from the checkout", Away, On::Both, |p| {
        to_the_checkout(p);
        for i in 0..5 {
            let field = field(p, i);
            p.fill(&field, 10);
            if i < 3 {
                p.away(22_000.0);
            }
        }
        let pay = pay(p);
        p.click(&pay);
        thanks(p);
    }),
    ("away twice for long from the cart", Away, On::Both, |p| {
        to_the_cart(p);
        p.away(55_000.0);
        p.rest(2_500.0);
        p.away(70_000.0);
        p.rest(2_500.0);
        let on = to_checkout(p);
        p.click(&on);
        checkout(p);
        fill_all(p);
        let pay = pay(p);
        p.click(&pay);
        thanks(p);
    }),
    ("a checkout filled in and left", GivenUp, On::Both, |p| {
        to_the_checkout(p);
        for i in 0..4 {
            let field = field(p, i);
            p.fill(&field, 11);
        }
        p.read(0.5, 3_000.0);
    }),
    ("a checkout begun, and back to the shop", GivenUp, On::Both, |p| {
        to_the_checkout(p);
        for i in 0..3 {
            let field = field(p, i);
            p.fill(&field, 11);
        }
        p.rest(3_000.0);
        let lamps = nav(p, "Lamps");
        p.click(&lamps);
        list(p);
        p.rest(6_000.0);
    }),
    ("other words are searched for, and others, and left", GivenUp, On::Both, |p| {
        home(p);
        p.rest(3_000.0);
        for presses in [11, 7, 14, 5] {
            let (search, find) = search(p);
            p.click(&search);
            p.keys(presses, "search");
            p.click(&find);
            p.rest(7_000.0);
        }
    }),
];
