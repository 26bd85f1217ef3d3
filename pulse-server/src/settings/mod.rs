//! Every setting and where it comes from: a flag, else the environment, else the file of `--config`, else its default.
//!
//! clap knows flags and environment. What the file says becomes the default of its flag before the command line is
//! parsed again, so that precedence and checks of values are clap's in every case.

mod alone;
mod file;
mod listing;

use std::{ffi::OsString, path::PathBuf};

use clap::{ArgMatches, Command, CommandFactory as _, FromArgMatches as _, parser::ValueSource};

pub(crate) use alone::{ALONE, Alone, variable};
use file::File;
pub(crate) use listing::Listed;

use crate::config::Flags;

/// What the file cannot say: itself, and what is no setting.
const NOT_IN_A_FILE: [&str; 3] = ["config", "help", "version"];

/// Flags in force, and where each comes from.
pub(crate) struct Settings {
    matches: ArgMatches,
    file: File,
}

impl Settings {
    /// Reads command line, environment and file. A command line that cannot be used, and `--help`, end the program as
    /// clap does.
    ///
    /// # Errors
    /// The file cannot be read, or something in it cannot be used: one line for a person.
    pub(crate) fn read() -> Result<Self, String> {
        let arguments: Vec<OsString> = std::env::args_os().collect();
        let command = without_blanks(Flags::command());
        let first = command.clone().get_matches_from(&arguments);
        let Some(path) = first.get_one::<PathBuf>("config") else {
            return Ok(Self { matches: first, file: File::default() });
        };
        let file = File::read(path, &names(&command))?;
        let matches = with_defaults(command, &file)
            .try_get_matches_from(&arguments)
            .map_err(|error| format!("{}: {}", path.display(), first_line(&error)))?;
        Ok(Self { matches, file })
    }

    /// The flags, typed.
    pub(crate) fn flags(&self) -> Result<Flags, String> {
        Flags::from_arg_matches(&self.matches).map_err(|error| first_line(&error))
    }

    /// A setting that is no flag, by its name in the environment; blank is unset.
    pub(crate) fn alone(&self) -> Alone {
        Alone::of(&self.file)
    }

    /// Every setting, in the order of `--help`.
    pub(crate) fn listed(&self) -> Vec<Listed> {
        let mut command = Flags::command();
        command.build();
        let flags = command
            .get_arguments()
            .filter(|flag| flag.get_long().is_some_and(|name| name != "help" && name != "version"));
        let flags = flags.map(|flag| listing::of_flag(flag, &self.matches, &self.file));
        flags.chain(ALONE.iter().map(|alone| listing::of_alone(alone, &self.file))).collect()
    }
}

/// Whether a flag's value was given by the command line or the environment.
fn is_given(matches: &ArgMatches, id: &str) -> bool {
    matches!(matches.value_source(id), Some(ValueSource::CommandLine | ValueSource::EnvVariable))
}

/// The names that may stand in a file.
fn names(command: &Command) -> Vec<String> {
    let flags = command.get_arguments().filter_map(|flag| flag.get_long());
    let flags = flags.filter(|name| !NOT_IN_A_FILE.contains(name)).map(str::to_owned);
    flags.chain(ALONE.iter().map(|alone| alone.name.to_owned())).collect()
}

/// A blank variable is an unset one, as a compose file leaves it.
fn without_blanks(command: Command) -> Command {
    command.mut_args(|flag| {
        let is_blank = flag.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
        if is_blank { flag.env(None::<&'static str>) } else { flag }
    })
}

/// What a file says is the default of its flag. `MONGODB_URI` is of the environment, and comes before the file's store.
fn with_defaults(command: Command, file: &File) -> Command {
    let has_uri = variable("MONGODB_URI").is_some();
    command.mut_args(|flag| {
        let values = flag.get_long().and_then(|name| file.values(name));
        match values {
            Some(_) if has_uri && flag.get_id() == "store" => flag,
            Some(values) => flag.default_values(values.to_vec()),
            None => flag,
        }
    })
}

/// What clap says, without its advice.
fn first_line(error: &clap::Error) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn matches(file: &str, arguments: &[&str]) -> Result<Settings, String> {
        let command = Flags::command();
        let file = File::parse(file, &names(&command)).unwrap();
        let matches = with_defaults(command, &file).try_get_matches_from([&["pulse-server"], arguments].concat());
        Ok(Settings { matches: matches.map_err(|error| first_line(&error))?, file })
    }

    fn source(settings: &Settings, name: &str) -> (String, &'static str) {
        let listed = settings.listed().into_iter().find(|listed| listed.name == name).unwrap();
        (listed.value.unwrap_or_default(), listed.source)
    }

    #[test]
    fn a_flag_comes_before_the_file_and_the_file_before_the_default() {
        let file = "listen = \"127.0.0.1:1\"\nretention-days = 30\nkeep-ids = true\ngoal = [\"/a\", \"/b\"]\n";
        let settings = matches(file, &["--listen", "127.0.0.1:2"]).unwrap();
        assert_eq!(source(&settings, "listen"), ("127.0.0.1:2".into(), "flag"));
        assert_eq!(source(&settings, "retention-days"), ("30".into(), "file"));
        assert_eq!(source(&settings, "keep-ids"), ("true".into(), "file"));
        assert_eq!(source(&settings, "goal"), ("/a,/b".into(), "file"));
        assert_eq!(source(&settings, "dashboard-listen"), ("127.0.0.1:3000".into(), "default"));
        assert!(settings.flags().unwrap().check(&settings.alone()).is_ok());
    }

    #[test]
    fn a_value_that_cannot_be_used_is_refused_with_its_setting() {
        let refused = matches("listen = \"nowhere\"\n", &[]).err().unwrap();
        assert!(refused.contains("--listen"), "{refused}");
    }

    #[test]
    fn secrets_are_not_listed() {
        let file = "admin-token = \"s3cret-s3cret-s3cret-s3cret\"\nstore = \"mongodb://ann:s3cret@db.test/pulse?x=s3cret\"\n\
            gemini-api-key = \"s3cret\"\nopenai-url = \"https://s3cret@model.test/v1\"\ntoken = [\"a:all:s3cret\"]\n";
        let listed = matches(file, &[]).unwrap().listed();
        let text: String = listed.iter().map(ToString::to_string).collect();
        assert!(!text.contains("s3cret") && text.contains("db.test/pulse"), "{text}");
        assert!(!serde_json::to_string(&listed).unwrap().contains("s3cret"));
    }
}
