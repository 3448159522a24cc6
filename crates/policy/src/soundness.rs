//! Holds the answers about denials against single requests, evaluated one by one as AWS describes it.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::answer::Answer;
use crate::condition::{Condition, OperatorKind};
use crate::denial::BucketResources;
use crate::document::{Document, Effect, Listed, PrincipalElement, Statement};
use crate::matching::{action_matches, arn_matches};
use crate::tls::denies_requests_without_tls;

/// A request without TLS.
#[derive(Debug, Clone, Copy)]
struct Request {
    account: &'static str,
    action: &'static str,
    resource: &'static str,
    from_vpc: bool,
}

fn requests() -> impl Iterator<Item = Request> {
    let targets = [
        ("s3:ListBucket", "arn:aws:s3:::data"),
        ("s3:DeleteBucketPolicy", "arn:aws:s3:::data"),
        ("s3:GetObject", "arn:aws:s3:::data/x"),
        ("s3:PutObject", "arn:aws:s3:::data/public/y"),
        ("s3:GetObject", "arn:aws:s3:::data/public/y"),
    ];
    targets.into_iter().flat_map(|(action, resource)| {
        ["111111111111", "222222222222", "anonymous"]
            .into_iter()
            .flat_map(move |account| {
                [true, false].into_iter().map(move |from_vpc| Request {
                    account,
                    action,
                    resource,
                    from_vpc,
                })
            })
    })
}

fn lists(listed: Option<&Listed>, text: &str, matches: fn(&str, &str) -> bool) -> bool {
    match listed {
        None => false,
        Some(Listed::Is(patterns)) => patterns.iter().any(|pattern| matches(pattern, text)),
        Some(Listed::IsNot(patterns)) => !patterns.iter().any(|pattern| matches(pattern, text)),
    }
}

fn condition_holds(condition: &Condition, request: Request) -> bool {
    let value = if condition.is_about("aws:SecureTransport") {
        Some("false")
    } else if condition.is_about("aws:SourceVpc") {
        request.from_vpc.then_some("vpc-1")
    } else {
        None
    };
    match value {
        None => condition.operator.holds_without_key(),
        Some(value) => match condition.operator.kind {
            Some(OperatorKind::Bool | OperatorKind::StringEquals) => condition
                .values
                .iter()
                .any(|expected| expected.eq_ignore_ascii_case(value)),
            _ => false,
        },
    }
}

fn refuses(statement: &Statement, request: Request) -> bool {
    let names = |aws: &[String]| aws.iter().any(|name| name == "*" || name == request.account);
    let principal = match &statement.principal {
        PrincipalElement::Missing => false,
        PrincipalElement::Is(principals) => principals.everyone || names(&principals.aws),
        PrincipalElement::IsNot(principals) => !principals.everyone && !names(&principals.aws),
    };
    statement.effect == Effect::Deny
        && principal
        && lists(statement.action.as_ref(), request.action, action_matches)
        && lists(statement.resource.as_ref(), request.resource, arn_matches)
        && statement
            .conditions
            .iter()
            .all(|condition| condition_holds(condition, request))
}

fn statement() -> impl Strategy<Value = String> {
    let principal = select(vec![
        r#""Principal":"*""#,
        r#""Principal":"*""#,
        r#""Principal":{"AWS":["*"]}"#,
        r#""Principal":{"AWS":"111111111111"}"#,
        r#""NotPrincipal":{"AWS":"111111111111"}"#,
    ]);
    let action = select(vec![
        r#""Action":"s3:*""#,
        r#""Action":"*""#,
        r#""Action":["s3:Get*","s3:Put*"]"#,
        r#""NotAction":"iam:*""#,
        r#""NotAction":"s3:Delete*""#,
    ]);
    let resource = (
        select(vec!["Resource", "Resource", "Resource", "NotResource"]),
        subsequence(
            vec![
                r#""arn:aws:s3:::data""#,
                r#""arn:aws:s3:::data/*""#,
                r#""arn:aws:s3:::data*""#,
                r#""arn:aws:s3:::data/public/*""#,
                r#""arn:aws:s3:::other/*""#,
                r#""*""#,
            ],
            1..=3,
        ),
    );
    let condition = select(vec![
        r#"{"Bool":{"aws:SecureTransport":"false"}}"#,
        r#"{"Bool":{"aws:SecureTransport":"false"}}"#,
        r#"{"BoolIfExists":{"AWS:securetransport":[false]}}"#,
        r#"{"Bool":{"aws:SecureTransport":"true"}}"#,
        r#"{"Bool":{"aws:SecureTransport":"false"},"StringEquals":{"aws:SourceVpc":"vpc-1"}}"#,
        "{}",
    ]);
    let effect = select(vec!["Deny", "Deny", "Deny", "Allow"]);
    (effect, principal, action, resource, condition).prop_map(
        |(effect, principal, action, (element, resources), condition)| {
            let resources = resources.join(",");
            format!(r#"{{"Effect":"{effect}",{principal},{action},"{element}":[{resources}],"Condition":{condition}}}"#)
        },
    )
}

fn ask(statements: &[String]) -> (Document, Answer) {
    let text = format!(r#"{{"Statement":[{}]}}"#, statements.join(","));
    let document = Document::parse(&text).expect("the strategy makes policy documents");
    let answer = denies_requests_without_tls(&document, &BucketResources::of("arn:aws:s3:::data"));
    (document, answer)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn a_yes_means_that_no_request_without_tls_gets_through(statements in prop::collection::vec(statement(), 1..4)) {
        let (document, answer) = ask(&statements);
        if answer == Answer::Yes {
            for request in requests() {
                prop_assert!(
                    document.statements.iter().any(|statement| refuses(statement, request)),
                    "{request:?} gets through {statements:?}"
                );
            }
        }
    }

    #[test]
    fn a_yes_stays_whatever_statements_are_added_in_whatever_order(
        statements in prop::collection::vec(statement(), 1..3),
        more in statement(),
    ) {
        let (_, before) = ask(&statements);
        let mut all = statements.clone();
        all.insert(0, more);
        let (_, after) = ask(&all);
        all.reverse();
        let (_, reversed) = ask(&all);
        prop_assert_eq!(after == Answer::Yes, reversed == Answer::Yes);
        if before == Answer::Yes {
            prop_assert_eq!(after, Answer::Yes);
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,80}", statement in statement(), cut in 0..200_usize) {
        let _ = Document::parse(&text);
        let whole = format!(r#"{{"Statement":{statement}}}"#);
        let cut = whole.chars().take(cut).collect::<String>();
        prop_assert_eq!(Document::parse(&cut).is_ok(), cut == whole);
    }
}

#[test]
fn the_strategy_makes_documents_of_both_kinds() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let strategy = prop::collection::vec(statement(), 1..4);
    let mut answers = [0, 0];
    for _ in 0..500 {
        let statements = strategy.new_tree(&mut runner).expect("a value").current();
        let is_yes = ask(&statements).1 == Answer::Yes;
        answers[usize::from(is_yes)] += 1;
    }
    assert!(answers.iter().all(|count| *count > 10), "{answers:?}");
}
