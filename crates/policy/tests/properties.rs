//! Holds effective access against single requests, evaluated one by one by code of its own, over random policies.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use s3attest_model::bucket::PublicAccessBlock;
use s3attest_model::identifiers::AccountId;
use s3attest_policy::access::{
    Access, Audience, EffectiveAccess, Known, OrganizationFacts, Reach, Situation, effective_access,
};
use s3attest_policy::{Attached, Document, Publicness, is_public};
use serde_json::{Value, json};

const STRANGER: &str = "999999999999";
const SIBLING: &str = "222222222222";
const ROLE: &str = "arn:aws:iam::999999999999:role/r";
const OTHER_ROLE: &str = "arn:aws:iam::999999999999:role/q";
const SIBLINGS_ROLE: &str = "arn:aws:iam::222222222222:role/z";
const ROOT: &str = "arn:aws:iam::999999999999:root";

fn id(text: &str) -> AccountId {
    AccountId::new(text).expect(text)
}

fn document(statements: &[Value]) -> Document {
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    Document::parse(&text).expect("the strategy makes policy documents")
}

fn access_of(statements: &[Value], block: Known<PublicAccessBlock>) -> EffectiveAccess {
    let (account, management) = (id("111111111111"), id("000000000000"));
    let accounts: BTreeSet<AccountId> = ["000000000000", "111111111111", SIBLING].map(id).into();
    let document = document(statements);
    effective_access(&Situation {
        account: &account,
        bucket_arn: "arn:aws:s3:::data".to_owned(),
        organization: Known::Present(OrganizationFacts {
            id: "o-own",
            management_account: &management,
            accounts: &accounts,
            incomplete: None,
        }),
        organization_block: Known::Absent,
        account_block: block,
        bucket_block: Known::Absent,
        ownership: Known::Absent,
        acl: Known::Absent,
        object_acls: Known::Absent,
        policy: Known::Present(&document),
        access_points: Known::Absent,
        resource_control: Known::Absent,
        service_control: Known::Absent,
        canonical_users: None,
        at: None,
    })
}

/// A single request: who, what, on which resource, with which keys.
#[derive(Debug, Clone)]
struct Request {
    account: Option<&'static str>,
    arn: Option<&'static str>,
    action: &'static str,
    resource: &'static str,
    keys: BTreeMap<&'static str, &'static str>,
}

const TARGETS: [(Access, &str, &str); 7] = [
    (Access::List, "s3:ListBucket", "arn:aws:s3:::data"),
    (Access::Read, "s3:GetObject", "arn:aws:s3:::data/x"),
    (Access::Read, "s3:GetObject", "arn:aws:s3:::data/public/y"),
    (Access::Write, "s3:PutObject", "arn:aws:s3:::data/x"),
    (Access::Write, "s3:PutObject", "arn:aws:s3:::data/public/y"),
    (Access::ChangePermissions, "s3:PutBucketPolicy", "arn:aws:s3:::data"),
    (Access::ChangePermissions, "s3:PutBucketAcl", "arn:aws:s3:::data"),
];

/// Every request of somebody that the conditions below can tell apart.
fn requests(account: Option<&'static str>, arn: Option<&'static str>, kind: Access) -> Vec<Request> {
    let is_sibling = account == Some(SIBLING);
    let mut endpoints = vec![None, Some("vpce-9")];
    let mut addresses = vec![None, Some("8.8.8.8"), Some("130.1.1.1"), Some("2600::1")];
    if is_sibling {
        endpoints.push(Some("vpce-1"));
        addresses.push(Some("203.0.113.9"));
    }
    let mut all = Vec::new();
    for (_, action, resource) in TARGETS.into_iter().filter(|(each, _, _)| *each == kind) {
        for tls in ["true", "false"] {
            for endpoint in &endpoints {
                for address in &addresses {
                    for referer in [None, Some("a"), Some("b")] {
                        let mut keys = BTreeMap::from([("aws:SecureTransport", tls)]);
                        keys.extend(endpoint.map(|value| ("aws:SourceVpce", value)));
                        keys.extend(address.map(|value| ("aws:SourceIp", value)));
                        keys.extend(referer.map(|value| ("aws:Referer", value)));
                        keys.insert("aws:PrincipalAccount", account.unwrap_or("anonymous"));
                        keys.extend(arn.map(|value| ("aws:PrincipalArn", value)));
                        if is_sibling {
                            keys.insert("aws:PrincipalOrgID", "o-own");
                        }
                        if account.is_some() {
                            keys.insert("aws:PrincipalIsAWSService", "false");
                        }
                        all.push(Request {
                            account,
                            arn,
                            action,
                            resource,
                            keys,
                        });
                    }
                }
            }
        }
    }
    all
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        single => single.as_str().into_iter().collect(),
    }
}

/// `*` at the end, or everywhere: all that the strategies write.
fn simple_match(pattern: &str, text: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => text.starts_with(start),
        None => pattern == text,
    }
}

fn in_network(network: &str, address: &str) -> bool {
    match network {
        "0.0.0.0/0" => !address.contains(':'),
        "0.0.0.0/1" => address.starts_with("8."),
        "128.0.0.0/1" => address.starts_with("130.") || address.starts_with("203."),
        "203.0.113.0/24" => address.starts_with("203.0.113."),
        other => panic!("{other}"),
    }
}

fn condition_holds(operator: &str, key: &str, expected: &Value, request: &Request) -> bool {
    let actual = request.keys.get(key).copied();
    let (operator, if_exists) = match operator.strip_suffix("IfExists") {
        Some(rest) => (rest, true),
        None => (operator, false),
    };
    let values = texts(expected);
    if operator == "Null" {
        return actual.is_none() == (values == ["true"]);
    }
    let Some(actual) = actual else {
        return if_exists || operator.contains("Not") || operator.starts_with("ForAllValues");
    };
    let operator = operator.rsplit(':').next().expect("an operator");
    let any = |test: &dyn Fn(&str) -> bool| values.iter().any(|value| test(value));
    match operator {
        "StringEquals" | "Bool" => any(&|value| value == actual),
        "ArnNotEquals" | "StringNotEquals" => !any(&|value| value == actual),
        "ArnLike" | "StringLike" => any(&|value| simple_match(value, actual)),
        "IpAddress" => any(&|value| in_network(value, actual)),
        "NotIpAddress" => !any(&|value| in_network(value, actual)),
        other => panic!("{other}"),
    }
}

fn holds(statement: &Value, request: &Request) -> bool {
    let listed = |principal: &Value, name: &str| texts(&principal["AWS"]).contains(&name);
    let has_account = |principal: &Value| {
        let root = request.account.map(|account| format!("arn:aws:iam::{account}:root"));
        root.is_some_and(|root| listed(principal, &root)) || request.account.is_some_and(|id| listed(principal, id))
    };
    let has_arn = |principal: &Value| request.arn.is_some_and(|arn| listed(principal, arn));
    let is_meant = match (&statement["Principal"], &statement["NotPrincipal"]) {
        (Value::String(_), _) => true,
        // Whoever is not left out for certain counts as meant; only denials are written so.
        (Value::Null, left_out) => !(has_arn(left_out) && has_account(left_out)),
        (principal, _) => has_account(principal) || has_arn(principal),
    };
    let lists = |element: &str, text: &str| {
        if let Some(listed) = statement.get(element) {
            texts(listed).iter().any(|pattern| simple_match(pattern, text))
        } else {
            !texts(&statement[format!("Not{element}")])
                .iter()
                .any(|pattern| simple_match(pattern, text))
        }
    };
    let conditions = statement["Condition"].as_object().expect("an object");
    is_meant
        && lists("Action", request.action)
        && lists("Resource", request.resource)
        && conditions.iter().all(|(operator, keys)| {
            let keys = keys.as_object().expect("an object");
            keys.iter()
                .all(|(key, value)| condition_holds(operator, key, value, request))
        })
}

fn passes(statements: &[Value], request: &Request) -> bool {
    let any = |effect: &str| {
        statements
            .iter()
            .any(|each| each["Effect"] == effect && holds(each, request))
    };
    any("Allow") && !any("Deny")
}

fn statement() -> impl Strategy<Value = Value> {
    let principal = select(vec![
        json!("*"),
        json!("*"),
        json!({"AWS": STRANGER}),
        json!({"AWS": ROLE}),
        json!({"AWS": [ROLE, SIBLING]}),
        json!({"AWS": [SIBLING]}),
    ]);
    let action = select(vec![
        ("Action", json!("s3:*")),
        ("Action", json!("s3:GetObject")),
        ("Action", json!(["s3:PutObject", "s3:PutBucketPolicy"])),
        ("Action", json!("s3:List*")),
        ("NotAction", json!("s3:Put*")),
    ]);
    let resource = (
        select(vec!["Resource", "Resource", "Resource", "NotResource"]),
        subsequence(
            vec![
                "arn:aws:s3:::data",
                "arn:aws:s3:::data/*",
                "arn:aws:s3:::data/public/*",
                "arn:aws:s3:::other/*",
            ],
            1..=3,
        ),
    );
    let condition = subsequence(
        vec![
            ("Bool", "aws:SecureTransport", json!("false")),
            ("BoolIfExists", "aws:SecureTransport", json!("true")),
            ("StringEquals", "aws:SourceVpce", json!("vpce-1")),
            ("StringLike", "aws:SourceVpce", json!("vpce-*")),
            ("StringNotEquals", "aws:SourceVpce", json!(["vpce-1"])),
            ("StringEqualsIfExists", "aws:SourceVpce", json!("vpce-1")),
            ("StringNotEquals", "aws:PrincipalOrgID", json!("o-own")),
            ("StringEquals", "aws:PrincipalOrgID", json!("o-own")),
            ("ForAllValues:StringEquals", "aws:PrincipalOrgID", json!("o-own")),
            ("Null", "aws:PrincipalOrgID", json!("true")),
            ("StringEquals", "aws:Referer", json!("a")),
            ("StringNotEqualsIfExists", "aws:Referer", json!(["a", "b"])),
            ("IpAddress", "aws:SourceIp", json!("0.0.0.0/0")),
            ("NotIpAddress", "aws:SourceIp", json!(["0.0.0.0/1", "128.0.0.0/1"])),
            ("NotIpAddress", "aws:SourceIp", json!("203.0.113.0/24")),
            ("IpAddress", "aws:SourceIp", json!(["203.0.113.0/24"])),
            ("StringEquals", "aws:PrincipalAccount", json!([STRANGER, SIBLING])),
            ("StringNotEquals", "aws:PrincipalAccount", json!(SIBLING)),
            ("Bool", "aws:PrincipalIsAWSService", json!("false")),
            ("ArnLike", "aws:PrincipalArn", json!("arn:aws:iam::999999999999:role/*")),
            ("ArnNotEquals", "aws:PrincipalArn", json!(ROLE)),
        ],
        0..=2,
    );
    let effect = select(vec!["Allow", "Allow", "Deny"]);
    let spares = select(vec![true, false, false]);
    (effect, principal, action, resource, condition, spares).prop_map(
        |(effect, principal, (act, actions), (element, resources), conditions, spares)| {
            let mut all = json!({});
            for (operator, key, value) in conditions {
                all[operator][key] = value;
            }
            let mut statement =
                json!({"Effect": effect, "Principal": principal, act: actions, element: resources, "Condition": all});
            if effect == "Deny" && spares {
                statement["NotPrincipal"] = json!({"AWS": [ROLE, ROOT]});
                statement.as_object_mut().expect("an object").remove("Principal");
            }
            statement
        },
    )
}

fn statements() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(statement(), 1..5)
}

/// Whom to ask for, and the audience that stands for them.
const ASKED: [(Option<&str>, Option<&str>, Audience); 4] = [
    (None, None, Audience::Anyone),
    (Some(STRANGER), Some(ROLE), Audience::OutsideAccounts),
    (Some(STRANGER), Some(OTHER_ROLE), Audience::OutsideAccounts),
    (Some(SIBLING), Some(SIBLINGS_ROLE), Audience::OrganizationAccounts),
];

fn rank(reach: Reach) -> u8 {
    match reach {
        Reach::No => 0,
        Reach::Unclear => 1,
        Reach::Yes => 2,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_no_means_that_no_request_gets_through_and_a_yes_that_one_does(statements in statements()) {
        let access = access_of(&statements, Known::Absent);
        for (account, arn, audience) in ASKED {
            for kind in Access::ALL {
                let found = requests(account, arn, kind).into_iter().find(|request| passes(&statements, request));
                let reach = access.of(audience, kind).reach();
                if let Some(request) = &found {
                    prop_assert!(reach != Reach::No, "{request:?} gets through {statements:?}");
                }
                // Other actions of the same kind are not among the requests, and every other account is an outsider too.
                let is_told = statements.iter().all(|each| each.get("NotAction").is_none() && each["Action"] != "s3:*" && each["Action"] != "s3:List*");
                let others = audience != Audience::Anyone;
                if reach == Reach::Yes && is_told && !others {
                    prop_assert!(found.is_some(), "{:?} by nobody's request: {statements:?}", access.of(audience, kind).ways);
                }
            }
        }
    }

    #[test]
    fn one_more_denial_never_widens_and_order_never_matters(statements in statements(), more in statement(), at in 0_usize..5) {
        let before = access_of(&statements, Known::Absent);
        let mut reversed = statements.clone();
        reversed.reverse();
        let turned = access_of(&reversed, Known::Absent);
        let mut denial = more;
        denial["Effect"] = json!("Deny");
        let mut narrower = statements.clone();
        narrower.insert(at.min(narrower.len()), denial);
        let after = access_of(&narrower, Known::Absent);
        for audience in Audience::ALL {
            for kind in Access::ALL {
                let reach = before.of(audience, kind).reach();
                prop_assert_eq!(reach, turned.of(audience, kind).reach());
                prop_assert!(rank(after.of(audience, kind).reach()) <= rank(reach),
                    "{audience:?} {kind:?}: {statements:?} and {narrower:?}");
            }
        }
    }

    #[test]
    fn an_unknown_condition_never_makes_a_public_statement_private(
        statements in statements(),
        operator in select(vec!["StringResembles", "StringEquals", "ForAnyValue:StringLike", "NumericLessThan"]),
        value in select(vec!["x", "1", "*"]),
    ) {
        let allow = json!({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*",
            "Condition": {operator: {"aws:NeverHeardOf": value}}});
        let mut all: Vec<Value> = statements.into_iter().filter(|each| each["Effect"] == "Allow").collect();
        all.push(allow);
        let label = is_public(&document(&all), Attached::Bucket);
        prop_assert!(!matches!(label, Publicness::NotPublic(_)), "{label:?}");
        let access = access_of(&all, Known::Absent);
        prop_assert!(access.of(Audience::Anyone, Access::Read).reach() != Reach::No);
    }

    #[test]
    fn a_block_that_is_not_known_answers_no_more_than_either_setting(statements in statements()) {
        let block = |on: bool| Known::Present(PublicAccessBlock {
            block_public_acls: on,
            ignore_public_acls: on,
            block_public_policy: on,
            restrict_public_buckets: on,
        });
        let unknown = access_of(&statements, Known::Unknown("access was denied".to_owned()));
        let (on, off) = (access_of(&statements, block(true)), access_of(&statements, block(false)));
        for audience in Audience::ALL {
            for kind in Access::ALL {
                let reach = unknown.of(audience, kind).reach();
                for known in [&on, &off] {
                    let told = known.of(audience, kind).reach();
                    prop_assert!(reach == Reach::Unclear || reach == told, "{audience:?} {kind:?} {reach:?} {told:?}");
                }
                prop_assert!(rank(on.of(audience, kind).reach()) <= rank(off.of(audience, kind).reach()));
            }
        }
    }
}
