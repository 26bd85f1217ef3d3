//! The shop as a browser meets it: every page, every link, every refusal.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use demo_shop::{PAYMENTS, Shop};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use tower_service::Service;

const TRACKER: &str = "http://localhost:5001/pulse.js";

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

async fn send(shop: &Shop, request: Request<()>) -> Answer {
    let (parts, body) = shop.clone().call(request).await.unwrap().into_parts();
    #[expect(clippy::disallowed_methods, reason = "the body is the shop's own page")]
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
}

async fn get(shop: &Shop, uri: &str) -> Answer {
    send(shop, Request::get(uri).body(()).unwrap()).await
}

/// The values of all attributes of a name.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Every page and file that can be reached from the home page, with what it answers.
async fn crawl(shop: &Shop) -> Vec<(String, Answer)> {
    let mut known = BTreeSet::from(["/".to_owned(), "/thanks".to_owned()]);
    let mut waiting: Vec<String> = known.iter().cloned().collect();
    let mut answers = Vec::new();
    while let Some(uri) = waiting.pop() {
        let answer = get(shop, &uri).await;
        for name in ["href", "src"] {
            for link in attributes(&answer.body, name) {
                let own = link.starts_with('/');
                assert!(own || link == "#main" || link == TRACKER, "{uri} links to {link}");
                if own && known.insert(link.to_owned()) {
                    waiting.push(link.to_owned());
                }
            }
        }
        answers.push((uri, answer));
    }
    answers
}

fn is_page(answer: &Answer) -> bool {
    answer.header("content-type").starts_with("text/html")
}

#[tokio::test]
async fn every_link_leads_somewhere() {
    let answers = crawl(&Shop::new(TRACKER)).await;
    for (uri, answer) in &answers {
        assert_eq!(answer.status, StatusCode::OK, "{uri}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{uri}");
        let expected = match uri.rsplit_once('.') {
            Some((_, "css")) => "text/css; charset=utf-8",
            Some((_, "js")) => "text/javascript; charset=utf-8",
            Some((_, "svg")) => "image/svg+xml",
            _ => "text/html; charset=utf-8",
        };
        assert_eq!(answer.header("content-type"), expected, "{uri}");
        assert_eq!(answer.header("content-length"), answer.body.len().to_string(), "{uri}");
    }
    let found: BTreeSet<&str> = answers.iter().map(|(uri, _)| uri.as_str()).collect();
    for uri in ["/cart", "/checkout", "/product/aero-lamp", "/?category=kettles", "/shop.css", "/shop.js"] {
        assert!(found.contains(uri), "{uri} is not reached");
    }
    assert_eq!(found.iter().filter(|uri| uri.starts_with("/product/")).count(), 9);
}

#[tokio::test]
async fn every_page_is_whole_and_loads_the_tracker_once() {
    let shop = Shop::new(TRACKER);
    let mut pages = crawl(&shop).await;
    pages.push(("/nowhere".to_owned(), get(&shop, "/nowhere").await));
    for (uri, page) in pages.iter().filter(|(_, answer)| is_page(answer)) {
        let count = |part: &str| page.body.matches(part).count();
        assert_eq!(count(&format!("<script src=\"{TRACKER}\" async></script>")), 1, "{uri}");
        assert_eq!(count("<h1"), 1, "{uri}");
        assert_eq!(count("<main"), 1, "{uri}");
        assert_eq!(count("id=\"clock\""), 1, "{uri}");
        assert_eq!(count("{{"), 0, "{uri} has a placeholder without a value");
        assert_eq!(count(" style="), 0, "{uri} has a style that its policy forbids");
        let ids = attributes(&page.body, "id");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{uri} repeats an id");
    }
}

#[tokio::test]
async fn the_tracker_url_cannot_break_out_of_its_attribute() {
    let page = get(&Shop::new("http://x/\"><script>alert(1)</script>"), "/").await;
    assert!(page.body.contains("src=\"http://x/&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\""));
    assert!(!page.body.contains("<script>"));
}

#[tokio::test]
async fn pages_run_scripts_of_the_shop_and_the_tracker_alone() {
    let page = get(&Shop::new(TRACKER), "/").await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none';"), "{policy}");
    assert!(policy.contains("script-src 'self' http://localhost:5001;"), "{policy}");
    assert!(policy.contains("connect-src 'self' http://localhost:5001;"), "{policy}");

    let mounted = get(&Shop::new("/pulse/pulse.js"), "/").await;
    assert!(mounted.header("content-security-policy").contains("script-src 'self';"));
}

#[tokio::test]
async fn what_is_not_there_is_a_404_page() {
    let shop = Shop::new(TRACKER);
    for uri in ["/nowhere", "/product/", "/product/hoverboard", "/art/../shop.css", "/shop.css/"] {
        let answer = get(&shop, uri).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{uri}");
        assert!(is_page(&answer) && answer.body.contains("Nothing on this shelf."), "{uri}");
    }
    let posted = send(&shop, Request::post("/nowhere").body(()).unwrap()).await;
    assert_eq!(posted.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn other_methods_are_refused() {
    let shop = Shop::new(TRACKER);
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let answer = send(&shop, Request::builder().method(&method).uri("/cart").body(()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answer.header("allow"), "GET, HEAD");
        assert!(answer.body.contains("That does not work here."));
    }
}

#[tokio::test]
async fn head_answers_as_get_without_the_body() {
    let shop = Shop::new(TRACKER);
    for uri in ["/", "/shop.js", "/nowhere"] {
        let got = get(&shop, uri).await;
        let head = send(&shop, Request::head(uri).body(()).unwrap()).await;
        assert_eq!((head.status, &head.headers), (got.status, &got.headers), "{uri}");
        assert_eq!(head.body, "");
    }
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    let shop = Shop::new(TRACKER);
    let first = get(&shop, "/shop.css").await;
    let etag = first.header("etag");
    let ask = |tag: String| Request::get("/shop.css").header("if-none-match", tag).body(()).unwrap();
    for tag in [etag.to_owned(), format!("W/{etag}"), format!("\"other\", {etag}"), "*".to_owned()] {
        let answer = send(&shop, ask(tag.clone())).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{tag}");
        assert_eq!(answer.header("etag"), etag);
    }
    assert_eq!(send(&shop, ask("\"other\"".to_owned())).await.status, StatusCode::OK);
    assert_ne!(get(&shop, "/shop.js").await.header("etag"), etag);
}

#[tokio::test]
async fn a_category_shows_its_products_alone() {
    let shop = Shop::new(TRACKER);
    let shown = async |uri: &str| {
        let body = get(&shop, uri).await.body;
        let tiles = body.split("<a class=\"tile").skip(1);
        let open = tiles.filter_map(|tile| tile.split('>').next()).filter(|tag| !tag.contains("hidden"));
        open.map(|tag| attributes(tag, "data-category")[0].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(shown("/").await.len(), 9);
    assert_eq!(shown("/?category=lamps").await, ["lamps"; 3]);
    assert_eq!(shown("/?utm_source=mail&category=radios").await, ["radios"; 3]);
    assert_eq!(shown("/?category=%22%3E").await.len(), 9);
}

#[tokio::test]
async fn five_of_the_twelve_payment_buttons_are_dead() {
    assert_eq!(PAYMENTS.iter().filter(|payment| !payment.works).count(), 5);

    let shop = Shop::new(TRACKER);
    let page = get(&shop, "/checkout").await.body;
    let script = get(&shop, "/shop.js").await.body;
    assert_eq!(page.matches("id=\"pay-").count(), 12);
    let mut tags = BTreeSet::new();
    for payment in PAYMENTS {
        let button = page.split("<button ").find(|b| b.contains(&format!("id=\"pay-{}\"", payment.slug))).unwrap();
        assert!(button.contains(&format!(">{}</button>", payment.name)), "{payment:?}");
        let bare = button.split("</button>").next().unwrap();
        tags.insert(bare.replace(payment.slug, "").replace(payment.name, ""));
        let handled = script.contains(&format!("\"{}\"", payment.slug));
        assert_eq!(handled, payment.works, "{payment:?}");
    }
    assert_eq!(tags.len(), 1, "the markup tells the dead buttons from the others: {tags:?}");
}

#[tokio::test]
async fn nothing_is_drawn_with_a_gradient_or_a_shadow() {
    for (uri, answer) in crawl(&Shop::new(TRACKER)).await {
        for word in ["gradient", "Gradient", "box-shadow", "drop-shadow"] {
            assert!(!answer.body.contains(word), "{uri} has {word}");
        }
    }
}
