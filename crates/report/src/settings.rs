//! How a report is written, whatever its formats.
//!
//! It holds what was asked for and knows no format.

use crate::html::Templates;

/// What a person asked of a report besides its formats.
#[derive(Debug)]
pub struct Settings<'run, R> {
    /// The templates of the pages.
    pub templates: Templates,
    /// Whether tables of text begin with a byte-order mark, by which Microsoft Excel knows UTF-8.
    pub byte_order_mark: bool,
    /// An earlier run; the report then also says what changed since.
    pub previous: Option<&'run R>,
}

impl<R> Default for Settings<'_, R> {
    fn default() -> Self {
        Self {
            templates: Templates::Embedded,
            byte_order_mark: false,
            previous: None,
        }
    }
}
