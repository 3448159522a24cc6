//! Whether a bucket policy refuses requests that come from anywhere but the networks and VPC endpoints that it names.
//!
//! Source: Amazon S3 User Guide, "Controlling access from VPC endpoints with bucket policies"; IAM User Guide, "AWS global
//! condition context keys". Whether those networks are the organization's own is not known here.

use ipnet::IpNet;

use crate::answer::Answer;
use crate::caller::{hold_a_broad_network, names_somebody};
use crate::condition::{Condition, OperatorKind};
use crate::denial::{Bearing, BucketResources, Question, denies};
use crate::document::Document;
use crate::evaluate::network;
use crate::tls::all_of_s3;
use crate::variables::holds_variable;

const ENDPOINT_KEYS: [&str; 6] = [
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
];

/// Whether every request that comes from elsewhere is refused. Requests that an AWS service makes may be left out.
#[must_use]
pub fn denies_requests_from_elsewhere(document: &Document, resources: &BucketResources) -> Answer {
    let variables = document.has_variables();
    denies(
        document,
        &Question {
            resources,
            bucket_too: true,
            actions: all_of_s3,
            bearing: &|condition| from_elsewhere(condition, variables),
        },
    )
}

fn from_elsewhere(condition: &Condition, variables: bool) -> Bearing {
    let kind = condition.operator.kind;
    if condition.is_about("aws:ViaAWSService") || condition.is_about("aws:PrincipalIsAWSService") {
        let others = condition.values.iter().all(|value| value.eq_ignore_ascii_case("false"));
        return match kind {
            // Requests without a signature do not carry the key (IAM User Guide, "AWS global condition context keys").
            Some(OperatorKind::Bool)
                if others
                    && condition.is_about("aws:PrincipalIsAWSService")
                    && !condition.operator.holds_without_key() =>
            {
                Bearing::Escapes(
                    "refuses no requests without a signature, which carry no `aws:PrincipalIsAWSService`".to_owned(),
                )
            }
            Some(OperatorKind::Bool) if others => Bearing::Holds,
            _ => Bearing::None,
        };
    }
    let wide = || {
        Bearing::Escapes(format!(
            "lets in whoever comes from a network that `{}` does not fix",
            condition.key
        ))
    };
    if condition.is_about("aws:SourceIp") || condition.is_about("aws:VpcSourceIp") {
        if kind != Some(OperatorKind::NotIpAddress) {
            return unclear(condition);
        }
        let networks: Option<Vec<IpNet>> = condition.values.iter().map(|value| network(value)).collect();
        return match networks {
            None => unclear(condition),
            Some(networks) if hold_a_broad_network(&networks) => wide(),
            // Addresses within a VPC are its owner's choice, so every VPC can have them.
            Some(_) if condition.is_about("aws:VpcSourceIp") => {
                Bearing::Escapes("lets in whoever comes from a VPC with such addresses, whosever it is".to_owned())
            }
            Some(_) if !condition.operator.holds_without_key() => Bearing::Escapes(format!(
                "refuses no requests without `{}`, such as those through any VPC endpoint",
                condition.key
            )),
            Some(_) => Bearing::Holds,
        };
    }
    if !ENDPOINT_KEYS.iter().any(|key| condition.is_about(key)) {
        return Bearing::None;
    }
    let filled: Vec<String> = condition.values.iter().map(|value| filled(value, variables)).collect();
    if let Some(value) = filled.iter().find(|value| holds_variable(value, variables)) {
        return if value.contains("${aws:principal") {
            wide()
        } else {
            Bearing::Unclear(format!(
                "compares `{}` with a policy variable, and what that becomes is not known",
                condition.key
            ))
        };
    }
    let plain = condition.operator.quantifier.is_none() || condition.operator.holds_without_key();
    match kind.filter(|_| plain) {
        Some(OperatorKind::StringNotEquals | OperatorKind::StringNotEqualsIgnoreCase) => Bearing::Holds,
        Some(OperatorKind::StringNotLike | OperatorKind::ArnNotLike | OperatorKind::ArnNotEquals) => {
            if filled.iter().all(|value| names_somebody(&condition.key, value)) {
                Bearing::Holds
            } else {
                wide()
            }
        }
        // The key is missing from requests that come over the internet.
        Some(OperatorKind::Null) if condition.values.iter().any(|value| value.eq_ignore_ascii_case("true")) => {
            Bearing::Escapes(format!(
                "refuses only requests without `{}`, whosever endpoint it is",
                condition.key
            ))
        }
        _ => unclear(condition),
    }
}

/// A value in which the variables of the bucket's own account and organization are filled in: whose they are is certain, and
/// which they are does not matter here.
fn filled(value: &str, variables: bool) -> String {
    if !holds_variable(value, variables) {
        return value.to_owned();
    }
    value
        .to_ascii_lowercase()
        .replace("${aws:resourceaccount}", "000000000000")
        .replace("${aws:resourceorgid}", "o-own")
}

fn unclear(condition: &Condition) -> Bearing {
    Bearing::Unclear(format!(
        "compares `{}` with the operator `{}`, which this program does not evaluate there",
        condition.key, condition.operator.text
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_of_all_but_named_networks_counts() {
        for (condition, expected) in [
            (r#"{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}"#, Some(true)),
            (
                r#"{"StringNotEqualsIfExists":{"aws:SourceVpc":["vpc-1","vpc-2"]}}"#,
                Some(true),
            ),
            (r#"{"NotIpAddress":{"aws:SourceIp":["203.0.113.0/24"]}}"#, Some(true)),
            (
                r#"{"NotIpAddressIfExists":{"aws:SourceIp":"203.0.113.0/24"},"StringNotEqualsIfExists":{"aws:SourceVpc":"vpc-1"},
                "BoolIfExists":{"aws:ViaAWSService":"false","aws:PrincipalIsAWSService":"false"}}"#,
                Some(true),
            ),
            (
                r#"{"StringNotEquals":{"aws:SourceVpce":"vpce-1"},"Bool":{"aws:ViaAWSService":"false"}}"#,
                Some(true),
            ),
            (
                r#"{"StringNotEquals":{"aws:SourceVpce":"vpce-1"},"Bool":{"aws:PrincipalIsAWSService":"false"}}"#,
                Some(false),
            ),
            (
                r#"{"StringNotEquals":{"aws:SourceVpce":"vpce-1"},"BoolIfExists":{"aws:PrincipalIsAWSService":"true"}}"#,
                Some(false),
            ),
            (r#"{"NotIpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#, Some(false)),
            (
                r#"{"NotIpAddress":{"aws:SourceIp":["0.0.0.0/1","128.0.0.0/1"]}}"#,
                Some(false),
            ),
            (r#"{"StringNotLike":{"aws:SourceVpce":"vpce-*"}}"#, Some(false)),
            (r#"{"Null":{"aws:SourceVpce":"true"}}"#, Some(false)),
            (
                r#"{"StringNotEquals":{"aws:SourceVpce":"vpce-1"},"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/x"}}"#,
                Some(false),
            ),
            (r#"{"StringEquals":{"aws:SourceVpce":"vpce-1"}}"#, None),
            (r#"{"NotIpAddress":{"aws:SourceIp":"x"}}"#, None),
            (r#"{"NotIpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}}"#, Some(false)),
            (
                r#"{"NotIpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"},"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}"#,
                Some(false),
            ),
            (
                r#"{"ForAnyValue:NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
                Some(false),
            ),
            (
                r#"{"StringNotEquals":{"aws:VpceAccount":"${aws:PrincipalAccount}"}}"#,
                Some(false),
            ),
            (
                r#"{"StringNotEquals":{"aws:VpceAccount":"${aws:ResourceAccount}"}}"#,
                Some(true),
            ),
            (
                r#"{"StringNotLike":{"aws:VpceOrgPaths":"${aws:ResourceOrgID}/*"}}"#,
                Some(true),
            ),
            (r#"{"StringNotEquals":{"aws:SourceVpc":"${aws:username}"}}"#, None),
        ] {
            let text = format!(
                r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Principal":"*","Action":"s3:*",
                "Resource":["arn:aws:s3:::data","arn:aws:s3:::data/*"],"Condition":{condition}}}}}"#
            );
            let document = Document::parse(&text).expect(&text);
            let answer = denies_requests_from_elsewhere(&document, &BucketResources::of("arn:aws:s3:::data"));
            let told = match &answer {
                Answer::Yes => Some(true),
                Answer::No(_) => Some(false),
                Answer::Unclear(_) => None,
            };
            assert_eq!(told, expected, "{condition}: {answer:?}");
        }
    }
}
