//! Whether the public reaches a bucket: the program's own answer for every bucket of the moto organization against moto's
//! `GetBucketPolicyStatus`, which boto3 asks; and who is right by AWS's documentation where they differ.
//!
//! moto calls a policy public when a statement without any condition allows `*`, and knows nothing else. So most differences
//! are known before; each stands in a table with its reason, and a difference that no line of it foresees fails.

use std::collections::BTreeMap;
use std::path::Path;

use s3attest_model::access::{AccessKind, Audience, BucketAccess, Reach};
use s3attest_model::services::ServiceSource;
use s3attest_snapshot::Run;
use s3attest_tests::{Peer, peer};
use serde::Deserialize;

use crate::server::{Keys, Moto};
use crate::truth::{AccessControlList, Bucket, PublicAccessBlock, Truth};

/// What moto says of a bucket.
#[derive(Debug, Deserialize)]
struct Said {
    /// `None` where there is no policy.
    is_public: Option<bool>,
    /// The form of the bucket's policy, for a bucket that was made to mislead.
    form: Option<String>,
}

/// Who is right by AWS's documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Right {
    /// They say the same.
    Agreed,
    /// The program; S3 itself would answer otherwise than moto.
    Own,
    /// Both: they answer different questions.
    Both,
}

/// A line of the table: the form, the own answer, moto's, who is right and why.
type Line = (&'static str, bool, Option<bool>, Right, &'static str);

/// "The meaning of public" stands in the Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage".
const FORMS: [Line; 18] = [
    ("plain", true, Some(true), Right::Agreed, ""),
    ("principal-list", true, Some(true), Right::Agreed, ""),
    ("single-statement", true, Some(true), Right::Agreed, ""),
    (
        "every-address",
        true,
        Some(false),
        Right::Own,
        "The meaning of public: a condition on addresses counts only with a narrow range",
    ),
    (
        "split-networks",
        true,
        Some(false),
        Right::Own,
        "The meaning of public: wide ranges are public, one by one and together",
    ),
    ("office", false, Some(false), Right::Agreed, ""),
    (
        "with-tls",
        true,
        Some(false),
        Right::Own,
        "The meaning of public: aws:SecureTransport is not among the keys that make a policy non-public",
    ),
    (
        "user-agent",
        true,
        Some(false),
        Right::Own,
        "The meaning of public: aws:UserAgent is not among the keys, and its value is a wildcard",
    ),
    (
        "any-vpc-endpoint",
        true,
        Some(false),
        Right::Own,
        "The meaning of public: a key counts with fixed values only, and this one is a wildcard",
    ),
    ("one-vpc-endpoint", false, Some(false), Right::Agreed, ""),
    ("organization", false, Some(false), Right::Agreed, ""),
    (
        "not-principal",
        true,
        Some(false),
        Right::Own,
        "IAM User Guide, NotPrincipal: with Allow it means everybody else, anonymous callers among them",
    ),
    (
        "settings-only",
        false,
        Some(true),
        Right::Both,
        "the status is that of the policy; s3:GetBucketLocation neither lists, reads, writes nor changes permissions",
    ),
    (
        "denied-again",
        false,
        Some(true),
        Right::Both,
        "the status looks at what is allowed; an explicit denial wins over it (IAM User Guide, Policy evaluation logic)",
    ),
    (
        "other-bucket",
        false,
        Some(true),
        Right::Own,
        "the statement is about another bucket, which S3 would not store (Amazon S3 User Guide, Policy resources)",
    ),
    (
        "restricted",
        false,
        Some(true),
        Right::Both,
        "the status is that of the policy, and RestrictPublicBuckets keeps out those whom it lets in",
    ),
    (
        "list-only",
        true,
        None,
        Right::Both,
        "the status is that of the policy, and the access control list lets the public in",
    ),
    ("nothing", false, None, Right::Agreed, ""),
];

/// The sources on which the own answer rests.
const READ: [ServiceSource; 3] = [
    ServiceSource::AccessPoints,
    ServiceSource::EffectiveS3Policy,
    ServiceSource::OrganizationPolicies,
];

#[test]
fn the_own_answer_and_moto_s_differ_only_where_it_is_known_who_is_right() {
    let Some(python) = peer(Peer::Python) else { return };
    let moto = Moto::start(&python);
    let printed = moto.fill("moto_organization.py", &["--seed", crate::SEED]);
    let truth: Truth = serde_json::from_str(&printed).expect("the script prints its truth");
    let printed = moto.fill("moto_public.py", &[]);
    let said: BTreeMap<String, BTreeMap<String, Said>> = serde_json::from_str(&printed).expect("what moto says");
    let directory = tempfile::tempdir().expect("a temporary directory");
    let directory = directory.path().join("run");
    let left_out: Vec<ServiceSource> = ServiceSource::ALL
        .iter()
        .copied()
        .filter(|source| !READ.contains(source))
        .collect();
    moto.scan_without(&left_out, &Keys::unknown(), &directory)
        .expect_code(0);

    let mut table: BTreeMap<(Right, String, String), Vec<String>> = BTreeMap::new();
    let mut wrong = Vec::new();
    let own = own_answers(&directory);
    assert_eq!(own.len(), 200 + FORMS.len(), "every bucket has an answer");
    for (account, buckets) in &said {
        for (bucket, said) in buckets {
            let own = own[&(account.clone(), bucket.clone())];
            let (expected, right, why) = expectation(&truth, account, bucket, said);
            if own != Reach::Unclear && (own == Reach::Yes) == expected {
                let words = format!("own: {}, moto: {}", word(expected), moto_word(said.is_public));
                table.entry((right, words, why)).or_default().push(bucket.clone());
            } else {
                wrong.push(format!(
                    "{account} {bucket}: {own:?}, moto {:?}, expected {expected}",
                    said.is_public
                ));
            }
        }
    }
    for ((right, words, why), buckets) in &table {
        println!("{right:?} | {words} | {} buckets | {why}", buckets.len());
    }
    assert!(wrong.is_empty(), "{} answers:\n{}", wrong.len(), wrong.join("\n"));
    let forms = said.values().flatten().filter(|(_, said)| said.form.is_some()).count();
    assert_eq!(forms, FORMS.len(), "every form was made");
    let rights: Vec<Right> = table.keys().map(|(right, ..)| *right).collect();
    for right in [Right::Agreed, Right::Own, Right::Both] {
        assert!(rights.contains(&right), "{right:?} was never seen");
    }
}

/// Whether the public has any access to each bucket, by account and name.
fn own_answers(run: &Path) -> BTreeMap<(String, String), Reach> {
    let run = Run::open(run).expect("the directory holds a run");
    let assessment = run.assessment().expect("readable").expect("judged");
    let records = assessment.effective_access().expect("readable").expect("written");
    records
        .map(|record| {
            let record = record.expect("a record");
            (
                (record.account.to_string(), record.name.to_string()),
                of_public(&record),
            )
        })
        .collect()
}

fn of_public(record: &BucketAccess) -> Reach {
    let public = [Audience::Anyone, Audience::AuthenticatedUsers];
    let reaches = public
        .into_iter()
        .flat_map(|audience| AccessKind::ALL.map(|kind| record.reach(audience, kind)));
    let reaches: Vec<Reach> = reaches.collect();
    if reaches.contains(&Reach::Yes) {
        Reach::Yes
    } else if reaches.contains(&Reach::Unclear) {
        Reach::Unclear
    } else {
        Reach::No
    }
}

/// Whether the public reaches the bucket, and who is right where moto says something else.
fn expectation(truth: &Truth, account: &str, bucket: &str, said: &Said) -> (bool, Right, String) {
    if let Some(form) = &said.form {
        let line = FORMS.iter().find(|(name, ..)| name == form);
        let (_, own, moto, right, why) = line.unwrap_or_else(|| panic!("no line for {form}"));
        assert_eq!(said.is_public, *moto, "{form}");
        return (*own, *right, format!("{form}: {why}"));
    }
    let account = truth
        .accounts
        .iter()
        .find(|each| each.id == account)
        .expect("a seeded account");
    let bucket = account
        .buckets
        .iter()
        .find(|each| each.name == bucket)
        .expect("a seeded bucket");
    let above = account.public_access_block.unwrap_or_default();
    let here: PublicAccessBlock = bucket.setting("public_access_block").unwrap_or_default();
    let restricts = above.restrict_public_buckets || here.restrict_public_buckets;
    let ignores = above.ignore_public_acls || here.ignore_public_acls;
    let by_policy = bucket.has_public_policy() && !restricts;
    let by_list = lets_the_public_in(bucket) && !ignores;
    let own = by_policy || by_list;
    assert_eq!(
        said.is_public.unwrap_or(false),
        bucket.has_public_policy(),
        "{}",
        bucket.name
    );
    let (right, why) = match (own, said.is_public == Some(true)) {
        (true, true) | (false, false) => (Right::Agreed, ""),
        (false, true) => (
            Right::Both,
            "seeded: RestrictPublicBuckets, and the status is that of the policy",
        ),
        (true, false) => (
            Right::Both,
            "seeded: an access control list, and the status is that of the policy",
        ),
    };
    (own, right, why.to_owned())
}

/// Whether the list has effect and gives one of the public groups more than to read the list itself.
fn lets_the_public_in(bucket: &Bucket) -> bool {
    let ownership: Option<BTreeMap<String, String>> = bucket.setting("ownership_controls");
    let is_enforced = ownership.is_some_and(|controls| controls["object_ownership"] == "BucketOwnerEnforced");
    let list: Option<AccessControlList> = bucket.setting("acl");
    let mut grants = list.into_iter().flat_map(|list| list.grants_to_others);
    !is_enforced
        && grants.any(|grant| {
            let mut names = grant.grantee.values();
            grant.permission != "READ_ACP"
                && names.any(|name| name.ends_with("/AllUsers") || name.ends_with("/AuthenticatedUsers"))
        })
}

const fn word(is_public: bool) -> &'static str {
    if is_public { "public" } else { "not public" }
}

const fn moto_word(is_public: Option<bool>) -> &'static str {
    match is_public {
        Some(is_public) => word(is_public),
        None => "no policy",
    }
}
