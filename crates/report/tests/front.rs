//! What the front page has to say of what nobody could read: which accounts and regions, whatever the size of the
//! organization, and never a number that stands for an unknown one.

#[path = "support/files.rs"]
mod files;

use std::collections::BTreeMap;

use s3attest_model::control::{ControlScope, ControlStatus};
use s3attest_model::coverage::{
    AccountCoverage, BucketCoverage, BucketStatus, CoverageRecord, GapTally, ReadCounts, RegionCoverage, RegionStatus,
};
use s3attest_model::evidence::{BlockedBy, Gap, GapCause, Operation};
use s3attest_model::identifiers::{AccountId, RegionName};
use s3attest_report::sample::{Sample, sample_assessment};
use s3attest_report::{Format, Settings, render};

/// Every file of a report by its path.
type Files = BTreeMap<String, String>;

const READ: &str = "000000000123";
const HOSTILE: &str = "111111111111";
const DENIED: &str = "222222222222";
const BROKEN: &str = "666666666666";

fn account(id: &str) -> AccountId {
    id.parse().expect("an account id")
}

fn region(name: &str) -> RegionName {
    name.parse().expect("a region")
}

fn rendered(sample: &Sample) -> Files {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let formats = [Format::Html, Format::Csv, Format::Markdown];
    render(sample, &formats, &Settings::default(), directory.path()).expect("a sample renders");
    let files = files::below(directory.path()).into_iter();
    files
        .map(|(name, bytes)| (name, String::from_utf8(bytes).expect("text")))
        .collect()
}

/// A section of the front page, from its heading to the next one of its kind.
fn section<'page>(files: &'page Files, heading: &str, end: &str) -> &'page str {
    let index = &files["index.html"];
    let start = index.find(heading).unwrap_or_else(|| panic!("{heading} in\n{index}"));
    let rest = &index[start + heading.len()..];
    &rest[..rest.find(end).expect("its end")]
}

fn covered<'sample>(sample: &'sample mut Sample, id: &str) -> &'sample mut AccountCoverage {
    let accounts = sample.coverage.iter_mut().filter_map(|record| match record {
        CoverageRecord::Account(account) => Some(account),
        _ => None,
    });
    accounts
        .filter(|account| account.account.as_str() == id)
        .map(|account| &mut **account)
        .next()
        .expect("an account of the sample")
}

/// The sample with more accounts behind its own, each like one of its own.
fn grown(additions: impl Iterator<Item = (String, &'static str)>) -> Sample {
    let mut sample = sample_assessment();
    for (id, like) in additions {
        let mut added = covered(&mut sample, like).clone();
        added.account = account(&id);
        added.name.clear();
        sample.coverage.push(CoverageRecord::Account(Box::new(added)));
        let is_of =
            |scope: &ControlScope, id: &AccountId| matches!(scope, ControlScope::Account { account } if account == id);
        let like = account(like);
        let records = sample.matrix.iter().filter(|record| is_of(&record.scope, &like));
        let mut records: Vec<_> = records.cloned().collect();
        for record in &mut records {
            record.scope = ControlScope::Account { account: account(&id) };
        }
        let units = sample
            .matrix
            .iter()
            .position(|record| matches!(record.scope, ControlScope::OrganizationalUnit { .. }))
            .expect("a unit");
        sample.matrix.splice(units..units, records);
    }
    sample
}

#[test]
fn accounts_that_nobody_could_read_head_every_list_that_is_cut() {
    let partly = (0..300).map(|number| (format!("7000000{number:05}"), HOSTILE));
    let denied: Vec<String> = (0..10).map(|number| format!("9000000{number:05}")).collect();
    let sample = grown(partly.chain(denied.iter().cloned().map(|id| (id, DENIED))));
    let files = rendered(&sample);
    let unread = section(&files, "id=\"not-fully-read\"", "</table>");
    let map = section(&files, "id=\"map\"", "</section>");
    let accounts = section(&files, "<h2 id=\"accounts\"", "</section>");
    for id in &denied {
        for (name, list) in [("unread", unread), ("map", map), ("accounts", accounts)] {
            assert!(list.contains(id), "{id} stands among {name}");
        }
    }
    // Others keep their places beside them, and nothing is cut without a word.
    assert!(map.contains("700000000000") && accounts.contains("700000000000"));
    assert!(unread.contains("The first 250 of 316"), "{}", &unread[..600]);
    assert!(map.contains("First 12 of the 13 of which nothing, or not every bucket, is known"));
    assert_eq!(map.matches("<tspan class=\"of\">").count(), 25);
    assert!(accounts.contains("first the 13 of which nothing, or not every bucket, is known"));
    let page = &files["summary.md"];
    let table = &page[page.find("### Accounts not read in full").expect("a table")..];
    assert_eq!(
        denied.iter().filter(|id| table.contains(id.as_str())).count(),
        8,
        "{table}"
    );
    assert!(!table.contains("7000000"), "{table}");
}

#[test]
fn an_incomplete_list_of_accounts_lets_no_share_speak_for_the_whole() {
    let mut sample = sample_assessment();
    sample.summary.coverage.seen = 10_000;
    sample.summary.account_listing_gap = Some(Gap {
        blocked_by: Some(BlockedBy::Unknown),
        ..Gap::new(GapCause::Denied, "")
    });
    sample
        .coverage
        .retain(|record| record.account().is_none_or(|id| id.as_str() == READ));
    sample.organization.retain(|record| match record {
        s3attest_model::organization::OrganizationRecord::Account(account) => account.id.as_str() == READ,
        _ => true,
    });
    sample
        .findings
        .retain(|finding| finding.resource.account().as_str() == READ);
    sample.access.retain(|record| record.account.as_str() == READ);
    sample.matrix.retain(|record| match &record.scope {
        ControlScope::Account { account } => account.as_str() == READ,
        ControlScope::OrganizationalUnit { .. } => true,
    });
    let files = rendered(&sample);
    let index = &files["index.html"];
    assert!(!index.contains("0 % was not"));
    assert!(index.contains("<strong>An unknown number of accounts is missing</strong>. This report"));
    assert!(index.contains("of the 100 % of the known accounts that was seen <strong>passes"));
    assert!(!index.contains("Every account was read in full."));
    assert!(index.contains("Every account that is known was read in full. An unknown number of others is missing."));
    assert!(index.contains("All 1 known accounts in scope"));
    for (name, page) in files.iter().filter(|(_, page)| page.contains("<main")) {
        assert!(page.contains("Coverage 100 % of the known accounts"), "{name}");
    }
    let page = &files["summary.md"];
    assert!(
        page.contains("**Coverage: 100 % of the known accounts was seen; an unknown number of accounts is missing.**"),
        "{page}"
    );
    // What refused is not known, and no sentence takes that for a name.
    assert!(index.contains("access was denied (<code>denied</code>); AWS did not say what refused it."));
    assert!(files["coverage.csv"].contains("list of accounts denied: 1"));
}

#[test]
fn an_account_whose_buckets_nobody_knows_has_no_zeros() {
    let files = rendered(&sample_assessment());
    let row = |id: &str| {
        let page = &files["accounts.html"];
        let end = page
            .find(&format!("<span class=\"sub id\">{id}</span>"))
            .expect("a row");
        let row = &page[end..];
        row[..row.find("</tr>").expect("its end")].to_owned()
    };
    let denied = row(DENIED);
    assert_eq!(denied.matches(">not known<").count(), 5, "{denied}");
    assert!(!denied.contains(">0<") && !denied.contains("0 + 0"), "{denied}");
    let broken = row(BROKEN);
    assert!(
        broken.contains(">not known<span class=\"sub\">2 listed</span>"),
        "{broken}"
    );
    assert!(broken.contains(">at least 1<"), "{broken}");
    assert!(!row(READ).contains("not known") && !row(READ).contains("at least"));
    assert!(files["accounts/222222222222.html"].contains("not known: the account was not entered"));
}

/// The sample with a bucket in a region that is not enabled.
fn with_a_bucket_behind_a_closed_door() -> Sample {
    let mut sample = sample_assessment();
    for record in &mut sample.coverage {
        if let CoverageRecord::Region(line) = record
            && line.account.as_str() == HOSTILE
            && line.status == RegionStatus::Off
        {
            line.buckets = 1;
        }
    }
    let before = sample.coverage.iter().position(|record| match record {
        CoverageRecord::Bucket(bucket) => bucket.account.as_str() == HOSTILE,
        _ => false,
    });
    let hidden = BucketCoverage {
        account: account(HOSTILE),
        bucket: "Hidden".parse().expect("a bucket's name"),
        region: Some(region("ap-southeast-3")),
        status: BucketStatus::Unreadable,
        reads: ReadCounts { asked: 20, answered: 0 },
        gaps: vec![GapTally {
            operation: Operation::named("s3.GetBucketAcl"),
            cause: GapCause::RegionOff,
            blocked_by: None,
            count: 20,
            example: String::new(),
        }],
    };
    sample
        .coverage
        .insert(before.expect("a bucket"), CoverageRecord::Bucket(hidden));
    sample
}

#[test]
fn the_front_page_names_every_region_that_could_not_be_read_and_why() {
    let files = rendered(&with_a_bucket_behind_a_closed_door());
    let list = section(&files, "id=\"unread-regions\"", "</table>");
    let rows: Vec<&str> = list.split("<tr role=\"row\">").skip(2).collect();
    assert_eq!(rows.len(), 4, "{list}");
    for (row, id, name, mark, why, remedy) in [
        (
            rows[0],
            HOSTILE,
            "ap-southeast-3",
            "Not enabled",
            "1 bucket that was listed is there; 0 of 20 reads of settings there were answered",
            "Enable the region for the account",
        ),
        (
            rows[1],
            HOSTILE,
            "us-east-1",
            "Unreadable",
            "Nothing of what was asked there was answered (1 read); most often cloudtrail.DescribeTrails: access was \
             denied; refused by a service control policy",
            "",
        ),
        (
            rows[2],
            BROKEN,
            "eu-central-1",
            "Unreadable",
            "Nothing of what was asked there was answered (20 reads)",
            "",
        ),
        (
            rows[3],
            BROKEN,
            "eu-central-1",
            "Assumed enabled",
            "account.ListRegions: access was denied",
            "the permission for account.ListRegions",
        ),
    ] {
        for part in [id, &format!("regions\">{name}<"), mark, why, remedy] {
            assert!(row.contains(part), "{part} in {row}");
        }
    }
    assert!(
        list.contains("3 regions of 2 accounts could not be read, or not for sure."),
        "{list}"
    );
    let index = &files["index.html"];
    assert!(
        index.contains("2 regions of accounts are not enabled, and no bucket that was listed is known to be there.")
    );
    assert!(!index.contains("hold no buckets"));
    // Each stands on its account's page too.
    assert!(files["accounts/111111111111.html"].contains("1 bucket that was listed is there"));
}

#[test]
fn a_long_list_of_regions_is_cut_and_says_so() {
    let mut sample = grown((0..300).map(|number| (format!("7000000{number:05}"), HOSTILE)));
    let mut longer = Vec::new();
    for record in sample.coverage.drain(..) {
        let id = record.account().filter(|id| id.as_str().starts_with('7')).cloned();
        longer.push(record);
        if let Some(account) = id {
            longer.push(CoverageRecord::Region(RegionCoverage {
                account,
                region: region("me-south-1"),
                status: RegionStatus::Off,
                buckets: 2,
            }));
        }
    }
    sample.coverage = longer;
    let files = rendered(&sample);
    let list = section(&files, "id=\"unread-regions\"", "</table>");
    assert!(
        list.contains("302 regions of 302 accounts could not be read"),
        "{}",
        &list[..400]
    );
    assert!(list.contains("The first 250 of 303 rows"));
    assert_eq!(list.matches("<tr role=\"row\">").count(), 251);
}

#[test]
fn evidence_that_the_snapshot_lost_is_said_and_its_account_is_not_assessed_in_full() {
    let mut sample = sample_assessment();
    sample.summary.coverage.seen = 10_000;
    sample.facts.remove(&account(READ));
    sample.buckets.remove(&account(READ));
    sample.services.remove(&account(READ));
    let files = rendered(&sample);
    let index = &files["index.html"];
    let alarm = section(&files, "<h3>Evidence is missing from the snapshot</h3>", "</div>");
    assert!(
        alarm.contains("names 1 account that was read") && alarm.contains(READ),
        "{alarm}"
    );
    assert!(!index.contains("Everything that this run was asked to read was answered."));
    assert!(!index.contains("<span class=\"mark good\">Coverage"));
    assert!(!index.contains("0 % was not"));
    let list = section(&files, "id=\"not-fully-read\"", "</table>");
    let row = list
        .split("<tr role=\"row\">")
        .find(|row| row.contains(READ))
        .expect("a row");
    assert!(
        row.contains("<span class=\"mark unknown\">Evidence missing</span>"),
        "{row}"
    );
    assert!(
        row.contains("accounts/000000000123.ndjson.zst") && row.contains("s3attest verify"),
        "{row}"
    );
    let rows = section(&files, "Accounts by how far they were read", "</table>");
    assert!(
        rows.contains("Evidence missing</span></th><td class=\"number\"><b>1</b>"),
        "{rows}"
    );
    assert!(
        rows.contains(">Assessed</span></th><td class=\"number\"><b>0</b>"),
        "{rows}"
    );
    let page = &files["accounts/000000000123.html"];
    assert!(!page.contains("<span class=\"mark good\">Assessed</span></dd>"));
    assert!(page.contains("Evidence missing"));
    assert!(files["summary.md"].contains("**Evidence is missing:**"));
    // Where all of it is there, nothing is said.
    let whole = rendered(&sample_assessment());
    assert!(!whole["index.html"].contains("Evidence") && !whole["summary.md"].contains("Evidence"));
}

#[test]
fn an_assessment_without_numbers_by_account_has_a_word_in_the_place_of_the_map() {
    let mut sample = sample_assessment();
    sample.matrix.clear();
    let map = rendered(&sample);
    let map = section(&map, "<h2 id=\"map\"", "</section>");
    assert!(
        map.contains("There is no map: this assessment holds no numbers by account."),
        "{map}"
    );
}

#[test]
fn a_control_that_is_undetermined_for_want_of_an_account_says_so() {
    let mut sample = sample_assessment();
    let control = sample
        .controls
        .iter_mut()
        .find(|control| control.control.as_str() == "SC-8")
        .expect("a control");
    control.status = ControlStatus::Undetermined;
    (
        control.counts.fail,
        control.counts.accepted,
        control.counts.not_assessed,
    ) = (0, 0, 0);
    control.accounts.undetermined = 1;
    let families = rendered(&sample);
    let families = section(&families, "<h2 id=\"controls\"", "<h2 id=\"accounts\"");
    let line = families
        .split("<li>")
        .find(|line| line.contains(">SC-8<"))
        .expect("a line");
    assert!(line.contains("not known of 1 account that nobody could read"), "{line}");
}
