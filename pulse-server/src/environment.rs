//! Settings that are misspelt in the environment, which would otherwise say nothing.

use clap::CommandFactory as _;

use crate::{config::Flags, settings::ALONE};

/// How alike two names have to be for one to be meant by the other: in how they begin, and in how little has to be
/// changed. By its beginning alone, `server` would be meant to be `secret-word`.
const ALIKE: f64 = 0.8;
const UNCHANGED: f64 = 0.6;

/// A line for each variable that begins as a setting of Pulse and is none.
pub(crate) fn misspelt() -> Vec<String> {
    let command = Flags::command();
    let flags = command.get_arguments().filter_map(|flag| flag.get_env()?.to_str());
    let known: Vec<&str> = flags.chain(ALONE.iter().map(|alone| alone.variable)).collect();
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    names
        .filter(|name| name.starts_with("PULSE_") && !known.contains(&name.as_str()))
        .map(|name| line(&name, &known))
        .collect()
}

fn line(name: &str, known: &[&str]) -> String {
    match alike(name, known.iter().copied()) {
        Some(meant) => format!("{name} is no setting of Pulse; {meant} is"),
        None => format!("{name} is no setting of Pulse"),
    }
}

/// The known name that another is most alike, if it is alike at all.
pub(crate) fn alike<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let near = known.filter(|known| strsim::normalized_damerau_levenshtein(name, known) >= UNCHANGED);
    let alike = near.map(|known| (strsim::jaro_winkler(name, known), known));
    alike.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(alike, _)| *alike > ALIKE).map(|(_, meant)| meant)
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_misspelt_setting_is_told_with_the_right_one() {
        let known = ["PULSE_STORE", "PULSE_LISTEN", "PULSE_RETENTION_DAYS"];
        assert_eq!(line("PULSE_STOER", &known), "PULSE_STOER is no setting of Pulse; PULSE_STORE is");
        assert_eq!(line("PULSE_RETENTION", &known), "PULSE_RETENTION is no setting of Pulse; PULSE_RETENTION_DAYS is");
    }
}
