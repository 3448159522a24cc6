//! Whether a trail logs what happens to the objects of a bucket, as far as its event selectors say.
//!
//! It knows event selectors and nothing else: whether the trail is logging at all, whether it covers the bucket's region and
//! whether its deliveries arrive are other questions.

use super::cloudtrail::{AdvancedEventSelector, BasicEventSelector, EventSelectors, FieldSelector};

/// How much of a bucket's data events of one kind, reading or writing, is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logged {
    /// Those of all objects.
    All,
    /// A part of them: those of some objects, or some kinds of them.
    Part,
    /// None.
    None,
    /// The selectors do not let it be said.
    Unclear,
}

/// How much of a bucket's data events is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataEvents {
    /// Of the events that read.
    pub read: Logged,
    /// Of the events that write.
    pub write: Logged,
}

const OBJECTS: &str = "AWS::S3::Object";

impl EventSelectors {
    /// How much of the data events of a bucket, given by its ARN (`arn:aws:s3:::name`), these selectors select.
    #[must_use]
    pub fn data_events_of(&self, bucket_arn: &str) -> DataEvents {
        let of = |kind| {
            // A trail has selectors of one form or the other; one without any was not understood.
            if self.basic.is_empty() && self.advanced.is_empty() {
                return Logged::Unclear;
            }
            let basic = self.basic.iter().map(|each| basic_share(each, bucket_arn, kind));
            let advanced = self.advanced.iter().map(|each| advanced_share(each, bucket_arn, kind));
            basic.chain(advanced).fold(Share::None, Share::or).into()
        };
        DataEvents {
            read: of(Kind::Read),
            write: of(Kind::Write),
        }
    }
}

/// What an event does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Read,
    Write,
}

/// A share of the events of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Share {
    All,
    /// What some beginnings, endings or names pick out. However many there are, together they are never all.
    Some,
    /// All but what is left out.
    AllBut,
    None,
    Unclear,
}

impl From<Share> for Logged {
    fn from(share: Share) -> Self {
        match share {
            Share::All => Self::All,
            Share::Some | Share::AllBut => Self::Part,
            Share::None => Self::None,
            Share::Unclear => Self::Unclear,
        }
    }
}

impl Share {
    /// What either selects.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, _) | (_, Self::All) => Self::All,
            (Self::None, share) | (share, Self::None) => share,
            (Self::Some, Self::Some) => Self::Some,
            // One may select what the other leaves out.
            _ => Self::Unclear,
        }
    }

    /// What both select, for conditions on different fields of an event.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, _) | (_, Self::None) => Self::None,
            (Self::All, share) | (share, Self::All) => share,
            (Self::Unclear, _) | (_, Self::Unclear) => Self::Unclear,
            (Self::AllBut, Self::AllBut) => Self::AllBut,
            (Self::Some | Self::AllBut, Self::Some | Self::AllBut) => Self::Some,
        }
    }

    /// What both select, for conditions on the same field, which may contradict each other.
    fn and_in_field(self, other: Self) -> Self {
        match (self, other) {
            (Self::Some, Self::Some | Self::AllBut) | (Self::AllBut, Self::Some) => Self::Unclear,
            _ => self.and(other),
        }
    }
}

/// What a basic selector selects (CloudTrail API Reference, `DataResource`).
fn basic_share(selector: &BasicEventSelector, bucket_arn: &str, kind: Kind) -> Share {
    let values = selector
        .data_resources
        .iter()
        .filter(|resource| resource.resource_type == OBJECTS)
        .flat_map(|resource| &resource.values);
    let of_objects = values
        .map(|value| basic_value(value, bucket_arn))
        .fold(Share::None, Share::or);
    match (selector.read_write_type.as_deref(), kind) {
        (None | Some("All"), _) | (Some("ReadOnly"), Kind::Read) | (Some("WriteOnly"), Kind::Write) => of_objects,
        (Some("ReadOnly" | "WriteOnly"), _) => Share::None,
        (Some(_), _) if of_objects == Share::None => Share::None,
        (Some(_), _) => Share::Unclear,
    }
}

/// `arn:aws:s3` and its older form `arn:aws:s3:::` stand for every bucket, `arn:aws:s3:::bucket/` for all objects of one,
/// and anything longer for the objects whose keys begin with it.
fn basic_value(value: &str, bucket_arn: &str) -> Share {
    let objects = format!("{bucket_arn}/");
    let every_bucket = bucket_arn.rfind(':').map_or("", |at| &bucket_arn[..=at]);
    if value == objects || value == every_bucket || value == every_bucket.trim_end_matches(':') {
        Share::All
    } else if value.starts_with(&objects) {
        Share::Some
    } else if objects.starts_with(value) {
        // A bucket's name without the slash, or the beginning of one: no documented form.
        Share::Unclear
    } else {
        Share::None
    }
}

fn advanced_share(selector: &AdvancedEventSelector, bucket_arn: &str, kind: Kind) -> Share {
    let has = |name: &str| selector.fields.iter().any(|each| each.field == name);
    // CloudTrail asks for both in a selector of data events; without them nobody knows what is selected.
    if !has("eventCategory") {
        return Share::Unclear;
    }
    let is_complete = has("resources.type");
    let mut share = Share::All;
    let mut seen: Vec<(&str, Share)> = Vec::new();
    for each in &selector.fields {
        let of_field = field_share(each, bucket_arn, kind);
        match seen.iter_mut().find(|(name, _)| *name == each.field) {
            Some((_, before)) => *before = before.and_in_field(of_field),
            None => seen.push((&each.field, of_field)),
        }
    }
    for (_, of_field) in seen {
        share = share.and(of_field);
    }
    if is_complete || share == Share::None {
        share
    } else {
        Share::Unclear
    }
}

/// What one field lets through (CloudTrail User Guide, "Filtering data events by using advanced event selectors").
fn field_share(selector: &FieldSelector, bucket_arn: &str, kind: Kind) -> Share {
    let exactly = |value: &str| {
        if lets_through(selector, value) {
            Share::All
        } else {
            Share::None
        }
    };
    match selector.field.as_str() {
        "eventCategory" => exactly("Data"),
        "resources.type" => exactly(OBJECTS),
        "eventSource" => exactly("s3.amazonaws.com"),
        "readOnly" => exactly(if kind == Kind::Read { "true" } else { "false" }),
        "resources.ARN" => selected(selector, |form, value| arn_share(form, value, bucket_arn)),
        "eventName" => selected(selector, |form, value| name_share(form, value, kind)),
        // Most events are plain calls; of the others nobody can say how many there are.
        "eventType" if lets_through(selector, "AwsApiCall") => Share::All,
        // Whose calls they are: never all that happens to the objects.
        "userIdentity.arn" | "sessionCredentialFromConsole" => selected(selector, |_, _| Share::Some),
        _ => Share::Unclear,
    }
}

/// Whether a value satisfies a field selector.
fn lets_through(selector: &FieldSelector, value: &str) -> bool {
    let has = |values: &[String], test: fn(&str, &str) -> bool| values.iter().any(|each| test(value, each));
    let selects = selector.equals.is_empty() && selector.starts_with.is_empty() && selector.ends_with.is_empty();
    let is_selected = selects
        || has(&selector.equals, |value, each| value == each)
        || has(&selector.starts_with, |value, each| value.starts_with(each))
        || has(&selector.ends_with, |value, each| value.ends_with(each));
    is_selected
        && !has(&selector.not_equals, |value, each| value == each)
        && !has(&selector.not_starts_with, |value, each| value.starts_with(each))
        && !has(&selector.not_ends_with, |value, each| value.ends_with(each))
}

/// How a value is compared with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Equals,
    StartsWith,
    EndsWith,
}

/// What a field selector selects when `share_of` says what share of the events each of its values matches: what any of the
/// selecting values matches, without what any of the excluding values matches.
fn selected(selector: &FieldSelector, share_of: impl Fn(Form, &str) -> Share) -> Share {
    let shares = |values: [(Form, &[String]); 3]| {
        let shares: Vec<Share> = values
            .into_iter()
            .flat_map(|(form, values)| values.iter().map(move |value| (form, value)))
            .map(|(form, value)| share_of(form, value))
            .collect();
        shares
    };
    let wanted = shares([
        (Form::Equals, selector.equals.as_slice()),
        (Form::StartsWith, selector.starts_with.as_slice()),
        (Form::EndsWith, selector.ends_with.as_slice()),
    ]);
    let unwanted = shares([
        (Form::Equals, selector.not_equals.as_slice()),
        (Form::StartsWith, selector.not_starts_with.as_slice()),
        (Form::EndsWith, selector.not_ends_with.as_slice()),
    ]);
    let wanted = if wanted.is_empty() {
        Share::All
    } else {
        wanted.into_iter().fold(Share::None, Share::or)
    };
    let kept = match unwanted.into_iter().fold(Share::None, Share::or) {
        Share::All => Share::None,
        Share::Some => Share::AllBut,
        Share::None => Share::All,
        Share::AllBut | Share::Unclear => Share::Unclear,
    };
    wanted.and_in_field(kept)
}

/// The share of a bucket's objects whose ARN a value matches.
fn arn_share(form: Form, value: &str, bucket_arn: &str) -> Share {
    let objects = format!("{bucket_arn}/");
    match form {
        Form::StartsWith if objects.starts_with(value) => Share::All,
        Form::EndsWith if value.is_empty() => Share::All,
        Form::EndsWith => Share::Some,
        // The bucket alone: what is equal to it are the events that name no object.
        Form::Equals if value == objects || value == bucket_arn => Share::Unclear,
        Form::StartsWith | Form::Equals if value.starts_with(&objects) => Share::Some,
        Form::StartsWith | Form::Equals => Share::None,
    }
}

/// The share of the events of one kind whose name a value matches. A list of names is never taken for all of them.
fn name_share(form: Form, value: &str, kind: Kind) -> Share {
    const READS: [&str; 4] = ["Get", "Head", "List", "Select"];
    const WRITES: [&str; 9] = [
        "Put", "Delete", "Copy", "Create", "Complete", "Upload", "Abort", "Restore", "Post",
    ];
    let begins = |words: &[&str]| words.iter().any(|word| value.starts_with(word));
    let of = match (begins(&READS), begins(&WRITES)) {
        (true, _) => Kind::Read,
        (_, true) => Kind::Write,
        _ => return Share::Unclear,
    };
    match form {
        _ if of != kind && form != Form::EndsWith => Share::None,
        Form::Equals => Share::Some,
        // May match one name or many.
        Form::StartsWith | Form::EndsWith => Share::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::super::cloudtrail::DataResource;
    use super::*;

    const BUCKET: &str = "arn:aws:s3:::ledger";

    fn basic(read_write_type: Option<&str>, values: &[&str]) -> EventSelectors {
        EventSelectors {
            basic: vec![BasicEventSelector {
                read_write_type: read_write_type.map(str::to_owned),
                includes_management_events: Some(true),
                data_resources: vec![DataResource {
                    resource_type: OBJECTS.to_owned(),
                    values: values.iter().map(|value| (*value).to_owned()).collect(),
                }],
                ..BasicEventSelector::default()
            }],
            advanced: Vec::new(),
        }
    }

    fn texts(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    fn field(name: &str) -> FieldSelector {
        FieldSelector {
            field: name.to_owned(),
            ..FieldSelector::default()
        }
    }

    fn equals(name: &str, values: &[&str]) -> FieldSelector {
        FieldSelector {
            equals: texts(values),
            ..field(name)
        }
    }

    /// A selector of the data events of objects with further fields.
    fn objects(fields: &[FieldSelector]) -> AdvancedEventSelector {
        let mut all = vec![equals("eventCategory", &["Data"]), equals("resources.type", &[OBJECTS])];
        all.extend_from_slice(fields);
        AdvancedEventSelector {
            name: None,
            fields: all,
        }
    }

    fn advanced(selectors: Vec<AdvancedEventSelector>) -> EventSelectors {
        EventSelectors {
            basic: Vec::new(),
            advanced: selectors,
        }
    }

    fn both(logged: Logged) -> DataEvents {
        DataEvents {
            read: logged,
            write: logged,
        }
    }

    #[test]
    fn basic_selectors_name_every_bucket_one_bucket_or_a_beginning_of_keys() {
        for (values, expected) in [
            (&["arn:aws:s3"][..], Logged::All),
            (&["arn:aws:s3:::"], Logged::All),
            (&["arn:aws:s3:::ledger/"], Logged::All),
            (&["arn:aws:s3:::ledger/2026/"], Logged::Part),
            (&["arn:aws:s3:::ledger/a", "arn:aws:s3:::ledger/b"], Logged::Part),
            (&["arn:aws:s3:::ledger/a", "arn:aws:s3:::ledger/"], Logged::All),
            (&["arn:aws:s3:::ledger-old/"], Logged::None),
            (&["arn:aws-cn:s3"], Logged::None),
            (&["arn:aws:s3:::ledger"], Logged::Unclear),
            (&["arn:aws:s3:::led"], Logged::Unclear),
            (&[], Logged::None),
        ] {
            assert_eq!(basic(None, values).data_events_of(BUCKET), both(expected), "{values:?}");
        }
    }

    #[test]
    fn a_basic_selector_selects_reads_writes_or_both() {
        let every = &["arn:aws:s3"];
        for (said, read, write) in [
            (None, Logged::All, Logged::All),
            (Some("All"), Logged::All, Logged::All),
            (Some("ReadOnly"), Logged::All, Logged::None),
            (Some("WriteOnly"), Logged::None, Logged::All),
            (Some("Sometimes"), Logged::Unclear, Logged::Unclear),
        ] {
            assert_eq!(
                basic(said, every).data_events_of(BUCKET),
                DataEvents { read, write },
                "{said:?}"
            );
        }
        let mut lambda = basic(None, &["arn:aws:lambda"]);
        "AWS::Lambda::Function".clone_into(&mut lambda.basic[0].data_resources[0].resource_type);
        assert_eq!(lambda.data_events_of(BUCKET), both(Logged::None));
    }

    #[test]
    fn a_trail_without_any_selector_is_unclear() {
        assert_eq!(EventSelectors::default().data_events_of(BUCKET), both(Logged::Unclear));
    }

    #[test]
    fn every_form_of_a_condition_on_the_arn_is_understood() {
        let arn = |change: fn(&mut FieldSelector)| {
            let mut field = field("resources.ARN");
            change(&mut field);
            field
        };
        let table = [
            (
                arn(|each| each.starts_with = texts(&["arn:aws:s3:::ledger/"])),
                Logged::All,
            ),
            (
                arn(|each| each.starts_with = texts(&["arn:aws:s3:::ledger"])),
                Logged::All,
            ),
            (arn(|each| each.starts_with = texts(&["arn:aws:s3:::le"])), Logged::All),
            (
                arn(|each| each.starts_with = texts(&["arn:aws:s3:::ledger/in/"])),
                Logged::Part,
            ),
            (
                arn(|each| each.starts_with = texts(&["arn:aws:s3:::ledgers"])),
                Logged::None,
            ),
            (
                arn(|each| each.equals = texts(&["arn:aws:s3:::ledger/one.csv"])),
                Logged::Part,
            ),
            (
                arn(|each| each.equals = texts(&["arn:aws:s3:::ledger/"])),
                Logged::Unclear,
            ),
            (arn(|each| each.equals = texts(&["arn:aws:s3:::other/"])), Logged::None),
            (arn(|each| each.ends_with = texts(&[".csv"])), Logged::Part),
            (
                arn(|each| each.not_starts_with = texts(&["arn:aws:s3:::ledger/"])),
                Logged::None,
            ),
            (
                arn(|each| each.not_starts_with = texts(&["arn:aws:s3:::ledger/tmp/"])),
                Logged::Part,
            ),
            (
                arn(|each| each.not_starts_with = texts(&["arn:aws:s3:::other/"])),
                Logged::All,
            ),
            (
                arn(|each| each.not_equals = texts(&["arn:aws:s3:::ledger/one.csv"])),
                Logged::Part,
            ),
            (
                arn(|each| each.not_equals = texts(&["arn:aws:s3:::ledger/"])),
                Logged::Unclear,
            ),
            (arn(|each| each.not_ends_with = texts(&[".log"])), Logged::Part),
            (
                arn(|each| {
                    each.starts_with = texts(&["arn:aws:s3:::ledger/"]);
                    each.not_starts_with = texts(&["arn:aws:s3:::ledger/tmp/"]);
                }),
                Logged::Part,
            ),
            (
                arn(|each| {
                    each.starts_with = texts(&["arn:aws:s3:::ledger/tmp/"]);
                    each.not_starts_with = texts(&["arn:aws:s3:::ledger/tmp/"]);
                }),
                Logged::Unclear,
            ),
        ];
        for (field, expected) in table {
            let said = format!("{field:?}");
            let selectors = advanced(vec![objects(&[field])]);
            assert_eq!(selectors.data_events_of(BUCKET), both(expected), "{said}");
        }
    }

    #[test]
    fn conditions_on_other_fields_narrow_what_is_logged() {
        let both_kinds = advanced(vec![objects(&[])]);
        assert_eq!(both_kinds.data_events_of(BUCKET), both(Logged::All));
        let writes = advanced(vec![objects(&[equals("readOnly", &["false"])])]);
        assert_eq!(
            writes.data_events_of(BUCKET),
            DataEvents {
                read: Logged::None,
                write: Logged::All
            }
        );
        let named = advanced(vec![objects(&[equals("eventName", &["PutObject", "DeleteObject"])])]);
        assert_eq!(
            named.data_events_of(BUCKET),
            DataEvents {
                read: Logged::None,
                write: Logged::Part
            }
        );
        let unnamed = advanced(vec![objects(&[FieldSelector {
            not_equals: texts(&["GetObject"]),
            ..field("eventName")
        }])]);
        assert_eq!(
            unnamed.data_events_of(BUCKET),
            DataEvents {
                read: Logged::Part,
                write: Logged::All
            }
        );
        let unknown = advanced(vec![objects(&[equals("eventName", &["FlyObject"])])]);
        assert_eq!(unknown.data_events_of(BUCKET), both(Logged::Unclear));
        let somebody = advanced(vec![objects(&[FieldSelector {
            not_equals: texts(&["arn:aws:iam::111111111111:role/backup"]),
            ..field("userIdentity.arn")
        }])]);
        assert_eq!(somebody.data_events_of(BUCKET), both(Logged::Part));
        let new = advanced(vec![objects(&[equals("phaseOfTheMoon", &["full"])])]);
        assert_eq!(new.data_events_of(BUCKET), both(Logged::Unclear));
    }

    #[test]
    fn other_categories_and_other_types_log_no_objects() {
        let management = AdvancedEventSelector {
            name: None,
            fields: vec![equals("eventCategory", &["Management"])],
        };
        assert_eq!(
            advanced(vec![management.clone()]).data_events_of(BUCKET),
            both(Logged::None)
        );
        let tables = AdvancedEventSelector {
            name: None,
            fields: vec![
                equals("eventCategory", &["Data"]),
                equals("resources.type", &["AWS::DynamoDB::Table"]),
            ],
        };
        assert_eq!(advanced(vec![tables]).data_events_of(BUCKET), both(Logged::None));
        let of_any_type = AdvancedEventSelector {
            name: None,
            fields: vec![equals("eventCategory", &["Data"])],
        };
        assert_eq!(
            advanced(vec![of_any_type]).data_events_of(BUCKET),
            both(Logged::Unclear)
        );
        assert_eq!(
            advanced(vec![management, objects(&[])]).data_events_of(BUCKET),
            both(Logged::All)
        );
    }

    #[test]
    fn two_selectors_add_up_only_where_that_is_certain() {
        let under = |prefix: &str| {
            objects(&[FieldSelector {
                starts_with: texts(&[prefix]),
                ..field("resources.ARN")
            }])
        };
        let all_but = |prefix: &str| {
            objects(&[FieldSelector {
                not_starts_with: texts(&[prefix]),
                ..field("resources.ARN")
            }])
        };
        let two = advanced(vec![under("arn:aws:s3:::ledger/a"), under("arn:aws:s3:::ledger/b")]);
        assert_eq!(two.data_events_of(BUCKET), both(Logged::Part));
        let whole = advanced(vec![under("arn:aws:s3:::ledger/a"), all_but("arn:aws:s3:::ledger/a")]);
        assert_eq!(whole.data_events_of(BUCKET), both(Logged::Unclear));
        let reads_and_writes = advanced(vec![
            objects(&[equals("readOnly", &["true"])]),
            objects(&[equals("readOnly", &["false"])]),
        ]);
        assert_eq!(reads_and_writes.data_events_of(BUCKET), both(Logged::All));
    }
}
