//! How exceptions are shown, and that nothing in them does harm to whoever reads them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use s3attest_tests::Program;

use crate::bench::{Bench, TLS, entry, says, tree};

#[test]
fn the_report_tells_of_every_exception_and_is_the_same_without_the_file_and_on_another_day() {
    let bench = Bench::new();
    let text = [
        entry(
            "one",
            &format!("check = \"{TLS}\"\nbucket = \"plain-open\""),
            "2026-12-10",
        ),
        entry(
            "late",
            "bucket_pattern = \"plain-*\"\ncheck = \"s3-bucket-versioning\"",
            "2026-11-30",
        ),
        entry("idle", "bucket = \"no-such-bucket\"", "2028-01-31"),
    ]
    .concat();
    bench.assess(&text, "2026-12-01", &[], 0);
    fs::remove_file(bench.directory.path().join("exceptions.toml")).expect("it was there");
    let mut trees = Vec::new();
    for name in ["first", "second"] {
        let output = bench.directory.path().join(name);
        let report = Program::new(["report"]).argument(bench.run()).argument("--output");
        report.argument(&output).run().expect_code(0);
        trees.push(tree(&output));
    }
    assert!(trees[0] == trees[1], "two renders differ");
    let page = |name: &str| String::from_utf8(trees[0][Path::new(name)].clone()).expect("UTF-8");
    says(
        &page("exceptions.html"),
        &[
            "id=\"exception-one\"",
            "It accepts 1 failed finding.",
            ">Expires soon</span>",
            "ended on 2026-11-30",
            "no finding is about what it names",
        ],
    );
    says(
        &page("findings.html"),
        &["data-exception=\"accepted\"", "data-exception=\"expired\""],
    );
    let mut rows = csv::Reader::from_reader(&trees[0][Path::new("exceptions.csv")][..]);
    let states: Vec<_> = rows
        .records()
        .map(|row| row.expect("a row"))
        .map(|row| {
            (
                row[0].to_owned(),
                row[1].to_owned(),
                row[2].to_owned(),
                row[15].to_owned(),
            )
        })
        .collect();
    let expected = [
        ("one", "expires-soon", "used", "1"),
        ("late", "expired", "used", "0"),
        ("idle", "in-force", "unused", "0"),
    ];
    let expected = expected.map(|(id, state, usage, count)| (id.into(), state.into(), usage.into(), count.into()));
    assert_eq!(states, expected);
    let mut rows = csv::Reader::from_reader(&trees[0][Path::new("findings.csv")][..]);
    let header = rows.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|header| header == name).expect(name);
    let accepted: Vec<_> = rows
        .records()
        .map(|row| row.expect("a row"))
        .filter(|row| &row[column("exception_state")] == "accepted")
        .collect();
    assert_eq!(accepted.len(), 1);
    for (name, value) in [
        ("verdict", "fail"),
        ("exception_id", "one"),
        ("exception_owner", "owner of one"),
        ("exception_ticket", "SEC-1"),
        ("exception_expires", "2026-12-10"),
        ("exception_reason", "because"),
    ] {
        assert_eq!(&accepted[0][column(name)], value, "{name}");
    }
}

#[test]
fn texts_that_mean_harm_are_harmless_in_the_report_and_on_the_terminal() {
    let bench = Bench::new();
    let text = r#"
[[exception]]
id = "harm"
check_pattern = "*"
bucket = "plain-open"
owner = "=cmd|' /C calc'!A0"
reason = "<script>document.title='pwned'</script>\u001b[2J\u202e"
ticket = "\"><img src=x onerror=alert(1)>"
expires = 2026-11-30
note = "@SUM(A1)\u0007"
"#;
    for day in ["2026-11-30", "2026-12-01"] {
        let (_, finished) = bench.assess(text, day, &[], 0);
        assert!(
            !finished.stdout.contains(['\u{1b}', '\u{202e}', '\u{7}']),
            "{}",
            finished.stdout
        );
        let run = bench.run();
        let lint = bench.lint(text, &["--as-of", day, "--run", run.to_str().expect("plain")], 0);
        assert!(
            !lint.stdout.contains(['\u{1b}', '\u{202e}', '\u{7}']),
            "{}",
            lint.stdout
        );
        Program::new(["report"]).argument(bench.run()).run().expect_code(0);
        let mut shown = BTreeSet::new();
        for (path, bytes) in tree(&bench.run().join("report")) {
            let text = String::from_utf8(bytes).expect("UTF-8");
            let name = path.display().to_string();
            if Path::new(&name)
                .extension()
                .is_some_and(|extension| extension == "html")
            {
                assert!(!text.contains("<script>") && !text.contains("<img"), "{name}");
                assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{name}");
                if text.contains("cmd|") {
                    shown.insert(name);
                }
            } else if name == "findings.csv" || name == "exceptions.csv" {
                let mut rows = csv::Reader::from_reader(text.as_bytes());
                for row in rows.records() {
                    for cell in &row.expect("a row") {
                        assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{name}: {cell}");
                    }
                }
                assert!(text.contains("'=cmd|"), "{name}");
            }
        }
        assert!(shown.contains("exceptions.html") && shown.len() > 2, "{shown:?}");
    }
}

/// Takes out of a document what tells of exceptions, however deep it stands.
fn forget_exceptions(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(object) => {
            object.retain(|name, _| !matches!(name.as_str(), "accepted_by_severity" | "exceptions" | "exception"));
            // Of findings by verdict, and not of what else may be counted.
            if object.contains_key("fail") {
                object.remove("accepted");
            }
            object.values_mut().for_each(forget_exceptions);
        }
        serde_json::Value::Array(values) => values.iter_mut().for_each(forget_exceptions),
        _ => {}
    }
}

#[test]
fn an_assessment_of_a_time_before_exceptions_is_still_shown() {
    let bench = Bench::new();
    for name in ["summary.json", "controls.json"] {
        let path = bench.run().join("assessment").join(name);
        let text = fs::read_to_string(&path).expect("the assessment is there");
        assert!(text.contains("\"accepted\""), "{name} tells of exceptions");
        let mut value = serde_json::from_str(&text).expect("JSON");
        forget_exceptions(&mut value);
        fs::write(&path, value.to_string()).expect("room");
    }
    let output = bench.directory.path().join("earlier");
    let report = Program::new(["report"]).argument(bench.run()).argument("--output");
    report.argument(&output).run().expect_code(0);
    let files = tree(&output);
    let page = String::from_utf8(files[Path::new("exceptions.html")].clone()).expect("UTF-8");
    says(&page, &["This run was judged without exceptions: every fail counts."]);
    assert!(files[Path::new("exceptions.csv")].starts_with(b"\"exception_id\""));
}
