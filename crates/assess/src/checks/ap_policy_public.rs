//! `ap-policy-public`: whether S3 itself calls the policy of an access point public.
//!
//! It takes S3's own judgement and does not evaluate the policy.

use s3attest_model::check::Severity;
use s3attest_model::services::{AccessPoint, ServiceSource};

use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::{AccessPointView, Point};

/// The check.
pub(super) static CHECK: Check = Check {
    id: "ap-policy-public",
    title: "The access point policy is not public",
    severity: Severity::High,
    question: "Does S3 judge the policy of the access point not to be public?",
    reads: Reads {
        sources: &[ServiceSource::AccessPoints],
        account: &[AccountFact::PublicAccessBlock],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/ap-policy-public.md"),
    judge: Judge::AccessPoint(judge),
};

fn judge<'a>(view: &AccessPointView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Point::OfRegion(point) = view.point else {
        return Err(Unknown::not_understood("this is no access point of one region"));
    };
    let Some(status) = trail.read_of(arn(point), &point.policy_status)? else {
        return Ok(Judgement::not_applicable("The access point has no policy."));
    };
    if !status.is_public {
        return Ok(Judgement::pass(
            "S3 does not judge the policy of the access point to be public.",
        ));
    }
    // The severity is lowered by proof only; that the policy is public stays what it is.
    Ok(match keeps_the_public_out(view, point, trail) {
        Ok(true) => Judgement::fail_as(
            Severity::Medium,
            "S3 judges the policy of the access point to be public; RestrictPublicBuckets keeps the public out for now.",
        ),
        Ok(false) => Judgement::fail(
            "S3 judges the policy of the access point to be public, and neither the access point nor the account has \
             RestrictPublicBuckets on.",
        ),
        Err(unknown) => Judgement::fail(format!(
            "S3 judges the policy of the access point to be public; whether RestrictPublicBuckets keeps the public out is \
             not known: {unknown}."
        )),
    })
}

fn arn(point: &AccessPoint) -> String {
    point.arn.clone().unwrap_or_else(|| point.name.clone())
}

/// Whether `RestrictPublicBuckets` is on for the access point, or for the account where the bucket is of the same account.
fn keeps_the_public_out<'a>(
    view: &AccessPointView<'a>,
    point: &'a AccessPoint,
    trail: &mut Trail<'a>,
) -> Result<bool, Unknown<'a>> {
    let own = trail.read_of(arn(point), &point.settings);
    if matches!(own, Ok(Some(settings)) if settings.public_access_block.restrict_public_buckets) {
        return Ok(true);
    }
    if point.bucket_account.as_deref() != Some(view.account.account.id.as_str()) {
        return own.map(|_| false);
    }
    let account = trail.read(&view.account.facts.public_access_block);
    if matches!(account, Ok(Some(block)) if block.restrict_public_buckets) {
        return Ok(true);
    }
    own?;
    account.map(|_| false)
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::{PolicyStatus, PublicAccessBlock};
    use s3attest_model::evidence::Observed;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::ap_public_access_block::tests::{blocked, of, point, unlisted};
    use crate::checks::scene::{Scene, denied, expect, switches};

    fn with(mut point: AccessPoint, status: Observed<PolicyStatus>) -> Scene {
        point.policy_status.observed = status;
        of(point)
    }

    fn status(is_public: bool) -> Observed<PolicyStatus> {
        Observed::Present(PolicyStatus { is_public })
    }

    #[test]
    fn s3_says_what_is_public() {
        let open = || blocked(switches(false));
        let cases = vec![
            (
                "not public",
                with(open(), status(false)),
                Verdict::Pass,
                "does not judge",
            ),
            ("no policy", of(point()), Verdict::NotApplicable, "has no policy"),
            (
                "public",
                with(open(), status(true)),
                Verdict::Fail,
                "neither the access point nor the account",
            ),
            (
                "public behind the switch",
                with(point(), status(true)),
                Verdict::Fail,
                "keeps the public out",
            ),
            (
                "status denied",
                with(point(), Observed::Gap(denied())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            ("list denied", unlisted(), Verdict::NotAssessed, "access was denied"),
            ("no reading", Scene::new(), Verdict::NotAssessed, "no reading"),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn only_a_switch_that_is_known_to_be_on_makes_it_less_severe() {
        let restricting = PublicAccessBlock {
            restrict_public_buckets: true,
            ..switches(false)
        };
        let of_stranger = || AccessPoint {
            bucket_account: Some("999999999999".to_owned()),
            ..blocked(switches(false))
        };
        let unread = || {
            let mut point = point();
            point.settings.observed = Observed::Gap(denied());
            point
        };
        let on = || Observed::Present(switches(true));
        for (name, point, account, severity) in [
            ("off", blocked(switches(false)), Observed::Absent, Severity::High),
            ("its own", blocked(restricting), Observed::Absent, Severity::Medium),
            ("the account's", blocked(switches(false)), on(), Severity::Medium),
            ("the account's, its own unread", unread(), on(), Severity::Medium),
            ("of another account's bucket", of_stranger(), on(), Severity::High),
            ("both unread", unread(), Observed::Gap(denied()), Severity::High),
        ] {
            let mut scene = with(point, status(true));
            scene.facts.public_access_block.observed = account;
            let finding = scene.judge(&CHECK);
            assert_eq!((finding.verdict, finding.severity), (Verdict::Fail, severity), "{name}");
        }
    }
}
