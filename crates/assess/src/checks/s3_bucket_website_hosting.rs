//! `s3-bucket-website-hosting`: whether the bucket serves a website.
//!
//! It does not request the website.

use s3attest_model::bucket::{BucketSetting, WebsiteConfiguration};
use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;

use super::public_access_switches::restricts_public_buckets;
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-website-hosting",
    title: "Static website hosting is off",
    severity: Severity::Medium,
    question: "Is static website hosting off for the bucket?",
    reads: Reads {
        sources: &[ServiceSource::CloudFront],
        account: &[AccountFact::PublicAccessBlock],
        settings: &[
            BucketSetting::Website,
            BucketSetting::PolicyStatus,
            BucketSetting::PublicAccessBlock,
        ],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-website-hosting.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(website) = trail.read(&view.settings.website)? else {
        return Ok(Judgement::pass("Static website hosting is off."));
    };
    let mut serves = served(website);
    if let Some(role) = view.seen_origin(trail) {
        serves = format!("{serves}; {}", role.said());
    }
    // The severity is raised by proof only; that the website is configured stays what it is.
    Ok(match is_public(view, trail) {
        Ok(true) => Judgement::fail_as(
            Severity::High,
            format!("Static website hosting is on ({serves}), and the bucket policy lets the public in."),
        ),
        Ok(false) => Judgement::fail(format!("Static website hosting is on ({serves}).")),
        Err(_) => Judgement::fail(format!(
            "Static website hosting is on ({serves}), and whether the bucket policy lets the public in is not known."
        )),
    })
}

fn served(website: &WebsiteConfiguration) -> String {
    match (&website.redirect_all_requests_to, &website.index_document) {
        (Some(redirect), _) => format!("it redirects every request to {}", redirect.host_name),
        (None, Some(index)) => format!("index document {index}"),
        (None, None) => "without an index document".to_owned(),
    }
}

/// Whether the policy is public and nothing restricts it.
fn is_public<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<bool, Unknown<'a>> {
    let status = trail.read(&view.settings.policy_status)?;
    Ok(status.is_some_and(|status| status.is_public) && !restricts_public_buckets(view, trail)?)
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::{PolicyStatus, WebsiteRedirect};
    use s3attest_model::evidence::Observed;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, denied, switches};

    fn website(redirect: Option<&str>) -> Observed<WebsiteConfiguration> {
        Observed::Present(WebsiteConfiguration {
            index_document: redirect.is_none().then(|| "index.html".to_owned()),
            error_document: None,
            redirect_all_requests_to: redirect.map(|host| WebsiteRedirect {
                host_name: host.to_owned(),
                protocol: None,
            }),
            routing_rules: 0,
        })
    }

    #[test]
    fn a_website_fails_and_worse_when_it_is_known_to_be_public() {
        let status = |is_public| Observed::Present(PolicyStatus { is_public });
        for (website, status, account, verdict, severity, text) in [
            (
                Observed::Absent,
                status(true),
                Observed::Absent,
                Verdict::Pass,
                Severity::Medium,
                "is off",
            ),
            (
                website(None),
                Observed::Absent,
                Observed::Absent,
                Verdict::Fail,
                Severity::Medium,
                "index.html",
            ),
            (
                website(Some("a.example")),
                status(false),
                Observed::Absent,
                Verdict::Fail,
                Severity::Medium,
                "a.example",
            ),
            (
                website(None),
                status(true),
                Observed::Absent,
                Verdict::Fail,
                Severity::High,
                "public in",
            ),
            (
                website(None),
                status(true),
                Observed::Present(switches(true)),
                Verdict::Fail,
                Severity::Medium,
                "is on",
            ),
            (
                website(None),
                status(true),
                Observed::Gap(denied()),
                Verdict::Fail,
                Severity::Medium,
                "is on",
            ),
            (
                website(None),
                Observed::Gap(denied()),
                Observed::Absent,
                Verdict::Fail,
                Severity::Medium,
                "is on",
            ),
            (
                Observed::Gap(denied()),
                status(false),
                Observed::Absent,
                Verdict::NotAssessed,
                Severity::Medium,
                "denied",
            ),
        ] {
            let about = format!("{website:?} {status:?} {account:?}");
            let finding = Scene::with(|scene| {
                scene.bucket.settings.website.observed = website;
                scene.bucket.settings.policy_status.observed = status;
                scene.facts.public_access_block.observed = account;
            })
            .judge(&CHECK);
            assert_eq!((finding.verdict, finding.severity), (verdict, severity), "{about}");
            assert!(finding.message.contains(text), "{about}: {}", finding.message);
        }
    }
}
