//! From settings to an analyst.

use std::sync::Arc;

use super::{Analyst, Rules, SettingsError};

/// Gemini with the rules behind it when there is a `key`, else the rules alone; their answers then say why. Without
/// `model` and `base`, Gemini's own defaults hold. Blank settings count as unset.
pub fn from_settings(
    key: Option<String>,
    model: Option<String>,
    base: Option<String>,
) -> Result<Arc<dyn Analyst>, SettingsError> {
    match set(&key) {
        None => Ok(Arc::new(Rules::because("no Gemini key is set"))),
        Some(key) => with_gemini(key, set(&model), set(&base)),
    }
}

fn set(setting: &Option<String>) -> Option<&str> {
    setting.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(feature = "gemini")]
fn with_gemini(key: &str, model: Option<&str>, base: Option<&str>) -> Result<Arc<dyn Analyst>, SettingsError> {
    use super::{Fallback, Gemini};

    let gemini = Gemini::new(key, model.unwrap_or(Gemini::MODEL), base.unwrap_or(Gemini::BASE))?;
    Ok(Arc::new(Fallback::new(Arc::new(gemini), Arc::new(Rules::new()))))
}

#[cfg(not(feature = "gemini"))]
fn with_gemini(_key: &str, _model: Option<&str>, _base: Option<&str>) -> Result<Arc<dyn Analyst>, SettingsError> {
    Err(SettingsError::NotBuilt)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{insight::fixtures, model::AnalystKind};

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[tokio::test]
    async fn without_a_key_the_rules_answer_and_say_so() {
        for key in [None, text(""), text("  ")] {
            let insight = from_settings(key, None, None).unwrap().analyze(&fixtures::rage(), 1).await.unwrap();
            assert_eq!(insight.source.analyst, AnalystKind::Rules);
            assert_eq!(insight.source.reason.as_deref(), Some("no Gemini key is set"));
        }
    }

    #[cfg(feature = "gemini")]
    #[test]
    fn bad_settings_are_refused_and_not_repeated() {
        let secret = "AIzaSECRET";
        for (key, model, base) in [
            (format!("{secret}\n{secret}"), None, None),
            (secret.to_owned(), text("../AIzaSECRET"), None),
            (secret.to_owned(), None, text("ftp://AIzaSECRET/")),
            (secret.to_owned(), None, text("AIzaSECRET")),
        ] {
            let error = from_settings(Some(key), model, base).unwrap_err();
            assert!(!format!("{error} {error:?}").contains(secret), "{error:?}");
        }
        let analyst = from_settings(text(secret), text("models/gemini-x"), text("http://127.0.0.1:1/v1")).unwrap();
        let shown = format!("{analyst:?}");
        assert!(shown.contains("Gemini") && shown.contains("Rules") && !shown.contains(secret), "{shown}");
    }
}
