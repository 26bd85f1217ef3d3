//! What is told of one finding.

/// A finding in words.
#[derive(Debug)]
pub(super) struct Story {
    /// One sentence: what is wrong, and where.
    pub(super) title: String,
    /// What was seen, and what follows from it.
    pub(super) detail: String,
    /// What to do about it, and what that should bring; the most useful first.
    pub(super) actions: Vec<(String, String)>,
}

impl Story {
    /// A story; blank parts of the detail are left out.
    pub(super) fn new(title: String, detail: &[&str], actions: Vec<(String, String)>) -> Self {
        let detail: Vec<&str> = detail.iter().copied().filter(|part| !part.is_empty()).collect();
        Self { title, detail: detail.join(" "), actions }
    }
}
