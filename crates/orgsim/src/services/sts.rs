//! STS: who am I, and becoming a role.
//!
//! Signatures are not verified. A role's trust, its external id, the session's length and the form of the session policy
//! are.

use std::time::Duration;

use super::{Call, Operation, Service, admit_all, any_path};
use crate::identity::{AccessKeyId, Session, secret};
use crate::permissions::SessionPolicy;
use crate::protocol::query::Form;
use crate::protocol::route::Route;
use crate::protocol::xml::Xml;
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::{AccountState, Role};

/// The longest plain text of a session policy (IAM User Guide, quotas of IAM and STS).
const LONGEST_POLICY: usize = 2_048;
const SHORTEST_SESSION: u32 = 900;
const LONGEST_CHAINED_SESSION: u32 = 3_600;

pub(super) static SERVICE: Service = Service {
    name: "sts",
    signing_name: "sts",
    protocol: Protocol::Query("https://sts.amazonaws.com/doc/2011-06-15/"),
    route: Route::Action,
    claims_path: any_path,
    has_buckets: false,
    throttle: (400, "Throttling"),
    operations: &[
        Operation {
            name: "GetCallerIdentity",
            action: "",
            answer: get_caller_identity,
        },
        Operation {
            name: "AssumeRole",
            // Checked in the answer, since the message names the role.
            action: "",
            answer: assume_role,
        },
    ],
    admit: admit_all,
    resource_account: account_of_role,
};

fn get_caller_identity(call: &Call<'_>) -> Result<Success, Failure> {
    Ok(Success::xml(Xml::fragment(|xml| {
        xml.text("Arn", call.caller.arn(call.world));
        xml.text("UserId", &call.caller.user_id(call.world));
        xml.text("Account", &call.account().id);
    })))
}

fn account_of_role(call: &Call<'_>) -> Option<usize> {
    let arn = Form(call.body).get("RoleArn")?;
    call.world.account_by_id(arn.split(':').nth(4)?)
}

fn assume_role(call: &Call<'_>) -> Result<Success, Failure> {
    let form = Form(call.body);
    let arn = form.get("RoleArn").ok_or_else(|| invalid("RoleArn is missing"))?;
    let session_name = form
        .get("RoleSessionName")
        .ok_or_else(|| invalid("RoleSessionName is missing"))?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if !(2..=64).contains(&session_name.len()) || !session_name.bytes().all(is_name) {
        return Err(invalid(format!(
            "1 validation error detected: value '{session_name}' at 'roleSessionName'"
        )));
    }
    let (owner, index) = find_trusting(call, &arn, form.get("ExternalId").as_deref())
        .ok_or_else(|| refuse(call.caller.arn(call.world), &arn))?;
    let account = &call.world.scenario().accounts[owner];
    let role = &account.roles[index];
    let seconds = match form.get("DurationSeconds") {
        None => LONGEST_CHAINED_SESSION,
        Some(text) => text.parse().map_err(|_| invalid("DurationSeconds is no number"))?,
    };
    check_duration(call, role, seconds)?;
    let policy = match form.get("Policy") {
        None => None,
        Some(text) if text.len() > LONGEST_POLICY => {
            return Err(invalid("the session policy is longer than 2048 characters"));
        }
        Some(text) => Some((
            text.len(),
            SessionPolicy::parse(&text).ok_or_else(|| {
                Failure::new(
                    400,
                    "MalformedPolicyDocument",
                    "The policy is not in the valid JSON format.",
                )
            })?,
        )),
    };
    let packed_size = policy
        .as_ref()
        .map(|(length, _)| (length * 100).div_ceil(LONGEST_POLICY));
    let expires_at = call.now + Duration::from_secs(u64::from(seconds));
    let partition = &call.world.scenario().partition;
    let session_arn = format!(
        "arn:{partition}:sts::{}:assumed-role/{}/{session_name}",
        account.id, role.name
    );
    let user_id = format!("{}:{session_name}", role_id(&account.id, &role.name));
    let handle = call.world.sessions().open(Session {
        account: call.world.account_number(owner),
        arn: session_arn.clone(),
        user_id: user_id.clone(),
        role: index,
        policy: policy.map(|(_, policy)| policy),
        expires_at,
    });
    let key = AccessKeyId {
        is_temporary: true,
        account: call.world.account_number(owner),
        handle,
    };
    Ok(Success::xml(Xml::fragment(|xml| {
        xml.within("AssumedRoleUser", |xml| {
            xml.text("AssumedRoleId", &user_id);
            xml.text("Arn", &session_arn);
        });
        xml.within("Credentials", |xml| {
            xml.text("AccessKeyId", &key.text());
            xml.text("SecretAccessKey", &secret(handle, 40));
            xml.text("SessionToken", &format!("FwoGZXIvYXdz{}", secret(handle ^ 0xF0F0, 160)));
            xml.plain("Expiration", call.world.time(expires_at).strftime("%Y-%m-%dT%H:%M:%SZ"));
        });
        xml.optional_plain("PackedPolicySize", packed_size);
    })))
}

/// The role's account and index, when the role exists in a usable account, trusts the caller and the external id fits.
/// AWS answers the same error whichever of these is not so.
fn find_trusting(call: &Call<'_>, arn: &str, external_id: Option<&str>) -> Option<(usize, usize)> {
    let owner = account_of_role(call)?;
    let account = &call.world.scenario().accounts[owner];
    if account.state != AccountState::Active {
        return None;
    }
    let partition = &call.world.scenario().partition;
    let named = |role: &Role| arn == format!("arn:{partition}:iam::{}:role{}{}", account.id, role.path, role.name);
    let index = account.roles.iter().position(named)?;
    let role = &account.roles[index];
    if role
        .external_id
        .as_deref()
        .is_some_and(|wanted| external_id != Some(wanted))
    {
        return None;
    }
    let caller_arn = call.caller.arn(call.world);
    let caller_role = call.caller.role_arn(call.world);
    let trusts = role.trusted.iter().any(|trusted| {
        *trusted == call.account().id
            || *trusted == format!("arn:{partition}:iam::{}:root", call.account().id)
            || trusted == caller_arn
            || Some(trusted) == caller_role.as_ref()
    });
    (trusts && call.caller.may(call.world, "sts:AssumeRole").is_ok()).then_some((owner, index))
}

fn check_duration(call: &Call<'_>, role: &Role, seconds: u32) -> Result<(), Failure> {
    if seconds < SHORTEST_SESSION {
        return Err(invalid(format!(
            "1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy constraint: Member must \
             have value greater than or equal to {SHORTEST_SESSION}"
        )));
    }
    if call.caller.session.is_some() && seconds > LONGEST_CHAINED_SESSION {
        return Err(invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        ));
    }
    if seconds > role.max_session_seconds {
        return Err(invalid(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(())
}

fn refuse(caller: &str, role: &str) -> Failure {
    let message = format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role}");
    Failure::new(403, "AccessDenied", message)
}

fn invalid(message: impl Into<std::borrow::Cow<'static, str>>) -> Failure {
    Failure::new(400, "ValidationError", message)
}

/// The unique id of a role (`AROA…`), made from its name.
pub(crate) fn role_id(account: &str, role: &str) -> String {
    let number = crate::hash::of(0, [account, role]);
    let id = AccessKeyId {
        is_temporary: true,
        account: number >> 24,
        handle: number,
    };
    format!("AROA{}", &id.text()[4..])
}
