//! Reading the rows of Trusted Advisor: values by their headings, the bucket of a row, the control of Security Hub that a
//! description names.
//!
//! The order of the columns differs between the console and this interface, and has changed; so nothing here counts columns
//! (AWS Support API Reference, `TrustedAdvisorResourceDetail`: the order is that of the check's description).

use std::collections::BTreeMap;

/// The headings under which an ARN may name a bucket, in the order in which they are believed.
const ARN_HEADINGS: [&str; 3] = ["bucket arn", "resource arn", "resource"];

/// The values of a row by their headings.
///
/// A value without a heading is kept as `column 8`, counted from one; a heading without a value holds `None`, as one with a
/// null does. Where two columns share a heading, the later one is told apart by its number.
pub(super) fn columns(headings: &[Option<String>], values: &[Option<String>]) -> BTreeMap<String, Option<String>> {
    let mut columns = BTreeMap::new();
    for at in 0..headings.len().max(values.len()) {
        let number = format!("column {}", at + 1);
        let named = headings.get(at).and_then(Option::as_deref).map(str::trim);
        let mut heading = named.filter(|named| !named.is_empty()).unwrap_or(&number).to_owned();
        while columns.contains_key(&heading) {
            heading = format!("{heading} ({number})");
        }
        columns.insert(heading, values.get(at).cloned().flatten());
    }
    columns
}

/// The bucket that a row is about: from the heading "Bucket Name", or else from the ARN of a bucket.
///
/// `names_buckets` says that the check is about buckets, so that "Resource" may hold the bare name of one, as the checks do
/// that repeat a rule of AWS Config.
pub(super) fn bucket_of(columns: &BTreeMap<String, Option<String>>, names_buckets: bool) -> Option<String> {
    let value = |wanted: &str| {
        columns
            .iter()
            .find(|(heading, _)| heading.eq_ignore_ascii_case(wanted))
            .and_then(|(_, value)| value.as_deref())
            .map(str::trim)
            .filter(|value| !value.is_empty())
    };
    if let Some(name) = value("bucket name") {
        return Some(name.to_owned());
    }
    if let Some(name) = ARN_HEADINGS.iter().find_map(|heading| bucket_of_arn(value(heading)?)) {
        return Some(name.to_owned());
    }
    value("resource")
        .filter(|name| names_buckets && is_bucket_name(name))
        .map(str::to_owned)
}

/// The name in `arn:aws:s3:::name`, in any partition; other ARNs of S3 have a region or an account.
fn bucket_of_arn(arn: &str) -> Option<&str> {
    let mut parts = arn.splitn(6, ':');
    let is_bucket = parts.next()? == "arn"
        && parts.next()?.starts_with("aws")
        && parts.next()? == "s3"
        && parts.next()?.is_empty()
        && parts.next()?.is_empty();
    let name = parts.next()?.split('/').next()?;
    (is_bucket && is_bucket_name(name)).then_some(name)
}

/// Whether a text can be a bucket's name: also one from before the names had to be in lower case (Amazon S3 User Guide,
/// "General purpose bucket naming rules").
fn is_bucket_name(text: &str) -> bool {
    (3..=255).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
}

/// The control of Security Hub that a description names, such as `S3.5`.
///
/// The description is HTML and its letters vary in case; S3's controls come back in their usual spelling.
pub(super) fn security_hub_control(description: &str) -> Option<String> {
    const LABEL: &str = "security hub control id";
    let at = description.to_ascii_lowercase().find(LABEL)?;
    let id = first_word(&description[at + LABEL.len()..])?;
    let (service, number) = id.split_once('.')?;
    let is_control = !service.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_control.then(|| {
        if service.eq_ignore_ascii_case("s3") {
            format!("S3.{number}")
        } else {
            id.to_owned()
        }
    })
}

/// The first word of letters, digits and inner dots, past colons, blanks and tags.
fn first_word(mut text: &str) -> Option<&str> {
    loop {
        text = text.trim_start_matches(|letter: char| letter == ':' || letter.is_whitespace());
        if let Some(rest) = text.strip_prefix("&nbsp;") {
            text = rest;
        } else if text.starts_with('<') {
            text = text.split_once('>')?.1;
        } else {
            break;
        }
    }
    let end = text
        .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.')
        .unwrap_or(text.len());
    Some(text[..end].trim_end_matches('.')).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row<'row> = &'row [(&'row str, Option<&'row str>)];

    fn texts(list: &[Option<&str>]) -> Vec<Option<String>> {
        list.iter().map(|text| text.map(str::to_owned)).collect()
    }

    fn table(list: Row<'_>) -> BTreeMap<String, Option<String>> {
        list.iter()
            .map(|(heading, value)| ((*heading).to_owned(), value.map(str::to_owned)))
            .collect()
    }

    #[test]
    fn values_stand_under_their_headings_whatever_is_missing() {
        let headings = [Some("Region"), Some("Bucket Name"), Some("Status")];
        let cases: [(&[Option<&str>], Row<'_>); 5] = [
            (
                &[Some("eu-west-1"), Some("logs"), Some("Red")],
                &[
                    ("Region", Some("eu-west-1")),
                    ("Bucket Name", Some("logs")),
                    ("Status", Some("Red")),
                ],
            ),
            (
                &[None, Some("logs"), Some("Red")],
                &[("Region", None), ("Bucket Name", Some("logs")), ("Status", Some("Red"))],
            ),
            (
                &[Some("eu-west-1")],
                &[("Region", Some("eu-west-1")), ("Bucket Name", None), ("Status", None)],
            ),
            (
                &[Some("a"), Some("b"), Some("c"), Some("d"), None],
                &[
                    ("Region", Some("a")),
                    ("Bucket Name", Some("b")),
                    ("Status", Some("c")),
                    ("column 4", Some("d")),
                    ("column 5", None),
                ],
            ),
            (&[], &[("Region", None), ("Bucket Name", None), ("Status", None)]),
        ];
        for (values, expected) in cases {
            assert_eq!(
                columns(&texts(&headings), &texts(values)),
                table(expected),
                "{values:?}"
            );
        }
    }

    #[test]
    fn no_value_is_lost_to_a_heading_that_stands_twice_or_is_empty() {
        let headings = texts(&[Some("Region"), None, Some("Region"), Some(" "), Some("column 6")]);
        let values = texts(&[Some("1"), Some("2"), Some("3"), Some("4"), Some("5"), Some("6")]);
        let expected = table(&[
            ("Region", Some("1")),
            ("column 2", Some("2")),
            ("Region (column 3)", Some("3")),
            ("column 4", Some("4")),
            ("column 6", Some("5")),
            ("column 6 (column 6)", Some("6")),
        ]);
        assert_eq!(columns(&headings, &values), expected);
    }

    #[test]
    fn a_bucket_is_found_by_its_heading_or_by_its_arn() {
        let cases: [(Row<'_>, bool, Option<&str>); 11] = [
            (&[("Bucket Name", Some("logs"))], false, Some("logs")),
            (
                &[("Bucket Name", Some("logs")), ("Ignored Bucket Name", Some("other"))],
                false,
                Some("logs"),
            ),
            (&[("Ignored Bucket Name", Some("other"))], true, None),
            (
                &[("Bucket Name", None), ("Bucket ARN", Some("arn:aws:s3:::logs"))],
                false,
                Some("logs"),
            ),
            (&[("Resource", Some("arn:aws-us-gov:s3:::logs"))], false, Some("logs")),
            (
                &[("Resource ARN", Some("arn:aws:s3:::logs/prefix"))],
                false,
                Some("logs"),
            ),
            (
                &[("Resource", Some("arn:aws:s3:eu-west-1:111122223333:accesspoint/logs"))],
                true,
                None,
            ),
            (
                &[("Resource", Some("arn:aws:kms:eu-west-1:111122223333:key/logs"))],
                true,
                None,
            ),
            (&[("Resource", Some("logs"))], true, Some("logs")),
            (&[("Resource", Some("logs"))], false, None),
            (&[("Resource", Some("AWS::::Account:111122223333"))], true, None),
        ];
        for (row, names_buckets, expected) in cases {
            assert_eq!(bucket_of(&table(row), names_buckets).as_deref(), expected, "{row:?}");
        }
    }

    #[test]
    fn a_control_is_found_in_a_description_however_it_is_written() {
        for (description, expected) in [
            ("<p>Text.</p> Security Hub control ID: S3.5", Some("S3.5")),
            ("<b>Security Hub Control Id:</b> s3.12<br>", Some("S3.12")),
            ("security hub control id:&nbsp;<i>S3.9.</i>", Some("S3.9")),
            ("Security Hub control ID: CloudTrail.2", Some("CloudTrail.2")),
            ("Ä Security Hub control ID: S3.19 ä", Some("S3.19")),
            ("Security Hub control ID", None),
            ("Security Hub control ID: <b", None),
            ("Security Hub control ID: none", None),
            ("A description that names S3.5 in passing", None),
        ] {
            assert_eq!(security_hub_control(description).as_deref(), expected, "{description}");
        }
    }
}
