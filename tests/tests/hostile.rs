//! Names, tags and policies that mean harm to whoever reads about them: in a browser, in a spreadsheet, in a terminal.

#![expect(
    clippy::print_stdout,
    reason = "a test says what it compared, or why it does not run"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use s3attest_orgsim::scenario::{
    Bucket, CorsRule, FaultKind, Logging, NotificationTarget, Notifications, Policy, PublicAccessBlock, Refuser,
    Website,
};
use s3attest_orgsim::{GeneratorOptions, Scenario};
use s3attest_tests::{CollectedRun, Peer, Program, Simulation, peer, strike};

/// Leaves a mark on the page that no escaped text can hold, since it puts the mark together only when it runs.
const SCRIPT: &str = "<script>document.documentElement.setAttribute('data-pw'+'ned','yes')</script>";
/// The same by an element that fails to load, out of an attribute and out of a script.
const IMAGE: &str =
    "\"'></script></title><img src=x onerror=\"document.documentElement.setAttribute('data-pw'+'ned','yes')\">";
/// What of the two stands in a page that shows them.
const TRACE: &str = "data-pw";
const MARK: &str = "data-pwned";
/// What a spreadsheet would execute.
const FORMULA: &str = "=cmd|' /C calc'!A0";
/// Clears the screen, renames the window, and writes backwards.
const TERMINAL: &str = "\u{1b}[2J\u{1b}]0;renamed\u{7}\u{9b}31m\u{202e}";

/// What of that can stand in an answer in XML: a control character of one code point, and a turn of the direction.
const TERMINAL_IN_XML: &str = "\u{9b}2J\u{202e}";

fn hostile(name: &str, truth: &Bucket) -> Bucket {
    let mut bucket = Bucket::bare(name, truth.region.clone(), truth.created_at);
    bucket.tags = Some(BTreeMap::from([
        ("class".to_owned(), FORMULA.to_owned()),
        (SCRIPT.to_owned(), IMAGE.to_owned()),
        ("+1+1".to_owned(), "@SUM(A1)".to_owned()),
    ]));
    let sid = serde_json::to_string(&format!("{SCRIPT}{IMAGE}{TERMINAL}{FORMULA}")).expect("text is JSON");
    bucket.policy = Some(Policy {
        document: format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":{sid},"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}},
            {{"Sid":{sid},"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{{"StringEquals":{{"aws:SecureTransport":"false"}}}}}}]}}"#
        ),
        is_public: true,
    });
    bucket.logging = Some(Logging {
        target_bucket: format!("{FORMULA}{SCRIPT}"),
        target_prefix: format!("{TERMINAL_IN_XML}{IMAGE}"),
        target_grants: Vec::new(),
        key_format: None,
    });
    bucket.notifications = Some(Notifications {
        topics: vec![NotificationTarget {
            id: SCRIPT.to_owned(),
            arn: IMAGE.to_owned(),
            events: vec![FORMULA.to_owned()],
            prefix: None,
        }],
        ..Notifications::default()
    });
    bucket.website = Some(Website {
        index_document: Some(SCRIPT.to_owned()),
        error_document: Some(FORMULA.to_owned()),
        ..Website::default()
    });
    bucket.cors = Some(vec![CorsRule {
        id: Some(SCRIPT.to_owned()),
        allowed_origins: vec!["*".to_owned(), IMAGE.to_owned()],
        allowed_methods: vec!["PUT".to_owned()],
        allowed_headers: vec![FORMULA.to_owned()],
        expose_headers: Vec::new(),
        max_age_seconds: None,
    }]);
    bucket.public_access_block = Some(PublicAccessBlock::all(false));
    bucket
}

/// Three accounts with hostile names, one of them with hostile buckets and one of them partly readable.
fn organization() -> Scenario {
    let mut scenario = GeneratorOptions {
        accounts: 3,
        buckets_per_account: 2,
        regions: 1,
        seed: 8,
        company: "hostile".to_owned(),
        ..GeneratorOptions::default()
    }
    .generate();
    scenario.caller_user = format!("audit{TERMINAL_IN_XML}{SCRIPT}");
    let names = [
        format!("{FORMULA}{SCRIPT}"),
        format!("{SCRIPT}{TERMINAL}{IMAGE}"),
        format!("+{TERMINAL}{FORMULA}"),
    ];
    for (account, name) in scenario.accounts.iter_mut().zip(names) {
        account.name = name;
        account.tags.insert(SCRIPT.to_owned(), IMAGE.to_owned());
    }
    if let Some(organization) = &mut scenario.organization {
        for unit in &mut organization.units {
            unit.name = format!("{}{SCRIPT}{TERMINAL}{FORMULA}", unit.name);
        }
    }
    let target = &mut scenario.accounts[1];
    let truth = target.buckets[0].clone();
    target.buckets.push(hostile("hostile-media", &truth));
    // Text that is no JSON at all, with raw bytes of a terminal.
    let mut malformed = hostile("hostile-policy", &truth);
    malformed.policy = Some(Policy {
        document: format!("{TERMINAL}{SCRIPT}{FORMULA}"),
        is_public: false,
    });
    target.buckets.push(malformed);
    let refused = scenario.accounts[2].id.clone();
    let partly = scenario.accounts[1].id.clone();
    // Refusals quote the caller, whose name is hostile too.
    scenario.faults = vec![
        strike(FaultKind::RoleDenied, &refused, "AssumeRole"),
        strike(
            FaultKind::Denied(Refuser::IdentityPolicy),
            &partly,
            "GetBucketVersioning",
        ),
    ];
    scenario
}

/// The page as it stands after its scripts have run.
fn opened(chromium: &Path, page: &Path) -> String {
    let profile = tempfile::tempdir().expect("a temporary directory");
    let output = Command::new(chromium)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--virtual-time-budget=3000",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("the browser starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("a page in UTF-8")
}

/// The pages that show something hostile; of a directory with many of one kind, the first and the last three.
fn pages(report: &Path) -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let mut open = vec![report.to_path_buf()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "html")
                && fs::read_to_string(&path).expect("a page").contains(TRACE)
            {
                pages.push(path);
            }
        }
    }
    pages.sort();
    let siblings =
        |page: &PathBuf| -> Vec<&PathBuf> { pages.iter().filter(|other| other.parent() == page.parent()).collect() };
    let is_taken = |page: &&PathBuf| {
        let siblings = siblings(page);
        let at = siblings
            .iter()
            .position(|other| other == page)
            .expect("it is its own sibling");
        page.parent() == Some(report) || at == 0 || at + 3 >= siblings.len()
    };
    pages.iter().filter(is_taken).cloned().collect()
}

/// Nothing that moves the cursor, rings, or turns the direction of writing.
fn is_plain(text: &str) -> bool {
    let turns = |each: char| matches!(each, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !text
        .chars()
        .any(|each| (each.is_control() && each != '\n') || turns(each))
}

#[test]
fn hostile_text_stays_text_in_terminal_spreadsheet_and_browser() {
    let simulation = Simulation::start(organization());
    let directory = tempfile::tempdir().expect("a temporary directory");
    let run = directory.path().join("run");
    let checks = "[checks]\nclassification_tag = \"class\"\nclassification_values = [\"internal\"]\n";
    let finished = simulation
        .scan_with(&run, checks)
        .argument("--verbose")
        .argument("--fail-on")
        .argument("low")
        .run();
    let finished = finished.expect_code(3);
    for text in [&finished.stdout, &finished.stderr] {
        assert!(is_plain(text), "{}", text.escape_debug());
    }
    assert!(
        finished.stderr.contains("audit"),
        "the hostile caller is named: {}",
        finished.stderr
    );

    // It arrived, or the rest would show nothing.
    let collected = CollectedRun::open(&run);
    let account = simulation.world().scenario().accounts[1].id.clone();
    let bucket = &collected.buckets[&(account.clone(), "hostile-media".to_owned())];
    let tags = bucket.settings.tagging.known().expect("read").expect("there are tags");
    assert_eq!(tags["class"], FORMULA);
    assert_eq!(tags[SCRIPT], IMAGE);
    assert!(
        collected.account_coverage[&account].name.contains('\u{1b}'),
        "evidence keeps what AWS said"
    );

    tables_execute_nothing(&run.join("report"));
    pages_run_nothing(&run.join("report"));
    commands_print_no_escape(&simulation, &run, checks);
}

/// Every command that prints what AWS said prints it so that no terminal obeys it.
fn commands_print_no_escape(simulation: &Simulation, run: &Path, configuration: &str) {
    let of_run = |name: &str| Program::new([name]).argument(run);
    let of_bucket = |bucket: &str| {
        Program::new(["explain"])
            .argument(format!("arn:aws:s3:::{bucket}"))
            .argument("--run")
            .argument(run)
    };
    let asked = |name: &str| {
        simulation
            .signed(Program::new([name]))
            .argument("--config")
            .argument(simulation.configuration(configuration))
    };
    let mut calls = vec![
        ("explain", of_bucket("hostile-media")),
        ("explain", of_bucket("hostile-policy")),
        ("doctor", asked("doctor")),
        ("doctor --json", asked("doctor").argument("--json")),
        ("plan", asked("plan")),
        ("plan --json", asked("plan").argument("--json")),
        ("report", of_run("report")),
        ("assess", of_run("assess")),
        ("verify", of_run("verify")),
    ];
    let help = Program::new(["--help"]).run().expect_code(0).stdout;
    if help.lines().any(|line| line.trim_start().starts_with("diff ")) {
        calls.push(("diff", of_run("diff").argument(run)));
    }
    let mut quoted = 0;
    for (name, call) in calls {
        let finished = call.run();
        assert!(matches!(finished.code, Some(0 | 5)), "{name}: {}", finished.stderr);
        for text in [&finished.stdout, &finished.stderr] {
            assert!(is_plain(text), "{name}: {}", text.escape_debug());
            quoted += usize::from(text.contains(TRACE));
        }
    }
    assert!(quoted >= 3, "hostile text was printed by {quoted} commands only");
}

fn tables_execute_nothing(report: &Path) {
    let mut neutralised = 0;
    for name in ["findings.csv", "controls.csv", "coverage.csv"] {
        let mut table = csv::Reader::from_path(report.join(name)).expect("the table can be read");
        let columns = table.headers().expect("a header").clone();
        for row in table.records() {
            let row = row.expect("a row");
            for (cell, column) in row.iter().zip(&columns) {
                let first = cell.trim_start().chars().next().unwrap_or('a');
                assert!(
                    !"=+-@|%".contains(first) && !cell.starts_with(['\t', '\r']),
                    "{name} {column}: {cell:?}"
                );
                assert!(!cell.contains('\u{1b}'), "{name} {column}: {cell:?}");
                neutralised += usize::from(cell.contains("=cmd|"));
            }
        }
    }
    assert!(neutralised > 10, "the hostile text stands in {neutralised} cells");
}

fn pages_run_nothing(report: &Path) {
    let pages = pages(report);
    assert!(pages.len() >= 6, "{pages:?}");
    for page in &pages {
        let text = fs::read_to_string(page).expect("a page");
        assert!(!text.contains('\u{1b}'), "{}", page.display());
        assert!(
            !text.contains("<script>document") && !text.contains("<img"),
            "{}",
            page.display()
        );
    }
    let Some(chromium) = peer(Peer::Chromium) else { return };
    for page in &pages {
        let shown = opened(&chromium, page);
        assert!(
            shown.contains("data-script=\"on\""),
            "{}: the page's own script did not run",
            page.display()
        );
        assert!(!shown.contains(MARK), "{}: foreign script ran", page.display());
        let body = &shown[shown.find("<body").expect("a page has a body")..];
        assert!(
            !body.contains("<script") && !body.contains("<img"),
            "{}: foreign elements",
            page.display()
        );
        assert!(
            shown.contains(TRACE),
            "{}: the hostile text is not shown",
            page.display()
        );
    }
    // The browser does run it where it stands unescaped, so what was looked for can be found.
    for text in [SCRIPT, IMAGE] {
        let page = report.join("unescaped.html");
        fs::write(&page, format!("<!doctype html><title>t</title><body>{text}")).expect("room for a page");
        assert!(opened(&chromium, &page).contains(MARK), "{text}");
    }
    println!("{} pages opened", pages.len());
}
