//! Everything the shop can answer, rendered once: its pages and its files.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use bytes::Bytes;
use http::HeaderValue;

use crate::pages::Pages;
use crate::payments::PAYMENTS;
use crate::policy;
use crate::products::{CATEGORIES, PRODUCTS};

/// One thing to answer with.
pub(crate) struct Resource {
    pub(crate) body: Bytes,
    pub(crate) content_type: HeaderValue,
    pub(crate) policy: HeaderValue,
    pub(crate) etag: String,
}

impl Resource {
    fn new(body: impl Into<Bytes>, content_type: &'static str, policy: HeaderValue) -> Self {
        let body = body.into();
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        let etag = format!("\"{:016x}\"", hasher.finish());
        Resource { body, content_type: HeaderValue::from_static(content_type), policy, etag }
    }
}

/// The shop's pages and files by address, and the two pages for what is not there.
pub(crate) struct Site {
    resources: HashMap<String, Resource>,
    pub(crate) not_found: Resource,
    pub(crate) not_allowed: Resource,
}

impl Site {
    pub(crate) fn new(tracker_url: &str) -> Self {
        let pages = Pages::new(tracker_url);
        let policy = policy::for_pages(tracker_url);
        let page = |html: String| Resource::new(html, "text/html; charset=utf-8", policy.clone());

        let mut resources = files();
        let mut add = |path: String, html: String| resources.insert(path, page(html));
        add("/".to_owned(), pages.home(None));
        for category in &CATEGORIES {
            add(home_of(category.slug), pages.home(Some(category)));
        }
        for product in &PRODUCTS {
            add(format!("/product/{}", product.slug), pages.product(product));
        }
        add("/cart".to_owned(), pages.cart());
        add("/checkout".to_owned(), pages.checkout(&PAYMENTS));
        add("/thanks".to_owned(), pages.thanks());

        Site { resources, not_found: page(pages.not_found()), not_allowed: page(pages.not_allowed()) }
    }

    /// The resource at a path. Only the home page reads its query: `category`, and an unknown one means all.
    pub(crate) fn find(&self, path: &str, query: Option<&str>) -> Option<&Resource> {
        let category = query.filter(|_| path == "/").and_then(|query| {
            let slug = query.split('&').find_map(|pair| pair.strip_prefix("category="))?;
            self.resources.get(&home_of(slug))
        });
        category.or_else(|| self.resources.get(path))
    }
}

fn home_of(category: &str) -> String {
    format!("/?category={category}")
}

/// The style sheet, the script and the drawings.
fn files() -> HashMap<String, Resource> {
    let style = concat!(
        include_str!("../static/tokens.css"),
        include_str!("../static/base.css"),
        include_str!("../static/shop.css")
    );
    let script = include_str!("../static/shop.js");
    let art = ART
        .iter()
        .map(|(name, svg)| (format!("/art/{name}.svg"), Resource::new(*svg, "image/svg+xml", policy::FOR_ASSETS)));
    [
        ("/shop.css".to_owned(), Resource::new(style, "text/css; charset=utf-8", policy::FOR_ASSETS)),
        ("/shop.js".to_owned(), Resource::new(script, "text/javascript; charset=utf-8", policy::FOR_ASSETS)),
    ]
    .into_iter()
    .chain(art)
    .collect()
}

macro_rules! art {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("../art/", $name, ".svg")))),*] };
}

const ART: &[(&str, &str)] = art![
    "halo",
    "unlit",
    "aero-lamp",
    "pebble-lamp",
    "arc-lamp",
    "dawn-radio",
    "field-radio",
    "shelf-radio",
    "brook-kettle",
    "heron-kettle",
    "robin-kettle",
    "pay/orbit",
    "pay/nova",
    "pay/card",
    "pay/ledger",
    "pay/tap",
    "pay/bank",
    "pay/coinage",
    "pay/later",
    "pay/gift",
    "pay/wire",
    "pay/points",
    "pay/voucher",
];
