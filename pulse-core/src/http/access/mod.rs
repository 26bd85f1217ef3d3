//! Who may do what: one gate in front of every route. Each has a class ([`Class`]), and nothing is open that is not said
//! to be.

mod origin;
mod scope;
mod sign_in;
mod ticket;
mod token;

use std::{fmt, future::ready, net::IpAddr, pin::Pin, sync::Arc};

use http::{HeaderMap, HeaderValue, Method, Response, Version, header, request::Parts};

pub(crate) use self::ticket::Tickets;
pub(super) use self::{
    origin::{authority_of, host, is_loopback},
    scope::Class,
    ticket::TicketRefused,
};
use self::{
    origin::{comes_from_here, same_site, wants_json},
    sign_in::SignIns,
    token::{digest, find},
};
pub use self::{
    scope::{Scope, Scopes},
    token::{InvalidToken, Token, WeakToken},
};
use super::{
    Body, PeerAddr,
    client::is_forwarded,
    respond::{Problem, no_content},
};
use crate::{
    engine::{Guesses, Sender},
    model::Millis,
    wire::ErrorCode,
};

/// Who may read sessions, analytics and heatmaps, ask for insights, and erase.
#[derive(Clone)]
pub struct Access(Rule);

#[derive(Clone)]
enum Rule {
    Nobody,
    Tokens(Arc<Tokens>),
    LoopbackHost,
    Decided(Arc<Decide>),
}

/// What the host application says of a request.
type Decide = dyn Fn(&Parts) -> Pin<Box<dyn Future<Output = Scopes> + Send>> + Send + Sync;

/// Tokens, and who is signed in with which.
struct Tokens {
    tokens: Vec<Token>,
    sign_ins: SignIns,
}

/// What is known of a request that asks for something.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) parts: &'a Parts,
    pub(super) sender: Sender,
    pub(super) guesses: &'a Guesses,
    pub(super) now: Millis,
}

impl Access {
    /// Whoever sends `Authorization: Bearer <token>`, or signs in with it in the dashboard. Only its digest is kept.
    ///
    /// ```
    /// use pulse_core::Access;
    ///
    /// assert!(Access::token("0123456789abcdef012345").is_ok());
    /// assert!(Access::token("password").is_err());
    /// ```
    ///
    /// # Errors
    /// The token is so short that it could be guessed, or it could not be sent.
    pub fn token(token: &str) -> Result<Self, WeakToken> {
        Ok(Self::tokens([Token::new("admin", token, Scopes::ALL)?]))
    }

    /// Whoever sends one of these tokens, or signs in with it, and each for what it opens.
    pub fn tokens(tokens: impl IntoIterator<Item = Token>) -> Self {
        let tokens = tokens.into_iter().collect();
        Self(Rule::Tokens(Arc::new(Tokens { tokens, sign_ins: SignIns::default() })))
    }

    /// Nobody: for services that only take events in.
    pub fn nobody() -> Self {
        Self(Rule::Nobody)
    }

    /// Everyone whose request names a loopback host (`localhost`, `127.0.0.1`, `[::1]`), which keeps out pages that
    /// point a name of theirs at this machine (DNS rebinding), and comes straight from this machine: what a proxy passes
    /// on is refused. Only for servers that listen on loopback alone: anybody who can connect can send such a name.
    pub fn loopback() -> Self {
        Self(Rule::LoopbackHost)
    }

    /// Whoever the host application lets in, by the head of the request: to everything (`true`), or to some ([`Scopes`]).
    ///
    /// ```
    /// let access = pulse_core::Access::allowed(|head| head.headers.contains_key("x-staff"));
    /// # let _ = access;
    /// ```
    pub fn allowed<S: Into<Scopes>>(rule: impl Fn(&Parts) -> S + Send + Sync + 'static) -> Self {
        Self(Rule::Decided(Arc::new(move |parts| Box::pin(ready(rule(parts).into())))))
    }

    /// The same for an application that has to look it up, such as in a store of sessions of its own:
    ///
    /// ```
    /// # async fn is_signed_in(cookie: Option<http::HeaderValue>) -> bool { cookie.is_some() }
    /// let access = pulse_core::Access::decided(|head| is_signed_in(head.headers.get("cookie").cloned()));
    /// ```
    pub fn decided<S, F>(rule: impl Fn(&Parts) -> F + Send + Sync + 'static) -> Self
    where
        S: Into<Scopes>,
        F: Future<Output = S> + Send + 'static,
    {
        Self(Rule::Decided(Arc::new(move |parts| {
            let scopes = rule(parts);
            Box::pin(async move { scopes.await.into() })
        })))
    }

    /// Lets a request pass, or says why not. Gives back whose budget it takes from.
    pub(super) async fn check(&self, class: Class, asked: Asked<'_>) -> Result<String, Problem> {
        if class == Class::Public {
            return Ok(String::new());
        }
        same_site(asked.parts)?;
        if asked.parts.method == Method::POST {
            wants_json(&asked.parts.headers)?;
        }
        let Class::Scope(scope) = class else { return Ok(String::new()) };
        let (scopes, who) = self.scopes(asked).await?;
        if scopes.contains(scope) {
            Ok(who)
        } else {
            Err(Problem::new(ErrorCode::Forbidden, "this credential does not open that"))
        }
    }

    /// What a request may do, and whose budget it takes from.
    async fn scopes(&self, asked: Asked<'_>) -> Result<(Scopes, String), Problem> {
        let headers = &asked.parts.headers;
        match &self.0 {
            Rule::Nobody => Err(unauthorized()),
            Rule::LoopbackHost => loopback(asked.parts).map(|()| (Scopes::ALL, credential(headers))),
            Rule::Decided(decide) => match decide(asked.parts).await {
                Scopes::NONE => Err(unauthorized()),
                scopes => Ok((scopes, credential(headers))),
            },
            Rule::Tokens(all) => {
                let token = match bearer(headers) {
                    Some(token) => all.tokens.get(all.try_token(token, asked)?),
                    None => all.sign_ins.token(headers, asked.now).and_then(|place| all.tokens.get(place)),
                };
                let token = token.filter(|token| token.is_good(asked.now)).ok_or_else(unauthorized)?;
                Ok((token.scopes(), token.who()))
            }
        }
    }

    /// Exchanges a token for a cookie.
    pub(super) fn sign_in(&self, token: &str, asked: Asked<'_>) -> Result<Response<Body>, Problem> {
        let Rule::Tokens(all) = &self.0 else {
            return Err(Problem::new(ErrorCode::NotFound, "this server has no tokens to sign in with"));
        };
        let place = all.try_token(token, asked)?;
        all.sign_ins.end(&asked.parts.headers);
        let value = all.sign_ins.begin(place, asked.now).map_err(|_| {
            tracing::error!("the system has no randomness");
            Problem::new(ErrorCode::Unavailable, "this server has no randomness; try again soon")
        })?;
        // The browser says how the page came, and a program that lies about it harms itself.
        let origin = asked.parts.headers.get(header::ORIGIN);
        let is_http = origin.is_some_and(|origin| origin.as_bytes().starts_with(b"http://"));
        let mut response = no_content();
        if let Some(cookie) = sign_in::cookie(&value, !is_http) {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }

    /// Makes a cookie worthless, and takes it away.
    pub(super) fn sign_out(&self, headers: &HeaderMap) -> Response<Body> {
        if let Rule::Tokens(all) = &self.0 {
            all.sign_ins.end(headers);
        }
        let mut response = no_content();
        for cookie in sign_in::no_cookies() {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

impl Tokens {
    /// The place of a token that is right; a wrong one is counted against its sender.
    fn try_token(&self, token: &str, asked: Asked<'_>) -> Result<usize, Problem> {
        asked.guesses.may_try(asked.sender).map_err(|wait| {
            Problem::new(ErrorCode::TooManyRequests, "too many wrong credentials were sent; try again later")
                .after(wait)
        })?;
        let right = find(&self.tokens, &digest(token)).filter(|place| self.tokens[*place].is_good(asked.now));
        match right {
            Some(place) => {
                asked.guesses.was_right(asked.sender);
                Ok(place)
            }
            None => {
                asked.guesses.was_wrong(asked.sender);
                Err(unauthorized())
            }
        }
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Rule::Nobody => f.write_str("Access::Nobody"),
            Rule::Tokens(all) => f.debug_tuple("Access::Tokens").field(&all.tokens).finish(),
            Rule::LoopbackHost => f.write_str("Access::LoopbackHost"),
            Rule::Decided(_) => f.write_str("Access::Decided"),
        }
    }
}

fn unauthorized() -> Problem {
    Problem::new(ErrorCode::Unauthorized, "a valid credential is needed")
}

/// Straight from this machine, and to it by name.
fn loopback(parts: &Parts) -> Result<(), Problem> {
    let forbidden = |message| Err(Problem::new(ErrorCode::Forbidden, message));
    let is_local = |PeerAddr(address): &PeerAddr| IpAddr::to_canonical(address).is_loopback();
    if !host(parts).is_some_and(is_loopback) {
        return forbidden(
            "only requests to localhost are answered here; a token, or a login of the app, opens it to others",
        );
    }
    // A proxy may name this machine to Pulse whoever it was that asked. nginx does so by default, speaks HTTP/1.0, and
    // says nothing of itself; its newer versions speak 1.1, which only a page's own address can give away.
    let is_passed_on =
        is_forwarded(&parts.headers) || parts.version < Version::HTTP_11 || !comes_from_here(&parts.headers);
    if is_passed_on || !parts.extensions.get::<PeerAddr>().is_none_or(is_local) {
        return forbidden("only this machine is answered here, and no proxy: behind one, set a token");
    }
    Ok(())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Whose budget a request takes from where no token decides: a digest, so that no credential is stored.
fn credential(headers: &HeaderMap) -> String {
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    sent.map_or_else(|| "nobody".to_owned(), |sent| digest(sent).iter().take(12).map(|b| format!("{b:02x}")).collect())
}

#[cfg(test)]
mod tests;
