//! Situations with the answers that AWS's documentation asks for.

mod beyond;
mod grants;

use std::collections::BTreeSet;

use s3attest_model::bucket::{AccessControlList, Grant, Grantee, OwnershipControls, PublicAccessBlock};
use s3attest_model::identifiers::AccountId;

use super::*;
use crate::document::Document;

const OWN: &str = "111111111111";
const SIBLING: &str = "222222222222";
const STRANGER: &str = "999999999999";

/// What a situation borrows from.
pub(super) struct World {
    account: AccountId,
    management: AccountId,
    accounts: BTreeSet<AccountId>,
    pub(super) policy: Option<Document>,
    point_policy: Option<Document>,
    guard: Option<Document>,
    acl: AccessControlList,
    ownership: OwnershipControls,
}

fn id(text: &str) -> AccountId {
    AccountId::new(text).expect(text)
}

fn document(statements: &str) -> Document {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    Document::parse(&text).expect(statements)
}

const OPEN: PublicAccessBlock = PublicAccessBlock {
    block_public_acls: false,
    ignore_public_acls: false,
    block_public_policy: false,
    restrict_public_buckets: false,
};

const CLOSED: PublicAccessBlock = PublicAccessBlock {
    block_public_acls: true,
    ignore_public_acls: true,
    block_public_policy: true,
    restrict_public_buckets: true,
};

impl World {
    pub(super) fn with_policy(statements: &str) -> Self {
        Self {
            account: id(OWN),
            management: id("000000000000"),
            accounts: [OWN, SIBLING, "000000000000"].map(id).into(),
            policy: (!statements.is_empty()).then(|| document(statements)),
            point_policy: None,
            guard: None,
            acl: AccessControlList {
                owner: Some("owner".to_owned()),
                grants: vec![grant(Grantee::CanonicalUser("owner".to_owned()), "FULL_CONTROL")],
            },
            ownership: OwnershipControls {
                object_ownership: "BucketOwnerEnforced".to_owned(),
            },
        }
    }

    fn with_acl(grants: Vec<Grant>) -> Self {
        let mut world = Self::with_policy("");
        world.acl.grants.extend(grants);
        "ObjectWriter".clone_into(&mut world.ownership.object_ownership);
        world
    }

    pub(super) fn situation(&self) -> Situation<'_> {
        Situation {
            account: &self.account,
            bucket_arn: "arn:aws:s3:::data".to_owned(),
            organization: Known::Present(OrganizationFacts {
                id: "o-own",
                management_account: &self.management,
                accounts: &self.accounts,
                incomplete: None,
            }),
            organization_block: Known::Absent,
            account_block: Known::Present(OPEN),
            bucket_block: Known::Present(OPEN),
            ownership: Known::Present(&self.ownership),
            acl: Known::Present(&self.acl),
            object_acls: Known::Absent,
            policy: self.policy.as_ref().map_or(Known::Absent, Known::Present),
            access_points: Known::Absent,
            resource_control: match &self.guard {
                Some(guard) => Known::Present(vec![OrganizationPolicyFacts {
                    name: "perimeter",
                    document: Known::Present(guard),
                }]),
                None => Known::Absent,
            },
            service_control: Known::Absent,
            canonical_users: None,
            at: None,
        }
    }
}

fn grant(grantee: Grantee, permission: &str) -> Grant {
    Grant {
        grantee,
        permission: permission.to_owned(),
    }
}

fn group(name: &str, permission: &str) -> Grant {
    let uri = format!("http://acs.amazonaws.com/groups/global/{name}");
    grant(Grantee::Group(uri), permission)
}

fn allow(principal: &str, action: &str, condition: &str) -> String {
    format!(
        r#"{{"Effect":"Allow","Principal":{principal},"Action":{action},
        "Resource":["arn:aws:s3:::data","arn:aws:s3:::data/*"],"Condition":{condition}}}"#
    )
}

fn deny(condition: &str) -> String {
    format!(
        r#"{{"Effect":"Deny","Principal":"*","Action":"s3:*",
        "Resource":["arn:aws:s3:::data","arn:aws:s3:::data/*"],"Condition":{condition}}}"#
    )
}

/// Answers as a text: for each audience that has or may have access, what; `?` for what is unclear.
fn summary(access: &EffectiveAccess) -> String {
    let mut parts = Vec::new();
    for audience in Audience::ALL {
        let mut kinds = Vec::new();
        for kind in Access::ALL {
            match access.of(audience, kind).reach() {
                Reach::Yes => kinds.push(kind.label().to_owned()),
                Reach::Unclear => kinds.push(format!("{}?", kind.label())),
                Reach::No => {}
            }
        }
        if !kinds.is_empty() {
            parts.push(format!("{}: {}", audience.label(), kinds.join(", ")));
        }
    }
    parts.join("; ")
}

fn of_policy(statements: &str) -> String {
    summary(&effective_access(&World::with_policy(statements).situation()))
}

const EVERYONE: &str = "anyone: read; anyone with an AWS account: read; accounts outside the organization: read; other \
                        accounts of the organization: read; AWS services: read; CloudFront: read";
