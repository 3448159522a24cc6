//! Reading the rows of Trusted Advisor: values by their headings, the bucket of a row, the control of Security Hub that a
//! description names.
//!
//! The order of the columns differs between the console and this interface, and has changed; so nothing here counts columns
//! (AWS Support API Reference, `TrustedAdvisorResourceDetail`: the order is that of the check's description).

use std::fmt;
use std::sync::Arc;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The headings under which an ARN may name a bucket, in the order in which they are believed.
const ARN_HEADINGS: [&str; 3] = ["Bucket ARN", "Resource ARN", "Resource"];

/// The values of a row by their headings, in the order of these; written as a map.
///
/// A check may list thousands of rows, so they share their headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedAdvisorColumns {
    headings: Arc<[String]>,
    /// As many as there are headings.
    values: Box<[Option<String>]>,
}

/// The headings of a check as its rows use them: none is empty and none stands twice. An empty one is named by its number,
/// counted from one (`column 8`), and where two are the same the later one is told apart by its number.
pub(super) fn headings(described: &[Option<String>]) -> Arc<[String]> {
    let mut headings = Vec::with_capacity(described.len());
    for heading in described {
        let named = heading.as_deref().map(str::trim);
        push_unique(&mut headings, named.unwrap_or_default());
    }
    headings.into()
}

fn push_unique(headings: &mut Vec<String>, named: &str) {
    let number = format!("column {}", headings.len() + 1);
    let mut heading = if named.is_empty() {
        number.clone()
    } else {
        named.to_owned()
    };
    while headings.contains(&heading) {
        heading = format!("{heading} ({number})");
    }
    headings.push(heading);
}

impl TrustedAdvisorColumns {
    /// A row under its check's headings: a value without a heading is kept as `column 8`, and a heading without a value holds
    /// none, as one with a null does.
    pub(super) fn new(headings: &Arc<[String]>, mut values: Vec<Option<String>>) -> Self {
        let mut headings = Arc::clone(headings);
        if values.len() > headings.len() {
            let mut longer = headings.to_vec();
            while longer.len() < values.len() {
                push_unique(&mut longer, "");
            }
            headings = longer.into();
        }
        values.resize(headings.len(), None);
        Self {
            headings,
            values: values.into_boxed_slice(),
        }
    }

    /// The headings with their values; `None` where AWS gave none.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let values = self.values.iter().map(Option::as_deref);
        self.headings.iter().map(String::as_str).zip(values)
    }

    /// The value under a heading, whatever its case; `None` where there is no such heading, no value or an empty one.
    #[must_use]
    pub fn get(&self, heading: &str) -> Option<&str> {
        let (_, value) = self.iter().find(|(each, _)| each.eq_ignore_ascii_case(heading))?;
        value.map(str::trim).filter(|value| !value.is_empty())
    }

    /// The bucket that the row is about: from the heading "Bucket Name", or else from the ARN of a bucket.
    ///
    /// `names_buckets` says that the check is about buckets, so that "Resource" may hold the bare name of one, as the checks
    /// do that repeat a rule of AWS Config.
    #[must_use]
    pub fn bucket(&self, names_buckets: bool) -> Option<&str> {
        self.get("Bucket Name")
            .or_else(|| {
                let mut arns = ARN_HEADINGS.iter().filter_map(|heading| self.get(heading));
                arns.find_map(bucket_of_arn)
            })
            .or_else(|| {
                self.get("Resource")
                    .filter(|name| names_buckets && is_bucket_name(name))
            })
    }
}

impl Serialize for TrustedAdvisorColumns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for TrustedAdvisorColumns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Columns;

        impl<'de> Visitor<'de> for Columns {
            type Value = TrustedAdvisorColumns;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("the values of a row by their headings")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let (mut headings, mut values) = (Vec::<String>::new(), Vec::new());
                while let Some((heading, value)) = map.next_entry()? {
                    headings.push(heading);
                    values.push(value);
                }
                Ok(TrustedAdvisorColumns {
                    headings: headings.into(),
                    values: values.into_boxed_slice(),
                })
            }
        }

        deserializer.deserialize_map(Columns)
    }
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

    fn columns(described: &[Option<&str>], values: &[Option<&str>]) -> TrustedAdvisorColumns {
        TrustedAdvisorColumns::new(&headings(&texts(described)), texts(values))
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
            let columns = columns(&headings, values);
            assert_eq!(columns.iter().collect::<Vec<_>>(), expected, "{values:?}");
            let written = serde_json::to_string(&columns).expect("a row is plain");
            let read: TrustedAdvisorColumns = serde_json::from_str(&written).expect("and read again");
            assert_eq!(read, columns);
        }
    }

    #[test]
    fn no_value_is_lost_to_a_heading_that_stands_twice_or_is_empty() {
        let headings = [Some("Region"), None, Some("Region"), Some(" "), Some("column 6")];
        let values = [Some("1"), Some("2"), Some("3"), Some("4"), Some("5"), Some("6")];
        let expected: Row<'_> = &[
            ("Region", Some("1")),
            ("column 2", Some("2")),
            ("Region (column 3)", Some("3")),
            ("column 4", Some("4")),
            ("column 6", Some("5")),
            ("column 6 (column 6)", Some("6")),
        ];
        assert_eq!(columns(&headings, &values).iter().collect::<Vec<_>>(), expected);
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
            let headings: Vec<_> = row.iter().map(|(heading, _)| Some(*heading)).collect();
            let values: Vec<_> = row.iter().map(|(_, value)| *value).collect();
            let columns = columns(&headings, &values);
            assert_eq!(columns.bucket(names_buckets), expected, "{row:?}");
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
