//! Errors for the log.

/// Characters of one error in the log. Drivers tell all they know, such as the state of each server.
const MOST: usize = 200;

/// An error and its causes in one line, each with the first of its lines.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut out = beginning(&error.to_string());
    let mut source = error.source();
    while let Some(cause) = source {
        out.push_str(": ");
        out.push_str(&beginning(&cause.to_string()));
        source = cause.source();
    }
    out
}

fn beginning(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} ...", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_error_the_beginning_is_logged() {
        let text = format!("{}\nand a second line", "\u{e9}".repeat(MOST + 1));
        let error = std::io::Error::other(text);
        assert_eq!(chain(&error), format!("{} ...", "\u{e9}".repeat(MOST)));
        assert_eq!(beginning("short"), "short");
    }
}
