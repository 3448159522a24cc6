//! `aa-archive-rules`: whether an analyzer is told to put every public finding on a bucket away as soon as it is made.
//!
//! AWS's own word for what archives a finding is "archive rule". What was archived already is not looked at.

use s3attest_model::check::Severity;
use s3attest_model::identifiers::AccountId;
use s3attest_model::services::access_analyzer::{Analyzer, ArchiveRule, Criterion, Monitoring};
use s3attest_model::services::{AccessAnalyzer, ServiceSource};

use super::aa_analyzer_enabled::is_external;
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::RegionView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "aa-archive-rules",
    title: "No archive rule hides public findings on buckets",
    severity: Severity::Medium,
    question: "Are the analyzers of the region free of rules that archive public findings on any bucket?",
    reads: Reads {
        sources: &[ServiceSource::AccessAnalyzer],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/aa-archive-rules.md"),
    judge: Judge::Region(judge),
};

/// What one criterion makes of a public finding on any bucket of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bearing {
    /// Every such finding meets it.
    Every,
    /// Only some of them do, or none.
    Some,
    /// Nobody knows: the key is not known here.
    Unknown,
}

fn judge<'a>(view: &RegionView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let region = view.region;
    let reading = view.reading::<AccessAnalyzer>()?;
    let analyzers = trail.read(&reading.analyzers)?.map_or(&[][..], Vec::as_slice);
    let external = analyzers
        .iter()
        .filter(|analyzer| analyzer.is_active() && is_external(&analyzer.analyzer_type));
    let (mut hiding, mut narrow, mut looked) = (Vec::new(), 0_usize, 0_usize);
    let mut undecided = None;
    for analyzer in external {
        let Monitoring::External { archive_rules, .. } = &analyzer.monitoring else {
            continue;
        };
        looked += 1;
        match trail.read_of(analyzer.arn.clone(), archive_rules) {
            Err(unknown) => undecided = undecided.or(Some(unknown)),
            Ok(rules) => {
                for rule in rules.into_iter().flatten() {
                    match hides_public(rule, analyzer, &view.account.account.id) {
                        Bearing::Every => hiding.push(format!("{} of {}", rule.name, analyzer.name)),
                        Bearing::Some => narrow += 1,
                        Bearing::Unknown => {
                            let detail = format!(
                                "the archive rule {} of {} filters by a key that is not known here",
                                rule.name, analyzer.name
                            );
                            undecided = undecided.or(Some(Unknown::not_understood(detail)));
                        }
                    }
                }
            }
        }
    }
    if !hiding.is_empty() {
        return Ok(Judgement::fail(format!(
            "Public findings on any bucket in {region} are archived as soon as they are made, by {}.",
            hiding.join(", ")
        )));
    }
    if let Some(unknown) = undecided {
        return Err(unknown);
    }
    Ok(match (looked, narrow) {
        (0, _) => Judgement::not_applicable(format!(
            "The account has no active analyzer of external access in {region} whose findings could be archived."
        )),
        (_, 0) => Judgement::pass(format!("The analyzers in {region} archive nothing by themselves.")),
        (_, narrow) => Judgement::pass(format!(
            "None of the archive rules in {region} puts public findings on any bucket away; there are {narrow} of them."
        )),
    })
}

/// Whether a rule archives every public finding on a bucket: then each of its criteria has to be met by every such finding.
fn hides_public(rule: &ArchiveRule, analyzer: &Analyzer, account: &AccountId) -> Bearing {
    let of_account = (!analyzer.is_of_organization()).then(|| account.as_str());
    let bearings = rule
        .filter
        .iter()
        .map(|(key, criterion)| bearing(key, criterion, of_account));
    let mut all = Bearing::Every;
    for bearing in bearings {
        match bearing {
            Bearing::Some => return Bearing::Some,
            Bearing::Unknown => all = Bearing::Unknown,
            Bearing::Every => {}
        }
    }
    all
}

/// What a criterion makes of a public finding on any bucket; the keys are those of the IAM User Guide, "IAM Access Analyzer
/// filter keys". `of_account` is the only owner whose resources the analyzer looks at.
fn bearing(key: &str, criterion: &Criterion, of_account: Option<&str>) -> Bearing {
    let value = match (key, of_account) {
        ("isPublic", _) => "true",
        ("resourceType", _) => "AWS::S3::Bucket",
        ("status", _) => "ACTIVE",
        ("findingType", _) => "ExternalAccess",
        ("principal.AWS", _) => "*",
        ("resourceOwnerAccount", Some(owner)) => owner,
        ("resource", _) => return resource(criterion),
        ("error", _) => {
            return match criterion.exists {
                Some(false) => Bearing::Every,
                _ => Bearing::Some,
            };
        }
        ("id" | "resourceOwnerAccount" | "resourceControlPolicyRestriction" | "serviceControlPolicyRestriction", _) => {
            return Bearing::Some;
        }
        (key, _) if key.starts_with("condition.") || key.starts_with("principal.") => return Bearing::Some,
        _ => return Bearing::Unknown,
    };
    let is = |texts: &Vec<String>| texts.iter().any(|text| text == value);
    let holds = |texts: &Vec<String>| texts.iter().any(|text| value.contains(text.as_str()));
    every(
        criterion.equals.as_ref().is_none_or(is)
            && !criterion.differs_from.as_ref().is_some_and(is)
            && criterion.contains.as_ref().is_none_or(holds)
            && criterion.exists != Some(false),
    )
}

/// What the ARN of every bucket of a partition begins with: a text that lies in it, lies in all of them.
const OF_EVERY_BUCKET: [&str; 3] = ["arn:aws:s3:::", "arn:aws-us-gov:s3:::", "arn:aws-cn:s3:::"];

fn resource(criterion: &Criterion) -> Bearing {
    let in_all = |texts: &Vec<String>| {
        let mut texts = texts.iter();
        texts.any(|text| {
            OF_EVERY_BUCKET
                .iter()
                .any(|beginning| beginning.contains(text.as_str()))
        })
    };
    every(
        criterion.equals.is_none()
            && criterion.differs_from.is_none()
            && criterion.contains.as_ref().is_none_or(in_all)
            && criterion.exists != Some(false),
    )
}

const fn every(is_so: bool) -> Bearing {
    if is_so { Bearing::Every } else { Bearing::Some }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::analyzer_findings::tests::{analyzer, reading};
    use crate::checks::scene::{ACCOUNT, Scene, denied, expect, source};

    fn equals(texts: &[&str]) -> Criterion {
        Criterion {
            equals: Some(texts.iter().map(|text| (*text).to_owned()).collect()),
            ..Criterion::default()
        }
    }

    fn holding(text: &str) -> Criterion {
        Criterion {
            contains: Some(vec![text.to_owned()]),
            ..Criterion::default()
        }
    }

    fn exists(is_there: bool) -> Criterion {
        Criterion {
            exists: Some(is_there),
            ..Criterion::default()
        }
    }

    fn with_rule(analyzer_type: &str, filter: Vec<(&str, Criterion)>) -> Analyzer {
        let rule = ArchiveRule {
            name: "hide".to_owned(),
            filter: filter
                .into_iter()
                .map(|(key, criterion)| (key.to_owned(), criterion))
                .collect(),
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        };
        let mut made = analyzer(analyzer_type, vec![]);
        made.monitoring = Monitoring::External {
            findings: Evidence::present(vec![], source("accessanalyzer.ListFindings")),
            archive_rules: Evidence::present(vec![rule], source("accessanalyzer.ListArchiveRules")),
        };
        made
    }

    fn of(analyzers: Vec<Analyzer>) -> Scene {
        Scene::with(|scene| scene.say(reading(analyzers)))
    }

    #[test]
    fn a_rule_hides_what_is_public_when_every_public_finding_on_a_bucket_meets_it() {
        let bucket = || ("resourceType", equals(&["AWS::S3::Bucket", "AWS::KMS::Key"]));
        let neither = Criterion {
            differs_from: Some(vec!["RESOLVED".to_owned()]),
            ..Criterion::default()
        };
        let not_buckets = Criterion {
            differs_from: Some(vec!["AWS::S3::Bucket".to_owned()]),
            ..Criterion::default()
        };
        for (name, filter, verdict) in [
            ("public", vec![("isPublic", equals(&["true"]))], Verdict::Fail),
            ("public or not", vec![("isPublic", exists(true))], Verdict::Fail),
            ("not public", vec![("isPublic", equals(&["false"]))], Verdict::Pass),
            ("every bucket", vec![bucket()], Verdict::Fail),
            (
                "public buckets",
                vec![bucket(), ("isPublic", equals(&["true"]))],
                Verdict::Fail,
            ),
            (
                "buckets that are not public",
                vec![bucket(), ("isPublic", equals(&["false"]))],
                Verdict::Pass,
            ),
            ("everything", vec![], Verdict::Fail),
            (
                "other things",
                vec![("resourceType", equals(&["AWS::KMS::Key"]))],
                Verdict::Pass,
            ),
            ("all but buckets", vec![("resourceType", not_buckets)], Verdict::Pass),
            ("by status", vec![bucket(), ("status", neither)], Verdict::Fail),
            ("everyone", vec![("principal.AWS", equals(&["*"]))], Verdict::Fail),
            (
                "somebody",
                vec![("principal.AWS", equals(&["222222222222"]))],
                Verdict::Pass,
            ),
            (
                "one bucket",
                vec![bucket(), ("resource", equals(&["arn:aws:s3:::www"]))],
                Verdict::Pass,
            ),
            (
                "some buckets",
                vec![bucket(), ("resource", holding("-www"))],
                Verdict::Pass,
            ),
            (
                "buckets by their ARN",
                vec![("resource", holding("arn:aws:s3:::"))],
                Verdict::Fail,
            ),
            (
                "under a condition",
                vec![("condition.aws:SourceVpce", exists(true))],
                Verdict::Pass,
            ),
            ("what was analyzed", vec![("error", exists(false))], Verdict::Fail),
            ("what was not analyzed", vec![("error", exists(true))], Verdict::Pass),
            (
                "the account's own",
                vec![("resourceOwnerAccount", equals(&[ACCOUNT]))],
                Verdict::Fail,
            ),
            ("a new key", vec![("colour", equals(&["red"]))], Verdict::NotAssessed),
            (
                "a new key that does not matter",
                vec![("colour", equals(&["red"])), ("id", equals(&["1"]))],
                Verdict::Pass,
            ),
        ] {
            assert_eq!(
                of(vec![with_rule("ACCOUNT", filter)]).verdict(&CHECK),
                verdict,
                "{name}"
            );
        }
    }

    #[test]
    fn of_an_organization_one_account_is_not_everything() {
        let filter = vec![("resourceOwnerAccount", equals(&[ACCOUNT]))];
        assert_eq!(
            of(vec![with_rule("ORGANIZATION", filter)]).verdict(&CHECK),
            Verdict::Pass
        );
    }

    #[test]
    fn what_was_not_read_leaves_it_open_unless_a_rule_decides() {
        let public = || with_rule("ACCOUNT", vec![("isPublic", equals(&["true"]))]);
        let mut unread = analyzer("ORGANIZATION", vec![]);
        unread.monitoring = Monitoring::External {
            findings: Evidence::present(vec![], source("accessanalyzer.ListFindings")),
            archive_rules: Evidence::gap(denied(), source("accessanalyzer.ListArchiveRules")),
        };
        let stopped = Analyzer {
            status: "DISABLED".to_owned(),
            monitoring: Monitoring::Stopped,
            ..analyzer("ACCOUNT", vec![])
        };
        let cases = vec![
            (
                "hidden",
                of(vec![public()]),
                Verdict::Fail,
                "by hide of analyzer-account",
            ),
            (
                "hidden beside what was not read",
                of(vec![unread.clone(), public()]),
                Verdict::Fail,
                "by hide",
            ),
            (
                "nothing archived",
                of(vec![analyzer("ACCOUNT", vec![])]),
                Verdict::Pass,
                "archive nothing by themselves",
            ),
            (
                "rules unread",
                of(vec![unread]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "a stopped analyzer",
                of(vec![stopped]),
                Verdict::NotApplicable,
                "no active analyzer",
            ),
            ("no analyzer", of(vec![]), Verdict::NotApplicable, "no active analyzer"),
            (
                "list denied",
                Scene::with(|scene| {
                    scene.say(AccessAnalyzer {
                        analyzers: Evidence::gap(denied(), source("accessanalyzer.ListAnalyzers")),
                    });
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
            ("no reading", Scene::new(), Verdict::NotAssessed, "no reading"),
        ];
        expect(&CHECK, cases);
    }
}
