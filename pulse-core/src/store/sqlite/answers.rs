//! Answers of analysts: the statements, and the part of the store that runs them.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};

use super::{SqliteStore, row};
use crate::{
    model::{KeptAnswer, SessionId, Subject},
    store::{Answers, StoreError},
};

/// Deletes the answers that are about a session or cite it.
pub(super) fn erase(db: &Connection, session: &SessionId) -> Result<(), StoreError> {
    let mut query = db.prepare_cached("SELECT answer FROM answer_sessions WHERE session_id = ?1")?;
    let answers: Vec<i64> = query.query_map([session.as_str()], |row| row.get(0))?.collect::<Result<_, _>>()?;
    answers.into_iter().try_for_each(|answer| delete(db, answer))
}

fn delete(db: &Connection, answer: i64) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM answer_sessions WHERE answer = ?1")?.execute([answer])?;
    db.prepare_cached("DELETE FROM answers WHERE id = ?1")?.execute([answer])?;
    Ok(())
}

fn keep(db: &Connection, answer: &KeptAnswer) -> Result<bool, StoreError> {
    let sessions = answer.sessions();
    for session in &sessions {
        let known = db.prepare_cached("SELECT 1 FROM sessions WHERE session_id = ?1")?.exists([session.as_str()])?;
        if !known {
            return Ok(false);
        }
    }
    let (subject, question) = (answer.subject.to_string(), &answer.question);
    let before = db
        .prepare_cached("SELECT id FROM answers WHERE subject = ?1 AND question = ?2")?
        .query_row(params![subject, question], |row| row.get(0))
        .optional()?;
    if let Some(before) = before {
        delete(db, before)?;
    }
    let insight = row::to_json(&answer.insight)?;
    db.prepare_cached("INSERT INTO answers (subject, question, digest, made_at, insight) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![subject, question, answer.digest, answer.insight.generated_at, insight])?;
    let id = db.last_insert_rowid();
    for session in sessions {
        db.prepare_cached("INSERT INTO answer_sessions (session_id, answer) VALUES (?1, ?2)")?
            .execute(params![session.as_str(), id])?;
    }
    drop_oldest(db, &subject)?;
    Ok(true)
}

/// Deletes the oldest answers to questions beyond as many as are kept.
fn drop_oldest(db: &Connection, subject: &str) -> Result<(), StoreError> {
    let mut query = db.prepare_cached(
        "SELECT id FROM answers WHERE subject = ?1 AND question <> '' ORDER BY made_at DESC, id DESC LIMIT -1 OFFSET ?2",
    )?;
    let oldest: Vec<i64> =
        query.query_map(params![subject, KeptAnswer::QUESTIONS], |row| row.get(0))?.collect::<Result<_, _>>()?;
    oldest.into_iter().try_for_each(|answer| delete(db, answer))
}

fn take_request(db: &Connection, day: i64, who: &str, most: u32) -> Result<bool, StoreError> {
    db.prepare_cached("DELETE FROM asked WHERE day < ?1")?.execute([day])?;
    let taken = db
        .prepare_cached(
            "INSERT INTO asked (day, who, times) SELECT ?1, ?2, 1 WHERE ?3 > 0
             ON CONFLICT (day, who) DO UPDATE SET times = times + 1 WHERE times < ?3",
        )?
        .execute(params![day, who, most])?;
    Ok(taken > 0)
}

#[async_trait]
impl Answers for SqliteStore {
    async fn kept_answer(&self, subject: &Subject, question: &str) -> Result<Option<KeptAnswer>, StoreError> {
        let (subject, question) = (subject.clone(), question.to_owned());
        self.read("kept answer", move |db| {
            let found: Option<(String, String)> = db
                .prepare_cached("SELECT digest, insight FROM answers WHERE subject = ?1 AND question = ?2")?
                .query_row(params![subject.to_string(), question], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let answer = |(digest, insight): (String, String)| {
                Ok(KeptAnswer { subject, question, digest, insight: row::json(&insight)? })
            };
            found.map(answer).transpose()
        })
        .await
    }

    async fn keep_answer(&self, answer: &KeptAnswer) -> Result<bool, StoreError> {
        let answer = answer.clone();
        self.writer.run("keep an answer", move |_, db| keep(db, &answer)).await
    }

    async fn take_request(&self, day: i64, who: &str, most: u32) -> Result<bool, StoreError> {
        let who = who.to_owned();
        self.writer.run("count a request", move |_, db| take_request(db, day, &who, most)).await
    }
}
