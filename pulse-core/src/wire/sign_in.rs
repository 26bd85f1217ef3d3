//! Signing in to the dashboard.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Body of `POST /api/sign-in`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SignInBody {
    /// The token that is exchanged for a cookie.
    pub token: String,
}

impl fmt::Debug for SignInBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignInBody")
    }
}
