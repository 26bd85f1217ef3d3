//! The app itself: a page, a sign-in form, and who is signed in. It knows nothing of Pulse but the address of its
//! dashboard, which it shows to nobody who is not signed in.

use std::{collections::HashSet, sync::Arc};

use axum::{
    Form, Router,
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{AppendHeaders, Html, IntoResponse, Redirect, Response},
    routing::get,
};
use tokio::sync::RwLock;
use uuid::Uuid;

/// Who is signed in. A real application asks its database here.
#[derive(Clone)]
pub(crate) struct Sessions {
    password: Arc<str>,
    open: Arc<RwLock<HashSet<String>>>,
}

impl Sessions {
    pub(crate) fn new(password: String) -> Self {
        Self { password: password.into(), open: Arc::default() }
    }
}

/// In the extensions of a request: somebody who is signed in sends it.
#[derive(Clone, Copy)]
pub(crate) struct SignedIn;

/// The app's routes.
pub(crate) fn app(sessions: Sessions) -> Router {
    Router::new().route("/", get(home)).route("/sign-in", get(form).post(sign_in)).with_state(sessions)
}

/// Looks up who sends a request. The dashboard is shown to those alone who are signed in; others are asked to.
pub(crate) async fn recognize(State(sessions): State<Sessions>, mut request: Request, next: Next) -> Response {
    let cookies = request.headers().get(header::COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let session = cookies.split("; ").find_map(|pair| pair.strip_prefix("office=")).unwrap_or_default().to_owned();
    if sessions.open.read().await.contains(&session) {
        request.extensions_mut().insert(SignedIn);
    } else if request.uri().path() == "/pulse/" {
        return Redirect::to("/sign-in").into_response();
    }
    next.run(request).await
}

async fn home() -> Html<&'static str> {
    Html(
        "<!doctype html><html lang=\"en\"><title>Office</title><h1>Office</h1><a href=\"/pulse/\">How people use this</a>\
         <script src=\"/pulse/pulse.js\" async></script>",
    )
}

async fn form() -> Html<&'static str> {
    Html(
        "<!doctype html><html lang=\"en\"><title>Sign in</title><h1>Sign in</h1><form method=\"post\">\
         <label>Password <input type=\"password\" name=\"password\"></label> <button>Sign in</button></form>",
    )
}

async fn sign_in(State(sessions): State<Sessions>, Form(fields): Form<Vec<(String, String)>>) -> Response {
    if !fields.iter().any(|(name, value)| name == "password" && **value == *sessions.password) {
        return Redirect::to("/sign-in").into_response();
    }
    let session = Uuid::new_v4().to_string();
    sessions.open.write().await.insert(session.clone());
    let cookie = format!("office={session}; HttpOnly; SameSite=Strict; Path=/");
    (AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to("/pulse/")).into_response()
}
