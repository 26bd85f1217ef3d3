//! A style sheet as a flat list of what the rules ask about: which declarations apply on hover, and which at-rules.

use cssparser::{
    AtRuleParser, CowRcStr, DeclarationParser, ParseError, Parser, ParserState, QualifiedRuleParser,
    RuleBodyItemParser, RuleBodyParser, StyleSheetParser, Token,
};

/// `property: value`, with the line it is on (from 1).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Declaration {
    pub(crate) line: usize,
    /// Whether a selector around it names `:hover`.
    pub(crate) hover: bool,
    /// Lower case, custom properties as they are.
    pub(crate) property: String,
    pub(crate) value: String,
}

/// `@name prelude`.
#[derive(Debug)]
pub(crate) struct AtRule {
    pub(crate) line: usize,
    pub(crate) hover: bool,
    pub(crate) name: String,
    pub(crate) prelude: String,
}

#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) declarations: Vec<Declaration>,
    pub(crate) at_rules: Vec<AtRule>,
    /// Lines with something that is not CSS, which a browser would pass over and no rule could see.
    pub(crate) unreadable: Vec<usize>,
}

impl Sheet {
    /// What the sheet's media queries ask, together.
    pub(crate) fn media(&self) -> String {
        self.at_rules.iter().filter(|rule| rule.name == "media").map(|rule| rule.prelude.as_str()).collect()
    }
}

/// Reads a style sheet, with nested rules.
pub(crate) fn parse(css: &str) -> Sheet {
    let mut reader = Reader::default();
    let mut input = Parser::new(css);
    let mut unreadable = Vec::new();
    for rule in StyleSheetParser::new(&mut input, &mut reader) {
        unreadable.extend(rule.err().map(|(_, _, at)| at.line as usize + 1));
    }
    reader.sheet.unreadable.extend(unreadable);
    reader.sheet
}

/// Reads what stands in a `style` attribute.
pub(crate) fn parse_attribute(css: &str) -> Sheet {
    let mut reader = Reader::default();
    reader.body(&mut Parser::new(css));
    reader.sheet
}

#[derive(Default)]
struct Reader {
    hover: bool,
    sheet: Sheet,
}

impl Reader {
    fn body(&mut self, input: &mut Parser<'_>) {
        let mut unreadable = Vec::new();
        for item in RuleBodyParser::new(input, self) {
            unreadable.extend(item.err().map(|(_, _, at)| at.line as usize + 1));
        }
        self.sheet.unreadable.extend(unreadable);
    }
}

type Parsed<T> = Result<T, ParseError<()>>;

fn line(start: &ParserState) -> usize {
    start.source_location().line as usize + 1
}

impl<'i> QualifiedRuleParser<'i> for Reader {
    type Prelude = bool;
    type QualifiedRule = ();
    type Error = ();

    fn parse_prelude(&mut self, input: &mut Parser<'i>) -> Parsed<bool> {
        names_hover(input)
    }

    fn parse_block(&mut self, hover: bool, _: &ParserState, input: &mut Parser<'i>) -> Parsed<()> {
        let around = self.hover;
        self.hover |= hover;
        self.body(input);
        self.hover = around;
        Ok(())
    }
}

impl<'i> AtRuleParser<'i> for Reader {
    type Prelude = (String, String);
    type AtRule = ();
    type Error = ();

    fn parse_prelude(&mut self, name: CowRcStr<'i>, input: &mut Parser<'i>) -> Parsed<(String, String)> {
        let start = input.position();
        while input.next().is_ok() {}
        Ok((name.to_ascii_lowercase(), input.slice_from(start).trim().to_ascii_lowercase()))
    }

    fn rule_without_block(&mut self, (name, prelude): (String, String), start: &ParserState) -> Result<(), ()> {
        self.sheet.at_rules.push(AtRule { line: line(start), hover: self.hover, name, prelude });
        Ok(())
    }

    fn parse_block(&mut self, prelude: (String, String), start: &ParserState, input: &mut Parser<'i>) -> Parsed<()> {
        self.rule_without_block(prelude, start).map_err(|()| ParseError::custom(()))?;
        self.body(input);
        Ok(())
    }
}

impl<'i> DeclarationParser<'i> for Reader {
    type Declaration = ();
    type Error = ();

    fn parse_value(&mut self, name: CowRcStr<'i>, input: &mut Parser<'i>, start: &ParserState) -> Parsed<()> {
        let property = if name.starts_with("--") { name.to_string() } else { name.to_ascii_lowercase() };
        let from = input.position();
        while let Ok(token) = input.next() {
            // `a:hover { ... }` begins like a declaration; a value has no block, so this is a nested rule.
            if *token == Token::CurlyBracketBlock && !property.starts_with("--") {
                return Err(ParseError::unexpected_token());
            }
        }
        let value = input.slice_from(from).trim().to_owned();
        self.sheet.declarations.push(Declaration { line: line(start), hover: self.hover, property, value });
        Ok(())
    }
}

impl RuleBodyItemParser<'_, (), ()> for Reader {
    fn parse_declarations(&self) -> bool {
        true
    }

    fn parse_qualified(&self) -> bool {
        true
    }
}

/// Whether a selector names `:hover`, also inside of `:is(...)`, `:not(...)` and the like.
fn names_hover(input: &mut Parser<'_>) -> Parsed<bool> {
    let mut found = false;
    let mut after_colon = false;
    while let Ok(token) = input.next_including_whitespace() {
        let is_colon = *token == Token::Colon;
        match token {
            Token::Ident(name) => found |= after_colon && name.eq_ignore_ascii_case("hover"),
            Token::Function(_) | Token::ParenthesisBlock | Token::SquareBracketBlock => {
                found |= input.parse_nested_block(names_hover)?;
            }
            _ => {}
        }
        after_colon = is_colon;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declarations(css: &str) -> Vec<(bool, String, String, usize)> {
        let sheet = parse(css);
        assert_eq!(sheet.unreadable, [0usize; 0], "{css}");
        sheet.declarations.into_iter().map(|d| (d.hover, d.property, d.value, d.line)).collect()
    }

    #[test]
    fn hover_is_seen_in_every_place_of_a_selector() {
        for selector in [
            "a:hover",
            "nav a:HOVER > b",
            ".x, .y:hover",
            ":is(a, b):not(:hover)",
            "a:has(> b:hover)",
            "a:hover::before",
        ] {
            assert!(declarations(&format!("{selector} {{ color: red }}"))[0].0, "{selector}");
        }
        for selector in ["a", ".hover", r"a\:hover", "[data-state=':hover']", "a:focus-visible", "hover"] {
            assert!(!declarations(&format!("{selector} {{ color: red }}"))[0].0, "{selector}");
        }
    }

    #[test]
    fn nested_rules_and_media_keep_their_selector() {
        let css = "
            @media (hover: hover) { .a { b: c; &:hover { d: e } a:hover { f: g } h: i } }
            .j:hover { @media print { k: l } .m { n: o } }
            .p { q: r }";
        let hover: Vec<_> = declarations(css).into_iter().map(|(hover, property, ..)| (property, hover)).collect();
        let expected = [("b", false), ("d", true), ("f", true), ("h", false), ("k", true), ("n", true), ("q", false)];
        assert_eq!(hover, expected.map(|(property, hover)| (property.to_owned(), hover)));
    }

    #[test]
    fn values_keep_their_text_and_line() {
        let css = "a { /* no */ COLOR: red;\n background: url(a;b.png) , var(--c, { }) }\n";
        assert_eq!(declarations("a {\n  B: c !important;\n}"), [(false, "b".into(), "c !important".into(), 2)]);
        assert_eq!(declarations(css)[1], (false, "background".into(), "url(a;b.png) , var(--c, { })".into(), 2));
    }

    #[test]
    fn at_rules_are_listed_and_what_is_not_css_is_told() {
        let sheet = parse("@import url(a.css);\n@keyframes spin { from { a: b } 50% { c: d } }\n@media print {}\n");
        let names: Vec<_> = sheet.at_rules.iter().map(|rule| (rule.name.as_str(), rule.line)).collect();
        assert_eq!(names, [("import", 1), ("keyframes", 2), ("media", 3)]);
        assert_eq!(sheet.media(), "print");
        assert_eq!(sheet.declarations.len(), 2);
        assert_eq!(parse("a { b: c }\nd { ?!; e: f }").unreadable, [2]);
        assert_eq!(parse("a { b: c }\nnonsense").unreadable, [2]);
    }

    #[test]
    fn attributes_are_declarations() {
        let sheet = parse_attribute("color: red; left: 4px");
        assert_eq!(sheet.declarations.len(), 2);
    }
}
