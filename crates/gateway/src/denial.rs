//! Reading AWS's message of a denial: which kind of document refused the call.
//!
//! The phrases are those of the IAM User Guide, "Troubleshoot access denied error messages".

use s3attest_model::evidence::BlockedBy;

/// Phrases and what they mean, the more specific first.
const PHRASES: [(&str, BlockedBy); 9] = [
    ("service control policy", BlockedBy::ServiceControlPolicy),
    ("resource control policy", BlockedBy::ResourceControlPolicy),
    ("session policy", BlockedBy::SessionPolicy),
    ("permissions boundary", BlockedBy::PermissionsBoundary),
    ("VPC endpoint policy", BlockedBy::EndpointPolicy),
    ("resource-based policy", BlockedBy::ResourcePolicy),
    ("identity-based policy", BlockedBy::IdentityPolicy),
    ("role trust policy", BlockedBy::ResourcePolicy),
    ("trust policy", BlockedBy::ResourcePolicy),
];

/// What refused a call, as far as AWS says.
pub(crate) fn blocked_by(message: &str) -> BlockedBy {
    PHRASES
        .iter()
        .find(|(phrase, _)| message.contains(phrase))
        .map_or(BlockedBy::Unknown, |(_, blocked_by)| *blocked_by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_denial_is_told_by_its_phrase() {
        let table = [
            (
                "because no identity-based policy allows the s3:GetBucketAcl action",
                BlockedBy::IdentityPolicy,
            ),
            (
                "with an explicit deny in an identity-based policy",
                BlockedBy::IdentityPolicy,
            ),
            (
                "with an explicit deny in a resource-based policy",
                BlockedBy::ResourcePolicy,
            ),
            (
                "with an explicit deny in a service control policy",
                BlockedBy::ServiceControlPolicy,
            ),
            (
                "because no service control policy allows the s3:GetBucketAcl action",
                BlockedBy::ServiceControlPolicy,
            ),
            (
                "with an explicit deny in a resource control policy",
                BlockedBy::ResourceControlPolicy,
            ),
            (
                "because no session policy allows the s3:GetBucketAcl action",
                BlockedBy::SessionPolicy,
            ),
            (
                "because no permissions boundary allows the action",
                BlockedBy::PermissionsBoundary,
            ),
            ("Access Denied", BlockedBy::Unknown),
        ];
        for (message, expected) in table {
            assert_eq!(blocked_by(message), expected, "{message}");
        }
    }
}
