//! `s3-bucket-classification-tags`: whether the bucket states what class of data it holds.
//!
//! It does not know whether the statement is true.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-classification-tags",
    title: "A data classification tag is present",
    severity: Severity::Low,
    question: "Does the bucket carry the tag that classifies its data?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Tagging],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-classification-tags.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(key) = &view.parameters.classification_tag else {
        return Ok(Judgement::not_applicable(
            "The configuration names no classification tag.",
        ));
    };
    let allowed = &view.parameters.classification_values;
    let Some(tags) = trail.read(&view.settings.tagging)? else {
        return Ok(Judgement::fail(format!(
            "The bucket has no tags; the tag {key} is asked for."
        )));
    };
    let Some(value) = tags.get(key) else {
        let similar = tags.keys().find(|other| other.eq_ignore_ascii_case(key));
        return Ok(Judgement::fail(match similar {
            Some(similar) => {
                format!("The bucket has no tag {key}; its tag {similar} is another one, since case counts.")
            }
            None => format!("The bucket has no tag {key}."),
        }));
    };
    Ok(if value.trim().is_empty() {
        Judgement::fail(format!("The tag {key} has an empty value."))
    } else if allowed.is_empty() || allowed.contains(value) {
        Judgement::pass(format!("The tag {key} has the value {value}."))
    } else {
        Judgement::fail(format!(
            "The tag {key} has the value {value}; allowed are {}.",
            allowed.join(", ")
        ))
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, expect, present};

    fn asking(allowed: &[&str], tags: Option<&[(&str, &str)]>) -> Scene {
        Scene::with(|scene| {
            scene.parameters.classification_tag = Some("DataClass".to_owned());
            scene.parameters.classification_values = allowed.iter().map(ToString::to_string).collect();
            if let Some(tags) = tags {
                let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
                scene.bucket.settings.tagging = present(BucketSetting::Tagging, tags.collect());
            }
        })
    }

    #[test]
    fn the_configured_tag_needs_an_allowed_value() {
        let mut unread = asking(&[], None);
        unread.withhold(BucketSetting::Tagging);
        let mut unasked = asking(&[], Some(&[("DataClass", "secret")]));
        unasked.parameters.classification_tag = None;
        let classes = ["internal", "secret"];
        let cases = vec![
            (
                "any value",
                asking(&[], Some(&[("DataClass", "x")])),
                Verdict::Pass,
                "DataClass has the value x",
            ),
            (
                "allowed",
                asking(&classes, Some(&[("DataClass", "secret")])),
                Verdict::Pass,
                "secret",
            ),
            (
                "not allowed",
                asking(&classes, Some(&[("DataClass", "Secret")])),
                Verdict::Fail,
                "Secret; allowed are internal, secret",
            ),
            (
                "empty",
                asking(&[], Some(&[("DataClass", " ")])),
                Verdict::Fail,
                "empty value",
            ),
            (
                "other tags",
                asking(&[], Some(&[("owner", "me")])),
                Verdict::Fail,
                "no tag DataClass",
            ),
            (
                "other case",
                asking(&[], Some(&[("dataclass", "x")])),
                Verdict::Fail,
                "dataclass is another one",
            ),
            ("absent", asking(&[], None), Verdict::Fail, "no tags"),
            (
                "not configured",
                unasked,
                Verdict::NotApplicable,
                "names no classification tag",
            ),
            ("gap", unread, Verdict::NotAssessed, "access was denied"),
        ];
        expect(&CHECK, cases);
    }
}
