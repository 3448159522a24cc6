//! Holds the label "public" and the effective access of each policy in `policies.toml` against what is written there.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::bucket::{AccessControlList, OwnershipControls};
use s3attest_model::identifiers::AccountId;
use s3attest_policy::access::{
    Access, Audience, EffectiveAccess, Known, OrganizationFacts, Reach, Situation, effective_access,
};
use s3attest_policy::{Attached, Document, Publicness, is_public};
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    policy: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    text: String,
    public: String,
    access: Option<String>,
    source: String,
    attached: Option<String>,
}

const AUDIENCES: [(char, Audience); 6] = [
    ('a', Audience::Anyone),
    ('u', Audience::AuthenticatedUsers),
    ('o', Audience::OutsideAccounts),
    ('i', Audience::OrganizationAccounts),
    ('s', Audience::Services),
    ('c', Audience::CloudFront),
];

const ACCESSES: [(char, Access); 4] = [
    ('l', Access::List),
    ('r', Access::Read),
    ('w', Access::Write),
    ('p', Access::ChangePermissions),
];

fn table() -> Vec<Row> {
    toml::from_str::<Table>(include_str!("policies.toml"))
        .expect("the table is TOML")
        .policy
}

fn id(text: &str) -> AccountId {
    AccountId::new(text).expect(text)
}

fn access_of(document: &Document) -> EffectiveAccess {
    let (account, management) = (id("111111111111"), id("000000000000"));
    let accounts: BTreeSet<AccountId> = ["000000000000", "111111111111", "222222222222"].map(id).into();
    let ownership = OwnershipControls {
        object_ownership: "BucketOwnerEnforced".to_owned(),
    };
    let acl = AccessControlList {
        owner: Some("owner".to_owned()),
        grants: Vec::new(),
    };
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
        account_block: Known::Absent,
        bucket_block: Known::Absent,
        ownership: Known::Present(&ownership),
        acl: Known::Present(&acl),
        object_acls: Known::Absent,
        policy: Known::Present(document),
        access_points: Known::Absent,
        resource_control: Known::Absent,
        service_control: Known::Absent,
        canonical_users: None,
        at: None,
    })
}

type Answers = BTreeMap<(Audience, Access), &'static str>;

fn answers(access: &EffectiveAccess) -> Answers {
    let mut answers = Answers::new();
    for (_, audience) in AUDIENCES {
        for (_, kind) in ACCESSES {
            match access.of(audience, kind).reach() {
                Reach::Yes => answers.insert((audience, kind), "yes"),
                Reach::Unclear => answers.insert((audience, kind), "unclear"),
                Reach::No => None,
            };
        }
    }
    answers
}

fn expected(text: &str) -> Answers {
    let mut answers = Answers::new();
    for group in text.split_whitespace() {
        let (who, what) = group.split_once(':').expect(group);
        for audience in who.chars() {
            let (_, audience) = AUDIENCES.iter().find(|(letter, _)| *letter == audience).expect(group);
            let mut letters = what.chars().peekable();
            while let Some(letter) = letters.next() {
                let (_, kind) = ACCESSES.iter().find(|(each, _)| *each == letter).expect(group);
                let unclear = letters.next_if_eq(&'?').is_some();
                answers.insert((*audience, *kind), if unclear { "unclear" } else { "yes" });
            }
        }
    }
    answers
}

#[test]
fn every_policy_gets_the_answers_that_are_written_beside_it() {
    let mut wrong = Vec::new();
    for row in table() {
        let document = Document::parse(&row.text).unwrap_or_else(|error| panic!("{}: {error}", row.name));
        let attached = match row.attached.as_deref() {
            None => Attached::Bucket,
            Some("access-point") => Attached::AccessPoint,
            Some("access-point-in-vpc") => Attached::AccessPointInVpc,
            Some(other) => panic!("{}: {other}", row.name),
        };
        let label = is_public(&document, attached);
        let word = match &label {
            Publicness::Public { .. } => "yes",
            Publicness::NotPublic(_) => "no",
            Publicness::Unclear(_) => "unclear",
        };
        if word != row.public {
            wrong.push(format!("{}: public is {}, not {label:?}", row.name, row.public));
        }
        if let Some(access) = &row.access {
            let found = answers(&access_of(&document));
            if found != expected(access) {
                wrong.push(format!("{}: access is {access}, not {found:?}", row.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_table_is_long_has_every_answer_and_names_a_source_for_each() {
    let rows = table();
    assert!(rows.len() >= 200, "{}", rows.len());
    let names: BTreeSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names.len(), rows.len(), "a name stands twice");
    for answer in ["yes", "no", "unclear"] {
        assert!(rows.iter().filter(|row| row.public == answer).count() >= 20, "{answer}");
    }
    for row in &rows {
        assert!(row.source.len() > 10, "{} names no source", row.name);
    }
}

#[test]
fn statements_mean_the_same_in_any_order_and_a_denial_more_lets_in_nobody_more() {
    let denial = r#"{"Effect":"Deny","Principal":"*","Action":"s3:Put*","Resource":"*"}"#;
    for row in table() {
        let document = Document::parse(&row.text).expect(&row.name);
        let before = access_of(&document);
        let mut reversed = document.clone();
        reversed.statements.reverse();
        assert_eq!(answers(&before), answers(&access_of(&reversed)), "{}", row.name);
        let mut narrower = document.clone();
        narrower.statements.extend(
            Document::parse(&format!(r#"{{"Statement":{denial}}}"#))
                .expect(denial)
                .statements,
        );
        let after = access_of(&narrower);
        for (_, audience) in AUDIENCES {
            for (_, kind) in ACCESSES {
                let rank = |access: &EffectiveAccess| match access.of(audience, kind).reach() {
                    Reach::No => 0,
                    Reach::Unclear => 1,
                    Reach::Yes => 2,
                };
                assert!(rank(&after) <= rank(&before), "{} {audience:?} {kind:?}", row.name);
            }
        }
    }
}
