//! What is told of all sessions of a page, and of the site.

use super::{Engine, EngineError};
use crate::{
    insight::SiteReport,
    model::{Subject, is_page},
    wire::PagesQuery,
};

impl Engine {
    /// What is known of a page, or of the site.
    ///
    /// # Errors
    /// Nobody visited that page.
    pub(super) async fn site_report(&self, page: Option<String>) -> Result<SiteReport, EngineError> {
        let asked = self.asked(&page);
        let limit = Some(SiteReport::MOST);
        let pages = self.pages(PagesQuery { page: page.clone(), limit, ..PagesQuery::default() }).await?.pages;
        let (problems, visits) = self.worst_problems(page, SiteReport::MOST).await?;
        let subject = match (asked, pages.first()) {
            (None, _) => Subject::Site,
            (Some(_), None) => return Err(EngineError::UnknownPage),
            // A path is that of a page on every host.
            (Some(asked), Some(first)) if pages.len() == 1 && is_page(&first.page, &asked) => {
                Subject::Page(first.page.clone())
            }
            (Some(asked), Some(_)) => Subject::Page(asked),
        };
        Ok(SiteReport { subject, visits, problems, pages })
    }
}
