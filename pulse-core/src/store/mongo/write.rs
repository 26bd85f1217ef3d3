//! Many updates of one collection as one command, and what came of each.

use std::future::IntoFuture;

use mongodb::bson::{Bson, Document, doc};

use super::{Data, totals::number};
use crate::store::StoreError;

/// What came of the updates of one command.
#[derive(Debug)]
pub(super) struct Updated {
    /// How many found their document.
    pub(super) matched: u64,
    /// The places of those that were refused, and why.
    pub(super) refused: Vec<(usize, String)>,
    /// Why it is not certain that they are durable.
    doubt: Option<String>,
}

impl Updated {
    /// An error unless the updates that were made are durable.
    pub(super) fn durable(self, doing: &'static str) -> Result<(), StoreError> {
        self.doubt.map_or(Ok(()), |why| Err(StoreError::unavailable(doing)(why.into())))
    }

    /// An error unless all updates were made and are durable.
    pub(super) fn all(mut self, doing: &'static str) -> Result<(), StoreError> {
        match self.refused.pop() {
            Some((_, why)) => Err(StoreError::unavailable(doing)(why.into())),
            None => self.durable(doing),
        }
    }
}

impl Data {
    /// Runs updates, each for itself.
    ///
    /// # Errors
    /// It is not known which of them were made.
    pub(super) async fn update(
        &self,
        doing: &'static str,
        collection: &str,
        updates: Vec<Document>,
    ) -> Result<Updated, StoreError> {
        if updates.is_empty() {
            return Ok(Updated { matched: 0, refused: Vec::new(), doubt: None });
        }
        let command = doc! {
            "update": collection,
            "updates": updates,
            "ordered": false,
            "writeConcern": { "w": "majority", "j": true },
        };
        let answer = self.call(doing, self.database.run_command(command).into_future()).await?;
        // Such an answer is no error to the driver.
        let refused = answer.get_array("writeErrors").map(Vec::as_slice).unwrap_or_default();
        let refusal = |error: &Bson| {
            let index = error.as_document().map_or(Ok(0), |error| number(error, "index"))?;
            Ok((usize::try_from(index).unwrap_or(usize::MAX), message(error)))
        };
        Ok(Updated {
            matched: number(&answer, "n")?,
            refused: refused.iter().map(refusal).collect::<Result<_, StoreError>>()?,
            doubt: answer.get("writeConcernError").map(message),
        })
    }
}

fn message(error: &Bson) -> String {
    let message = error.as_document().and_then(|error| error.get_str("errmsg").ok());
    message.unwrap_or("the answer names an error").to_owned()
}
