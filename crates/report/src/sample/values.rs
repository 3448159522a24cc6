//! What the definitions of the tables say of a run, for tests that hold a format against it through a reader of its own.

use std::path::Path;

use serde_json::{Value, json};

use crate::assessed::AssessedRun;
use crate::error::{ReportError, WriteError};
use crate::staging::Staging;
use crate::tables::{Cell, Rows, Table};
use crate::text::rfc3339;
use crate::xlsx;

/// Rows as JSON.
#[derive(Default)]
struct Values(Vec<Vec<Value>>);

impl Rows for Values {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), WriteError> {
        let value = |cell: &Cell<'_>| match cell {
            Cell::Empty => Value::Null,
            Cell::Text(text) => json!(text),
            Cell::Number(number) => json!(number),
            Cell::Moment(moment) => json!(rfc3339(*moment)),
            Cell::Date(date) => json!(date.to_string()),
            Cell::List(texts) => json!(texts),
            Cell::Boolean(is_so) => json!(is_so),
        };
        self.0.push(cells.iter().map(value).collect());
        Ok(())
    }
}

/// Every table of a run, all of it in memory: `{"findings": {"columns": ["account_id"], "types": ["text"], "rows": [["…"]]}}`.
/// Texts are as they came, not yet harmless; an empty cell is `null`.
pub fn table_values<R: AssessedRun>(run: &R) -> Result<Value, ReportError<R::Error>> {
    let mut tables = serde_json::Map::new();
    for table in Table::ALL {
        let columns = table.columns(run);
        let mut values = Values::default();
        table.stream(run, &mut values)?;
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_ref()).collect();
        let types: Vec<&str> = columns.iter().map(|column| column.kind.as_str()).collect();
        let table_value = json!({ "columns": names, "types": types, "rows": values.0 });
        tables.insert(table.name().to_owned(), table_value);
    }
    Ok(Value::Object(tables))
}

/// Writes `report.xlsx` with at most so many rows on a sheet, heading included, and about so many bytes, so that a small run
/// needs several.
pub fn workbook_of_small_sheets<R: AssessedRun>(
    run: &R,
    destination: &Path,
    rows: u32,
    bytes: u64,
) -> Result<(), ReportError<R::Error>> {
    let staging = Staging::begin(destination)?;
    xlsx::write(run, &staging, xlsx::Limits { rows, bytes })?;
    staging.publish(xlsx::ENTRIES.iter().copied())?;
    Ok(())
}
