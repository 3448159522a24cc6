//! `trail-multi-region`: whether a multi-Region trail logs all management events of the account.
//!
//! It does not know whether the log files arrive: that is the matter of `trail-delivery-health`.

use s3attest_model::check::Severity;
use s3attest_model::services::{AdvancedEventSelector, BasicEventSelector, EventSelectors, Trail as CloudTrailTrail};

use super::shown_trails::{SOURCES, ShownTrails, event_selectors, name, sentence, status};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "trail-multi-region",
    title: "A multi-Region trail logs all management events",
    severity: Severity::High,
    question: "Is a multi-Region trail logging all management events of the account, reads and writes?",
    reads: Reads {
        sources: SOURCES,
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/trail-multi-region.md"),
    judge: Judge::Account(judge),
};

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let shown = ShownTrails::of(&view.services, trail);
    let mut faults = Vec::new();
    let mut unknown = None;
    for each in shown.trails.iter().filter(|each| each.is_multi_region) {
        match fault(view, trail, each) {
            Ok(None) => {
                let text = format!("{} is logging all management events of every region", name(each));
                return Ok(Judgement::pass(sentence(&[text])));
            }
            Ok(Some(fault)) => faults.push(format!("{} {fault}", name(each))),
            Err(gap) => {
                unknown.get_or_insert(gap);
            }
        }
    }
    if let Some(unknown) = unknown.or_else(|| shown.unseen_multi_region()) {
        return Err(unknown);
    }
    Ok(Judgement::fail(if faults.is_empty() {
        "No multi-Region trail is shown to the account, neither of its own nor of an organization.".to_owned()
    } else {
        sentence(&faults)
    }))
}

fn fault<'a>(
    view: &AccountView<'a>,
    trail: &mut Trail<'a>,
    each: &'a CloudTrailTrail,
) -> Result<Option<String>, Unknown<'a>> {
    if !status(trail, each)?.0.is_logging {
        return Ok(Some("is not logging".to_owned()));
    }
    let selectors = event_selectors(&view.organization, trail, each)?;
    let [reads, writes] = [Kind::Read, Kind::Write].map(|kind| management_events(selectors, kind));
    Ok(match (reads, writes) {
        (Share::All, Share::All) => None,
        (Share::Unclear, _) | (_, Share::Unclear) => {
            return Err(Unknown::not_understood(format!(
                "the event selectors of {} do not let it be said which management events it logs",
                each.arn
            )));
        }
        (Share::None, Share::None) => Some("logs no management events".to_owned()),
        (Share::All, _) => Some("does not log all management events that write".to_owned()),
        (_, Share::All) => Some("does not log all management events that read".to_owned()),
        _ => Some("logs a part of the management events".to_owned()),
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Read,
    Write,
}

/// How much of the management events of one kind is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Share {
    All,
    Part,
    None,
    Unclear,
}

/// What any of the selectors selects. Two that select a part each may select all together, which is not worked out.
fn management_events(selectors: &EventSelectors, kind: Kind) -> Share {
    if selectors.basic.is_empty() && selectors.advanced.is_empty() {
        return Share::Unclear;
    }
    let basic = selectors.basic.iter().map(|each| of_basic(each, kind));
    let advanced = selectors.advanced.iter().map(|each| of_advanced(each, kind));
    basic.chain(advanced).fold(Share::None, |all, one| match (all, one) {
        (Share::All, _) | (_, Share::All) => Share::All,
        (Share::None, share) | (share, Share::None) => share,
        _ => Share::Unclear,
    })
}

/// CloudTrail selects management events of both kinds where nothing else is said (CloudTrail API Reference, `EventSelector`).
fn of_basic(selector: &BasicEventSelector, kind: Kind) -> Share {
    if selector.includes_management_events == Some(false) {
        return Share::None;
    }
    let all = if selector.excluded_management_event_sources.is_empty() {
        Share::All
    } else {
        Share::Part
    };
    match (selector.read_write_type.as_deref(), kind) {
        (None | Some("All"), _) | (Some("ReadOnly"), Kind::Read) | (Some("WriteOnly"), Kind::Write) => all,
        (Some("ReadOnly" | "WriteOnly"), _) => Share::None,
        (Some(_), _) => Share::Unclear,
    }
}

/// Beside the category only `readOnly` keeps a kind of event whole; every other field leaves something out (AWS CloudTrail User
/// Guide, "Logging management events").
fn of_advanced(selector: &AdvancedEventSelector, kind: Kind) -> Share {
    let fields = || selector.fields.iter();
    let is = |name: &str, value: &str| {
        fields()
            .filter(|field| field.field == name)
            .map(|field| (field.equals.as_slice(), field.equals.iter().any(|each| each == value)))
            .next()
    };
    match is("eventCategory", "Management") {
        None | Some(([], _)) => return Share::Unclear,
        Some((_, false)) => return Share::None,
        Some((_, true)) => {}
    }
    let wanted = if kind == Kind::Read { "true" } else { "false" };
    match is("readOnly", wanted) {
        Some(([], _)) => return Share::Unclear,
        Some((_, false)) => return Share::None,
        Some((_, true)) | None => {}
    }
    if fields().all(|field| matches!(field.field.as_str(), "eventCategory" | "readOnly")) {
        Share::All
    } else {
        Share::Part
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::{FieldSelector, TrailDetails};

    use super::*;
    use crate::checks::scene::{Scene, denied, expect, source};
    use crate::checks::shown_trails::tests::{
        as_member, beside, listing, management_events as usual, of_organization, own, refused, showing, told_by_owner,
        with_selectors, with_status, without_status,
    };

    fn field(name: &str, equals: &[&str], not_equals: &[&str]) -> FieldSelector {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        FieldSelector {
            field: name.to_owned(),
            equals: words(equals),
            not_equals: words(not_equals),
            ..FieldSelector::default()
        }
    }

    fn advanced(selectors: &[&[FieldSelector]]) -> EventSelectors {
        let selector = |fields: &&[FieldSelector]| AdvancedEventSelector {
            name: None,
            fields: fields.to_vec(),
        };
        EventSelectors {
            basic: Vec::new(),
            advanced: selectors.iter().map(selector).collect(),
        }
    }

    fn basic(parts: &[(&str, bool, &[&str])]) -> EventSelectors {
        let selector = |(kind, management, excluded): &(&str, bool, &[&str])| BasicEventSelector {
            read_write_type: Some((*kind).to_owned()),
            includes_management_events: Some(*management),
            excluded_management_event_sources: excluded.iter().map(|each| (*each).to_owned()).collect(),
            data_resources: Vec::new(),
        };
        EventSelectors {
            basic: parts.iter().map(selector).collect(),
            advanced: Vec::new(),
        }
    }

    #[test]
    fn both_kinds_of_management_events_have_to_be_selected_whole() {
        let management = || field("eventCategory", &["Management"], &[]);
        let reads = || field("readOnly", &["true"], &[]);
        let writes = || field("readOnly", &["false"], &[]);
        let without_keys = || field("eventSource", &[], &["kms.amazonaws.com"]);
        let data = || field("eventCategory", &["Data"], &[]);
        let cases = [
            (usual(), (Share::All, Share::All)),
            (EventSelectors::default(), (Share::Unclear, Share::Unclear)),
            (basic(&[("All", false, &[])]), (Share::None, Share::None)),
            (basic(&[("ReadOnly", true, &[])]), (Share::All, Share::None)),
            (
                basic(&[("ReadOnly", true, &[]), ("WriteOnly", true, &[])]),
                (Share::All, Share::All),
            ),
            (
                basic(&[("All", true, &["kms.amazonaws.com"])]),
                (Share::Part, Share::Part),
            ),
            (basic(&[("Novel", true, &[])]), (Share::Unclear, Share::Unclear)),
            (advanced(&[&[management()]]), (Share::All, Share::All)),
            (advanced(&[&[management(), writes()]]), (Share::None, Share::All)),
            (
                advanced(&[&[management(), reads()], &[management(), writes()]]),
                (Share::All, Share::All),
            ),
            (advanced(&[&[management(), without_keys()]]), (Share::Part, Share::Part)),
            (
                advanced(&[&[management(), without_keys()], &[management(), without_keys()]]),
                (Share::Unclear, Share::Unclear),
            ),
            (advanced(&[&[data()], &[management()]]), (Share::All, Share::All)),
            (advanced(&[&[data()]]), (Share::None, Share::None)),
            (advanced(&[&[reads()]]), (Share::Unclear, Share::Unclear)),
        ];
        for (selectors, wanted) in cases {
            let found = (
                management_events(&selectors, Kind::Read),
                management_events(&selectors, Kind::Write),
            );
            assert_eq!(found, wanted, "{selectors:?}");
        }
    }

    #[test]
    fn one_trail_of_the_account_or_of_the_organization_is_enough() {
        let of_one_region = CloudTrailTrail {
            is_multi_region: false,
            ..own("a")
        };
        let stopped = |each| with_status(each, |status| status.is_logging = false);
        let member = || as_member(of_organization());
        let cases = vec![
            (
                "own",
                showing(vec![own("a")]),
                Verdict::Pass,
                "The trail arn:aws:cloudtrail:eu-central-1:111111111111",
            ),
            (
                "own, and another that is stopped",
                showing(vec![stopped(own("a")), own("b")]),
                Verdict::Pass,
                "trail/b",
            ),
            (
                "the organization's, told by its owner",
                told_by_owner(showing(vec![member()]), vec![of_organization()]),
                Verdict::Pass,
                "The organization's trail arn:aws:cloudtrail:eu-central-1:999999999999",
            ),
            (
                "the organization's, told by nobody",
                showing(vec![member()]),
                Verdict::NotAssessed,
                "told to its owner",
            ),
            (
                "the organization's, refused to its owner",
                told_by_owner(showing(vec![member()]), vec![with_selectors(of_organization(), None)]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "the organization's, with data events alone",
                told_by_owner(
                    showing(vec![member()]),
                    vec![with_selectors(of_organization(), Some(basic(&[("All", false, &[])])))],
                ),
                Verdict::Fail,
                "logs no management events",
            ),
            ("none", showing(vec![]), Verdict::Fail, "No multi-Region trail"),
            (
                "of one region",
                showing(vec![of_one_region]),
                Verdict::Fail,
                "No multi-Region trail",
            ),
            (
                "stopped",
                showing(vec![stopped(own("a"))]),
                Verdict::Fail,
                "trail/a is not logging",
            ),
            (
                "writes alone",
                showing(vec![with_selectors(own("a"), Some(basic(&[("WriteOnly", true, &[])])))]),
                Verdict::Fail,
                "does not log all management events that read",
            ),
            (
                "without the events of KMS",
                showing(vec![with_selectors(
                    own("a"),
                    Some(basic(&[("All", true, &["kms.amazonaws.com"])])),
                )]),
                Verdict::Fail,
                "a part",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn one_region_tells_of_every_trail_and_gaps_of_one_are_gaps() {
        let of_one_region = CloudTrailTrail {
            is_multi_region: false,
            ..own("a")
        };
        let shadow = CloudTrailTrail {
            details: TrailDetails::Shadow,
            ..own("elsewhere")
        };
        let mut regions_unknown = showing(vec![own("a")]);
        regions_unknown.facts.regions = Evidence::gap(denied(), source("account.ListRegions"));
        let cases = vec![
            (
                "status refused",
                showing(vec![without_status(own("a"))]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "selectors refused",
                showing(vec![with_selectors(own("a"), None)]),
                Verdict::NotAssessed,
                "access was denied",
            ),
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
                "no reading of AWS CloudTrail",
            ),
            (
                "own, and another region refused",
                beside(showing(vec![own("a")]), Some(refused())),
                Verdict::Pass,
                "trail/a",
            ),
            (
                "none, and another region refused: one region is shown all",
                beside(showing(vec![of_one_region]), Some(refused())),
                Verdict::Fail,
                "No multi-Region trail",
            ),
            (
                "one whose home was refused",
                beside(showing(vec![shadow]), Some(refused())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "shown by the other region alone",
                beside(showing(vec![]), Some(listing(vec![own("a")]))),
                Verdict::Pass,
                "trail/a",
            ),
            ("regions not known", regions_unknown, Verdict::Pass, "trail/a"),
        ];
        expect(&CHECK, cases);
    }
}
