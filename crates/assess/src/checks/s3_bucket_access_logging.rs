//! `s3-bucket-access-logging`: whether requests to the bucket are logged, by S3 itself or by a trail.
//!
//! It does not know whether the logs arrive; the checks on log targets and on trails ask for what stands in their way.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_model::services::Trail as CloudTrailTrail;

use super::object_data_events::{Extent, READS, WRITES, extent, found};
use super::shown_trails::{SOURCES, name};
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::roles::as_sentence;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-access-logging",
    title: "Server access logging is on",
    severity: Severity::Medium,
    question: "Is server access logging on, or does CloudTrail log all reads and writes of the bucket's objects?",
    reads: Reads {
        sources: SOURCES,
        account: &[AccountFact::BucketListing],
        settings: &[BucketSetting::Logging, BucketSetting::Policy],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-access-logging.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let logging = trail.read(&view.settings.logging);
    if let Ok(Some(destination)) = logging {
        let prefix = match destination.target_prefix.as_str() {
            "" => "without a prefix".to_owned(),
            prefix => format!("under {prefix}"),
        };
        return Ok(Judgement::pass(format!(
            "Server access logs are sent to the bucket {} {prefix}.",
            destination.target_bucket
        )));
    }
    // A log target is excused whatever trails log, so that it has to be known first whether the bucket is one.
    if let Some(role) = view.log_target(trail)? {
        logging?;
        return Ok(Judgement::not_applicable(format!(
            "Server access logging is off, and {}.",
            role.said()
        )));
    }
    let compensation = compensation(view, trail)?;
    Ok(match (compensation, logging) {
        (Compensation::By(trails), Ok(_)) => Judgement::pass(format!(
            "Server access logging is off, and in its place {trails} of the bucket's objects as data events."
        )),
        (Compensation::By(trails), Err(_)) => Judgement::pass(format!(
            "Whether server access logging is on is not known, but {trails} of the bucket's objects as data events."
        )),
        (Compensation::Lacks(_), Err(unknown)) => return Err(unknown),
        (Compensation::Lacks(what), Ok(_)) => {
            // A trail's bucket is asked for access logs like any other, and the sentence says what they would be about.
            let role = match view.trail_target(trail) {
                Ok(Some(role)) => format!(" {}.", as_sentence(&role.said())),
                Ok(None) | Err(_) => String::new(),
            };
            Judgement::fail(format!(
                "Server access logging is off, and no other bucket of the account sends its access logs here. {what}.{role}"
            ))
        }
    })
}

/// What CloudTrail logs in the place of server access logs.
enum Compensation {
    /// All reads and writes, by the trails that are named.
    By(String),
    /// Not all, as a sentence without its full stop.
    Lacks(String),
}

fn compensation<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Compensation, Unknown<'a>> {
    let reads = extent(view, trail, READS);
    let writes = extent(view, trail, WRITES);
    // One kind that is certainly not logged in full settles it.
    for (kind, of_kind) in [(READS, &reads), (WRITES, &writes)] {
        if let Ok(extent @ (Extent::Part(_) | Extent::Nothing(_))) = of_kind {
            return Ok(Compensation::Lacks(found(kind, extent)));
        }
    }
    let all = |extent: Extent<'a>| -> Option<&'a CloudTrailTrail> {
        match extent {
            Extent::All(each) => Some(each),
            Extent::Part(_) | Extent::Nothing(_) => None,
        }
    };
    let (reads, writes) = (all(reads?), all(writes?));
    Ok(match (reads, writes) {
        (Some(one), Some(other)) if one.arn == other.arn => {
            Compensation::By(format!("{} logs all reads and writes", name(one)))
        }
        (Some(one), Some(other)) => {
            Compensation::By(format!("{} logs all reads and {} all writes", name(one), name(other)))
        }
        (None, _) | (_, None) => Compensation::Lacks("Not all is logged".to_owned()),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use s3attest_model::bucket::{Bucket, LogDestination};
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::object_data_events::tests::events;
    use crate::checks::scene::{Scene, bucket, denied, expect, present, source};
    use crate::checks::shown_trails::tests::{listing, own, refused, showing, with_selectors, with_status};

    /// A bucket that sends its access logs to a target under `logs/`.
    pub(in crate::checks) fn logging_to(name: &str, target: &str) -> Bucket {
        let mut bucket = bucket(name);
        let destination = LogDestination {
            target_bucket: target.to_owned(),
            target_prefix: "logs/".to_owned(),
            target_grants: Vec::new(),
            key_format: None,
        };
        bucket.settings.logging = present(BucketSetting::Logging, destination);
        bucket
    }

    /// A scene whose bucket sends its access logs to a target, beside other buckets.
    pub(in crate::checks) fn logged(target: &str, others: Vec<Bucket>) -> Scene {
        Scene::with(|scene| {
            scene.bucket = logging_to("subject", target);
            for other in others {
                scene.add(other);
            }
        })
    }

    /// No trail, and that is known.
    fn without_trails(mut scene: Scene) -> Scene {
        scene.say(listing(vec![]));
        scene
    }

    #[test]
    fn logging_passes_wherever_it_goes_and_a_log_target_is_excused() {
        let mut unread = bucket("other");
        unread.settings.withhold(BucketSetting::Logging, denied());
        let perhaps = Scene::with(|scene| scene.add(unread));
        let incomplete = Scene::with(|scene| {
            scene.facts.bucket_listing = Evidence::gap(denied(), source("s3.ListBuckets"));
        });
        let target = Scene::with(|scene| scene.add(logging_to("app", "subject")));
        let mut without_prefix = logged("logs", vec![]);
        if let s3attest_model::evidence::Observed::Present(destination) =
            &mut without_prefix.bucket.settings.logging.observed
        {
            destination.target_prefix.clear();
        }
        let cases = vec![
            (
                "on",
                logged("logs", vec![]),
                Verdict::Pass,
                "to the bucket logs under logs/",
            ),
            ("on without a prefix", without_prefix, Verdict::Pass, "without a prefix"),
            (
                "on to itself",
                logged("subject", vec![]),
                Verdict::Pass,
                "to the bucket subject",
            ),
            ("off", without_trails(Scene::new()), Verdict::Fail, "off"),
            (
                "off beside an unlogged bucket",
                without_trails(Scene::with(|scene| scene.add(bucket("app")))),
                Verdict::Fail,
                "off",
            ),
            ("log target", target, Verdict::NotApplicable, "access logs here"),
            (
                "perhaps a log target",
                without_trails(perhaps),
                Verdict::NotAssessed,
                "denied",
            ),
            (
                "incomplete list",
                without_trails(incomplete),
                Verdict::NotAssessed,
                "denied",
            ),
            (
                "gap",
                without_trails(Scene::with(|scene| scene.withhold(BucketSetting::Logging))),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn data_events_of_all_reads_and_writes_take_the_place_of_access_logs() {
        let every = |name: &str, kind: &str| with_selectors(own(name), Some(events(kind, &["arn:aws:s3"])));
        let all = || every("a", "All");
        let stopped = || with_status(all(), |status| status.is_logging = false);
        let unknown_logging = |trails: Vec<CloudTrailTrail>| {
            let mut scene = showing(trails);
            scene.withhold(BucketSetting::Logging);
            scene
        };
        let mut target = showing(vec![all()]);
        target.add(logging_to("app", "subject"));
        let mut perhaps_target = unknown_logging(vec![all()]);
        perhaps_target.add(logging_to("app", "subject"));
        let cases = vec![
            (
                "one trail",
                showing(vec![all()]),
                Verdict::Pass,
                "in its place the trail arn:aws:cloudtrail:eu-central-1:111111111111:trail/a logs all reads and writes",
            ),
            (
                "two trails",
                showing(vec![every("a", "ReadOnly"), every("b", "WriteOnly")]),
                Verdict::Pass,
                "trail/b all writes",
            ),
            (
                "writes alone",
                showing(vec![every("a", "WriteOnly")]),
                Verdict::Fail,
                "No trail that is shown in eu-central-1 logs reads",
            ),
            (
                "a part",
                showing(vec![with_selectors(
                    own("a"),
                    Some(events("All", &["arn:aws:s3:::subject/in/"])),
                )]),
                Verdict::Fail,
                "logs a part of the reads",
            ),
            ("stopped", showing(vec![stopped()]), Verdict::Fail, "No trail"),
            (
                "logging not known, and a trail",
                unknown_logging(vec![all()]),
                Verdict::Pass,
                "is not known, but the trail",
            ),
            (
                "logging not known, and no trail",
                unknown_logging(vec![]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "selectors not known",
                showing(vec![with_selectors(own("a"), None)]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "trails not known",
                Scene::with(|scene| scene.say(refused())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "trails not read",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of AWS CloudTrail",
            ),
            (
                "a log target whatever is logged",
                target,
                Verdict::NotApplicable,
                "access logs here",
            ),
            (
                "a log target that may log",
                perhaps_target,
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn a_log_target_is_shown_to_be_one_by_the_bucket_that_logs_to_it() {
        let finding = Scene::with(|scene| scene.add(logging_to("app", "subject"))).judge(&CHECK);
        let shown = finding
            .evidence
            .iter()
            .find(|reference| reference.of.as_deref() == Some("arn:aws:s3:::app"));
        assert_eq!(
            shown.map(|reference| reference.source.operation.as_str()),
            Some("s3.GetBucketLogging")
        );
    }
}
