//! `s3-bucket-vpc-endpoint-only`: whether internal data can be reached from named networks and VPC endpoints only.
//!
//! It does not know whose those networks and endpoints are.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_policy::{Answer, denies_requests_from_elsewhere};

use super::classification::{Classified, classified};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-vpc-endpoint-only",
    title: "Internal data is reached from named networks only",
    severity: Severity::Low,
    question: "Does the policy of a bucket with internal data deny requests from other networks than those that it names?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Policy, BucketSetting::Tagging],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-vpc-endpoint-only.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let classes = &view.parameters.internal_classes;
    let class = match classified(view, trail, "internal_classes", classes)? {
        Classified::As(class) => class,
        Classified::Otherwise(reason) => {
            return Ok(Judgement::not_applicable(format!(
                "The bucket is not classified as internal: {reason}."
            )));
        }
    };
    let Some(document) = view.policy(trail)? else {
        return Ok(Judgement::fail(format!(
            "The bucket's class is {class}, and it has no policy that denies requests from other networks."
        )));
    };
    match denies_requests_from_elsewhere(document, &view.resources()) {
        Answer::Yes => Ok(Judgement::pass(format!(
            "The bucket's class is {class}, and its policy denies requests from any network or VPC endpoint that it does not \
             name."
        ))),
        Answer::No(lacks) if lacks.is_empty() => Ok(Judgement::fail(format!(
            "The bucket's class is {class}, and no statement of its policy denies requests by where they come from."
        ))),
        Answer::No(lacks) => Ok(Judgement::fail(format!(
            "The bucket's class is {class}, and its policy lets requests from elsewhere through: {}.",
            lacks.join("; ")
        ))),
        Answer::Unclear(text) => Err(Unknown::not_understood(text)),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::classification::tests::of_class;
    use crate::checks::s3_bucket_public_read::tests::with_policy;
    use crate::checks::scene::{Case, Scene, expect};

    fn internal(condition: Option<&str>) -> Scene {
        Scene::with(|scene| {
            scene.parameters.internal_classes = vec!["internal".to_owned()];
            of_class(scene, "internal");
            if let Some(condition) = condition {
                let statement = format!(
                    r#"{{"Effect":"Deny","Principal":"*","Action":"s3:*",
                    "Resource":["arn:aws:s3:::subject","arn:aws:s3:::subject/*"],"Condition":{condition}}}"#
                );
                with_policy(scene, &statement);
            }
        })
    }

    const ENDPOINT: &str = r#"{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}"#;

    #[test]
    fn internal_data_is_reached_from_named_networks_only() {
        let mut other = internal(None);
        of_class(&mut other, "open");
        let mut nothing = internal(Some(ENDPOINT));
        nothing.parameters.classification_tag = None;
        let mut unread = internal(None);
        unread.withhold(BucketSetting::Policy);
        let mut of_no_class = internal(Some(ENDPOINT));
        of_no_class.withhold(BucketSetting::Tagging);
        let cases: Vec<Case> = vec![
            (
                "an endpoint",
                internal(Some(ENDPOINT)),
                Verdict::Pass,
                "that it does not name",
            ),
            (
                "a network",
                internal(Some(
                    r#"{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"},"Bool":{"aws:ViaAWSService":"false"}}"#,
                )),
                Verdict::Pass,
                "that it does not name",
            ),
            (
                "no services, and nobody who does not sign",
                internal(Some(
                    r#"{"StringNotEquals":{"aws:SourceVpce":"vpce-1"},"Bool":{"aws:PrincipalIsAWSService":"false"}}"#,
                )),
                Verdict::Fail,
                "without a signature",
            ),
            (
                "everyone but services",
                internal(Some(
                    r#"{"StringNotEquals":{"aws:SourceVpce":"vpce-1"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}"#,
                )),
                Verdict::Pass,
                "that it does not name",
            ),
            (
                "the whole internet",
                internal(Some(r#"{"NotIpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#)),
                Verdict::Fail,
                "statement 1",
            ),
            (
                "something else",
                internal(Some(r#"{"Bool":{"aws:SecureTransport":"false"}}"#)),
                Verdict::Fail,
                "no statement",
            ),
            ("no policy", internal(None), Verdict::Fail, "no policy"),
            (
                "an operator of unknown effect",
                internal(Some(r#"{"StringEquals":{"aws:SourceVpce":"vpce-1"}}"#)),
                Verdict::NotAssessed,
                "does not evaluate",
            ),
            ("another class", other, Verdict::NotApplicable, "has the value open"),
            (
                "nothing configured",
                nothing,
                Verdict::NotApplicable,
                "names no classification tag",
            ),
            (
                "a policy that could not be read",
                unread,
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "tags that could not be read",
                of_no_class,
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
