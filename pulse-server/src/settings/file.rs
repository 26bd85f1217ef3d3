//! The file of `--config`: TOML, one key a setting, named as its flag.

use std::{collections::HashMap, path::Path};

use toml::{Table, Value};

use crate::environment::alike;

/// What a file says, by name. Not to be printed: secrets may be among it.
#[derive(Default)]
pub(super) struct File {
    /// As it was named.
    pub(super) path: String,
    values: HashMap<String, Vec<String>>,
}

impl File {
    /// Reads the file at `path`, which may hold the settings in `names`.
    pub(super) fn read(path: &Path, names: &[String]) -> Result<Self, String> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
        let file = Self::parse(&text, names).map_err(|message| format!("{shown}: {message}"))?;
        Ok(Self { path: shown, ..file })
    }

    /// Reads a file's text. No message holds a value, which may be a secret.
    pub(super) fn parse(text: &str, names: &[String]) -> Result<Self, String> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            format!("{place}{}", error.message())
        })?;
        let mut values = HashMap::new();
        for (name, value) in table {
            if !names.contains(&name) {
                let meant = alike(&name, names.iter().map(String::as_str));
                let meant = meant.map(|meant| format!("; {meant} is")).unwrap_or_default();
                return Err(format!("{name} is no setting of Pulse{meant}"));
            }
            let texts = match value {
                Value::Array(items) => items.into_iter().map(text_of).collect::<Option<Vec<_>>>(),
                one => text_of(one).map(|text| vec![text]),
            };
            let texts =
                texts.ok_or_else(|| format!("{name} is a text, a whole number, true or false, or a list of them"))?;
            values.insert(name, texts);
        }
        Ok(Self { path: String::new(), values })
    }

    /// What it says of a setting.
    pub(super) fn values(&self, name: &str) -> Option<&[String]> {
        self.values.get(name).map(Vec::as_slice)
    }

    /// The same of a setting that has one value; blank is unset.
    pub(super) fn one(&self, name: &str) -> Option<String> {
        self.values(name).map(|values| values.join(",")).filter(|text| !text.trim().is_empty())
    }
}

fn text_of(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(is) => Some(is.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parse(text: &str) -> Result<File, String> {
        File::parse(text, &["listen".into(), "retention-days".into(), "goal".into(), "admin-token".into()])
    }

    #[test]
    fn a_setting_has_one_value_or_a_list() {
        let file = parse("listen = \"127.0.0.1:1\"\nretention-days = 9\ngoal = [\"/a\", \"/b\"]\n").unwrap();
        assert_eq!(file.values("retention-days"), Some(&["9".to_owned()][..]));
        assert_eq!(file.values("goal").map(<[String]>::len), Some(2));
        assert_eq!(file.values("admin-token"), None);
    }

    #[test]
    fn what_is_no_setting_is_named_with_what_is() {
        assert_eq!(
            parse("retention_days = 9").err().unwrap(),
            "retention_days is no setting of Pulse; retention-days is"
        );
        assert_eq!(parse("zzz = 9").err().unwrap(), "zzz is no setting of Pulse");
        let names = ["secret-word".to_owned(), "session-views".to_owned()];
        assert_eq!(File::parse("[server]\nport = 1", &names).err().unwrap(), "server is no setting of Pulse");
        assert!(parse("listen = 1.5").err().unwrap().starts_with("listen is a text"));
        assert!(parse("[listen]\nhost = 1").err().unwrap().starts_with("listen is a text"));
    }

    #[test]
    fn a_broken_file_is_told_by_its_line_and_without_its_secrets() {
        let told = parse("goal = \"/a\"\nadmin-token = \"s3cret\nlisten = 1\n").err().unwrap();
        assert!(told.starts_with("line 2: ") && !told.contains("s3cret"), "{told}");
    }
}
