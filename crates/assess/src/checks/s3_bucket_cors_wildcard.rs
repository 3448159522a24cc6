//! `s3-bucket-cors-wildcard`: whether cross-origin requests are allowed from any origin.
//!
//! It does not know which of the origins that are named belong to the organization.

use s3attest_model::bucket::{BucketSetting, CorsRule};
use s3attest_model::check::Severity;

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-cors-wildcard",
    title: "Cross-origin access names its origins",
    severity: Severity::Low,
    question: "Does every rule of cross-origin resource sharing name the origins that it allows?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Cors],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-cors-wildcard.md"),
    judge: Judge::Bucket(judge),
};

/// Whether an origin's pattern lets in sites of anybody: its star stands for all that tells one registered name from
/// another (`*`, `http*`, `https://*`, `https://*.com`).
fn is_any_site(origin: &str) -> bool {
    let Some((before, after)) = origin.split_once('*') else {
        return false;
    };
    let names_no_host = ["http://", "https://"].iter().any(|scheme| scheme.starts_with(before));
    names_no_host && !after.trim_start_matches('.').contains('.')
}

fn is_open(rule: &CorsRule) -> bool {
    rule.allowed_origins.iter().any(|origin| is_any_site(origin))
}

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(rules) = trail.read(&view.settings.cors)? else {
        return Ok(Judgement::not_applicable(
            "The bucket has no configuration of cross-origin resource sharing.",
        ));
    };
    let mut methods: Vec<&str> = rules
        .iter()
        .filter(|rule| is_open(rule))
        .flat_map(|rule| rule.allowed_methods.iter().map(String::as_str))
        .collect();
    methods.sort_unstable();
    methods.dedup();
    if !rules.iter().any(is_open) {
        return Ok(Judgement::pass(
            "Every rule of cross-origin resource sharing names its origins.",
        ));
    }
    let message = format!("Scripts of any site may send {} requests.", methods.join(", "));
    let writes = methods
        .iter()
        .any(|method| matches!(*method, "PUT" | "POST" | "DELETE"));
    Ok(if writes {
        Judgement::fail_as(Severity::Medium, message)
    } else {
        Judgement::fail(message)
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Observed;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, denied};

    #[test]
    fn a_star_is_open_where_it_stands_for_the_whole_name() {
        for origin in ["*", "http*", "http://*", "https://*", "https://*.com", "h*"] {
            assert!(is_any_site(origin), "{origin}");
        }
        for origin in [
            "https://example.com",
            "https://*.example.com",
            "https://example.*",
            "*.example.com",
        ] {
            assert!(!is_any_site(origin), "{origin}");
        }
    }

    fn rule(origins: &[&str], methods: &[&str]) -> CorsRule {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        CorsRule {
            id: None,
            allowed_origins: owned(origins),
            allowed_methods: owned(methods),
            allowed_headers: Vec::new(),
            expose_headers: Vec::new(),
            max_age_seconds: None,
        }
    }

    #[test]
    fn any_origin_fails_and_worse_when_it_may_write() {
        let rules = |rules: Vec<CorsRule>| Observed::Present(rules);
        for (observed, verdict, severity) in [
            (
                rules(vec![rule(&["https://a.example"], &["PUT"])]),
                Verdict::Pass,
                Severity::Low,
            ),
            (
                rules(vec![rule(&["https://*.a.example"], &["GET"])]),
                Verdict::Pass,
                Severity::Low,
            ),
            (rules(vec![]), Verdict::Pass, Severity::Low),
            (
                rules(vec![rule(&["*"], &["GET", "HEAD"])]),
                Verdict::Fail,
                Severity::Low,
            ),
            (
                rules(vec![rule(&["https://a.example", "https://*"], &["GET"])]),
                Verdict::Fail,
                Severity::Low,
            ),
            (
                rules(vec![rule(&["*"], &["GET", "POST"])]),
                Verdict::Fail,
                Severity::Medium,
            ),
            // The rule that may write is not the open one.
            (
                rules(vec![rule(&["*"], &["GET"]), rule(&["https://a.example"], &["PUT"])]),
                Verdict::Fail,
                Severity::Low,
            ),
            (Observed::Absent, Verdict::NotApplicable, Severity::Low),
            (Observed::Gap(denied()), Verdict::NotAssessed, Severity::Low),
        ] {
            let about = format!("{observed:?}");
            let finding = Scene::with(|scene| scene.bucket.settings.cors.observed = observed).judge(&CHECK);
            assert_eq!((finding.verdict, finding.severity), (verdict, severity), "{about}");
        }
    }
}
