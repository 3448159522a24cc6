//! A table on its way into a workbook: typed cells, and as many sheets as its rows need.
//!
//! Text is always written as text. More than 16,384 columns, which is what a sheet takes, cannot come: the widest table has
//! some forty columns and one for each check.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::escape::cell_text;
use super::looks::{Looks, colour, width};
use super::workbook::Book;
use crate::error::WriteError;
use crate::neutralise::starts_a_formula;
use crate::tables::{Cell, Column, Rows, Table};

/// What a table became in the workbook.
pub(super) struct Content {
    pub(super) table: Table,
    /// The names of its sheets.
    pub(super) sheets: Vec<String>,
    pub(super) rows: u64,
}

/// How much a sheet takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Rows, the heading included.
    pub(crate) rows: u32,
    /// Bytes, before they are packed.
    pub(crate) bytes: u64,
}

impl Limits {
    /// What spreadsheets take: 1,048,576 rows (Microsoft Support, "Excel specifications and limits"); and below 4 GiB, where a
    /// file in an archive needs the long form of it (ZIP64), which `LibreOffice` does not open.
    pub(super) const OF_SPREADSHEETS: Self = Self {
        rows: 1_048_576,
        bytes: (4 << 30) / 8 * 7,
    };
}

/// The sheets of one table.
pub(super) struct Sheets<'book> {
    book: &'book mut Book,
    looks: &'book Looks,
    columns: Vec<Column>,
    limits: Limits,
    content: Content,
    /// Where the sheet that is being written stands in the workbook.
    place: usize,
    /// The next row of that sheet.
    row: u32,
    /// About how many bytes that sheet has, rather too many than too few.
    bytes: u64,
}

/// Spreadsheets keep fifteen digits of a number (Microsoft Support, "Excel specifications and limits").
const LARGEST_NUMBER: u64 = 999_999_999_999_999;

/// The seconds from which on every spreadsheet counts days alike: from 1900-03-01 to the end of 9999.
const MOMENTS: std::ops::Range<i64> = -2_203_891_200..253_402_300_800;

/// The 30th of December 1899, the day with the number zero, in days before 1970.
const DAY_ZERO: i64 = 25_569;

const SECONDS_OF_A_DAY: i64 = 86_400;

/// How many bytes the markup of a cell takes, with its share of the row's.
const MARKUP: u64 = 64;

impl<'book> Sheets<'book> {
    /// Opens the first sheet of a table.
    pub(super) fn open(
        book: &'book mut Book,
        looks: &'book Looks,
        table: Table,
        columns: Vec<Column>,
        limits: Limits,
    ) -> Result<Self, WriteError> {
        let mut sheets = Self {
            book,
            looks,
            columns,
            limits,
            content: Content {
                table,
                sheets: Vec::new(),
                rows: 0,
            },
            place: 0,
            row: 0,
            bytes: 0,
        };
        sheets.begin_sheet()?;
        Ok(sheets)
    }

    /// Ends the last sheet.
    pub(super) fn finish(mut self) -> Result<Content, WriteError> {
        self.end_sheet()?;
        Ok(self.content)
    }

    fn begin_sheet(&mut self) -> Result<(), WriteError> {
        let name = match self.content.sheets.len() {
            0 => self.content.table.name().to_owned(),
            earlier => format!("{} {}", self.content.table.name(), earlier + 1),
        };
        self.place = self.book.add_sheet(&name)?;
        self.content.sheets.push(name);
        let (columns, heading) = (&self.columns, &self.looks.heading);
        self.book.sheet(self.place, |sheet| {
            for (column, place) in columns.iter().zip(0_u16..) {
                sheet.set_column_width(place, width(column))?;
            }
            for (column, place) in columns.iter().zip(0_u16..) {
                sheet.write_string_with_format(0, place, column.name.as_ref(), heading)?;
            }
            sheet.set_freeze_panes(1, 0).map(drop)
        })?;
        self.row = 1;
        self.bytes = 0;
        Ok(())
    }

    fn end_sheet(&mut self) -> Result<(), WriteError> {
        let (columns, last_row) = (&self.columns, self.row - 1);
        let last_column = u16::try_from(columns.len()).unwrap_or(u16::MAX).saturating_sub(1);
        self.book.sheet(self.place, |sheet| {
            sheet.autofilter(0, 0, last_row, last_column)?;
            if last_row > 0 {
                colour(sheet, columns, last_row)?;
            }
            Ok(())
        })
    }
}

impl Rows for Sheets<'_> {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), WriteError> {
        if self.row >= self.limits.rows || (self.bytes >= self.limits.bytes && self.row > 1) {
            self.end_sheet()?;
            self.begin_sheet()?;
        }
        let (row, looks, table) = (self.row, self.looks, self.content.table.name());
        let bytes = self.book.sheet(self.place, |sheet| {
            let mut bytes = 0;
            for (cell, column) in cells.iter().zip(0_u16..) {
                bytes += MARKUP + write(sheet, row, column, cell, looks, table)?;
            }
            Ok(bytes)
        })?;
        self.bytes += bytes;
        self.row += 1;
        self.content.rows += 1;
        Ok(())
    }
}

/// Writes a cell, and gives about how many bytes its text takes.
fn write(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell<'_>,
    looks: &Looks,
    table: &str,
) -> Result<u64, XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Number(number) if *number <= LARGEST_NUMBER => {
            #[expect(clippy::cast_precision_loss, reason = "fifteen digits fit")]
            sheet.write_number(row, column, *number as f64)?;
        }
        Cell::Moment(moment) if MOMENTS.contains(&moment.as_second()) => {
            sheet.write_number_with_format(row, column, serial(moment.as_second()), &looks.moment)?;
        }
        Cell::Date(date) if MOMENTS.contains(&seconds(*date)) => {
            sheet.write_number_with_format(row, column, serial(seconds(*date)), &looks.date)?;
        }
        Cell::Text(_) | Cell::List(_) | Cell::Boolean(_) | Cell::Number(_) | Cell::Moment(_) | Cell::Date(_) => {
            let text = cell.text();
            let text = cell_text(&text, table);
            if starts_a_formula(&text) {
                sheet.write_string_with_format(row, column, text.as_ref(), &looks.quoted)?;
            } else {
                sheet.write_string(row, column, text.as_ref())?;
            }
            // `&` becomes `&amp;`, and what looks like the escape of a character becomes `_x005F_x`.
            let escaped = text.bytes().filter(|byte| matches!(byte, b'<' | b'>' | b'&')).count();
            let disguised = text.matches("_x").count();
            return Ok((text.len() + escaped * 4 + disguised * 6) as u64);
        }
    }
    Ok(0)
}

/// The first second of a day.
fn seconds(date: jiff::civil::Date) -> i64 {
    let since = date.duration_since(jiff::civil::date(1970, 1, 1));
    since.as_secs()
}

/// Days since day zero, as spreadsheets count time.
fn serial(seconds: i64) -> f64 {
    let seconds = seconds + DAY_ZERO * SECONDS_OF_A_DAY;
    #[expect(clippy::cast_precision_loss, reason = "seconds to the year 9999 have twelve digits")]
    let days = seconds as f64 / SECONDS_OF_A_DAY as f64;
    days
}
