//! The remediation of a check's page, read: blocks of code in three forms, or why there are none.
//!
//! A page has fenced blocks marked `sh` (the AWS CLI; `json` for a document that goes with them), `terraform` and
//! `cloudformation`. A form that cannot be is named by a paragraph that begins with `Not as`, the forms and a colon.
//! Any other text says when the blocks behind it are for, up to the next text, and stays with them in each form. Text behind
//! the last block stays on the check's own page.

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::asked::{self, Asked};
use super::changes::{Change, changes};
use super::code::{Code, Language, Names, may_be_named};

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

/// Blocks that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// What stands in front of them, a paragraph each: when they are for, and what to think of.
    pub(crate) said: Vec<String>,
    /// The blocks, in their order.
    pub(crate) blocks: Vec<Code>,
}

/// One form of a remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// The steps, in their order; several may be one another's alternatives, as their texts say.
    Code(Vec<Step>),
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
        let mut reading = Reading::default();
        for event in Parser::new(text) {
            reading.read(event);
        }
        let mut reasons = reading.reasons.into_iter();
        let parts = reading.steps.map(|steps| {
            let reason = reasons.next().flatten();
            match (steps.is_empty(), reason) {
                (false, _) => Part::Code(steps),
                (true, Some(reason)) => Part::NotPossible(reason),
                (true, None) => Part::Unsaid,
            }
        });
        Self {
            parts,
            asked: asked::within(&reading.everything),
            changes: changes(&reading.commands),
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
        let steps = self.parts.iter().flat_map(|part| match part {
            Part::Code(steps) => steps.as_slice(),
            Part::NotPossible(_) | Part::Unsaid => &[],
        });
        let codes = steps.flat_map(|step| &step.blocks);
        let open: Vec<&str> = codes.flat_map(|code| code.left_open(names)).collect();
        let is_asked = |asked: &&Asked| !may_be_named(asked.word) || open.contains(&asked.word);
        self.asked.iter().filter(is_asked).copied().collect()
    }
}

/// A page that is being read.
#[derive(Debug, Default)]
struct Reading {
    steps: [Vec<Step>; 3],
    reasons: [Option<String>; 3],
    /// The code of the commands and of their documents.
    commands: String,
    /// All code.
    everything: String,
    /// The block that is open.
    open: Option<(Language, String)>,
    /// The paragraph that is open.
    paragraph: Option<String>,
    /// What stands in front of the next block.
    said: Vec<String>,
    /// Whether a block has come behind that, so that the next text is in front of another.
    is_used: bool,
}

impl Reading {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(information))) => {
                self.open = Language::of_fence(&information).map(|language| (language, String::new()));
            }
            Event::End(TagEnd::CodeBlock) => self.end_block(),
            // An item of a list may hold its text in paragraphs, or as it is.
            Event::Start(Tag::Paragraph | Tag::Item) => {
                self.end_paragraph();
                self.paragraph = Some(String::new());
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item) => self.end_paragraph(),
            Event::Text(part) | Event::Code(part) => {
                if let Some((_, code)) = &mut self.open {
                    code.push_str(&part);
                } else if let Some(said) = &mut self.paragraph {
                    said.push_str(&part);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(said) = &mut self.paragraph {
                    said.push(' ');
                }
            }
            _ => {}
        }
    }

    fn end_block(&mut self) {
        let Some((language, code)) = self.open.take() else {
            return;
        };
        if matches!(language, Language::Shell | Language::Json) {
            self.commands.push_str(&code);
        }
        self.everything.push_str(&code);
        self.is_used = true;
        let code = Code::new(language, code.trim_end());
        let steps = &mut self.steps[Form::of(language) as usize];
        match steps.last_mut().filter(|step| step.said == self.said) {
            Some(step) => step.blocks.push(code),
            None => steps.push(Step {
                said: self.said.clone(),
                blocks: vec![code],
            }),
        }
    }

    fn end_paragraph(&mut self) {
        let Some(said) = self.paragraph.take().filter(|said| !said.trim().is_empty()) else {
            return;
        };
        let Some((forms, reason)) = said.strip_prefix("Not as ").and_then(|said| said.split_once(": ")) else {
            if std::mem::take(&mut self.is_used) {
                self.said.clear();
            }
            self.said.push(said);
            return;
        };
        let forms = forms.split([',', ' ']).collect::<Vec<_>>().join(" ");
        for form in Form::ALL.into_iter().filter(|form| forms.contains(form.label())) {
            self.reasons[form as usize] = Some(reason.to_owned());
        }
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
        let Part::Code(steps) = remedy.part(Form::Cli) else {
            panic!("{remedy:?}")
        };
        assert_eq!(steps[0].said, ["Text."]);
        let texts: Vec<_> = steps[0].blocks.iter().map(|code| code.with(&names)).collect();
        assert_eq!(
            texts,
            ["{\"a\": \"logs\"}", "aws s3api x --bucket logs --to LOG_BUCKET"]
        );
        assert!(matches!(remedy.part(Form::Terraform), Part::Code(steps) if steps.len() == 1));
        assert_eq!(
            *remedy.part(Form::CloudFormation),
            Part::NotPossible("it has no such thing.".to_owned())
        );
        let words = |names: &Names<'_>| remedy.asked(names).iter().map(|asked| asked.word).collect::<Vec<_>>();
        assert_eq!(words(&names), ["LOG_BUCKET"]);
        assert_eq!(words(&Names::default()), ["BUCKET", "LOG_BUCKET"]);
    }

    #[test]
    fn a_text_goes_with_the_blocks_behind_it_in_each_form_and_with_no_other() {
        let text = "Of all:\n\n- One\n- two:\n\n```sh\na\n```\n\nNot as CloudFormation: no.\n\n```terraform\nb\n```\n\nWhere it is\nnot:\n\n```sh\nc\n```\n\nAfter.\n";
        let remedy = Remedy::read(text);
        let said = |form| match remedy.part(form) {
            Part::Code(steps) => steps.iter().map(|step| step.said.join("|")).collect(),
            Part::NotPossible(_) | Part::Unsaid => Vec::new(),
        };
        assert_eq!(said(Form::Cli), ["Of all:|One|two:", "Where it is not:"]);
        assert_eq!(said(Form::Terraform), ["Of all:|One|two:"]);
        assert!(matches!(remedy.part(Form::CloudFormation), Part::NotPossible(_)));
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
