//! In place of the dashboard where it was not compiled in: says so, instead of a bare 404.

use http::{Response, request::Parts};

use super::{Body, respond::Problem};
use crate::wire::ErrorCode;

/// There is no file.
pub(super) fn file(_: &Parts) -> Option<Result<Response<Body>, Problem>> {
    None
}

/// Says why the dashboard is not here.
pub(super) fn not_found(_: &Parts) -> Result<Response<Body>, Problem> {
    Err(Problem::new(
        ErrorCode::NotFound,
        "no such path; the dashboard is not part of this build: it requires the cargo feature `dashboard`",
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use http::Request;

    use super::*;

    #[test]
    fn it_says_which_feature_is_missing() {
        let (parts, ()) = Request::get("/").header("accept", "text/html").body(()).unwrap().into_parts();
        assert!(file(&parts).is_none());
        let refused = not_found(&parts).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::NotFound);
        assert!(refused.message().contains("cargo feature `dashboard`"));
    }
}
