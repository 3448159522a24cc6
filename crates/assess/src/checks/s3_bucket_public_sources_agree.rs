//! `s3-bucket-public-sources-agree`: whether everybody who says something of the public says the same of the bucket.
//!
//! It judges no access. Which source is right, it does not decide; it names the likeliest cause.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_model::evidence::Gap;
use s3attest_model::services::ServiceSource;

use super::public_sources::{Opinion, Voice, scanned_at, voices};
use super::public_sources_causes::{Around, Cause};
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-public-sources-agree",
    title: "The sources agree on whether the bucket is public",
    severity: Severity::Low,
    question: "Do all sources that say whether the bucket is public say the same?",
    reads: Reads {
        sources: &[
            ServiceSource::AccessPoints,
            ServiceSource::AccessAnalyzer,
            ServiceSource::Config,
            ServiceSource::EffectiveS3Policy,
            ServiceSource::OrganizationPolicies,
            ServiceSource::TrustedAdvisor,
        ],
        account: &[AccountFact::PublicAccessBlock, AccountFact::BucketListing],
        settings: &[
            BucketSetting::Acl,
            BucketSetting::OwnershipControls,
            BucketSetting::Policy,
            BucketSetting::PolicyStatus,
            BucketSetting::PublicAccessBlock,
        ],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-public-sources-agree.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let mut voices = voices(view, trail);
    let opinions = voices.each_ref().map(|voice| voice.opinion);
    if !Opinion::agree(&opinions) {
        return Ok(disagreement(view, trail, &voices));
    }
    // What could not be read may contradict the rest.
    for voice in &mut voices {
        if let Some(unknown) = voice.unknown.take() {
            return Err(of_speaker(voice.speaker.name(), unknown));
        }
    }
    let heard: Vec<&Voice<'_>> = voices.iter().filter(|voice| voice.opinion.is_known()).collect();
    let not_heard = not_heard(&voices);
    Ok(match heard.as_slice() {
        [] => Judgement::not_applicable(format!("No source says whether the bucket is public.{not_heard}")),
        [only] => Judgement::not_applicable(format!(
            "Only {} says whether the bucket is public ({}), so there is nothing to hold it against.{not_heard}",
            only.speaker.name(),
            only.opinion.words(),
        )),
        [first, ..] => {
            let names: Vec<&str> = heard.iter().map(|voice| voice.speaker.name()).collect();
            Judgement::pass(format!(
                "{} sources agree ({}): {}.{not_heard}",
                names.len(),
                names.join(", "),
                first.opinion.words(),
            ))
        }
    })
}

fn of_speaker<'a>(speaker: &str, unknown: Unknown<'a>) -> Unknown<'a> {
    let gap = unknown.into_gap();
    let detail = if gap.detail.is_empty() {
        format!("what {speaker} says")
    } else {
        format!("what {speaker} says: {}", gap.detail)
    };
    Unknown::because(Gap { detail, ..gap })
}

/// The sources that say nothing, each with why, as a sentence with a space before it.
fn not_heard(voices: &[Voice<'_>]) -> String {
    let silent = voices.iter().filter(|voice| !voice.opinion.is_known());
    let named: Vec<String> = silent
        .map(|voice| {
            let why = match (&voice.silence, &voice.unknown) {
                (_, Some(unknown)) => unknown.to_string(),
                (Some(why), None) => why.to_string(),
                (None, None) => "no word".to_owned(),
            };
            format!("{} ({why})", voice.speaker.name())
        })
        .collect();
    if named.is_empty() {
        String::new()
    } else {
        format!(" Not heard: {}.", named.join(", "))
    }
}

fn disagreement<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>, voices: &[Voice<'a>; 5]) -> Judgement {
    let scanned = scanned_at(view);
    let heard = voices.iter().filter(|voice| voice.opinion.is_known());
    let said: Vec<String> = heard.map(|voice| voice.words(scanned)).collect();
    let around = Around::of(view, trail, voices[0].opinion);
    let causes: Vec<(&str, Cause)> = in_question(voices)
        .into_iter()
        .map(|voice| (voice.speaker.name(), around.cause(voice)))
        .collect();
    let likeliest: Vec<String> = causes
        .iter()
        .map(|(name, cause)| format!("of {name}: {}", cause.text))
        .collect();
    let severity = if causes.iter().all(|(_, cause)| cause.is_difference) {
        Severity::Info
    } else {
        Severity::Low
    };
    let not_heard = not_heard(voices);
    Judgement::fail_as(
        severity,
        format!(
            "The sources disagree on whether the bucket is public: {}. Likeliest cause {}.{not_heard}",
            said.join("; "),
            likeliest.join("; "),
        ),
    )
}

/// The sources whose word has to be explained: those that contradict the own evaluation, or, where that is not known well
/// enough, each other.
fn in_question<'voices, 'a>(voices: &'voices [Voice<'a>; 5]) -> Vec<&'voices Voice<'a>> {
    let contradict = |one: &Voice<'_>, other: &Voice<'_>| !Opinion::agree(&[one.opinion, other.opinion]);
    let [own, others @ ..] = voices;
    let against_own: Vec<_> = others.iter().filter(|voice| contradict(own, voice)).collect();
    if !against_own.is_empty() {
        return against_own;
    }
    let against_others: Vec<_> = others
        .iter()
        .filter(|voice| others.iter().any(|other| contradict(voice, other)))
        .collect();
    if !against_others.is_empty() {
        return against_others;
    }
    others.iter().filter(|voice| voice.opinion.is_known()).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::Timestamp;
    use s3attest_model::bucket::{PolicyStatus, PublicAccessBlock};
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::{AccessAnalyzer, TrustedAdvisor};

    use super::*;
    use crate::checks::analyzer_findings::tests::{analyzer, found, reading};
    use crate::checks::config_evaluation::tests::saying;
    use crate::checks::s3_bucket_public_read::tests::{everybody, known, with_policy};
    use crate::checks::scene::{Case, Scene, denied, expect, present, source, switches};
    use crate::checks::trusted_advisor::tests::{check, result, row, without_plan};

    pub(in crate::checks) const READ: &str = "S3_BUCKET_PUBLIC_READ_PROHIBITED";
    pub(in crate::checks) const WRITE: &str = "S3_BUCKET_PUBLIC_WRITE_PROHIBITED";

    fn asked() -> Option<Timestamp> {
        "2026-11-20T09:00:00Z".parse().ok()
    }

    /// A bucket that the scan read at a time, of which nobody but S3 says anything.
    pub(in crate::checks) fn quiet(change: impl FnOnce(&mut Scene)) -> Scene {
        known(|scene| {
            scene.bucket.settings.policy.source.observed_at = asked();
            advise(scene, without_plan());
            scene.say(reading(vec![]));
            scene.say(saying(&[]));
            change(scene);
            scene.bucket.settings.policy.source.observed_at = asked();
        })
    }

    pub(in crate::checks) fn forget<S: s3attest_model::services::OfSource>(scene: &mut Scene) {
        scene.services.retain(|record| S::of(&record.reading).is_none());
    }

    fn advise(scene: &mut Scene, checks: Evidence<Vec<s3attest_model::services::TrustedAdvisorCheck>>) {
        forget::<TrustedAdvisor>(scene);
        scene.say(TrustedAdvisor { checks });
    }

    /// Trusted Advisor marks the bucket; it looked on 2026-11-17.
    pub(in crate::checks) fn marked(scene: &mut Scene, status: &str) {
        let said = result(vec![row("subject", status, &[("Policy Allows Access", "Yes")])]);
        let checks = vec![check(
            "Pfx0RwqBli",
            Evidence::present(said, source("support.DescribeTrustedAdvisorCheckResult")),
        )];
        advise(
            scene,
            Evidence::present(checks, source("support.DescribeTrustedAdvisorChecks")),
        );
    }

    pub(in crate::checks) fn analyzed(scene: &mut Scene, is_public: bool) {
        forget::<AccessAnalyzer>(scene);
        let findings = if is_public {
            vec![found("*", Some(true))]
        } else {
            vec![]
        };
        scene.say(reading(vec![analyzer("ACCOUNT", findings)]));
    }

    pub(in crate::checks) fn recorded(scene: &mut Scene, rules: &[(&str, &str)]) {
        forget::<s3attest_model::services::Config>(scene);
        scene.say(saying(rules));
    }

    pub(in crate::checks) fn status(scene: &mut Scene, is_public: bool) {
        scene.bucket.settings.policy_status = present(BucketSetting::PolicyStatus, PolicyStatus { is_public });
    }

    /// A public policy, and S3 says so.
    pub(in crate::checks) fn open(scene: &mut Scene) {
        with_policy(scene, &everybody("s3:GetObject"));
        status(scene, true);
    }

    pub(in crate::checks) fn restrict(scene: &mut Scene) {
        scene.bucket.settings.public_access_block = present(
            BucketSetting::PublicAccessBlock,
            PublicAccessBlock {
                restrict_public_buckets: true,
                ..switches(false)
            },
        );
    }

    #[test]
    fn two_sources_that_say_the_same_pass_and_one_alone_is_nothing() {
        let cases: Vec<Case> = vec![
            (
                "nobody else speaks",
                quiet(|_| {}),
                Verdict::NotApplicable,
                "Only this program's evaluation says",
            ),
            (
                "why the others say nothing",
                quiet(|_| {}),
                Verdict::NotApplicable,
                "Not heard: S3's GetBucketPolicyStatus (there is no bucket policy to speak of), Trusted Advisor (the support \
                 plan does not include its interface), Access Analyzer (no analyzer of external access is active in the \
                 bucket's region), AWS Config (S3_BUCKET_PUBLIC_READ_PROHIBITED: no rule in force;",
            ),
            (
                "public, both say",
                quiet(open),
                Verdict::Pass,
                "2 sources agree (this program's evaluation, S3's GetBucketPolicyStatus): the public reads and does not \
                 write.",
            ),
            (
                "closed, all say",
                quiet(|scene| {
                    marked(scene, "ok");
                    analyzed(scene, false);
                    recorded(scene, &[(READ, "COMPLIANT"), (WRITE, "COMPLIANT")]);
                }),
                Verdict::Pass,
                "4 sources agree",
            ),
            (
                "reading and writing are two things",
                quiet(|scene| {
                    open(scene);
                    recorded(scene, &[(READ, "NON_COMPLIANT"), (WRITE, "COMPLIANT")]);
                }),
                Verdict::Pass,
                "3 sources agree",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn a_word_that_could_not_be_read_leaves_it_open_unless_others_disagree() {
        let unread = || Evidence::gap(denied(), source("support.DescribeTrustedAdvisorChecks"));
        let cases: Vec<Case> = vec![
            (
                "two agree, and a third was refused",
                quiet(|scene| {
                    open(scene);
                    advise(scene, unread());
                }),
                Verdict::NotAssessed,
                "what Trusted Advisor says: not authorized",
            ),
            (
                "the own evaluation lacks something",
                quiet(|scene| {
                    open(scene);
                    scene.facts.public_access_block.observed = Observed::Gap(denied());
                }),
                Verdict::NotAssessed,
                "what this program's evaluation says",
            ),
            (
                "two disagree, and a third was refused",
                quiet(|scene| {
                    open(scene);
                    analyzed(scene, false);
                    advise(scene, unread());
                }),
                Verdict::Fail,
                "Not heard: Trusted Advisor (access was denied)",
            ),
            (
                "the own evaluation is not known, and the others disagree",
                quiet(|scene| {
                    open(scene);
                    scene.facts.public_access_block.observed = Observed::Gap(denied());
                    analyzed(scene, false);
                }),
                Verdict::Fail,
                "of S3's GetBucketPolicyStatus: it tells of the policy alone, and whether something else keeps the public out is \
                 not known; of Access Analyzer: it does not say",
            ),
            (
                "nothing of AWS Config was read",
                quiet(forget::<s3attest_model::services::Config>),
                Verdict::NotAssessed,
                "no reading of AWS Config",
            ),
            (
                "a rule that does not know",
                quiet(|scene| recorded(scene, &[(READ, "INSUFFICIENT_DATA")])),
                Verdict::NotAssessed,
                "INSUFFICIENT_DATA",
            ),
        ];
        expect(&CHECK, cases);
    }
}
