//! `trend.csv`: a row for each run, also for one that is not in the trend, RFC 4180, every field quoted, schema version 1.
//! docs/comparing.md documents every column.

use s3attest_model::check::Severity;
use s3attest_model::control::ControlStatus;
use s3attest_model::coverage::AccountStatus;

use super::{Point, Series, Skipped};
use crate::error::WriteError;
use crate::neutralise::neutralise;
use crate::staging::{StagedFile, Staging};
use crate::text::{legible, rfc3339};

/// The columns that say why a run is not in the trend. They are empty for a run that is, as all others are for one that is not.
const SKIPPED: [&str; 2] = ["skipped", "directory"];

/// Writes the table: the runs of the trend, then those that it lacks.
pub(super) fn write(series: &[Series], skipped: &[Skipped], staging: &Staging) -> Result<(), WriteError> {
    let mut file = staging.file("trend.csv")?;
    let mut head: Vec<String> = cells(None).into_iter().map(|(name, _)| name).collect();
    let of_points = head.len();
    head.extend(SKIPPED.map(str::to_owned));
    write_row(&mut file, head)?;
    for point in series.iter().flat_map(|one| &one.points) {
        let mut row: Vec<String> = cells(Some(point)).into_iter().map(|(_, cell)| cell).collect();
        row.extend(SKIPPED.map(|_| String::new()));
        write_row(&mut file, row)?;
    }
    for one in skipped {
        let mut row = vec![String::new(); of_points];
        row.extend([one.reason.as_str().to_owned(), one.directory.clone()]);
        write_row(&mut file, row)?;
    }
    file.finish().map(drop)
}

fn write_row(file: &mut StagedFile, cells: Vec<String>) -> Result<(), WriteError> {
    use std::io::Write as _;
    let quoted: Vec<String> = cells
        .into_iter()
        .map(|cell| format!("\"{}\"", neutralise(&legible(&cell)).replace('"', "\"\"")))
        .collect();
    let path = file.path().to_owned();
    let line = format!("{}\r\n", quoted.join(","));
    file.write_all(line.as_bytes())
        .map_err(|error| StagedFile::failed(&path, error))
}

/// Every column with its name and the cell of a run; cells are empty without a run.
fn cells(point: Option<&Point>) -> Vec<(String, String)> {
    let mut cells = Vec::new();
    let mut add = |name: String, of: &dyn Fn(&Point) -> String| {
        cells.push((name, point.map(of).unwrap_or_default()));
    };
    let percent = |share: u32| format!("{}.{:02}", share / 100, share % 100);
    add("subject".to_owned(), &|point| point.subject.clone());
    add("run_id".to_owned(), &|point| point.id.clone());
    add("started_at".to_owned(), &|point| rfc3339(point.started_at));
    add("seen_percent".to_owned(), &|point| percent(point.seen));
    add("accounts_listed".to_owned(), &|point| {
        point.accounts_are_listed.to_string()
    });
    add("passing_percent".to_owned(), &|point| {
        point.passing().map(percent).unwrap_or_default()
    });
    add("pass".to_owned(), &|point| point.counts.pass.to_string());
    add("fail".to_owned(), &|point| point.counts.fail.to_string());
    add("accepted".to_owned(), &|point| point.counts.accepted.to_string());
    add("not_assessed".to_owned(), &|point| {
        point.counts.not_assessed.to_string()
    });
    add("not_applicable".to_owned(), &|point| {
        point.counts.not_applicable.to_string()
    });
    for severity in Severity::WORST_FIRST {
        add(format!("unaccepted_{severity}"), &move |point| {
            point.failed_of(severity).to_string()
        });
    }
    for status in AccountStatus::ALL {
        add(
            format!("accounts_{}", status.as_str().replace('-', "_")),
            &move |point| {
                point
                    .accounts
                    .iter()
                    .filter(|account| account.status == status)
                    .count()
                    .to_string()
            },
        );
    }
    add("framework".to_owned(), &|point| {
        point
            .controls
            .first()
            .map_or(String::new(), |counts| counts.framework.clone())
    });
    for status in ControlStatus::ALL {
        add(
            format!("controls_{}", status.as_str().replace('-', "_")),
            &move |point| {
                let first = point.controls.first();
                let count = first.and_then(|counts| point.controls_of(&counts.framework, status));
                count.map_or(String::new(), |count| count.to_string())
            },
        );
    }
    add("configuration_digest".to_owned(), &|point| {
        point.configuration_digest.clone()
    });
    add("accounts_not_known".to_owned(), &|point| {
        point.unknown_accounts().to_string()
    });
    cells
}
