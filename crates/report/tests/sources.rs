//! What every render has to hold of the account services: every source of every account has its place, no gap and no piece
//! of evidence vanishes, and lists that are cut say so.

mod support;

use std::collections::BTreeSet;

use s3attest_model::coverage::{CoverageRecord, SourceStatus};
use s3attest_model::evidence::{Evidence, Operation, Source};
use s3attest_model::identifiers::{AccountId, RegionName};
use s3attest_model::services::{
    Facts as _, Reading, ServiceRecord, Shield, TrustedAdvisor, TrustedAdvisorBearing, TrustedAdvisorCheck,
};
use s3attest_report::AssessedRun as _;
use s3attest_report::sample::{Generated, Sample, sample_assessment};
use support::{Files, rendered};

/// The part of the page of sources that is about one source.
fn section_of<'page>(page: &'page str, source: &str) -> &'page str {
    let start = page
        .find(&format!("<h2 id=\"{source}\">"))
        .expect("every source has its part");
    let rest = &page[start..];
    &rest[..rest.find("</section>").expect("a part ends")]
}

#[test]
fn every_source_of_an_account_stands_on_its_page_and_where_it_was_not_read_on_the_page_of_sources() {
    let sample = sample_assessment();
    let files = rendered(&sample);
    let mut statuses = BTreeSet::new();
    for record in &sample.coverage {
        let CoverageRecord::Source(source) = record else {
            continue;
        };
        statuses.insert(source.status);
        let row = format!("<tr role=\"row\" id=\"{}\">", source.source);
        assert_eq!(
            files[&format!("accounts/{}.html", source.account)]
                .matches(&row)
                .count(),
            1
        );
        let section = section_of(&files["sources.html"], source.source.key());
        let is_listed = section.contains(&format!("accounts/{}.html#account-services", source.account));
        let says_something = !source.gaps.is_empty() || source.status == SourceStatus::NotCollected;
        assert_eq!(is_listed, says_something, "{} of {}", source.source, source.account);
    }
    assert_eq!(statuses.len(), SourceStatus::ALL.len(), "the sample holds every status");
}

#[test]
fn every_source_of_an_account_has_its_row_in_the_table_of_coverage() {
    let sample = sample_assessment();
    let files = rendered(&sample);
    let mut reader = csv::Reader::from_reader(files["coverage.csv"].as_bytes());
    let rows: Vec<_> = reader
        .records()
        .map(|row| row.expect("a row that an independent reader takes"))
        .filter(|row| &row[0] == "source")
        .map(|row| (row[1].to_owned(), row[6].to_owned(), row[8].to_owned()))
        .collect();
    let expected: Vec<_> = sample
        .coverage
        .iter()
        .filter_map(|record| match record {
            CoverageRecord::Source(source) => Some((
                source.account.to_string(),
                source.source.to_string(),
                source.status.to_string(),
            )),
            CoverageRecord::Account(_)
            | CoverageRecord::Region(_)
            | CoverageRecord::Organization(_)
            | CoverageRecord::Bucket(_) => None,
        })
        .collect();
    assert_eq!(rows, expected);
}

#[test]
fn every_gap_of_a_source_is_told_with_its_words_and_its_regions() {
    let sample = sample_assessment();
    let files = rendered(&sample);
    for record in &sample.coverage {
        let CoverageRecord::Source(source) = record else {
            continue;
        };
        let account = &files[&format!("accounts/{}.html", source.account)];
        let section = section_of(&files["sources.html"], source.source.key());
        for gap in &source.gaps {
            for page in [account.as_str(), section] {
                assert!(page.contains(gap.tally.operation.as_str()), "{}", source.account);
                assert!(page.contains(gap.tally.cause.phrase()), "{}", source.account);
                for region in &gap.regions {
                    assert!(
                        page.contains(region.as_str()),
                        "{} of {}",
                        source.source,
                        source.account
                    );
                }
            }
        }
    }
}

#[test]
fn every_piece_of_evidence_stands_on_the_page_of_its_account_and_in_the_table() {
    let sample = sample_assessment();
    let files = rendered(&sample);
    let mut facts = 0;
    for (account, records) in &sample.services {
        let pages: String = files
            .iter()
            .filter(|(name, _)| name.starts_with(&format!("accounts/{account}-services")))
            .map(|(_, page)| page.as_str())
            .collect();
        for record in records {
            assert!(files[&format!("accounts/{account}.html")].contains(&format!("accounts/{account}-services")));
            for fact in record.reading.facts() {
                facts += 1;
                assert!(pages.contains(fact.aspect) && pages.contains(fact.source.operation.as_str()));
                if let Some(request) = &fact.source.request_id {
                    assert!(pages.contains(&**request), "{request}");
                }
            }
        }
    }
    let mut reader = csv::Reader::from_reader(files["sources.csv"].as_bytes());
    assert_eq!(reader.records().count(), facts);
    assert!(facts > 0);
}

#[test]
fn the_accounts_of_a_source_add_up_to_all_accounts() {
    let sample = sample_assessment();
    let accounts: u64 = sample.summary.coverage.accounts.iter().map(|(_, count)| count).sum();
    for tally in &sample.summary.coverage.sources {
        let entered: u64 = tally.accounts.iter().map(|(_, count)| count).sum();
        assert_eq!(
            entered + tally.not_reached + tally.out_of_scope,
            accounts,
            "{}",
            tally.source
        );
    }
}

#[test]
fn what_the_run_left_out_is_named_on_the_front_page_and_on_the_page_of_the_method() {
    let mut sample = sample_assessment();
    let source = sample.summary.coverage.sources[0].source;
    sample.run.sources_left_out = vec![source.key().to_owned(), "<b>of another version</b>".to_owned()];
    let files = rendered(&sample);
    for name in ["index.html", "method.html"] {
        assert!(files[name].contains(&format!("{}<", source.title())), "{name}");
        assert!(files[name].contains("&lt;b&gt;of another version"), "{name}");
    }
}

#[test]
fn an_assessment_that_counts_no_sources_says_so() {
    let mut sample = sample_assessment();
    sample.summary.coverage.sources.clear();
    sample
        .coverage
        .retain(|record| !matches!(record, CoverageRecord::Source(_)));
    sample.services.clear();
    let files = rendered(&sample);
    for name in ["index.html", "sources.html"] {
        assert!(files[name].contains("counts no account services"), "{name}");
    }
    assert!(!files.keys().any(|name| name.contains("-services")));
}

/// The sample with other readings of one account.
fn with_readings(account: &str, readings: Vec<(Option<&str>, Reading)>) -> Sample {
    let mut sample = sample_assessment();
    let account = AccountId::new(account).expect("an account id");
    let records = readings.into_iter().map(|(region, reading)| ServiceRecord {
        account: account.clone(),
        region: region.map(|name| RegionName::new(name).expect("a region")),
        reading,
    });
    sample.services.insert(account.clone(), records.collect());
    sample
}

const ACCOUNT: &str = "000000000123";

/// A reading with one piece of evidence for each of some subjects, and one for their list.
fn of_subjects(subjects: impl Iterator<Item = String>, title: &str) -> Reading {
    let source = || Source::not_called(Operation::named("support.DescribeTrustedAdvisorCheckResult"));
    let check = |id| TrustedAdvisorCheck {
        id,
        title: title.to_owned(),
        bearing: TrustedAdvisorBearing::S3,
        security_hub_control: None,
        offer: None,
        refresh: None,
        result: Evidence::absent(source()),
    };
    TrustedAdvisor {
        checks: Evidence::present(subjects.map(check).collect(), source()),
    }
    .into()
}

fn shield() -> Reading {
    let source = || Source::not_called(Operation::named("shield.ListProtections"));
    Shield {
        subscription: Evidence::absent(source()),
        protections: Evidence::absent(source()),
    }
    .into()
}

/// The pages of an account's services, in their order.
fn pages(files: &Files) -> Vec<&str> {
    (1..)
        .map(|page| match page {
            1 => format!("accounts/{ACCOUNT}-services.html"),
            _ => format!("accounts/{ACCOUNT}-services-{page}.html"),
        })
        .map_while(|name| files.get(&name).map(String::as_str))
        .collect()
}

fn facts_on(page: &str) -> usize {
    page.matches("<tr role=\"row\"><th role=\"rowheader\"").count()
}

#[test]
fn thousands_of_pieces_of_evidence_go_on_over_pages_and_none_is_lost_or_said_twice() {
    let reading = of_subjects((0..2_500).map(|number| format!("subject-{number:05}")), "t");
    let sample = with_readings(ACCOUNT, vec![(None, shield()), (None, reading)]);
    let files = rendered(&sample);
    let pages = pages(&files);
    assert_eq!(
        pages.iter().map(|page| facts_on(page)).collect::<Vec<_>>(),
        [1_000, 1_000, 503]
    );
    let all = pages.concat();
    for number in 0..2_500 {
        assert_eq!(all.matches(&format!("dir=\"auto\">subject-{number:05}<")).count(), 1);
    }
    assert_eq!(
        all.matches("What AWS answered, as JSON").count(),
        2,
        "each reading once"
    );
    assert!(pages[1].contains("AWS Trusted Advisor, continued</h2>"));
    assert!(pages[0].contains(&format!("href=\"../accounts/{ACCOUNT}-services-2.html\"")));
    assert!(pages[2].contains("2,001 to 2,503 of 2,503"));
    let account = &files[&format!("accounts/{ACCOUNT}.html")];
    assert!(account.contains(&format!("accounts/{ACCOUNT}-services.html#trusted-advisor")));
}

#[test]
fn a_page_with_much_text_ends_and_a_reading_of_any_size_is_shown_or_said_to_be_cut() {
    let much = of_subjects(["much".to_owned()].into_iter(), &"m".repeat(600_000));
    let too_much = of_subjects(["too-much".to_owned()].into_iter(), &"t".repeat(2_100_000));
    let readings = vec![
        (Some("eu-central-1"), much),
        (Some("us-east-1"), too_much),
        (None, shield()),
    ];
    let files = rendered(&with_readings(ACCOUNT, readings));
    let pages = pages(&files);
    assert_eq!(pages.len(), 3);
    assert!(pages[0].contains(&"m".repeat(600_000)) && !pages[0].contains("Cut here."));
    assert!(pages[1].contains("Cut here.") && pages[1].contains(&format!("accounts/{ACCOUNT}.ndjson.zst")));
    assert!(pages[2].contains("AWS Shield Advanced</h2>"));
    for (page, region) in [(0, "eu-central-1"), (1, "us-east-1")] {
        assert!(pages[page].contains(&format!("id=\"trusted-advisor-{region}\"")));
    }
}

#[test]
fn a_reading_with_an_empty_list_stands_there_with_the_call_that_said_so() {
    let sample = with_readings(
        ACCOUNT,
        vec![(Some("eu-central-1"), of_subjects(std::iter::empty(), ""))],
    );
    let files = rendered(&sample);
    assert_eq!(facts_on(pages(&files)[0]), 1);
    assert!(pages(&files)[0].contains("1 piece of evidence"));
}

#[test]
fn a_cause_that_many_accounts_share_is_told_once_with_the_first_of_them() {
    let run = Generated::new(700, 0, &[]);
    let files = rendered(&run);
    let sources = &run.summary().coverage.sources;
    let tally = sources
        .iter()
        .max_by_key(|tally| tally.of(SourceStatus::PartlyRead))
        .expect("there are sources");
    let refused = tally.of(SourceStatus::PartlyRead);
    assert!(refused > 60, "{refused} accounts share a cause");
    let section = section_of(&files["sources.html"], tally.source.key());
    assert_eq!(section.matches("<article class=\"obstacle\">").count(), 1);
    assert_eq!(section.matches("#account-services\">").count(), 50);
    assert!(section.contains(&format!("The first 50 of {refused} accounts")));
    assert!(section.contains(&format!("{} more stand in coverage.csv", refused - 50)));
}

#[test]
fn the_regions_of_a_gap_stand_beside_it() {
    let regions: Vec<String> = (1..=9).map(|number| format!("eu-test-{number}")).collect();
    let mut sample = sample_assessment();
    let mut account = None;
    for record in &mut sample.coverage {
        if let CoverageRecord::Source(source) = record
            && let Some(gap) = source.gaps.first_mut()
            && account.is_none()
        {
            source.regions = 9;
            gap.regions = regions
                .iter()
                .map(|name| RegionName::new(name).expect("a region"))
                .collect();
            account = Some(source.account.clone());
        }
    }
    let account = account.expect("the sample holds a gap");
    let files = rendered(&sample);
    let page = &files[&format!("accounts/{account}.html")];
    assert!(page.contains("in 9 regions"));
    assert!(page.contains(&regions.join(", ")), "all of them on the account's page");
    assert!(files["sources.html"].contains(&format!("{} and 3 more", regions[..6].join(", "))));
    assert!(files["coverage.csv"].contains(&regions.join(" ")));
}
