//! Markdown tables that read well as plain text, too.

/// The first column is text, the others stand at the right.
pub(crate) fn table(heads: &[&str], rows: Vec<Vec<String>>) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(String::len);
        cells.chain([heads[column].len(), 3]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let cells = cells.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
            0 => format!("| {cell:<width$} |"),
            _ => format!(" {cell:>width$} |"),
        });
        cells.collect::<String>() + "\n"
    };
    let rule = widths.iter().enumerate().map(|(column, width)| match column {
        0 => format!("| {} |", "-".repeat(*width)),
        _ => format!(" {}: |", "-".repeat(width - 1)),
    });
    let mut text = line(heads.to_vec()) + &rule.collect::<String>() + "\n";
    for row in &rows {
        text += &line(row.iter().map(String::as_str).collect());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let text = table(&["", "batches/s"], vec![vec!["bare hyper".into(), "42".into()]]);
        assert_eq!(text, "|            | batches/s |\n| ---------- | --------: |\n| bare hyper |        42 |\n");
    }
}
