//! From settings to a model.

use std::sync::Arc;

use super::{Model, SettingsError};

/// What says which model is asked, as the environment has it. Blank settings count as unset.
#[derive(Default, Clone)]
pub struct ModelSettings {
    /// `GEMINI_API_KEY`: with it, Gemini is asked.
    pub gemini_key: Option<String>,
    /// `PULSE_GEMINI_MODEL`; [`Gemini::MODEL`](super::Gemini::MODEL) without.
    pub gemini_model: Option<String>,
    /// `PULSE_GEMINI_URL`; [`Gemini::BASE`](super::Gemini::BASE) without.
    pub gemini_url: Option<String>,
    /// `OPENAI_API_KEY`, for an endpoint that asks for one.
    pub openai_key: Option<String>,
    /// `PULSE_OPENAI_MODEL`: the model to ask there.
    pub openai_model: Option<String>,
    /// `PULSE_OPENAI_URL`: with it, this endpoint is asked and not Gemini.
    pub openai_url: Option<String>,
}

impl ModelSettings {
    /// The settings as `get` has them by name.
    pub fn read(get: impl Fn(&'static str) -> Option<String>) -> Self {
        let get = |name| get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        Self {
            gemini_key: get("GEMINI_API_KEY"),
            gemini_model: get("PULSE_GEMINI_MODEL"),
            gemini_url: get("PULSE_GEMINI_URL"),
            openai_key: get("OPENAI_API_KEY"),
            openai_model: get("PULSE_OPENAI_MODEL"),
            openai_url: get("PULSE_OPENAI_URL"),
        }
    }

    /// The model that they name; none when they name none, and the rules answer alone.
    ///
    /// # Errors
    /// A setting cannot be used, or this build cannot ask that model.
    pub fn model(&self) -> Result<Option<Arc<dyn Model>>, SettingsError> {
        if let Some(url) = &self.openai_url {
            return openai(self.openai_key.as_deref(), self.openai_model.as_deref(), url).map(Some);
        }
        match &self.gemini_key {
            Some(key) => gemini(key, self.gemini_model.as_deref(), self.gemini_url.as_deref()).map(Some),
            None => Ok(None),
        }
    }
}

#[cfg(feature = "gemini")]
fn gemini(key: &str, model: Option<&str>, base: Option<&str>) -> Result<Arc<dyn Model>, SettingsError> {
    use super::Gemini;

    Ok(Arc::new(Gemini::new(key, model.unwrap_or(Gemini::MODEL), base.unwrap_or(Gemini::BASE))?))
}

#[cfg(not(feature = "gemini"))]
fn gemini(_key: &str, _model: Option<&str>, _base: Option<&str>) -> Result<Arc<dyn Model>, SettingsError> {
    Err(SettingsError::NotBuilt { setting: "GEMINI_API_KEY", feature: "gemini" })
}

#[cfg(feature = "openai")]
fn openai(key: Option<&str>, model: Option<&str>, base: &str) -> Result<Arc<dyn Model>, SettingsError> {
    let missing = SettingsError::NoModel { url: "PULSE_OPENAI_URL", model: "PULSE_OPENAI_MODEL" };
    Ok(Arc::new(super::OpenAi::new(key, model.ok_or(missing)?, base)?))
}

#[cfg(not(feature = "openai"))]
fn openai(_key: Option<&str>, _model: Option<&str>, _base: &str) -> Result<Arc<dyn Model>, SettingsError> {
    Err(SettingsError::NotBuilt { setting: "PULSE_OPENAI_URL", feature: "openai" })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SECRET: &str = "AIzaSECRET";

    fn settings(pairs: &[(&str, &str)]) -> ModelSettings {
        ModelSettings::read(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, text)| (*text).to_owned()))
    }

    #[test]
    fn without_a_key_or_an_endpoint_there_is_no_model() {
        for pairs in [&[][..], &[("GEMINI_API_KEY", "  "), ("OPENAI_API_KEY", SECRET), ("PULSE_OPENAI_MODEL", "m")]] {
            assert!(settings(pairs).model().unwrap().is_none());
        }
    }

    #[cfg(all(feature = "gemini", feature = "openai"))]
    #[test]
    fn an_endpoint_comes_before_gemini() {
        let gemini = [("GEMINI_API_KEY", SECRET), ("PULSE_GEMINI_MODEL", "models/gemini-x")];
        let openai = [("PULSE_OPENAI_URL", "http://127.0.0.1:1/v1"), ("PULSE_OPENAI_MODEL", "org/llama:8b")];
        let name = |pairs: &[(&str, &str)]| settings(pairs).model().unwrap().map(|model| format!("{model:?}"));
        assert!(name(&gemini).unwrap().contains("gemini-x"));
        assert!(name(&[gemini, openai].concat()).unwrap().contains("org/llama:8b"));
        let error = settings(&openai[..1]).model().unwrap_err();
        assert!(error.to_string().contains("PULSE_OPENAI_MODEL"), "{error}");
    }

    #[cfg(all(feature = "gemini", feature = "openai"))]
    #[test]
    fn bad_settings_are_refused_and_not_repeated() {
        let twice = format!("{SECRET}\n{SECRET}");
        let key = ("GEMINI_API_KEY", SECRET);
        let url = ("PULSE_OPENAI_URL", "http://localhost/v1");
        for pairs in [
            &[("GEMINI_API_KEY", twice.as_str())][..],
            &[key, ("PULSE_GEMINI_MODEL", "../AIzaSECRET")],
            &[key, ("PULSE_GEMINI_URL", "ftp://AIzaSECRET/")],
            &[key, ("PULSE_GEMINI_URL", "AIzaSECRET")],
            &[url, ("PULSE_OPENAI_MODEL", "AIzaSECRET ..")],
            &[("PULSE_OPENAI_URL", "AIzaSECRET"), ("PULSE_OPENAI_MODEL", "m")],
            &[url, ("PULSE_OPENAI_MODEL", "m"), ("OPENAI_API_KEY", twice.as_str())],
        ] {
            let error = settings(pairs).model().unwrap_err();
            assert!(!format!("{error} {error:?}").contains(SECRET), "{error:?}");
        }
    }
}
