//! A comparison in each of its forms.

use s3attest_model::check::Severity;
use s3attest_model::coverage::CoverageRecord;
use s3attest_model::finding::Verdict;
use s3attest_report::comparison::{Comparison, Kind};
use s3attest_report::diff::{DiffFormat, render, text};
use s3attest_report::sample::{Sample, later_assessment, sample_assessment};
use s3attest_report::{AssessedRun, Format, Redacted, Redaction, Salt, Settings, Templates};

/// The hostile sample, and what it is a run later.
fn runs() -> (Sample, Sample) {
    let earlier = sample_assessment();
    let later = later_assessment(&earlier);
    (earlier, later)
}

fn files() -> (Comparison, String, String, String) {
    let (earlier, later) = runs();
    let comparison = Comparison::of(&earlier, &later, 20).expect("the runs are in order");
    let directory = tempfile::tempdir().expect("a temporary directory");
    let write = || {
        render(
            &earlier,
            &later,
            &comparison,
            &DiffFormat::ALL,
            &Templates::Embedded,
            directory.path(),
        )
        .expect("a comparison renders");
        let read = |name: &str| std::fs::read_to_string(directory.path().join(name)).expect("a text");
        (read("changes.html"), read("changes.csv"), read("changes.json"))
    };
    let files = write();
    assert_eq!(files, write(), "the same runs give the same bytes");
    (comparison, files.0, files.1, files.2)
}

#[test]
fn the_page_is_complete_in_itself_and_escapes_what_is_foreign() {
    let (_, page, ..) = files();
    let policy = "default-src 'none'; style-src 'sha256-";
    assert!(page.contains(policy));
    assert_eq!(page.matches("<style>").count(), 1);
    for sign in [
        "<script",
        "<link",
        "<img",
        " style=\"",
        " src=",
        "javascript:",
        "\u{202e}",
        "\u{1b}",
    ] {
        assert!(!page.contains(sign), "{sign}");
    }
    assert!(page.contains("&lt;script&gt;"));
    for text in [
        "No longer visible",
        "Regressed",
        "Fixed",
        "Judged with another configuration",
        "666666666666",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn the_policy_of_the_page_allows_the_very_style_that_stands_in_it() {
    use sha2::{Digest as _, Sha256};
    let (_, page, ..) = files();
    let style = page
        .split("<style>")
        .nth(1)
        .and_then(|rest| rest.split("</style>").next())
        .expect("a style");
    let digest = Sha256::digest(style.as_bytes());
    // The first six characters are enough to tell a digest of other text, and need no decoder.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sextets = [
        digest[0] >> 2,
        (digest[0] & 3) << 4 | digest[1] >> 4,
        (digest[1] & 15) << 2 | digest[2] >> 6,
        digest[2] & 63,
    ];
    let beginning: String = sextets
        .iter()
        .filter_map(|sextet| alphabet.chars().nth(usize::from(*sextet)))
        .collect();
    assert!(page.contains(&format!("'sha256-{beginning}")), "{beginning}");
}

#[test]
fn the_table_and_the_document_hold_every_change() {
    let (comparison, _, table, document) = files();
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let kinds: Vec<String> = reader
        .records()
        .map(|record| record.expect("a row as long as the header")[0].to_owned())
        .collect();
    assert_eq!(kinds.len() as u64, comparison.changed());
    let document: serde_json::Value = serde_json::from_str(&document).expect("JSON");
    assert_eq!(document["schema"], 1);
    let changes = document["changes"].as_array().expect("the changes");
    assert_eq!(changes.len() as u64, comparison.changed());
    for kind in Kind::ALL {
        let count = comparison.of_kind(kind).changes;
        assert_eq!(document["kinds"][kind.as_str()]["changes"], count, "{kind}");
        if kind != Kind::Unchanged {
            assert_eq!(kinds.iter().filter(|each| *each == kind.as_str()).count() as u64, count);
            assert_eq!(
                changes.iter().filter(|change| change["kind"] == kind.as_str()).count() as u64,
                count
            );
        }
    }
    assert!(comparison.of_kind(Kind::NoLongerVisible).changes > 0);
    assert!(!table.contains("\"=cmd") && !table.contains("\"@SUM"));
}

#[test]
fn the_lines_are_bounded_and_obey_no_terminal_escape() {
    let (earlier, later) = runs();
    let comparison = Comparison::of(&earlier, &later, 20).expect("the runs are in order");
    let lines = text(&comparison, "elsewhere");
    assert!(lines.lines().count() < 250);
    assert!(lines.lines().all(|line| line.chars().count() < 700), "{lines}");
    assert!(!lines.contains('\u{1b}') && !lines.contains('\u{202e}'));
    assert!(lines.contains("more: elsewhere"), "{lines}");
    let place = |text: &str| {
        lines
            .find(text)
            .unwrap_or_else(|| panic!("{text} is missing:\n{lines}"))
    };
    assert!(place("Coverage\n") < place("\nRegressed\n"));
    assert!(place("\nRegressed\n") < place("\nFixed\n"));
}

#[test]
fn what_is_grave_stands_before_everything_else() {
    let (earlier, mut later) = runs();
    later.run.started_at = "2001-01-01T00:00:00Z".parse().expect("a moment");
    let comparison = Comparison::of(&earlier, &later, 20).expect("the runs are in order");
    let lines = text(&comparison, "elsewhere");
    assert!(
        lines.starts_with("ATTENTION  The run that was given first is the later one: "),
        "{lines}"
    );
}

/// The later run as it is when a region and a bucket are seen less, a bucket is gone, and a fail became worse.
fn seen_less() -> (Sample, Sample) {
    use s3attest_model::coverage::{BucketStatus, RegionStatus};
    let earlier = sample_assessment();
    let mut later = earlier.clone();
    "later".clone_into(&mut later.run.id);
    let region = later.coverage.iter_mut().find_map(|record| match record {
        CoverageRecord::Region(region) if region.status == RegionStatus::Read => Some(region),
        _ => None,
    });
    region.expect("a region that was read").status = RegionStatus::Assumed;
    let bucket = later.coverage.iter_mut().find_map(|record| match record {
        CoverageRecord::Bucket(bucket) if bucket.status == BucketStatus::Assessed => Some(bucket),
        _ => None,
    });
    bucket.expect("a bucket that was read").status = BucketStatus::Unreadable;
    let worse = later.findings.iter_mut();
    let mut worse = worse.filter(|finding| finding.verdict == Verdict::Fail && !finding.is_accepted());
    worse.next().expect("a fail").severity = Severity::Info;
    (earlier, later)
}

fn written<R: AssessedRun>(earlier: &R, later: &R) -> (Comparison, impl Fn(&str) -> String) {
    let comparison = Comparison::of(earlier, later, 20).expect("the runs are in order");
    let directory = tempfile::tempdir().expect("a temporary directory");
    let place = directory.path();
    render(
        earlier,
        later,
        &comparison,
        &DiffFormat::ALL,
        &Templates::Embedded,
        place,
    )
    .expect("a comparison renders");
    let read = move |name: &str| std::fs::read_to_string(directory.path().join(name)).expect("a text");
    (comparison, read)
}

#[test]
fn regions_and_buckets_that_are_seen_otherwise_are_named_in_every_form() {
    let (earlier, later) = seen_less();
    let (comparison, read) = written(&earlier, &later);
    let (regions, buckets) = (&comparison.coverage.regions_moved, &comparison.coverage.buckets_moved);
    assert_eq!((regions.len(), buckets.len()), (1, 1));
    let region = regions[0].first[0].what.to_string();
    let bucket = buckets[0].first[0].what.to_string();
    let account = buckets[0].first[0].account.to_string();

    let lines = text(&comparison, "elsewhere");
    for line in [
        "  - 1 region of an account: Seen less (read before, assumed now)".to_owned(),
        "  - 1 bucket: Seen less (assessed before, unreadable now)".to_owned(),
        format!("      {region} of {}", regions[0].first[0].account),
        format!("      {bucket} of {account}"),
    ] {
        assert!(lines.contains(&line), "{line} is missing:\n{lines}");
    }
    let page = read("changes.html");
    for words in [
        "1 region of an account",
        "read before, assumed now",
        "assessed before, unreadable now",
        &format!("<bdi>{bucket} of {account}"),
        &format!("<bdi>{region} of "),
    ] {
        assert!(page.contains(words), "{words}");
    }
    let table = read("coverage-changes.csv");
    let rows: Result<Vec<_>, _> = csv::Reader::from_reader(table.as_bytes()).into_records().collect();
    let rows = rows.expect("every row is as long as the header");
    let of = |record: &str| rows.iter().find(|row| &row[0] == record).expect("a row");
    assert_eq!(
        (&of("region")[4], &of("region")[7], &of("region")[8]),
        (&*region, "read", "assumed")
    );
    assert_eq!((&of("bucket")[6], &of("bucket")[1]), (&*bucket, "lost"));
    let document: serde_json::Value = serde_json::from_str(&read("changes.json")).expect("JSON");
    let changes = document["coverage_changes"]
        .as_array()
        .expect("the changes of the coverage");
    assert_eq!(changes.len(), 2);
    assert_eq!(
        changes[1],
        serde_json::json!({
            "record": "bucket",
            "change": "lost",
            "account": account,
            "account_name": *buckets[0].first[0].account_name,
            "name": bucket,
            "before": "assessed",
            "after": "unreadable",
            "why_not_named": null,
        })
    );
}

#[test]
fn the_table_and_the_document_name_everything_that_is_seen_otherwise() {
    let (earlier, later) = runs();
    let (comparison, read) = written(&earlier, &later);
    let coverage = &comparison.coverage;
    let regions: u64 = coverage.regions_moved.iter().map(|alike| alike.count).sum();
    let buckets: u64 = coverage.buckets_moved.iter().map(|alike| alike.count).sum();
    assert!(buckets > 0, "the account that refuses its role takes its buckets along");
    let table = read("coverage-changes.csv");
    let rows: Result<Vec<_>, _> = csv::Reader::from_reader(table.as_bytes()).into_records().collect();
    let rows = rows.expect("every row is as long as the header");
    let of = |record: &str| rows.iter().filter(|row| &row[0] == record).count() as u64;
    assert_eq!((of("region"), of("bucket")), (regions, buckets));
    assert_eq!(of("account"), coverage.accounts.len() as u64);
    let why = rows
        .iter()
        .filter(|row| &row[0] == "bucket")
        .all(|row| &row[11] == "account-not-read");
    assert!(why, "{table}");
    assert!(!table.contains('\u{1b}') && !table.contains("\"=cmd"));
    let document: serde_json::Value = serde_json::from_str(&read("changes.json")).expect("JSON");
    let changes = document["coverage_changes"]
        .as_array()
        .expect("the changes of the coverage");
    let of = |record: &str| changes.iter().filter(|change| change["record"] == record).count() as u64;
    assert_eq!((of("region"), of("bucket")), (regions, buckets));
}

#[test]
fn another_severity_is_said_with_the_one_before() {
    let (earlier, later) = seen_less();
    let (comparison, read) = written(&earlier, &later);
    let change = &comparison.worst_of(Kind::SeverityChanged)[0];
    let (before, after) = change.severities().expect("both severities");
    assert_eq!(after, Severity::Info);
    assert_ne!(before, after);
    let words = format!("failed ({before}) before, failed ({after}) now.");
    assert!(text(&comparison, "elsewhere").contains(&words));
    assert!(read("changes.html").contains(&format!("Severity: {before} before, {after} now")));

    let directory = tempfile::tempdir().expect("a temporary directory");
    let settings = Settings {
        previous: Some(&earlier),
        ..Settings::default()
    };
    let formats = [Format::Markdown, Format::Html];
    s3attest_report::render(&later, &formats, &settings, directory.path()).expect("a report renders");
    let read = |name: &str| std::fs::read_to_string(directory.path().join(name)).expect("a text");
    let summary = read("summary.md");
    assert!(
        summary.contains(&format!("| failed ({before}) | failed ({after}) |")),
        "{summary}"
    );
    assert!(
        summary.contains("| 1 bucket | Seen less | assessed before, unreadable now |"),
        "{summary}"
    );
    // It became less bad, which the front page does not list; the other way round it does.
    let settings = Settings {
        previous: Some(&later),
        ..Settings::default()
    };
    s3attest_report::render(&earlier, &formats, &settings, directory.path()).expect("a report renders");
    assert!(read("index.html").contains(&format!("Severity changed: {after} before, {before} now")));
}

#[test]
fn a_page_with_tokens_in_the_place_of_names_says_so() {
    let (earlier, later) = runs();
    let banner = "<strong>Redacted.</strong>";
    assert!(!written(&earlier, &later).1("changes.html").contains(banner));
    let salt = Salt::new(vec![7; 32]).expect("long enough");
    let redaction = Redaction::of(&salt, &[&earlier, &later]).expect("the samples are read");
    let (earlier, later) = (Redacted::new(&earlier, &redaction), Redacted::new(&later, &redaction));
    let (_, read) = written(&earlier, &later);
    assert!(read("changes.html").contains(banner));
    for name in ["changes.html", "coverage-changes.csv", "changes.json"] {
        assert!(!read(name).contains("666666666666"), "{name}");
    }
}
