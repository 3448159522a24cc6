//! Who reaches a bucket, on its page: every answer in words, every sentence with what it rests on, and nothing in silence.

mod support;

use s3attest_model::access::{AccessKind, Audience, Reach};
use s3attest_report::sample::{Sample, sample_assessment};
use s3attest_report::{Format, ReportError, Settings, render};
use support::rendered;

const PAGE: &str = "buckets/111111111111/media.html";

/// The part of the bucket's page that says who reaches it.
fn section(sample: &Sample, page: &str) -> String {
    let files = rendered(sample);
    let (_, rest) = files[page].split_once("<h2 id=\"access\">").expect("the section");
    rest.split_once("</section>").expect("its end").0.to_owned()
}

#[test]
fn every_answer_is_a_word_and_every_sentence_links_to_what_it_rests_on() {
    let sample = sample_assessment();
    let record = sample.access.iter().find(|record| record.name.as_str() == "media");
    let record = record.expect("a record of the sample");
    let section = section(&sample, PAGE);
    let said = |word: &str| section.matches(&format!("\">{word}</span></td>")).count();
    let counted = |reach: Reach| {
        let all = Audience::ALL
            .into_iter()
            .flat_map(|audience| AccessKind::ALL.map(|kind| (audience, kind)));
        all.filter(|(audience, kind)| record.reach(*audience, *kind) == reach)
            .count()
    };
    for (word, reach) in [
        ("Yes", Reach::Yes),
        ("No", Reach::No),
        ("Cannot be told", Reach::Unclear),
    ] {
        assert!(counted(reach) > 0, "{word}");
        assert_eq!(said(word), counted(reach), "{word}");
    }
    let list = section.split_once("<ol class=\"chain\">").expect("the chain").1;
    assert_eq!(
        list.split_once("</ol>").expect("its end").0.matches("<li>").count(),
        record.chain.len()
    );
    for number in 1..=record.evidence.len() {
        assert!(section.contains(&format!("<li id=\"rests-{number}\">")), "{number}");
    }
    for place in record.chain.iter().flat_map(|sentence| &sentence.evidence) {
        assert!(section.contains(&format!("href=\"#rests-{}\"", place + 1)), "{place}");
    }
}

#[test]
fn what_a_bucket_serves_for_stands_beside_its_answers() {
    let section = section(&sample_assessment(), "buckets/000000000123/central-access-logs.html");
    assert!(section.contains("<p>Serves as target of access logs"), "{section}");
    assert!(
        section.contains("another bucket of this account sends its access logs here"),
        "{section}"
    );
}

#[test]
fn a_disagreement_of_the_sources_stands_beside_the_answers() {
    let mut sample = sample_assessment();
    let check = s3attest_model::identifiers::CheckId::new("s3-bucket-public-sources-agree").expect("an id");
    let is_of_page = |finding: &&mut s3attest_model::finding::Finding| finding.resource.name() == "media";
    let finding = sample
        .findings
        .iter_mut()
        .find(is_of_page)
        .expect("a finding on the bucket");
    finding.check = check;
    finding.message = "The sources disagree <here>.".to_owned();
    let section = section(&sample, PAGE);
    let heading = section
        .split_once("What other sources say of the public</h3>")
        .expect("a heading of its own");
    assert!(heading.1.contains("The sources disagree &lt;here&gt;."), "{section}");
}

#[test]
fn a_bucket_without_an_answer_says_so_and_claims_nothing() {
    let mut sample = sample_assessment();
    sample.access.clear();
    let section = section(&sample, PAGE);
    assert!(
        section.contains("nobody can tell from it who reaches the bucket"),
        "{section}"
    );
    assert!(!section.contains("<table"), "{section}");
}

#[test]
fn an_answer_for_a_bucket_that_stands_nowhere_else_is_refused_and_not_lost() {
    let mut sample = sample_assessment();
    let mut stray = sample.access[0].clone();
    stray.account = s3attest_model::identifiers::AccountId::new("999999999999").expect("an id");
    sample.access.push(stray);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let error = render(&sample, Format::ALL, &Settings::default(), directory.path()).expect_err("a stray answer");
    assert!(
        matches!(
            &error,
            ReportError::OutOfOrder {
                stream: "effective access",
                ..
            }
        ),
        "{error}"
    );
}
