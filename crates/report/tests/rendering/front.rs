//! The front page: what changed, how much passes beside how much was seen, which fixes clear most, and where what stands.

use std::fs;

use s3attest_model::finding::Verdict;
use s3attest_report::sample::{Generated, sample_assessment};
use s3attest_report::{Format, Settings, render};

use crate::support::rendered;

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
