//! Where evidence comes from: one file a source, one line in the list of operations.

pub(crate) mod account_public_access_block;
pub(crate) mod bucket;
pub(crate) mod bucket_list;
pub(crate) mod organization;
pub(crate) mod organization_policies;
pub(crate) mod regions;
pub(crate) mod service;

use std::collections::BTreeSet;

use s3attest_gateway::AllowedOperation;
use s3attest_model::services::ServiceSource;

use self::service::Wishes;

/// The operations that find the accounts, their regions and buckets, and read the buckets' settings.
#[must_use]
pub fn account_operations() -> Vec<AllowedOperation> {
    [
        account_public_access_block::OPERATIONS,
        bucket::OPERATIONS,
        bucket_list::OPERATIONS,
        organization::OPERATIONS,
        regions::OPERATIONS,
    ]
    .concat()
}

/// Every operation that a scan of these sources calls: the read-only guard, the session policy and the role's permissions
/// are made from this list, so that what is left out is neither called nor asked for.
#[must_use]
pub fn operations(sources: &BTreeSet<ServiceSource>, wishes: Wishes) -> Vec<AllowedOperation> {
    let mut operations = account_operations();
    for operation in sources.iter().flat_map(|source| service::operations_of(*source)) {
        // Two sources may ask the same operation about different things.
        if !operations.contains(operation) {
            operations.push(*operation);
        }
    }
    if wishes.refresh_trusted_advisor {
        for source in sources {
            operations.extend_from_slice(service::operations_by_wish(*source));
        }
    }
    operations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operations() -> Vec<AllowedOperation> {
        super::operations(&ServiceSource::ALL.iter().copied().collect(), Wishes::default())
    }

    #[test]
    fn no_operation_can_change_anything_or_hand_out_data_or_credentials() {
        // Verb prefixes are not enough: these start with a reading verb and are not harmless.
        let harmful = ["GetObject", "GetDataAccess", "GetFederationToken", "GetSessionToken"];
        // And this one does not, and changes nothing: IAM makes a report about the account, which IAM itself keeps.
        let harmless = "GenerateCredentialReport";
        for operation in operations() {
            let reads = operation.name == harmless
                || ["Get", "List", "Head", "Describe"]
                    .iter()
                    .any(|verb| operation.name.starts_with(verb));
            assert!(reads && !harmful.contains(&operation.name), "{}", operation.label);
        }
    }

    #[test]
    fn a_wish_adds_the_refresh_of_trusted_advisor_and_nothing_else_that_is_no_read() {
        let sources: BTreeSet<_> = ServiceSource::ALL.iter().copied().collect();
        let wishes = Wishes {
            refresh_trusted_advisor: true,
            ..Wishes::default()
        };
        let without: BTreeSet<_> = operations().iter().map(|each| each.label).collect();
        let with = super::operations(&sources, wishes);
        let added: BTreeSet<_> = with
            .iter()
            .map(|each| each.label)
            .filter(|label| !without.contains(label))
            .collect();
        // The first only looks, but at nothing that matters without the second, which makes Trusted Advisor look again. That
        // changes no resource of the account; it is still no read, and so it waits for somebody's wish.
        let expected = [
            "support.DescribeTrustedAdvisorCheckRefreshStatuses",
            "support.RefreshTrustedAdvisorCheck",
        ];
        assert_eq!(added, BTreeSet::from(expected));
        let none = super::operations(&BTreeSet::new(), wishes);
        assert!(
            none.iter().all(|each| !added.contains(each.label)),
            "a source that is left out does nothing, whatever is wished for"
        );
    }

    #[test]
    fn every_operation_stands_once() {
        let mut names: Vec<_> = operations().iter().map(|each| (each.service, each.name)).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
