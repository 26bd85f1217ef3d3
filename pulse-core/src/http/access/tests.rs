#![allow(clippy::unwrap_used)]
use super::*;
use crate::limits::Limits;

const TOKEN: &str = "a-token-of-more-than-22-chars";
const READ: Class = Class::Scope(Scope::Read);

fn parts(method: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = http::Request::builder().method(method).uri("/api/sessions");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

/// One server: who guessed there is remembered.
struct Gate(Access, Guesses);

impl Gate {
    fn new(access: Access) -> Self {
        Self(access, Guesses::new(&Limits::default()))
    }

    fn asked<'a>(&'a self, parts: &'a Parts, now: Millis) -> Asked<'a> {
        Asked { parts, sender: Sender::Unknown, guesses: &self.1, now }
    }

    async fn at(&self, class: Class, parts: &Parts, now: Millis) -> Option<ErrorCode> {
        self.0.check(class, self.asked(parts, now)).await.err().map(|problem| problem.code())
    }

    async fn get(&self, headers: &[(&str, &str)]) -> Option<ErrorCode> {
        self.at(READ, &parts("GET", headers), 0).await
    }
}

#[tokio::test]
async fn a_token_opens_and_nothing_else_does() {
    let gate = Gate::new(Access::token(TOKEN).unwrap());
    assert_eq!(gate.get(&[("authorization", &format!("Bearer {TOKEN}"))]).await, None);
    let bad = ["Bearer a-token-of-more-than-22-char", &format!("Basic {TOKEN}"), "Bearer ", "", TOKEN];
    for bad in bad {
        assert_eq!(gate.get(&[("authorization", bad)]).await, Some(ErrorCode::Unauthorized), "{bad}");
    }
    assert_eq!(gate.get(&[]).await, Some(ErrorCode::Unauthorized));
    assert!(!format!("{:?}", gate.0).contains("a-token"));
}

#[tokio::test]
async fn a_named_token_opens_its_scopes_until_its_day() {
    let reader = Token::new("reader", TOKEN, [Scope::Read]).unwrap().until(1000);
    let gate = Gate::new(Access::tokens([Token::new("admin", "another-token-of-22-chars", true).unwrap(), reader]));
    let asks = parts("GET", &[("authorization", &format!("Bearer {TOKEN}"))]);
    assert_eq!(gate.at(READ, &asks, 999).await, None);
    for scope in [Scope::Analyze, Scope::Erase, Scope::Metrics] {
        assert_eq!(gate.at(Class::Scope(scope), &asks, 999).await, Some(ErrorCode::Forbidden), "{scope:?}");
    }
    assert_eq!(gate.at(READ, &asks, 1000).await, Some(ErrorCode::Unauthorized));
}

#[tokio::test]
async fn loopback_is_a_name_of_this_machine_asked_from_this_machine() {
    let gate = Gate::new(Access::loopback());
    for good in ["localhost", "localhost:3000", "LOCALHOST:1", "127.0.0.1:3000", "127.9.9.9", "[::1]:3000", "[::1]"] {
        assert_eq!(gate.get(&[("host", good)]).await, None, "{good}");
    }
    for bad in ["evil.test", "localhost.evil.test", "127.0.0.1.evil.test:80", "10.0.0.1", "", "[::2]:1"] {
        assert_eq!(gate.get(&[("host", bad)]).await, Some(ErrorCode::Forbidden), "{bad}");
    }
    for header in ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded", "via", "x-real-ip"] {
        let behind = gate.get(&[("host", "localhost"), (header, "127.0.0.1")]).await;
        assert_eq!(behind, Some(ErrorCode::Forbidden), "a proxy that names this machine: {header}");
    }
    for (header, page) in [("referer", "https://stats.example/pulse/"), ("referer", "about"), ("origin", "null")] {
        let behind = gate.get(&[("host", "localhost:3000"), (header, page), ("sec-fetch-site", "same-origin")]).await;
        assert_eq!(behind, Some(ErrorCode::Forbidden), "a proxy that says nothing of itself: {header}: {page}");
    }
    let page = [("host", "localhost:3000"), ("referer", "http://127.0.0.1:3000/#/"), ("sec-fetch-site", "same-origin")];
    assert_eq!(gate.get(&page).await, None);
    let mut old = parts("GET", &[("host", "localhost")]);
    old.version = http::Version::HTTP_10;
    assert_eq!(gate.at(READ, &old, 0).await, Some(ErrorCode::Forbidden), "nginx as it is by default");
    let mut elsewhere = parts("GET", &[("host", "localhost")]);
    elsewhere.extensions.insert(PeerAddr([203, 0, 113, 7].into()));
    assert_eq!(gate.at(READ, &elsewhere, 0).await, Some(ErrorCode::Forbidden));
    elsewhere.extensions.insert(PeerAddr("::ffff:127.0.0.1".parse().unwrap()));
    assert_eq!(gate.at(READ, &elsewhere, 0).await, None);
}

#[tokio::test]
async fn another_sites_page_is_kept_out() {
    let gate = Gate::new(Access::loopback());
    for bad in [
        &[("host", "localhost:3000"), ("sec-fetch-site", "cross-site")][..],
        &[("host", "localhost:3000"), ("sec-fetch-site", "same-site")],
        &[("host", "localhost:3000"), ("origin", "http://localhost:8080")],
        &[("host", "localhost:3000"), ("origin", "null")],
    ] {
        assert_eq!(gate.get(bad).await, Some(ErrorCode::Forbidden), "{bad:?}");
        assert_eq!(gate.at(Class::SignIn, &parts("POST", bad), 0).await, Some(ErrorCode::Forbidden), "{bad:?}");
    }
    for good in [
        &[("host", "localhost:3000"), ("sec-fetch-site", "same-origin")][..],
        &[("host", "localhost:3000"), ("origin", "http://localhost:3000")],
    ] {
        assert_eq!(gate.get(good).await, None, "{good:?}");
    }
}

#[tokio::test]
async fn what_a_browser_sends_to_change_something_is_json() {
    let gate = Gate::new(Access::loopback());
    let analyze = Class::Scope(Scope::Analyze);
    let from = |origin: &'static str, kind: &'static str| {
        let mut headers = vec![("host", "localhost:3000"), ("content-type", kind)];
        headers.extend((!origin.is_empty()).then_some(("origin", origin)));
        parts("POST", &headers)
    };
    let page = "http://localhost:3000";
    assert_eq!(gate.at(analyze, &from(page, "application/json; charset=utf-8"), 0).await, None);
    assert_eq!(gate.at(analyze, &from("", "text/plain"), 0).await, None, "a program may");
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/jsonx"] {
        assert_eq!(gate.at(analyze, &from(page, kind), 0).await, Some(ErrorCode::Forbidden), "{kind}");
    }
}

#[tokio::test]
async fn a_cookie_is_exchanged_for_a_token_and_revoked() {
    let gate = Gate::new(Access::token(TOKEN).unwrap());
    let page = parts("POST", &[("host", "localhost:3000"), ("origin", "http://localhost:3000")]);
    let answer = gate.0.sign_in(TOKEN, gate.asked(&page, 0)).unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert!(cookie.starts_with("pulse="), "{cookie}");
    let signed_in = [("host", "localhost:3000"), ("cookie", cookie.as_str())];
    assert_eq!(gate.get(&signed_in).await, None);
    let with_wrong = [signed_in[1], ("authorization", "Bearer wrong-wrong-wrong-wrong")];
    assert_eq!(gate.get(&with_wrong).await, Some(ErrorCode::Unauthorized), "what is sent has to be right");
    let gone = gate.0.sign_out(&parts("POST", &signed_in).headers);
    assert!(gone.headers().get_all("set-cookie").iter().all(|cookie| cookie.to_str().unwrap().contains("Max-Age=0")));
    assert_eq!(gate.get(&signed_in).await, Some(ErrorCode::Unauthorized));
    assert_eq!(
        gate.0.sign_in("wrong-wrong-wrong-wrong", gate.asked(&page, 0)).unwrap_err().code(),
        ErrorCode::Unauthorized
    );

    // Over HTTPS the cookie is bound to the host.
    let page = parts("POST", &[("origin", "https://pulse.example")]);
    let answer = gate.0.sign_in(TOKEN, gate.asked(&page, 0)).unwrap();
    assert!(answer.headers()["set-cookie"].to_str().unwrap().starts_with("__Host-pulse="));
    // A token that ends ends what it was exchanged for.
    let gate = Gate::new(Access::tokens([Token::new("short", TOKEN, true).unwrap().until(1000)]));
    let answer = gate.0.sign_in(TOKEN, gate.asked(&page, 0)).unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(gate.at(READ, &parts("GET", &[("cookie", &cookie)]), 999).await, None);
    assert_eq!(gate.at(READ, &parts("GET", &[("cookie", &cookie)]), 1000).await, Some(ErrorCode::Unauthorized));
}

#[tokio::test]
async fn ten_thousand_guesses_are_not_tried() {
    let gate = Gate::new(Access::token(TOKEN).unwrap());
    let guesser = Sender::Address(IpAddr::from([203, 0, 113, 7]).into());
    let guess = parts("GET", &[("authorization", "Bearer wrong-wrong-wrong-wrong")]);
    let (mut tried, mut refused) = (0, 0);
    for _ in 0..10_000 {
        let asked = Asked { sender: guesser, ..gate.asked(&guess, 0) };
        match gate.0.check(READ, asked).await.unwrap_err().code() {
            ErrorCode::Unauthorized => tried += 1,
            ErrorCode::TooManyRequests => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(tried <= 60 && refused >= 9_940, "{tried} {refused}");
    // Not even the right one is looked at, and others notice nothing.
    let right = parts("GET", &[("authorization", &format!("Bearer {TOKEN}"))]);
    let asked = Asked { sender: guesser, ..gate.asked(&right, 0) };
    assert_eq!(gate.0.check(READ, asked).await.unwrap_err().code(), ErrorCode::TooManyRequests);
    let other = Sender::Address(IpAddr::from([203, 0, 113, 8]).into());
    assert!(gate.0.check(READ, Asked { sender: other, ..gate.asked(&right, 0) }).await.is_ok());
}

#[tokio::test]
async fn a_host_application_decides_at_once_or_after_a_look() {
    let named = |head: &Parts| head.headers.contains_key("x-user");
    let now = Gate::new(Access::allowed(named));
    let later = Gate::new(Access::decided(move |head| {
        let known = named(head);
        async move {
            tokio::task::yield_now().await;
            if known { Scopes::from([Scope::Read]) } else { Scopes::NONE }
        }
    }));
    for gate in [&now, &later] {
        assert_eq!(gate.get(&[("x-user", "ann")]).await, None);
        assert_eq!(gate.get(&[]).await, Some(ErrorCode::Unauthorized));
    }
    let erase = parts("DELETE", &[("x-user", "ann")]);
    assert_eq!(now.at(Class::Scope(Scope::Erase), &erase, 0).await, None);
    assert_eq!(later.at(Class::Scope(Scope::Erase), &erase, 0).await, Some(ErrorCode::Forbidden));
}
