//! The shop's pages, from the templates.

use crate::payments::Payment;
use crate::products::{CATEGORIES, Category, PRODUCTS, Product};
use crate::template::{Html, Value, render};

const TITLE: &str = "Few things. Made to be kept.";
const LEAD: &str = "Lamps, radios and kettles that can be mended.";

/// Writes pages that load the tracker from one URL.
pub(crate) struct Pages<'a> {
    tracker_url: &'a str,
}

impl<'a> Pages<'a> {
    pub(crate) fn new(tracker_url: &'a str) -> Self {
        Pages { tracker_url }
    }

    /// All products, or those of one category. The others are there but hidden, so that changing the category needs
    /// no new page.
    pub(crate) fn home(&self, shown: Option<&Category>) -> String {
        let slug = shown.map_or("", |category| category.slug);
        let title = shown.map_or(TITLE, |category| category.title);
        let lead = shown.map_or(LEAD, |category| category.lead);
        let pills = std::iter::once(pill("/", "", "All", TITLE, LEAD, slug))
            .chain(CATEGORIES.iter().map(|category| {
                let href = format!("/?category={}", category.slug);
                pill(&href, category.slug, category.name, category.title, category.lead, slug)
            }))
            .collect::<Html>();
        let tiles = PRODUCTS.iter().enumerate().map(|(i, product)| {
            let leads = i == 0 || PRODUCTS[i - 1].category.slug != product.category.slug;
            let hidden = !slug.is_empty() && slug != product.category.slug;
            tile(product, leads, hidden)
        });
        let main = render(
            include_str!("../templates/home.html"),
            &[
                ("title", title.into()),
                ("lead", lead.into()),
                ("pills", pills.into()),
                ("tiles", tiles.collect::<Html>().into()),
            ],
        );
        self.layout(title, lead, main)
    }

    pub(crate) fn product(&self, product: &Product) -> String {
        let facts = product.facts.iter().map(|fact| {
            let values = [("figure", fact.figure.into()), ("meaning", fact.meaning.into())];
            render(include_str!("../templates/fact.html"), &values)
        });
        let details = product.details.iter().map(|(term, detail)| {
            let values = [("term", (*term).into()), ("detail", (*detail).into())];
            render(include_str!("../templates/detail.html"), &values)
        });
        let others = PRODUCTS
            .iter()
            .filter(|other| other.category.slug == product.category.slug && other.slug != product.slug)
            .map(|other| tile(other, false, false));
        let [first, second] = product.about;
        let main = render(
            include_str!("../templates/product.html"),
            &[
                ("slug", product.slug.into()),
                ("name", product.name.into()),
                ("tagline", product.tagline.into()),
                ("price", price(product).into()),
                ("picture", product.picture.into()),
                ("facts", facts.collect::<Html>().into()),
                ("about_title", product.about_title.into()),
                ("first", first.into()),
                ("second", second.into()),
                ("details", details.collect::<Html>().into()),
                ("category", product.category.name.to_lowercase().into()),
                ("category_slug", product.category.slug.into()),
                ("others", others.collect::<Html>().into()),
            ],
        );
        self.layout(product.name, product.tagline, main)
    }

    pub(crate) fn cart(&self) -> String {
        let lines = lines(include_str!("../templates/cart_line.html"));
        let main = render(include_str!("../templates/cart.html"), &[("lines", lines.into())]);
        self.layout("Your cart", "What you have chosen so far.", main)
    }

    pub(crate) fn checkout(&self, payments: &[Payment]) -> String {
        let buttons = payments.iter().map(|payment| {
            let values = [("slug", payment.slug.into()), ("name", payment.name.into())];
            render(include_str!("../templates/payment.html"), &values)
        });
        let values = [("payments", buttons.collect::<Html>().into()), ("lines", summary_lines().into())];
        let main = render(include_str!("../templates/checkout.html"), &values);
        self.layout("Checkout", "Where it should go, and how you would like to pay.", main)
    }

    pub(crate) fn thanks(&self) -> String {
        let main = render(include_str!("../templates/thanks.html"), &[("lines", summary_lines().into())]);
        self.layout("Thank you", "Your order is confirmed.", main)
    }

    pub(crate) fn not_found(&self) -> String {
        self.message("Nothing on this shelf.", "There is no page at this address. It may have moved, or never been.")
    }

    pub(crate) fn not_allowed(&self) -> String {
        self.message("That does not work here.", "Pages of this shop can be read, not written to.")
    }

    fn message(&self, title: &str, text: &str) -> String {
        let values = [("title", title.into()), ("text", text.into())];
        self.layout(title, text, render(include_str!("../templates/message.html"), &values))
    }

    fn layout(&self, title: &str, description: &str, main: Html) -> String {
        let values = [
            ("title", Value::from(title)),
            ("description", description.into()),
            ("tracker", self.tracker_url.into()),
            ("main", main.into()),
        ];
        render(include_str!("../templates/layout.html"), &values).into_string()
    }
}

fn price(product: &Product) -> String {
    format!("${}", product.dollars)
}

fn pill(href: &str, slug: &str, name: &str, title: &str, lead: &str, shown: &str) -> Html {
    let current = if slug == shown { "true" } else { "false" };
    render(
        include_str!("../templates/pill.html"),
        &[
            ("href", href.into()),
            ("slug", slug.into()),
            ("name", name.into()),
            ("title", title.into()),
            ("lead", lead.into()),
            ("current", current.into()),
        ],
    )
}

fn tile(product: &Product, wide: bool, hidden: bool) -> Html {
    render(
        include_str!("../templates/tile.html"),
        &[
            ("slug", product.slug.into()),
            ("category", product.category.slug.into()),
            ("wide", if wide { "wide" } else { "" }.into()),
            ("hidden", if hidden { "hidden" } else { "" }.into()),
            ("name", product.name.into()),
            ("tagline", product.tagline.into()),
            ("price", price(product).into()),
        ],
    )
}

fn summary_lines() -> Html {
    lines(include_str!("../templates/summary_line.html"))
}

/// A line for every product, all hidden: the cart is in the browser, and `shop.js` shows the lines that it holds.
fn lines(template: &str) -> Html {
    let line = |product: &Product| {
        render(
            template,
            &[
                ("slug", product.slug.into()),
                ("name", product.name.into()),
                ("dollars", product.dollars.to_string().into()),
                ("price", price(product).into()),
            ],
        )
    };
    PRODUCTS.iter().map(line).collect()
}
