//! The findings that call for something: failed by severity, then not assessed, in numbered pages.
//!
//! The findings come by account, so they wait in one working file for each group until all have passed by; only one
//! page of rows is held.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use s3attest_model::finding::VerdictCounts;
use serde::Serialize;
use serde_json::Value;

use super::bar::Bar;
use super::book::{Book, PageError, Sheet};
use super::finding::{FindingRow, GROUPS};
use super::pager::{Pager, ROWS};
use super::places;
use crate::error::WriteError;
use crate::staging::{StagedFile, Staging};

/// Rows that wait for their page.
pub(super) struct WaitingRows {
    files: Vec<StagedFile>,
    total: u64,
}

#[derive(Serialize)]
struct FindingsPage<'page> {
    rows: &'page [Value],
    pager: Pager,
    counts: VerdictCounts,
    counts_total: u64,
    severities: &'page Bar,
}

impl WaitingRows {
    pub(super) fn new(staging: &Staging) -> Result<Self, WriteError> {
        let files = (0..GROUPS).map(|group| staging.working_file(&format!("findings-{group}")));
        Ok(Self {
            files: files.collect::<Result<_, _>>()?,
            total: 0,
        })
    }

    /// Puts a row behind the others of its group.
    pub(super) fn add(&mut self, group: usize, row: &FindingRow) -> Result<(), WriteError> {
        self.total += 1;
        let line = serde_json::to_vec(row).expect("a row holds texts and numbers");
        self.files[group].write_line(&line)
    }

    /// Writes the pages, the worst group first.
    pub(super) fn write(self, book: &Book<'_>, counts: VerdictCounts, severities: &Bar) -> Result<(), PageError> {
        let total = self.total;
        let mut rows = Vec::new();
        let mut page = 1;
        let write = |rows: &[Value], page: u64, has_next: bool| {
            let view = FindingsPage {
                rows,
                pager: Pager::new("findings", page, rows.len(), Some(total), has_next, places::findings),
                counts_total: counts.total(),
                counts,
                severities,
            };
            book.page(
                Sheet {
                    template: "pages/findings.hbs",
                    path: &places::findings(page),
                    title: "Findings",
                    section: "findings",
                },
                &view,
            )
        };
        for file in self.files {
            for row in read(file.finish()?)? {
                if rows.len() == ROWS {
                    write(&rows, page, true)?;
                    page += 1;
                    rows.clear();
                }
                rows.push(row?);
            }
        }
        write(&rows, page, false)
    }
}

fn read(path: PathBuf) -> Result<impl Iterator<Item = Result<Value, WriteError>>, WriteError> {
    let file = File::open(&path).map_err(WriteError::at(&path))?;
    Ok(BufReader::new(file).lines().map(move |line| {
        line.and_then(|line| serde_json::from_str(&line).map_err(std::io::Error::from))
            .map_err(WriteError::at(&path))
    }))
}
