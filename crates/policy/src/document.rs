//! A policy document as its author wrote it, with nothing resolved and nothing dropped.
//!
//! Elements and their meaning follow the IAM User Guide, "IAM JSON policy elements reference". The types carry identity
//! policies, resource policies, trust policies and organization policies alike.

use crate::condition::Condition;
use crate::parse::{ParseError, parse};

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// `Version`: the policy language's version.
    pub version: Option<String>,
    /// `Id`.
    pub id: Option<String>,
    /// `Statement`, in the order of the document.
    pub statements: Vec<Statement>,
    /// Names of members that this version does not know.
    pub unknown_members: Vec<String>,
}

impl Document {
    /// Reads a document from its JSON text. The error says where the text is not a policy document.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        parse(text)
    }

    /// The first part of the document that this version does not understand.
    #[must_use]
    pub fn not_understood(&self) -> Option<String> {
        match self.unknown_members.first() {
            Some(member) => Some(format!("the document holds `{member}`, which is not known")),
            None => self.statements.iter().find_map(Statement::not_understood),
        }
    }
}

/// What a statement does with the requests that it holds for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Allows them.
    Allow,
    /// Refuses them, whatever allows them elsewhere.
    Deny,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The statement's place in the document, counted from one.
    pub position: usize,
    /// `Sid`.
    pub sid: Option<String>,
    /// `Effect`.
    pub effect: Effect,
    /// `Principal` or `NotPrincipal`.
    pub principal: PrincipalElement,
    /// `Action` or `NotAction`; `None` when the statement has neither.
    pub action: Option<Listed>,
    /// `Resource` or `NotResource`; `None` when the statement has neither.
    pub resource: Option<Listed>,
    /// `Condition`: all of them must hold.
    pub conditions: Vec<Condition>,
    /// Names of members, and kinds of principals, that this version does not know.
    pub unknown_parts: Vec<String>,
}

impl Statement {
    /// The statement's name for a reader: its place, and its `Sid` where it has one.
    #[must_use]
    pub fn label(&self) -> String {
        match self.sid.as_deref() {
            Some(sid) if !sid.is_empty() => format!("statement {} (\"{sid}\")", self.position),
            _ => format!("statement {}", self.position),
        }
    }

    /// The first part of the statement that this version does not understand.
    #[must_use]
    pub fn not_understood(&self) -> Option<String> {
        if let Some(part) = self.unknown_parts.first() {
            return Some(format!("{} holds `{part}`, which is not known", self.label()));
        }
        let operator = self
            .conditions
            .iter()
            .find(|condition| !condition.operator.is_known())?;
        let text = &operator.operator.text;
        Some(format!(
            "{} uses the condition operator `{text}`, which is not known",
            self.label()
        ))
    }
}

/// Whom a statement holds for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrincipalElement {
    /// The statement names nobody, as in identity policies.
    Missing,
    /// `Principal`: those who are listed.
    Is(Principals),
    /// `NotPrincipal`: all but those who are listed.
    IsNot(Principals),
}

impl PrincipalElement {
    /// Whether it means everyone, anonymous callers included. `"*"` and `{"AWS": "*"}` mean the same
    /// (IAM User Guide, "AWS JSON policy elements: Principal").
    #[must_use]
    pub fn is_everyone(&self) -> bool {
        matches!(self, Self::Is(principals) if principals.everyone || principals.aws.iter().any(|name| name == "*"))
    }
}

/// Principals by kind, as they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Principals {
    /// `"*"` without a kind.
    pub everyone: bool,
    /// `AWS`: ARNs, account ids, unique ids of deleted principals, or `*`.
    pub aws: Vec<String>,
    /// `Service`: names of services.
    pub services: Vec<String>,
    /// `Federated`: identity providers.
    pub federated: Vec<String>,
    /// `CanonicalUser`: canonical user ids.
    pub canonical_users: Vec<String>,
}

/// A list of patterns, or everything but the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// `Action`, `Resource`.
    Is(Vec<String>),
    /// `NotAction`, `NotResource`.
    IsNot(Vec<String>),
}
