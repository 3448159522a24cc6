//! Who calls, and what its own policies let it do.
//!
//! Policies of resources and of the organization are not evaluated; faults stand in for them.

use std::sync::Arc;

use crate::identity::Session;
use crate::permissions::{Decision, matches};
use crate::scenario::Refuser;
use crate::world::World;

/// Who calls, once the credentials are found good.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) account: usize,
    pub(crate) session: Option<Arc<Session>>,
}

impl Caller {
    pub(crate) fn arn<'caller>(&'caller self, world: &'caller World) -> &'caller str {
        match &self.session {
            Some(session) => &session.arn,
            None => world.user_arn(self.account),
        }
    }

    pub(crate) fn user_id(&self, world: &World) -> String {
        match &self.session {
            Some(session) => session.user_id.clone(),
            None => format!("AIDA{}", &world.credentials_of(self.account).access_key_id[4..]),
        }
    }

    /// The ARN of the assumed role, as trust policies name it.
    pub(crate) fn role_arn(&self, world: &World) -> Option<String> {
        let session = self.session.as_ref()?;
        let account = &world.scenario().accounts[self.account];
        let role = &account.roles[session.role];
        Some(format!(
            "arn:{}:iam::{}:role{}{}",
            world.scenario().partition,
            account.id,
            role.path,
            role.name
        ))
    }

    /// Whether the caller's own policies and its session policy let an action pass.
    pub(crate) fn may(&self, world: &World, action: &str) -> Result<(), Refuser> {
        let Some(session) = &self.session else { return Ok(()) };
        let role = &world.scenario().accounts[self.account].roles[session.role];
        let any = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, action));
        if any(&role.denied) {
            return Err(Refuser::IdentityPolicyDeny);
        }
        if !any(&role.allowed) {
            return Err(Refuser::IdentityPolicy);
        }
        match session.policy.as_ref().map(|policy| policy.decide(action)) {
            None | Some(Decision::Allowed) => Ok(()),
            Some(Decision::NotAllowed | Decision::Denied) => Err(Refuser::SessionPolicy),
        }
    }
}
