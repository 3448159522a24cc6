//! The values of one column of one row group, and the column's type in Parquet.
//!
//! Types and levels are those of the Parquet format ("Logical Types": `STRING`, `TIMESTAMP`, `DATE`, `LIST`). Every column may be
//! null: an empty cell is a null and never an empty text.

use std::sync::Arc;

use jiff::civil::Date;
use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::errors::Result;
use parquet::file::writer::SerializedColumnWriter;
use parquet::schema::types::{Type, TypePtr};

use crate::tables::{Cell, ColumnType};
use crate::text::legible;

/// The first day of Parquet's calendar.
const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// The type of a column in a file.
pub(super) fn field(name: &str, kind: ColumnType) -> Result<TypePtr> {
    let (physical, logical) = match kind {
        ColumnType::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        ColumnType::Number => (Physical::INT64, None),
        ColumnType::Moment => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
        ColumnType::Date => (Physical::INT32, Some(LogicalType::Date)),
        ColumnType::Boolean => (Physical::BOOLEAN, None),
        ColumnType::List => return list(name),
    };
    let field = Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()?;
    Ok(Arc::new(field))
}

/// A list of texts in the three levels that every reader knows.
fn list(name: &str) -> Result<TypePtr> {
    let element = Type::primitive_type_builder("element", Physical::BYTE_ARRAY)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(Some(LogicalType::String))
        .build()?;
    let repeated = Type::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![Arc::new(element)])
        .build()?;
    let list = Type::group_type_builder(name)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(Some(LogicalType::List))
        .with_fields(vec![Arc::new(repeated)])
        .build()?;
    Ok(Arc::new(list))
}

enum Values {
    Texts(Vec<ByteArray>),
    Lists(Vec<ByteArray>, Vec<i16>),
    Numbers(Vec<i64>),
    Days(Vec<i32>),
    Flags(Vec<bool>),
}

/// The definition level of a value that is there, and of an element of a list.
const THERE: i16 = 1;
const ELEMENT: i16 = 3;

/// The values of a column that wait for their row group.
pub(super) struct Waiting {
    values: Values,
    definitions: Vec<i16>,
}

impl Waiting {
    pub(super) fn new(kind: ColumnType) -> Self {
        let values = match kind {
            ColumnType::Text => Values::Texts(Vec::new()),
            ColumnType::List => Values::Lists(Vec::new(), Vec::new()),
            ColumnType::Number | ColumnType::Moment => Values::Numbers(Vec::new()),
            ColumnType::Date => Values::Days(Vec::new()),
            ColumnType::Boolean => Values::Flags(Vec::new()),
        };
        Self {
            values,
            definitions: Vec::new(),
        }
    }

    /// Takes a cell and says how many bytes it is about.
    pub(super) fn push(&mut self, cell: &Cell<'_>) -> usize {
        match (&mut self.values, cell) {
            (Values::Lists(texts, repetitions), Cell::List(elements)) if !elements.is_empty() => {
                let mut size = 0;
                for (place, element) in elements.iter().enumerate() {
                    size += push_text(texts, element);
                    repetitions.push(i16::from(place > 0));
                    self.definitions.push(ELEMENT);
                }
                return size;
            }
            (Values::Texts(texts), Cell::Text(text)) => {
                let size = push_text(texts, text);
                self.definitions.push(THERE);
                return size;
            }
            (Values::Numbers(numbers), Cell::Number(number)) => {
                numbers.push(i64::try_from(*number).unwrap_or(i64::MAX));
            }
            (Values::Numbers(moments), Cell::Moment(moment)) => moments.push(moment.as_microsecond()),
            (Values::Days(days), Cell::Date(date)) => days.push(days_since_epoch(*date)),
            (Values::Flags(flags), Cell::Boolean(is_so)) => flags.push(*is_so),
            (values, _) => {
                debug_assert!(*cell == Cell::Empty, "a cell is not of its column's type: {cell:?}");
                if let Values::Lists(_, repetitions) = values {
                    repetitions.push(0);
                }
                self.definitions.push(0);
                return 2;
            }
        }
        self.definitions.push(THERE);
        8
    }

    /// Writes what waits, and waits for more.
    pub(super) fn write(&mut self, mut column: SerializedColumnWriter<'_>) -> Result<()> {
        let definitions = Some(self.definitions.as_slice());
        match &mut self.values {
            Values::Texts(texts) => {
                column.typed::<ByteArrayType>().write_batch(texts, definitions, None)?;
                texts.clear();
            }
            Values::Lists(texts, repetitions) => {
                let levels = Some(repetitions.as_slice());
                column
                    .typed::<ByteArrayType>()
                    .write_batch(texts, definitions, levels)?;
                texts.clear();
                repetitions.clear();
            }
            Values::Numbers(numbers) => {
                column.typed::<Int64Type>().write_batch(numbers, definitions, None)?;
                numbers.clear();
            }
            Values::Days(days) => {
                column.typed::<Int32Type>().write_batch(days, definitions, None)?;
                days.clear();
            }
            Values::Flags(flags) => {
                column.typed::<BoolType>().write_batch(flags, definitions, None)?;
                flags.clear();
            }
        }
        self.definitions.clear();
        column.close()
    }
}

/// Takes a text with what deceives a reader made visible. It is not made harmless for spreadsheets: a typed file is not
/// opened by one, and an apostrophe in front would break joins.
fn push_text(texts: &mut Vec<ByteArray>, text: &str) -> usize {
    let text = legible(text);
    texts.push(ByteArray::from(text.as_bytes().to_vec()));
    text.len() + 8
}

fn days_since_epoch(date: Date) -> i32 {
    date.since(EPOCH).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_the_epoch() {
        assert_eq!(days_since_epoch(EPOCH), 0);
        assert_eq!(days_since_epoch(jiff::civil::date(2026, 11, 21)), 20_778);
        assert_eq!(days_since_epoch(jiff::civil::date(1969, 12, 31)), -1);
    }
}
