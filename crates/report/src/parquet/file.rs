//! One Parquet file on its way: rows are gathered until a row group is large enough, and written column by column.
//!
//! It knows nothing of partitions.

use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use super::columns::{Waiting, field};
use super::layout::Layout;
use crate::error::WriteError;
use crate::staging::StagedFile;
use crate::tables::{Cell, ColumnType};

/// A row group is written when it has so many rows, or about so many bytes: what bounds the memory.
const ROWS: usize = 20_000;
const BYTES: usize = 8 << 20;

/// What every file of a table has in common.
pub(super) struct Shape {
    schema: TypePtr,
    properties: WriterPropertiesPtr,
    kinds: Vec<ColumnType>,
}

impl Shape {
    /// The run's id in front, so that rows of two runs of one day can be told apart; then the table's columns.
    pub(super) fn of(layout: &Layout) -> Result<Self> {
        let kinds: Vec<ColumnType> = std::iter::once(ColumnType::Text)
            .chain(layout.in_files().map(|(_, column)| column.kind))
            .collect();
        let names = std::iter::once("run_id").chain(layout.in_files().map(|(_, column)| column.name.as_ref()));
        let fields: Result<Vec<TypePtr>> = names.zip(&kinds).map(|(name, kind)| field(name, *kind)).collect();
        let schema = Type::group_type_builder(&layout.name).with_fields(fields?).build()?;
        let version = KeyValue::new("s3attest.schema".to_owned(), layout.schema.to_string());
        let properties = WriterProperties::builder()
            // Nothing here may depend on when or where the file is written.
            .set_created_by(concat!("s3attest version ", env!("CARGO_PKG_VERSION"), " (build none)").to_owned())
            .set_key_value_metadata(Some(vec![version]))
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .build();
        Ok(Self {
            schema: Arc::new(schema),
            properties: Arc::new(properties),
            kinds,
        })
    }
}

/// A file that is being written.
pub(super) struct ParquetFile {
    path: std::path::PathBuf,
    writer: SerializedFileWriter<StagedFile>,
    columns: Vec<Waiting>,
    rows: usize,
    bytes: usize,
}

impl ParquetFile {
    pub(super) fn begin(file: StagedFile, shape: &Shape) -> std::result::Result<Self, WriteError> {
        let path = file.path().to_owned();
        let (schema, properties) = (Arc::clone(&shape.schema), Arc::clone(&shape.properties));
        let writer = SerializedFileWriter::new(file, schema, properties).map_err(|error| failed(&path, error))?;
        Ok(Self {
            path,
            writer,
            columns: shape.kinds.iter().map(|kind| Waiting::new(*kind)).collect(),
            rows: 0,
            bytes: 0,
        })
    }

    /// Takes a row: a cell for each column.
    pub(super) fn row<'cell, 'text: 'cell>(
        &mut self,
        cells: impl Iterator<Item = &'cell Cell<'text>>,
    ) -> std::result::Result<(), WriteError> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            self.bytes += column.push(cell);
        }
        self.rows += 1;
        if self.rows >= ROWS || self.bytes >= BYTES {
            self.flush().map_err(|error| failed(&self.path, error))?;
        }
        Ok(())
    }

    /// Writes what waits and the footer.
    pub(super) fn finish(mut self) -> std::result::Result<(), WriteError> {
        let written = self.flush().and_then(|()| self.writer.into_inner());
        written.map_err(|error| failed(&self.path, error))?.finish().map(drop)
    }

    fn flush(&mut self) -> Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            let Some(writer) = group.next_column()? else {
                return Err(ParquetError::General("a row has more cells than columns".to_owned()));
            };
            column.write(writer)?;
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

pub(super) fn failed(path: &std::path::Path, error: ParquetError) -> WriteError {
    let source = match error {
        ParquetError::External(error) => match error.downcast::<std::io::Error>() {
            Ok(error) => *error,
            Err(other) => std::io::Error::other(other),
        },
        other => std::io::Error::other(other),
    };
    StagedFile::failed(path, source)
}
