//! A shop that nobody built: its addresses, and what stands on its pages.

use fastrand::Rng;

use super::page::{Click, Item, Page};

/// Products of the shop.
pub(super) const PRODUCTS: u32 = 240;

const CATEGORIES: [&str; 4] = ["lamps", "radios", "kettles", "chairs"];

/// A page of the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Address {
    Home,
    /// By number, and whether it is sorted by price.
    Category(u32, bool),
    Product(u32),
    Search(u32),
    Cart,
    Checkout,
    Order(u32),
}

impl Address {
    /// What stands behind the host.
    pub(super) fn path(self) -> String {
        let category = |number: u32| CATEGORIES[number as usize % CATEGORIES.len()];
        match self {
            Self::Home => "/".into(),
            Self::Category(number, false) => format!("/category/{}", category(number)),
            Self::Category(number, true) => format!("/category/{}?sort=price", category(number)),
            Self::Product(number) => format!("/product/{number}"),
            Self::Search(number) => format!("/search?q={}", category(number)),
            Self::Cart => "/cart".into(),
            Self::Checkout => "/checkout".into(),
            Self::Order(number) => format!("/account/orders/{number}"),
        }
    }

    pub(super) fn url(self) -> String {
        format!("https://shop.example{}", self.path())
    }

    pub(super) fn title(self) -> String {
        match self {
            Self::Home => "The shop".into(),
            Self::Category(number, _) => format!("The shop: {}", CATEGORIES[number as usize % CATEGORIES.len()]),
            Self::Product(number) => format!("The shop: product {number}"),
            Self::Search(_) => "The shop: search".into(),
            Self::Cart => "The shop: cart".into(),
            Self::Checkout => "The shop: checkout".into(),
            Self::Order(_) => "The shop: your order".into(),
        }
    }

    /// Some product; a few are liked much better than the others.
    pub(super) fn product(rng: &mut Rng) -> Self {
        let liked = rng.f64();
        Self::Product(1 + (liked * liked * f64::from(PRODUCTS)) as u32)
    }

    /// The page in a window of this width; at every visit the same.
    pub(super) fn page(self, width: f64) -> Page {
        let mut rng = Rng::with_seed(match self {
            Self::Category(number, sorted) => 1000 + u64::from(number) * 2 + u64::from(sorted),
            Self::Product(number) | Self::Search(number) => number.into(),
            Self::Home | Self::Cart | Self::Checkout | Self::Order(_) => 0,
        });
        let rng = &mut rng;
        let mut sheet = Sheet::new(width);
        sheet.header();
        match self {
            Self::Home => {
                sheet.block("main > img", "img", "", 360.0, Click::Rests, 3);
                sheet.block("#hero > a", "a", "See the lamps", 44.0, Click::Goes(Self::Category(0, false)), 10);
                sheet.products(rng, 12);
                sheet.text(2);
                sheet.block("#newsletter > input", "input", "Your address", 44.0, Click::Field("email"), 1);
                sheet.block("#newsletter > button", "button", "Subscribe", 44.0, Click::Works, 1);
            }
            Self::Category(number, _) => {
                sheet.block("main > h1", "h1", "", 40.0, Click::Rests, 0);
                sheet.block("#sort", "button", "By price", 40.0, Click::Sorts(Self::Category(number, true)), 6);
                sheet.products(rng, 24);
                sheet.block("#next", "button", "Next", 44.0, Click::Counts, 3);
            }
            Self::Search(_) => {
                sheet.block("main > h1", "h1", "", 40.0, Click::Rests, 0);
                sheet.products(rng, 8);
                sheet.text(1);
            }
            Self::Product(_) => {
                sheet.block("#gallery > img", "img", "Look closer", 480.0, Click::Dead, 6);
                sheet.block("main > h1", "h1", "", 48.0, Click::Rests, 2);
                sheet.text(2);
                sheet.block("#size", "select", "Size", 44.0, Click::Works, 6);
                sheet.block("#more", "button", "+", 44.0, Click::Counts, 3);
                sheet.block("#add", "button", "Add to cart", 48.0, Click::Works, 12);
                sheet.block("#buy", "a", "Go to cart", 44.0, Click::Goes(Self::Cart), 8);
                sheet.text(4);
                sheet.block("#reviews", "button", "Reviews", 44.0, Click::Works, 4);
                sheet.products(rng, 4);
            }
            Self::Cart => {
                for row in 1..=3 {
                    let path = format!("#cart > li:nth-child({row}) > button");
                    sheet.block(&path, "button", "+", 56.0, Click::Counts, 2);
                }
                sheet.block("#voucher", "input", "Voucher", 44.0, Click::Field("text"), 3);
                sheet.block("#apply", "button", "Apply", 44.0, Click::Dead, 5);
                sheet.block("#checkout", "a", "Checkout", 52.0, Click::Goes(Self::Checkout), 14);
                sheet.products(rng, 4);
            }
            Self::Checkout => {
                for (id, label, kind) in [
                    ("#name", "Name", "text"),
                    ("#email", "E-mail", "email"),
                    ("#street", "Street", "text"),
                    ("#city", "City", "text"),
                ] {
                    sheet.block(id, "input", label, 44.0, Click::Field(kind), 5);
                }
                sheet.block("#pay-later", "button", "Pay later", 48.0, Click::Dead, 6);
                sheet.block("#pay-card", "button", "Pay by card", 48.0, Click::Works, 4);
                sheet.block("#order", "button", "Place order", 56.0, Click::Fails, 12);
                sheet.text(3);
            }
            Self::Order(_) => {
                sheet.block("main > h1", "h1", "", 48.0, Click::Rests, 2);
                sheet.text(3);
                sheet.block("#home", "a", "Back to the shop", 44.0, Click::Goes(Self::Home), 10);
            }
        }
        sheet.finish()
    }
}

/// A page while it is laid out, from the top.
struct Sheet {
    width: f64,
    /// Left edge and width of the column that holds it all.
    column: (f64, f64),
    y: f64,
    items: Vec<Item>,
}

/// Between two things, in px.
const GAP: f64 = 24.0;

impl Sheet {
    fn new(width: f64) -> Self {
        let column = (width - 32.0).min(1160.0);
        Self { width, column: ((width - column) / 2.0, column), y: 64.0 + GAP, items: Vec::new() }
    }

    /// A bar that stays in sight, with as many links as there is room for.
    fn header(&mut self) {
        let (left, column) = self.column;
        let mut add = |path: &str, tag: &str, label: &str, x: f64, width: f64, click: Click, draw: u32| {
            self.items.push(Item::new(path, tag, label, [x, 12.0, width, 40.0], click, draw).fixed());
        };
        add("#logo", "a", "The shop", left, 96.0, Click::Goes(Address::Home), 2);
        if self.width >= 768.0 {
            for (number, name) in (0..).zip(CATEGORIES) {
                let x = left + 120.0 + f64::from(number) * 96.0;
                let path = format!("#menu > a:nth-child({})", number + 1);
                add(&path, "a", name, x, 80.0, Click::Goes(Address::Category(number, false)), 3);
            }
        } else {
            add("#menu", "button", "Menu", left + 112.0, 48.0, Click::Works, 3);
        }
        add("#search", "input", "Search", left + column - 176.0, 120.0, Click::Field("search"), 1);
        add("#cart-link", "a", "Cart", left + column - 48.0, 48.0, Click::Goes(Address::Cart), 6);
    }

    /// One thing below the other; what is clicked is not wider than a hand needs.
    fn block(&mut self, path: &str, tag: &str, label: &str, height: f64, click: Click, draw: u32) {
        let (left, column) = self.column;
        let width = if matches!(tag, "img" | "p" | "h1") { column } else { column.min(280.0) };
        self.items.push(Item::new(path, tag, label, [left, self.y, width, height], click, draw));
        self.y += height + GAP;
    }

    fn text(&mut self, paragraphs: u32) {
        for number in 1..=paragraphs {
            self.block(&format!("main > p:nth-of-type({number})"), "p", "", 120.0, Click::Rests, 2);
        }
    }

    /// A grid of products, with as many columns as there is room for.
    fn products(&mut self, rng: &mut Rng, count: u32) {
        let (left, column) = self.column;
        let columns = ((column / 250.0) as u32).clamp(2, 4);
        let width = (column - GAP * f64::from(columns - 1)) / f64::from(columns);
        let height = width + 64.0;
        for number in 0..count {
            let x = left + f64::from(number % columns) * (width + GAP);
            let y = self.y + f64::from(number / columns) * (height + GAP);
            let path = format!("#products > article:nth-child({}) > a", number + 1);
            let (label, to) = match Address::product(rng) {
                to @ Address::Product(id) => (format!("Product {id}"), to),
                to => (String::new(), to),
            };
            self.items.push(Item::new(&path, "a", &label, [x, y, width, height], Click::Goes(to), 4));
        }
        self.y += f64::from(count.div_ceil(columns)) * (height + GAP);
    }

    fn finish(self) -> Page {
        Page { items: self.items, height: (self.y + 240.0).round() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_stands_on_its_page_at_every_width() {
        let all = [
            Address::Home,
            Address::Category(1, true),
            Address::Product(17),
            Address::Search(2),
            Address::Cart,
            Address::Checkout,
            Address::Order(1),
        ];
        for (address, width) in all.iter().flat_map(|address| [360.0, 768.0, 1920.0].map(|width| (*address, width))) {
            let page = address.page(width);
            for Item { rect: [x, y, w, h], element, .. } in &page.items {
                assert!(*x >= 0.0 && x + w <= width && y + h <= page.height, "{address:?} {width} {element:?}");
            }
        }
        assert_eq!(Address::Product(17).path(), "/product/17");
    }
}
