//! What is answered: for each audience and kind of access whether, by which path, and what stops it.

pub use s3attest_model::access::{AccessKind as Access, Audience, Reach};

use super::callers::Placed;

/// The way by which access is given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Path {
    /// The bucket's access control list, or those of its objects.
    Acl,
    /// The bucket policy.
    BucketPolicy,
    /// The access point of this name, together with the bucket policy.
    AccessPoint(String),
}

impl Path {
    /// The path for a reader.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Acl => "the access control list".to_owned(),
            Self::BucketPolicy => "the bucket policy".to_owned(),
            Self::AccessPoint(name) => format!("access point {name}"),
        }
    }
}

/// The part of the [`Situation`](super::Situation) that a sentence rests on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// The organization: its id, its accounts, its management account.
    Organization,
    /// The organization's S3 policy.
    OrganizationBlock,
    /// The account's public access block.
    AccountBlock,
    /// The bucket's public access block.
    BucketBlock,
    /// Object ownership.
    Ownership,
    /// The bucket's access control list.
    Acl,
    /// The objects' own access control lists.
    ObjectAcls,
    /// The resource control policies as a whole.
    ResourceControlPolicies,
    /// The resource control policy of this name.
    ResourceControlPolicy(String),
    /// The service control policies.
    ServiceControlPolicies,
    /// The bucket policy.
    BucketPolicy,
    /// The list of access points.
    AccessPoints,
    /// The access point of this name.
    AccessPoint(String),
}

/// A sentence a person can check, and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sentence {
    /// What it rests on.
    pub input: Input,
    /// The sentence, without a capital at the start or a full stop.
    pub text: String,
}

impl Sentence {
    pub(super) fn new(input: Input, text: impl Into<String>) -> Self {
        Self {
            input,
            text: text.into(),
        }
    }
}

/// How somebody gets access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Who, for a reader: an account, a principal, a service, everyone of an organization.
    pub who: String,
    /// By which path.
    pub path: Path,
    /// An action that gets through.
    pub action: String,
    /// What it rests on.
    pub by: Input,
    /// The statement that allows it; `None` for an access control list.
    pub statement: Option<String>,
}

/// Something that nobody can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Who might get access, for a reader.
    pub who: String,
    /// By which path.
    pub path: Path,
    /// What is not known.
    pub because: Sentence,
    /// Whether something that is known grants it, so that only what is unknown could stop it.
    pub is_granted: bool,
}

impl Doubt {
    pub(super) fn new(who: String, path: Path, input: Input, text: &str) -> Self {
        Self {
            who,
            path,
            because: Sentence::new(input, text),
            is_granted: false,
        }
    }
}

/// The answer for an audience and a kind of access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Who.
    pub audience: Audience,
    /// What.
    pub access: Access,
    /// How it gets access; empty for a "no".
    pub ways: Vec<Way>,
    /// What nobody can tell; also beside ways, for those of whom it is not certain.
    pub doubts: Vec<Doubt>,
    /// What stops access that something would give.
    pub stops: Vec<Sentence>,
}

impl Answered {
    /// The answer.
    #[must_use]
    pub fn reach(&self) -> Reach {
        if !self.ways.is_empty() {
            Reach::Yes
        } else if self.doubts.is_empty() {
            Reach::No
        } else {
            Reach::Unclear
        }
    }
}

/// Who gets what, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveAccess {
    /// An answer for each audience and kind of access, in the order of [`Audience::ALL`] and [`Access::ALL`].
    pub answers: Vec<Answered>,
    /// How the answers come about, in the order of evaluation.
    pub chain: Vec<Sentence>,
}

impl EffectiveAccess {
    pub(super) fn empty() -> Self {
        let answer = |audience| {
            Access::ALL.map(|access| Answered {
                audience,
                access,
                ways: Vec::new(),
                doubts: Vec::new(),
                stops: Vec::new(),
            })
        };
        Self {
            answers: Audience::ALL.into_iter().flat_map(answer).collect(),
            chain: Vec::new(),
        }
    }

    /// The answer for an audience and a kind of access.
    #[must_use]
    pub fn of(&self, audience: Audience, access: Access) -> &Answered {
        &self.answers[place(audience, access)]
    }

    fn of_mut(&mut self, audience: Audience, access: Access) -> &mut Answered {
        &mut self.answers[place(audience, access)]
    }

    pub(super) fn way(&mut self, placed: &Placed, access: Access, way: &Way) {
        for audience in &placed.audiences {
            let answer = self.of_mut(*audience, access);
            match &placed.doubt {
                // Somebody gets in, and nobody knows to which audience that somebody belongs.
                Some(because) => push_new(
                    &mut answer.doubts,
                    Doubt {
                        who: way.who.clone(),
                        path: way.path.clone(),
                        because: because.clone(),
                        is_granted: true,
                    },
                ),
                None => push_new(&mut answer.ways, way.clone()),
            }
        }
    }

    pub(super) fn doubt(&mut self, placed: &Placed, access: Access, doubt: &Doubt) {
        for audience in &placed.audiences {
            push_new(&mut self.of_mut(*audience, access).doubts, doubt.clone());
        }
    }

    pub(super) fn doubt_for(&mut self, audience: Audience, access: Access, doubt: Doubt) {
        push_new(&mut self.of_mut(audience, access).doubts, doubt);
    }

    pub(super) fn stop(&mut self, placed: &Placed, access: Access, sentence: &Sentence) {
        for audience in &placed.audiences {
            push_new(&mut self.of_mut(*audience, access).stops, sentence.clone());
        }
    }

    pub(super) fn stop_for(&mut self, audience: Audience, access: Access, sentence: Sentence) {
        push_new(&mut self.of_mut(audience, access).stops, sentence);
    }
}

fn place(audience: Audience, access: Access) -> usize {
    audience as usize * Access::ALL.len() + access as usize
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_stands_at_its_place() {
        let access = EffectiveAccess::empty();
        assert_eq!(access.answers.len(), 24);
        for audience in Audience::ALL {
            for kind in Access::ALL {
                let answer = access.of(audience, kind);
                assert_eq!((answer.audience, answer.access), (audience, kind));
                assert_eq!(answer.reach(), Reach::No);
            }
        }
    }
}
