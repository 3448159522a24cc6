//! The registry of formats: one line each.
//!
//! It knows a format's name and where its door is; how a format looks stands in its own module.

use std::fmt;
use std::str::FromStr;

use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::settings::Settings;
use crate::staging::Staging;
use crate::{asff, csv, html, json, junit, markdown, ocsf, oscal, parquet, sarif, xlsx};

macro_rules! formats {
    ($($(#[$documentation:meta])* $variant:ident = $name:literal in $module:ident;)*) => {
        /// A form in which a report is written.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Format {
            $($(#[$documentation])* $variant,)*
        }

        impl Format {
            /// Every format, in the order in which they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The formats of a report for which none was asked: what a person opens.
            pub const USUAL: &'static [Self] = &[Self::Html, Self::Csv];

            /// The format's name on the command line.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The files and directories that the format owns within a report; a new render replaces all of them.
            #[must_use]
            pub const fn entries(self) -> &'static [&'static str] {
                match self { $(Self::$variant => $module::ENTRIES,)* }
            }

            pub(crate) fn render<R: AssessedRun>(
                self,
                run: &R,
                settings: &Settings<'_, R>,
                staging: &Staging,
            ) -> Result<(), ReportError<R::Error>> {
                match self { $(Self::$variant => $module::render(run, settings, staging),)* }
            }
        }
    };
}

formats! {
    /// Pages for a browser, opened at `index.html`.
    Html = "html" in html;
    /// Tables for a spreadsheet or a notebook.
    Csv = "csv" in csv;
    /// A workbook for a spreadsheet, with a summary and a sheet for each table.
    Xlsx = "xlsx" in xlsx;
    /// Typed tables for query engines, with declarations and saved queries.
    Parquet = "parquet" in parquet;
    /// One document and JSON Lines for programs.
    Json = "json" in json;
    /// Compliance Findings of the Open Cybersecurity Schema Framework, one JSON object a line.
    Ocsf = "ocsf" in ocsf;
    /// Findings in the AWS Security Finding Format, in batches for Security Hub.
    Asff = "asff" in asff;
    /// Assessment results, and a plan of action and milestones, in the Open Security Controls Assessment Language.
    Oscal = "oscal" in oscal;
    /// One log for viewers of static analysis and for code scanning.
    Sarif = "sarif" in sarif;
    /// Test results for a build server.
    Junit = "junit" in junit;
    /// One page of Markdown for a pull request or a chat message.
    Markdown = "markdown" in markdown;
}

/// A name that no format has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a format; the formats are: {known}")]
pub struct UnknownFormat {
    /// The name.
    pub name: String,
    /// Every format's name, separated by commas.
    pub known: String,
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|format| format.name() == text)
            .ok_or_else(|| UnknownFormat {
                name: text.to_owned(),
                known: Self::ALL
                    .iter()
                    .map(|format| format.name())
                    .collect::<Vec<_>>()
                    .join(", "),
            })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_name_and_owns_entries_of_its_own() {
        let mut entries = std::collections::BTreeSet::new();
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(*format));
            for entry in format.entries() {
                assert!(entries.insert(entry), "{entry} belongs to two formats");
            }
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let error = "pdf".parse::<Format>().expect_err("there is no such format");
        let known = "`pdf` is not a format; the formats are: html, csv, ";
        assert!(error.to_string().starts_with(known), "{error}");
    }
}
