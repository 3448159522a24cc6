//! `ap-vpc-origin`: whether an access point can be used from one VPC alone.
//!
//! It does not know who is let in from there.

use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::{AccessPointView, Point};

/// The check.
pub(super) static CHECK: Check = Check {
    id: "ap-vpc-origin",
    title: "The access point can be used from one VPC only",
    severity: Severity::Low,
    question: "Does the access point take requests from one VPC only?",
    reads: Reads {
        sources: &[ServiceSource::AccessPoints],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/ap-vpc-origin.md"),
    judge: Judge::AccessPoint(judge),
};

fn judge<'a>(view: &AccessPointView<'a>, _trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Point::OfRegion(point) = view.point else {
        return Err(Unknown::not_understood("this is no access point of one region"));
    };
    match point.network_origin.as_str() {
        "VPC" => Ok(Judgement::pass(match &point.vpc {
            Some(vpc) => format!("The access point takes requests from {vpc} only."),
            None => "The access point takes requests from one VPC only, which AWS does not name.".to_owned(),
        })),
        "Internet" => Ok(Judgement::fail(
            "The access point takes requests from the internet (network origin Internet).",
        )),
        other => Err(Unknown::not_understood(format!(
            "the network origin of the access point is {other}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::AccessPoint;

    use super::*;
    use crate::checks::ap_public_access_block::tests::{of, point, unlisted};
    use crate::checks::scene::{Scene, expect};

    #[test]
    fn the_network_origin_decides() {
        let from = |origin: &str, vpc: Option<&str>| {
            of(AccessPoint {
                network_origin: origin.to_owned(),
                vpc: vpc.map(str::to_owned),
                ..point()
            })
        };
        let cases = vec![
            ("a VPC", from("VPC", Some("vpc-1")), Verdict::Pass, "from vpc-1 only"),
            ("a VPC without a name", from("VPC", None), Verdict::Pass, "one VPC only"),
            ("anywhere", from("Internet", None), Verdict::Fail, "from the internet"),
            ("a new word", from("Moon", None), Verdict::NotAssessed, "is Moon"),
            ("list denied", unlisted(), Verdict::NotAssessed, "access was denied"),
            ("no reading", Scene::new(), Verdict::NotAssessed, "no reading"),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn the_list_is_the_evidence() {
        let finding = of(point()).judge(&CHECK);
        assert_eq!(finding.resource.kind(), "access-point");
    }
}
