//! The environment of a server that is tested.

use std::process::Command;

/// Takes every setting of whoever runs the tests away: what they have set must not change what is tested.
pub(crate) fn unset(command: &mut Command) {
    let is_a_setting = |name: &str| name.starts_with("PULSE_") || ["MONGODB_URI", "GEMINI_API_KEY"].contains(&name);
    for (name, _) in std::env::vars().filter(|(name, _)| is_a_setting(name)) {
        command.env_remove(name);
    }
}
