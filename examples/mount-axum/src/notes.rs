//! The app itself: a list of notes and a form to add one. It knows nothing of Pulse but the script tag in its page.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Form, Router,
    extract::State,
    response::{Html, Redirect},
    routing::get,
};

type Notes = Arc<Mutex<Vec<String>>>;

/// Notes kept; older ones make room.
const MAX: usize = 100;

/// The app's routes.
pub(crate) fn app() -> Router {
    Router::new().route("/", get(list).post(add)).with_state(Notes::default())
}

async fn list(State(notes): State<Notes>) -> Html<String> {
    let notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
    let items: String = notes.iter().rev().map(|note| format!("<li>{}</li>", escape(note))).collect();
    Html(include_str!("notes.html").replace("{notes}", &items))
}

async fn add(State(notes): State<Notes>, Form(fields): Form<Vec<(String, String)>>) -> Redirect {
    let note = fields.into_iter().find(|(name, _)| name == "note").map(|(_, note)| note.trim().to_owned());
    if let Some(note) = note.filter(|note| !note.is_empty()) {
        let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
        if notes.len() == MAX {
            notes.remove(0);
        }
        notes.push(note.chars().take(200).collect());
    }
    Redirect::to("/")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
