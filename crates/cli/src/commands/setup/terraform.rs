//! The role as Terraform: a stack set for the member accounts, and the role itself in the management account.
//!
//! It is one configuration, applied in the management account. Providers for every member account are what nobody keeps
//! up; a stack set reaches accounts that do not exist yet.

use std::fmt::Write as _;

use crate::permissions::Document;

use super::role::Role;

/// The configuration. The permissions stand in it once, and the role and the stack set's template both take them from
/// there.
pub(super) fn module(role: &Role, parts: &[Document]) -> String {
    let mut text = head(role);
    locals(&mut text, parts);
    text.push_str(MANAGEMENT_ACCOUNT);
    text.push_str(MEMBER_ACCOUNTS);
    text.replace("LONGEST_SESSION", &role.longest_session().to_string())
}

fn head(role: &Role) -> String {
    format!(
        r#"# The read-only role of s3attest {version}, made by `s3attest setup terraform` from the sources that are enabled.
#
# Apply it with credentials of the management account. A stack set with service-managed permissions brings the role into
# every member account, also into those that join later; it never deploys into the management account itself, which
# therefore gets the role directly.

terraform {{
  required_version = ">= 1.3"
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }}
  }}
}}

variable "role_name" {{
  description = "The name of the role, as `--role` and the configuration of s3attest give it."
  type        = string
  default     = "{name}"
}}

variable "role_path" {{
  description = "The path of the role."
  type        = string
  default     = "{path}"
}}

variable "trusted_principal" {{
  description = "Who may assume the role, an ARN or an account id: the identity that runs s3attest."
  type        = string
{trusted}}}

variable "external_id" {{
  description = "The external id that whoever assumes the role has to name; empty for none."
  type        = string
  default     = "{external_id}"
}}

variable "organizational_unit_ids" {{
  description = "Where the member accounts are: ids of organizational units or of the root; empty for the whole organization."
  type        = list(string)
  default     = []
}}

data "aws_organizations_organization" "current" {{}}

"#,
        version = env!("CARGO_PKG_VERSION"),
        name = role.name(),
        path = role.path(),
        trusted = role
            .trusted()
            .map_or_else(String::new, |trusted| format!("  default     = \"{trusted}\"\n")),
        external_id = role.external_id(),
    )
}

fn locals(text: &mut String, parts: &[Document]) {
    text.push_str(
        r#"locals {
  # Of the two statements one is taken: with the external id, or without.
  trust = {
    Version = "2012-10-17"
    Statement = [
      for each in [
        {
          is_wanted = var.external_id == ""
          statement = {
            Effect    = "Allow"
            Principal = { AWS = var.trusted_principal }
            Action    = "sts:AssumeRole"
          }
        },
        {
          is_wanted = var.external_id != ""
          statement = {
            Effect    = "Allow"
            Principal = { AWS = var.trusted_principal }
            Action    = "sts:AssumeRole"
            Condition = { StringEquals = { "sts:ExternalId" = var.external_id } }
          }
        },
      ] : each.statement if each.is_wanted
    ]
  }

  # What s3attest reads, by source, in as many managed policies as it takes.
  permissions = [
"#,
    );
    for part in parts {
        text.push_str("    {\n      Version = \"2012-10-17\"\n      Statement = [\n");
        for statement in &part.statement {
            let _ = write!(
                text,
                "        {{\n          Sid    = \"{}\"\n          Effect = \"{}\"\n          Action = [\n",
                statement.sid, statement.effect
            );
            for action in &statement.action {
                let _ = writeln!(text, "            \"{action}\",");
            }
            let _ = write!(
                text,
                "          ]\n          Resource = \"{}\"\n        }},\n",
                statement.resource
            );
        }
        text.push_str("      ]\n    },\n");
    }
    text.push_str("  ]\n}\n\n");
}

const MANAGEMENT_ACCOUNT: &str = r#"# The management account.

resource "aws_iam_role" "management_account" {
  name                 = var.role_name
  path                 = var.role_path
  description          = "Read by s3attest. Sessions are narrowed further by a session policy."
  assume_role_policy   = jsonencode(local.trust)
  max_session_duration = LONGEST_SESSION
}

resource "aws_iam_policy" "management_account" {
  count = length(local.permissions)

  name        = "${var.role_name}-${count.index + 1}"
  path        = var.role_path
  description = "What s3attest reads, by source. Nothing that changes anything, and no objects."
  policy      = jsonencode(local.permissions[count.index])
}

resource "aws_iam_role_policy_attachment" "management_account" {
  count = length(local.permissions)

  role       = aws_iam_role.management_account.name
  policy_arn = aws_iam_policy.management_account[count.index].arn
}

"#;

const MEMBER_ACCOUNTS: &str = r#"# The member accounts.

resource "aws_cloudformation_stack_set" "member_accounts" {
  name             = var.role_name
  description      = "The role by which s3attest reads the settings of S3 and of the services around it."
  permission_model = "SERVICE_MANAGED"
  capabilities     = ["CAPABILITY_NAMED_IAM"]

  auto_deployment {
    enabled                          = true
    retain_stacks_on_account_removal = false
  }

  template_body = jsonencode({
    AWSTemplateFormatVersion = "2010-09-09"
    Description              = "The role by which s3attest reads the settings of S3 and of the services around it."
    Resources = merge(
      {
        for at, document in local.permissions : "Permissions${at + 1}" => {
          Type = "AWS::IAM::ManagedPolicy"
          Properties = {
            ManagedPolicyName = "${var.role_name}-${at + 1}"
            Path              = var.role_path
            Description       = "What s3attest reads, by source. Nothing that changes anything, and no objects."
            PolicyDocument    = document
          }
        }
      },
      {
        Role = {
          Type = "AWS::IAM::Role"
          Properties = {
            RoleName                 = var.role_name
            Path                     = var.role_path
            Description              = "Read by s3attest. Sessions are narrowed further by a session policy."
            MaxSessionDuration       = LONGEST_SESSION
            ManagedPolicyArns        = [for at, document in local.permissions : { Ref = "Permissions${at + 1}" }]
            AssumeRolePolicyDocument = local.trust
          }
        }
      },
    )
  })

  lifecycle {
    # AWS fills this in by itself for service-managed permissions.
    ignore_changes = [administration_role_arn]
  }
}

# IAM is global, so one region is enough: that of the provider.
resource "aws_cloudformation_stack_set_instance" "member_accounts" {
  stack_set_name = aws_cloudformation_stack_set.member_accounts.name

  deployment_targets {
    organizational_unit_ids = (
      length(var.organizational_unit_ids) > 0
      ? var.organizational_unit_ids
      : [for root in data.aws_organizations_organization.current.roots : root.id]
    )
  }
}
"#;
