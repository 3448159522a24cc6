//! `summary.md`: short, coverage first, and nothing foreign becomes markup.

use pulldown_cmark::{Event, Options, Parser, Tag};
use s3attest_model::coverage::{AccountStatus, CoverageRecord};
use s3attest_model::exception::ExceptionEffect;
use s3attest_model::finding::Verdict;
use s3attest_report::sample::{Generated, Sample, sample_assessment};
use s3attest_report::{AssessedRun, Format, Settings, render};

fn page<R: AssessedRun>(run: &R, previous: Option<&R>) -> String {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let settings = Settings {
        previous,
        ..Settings::default()
    };
    render(run, &[Format::Markdown], &settings, directory.path()).expect("a sample renders");
    std::fs::read_to_string(directory.path().join("summary.md")).expect("the page")
}

/// What of a page is text outside of code, after asserting that nothing in it is HTML, a link, an image or a footnote.
fn text_outside_code(page: &str) -> String {
    let mut text = String::new();
    for event in Parser::new_ext(page, Options::all()) {
        match event {
            Event::Html(_) | Event::InlineHtml(_) | Event::FootnoteReference(_) => panic!("{event:?} in\n{page}"),
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock | Tag::CodeBlock(_)) => {
                panic!("{event:?} in\n{page}")
            }
            Event::Text(more) => text.push_str(&more),
            _ => {}
        }
    }
    text
}

/// The sample with harm in every name that stands on the page.
fn hostile() -> Sample {
    let mut run = sample_assessment();
    let harm = "<img src=x onerror=a> ![a](http://b) [c](http://d) `e` @team #123 http://example.com |f| \u{202e}g";
    for record in &mut run.coverage {
        if let CoverageRecord::Account(account) = record {
            harm.clone_into(&mut account.name);
            account.reason = format!("{harm}\n# heading\n- list");
        }
    }
    harm.clone_into(&mut run.run.id);
    harm.clone_into(&mut run.summary.framework.title);
    for control in &mut run.controls {
        harm.clone_into(&mut control.title);
    }
    for check in &mut run.checks {
        harm.clone_into(&mut check.title);
    }
    run
}

/// The hostile sample one run later: an account refuses its role, a control changed, a fail came and one went.
fn changed(run: &Sample) -> Sample {
    let mut later = run.clone();
    "later".clone_into(&mut later.run.id);
    later
        .findings
        .retain(|finding| finding.resource.account().as_str() != "666666666666");
    for record in &mut later.coverage {
        if let CoverageRecord::Account(account) = record
            && account.account.as_str() == "666666666666"
        {
            account.status = AccountStatus::Denied;
            account.buckets_listed = None;
        }
    }
    later.coverage.retain(
        |record| !matches!(record, CoverageRecord::Bucket(bucket) if bucket.account.as_str() == "666666666666"),
    );
    for finding in &mut later.findings {
        let is_accepted = finding
            .exception
            .as_ref()
            .is_some_and(|one| one.effect == ExceptionEffect::Accepted);
        finding.verdict = match finding.verdict {
            Verdict::Fail if !is_accepted => Verdict::Pass,
            Verdict::Pass => Verdict::Fail,
            other => other,
        };
        finding.exception = None;
    }
    later.controls[0].status = s3attest_model::control::ControlStatus::Undetermined;
    later.summary.coverage.seen /= 2;
    later
}

#[test]
fn nothing_foreign_becomes_markup() {
    let run = hostile();
    for page in [page(&run, None), page(&changed(&run), Some(&run))] {
        let text = text_outside_code(&page);
        for sign in ["@team", "#123", "http://", "<img", "\u{202e}"] {
            assert!(!text.contains(sign), "{sign} stands outside of code:\n{page}");
        }
        assert!(page.contains("@team"), "the page holds the foreign names at all");
        assert!(!page.contains('\u{202e}'));
    }
}

#[test]
fn coverage_comes_first_and_no_share_of_passes_stands_without_it() {
    let run = sample_assessment();
    let page = page(&run, None);
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is missing:\n{page}"));
    assert!(place("**Coverage: ") < place("### Accounts not read in full"));
    assert!(place("### Accounts not read in full") < place("### Verdicts"));
    assert!(place("### Verdicts") < place("### Worst findings"));
    assert!(place("### Worst findings") < place("### Controls"));
    let line = page
        .lines()
        .find(|line| line.contains("passes."))
        .expect("a share of passes");
    assert!(line.starts_with("**Coverage: "), "{line}");
}

#[test]
fn with_an_earlier_run_it_tells_only_what_changed() {
    let run = sample_assessment();
    let same = page(&run, Some(&run));
    assert!(same.contains("No finding changed."), "{same}");
    assert!(!same.contains("### Verdicts") && !same.contains("### Worst findings"));
    let page = page(&changed(&run), Some(&run));
    for text in [
        "### Changed since",
        "| No longer visible |",
        "#### Regressed",
        "#### Fixed",
        "Coverage was ",
    ] {
        assert!(page.contains(text), "{text}:\n{page}");
    }
    assert!(!page.contains("### Worst findings"));
}

#[test]
fn it_is_short_whatever_the_size_of_the_organization() {
    let [few, many] = [300, 900].map(|accounts| page(&Generated::new(accounts, 20, &[]), None).len());
    assert!(many < few + 100, "{few} and {many} bytes");
    assert!(many < 16_000, "{many} bytes");
    let run = hostile();
    assert!(page(&changed(&run), Some(&run)).len() < 32_000);
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let run = hostile();
    let later = changed(&run);
    assert_eq!(page(&later, Some(&run)), page(&later, Some(&run)));
}
