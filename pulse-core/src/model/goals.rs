//! The pages that mean success.

use super::is_page;

/// Pages whose entering is what the site is there for, such as `/order/thanks`.
///
/// Each is a page's name, its path (which begins with a slash and then is that path on every host), or either with `*`
/// for any text, as the parameter `page` of the API. The page's script reaches a goal anywhere with
/// `pulse.track('goal')`; that needs no setting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Goals(Vec<String>);

impl Goals {
    /// Name of the event with which a page's script says that the goal is reached.
    pub const EVENT: &str = "goal";

    /// Goals by these patterns; blank ones are left out.
    pub fn new(patterns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(patterns.into_iter().map(Into::into).filter(|pattern| !pattern.trim().is_empty()).collect())
    }

    /// Whether no page is a goal.
    ///
    /// ```
    /// assert!(pulse_core::model::Goals::new(["", " "]).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether entering the page of this name reaches a goal.
    ///
    /// ```
    /// use pulse_core::model::Goals;
    ///
    /// let goals = Goals::new(["/thanks", "http://shop.test/order/*"]);
    /// assert!(goals.include("https://other.test/thanks"));
    /// assert!(goals.include("http://shop.test/order/:id"));
    /// assert!(!goals.include("http://shop.test/cart"));
    /// ```
    pub fn include(&self, page: &str) -> bool {
        self.0.iter().any(|pattern| is_page(page, pattern))
    }
}

#[cfg(test)]
mod tests {
    use super::Goals;

    #[test]
    fn a_goal_is_a_name_a_path_or_a_pattern() {
        let goals = Goals::new(["/thanks", "http://shop.test/order/*", " "]);
        for page in ["http://shop.test/thanks", "https://other.test/thanks", "http://shop.test/order/:id"] {
            assert!(goals.include(page), "{page}");
        }
        for page in ["http://shop.test/thanks/more", "http://other.test/order/1", "", " "] {
            assert!(!goals.include(page), "{page}");
        }
        assert!(Goals::new([""]).is_empty() && !Goals::default().include("/"));
    }
}
