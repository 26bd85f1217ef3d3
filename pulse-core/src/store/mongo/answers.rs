//! Answers of analysts.
//!
//! An answer and the sessions that it cites are separate documents. Who keeps an answer writes it first and looks for
//! the sessions then; who erases a session deletes the answers, its document, and the answers once more. Whichever comes
//! last finds what the other wrote, so that no answer outlives a session.

use std::future::IntoFuture;

use async_trait::async_trait;
use futures_util::TryStreamExt;
use mongodb::{
    Collection,
    bson::{DateTime, Document, doc},
};
use serde::{Deserialize, Serialize};

use super::{Data, MongoStore, is_duplicate};
use crate::{
    model::{KeptAnswer, Subject},
    store::{Answers, StoreError},
};

/// A document of `answers`. The insight is JSON, since a count may be larger than BSON's integers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AnswerDoc {
    #[serde(rename = "_id")]
    id: AnswerKey,
    session_ids: Vec<String>,
    digest: String,
    made_at: DateTime,
    insight: String,
}

/// What an answer is found by: its subject as text, and the digest of the question or nothing.
#[derive(Debug, Serialize, Deserialize)]
struct AnswerKey {
    s: String,
    q: String,
}

impl Data {
    pub(super) fn answers(&self) -> Collection<AnswerDoc> {
        self.database.collection("answers")
    }

    /// Deletes the answers that are about some sessions or cite them.
    pub(super) async fn erase_answers(&self, sessions: &[&str]) -> Result<(), StoreError> {
        let answers = self.answers();
        let delete = answers.delete_many(doc! { "session_ids": { "$in": sessions } });
        self.call("erase", delete.into_future()).await.map(drop)
    }

    /// Writes a document and deletes it again. Two servers may do so at once; what one that is killed leaves behind is of
    /// no day, and goes with the next check or count.
    pub(super) async fn write_and_delete(&self) -> Result<(), StoreError> {
        let asked = self.database.collection::<Document>("asked");
        let key = doc! { "_id": "check" };
        for _ in 0..2 {
            let write = asked.update_one(key.clone(), doc! { "$inc": { "times": 1_i64 }, "$set": { "day": -1_i64 } });
            match self.call("check", write.upsert(true).into_future()).await {
                // Two servers at once: the second upsert finds the document of the first.
                Err(error) if is_duplicate(&error) => {}
                written => {
                    written?;
                    break;
                }
            }
        }
        self.call("check", asked.delete_one(key).into_future()).await.map(drop)
    }

    /// Whether all of some sessions are there.
    async fn are_there(&self, sessions: &[String]) -> Result<bool, StoreError> {
        let count = self.sessions.count_documents(doc! { "_id": { "$in": sessions } });
        let found = self.call("keep an answer", count.into_future()).await?;
        Ok(usize::try_from(found).is_ok_and(|found| found == sessions.len()))
    }

    /// Deletes the oldest answers to questions beyond as many as are kept.
    async fn drop_oldest(&self, subject: &str) -> Result<(), StoreError> {
        let answers = self.answers().clone_with_type::<Document>();
        let of_subject = doc! { "_id": { "$gte": { "s": subject, "q": "" }, "$lt": { "s": subject, "q": "~" } } };
        let oldest = answers
            .find(doc! { "$and": [of_subject, { "_id.q": { "$ne": "" } }] })
            .projection(doc! { "_id": 1 })
            .sort(doc! { "made_at": -1 })
            .skip(KeptAnswer::QUESTIONS.into())
            .max_time(self.call);
        let oldest: Vec<Document> = self.call("keep an answer", async { oldest.await?.try_collect().await }).await?;
        let keys: Vec<&Document> = oldest.iter().filter_map(|answer| answer.get_document("_id").ok()).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let delete = answers.delete_many(doc! { "_id": { "$in": keys } });
        self.call("keep an answer", delete.into_future()).await.map(drop)
    }
}

#[async_trait]
impl Answers for MongoStore {
    async fn kept_answer(&self, subject: &Subject, question: &str) -> Result<Option<KeptAnswer>, StoreError> {
        let data = &self.work.data;
        let key = doc! { "_id": { "s": subject.to_string(), "q": question } };
        let found = data.call("kept answer", data.answers().find_one(key).max_time(data.call).into_future()).await?;
        let answer = |AnswerDoc { digest, insight, .. }| {
            let insight = serde_json::from_str(&insight).map_err(|error| StoreError::corrupt("an answer", error))?;
            Ok(KeptAnswer { subject: subject.clone(), question: question.to_owned(), digest, insight })
        };
        found.map(answer).transpose()
    }

    async fn keep_answer(&self, answer: &KeptAnswer) -> Result<bool, StoreError> {
        let data = &self.work.data;
        let subject = answer.subject.to_string();
        let document = AnswerDoc {
            id: AnswerKey { s: subject.clone(), q: answer.question.clone() },
            session_ids: answer.sessions().into_iter().map(ToString::to_string).collect(),
            digest: answer.digest.clone(),
            made_at: DateTime::from_millis(answer.insight.generated_at),
            insight: serde_json::to_string(&answer.insight).map_err(|error| StoreError::corrupt("an answer", error))?,
        };
        if !data.are_there(&document.session_ids).await? {
            return Ok(false);
        }
        let key = doc! { "_id": { "s": &document.id.s, "q": &document.id.q } };
        // Two servers at once: the second upsert finds the document of the first.
        for _ in 0..2 {
            let answers = data.answers();
            let replace = answers.replace_one(key.clone(), &document).upsert(true);
            match data.call("keep an answer", replace.into_future()).await {
                Err(error) if is_duplicate(&error) => {}
                kept => {
                    kept?;
                    break;
                }
            }
        }
        if !data.are_there(&document.session_ids).await? {
            data.call("keep an answer", data.answers().delete_one(key).into_future()).await?;
            return Ok(false);
        }
        data.drop_oldest(&subject).await?;
        Ok(true)
    }

    async fn take_request(&self, day: i64, who: &str, most: u32) -> Result<bool, StoreError> {
        let data = &self.work.data;
        let asked = data.database.collection::<Document>("asked");
        data.call("count a request", asked.delete_many(doc! { "day": { "$lt": day } }).into_future()).await?;
        if most == 0 {
            return Ok(false);
        }
        let key = format!("{day}:{who}");
        let below = doc! { "_id": &key, "times": { "$lt": i64::from(most) } };
        let more = doc! { "$inc": { "times": 1_i64 }, "$setOnInsert": { "day": day } };
        // A count that is used up is not found, and its upsert is a duplicate; so is one of two first requests at once.
        for _ in 0..2 {
            let count = asked.update_one(below.clone(), more.clone()).upsert(true);
            match data.call("count a request", count.into_future()).await {
                Ok(_) => return Ok(true),
                Err(error) if is_duplicate(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }
}
