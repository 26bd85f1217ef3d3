//! Settings that are no flags: of the log, and of the model that insights are asked from.

use std::collections::HashMap;

use super::file::File;

/// A setting that is no flag.
#[derive(Debug)]
pub(crate) struct AloneSetting {
    /// Its name in the environment.
    pub(crate) variable: &'static str,
    /// Its name in a file, and in the listing.
    pub(crate) name: &'static str,
    /// What holds without it.
    pub(crate) default: Option<&'static str>,
}

const fn setting(variable: &'static str, name: &'static str, default: Option<&'static str>) -> AloneSetting {
    AloneSetting { variable, name, default }
}

/// All of them.
pub(crate) const ALONE: [AloneSetting; 8] = [
    setting("GEMINI_API_KEY", "gemini-api-key", None),
    setting("PULSE_GEMINI_MODEL", "gemini-model", Some("gemini-flash-latest")),
    setting("PULSE_GEMINI_URL", "gemini-url", Some("https://generativelanguage.googleapis.com/v1beta")),
    setting("OPENAI_API_KEY", "openai-api-key", None),
    setting("PULSE_OPENAI_MODEL", "openai-model", None),
    setting("PULSE_OPENAI_URL", "openai-url", None),
    setting("PULSE_LOG", "log", Some("info,mongodb=warn")),
    setting("PULSE_LOG_FORMAT", "log-format", Some("text")),
];

/// Their values, by the name in the environment. Not to be printed: keys are among them.
#[derive(Default)]
pub(crate) struct Alone(HashMap<&'static str, String>);

impl Alone {
    pub(super) fn of(file: &File) -> Self {
        let value = |setting: &AloneSetting| variable(setting.variable).or_else(|| file.one(setting.name));
        Self(ALONE.iter().filter_map(|setting| Some((setting.variable, value(setting)?))).collect())
    }

    /// The value of one, if it is set.
    pub(crate) fn get(&self, variable: &str) -> Option<String> {
        self.0.get(variable).cloned()
    }
}

/// A variable of the environment; blank is unset.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use pulse_core::insight::Gemini;

    use super::ALONE;

    #[test]
    fn defaults_are_those_of_the_library() {
        let default = |variable: &str| ALONE.iter().find(|alone| alone.variable == variable).and_then(|a| a.default);
        assert_eq!(default("PULSE_GEMINI_MODEL"), Some(Gemini::MODEL));
        assert_eq!(default("PULSE_GEMINI_URL"), Some(Gemini::BASE));
    }
}
