//! One analyst behind another.

use std::{error::Error, sync::Arc};

use async_trait::async_trait;

use super::{Analyst, AnalystError};
use crate::{
    analyze::Report,
    model::{Insight, Millis},
};

/// Asks the second analyst when the first fails; its answer then says why it was asked.
#[derive(Debug)]
pub struct Fallback {
    first: Arc<dyn Analyst>,
    second: Arc<dyn Analyst>,
}

impl Fallback {
    /// `first`, with `second` behind it.
    pub fn new(first: Arc<dyn Analyst>, second: Arc<dyn Analyst>) -> Self {
        Self { first, second }
    }
}

#[async_trait]
impl Analyst for Fallback {
    async fn analyze(&self, report: &Report, now: Millis) -> Result<Insight, AnalystError> {
        let error = match self.first.analyze(report, now).await {
            Ok(insight) => return Ok(insight),
            Err(error) => error,
        };
        tracing::warn!(%error, cause = error.source(), "the first analyst failed, the second answers");
        let mut insight = self.second.analyze(report, now).await?;
        insight.source.reason = Some(error.to_string());
        Ok(insight)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{
        insight::{Rules, fixtures},
        model::AnalystKind,
    };

    #[derive(Debug)]
    struct Failing;

    #[async_trait]
    impl Analyst for Failing {
        async fn analyze(&self, _: &Report, _: Millis) -> Result<Insight, AnalystError> {
            Err(AnalystError::Refused { status: 418 })
        }
    }

    #[tokio::test]
    async fn the_second_answers_for_the_first_and_says_why() {
        let fallback = Fallback::new(Arc::new(Failing), Arc::new(Rules::new()));
        let insight = fallback.analyze(&fixtures::rage(), 1).await.unwrap();
        assert_eq!(insight.source.analyst, AnalystKind::Rules);
        assert_eq!(insight.source.reason.as_deref(), Some("the Gemini API refused the request (status 418)"));
    }

    #[tokio::test]
    async fn the_first_answers_when_it_can() {
        let first = Rules::because("asked first");
        let fallback = Fallback::new(Arc::new(first), Arc::new(Failing));
        let insight = fallback.analyze(&fixtures::rage(), 1).await.unwrap();
        assert_eq!(insight.source.reason.as_deref(), Some("asked first"));
    }

    #[tokio::test]
    async fn two_failures_are_a_failure() {
        let fallback = Fallback::new(Arc::new(Failing), Arc::new(Failing));
        assert!(fallback.analyze(&fixtures::rage(), 1).await.is_err());
    }
}
