//! Why a source may say something else of the public than the others: the likeliest cause, from what was read and from what
//! AWS documents of each source.

use jiff::Timestamp;
use s3attest_policy::access::{Access, Answered, EffectiveAccess, Input, Path, Sentence};
use s3attest_policy::{Attached, is_public};

use super::outside_access::{PUBLIC, answers};
use super::public_access_switches::restricts_public_buckets;
use super::public_sources::{Opinion, Speaker, Voice, moment, scanned_at};
use crate::trail::Trail;
use crate::views::BucketView;

/// The likeliest cause of a disagreement.
#[derive(Debug)]
pub(super) struct Cause {
    /// The cause as a clause.
    pub(super) text: String,
    /// Whether the sources are documented to count different things, so that both may be right.
    pub(super) is_difference: bool,
}

impl Cause {
    fn difference(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_difference: true,
        }
    }

    fn other(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_difference: false,
        }
    }
}

/// What stands around a disagreement.
pub(super) struct Around<'a> {
    own: Opinion,
    access: &'a EffectiveAccess,
    /// Whether `RestrictPublicBuckets` is certainly on.
    restricts: bool,
    /// Whether the policy is public by AWS's definition, as it is understood here.
    has_public_label: bool,
    changed_at: Option<Timestamp>,
    scanned_at: Option<Timestamp>,
}

impl<'a> Around<'a> {
    pub(super) fn of(view: &BucketView<'a>, trail: &mut Trail<'a>, own: Opinion) -> Self {
        let policy = view.policy(trail);
        Self {
            own,
            access: view.effective_access(trail),
            restricts: restricts_public_buckets(view, trail).unwrap_or(false),
            has_public_label: matches!(policy, Ok(Some(document)) if is_public(document, Attached::Bucket).is_public()),
            // The date in the list of buckets also moves when the bucket is changed, such as by a new policy (Amazon S3 API
            // Reference, `Bucket`).
            changed_at: view.bucket.created_at,
            scanned_at: scanned_at(view),
        }
    }

    fn answers(&self) -> Vec<&'a Answered> {
        answers(self.access, PUBLIC, &Access::ALL)
    }

    /// What keeps the public out that something would let in, by what it rests on.
    fn stop(&self, is_wanted: impl Fn(&Input) -> bool) -> Option<&'a Sentence> {
        let stops = self.answers().into_iter().flat_map(|answer| &answer.stops);
        stops.into_iter().find(|stop| is_wanted(&stop.input))
    }

    /// Whether every way in leads along such a path.
    fn leads_only(&self, is_such: impl Fn(&Path) -> bool) -> bool {
        let mut ways = self.answers().into_iter().flat_map(|answer| &answer.ways).peekable();
        ways.peek().is_some() && ways.all(|way| is_such(&way.path))
    }

    fn is_own_whole(&self) -> bool {
        self.own.reads.is_some() && self.own.writes.is_some()
    }

    /// How many hours before the scan a source looked, where both are known.
    fn hours_since(&self, voice: &Voice<'_>) -> Option<i64> {
        let (looked, scanned) = (voice.looked_at?, self.scanned_at?);
        Some(scanned.duration_since(looked).as_hours())
    }

    /// Why a source says something else.
    pub(super) fn cause(&self, voice: &Voice<'_>) -> Cause {
        let is_live = matches!(voice.speaker, Speaker::Own | Speaker::PolicyStatus);
        if !is_live
            && let (Some(looked), Some(changed)) = (voice.looked_at, self.changed_at)
            && looked < changed
        {
            return Cause::other(format!(
                "it looked before the bucket's last known change of {}",
                moment(changed)
            ));
        }
        let difference = if voice.opinion.goes_beyond(self.own) {
            self.counts_more(voice)
        } else {
            self.counts_less(voice)
        };
        if let Some(text) = difference {
            return Cause::difference(text);
        }
        if voice.speaker == Speaker::PolicyStatus && !self.is_own_whole() {
            return Cause::other(
                "it tells of the policy alone, and whether something else keeps the public out is not known",
            );
        }
        if is_live {
            return Cause::other("nothing that was read explains it");
        }
        match self.hours_since(voice) {
            None => Cause::other("it does not say when it last looked at the bucket, which may have changed since"),
            Some(1..) => Cause::other("the bucket, or what stands around it, may have changed since it looked"),
            Some(_) => Cause::other("nothing that was read explains it"),
        }
    }

    /// What a source that says "public" is documented to leave out of account.
    fn counts_more(&self, voice: &Voice<'_>) -> Option<String> {
        if let Some(hint) = voice.hint {
            return Some(hint.to_owned());
        }
        let by_account = self.stop(|input| *input == Input::AccountBlock).is_some();
        let by_organization = self.stop(|input| matches!(input, Input::ResourceControlPolicy(_)));
        match voice.speaker {
            Speaker::Own => None,
            // S3 User Guide, "The meaning of public": the status is that of the policy.
            Speaker::PolicyStatus if self.restricts => Some(
                "it tells of the policy alone, and RestrictPublicBuckets keeps out those whom the policy would let in"
                    .to_owned(),
            ),
            Speaker::PolicyStatus => {
                if let Some(stop) = self.stop(|_| true) {
                    return Some(format!(
                        "it tells whether the policy has a public statement, and something stops that: {}",
                        stop.text
                    ));
                }
                (self.has_public_label && self.is_own_whole()).then(|| {
                    "the policy is public by a permission that neither lists, reads, writes nor changes permissions"
                        .to_owned()
                })
            }
            // AWS Support User Guide, "Amazon S3 Bucket Permissions": a restricted public policy is yellow all the same.
            Speaker::TrustedAdvisor if self.restricts && self.has_public_label => {
                Some("it marks a public policy also where RestrictPublicBuckets keeps the public out".to_owned())
            }
            // IAM User Guide, "IAM Access Analyzer supported resource types": the account's block is looked at every six hours.
            Speaker::AccessAnalyzer if by_account && self.hours_since(voice).is_some_and(|hours| hours <= 6) => {
                Some("it takes up a change of the account's public access block only after up to six hours".to_owned())
            }
            // AWS Config Developer Guide, "s3-bucket-public-write-prohibited" (note).
            Speaker::Config if by_account => {
                Some("its rules are not evaluated again when the account's public access block changes".to_owned())
            }
            // Their pages name blocks, policies and lists as what they look at.
            Speaker::TrustedAdvisor | Speaker::AccessAnalyzer | Speaker::Config => by_organization.map(|stop| {
                let name = match &stop.input {
                    Input::ResourceControlPolicy(name) => name.as_str(),
                    _ => "",
                };
                format!("it is not documented to count resource control policies, and {name} keeps the public out")
            }),
        }
    }

    /// What a source that says "not public" is documented to leave out of account.
    fn counts_less(&self, voice: &Voice<'_>) -> Option<String> {
        if let Some(hint) = voice.hint {
            return Some(hint.to_owned());
        }
        match voice.speaker {
            Speaker::PolicyStatus if self.leads_only(|path| *path == Path::Acl) => {
                Some("it tells of the policy alone, and the public gets in by the access control list".to_owned())
            }
            Speaker::PolicyStatus | Speaker::TrustedAdvisor | Speaker::Config
                if self.leads_only(|path| matches!(path, Path::AccessPoint(_))) =>
            {
                Some("the public gets in by an access point, whose policy it is not documented to read".to_owned())
            }
            Speaker::Own
            | Speaker::PolicyStatus
            | Speaker::TrustedAdvisor
            | Speaker::AccessAnalyzer
            | Speaker::Config => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::check::Severity;
    use s3attest_model::evidence::Observed;
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::AccessAnalyzer;

    use crate::checks::analyzer_findings::tests::{analyzer, found, reading};
    use crate::checks::s3_bucket_public_read::tests::{everybody, with_grant, with_policy};
    use crate::checks::s3_bucket_public_sources_agree::CHECK;
    use crate::checks::s3_bucket_public_sources_agree::tests::{
        READ, WRITE, analyzed, forget, marked, open, quiet, recorded, restrict, status,
    };
    use crate::checks::scene::{Case, expect, switches};

    #[test]
    fn what_aws_documents_of_a_source_explains_it_and_matters_little() {
        let cases: Vec<Case> = vec![
            (
                "restricted",
                quiet(|scene| {
                    open(scene);
                    restrict(scene);
                }),
                Verdict::Fail,
                "of S3's GetBucketPolicyStatus: it tells of the policy alone, and RestrictPublicBuckets",
            ),
            (
                "yellow though restricted",
                quiet(|scene| {
                    open(scene);
                    restrict(scene);
                    marked(scene, "warning");
                }),
                Verdict::Fail,
                "of Trusted Advisor: it marks a public policy also where RestrictPublicBuckets",
            ),
            (
                "by the access control list",
                quiet(|scene| {
                    with_policy(
                        scene,
                        r#"{"Effect":"Deny","Principal":"*","Action":"s3:PutObjectAcl","Resource":"*"}"#,
                    );
                    status(scene, false);
                    with_grant(scene, "READ");
                }),
                Verdict::Fail,
                "the public gets in by the access control list",
            ),
            (
                "by a harmless permission",
                quiet(|scene| {
                    with_policy(
                        scene,
                        r#"{"Effect":"Allow","Principal":"*","Action":"s3:GetBucketLocation","Resource":"arn:aws:s3:::subject"}"#,
                    );
                    status(scene, true);
                }),
                Verdict::Fail,
                "the policy is public by a permission that neither lists",
            ),
            (
                "archived",
                quiet(|scene| {
                    open(scene);
                    forget::<AccessAnalyzer>(scene);
                    let mut finding = found("*", Some(true));
                    "ARCHIVED".clone_into(&mut finding.subject.status);
                    scene.say(reading(vec![analyzer("ACCOUNT", vec![finding])]));
                }),
                Verdict::Fail,
                "of Access Analyzer: findings on the bucket are archived",
            ),
        ];
        for (name, scene, ..) in &cases {
            assert_eq!(scene.judge(&CHECK).severity, Severity::Info, "{name}");
        }
        expect(&CHECK, cases);
    }

    #[test]
    fn an_analyzer_is_behind_the_account_for_six_hours_and_no_longer() {
        for (asked, severity, words) in [
            (
                "1970-01-01T05:00:00Z",
                Severity::Info,
                "of Access Analyzer: it takes up a change of the account's",
            ),
            (
                "1970-01-02T00:00:00Z",
                Severity::Low,
                "may have changed since it looked",
            ),
        ] {
            let scene = quiet(|scene| {
                with_policy(scene, &everybody("s3:GetObject"));
                scene.facts.public_access_block.observed = Observed::Present(switches(true));
                analyzed(scene, true);
            });
            let scene = {
                let mut scene = scene;
                scene.bucket.settings.policy.source.observed_at = asked.parse().ok();
                scene
            };
            let finding = scene.judge(&CHECK);
            assert_eq!(
                (finding.verdict, finding.severity),
                (Verdict::Fail, severity),
                "{}",
                finding.message
            );
            assert!(finding.message.contains(words), "{}", finding.message);
        }
    }

    #[test]
    fn an_old_word_and_an_unexplained_one_are_named_with_their_age() {
        let cases: Vec<Case> = vec![
            (
                "its age",
                quiet(|scene| marked(scene, "error")),
                Verdict::Fail,
                "Trusted Advisor: public (looked 2026-11-17T06:12:44Z, 3 days before the scan)",
            ),
            (
                "old",
                quiet(|scene| marked(scene, "error")),
                Verdict::Fail,
                "of Trusted Advisor: the bucket, or what stands around it, may have changed since it looked",
            ),
            (
                "older than the last change",
                quiet(|scene| {
                    marked(scene, "error");
                    scene.bucket.created_at = "2026-11-19T00:00:00Z".parse().ok();
                }),
                Verdict::Fail,
                "it looked before the bucket's last known change of 2026-11-19T00:00:00Z",
            ),
            (
                "an analyzer found nothing",
                quiet(|scene| {
                    open(scene);
                    analyzed(scene, false);
                }),
                Verdict::Fail,
                "of Access Analyzer: it does not say when it last looked",
            ),
            (
                "S3 itself says otherwise",
                quiet(|scene| {
                    with_policy(scene, &everybody("s3:GetObject"));
                    status(scene, false);
                }),
                Verdict::Fail,
                "of S3's GetBucketPolicyStatus: nothing that was read explains it",
            ),
            (
                "a rule on writing",
                quiet(|scene| {
                    open(scene);
                    recorded(scene, &[(READ, "NON_COMPLIANT"), (WRITE, "NON_COMPLIANT")]);
                }),
                Verdict::Fail,
                "AWS Config: the public reads and writes",
            ),
        ];
        for (name, scene, ..) in &cases {
            assert_eq!(scene.judge(&CHECK).severity, Severity::Low, "{name}");
        }
        expect(&CHECK, cases);
    }
}
