//! Who may do what: patterns of actions, session policies, and the words in which AWS refuses.
//!
//! A session policy is enforced on its actions; its resources and conditions are not looked at. Bucket policies are
//! answered as text and never evaluated here.

use serde_json::Value;

use crate::scenario::Refuser;

/// Whether a pattern with `*` and `?` matches a text, letter case aside, as IAM matches actions.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut position) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while position < text.len() {
        if at < pattern.len()
            && (pattern[at] == b'?' || pattern[at].eq_ignore_ascii_case(&text[position]))
            && pattern[at] != b'*'
        {
            at += 1;
            position += 1;
        } else if at < pattern.len() && pattern[at] == b'*' {
            star = Some((at, position));
            at += 1;
        } else if let Some((star_at, star_position)) = star {
            at = star_at + 1;
            position = star_position + 1;
            star = Some((star_at, star_position + 1));
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// What a session policy says of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    Allowed,
    NotAllowed,
    Denied,
}

#[derive(Debug)]
struct Statement {
    is_allow: bool,
    /// Whether the patterns stand under `NotAction`.
    is_inverted: bool,
    patterns: Vec<String>,
}

impl Statement {
    fn covers(&self, action: &str) -> bool {
        self.patterns.iter().any(|pattern| matches(pattern, action)) != self.is_inverted
    }
}

/// The inline policy of a session.
#[derive(Debug)]
pub(crate) struct SessionPolicy {
    statements: Vec<Statement>,
}

impl SessionPolicy {
    /// Reads a policy document; `None` when it is malformed.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let document: Value = serde_json::from_str(text).ok()?;
        let statements = match document.get("Statement")? {
            Value::Array(statements) => statements.iter().collect(),
            statement @ Value::Object(_) => vec![statement],
            _ => return None,
        };
        let statements = statements
            .into_iter()
            .map(Self::statement)
            .collect::<Option<Vec<_>>>()?;
        Some(Self { statements })
    }

    fn statement(value: &Value) -> Option<Statement> {
        let is_allow = match value.get("Effect")?.as_str()? {
            "Allow" => true,
            "Deny" => false,
            _ => return None,
        };
        // A session policy is identity-based, so every statement names its resources.
        if value.get("Resource").is_none() && value.get("NotResource").is_none() {
            return None;
        }
        let (is_inverted, actions) = match (value.get("Action"), value.get("NotAction")) {
            (Some(actions), None) => (false, actions),
            (None, Some(actions)) => (true, actions),
            _ => return None,
        };
        let patterns = match actions {
            Value::String(action) => vec![action.clone()],
            Value::Array(actions) => actions
                .iter()
                .map(|action| action.as_str().map(str::to_owned))
                .collect::<Option<_>>()?,
            _ => return None,
        };
        Some(Statement {
            is_allow,
            is_inverted,
            patterns,
        })
    }

    pub(crate) fn decide(&self, action: &str) -> Decision {
        let mut decision = Decision::NotAllowed;
        for statement in self.statements.iter().filter(|statement| statement.covers(action)) {
            if !statement.is_allow {
                return Decision::Denied;
            }
            decision = Decision::Allowed;
        }
        decision
    }
}

/// The message of a refusal, in the form that the IAM User Guide shows under "access denied error messages".
pub(crate) fn refusal(refuser: Refuser, principal: &str, action: &str, resource: &str) -> String {
    let reason = match refuser {
        Refuser::IdentityPolicy => format!("because no identity-based policy allows the {action} action"),
        Refuser::IdentityPolicyDeny => "with an explicit deny in an identity-based policy".to_owned(),
        Refuser::ResourcePolicy => "with an explicit deny in a resource-based policy".to_owned(),
        Refuser::ServiceControlPolicy => "with an explicit deny in a service control policy".to_owned(),
        Refuser::ResourceControlPolicy => "with an explicit deny in a resource control policy".to_owned(),
        Refuser::SessionPolicy => format!("because no session policy allows the {action} action"),
        Refuser::PermissionsBoundary => format!("because no permissions boundary allows the {action} action"),
        Refuser::Unnamed => return "Access Denied".to_owned(),
    };
    format!("User: {principal} is not authorized to perform: {action} on resource: \"{resource}\" {reason}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_iam_matches_actions() {
        for (pattern, text, expected) in [
            ("*", "s3:GetBucketAcl", true),
            ("s3:Get*", "s3:GetBucketAcl", true),
            ("S3:get*", "s3:GetBucketAcl", true),
            ("s3:Get*Acl", "s3:GetBucketAcl", true),
            ("s3:Get*Acl", "s3:GetBucketAclX", false),
            ("s3:GetBucketAc?", "s3:GetBucketAcl", true),
            ("s3:GetBucketAcl?", "s3:GetBucketAcl", false),
            ("s3:List*", "s3:GetBucketAcl", false),
            ("", "s3:GetBucketAcl", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} against {text}");
        }
    }

    #[test]
    fn a_session_policy_allows_what_it_lists_and_its_deny_wins() {
        let policy = SessionPolicy::parse(
            r#"{"Version":"2012-10-17","Statement":[
                {"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"*"},
                {"Effect":"Deny","Action":"s3:GetObject*","Resource":"*"}]}"#,
        )
        .expect("well formed");
        assert_eq!(policy.decide("s3:GetBucketAcl"), Decision::Allowed);
        assert_eq!(policy.decide("s3:GetObject"), Decision::Denied);
        assert_eq!(policy.decide("s3:PutBucketAcl"), Decision::NotAllowed);
    }

    #[test]
    fn malformed_session_policies_are_refused() {
        for text in [
            "",
            "{}",
            r#"{"Statement":[{"Effect":"Allow","Action":"s3:*"}]}"#,
            r#"{"Statement":[{"Effect":"Maybe","Action":"s3:*","Resource":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":1,"Resource":"*"}]}"#,
        ] {
            assert!(SessionPolicy::parse(text).is_none(), "{text}");
        }
    }
}
