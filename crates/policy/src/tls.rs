//! Whether a bucket policy refuses requests without TLS, or with an old version of it.
//!
//! Keys: `aws:SecureTransport` (IAM User Guide, "AWS global condition context keys") and `s3:TlsVersion` (Amazon S3 User
//! Guide, "Bucket policy examples using condition keys"). What the bucket's clients really use is not known here.

use crate::answer::Answer;
use crate::condition::{Condition, OperatorKind};
use crate::denial::{Bearing, BucketResources, Question, denies};
use crate::document::{Document, Listed};
use crate::matching::{action_covers_service, action_touches_service};

/// Whether every request to the bucket or its objects that comes without TLS is refused.
#[must_use]
pub fn denies_requests_without_tls(document: &Document, resources: &BucketResources) -> Answer {
    denies(
        document,
        &Question {
            resources,
            bucket_too: true,
            actions: all_of_s3,
            bearing: &without_tls,
        },
    )
}

/// Whether every request with a TLS version before this one is refused; `1.2` refuses 1.0 and 1.1.
#[must_use]
pub fn denies_tls_versions_before(document: &Document, resources: &BucketResources, version: f64) -> Answer {
    denies(
        document,
        &Question {
            resources,
            bucket_too: true,
            actions: all_of_s3,
            bearing: &|condition| before_version(condition, version),
        },
    )
}

/// Whether a list of actions holds every S3 action.
pub(crate) fn all_of_s3(listed: &Listed) -> Result<(), String> {
    match listed {
        Listed::Is(patterns) if patterns.iter().any(|pattern| action_covers_service(pattern, "s3")) => Ok(()),
        Listed::Is(_) => Err("holds for some actions only, not for `s3:*`".to_owned()),
        Listed::IsNot(patterns) => match patterns.iter().find(|pattern| action_touches_service(pattern, "s3")) {
            Some(pattern) => Err(format!("leaves out the actions of its `NotAction` (`{pattern}`)")),
            None => Ok(()),
        },
    }
}

fn without_tls(condition: &Condition) -> Bearing {
    if !condition.is_about("aws:SecureTransport") {
        return Bearing::None;
    }
    match condition.operator.kind {
        Some(OperatorKind::Bool) => {
            if condition.values.iter().any(|value| value.eq_ignore_ascii_case("false")) {
                Bearing::Holds
            } else {
                Bearing::Escapes("compares `aws:SecureTransport` with another value than `false`".to_owned())
            }
        }
        // AWS documents the key as a boolean and does not say how other operators compare it.
        _ => Bearing::Unclear(format!(
            "compares `aws:SecureTransport` with the operator `{}`, whose effect on a boolean key is not documented",
            condition.operator.text
        )),
    }
}

fn before_version(condition: &Condition, version: f64) -> Bearing {
    if !condition.is_about("s3:TlsVersion") {
        return Bearing::None;
    }
    // Versions are 1.0, 1.1, 1.2 and 1.3, so "at most 1.1" refuses what "less than 1.2" does.
    let least = match condition.operator.kind {
        Some(OperatorKind::NumericLessThan) => version,
        Some(OperatorKind::NumericLessThanEquals) => version - 0.1,
        _ => {
            return Bearing::Unclear(format!(
                "compares `s3:TlsVersion` with the operator `{}`, which this program does not evaluate",
                condition.operator.text
            ));
        }
    };
    let numbers: Result<Vec<f64>, _> = condition
        .values
        .iter()
        .map(|value| value.trim().parse::<f64>())
        .collect();
    match numbers {
        Err(_) => Bearing::Unclear("compares `s3:TlsVersion` with something that is not a number".to_owned()),
        Ok(numbers) if numbers.iter().any(|number| *number >= least - 1e-9) => Bearing::Holds,
        Ok(_) => Bearing::Escapes(format!("compares `s3:TlsVersion` with a version before {version}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: &str = r#"["arn:aws:s3:::data","arn:aws:s3:::data/*"]"#;
    const FALSE: &str = r#"{"Bool":{"aws:SecureTransport":"false"}}"#;

    fn deny(principal: &str, action: &str, resource: &str, condition: &str) -> String {
        format!(r#"{{"Effect":"Deny",{principal},{action},"Resource":{resource},"Condition":{condition}}}"#)
    }

    fn ask(statements: &str) -> Answer {
        let document = Document::parse(&format!(r#"{{"Statement":[{statements}]}}"#)).expect(statements);
        denies_requests_without_tls(&document, &BucketResources::of("arn:aws:s3:::data"))
    }

    fn with_condition(condition: &str) -> Answer {
        ask(&deny(r#""Principal":"*""#, r#""Action":"s3:*""#, BOTH, condition))
    }

    fn lacks(answer: &Answer, text: &str) -> bool {
        matches!(answer, Answer::No(lacks) if lacks.iter().any(|lack| lack.contains(text)))
    }

    #[test]
    fn the_condition_counts_in_any_letter_case_and_form() {
        for condition in [
            FALSE,
            r#"{"Bool":{"aws:SecureTransport":false}}"#,
            r#"{"Bool":{"AWS:securetransport":["False"]}}"#,
            r#"{"bool":{"aws:SecureTransport":"FALSE"}}"#,
            r#"{"BoolIfExists":{"aws:SecureTransport":"false"}}"#,
            r#"{"ForAllValues:Bool":{"aws:SecureTransport":"false"}}"#,
            r#"{"Bool":{"aws:SecureTransport":["true","false"]}}"#,
            "{}",
        ] {
            assert_eq!(with_condition(condition), Answer::Yes, "{condition}");
        }
    }

    #[test]
    fn a_condition_that_lets_requests_through_does_not_count() {
        for (condition, text) in [
            (r#"{"Bool":{"aws:SecureTransport":"true"}}"#, "another value"),
            (r#"{"Bool":{"aws:SecureTransport":[]}}"#, "another value"),
            (
                r#"{"Bool":{"aws:SecureTransport":"false"},"StringEquals":{"aws:SourceVpc":"vpc-1"}}"#,
                "further condition on `aws:SourceVpc`",
            ),
            (
                r#"{"Bool":{"aws:SecureTransport":"false","aws:ViaAWSService":"false"}}"#,
                "further condition on `aws:ViaAWSService`",
            ),
            (
                r#"{"Bool":{"aws:SecureTransport":"false"},"BoolIfExists":{"aws:securetransport":"true"}}"#,
                "another value",
            ),
        ] {
            assert!(
                lacks(&with_condition(condition), text),
                "{condition}: {:?}",
                with_condition(condition)
            );
        }
        assert_eq!(
            with_condition(r#"{"Bool":{"aws:ViaAWSService":"false"}}"#),
            Answer::No(Vec::new())
        );
    }

    #[test]
    fn what_is_not_documented_is_unclear_rather_than_either() {
        for condition in [
            r#"{"StringEquals":{"aws:SecureTransport":"false"}}"#,
            r#"{"StringNotEquals":{"aws:SecureTransport":"true"}}"#,
            r#"{"Null":{"aws:SecureTransport":"true"}}"#,
            r#"{"Boolean":{"aws:SecureTransport":"false"}}"#,
        ] {
            assert!(matches!(with_condition(condition), Answer::Unclear(_)), "{condition}");
        }
        let odd = format!(
            r#"{{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":{BOTH},"Condition":{FALSE},"Until":"x"}}"#
        );
        assert!(matches!(ask(&odd), Answer::Unclear(_)));
        // A complete denial beside it settles the question.
        let whole = deny(r#""Principal":"*""#, r#""Action":"s3:*""#, BOTH, FALSE);
        assert_eq!(ask(&format!("{odd},{whole}")), Answer::Yes);
    }

    #[test]
    fn everyone_has_to_be_meant() {
        for principal in [
            r#""Principal":"*""#,
            r#""Principal":{"AWS":"*"}"#,
            r#""Principal":{"AWS":["111111111111","*"]}"#,
        ] {
            assert_eq!(
                ask(&deny(principal, r#""Action":"s3:*""#, BOTH, FALSE)),
                Answer::Yes,
                "{principal}"
            );
        }
        for (principal, text) in [
            (r#""Principal":{"AWS":"111111111111"}"#, "not for everyone"),
            (r#""Principal":{"Service":"*"}"#, "not for everyone"),
            (r#""NotPrincipal":{"AWS":"111111111111"}"#, "NotPrincipal"),
        ] {
            let answer = ask(&deny(principal, r#""Action":"s3:*""#, BOTH, FALSE));
            assert!(lacks(&answer, text), "{principal}: {answer:?}");
        }
    }

    #[test]
    fn all_actions_of_s3_have_to_be_meant() {
        for action in [
            r#""Action":"*""#,
            r#""Action":"S3:*""#,
            r#""Action":["s3:GetObject","s3:*"]"#,
            r#""NotAction":"iam:*""#,
        ] {
            assert_eq!(
                ask(&deny(r#""Principal":"*""#, action, BOTH, FALSE)),
                Answer::Yes,
                "{action}"
            );
        }
        for (action, text) in [
            (r#""Action":"s3:GetObject""#, "some actions only"),
            (r#""Action":["s3:Get*","s3:Put*"]"#, "some actions only"),
            (r#""NotAction":"s3:GetObject""#, "leaves out"),
            (r#""NotAction":["iam:*","*:PutObject"]"#, "leaves out"),
        ] {
            let answer = ask(&deny(r#""Principal":"*""#, action, BOTH, FALSE));
            assert!(lacks(&answer, text), "{action}: {answer:?}");
        }
    }

    #[test]
    fn the_bucket_and_all_of_its_objects_have_to_be_meant() {
        let on = |resource: &str| deny(r#""Principal":"*""#, r#""Action":"s3:*""#, resource, FALSE);
        for resource in [BOTH, r#""*""#, r#""arn:aws:s3:::data*""#, r#"["arn:aws:s3:::*"]"#] {
            assert_eq!(ask(&on(resource)), Answer::Yes, "{resource}");
        }
        for (resource, text) in [
            (r#""arn:aws:s3:::data""#, "the bucket but not all of its objects"),
            (r#""arn:aws:s3:::data/*""#, "the objects but not the bucket itself"),
            (
                r#"["arn:aws:s3:::data","arn:aws:s3:::data/public/*"]"#,
                "not all of its objects",
            ),
            (r#"["arn:aws:s3:::other","arn:aws:s3:::other/*"]"#, "neither"),
        ] {
            let answer = ask(&on(resource));
            assert!(lacks(&answer, text), "{resource}: {answer:?}");
        }
        let together = format!("{},{}", on(r#""arn:aws:s3:::data""#), on(r#""arn:aws:s3:::data/*""#));
        assert_eq!(ask(&together), Answer::Yes);
        let not_resource = |patterns: &str| {
            format!(
                r#"{{"Effect":"Deny","Principal":"*","Action":"s3:*","NotResource":{patterns},"Condition":{FALSE}}}"#
            )
        };
        assert_eq!(ask(&not_resource(r#""arn:aws:s3:::other/*""#)), Answer::Yes);
        assert!(lacks(
            &ask(&not_resource(r#""arn:aws:s3:::data/public/*""#)),
            "not all of its objects"
        ));
    }

    #[test]
    fn an_allow_with_the_opposite_condition_is_no_denial() {
        let allow = r#"{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*",
            "Condition":{"Bool":{"aws:SecureTransport":"true"}}}"#;
        assert_eq!(ask(allow), Answer::No(Vec::new()));
    }

    #[test]
    fn the_version_has_to_be_high_enough() {
        let ask = |condition: &str| {
            let statement = deny(r#""Principal":"*""#, r#""Action":"s3:*""#, BOTH, condition);
            let document = Document::parse(&format!(r#"{{"Statement":{statement}}}"#)).expect(condition);
            denies_tls_versions_before(&document, &BucketResources::of("arn:aws:s3:::data"), 1.2)
        };
        for condition in [
            r#"{"NumericLessThan":{"s3:TlsVersion":1.2}}"#,
            r#"{"NumericLessThan":{"s3:tlsversion":["1.3"]}}"#,
            r#"{"NumericLessThanIfExists":{"s3:TlsVersion":"1.2"}}"#,
            r#"{"NumericLessThanEquals":{"s3:TlsVersion":"1.1"}}"#,
        ] {
            assert_eq!(ask(condition), Answer::Yes, "{condition}");
        }
        for condition in [
            r#"{"NumericLessThan":{"s3:TlsVersion":1.1}}"#,
            r#"{"NumericLessThanEquals":{"s3:TlsVersion":"1.0"}}"#,
            FALSE,
        ] {
            assert!(matches!(ask(condition), Answer::No(_)), "{condition}");
        }
        for condition in [
            r#"{"NumericLessThan":{"s3:TlsVersion":"x"}}"#,
            r#"{"StringLike":{"s3:TlsVersion":"1.*"}}"#,
        ] {
            assert!(matches!(ask(condition), Answer::Unclear(_)), "{condition}");
        }
    }
}
