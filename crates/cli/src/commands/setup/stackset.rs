//! The role as a CloudFormation template: for a stack set over the member accounts, and for a stack in the management
//! account.

use std::fmt::Write as _;

use crate::permissions::Document;

use super::role::Role;

/// The template with its parameters and resources; the permissions are managed policies of the account.
pub(super) fn template(role: &Role, parts: &[Document]) -> String {
    let mut text = head(role);
    parameters(&mut text, role);
    text.push_str("Resources:\n");
    for (at, part) in parts.iter().enumerate() {
        policy(&mut text, at + 1, part);
    }
    role_of(&mut text, parts.len(), role);
    text
}

fn head(role: &Role) -> String {
    let name = role.name();
    format!(
        "\
# The read-only role of s3attest {version}, made by `s3attest setup stackset` from the sources that are enabled.
#
# Member accounts: a stack set with service-managed permissions, in one region, since IAM is global. In the management
# account, or a delegated administrator's (then with `--call-as DELEGATED_ADMIN`):
#
#   aws cloudformation create-stack-set --stack-set-name {name} --template-body file://role.yaml \\
#     --capabilities CAPABILITY_NAMED_IAM --permission-model SERVICE_MANAGED \\
#     --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false
#   aws cloudformation create-stack-instances --stack-set-name {name} \\
#     --deployment-targets OrganizationalUnitIds=ROOT-ID --regions us-east-1
#
# The management account: such a stack set never deploys there, so it gets the same template as a stack of its own.
#
#   aws cloudformation deploy --stack-name {name} --template-file role.yaml --capabilities CAPABILITY_NAMED_IAM
#
# Parameters without a default have to be given: `--parameters ParameterKey=TrustedPrincipal,ParameterValue=ARN`, and
# `--parameter-overrides TrustedPrincipal=ARN` for the stack.
AWSTemplateFormatVersion: \"2010-09-09\"
Description: The role by which s3attest reads the settings of S3 and of the services around it. It can change nothing.
",
        version = env!("CARGO_PKG_VERSION"),
    )
}

fn parameters(text: &mut String, role: &Role) {
    let _ = write!(
        text,
        "\
Parameters:
  RoleName:
    Type: String
    Default: \"{name}\"
    AllowedPattern: '[\\w+=,.@-]{{1,60}}'
    Description: The name of the role, as `--role` and the configuration give it.
  RolePath:
    Type: String
    Default: \"{path}\"
    AllowedPattern: '/([\\w+=,.@-]+/)*'
    Description: The path of the role.
  TrustedPrincipal:
    Type: String
{trusted}    AllowedPattern: '\\d{{12}}|arn:aws[\\w-]*:(iam|sts)::\\d{{12}}:[\\w+=,.@/-]+'
    Description: Who may assume the role, an ARN or an account id. The identity that runs s3attest.
  ExternalId:
    Type: String
    Default: \"{external_id}\"
    AllowedPattern: '([\\w+=,.@:/-]{{2,1224}})?'
    Description: The external id that whoever assumes the role has to name. Empty for none.
  PermissionsBoundary:
    Type: String
    Default: \"\"
    AllowedPattern: '(arn:aws[\\w-]*:iam::(\\d{{12}}|aws):policy/[\\w+=,.@/-]+)?'
    Description: The ARN of a permissions boundary, where the organization asks for one. Empty for none.
Conditions:
  HasExternalId: !Not [!Equals [!Ref ExternalId, \"\"]]
  HasPermissionsBoundary: !Not [!Equals [!Ref PermissionsBoundary, \"\"]]
",
        name = role.name(),
        path = role.path(),
        trusted = role
            .trusted()
            .map_or_else(String::new, |trusted| format!("    Default: \"{trusted}\"\n")),
        external_id = role.external_id(),
    );
}

fn policy(text: &mut String, number: usize, part: &Document) {
    let _ = write!(
        text,
        "  \
  Permissions{number}:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: !Sub \"${{RoleName}}-{number}\"
      Path: !Ref RolePath
      Description: What s3attest reads, by source. Nothing that changes anything, and no objects.
      PolicyDocument:
        Version: \"2012-10-17\"
        Statement:
",
    );
    for statement in &part.statement {
        let _ = write!(
            text,
            "          - Sid: {}\n            Effect: {}\n            Action:\n",
            statement.sid, statement.effect
        );
        for action in &statement.action {
            let _ = writeln!(text, "              - {action}");
        }
        let _ = writeln!(text, "            Resource: \"{}\"", statement.resource);
    }
}

fn role_of(text: &mut String, policies: usize, role: &Role) {
    let _ = write!(
        text,
        "  \
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Ref RoleName
      Path: !Ref RolePath
      Description: Read by s3attest. Sessions are narrowed further by a session policy.
      MaxSessionDuration: {longest_session}
      PermissionsBoundary: !If [HasPermissionsBoundary, !Ref PermissionsBoundary, !Ref AWS::NoValue]
      ManagedPolicyArns:
",
        longest_session = role.longest_session(),
    );
    for number in 1..=policies {
        let _ = writeln!(text, "        - !Ref Permissions{number}");
    }
    text.push_str(
        "      \
      AssumeRolePolicyDocument:
        Version: \"2012-10-17\"
        Statement:
          - Effect: Allow
            Principal:
              AWS: !Ref TrustedPrincipal
            Action: sts:AssumeRole
            Condition: !If
              - HasExternalId
              - StringEquals:
                  sts:ExternalId: !Ref ExternalId
              - !Ref AWS::NoValue
Outputs:
  RoleArn:
    Description: The role.
    Value: !GetAtt Role.Arn
",
    );
}
