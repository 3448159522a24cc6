//! Code with the words in it that stand for a resource's names, and the names put in so that they stay one value.
//!
//! A name is foreign text. Each place knows how its language quotes there: a word of a shell, a text in quotes, a JSON text
//! within them, a text of HCL or YAML. Where a language has no safe way (a comment, a bare word of HCL), nothing is put in.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The language of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// Commands of a POSIX shell.
    Shell,
    /// A JSON document or a part of one.
    Json,
    /// HCL, as Terraform reads it.
    Terraform,
    /// YAML, as CloudFormation reads it.
    Yaml,
}

impl Language {
    /// The language that the information string of a fence names.
    pub(crate) fn of_fence(information: &str) -> Option<Self> {
        match information {
            "sh" => Some(Self::Shell),
            "json" => Some(Self::Json),
            "terraform" => Some(Self::Terraform),
            "cloudformation" => Some(Self::Yaml),
            _ => None,
        }
    }
}

/// A word that stands for a name of the resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Bucket,
    Account,
    Region,
    AccessPoint,
    Key,
    Trail,
    TrailRegion,
    Topic,
    TopicRegion,
    Analyzer,
    ArchiveRule,
    Detector,
    Recorder,
    /// The `aws` of an ARN.
    Partition,
}

/// The words by which pages name what is put in.
const SLOTS: [(&str, Slot); 13] = [
    ("BUCKET", Slot::Bucket),
    ("ACCOUNT_ID", Slot::Account),
    ("REGION", Slot::Region),
    ("ACCESS_POINT", Slot::AccessPoint),
    ("BUCKET_KEY_ARN", Slot::Key),
    ("TRAIL_ARN", Slot::Trail),
    ("TRAIL_REGION", Slot::TrailRegion),
    ("NOTIFIED_TOPIC_ARN", Slot::Topic),
    ("TOPIC_REGION", Slot::TopicRegion),
    ("ANALYZER_NAME", Slot::Analyzer),
    ("ARCHIVE_RULE", Slot::ArchiveRule),
    ("DETECTOR_ID", Slot::Detector),
    ("RECORDER_NAME", Slot::Recorder),
];

/// Whether a word stands for something that a finding may name, so that it need not be asked for.
pub(super) fn may_be_named(word: &str) -> bool {
    SLOTS.iter().any(|(slot, _)| *slot == word)
}

/// The names of a finding's resource, and of what else the finding names.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Names<'names> {
    /// The bucket's.
    pub(crate) bucket: Option<&'names str>,
    /// The account's id.
    pub(crate) account: &'names str,
    /// The region's; `None` where it is not known.
    pub(crate) region: Option<&'names str>,
    /// The access point's.
    pub(crate) access_point: Option<&'names str>,
    /// The ARN of the key that encrypts the bucket by default.
    pub(crate) key: Option<&'names str>,
    /// The ARN of the trail.
    pub(crate) trail: Option<&'names str>,
    /// The trail's home region.
    pub(crate) trail_region: Option<&'names str>,
    /// The ARN of the topic that is notified.
    pub(crate) topic: Option<&'names str>,
    /// The topic's region.
    pub(crate) topic_region: Option<&'names str>,
    /// The analyzer's name.
    pub(crate) analyzer: Option<&'names str>,
    /// The name of the analyzer's archive rule.
    pub(crate) archive_rule: Option<&'names str>,
    /// The detector's id.
    pub(crate) detector: Option<&'names str>,
    /// The name of the configuration recorder.
    pub(crate) recorder: Option<&'names str>,
    /// The partition's; `None` leaves `aws`.
    pub(crate) partition: Option<&'names str>,
}

impl<'names> Names<'names> {
    fn of(&self, slot: Slot) -> Option<&'names str> {
        match slot {
            Slot::Bucket => self.bucket,
            Slot::Account => Some(self.account).filter(|account| !account.is_empty()),
            Slot::Region => self.region,
            Slot::AccessPoint => self.access_point,
            Slot::Key => self.key,
            Slot::Trail => self.trail,
            Slot::TrailRegion => self.trail_region,
            Slot::Topic => self.topic,
            Slot::TopicRegion => self.topic_region,
            Slot::Analyzer => self.analyzer,
            Slot::ArchiveRule => self.archive_rule,
            Slot::Detector => self.detector,
            Slot::Recorder => self.recorder,
            Slot::Partition => self.partition,
        }
    }
}

/// Where in its language a word stands, and so how it is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A word of a shell.
    Word,
    /// Within single quotes of a shell.
    Single,
    /// Within a JSON text within single quotes of a shell.
    SingleJson,
    /// Within double quotes of a shell.
    Double,
    /// Within a text in double quotes of JSON or YAML.
    Text,
    /// Within a text of HCL.
    Hcl,
    /// Where nothing can be put in safely.
    Nowhere,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Slot {
        slot: Slot,
        word: &'static str,
        place: Place,
    },
}

/// A block of code with the places where names go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) language: Language,
    pieces: Vec<Piece>,
}

impl Code {
    /// Finds the places of a block.
    pub(crate) fn new(language: Language, text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut reader = Reader::new(language);
        let mut rest = text;
        let mut before = None;
        while let Some(character) = rest.chars().next() {
            let starts_word = !before.is_some_and(is_of_word);
            let found = SLOTS.into_iter().find(|(word, _)| {
                let after = rest.strip_prefix(word);
                starts_word && after.is_some_and(|after| !after.chars().next().is_some_and(is_of_word))
            });
            if let Some((word, slot)) = found {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                let place = reader.place();
                pieces.push(Piece::Slot { slot, word, place });
                rest = &rest[word.len()..];
                before = Some('_');
                continue;
            }
            if literal.ends_with("arn:") && rest.starts_with("aws:") {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                let place = reader.place();
                pieces.push(Piece::Slot {
                    slot: Slot::Partition,
                    word: "aws",
                    place,
                });
                rest = &rest["aws".len()..];
                continue;
            }
            reader.read(character, rest);
            literal.push(character);
            before = Some(character);
            rest = &rest[character.len_utf8()..];
        }
        pieces.push(Piece::Literal(literal));
        pieces.retain(|piece| *piece != Piece::Literal(String::new()));
        Self { language, pieces }
    }

    /// The block with the names put in; a name that is not known leaves its word.
    pub(crate) fn with(&self, names: &Names<'_>) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Slot { slot, word, place } => match names.of(*slot).and_then(|name| quoted(name, *place)) {
                    Some(name) => text.push_str(&name),
                    None => text.push_str(word),
                },
            }
        }
        text
    }

    /// The words of what is not known and stays for the reader to put in.
    pub(crate) fn left_open(&self, names: &Names<'_>) -> impl Iterator<Item = &'static str> {
        self.pieces.iter().filter_map(move |piece| match piece {
            Piece::Slot { slot, word, .. } if *slot != Slot::Partition && names.of(*slot).is_none() => Some(*word),
            Piece::Slot { .. } | Piece::Literal(_) => None,
        })
    }
}

/// Whether a character belongs to a word such as `LOG_BUCKET`.
pub(super) fn is_of_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// What is open at a point of a text.
#[derive(Debug)]
struct Reader {
    language: Language,
    state: State,
    is_escaped: bool,
    /// Whether a JSON text is open within single quotes.
    in_json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Plain,
    Comment,
    Single,
    Double,
}

impl Reader {
    fn new(language: Language) -> Self {
        Self {
            language,
            state: State::Plain,
            is_escaped: false,
            in_json: false,
        }
    }

    fn read(&mut self, character: char, rest: &str) {
        if self.is_escaped {
            self.is_escaped = false;
            return;
        }
        let has_single = matches!(self.language, Language::Shell | Language::Yaml);
        match (self.state, character) {
            (State::Comment, '\n') | (State::Single, '\'') | (State::Double, '"') => self.state = State::Plain,
            (State::Plain, '#') if self.language != Language::Json => self.state = State::Comment,
            (State::Plain, '/') if self.language == Language::Terraform && rest.starts_with("//") => {
                self.state = State::Comment;
            }
            (State::Plain, '\'') if has_single => {
                self.state = State::Single;
                self.in_json = false;
            }
            (State::Plain, '"') => self.state = State::Double,
            (State::Single, '"') => self.in_json = !self.in_json,
            (State::Double, '\\') => self.is_escaped = true,
            (State::Single, '\\') => self.is_escaped = self.in_json,
            _ => {}
        }
    }

    fn place(&self) -> Place {
        match (self.language, self.state) {
            (Language::Shell, State::Plain) => Place::Word,
            (Language::Shell, State::Single) if self.in_json => Place::SingleJson,
            (Language::Shell, State::Single) => Place::Single,
            (Language::Shell, State::Double) => Place::Double,
            (Language::Json | Language::Yaml, State::Double) => Place::Text,
            (Language::Terraform, State::Double) => Place::Hcl,
            _ => Place::Nowhere,
        }
    }
}

/// A name as it stands at a place; `None` where it can stand at none.
fn quoted(name: &str, place: Place) -> Option<Cow<'_, str>> {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "._-/:".contains(character);
    if place == Place::Nowhere {
        return None;
    }
    if !name.is_empty() && !name.starts_with('-') && name.chars().all(is_plain) {
        return Some(Cow::Borrowed(name));
    }
    // No shell hands on a text beyond the character of the value zero.
    if name.contains('\0') {
        return None;
    }
    Some(Cow::Owned(match place {
        Place::Word => format!("'{}'", name.replace('\'', r"'\''")),
        Place::Single => name.replace('\'', r"'\''"),
        Place::SingleJson => in_text(name).replace('\'', r"'\''"),
        Place::Double => format!("\"'{}'\"", name.replace('\'', r"'\''")),
        Place::Text => in_text(name),
        // `${` and `%{` open a template (Terraform language, "Strings and Templates").
        Place::Hcl => in_text(name).replace("${", "$${").replace("%{", "%%{"),
        Place::Nowhere => return None,
    }))
}

/// The inside of a text in double quotes, in the escapes that JSON, YAML and HCL share.
fn in_text(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 8);
    for character in name.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            _ if (character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}'))
                && u32::from(character) <= 0xffff =>
            {
                // Writing to a string cannot fail.
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            }
            _ => text.push(character),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a'b\"c\\d${e}%{f}`g`$(h)\nRUN: i";

    fn filled(language: Language, text: &str, bucket: &str) -> String {
        let names = Names {
            bucket: Some(bucket),
            account: "000000000123",
            ..Names::default()
        };
        Code::new(language, text).with(&names)
    }

    #[test]
    fn whole_words_are_put_in_and_parts_of_words_stay() {
        let text = "aws s3api x --bucket BUCKET --to LOG_BUCKET --id ACCOUNT_ID --region REGION";
        assert_eq!(
            filled(Language::Shell, text, "logs"),
            "aws s3api x --bucket logs --to LOG_BUCKET --id 000000000123 --region REGION"
        );
    }

    #[test]
    fn what_is_not_known_is_named_and_its_word_stays() {
        let code = Code::new(Language::Shell, "--bucket BUCKET --region REGION");
        let names = Names::default();
        assert_eq!(code.with(&names), "--bucket BUCKET --region REGION");
        assert_eq!(code.left_open(&names).collect::<Vec<_>>(), ["BUCKET", "REGION"]);
    }

    #[test]
    fn an_arn_takes_the_partition_of_the_bucket() {
        let names = Names {
            bucket: Some("b"),
            partition: Some("aws-cn"),
            ..Names::default()
        };
        let code = Code::new(Language::Json, "\"arn:aws:s3:::BUCKET\"");
        assert_eq!(code.with(&names), "\"arn:aws-cn:s3:::b\"");
        assert_eq!(
            code.with(&Names {
                partition: None,
                ..names
            }),
            "\"arn:aws:s3:::b\""
        );
    }

    #[test]
    fn a_hostile_name_stays_one_word_of_the_shell() {
        let shell = |text: &str| {
            let output = std::process::Command::new("sh")
                .args(["-c", &filled(Language::Shell, text, HOSTILE)])
                .output()
                .expect("a shell");
            String::from_utf8(output.stdout).expect("text")
        };
        assert_eq!(
            shell("printf '%s|' --bucket BUCKET end"),
            format!("--bucket|{HOSTILE}|end|")
        );
        assert_eq!(shell("printf '%s|' 'x BUCKET y'"), format!("x {HOSTILE} y|"));
        assert_eq!(shell("printf '%s|' \"x BUCKET y\""), format!("x {HOSTILE} y|"));
        let json = shell("printf '%s' '{\"a\": \"arn:aws:s3:::BUCKET/*\", \"b\": \"BUCKET\"}'");
        let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(value["a"], format!("arn:aws:s3:::{HOSTILE}/*"));
        assert_eq!(value["b"], HOSTILE);
    }

    #[test]
    fn a_hostile_name_stays_within_the_quotes_of_documents() {
        let json = filled(Language::Json, "{\"a\": \"BUCKET\"}", HOSTILE);
        let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(value["a"], HOSTILE);
        let hcl = filled(Language::Terraform, "bucket = \"BUCKET\"", HOSTILE);
        assert_eq!(hcl, "bucket = \"a'b\\\"c\\\\d$${e}%%{f}`g`$(h)\\nRUN: i\"");
        let yaml = filled(Language::Yaml, "BucketName: \"BUCKET\"", HOSTILE);
        assert_eq!(yaml, "BucketName: \"a'b\\\"c\\\\d${e}%{f}`g`$(h)\\nRUN: i\"");
    }

    #[test]
    fn nothing_is_put_where_no_quoting_holds_it() {
        for (language, text) in [
            (Language::Shell, "# for BUCKET"),
            (Language::Terraform, "resource BUCKET {}"),
            (Language::Terraform, "# BUCKET"),
            (Language::Yaml, "BucketName: BUCKET"),
            (Language::Yaml, "BucketName: 'BUCKET'"),
            (Language::Json, "BUCKET"),
        ] {
            assert_eq!(filled(language, text, "logs"), text);
        }
        assert_eq!(filled(Language::Shell, "BUCKET", "a\0b"), "BUCKET");
    }
}
