//! The role that is set up: its name, and who may assume it.
//!
//! Every text that goes into a template is checked against what IAM takes for it, so that none needs to be escaped.

use s3attest_model::identifiers::{AccountId, Partition};
use serde::Serialize;

/// The role, with texts that IAM takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Role {
    name: String,
    /// Begins and ends with `/`.
    path: String,
    external_id: String,
    /// An ARN; `None` when whoever deploys it says it.
    trusted: Option<String>,
    partition: Partition,
    longest_session: i32,
}

/// A trust policy in IAM's own words.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Trust<'role> {
    version: &'static str,
    statement: [TrustStatement<'role>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TrustStatement<'role> {
    effect: &'static str,
    principal: Principal<'role>,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Condition<'role>>,
}

#[derive(Serialize)]
struct Principal<'role> {
    #[serde(rename = "AWS")]
    aws: &'role str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Condition<'role> {
    string_equals: ExternalId<'role>,
}

#[derive(Serialize)]
struct ExternalId<'role> {
    #[serde(rename = "sts:ExternalId")]
    external_id: &'role str,
}

/// The shortest that IAM takes for the longest session of a role, in seconds (IAM API Reference, `CreateRole`).
const ONE_HOUR: i32 = 3_600;

impl Role {
    pub(super) fn new(
        name: &str,
        external_id: &str,
        trusted: Option<&str>,
        partition: Partition,
        session: i32,
    ) -> Result<Self, String> {
        // An ARN is a name with a prefix that differs between accounts.
        let after_arn = name.split_once(":role/").map_or(name, |(_, rest)| rest);
        let (path, name) = match after_arn.trim_start_matches('/').rsplit_once('/') {
            Some((path, name)) => (format!("/{path}/"), name),
            None => ("/".to_owned(), after_arn.trim_start_matches('/')),
        };
        // IAM API Reference, `CreateRole`: the letters of `RoleName`, `Path` and of an external id.
        if name.is_empty() || name.len() > 64 || !name.chars().all(|letter| is_letter(letter, "+=,.@-_")) {
            return Err(format!(
                "`{name}` is no name of a role: 1 to 64 letters, digits and `+=,.@-_`; a name that differs between accounts cannot be set up in one go, so name it with --role-name"
            ));
        }
        if !path.chars().all(|letter| is_letter(letter, "/+=,.@-_")) {
            return Err(format!("`{path}` is no path of a role"));
        }
        let is_plausible = (2..=1_224).contains(&external_id.len())
            && external_id.chars().all(|letter| is_letter(letter, "+=,.@:/-_"));
        if !external_id.is_empty() && !is_plausible {
            return Err(format!(
                "`{external_id}` is no external id: 2 to 1,224 letters, digits and `+=,.@:/-_`"
            ));
        }
        Ok(Self {
            name: name.to_owned(),
            path,
            external_id: external_id.to_owned(),
            trusted: trusted.map(|text| principal(text, partition)).transpose()?,
            partition,
            longest_session: session.max(ONE_HOUR),
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The role as ARNs name it after `role/`.
    pub(super) fn path_and_name(&self) -> String {
        format!("{}{}", self.path.trim_start_matches('/'), self.name)
    }

    pub(super) fn external_id(&self) -> &str {
        &self.external_id
    }

    pub(super) fn trusted(&self) -> Option<&str> {
        self.trusted.as_deref()
    }

    pub(super) fn partition(&self) -> Partition {
        self.partition
    }

    pub(super) fn longest_session(&self) -> i32 {
        self.longest_session
    }

    /// The trust policy.
    pub(super) fn trust(&self) -> Result<String, String> {
        let Some(trusted) = &self.trusted else {
            return Err(
                "who may assume the role has to be said: --trusted-principal ARN (or an account id)".to_owned(),
            );
        };
        let condition = (!self.external_id.is_empty()).then(|| Condition {
            string_equals: ExternalId {
                external_id: &self.external_id,
            },
        });
        let document = Trust {
            version: "2012-10-17",
            statement: [TrustStatement {
                effect: "Allow",
                principal: Principal { aws: trusted },
                action: "sts:AssumeRole",
                condition,
            }],
        };
        Ok(serde_json::to_string_pretty(&document).expect("a document is plain records"))
    }
}

fn is_letter(letter: char, besides: &str) -> bool {
    letter.is_ascii_alphanumeric() || besides.contains(letter)
}

/// An ARN of IAM or STS, or an account id as the ARN of the account.
fn principal(text: &str, partition: Partition) -> Result<String, String> {
    if let Ok(account) = AccountId::new(text) {
        return Ok(format!("arn:{partition}:iam::{account}:root"));
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let is_arn = matches!(parts[..], ["arn", _, "iam" | "sts", "", account, resource]
        if AccountId::new(account).is_ok() && resource.chars().all(|letter| is_letter(letter, "/+=,.@-_")));
    if !is_arn || Partition::of_arn(text).is_none() {
        return Err(format!(
            "`{text}` is neither an account id nor the ARN of an identity (arn:{partition}:iam::111122223333:role/security-scanner)"
        ));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn role(name: &str, external_id: &str, trusted: Option<&str>) -> Result<Role, String> {
        Role::new(name, external_id, trusted, Partition::Aws, 900)
    }

    #[test]
    fn a_name_may_have_a_path_or_come_from_an_arn() {
        for (text, path, name) in [
            ("s3attest-read", "/", "s3attest-read"),
            ("audit/s3attest-read", "/audit/", "s3attest-read"),
            ("/audit/read/s3attest-read", "/audit/read/", "s3attest-read"),
            ("arn:{partition}:iam::{account}:role/audit/read", "/audit/", "read"),
        ] {
            let role = role(text, "", None).expect("a name");
            assert_eq!((role.path(), role.name()), (path, name), "{text}");
        }
        assert_eq!(role("a", "", None).expect("a name").longest_session(), 3_600);
    }

    #[test]
    fn texts_that_iam_does_not_take_never_reach_a_template() {
        for (name, external_id, trusted) in [
            ("read-{account}", "", None),
            ("", "", None),
            ("a b", "", None),
            ("${x}", "", None),
            ("read", "x", None),
            ("read", "with \"quotes\"", None),
            ("read", "${var.secret}", None),
            ("read", "", Some("scanner")),
            ("read", "", Some("*")),
            ("read", "", Some("arn:aws:s3:::bucket")),
            ("read", "", Some("arn:aws:iam::111122223333:role/a\"b")),
            ("read", "", Some("arn:other:iam::111122223333:role/a")),
        ] {
            assert!(
                role(name, external_id, trusted).is_err(),
                "{name} {external_id} {trusted:?}"
            );
        }
    }

    #[test]
    fn the_trust_is_in_one_principal_and_asks_for_the_external_id() {
        let of = |external_id, trusted| -> Value {
            let trust = role("read", external_id, Some(trusted)).and_then(|role| role.trust());
            serde_json::from_str(&trust.expect("a principal")).expect("JSON")
        };
        let by_account = of("", "111122223333");
        assert_eq!(
            by_account["Statement"][0]["Principal"]["AWS"],
            "arn:aws:iam::111122223333:root"
        );
        assert!(by_account["Statement"][0].get("Condition").is_none());
        let by_role = of("choose-one", "arn:aws:iam::111122223333:role/scanner");
        assert_eq!(
            by_role["Statement"][0]["Condition"]["StringEquals"]["sts:ExternalId"],
            "choose-one"
        );
        assert!(role("read", "", None).expect("a role").trust().is_err());
    }
}
