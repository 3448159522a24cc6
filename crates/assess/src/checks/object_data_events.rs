//! Whether a trail logs what is read from or written to the objects of a bucket, for the two checks that ask for one each.
//!
//! It knows trails. Event data stores of CloudTrail Lake may hold data events too, and are not read.

use s3attest_model::check::Severity;
use s3attest_model::identifiers::RegionName;
use s3attest_model::services::{CloudTrail, DataEvents, Logged, Trail as CloudTrailTrail};

use super::shown_trails::{event_selectors, name, sentence, status, with_details};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// One kind of events: what it is called, and how much of it is logged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    /// `reads` or `writes`.
    pub(super) what: &'static str,
    /// How much of this kind is logged.
    pub(super) of: fn(DataEvents) -> Logged,
}

/// Reads of objects.
pub(super) const READS: Kind = Kind {
    what: "reads",
    of: |events| events.read,
};

/// Writes of objects.
pub(super) const WRITES: Kind = Kind {
    what: "writes",
    of: |events| events.write,
};

/// How much of the events of a kind is logged.
pub(super) enum Extent<'a> {
    /// All, by this trail.
    All(&'a CloudTrailTrail),
    /// A part, by this trail and no other.
    Part(&'a CloudTrailTrail),
    /// Nothing, by none of the trails that are shown in this region.
    Nothing(&'a RegionName),
}

/// How much of the events of a kind the trails log that are shown in the bucket's region. Unknown when none logs all and one
/// could not be looked into, or when several log a part each, which together may be all.
pub(super) fn extent<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>, kind: Kind) -> Result<Extent<'a>, Unknown<'a>> {
    let what = kind.what;
    let Some(region) = trail.read(&view.bucket.region)? else {
        return Err(Unknown::not_understood("the bucket has no region"));
    };
    // A region is shown the trails that log its events and no others.
    let reading = view.services.in_region::<CloudTrail>(region)?;
    let shown = trail.read(&reading.trails)?.map_or(&[][..], Vec::as_slice);
    let mut parts = Vec::new();
    let mut unknown = None;
    for each in shown {
        match logged(view, trail, each, kind) {
            Ok(Logged::All) => return Ok(Extent::All(each)),
            Ok(Logged::Part) => parts.push(each),
            Ok(Logged::None) => {}
            Ok(Logged::Unclear) => {
                let detail = format!(
                    "the event selectors of {} do not let it be said which {what} of objects it logs",
                    each.arn
                );
                unknown = unknown.or(Some(Unknown::not_understood(detail)));
            }
            Err(gap) => unknown = unknown.or(Some(gap)),
        }
    }
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    match parts.as_slice() {
        [] => Ok(Extent::Nothing(region)),
        [one] => Ok(Extent::Part(one)),
        [..] => {
            let names: Vec<String> = parts.into_iter().map(name).collect();
            Err(Unknown::not_understood(format!(
                "{} log a part of the {what} each, which together may be all",
                names.join(" and ")
            )))
        }
    }
}

/// What is logged of a kind, as a sentence without its full stop.
pub(super) fn found(kind: Kind, extent: &Extent<'_>) -> String {
    let what = kind.what;
    let of_trail = |each: &CloudTrailTrail, how: &str| {
        let text = format!("{} logs {how} {what} of the bucket's objects", name(each));
        sentence(&[text]).trim_end_matches('.').to_owned()
    };
    match extent {
        Extent::All(each) => of_trail(each, "all"),
        Extent::Part(each) => of_trail(each, "a part of the"),
        Extent::Nothing(region) => format!("No trail that is shown in {region} logs {what} of the bucket's objects"),
    }
}

/// Whether all events of a kind are logged by one trail at least.
pub(super) fn judge_kind<'a>(
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
    kind: Kind,
) -> Result<Judgement, Unknown<'a>> {
    let what = kind.what;
    let extent = extent(view, trail, kind)?;
    if let Extent::All(each) = extent {
        let text = format!("{} logs {what} of all objects of the bucket", name(each));
        return Ok(Judgement::pass(sentence(&[text])));
    }
    let found = found(kind, &extent);
    // What is left then is worth less than data events, and more than nothing.
    Ok(match trail.read(&view.settings.logging) {
        Ok(Some(destination)) => Judgement::fail_as(
            Severity::Low,
            format!(
                "{found}; server access logs are sent to the bucket {}, with best effort.",
                destination.target_bucket
            ),
        ),
        Ok(None) => Judgement::fail(format!("{found}, and server access logging is off.")),
        Err(_) => Judgement::fail(format!(
            "{found}, and whether server access logging is on is not known."
        )),
    })
}

fn logged<'a>(
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
    shown: &'a CloudTrailTrail,
    kind: Kind,
) -> Result<Logged, Unknown<'a>> {
    let each = with_details(&view.services, trail, shown)?;
    if !status(trail, each)?.0.is_logging {
        return Ok(Logged::None);
    }
    let selectors = event_selectors(&view.organization, trail, each)?;
    let arn = view.arn_of(view.bucket.name.as_str());
    Ok((kind.of)(selectors.data_events_of(&arn)))
}

#[cfg(test)]
pub(super) mod tests {
    use s3attest_model::bucket::BucketSetting;
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::{BasicEventSelector, DataResource, EventSelectors, ServiceRecord, TrailDetails};

    use super::*;
    use crate::check::Check;
    use crate::checks::s3_bucket_access_logging::tests::logging_to;
    use crate::checks::scene::{ACCOUNT, Scene, account_id, denied, expect, region, source};
    use crate::checks::shown_trails::tests::{
        as_member, listing, of_organization, own, refused, showing, told_by_owner, with_selectors, with_status,
        without_status,
    };

    /// Data events of a kind (`All`, `ReadOnly`, `WriteOnly`) of these objects.
    pub(in crate::checks) fn events(kind: &str, values: &[&str]) -> EventSelectors {
        EventSelectors {
            basic: vec![BasicEventSelector {
                read_write_type: Some(kind.to_owned()),
                includes_management_events: Some(true),
                excluded_management_event_sources: Vec::new(),
                data_resources: vec![DataResource {
                    resource_type: "AWS::S3::Object".to_owned(),
                    values: values.iter().map(|value| (*value).to_owned()).collect(),
                }],
            }],
            advanced: Vec::new(),
        }
    }

    /// The table of a check: the events of its kind in the words of an event selector, and those of the other.
    pub(in crate::checks) fn table(check: &Check, kind: &str, other: &str) {
        selectors_decide(check, kind, other);
        trails_decide(check, kind);
        let mut logs_access = showing(vec![]);
        logs_access.bucket = logging_to("subject", "logs");
        assert_eq!(logs_access.judge(check).severity, Severity::Low);
        assert_eq!(showing(vec![]).judge(check).severity, check.severity);
    }

    fn selectors_decide(check: &Check, kind: &str, other: &str) {
        let with = |name: &str, selectors| with_selectors(own(name), Some(selectors));
        let all = |name: &str| with(name, events(kind, &["arn:aws:s3"]));
        let part = |name: &str, prefix: &str| with(name, events(kind, &[prefix]));
        let cases = vec![
            ("every bucket", showing(vec![all("a")]), Verdict::Pass, "The trail arn"),
            (
                "both kinds",
                showing(vec![with("a", events("All", &["arn:aws:s3:::subject/"]))]),
                Verdict::Pass,
                "trail/a logs",
            ),
            (
                "the other kind",
                showing(vec![with("a", events(other, &["arn:aws:s3"]))]),
                Verdict::Fail,
                "No trail",
            ),
            (
                "another bucket",
                showing(vec![with("a", events("All", &["arn:aws:s3:::another/"]))]),
                Verdict::Fail,
                "server access logging is off",
            ),
            (
                "management events alone",
                showing(vec![own("a")]),
                Verdict::Fail,
                "eu-central-1",
            ),
            ("no trail", showing(vec![]), Verdict::Fail, "No trail"),
            (
                "a part",
                showing(vec![part("a", "arn:aws:s3:::subject/in/")]),
                Verdict::Fail,
                "logs a part",
            ),
            (
                "two parts",
                showing(vec![
                    part("a", "arn:aws:s3:::subject/in/"),
                    part("b", "arn:aws:s3:::subject/out/"),
                ]),
                Verdict::NotAssessed,
                "together may be all",
            ),
            (
                "not understood",
                showing(vec![part("a", "arn:aws:s3:::subject")]),
                Verdict::NotAssessed,
                "do not let it be said",
            ),
        ];
        expect(check, cases);
    }

    fn trails_decide(check: &Check, kind: &str) {
        let all = |name: &str| with_selectors(own(name), Some(events(kind, &["arn:aws:s3"])));
        let member = || as_member(of_organization());
        let shadow = CloudTrailTrail {
            details: TrailDetails::Shadow,
            ..all("a")
        };
        // The bucket's region shows a trail that is at home in another.
        let mut at_home_elsewhere = showing(vec![shadow.clone()]);
        at_home_elsewhere.services.push(ServiceRecord {
            account: account_id(ACCOUNT),
            region: Some(region("us-east-1")),
            reading: listing(vec![all("a")]).into(),
        });
        let mut nowhere = showing(vec![all("a")]);
        nowhere.bucket.region = Evidence::gap(denied(), source("s3.ListBuckets"));
        let mut logs_access = showing(vec![own("a")]);
        logs_access.bucket = logging_to("subject", "logs");
        let mut perhaps = showing(vec![own("a")]);
        perhaps.withhold(BucketSetting::Logging);
        let cases = vec![
            (
                "stopped",
                showing(vec![with_status(all("a"), |status| status.is_logging = false)]),
                Verdict::Fail,
                "No trail",
            ),
            (
                "one refused and another logs",
                showing(vec![without_status(all("a")), all("b")]),
                Verdict::Pass,
                "trail/b",
            ),
            (
                "status refused",
                showing(vec![without_status(all("a"))]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "selectors refused",
                showing(vec![with_selectors(own("a"), None)]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            ("at home elsewhere", at_home_elsewhere, Verdict::Pass, "trail/a"),
            (
                "home not read",
                showing(vec![shadow]),
                Verdict::NotAssessed,
                "stand in eu-central-1",
            ),
            (
                "the organization's",
                told_by_owner(
                    showing(vec![member()]),
                    vec![with_selectors(of_organization(), Some(events(kind, &["arn:aws:s3"])))],
                ),
                Verdict::Pass,
                "The organization's trail arn:aws:cloudtrail:eu-central-1:999999999999",
            ),
            (
                "the organization's, told by nobody",
                showing(vec![member()]),
                Verdict::NotAssessed,
                "told to its owner",
            ),
            ("access logs", logs_access, Verdict::Fail, "with best effort"),
            ("access logs refused", perhaps, Verdict::Fail, "is not known"),
            ("region not known", nowhere, Verdict::NotAssessed, "access was denied"),
            (
                "list refused",
                Scene::with(|scene| scene.say(refused())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "not read",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of AWS CloudTrail in eu-central-1",
            ),
        ];
        expect(check, cases);
    }

    #[test]
    fn the_owner_of_the_organizations_trail_stands_in_the_evidence() {
        let scene = told_by_owner(
            showing(vec![as_member(of_organization())]),
            vec![with_selectors(of_organization(), Some(events("All", &["arn:aws:s3"])))],
        );
        let finding = scene.judge(&super::super::trail_s3_data_events_write::CHECK);
        let operations: Vec<_> = finding
            .evidence
            .iter()
            .map(|each| each.source.operation.as_str())
            .collect();
        assert_eq!(
            operations,
            [
                "s3.ListBuckets",
                "cloudtrail.DescribeTrails",
                "cloudtrail.GetTrailStatus",
                "cloudtrail.GetEventSelectors"
            ]
        );
        assert!(
            finding.evidence[3]
                .of
                .as_deref()
                .is_some_and(|of| of.contains(":999999999999:"))
        );
    }
}
