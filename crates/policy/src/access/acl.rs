//! What access control lists give, where they have effect at all.
//!
//! Source: Amazon S3 User Guide, "Access control list (ACL) overview" (what each permission on a bucket allows, and the
//! predefined groups) and "Controlling ownership of objects and disabling ACLs for your bucket".

use std::sync::LazyLock;

use s3attest_model::bucket::{Grant, Grantee};

use super::answers::{Access, Audience, Doubt, EffectiveAccess, Input, Path, Sentence, Way};
use super::callers::{Placed, callers, canonical_user};
use super::measures::Measures;
use super::paths::surroundings;
use super::situation::{Known, Situation};
use super::target_of;
use crate::caller::Caller;
use crate::document::Document;
use crate::reach::{Ask, Gate, Outcome};
use crate::truth::Truth;

/// Everyone.
const ALL_USERS: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
/// Everyone with an AWS account.
const AUTHENTICATED_USERS: &str = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
/// The service that delivers access logs.
const LOG_DELIVERY: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";

/// Stands for the permission that an access control list gives, so that denials are asked as for any other.
static GRANT: LazyLock<Document> = LazyLock::new(|| {
    let text = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#;
    Document::parse(text).expect("the text is a policy document")
});

/// Whether access control lists have effect.
pub(super) fn have_effect(situation: &Situation<'_>) -> Truth {
    match &situation.ownership {
        Known::Present(ownership) => Truth::of(ownership.object_ownership != "BucketOwnerEnforced"),
        Known::Absent => Truth::Yes,
        Known::Unknown(text) => Truth::Unclear(format!("object ownership is not known: {text}")),
    }
}

/// What a permission on a bucket gives; `None` for one that is not known.
fn given(permission: &str) -> Option<&'static [(Access, &'static str)]> {
    Some(match permission {
        "READ" => &[(Access::List, "s3:ListBucket")],
        "WRITE" => &[(Access::Write, "s3:PutObject")],
        "WRITE_ACP" => &[(Access::ChangePermissions, "s3:PutBucketAcl")],
        "READ_ACP" => &[],
        "FULL_CONTROL" => &[
            (Access::List, "s3:ListBucket"),
            (Access::Write, "s3:PutObject"),
            (Access::ChangePermissions, "s3:PutBucketAcl"),
        ],
        _ => return None,
    })
}

/// Whom a grant means; `None` for the owner.
fn grantees(situation: &Situation<'_>, grant: &Grant) -> Option<Vec<Placed>> {
    let one = |caller, audiences: &[Audience]| Placed {
        caller,
        audiences: audiences.to_vec(),
        doubt: None,
        strange_networks: false,
    };
    // Whom the bucket policy or another one names may be denied, or left out of a denial, by name.
    let people = |without_credentials: bool| {
        let is_one = |placed: &Placed| match placed.caller {
            Caller::Anonymous => without_credentials,
            Caller::Stranger | Caller::Member(_) | Caller::Account { .. } | Caller::UniqueId(_) => true,
            Caller::Service(_) | Caller::CloudFrontIdentity(_) | Caller::CanonicalUser(_) => false,
        };
        callers(situation).into_iter().filter(is_one).collect::<Vec<_>>()
    };
    let unknown = |who: &str| {
        let mut placed = one(
            Caller::CanonicalUser(who.to_owned()),
            &[Audience::OutsideAccounts, Audience::OrganizationAccounts],
        );
        placed.doubt = Some(Sentence::new(Input::Acl, format!("who `{who}` is, is not known")));
        placed
    };
    Some(match &grant.grantee {
        Grantee::Group(uri) if uri == ALL_USERS => people(true),
        Grantee::Group(uri) if uri == AUTHENTICATED_USERS => people(false),
        Grantee::Group(uri) if uri == LOG_DELIVERY => {
            let service = Caller::Service(Some("logging.s3.amazonaws.com".to_owned()));
            vec![one(service, &[Audience::Services])]
        }
        Grantee::Group(uri) => {
            let mut placed = unknown(uri);
            placed.audiences = Audience::ALL.to_vec();
            vec![placed]
        }
        Grantee::CanonicalUser(id) => vec![canonical_user(situation, id)?],
        Grantee::Email(address) => vec![unknown(address)],
        Grantee::Other(text) => {
            let mut placed = unknown(text);
            placed.audiences = Audience::ALL.to_vec();
            vec![placed]
        }
    })
}

/// Whether a grant is to one of the groups that make a list public.
pub(super) fn is_public(grant: &Grant) -> bool {
    matches!(&grant.grantee, Grantee::Group(uri) if uri == ALL_USERS || uri == AUTHENTICATED_USERS)
}

/// The grantee for a reader.
pub(super) fn label(grant: &Grant) -> String {
    match &grant.grantee {
        Grantee::Group(uri) => uri.rsplit('/').next().unwrap_or(uri).to_owned(),
        Grantee::CanonicalUser(id) => format!("canonical user {id}"),
        Grantee::Email(text) | Grantee::Other(text) => text.clone(),
    }
}

/// What access control lists give to whom.
pub(super) fn by_acl(situation: &Situation<'_>, measures: &Measures<'_>, access: &mut EffectiveAccess) {
    let effect = have_effect(situation);
    if effect == Truth::No {
        stopped_by_ownership(situation, access);
        return;
    }
    let (ignores, ignored_by) = measures.ignores();
    match &situation.acl {
        Known::Absent => {}
        Known::Unknown(text) => {
            let text = format!("the access control list is not known: {text}");
            for audience in Audience::ALL {
                let is_public = matches!(audience, Audience::Anyone | Audience::AuthenticatedUsers);
                for kind in [Access::List, Access::Write, Access::ChangePermissions] {
                    if is_public && ignores == Truth::Yes {
                        for sentence in &ignored_by {
                            access.stop_for(audience, kind, sentence.clone());
                        }
                    } else {
                        let doubt = Doubt::new(audience.label().to_owned(), Path::Acl, Input::Acl, &text);
                        access.doubt_for(audience, kind, doubt);
                    }
                }
            }
        }
        Known::Present(acl) => {
            for grant in &acl.grants {
                for placed in grantees(situation, grant).into_iter().flatten() {
                    give(situation, measures, grant, &placed, &effect, access);
                }
            }
        }
    }
    by_object_acls(situation, &ignores, &ignored_by, access);
}

fn stopped_by_ownership(situation: &Situation<'_>, access: &mut EffectiveAccess) {
    let Known::Present(acl) = &situation.acl else {
        return;
    };
    for grant in &acl.grants {
        for placed in grantees(situation, grant).into_iter().flatten() {
            for (kind, _) in given(&grant.permission).unwrap_or_default() {
                let text = "object ownership is BucketOwnerEnforced, so access control lists have no effect";
                access.stop(&placed, *kind, &Sentence::new(Input::Ownership, text));
            }
        }
    }
}

fn give(
    situation: &Situation<'_>,
    measures: &Measures<'_>,
    grant: &Grant,
    placed: &Placed,
    effect: &Truth,
    access: &mut EffectiveAccess,
) {
    let who = label(grant);
    let doubt = |input: Input, text: String, is_granted: bool| Doubt {
        who: who.clone(),
        path: Path::Acl,
        because: Sentence::new(input, text),
        is_granted,
    };
    let Some(gives) = given(&grant.permission) else {
        let text = format!(
            "the permission `{}` in the access control list is not known",
            grant.permission
        );
        for kind in Access::ALL {
            access.doubt(placed, kind, &doubt(Input::Acl, text.clone(), false));
        }
        return;
    };
    for (kind, action) in gives {
        if is_public(grant) {
            match measures.ignores() {
                (Truth::Yes, by) => {
                    for sentence in &by {
                        access.stop(placed, *kind, sentence);
                    }
                    continue;
                }
                (Truth::Unclear(text), by) => {
                    let input = by.first().map_or(Input::BucketBlock, |sentence| sentence.input.clone());
                    access.doubt(placed, *kind, &doubt(input, text, true));
                    continue;
                }
                (Truth::No, _) => {}
            }
        }
        if let Truth::Unclear(text) = effect {
            access.doubt(placed, *kind, &doubt(Input::Ownership, text.clone(), true));
            continue;
        }
        if let Some(sentence) = unknown_denial(situation, measures) {
            access.doubt(placed, *kind, &doubt(sentence.input, sentence.text, true));
            continue;
        }
        let grants = [Gate::of(&GRANT, &situation.bucket_arn)];
        let mut guards: Vec<Gate<'_>> = Vec::new();
        let mut inputs = Vec::new();
        if let Known::Present(document) = &situation.policy {
            guards.push(Gate::of(document, &situation.bucket_arn));
            inputs.push(Input::BucketPolicy);
        }
        for (place, gate) in measures.guards(situation).into_iter().enumerate() {
            guards.push(gate);
            inputs.push(measures.guard_input(place));
        }
        let around = surroundings(situation, placed, None);
        let ask = Ask {
            caller: &placed.caller,
            surroundings: &around,
            action,
            target: target_of(action),
            grants: &grants,
            guards: &guards,
        };
        // The first gate is the list itself.
        let input_of = |gate: usize| {
            gate.checked_sub(1)
                .and_then(|at| inputs.get(at))
                .cloned()
                .unwrap_or(Input::Acl)
        };
        match ask.outcome() {
            Outcome::Allowed(_) | Outcome::NotAllowed(_) => access.way(
                placed,
                *kind,
                &Way {
                    who: who.clone(),
                    path: Path::Acl,
                    action: (*action).to_owned(),
                    by: Input::Acl,
                    statement: None,
                },
            ),
            Outcome::Denied { gate, statement, .. } => {
                let text = format!(
                    "the access control list gives {who} {}; {} denies it",
                    grant.permission,
                    statement.label()
                );
                access.stop(placed, *kind, &Sentence::new(input_of(gate), text));
            }
            Outcome::Unclear { gate, text } => access.doubt(placed, *kind, &doubt(input_of(gate), text, true)),
        }
    }
}

/// What might deny it and is not known.
fn unknown_denial(situation: &Situation<'_>, measures: &Measures<'_>) -> Option<Sentence> {
    match &situation.policy {
        Known::Unknown(text) => Some(Sentence::new(
            Input::BucketPolicy,
            format!("the bucket policy may deny it, and it is not known: {text}"),
        )),
        _ => measures.unknown_guard(),
    }
}

/// The objects' own lists can give reading, and changing those lists, whatever the bucket's list says.
fn by_object_acls(situation: &Situation<'_>, ignores: &Truth, ignored_by: &[Sentence], access: &mut EffectiveAccess) {
    let Known::Unknown(text) = &situation.object_acls else {
        return;
    };
    for audience in [
        Audience::Anyone,
        Audience::AuthenticatedUsers,
        Audience::OutsideAccounts,
        Audience::OrganizationAccounts,
    ] {
        let is_public = matches!(audience, Audience::Anyone | Audience::AuthenticatedUsers);
        for kind in [Access::Read, Access::ChangePermissions] {
            if is_public && *ignores == Truth::Yes {
                for sentence in ignored_by {
                    access.stop_for(audience, kind, sentence.clone());
                }
            } else {
                let text = format!("the objects' own access control lists are not known: {text}");
                let doubt = Doubt::new(audience.label().to_owned(), Path::Acl, Input::ObjectAcls, &text);
                access.doubt_for(audience, kind, doubt);
            }
        }
    }
}
