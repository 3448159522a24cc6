//! Parquet for query engines: the directory `parquet`, partitioned in Hive's style, with what Amazon Athena and DuckDB need to
//! read it.
//!
//! Tables and columns are those of `tables/`, each typed; every file is written row group by row group, and nothing of it
//! depends on a clock. It does not know what the columns mean.

mod columns;
mod file;
mod layout;
mod partitions;
mod statements;

use s3attest_model::run::RunInformation;

use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::settings::Settings;
use crate::staging::Staging;
use layout::Layout;
use partitions::Partitions;

/// The directory that holds every file of the format.
pub(crate) const ENTRIES: &[&str] = &["parquet"];

/// Writes the tables, then the statements that declare and query them.
pub(crate) fn render<R: AssessedRun>(
    run: &R,
    _settings: &Settings<'_, R>,
    staging: &Staging,
) -> Result<(), ReportError<R::Error>> {
    let mut layouts = Vec::new();
    for (table, key) in layout::TABLES {
        let layout = Layout::new(*table, *key, table.columns(run));
        let mut partitions = Partitions::begin(staging, &layout, &run.run().id, &date(run.run()))?;
        table.stream(run, &mut partitions)?;
        partitions.finish()?;
        layouts.push(layout);
    }
    staging.write("parquet/athena.sql", statements::athena(&layouts).as_bytes())?;
    staging.write("parquet/duckdb.sql", statements::duckdb(&layouts).as_bytes())?;
    for (name, text) in statements::QUERIES {
        staging.write(&format!("parquet/queries/{name}.sql"), text.as_bytes())?;
    }
    Ok(())
}

/// The day on which the run began, in UTC.
fn date(run: &RunInformation) -> String {
    run.started_at.strftime("%Y-%m-%d").to_string()
}
