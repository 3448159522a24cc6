//! What judging says of a source that a run holds nothing of is understood by comparing, whoever's words they are.

use s3attest_model::evidence::{Gap, GapCause};
use s3attest_model::identifiers::RegionName;
use s3attest_model::services::{Lacking, ServiceSource};
use s3attest_report::comparison::{Kind, changes};

use s3attest_report::sample::Sample;

use crate::runs::{Account, CHECK, ONE, Plan, Said};

fn run(said: Said) -> Sample {
    Plan::of([(ONE, Account::read().bucket("a", &[(CHECK, said)]))]).run()
}

#[test]
fn whatever_is_lacking_is_understood_as_of_its_source_and_of_no_other() {
    let region = RegionName::new("eu-central-1").expect("a region");
    let readings = ServiceSource::ALL
        .iter()
        .flat_map(|source| [None, Some(&region)].map(|region| Lacking::Reading(*source, region)));
    let lists = [
        Lacking::Distributions,
        Lacking::Trails(&region),
        Lacking::Policies("SERVICE_CONTROL_POLICY"),
    ];
    let (earlier, mut later) = (run(Said::Fail), run(Said::LeftOut));
    for lacking in readings.chain(lists) {
        let gap = lacking.gap();
        later.findings[0].gap = Some(gap.clone());
        for source in ServiceSource::ALL {
            let is_its_own = *source == lacking.source();
            assert_eq!(gap.is_lack_of(*source), is_its_own, "{}: {source:?}", gap.detail);
            let expected = if is_its_own {
                Kind::LeftScope
            } else {
                Kind::NoLongerVisible
            };
            // In a run that was told to leave that source out.
            later.run.sources_left_out = vec![source.key().to_owned()];
            let change = changes(&earlier, &later).expect("the runs open").next();
            let change = change.expect("a change").expect("the runs are in order");
            assert_eq!(change.kind, expected, "{}: {source:?}", gap.detail);
        }
    }
}

#[test]
fn the_words_of_assessments_that_were_made_earlier_are_still_understood() {
    for (words, source) in [
        ("the run holds no reading of Amazon Macie", ServiceSource::Macie),
        (
            "the run holds no reading of AWS CloudTrail in eu-west-1",
            ServiceSource::CloudTrail,
        ),
        ("the run holds no list of the distributions", ServiceSource::CloudFront),
        (
            "the run holds no list of the trails of eu-west-1",
            ServiceSource::CloudTrail,
        ),
        (
            "the run holds no list of policies of the type SERVICE_CONTROL_POLICY",
            ServiceSource::OrganizationPolicies,
        ),
    ] {
        assert!(Gap::new(GapCause::NotCollected, words).is_lack_of(source), "{words}");
        assert!(!Gap::new(GapCause::Denied, words).is_lack_of(source), "{words}");
        assert!(!Gap::new(GapCause::NotCollected, format!("or {words}")).is_lack_of(source));
    }
}
