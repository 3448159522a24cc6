//! Dependencies against the charter.

use super::charter::{Aws, CHARTERS, Charter};

/// A member of the workspace, as far as its walls go.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) dependencies: Vec<Dependency>,
}

/// One line of a member's manifest. What only a build script needs counts like what the crate itself needs.
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) is_member: bool,
    pub(super) is_for_tests: bool,
    pub(super) is_optional: bool,
}

/// Every dependency that the charter does not allow, in a sentence each.
pub(super) fn breaches(members: &[Member]) -> Vec<String> {
    let mut breaches = Vec::new();
    for member in members {
        let Some(charter) = CHARTERS.iter().find(|charter| charter.name == member.name) else {
            breaches.push(format!(
                "{} stands nowhere in the charter: say there what it may use",
                member.name
            ));
            continue;
        };
        breaches.extend(
            member
                .dependencies
                .iter()
                .filter_map(|dependency| breach(charter, dependency)),
        );
    }
    breaches
}

fn breach(charter: &Charter, dependency: &Dependency) -> Option<String> {
    let name = dependency.name.as_str();
    let crate_name = charter.name;
    let purpose = if dependency.is_for_tests { " in its tests" } else { "" };
    // A crate may name itself in its tests, to turn on a feature for them.
    if name == crate_name && dependency.is_for_tests {
        return None;
    }
    if dependency.is_member {
        let is_allowed =
            charter.members.contains(&name) || (dependency.is_for_tests && charter.members_in_tests.contains(&name));
        return (!is_allowed).then(|| format!("{crate_name} must not depend on {name}{purpose}"));
    }
    if name.starts_with("aws-") {
        return match charter.aws {
            Aws::Freely => None,
            Aws::Optional(names) if names.contains(&name) => (!dependency.is_optional && !dependency.is_for_tests)
                .then(|| format!("{crate_name} may depend on {name} only behind a feature: make it optional")),
            Aws::Optional(_) | Aws::Never => Some(format!(
                "{crate_name} must not depend on {name}{purpose}: only gateway and collect speak to AWS"
            )),
        };
    }
    if !charter.tokio && (name == "tokio" || name.starts_with("tokio-")) {
        return Some(format!(
            "{crate_name} must not depend on {name}{purpose}: its code takes values and returns values"
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependency(name: &str) -> Dependency {
        Dependency {
            name: name.to_owned(),
            is_member: name.starts_with("s3attest-"),
            is_for_tests: false,
            is_optional: false,
        }
    }

    fn breaches_of(crate_name: &str, dependency: Dependency) -> Vec<String> {
        breaches(&[Member {
            name: crate_name.to_owned(),
            dependencies: vec![dependency],
        }])
    }

    #[test]
    fn every_forbidden_edge_is_reported() {
        let forbidden = [
            ("s3attest-model", "s3attest-policy"),
            ("s3attest-policy", "s3attest-snapshot"),
            ("s3attest-gateway", "s3attest-assess"),
            ("s3attest-gateway", "s3attest-orgsim"),
            ("s3attest-collect", "s3attest-assess"),
            ("s3attest-collect", "s3attest-report"),
            ("s3attest-snapshot", "s3attest-gateway"),
            ("s3attest-assess", "s3attest-snapshot"),
            ("s3attest-assess", "aws-sdk-s3"),
            ("s3attest-assess", "tokio"),
            ("s3attest-report", "s3attest-assess"),
            ("s3attest-report", "tokio"),
            ("s3attest-orgsim", "s3attest-model"),
            ("s3attest-orgsim", "aws-sdk-s3"),
            ("s3attest-cli", "aws-config"),
            ("s3attest-policy", "aws-types"),
            ("s3attest-snapshot", "tokio-util"),
            ("xtask", "s3attest-gateway"),
        ];
        for (crate_name, name) in forbidden {
            let found = breaches_of(crate_name, dependency(name));
            assert_eq!(found.len(), 1, "{crate_name} → {name}");
            assert!(found[0].contains(crate_name) && found[0].contains(name), "{}", found[0]);
        }
    }

    #[test]
    fn every_intended_edge_is_allowed() {
        let allowed = [
            ("s3attest-policy", "s3attest-model"),
            ("s3attest-collect", "s3attest-snapshot"),
            ("s3attest-collect", "aws-sdk-s3"),
            ("s3attest-gateway", "tokio"),
            ("s3attest-orgsim", "tokio"),
            ("s3attest-cli", "s3attest-orgsim"),
            ("s3attest-tests", "s3attest-cli"),
            ("s3attest-assess", "serde"),
        ];
        for (crate_name, name) in allowed {
            assert_eq!(
                breaches_of(crate_name, dependency(name)),
                [""; 0],
                "{crate_name} → {name}"
            );
        }
    }

    #[test]
    fn tests_are_held_to_the_same_walls_except_where_the_charter_opens_them() {
        let in_tests = |name: &str| Dependency {
            is_for_tests: true,
            ..dependency(name)
        };
        assert_eq!(breaches_of("s3attest-collect", in_tests("s3attest-orgsim")).len(), 0);
        assert_eq!(breaches_of("s3attest-report", in_tests("s3attest-report")).len(), 0);
        assert_eq!(breaches_of("s3attest-report", in_tests("s3attest-assess")).len(), 1);
        assert_eq!(breaches_of("s3attest-assess", in_tests("tokio")).len(), 1);
        assert_eq!(breaches_of("s3attest-report", dependency("s3attest-report")).len(), 1);
    }

    #[test]
    fn the_simulated_organization_touches_the_sdk_only_behind_a_feature() {
        let optional = Dependency {
            is_optional: true,
            ..dependency("aws-smithy-runtime-api")
        };
        assert_eq!(breaches_of("s3attest-orgsim", optional).len(), 0);
        let always = breaches_of("s3attest-orgsim", dependency("aws-smithy-runtime-api"));
        assert!(always.len() == 1 && always[0].contains("optional"), "{always:?}");
    }

    #[test]
    fn a_crate_without_a_charter_is_reported() {
        let found = breaches_of("s3attest-new", dependency("serde"));
        assert!(found.len() == 1 && found[0].contains("charter"), "{found:?}");
    }
}
