//! Which tables are written, by what each is partitioned, and under which names its columns stand.
//!
//! It does not know how a file is written.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::tables::{Column, Table};

/// The tables, each with the column by which it is partitioned besides the day of the run.
pub(super) const TABLES: &[(Table, Option<&str>)] = &[
    (Table::Findings, Some("account_id")),
    (Table::Buckets, Some("account_id")),
    (Table::Controls, Some("framework_id")),
    (Table::ControlMatrix, None),
    (Table::Coverage, None),
    (Table::Exceptions, None),
];

/// A table as it is written.
#[derive(Debug)]
pub(super) struct Layout {
    /// The table's name: of its directory, and in a database.
    pub(super) name: String,
    /// What a row is.
    pub(super) about: &'static str,
    /// The version of its columns.
    pub(super) schema: u32,
    /// The place of the column by which it is partitioned among the table's columns.
    pub(super) key: Option<usize>,
    /// The table's columns, that by which it is partitioned included, under names that a database takes.
    pub(super) columns: Vec<Column>,
}

impl Layout {
    pub(super) fn new(table: Table, key: Option<&str>, columns: Vec<Column>) -> Self {
        let mut taken = BTreeSet::new();
        let columns: Vec<Column> = columns
            .into_iter()
            .map(|column| Column {
                name: Cow::Owned(unused(&name(&column.name), &mut taken)),
                ..column
            })
            .collect();
        Self {
            name: name(table.name()),
            about: table.about(),
            schema: table.schema(),
            key: key.and_then(|key| columns.iter().position(|column| column.name == key)),
            columns,
        }
    }

    /// The columns that stand in the files: all but the one that stands in the path.
    pub(super) fn in_files(&self) -> impl Iterator<Item = (usize, &Column)> {
        let key = self.key;
        self.columns
            .iter()
            .enumerate()
            .filter(move |(place, _)| Some(*place) != key)
    }

    /// The name of the column that stands in the path.
    pub(super) fn key_name(&self) -> Option<&str> {
        self.key.map(|place| self.columns[place].name.as_ref())
    }
}

/// A name of lower-case letters, digits and underscores; Athena takes no other special character ("Name databases, tables,
/// and columns").
fn name(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            'a'..='z' | '0'..='9' | '_' => character,
            'A'..='Z' => character.to_ascii_lowercase(),
            _ => '_',
        })
        .collect()
}

/// The name, with underscores behind it where another column has it already.
fn unused(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = name.to_owned();
    while !taken.insert(name.clone()) {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_such_as_a_database_takes_and_no_two_columns_share_one() {
        let mut taken = BTreeSet::new();
        let names = ["s3-bucket-tls-only", "s3_bucket_tls_only", "Title"].map(|text| unused(&name(text), &mut taken));
        assert_eq!(names, ["s3_bucket_tls_only", "s3_bucket_tls_only_", "title"]);
    }

    #[test]
    fn every_table_has_the_column_by_which_it_is_partitioned() {
        for (table, key) in TABLES {
            let layout = Layout::new(*table, *key, table.fixed_columns());
            assert_eq!(layout.key_name(), *key);
        }
    }
}
