//! The remediation of a check's page, read: blocks of code in three forms, or why there are none.
//!
//! A page has fenced blocks marked `sh` (the AWS CLI; `json` for a document that goes with them), `terraform` and
//! `cloudformation`. A form that cannot be is named by a paragraph that begins with `Not as`, the forms and a colon.
//! The other paragraphs stay on the check's own page.

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::asked::{self, Asked};
use super::changes::{Change, changes};
use super::code::{Code, Language, Names};

/// A form of a remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// Commands of the AWS CLI.
    Cli,
    /// A configuration of Terraform.
    Terraform,
    /// A template of AWS CloudFormation.
    CloudFormation,
}

impl Form {
    /// Every form, in the order in which they are shown.
    pub(crate) const ALL: [Self; 3] = [Self::Cli, Self::Terraform, Self::CloudFormation];

    /// The form for a reader.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Cli => "AWS CLI",
            Self::Terraform => "Terraform",
            Self::CloudFormation => "CloudFormation",
        }
    }

    const fn of(language: Language) -> Self {
        match language {
            Language::Shell | Language::Json => Self::Cli,
            Language::Terraform => Self::Terraform,
            Language::Yaml => Self::CloudFormation,
        }
    }
}

/// One form of a remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// The blocks, in their order.
    Code(Vec<Code>),
    /// Why it cannot be done in this form.
    NotPossible(String),
    /// The page says nothing of it.
    Unsaid,
}

/// What a check's page says of mending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remedy {
    parts: [Part; 3],
    asked: Vec<Asked>,
    changes: Vec<Change>,
}

impl Remedy {
    /// Reads the text below the heading `Remediation`.
    pub(crate) fn read(text: &str) -> Self {
        let mut blocks: [Vec<Code>; 3] = Default::default();
        let mut reasons: [Option<String>; 3] = Default::default();
        let mut commands = String::new();
        let mut everything = String::new();
        let mut open: Option<(Language, String)> = None;
        let mut paragraph: Option<String> = None;
        for event in Parser::new(text) {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(information))) => {
                    open = Language::of_fence(&information).map(|language| (language, String::new()));
                }
                Event::End(TagEnd::CodeBlock) => {
                    let Some((language, code)) = open.take() else { continue };
                    if matches!(language, Language::Shell | Language::Json) {
                        commands.push_str(&code);
                    }
                    everything.push_str(&code);
                    blocks[Form::of(language) as usize].push(Code::new(language, code.trim_end()));
                }
                Event::Start(Tag::Paragraph) => paragraph = Some(String::new()),
                Event::End(TagEnd::Paragraph) => {
                    let Some(said) = paragraph.take() else { continue };
                    let Some((forms, reason)) = said.strip_prefix("Not as ").and_then(|said| said.split_once(": "))
                    else {
                        continue;
                    };
                    for form in Form::ALL {
                        if forms
                            .split([',', ' '])
                            .collect::<Vec<_>>()
                            .join(" ")
                            .contains(form.label())
                        {
                            reasons[form as usize] = Some(reason.to_owned());
                        }
                    }
                }
                Event::Text(part) | Event::Code(part) => {
                    if let Some((_, code)) = &mut open {
                        code.push_str(&part);
                    } else if let Some(said) = &mut paragraph {
                        said.push_str(&part);
                    }
                }
                Event::SoftBreak | Event::HardBreak => {
                    if let Some(said) = &mut paragraph {
                        said.push(' ');
                    }
                }
                _ => {}
            }
        }
        let mut reasons = reasons.into_iter();
        let parts = blocks.map(|blocks| {
            let reason = reasons.next().flatten();
            match (blocks.is_empty(), reason) {
                (false, _) => Part::Code(blocks),
                (true, Some(reason)) => Part::NotPossible(reason),
                (true, None) => Part::Unsaid,
            }
        });
        Self {
            parts,
            asked: asked::within(&everything),
            changes: changes(&commands),
        }
    }

    /// One form.
    pub(crate) fn part(&self, form: Form) -> &Part {
        &self.parts[form as usize]
    }

    /// What it changes at the bucket.
    pub(crate) fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether any form is there, or said not to be.
    pub(crate) fn says_anything(&self) -> bool {
        self.parts.iter().any(|part| *part != Part::Unsaid)
    }

    /// What the reader has to put in.
    pub(crate) fn asked(&self, names: &Names<'_>) -> Vec<Asked> {
        let codes = self.parts.iter().flat_map(|part| match part {
            Part::Code(blocks) => blocks.as_slice(),
            Part::NotPossible(_) | Part::Unsaid => &[],
        });
        let open: Vec<&str> = codes.flat_map(|code| code.left_open(names)).collect();
        let is_slot = |word: &str| matches!(word, "BUCKET" | "ACCOUNT_ID" | "REGION" | "ACCESS_POINT");
        let is_asked = |asked: &&Asked| !is_slot(asked.word) || open.contains(&asked.word);
        self.asked.iter().filter(is_asked).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "Text.\n\n```json\n{\"a\": \"BUCKET\"}\n```\n\n```sh\naws s3api x --bucket BUCKET --to LOG_BUCKET\n```\n\n\
                        ```terraform\nbucket = \"BUCKET\"\n```\n\nNot as CloudFormation: it has no\n`such` thing.\n";

    #[test]
    fn a_page_is_read_in_its_three_forms() {
        let remedy = Remedy::read(PAGE);
        let names = Names {
            bucket: Some("logs"),
            ..Names::default()
        };
        let Part::Code(blocks) = remedy.part(Form::Cli) else {
            panic!("{remedy:?}")
        };
        let texts: Vec<_> = blocks.iter().map(|code| code.with(&names)).collect();
        assert_eq!(
            texts,
            ["{\"a\": \"logs\"}", "aws s3api x --bucket logs --to LOG_BUCKET"]
        );
        assert!(matches!(remedy.part(Form::Terraform), Part::Code(blocks) if blocks.len() == 1));
        assert_eq!(
            *remedy.part(Form::CloudFormation),
            Part::NotPossible("it has no such thing.".to_owned())
        );
        let words = |names: &Names<'_>| remedy.asked(names).iter().map(|asked| asked.word).collect::<Vec<_>>();
        assert_eq!(words(&names), ["LOG_BUCKET"]);
        assert_eq!(words(&Names::default()), ["BUCKET", "LOG_BUCKET"]);
    }

    #[test]
    fn one_sentence_can_speak_for_several_forms() {
        let remedy = Remedy::read("Not as AWS CLI, Terraform or CloudFormation: only the other account can.\n");
        for form in Form::ALL {
            assert!(matches!(remedy.part(form), Part::NotPossible(_)), "{form:?}");
        }
        assert!(!Remedy::read("Ask somebody.\n").says_anything());
    }
}
