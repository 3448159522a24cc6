//! The files in which several runs are shown together: a comparison, a trend.

use std::path::Path;

use anyhow::{Context as _, Error, Result};
use s3attest_report::diff::DiffFormat;
use s3attest_report::{Rendered, Templates};

use super::report::where_to_start;
use crate::arguments::ShownArguments;
use crate::exit::Unusable;
use crate::output::result;

/// What is to be written, by which templates, and where.
pub(super) struct Files<'arguments> {
    formats: &'arguments [DiffFormat],
    templates: Templates,
    destination: &'arguments Path,
}

/// The files that were asked for, or none when standard output is all. A file without a place is a wrong call.
pub(super) fn files(arguments: &ShownArguments) -> Result<Option<Files<'_>>> {
    let Some(file) = arguments.formats.iter().find(|format| format.file().is_some()) else {
        return Ok(None);
    };
    let Some(destination) = &arguments.output else {
        return Err(Error::new(Unusable(format!(
            "the form {file} is a file: name a directory for it with `--output DIRECTORY`"
        ))));
    };
    Ok(Some(Files {
        formats: &arguments.formats,
        templates: arguments
            .templates
            .clone()
            .map_or(Templates::Embedded, Templates::Directory),
        destination,
    }))
}

impl Files<'_> {
    /// Writes them by `render` and says on standard output where to start reading; `what` names them in an error.
    pub(super) fn write<E: std::error::Error + Send + Sync + 'static>(
        &self,
        what: &str,
        render: impl FnOnce(&[DiffFormat], &Templates, &Path) -> Result<Rendered, E>,
    ) -> Result<()> {
        let rendered = render(self.formats, &self.templates, self.destination)
            .with_context(|| format!("the {what} in {} could not be written", self.destination.display()))?;
        result(&where_to_start(&rendered, self.destination))
    }
}
