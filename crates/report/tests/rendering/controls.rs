//! Controls in a render: every one of them stands in it, with what was selected, who answers for it and what is excepted.

use std::collections::BTreeSet;

use s3attest_model::control::Baseline;
use s3attest_model::coverage::CoverageRecord;
use s3attest_report::sample::sample_assessment;

use crate::pages;
use crate::support::rendered;

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
