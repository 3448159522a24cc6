//! Whether an exception is about a resource: every selector that it names has to match.
//!
//! Texts are compared as they are; patterns are patterns only where the exception says so. It knows nothing of verdicts.

use std::collections::BTreeMap;

use s3attest_model::evidence::Evidence;
use s3attest_model::exception::{Selectors, Wanted};
use s3attest_model::finding::Resource;
use s3attest_policy::text_matches;

/// The tags of a bucket, as they were read.
pub(super) type Tags = Evidence<BTreeMap<String, String>>;

/// Whether an exception is about a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Concern {
    /// It is.
    Certain,
    /// Everything else matches, and whether the bucket has the tag is not known.
    TagsUnknown,
    /// It is not.
    None,
}

/// Whether a text is what is wanted.
pub(super) fn matches(wanted: &Wanted, text: &str) -> bool {
    match wanted {
        Wanted::Exactly(exact) => exact == text,
        Wanted::Like(pattern) => text_matches(pattern, text),
    }
}

fn matches_if_named(wanted: Option<&Wanted>, text: &str) -> bool {
    wanted.is_none_or(|wanted| matches(wanted, text))
}

/// Whether an exception is about a resource, whatever the check. `tags` are those of a bucket; nothing else has any.
pub(super) fn concern(selectors: &Selectors, resource: &Resource, arn: &str, tags: Option<&Tags>) -> Concern {
    let is_bucket = matches!(resource, Resource::Bucket { .. });
    let of_bucket = match &selectors.bucket {
        Some(wanted) => is_bucket && matches(wanted, resource.name()),
        None => true,
    };
    let of_resource = match &selectors.resource {
        Some(wanted) => matches(wanted, resource.name()) || matches(wanted, arn),
        None => true,
    };
    if !(of_bucket && of_resource && matches_if_named(selectors.account.as_ref(), resource.account().as_str())) {
        return Concern::None;
    }
    let Some(tag) = &selectors.tag else {
        return Concern::Certain;
    };
    let Some(tags) = tags.filter(|_| is_bucket) else {
        return Concern::None;
    };
    match tags.known() {
        Err(_) => Concern::TagsUnknown,
        Ok(Some(tags)) if has_tag(tag, tags) => Concern::Certain,
        Ok(Some(_) | None) => Concern::None,
    }
}

/// Whether one of the tags is the wanted one. The first `=` parts the key from the value, so that a wildcard of the one
/// never reaches into the other.
fn has_tag(wanted: &Wanted, tags: &BTreeMap<String, String>) -> bool {
    let Some((key, value)) = wanted.text().split_once('=') else {
        return false;
    };
    match wanted {
        Wanted::Exactly(_) => tags.get(key).is_some_and(|found| found == value),
        Wanted::Like(_) => tags
            .iter()
            .any(|(name, found)| text_matches(key, name) && text_matches(value, found)),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::{Gap, GapCause, Operation, Source};
    use s3attest_model::identifiers::{AccountId, BucketName, Partition};

    use super::*;

    fn exactly(text: &str) -> Option<Wanted> {
        Some(Wanted::Exactly(text.to_owned()))
    }

    fn like(text: &str) -> Option<Wanted> {
        Some(Wanted::Like(text.to_owned()))
    }

    fn of(change: impl FnOnce(&mut Selectors)) -> Selectors {
        let mut selectors = Selectors::default();
        change(&mut selectors);
        selectors
    }

    fn account() -> AccountId {
        AccountId::new("111122223333").expect("an id")
    }

    fn bucket() -> Resource {
        Resource::Bucket {
            account: account(),
            name: BucketName::new("media-legacy").expect("a name"),
            partition: Partition::AwsUsGov,
            region: None,
        }
    }

    fn tags(tags: &[(&str, &str)]) -> Tags {
        let tags = tags
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        Evidence::present(tags, Source::not_called(Operation::named("s3.GetBucketTagging")))
    }

    fn about(selectors: &Selectors, resource: &Resource, tags: Option<&Tags>) -> Concern {
        concern(selectors, resource, &resource.arn(), tags)
    }

    /// Selectors, and whether they are about the bucket and about its account.
    #[test]
    fn an_exception_is_about_what_every_selector_names() {
        let table = [
            (of(|all| all.account = exactly("111122223333")), true, true),
            (of(|all| all.account = exactly("111122223334")), false, false),
            (of(|all| all.account = like("1111*")), true, true),
            (of(|all| all.account = exactly("1111*")), false, false),
            (of(|all| all.bucket = exactly("media-legacy")), true, false),
            (of(|all| all.bucket = exactly("media-Legacy")), false, false),
            (of(|all| all.bucket = exactly("media-*")), false, false),
            (of(|all| all.bucket = like("media-*")), true, false),
            (of(|all| all.bucket = like("media-legac?")), true, false),
            (of(|all| all.bucket = like("media")), false, false),
            // An account is no bucket, whatever the pattern.
            (of(|all| all.bucket = like("*")), true, false),
            (of(|all| all.resource = exactly("media-legacy")), true, false),
            (
                of(|all| all.resource = exactly("arn:aws-us-gov:s3:::media-legacy")),
                true,
                false,
            ),
            (
                of(|all| all.resource = exactly("arn:aws:s3:::media-legacy")),
                false,
                false,
            ),
            (
                of(|all| all.resource = exactly("AWS::::Account:111122223333")),
                false,
                true,
            ),
            (of(|all| all.resource = like("arn:aws*:s3:::*")), true, false),
            (
                of(|all| (all.account, all.bucket) = (exactly("111122223333"), exactly("other"))),
                false,
                false,
            ),
        ];
        let tags = tags(&[("team", "media")]);
        for (selectors, of_bucket, of_account) in table {
            let expected = |is: bool| if is { Concern::Certain } else { Concern::None };
            assert_eq!(
                about(&selectors, &bucket(), Some(&tags)),
                expected(of_bucket),
                "{selectors:?}"
            );
            let account = Resource::Account { account: account() };
            assert_eq!(about(&selectors, &account, None), expected(of_account), "{selectors:?}");
        }
    }

    #[test]
    fn a_tag_is_compared_by_key_and_value_each_for_itself() {
        let table = [
            (exactly("team=media"), true),
            (exactly("team=Media"), false),
            (exactly("team="), false),
            (exactly("empty="), true),
            (exactly("team=*"), false),
            (exactly("path=a=b"), true),
            (like("team=*"), true),
            (like("t*=med?a"), true),
            // A wildcard of the key never reaches into the value.
            (like("te*a=x"), false),
            (like("*=nothing"), false),
            (like("path=a=*"), true),
        ];
        let tags = tags(&[("team", "media"), ("empty", ""), ("path", "a=b")]);
        for (tag, expected) in table {
            let expected = if expected { Concern::Certain } else { Concern::None };
            assert_eq!(
                about(&of(|all| all.tag = tag.clone()), &bucket(), Some(&tags)),
                expected,
                "{tag:?}"
            );
        }
        let account = Resource::Account { account: account() };
        assert_eq!(about(&of(|all| all.tag = like("*=*")), &account, None), Concern::None);
    }

    #[test]
    fn a_gap_in_the_tags_is_neither_a_match_nor_none_but_only_where_everything_else_matches() {
        let source = || Source::not_called(Operation::named("s3.GetBucketTagging"));
        let gap = Tags::gap(Gap::new(GapCause::Denied, "no"), source());
        let none = Tags::absent(source());
        let selectors = Selectors {
            bucket: exactly("media-legacy"),
            tag: exactly("team=media"),
            ..Selectors::default()
        };
        assert_eq!(about(&selectors, &bucket(), Some(&gap)), Concern::TagsUnknown);
        assert_eq!(about(&selectors, &bucket(), Some(&none)), Concern::None);
        let elsewhere = Selectors {
            bucket: exactly("other"),
            ..selectors.clone()
        };
        assert_eq!(about(&elsewhere, &bucket(), Some(&gap)), Concern::None);
        let by_name = Selectors { tag: None, ..selectors };
        assert_eq!(about(&by_name, &bucket(), Some(&gap)), Concern::Certain);
    }
}
