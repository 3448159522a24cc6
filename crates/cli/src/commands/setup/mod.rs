//! `s3attest setup …`: the read-only role, in the form in which somebody deploys it.

mod role;
mod stackset;
mod terraform;

use std::collections::BTreeSet;

use anyhow::Result;
use s3attest_collect::Wishes;
use s3attest_model::services::ServiceSource;

use crate::arguments::{IamPolicyArguments, RoleArguments, SetupCommand};
use crate::commands::scan::sources;
use crate::configuration::Configuration;
use crate::exit::{self, Unusable};
use crate::output::{notice, number, result};
use crate::permissions::{self, Document, LONGEST_INLINE_POLICIES, LONGEST_MANAGED_POLICY};

use self::role::Role;

pub(crate) fn run(command: &SetupCommand, is_quiet: bool) -> Result<u8> {
    match command {
        SetupCommand::IamPolicy(arguments) => iam_policy(arguments, is_quiet)?,
        SetupCommand::Stackset(arguments) => {
            let wanted = Wanted::of(arguments)?;
            result(stackset::template(&wanted.role, &wanted.parts()?).trim_end())?;
        }
        SetupCommand::Terraform(arguments) => {
            let wanted = Wanted::of(arguments)?;
            result(terraform::module(&wanted.role, &wanted.parts()?).trim_end())?;
        }
    }
    Ok(exit::DONE)
}

/// What the configuration and the command line ask for.
struct Wanted {
    role: Role,
    sources: BTreeSet<ServiceSource>,
    wishes: Wishes,
}

impl Wanted {
    fn of(arguments: &RoleArguments) -> Result<Self> {
        let mut configuration = match &arguments.config {
            Some(path) => Configuration::read(path)?,
            None => Configuration::default(),
        };
        configuration
            .sources
            .leave_out
            .extend(arguments.without.iter().cloned());
        configuration.sources.refresh_trusted_advisor |= arguments.refresh_trusted_advisor;
        let unusable = |problem: String| anyhow::Error::new(Unusable(problem));
        let role = Role::new(
            arguments.role_name.as_deref().unwrap_or(&configuration.role.name),
            arguments
                .external_id
                .as_deref()
                .unwrap_or(&configuration.role.external_id),
            arguments.trusted_principal.as_deref(),
            arguments.partition,
            configuration.role.duration_seconds,
        )
        .map_err(unusable)?;
        Ok(Self {
            role,
            sources: sources(&configuration, false)?,
            wishes: configuration.wishes(),
        })
    }

    fn permissions(&self) -> Document {
        permissions::of_role(&self.sources, self.wishes)
    }

    /// The permissions as managed policies: a role's inline policies are what many organizations forbid.
    fn parts(&self) -> Result<Vec<Document>> {
        let parts = self.permissions().parts(LONGEST_MANAGED_POLICY);
        match parts.iter().map(Document::length).max() {
            Some(longest) if longest > LONGEST_MANAGED_POLICY => Err(anyhow::Error::new(Unusable(format!(
                "one statement alone is {longest} characters long, and a managed policy takes {LONGEST_MANAGED_POLICY}"
            )))),
            _ => Ok(parts),
        }
    }
}

fn iam_policy(arguments: &IamPolicyArguments, is_quiet: bool) -> Result<()> {
    let wanted = Wanted::of(&arguments.role)?;
    if arguments.trust {
        let trust = wanted
            .role
            .trust()
            .map_err(|problem| anyhow::Error::new(Unusable(problem)))?;
        return result(&trust);
    }
    if arguments.caller {
        let role = wanted.role.path_and_name();
        let document = permissions::of_caller(&wanted.sources, wanted.wishes, wanted.role.partition(), &role);
        return result(&document.pretty());
    }
    let document = wanted.permissions();
    let parts = wanted.parts()?;
    if let Some(part) = arguments.part {
        let Some(document) = parts.get(part.get() - 1) else {
            let only = parts.len();
            return Err(anyhow::Error::new(Unusable(format!(
                "there is no part {part}: as managed policies the permissions have {only}"
            ))));
        };
        return result(&document.pretty());
    }
    if !is_quiet && parts.len() > 1 {
        notice(&format!(
            "{} characters without white space: an inline policy of the role takes them ({}), one managed policy does not ({}); \
             print its {} parts with `--part 1` to `--part {}`",
            number(document.length() as u64),
            number(LONGEST_INLINE_POLICIES as u64),
            number(LONGEST_MANAGED_POLICY as u64),
            parts.len(),
            parts.len()
        ));
    }
    result(&document.pretty())
}
