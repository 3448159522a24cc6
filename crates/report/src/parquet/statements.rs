//! The statements that declare the tables to Amazon Athena and to DuckDB, and the saved queries.
//!
//! Declarations are made from the same columns as the files. The queries stand in `config/queries`, one a file, in SQL that both
//! engines run.

use std::fmt::Write as _;

use super::layout::Layout;
use crate::tables::ColumnType;

macro_rules! queries {
    ($($name:literal)*) => {
        /// The saved queries by name.
        pub(super) const QUERIES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../../config/queries/", $name, ".sql")))),*];
    };
}

queries! {
    "account-coverage"
    "buckets-least-known"
    "buckets-that-moved"
    "changed-since-previous-run"
    "control-status-over-runs"
    "controls-not-satisfied"
    "encryption-by-kms-share"
    "exceptions-expiring"
    "fails-by-age"
    "fails-by-control"
    "open-criticals-by-unit"
    "public-buckets"
    "tls-missing-by-region"
    "unknowns-by-cause"
    "worst-accounts"
    "worst-checks"
}

/// AWS Glue keeps at most so many bytes of a column's comment ("Column", `Comment`).
const COMMENT_BYTES: usize = 255;

/// The declarations for Athena, where `LOCATION` has to be filled in.
pub(super) fn athena(layouts: &[Layout]) -> String {
    let mut text = "-- The tables of s3attest's reports in Amazon Athena.\n\
        -- Put the place to which `parquet/` was copied in the stead of s3://BUCKET/PREFIX, run each statement once, and run\n\
        -- MSCK REPAIR TABLE for each table after every copy, so that Athena finds the new partitions.\n"
        .to_owned();
    for layout in layouts {
        // Writing to a string cannot fail, here and below.
        let _ = write!(
            text,
            "\n-- {}\nCREATE EXTERNAL TABLE IF NOT EXISTS `{}` (\n",
            layout.about, layout.name
        );
        let _ = write!(text, "  `run_id` string COMMENT 'The run.'");
        for (_, column) in layout.in_files() {
            let (name, kind) = (&column.name, athena_type(column.kind));
            let _ = write!(text, ",\n  `{name}` {kind} COMMENT '{}'", comment(&column.description));
        }
        text.push_str("\n)\nPARTITIONED BY (`run_date` date");
        if let Some(key) = layout.key_name() {
            let _ = write!(text, ", `{key}` string");
        }
        let _ = write!(
            text,
            ")\nSTORED AS PARQUET\nLOCATION 's3://BUCKET/PREFIX/{}/';\n",
            layout.name
        );
    }
    text.push('\n');
    for layout in layouts {
        let _ = writeln!(text, "MSCK REPAIR TABLE `{}`;", layout.name);
    }
    text
}

/// Views for DuckDB, to be run in the directory `parquet`. The types of the columns that stand in paths are said, since
/// DuckDB would take an account id for a number and drop its leading zeros.
pub(super) fn duckdb(layouts: &[Layout]) -> String {
    let mut text = "-- The tables of s3attest's reports in DuckDB; run it in the directory `parquet`.\n".to_owned();
    for layout in layouts {
        let (depth, key) = layout
            .key_name()
            .map_or(("*", String::new()), |key| ("*/*", format!(", '{key}': VARCHAR")));
        let _ = write!(
            text,
            "CREATE OR REPLACE VIEW {name} AS\n  SELECT * FROM read_parquet('{name}/{depth}/*.parquet', union_by_name = true, \
             hive_partitioning = true,\n    hive_types = {{'run_date': DATE{key}}});\n",
            name = layout.name
        );
    }
    text
}

fn athena_type(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Text => "string",
        ColumnType::Number => "bigint",
        ColumnType::Moment => "timestamp",
        ColumnType::Date => "date",
        ColumnType::List => "array<string>",
        ColumnType::Boolean => "boolean",
    }
}

/// A description that ends no text and is short enough. It comes from a check of the run, so it is not trusted.
fn comment(description: &str) -> String {
    let plain: String = description
        .chars()
        .map(|character| match character {
            '\'' | '\\' | ';' => ' ',
            ' '..='~' => character,
            _ => ' ',
        })
        .collect();
    plain[..plain.len().min(COMMENT_BYTES)].trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_ends_no_text_and_has_room() {
        assert_eq!(comment("it's; DROP\n\u{202e}"), "it s  DROP");
        assert_eq!(comment(&"a".repeat(400)).len(), COMMENT_BYTES);
    }

    #[test]
    fn a_query_asks_the_table_that_every_run_has_which_run_is_the_latest() {
        for (name, text) in QUERIES {
            for latest in text.split("SELECT max(run_date)").skip(1) {
                let from = latest.trim_start_matches(" AS run_date");
                assert!(from.starts_with(" FROM coverage"), "{name}:{from}");
            }
        }
    }

    #[test]
    fn every_query_says_what_it_answers() {
        for (name, text) in QUERIES {
            assert!(text.starts_with("-- "), "{name}");
            assert!(
                !text.contains(';'),
                "{name} is more than one statement, or has an end that Athena refuses"
            );
        }
    }
}
