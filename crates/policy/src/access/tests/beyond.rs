//! The organization's policies, access points, and what is unknown.

use super::*;

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
        "other accounts of the organization: read; AWS services: read, write; CloudFront: read"
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
fn without_the_organization_nobody_knows_whether_the_policies_bind() {
    let mut world = World::with_policy(&allow(r#""*""#, r#""s3:GetObject""#, "{}"));
    world.guard = Some(document(
        r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}"#,
    ));
    let mut situation = world.situation();
    situation.organization = Known::Unknown("access was denied".to_owned());
    let reach = |situation: &Situation<'_>| effective_access(situation).of(Audience::Anyone, Access::Read).reach();
    assert_eq!(reach(&situation), Reach::Unclear);
    // Another one that is not known changes nothing: the account may be the management account.
    if let Known::Present(policies) = &mut situation.resource_control {
        policies.push(OrganizationPolicyFacts {
            name: "other",
            document: Known::Unknown("access was denied".to_owned()),
        });
    }
    assert_eq!(reach(&situation), Reach::Unclear);
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
    assert_eq!(access.of(Audience::Anyone, Access::Read).reach(), Reach::No);
    assert_eq!(access.of(Audience::Anyone, Access::Write).reach(), Reach::Unclear);
    assert_eq!(
        access.of(Audience::OutsideAccounts, Access::Write).reach(),
        Reach::Unclear
    );
}

#[test]
fn what_may_be_a_policy_with_a_fixed_key_may_let_strangers_write() {
    let key = r#""s3:x-amz-server-side-encryption-aws-kms-key-id":"arn:aws:kms:eu-west-1:111111111111:key/k""#;
    let actions = r#"["s3:GetObject","s3:PutObject"]"#;
    let reach = |statements: &str| {
        let world = World::with_policy(statements);
        let mut situation = world.situation();
        situation.bucket_block = Known::Present(CLOSED);
        let access = effective_access(&situation);
        [Access::Read, Access::Write].map(|kind| access.of(Audience::AuthenticatedUsers, kind).reach())
    };
    let fixed = allow(
        r#""*""#,
        r#""s3:PutObject""#,
        &format!(r#"{{"StringEquals":{{{key}}}}}"#),
    );
    assert_eq!(
        reach(&fixed),
        [Reach::No, Reach::Yes],
        "it is not public in AWS's sense"
    );
    let strange = allow(r#""*""#, actions, r#"{"Strange":{"aws:PrincipalOrgID":"o-own"}}"#);
    assert_eq!(reach(&strange), [Reach::No, Reach::Unclear]);
    let open = allow(r#""*""#, r#""s3:GetObject""#, "{}");
    assert_eq!(
        reach(&format!("{open},{strange}")),
        [Reach::No, Reach::No],
        "it is public"
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
        "ServiceControlPolicies: no service control policy",
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

#[test]
fn the_organizations_policy_is_read_in_both_forms() {
    let block = |value: &str| format!(r#"{{"s3_attributes":{{"public_access_block_configuration":{value}}}}}"#);
    for (text, expected) in [
        (block(r#""all""#), Known::Present(OrganizationBlock::All)),
        (block(r#"{"@@assign":"all"}"#), Known::Present(OrganizationBlock::All)),
        (block(r#"{"@@assign":"none"}"#), Known::Present(OrganizationBlock::Off)),
        (r#"{"s3_attributes":{}}"#.to_owned(), Known::Absent),
    ] {
        assert_eq!(OrganizationBlock::read(&text), expected, "{text}");
    }
    for text in ["", "[]x", &block(r#""some""#), &block("{}"), &block("true")] {
        assert!(matches!(OrganizationBlock::read(text), Known::Unknown(_)), "{text}");
    }
}

#[test]
fn members_of_an_organization_are_asked_for_even_when_it_is_unknown() {
    let world = World::with_policy(&allow(r#""*""#, r#""s3:GetObject""#, "{}"));
    let mut situation = world.situation();
    situation.organization = Known::Unknown("access was denied".to_owned());
    situation.resource_control = Known::Absent;
    let access = effective_access(&situation);
    assert_eq!(
        access.of(Audience::OrganizationAccounts, Access::Read).reach(),
        Reach::Yes
    );
    let limited = World::with_policy(&allow(
        r#""*""#,
        r#""s3:GetObject""#,
        r#"{"StringEquals":{"aws:PrincipalOrgID":"o-own"}}"#,
    ));
    let mut situation = limited.situation();
    situation.organization = Known::Unknown("access was denied".to_owned());
    let access = effective_access(&situation);
    assert_eq!(
        access.of(Audience::OrganizationAccounts, Access::Read).reach(),
        Reach::Unclear
    );
    assert_eq!(
        access.of(Audience::OutsideAccounts, Access::Read).reach(),
        Reach::Unclear
    );
}

#[test]
fn a_list_for_everyone_still_serves_whom_a_denial_leaves_out() {
    let mut world = World::with_acl(vec![group("AllUsers", "READ")]);
    world.policy = Some(document(&deny(r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-own"}}"#)));
    assert_eq!(
        summary(&effective_access(&world.situation())),
        "other accounts of the organization: list"
    );
    world.policy = Some(document(&deny(&format!(
        r#"{{"StringNotEquals":{{"aws:PrincipalAccount":"{STRANGER}"}}}}"#
    ))));
    assert_eq!(
        summary(&effective_access(&world.situation())),
        "accounts outside the organization: list"
    );
}

#[test]
fn the_account_of_a_public_access_point_keeps_its_access() {
    let foreign = id(STRANGER);
    let delegated = allow(
        r#"{"AWS":"*"}"#,
        r#""*""#,
        &format!(r#"{{"StringEquals":{{"s3:DataAccessPointAccount":"{STRANGER}"}}}}"#),
    );
    let world = World::with_policy(&delegated);
    let open = document(&format!(
        r#"{{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:eu-west-1:{STRANGER}:accesspoint/ap/object/*"}},
        {{"Effect":"Allow","Principal":{{"AWS":"{STRANGER}"}},"Action":"s3:*",
        "Resource":"arn:aws:s3:eu-west-1:{STRANGER}:accesspoint/ap/object/*"}}"#
    ));
    let mut situation = world.situation();
    situation.bucket_block = Known::Present(CLOSED);
    situation.access_points = Known::Present(vec![AccessPointFacts {
        name: "ap",
        arn: "arn:aws:s3:eu-west-1:999999999999:accesspoint/ap",
        account: &foreign,
        vpc: None,
        block: Known::Present(CLOSED),
        policy: Known::Present(&open),
    }]);
    let access = effective_access(&situation);
    assert_eq!(access.of(Audience::Anyone, Access::Read).reach(), Reach::No);
    assert_eq!(access.of(Audience::OutsideAccounts, Access::Read).reach(), Reach::Yes);
}

#[test]
fn access_points_of_other_accounts_are_never_taken_for_none() {
    let delegated = |account: &str| {
        let condition = format!(r#"{{"StringEquals":{{"s3:DataAccessPointAccount":"{account}"}}}}"#);
        World::with_policy(&allow(r#""*""#, r#""*""#, &condition))
    };
    let foreign = delegated(STRANGER);
    let access = effective_access(&foreign.situation());
    assert_eq!(access.of(Audience::Anyone, Access::Read).reach(), Reach::Unclear);
    assert_eq!(
        access.of(Audience::OutsideAccounts, Access::Read).reach(),
        Reach::Unclear
    );
    let own = delegated(OWN);
    assert_eq!(summary(&effective_access(&own.situation())), "");
    let origin = r#""s3:AccessPointNetworkOrigin":"Internet""#;
    for (condition, expected) in [
        (format!(r#"{{"StringEquals":{{{origin}}}}}"#), Reach::Unclear),
        (
            format!(r#"{{"StringEquals":{{{origin},"s3:DataAccessPointAccount":"{OWN}"}}}}"#),
            Reach::No,
        ),
        (
            format!(
                r#"{{"StringEquals":{{{origin}}},"ArnLike":{{"s3:DataAccessPointArn":"arn:aws:s3:*:{OWN}:accesspoint/*"}}}}"#
            ),
            Reach::No,
        ),
        (
            format!(r#"{{"StringEquals":{{{origin}}},"StringNotEquals":{{"s3:DataAccessPointAccount":"{OWN}"}}}}"#),
            Reach::Unclear,
        ),
    ] {
        let world = World::with_policy(&allow(r#""*""#, r#""*""#, &condition));
        let access = effective_access(&world.situation());
        assert_eq!(
            access.of(Audience::Anyone, Access::Read).reach(),
            expected,
            "{condition}"
        );
    }
}

#[test]
fn whose_endpoint_a_policy_asks_for_is_somebody_whom_it_lets_in() {
    let outside = |statements: &str| {
        let world = World::with_policy(statements);
        let access = effective_access(&world.situation());
        access.of(Audience::OutsideAccounts, Access::Read).reach()
    };
    let everyone = |condition: &str| allow(r#""*""#, r#""s3:GetObject""#, condition);
    for (key, value, expected) in [
        ("aws:VpceAccount", STRANGER, Reach::Yes),
        ("aws:VpceAccount", OWN, Reach::No),
        ("aws:VpceOrgID", "o-other", Reach::Yes),
        ("aws:VpceOrgID", "o-own", Reach::No),
        ("aws:VpceOrgPaths", "o-other/r-1/*", Reach::Yes),
    ] {
        let condition = |operator: &str| format!(r#"{{"{operator}":{{"{key}":"{value}"}}}}"#);
        let only = everyone(&condition("StringLike"));
        assert_eq!(outside(&only), expected, "{key} {value}");
        let all_but = format!("{},{}", everyone("{}"), deny(&condition("StringNotLike")));
        assert_eq!(outside(&all_but), expected, "all but {key} {value}");
    }
}

#[test]
fn the_chain_ends_with_what_comes_of_it() {
    let last = |statements: &str| {
        let access = effective_access(&World::with_policy(statements).situation());
        access
            .chain
            .last()
            .map(|sentence| sentence.text.clone())
            .unwrap_or_default()
    };
    assert_eq!(last(""), "nobody outside the bucket's account has access");
    assert_eq!(
        last(&allow(&format!(r#"{{"AWS":"{STRANGER}"}}"#), r#""s3:GetObject""#, "{}")),
        format!("account {STRANGER} can read by the bucket policy, statement 1")
    );
    assert!(
        last(&allow(r#"{"CanonicalUser":"x"}"#, r#""s3:GetObject""#, "{}"))
            .starts_with("whether canonical user x can read")
    );
}
