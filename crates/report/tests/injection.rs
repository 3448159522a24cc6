//! Foreign text that means harm in every field that holds foreign text: nothing of it runs on any page, and no byte of it
//! moves a terminal, in any format.
//!
//! The browser is driven by Playwright: `S3ATTEST_PYTHON` and `S3ATTEST_CHROMIUM` say where both are.

#![expect(
    clippy::disallowed_methods,
    reason = "a test finds its browser through the environment"
)]
#![expect(clippy::print_stderr, reason = "a test that cannot look has to say so")]

#[path = "support/past_runs.rs"]
mod past_runs;
#[path = "support/single_pages.rs"]
mod single_pages;

#[path = "support/files.rs"]
mod files;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use s3attest_model::evidence::Evidence;
use s3attest_report::sample::{Sample, sample_assessment};
use s3attest_report::{Format, Settings, render};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use single_pages::write_comparing;

/// Leaves a mark that no escaped text can leave, since it is put together only when it runs.
const SCRIPT: &str = "<script>document.documentElement.setAttribute('data-pw'+'ned','yes')</script>";
/// Leaves an attribute, a script and a title, and runs when it fails to load.
const IMAGE: &str = "\"'></script></title></textarea><img src=x onerror=\"document.documentElement.setAttribute('data-pw'+'ned','yes')\">";
/// A link that runs, and Markdown for it.
const LINK: &str = "[x](javascript:document.documentElement.setAttribute('data-pw'+'ned','yes')) | `\n\n# heading <b>";
/// A template in a template, and what ends sections of other formats.
const TEMPLATE: &str = "{{root}} {{{title}}} ]]> --> \\u003cscript\\u003e ${7*7}";
/// What spreadsheets execute.
const FORMULAS: [&str; 4] = ["=cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "+1+1", "\t-2+3"];
/// Clears the screen, renames the window, rings, and writes backwards.
const TERMINAL: &str = "\u{1b}[2J\u{1b}]0;renamed\u{7}\u{9b}31m\u{202e}gpj\u{2066}\u{200f}\u{0}\u{8}\u{7f}";

/// The fields that hold foreign text in the records of the sample.
const FOREIGN: &[&str] = &[
    "annotation",
    "because",
    "code",
    "detail",
    "doubt",
    "email",
    "error",
    "example",
    "file",
    "id",
    "message",
    "name",
    "note",
    "of",
    "organizational_unit",
    "owner",
    "path",
    "reason",
    "remedy",
    "resource_arn",
    "statement",
    "status_reason",
    "target_prefix",
    "text",
    "ticket",
    "title",
    "unclear",
    "undecided",
    "excluded",
    "who",
    "present",
];

/// The texts, one after the other, so that each comes to stand in each kind of field.
fn texts() -> Vec<String> {
    let long = "A-very-long-value-".repeat(556)[..10_000].to_owned();
    let mut texts = vec![
        SCRIPT.to_owned(),
        IMAGE.to_owned(),
        LINK.to_owned(),
        TEMPLATE.to_owned(),
        TERMINAL.to_owned(),
        format!("{TERMINAL}{SCRIPT}{IMAGE}"),
        format!("{long}{SCRIPT}"),
    ];
    texts.extend(FORMULAS.map(|formula| format!("{formula}{SCRIPT}{IMAGE}{TERMINAL}")));
    texts
}

/// Puts harm into a record, field by field, wherever the record is still one after that.
struct Poison {
    texts: Vec<String>,
    next: usize,
    placed: BTreeMap<String, usize>,
}

impl Poison {
    fn record<T: Serialize + DeserializeOwned>(&mut self, record: &mut T) {
        let mut value = serde_json::to_value(&*record).expect("a record is JSON");
        let mut places = Vec::new();
        collect(&value, &mut Vec::new(), &mut places);
        for (place, field) in places {
            let text = self.texts[self.next % self.texts.len()].clone();
            let Some(held) = value.pointer_mut(&place) else {
                continue;
            };
            let before = held.clone();
            *held = Value::String(text);
            match T::deserialize(&value) {
                Ok(changed) => {
                    *record = changed;
                    self.next += 1;
                    *self.placed.entry(field).or_default() += 1;
                }
                // An identifier with a form of its own, which lets no such text in.
                Err(_) => *value.pointer_mut(&place).expect("it was there") = before,
            }
        }
    }
}

fn collect(value: &Value, way: &mut Vec<String>, places: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                way.push(key.replace('~', "~0").replace('/', "~1"));
                collect(value, way, places);
                way.pop();
            }
        }
        Value::Array(values) => {
            for (at, value) in values.iter().enumerate() {
                way.push(at.to_string());
                collect(value, way, places);
                way.pop();
            }
        }
        Value::String(_) => {
            if let Some(field) = way.iter().rev().find(|key| key.parse::<usize>().is_err())
                && FOREIGN.contains(&field.as_str())
            {
                places.push((format!("/{}", way.join("/")), field.clone()));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The small sample with harm in every foreign text of it.
fn poisoned() -> Sample {
    let mut sample = sample_assessment();
    let mut poison = Poison {
        texts: texts(),
        next: 0,
        placed: BTreeMap::new(),
    };
    sample.coverage.iter_mut().for_each(|record| poison.record(record));
    sample.findings.iter_mut().for_each(|record| poison.record(record));
    sample.access.iter_mut().for_each(|record| poison.record(record));
    sample.organization.iter_mut().for_each(|record| poison.record(record));
    let services = sample.services.values_mut().flatten();
    services.for_each(|record| poison.record(record));
    if let Some(exceptions) = &mut sample.summary.exceptions {
        poison.record(exceptions);
    }
    for (buckets, number) in sample.buckets.values_mut().zip(1..) {
        for bucket in buckets {
            let texts = texts();
            let mut tags: BTreeMap<String, String> = texts.iter().map(|text| (text.clone(), text.clone())).collect();
            tags.insert("number".to_owned(), number.to_string());
            bucket.settings.tagging = Evidence::present(tags, bucket.settings.tagging.source.clone());
            let statements = serde_json::to_string(&texts).expect("texts are JSON");
            let policy = format!(r#"{{"Version":"2012-10-17","Statement":{statements}}}{TERMINAL}{SCRIPT}{IMAGE}"#);
            bucket.settings.policy = Evidence::present(
                s3attest_model::bucket::PolicyDocument(policy),
                bucket.settings.policy.source.clone(),
            );
        }
    }
    for control in &mut sample.controls {
        control.note = Some(s3attest_model::control::AssessorNote {
            text: format!("{IMAGE}{TERMINAL}{LINK}"),
            by: SCRIPT.to_owned(),
            on: FORMULAS[0].to_owned(),
        });
    }
    sample.run.caller.arn = format!("arn:aws:sts::000000000123:assumed-role/{SCRIPT}{TERMINAL}");
    sample.run.role_template = format!("{IMAGE}{TERMINAL}");
    sample.run.scope.include_tags = texts();
    sample.run.scope.exclude_organizational_units = texts();
    // The harm has come to its places, or the rest would show nothing.
    for field in [
        "message",
        "detail",
        "example",
        "name",
        "reason",
        "remedy",
        "text",
        "who",
        "of",
        "owner",
        "organizational_unit",
    ] {
        assert!(
            poison.placed.get(field).is_some_and(|times| *times > 0),
            "{field}: {:?}",
            poison.placed
        );
    }
    sample
}

#[test]
fn no_terminal_escape_and_no_turned_text_stands_in_any_file_that_people_read() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    render(&poisoned(), Format::ALL, &Settings::default(), directory.path()).expect("the sample renders");
    for (name, bytes) in files::below(directory.path()) {
        let extension = name.rsplit('.').next().unwrap_or_default();
        // Workbooks and Parquet files are packed; their readers unpack data, not text for a terminal.
        if matches!(extension, "xlsx" | "parquet") {
            continue;
        }
        let text = String::from_utf8(bytes).unwrap_or_else(|_| panic!("{name} is no UTF-8"));
        let control = text
            .chars()
            .find(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t'));
        assert_eq!(control, None, "{name}");
        // What machines read is not altered; what people read is.
        if matches!(extension, "html" | "csv" | "md" | "css" | "js") {
            let turned = text
                .chars()
                .find(|character| matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
            assert_eq!(turned, None, "{name}");
        }
        if extension == "html" {
            assert!(!text.contains("<img") && !text.contains("<script>"), "{name}");
        }
    }
}

/// What a browser saw on the pages below a directory; `None` where there is no browser to ask.
fn opened(root: &Path) -> Option<Value> {
    let (Some(python), Some(chromium)) = (
        std::env::var_os("S3ATTEST_PYTHON"),
        std::env::var_os("S3ATTEST_CHROMIUM"),
    ) else {
        let words = "S3ATTEST_PYTHON and S3ATTEST_CHROMIUM are not both set, so no page was opened";
        assert!(std::env::var_os("CI").is_none(), "{words}");
        eprintln!("skipped: {words}");
        return None;
    };
    let output = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/python/open_pages.py"))
        .arg(root)
        .env("S3ATTEST_CHROMIUM", chromium)
        .output()
        .expect("the interpreter starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).expect("one JSON object"))
}

#[test]
fn nothing_runs_on_any_page_even_without_the_pages_own_defence() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    render(&poisoned(), Format::ALL, &Settings::default(), directory.path()).expect("the sample renders");
    let pages = files::below(directory.path())
        .iter()
        .filter(|(name, _)| Path::new(name).extension().is_some_and(|extension| extension == "html"))
        .count();
    let Some(found) = opened(directory.path()) else { return };
    assert_eq!(found["opened"], pages);
    assert!(pages > 20, "{pages}");
    for nothing in ["ran", "foreign", "outside"] {
        assert_eq!(found[nothing], json!([]), "{nothing}");
    }
    assert_ne!(found["asked"], json!([]), "the pages of a report have a style sheet");
    // Pages on which it runs, so that what is looked for can be found.
    let unsafe_pages = tempfile::tempdir().expect("a temporary directory");
    let style = "<link rel=stylesheet href=\"file:///nowhere/style.css\">";
    for (name, text) in [("script.html", SCRIPT), ("image.html", IMAGE), ("style.html", style)] {
        let page = format!("<!doctype html><title>t</title><body>{text}");
        fs::write(unsafe_pages.path().join(name), page).expect("room for a page");
    }
    let Some(found) = opened(unsafe_pages.path()) else {
        return;
    };
    for (list, number) in [("ran", 2), ("asked", 2), ("outside", 1)] {
        assert_eq!(found[list].as_array().map(Vec::len), Some(number), "{list}: {found}");
    }
}

#[test]
fn the_pages_of_a_comparison_and_of_a_trend_run_nothing_foreign_and_ask_for_nothing() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let missing = format!("{FORMULA}{SCRIPT}{IMAGE}{TERMINAL}", FORMULA = FORMULAS[0]);
    write_comparing(&poisoned(), &missing, directory.path());
    for (name, bytes) in files::below(directory.path()) {
        let text = String::from_utf8(bytes).unwrap_or_else(|_| panic!("{name} is no UTF-8"));
        let moves = |character: char| character.is_control() && !matches!(character, '\n' | '\r' | '\t');
        assert!(!text.contains(moves), "{name}");
        if Path::new(&name).extension().is_none_or(|extension| extension != "json") {
            let turns = |character| matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            assert!(!text.contains(turns), "{name}");
        }
        let is_page = Path::new(&name)
            .extension()
            .is_some_and(|extension| extension == "html");
        // The harm stands on both pages, as text.
        assert!(
            !is_page || text.contains("&lt;script&gt;document.documentElement.setAttribute"),
            "{name}"
        );
    }
    let Some(found) = opened(directory.path()) else { return };
    assert_eq!(found["opened"], 2);
    for nothing in ["ran", "foreign", "asked", "outside"] {
        assert_eq!(found[nothing], json!([]), "{nothing}");
    }
}
