//! What AWS itself calls things, and so says nothing of anybody.
//!
//! It knows a text and not where it stands.

/// Constants and switches.
pub(super) const AWS_WORDS: &[&str] = &[
    "*",
    "-",
    "/",
    "AWS",
    "AES256",
    "ALL",
    "CUSTOM_LAMBDA",
    "CUSTOM_POLICY",
    "FullAWSAccess",
    "GLACIER",
    "HTTP",
    "HTTPS",
    "No",
    "RCPFullAWSAccess",
    "STANDARD",
    "Yes",
    "anonymous",
    "authenticated-read",
    "aws-exec-read",
    "aws:kms",
    "aws:kms:dsse",
    "bucket-owner-full-control",
    "bucket-owner-read",
    "false",
    "log-delivery-write",
    "none",
    "p-FullAWSAccess",
    "p-RCPFullAWSAccess",
    "private",
    "public-read",
    "public-read-write",
    "root",
    "true",
];

/// Whether a text is a word of AWS: a constant, a region, a service, a switch, a moment, or a number that is no account id.
pub(super) fn is_word_of_aws(text: &str) -> bool {
    AWS_WORDS.contains(&text) || is_region(text) || is_service(text) || is_moment(text)
}

/// Whether a text has the form of a region's name.
pub(super) fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_lower = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    matches!(parts.as_slice(), [area, middle @ .., number]
        if area.len() == 2 && (1..=2).contains(&middle.len()) && is_lower(area) && middle.iter().all(is_lower)
            && REGION_PARTS.contains(&middle[middle.len() - 1])
            && number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The words before the number in regions' names (AWS Regions and Availability Zones, "AWS Regions").
const REGION_PARTS: &[&str] = &[
    "central",
    "east",
    "north",
    "northeast",
    "northwest",
    "south",
    "southeast",
    "southwest",
    "west",
];

/// Whether a text is the principal of a service: labels before `amazonaws.com` that name no endpoint of a bucket.
fn is_service(text: &str) -> bool {
    let Some(labels) = text
        .strip_suffix(".amazonaws.com")
        .or_else(|| text.strip_suffix(".amazonaws.com.cn"))
    else {
        return false;
    };
    let labels: Vec<&str> = labels.split('.').collect();
    let is_label =
        |label: &&str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    match labels.as_slice() {
        [service] => is_label(service),
        [service, place] => is_label(service) && is_region(place) || DELIVERY.contains(service) && is_label(place),
        _ => false,
    }
}

/// First labels of services' principals that have two.
const DELIVERY: &[&str] = &[
    "delivery",
    "logging",
    "vpc-flow-logs",
    "member",
    "malware-protection-plan",
    "storage-lens",
];

fn is_moment(text: &str) -> bool {
    text.len() >= 10
        && text.len() <= 35
        && text.starts_with("20")
        && text.as_bytes()[4] == b'-'
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"-:.TZ+".contains(&byte))
}
