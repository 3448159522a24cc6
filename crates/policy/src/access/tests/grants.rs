//! Bucket policies, public access blocks and access control lists.

use super::*;

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
         organization: read?; AWS services: read?; CloudFront: read?"
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
        assert_eq!(
            summary(&access),
            "AWS services: read, write; CloudFront: read",
            "level {place}"
        );
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
fn one_of_a_keys_values_says_nothing_of_the_others() {
    let tags = |quantifier: &str| format!(r#"{{"{quantifier}:StringEquals":{{"s3:RequestObjectTagKeys":"a"}}}}"#);
    // A request with the tags `a` and `b` gets through.
    let policy = format!(
        "{},{}",
        allow(r#""*""#, r#""s3:PutObject""#, &tags("ForAnyValue")),
        deny(&tags("ForAllValues"))
    );
    let world = World::with_policy(&policy);
    let access = effective_access(&world.situation());
    assert_ne!(access.of(Audience::Anyone, Access::Write).reach(), Reach::No);
}
