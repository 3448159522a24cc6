//! The chain: how the answers come about, in the order in which S3 takes things into account.

use super::acl;
use super::answers::{Access, Answered, Audience, Doubt, EffectiveAccess, Input, Reach, Sentence};
use super::measures::Measures;
use super::situation::{Known, OrganizationBlock, Situation};
use crate::public::Publicness;
use crate::truth::Truth;

/// Writes the chain of a situation.
pub(super) fn write(
    situation: &Situation<'_>,
    measures: &Measures<'_>,
    label: Option<&Publicness>,
    access: &mut EffectiveAccess,
) {
    let mut chain = Vec::new();
    blocks(situation, &mut chain);
    organization_policies(situation, measures, &mut chain);
    lists(situation, measures, &mut chain);
    policy(situation, measures, label, &mut chain);
    points(situation, &mut chain);
    conclusions(access, &mut chain);
    access.chain = chain;
}

fn blocks(situation: &Situation<'_>, chain: &mut Vec<Sentence>) {
    let organization = match &situation.organization_block {
        Known::Present(OrganizationBlock::All) => {
            "the organization's S3 policy turns all four settings of the public access block on".to_owned()
        }
        Known::Present(OrganizationBlock::Off) => {
            "the organization's S3 policy turns no setting of the public access block on".to_owned()
        }
        Known::Absent => "no S3 policy of an organization reaches the account".to_owned(),
        Known::Unknown(text) => format!("the organization's S3 policy is not known: {text}"),
    };
    chain.push(Sentence::new(Input::OrganizationBlock, organization));
    for (input, name, block) in [
        (
            Input::AccountBlock,
            "the account's public access block",
            &situation.account_block,
        ),
        (
            Input::BucketBlock,
            "the bucket's public access block",
            &situation.bucket_block,
        ),
    ] {
        let text = match block {
            Known::Absent => format!("{name} is not set"),
            Known::Unknown(text) => format!("{name} is not known: {text}"),
            Known::Present(block) => {
                let on = match (block.ignore_public_acls, block.restrict_public_buckets) {
                    (true, true) => "ignores public access control lists and restricts public policies",
                    (true, false) => "ignores public access control lists and does not restrict public policies",
                    (false, true) => "restricts public policies and does not ignore public access control lists",
                    (false, false) => "neither ignores public access control lists nor restricts public policies",
                };
                format!("{name} {on}")
            }
        };
        chain.push(Sentence::new(input, text));
    }
}

fn organization_policies(situation: &Situation<'_>, measures: &Measures<'_>, chain: &mut Vec<Sentence>) {
    let is_management = situation
        .organization
        .present()
        .is_some_and(|organization| organization.management_account == situation.account);
    let names: Vec<&str> = measures.guard_names().collect();
    let text = if matches!(situation.organization, Known::Absent) {
        "the account is in no organization, so no resource control policy binds its buckets".to_owned()
    } else if is_management {
        "this is the management account, on whose resources resource control policies have no effect".to_owned()
    } else if let Some(sentence) = measures.unknown_guard() {
        sentence.text
    } else if names.is_empty() {
        "no resource control policy reaches the account".to_owned()
    } else {
        format!(
            "these resource control policies bind every caller: {}",
            names.join(", ")
        )
    };
    chain.push(Sentence::new(Input::ResourceControlPolicies, text));
    let bound = "they bind the account's own principals, never callers from elsewhere";
    let text = match &situation.service_control {
        Known::Absent => "no service control policy reaches the account".to_owned(),
        Known::Unknown(text) => format!("the service control policies are not known ({text}); {bound}"),
        Known::Present(policies) => {
            let names: Vec<&str> = policies.iter().map(|policy| policy.name).collect();
            format!(
                "these service control policies reach the account: {}; {bound}",
                names.join(", ")
            )
        }
    };
    chain.push(Sentence::new(Input::ServiceControlPolicies, text));
}

fn lists(situation: &Situation<'_>, measures: &Measures<'_>, chain: &mut Vec<Sentence>) {
    match acl::have_effect(situation) {
        Truth::No => {
            let text = "object ownership is BucketOwnerEnforced, so access control lists have no effect";
            chain.push(Sentence::new(Input::Ownership, text));
            return;
        }
        Truth::Yes => chain.push(Sentence::new(Input::Ownership, "access control lists have effect")),
        Truth::Unclear(text) => chain.push(Sentence::new(Input::Ownership, text)),
    }
    match &situation.acl {
        Known::Absent => chain.push(Sentence::new(Input::Acl, "there is no access control list")),
        Known::Unknown(text) => {
            chain.push(Sentence::new(
                Input::Acl,
                format!("the access control list is not known: {text}"),
            ));
        }
        Known::Present(list) => {
            let owner = list.owner.as_deref();
            let others: Vec<String> = list
                .grants
                .iter()
                .filter(|grant| {
                    !matches!(&grant.grantee, s3attest_model::bucket::Grantee::CanonicalUser(id) if Some(id.as_str()) == owner)
                })
                .map(|grant| {
                    let ignored = acl::is_public(grant) && measures.ignores().0 == Truth::Yes;
                    let ignored = if ignored { " (ignored)" } else { "" };
                    format!("{} {}{ignored}", acl::label(grant), grant.permission)
                })
                .collect();
            let text = if others.is_empty() {
                "the access control list gives nobody but the owner anything".to_owned()
            } else {
                format!("the access control list gives {}", others.join(", "))
            };
            chain.push(Sentence::new(Input::Acl, text));
        }
    }
    let text = match &situation.object_acls {
        Known::Unknown(text) => format!("the objects' own access control lists are not known: {text}"),
        _ => "the objects' own access control lists are left out".to_owned(),
    };
    chain.push(Sentence::new(Input::ObjectAcls, text));
}

fn policy(situation: &Situation<'_>, measures: &Measures<'_>, label: Option<&Publicness>, chain: &mut Vec<Sentence>) {
    let text = match (&situation.policy, label) {
        (Known::Absent, _) => "there is no bucket policy".to_owned(),
        (Known::Unknown(text), _) => format!("the bucket policy is not known: {text}"),
        (_, None) => return,
        (_, Some(Publicness::Public { statement, reason })) => {
            format!("the bucket policy is public in AWS's sense: {statement}, for {reason}")
        }
        (_, Some(Publicness::NotPublic(limits))) if limits.is_empty() => {
            "the bucket policy is not public in AWS's sense: what it allows it allows to principals that it names"
                .to_owned()
        }
        (_, Some(Publicness::NotPublic(limits))) => {
            format!("the bucket policy is not public in AWS's sense: {}", limits.join("; "))
        }
        (_, Some(Publicness::Unclear(text))) => {
            format!("whether the bucket policy is public in AWS's sense is not clear: {text}")
        }
    };
    chain.push(Sentence::new(Input::BucketPolicy, text));
    if label.is_some_and(Publicness::is_public) {
        chain.extend(measures.restricts(None).1);
    }
}

fn points(situation: &Situation<'_>, chain: &mut Vec<Sentence>) {
    let points = match &situation.access_points {
        Known::Absent => {
            chain.push(Sentence::new(Input::AccessPoints, "the bucket has no access points"));
            return;
        }
        Known::Unknown(text) => {
            let text = format!("the bucket's access points are not known: {text}");
            chain.push(Sentence::new(Input::AccessPoints, text));
            return;
        }
        Known::Present(points) => points,
    };
    if points.is_empty() {
        chain.push(Sentence::new(Input::AccessPoints, "the bucket has no access points"));
    }
    for point in points {
        let origin = match point.vpc {
            Some(vpc) => format!("can be used from {vpc} only"),
            None => "can be used from the internet".to_owned(),
        };
        let policy = match &point.policy {
            Known::Present(_) => "has a policy of its own".to_owned(),
            Known::Absent => "has no policy, so it gives nobody anything".to_owned(),
            Known::Unknown(text) => format!("has a policy that is not known: {text}"),
        };
        let input = Input::AccessPoint(point.name.to_owned());
        chain.push(Sentence::new(
            input,
            format!("access point {} {origin} and {policy}", point.name),
        ));
    }
}

fn conclusions(access: &EffectiveAccess, chain: &mut Vec<Sentence>) {
    let mut found: Vec<Sentence> = Vec::new();
    for audience in Audience::ALL {
        let answers = Access::ALL.map(|kind| access.of(audience, kind));
        for sentence in conclusions_of(audience, &answers) {
            // One caller can belong to two audiences.
            if !found.contains(&sentence) {
                found.push(sentence);
            }
        }
    }
    if access.answers.iter().all(|answer| answer.reach() == Reach::No) {
        found.push(Sentence::new(
            Input::BucketPolicy,
            "nobody outside the bucket's account has access",
        ));
    }
    chain.extend(found);
}

/// What is said of one audience. What is the same for several kinds of access is said once.
fn conclusions_of(audience: Audience, answers: &[&Answered]) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut doubts: Vec<(&Doubt, Vec<Access>)> = Vec::new();
    let mut stops: Vec<(&Sentence, Vec<Access>)> = Vec::new();
    for answer in answers {
        let kind = answer.access.label();
        sentences.extend(answer.ways.iter().map(|way| {
            let by = way
                .statement
                .as_ref()
                .map_or_else(String::new, |statement| format!(", {statement}"));
            let text = format!("{} can {kind} by {}{by}", way.who, way.path.label());
            Sentence::new(way.by.clone(), text)
        }));
        for doubt in &answer.doubts {
            let is_same =
                |known: &Doubt| (&known.who, &known.path, &known.because) == (&doubt.who, &doubt.path, &doubt.because);
            match doubts.iter_mut().find(|(known, _)| is_same(known)) {
                Some((_, kinds)) => kinds.push(answer.access),
                None => doubts.push((doubt, vec![answer.access])),
            }
        }
        if answer.reach() == Reach::No {
            for stop in &answer.stops {
                match stops.iter_mut().find(|(known, _)| *known == stop) {
                    Some((_, kinds)) => kinds.push(answer.access),
                    None => stops.push((stop, vec![answer.access])),
                }
            }
        }
    }
    sentences.extend(doubts.into_iter().map(|(doubt, kinds)| {
        let text = format!(
            "whether {} can {} by {} is not clear: {}",
            doubt.who,
            together(&kinds),
            doubt.path.label(),
            doubt.because.text
        );
        Sentence::new(doubt.because.input.clone(), text)
    }));
    sentences.extend(stops.into_iter().map(|(stop, kinds)| {
        let text = format!("{} cannot {}: {}", audience.label(), together(&kinds), stop.text);
        Sentence::new(stop.input.clone(), text)
    }));
    sentences
}

/// Kinds of access as verbs: "list, read or write".
fn together(kinds: &[Access]) -> String {
    let labels: Vec<&str> = kinds.iter().map(|kind| kind.label()).collect();
    match labels.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => (*last).to_owned(),
        None => String::new(),
    }
}
