//! Who reaches a bucket: public access block, policy, access control list, ownership, website, CORS.

use super::{Answer, NAMESPACE, not_configured};
use crate::protocol::Success;
use crate::protocol::xml::Xml;
use crate::scenario::{Grant, Grantee, Permission, PublicAccessBlock};
use crate::services::Call;

pub(super) fn get_public_access_block(call: &Call<'_>) -> Answer {
    let block = call.bucket().public_access_block.ok_or_else(|| {
        not_configured(
            call,
            "NoSuchPublicAccessBlockConfiguration",
            "The public access block configuration was not found",
        )
    })?;
    Ok(Success::xml(Xml::document(
        "PublicAccessBlockConfiguration",
        NAMESPACE,
        |xml| {
            write_public_access_block(xml, block);
        },
    )))
}

pub(in crate::services) fn write_public_access_block(xml: &mut Xml, block: PublicAccessBlock) {
    xml.plain("BlockPublicAcls", block.block_public_acls);
    xml.plain("IgnorePublicAcls", block.ignore_public_acls);
    xml.plain("BlockPublicPolicy", block.block_public_policy);
    xml.plain("RestrictPublicBuckets", block.restrict_public_buckets);
}

pub(super) fn get_bucket_policy(call: &Call<'_>) -> Answer {
    match &call.bucket().policy {
        Some(policy) => Ok(Success::json_text(policy.document.clone())),
        None => Err(not_configured(
            call,
            "NoSuchBucketPolicy",
            "The bucket policy does not exist",
        )),
    }
}

pub(super) fn get_bucket_policy_status(call: &Call<'_>) -> Answer {
    match &call.bucket().policy {
        Some(policy) => Ok(Success::xml(Xml::document("PolicyStatus", NAMESPACE, |xml| {
            // S3 is the one service that writes this boolean in capitals in its documentation; clients read lower case.
            xml.plain("IsPublic", policy.is_public);
        }))),
        None => Err(not_configured(
            call,
            "NoSuchBucketPolicy",
            "The bucket policy does not exist",
        )),
    }
}

pub(super) fn get_bucket_acl(call: &Call<'_>) -> Answer {
    let owner = call.world.canonical_id(call.found.map_or(0, |found| found.owner));
    let private = [Grant {
        grantee: Grantee::Owner,
        permission: Permission::FullControl,
    }];
    let grants = call.bucket().acl.as_deref().unwrap_or(&private);
    Ok(Success::xml(Xml::document("AccessControlPolicy", NAMESPACE, |xml| {
        xml.within("Owner", |xml| xml.text("ID", owner));
        xml.within("AccessControlList", |xml| write_grants(xml, grants, owner));
    })))
}

/// The grants of a list, each as S3 writes it.
pub(super) fn write_grants(xml: &mut Xml, grants: &[Grant], owner: &str) {
    for grant in grants {
        xml.within("Grant", |xml| {
            match &grant.grantee {
                Grantee::Owner => xml.within_typed("Grantee", "CanonicalUser", |xml| xml.text("ID", owner)),
                Grantee::CanonicalUser(id) => xml.within_typed("Grantee", "CanonicalUser", |xml| xml.text("ID", id)),
                Grantee::Email(address) => {
                    xml.within_typed("Grantee", "AmazonCustomerByEmail", |xml| {
                        xml.text("EmailAddress", address);
                    });
                }
                Grantee::Group(uri) => xml.within_typed("Grantee", "Group", |xml| xml.text("URI", uri)),
            }
            xml.text("Permission", grant.permission.as_str());
        });
    }
}

pub(super) fn get_bucket_ownership_controls(call: &Call<'_>) -> Answer {
    let ownership = call.bucket().ownership.ok_or_else(|| {
        not_configured(
            call,
            "OwnershipControlsNotFoundError",
            "The bucket ownership controls were not found",
        )
    })?;
    Ok(Success::xml(Xml::document("OwnershipControls", NAMESPACE, |xml| {
        xml.within("Rule", |xml| xml.text("ObjectOwnership", ownership.as_str()));
    })))
}

pub(super) fn get_bucket_website(call: &Call<'_>) -> Answer {
    let website = call.bucket().website.as_ref().ok_or_else(|| {
        not_configured(
            call,
            "NoSuchWebsiteConfiguration",
            "The specified bucket does not have a website configuration",
        )
    })?;
    Ok(Success::xml(Xml::document("WebsiteConfiguration", NAMESPACE, |xml| {
        if let Some(host) = &website.redirect_host {
            xml.within("RedirectAllRequestsTo", |xml| {
                xml.text("HostName", host);
                xml.optional("Protocol", website.redirect_protocol.as_deref());
            });
        }
        if let Some(suffix) = &website.index_document {
            xml.within("IndexDocument", |xml| xml.text("Suffix", suffix));
        }
        if let Some(key) = &website.error_document {
            xml.within("ErrorDocument", |xml| xml.text("Key", key));
        }
        if !website.routing_rules.is_empty() {
            xml.within("RoutingRules", |xml| {
                for rule in &website.routing_rules {
                    xml.within("RoutingRule", |xml| {
                        xml.within("Condition", |xml| xml.text("KeyPrefixEquals", &rule.key_prefix));
                        xml.within("Redirect", |xml| {
                            xml.text("ReplaceKeyPrefixWith", &rule.replace_prefix_with);
                        });
                    });
                }
            });
        }
    })))
}

pub(super) fn get_bucket_cors(call: &Call<'_>) -> Answer {
    let rules = call
        .bucket()
        .cors
        .as_ref()
        .ok_or_else(|| not_configured(call, "NoSuchCORSConfiguration", "The CORS configuration does not exist"))?;
    Ok(Success::xml(Xml::document("CORSConfiguration", NAMESPACE, |xml| {
        for rule in rules {
            xml.within("CORSRule", |xml| {
                xml.optional("ID", rule.id.as_deref());
                for (name, values) in [
                    ("AllowedOrigin", &rule.allowed_origins),
                    ("AllowedMethod", &rule.allowed_methods),
                    ("AllowedHeader", &rule.allowed_headers),
                    ("ExposeHeader", &rule.expose_headers),
                ] {
                    for value in values {
                        xml.text(name, value);
                    }
                }
                xml.optional_plain("MaxAgeSeconds", rule.max_age_seconds);
            });
        }
    })))
}
