//! The status of problems: documents `{_id, page, status, note?, at, hit, visits}` of `problems`.

use std::future::IntoFuture;

use async_trait::async_trait;
use futures_util::TryStreamExt;
use mongodb::{
    Collection,
    bson::{DateTime, doc},
};
use serde::{Deserialize, Serialize};

use super::{Data, MongoStore};
use crate::{
    analyze::problems::{Hits, ProblemId, ProblemMark, ProblemStatus},
    store::{
        StoreError,
        problems::{MAX_MARKS, ProblemMarks},
    },
};

/// A document of `problems`.
#[derive(Debug, Serialize, Deserialize)]
struct ProblemDoc {
    #[serde(rename = "_id")]
    id: ProblemId,
    page: String,
    status: ProblemStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    at: DateTime,
    hit: i64,
    visits: i64,
}

impl From<&ProblemMark> for ProblemDoc {
    fn from(mark: &ProblemMark) -> Self {
        Self {
            id: mark.id.clone(),
            page: mark.page.clone(),
            status: mark.status,
            note: mark.note.clone(),
            at: DateTime::from_millis(mark.at),
            hit: mark.before.hit as i64,
            visits: mark.before.visits as i64,
        }
    }
}

impl From<ProblemDoc> for ProblemMark {
    fn from(doc: ProblemDoc) -> Self {
        let before = Hits { hit: doc.hit.unsigned_abs(), visits: doc.visits.unsigned_abs() };
        Self { id: doc.id, page: doc.page, status: doc.status, note: doc.note, at: doc.at.timestamp_millis(), before }
    }
}

fn collection(data: &Data) -> Collection<ProblemDoc> {
    data.database.collection("problems")
}

impl Data {
    /// Deletes what was decided about those of some pages that no session but these visited: it would still name them.
    pub(super) async fn erase_marks(&self, pages: &[&str], sessions: &[&str]) -> Result<(), StoreError> {
        let problems = collection(self);
        let marked = problems.distinct("page", doc! { "page": { "$in": pages } });
        for page in self.call("erase", marked.into_future()).await? {
            let others = doc! { "pages": page.clone(), "_id": { "$nin": sessions } };
            let visits = self.sessions.count_documents(others).limit(1);
            if self.call("erase", visits.into_future()).await? == 0 {
                let delete = problems.delete_many(doc! { "page": page });
                self.call("erase", delete.into_future()).await?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl ProblemMarks for MongoStore {
    async fn problem_marks(&self) -> Result<Vec<ProblemMark>, StoreError> {
        let data = &self.work.data;
        let problems = collection(data);
        let find = problems.find(doc! {}).sort(doc! { "_id": 1 }).limit(MAX_MARKS as i64).max_time(data.call);
        let found: Vec<ProblemDoc> = data.call("problems", async { find.await?.try_collect().await }).await?;
        Ok(found.into_iter().map(ProblemMark::from).collect())
    }

    async fn mark_problem(&self, mark: &ProblemMark) -> Result<(), StoreError> {
        let data = &self.work.data;
        let (problems, doc) = (collection(data), ProblemDoc::from(mark));
        let replace = problems.replace_one(doc! { "_id": mark.id.as_str() }, doc).upsert(true);
        data.call("mark a problem", replace.into_future()).await.map(drop)
    }
}
