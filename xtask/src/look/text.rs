//! Rules for any kind of file: words that may not be in it.

use super::findings::Finding;

/// Lower case. `gradient(` is in CSS's `linear-gradient(` as well as in a canvas's `createLinearGradient(`; the others
/// are SVG's elements and names that are called without a bracket after them.
const GRADIENTS: [&str; 4] = ["gradient(", "lineargradient", "radialgradient", "conicgradient"];

/// Styles set by a program are styles that no other rule here sees.
const STYLES_IN_CODE: [&str; 4] = ["boxshadow", "style.transition", "style.animation", ".animate("];

pub(crate) fn check(content: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in content.lines().enumerate() {
        let line = line.to_ascii_lowercase();
        if let Some(word) = GRADIENTS.iter().find(|word| line.contains(*word)) {
            findings.push(Finding::new(number + 1, format!("`{word}`: there are no gradients; use a flat colour")));
        }
        if let Some(word) = STYLES_IN_CODE.iter().find(|word| line.contains(*word)) {
            findings.push(Finding::new(number + 1, format!("`{word}`: such a style belongs in a style sheet")));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients_are_found_in_every_language() {
        for bad in [
            "background: linear-gradient(red, blue)",
            "background: repeating-RADIAL-gradient(red, blue)",
            "const fill = context.createLinearGradient(0, 0, 10, 10);",
            "const make = context[\"createConicGradient\"];",
            "let fill = context.create_radial_gradient(0., 0., 1., 0., 0., 2.)?;",
            "<svg><linearGradient id=\"g\"></linearGradient></svg>",
        ] {
            assert_eq!(check(bad).len(), 1, "{bad}");
        }
    }

    #[test]
    fn styles_set_by_code_are_found() {
        assert_eq!(check("tile.style.boxShadow = '0 9px 9px'").len(), 1);
        assert_eq!(check("tile.animate([{ opacity: 0 }], 500)").len(), 1);
    }

    #[test]
    fn the_line_is_told_and_flat_things_pass() {
        assert_eq!(check("a\nb\nlinear-gradient(red, blue)")[0].line, 3);
        assert_eq!(check("fill_rect(0., 0., 8., 8.); // the grade, flat; addEventListener('transitionend')"), []);
    }
}
