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

    #[test]
    fn the_page_of_permissions_names_exactly_what_the_operations_need() {
        const PAGE: &str = include_str!("../../../../docs/permissions.md");
        let (role, caller) = PAGE
            .split_once("## In the management account")
            .expect("the page has two parts");
        let documented = |text: &'static str, prefixes: &[&str]| -> std::collections::BTreeSet<&'static str> {
            let quoted = text.split('"').skip(1).step_by(2);
            quoted
                .filter(|word| prefixes.iter().any(|prefix| word.starts_with(prefix)))
                .collect()
        };
        let needed = |in_session: bool| -> std::collections::BTreeSet<&'static str> {
            let operations = operations().into_iter().filter(|each| each.in_session == in_session);
            operations.flat_map(|each| each.actions.iter().copied()).collect()
        };
        assert_eq!(documented(role, &["s3:", "account:"]), needed(true));
        assert_eq!(documented(caller, &["organizations:"]), needed(false));
    }
}
