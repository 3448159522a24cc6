//! A comparison in each of its forms.

#[path = "support/later_run.rs"]
mod later_run;

use later_run::{REFUSING, a_run_later};
use s3attest_report::Templates;
use s3attest_report::comparison::{Comparison, Kind};
use s3attest_report::diff::{DiffFormat, render, text};
use s3attest_report::sample::{Sample, sample_assessment};

/// The hostile sample, and what it is a run later.
fn runs() -> (Sample, Sample) {
    let earlier = sample_assessment();
    let later = a_run_later(&earlier);
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
        REFUSING,
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
