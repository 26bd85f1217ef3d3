//! The shop that the visits of the corpus are made in.

use super::hand::{Play, drawn, element};
use crate::model::{Element, LayoutBox};

fn frame(p: &Play) -> Vec<LayoutBox> {
    let mut boxes: Vec<LayoutBox> = ["Home", "Lamps", "Help"]
        .iter()
        .enumerate()
        .map(|(i, label)| drawn("link", p.rect(100.0 + 160.0 * i as f64, 24.0, 90.0, 24.0), label))
        .collect();
    boxes.push(drawn("button", p.rect(1100.0, 20.0, 100.0, 32.0), "Cart"));
    boxes
}

pub(super) fn nav(p: &Play, label: &str) -> Element {
    let place = ["Home", "Lamps", "Help"].iter().position(|known| *known == label).unwrap_or(3) as f64;
    element("a", &format!("#nav-{}", label.to_lowercase()), label, p.rect(100.0 + 160.0 * place, 24.0, 90.0, 24.0))
}

pub(super) fn home(p: &mut Play) {
    let mut boxes = frame(p);
    boxes.push(drawn("image", p.rect(100.0, 120.0, 1000.0, 400.0), ""));
    boxes.push(drawn("text", p.rect(100.0, 560.0, 800.0, 80.0), ""));
    boxes.push(drawn("button", p.rect(100.0, 700.0, 220.0, 52.0), "See all lamps"));
    p.load("/", "Lumen", 1_600.0, boxes);
}

pub(super) fn all_lamps(p: &Play) -> Element {
    element("button", "#all", "See all lamps", p.rect(100.0, 700.0, 220.0, 52.0))
}

/// Six lamps: picture and name.
pub(super) fn list(p: &mut Play) {
    let mut boxes = frame(p);
    for i in 0..6 {
        boxes.push(drawn("image", lamp_rect(p, i, 0.0, 240.0), ""));
        boxes.push(drawn("link", lamp_rect(p, i, 264.0, 24.0), &format!("Lamp {}", letter(i))));
    }
    p.load("/lamps", "Lamps", 1_900.0, boxes);
}

fn letter(i: usize) -> char {
    char::from(b'A' + i as u8)
}

fn lamp_rect(p: &Play, i: usize, below: f64, height: f64) -> [f64; 4] {
    p.rect(100.0 + 360.0 * (i % 3) as f64, 160.0 + 420.0 * (i / 3) as f64 + below, 240.0, height)
}

pub(super) fn lamp(p: &Play, i: usize) -> Element {
    element("a", &format!("#lamp-{}", letter(i)), &format!("Lamp {}", letter(i)), lamp_rect(p, i, 264.0, 24.0))
}

pub(super) fn picture(p: &Play, i: usize) -> Element {
    element("img", &format!("main>li:nth-of-type({})>img", i + 1), "", lamp_rect(p, i, 0.0, 240.0))
}

pub(super) fn product(p: &mut Play, name: &str) {
    let mut boxes = frame(p);
    boxes.push(drawn("image", p.rect(100.0, 160.0, 480.0, 480.0), ""));
    boxes.push(drawn("heading", p.rect(660.0, 160.0, 400.0, 40.0), ""));
    boxes.push(drawn("text", p.rect(660.0, 220.0, 480.0, 160.0), ""));
    boxes.push(drawn("button", p.rect(660.0, 420.0, 260.0, 52.0), "Add to cart"));
    boxes.push(drawn("link", p.rect(660.0, 520.0, 140.0, 20.0), "Delivery"));
    for i in 0..6 {
        boxes.push(drawn("text", p.rect(100.0, 760.0 + 320.0 * f64::from(i), 1000.0, 260.0), ""));
    }
    p.load(&format!("/lamps/{name}"), &format!("Lamp {name}"), 2_900.0, boxes);
}

pub(super) fn add(p: &Play) -> Element {
    element("button", "#add", "Add to cart", p.rect(660.0, 420.0, 260.0, 52.0))
}

pub(super) fn delivery(p: &Play) -> Element {
    element("a", "#delivery", "Delivery", p.rect(660.0, 520.0, 140.0, 20.0))
}

pub(super) fn photo(p: &Play) -> Element {
    element("img", "#photo", "", p.rect(100.0, 160.0, 480.0, 480.0))
}

pub(super) fn cart(p: &mut Play) {
    let mut boxes = frame(p);
    boxes.push(drawn("text", p.rect(100.0, 160.0, 700.0, 120.0), ""));
    boxes.push(drawn("input", p.rect(100.0, 320.0, 220.0, 40.0), ""));
    boxes.push(drawn("button", p.rect(340.0, 320.0, 100.0, 40.0), "Apply"));
    boxes.push(drawn("button", p.rect(860.0, 420.0, 240.0, 52.0), "Go to checkout"));
    p.load("/cart", "Your cart", 1_000.0, boxes);
}

pub(super) fn coupon(p: &Play) -> Element {
    element("input", "#coupon", "Coupon code", p.rect(100.0, 320.0, 220.0, 40.0))
}

pub(super) fn apply(p: &Play) -> Element {
    element("button", "#apply", "Apply", p.rect(340.0, 320.0, 100.0, 40.0))
}

pub(super) fn to_checkout(p: &Play) -> Element {
    element("button", "#to-checkout", "Go to checkout", p.rect(860.0, 420.0, 240.0, 52.0))
}

const FIELDS: [(&str, &str); 5] =
    [("name", "Name"), ("email", "E-mail"), ("street", "Street"), ("city", "City"), ("card", "Card number")];

pub(super) fn checkout(p: &mut Play) {
    let mut boxes = frame(p);
    for i in 0..FIELDS.len() {
        boxes.push(drawn("input", field_rect(p, i), ""));
    }
    boxes.push(drawn("button", p.rect(100.0, 620.0, 240.0, 52.0), "Pay now"));
    p.load("/checkout", "Checkout", 1_100.0, boxes);
}

fn field_rect(p: &Play, i: usize) -> [f64; 4] {
    p.rect(100.0, 160.0 + 88.0 * i as f64, 420.0, 44.0)
}

pub(super) fn field(p: &Play, i: usize) -> Element {
    let (id, label) = FIELDS[i];
    element("input", &format!("#{id}"), label, field_rect(p, i))
}

pub(super) fn pay(p: &Play) -> Element {
    element("button", "#pay", "Pay now", p.rect(100.0, 620.0, 240.0, 52.0))
}

pub(super) fn fill_all(p: &mut Play) {
    for (i, presses) in [12, 18, 16, 9, 16].into_iter().enumerate() {
        let field = field(p, i);
        p.fill(&field, presses);
    }
}

pub(super) fn thanks(p: &mut Play) {
    let boxes = frame(p);
    p.load("/thanks", "Thank you", 900.0, boxes);
    p.rest(2_500.0);
}

/// Four plans side by side.
pub(super) fn plans(p: &mut Play) {
    let mut boxes = frame(p);
    boxes.extend(PLANS.iter().enumerate().map(|(i, label)| drawn("button", plan_rect(p, i), label)));
    p.load("/plans", "Plans", 2_200.0, boxes);
}

const PLANS: [&str; 4] = ["Choose Solo", "Choose Team", "Choose Firm", "Choose Corp"];

fn plan_rect(p: &Play, i: usize) -> [f64; 4] {
    match p.touch {
        true => [40.0, 200.0 + 460.0 * i as f64, 300.0, 52.0],
        false => [100.0 + 280.0 * i as f64, 300.0, 240.0, 52.0],
    }
}

pub(super) fn plan(p: &Play, i: usize) -> Element {
    element("button", &format!("#plan-{i}"), PLANS[i], plan_rect(p, i))
}

/// A long page of text.
pub(super) fn help(p: &mut Play) {
    let mut boxes = frame(p);
    for i in 0..16 {
        boxes.push(drawn("text", p.rect(100.0, 120.0 + 380.0 * f64::from(i), 900.0, 330.0), ""));
    }
    p.load("/help", "Help", 6_400.0, boxes);
}

pub(super) fn paragraph(p: &Play) -> Element {
    element("p", "main>p:nth-of-type(2)", "", p.rect(100.0, 120.0, 900.0, 330.0))
}

pub(super) fn page(p: &mut Play, path: &str, title: &str) {
    let boxes = frame(p);
    p.load(path, title, 1_400.0, boxes);
}

/// Home, list, product, cart: what comes before a checkout.
pub(super) fn to_the_cart(p: &mut Play) {
    home(p);
    p.rest(2_000.0);
    let all = all_lamps(p);
    p.click(&all);
    list(p);
    p.rest(2_500.0);
    let first = lamp(p, 1);
    p.click(&first);
    product(p, "b");
    p.rest(6_000.0);
    let add = add(p);
    p.click(&add);
    cart(p);
    p.rest(2_500.0);
}

pub(super) fn to_the_checkout(p: &mut Play) {
    to_the_cart(p);
    let on = to_checkout(p);
    p.click(&on);
    checkout(p);
    p.rest(1_500.0);
}

/// A page of results: the field for searching, and its button.
pub(super) fn search(p: &mut Play) -> (Element, Element) {
    page(p, "/search", "Search");
    let field = element("input", "#search", "Search", p.rect(100.0, 100.0, 300.0, 40.0));
    (field, element("button", "#find", "Find", p.rect(420.0, 100.0, 90.0, 40.0)))
}
