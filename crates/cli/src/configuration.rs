//! The configuration: one TOML file over documented defaults, and the command line over both.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use s3attest_assess::Parameters;
use s3attest_assess::parameters::ENCRYPTION_ALGORITHMS;
use s3attest_collect::{Wishes, built_sources};
use s3attest_gateway::{Rate, RateLimits, RoleOptions};
use s3attest_model::check::Severity;
use s3attest_model::control::Baseline;
use s3attest_model::identifiers::AccountId;
use s3attest_model::run::ScopeSelection;
use s3attest_model::services::ServiceSource;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::exit::Unusable;

/// The defaults, documented key by key.
const DEFAULTS: &str = include_str!("../../../config/s3attest.toml");

/// Everything that can be configured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Configuration {
    pub(crate) role: Role,
    pub(crate) scope: Scope,
    pub(crate) sources: Sources,
    pub(crate) requests: Requests,
    pub(crate) rate_limits: BTreeMap<String, Rate>,
    pub(crate) checks: Checks,
    /// No part of the digest: what is accepted is no matter of what is collected, and the assessment keeps it by itself.
    #[serde(skip_serializing)]
    pub(crate) exceptions: ExceptionSettings,
    pub(crate) frameworks: Frameworks,
    pub(crate) gate: Gate,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) external_id: String,
    pub(crate) session_name: String,
    pub(crate) duration_seconds: i32,
    pub(crate) overrides: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scope {
    pub(crate) include_accounts: Vec<String>,
    pub(crate) exclude_accounts: Vec<String>,
    pub(crate) include_organizational_units: Vec<String>,
    pub(crate) exclude_organizational_units: Vec<String>,
    pub(crate) include_tags: Vec<String>,
    pub(crate) exclude_tags: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sources {
    pub(crate) leave_out: Vec<String>,
    pub(crate) refresh_trusted_advisor: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Requests {
    pub(crate) accounts_at_once: NonZeroUsize,
    pub(crate) buckets_at_once: NonZeroUsize,
    pub(crate) readings_at_once: NonZeroUsize,
    pub(crate) buckets_at_once_in_account: NonZeroUsize,
    pub(crate) buckets_at_once_in_region: NonZeroUsize,
    pub(crate) open: NonZeroU32,
    pub(crate) answer_timeout_seconds: NonZeroU32,
    pub(crate) attempts: NonZeroU32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Checks {
    pub(crate) classification_tag: String,
    pub(crate) classification_values: Vec<String>,
    pub(crate) high_impact_classes: Vec<String>,
    pub(crate) internal_classes: Vec<String>,
    pub(crate) kms_classes: Vec<String>,
    pub(crate) log_retention_days: u32,
    pub(crate) abort_multipart_days: u32,
    pub(crate) approved_encryption: Vec<String>,
    pub(crate) allowed_external_accounts: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Frameworks {
    pub(crate) assess: Vec<String>,
    pub(crate) baseline: String,
    pub(crate) overlays: Vec<PathBuf>,
    pub(crate) notes: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExceptionSettings {
    pub(crate) file: PathBuf,
    pub(crate) most_resources: u32,
    pub(crate) soon_days: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Gate {
    pub(crate) fail_on: String,
    pub(crate) min_coverage: f64,
}

/// The defaults come from the documented file alone, so that the two cannot differ.
impl Default for Configuration {
    fn default() -> Self {
        toml::from_str(DEFAULTS).expect("the documented defaults are complete")
    }
}

/// Tables whose keys the user chooses.
const FREE_TABLES: [&str; 2] = ["role.overrides", "rate_limits"];

/// Lays a table over another one, key by key. A key that the lower table does not have is refused.
fn overlay(base: &mut toml::Table, upper: toml::Table, path: &str) -> Result<(), String> {
    for (key, value) in upper {
        let at = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        if FREE_TABLES.contains(&path) {
            base.insert(key, value);
            continue;
        }
        let Some(below) = base.get_mut(&key) else {
            let nearest = nearest(&key, base.keys().map(String::as_str));
            let hint = nearest
                .map(|name| format!("; did you mean `{name}`?"))
                .unwrap_or_default();
            return Err(format!("unknown key `{at}`{hint}"));
        };
        match (below, value) {
            (toml::Value::Table(below), toml::Value::Table(value)) => overlay(below, value, &at)?,
            (below @ toml::Value::Table(_), value) => {
                return Err(format!(
                    "`{at}` is {}, and must be {}",
                    value.type_str(),
                    below.type_str()
                ));
            }
            // A number of percent may be written without a point.
            (below @ toml::Value::Float(_), toml::Value::Integer(whole)) => {
                let whole = i32::try_from(whole).map_err(|_| format!("`{at}` is {whole}, which is too large"))?;
                *below = toml::Value::Float(f64::from(whole));
            }
            (below, value) if below.same_type(&value) => *below = value,
            (below, value) => {
                return Err(format!(
                    "`{at}` is a value of type {}, and must be {}",
                    value.type_str(),
                    below.type_str()
                ));
            }
        }
    }
    Ok(())
}

/// The valid name that comes nearest to an unknown one, if one comes near.
pub(crate) fn nearest<'names>(unknown: &str, names: impl Iterator<Item = &'names str>) -> Option<&'names str> {
    names
        .map(|name| (strsim::damerau_levenshtein(unknown, name), name))
        .min()
        .filter(|(distance, name)| *distance <= name.len().max(unknown.len()) / 2)
        .map(|(_, name)| name)
}

impl Configuration {
    /// Reads a configuration file over the defaults.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the configuration file {}", path.display()))?;
        let mut configuration = Self::parse(&text).map_err(|problem| {
            anyhow::Error::new(Unusable(format!(
                "the configuration file {} cannot be used: {problem}",
                path.display()
            )))
        })?;
        configuration.resolve(path.parent().unwrap_or(Path::new("")));
        Ok(configuration)
    }

    /// Takes the paths in the file as what they are relative to the file.
    fn resolve(&mut self, directory: &Path) {
        let frameworks = &mut self.frameworks;
        let of_frameworks = frameworks.overlays.iter_mut().chain([&mut frameworks.notes]);
        for path in of_frameworks.chain([&mut self.exceptions.file]) {
            if !path.as_os_str().is_empty() {
                *path = directory.join(&*path);
            }
        }
    }

    /// The file of exceptions, if one is named.
    pub(crate) fn exceptions_file(&self) -> Option<&Path> {
        Some(self.exceptions.file.as_path()).filter(|file| !file.as_os_str().is_empty())
    }

    /// Lays the file of exceptions of the command line over that of the configuration.
    pub(crate) fn take_exceptions(&mut self, file: Option<&Path>) {
        if let Some(file) = file {
            file.clone_into(&mut self.exceptions.file);
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let upper: toml::Table = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        let mut table: toml::Table = toml::from_str(DEFAULTS).expect("the documented defaults are TOML");
        overlay(&mut table, upper, "")?;
        let configuration: Self = table
            .try_into()
            .map_err(|error: toml::de::Error| error.to_string().trim_end().to_owned())?;
        configuration.check()?;
        Ok(configuration)
    }

    /// What the types cannot say.
    pub(crate) fn check(&self) -> Result<(), String> {
        if !(900..=43_200).contains(&self.role.duration_seconds) {
            return Err(format!(
                "role.duration_seconds is {}, and must be 900 to 43200",
                self.role.duration_seconds
            ));
        }
        if self.role.name.is_empty() {
            return Err("role.name is empty; name the role to assume in each account".to_owned());
        }
        for account in self.role.overrides.keys() {
            AccountId::new(account.as_str())
                .map_err(|invalid| format!("role.overrides holds a key that is wrong: {invalid}"))?;
        }
        if !(0.0..=100.0).contains(&self.gate.min_coverage) {
            return Err(format!(
                "gate.min_coverage is {}, and must be a percentage from 0 to 100",
                self.gate.min_coverage
            ));
        }
        self.fail_on()?;
        self.rates()?;
        self.enabled_sources()?;
        self.check_parameters()?;
        self.baseline()?;
        Ok(())
    }

    /// Classes without a tag to state them, or that no bucket may have, would ask nothing of anybody.
    fn check_classes(&self) -> Result<(), String> {
        let checks = &self.checks;
        for (key, classes) in [
            ("high_impact_classes", &checks.high_impact_classes),
            ("internal_classes", &checks.internal_classes),
            ("kms_classes", &checks.kms_classes),
        ] {
            let Some(first) = classes.first() else { continue };
            if checks.classification_tag.is_empty() {
                return Err(format!(
                    "checks.{key} names `{first}`, and checks.classification_tag names no tag that could have this value"
                ));
            }
            let values = &checks.classification_values;
            if let Some(class) = classes
                .iter()
                .find(|class| !values.is_empty() && !values.contains(class))
            {
                return Err(format!(
                    "checks.{key} names `{class}`, which is not among checks.classification_values: {}",
                    values.join(", ")
                ));
            }
        }
        Ok(())
    }

    fn check_parameters(&self) -> Result<(), String> {
        self.check_classes()?;
        let checks = &self.checks;
        if checks.approved_encryption.is_empty() {
            return Err("checks.approved_encryption is empty; name at least one algorithm".to_owned());
        }
        for name in &checks.approved_encryption {
            if !ENCRYPTION_ALGORITHMS.contains(&name.as_str()) {
                return Err(format!(
                    "checks.approved_encryption names `{name}`, which is no algorithm of S3; they are {}",
                    ENCRYPTION_ALGORITHMS.join(", ")
                ));
            }
        }
        for account in &checks.allowed_external_accounts {
            AccountId::new(account.as_str()).map_err(|invalid| {
                format!("checks.allowed_external_accounts holds a value that is wrong: {invalid}")
            })?;
        }
        Ok(())
    }

    /// The baseline that is selected; `None` for every control.
    pub(crate) fn baseline(&self) -> Result<Option<Baseline>, String> {
        let name = &self.frameworks.baseline;
        if name.is_empty() {
            return Ok(None);
        }
        let known = Baseline::ALL.into_iter().find(|baseline| baseline.as_str() == name);
        known.map(Some).ok_or_else(|| {
            format!(
                "frameworks.baseline is `{name}`; the baselines are {}",
                Baseline::ALL.map(Baseline::as_str).join(", ")
            )
        })
    }

    /// The sources that are read.
    pub(crate) fn enabled_sources(&self) -> Result<BTreeSet<ServiceSource>, String> {
        let mut sources = built_sources();
        for key in &self.sources.leave_out {
            let Some(source) = ServiceSource::of_key(key) else {
                let names = || ServiceSource::ALL.iter().map(|source| source.key());
                let near = nearest(key, names()).map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
                let all: Vec<_> = names().collect();
                return Err(format!(
                    "sources.leave_out names `{key}`, which is no source{near} The sources are {}",
                    all.join(", ")
                ));
            };
            sources.remove(&source);
        }
        Ok(sources)
    }

    /// What sources do only because somebody asked for it.
    pub(crate) fn wishes(&self) -> Wishes {
        Wishes {
            refresh_trusted_advisor: self.sources.refresh_trusted_advisor,
            ..Wishes::default()
        }
    }

    /// The severity from which on a failed check changes the exit code.
    pub(crate) fn fail_on(&self) -> Result<Option<Severity>, String> {
        if self.gate.fail_on.is_empty() {
            return Ok(None);
        }
        let known = Severity::WORST_FIRST
            .into_iter()
            .find(|severity| severity.as_str() == self.gate.fail_on);
        known.map(Some).ok_or_else(|| {
            let names = Severity::WORST_FIRST.map(Severity::as_str);
            format!(
                "gate.fail_on is `{}`; the severities are {}",
                self.gate.fail_on,
                names.join(", ")
            )
        })
    }

    /// The rates, with the file's tables over the defaults.
    pub(crate) fn rates(&self) -> Result<RateLimits, String> {
        let text = toml::to_string(&self.rate_limits).expect("rates are plain tables");
        RateLimits::overlaid(&text).map_err(|error| format!("rate_limits: {error}"))
    }

    pub(crate) fn role_options(&self) -> RoleOptions {
        let role = &self.role;
        let id = |text: &String| AccountId::new(text.as_str()).expect("the overrides were checked");
        RoleOptions {
            template: role.name.clone(),
            overrides: role
                .overrides
                .iter()
                .map(|(account, name)| (id(account), name.clone()))
                .collect(),
            external_id: Some(role.external_id.clone()).filter(|id| !id.is_empty()),
            session_name: role.session_name.clone(),
            duration_seconds: role.duration_seconds,
        }
    }

    pub(crate) fn scope_selection(&self) -> ScopeSelection {
        let scope = self.scope.clone();
        ScopeSelection {
            include_accounts: scope.include_accounts,
            exclude_accounts: scope.exclude_accounts,
            include_organizational_units: scope.include_organizational_units,
            exclude_organizational_units: scope.exclude_organizational_units,
            include_tags: scope.include_tags,
            exclude_tags: scope.exclude_tags,
        }
    }

    pub(crate) fn parameters(&self) -> Parameters {
        Parameters {
            classification_tag: Some(self.checks.classification_tag.clone()).filter(|tag| !tag.is_empty()),
            classification_values: self.checks.classification_values.clone(),
            high_impact_classes: self.checks.high_impact_classes.clone(),
            internal_classes: self.checks.internal_classes.clone(),
            kms_classes: self.checks.kms_classes.clone(),
            log_retention_days: self.checks.log_retention_days,
            abort_multipart_days: self.checks.abort_multipart_days,
            approved_encryption: self.checks.approved_encryption.clone(),
            allowed_external_accounts: self
                .checks
                .allowed_external_accounts
                .iter()
                .map(|account| AccountId::new(account.as_str()).expect("the accounts were checked"))
                .collect(),
        }
    }

    /// SHA-256 of the effective configuration, in hexadecimal.
    pub(crate) fn digest(&self) -> String {
        digest_of(self)
    }

    /// SHA-256 of the part that judging uses, with the texts of the files that it names, in hexadecimal. Where the files
    /// stand does not matter.
    pub(crate) fn judging_digest(&self, texts: &[String]) -> String {
        let frameworks = &self.frameworks;
        digest_of(&(&self.checks, &frameworks.assess, &frameworks.baseline, texts))
    }
}

fn digest_of(value: &impl Serialize) -> String {
    let text = serde_json::to_vec(value).expect("the configuration is plain records");
    Sha256::digest(&text)
        .iter()
        .fold(String::new(), |mut hexadecimal, byte| {
            let _ = write!(hexadecimal, "{byte:02x}");
            hexadecimal
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_the_documented_defaults() {
        assert_eq!(
            Configuration::parse("").expect("empty is valid"),
            Configuration::default()
        );
        assert_eq!(
            Configuration::parse(DEFAULTS).expect("the defaults are valid"),
            Configuration::default()
        );
        assert_eq!(Configuration::default().parameters(), Parameters::default());
        assert_eq!(Configuration::default().rates().expect("valid"), RateLimits::default());
    }

    #[test]
    fn a_table_that_is_given_in_part_keeps_its_other_defaults() {
        let configuration = Configuration::parse("[role]\nname = \"other\"\n").expect("valid");
        assert_eq!(configuration.role.name, "other");
        assert_eq!(configuration.role.duration_seconds, 3600);
    }

    #[test]
    fn paths_in_the_file_are_relative_to_the_file() {
        let mut configuration =
            Configuration::parse("[frameworks]\noverlays = [\"ours.toml\", \"/etc/theirs.toml\"]\n").expect("valid");
        configuration.resolve(Path::new("conf"));
        let frameworks = &configuration.frameworks;
        assert_eq!(
            frameworks.overlays,
            [PathBuf::from("conf/ours.toml"), PathBuf::from("/etc/theirs.toml")]
        );
        assert_eq!(frameworks.notes, PathBuf::new());
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_nearest_one_and_its_line() {
        let problem = Configuration::parse("[role]\nexternalid = \"x\"\n").expect_err("the key is misspelt");
        assert!(problem.contains("did you mean `external_id`?"), "{problem}");
        assert!(problem.contains("role.externalid"), "{problem}");
        let problem = Configuration::parse("[scop]\n").expect_err("the table is misspelt");
        assert!(problem.contains("did you mean `scope`?"), "{problem}");
    }

    #[test]
    fn values_out_of_range_are_refused() {
        for text in [
            "[role]\nname = 3\n",
            "role = 3\n",
            "[gate]\nmin_coverage = \"all\"\n",
            "[role]\nduration_seconds = 60\n",
            "[role]\nname = \"\"\n",
            "[role.overrides]\n\"12\" = \"x\"\n",
            "[gate]\nmin_coverage = 101.0\n",
            "[gate]\nfail_on = \"severe\"\n",
            "[checks]\nallowed_external_accounts = [\"12\"]\n",
            "[requests]\nattempts = 0\n",
            "[frameworks]\nbaseline = \"middling\"\n",
            "[checks]\napproved_encryption = []\n",
            "[checks]\napproved_encryption = [\"rot13\"]\n",
            "[checks]\nkms_classes = [\"secret\"]\n",
            "[checks]\nclassification_tag = \"class\"\nclassification_values = [\"open\"]\nkms_classes = [\"secret\"]\n",
            "[checks]\nallowed_external_accounts = [\"12\"]\n",
            "[rate_limits.s4]\nper = \"run\"\nper_second = 1\nin_flight = 1\n",
        ] {
            assert!(Configuration::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn classes_are_values_of_the_classification_tag() {
        for text in [
            "classification_tag = \"class\"\ninternal_classes = [\"any\"]\n",
            "classification_tag = \"class\"\nclassification_values = [\"a\", \"b\"]\nhigh_impact_classes = [\"b\"]\n",
        ] {
            let configuration = Configuration::parse(&format!("[checks]\n{text}"));
            assert!(configuration.is_ok(), "{text}: {configuration:?}");
        }
    }

    #[test]
    fn the_file_of_exceptions_stands_beside_the_configuration_unless_its_path_is_whole() {
        for (named, directory, expected) in [
            ("x/exceptions.toml", "", Some("x/exceptions.toml")),
            (
                "exceptions.toml",
                "/etc/s3attest",
                Some("/etc/s3attest/exceptions.toml"),
            ),
            ("/srv/exceptions.toml", "/etc/s3attest", Some("/srv/exceptions.toml")),
            ("", "/etc/s3attest", None),
        ] {
            let mut configuration =
                Configuration::parse(&format!("[exceptions]\nfile = \"{named}\"\n")).expect("valid");
            configuration.resolve(Path::new(directory));
            assert_eq!(configuration.exceptions_file(), expected.map(Path::new));
        }
    }

    #[test]
    fn the_digest_changes_with_the_configuration() {
        let mut other = Configuration::default();
        other.role.name = "other".to_owned();
        assert_ne!(other.digest(), Configuration::default().digest());
        assert_eq!(other.judging_digest(&[]), Configuration::default().judging_digest(&[]));
        let noted = other.judging_digest(&["[nist-800-53-r5]".to_owned()]);
        assert_ne!(noted, other.judging_digest(&[]));
        other.frameworks.baseline = "low".to_owned();
        assert_ne!(other.judging_digest(&[]), Configuration::default().judging_digest(&[]));
        assert_eq!(other.digest().len(), 64);
    }
}
