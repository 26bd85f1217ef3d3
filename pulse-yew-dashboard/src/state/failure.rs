//! Why something could not be loaded, in words for people.

use pulse_core::wire::{ErrorBody, ErrorCode};

use crate::json;

/// What went wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No answer came.
    Unreachable,
    /// The server refused or could not.
    Refused {
        /// Which error.
        code: ErrorCode,
        /// The server's words.
        message: String,
    },
    /// The answer is not what this dashboard understands.
    Unreadable,
}

impl Failure {
    /// The failure that an error's body names; without one, what the status says.
    pub fn of(status: u16, body: &str) -> Self {
        let code = match status {
            401 => ErrorCode::Unauthorized,
            404 => ErrorCode::NotFound,
            429 => ErrorCode::TooManyRequests,
            502..=504 => ErrorCode::Unavailable,
            400..500 => ErrorCode::BadRequest,
            _ => ErrorCode::Internal,
        };
        match json::read::<ErrorBody>(body) {
            Ok(ErrorBody { error }) => Self::Refused { code: error.code, message: error.message },
            Err(_) => Self::Refused { code, message: format!("the server answered {status}") },
        }
    }

    /// Which error the server named.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// Whether trying again can help.
    pub fn may_pass(&self) -> bool {
        self.code() != Some(ErrorCode::NotFound)
    }

    /// What happened.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Unreachable => "Pulse does not answer.",
            Self::Unreadable => "The answer could not be read.",
            Self::Refused { code: ErrorCode::NotFound, .. } => "There is nothing here.",
            Self::Refused { code: ErrorCode::Unavailable, .. } => "The store is away or busy.",
            Self::Refused { code: ErrorCode::TooManyRequests, .. } => "Too many requests at once.",
            Self::Refused { .. } => "Pulse refused the request.",
        }
    }

    /// What is safe, and what to do.
    pub fn advice(&self) -> String {
        match self {
            Self::Unreachable => {
                "What was recorded is safe, and visitors' browsers keep what is new and send it later. \
                                  Check that pulse-server runs."
                    .to_owned()
            }
            Self::Unreadable => {
                "What was recorded is safe. The dashboard and the server may be of different versions: \
                                 load this page again."
                    .to_owned()
            }
            Self::Refused { code: ErrorCode::NotFound, .. } => {
                "It may have been deleted, or the address is not complete. The list shows what there is.".to_owned()
            }
            Self::Refused { code: ErrorCode::Unavailable, .. } => {
                "What was recorded is safe, and visitors' browsers keep what is new and send it later.".to_owned()
            }
            Self::Refused { message, .. } => format!("What was recorded is safe. The server says: {message}."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_believed_before_the_status() {
        let body = r#"{"error":{"code":"unavailable","message":"the store does not answer"}}"#;
        let failure = Failure::of(500, body);
        assert_eq!(failure.code(), Some(ErrorCode::Unavailable));
        assert!(failure.may_pass());
    }

    #[test]
    fn a_page_from_a_proxy_is_an_error_too() {
        assert_eq!(Failure::of(401, "<html>").code(), Some(ErrorCode::Unauthorized));
        assert_eq!(Failure::of(502, "").code(), Some(ErrorCode::Unavailable));
        assert!(Failure::of(418, "").advice().contains("418"));
    }
}
