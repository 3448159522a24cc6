//! Situations with the answers that AWS's documentation asks for.

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
                        accounts of the organization: read; AWS services: read";

#[test]
fn a_bucket_policy_lets_in_whom_it_names() {
    let get = r#""s3:GetObject""#;
    let role = format!(r#"{{"AWS":"arn:aws:iam::{STRANGER}:role/r"}}"#);
    for (statements, expected) in [
        (String::new(), ""),
        (allow(r#""*""#, get, "{}"), EVERYONE),
        (allow(r#"{"AWS":"*"}"#, get, "{}"), EVERYONE),
        (
            allow(&format!(r#"{{"AWS":"{STRANGER}"}}"#), r#""s3:*""#, "{}"),
            "accounts outside the organization: list, read, write, change permissions",
        ),
        (allow(&role, get, "{}"), "accounts outside the organization: read"),
        (
            allow(&format!(r#"{{"AWS":"{SIBLING}"}}"#), r#""s3:List*""#, "{}"),
            "other accounts of the organization: list",
        ),
        (allow(&format!(r#"{{"AWS":"{OWN}"}}"#), r#""s3:*""#, "{}"), ""),
        (allow(r#"{"AWS":"AIDACKCEVSQ6C2EXAMPLE"}"#, r#""s3:*""#, "{}"), ""),
        (
            allow(r#""*""#, get, r#"{"StringEquals":{"aws:PrincipalOrgID":"o-own"}}"#),
            "other accounts of the organization: read",
        ),
        (
            allow(r#""*""#, get, r#"{"StringEquals":{"aws:PrincipalOrgID":"o-other"}}"#),
            "accounts outside the organization: read",
        ),
        (
            allow(
                r#""*""#,
                get,
                &format!(r#"{{"StringEquals":{{"aws:PrincipalAccount":"{SIBLING}"}}}}"#),
            ),
            "other accounts of the organization: read",
        ),
        (
            allow(r#"{"Service":"logging.s3.amazonaws.com"}"#, r#""s3:PutObject""#, "{}"),
            "AWS services: write",
        ),
        (
            allow(
                r#"{"Service":"cloudfront.amazonaws.com"}"#,
                get,
                r#"{"StringEquals":{"aws:SourceArn":"arn:aws:cloudfront::111111111111:distribution/E1"}}"#,
            ),
            "CloudFront: read",
        ),
        (
            allow(
                r#"{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}"#,
                get,
                "{}",
            ),
            "CloudFront: read",
        ),
        (
            allow(r#"{"CanonicalUser":"stranger"}"#, get, "{}"),
            "accounts outside the organization: read?; other accounts of the organization: read?; CloudFront: read?",
        ),
        (allow(r#"{"CanonicalUser":"owner"}"#, get, "{}"), ""),
        (allow(r#""*""#, r#""s3:GetBucketLocation""#, "{}"), ""),
        (
            allow(r#""*""#, get, r#"{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#),
            EVERYONE,
        ),
        (
            allow(r#""*""#, get, r#"{"StringEquals":{"aws:SourceVpce":"vpce-1"}}"#),
            "other accounts of the organization: read",
        ),
    ] {
        assert_eq!(of_policy(&statements), expected, "{statements}");
    }
}

#[test]
fn a_denial_stops_what_it_covers_and_no_more() {
    let open = allow(r#""*""#, r#""s3:GetObject""#, "{}");
    let tls = deny(r#"{"Bool":{"aws:SecureTransport":"false"}}"#);
    assert_eq!(of_policy(&format!("{open},{tls}")), EVERYONE);
    assert_eq!(of_policy(&format!("{open},{}", deny("{}"))), "");
    let perimeter = deny(r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-own"}}"#);
    assert_eq!(
        of_policy(&format!("{open},{perimeter}")),
        "other accounts of the organization: read"
    );
    let only_without_tls = allow(
        r#""*""#,
        r#""s3:GetObject""#,
        r#"{"Bool":{"aws:SecureTransport":"false"}}"#,
    );
    assert_eq!(of_policy(&format!("{only_without_tls},{tls}")), "");
    let unknown = deny(r#"{"StringEquals":{"aws:Novelty":"x"}}"#);
    assert_eq!(
        of_policy(&format!("{open},{unknown}")),
        "anyone: read?; anyone with an AWS account: read?; accounts outside the organization: read?; other accounts of the \
         organization: read?; AWS services: read?"
    );
}

#[test]
fn restricting_public_buckets_keeps_everyone_but_services_out_of_a_public_policy() {
    let statements = [
        allow(r#""*""#, r#""s3:GetObject""#, "{}"),
        allow(&format!(r#"{{"AWS":"{STRANGER}"}}"#), r#""s3:GetObject""#, "{}"),
        allow(r#"{"Service":"cloudtrail.amazonaws.com"}"#, r#""s3:PutObject""#, "{}"),
    ];
    let world = World::with_policy(&statements.join(","));
    for place in 0..3 {
        let mut situation = world.situation();
        match place {
            0 => situation.organization_block = Known::Present(OrganizationBlock::All),
            1 => situation.account_block = Known::Present(CLOSED),
            _ => situation.bucket_block = Known::Present(CLOSED),
        }
        let access = effective_access(&situation);
        assert_eq!(summary(&access), "AWS services: read, write", "level {place}");
        let stops = &access.of(Audience::Anyone, Access::Read).stops;
        assert!(stops[0].text.contains("RestrictPublicBuckets"), "{stops:?}");
    }
    // Without the public statement the account keeps its access.
    let mut world = World::with_policy(&statements[1..].join(","));
    let mut situation = world.situation();
    situation.bucket_block = Known::Present(CLOSED);
    assert_eq!(
        summary(&effective_access(&situation)),
        "accounts outside the organization: read; AWS services: write"
    );
    // A block that is not known leaves it unclear, and one that is known to hold settles it.
    world = World::with_policy(&statements[0]);
    let mut situation = world.situation();
    situation.account_block = Known::Unknown("access was denied".to_owned());
    let access = effective_access(&situation);
    let answer = access.of(Audience::Anyone, Access::Read);
    assert_eq!(answer.reach(), Reach::Unclear);
    assert!(answer.doubts[0].is_granted);
    assert_eq!(answer.doubts[0].because.input, Input::AccountBlock);
    situation.bucket_block = Known::Present(CLOSED);
    assert_eq!(
        effective_access(&situation).of(Audience::Anyone, Access::Read).reach(),
        Reach::No
    );
}

#[test]
fn access_control_lists_give_what_ownership_and_block_leave_them() {
    let everyone = "anyone: list; anyone with an AWS account: list; accounts outside the organization: list; other \
                    accounts of the organization: list";
    let world = World::with_acl(vec![group("AllUsers", "READ")]);
    assert_eq!(summary(&effective_access(&world.situation())), everyone);
    let authenticated = World::with_acl(vec![group("AuthenticatedUsers", "WRITE_ACP")]);
    assert_eq!(
        summary(&effective_access(&authenticated.situation())),
        "anyone with an AWS account: change permissions; accounts outside the organization: change permissions; other \
         accounts of the organization: change permissions"
    );
    let mut situation = world.situation();
    situation.bucket_block = Known::Present(CLOSED);
    assert_eq!(summary(&effective_access(&situation)), "");
    let mut situation = world.situation();
    situation.ownership = Known::Unknown("access was denied".to_owned());
    assert_eq!(
        effective_access(&situation).of(Audience::Anyone, Access::List).reach(),
        Reach::Unclear
    );
    let mut enforced = World::with_acl(vec![group("AllUsers", "FULL_CONTROL")]);
    "BucketOwnerEnforced".clone_into(&mut enforced.ownership.object_ownership);
    let access = effective_access(&enforced.situation());
    assert_eq!(summary(&access), "");
    assert_eq!(
        access.of(Audience::Anyone, Access::Write).stops[0].input,
        Input::Ownership
    );
    // A denial in the bucket policy stops the list too.
    let mut denied = World::with_acl(vec![group("AllUsers", "READ")]);
    denied.policy = Some(document(&deny("{}")));
    let access = effective_access(&denied.situation());
    assert_eq!(summary(&access), "");
    assert_eq!(
        access.of(Audience::Anyone, Access::List).stops[0].input,
        Input::BucketPolicy
    );
    let logs = World::with_acl(vec![grant(
        Grantee::Group("http://acs.amazonaws.com/groups/s3/LogDelivery".to_owned()),
        "WRITE",
    )]);
    assert_eq!(summary(&effective_access(&logs.situation())), "AWS services: write");
}

#[test]
fn objects_own_lists_leave_reading_unclear_until_something_settles_it() {
    let world = World::with_acl(Vec::new());
    let mut situation = world.situation();
    situation.object_acls = Known::Unknown("they are not read".to_owned());
    let reach = |situation: &Situation<'_>| effective_access(situation).of(Audience::Anyone, Access::Read).reach();
    assert_eq!(reach(&situation), Reach::Unclear);
    situation.account_block = Known::Present(CLOSED);
    assert_eq!(reach(&situation), Reach::No);
    let enforced = World::with_policy("");
    let mut situation = enforced.situation();
    situation.object_acls = Known::Unknown("they are not read".to_owned());
    assert_eq!(reach(&situation), Reach::No);
}

#[test]
fn a_resource_control_policy_binds_everyone_on_member_accounts_only() {
    let mut world = World::with_policy(&format!(
        "{},{}",
        allow(r#""*""#, r#""s3:GetObject""#, "{}"),
        allow(r#"{"Service":"cloudtrail.amazonaws.com"}"#, r#""s3:PutObject""#, "{}")
    ));
    world.guard = Some(document(
        r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},
        {"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{
            "StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-own"},
            "BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}"#,
    ));
    let access = effective_access(&world.situation());
    assert_eq!(
        summary(&access),
        "other accounts of the organization: read; AWS services: read, write"
    );
    let stop = &access.of(Audience::Anyone, Access::Read).stops[0];
    assert_eq!(stop.input, Input::ResourceControlPolicy("perimeter".to_owned()));
    let mut situation = world.situation();
    let account = id(OWN);
    if let Known::Present(organization) = &mut situation.organization {
        organization.management_account = &account;
    }
    assert_eq!(
        effective_access(&situation).of(Audience::Anyone, Access::Read).reach(),
        Reach::Yes
    );
    let mut situation = world.situation();
    situation.resource_control = Known::Unknown("access was denied".to_owned());
    assert_eq!(
        effective_access(&situation).of(Audience::Anyone, Access::Read).reach(),
        Reach::Unclear
    );
}

#[test]
fn an_access_point_gives_what_it_and_the_bucket_both_allow() {
    let own = id(OWN);
    let delegated = allow(
        r#"{"AWS":"*"}"#,
        r#""*""#,
        &format!(r#"{{"StringEquals":{{"s3:DataAccessPointAccount":"{OWN}"}}}}"#),
    );
    let mut world = World::with_policy(&delegated);
    world.point_policy = Some(document(&format!(
        r#"{{"Effect":"Allow","Principal":{{"AWS":"{STRANGER}"}},"Action":"s3:GetObject",
        "Resource":"arn:aws:s3:eu-west-1:{OWN}:accesspoint/ap/object/*"}}"#
    )));
    let point = |policy, vpc, block| AccessPointFacts {
        name: "ap",
        arn: "arn:aws:s3:eu-west-1:111111111111:accesspoint/ap",
        account: &own,
        vpc,
        block: Known::Present(block),
        policy,
    };
    let policy = || world.point_policy.as_ref().map_or(Known::Absent, Known::Present);
    let mut situation = world.situation();
    assert_eq!(
        summary(&effective_access(&situation)),
        "",
        "nothing comes in without an access point"
    );
    situation.access_points = Known::Present(vec![point(policy(), None, OPEN)]);
    let access = effective_access(&situation);
    assert_eq!(summary(&access), "accounts outside the organization: read");
    let way = &access.of(Audience::OutsideAccounts, Access::Read).ways[0];
    assert_eq!(way.path, Path::AccessPoint("ap".to_owned()));
    situation.access_points = Known::Present(vec![point(policy(), Some("vpc-1"), OPEN)]);
    assert_eq!(
        summary(&effective_access(&situation)),
        "accounts outside the organization: read"
    );
    situation.access_points = Known::Present(vec![point(Known::Absent, None, OPEN)]);
    assert_eq!(summary(&effective_access(&situation)), "");
    situation.access_points = Known::Unknown("access was denied".to_owned());
    assert_eq!(
        effective_access(&situation)
            .of(Audience::OutsideAccounts, Access::Read)
            .reach(),
        Reach::Unclear
    );
    let silent = World::with_policy("");
    let mut situation = silent.situation();
    situation.access_points = Known::Unknown("access was denied".to_owned());
    assert_eq!(
        summary(&effective_access(&situation)),
        "",
        "without a bucket policy access points give nothing"
    );
    let open = document(
        r#"{"Effect":"Allow","Principal":"*","Action":"s3:*",
        "Resource":"arn:aws:s3:eu-west-1:111111111111:accesspoint/ap/object/*"}"#,
    );
    for (vpc, block, expected) in [
        (None, OPEN, Reach::Yes),
        (None, CLOSED, Reach::No),
        (Some("vpc-1"), OPEN, Reach::No),
    ] {
        let mut situation = world.situation();
        situation.access_points = Known::Present(vec![point(Known::Present(&open), vpc, block)]);
        let access = effective_access(&situation);
        assert_eq!(
            access.of(Audience::Anyone, Access::Read).reach(),
            expected,
            "{vpc:?} {block:?}"
        );
        assert_eq!(
            access.of(Audience::Anyone, Access::ChangePermissions).reach() == Reach::Yes,
            expected == Reach::Yes
        );
    }
}

#[test]
fn what_is_unknown_never_makes_a_no() {
    let world = World::with_policy(&allow(&format!(r#"{{"AWS":"{SIBLING}"}}"#), r#""s3:GetObject""#, "{}"));
    let gap = || "access was denied".to_owned();
    let mut situation = world.situation();
    if let Known::Present(organization) = &mut situation.organization {
        organization.incomplete = Some(gap());
    }
    assert_eq!(
        summary(&effective_access(&situation)),
        "other accounts of the organization: read"
    );
    situation.organization = Known::Unknown(gap());
    assert_eq!(
        summary(&effective_access(&situation)),
        "accounts outside the organization: read?; other accounts of the organization: read?"
    );
    situation.policy = Known::Unknown(gap());
    let access = effective_access(&situation);
    for audience in Audience::ALL {
        for kind in Access::ALL {
            assert_eq!(
                access.of(audience, kind).reach(),
                Reach::Unclear,
                "{audience:?} {kind:?}"
            );
        }
    }
    situation.bucket_block = Known::Present(CLOSED);
    let access = effective_access(&situation);
    assert_eq!(access.of(Audience::Anyone, Access::Write).reach(), Reach::No);
    assert_eq!(
        access.of(Audience::OutsideAccounts, Access::Write).reach(),
        Reach::Unclear
    );
}

#[test]
fn the_chain_says_how_the_answer_comes_about() {
    let world = World::with_policy(&allow(r#""*""#, r#""s3:GetObject""#, "{}"));
    let mut situation = world.situation();
    situation.bucket_block = Known::Present(CLOSED);
    let chain = effective_access(&situation).chain;
    let texts: Vec<String> = chain
        .iter()
        .map(|sentence| format!("{:?}: {}", sentence.input, sentence.text))
        .collect();
    let wanted = [
        "OrganizationBlock: no S3 policy",
        "AccountBlock: the account's public access block neither",
        "BucketBlock: the bucket's public access block ignores public access control lists and restricts",
        "ResourceControlPolicies: no resource control policy",
        "ServiceControlPolicies: service control policies bind",
        "Ownership: object ownership is BucketOwnerEnforced",
        "BucketPolicy: the bucket policy is public in AWS's sense: statement 1, for it allows everyone",
        "BucketBlock: the bucket's public access block: `RestrictPublicBuckets`",
        "AccessPoints: the bucket has no access points",
        "BucketBlock: anyone cannot read",
    ];
    let mut rest = texts.iter();
    for start in wanted {
        assert!(rest.any(|text| text.starts_with(start)), "{start} in {texts:#?}");
    }
}
