//! What was refused, grouped over accounts, and what can be done about it.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_gateway::AllowedOperation;
use s3attest_model::evidence::{BlockedBy, Gap, GapCause, Source};
use s3attest_model::identifiers::RegionName;
use serde::Serialize;

use crate::output::plain;
use crate::permissions::{Document, Statement};

use super::diagnosis::Column;

/// Accounts that a group names; their number says the rest.
const ACCOUNTS_NAMED: usize = 3;

/// Something that could not be read, in as many accounts as said the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Refusal {
    pub(super) column: Column,
    pub(super) operation: String,
    pub(super) cause: GapCause,
    pub(super) blocked_by: Option<BlockedBy>,
    /// Whether a statement denies it, so that none that allows it would help.
    pub(super) is_explicit: bool,
    /// Whether AWS was asked, and not only something else that had to be known first.
    pub(super) was_called: bool,
    /// In how many accounts.
    pub(super) count: usize,
    /// Some of them.
    pub(super) accounts: Vec<String>,
    /// In which regions, as far as it was asked in several.
    pub(super) regions: BTreeSet<String>,
    /// What was said in the first of them.
    pub(super) said: String,
}

impl Refusal {
    pub(super) fn new(
        column: Column,
        (account, region): (&str, Option<&RegionName>),
        source: &Source,
        gap: &Gap,
    ) -> Self {
        Self {
            column,
            operation: source.operation.to_string(),
            cause: gap.cause,
            blocked_by: gap.blocked_by,
            is_explicit: gap.detail.contains("explicit deny"),
            was_called: source.observed_at.is_some(),
            count: 1,
            accounts: vec![account.to_owned()],
            regions: region.map(ToString::to_string).into_iter().collect(),
            said: plain(&gap.detail),
        }
    }

    /// The actions that are missing: the one that AWS names, or all that the operation needs.
    fn actions(&self, operations: &[AllowedOperation]) -> BTreeSet<&'static str> {
        let needed = operations
            .iter()
            .filter(|operation| operation.label == self.operation)
            .flat_map(|operation| operation.actions.iter().copied());
        let needed: BTreeSet<&'static str> = needed.collect();
        let words: BTreeSet<&str> = self.said.split_whitespace().collect();
        let named: BTreeSet<&'static str> = needed.iter().copied().filter(|action| words.contains(action)).collect();
        if named.is_empty() { needed } else { named }
    }
}

/// Refusals that differ in nothing but the account become one, in the order of columns and operations. An account counts
/// once, however many of its resources said the same.
pub(super) fn grouped(refusals: impl Iterator<Item = Refusal>) -> Vec<Refusal> {
    let mut groups: BTreeMap<_, (Refusal, BTreeSet<String>)> = BTreeMap::new();
    for mut refusal in refusals {
        let key = (
            refusal.column,
            refusal.operation.clone(),
            refusal.cause,
            refusal.blocked_by,
            refusal.is_explicit,
            refusal.was_called,
        );
        let accounts = refusal.accounts.clone();
        let regions = std::mem::take(&mut refusal.regions);
        let (group, named) = groups.entry(key).or_insert_with(|| (refusal, BTreeSet::new()));
        group.regions.extend(regions);
        named.extend(accounts);
    }
    groups
        .into_values()
        .map(|(refusal, accounts)| Refusal {
            count: accounts.len(),
            accounts: accounts.into_iter().take(ACCOUNTS_NAMED).collect(),
            ..refusal
        })
        .collect()
}

/// A refusal that no statement of an identity policy mends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Beyond {
    pub(super) operation: String,
    /// What refuses it, and who can mend that.
    pub(super) why: &'static str,
    pub(super) count: usize,
}

/// What can be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Advice {
    /// The statement to add to the role's policy; `None` when none would help.
    pub(super) statement: Option<Statement>,
    /// Of its actions those that the role's permissions boundary has to allow too.
    pub(super) boundary: Vec<&'static str>,
    /// Actions of refusals that say nothing of their cause: the role's policy may lack them.
    pub(super) perhaps: Vec<&'static str>,
    /// What no identity policy can mend.
    pub(super) beyond: Vec<Beyond>,
}

impl Advice {
    pub(super) fn of(refusals: &[Refusal], operations: &[AllowedOperation]) -> Self {
        let mut missing = BTreeSet::new();
        let mut boundary = BTreeSet::new();
        let mut perhaps = BTreeSet::new();
        let mut beyond: Vec<Beyond> = Vec::new();
        let denied = refusals
            .iter()
            .filter(|refusal| refusal.cause == GapCause::Denied && refusal.was_called);
        for refusal in denied {
            let actions = refusal.actions(operations);
            let why = match (refusal.column, refusal.blocked_by, refusal.is_explicit) {
                (Column::Role, _, _) => {
                    "the role does not exist, its trust policy does not admit the caller or asks for another external id, or the caller may not assume it"
                }
                (_, Some(BlockedBy::IdentityPolicy), false) => {
                    missing.extend(actions);
                    continue;
                }
                (_, Some(BlockedBy::PermissionsBoundary), false) => {
                    missing.extend(actions.iter().copied());
                    boundary.extend(actions);
                    continue;
                }
                (_, None | Some(BlockedBy::Unknown), _) => {
                    perhaps.extend(actions);
                    continue;
                }
                (_, Some(BlockedBy::IdentityPolicy), true) => "a policy of the role denies it: take that statement out",
                (_, Some(BlockedBy::PermissionsBoundary), true) => {
                    "the role's permissions boundary denies it: take that statement out"
                }
                (_, Some(BlockedBy::ServiceControlPolicy), _) => {
                    "a service control policy: whoever keeps the organization's policies has to except the role"
                }
                (_, Some(BlockedBy::ResourceControlPolicy), _) => {
                    "a resource control policy: whoever keeps the organization's policies has to except the role"
                }
                (_, Some(BlockedBy::ResourcePolicy), _) => {
                    "a resource-based policy, such as the bucket's: whoever owns the resource has to except the role"
                }
                (_, Some(BlockedBy::EndpointPolicy), _) => "the policy of the VPC endpoint through which the call went",
                (_, Some(BlockedBy::SessionPolicy), _) => {
                    "the session policy, which this program makes itself: please report it as a defect"
                }
            };
            beyond.push(Beyond {
                operation: refusal.operation.clone(),
                why,
                count: refusal.count,
            });
        }
        for action in &missing {
            perhaps.remove(action);
        }
        Self {
            statement: (!missing.is_empty()).then(|| Statement::missing(missing)),
            boundary: boundary.into_iter().collect(),
            perhaps: perhaps.into_iter().collect(),
            beyond,
        }
    }

    /// The statement in a document of its own, for pasting.
    pub(super) fn document(&self) -> Option<Document> {
        let statement = self.statement.clone()?;
        Some(Document::new(vec![statement]))
    }
}

#[cfg(test)]
mod tests {
    use s3attest_gateway::{Times, Unit};
    use s3attest_model::evidence::Operation;

    use super::*;

    const READ: AllowedOperation = AllowedOperation {
        service: "S3",
        name: "GetBucketAcl",
        label: "s3.GetBucketAcl",
        actions: &["s3:GetBucketAcl", "s3:GetBucketAbac"],
        class: "s3",
        in_session: true,
        times: Times::each(Unit::Bucket),
    };

    fn refusal(account: &str, blocked_by: BlockedBy, said: &str) -> Refusal {
        let source = Source {
            observed_at: Some(jiff::Timestamp::UNIX_EPOCH),
            ..Source::not_called(Operation::named("s3.GetBucketAcl"))
        };
        let gap = Gap {
            blocked_by: Some(blocked_by),
            ..Gap::new(GapCause::Denied, said)
        };
        Refusal::new(Column::BucketSettings, (account, None), &source, &gap)
    }

    #[test]
    fn the_same_refusal_of_many_accounts_is_one_line() {
        let many = (0..1_000).flat_map(|number| {
            let account = format!("{number:012}");
            [0, 1].map(|_| refusal(&account, BlockedBy::IdentityPolicy, "said"))
        });
        let other = refusal("1", BlockedBy::ServiceControlPolicy, "said");
        let groups = grouped(many.chain([other]));
        let counts: Vec<usize> = groups.iter().map(|group| group.count).collect();
        assert_eq!(counts, [1_000, 1]);
        assert_eq!(groups[0].accounts.len(), ACCOUNTS_NAMED);
    }

    #[test]
    fn only_what_an_identity_policy_lacks_is_in_the_statement() {
        let of = |blocked_by, said: &str| Advice::of(&[refusal("1", blocked_by, said)], &[READ]);
        let named = of(
            BlockedBy::IdentityPolicy,
            "because no identity-based policy allows the s3:GetBucketAcl action",
        );
        let statement = named.statement.expect("it can be mended");
        assert_eq!(statement.action, ["s3:GetBucketAcl"], "the one that AWS names");
        let unnamed = of(BlockedBy::PermissionsBoundary, "");
        assert_eq!(unnamed.boundary.len(), 2);
        assert_eq!(unnamed.statement.expect("it can be mended").action.len(), 2);
        let perhaps = of(BlockedBy::Unknown, "Access Denied");
        assert_eq!((perhaps.statement, perhaps.perhaps.len()), (None, 2));
        for (blocked_by, said) in [
            (
                BlockedBy::IdentityPolicy,
                "with an explicit deny in an identity-based policy",
            ),
            (BlockedBy::ServiceControlPolicy, ""),
            (BlockedBy::ResourceControlPolicy, ""),
            (BlockedBy::ResourcePolicy, ""),
            (BlockedBy::SessionPolicy, ""),
            (BlockedBy::EndpointPolicy, ""),
        ] {
            let advice = of(blocked_by, said);
            assert_eq!(advice.statement, None, "{blocked_by}");
            assert_eq!(advice.beyond.len(), 1, "{blocked_by}");
        }
    }
}
