//! How to mend what failed: on the pages of what failed, with its own names and warnings; and the code of every check's page
//! held by readers that nobody here wrote.

#[path = "remediation/pages.rs"]
mod pages;
#[path = "support/python.rs"]
mod python;
mod support;

use s3attest_model::check::Severity;
use s3attest_model::finding::{Finding, Resource, Verdict};
use s3attest_model::identifiers::{AccountId, CheckId};
use s3attest_report::sample::{Sample, sample_assessment};
use support::rendered;

/// Runs the script of the tests with these arguments and gives what it found wrong; `None` where there is no Python.
fn found_wrong(arguments: &[&str]) -> Option<String> {
    let output = python::run("remediation_blocks.py", arguments)?;
    let said = String::from_utf8_lossy(&output.stdout);
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() || !said.trim().is_empty(), "{failed}");
    Some(said.trim().to_owned())
}

#[test]
fn the_code_of_every_page_is_taken_by_the_readers_of_its_language() {
    if let Some(wrong) = found_wrong(&["docs/checks"]) {
        assert_eq!(wrong, "");
    }
}

#[test]
fn code_that_is_wrong_is_found() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let page = "# T\n\n## Remediation\n\n```sh\naws s3api put-bucket-polcy --bucket BUCKET\naws s3api put-bucket-policy --buket BUCKET\n\
                aws s3api put-bucket-versioning --bucket BUCKET --versioning-configuration '{\"Stat\":\"Enabled\"}'\n```\n\n\
                ```terraform\nresource \"a\" {\n```\n\n```cloudformation\nResources:\n  Bucket:\n    Type: AWS::S3::Bucke\n```\n\n## References\n";
    std::fs::write(directory.path().join("x.md"), page).expect("room for a page");
    let Some(wrong) = found_wrong(&[directory.path().to_str().expect("a path in UTF-8")]) else {
        return;
    };
    for words in [
        "terraform does not parse",
        "cloudformation: E3006",
        "`aws s3api put-bucket-polcy` is no operation",
        "has no option --buket",
        "`aws s3api put-bucket-policy` lacks bucket, policy",
        "Unknown parameter in input: \"Stat\"",
    ] {
        assert!(wrong.contains(words), "{words}: {wrong}");
    }
}

const NAME: &str = "x'\"; rm -rf ~ #${a}%{b}\\`$(c): &d {e}\n!f";

/// The sample with a failed finding on an access point of a hostile name.
fn with_access_point() -> Sample {
    let mut sample = sample_assessment();
    let account = AccountId::new("111111111111").expect("an id");
    let mut check = sample.checks[0].clone();
    check.id = CheckId::new("ap-policy-public").expect("an id");
    check.page.remediation = String::from(
        "```json\n{\"a\": \"ACCESS_POINT\"}\n```\n\n```sh\naws s3control get-access-point --name ACCESS_POINT\n\
                              aws s3control x --details '{\"Name\":\"a/ACCESS_POINT\"}' --other 'ACCESS_POINT'\n```\n\n\
                              ```terraform\nresource \"a\" \"b\" {\n  name = \"ACCESS_POINT\"\n}\n```\n\n\
                              ```cloudformation\nA:\n  Name: \"ACCESS_POINT\"\n```\n",
    );
    sample.checks.insert(0, check);
    let finding = Finding {
        check: CheckId::new("ap-policy-public").expect("an id"),
        resource: Resource::AccessPoint {
            account: account.clone(),
            name: NAME.to_owned(),
            arn: "arn:aws:s3:eu-central-1:111111111111:accesspoint/x".to_owned(),
            region: None,
        },
        verdict: Verdict::Fail,
        severity: Severity::High,
        message: "It is public.".to_owned(),
        evidence: Vec::new(),
        gap: None,
        exception: None,
    };
    let place = sample
        .findings
        .iter()
        .position(|other| *other.resource.account() == account);
    sample.findings.insert(place.expect("findings on the account"), finding);
    sample
}

fn plain(html: &str) -> String {
    let mut text = html.to_owned();
    for (entity, character) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#x60;", "`"),
        ("&#x3D;", "="),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, character);
    }
    text
}

/// The blocks of the first remedy of a page, as a reader would copy them.
fn blocks(page: &str) -> Vec<String> {
    let remedy = page.split_once("<details class=\"remedy\">").expect("a remedy").1;
    let remedy = remedy.split_once("</details>").expect("its end").0;
    let codes = remedy.split("<pre class=\"document\" tabindex=\"0\">").skip(1);
    codes
        .map(|code| plain(code.split_once("</pre>").expect("its end").0))
        .collect()
}

#[test]
fn a_hostile_name_stays_one_value_in_every_language() {
    let page = &rendered(&with_access_point())["accounts/111111111111.html"];
    let blocks = blocks(page);
    assert_eq!(blocks.len(), 4, "{blocks:#?}");
    let languages = ["json", "sh", "terraform", "cloudformation"];
    let listed: Vec<_> = languages
        .iter()
        .zip(&blocks)
        .map(|(language, text)| serde_json::json!({ "language": language, "text": text }))
        .collect();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("blocks.json");
    std::fs::write(&file, serde_json::to_vec(&listed).expect("JSON")).expect("room for a file");
    if let Some(wrong) = found_wrong(&["--filled", NAME, file.to_str().expect("a path in UTF-8")]) {
        assert_eq!(wrong, "");
    }
}

#[test]
fn a_failed_finding_says_how_to_mend_it_with_the_buckets_own_name_and_others_do_not() {
    let sample = sample_assessment();
    let files = rendered(&sample);
    let mut seen = 0;
    for finding in &sample.findings {
        let Resource::Bucket { account, name, .. } = &finding.resource else {
            continue;
        };
        // Names with upper-case letters have other paths.
        let Some(page) = files.get(&format!("buckets/{account}/{name}.html")) else {
            continue;
        };
        let heading = format!("<code class=\"sub\">{}</code>", finding.check);
        let article = page.split_once(&heading).expect("the finding").1;
        let article = article.split_once("</article>").expect("its end").0;
        let asks_for_it = finding.verdict == Verdict::Fail && !finding.is_accepted();
        assert_eq!(
            article.contains("<summary>How to fix it"),
            asks_for_it,
            "{name} {}",
            finding.check
        );
        if asks_for_it {
            seen += 1;
            assert!(article.contains(&format!("--bucket {name} ")), "{article}");
            assert!(
                !article.contains("BUCKET") && !article.contains("ACCOUNT_ID"),
                "{article}"
            );
            for form in ["AWS CLI", "Terraform", "CloudFormation"] {
                assert!(article.contains(&format!("<h4>{form}</h4>")), "{form}: {article}");
            }
        }
    }
    assert!(seen > 0);
}

#[test]
fn an_accounts_own_finding_is_mended_with_the_accounts_id() {
    let page = &rendered(&sample_assessment())["accounts/111111111111.html"];
    let blocks = blocks(page);
    assert!(blocks[0].contains("--account-id 111111111111 "), "{blocks:#?}");
    let caution = page
        .find("It closes every bucket of the account to the public at once")
        .expect("a caution");
    assert!(
        caution < page.find("--account-id 111111111111 ").expect("the command"),
        "{page}"
    );
    assert!(page[caution..].contains("was not looked at here"), "{page}");
    assert!(
        page.contains("<p class=\"prose\">Not in this form: it has no resource"),
        "{page}"
    );
}

#[test]
fn a_bucket_without_a_record_leaves_every_conflict_unknown() {
    let mut sample = sample_assessment();
    for buckets in sample.buckets.values_mut() {
        buckets.retain(|bucket| bucket.name.as_str() != "media");
    }
    let page = &rendered(&sample)["buckets/111111111111/media.html"];
    let remedies = page.matches("<details class=\"remedy\">").count();
    assert!(remedies > 0);
    assert_eq!(
        page.matches("The run holds no record of this bucket’s settings, so nobody")
            .count(),
        remedies
    );
    assert!(!page.contains("is known to conflict"), "{page}");
}

#[test]
fn the_picture_says_for_each_line_what_the_record_says() {
    let files = rendered(&sample_assessment());
    let page = &files["buckets/111111111111/media.html"];
    let picture = page.split_once("<svg class=\"ways\"").expect("a picture").1;
    let picture = picture.split_once("</svg>").expect("its end").0;
    assert_eq!(picture.matches(">gets in</text>").count(), 1);
    assert_eq!(
        picture.matches(">not known</text>").count(),
        2,
        "its end and its control"
    );
    assert!(
        picture.contains("anyone, read: gets in by the bucket policy."),
        "{picture}"
    );
    assert!(
        picture.contains("anyone, write: not known, because of the access control list."),
        "{picture}"
    );
    assert!(!picture.contains("style=") && !picture.contains("href"), "{picture}");
}
