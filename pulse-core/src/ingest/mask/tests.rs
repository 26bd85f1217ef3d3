use proptest::prelude::*;

use super::{label, prop, text, url};
use crate::model::Prop;

fn masked(given: &str) -> String {
    url(given, 2048, &["member".to_owned()])
}

/// What must not be stored, in each of the addresses below.
const PLANTED: &str = "Zx9QpLm4Tr7Vb2Ns";

/// Sixty ways to write a secret into an address; the proof counts those that are stored.
#[test]
fn no_planted_secret_is_kept_of_an_address() {
    let names = [
        "token",
        "reset_token",
        "access-token",
        "Email",
        "code",
        "password",
        "pwd",
        "client_secret",
        "session",
        "auth",
        "api_key",
        "signature",
        "sig",
        "phone",
        "otp",
        "sid",
        "jwt",
        "card",
        "cardNumber",
        "cvv",
        "iban",
        "ssn",
        "ticket",
        "pin",
        "invite",
        "verification",
        "csrf",
        "nonce",
        "memberId",
        "%74oken",
        "user[password]",
        "credential",
    ];
    let mut addresses: Vec<String> =
        names.iter().map(|name| format!("https://a.test/p?a=1&{name}={PLANTED}&b=2")).collect();
    addresses.extend(names.iter().take(8).map(|name| format!("https://a.test/p#{name}={PLANTED}")));
    addresses.extend([
        format!("https://a.test/p;token={PLANTED}?x=1"),
        format!("https://a.test/p?x=1;token={PLANTED};y=2"),
        format!("https://a.test/reset/{PLANTED}"),
        format!("https://a.test/reset-password/{PLANTED}/edit"),
        format!("https://a.test/invite/{PLANTED}"),
        format!("https://a.test/u/verify/{PLANTED}"),
        format!("https://a.test/t/{PLANTED}{PLANTED}"),
        format!("https://a.test/#/reset/{PLANTED}"),
        format!("https://a.test/#!/p?token={PLANTED}"),
        format!("https://a.test/#/p?next=1&token={PLANTED}"),
        format!("https://a.test/login?next=%2Fp%3Ftoken%3D{PLANTED}"),
        format!("https://a.test/login?next=%252Fp%253Ftoken%253D{PLANTED}"),
        format!("https://a.test/login?next=https://b.test/reset/{PLANTED}"),
        format!("https://a.test/login?next=%2Freset%2F{PLANTED}"),
        format!("https://a.test/p?data=%7B%22token%22%3A%22{PLANTED}%22%7D"),
        format!("https://a.test/p?data={{\"password\":\"{PLANTED}\"}}"),
        format!("https://{PLANTED}:{PLANTED}@a.test/p"),
        format!("https://a.test/p?eyJhbGciOiJIUzI1NiJ9.{PLANTED}.{PLANTED}"),
        format!("https://a.test/p?x=eyJhbGciOiJIUzI1NiJ9.{PLANTED}.{PLANTED}"),
        format!("/relative?code={PLANTED}"),
        format!("https://a.test/p?x={PLANTED}%40shop.example"),
        format!("https://a.test/p?x={PLANTED}@shop.example"),
        format!("https://a.test/users/{PLANTED}@shop.example/orders"),
        format!("https://a.test/p?to={PLANTED}-{PLANTED}"),
    ]);
    let kept: Vec<&String> = addresses.iter().filter(|address| masked(address).contains(PLANTED)).collect();
    assert!(addresses.len() >= 60 && kept.is_empty(), "{} of {}: {kept:#?}", kept.len(), addresses.len());
}

#[test]
fn what_is_no_secret_is_kept() {
    for same in [
        "https://shop.example/product/17?ref=mailing1&page=2#top",
        "https://shop.example/my-post-of-2026-in-many-words?utm_source=news&utm_campaign=spring-2026",
        "https://shop.example/o/6f1c0a52-1f0e-4b7a-9a52-3f1f3f0f9a11/edit",
        "/docs/getting-started;v=2?tab=install",
        "https://shop.example/invite/friends",
        "https://shop.example/#/settings/profile?tab=shopping",
        "https://shop.example/p?q=blue+shoes&size=42&min=10.50&date=2026-11-29",
        "https://shop.example/p?next=%2Fcart%3Fstep%3D2",
        "https://a.test/p?token=",
        "http://10.0.0.1:8080/a",
        "about:blank",
        "",
    ] {
        let kept = url(same, 2048, &[]);
        let known = if same.contains("ref=mailing1") { same.to_owned() } else { kept.clone() };
        assert_eq!((kept.as_str(), same), (known.as_str(), same));
        assert_eq!(kept, same);
    }
    assert_eq!(
        masked("https://a.test/p?id=1&reset_token=abc&x=2#top"),
        "https://a.test/p?id=1&reset_token=***&x=2#top"
    );
    assert_eq!(masked("https://a.test/order/1234567890123"), "https://a.test/order/:id");
    assert_eq!(masked("https://user:pw@a.test/p@q"), "https://a.test/p@q");
}

#[test]
fn personal_data_in_text_is_masked_and_prose_is_kept() {
    for (given, kept) in [
        ("Log out ann@mail.shop.example now", "Log out [e-mail] now"),
        ("Card 4111 1111 1111 1111", "Card [number]"),
        ("Card 4111-1111-1111-1111 ends", "Card [number] ends"),
        ("SSN 123-45-6789", "SSN [number]"),
        ("Call +49 30 901820 today", "Call +[number] today"),
        ("Invoice 20261129123", "Invoice [number]"),
        ("failed: password=hunter2, retry", "failed: password=***, retry"),
        ("bad token: abc", "bad token: ***"),
        ("GET https://a.test/?token=abc&x=1 failed", "GET https://a.test/?token=***&x=1 failed"),
        ("key sk_live_4eC39HqLyjWDarjtT1zdp7dc", "key sk_live_[token]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "[token]"),
        ("{\"password\":\"hunter2\"}", "{\"password\":\"***\"}"),
    ] {
        assert_eq!(text(given), kept, "{given}");
    }
    for same in [
        "Pay now",
        "Passengers: 2 adults",
        "Report of 2026-11-29 10:15",
        "1.4 s, 200 px",
        "Order 12345678 of 2026",
        "@ home",
        "Ratio 16:9",
        "1 234 567 items",
        "Über uns: Anfahrt",
        "TypeError: x is undefined",
        "a=b",
        "5 @ 3.50",
    ] {
        assert_eq!(text(same), same);
    }
}

#[test]
fn what_a_page_tells_under_a_secret_name_is_masked() {
    let told = |name: &str, value: Prop| prop(name, value, 128, &[]);
    let mask = Prop::Text("***".into());
    assert_eq!(told("password", Prop::Text("hunter2".into())), mask);
    assert_eq!(told("pin", Prop::Number(1234.0)), mask);
    assert_eq!(told("hasPassword", Prop::Bool(true)), Prop::Bool(true));
    assert_eq!(told("user", Prop::Text("ann@shop.example".into())), Prop::Text("[e-mail]".into()));
    assert_eq!(told("amount", Prop::Number(12.5)), Prop::Number(12.5));
    assert_eq!(told("account", Prop::Number(4_111_111_111_111_111.0)), Prop::Text("[number]".into()));
}

#[test]
fn text_that_turns_round_what_follows_does_not() {
    assert_eq!(label("Invoice \u{202e}fdp.exe\u{2066}\u{200f}", 99), "Invoice fdp.exe");
}

proptest! {
    /// Whatever is sent, it ends, and what is masked once is not masked into something else.
    #[test]
    fn masking_ends_and_is_done_once(given in "[ -~äß%@=&?#;/:.\\-0-9a-zA-Z]{0,200}") {
        let once = masked(&given);
        prop_assert!(once.len() <= given.len() * 3 + 16);
        prop_assert_eq!(&masked(&once), &once);
        let once = text(&given).into_owned();
        prop_assert_eq!(text(&once).into_owned(), once.clone());
    }
}

#[test]
fn masks_that_are_longer_than_secrets_are_cut_too() {
    let given = format!("https://shop.test/?{}", "pin=1&".repeat(10));
    assert!(masked(&given).len() > given.len());
    let cut = url(&given, given.len(), &[]);
    assert_eq!(cut.len(), given.len());
    assert!(masked(&given).starts_with(&cut));
}
