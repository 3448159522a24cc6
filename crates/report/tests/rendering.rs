//! What every render of the samples has to hold: nothing foreign gets out of its place, nothing vanishes, and the bytes
//! are the same each time. The tables and key pages stand beside this file as snapshots. What it has to hold of the account
//! services stands in `sources.rs`.

#[path = "rendering/controls.rs"]
mod controls;
#[path = "rendering/front.rs"]
mod front;
#[path = "rendering/spoilt.rs"]
mod spoilt;
mod support;

use std::collections::BTreeSet;
use std::path::Path;

use s3attest_model::coverage::CoverageRecord;
use s3attest_model::finding::Verdict;
use s3attest_model::run::Mode;
use s3attest_report::sample::{Generated, sample_assessment};
use s3attest_report::{AssessedRun, Format, Settings, render};
use support::{Files, read, rendered};

fn pages(files: &Files) -> impl Iterator<Item = (&String, &String)> {
    files
        .iter()
        .filter(|(name, _)| Path::new(name).extension().is_some_and(|extension| extension == "html"))
}

/// Long values stand shortened in snapshots, so that they can be read.
fn shortened(text: &str) -> String {
    text.replace(&"A-very-long-value-".repeat(50), "…")
}

/// A page with line breaks between its elements, so that a change shows as a line.
fn laid_out(page: &str) -> String {
    let start = page.find("<main").expect("a page has a main part");
    let end = page.find("</main>").expect("a page has a main part");
    shortened(&page[start..end])
        .replace("><", ">\n<")
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_tables_are_as_documented() {
    let files = rendered(&sample_assessment());
    for name in [
        "findings.csv",
        "buckets.csv",
        "controls.csv",
        "control-matrix.csv",
        "coverage.csv",
        "sources.csv",
        "exceptions.csv",
        "dictionary.csv",
    ] {
        insta::assert_snapshot!(name, shortened(&files[name]));
    }
}

#[test]
fn key_pages_are_as_they_were_looked_at() {
    let files = rendered(&sample_assessment());
    for (snapshot, name) in [
        ("index", "index.html"),
        ("account", "accounts/111111111111.html"),
        ("account-denied", "accounts/222222222222.html"),
        ("services", "accounts/111111111111-services.html"),
        ("sources", "sources.html"),
        ("exceptions", "exceptions.html"),
        ("bucket", "buckets/111111111111/media.html"),
        ("control", "controls/sc-8.html"),
        ("control-by-hand", "controls/pe-1.html"),
        ("control-with-parameter", "controls/sc-28.html"),
        (
            "control-of-other-framework",
            "controls/cis-aws-foundations-5.0.0/2.1.1.html",
        ),
        ("controls", "controls.html"),
        ("check", "checks/s3-bucket-tls-only.html"),
    ] {
        insta::assert_snapshot!(snapshot, laid_out(&files[name]));
    }
}

#[test]
fn a_second_render_gives_the_same_bytes() {
    let sample = sample_assessment();
    assert!(rendered(&sample) == rendered(&sample));
}

#[test]
fn rendering_over_an_earlier_report_gives_the_same_bytes_and_no_page_of_the_earlier_one() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let large = Generated::new(1, 400, &[]);
    let small = sample_assessment();
    render(&large, Format::ALL, &Settings::default(), directory.path()).expect("a sample renders");
    assert!(directory.path().join("findings/2.html").exists());
    render(&small, Format::ALL, &Settings::default(), directory.path()).expect("a sample renders");
    assert!(read(directory.path()) == rendered(&small));
}

#[test]
fn no_page_lets_foreign_markup_through() {
    let files = rendered(&sample_assessment());
    let own = "assets/filter.js\" defer></script>";
    for (name, page) in pages(&files) {
        assert_eq!(page.matches("<script").count(), 1, "{name}");
        assert_eq!(page.matches(own).count(), 1, "{name}");
        let lower = page.to_lowercase();
        for forbidden in [
            "<img",
            "<iframe",
            "<object",
            "<embed",
            "<base",
            "<style",
            "style=\"",
            "javascript:",
        ] {
            assert!(!lower.contains(forbidden), "{name} holds {forbidden}");
        }
        assert!(
            page.chars()
                .all(|character| !character.is_control() || character == '\n' || character == '\t')
        );
        assert!(!page.contains('\u{202e}'), "{name} turns text around");
    }
}

#[test]
fn no_page_fetches_anything_from_elsewhere() {
    let files = rendered(&sample_assessment());
    for (name, page) in pages(&files) {
        assert!(
            page.contains("content=\"default-src &#x27;none&#x27;") || page.contains("content=\"default-src 'none'; ")
        );
        for attribute in ["src=\"", "<link rel=\"stylesheet\" href=\""] {
            for part in page.split(attribute).skip(1) {
                let target = &part[..part.find('"').expect("an attribute ends")];
                assert!(
                    target.trim_start_matches("../").starts_with("assets/"),
                    "{name}: {target}"
                );
            }
        }
    }
    for asset in ["assets/style.css", "assets/filter.js", "assets/search.js"] {
        let text = &files[asset];
        assert!(
            !text.contains("http:") && !text.contains("https:") && !text.contains("url(") && !text.contains("@import")
        );
    }
}

#[test]
fn every_link_leads_to_a_page_of_the_report() {
    for files in [rendered(&sample_assessment()), rendered(&Generated::new(1, 1_003, &[]))] {
        for (name, page) in pages(&files) {
            let directory: Vec<&str> = name
                .split('/')
                .rev()
                .skip(1)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect();
            for part in page.split("href=\"").skip(1) {
                let target = &part[..part.find('"').expect("an attribute ends")];
                let target = target.split('#').next().unwrap_or_default();
                if target.is_empty() || target.starts_with("https://docs.aws.amazon.com/") {
                    continue;
                }
                let up = target.matches("../").count();
                let mut path = directory[..directory.len() - up].to_vec();
                path.extend(target.trim_start_matches("../").split('/'));
                assert!(files.contains_key(&path.join("/")), "{name} links to {target}");
            }
        }
    }
}

#[test]
fn every_account_and_bucket_has_a_page_whether_it_was_read_or_not() {
    let sample = sample_assessment();
    let files = rendered(&sample);
    for record in &sample.coverage {
        match record {
            CoverageRecord::Organization(source) => {
                assert!(files["coverage.csv"].contains(source.source.key()));
                assert!(files["index.html"].contains(source.source.title()));
            }
            CoverageRecord::Account(account) => {
                let page = &files[&format!("accounts/{}.html", account.account)];
                assert!(page.contains(account.account.as_str()));
                assert!(files["accounts.html"].contains(account.account.as_str()));
            }
            CoverageRecord::Region(region) => {
                assert!(files[&format!("accounts/{}.html", region.account)].contains(region.region.as_str()));
            }
            CoverageRecord::Source(_) => {}
            CoverageRecord::Bucket(bucket) => {
                let pages: Vec<_> = files
                    .iter()
                    .filter(|(name, page)| {
                        name.starts_with(&format!("buckets/{}/", bucket.account))
                            && page.contains(&format!("<h1><bdi>{}</bdi></h1>", bucket.bucket))
                    })
                    .collect();
                assert_eq!(pages.len(), 1, "{}", bucket.bucket);
            }
        }
    }
}

#[test]
fn every_finding_stands_in_the_table_and_on_the_page_of_its_resource() {
    let sample = sample_assessment();
    let files = rendered(&sample);
    let mut reader = csv::Reader::from_reader(files["findings.csv"].as_bytes());
    let rows: BTreeSet<(String, String, String)> = reader
        .records()
        .map(|row| row.expect("a row that an independent reader takes"))
        .map(|row| (row[0].to_owned(), row[3].to_owned(), row[6].to_owned()))
        .collect();
    assert_eq!(rows.len(), sample.findings.len());
    for finding in &sample.findings {
        let resource = &finding.resource;
        let key = (
            resource.account().to_string(),
            resource.name().to_owned(),
            finding.check.to_string(),
        );
        assert!(rows.contains(&key), "{key:?}");
    }
    let details: usize = pages(&files)
        .map(|(_, page)| page.matches("<article class=\"finding ").count())
        .sum();
    assert_eq!(details, sample.findings.len());
}

#[test]
fn the_pages_of_findings_hold_every_open_finding_once_and_the_worst_first() {
    let run = Generated::new(1, 700, &[]);
    let files = rendered(&run);
    let open = run.summary().counts.fail + run.summary().counts.not_assessed;
    let mut verdicts = Vec::new();
    for page in 1.. {
        let name = if page == 1 {
            "findings.html".to_owned()
        } else {
            format!("findings/{page}.html")
        };
        let Some(text) = files.get(&name) else { break };
        let rows: Vec<&str> = text.split("<tr role=\"row\" data-severity=\"").skip(1).collect();
        assert!(rows.len() <= 1_000, "{name}");
        verdicts.extend(rows.iter().map(|row| {
            let values: Vec<&str> = row.split('"').collect();
            (
                values[2] != "fail",
                ["critical", "high", "medium", "low", "info"]
                    .iter()
                    .position(|one| *one == values[0]),
            )
        }));
    }
    assert_eq!(verdicts.len() as u64, open);
    assert!(verdicts.is_sorted());
}

/// The findings in the parts of the search, and in its table of contents.
fn indexed(files: &Files) -> (u64, u64) {
    let data = |text: &str| -> serde_json::Value {
        let start = text.find('(').expect("a call") + 1;
        serde_json::from_str(text[start..].trim_end().trim_end_matches(");")).expect("JSON")
    };
    let contents = data(&files["findings/search/contents.js"]);
    let mut found = 0;
    for line in contents["parts"].as_array().expect("a list of parts") {
        let part = data(&files[line["file"].as_str().expect("a path")]);
        let rows = part["f"].as_array().expect("findings").len() as u64 / 5;
        assert_eq!(line["rows"], rows);
        assert!(rows > 0 && rows <= 4_000, "{line}");
        found += rows;
    }
    let listed = files.keys().filter(|name| name.starts_with("findings/search/")).count();
    assert_eq!(contents["parts"].as_array().map(Vec::len), Some(listed - 1));
    (found, contents["total"].as_u64().expect("a number"))
}

#[test]
fn the_search_holds_every_finding_once_whatever_its_verdict() {
    let sample = sample_assessment();
    let all = sample.findings.len() as u64;
    assert_eq!(indexed(&rendered(&sample)), (all, all));
    let large = Generated::new(1, 1_003, &[]);
    let all = large.summary().counts.total();
    assert_eq!(indexed(&rendered(&large)), (all, all));
}

#[test]
fn a_long_list_of_buckets_goes_on_over_pages_and_loses_none() {
    let files = rendered(&Generated::new(1, 2_001, &[]));
    let listed: usize = files
        .iter()
        .filter(|(name, _)| name.starts_with("accounts/"))
        .map(|(_, page)| page.matches("<tr data-region=").count())
        .sum();
    assert_eq!(listed, 2_001);
    let is_listing = |name: &&String| name.starts_with("accounts/") && !name.contains("-services");
    assert_eq!(files.keys().filter(is_listing).count(), 3);
}

#[test]
fn a_table_keeps_leading_zeros_ends_its_lines_as_rfc_4180_says_and_executes_nothing() {
    let files = rendered(&sample_assessment());
    for name in [
        "findings.csv",
        "buckets.csv",
        "controls.csv",
        "control-matrix.csv",
        "coverage.csv",
        "sources.csv",
        "exceptions.csv",
        "dictionary.csv",
    ] {
        let text = &files[name];
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{name}");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        for row in reader.records() {
            for cell in &row.expect("a row that an independent reader takes") {
                assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{name}: {cell}");
            }
        }
    }
    assert!(files["coverage.csv"].contains("\"000000000123\""));
    assert!(files["coverage.csv"].contains("\"'=cmd|' /C calc'!A0\""));
    assert!(files["coverage.csv"].contains("\"'@SUM(1+1)*cmd|' /C calc'!A0\""));
}

#[test]
fn one_account_and_an_incomplete_list_are_said_on_every_page() {
    let mut sample = sample_assessment();
    sample.run.mode = Mode::SingleAccount("organizations:DescribeOrganization was denied".to_owned());
    sample.summary.account_listing_gap = Some(s3attest_model::evidence::Gap::new(
        s3attest_model::evidence::GapCause::Throttled,
        "rate exceeded",
    ));
    for (name, page) in pages(&rendered(&sample)) {
        assert!(page.contains("<strong>One account only.</strong>"), "{name}");
        assert!(
            page.contains("<strong>The list of accounts is incomplete.</strong>"),
            "{name}"
        );
        assert!(page.contains("<strong>Simulated organization.</strong>"), "{name}");
    }
}

#[test]
fn coverage_comes_before_any_verdict_and_stands_beside_it() {
    let files = rendered(&sample_assessment());
    let index = &files["index.html"];
    let place = |text: &str| {
        index
            .find(text)
            .unwrap_or_else(|| panic!("the front page holds {text}"))
    };
    let order = [
        "id=\"coverage\"",
        "id=\"account-services\"",
        "id=\"not-fully-read\"",
        "id=\"verdicts\"",
        "id=\"controls\"",
        "id=\"accounts\"",
        "id=\"worst\"",
    ];
    assert!(order.map(place).is_sorted());
    for (name, page) in pages(&files) {
        assert!(page.contains("Coverage 40.61 %"), "{name}");
    }
}

#[test]
fn a_run_without_anything_renders_and_claims_nothing() {
    let mut sample = sample_assessment();
    sample.organization.clear();
    sample.coverage.clear();
    sample.findings.clear();
    sample.access.clear();
    sample.facts.clear();
    sample.buckets.clear();
    sample.controls.clear();
    sample.matrix.clear();
    sample.summary.worst.clear();
    sample.summary.coverage.seen = 0;
    let files = rendered(&sample);
    assert!(files["index.html"].contains("<p class=\"share\">0 %</p>"));
    assert!(!files["index.html"].contains("Everything that this run was asked to read was answered."));
}

#[test]
fn a_bucket_of_which_the_run_holds_no_record_is_said_to_be_unknown() {
    let files = rendered(&sample_assessment());
    assert!(files["buckets/666666666666/gone.html"].contains("Nothing is known about them."));
}

#[test]
fn the_samples_hold_every_verdict() {
    let sample = sample_assessment();
    for verdict in Verdict::ALL {
        assert!(sample.summary.counts.of(verdict) > 0, "{verdict}");
    }
}

#[test]
fn every_setting_of_a_bucket_stands_with_its_state_its_call_and_its_gap() {
    use s3attest_model::bucket::{BucketSetting, SettingState};

    let sample = sample_assessment();
    let files = rendered(&sample);
    let mut gaps = 0;
    for bucket in sample.buckets.values().flatten() {
        let Some(page) = files.get(&format!("buckets/{}/{}.html", bucket.account, bucket.name)) else {
            continue;
        };
        let views = bucket.settings.views();
        assert_eq!(views.len(), BucketSetting::ALL.len());
        for view in views {
            let key = view.setting.key();
            let row = page
                .split_once(&format!("<tr role=\"row\" id=\"{key}\">"))
                .expect(key)
                .1;
            let row = row.split_once("</tr>").expect("its end").0;
            assert!(
                row.contains(&format!("<code>{}</code>", view.setting.operation())),
                "{key}: {row}"
            );
            // A hostile id stands there escaped, which other tests look at.
            let request = view.source.request_id.as_ref().map(ToString::to_string);
            let plain = request.filter(|id| id.chars().all(char::is_alphanumeric));
            assert!(
                plain.is_none_or(|id| row.contains(&format!("request <code>{id}</code>"))),
                "{key}: {row}"
            );
            assert_eq!(
                row.contains("not called"),
                view.source.observed_at.is_none(),
                "{key}: {row}"
            );
            let state = match view.state {
                SettingState::Present => "Answered",
                SettingState::Absent => "None set",
                SettingState::Gap(_) => "Not known",
            };
            assert!(row.contains(&format!(">{state}</span>")), "{key}: {row}");
            if let SettingState::Gap(gap) = view.state {
                gaps += 1;
                assert!(row.contains(gap.cause.phrase()), "{key}: {row}");
            }
        }
    }
    assert!(gaps > 0);
}
