//! What every render of the samples has to hold: nothing foreign gets out of its place, nothing vanishes, and the bytes
//! are the same each time. The tables and key pages stand beside this file as snapshots. What it has to hold of the account
//! services stands in `sources.rs`.

mod support;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fs;
use std::path::Path;

use s3attest_model::access::BucketAccess;
use s3attest_model::account::AccountFacts;
use s3attest_model::assessment::AssessmentSummary;
use s3attest_model::bucket::Bucket;
use s3attest_model::check::CheckDescription;
use s3attest_model::control::{Baseline, ControlAssessment, ControlMatrixRecord};
use s3attest_model::coverage::CoverageRecord;
use s3attest_model::finding::{Finding, Verdict};
use s3attest_model::identifiers::AccountId;
use s3attest_model::organization::OrganizationRecord;
use s3attest_model::run::{CollectionSession, Mode, RunInformation};
use s3attest_model::services::ServiceRecord;
use s3attest_report::sample::{Generated, Sample, sample_assessment};
use s3attest_report::{AssessedRun, Format, ReportError, Settings, render};
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

#[test]
fn the_front_page_says_what_changed_since_an_earlier_run_and_what_is_only_not_seen_any_more() {
    let later = sample_assessment();
    let mut earlier = sample_assessment();
    "an-earlier-run".clone_into(&mut earlier.run.id);
    earlier.run.started_at -= jiff::SignedDuration::from_hours(24);
    earlier.summary.coverage.seen = 9_000;
    let (mut fixed, mut unseen, mut regressed) = (0, 0, 0);
    for finding in &mut earlier.findings {
        let before = match finding.verdict {
            Verdict::Pass if fixed == 0 => {
                fixed += 1;
                Verdict::Fail
            }
            Verdict::Fail if regressed < 2 && finding.exception.is_none() => {
                regressed += 1;
                Verdict::Pass
            }
            Verdict::NotAssessed if unseen < 3 => {
                unseen += 1;
                finding.gap = None;
                Verdict::Fail
            }
            other => other,
        };
        finding.verdict = before;
    }
    let directory = tempfile::tempdir().expect("a temporary directory");
    let settings = Settings {
        previous: Some(&earlier),
        ..Settings::default()
    };
    render(&later, &[Format::Html], &settings, directory.path()).expect("a sample renders");
    let index = fs::read_to_string(directory.path().join("index.html")).expect("a front page");
    let section = &index[index.find("<h2 id=\"changes\"").expect("a section")..];
    let section = &section[..section.find("</section>").expect("its end")];
    let row = |title: &str| {
        let rows = section.split("<tr role=\"row\">");
        rows.filter(|row| row.contains(&format!("\">{title}</span></th>")))
            .map(str::to_owned)
            .next()
            .unwrap_or_else(|| panic!("{title}: {section}"))
    };
    assert!(row("Regressed").contains("data-label=\"Findings\">2</td>"));
    assert!(row("Fixed").contains("data-label=\"Findings\">1</td>"));
    assert!(row("No longer visible").contains("data-label=\"Findings\">3</td>"));
    assert!(section.contains("<h3>Less was seen than before</h3><p>40.61 % instead of 90 %."));
    assert!(section.contains("run an-earlier-run"));
    assert!(section.contains("; 1 was fixed."));
    // Without an earlier run nothing is said.
    assert!(!rendered(&later)["index.html"].contains("id=\"changes\""));
}

#[test]
fn a_page_of_a_control_names_the_exceptions_that_touch_it_and_leaves_room_for_a_note() {
    let sample = sample_assessment();
    let files = rendered(&sample);
    let excepted = sample
        .findings
        .iter()
        .find(|finding| finding.is_accepted())
        .expect("an accepted finding");
    let exception = &excepted.exception.as_ref().expect("an exception").id;
    let control = sample
        .controls
        .iter()
        .find(|control| {
            control.framework == "nist-800-53-r5" && control.checks.iter().any(|check| check.check == excepted.check)
        })
        .expect("a control");
    let name = control
        .control
        .as_str()
        .to_lowercase()
        .replace('(', "_")
        .replace(')', "");
    let page = &files[&format!("controls/{name}.html")];
    let section = &page[page.find("id=\"exceptions\"").expect("a section")..];
    let section = &section[..section.find("</section>").expect("its end")];
    assert!(section.contains(&format!("<bdi>{exception}</bdi>")), "{section}");
    for (name, page) in pages(&files) {
        let is_control = name.starts_with("controls/") && page.contains(", control <span");
        assert_eq!(page.contains("class=\"ruled\""), is_control, "{name}");
    }
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
fn the_map_holds_every_account_in_scope_once_over_its_pages() {
    let files = rendered(&Generated::new(300, 1, &[]));
    let mut rows = 0;
    for name in ["map.html", "map/2.html"] {
        let page = &files[name];
        assert_eq!(
            page.matches("<g class=").count() % page.matches("<tspan class=\"of\">").count(),
            0
        );
        rows += page.matches("<tspan class=\"of\">").count();
    }
    assert!(!files.contains_key("map/3.html"));
    // Of thirty accounts two are out of scope.
    assert_eq!(rows, 280);
    assert!(files["index.html"].contains("of 280 in scope; the other 255 stand on the"));
    assert_eq!(files["index.html"].matches("<tspan class=\"of\">").count(), 25);
}

#[test]
fn the_score_stands_beside_its_coverage_and_unknown_is_no_part_of_it() {
    let sample = sample_assessment();
    let index = &rendered(&sample)["index.html"];
    let counts = sample.summary.counts;
    let passes = counts.pass * 10_000 / (counts.pass + counts.fail);
    let share = format!("{}.{:02} %", passes / 100, passes % 100);
    assert!(index.contains(&format!("<p class=\"share\">{share}</p>")), "{share}");
    assert!(index.contains("of the 40.61 % that was seen <strong>passes</strong>"));
}

#[test]
fn the_fixes_clear_every_unaccepted_fail_once() {
    let sample = sample_assessment();
    let index = &rendered(&sample)["index.html"];
    let unaccepted = sample.summary.counts.unaccepted();
    assert!(
        index.contains(&format!("of the {unaccepted} failed findings that nobody accepts"))
            || index.contains(&format!("all {unaccepted} failed findings that nobody accepts")),
        "{unaccepted}"
    );
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
fn a_selected_baseline_sets_the_numbers_and_hides_no_control() {
    let mut sample = sample_assessment();
    sample.summary.baseline = Some(Baseline::Low);
    let files = rendered(&sample);
    let (list, index) = (&files["controls.html"], &files["index.html"]);
    assert!(list.contains("<h1>Controls of the Low baseline</h1>"));
    // The sample's two enhancements are in the high baseline only.
    assert!(list.contains("2 controls and enhancements are outside of it"));
    assert_eq!(list.matches("<span class=\"sub\">outside</span>").count(), 2);
    assert!(index.contains("2 of the 10 controls are outside of it"));
    let controls = sample.controls.iter().filter(|control| control.family == "SC");
    for control in controls {
        assert!(
            list.contains(&format!(">{}</a></th>", control.control)),
            "{}",
            control.control
        );
        let is_listed = index.contains(&format!("<span class=\"id\">{}</span>", control.control));
        assert_eq!(is_listed, control.is_within(Some(Baseline::Low)), "{}", control.control);
    }
    let mut reader = csv::Reader::from_reader(files["controls.csv"].as_bytes());
    let outside: Vec<String> = reader
        .records()
        .map(|row| row.expect("a row"))
        .filter(|row| &row[16] == "no")
        .map(|row| row[1].to_owned())
        .collect();
    assert_eq!(outside, ["CP-9(8)", "SC-8(1)"]);
    // A framework without baselines is not affected.
    assert!(!files["controls/cis-aws-foundations-5.0.0.html"].contains("outside"));
}

#[test]
fn every_control_is_listed_with_who_assesses_it_how_and_what_was_noted() {
    let sample = sample_assessment();
    let files = rendered(&sample);
    let list = &files["controls.html"];
    for control in sample
        .controls
        .iter()
        .filter(|control| control.framework == "nist-800-53-r5")
    {
        let row = list
            .split("<tr data-family=")
            .skip(1)
            .find(|row| row.contains(&format!(">{}<", control.control)))
            .unwrap_or_else(|| panic!("{} is listed", control.control));
        let assessed = if control.is_automated() { "by checks" } else { "by hand" };
        assert!(
            row.contains(&format!("data-assessed=\"{assessed}\"")),
            "{}",
            control.control
        );
        assert!(!row.contains("data-responsibility=\"\""), "{}", control.control);
        assert_eq!(
            row.contains("No note yet."),
            !control.is_automated() && control.note.is_none(),
            "{}",
            control.control
        );
    }
    assert!(files["controls/pe-1.html"].contains("The assessor’s note"));
}

#[test]
fn the_method_names_every_framework_and_every_file_that_changed_one() {
    let sample = sample_assessment();
    let files = rendered(&sample);
    for framework in sample.summary.frameworks() {
        let row = files["method.html"]
            .split("<tr role=\"row\">")
            .find(|row| row.contains(&format!("<code class=\"sub\">{}</code>", framework.id)))
            .unwrap_or_else(|| panic!("{} is named", framework.id));
        for overlay in &framework.overlays {
            assert!(row.contains(&format!("<bdi>{overlay}</bdi>")), "{row}");
        }
        assert_eq!(row.contains(">nothing<"), framework.overlays.is_empty());
        assert_eq!(row.contains(">all of it<"), framework.extent.is_none());
    }
}

#[test]
fn an_assessment_without_numbers_by_account_says_so() {
    let mut sample = sample_assessment();
    sample.matrix.clear();
    let files = rendered(&sample);
    assert!(files["controls/sc-8.html"].contains("holds no numbers by account"));
    assert_eq!(files["control-matrix.csv"].lines().count(), 1);
}

#[test]
fn the_matrix_holds_every_automated_control_for_every_account_in_scope() {
    let sample = sample_assessment();
    let files = rendered(&sample);
    let mut reader = csv::Reader::from_reader(files["control-matrix.csv"].as_bytes());
    let rows: BTreeSet<(String, String)> = reader
        .records()
        .map(|row| row.expect("a row that an independent reader takes"))
        .filter(|row| &row[2] == "account")
        .map(|row| (row[3].to_owned(), format!("{} {}", &row[0], &row[1])))
        .collect();
    for record in &sample.coverage {
        let CoverageRecord::Account(account) = record else {
            continue;
        };
        for control in sample.controls.iter().filter(|control| control.is_automated()) {
            let key = (
                account.account.to_string(),
                format!("{} {}", control.framework, control.control),
            );
            assert_eq!(rows.contains(&key), account.status.is_in_scope(), "{key:?}");
        }
    }
}

/// A run whose streams are spoilt in one way.
struct Spoilt {
    sample: Sample,
    findings: Vec<Result<Finding, Broken>>,
}

#[derive(Debug, Clone, thiserror::Error)]
#[error("`findings.ndjson.zst` ends in the middle of a record")]
struct Broken;

impl AssessedRun for Spoilt {
    type Error = Broken;

    fn run(&self) -> &RunInformation {
        &self.sample.run
    }

    fn sessions(&self) -> &[CollectionSession] {
        &self.sample.sessions
    }

    fn summary(&self) -> &AssessmentSummary {
        &self.sample.summary
    }

    fn controls(&self) -> &[ControlAssessment] {
        &self.sample.controls
    }

    fn checks(&self) -> &[CheckDescription] {
        &self.sample.checks
    }

    fn organization(&self) -> Result<impl Iterator<Item = Result<OrganizationRecord, Broken>>, Broken> {
        Ok(self.sample.organization.iter().cloned().map(Ok))
    }

    fn coverage(&self) -> Result<impl Iterator<Item = Result<CoverageRecord, Broken>>, Broken> {
        Ok(self.sample.coverage.iter().cloned().map(Ok))
    }

    fn findings(&self) -> Result<impl Iterator<Item = Result<Finding, Broken>>, Broken> {
        Ok(self.findings.iter().cloned())
    }

    fn control_matrix(&self) -> Result<impl Iterator<Item = Result<ControlMatrixRecord, Broken>>, Broken> {
        Ok(self.sample.matrix.iter().cloned().map(Ok))
    }

    fn access(&self) -> Result<impl Iterator<Item = Result<BucketAccess, Broken>>, Broken> {
        Ok(self.sample.access.iter().cloned().map(Ok))
    }

    fn account_facts(&self, account: &AccountId) -> Result<Option<AccountFacts>, Broken> {
        self.sample
            .account_facts(account)
            .map_err(|never: Infallible| match never {})
    }

    fn buckets(&self, account: &AccountId) -> Result<impl Iterator<Item = Result<Bucket, Broken>>, Broken> {
        Ok(self.sample.buckets.get(account).into_iter().flatten().cloned().map(Ok))
    }

    fn services(&self, account: &AccountId) -> Result<impl Iterator<Item = Result<ServiceRecord, Broken>>, Broken> {
        Ok(self.sample.services.get(account).into_iter().flatten().cloned().map(Ok))
    }
}

fn spoilt(change: impl FnOnce(&mut Vec<Result<Finding, Broken>>)) -> (ReportError<Broken>, bool) {
    let sample = sample_assessment();
    let mut findings: Vec<_> = sample.findings.iter().cloned().map(Ok).collect();
    change(&mut findings);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let run = Spoilt { sample, findings };
    let error = render(&run, Format::ALL, &Settings::default(), directory.path()).expect_err("a spoilt run");
    let is_empty = fs::read_dir(directory.path()).expect("the directory").next().is_none();
    (error, is_empty)
}

#[test]
fn a_run_that_breaks_off_leaves_nothing_behind_and_says_where() {
    let (error, is_empty) = spoilt(|findings| findings.push(Err(Broken)));
    assert!(is_empty);
    assert_eq!(
        error.to_string(),
        "the run could not be read for the report: `findings.ndjson.zst` ends in the middle of a record"
    );
}

#[test]
fn findings_out_of_order_are_refused_and_not_lost() {
    let (error, is_empty) = spoilt(|findings| findings.reverse());
    assert!(is_empty);
    assert!(matches!(error, ReportError::OutOfOrder { .. }), "{error}");
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
