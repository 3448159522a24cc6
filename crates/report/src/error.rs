//! Why a report could not be written, in words that name the file and what to do next.

use std::io;
use std::path::{Path, PathBuf};

/// Why rendering ended without a report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError<E: std::error::Error + 'static> {
    /// A record of the run could not be read.
    #[error("the run could not be read for the report: {0}")]
    Run(#[source] E),
    /// The streams of the run do not come in the order that joins them.
    #[error("the run's {stream} are not in order at `{at}`; assess the run again, and render after that")]
    OutOfOrder {
        /// Which stream.
        stream: &'static str,
        /// The record that came too late.
        at: String,
    },
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A template is missing, wrong, or asks for what the page does not hold.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// A file or directory of the report that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("`{}` could not be written: {}", .path.display(), advice(.source))]
pub struct WriteError {
    /// The path.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl WriteError {
    pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self {
            path: path.to_owned(),
            source,
        }
    }
}

fn advice(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            format!("{error}; free some space, or choose another directory, and render again")
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            format!("{error}; choose a directory that you may write to")
        }
        _ => error.to_string(),
    }
}

/// What is wrong with a template.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The template does not parse.
    #[error("template `{name}` does not parse: {source}")]
    Syntax {
        /// The template's file name.
        name: String,
        /// What the template engine said.
        source: Box<handlebars::TemplateError>,
    },
    /// The template fails on a page.
    #[error("template `{name}` fails on page `{page}`: {source}")]
    Page {
        /// The template's file name.
        name: String,
        /// The page's path within the report.
        page: String,
        /// What the template engine said.
        source: Box<handlebars::RenderError>,
    },
    /// A file of the template directory cannot be read.
    #[error("template `{}` could not be read: {source}", .path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the template directory replaces nothing.
    #[error("`{}` replaces no template; the names are: {known}", .path.display())]
    Unknown {
        /// The path.
        path: PathBuf,
        /// Every name, separated by commas.
        known: String,
    },
}
