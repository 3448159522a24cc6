//! The organization's policies that bind an account: service control and resource control policies that are attached to it or
//! to something above it.
//!
//! It knows which they are and what is not known of them; what they have to deny is the checks' question. Policies that only
//! allow, as those that AWS attaches to everything, are passed over: whether an account is left without an Allow by the lists
//! of its path is not evaluated.

use s3attest_model::evidence::{Gap, GapCause};
use s3attest_model::identifiers::AccountId;
use s3attest_model::services::{Lacking, OrganizationPolicy};
use s3attest_policy::{Answer, Document, Effect};

use crate::trail::{Trail, Unknown};
use crate::views::OrganizationView;

/// A type of policy that can deny what everything in an account allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guardrail {
    /// Service control policies, which bind the principals of an account.
    ServiceControl,
    /// Resource control policies, which bind whoever comes to the resources of an account.
    ResourceControl,
}

impl Guardrail {
    /// The type in the words of the Organizations API.
    pub(crate) const fn policy_type(self) -> &'static str {
        match self {
            Self::ServiceControl => "SERVICE_CONTROL_POLICY",
            Self::ResourceControl => "RESOURCE_CONTROL_POLICY",
        }
    }

    /// The type for a reader.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::ServiceControl => "service control policy",
            Self::ResourceControl => "resource control policy",
        }
    }
}

/// Why no policy of a type binds an account, whatever it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Never {
    /// There is no organization.
    NoOrganization,
    /// The account is not among its members.
    NoMember,
    /// It is the management account (AWS Organizations User Guide, "Service control policies (SCPs)" and "Resource control
    /// policies (RCPs)").
    Management,
    /// The organization has not enabled policies of the type.
    NotEnabled,
}

impl Never {
    /// The reason, as the end of a sentence.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::NoOrganization => "the account belongs to no organization",
            Self::NoMember => "the account is no member of the organization",
            Self::Management => "the account is the management account, which the organization's policies do not bind",
            Self::NotEnabled => "the organization has not enabled policies of that type",
        }
    }
}

/// The policies of a type that bind an account.
#[derive(Debug)]
pub(crate) struct Guardrails<'a> {
    /// Why none of the type binds it; `None` where some could.
    pub(crate) never: Option<Never>,
    /// Those that certainly bind it and deny something.
    pub(crate) binding: Vec<(&'a OrganizationPolicy, &'a Document)>,
    /// Why there may be others.
    pub(crate) unknown: Option<Unknown<'a>>,
}

impl<'a> Guardrails<'a> {
    const fn never(why: Never) -> Self {
        Self {
            never: Some(why),
            binding: Vec::new(),
            unknown: None,
        }
    }

    const fn unknown(unknown: Unknown<'a>) -> Self {
        Self {
            never: None,
            binding: Vec::new(),
            unknown: Some(unknown),
        }
    }

    /// The first policy that does something. One that certainly does settles it; else every one has to be known, so that
    /// `None` means that none does.
    pub(crate) fn first(
        &self,
        does: impl Fn(&Document) -> Answer,
    ) -> Result<Option<&'a OrganizationPolicy>, Unknown<'a>> {
        let mut unclear = None;
        for (policy, document) in &self.binding {
            match does(document) {
                Answer::Yes => return Ok(Some(policy)),
                Answer::No(_) => {}
                Answer::Unclear(text) => {
                    unclear.get_or_insert_with(|| format!("the policy {} of the organization: {text}", policy.name));
                }
            }
        }
        match (unclear, &self.unknown) {
            (_, Some(unknown)) => Err(unknown.clone()),
            (Some(text), None) => Err(Unknown::not_understood(text)),
            (None, None) => Ok(None),
        }
    }

    fn doubt(&mut self, unknown: Unknown<'a>) {
        self.unknown.get_or_insert(unknown);
    }
}

impl<'a> OrganizationView<'a> {
    /// The policies of a type that bind an account.
    pub(crate) fn guardrails(&self, trail: &mut Trail<'a>, account: &AccountId, kind: Guardrail) -> Guardrails<'a> {
        let evidence = self.evidence;
        let membership = trail.read(&evidence.organization);
        match &membership {
            Ok(None) => return Guardrails::never(Never::NoOrganization),
            Ok(Some(organization)) if organization.management_account == *account => {
                return Guardrails::never(Never::Management);
            }
            _ => {}
        }
        let policy_type = kind.policy_type();
        let Some(list) = evidence.list_of(policy_type) else {
            return Guardrails::unknown(Unknown::because(Lacking::Policies(policy_type).gap()));
        };
        let ids = match trail.read(&list.policies) {
            Ok(Some(ids)) => ids,
            Ok(None) => return Guardrails::never(Never::NotEnabled),
            Err(unknown) => return Guardrails::unknown(unknown),
        };
        let mut found = Guardrails {
            never: None,
            binding: Vec::new(),
            unknown: None,
        };
        if let Some(id) = ids.iter().find(|id| !evidence.policy_of_id.contains_key(*id)) {
            let detail = format!("the run holds no record of the policy {id}");
            found.doubt(Unknown::because(Gap::new(GapCause::NotCollected, detail)));
        }
        let above = match evidence.accounts.get(account) {
            Some(listed) => trail
                .read(&listed.ancestors)
                .map(|above| above.map_or(&[][..], Vec::as_slice)),
            None => match trail.read(&evidence.listing) {
                Ok(_) => return Guardrails::never(Never::NoMember),
                Err(unknown) => Err(unknown),
            },
        };
        for policy in evidence.policies_of(policy_type) {
            let document = evidence.document_of(&policy.id);
            if document.as_ref().is_ok_and(|document| !denies_something(document)) {
                continue;
            }
            match reaches(policy, account, above.as_ref().ok().copied(), trail) {
                Ok(Some(true)) => {}
                Ok(Some(false)) => continue,
                Ok(None) => {
                    if let Err(unknown) = &above {
                        found.doubt(unknown.clone());
                    }
                    continue;
                }
                Err(unknown) => {
                    found.doubt(unknown);
                    continue;
                }
            }
            match (trail.read_of(policy.arn.clone(), &policy.content), document) {
                (Err(unknown), _) => found.doubt(unknown),
                (Ok(None), _) => {}
                (Ok(Some(_)), Ok(document)) => found.binding.push((policy, document)),
                (Ok(Some(_)), Err(text)) => {
                    let detail = format!("the policy {} of the organization: {text}", policy.name);
                    found.doubt(Unknown::not_understood(detail));
                }
            }
        }
        if let Err(unknown) = membership
            && !found.binding.is_empty()
        {
            // Whether the account is the management account decides whether they bind it.
            return Guardrails::unknown(unknown);
        }
        found
    }
}

fn denies_something(document: &Document) -> bool {
    let mut statements = document.statements.iter();
    statements.any(|statement| statement.effect != Effect::Allow)
}

/// Whether a policy is attached to the account or to something above it; `None` where that depends on what stands above and
/// nobody knows it.
fn reaches<'a>(
    policy: &'a OrganizationPolicy,
    account: &AccountId,
    above: Option<&[String]>,
    trail: &mut Trail<'a>,
) -> Result<Option<bool>, Unknown<'a>> {
    let targets = match policy.targets.known() {
        Ok(targets) => targets.map_or(&[][..], Vec::as_slice),
        Err(_) => return trail.read_of(policy.arn.clone(), &policy.targets).map(|_| None),
    };
    // The root stands above every account.
    let certainly = targets
        .iter()
        .any(|target| target.kind == "ROOT" || target.id == account.as_str());
    Ok(match above {
        _ if certainly => Some(true),
        Some(above) => Some(targets.iter().any(|target| above.contains(&target.id))),
        None if targets.iter().all(|target| target.kind == "ACCOUNT") => Some(false),
        None => None,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::organization::OrganizationRecord;
    use s3attest_model::services::PolicyTarget;

    use super::*;
    use crate::checks::scene::{ACCOUNT, Scene, account_id, denied, source};
    use crate::parameters::Parameters;
    use crate::services::AcrossAccounts;

    /// Attaches a policy to the root, and enables its type.
    pub(crate) fn attach(scene: &mut Scene, kind: Guardrail, name: &str, statement: &str) {
        let content = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        attach_to(
            scene,
            kind,
            name,
            Observed::Present(content),
            Observed::Present(vec![("r-root", "ROOT")]),
        );
    }

    /// Attaches a policy to targets, each an id and a kind.
    pub(crate) fn attach_to(
        scene: &mut Scene,
        kind: Guardrail,
        name: &str,
        content: Observed<String>,
        targets: Observed<Vec<(&str, &str)>>,
    ) {
        let id = format!("p-{name}");
        let lists = scene.organization.policies.as_mut().expect("lists").lists.iter_mut();
        let list = lists.into_iter().find(|list| list.policy_type == kind.policy_type());
        let list = list.expect("a list of each type");
        let mut ids = list
            .policies
            .known()
            .expect("a known list")
            .cloned()
            .unwrap_or_default();
        ids.push(id.clone());
        list.policies = Evidence::present(ids, source("organizations.ListPolicies"));
        let of = |(id, kind): (&str, &str)| PolicyTarget {
            id: id.to_owned(),
            kind: kind.to_owned(),
        };
        let targets = match targets {
            Observed::Present(targets) => Observed::Present(targets.into_iter().map(of).collect()),
            Observed::Absent => Observed::Absent,
            Observed::Gap(gap) => Observed::Gap(gap),
        };
        let policy = OrganizationPolicy {
            arn: format!("arn:aws:organizations::999999999999:policy/o-scene/{id}"),
            id,
            name: name.to_owned(),
            policy_type: kind.policy_type().to_owned(),
            is_made_by_aws: false,
            content: Evidence {
                observed: content,
                source: source("organizations.DescribePolicy"),
            },
            targets: Evidence {
                observed: targets,
                source: source("organizations.ListTargetsForPolicy"),
            },
        };
        scene.organization.note(OrganizationRecord::Policy(Box::new(policy)));
    }

    const DENIAL: &str = r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}"#;

    /// Which policy binds the account, "nobody knows", or why none can.
    fn told(scene: &Scene) -> String {
        let across = AcrossAccounts::default();
        let parameters = Parameters::default();
        let view = OrganizationView {
            evidence: &scene.organization,
            across: &across,
            parameters: &parameters,
        };
        let found = view.guardrails(&mut Trail::new(), &account_id(ACCOUNT), Guardrail::ResourceControl);
        if let Some(why) = found.never {
            return why.words().to_owned();
        }
        match found.first(|_| Answer::Yes) {
            Ok(Some(policy)) => policy.name.clone(),
            Ok(None) => "none".to_owned(),
            Err(unknown) => format!("not known: {unknown}"),
        }
    }

    fn with(
        content: Observed<String>,
        targets: Observed<Vec<(&str, &str)>>,
        change: impl FnOnce(&mut Scene),
    ) -> String {
        let mut scene = Scene::new();
        attach_to(&mut scene, Guardrail::ResourceControl, "guard", content, targets);
        change(&mut scene);
        told(&scene)
    }

    #[test]
    fn a_policy_binds_whatever_hangs_below_its_targets() {
        let denial = || Observed::Present(DENIAL.to_owned());
        let on = |id, kind| Observed::Present(vec![(id, kind)]);
        let unplaced = |scene: &mut Scene| {
            let listed = scene
                .organization
                .accounts
                .get_mut(&account_id(ACCOUNT))
                .expect("listed");
            listed.ancestors.observed = Observed::Gap(denied());
        };
        let not_known = "not known: access was denied";
        assert_eq!(with(denial(), on("r-root", "ROOT"), |_| {}), "guard");
        assert_eq!(with(denial(), on("r-root", "ROOT"), unplaced), "guard");
        assert_eq!(with(denial(), on(ACCOUNT, "ACCOUNT"), unplaced), "guard");
        assert_eq!(with(denial(), on("222222222222", "ACCOUNT"), unplaced), "none");
        assert_eq!(with(denial(), on("ou-1", "ORGANIZATIONAL_UNIT"), |_| {}), "none");
        assert_eq!(with(denial(), on("ou-1", "ORGANIZATIONAL_UNIT"), unplaced), not_known);
        assert_eq!(with(denial(), Observed::Present(Vec::new()), unplaced), "none");
        assert_eq!(with(denial(), Observed::Gap(denied()), |_| {}), not_known);
        assert_eq!(with(Observed::Gap(denied()), on("r-root", "ROOT"), |_| {}), not_known);
        assert_eq!(
            with(Observed::Gap(denied()), on("ou-1", "ORGANIZATIONAL_UNIT"), |_| {}),
            "none"
        );
        let allow = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#;
        assert_eq!(
            with(Observed::Present(allow.to_owned()), Observed::Gap(denied()), |_| {}),
            "none"
        );
        let malformed = with(Observed::Present("{".to_owned()), on("r-root", "ROOT"), |_| {});
        assert!(malformed.starts_with("not known"), "{malformed}");
    }

    #[test]
    fn no_policy_binds_the_management_account_or_a_stranger() {
        let denial = || Observed::Present(DENIAL.to_owned());
        let root = || Observed::Present(vec![("r-root", "ROOT")]);
        assert_eq!(
            told(&Scene::new()),
            "the organization has not enabled policies of that type"
        );
        let managing = with(denial(), root(), |scene| {
            let mut organization = scene
                .organization
                .organization
                .known()
                .expect("known")
                .expect("there")
                .clone();
            organization.management_account = account_id(ACCOUNT);
            scene.organization.organization.observed = Observed::Present(organization);
        });
        assert!(managing.contains("management account"), "{managing}");
        let alone = with(denial(), root(), |scene| {
            scene.organization.organization.observed = Observed::Absent;
        });
        assert!(alone.contains("no organization"), "{alone}");
        let stranger = with(denial(), root(), |scene| {
            scene.organization.accounts.clear();
        });
        assert!(stranger.contains("no member"), "{stranger}");
        let perhaps = with(denial(), root(), |scene| {
            scene.organization.organization.observed = Observed::Gap(denied());
        });
        assert_eq!(perhaps, "not known: access was denied");
        let unread = with(denial(), root(), |scene| scene.organization.policies = None);
        assert!(unread.starts_with("not known"), "{unread}");
        let lost = with(denial(), Observed::Present(Vec::new()), |scene| {
            scene.organization.policy_of_id.clear();
        });
        assert!(lost.starts_with("not known"), "{lost}");
    }
}
