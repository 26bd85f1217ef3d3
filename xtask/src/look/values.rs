//! Reading the values that have a limit: transitions and shadows.

use cssparser::{ParseError, Parser, Token};

/// What stands at the top level of a value; of a function only its name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    Word(String),
    Milliseconds(f32),
    Pixels(f32),
    Function(String),
    Other,
}

/// The value's comma-separated parts; `!important` is left off.
pub(crate) fn layers(value: &str) -> Vec<Vec<Part>> {
    Parser::new(value).parse_comma_separated(|input| Ok::<_, ParseError<()>>(parts(input))).unwrap_or_default()
}

fn parts(input: &mut Parser<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut important = false;
    while let Ok(token) = input.next() {
        important |= *token == Token::Delim('!');
        if !important {
            parts.push(part(token));
        }
    }
    parts
}

fn part(token: &Token<'_>) -> Part {
    match token {
        Token::Ident(word) => Part::Word(word.to_ascii_lowercase()),
        Token::Function(name) => Part::Function(name.to_ascii_lowercase()),
        Token::Number { value, .. } => Part::Pixels(*value),
        Token::Dimension { value, unit, .. } => match unit.to_ascii_lowercase().as_str() {
            "ms" => Part::Milliseconds(*value),
            "s" => Part::Milliseconds(value * 1000.0),
            "px" => Part::Pixels(*value),
            "em" | "rem" => Part::Pixels(value * 16.0),
            _ => Part::Other,
        },
        _ => Part::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_apart() {
        let word = |text: &str| Part::Word(text.into());
        assert_eq!(
            layers("color 0.12s ease-in, Opacity 80ms cubic-bezier(0, 1, 0, 1) !important"),
            [
                vec![word("color"), Part::Milliseconds(120.0), word("ease-in")],
                vec![word("opacity"), Part::Milliseconds(80.0), Part::Function("cubic-bezier".into())],
            ]
        );
        assert_eq!(
            layers("inset 0 -1px 0.5rem rgb(0 0 0 / 20%) 3vw"),
            [vec![
                word("inset"),
                Part::Pixels(0.0),
                Part::Pixels(-1.0),
                Part::Pixels(8.0),
                Part::Function("rgb".into()),
                Part::Other,
            ]]
        );
    }
}
