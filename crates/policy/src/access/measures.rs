//! The measures that stand besides policies and access control lists: public access blocks, and resource control policies.
//!
//! Sources: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage" (the most restrictive of all levels
//! holds); AWS Organizations User Guide, "Resource control policies (RCPs)" (they bind every principal on resources of
//! member accounts, and nobody on those of the management account) and "RCP syntax" (customers write denials only).

use s3attest_model::bucket::PublicAccessBlock;

use super::answers::{Input, Sentence};
use super::situation::{AccessPointFacts, Known, OrganizationBlock, Situation};
use crate::document::Document;
use crate::reach::Gate;
use crate::truth::Truth;

/// What the measures of a situation come to.
pub(super) struct Measures<'a> {
    restricting: Vec<(Input, Truth)>,
    ignoring: Vec<(Input, Truth)>,
    guards: Vec<(String, &'a Document)>,
    unknown_guard: Option<Sentence>,
}

impl<'a> Measures<'a> {
    pub(super) fn of(situation: &Situation<'a>) -> Self {
        let (guards, unknown_guard) = guards(situation);
        Self {
            restricting: levels(situation, |block| block.restrict_public_buckets),
            ignoring: levels(situation, |block| block.ignore_public_acls),
            guards,
            unknown_guard,
        }
    }

    /// Whether `RestrictPublicBuckets` holds, and which levels it rests on.
    pub(super) fn restricts(&self, point: Option<&AccessPointFacts<'_>>) -> (Truth, Vec<Sentence>) {
        let mut levels = self.restricting.clone();
        if let Some(point) = point {
            let truth = level(&point.block, |block| block.restrict_public_buckets);
            levels.push((Input::AccessPoint(point.name.to_owned()), truth));
        }
        sum(
            &levels,
            "`RestrictPublicBuckets` keeps out everyone but AWS services and the account itself, for a policy is public",
        )
    }

    /// Whether `IgnorePublicAcls` holds, and which levels it rests on.
    pub(super) fn ignores(&self) -> (Truth, Vec<Sentence>) {
        sum(
            &self.ignoring,
            "`IgnorePublicAcls` takes their effect from public access control lists",
        )
    }

    /// The resource control policies that bind the bucket.
    pub(super) fn guards(&self, situation: &Situation<'_>) -> Vec<Gate<'a>> {
        let gate = |(_, document): &(String, &'a Document)| {
            let mut gate = Gate::of(document, &situation.bucket_arn);
            gate.names_no_principals = true;
            gate
        };
        self.guards.iter().map(gate).collect()
    }

    /// The names of the resource control policies that bind the bucket.
    pub(super) fn guard_names(&self) -> impl Iterator<Item = &str> {
        self.guards.iter().map(|(name, _)| name.as_str())
    }

    pub(super) fn guard_input(&self, place: usize) -> Input {
        match self.guards.get(place) {
            Some((name, _)) => Input::ResourceControlPolicy(name.clone()),
            None => Input::ResourceControlPolicies,
        }
    }

    /// Why a resource control policy that is not known may deny what everything else allows.
    pub(super) fn unknown_guard(&self) -> Option<Sentence> {
        self.unknown_guard.clone()
    }
}

fn level(block: &Known<PublicAccessBlock>, setting: fn(&PublicAccessBlock) -> bool) -> Truth {
    match block {
        Known::Present(block) => Truth::of(setting(block)),
        Known::Absent => Truth::No,
        Known::Unknown(text) => Truth::Unclear(text.clone()),
    }
}

fn levels(situation: &Situation<'_>, setting: fn(&PublicAccessBlock) -> bool) -> Vec<(Input, Truth)> {
    let organization = match (&situation.organization_block, &situation.account_block) {
        (Known::Present(OrganizationBlock::All), _) => Truth::Yes,
        // The account's value is the one in effect, so the organization's is part of it.
        (Known::Unknown(text), Known::Unknown(_)) => Truth::Unclear(text.clone()),
        _ => Truth::No,
    };
    vec![
        (Input::OrganizationBlock, organization),
        (Input::AccountBlock, level(&situation.account_block, setting)),
        (Input::BucketBlock, level(&situation.bucket_block, setting)),
    ]
}

fn name(input: &Input) -> String {
    match input {
        Input::OrganizationBlock => "the organization's S3 policy".to_owned(),
        Input::AccountBlock => "the account's public access block".to_owned(),
        Input::AccessPoint(name) => format!("the public access block of access point {name}"),
        _ => "the bucket's public access block".to_owned(),
    }
}

fn sum(levels: &[(Input, Truth)], effect: &str) -> (Truth, Vec<Sentence>) {
    let on: Vec<Sentence> = levels
        .iter()
        .filter(|(_, truth)| *truth == Truth::Yes)
        .map(|(input, _)| Sentence::new(input.clone(), format!("{}: {effect}", name(input))))
        .collect();
    if !on.is_empty() {
        return (Truth::Yes, on);
    }
    let unclear = levels.iter().find_map(|(input, truth)| match truth {
        Truth::Unclear(text) => Some(Sentence::new(
            input.clone(),
            format!("{} is not known: {text}", name(input)),
        )),
        _ => None,
    });
    match unclear {
        Some(sentence) => (Truth::Unclear(sentence.text.clone()), vec![sentence]),
        None => (Truth::No, Vec::new()),
    }
}

type Guards<'a> = (Vec<(String, &'a Document)>, Option<Sentence>);

fn guards<'a>(situation: &Situation<'a>) -> Guards<'a> {
    match &situation.organization {
        // Without an organization, and in its management account, none binds.
        Known::Absent => return (Vec::new(), None),
        Known::Present(organization) if organization.management_account == situation.account => {
            return (Vec::new(), None);
        }
        _ => {}
    }
    let policies = match &situation.resource_control {
        Known::Absent => return (Vec::new(), None),
        Known::Unknown(text) => {
            let text = format!("a resource control policy may deny it, and these are not known: {text}");
            return (Vec::new(), Some(Sentence::new(Input::ResourceControlPolicies, text)));
        }
        Known::Present(policies) => policies,
    };
    let mut known = Vec::new();
    let mut unknown = None;
    for policy in policies {
        match &policy.document {
            Known::Present(document) => known.push((policy.name.to_owned(), *document)),
            Known::Absent => {}
            Known::Unknown(text) => {
                let text = format!(
                    "resource control policy {} may deny it, and it is not known: {text}",
                    policy.name
                );
                let input = Input::ResourceControlPolicy(policy.name.to_owned());
                unknown.get_or_insert(Sentence::new(input, text));
            }
        }
    }
    if let Known::Unknown(text) = &situation.organization {
        // Whether the account is the management account decides whether they bind.
        if !known.is_empty() {
            let text = format!("whether resource control policies bind the account is not known: {text}");
            return (Vec::new(), Some(Sentence::new(Input::Organization, text)));
        }
    }
    (known, unknown)
}
