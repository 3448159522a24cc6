//! The permissions that a scan needs, as IAM statements: one for each source, made from the operations alone.
//!
//! The role of `setup`, the generated pages and the advice of `doctor` come from here, so that none of them can ask for
//! more than is called.

use std::collections::BTreeSet;

use s3attest_collect::{Wishes, account_operations, operations, operations_of};
use s3attest_gateway::{AllowedOperation, LONGEST_SESSION_POLICY, OWN_OPERATIONS, Unit, session_policy};
use s3attest_model::identifiers::Partition;
use s3attest_model::services::ServiceSource;
use serde::Serialize;

/// The longest managed policy, white space aside (IAM User Guide, "IAM and AWS STS quotas").
pub(crate) const LONGEST_MANAGED_POLICY: usize = 6_144;
/// The inline policies of a role together, white space aside (the same page).
pub(crate) const LONGEST_INLINE_POLICIES: usize = 10_240;

/// A statement of a policy document, in IAM's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Statement {
    /// Which source it is for; letters and digits only, since a managed policy takes nothing else.
    pub(crate) sid: String,
    pub(crate) effect: &'static str,
    pub(crate) action: Vec<&'static str>,
    pub(crate) resource: String,
}

impl Statement {
    fn allow(sid: impl Into<String>, action: BTreeSet<&'static str>) -> Self {
        Self {
            sid: sid.into(),
            effect: "Allow",
            action: action.into_iter().collect(),
            resource: "*".to_owned(),
        }
    }

    /// What a role that is there already lacks.
    pub(crate) fn missing(action: BTreeSet<&'static str>) -> Self {
        Self::allow("Missing", action)
    }
}

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Document {
    version: &'static str,
    pub(crate) statement: Vec<Statement>,
}

impl Document {
    pub(crate) fn new(statement: Vec<Statement>) -> Self {
        Self {
            version: "2012-10-17",
            statement,
        }
    }

    /// How many characters IAM counts.
    pub(crate) fn length(&self) -> usize {
        serde_json::to_string(self).expect("a document is plain records").len()
    }

    /// The document for a reader.
    pub(crate) fn pretty(&self) -> String {
        serde_json::to_string_pretty(self).expect("a document is plain records")
    }

    /// The document in as many parts as managed policies of this length need; no statement is torn apart.
    pub(crate) fn parts(&self, longest: usize) -> Vec<Self> {
        let mut parts: Vec<Self> = Vec::new();
        for statement in &self.statement {
            if let Some(last) = parts.last_mut() {
                last.statement.push(statement.clone());
                if last.length() <= longest {
                    continue;
                }
                last.statement.pop();
            }
            parts.push(Self::new(vec![statement.clone()]));
        }
        parts
    }
}

/// The operations that a source calls, those included that are only made by somebody's wish.
pub(crate) fn operations_with_wishes(source: ServiceSource, wishes: Wishes) -> Vec<AllowedOperation> {
    let of_account = account_operations();
    operations(&BTreeSet::from([source]), wishes)
        .into_iter()
        .filter(|operation| operations_of(source).contains(operation) || !of_account.contains(operation))
        .collect()
}

/// What the role in every account may do: its regions and buckets, the settings of buckets, then a statement a source. An
/// action that several sources need stands with the first.
pub(crate) fn of_role(sources: &BTreeSet<ServiceSource>, wishes: Wishes) -> Document {
    let actions =
        |operations: &[AllowedOperation], wanted: &dyn Fn(&AllowedOperation) -> bool| -> BTreeSet<&'static str> {
            operations
                .iter()
                .filter(|each| each.in_session && wanted(each))
                .flat_map(|each| each.actions.iter().copied())
                .collect()
        };
    let of_account = account_operations();
    let of_buckets = |each: &AllowedOperation| each.times.per == Unit::Bucket;
    let mut groups = vec![
        ("Account".to_owned(), actions(&of_account, &|each| !of_buckets(each))),
        ("BucketSettings".to_owned(), actions(&of_account, &of_buckets)),
    ];
    for source in sources {
        let operations = operations_with_wishes(*source, wishes);
        groups.push((sid(source.key()), actions(&operations, &|_| true)));
    }
    let mut given = BTreeSet::new();
    let statements = groups.into_iter().filter_map(|(sid, actions)| {
        let new: BTreeSet<&'static str> = actions.into_iter().filter(|action| given.insert(*action)).collect();
        (!new.is_empty()).then(|| Statement::allow(sid, new))
    });
    Document::new(statements.collect())
}

/// What the identity may do that runs the program: find the accounts, and assume the role in each.
pub(crate) fn of_caller(
    sources: &BTreeSet<ServiceSource>,
    wishes: Wishes,
    partition: Partition,
    role: &str,
) -> Document {
    let by_caller = operations(sources, wishes).into_iter().filter(|each| !each.in_session);
    let find: BTreeSet<&'static str> = by_caller.flat_map(|each| each.actions.iter().copied()).collect();
    let assume: BTreeSet<&'static str> = OWN_OPERATIONS
        .iter()
        .flat_map(|each| each.actions.iter().copied())
        .collect();
    Document::new(vec![
        Statement::allow("FindAccounts", find),
        Statement {
            resource: format!("arn:{partition}:iam::*:role/{role}"),
            ..Statement::allow("AssumeRole", assume)
        },
    ])
}

/// Refuses sources whose actions do not fit into a session policy, and says which of them would make room.
pub(crate) fn check_session_policy(sources: &BTreeSet<ServiceSource>, wishes: Wishes) -> Result<(), String> {
    let length = session_policy_length(sources, wishes);
    if length <= LONGEST_SESSION_POLICY {
        return Ok(());
    }
    Err(format!(
        "the session policy of these sources would be {length} characters long, and AWS takes {LONGEST_SESSION_POLICY}; leave some out with `--without SOURCE` or `sources.leave_out`. Each makes room for so many characters: {}",
        room(sources, wishes, length).join(", ")
    ))
}

/// The sources that are not free, each with the characters that it takes, the most first.
fn room(sources: &BTreeSet<ServiceSource>, wishes: Wishes, length: usize) -> Vec<String> {
    let mut room: Vec<(usize, &str)> = sources
        .iter()
        .map(|source| {
            let rest: BTreeSet<ServiceSource> = sources.iter().copied().filter(|each| each != source).collect();
            (
                length.saturating_sub(session_policy_length(&rest, wishes)),
                source.key(),
            )
        })
        .filter(|(saved, _)| *saved > 0)
        .collect();
    room.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(right.1)));
    room.iter().map(|(saved, key)| format!("{key} {saved}")).collect()
}

fn session_policy_length(sources: &BTreeSet<ServiceSource>, wishes: Wishes) -> usize {
    session_policy(&operations(sources, wishes)).map_or_else(|too_long| too_long.length, |text| text.len())
}

/// A key as the id of a statement: `access-analyzer` becomes `AccessAnalyzer`.
fn sid(key: &str) -> String {
    let words = key.split(|letter: char| !letter.is_ascii_alphanumeric());
    words
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> BTreeSet<ServiceSource> {
        ServiceSource::ALL.iter().copied().collect()
    }

    #[test]
    fn the_role_may_do_what_is_called_in_sessions_and_nothing_else() {
        for wishes in [Wishes::default(), Wishes::everything()] {
            let called: BTreeSet<&str> = operations(&all(), wishes)
                .iter()
                .filter(|each| each.in_session)
                .flat_map(|each| each.actions.iter().copied())
                .collect();
            let document = of_role(&all(), wishes);
            let mut given: Vec<&str> = document.statement.iter().flat_map(|each| each.action.clone()).collect();
            given.sort_unstable();
            assert_eq!(given, called.into_iter().collect::<Vec<_>>(), "each action once");
        }
    }

    #[test]
    fn every_statement_has_a_name_of_its_own_that_iam_takes() {
        let document = of_role(&all(), Wishes::everything());
        let sids: BTreeSet<&str> = document.statement.iter().map(|each| each.sid.as_str()).collect();
        assert_eq!(sids.len(), document.statement.len());
        assert!(
            sids.iter()
                .all(|sid| sid.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        );
    }

    #[test]
    fn a_source_that_is_left_out_is_not_asked_for() {
        let document = of_role(&BTreeSet::new(), Wishes::default());
        let sids: Vec<&str> = document.statement.iter().map(|each| each.sid.as_str()).collect();
        assert_eq!(sids, ["Account", "BucketSettings"]);
    }

    #[test]
    fn the_permissions_of_all_sources_fit_into_what_iam_takes() {
        let document = of_role(&all(), Wishes::everything());
        assert!(document.length() <= LONGEST_INLINE_POLICIES, "{}", document.length());
        let parts = document.parts(LONGEST_MANAGED_POLICY);
        assert!(parts.len() <= 10, "a role takes ten managed policies");
        assert!(parts.iter().all(|part| part.length() <= LONGEST_MANAGED_POLICY));
        let together: Vec<Statement> = parts.into_iter().flat_map(|part| part.statement).collect();
        assert_eq!(together, document.statement);
    }

    #[test]
    fn all_sources_fit_into_a_session_policy_and_each_takes_room() {
        assert_eq!(check_session_policy(&all(), Wishes::everything()), Ok(()));
        let alone = BTreeSet::from([ServiceSource::Shield]);
        let length = session_policy_length(&alone, Wishes::default());
        let nothing = session_policy_length(&BTreeSet::new(), Wishes::default());
        assert_eq!(
            room(&alone, Wishes::default(), length),
            [format!("shield {}", length - nothing)]
        );
    }

    #[test]
    fn statements_are_packed_in_order_and_never_torn_apart() {
        let statement = |sid: &str| Statement::allow(sid, BTreeSet::from(["s3:GetBucketAcl"]));
        let document = Document::new(["A", "B", "C"].map(statement).to_vec());
        let pair = Document::new(["A", "B"].map(statement).to_vec()).length();
        let sizes = |longest| -> Vec<usize> {
            let parts = document.parts(longest);
            parts.iter().map(|part| part.statement.len()).collect()
        };
        assert_eq!(sizes(document.length()), [3]);
        assert_eq!(sizes(pair), [2, 1]);
        assert_eq!(sizes(pair - 1), [1, 1, 1]);
        assert_eq!(sid("access-analyzer"), "AccessAnalyzer");
    }
}
