//! By what is judged: the frameworks with the user's changes, the baseline, and the assessor's notes.
//!
//! It reads the files that the configuration names and knows nothing of runs.

use std::borrow::Cow;
use std::path::Path;

use anyhow::{Context as _, Result};
use s3attest_assess::CHECKS;
use s3attest_assess::frameworks::{Framework, FrameworkError, MappingChange, Notes, overlaid_framework};
use s3attest_model::control::Baseline;
use s3attest_model::identifiers::CheckId;

use crate::arguments::CriteriaArguments;
use crate::configuration::{Configuration, nearest};
use crate::exit::Unusable;

/// Everything by which is judged besides the checks and their parameters.
pub(crate) struct Criteria {
    frameworks: Vec<Cow<'static, Framework>>,
    /// The selected baseline; `None` for every control.
    pub(crate) baseline: Option<Baseline>,
    pub(crate) notes: Notes,
    /// The texts of the files that were read, in their order, for the digest.
    pub(crate) texts: Vec<String>,
}

impl Criteria {
    /// Reads what the configuration names. A file or a name that cannot be used is the caller's to mend.
    pub(crate) fn read(configuration: &Configuration) -> Result<Self> {
        let settings = &configuration.frameworks;
        let mut frameworks = Vec::new();
        for id in &settings.assess {
            let framework = framework(id)?;
            let is_new = |known: &Cow<'_, Framework>| known.id() != id;
            if frameworks.iter().all(is_new) {
                frameworks.push(Cow::Borrowed(framework));
            }
        }
        if frameworks.is_empty() {
            return Err(unusable("frameworks.assess is empty; name at least one framework"));
        }
        let mut criteria = Self {
            frameworks,
            baseline: configuration.baseline().map_err(unusable)?,
            notes: Notes::default(),
            texts: Vec::new(),
        };
        for path in &settings.overlays {
            let text = read(path, "the changes to a framework")?;
            criteria.overlay(path, &text)?;
            // Reports name the file, so its name is a part of what they rest on.
            criteria.texts.push(format!("{}\n{text}", name_of(path)));
        }
        if !settings.notes.as_os_str().is_empty() {
            let text = read(&settings.notes, "the notes")?;
            criteria.notes = Notes::from_toml(&text).map_err(|error| refused(&settings.notes, &error))?;
            criteria.texts.push(text);
        }
        Ok(criteria)
    }

    /// The frameworks, the first one first.
    pub(crate) fn frameworks(&self) -> impl Iterator<Item = &Framework> {
        self.frameworks.iter().map(AsRef::as_ref)
    }

    /// What to tell the user of notes that appear nowhere, because their framework is not assessed: one file may hold the
    /// notes on several. `None` where there are none.
    pub(crate) fn notes_left_aside(&self) -> Option<String> {
        let is_assessed = |id: &&str| self.frameworks().any(|framework| framework.id() == *id);
        let aside: Vec<&str> = self.notes.frameworks().filter(|id| !is_assessed(id)).collect();
        let given: Vec<&str> = self.frameworks().map(Framework::id).collect();
        (!aside.is_empty()).then(|| {
            format!(
                "Notes are left aside: those on {}, which is not among the frameworks that are assessed ({}).",
                aside.join(" and on "),
                given.join(", ")
            )
        })
    }

    /// Lays a file of changes over its framework.
    fn overlay(&mut self, path: &Path, text: &str) -> Result<()> {
        let named = overlaid_framework(text).map_err(|error| refused(path, &error))?;
        let Some(framework) = self.frameworks.iter_mut().find(|framework| framework.id() == named) else {
            let given: Vec<_> = self.frameworks().map(Framework::id).collect();
            let given = given.join(", ");
            return Err(refused(path, &FrameworkError::OtherFramework { named, given }));
        };
        let (overlaid, _) = changes(framework, path, text)?;
        *framework = Cow::Owned(overlaid);
        Ok(())
    }
}

/// Lays the criteria of the command line over those of the configuration.
pub(crate) fn apply(configuration: &mut Configuration, arguments: &CriteriaArguments) {
    let settings = &mut configuration.frameworks;
    if !arguments.frameworks.is_empty() {
        settings.assess.clone_from(&arguments.frameworks);
    }
    if let Some(baseline) = arguments.baseline {
        baseline.as_str().clone_into(&mut settings.baseline);
    }
    settings.overlays.extend(arguments.overlays.iter().cloned());
    if let Some(notes) = &arguments.notes {
        settings.notes.clone_from(notes);
    }
}

/// The framework with this id, as the program comes with it.
pub(crate) fn framework(id: &str) -> Result<&'static Framework> {
    Framework::embedded(id).ok_or_else(|| {
        let hint =
            nearest(id, Framework::ids()).map_or_else(|| ".".to_owned(), |name| format!("; did you mean `{name}`?"));
        let is_file = Path::new(id).extension().is_some();
        let file = if is_file {
            " A file with changes to one is named with --overlay."
        } else {
            ""
        };
        unusable(format!(
            "there is no framework `{id}`{hint} `s3attest frameworks` lists them.{file}"
        ))
    })
}

/// A framework with the changes of a file, and the differences.
pub(crate) fn changes(base: &Framework, path: &Path, text: &str) -> Result<(Framework, Vec<MappingChange>)> {
    let name = name_of(path);
    let known: Vec<CheckId> = CHECKS.iter().map(|check| check.check_id()).collect();
    base.overlaid(&name, text, &known)
        .map_err(|error| refused(path, &error))
}

/// How reports call a file.
fn name_of(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The text of a file that the user named.
pub(crate) fn read(path: &Path, what: &str) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {what} in {}", path.display()))
}

/// A file that the user has to correct.
pub(crate) fn refused(path: &Path, error: &FrameworkError) -> anyhow::Error {
    unusable(format!("the file {} cannot be used: {error}", path.display()))
}

fn unusable(problem: impl Into<String>) -> anyhow::Error {
    anyhow::Error::new(Unusable(problem.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn criteria(change: impl FnOnce(&mut Configuration)) -> Result<Criteria> {
        let mut configuration = Configuration::default();
        change(&mut configuration);
        Criteria::read(&configuration)
    }

    #[test]
    fn the_defaults_are_one_framework_as_it_comes() {
        let criteria = criteria(|_| {}).expect("the defaults can be used");
        let ids: Vec<_> = criteria.frameworks().map(Framework::id).collect();
        assert_eq!(ids, ["nist-800-53-r5"]);
        assert!(criteria.texts.is_empty() && criteria.baseline.is_none());
    }

    #[test]
    fn notes_on_a_framework_that_is_not_assessed_are_named() {
        let mut criteria = criteria(|_| {}).expect("the defaults can be used");
        let noted = |text: &str| Notes::from_toml(text).expect("valid notes");
        criteria.notes = noted("['nist-800-53-r5']\n'PE-3' = 'Seen.'\n");
        assert_eq!(criteria.notes_left_aside(), None);
        criteria.notes = noted("['nist-800-53-r5']\n'PE-3' = 'Seen.'\n['aws-fsbp-1.0.0']\n'S3.5' = 'Seen.'\n");
        let aside = criteria.notes_left_aside().expect("one framework is not assessed");
        assert!(
            aside.contains("on aws-fsbp-1.0.0, which") && aside.contains("(nist-800-53-r5)"),
            "{aside}"
        );
    }

    #[test]
    fn a_framework_that_there_is_not_is_refused_with_the_nearest_one() {
        let problem = |id: &str| {
            let read = criteria(|configuration| configuration.frameworks.assess = vec![id.to_owned()]);
            let Err(error) = read else {
                panic!("{id} is no framework")
            };
            error.to_string()
        };
        assert!(
            problem("nist-800-53").contains("did you mean `nist-800-53-r5`?"),
            "{}",
            problem("nist-800-53")
        );
        assert!(
            problem("ours.toml").contains("`ours.toml`. `s3attest"),
            "{}",
            problem("ours.toml")
        );
        assert!(problem("ours.toml").contains("--overlay"), "{}", problem("ours.toml"));
    }
}
