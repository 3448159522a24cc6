//! Where each page lies within the report, by what it is about. Paths are relative to the report, with `/`.
//!
//! Two things never share a path, also where the file system does not tell upper from lower case.

use std::fmt::Write as _;

use s3attest_model::finding::Resource;
use s3attest_model::identifiers::{AccountId, BucketName, CheckId, ControlId};
use s3attest_model::services::ServiceSource;
use sha2::{Digest, Sha256};

use crate::identity::hexadecimal;

/// Longer names are cut and told apart by a digest, so that no path component exceeds 255 bytes.
const LONGEST: usize = 180;

pub(super) const INDEX: &str = "index.html";
pub(super) const FINDINGS: &str = "findings.html";
pub(super) const EXCEPTIONS: &str = "exceptions.html";
pub(super) const MAP: &str = "map.html";
pub(super) const CONTROLS: &str = "controls.html";
pub(super) const ACCOUNTS: &str = "accounts.html";
pub(super) const CHECKS: &str = "checks.html";
pub(super) const SOURCES: &str = "sources.html";
pub(super) const METHOD: &str = "method.html";

/// A numbered page of the findings, from 1.
pub(super) fn findings(page: u64) -> String {
    numbered(FINDINGS, "findings/", page)
}

/// A numbered page of the exceptions, from 1.
pub(super) fn exceptions(page: u64) -> String {
    numbered(EXCEPTIONS, "exceptions/", page)
}

/// The place of an exception on its page.
pub(super) fn exception(id: &str, page: u64) -> String {
    format!("{}#exception-{id}", exceptions(page))
}

/// A numbered page of the list of accounts, from 1.
pub(super) fn accounts(page: u64) -> String {
    numbered(ACCOUNTS, "accounts/list-", page)
}

/// The table of contents of the search.
pub(super) const SEARCH: &str = "findings/search/contents.js";

/// A part of the search: of a group of findings, from 1.
pub(super) fn search_part(group: usize, number: usize) -> String {
    format!("findings/search/{group:02}-{number:05}.js")
}

/// Where a check's finding on a resource stands on the page of that resource.
pub(super) fn finding(check: &CheckId, resource: &Resource) -> String {
    format!("finding-{check}{}", part(resource))
}

/// What tells the findings of one check apart on a page that many resources share: regions and access points stand on the
/// page of their account. Empty for what a page has one of.
pub(super) fn part(resource: &Resource) -> String {
    match resource {
        Resource::Organization { .. } | Resource::Account { .. } | Resource::Bucket { .. } => String::new(),
        Resource::Region { region, .. } => format!("-{}", plain(region.as_str())),
        Resource::AccessPoint { name, region, .. } => {
            let region = region.as_ref().map_or("", AsRef::as_ref);
            format!("-{}-{}", plain(region), plain(name))
        }
    }
}

/// A name as it may stand in an address: itself, or a digest of one with other characters than names have.
fn plain(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if name.len() <= LONGEST && name.bytes().all(is_plain) {
        return name.to_owned();
    }
    format!("~{}", hexadecimal(&Sha256::digest(name.as_bytes())[..16]))
}

/// A numbered page of the map of accounts and control families, from 1.
pub(super) fn map(page: u64) -> String {
    numbered(MAP, "map/", page)
}

/// A numbered page of an account, from 1; the pages after the first continue its list of buckets.
pub(super) fn account(account: &AccountId, page: u64) -> String {
    numbered(
        &format!("accounts/{account}.html"),
        &format!("accounts/{account}-"),
        page,
    )
}

/// A numbered page of what the sources said of an account, from 1.
pub(super) fn services(account: &AccountId, page: u64) -> String {
    numbered(
        &format!("accounts/{account}-services.html"),
        &format!("accounts/{account}-services-"),
        page,
    )
}

/// The place of a source on the page of sources.
pub(super) fn source(source: ServiceSource) -> String {
    format!("{SOURCES}#{source}")
}

pub(super) fn check(check: &CheckId) -> String {
    format!("checks/{check}.html")
}

/// The list of a framework's controls; `None` for the first framework.
pub(super) fn controls(framework: Option<&str>) -> String {
    framework.map_or_else(|| CONTROLS.to_owned(), |framework| format!("controls/{framework}.html"))
}

/// A control's page; those of other frameworks than the first lie in a directory of their framework's. `SC-8(1)` becomes
/// `sc-8_1`: a control id has no underscore of its own.
pub(super) fn control(framework: Option<&str>, control: &ControlId) -> String {
    let name: String = control
        .as_str()
        .chars()
        .filter(|character| *character != ')')
        .map(|character| {
            if character == '(' {
                '_'
            } else {
                character.to_ascii_lowercase()
            }
        })
        .collect();
    match framework {
        None => format!("controls/{name}.html"),
        Some(framework) => format!("controls/{framework}/{name}.html"),
    }
}

/// A bucket's page. `~` is in no bucket name, so it marks what follows: a letter in upper case, or a name that an
/// operating system keeps for itself.
pub(super) fn bucket(account: &AccountId, bucket: &BucketName) -> String {
    format!("buckets/{account}/{}.html", file_name(bucket.as_str()))
}

fn file_name(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    if name.starts_with('.') || is_device(name) {
        encoded.push('~');
    }
    for character in name.chars() {
        if character.is_ascii_uppercase() {
            encoded.push('~');
        }
        encoded.push(character.to_ascii_lowercase());
    }
    if encoded.len() > LONGEST {
        encoded.truncate(LONGEST);
        encoded.push_str("~~");
        for byte in &Sha256::digest(name.as_bytes())[..16] {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "{byte:02x}");
        }
    }
    encoded
}

/// Names that Windows takes for devices, whatever follows the first dot.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || (stem.len() == 4
            && (stem.starts_with("com") || stem.starts_with("lpt"))
            && stem.as_bytes()[3].is_ascii_digit())
}

fn numbered(first: &str, others: &str, page: u64) -> String {
    if page == 1 {
        first.to_owned()
    } else {
        format!("{others}{page}.html")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_ordinary_bucket_keeps_its_name() {
        assert_eq!(file_name("audit-logs.example"), "audit-logs.example");
    }

    #[test]
    fn names_that_differ_by_case_or_length_alone_never_share_a_file() {
        let long = "a".repeat(255);
        let names = [
            "Logs",
            "logs",
            "LOGS",
            "lOgs",
            "con",
            "con.logs",
            "Con",
            "COM1",
            "..a",
            ".a",
            "a",
            "nul",
            &long,
            &long.to_uppercase(),
            &long[..254],
        ];
        let files: BTreeSet<String> = names.iter().map(|name| file_name(name)).collect();
        assert_eq!(files.len(), names.len());
        for file in files {
            assert!(
                file.len() <= 250 && !file.starts_with('.') && file == file.to_lowercase(),
                "{file}"
            );
        }
    }

    #[test]
    fn a_control_and_its_enhancements_have_their_own_pages() {
        let path = |framework, id: &str| control(framework, &ControlId::new(id).expect("a control id"));
        assert_eq!(path(None, "SC-8"), "controls/sc-8.html");
        assert_eq!(path(None, "SC-8(1)"), "controls/sc-8_1.html");
        assert_eq!(
            path(Some("aws-fsbp-1.0.0"), "S3.1"),
            "controls/aws-fsbp-1.0.0/s3.1.html"
        );
        assert_eq!(controls(Some("aws-fsbp-1.0.0")), "controls/aws-fsbp-1.0.0.html");
    }
}
