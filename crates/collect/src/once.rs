//! What is read once for the run and stands beside the organization's accounts.
//!
//! It is read while the accounts are, since its endpoint takes two calls a second, and added to the organization's file when
//! it is complete. A run that broke off before that reads it again when it is resumed.

use std::collections::BTreeSet;

use s3attest_model::evidence::{Evidence, Gap, GapCause, Source};
use s3attest_model::organization::OrganizationRecord;
use s3attest_model::services::{Fact, Facts, Reach, ServiceSource};
use s3attest_snapshot::{Run, SnapshotError};

use crate::orchestrator::Context;
use crate::sources::{organization, organization_policies};

/// Reads what is wanted and not held yet.
pub(crate) async fn read(context: &Context, run: &Run, wanted: &BTreeSet<ServiceSource>) -> Result<(), SnapshotError> {
    if wanted.iter().all(|source| source.reach() != Reach::Organization) {
        return Ok(());
    }
    let Some(written) = run.organization()? else {
        return Ok(());
    };
    let mut records = written.collect::<Result<Vec<_>, _>>()?;
    if is_finished(&records) {
        return Ok(());
    }
    records.retain(|record| !matches!(record, OrganizationRecord::Reading(_) | OrganizationRecord::Policy(_)));
    let never = |operation| {
        let gap = Gap::new(GapCause::Interrupted, "the run holds no record of it");
        (gap, Source::not_called(operation))
    };
    let mut found = None;
    let mut roots = None;
    for record in &records {
        match record {
            OrganizationRecord::Organization(evidence) => found = Some(evidence.clone()),
            OrganizationRecord::Roots(evidence) => roots = Some(evidence.clone()),
            OrganizationRecord::AccountListing(_)
            | OrganizationRecord::Branch(_)
            | OrganizationRecord::Account(_)
            | OrganizationRecord::Reading(_)
            | OrganizationRecord::Policy(_) => {}
        }
    }
    let found = found.unwrap_or_else(|| {
        let (gap, source) = never(organization::describe_operation());
        Evidence::gap(gap, source)
    });
    let roots = roots.unwrap_or_else(|| {
        let (gap, source) = never(organization::root_list_operation());
        Evidence::gap(gap, source)
    });
    let (head, policies) = organization_policies::read(context, &found, &roots).await;
    records.push(OrganizationRecord::Reading(Box::new(head.into())));
    let policies = policies
        .into_iter()
        .map(|policy| OrganizationRecord::Policy(Box::new(policy)));
    run.write_organization(records.into_iter().chain(policies))
}

/// Whether another session has nothing to add: it was read, and nothing was left unread because the credentials had come to
/// their end.
fn is_finished(records: &[OrganizationRecord]) -> bool {
    let mut is_read = false;
    for record in records {
        let facts = match record {
            OrganizationRecord::Reading(reading) => {
                is_read = true;
                reading.facts()
            }
            OrganizationRecord::Policy(policy) => policy.facts(),
            OrganizationRecord::Organization(_)
            | OrganizationRecord::AccountListing(_)
            | OrganizationRecord::Roots(_)
            | OrganizationRecord::Branch(_)
            | OrganizationRecord::Account(_) => continue,
        };
        let mut gaps = facts.iter().filter_map(Fact::gap);
        if gaps.any(|gap| gap.cause == GapCause::CredentialsExpired) {
            return false;
        }
    }
    is_read
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Operation;
    use s3attest_model::services::{OrganizationPolicies, OrganizationPolicy};

    use super::*;

    fn head() -> OrganizationRecord {
        let source = Source::not_called(Operation::named("organizations.ListDelegatedAdministrators"));
        let head = OrganizationPolicies {
            lists: Vec::new(),
            delegated_administrators: Evidence::absent(source),
        };
        OrganizationRecord::Reading(Box::new(head.into()))
    }

    fn policy(cause: GapCause) -> OrganizationRecord {
        let source = || Source::not_called(Operation::named("organizations.DescribePolicy"));
        OrganizationRecord::Policy(Box::new(OrganizationPolicy {
            id: "p-1".to_owned(),
            arn: String::new(),
            name: String::new(),
            policy_type: "S3_POLICY".to_owned(),
            is_made_by_aws: false,
            content: Evidence::gap(Gap::new(cause, ""), source()),
            targets: Evidence::absent(source()),
        }))
    }

    #[test]
    fn what_was_never_read_or_broke_off_with_the_credentials_is_read_again() {
        assert!(!is_finished(&[]));
        assert!(is_finished(&[head()]));
        assert!(is_finished(&[head(), policy(GapCause::Denied)]));
        assert!(!is_finished(&[head(), policy(GapCause::CredentialsExpired)]));
        assert!(!is_finished(&[policy(GapCause::Denied)]));
    }
}
