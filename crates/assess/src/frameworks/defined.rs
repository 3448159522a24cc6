//! Organization-defined parameters: which value of the configuration states which parameter of which control.
//!
//! Many controls are complete only when the organization has filled in a value. This is the table of those that the
//! configuration holds: a new one is a member of [`Parameters`], a key of the configuration and an entry here. How a check
//! uses a value stands in the check.

use s3attest_model::control::ControlParameter;
use s3attest_model::identifiers::{CheckId, ControlId};

use crate::parameters::Parameters;

/// A parameter of a control that a value of the configuration states.
#[derive(Debug)]
struct OfControl {
    framework: &'static str,
    control: &'static str,
    /// What of the control's parameter the value states.
    meaning: &'static str,
}

/// A value of the configuration.
struct Defined {
    /// Its key in the table `[checks]`.
    key: &'static str,
    /// The checks that use it.
    checks: &'static [&'static str],
    value: fn(&Parameters) -> String,
    controls: &'static [OfControl],
}

const fn of_nist(control: &'static str, meaning: &'static str) -> OfControl {
    OfControl {
        framework: "nist-800-53-r5",
        control,
        meaning,
    }
}

/// Every value that states a parameter of a control. The names of parameters are those of SP 800-53A revision 5.
const DEFINED: &[Defined] = &[
    Defined {
        key: "log_retention_days",
        checks: &["s3-log-target-retention"],
        value: |parameters| days(parameters.log_retention_days),
        controls: &[of_nist(
            "AU-11",
            "AU-11_ODP, the time for which audit records are retained, as far as S3's access logs are audit records",
        )],
    },
    Defined {
        key: "approved_encryption",
        checks: &[
            "s3-bucket-default-encryption",
            "s3-bucket-deny-unencrypted-uploads",
            "s3-bucket-required-kms-key",
        ],
        value: |parameters| listed(&parameters.approved_encryption, "none is approved"),
        controls: &[
            of_nist(
                "SC-13",
                "SC-13_ODP[02], the types of cryptography required, for the use of encrypting new objects by default",
            ),
            of_nist(
                "SC-28(1)",
                "the cryptography that implements protection at rest: the control names no parameter for it and rests \
                 on that of SC-13",
            ),
        ],
    },
    Defined {
        key: "kms_classes",
        checks: &["s3-bucket-deny-unencrypted-uploads", "s3-bucket-required-kms-key"],
        value: |parameters| listed(&parameters.kms_classes, "no class"),
        controls: &[of_nist(
            "SC-13",
            "part of SC-13_ODP[02]: the classes of information for which keys of AWS KMS are the type of cryptography \
             required",
        )],
    },
    Defined {
        key: "high_impact_classes",
        checks: &["s3-bucket-dsse-encryption"],
        value: |parameters| listed(&parameters.high_impact_classes, "no class"),
        controls: &[of_nist(
            "SC-28(1)",
            "part of SC-28(01)_ODP[01]: the information at rest that is protected by two layers of encryption",
        )],
    },
    Defined {
        key: "allowed_external_accounts",
        checks: &[
            "aa-external-access",
            "kms-key-policy-public",
            "s3-notification-target-in-organization",
            "s3-replication-destination-in-organization",
        ],
        value: |parameters| {
            listed(
                &parameters.allowed_external_accounts,
                "no account outside the organization",
            )
        },
        controls: &[
            of_nist(
                "AC-20",
                "AC-20_ODP[04] turned around: AWS accounts outside the organization that are not among the external \
                 systems whose use is prohibited",
            ),
            of_nist(
                "AC-21",
                "part of AC-21_ODP[01]: the AWS accounts outside the organization with which sharing was decided",
            ),
        ],
    },
    Defined {
        key: "classification_tag",
        checks: &[
            "s3-bucket-classification-tags",
            "s3-bucket-deny-unencrypted-uploads",
            "s3-bucket-dsse-encryption",
            "s3-bucket-required-kms-key",
            "s3-bucket-vpc-endpoint-only",
        ],
        value: |parameters| {
            parameters
                .classification_tag
                .clone()
                .unwrap_or_else(|| "none, so nothing is asked".to_owned())
        },
        controls: &[of_nist(
            "AC-16",
            "part of AC-16_ODP: the security attribute that is associated with the information of a bucket",
        )],
    },
    Defined {
        key: "classification_values",
        checks: &["s3-bucket-classification-tags"],
        value: |parameters| listed(&parameters.classification_values, "any value"),
        controls: &[of_nist(
            "AC-16",
            "part of AC-16_ODP: the values that the security attribute may have",
        )],
    },
];

fn days(days: u32) -> String {
    if days == 1 {
        "1 day".to_owned()
    } else {
        format!("{days} days")
    }
}

fn listed<T: ToString>(values: &[T], nothing: &str) -> String {
    if values.is_empty() {
        return nothing.to_owned();
    }
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Parameters {
    /// What the organization defined for a control, in the order of the table.
    #[must_use]
    pub fn of_control(&self, framework: &str, control: &ControlId) -> Vec<ControlParameter> {
        let default = Self::default();
        let stated = |defined: &Defined| {
            let of = defined
                .controls
                .iter()
                .find(|of| of.framework == framework && of.control == control.as_str())?;
            let value = (defined.value)(self);
            let check = |id: &&str| CheckId::new(*id).expect("a test holds the ids of checks");
            Some(ControlParameter {
                key: format!("checks.{}", defined.key),
                meaning: of.meaning.to_owned(),
                is_default: value == (defined.value)(&default),
                value,
                checks: defined.checks.iter().map(check).collect(),
            })
        };
        DEFINED.iter().filter_map(stated).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;
    use crate::checks::CHECKS;
    use crate::frameworks::Framework;

    #[test]
    fn every_entry_names_controls_and_checks_that_there_are_and_a_key_once() {
        let mut keys = BTreeSet::new();
        for defined in DEFINED {
            assert!(keys.insert(defined.key), "{}", defined.key);
            assert!(!defined.controls.is_empty(), "{}", defined.key);
            for check in defined.checks {
                assert!(CHECKS.iter().any(|known| known.id == *check), "{check}");
            }
            for of in defined.controls {
                let framework = Framework::embedded(of.framework).expect("a framework of the program");
                let id = ControlId::new(of.control).expect("a control id");
                let entry = framework.catalogue().find(&id);
                assert!(entry.is_some_and(|entry| !entry.is_withdrawn), "{id}");
            }
        }
    }

    /// What the file of a check, or one that several of them share, reads of the parameters itself, and the shared files
    /// that it uses.
    #[derive(Default)]
    struct Source {
        keys: BTreeSet<&'static str>,
        uses: Vec<String>,
    }

    /// The files of the checks without their tests, by name.
    fn sources() -> BTreeMap<String, Source> {
        let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/checks");
        let mut sources = BTreeMap::new();
        for entry in std::fs::read_dir(files).expect("the checks stand in src/checks") {
            let path = entry.expect("a file").path();
            let name = path
                .file_stem()
                .and_then(|name| name.to_str())
                .expect("a name")
                .to_owned();
            let text = std::fs::read_to_string(&path).expect("text");
            let text = text.split("#[cfg(test)]").next().expect("a text has a beginning");
            let mut source = Source::default();
            for defined in DEFINED {
                let is_read = text.contains(&format!("parameters.{}", defined.key))
                    || (defined.key == "allowed_external_accounts" && text.contains("allows_external("));
                if is_read {
                    source.keys.insert(defined.key);
                }
            }
            for used in text.split("super::").skip(1) {
                let end = used.find(|character: char| !character.is_alphanumeric() && character != '_');
                source.uses.push(used[..end.unwrap_or(used.len())].to_owned());
            }
            sources.insert(name, source);
        }
        sources
    }

    fn keys_read_by(name: &str, sources: &BTreeMap<String, Source>) -> BTreeSet<&'static str> {
        let (mut keys, mut open, mut seen) = (BTreeSet::new(), vec![name.to_owned()], BTreeSet::new());
        let is_check = |name: &String| CHECKS.iter().any(|check| check.id.replace('-', "_") == *name);
        while let Some(name) = open.pop() {
            if let Some(source) = sources.get(&name).filter(|_| seen.insert(name.clone())) {
                keys.extend(&source.keys);
                // What another check lends reads no parameters.
                open.extend(source.uses.iter().filter(|used| !is_check(used)).cloned());
            }
        }
        keys
    }

    #[test]
    fn every_value_names_the_checks_whose_files_read_it_and_no_others() {
        let sources = sources();
        let mut read_by: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for check in CHECKS {
            let name = check.id.replace('-', "_");
            assert!(sources.contains_key(&name), "{} has a file of its own", check.id);
            for key in keys_read_by(&name, &sources) {
                read_by.entry(key).or_default().insert(check.id);
            }
        }
        let page = include_str!("../../../../docs/frameworks/nist-800-53-r5.md");
        for defined in DEFINED {
            let listed: BTreeSet<&str> = defined.checks.iter().copied().collect();
            assert_eq!(Some(&listed), read_by.get(defined.key), "{}", defined.key);
            let key = format!("`{}`", defined.key);
            let row = page.lines().find(|line| line.starts_with('|') && line.contains(&key));
            for check in listed {
                assert!(
                    row.is_some_and(|row| row.contains(&format!("`{check}`"))),
                    "{key}: {check}"
                );
            }
        }
    }

    #[test]
    fn a_control_tells_its_value_and_whether_anybody_chose_it() {
        let au_11 = ControlId::new("AU-11").expect("a control id");
        let of = |parameters: &Parameters| parameters.of_control("nist-800-53-r5", &au_11);
        let default = of(&Parameters::default());
        assert_eq!(
            (default.len(), default[0].value.as_str(), default[0].is_default),
            (1, "365 days", true)
        );
        assert_eq!(default[0].key, "checks.log_retention_days");
        assert_eq!(default[0].checks[0].as_str(), "s3-log-target-retention");
        let chosen = of(&Parameters {
            log_retention_days: 1095,
            ..Parameters::default()
        });
        assert_eq!((chosen[0].value.as_str(), chosen[0].is_default), ("1095 days", false));
        assert!(Parameters::default().of_control("another", &au_11).is_empty());
    }
}
