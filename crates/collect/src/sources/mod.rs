//! Where evidence comes from: one file a source, one line in the list of operations.

pub(crate) mod account_public_access_block;
pub(crate) mod bucket;
pub(crate) mod bucket_list;
pub(crate) mod organization;
pub(crate) mod regions;

use s3attest_gateway::AllowedOperation;

/// Every operation that any source calls: the read-only guard, the session policy and the role's permissions are made
/// from this list.
#[must_use]
pub fn operations() -> Vec<AllowedOperation> {
    [
        account_public_access_block::OPERATIONS,
        bucket::OPERATIONS,
        bucket_list::OPERATIONS,
        organization::OPERATIONS,
        regions::OPERATIONS,
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_operation_can_change_anything_or_hand_out_data_or_credentials() {
        // Verb prefixes are not enough: these start with a reading verb and are not harmless.
        let harmful = ["GetObject", "GetDataAccess", "GetFederationToken", "GetSessionToken"];
        for operation in operations() {
            let reads = ["Get", "List", "Head", "Describe"]
                .iter()
                .any(|verb| operation.name.starts_with(verb));
            assert!(reads && !harmful.contains(&operation.name), "{}", operation.label);
        }
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
