//! The remedies of the checks' real pages, below findings: alternatives apart, regions named, names put in.

use std::path::{Path, PathBuf};

use s3attest_model::check::Severity;
use s3attest_model::evidence::{Operation, Source};
use s3attest_model::finding::{EvidenceReference, EvidenceState, Finding, Resource, Verdict};
use s3attest_model::identifiers::{AccountId, CheckId, RegionName};
use s3attest_report::sample::{Sample, sample_assessment};

use super::plain;
use super::support::{Files, rendered};

/// The sample with further failed findings of an account, each of a check of its own with the remediation of its real page.
fn with_pages(failed: Vec<(&str, Resource, &str, Vec<EvidenceReference>)>) -> Sample {
    let mut sample = sample_assessment();
    for (id, resource, message, evidence) in failed {
        let id = CheckId::new(id).expect("an id");
        sample.checks.retain(|check| check.id != id);
        let mut check = sample.checks[0].clone();
        check.page.remediation = remediation(&id);
        check.id = id.clone();
        sample.checks.push(check);
        let finding = Finding {
            check: id,
            resource,
            verdict: Verdict::Fail,
            severity: Severity::High,
            message: message.to_owned(),
            evidence,
            gap: None,
            exception: None,
        };
        let mut of_account = sample.findings.iter();
        let place = of_account.position(|other| other.resource.account() == finding.resource.account());
        sample.findings.insert(place.expect("findings on the account"), finding);
    }
    sample
}

fn pages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/checks")
}

/// The remediation of a check's real page.
fn remediation(id: &CheckId) -> String {
    let page = std::fs::read_to_string(pages().join(format!("{id}.md"))).expect("a page");
    let section = page.split_once("\n## Remediation\n").expect("a remediation").1;
    section.split_once("\n## ").expect("its end").0.to_owned()
}

fn ids() -> Vec<CheckId> {
    let files = std::fs::read_dir(pages()).expect("pages");
    let mut ids: Vec<CheckId> = files
        .map(|file| file.expect("a page").path())
        .map(|path| CheckId::new(path.file_stem().expect("a name").to_str().expect("a name in UTF-8")).expect("an id"))
        .collect();
    ids.sort();
    ids
}

/// The blocks of commands of a page, each with the last paragraph before it that is not about forms, if it has one of its own.
fn commands(remediation: &str) -> Vec<(Option<String>, String)> {
    let mut found = Vec::new();
    let mut said = None;
    let mut is_used = false;
    for (place, part) in remediation.split("```").enumerate() {
        if place % 2 == 0 {
            for paragraph in part.split("\n\n").map(str::trim) {
                if !paragraph.is_empty() && !paragraph.starts_with("Not as ") {
                    said = Some(paragraph.replace('`', "").replace('\n', " "));
                    is_used = false;
                }
            }
        } else if let Some(code) = part.strip_prefix("sh\n") {
            let own = said.clone().filter(|_| !is_used);
            found.push((own, code.lines().next().expect("a line").to_owned()));
            is_used = true;
        }
    }
    found
}

/// The finding of a check, as its page shows it.
fn article(files: &Files, check: &str) -> String {
    let heading = format!("<code class=\"sub\">{check}</code>");
    let mut pages = files.iter().filter(|(name, _)| name.starts_with("accounts/"));
    let after = pages.find_map(|(_, page)| page.split_once(&heading));
    let article = after.expect("the finding").1;
    plain(article.split_once("</article>").expect("its end").0)
}

#[test]
fn alternatives_of_a_page_stand_apart_each_under_the_sentence_that_says_when_it_applies() {
    let several: Vec<_> = ids()
        .into_iter()
        .map(|id| (commands(&remediation(&id)), id))
        .filter(|(commands, _)| commands.len() > 1)
        .collect();
    assert!(several.len() >= 10, "{several:?}");
    let of_account = || Resource::Account { account: account() };
    let failed = several
        .iter()
        .map(|(_, id)| (id.as_str(), of_account(), "It failed.", Vec::new()));
    let files = rendered(&with_pages(failed.collect()));
    for (commands, id) in &several {
        let article = article(&files, id.as_str());
        let mut rest = article.as_str();
        for (said, first) in commands {
            let said = said
                .as_ref()
                .unwrap_or_else(|| panic!("{id}: nothing says when `{first}` applies"));
            let beginning: String = first.split_inclusive(' ').take(3).collect();
            let together = format!("<p class=\"prose\">{said}</p><pre class=\"document\" tabindex=\"0\">");
            let (_, after) = rest
                .split_once(&together)
                .unwrap_or_else(|| panic!("{id}: {said}: {rest}"));
            // A document in JSON may stand between the sentence and the commands that it goes with.
            let (step, _) = after.split_once("<p ").unwrap_or((after, ""));
            assert!(step.contains(&beginning), "{id}: {said}: {step}");
            rest = after;
        }
    }
}

/// Services that have an endpoint of their own in each region, as far as commands of the pages are about one region alone.
const REGIONAL: [&str; 10] = [
    "aws accessanalyzer ",
    "aws cloudtrail ",
    "aws cloudwatch ",
    "aws configservice ",
    "aws guardduty ",
    "aws kms ",
    "aws logs ",
    "aws macie2 ",
    "aws sns ",
    "aws s3control ",
];

#[test]
fn commands_of_regional_services_say_in_which_region() {
    let mut seen = 0;
    for id in ids() {
        let text = remediation(&id).replace("\\\n", "");
        for line in text
            .lines()
            .filter(|line| REGIONAL.iter().any(|service| line.starts_with(service)))
        {
            // The block of an account is the same in every region.
            let is_everywhere = line.starts_with("aws s3control put-public-access-block ");
            assert!(is_everywhere || line.contains(" --region "), "{id}: {line}");
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen}");
}

fn account() -> AccountId {
    AccountId::new("111111111111").expect("an id")
}

fn region() -> Resource {
    Resource::Region {
        account: account(),
        region: RegionName::new("ap-northeast-1").expect("a region"),
    }
}

fn read(operation: &'static str, of: &str) -> EvidenceReference {
    EvidenceReference {
        state: EvidenceState::Present,
        source: Source::not_called(Operation::named(operation)),
        of: Some(of.to_owned()),
    }
}

/// Holds that the finding of each check shows the words.
fn expect_shown(files: &Files, expected: &[(&str, &str)]) {
    for (check, words) in expected {
        let article = article(files, check);
        assert!(article.contains(words), "{check}: {words}: {article}");
    }
}

#[test]
fn what_a_finding_in_a_region_names_is_put_in_with_the_region() {
    let key = "arn:aws:kms:ap-northeast-1:111111111111:key/1234abcd";
    let state = format!("The key {key} is PendingImport.");
    let archived =
        "Public findings on any bucket in ap-northeast-1 are archived as soon as they are made, by hide of one.";
    let analyzer = "arn:aws:access-analyzer:ap-northeast-1:111111111111:analyzer/one";
    let stopped = "The recorder org recorder of ap-northeast-1 is not recording.";
    let named = || read("kms.DescribeKey", "alias/data");
    let files = rendered(&with_pages(vec![
        (
            "aa-archive-rules",
            region(),
            archived,
            vec![read("accessanalyzer.ListArchiveRules", analyzer)],
        ),
        ("config-recorder-enabled", region(), stopped, Vec::new()),
        (
            "guardduty-enabled",
            region(),
            "It stands still.",
            vec![read("guardduty.GetDetector", "12ab")],
        ),
        (
            "kms-key-in-organization",
            region(),
            &state,
            vec![read("kms.DescribeKey", key)],
        ),
        (
            "kms-key-rotation",
            region(),
            "It is off.",
            vec![named(), read("kms.GetKeyRotationStatus", key)],
        ),
        ("kms-key-state", region(), &state, vec![named()]),
    ]));
    let of_region = "All of this is for the region ap-northeast-1 of the account 111111111111.";
    let import = format!("get-parameters-for-import --region ap-northeast-1 --key-id {key} ");
    expect_shown(
        &files,
        &[
            (
                "aa-archive-rules",
                "--analyzer-name one --rule-name hide --region ap-northeast-1",
            ),
            (
                "config-recorder-enabled",
                "--region ap-northeast-1 --configuration-recorder-name 'org recorder'",
            ),
            (
                "config-recorder-enabled",
                "put-delivery-channel --region ap-northeast-1",
            ),
            // A template or a configuration names no region.
            ("config-recorder-enabled", of_region),
            (
                "guardduty-enabled",
                "--detector-id 12ab --enable --region ap-northeast-1",
            ),
            ("kms-key-rotation", &format!("--region ap-northeast-1 --key-id {key} ")),
            ("kms-key-state", &import),
            // The key to choose is another than the one that the finding names.
            ("kms-key-in-organization", "\"KMSMasterKeyID\":\"KEY_ARN\""),
        ],
    );
}

#[test]
fn what_a_finding_names_alone_is_put_in_with_its_own_region_and_what_it_names_twice_is_not() {
    let trail = "arn:aws:cloudtrail:eu-west-1:111111111111:trail/management";
    let one = format!("The trail {trail} names no key of KMS.");
    let two =
        format!("The trail {trail} does not validate log files; the trail {trail}-2 does not validate log files.");
    let topic = "arn:aws:sns:eu-west-3:111111111111:changes";
    let lacks = format!("Topics that are notified lack protection: {topic} is not encrypted with a key of KMS.");
    let of_account = || Resource::Account { account: account() };
    let files = rendered(&with_pages(vec![
        ("sns-topic-protected", of_account(), &lacks, Vec::new()),
        ("trail-kms-encryption", of_account(), &one, Vec::new()),
        ("trail-log-file-validation", of_account(), &two, Vec::new()),
    ]));
    let of_topic = format!("--region eu-west-3 --topic-arn {topic} --attribute-name KmsMasterKeyId");
    let of_trail = format!("--region eu-west-1 --name {trail} --kms-key-id KEY_ARN");
    expect_shown(
        &files,
        &[
            ("sns-topic-protected", &of_topic),
            ("trail-kms-encryption", &of_trail),
            ("trail-log-file-validation", "--region TRAIL_REGION --name TRAIL_ARN "),
            (
                "trail-log-file-validation",
                "<code>TRAIL_ARN</code>, the ARN of the trail",
            ),
        ],
    );
    assert!(!article(&files, "trail-kms-encryption").contains("TRAIL_ARN"));
}
