//! The tables as a page of documentation, for which no run is needed.
//!
//! It knows no format: what it says holds for the same table in each.

use std::fmt::Write as _;

use super::{Column, Table};

/// Every table with its columns, in CommonMark with tables: a section each, from the third level of headings down.
#[must_use]
pub fn table_reference() -> String {
    let mut page = String::new();
    for table in Table::ALL {
        // Writing to a string cannot fail.
        let _ = write!(
            page,
            "### `{}`\n\n{} Schema version {}.\n\n| column | type | meaning |\n|---|---|---|\n",
            table.name(),
            table.about(),
            table.schema()
        );
        for column in table.fixed_columns().iter().chain(&table.columns_of_any_run()) {
            let Column {
                name,
                kind,
                description,
                ..
            } = column;
            let _ = writeln!(page, "| `{name}` | {kind} | {} |", escaped(description));
        }
        page.push('\n');
    }
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

/// A sentence whose characters do not become markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '|' | '<' | '>' | '*' | '_' | '`' | '[' | ']' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
