//! An answer of AWS as a page shows it: what was said, in lines a person can read, and the call behind it.
//!
//! It does not judge an answer, and it does not know on which page it stands.

use std::borrow::Cow;

use s3attest_model::bucket::{Bucket, BucketSetting, SettingState};
use s3attest_model::evidence::{Evidence, Gap, Observed, Source};
use s3attest_model::finding::{EvidenceReference, EvidenceState};
use serde::Serialize;
use serde_json::Value;

use super::words::{self, Mark};
use crate::text::{clip, counted, moment};

/// Answers beyond these sizes are folded.
const FOLDED_LINES: usize = 8;
const FOLDED_CHARACTERS: usize = 480;

/// Something that could not be read.
#[derive(Debug, Clone, Serialize)]
pub(super) struct GapView {
    cause: &'static str,
    phrase: &'static str,
    refused: Option<&'static str>,
    detail: Option<Passage>,
}

impl GapView {
    pub(super) fn new(gap: &Gap) -> Self {
        Self {
            cause: gap.cause.as_str(),
            phrase: gap.cause.phrase(),
            refused: gap.blocked_by.map(words::refused),
            detail: Passage::of(&gap.detail),
        }
    }
}

/// A text of any length: the beginning of a long one, with the whole of it folded beside it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Passage {
    short: String,
    full: Option<String>,
}

impl Passage {
    pub(super) fn new(text: &str) -> Self {
        match clip(text, FOLDED_CHARACTERS) {
            Cow::Borrowed(text) => Self {
                short: text.to_owned(),
                full: None,
            },
            Cow::Owned(short) => Self {
                short,
                full: Some(text.to_owned()),
            },
        }
    }

    /// A text that may be missing.
    pub(super) fn of(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::new(text))
    }
}

/// The call behind an answer.
#[derive(Debug, Clone, Serialize)]
pub(super) struct CallView {
    operation: String,
    /// `None` when no call was made.
    time: Option<String>,
    request: Option<String>,
    code: Option<String>,
}

impl CallView {
    pub(super) fn new(source: &Source) -> Self {
        Self {
            operation: source.operation.to_string(),
            time: source.observed_at.map(moment),
            request: source.request_id.as_ref().map(ToString::to_string),
            code: source.code.clone(),
        }
    }
}

/// One member of an answer.
#[derive(Debug, Clone, Serialize)]
struct Line {
    key: String,
    value: String,
}

/// One question and what AWS answered.
#[derive(Debug, Clone, Serialize)]
pub(super) struct AnswerView {
    title: &'static str,
    /// The name by which a link finds it.
    anchor: &'static str,
    state: Mark,
    lines: Vec<Line>,
    /// A document as text, indented.
    document: Option<String>,
    /// What the fold holds, where the answer is long.
    fold: Option<String>,
    gap: Option<GapView>,
    call: CallView,
}

impl AnswerView {
    /// Every setting of a bucket, in the order of the model.
    pub(super) fn of_settings(bucket: &Bucket) -> Vec<Self> {
        bucket
            .settings
            .views()
            .into_iter()
            .map(|view| {
                let value = bucket.settings.value(view.setting);
                let gap = match view.state {
                    SettingState::Gap(gap) => Some(gap),
                    SettingState::Present | SettingState::Absent => None,
                };
                Self {
                    anchor: view.setting.key(),
                    ..Self::new(
                        view.setting.title(),
                        view.state.into(),
                        value,
                        gap,
                        view.source,
                        Keys::of(view.setting),
                    )
                }
            })
            .collect()
    }

    /// A piece of evidence that is not a bucket's setting.
    pub(super) fn of_evidence<T: Serialize>(title: &'static str, anchor: &'static str, evidence: &Evidence<T>) -> Self {
        let (state, value, gap) = match &evidence.observed {
            Observed::Present(value) => (EvidenceState::Present, serde_json::to_value(value).ok(), None),
            Observed::Absent => (EvidenceState::Absent, None, None),
            Observed::Gap(gap) => (EvidenceState::Gap, None, Some(gap)),
        };
        Self {
            anchor,
            ..Self::new(title, state, value, gap, &evidence.source, Keys::Ours)
        }
    }

    fn new(
        title: &'static str,
        state: EvidenceState,
        value: Option<Value>,
        gap: Option<&Gap>,
        source: &Source,
        keys: Keys,
    ) -> Self {
        let mut lines = Vec::new();
        let mut document = None;
        match (value, keys) {
            (Some(Value::String(text)), Keys::Document) => document = Some(indented(&text)),
            (Some(value), keys) => flatten(&value, String::new(), keys, &mut lines),
            (None, _) => {}
        }
        let size: usize = lines.iter().map(|line| line.key.len() + line.value.len()).sum();
        let fold = if let Some(text) = &document {
            Some(format!(
                "Document of {}",
                counted(text.lines().count() as u64, "line", "lines")
            ))
        } else {
            (lines.len() > FOLDED_LINES || size > FOLDED_CHARACTERS)
                .then(|| counted(lines.len() as u64, "value", "values"))
        };
        Self {
            title,
            anchor: "",
            state: words::evidence_state(state),
            lines,
            document,
            fold,
            gap: gap.map(GapView::new),
            call: CallView::new(source),
        }
    }
}

/// What the names within an answer are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// Names of the model, shown as words.
    Ours,
    /// Names that someone chose (tags), shown as they are.
    Foreign,
    /// The answer is a document in text.
    Document,
}

impl Keys {
    fn of(setting: BucketSetting) -> Self {
        match setting {
            BucketSetting::Policy => Self::Document,
            BucketSetting::Tagging => Self::Foreign,
            _ => Self::Ours,
        }
    }
}

fn flatten(value: &Value, path: String, keys: Keys, lines: &mut Vec<Line>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let key = if keys == Keys::Foreign {
                    key.clone()
                } else {
                    key.replace(['_', '-'], " ")
                };
                flatten(member, joined(&path, &key), keys, lines);
            }
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for (index, item) in items.iter().enumerate() {
                flatten(item, joined(&path, &(index + 1).to_string()), keys, lines);
            }
        }
        Value::Array(items) if items.is_empty() => lines.push(Line {
            key: path,
            value: "none".to_owned(),
        }),
        Value::Array(items) => lines.push(Line {
            key: path,
            value: items.iter().map(scalar).collect::<Vec<_>>().join(", "),
        }),
        _ => lines.push(Line {
            key: path,
            value: scalar(value),
        }),
    }
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path} › {key}")
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Null => "not stated".to_owned(),
        Value::String(text) if text.is_empty() => "(empty)".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A JSON text with line breaks and indentation, its members in their own order; any other text as it is.
fn indented(text: &str) -> String {
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        return text.to_owned();
    }
    let mut page = String::with_capacity(text.len() * 2);
    let (mut depth, mut within_text, mut is_escaped) = (0_usize, false, false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if within_text {
            page.push(character);
            within_text = is_escaped || character != '"';
            is_escaped = !is_escaped && character == '\\';
            continue;
        }
        match character {
            ' ' | '\t' | '\r' | '\n' => {}
            '{' | '[' => {
                page.push(character);
                while characters.next_if(char::is_ascii_whitespace).is_some() {}
                if let Some(end) = characters.next_if(|next| matches!(next, '}' | ']')) {
                    page.push(end);
                } else {
                    depth += 1;
                    line_break(&mut page, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line_break(&mut page, depth);
                page.push(character);
            }
            ',' => {
                page.push(',');
                line_break(&mut page, depth);
            }
            ':' => page.push_str(": "),
            _ => {
                within_text = character == '"';
                page.push(character);
            }
        }
    }
    page
}

fn line_break(page: &mut String, depth: usize) {
    page.push('\n');
    page.extend(std::iter::repeat_n("  ", depth));
}

/// One piece of evidence below a finding.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ReferenceView {
    state: Mark,
    call: CallView,
    of: Option<String>,
}

impl ReferenceView {
    pub(super) fn new(reference: &EvidenceReference) -> Self {
        Self {
            state: words::evidence_state(reference.state),
            call: CallView::new(&reference.source),
            of: reference.of.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_indented_and_keeps_its_order_and_its_texts() {
        let text =
            r#"{"Version":"2012-10-17","Statement":[{"Sid":"a, \"b\": {","Effect":"Deny","Empty":[ ],"N":[1,2]}]}"#;
        let page = indented(text);
        assert_eq!(
            page,
            "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Sid\": \"a, \\\"b\\\": {\",\n      \
             \"Effect\": \"Deny\",\n      \"Empty\": [],\n      \"N\": [\n        1,\n        2\n      ]\n    }\n  ]\n}"
        );
        let parsed = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        assert_eq!(parsed(&page), parsed(text));
    }

    #[test]
    fn what_is_not_json_stays_as_it_is() {
        assert_eq!(indented("{not json"), "{not json");
    }

    #[test]
    fn nothing_of_an_answer_is_left_out() {
        let mut lines = Vec::new();
        let value = serde_json::json!({"a_b": [{"c": null, "d": []}, {"c": ""}], "e": [1, 2], "f": true});
        flatten(&value, String::new(), Keys::Ours, &mut lines);
        let text: Vec<String> = lines
            .iter()
            .map(|line| format!("{}={}", line.key, line.value))
            .collect();
        assert_eq!(
            text,
            [
                "a b › 1 › c=not stated",
                "a b › 1 › d=none",
                "a b › 2 › c=(empty)",
                "e=1, 2",
                "f=true"
            ]
        );
    }
}
