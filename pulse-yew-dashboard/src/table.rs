//! What is shown, as a table that other programs read.

use std::fmt::Write;

use crate::json::quoted;

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A number.
    Number(f64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

/// A table with a name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Name of the file, without an ending.
    pub name: String,
    /// What stands in each column.
    pub head: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// As RFC 4180 has it. Text that a spreadsheet would take for a formula is made text by an apostrophe.
    pub fn csv(&self) -> String {
        let text = |text: &str| {
            let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
            let text = if formula { format!("'{text}") } else { text.to_owned() };
            if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
        };
        let cell = |cell: &Cell| match cell {
            Cell::Text(words) => text(words),
            Cell::Number(number) => number.to_string(),
        };
        let mut out = self.head.join(",") + "\r\n";
        for row in &self.rows {
            out += &(row.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n");
        }
        out
    }

    /// A list of objects.
    pub fn json(&self) -> String {
        let mut out = String::from("[");
        for (n, row) in self.rows.iter().enumerate() {
            out += if n == 0 { "\n  {" } else { ",\n  {" };
            for (i, (name, cell)) in self.head.iter().zip(row).enumerate() {
                let comma = if i == 0 { "" } else { ", " };
                // Writing to a string does not fail.
                let _ = match cell {
                    Cell::Text(text) => write!(out, "{comma}\"{name}\": {}", quoted(text)),
                    Cell::Number(number) => write!(out, "{comma}\"{name}\": {number}"),
                };
            }
            out += "}";
        }
        out + "\n]\n"
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn table() -> Table {
        let rows = vec![
            vec!["/a, \"b\"".into(), 12_u64.into()],
            vec!["=1+1".into(), 0.5.into()],
            vec!["line\nbreak".into(), 3_u64.into()],
        ];
        Table { name: "pages".into(), head: vec!["page", "visits"], rows }
    }

    #[test]
    fn csv_is_quoted_and_runs_no_formula() {
        let csv = "page,visits\r\n\"/a, \"\"b\"\"\",12\r\n'=1+1,0.5\r\n\"line\nbreak\",3\r\n";
        assert_eq!(table().csv(), csv);
    }

    #[test]
    fn json_is_read_again() {
        let read: serde_json::Value = serde_json::from_str(&table().json()).unwrap();
        assert_eq!(read[0], serde_json::json!({"page": "/a, \"b\"", "visits": 12}));
        assert_eq!(read.as_array().unwrap().len(), 3);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&Table::default().json()).unwrap(), serde_json::json!([]));
    }
}
