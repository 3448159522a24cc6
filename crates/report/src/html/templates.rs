//! The templates and assets of the pages: embedded, or replaced by those of a directory.
//!
//! Here stands the one escape through which every value passes on its way into a page. It knows no page.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use handlebars::{Handlebars, handlebars_helper};
use serde::Serialize;

use crate::error::TemplateError;
use crate::text::{count, legible};

/// Where templates come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Templates {
    /// Those that the program brings along.
    #[default]
    Embedded,
    /// Those that the program brings along, each replaced by the file of the same path in this directory where there is
    /// one (`pages/index.hbs`, `assets/style.css`).
    Directory(PathBuf),
}

macro_rules! embedded {
    ($($path:literal)*) => {
        &[$(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../report-templates/", $path)))),*]
    };
}

/// Every template and asset by its path in the template directory.
const EMBEDDED: &[(&str, &str)] = embedded! {
    "assets/filter.js"
    "assets/search.js"
    "assets/style.css"
    "pages/account.hbs"
    "pages/accounts.hbs"
    "pages/bucket.hbs"
    "pages/changes.hbs"
    "pages/check.hbs"
    "pages/checks.hbs"
    "pages/control.hbs"
    "pages/controls.hbs"
    "pages/exceptions.hbs"
    "pages/findings.hbs"
    "pages/index.hbs"
    "pages/map.hbs"
    "pages/method.hbs"
    "pages/services.hbs"
    "pages/sources.hbs"
    "pages/trend.hbs"
    "parts/access.hbs"
    "parts/account-head.hbs"
    "parts/account-row.hbs"
    "parts/answer-head.hbs"
    "parts/answer.hbs"
    "parts/bar.hbs"
    "parts/baselines.hbs"
    "parts/beside.hbs"
    "parts/call.hbs"
    "parts/changes.hbs"
    "parts/detail.hbs"
    "parts/fixes.hbs"
    "parts/figure.hbs"
    "parts/frameworks.hbs"
    "parts/gap.hbs"
    "parts/heat.hbs"
    "parts/layout.hbs"
    "parts/legend.hbs"
    "parts/lines.hbs"
    "parts/pager.hbs"
    "parts/passage.hbs"
    "parts/region-head.hbs"
    "parts/region-row.hbs"
    "parts/remedy.hbs"
    "parts/row-head.hbs"
    "parts/row.hbs"
    "parts/severities.hbs"
    "parts/single-head.hbs"
    "parts/source-table.hbs"
    "parts/standing-head.hbs"
    "parts/standing-row.hbs"
    "parts/unread-row.hbs"
};

/// The part that is the frame of every page.
const LAYOUT: &str = "parts/layout.hbs";

/// How deep parts within parts may go.
const DEEPEST: usize = 4;

/// Templates that are read and parsed, with the assets beside them.
pub(super) struct Engine {
    handlebars: Handlebars<'static>,
    assets: BTreeMap<&'static str, Cow<'static, str>>,
}

handlebars_helper!(number: |value: u64| count(value));

impl Engine {
    pub(super) fn new(templates: &Templates) -> Result<Self, TemplateError> {
        let mut handlebars = Handlebars::new();
        handlebars.set_strict_mode(true);
        handlebars.register_escape_fn(|text| handlebars::html_escape(&legible(text)));
        handlebars.register_helper("n", Box::new(number));
        let mut assets = BTreeMap::new();
        if let Templates::Directory(directory) = templates {
            refuse_unknown(directory, directory)?;
        }
        let mut pages = Vec::new();
        let mut parts = BTreeMap::new();
        for (path, embedded) in EMBEDDED {
            let text = match templates {
                Templates::Embedded => Cow::Borrowed(*embedded),
                Templates::Directory(directory) => replacement(&directory.join(path))?.unwrap_or((*embedded).into()),
            };
            if path.starts_with("assets/") {
                assets.insert(*path, text);
            } else if path.starts_with("parts/") {
                parts.insert(*path, text);
            } else {
                pages.push((*path, text));
            }
        }
        for (path, text) in pages {
            handlebars
                .register_template_string(path, with_parts(&text, &parts))
                .map_err(|source| TemplateError::Syntax {
                    name: path.to_owned(),
                    source: Box::new(source),
                })?;
        }
        Ok(Self { handlebars, assets })
    }

    /// Renders a template for the page at `page`.
    pub(super) fn render(&self, template: &str, page: &str, data: &impl Serialize) -> Result<String, TemplateError> {
        self.handlebars
            .render(template, data)
            .map_err(|source| TemplateError::Page {
                name: template.to_owned(),
                page: page.to_owned(),
                source: Box::new(source),
            })
    }

    /// Every asset with its path within the report.
    pub(super) fn assets(&self) -> impl Iterator<Item = (&str, &str)> {
        self.assets.iter().map(|(path, text)| (*path, text.as_ref()))
    }
}

/// A page's template with its frame and its parts in place: `{{> parts/…}}` stands for the part's text, and
/// `{{#> parts/layout.hbs}}…{{/parts/layout.hbs}}` for the layout around a page.
///
/// The engine would do the same for each use of a part, and copy the part's whole context each time, which takes longer
/// than everything else on a page.
fn with_parts(page: &str, parts: &BTreeMap<&'static str, Cow<'static, str>>) -> String {
    let mut text = page.to_owned();
    if let Some(layout) = parts.get(LAYOUT) {
        let (open, close) = (format!("{{{{#> {LAYOUT}}}}}\n"), format!("{{{{/{LAYOUT}}}}}\n"));
        if let Some(body) = text.strip_prefix(&open).and_then(|rest| rest.strip_suffix(&close)) {
            text = layout.replace("{{> @partial-block}}\n", body);
        }
    }
    // Parts hold parts, never themselves; a part that did would end as an unknown partial of the engine.
    for _ in 0..DEEPEST {
        for (path, part) in parts {
            text = text.replace(&format!("{{{{> {path}}}}}"), part.trim_end_matches('\n'));
        }
    }
    text
}

fn replacement(path: &Path) -> Result<Option<Cow<'static, str>>, TemplateError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text.into())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(TemplateError::Unreadable {
            path: path.to_owned(),
            source,
        }),
    }
}

/// A misspelt name would otherwise change nothing and say nothing.
fn refuse_unknown(root: &Path, directory: &Path) -> Result<(), TemplateError> {
    let unreadable = |source| TemplateError::Unreadable {
        path: directory.to_owned(),
        source,
    };
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            refuse_unknown(root, &path)?;
        } else if !EMBEDDED.iter().any(|(known, _)| path == root.join(known)) {
            return Err(TemplateError::Unknown {
                path,
                known: EMBEDDED.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", "),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(templates: &Templates) -> String {
        match Engine::new(templates) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn every_embedded_template_parses() {
        assert_eq!(message(&Templates::Embedded), "");
    }

    #[test]
    fn a_directory_replaces_what_it_holds_and_nothing_else() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        fs::create_dir(directory.path().join("assets")).expect("a directory");
        fs::write(directory.path().join("assets/style.css"), "body{}").expect("a file");
        let engine = Engine::new(&Templates::Directory(directory.path().to_owned())).expect("good templates");
        let assets: BTreeMap<_, _> = engine.assets().collect();
        assert_eq!(assets["assets/style.css"], "body{}");
        assert!(assets["assets/filter.js"].len() > 100);
    }

    #[test]
    fn a_template_that_replaces_nothing_is_refused() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        fs::write(directory.path().join("indx.hbs"), "").expect("a file");
        let message = message(&Templates::Directory(directory.path().to_owned()));
        assert!(
            message.contains("indx.hbs` replaces no template; the names are: assets/filter.js, "),
            "{message}"
        );
    }

    #[test]
    fn a_template_that_does_not_parse_is_named() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        fs::create_dir(directory.path().join("pages")).expect("a directory");
        fs::write(directory.path().join("pages/index.hbs"), "{{#if").expect("a file");
        let message = message(&Templates::Directory(directory.path().to_owned()));
        assert!(
            message.starts_with("template `pages/index.hbs` does not parse"),
            "{message}"
        );
    }
}
