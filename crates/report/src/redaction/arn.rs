//! ARNs, part by part.
//!
//! The service, the region and the type of a resource stay; the account and every name are replaced (AWS General Reference,
//! "Amazon Resource Names").

use super::redactor::Redactor;
use super::words::is_region;

/// Types of resources, as they stand first in the last part of an ARN.
const TYPES: &[&str] = &[
    "accelerator",
    "access-grants",
    "accesspoint",
    "account",
    "alarm",
    "alias",
    "analyzer",
    "archive-rule",
    "assumed-role",
    "async",
    "aws-service-role",
    "bucket",
    "certificate",
    "config-recorder",
    "config-rule",
    "delivery-source",
    "deliverystream",
    "detector",
    "distribution",
    "event-bus",
    "event-rule",
    "federated-user",
    "function",
    "global",
    "grant",
    "group",
    "instance-profile",
    "key",
    "location",
    "log-group",
    "log-stream",
    "malware-protection-plan",
    "mfa",
    "object",
    "oidc-provider",
    "organization",
    "origin-access-identity",
    "ou",
    "policy",
    "protection",
    "regional",
    "resource_control_policy",
    "role",
    "root",
    "rule",
    "s3_policy",
    "saml-provider",
    "service-role",
    "service_control_policy",
    "stack",
    "storage-lens",
    "table",
    "trail",
    "user",
    "vpc",
    "vpc-endpoint",
    "webacl",
];

impl Redactor {
    /// An ARN, or the beginning or the pattern of one.
    pub(super) fn arn(&self, arn: &str) -> String {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let is_plain = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-*?{}".contains(&byte))
        };
        let mut written = String::with_capacity(arn.len() + 32);
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                written.push(':');
            }
            let is_kept = match at {
                0 => true,
                1 => part.starts_with("aws") && is_plain(part) || matches!(*part, "*" | "{partition}" | ""),
                2 => is_plain(part),
                3 => part.is_empty() || *part == "*" || is_region(part),
                4 => matches!(*part, "" | "*" | "aws" | "cloudfront" | "{account}" | "aws-marketplace"),
                _ => false,
            };
            if is_kept {
                written.push_str(part);
            } else if at == 5 {
                written.push_str(&self.resource(&parts, part));
            } else {
                written.push_str(&self.pattern(part));
            }
        }
        written
    }

    fn resource(&self, parts: &[&str], resource: &str) -> String {
        let (service, account) = (parts[2], parts[4]);
        if service == "s3" && account.is_empty() {
            return self.object(resource);
        }
        // What AWS made for everybody says nothing of anybody.
        if account == "aws" || resource.starts_with("alias/aws/") {
            return resource.to_owned();
        }
        let mut written = String::with_capacity(resource.len());
        let mut rest = resource;
        let mut at = 0;
        while !rest.is_empty() {
            let length = rest.find(['/', ':']).unwrap_or(rest.len());
            let (part, is_last) = (&rest[..length], length == rest.len());
            let is_type = at < 2 && !is_last && TYPES.contains(&part) || part == "root" || at >= 2 && part == "object";
            if is_type || part.starts_with("AWSServiceRoleFor") {
                written.push_str(part);
            } else {
                written.push_str(&self.pattern(part));
            }
            written.push_str(&rest[length..(length + 1).min(rest.len())]);
            rest = &rest[(length + 1).min(rest.len())..];
            at += 1;
        }
        written
    }
}
