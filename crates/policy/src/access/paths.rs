//! What the bucket policy gives, by itself and together with access points, and what the measures beside it leave of that.

use super::answers::{Access, Audience, Doubt, EffectiveAccess, Input, Path, Sentence, Way};
use super::callers::Placed;
use super::measures::Measures;
use super::situation::{Known, Situation};
use super::{actions_of, target_of};
use crate::caller::{Caller, Surroundings, Through};
use crate::condition::{Condition, OperatorKind};
use crate::document::{Document, Effect};
use crate::principal::account_of_arn;
use crate::public::{Attached, Publicness, is_public};
use crate::reach::{Ask, Gate, Outcome, Target};
use crate::truth::Truth;

/// What becomes of a path once its documents allow it.
struct Passage<'p> {
    path: &'p Path,
    by: Input,
    restricts: Truth,
    restricted_by: Vec<Sentence>,
    /// The account of the access point, whose own users stay admitted.
    spared: Option<&'p str>,
    label: Label,
}

/// Whether any of a path's policies is public, as far as `RestrictPublicBuckets` asks.
#[derive(Clone)]
enum Label {
    Public,
    NotPublic,
    Unclear(String),
}

impl Label {
    fn of(publicness: &Publicness) -> Self {
        match publicness {
            Publicness::Public { .. } => Self::Public,
            Publicness::NotPublic(_) => Self::NotPublic,
            Publicness::Unclear(text) => Self::Unclear(text.clone()),
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Public, _) | (_, Self::Public) => Self::Public,
            (Self::Unclear(text), _) | (_, Self::Unclear(text)) => Self::Unclear(text),
            (Self::NotPublic, Self::NotPublic) => Self::NotPublic,
        }
    }
}

pub(super) fn surroundings(situation: &Situation<'_>, placed: &Placed, through: Option<Through>) -> Surroundings {
    Surroundings {
        account: Some(situation.account.to_string()),
        organization: match &situation.organization {
            Known::Present(organization) => Some(organization.id.to_owned()),
            _ => None,
        },
        through,
        through_unknown: false,
        strange_networks: placed.strange_networks,
        at: situation.at,
    }
}

pub(super) fn by_policy(
    situation: &Situation<'_>,
    measures: &Measures<'_>,
    placed: &Placed,
    label: Option<&Publicness>,
    access: &mut EffectiveAccess,
) {
    let (Known::Present(document), Some(label)) = (&situation.policy, label) else {
        return;
    };
    let (restricts, restricted_by) = measures.restricts(None);
    let label = Label::of(label);
    if let Some(name) = document.unknown_members.first() {
        let text = format!("the bucket policy holds `{name}`, which is not known");
        for kind in Access::ALL {
            let doubt = Doubt::new(placed.caller.label(), Path::BucketPolicy, Input::BucketPolicy, &text);
            doubt_unless_restricted(placed, kind, &doubt, (&restricts, &restricted_by), &label, access);
        }
    }
    let grants = [Gate::of(document, &situation.bucket_arn)];
    let passage = Passage {
        path: &Path::BucketPolicy,
        spared: None,
        by: Input::BucketPolicy,
        restricts,
        restricted_by,
        label,
    };
    let inputs = [Input::BucketPolicy];
    through_gates(
        situation,
        measures,
        placed,
        &surroundings(situation, placed, None),
        &grants,
        &inputs,
        &passage,
        access,
    );
}

pub(super) fn by_access_points(
    situation: &Situation<'_>,
    measures: &Measures<'_>,
    placed: &Placed,
    label: Option<&Publicness>,
    access: &mut EffectiveAccess,
) {
    // Both the access point's policy and the bucket's have to permit a request through an access point (Amazon S3 User
    // Guide, "Configuring IAM policies for using access points"), so without a bucket policy they give nobody anything.
    let (Known::Present(document), Some(label)) = (&situation.policy, label) else {
        return;
    };
    let label = Label::of(label);
    let foreign = foreign_points(situation, document).map(|value| format!("those that `{value}` means are not known"));
    let any = || admits_points_of_anybody(document).then(|| "those of other accounts are not known".to_owned());
    if let Some(text) = foreign.or_else(any) {
        doubt_of_unknown_points(situation, measures, placed, document, &label, &text, access);
    }
    let points = match &situation.access_points {
        Known::Absent => return,
        Known::Unknown(text) => {
            let text = format!("these are not known: {text}");
            doubt_of_unknown_points(situation, measures, placed, document, &label, &text, access);
            return;
        }
        Known::Present(points) => points,
    };
    for point in points {
        let through = Through {
            arn: point.arn.to_owned(),
            account: point.account.to_string(),
            vpc: point.vpc.map(str::to_owned),
        };
        let around = surroundings(situation, placed, Some(through));
        let path = Path::AccessPoint(point.name.to_owned());
        let own = Input::AccessPoint(point.name.to_owned());
        let (restricts, restricted_by) = measures.restricts(Some(point));
        let policy = match &point.policy {
            Known::Absent => continue,
            Known::Present(policy) => *policy,
            Known::Unknown(text) => {
                let gates = [Gate::of(document, &situation.bucket_arn)];
                let text = format!("the policy of access point {} is not known: {text}", point.name);
                let doubt = Doubt::new(placed.caller.label(), path.clone(), own.clone(), &text);
                for kind in may_be_allowed(placed, &around, &gates) {
                    doubt_unless_restricted(placed, kind, &doubt, (&restricts, &restricted_by), &label, access);
                }
                continue;
            }
        };
        let attached = if point.vpc.is_some() {
            Attached::AccessPointInVpc
        } else {
            Attached::AccessPoint
        };
        let mut at_point = Gate::of(policy, point.arn);
        at_point.parts = format!("{}/object/", point.arn);
        let passage = Passage {
            path: &path,
            spared: Some(point.account.as_str()),
            by: own.clone(),
            restricts,
            restricted_by,
            label: Label::of(&is_public(policy, attached)).or(label.clone()),
        };
        let grants = [at_point, Gate::of(document, &situation.bucket_arn)];
        // From a VPC only: nobody on the internet gets there.
        if point.vpc.is_some() && matches!(placed.caller, Caller::Anonymous | Caller::Stranger) {
            continue;
        }
        let inputs = [own, Input::BucketPolicy];
        through_gates(situation, measures, placed, &around, &grants, &inputs, &passage, access);
    }
}

/// Access points that are not known matter only where the bucket policy lets a request through one of them.
fn doubt_of_unknown_points(
    situation: &Situation<'_>,
    measures: &Measures<'_>,
    placed: &Placed,
    document: &Document,
    label: &Label,
    which: &str,
    access: &mut EffectiveAccess,
) {
    let gates = [Gate::of(document, &situation.bucket_arn)];
    let around = Surroundings {
        through_unknown: true,
        ..surroundings(situation, placed, None)
    };
    let text = format!("the bucket policy admits requests through access points, and {which}");
    let path = Path::AccessPoint("not known".to_owned());
    let doubt = Doubt::new(placed.caller.label(), path, Input::AccessPoints, &text);
    let (restricts, restricted_by) = measures.restricts(None);
    for kind in may_be_allowed(placed, &around, &gates) {
        doubt_unless_restricted(placed, kind, &doubt, (&restricts, &restricted_by), label, access);
    }
}

/// Whether a policy that lets strangers have such access is certainly public. One is not: a fixed
/// `s3:x-amz-server-side-encryption-aws-kms-key-id` keeps a policy from being public (Amazon S3 User Guide, "Blocking public
/// access to your Amazon S3 storage", "The meaning of public"), while every caller may send that key with what it writes.
fn is_public_if_open(kind: Access) -> bool {
    kind != Access::Write
}

/// Notes what nobody can tell, except of those whom `RestrictPublicBuckets` keeps out however that may be: a policy that lets
/// in callers whom nothing names is public, if [`is_public_if_open`].
fn doubt_unless_restricted(
    placed: &Placed,
    kind: Access,
    doubt: &Doubt,
    (restricts, restricted_by): (&Truth, &[Sentence]),
    label: &Label,
    access: &mut EffectiveAccess,
) {
    let is_kept_out = *restricts == Truth::Yes && (is_public_if_open(kind) || matches!(label, Label::Public));
    if is_kept_out && matches!(placed.caller, Caller::Anonymous | Caller::Stranger) {
        for sentence in restricted_by {
            access.stop(placed, kind, sentence);
        }
    } else {
        access.doubt(placed, kind, doubt);
    }
}

/// An account whose access points the bucket policy admits, and which is not the bucket's own. Other accounts' access points
/// stand in no list that the bucket's account can read.
fn foreign_points<'d>(situation: &Situation<'_>, document: &'d Document) -> Option<&'d str> {
    let points = situation.access_points.present().into_iter().flatten();
    let known: Vec<&str> = points.map(|point| point.account.as_str()).collect();
    let allows = document
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Allow);
    let values = allows
        .flat_map(|statement| &statement.conditions)
        .flat_map(|condition| {
            let by_account = condition.is_about("s3:DataAccessPointAccount");
            let by_arn = condition.is_about("s3:DataAccessPointArn");
            let values = condition.values.iter().filter(move |_| by_account || by_arn);
            values.map(move |value| {
                let account = if by_account {
                    Some(value.as_str())
                } else {
                    account_of_arn(value)
                };
                (account, value.as_str())
            })
        });
    let is_foreign =
        |account: Option<&str>| account.is_none_or(|id| id != situation.account.as_str() && !known.contains(&id));
    values
        .filter(|(account, _)| is_foreign(*account))
        .map(|(_, value)| value)
        .next()
}

/// Whether a statement asks for the network of an access point, and not whose access point it is: every account can make an
/// access point for a bucket of another one (Amazon S3 User Guide, "Creating access points").
fn admits_points_of_anybody(document: &Document) -> bool {
    let asks_for_network = |condition: &Condition| {
        let is_absent = |value: &String| value.eq_ignore_ascii_case("true");
        let asks_for_none =
            condition.operator.kind == Some(OperatorKind::Null) && condition.values.iter().all(is_absent);
        condition.is_about("s3:AccessPointNetworkOrigin") && !asks_for_none
    };
    // The values are for `foreign_points` to judge.
    let names_points = |condition: &Condition| {
        let is_about = condition.is_about("s3:DataAccessPointAccount") || condition.is_about("s3:DataAccessPointArn");
        let is_positive = |kind: OperatorKind| kind != OperatorKind::Null && kind.positive() == kind;
        is_about && condition.operator.kind.is_some_and(is_positive) && !condition.operator.holds_without_key()
    };
    let mut allows = document.statements.iter().filter(|each| each.effect == Effect::Allow);
    allows.any(|each| each.conditions.iter().any(asks_for_network) && !each.conditions.iter().any(names_points))
}

/// The kinds of access of which an action is allowed, or may be.
fn may_be_allowed(placed: &Placed, around: &Surroundings, grants: &[Gate<'_>]) -> Vec<Access> {
    let is_allowed = |kind: Access, action: &str| {
        let ask = Ask {
            caller: &placed.caller,
            surroundings: around,
            action,
            target: target_of(action),
            grants,
            guards: &[],
        };
        is_offered(around, kind, action) && matches!(ask.outcome(), Outcome::Allowed(_) | Outcome::Unclear { .. })
    };
    let kinds = Access::ALL.into_iter();
    kinds
        .filter(|kind| actions_of(*kind).iter().any(|action| is_allowed(*kind, action)))
        .collect()
}

/// Whether an access point, or the bucket itself, takes such requests: access points know those on objects and listing only
/// (Amazon S3 User Guide, "Access point compatibility").
fn is_offered(around: &Surroundings, kind: Access, action: &str) -> bool {
    let is_direct = around.through.is_none() && !around.through_unknown;
    is_direct || kind == Access::List || target_of(action) == Target::Parts
}

#[expect(clippy::too_many_arguments, reason = "one path of one caller is all of these")]
fn through_gates(
    situation: &Situation<'_>,
    measures: &Measures<'_>,
    placed: &Placed,
    around: &Surroundings,
    grants: &[Gate<'_>],
    inputs: &[Input],
    passage: &Passage<'_>,
    access: &mut EffectiveAccess,
) {
    if !Ask::may_concern(&placed.caller, grants) {
        return;
    }
    let guards = measures.guards(situation);
    for kind in Access::ALL {
        for action in actions_of(kind) {
            if !is_offered(around, kind, action) {
                continue;
            }
            let ask = Ask {
                caller: &placed.caller,
                surroundings: around,
                action,
                target: target_of(action),
                grants,
                guards: &guards,
            };
            let input_of = |gate: usize| match inputs.get(gate) {
                Some(input) => input.clone(),
                None => measures.guard_input(gate - inputs.len()),
            };
            match ask.outcome() {
                Outcome::Allowed(statements) => {
                    let by: Vec<String> = statements.iter().map(|statement| statement.label()).collect();
                    let way = Way {
                        who: placed.caller.label(),
                        path: passage.path.clone(),
                        action: (*action).to_owned(),
                        by: passage.by.clone(),
                        statement: Some(by.join(", and of the bucket policy ")),
                    };
                    pass(measures, placed, passage, kind, &way, access);
                    break;
                }
                Outcome::Denied {
                    allowed_by,
                    gate,
                    statement,
                } => {
                    let text = format!(
                        "{} would let {} use {action}; {} denies it",
                        allowed_by.label(),
                        placed.caller.label(),
                        statement.label()
                    );
                    access.stop(placed, kind, &Sentence::new(input_of(gate), text));
                }
                Outcome::NotAllowed(limits) => {
                    for text in limits {
                        access.stop(placed, kind, &Sentence::new(passage.by.clone(), text));
                    }
                }
                Outcome::Unclear { gate, text } => {
                    let doubt = Doubt::new(placed.caller.label(), passage.path.clone(), input_of(gate), &text);
                    let restricts = (&passage.restricts, passage.restricted_by.as_slice());
                    doubt_unless_restricted(placed, kind, &doubt, restricts, &passage.label, access);
                }
            }
        }
    }
}

/// Takes what the documents allow through the measures that stand besides them.
fn pass(
    measures: &Measures<'_>,
    placed: &Placed,
    passage: &Passage<'_>,
    kind: Access,
    way: &Way,
    access: &mut EffectiveAccess,
) {
    let is_service = matches!(placed.caller, Caller::Service(_));
    let is_spared = matches!(&placed.caller, Caller::Account { id, .. } if passage.spared == Some(id.as_str()));
    let public = &passage.label;
    let granted = |input: Input, text: String| Doubt {
        who: way.who.clone(),
        path: way.path.clone(),
        because: Sentence::new(input, text),
        is_granted: true,
    };
    match (&passage.restricts, public) {
        // AWS services and the users of the access point's account stay admitted (Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage").
        _ if is_service || is_spared => {}
        (Truth::No, _) | (_, Label::NotPublic) => {}
        (Truth::Yes, Label::Public) if matches!(placed.caller, Caller::CloudFrontIdentity(_)) => {
            let text = "whether `RestrictPublicBuckets` keeps an origin access identity out is not documented";
            access.doubt(
                placed,
                kind,
                &granted(passage.restricted_by[0].input.clone(), text.to_owned()),
            );
            return;
        }
        (Truth::Yes, Label::Public) => {
            for sentence in &passage.restricted_by {
                access.stop(placed, kind, sentence);
            }
            return;
        }
        (Truth::Unclear(text), Label::Public | Label::Unclear(_)) => {
            let input = passage
                .restricted_by
                .first()
                .map_or(Input::BucketBlock, |sentence| sentence.input.clone());
            access.doubt(placed, kind, &granted(input, text.clone()));
            return;
        }
        (Truth::Yes, Label::Unclear(text)) => {
            let text =
                format!("`RestrictPublicBuckets` is on, and whether the policy counts as public is not clear: {text}");
            let doubt = granted(passage.by.clone(), text);
            let restricts = (&passage.restricts, passage.restricted_by.as_slice());
            doubt_unless_restricted(placed, kind, &doubt, restricts, &passage.label, access);
            return;
        }
    }
    if let Some(unknown) = measures.unknown_guard() {
        access.doubt(placed, kind, &granted(unknown.input, unknown.text));
        return;
    }
    access.way(placed, kind, way);
}

/// A policy that is not known may let anybody in, but where `RestrictPublicBuckets` holds no stranger: a public policy
/// does not let them in then, and another one does not either, if [`is_public_if_open`].
pub(super) fn unknown_policy(situation: &Situation<'_>, measures: &Measures<'_>, access: &mut EffectiveAccess) {
    let Known::Unknown(text) = &situation.policy else {
        return;
    };
    let (restricts, restricted_by) = measures.restricts(None);
    for audience in Audience::ALL {
        let is_public = matches!(audience, Audience::Anyone | Audience::AuthenticatedUsers);
        for kind in Access::ALL {
            if is_public && restricts == Truth::Yes && is_public_if_open(kind) {
                for sentence in &restricted_by {
                    access.stop_for(audience, kind, sentence.clone());
                }
            } else {
                let text = format!("the bucket policy is not known: {text}");
                access.doubt_for(
                    audience,
                    kind,
                    Doubt::new(
                        audience.label().to_owned(),
                        Path::BucketPolicy,
                        Input::BucketPolicy,
                        &text,
                    ),
                );
            }
        }
    }
}
