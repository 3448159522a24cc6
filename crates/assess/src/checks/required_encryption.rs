//! Whether a bucket has to be encrypted with keys of AWS KMS, for the checks that ask whether uploads can escape that.
//!
//! The configuration says so: for every bucket, where it approves no other algorithm, or for the buckets of some classes.

use super::classification::{Classified, classified};
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// SSE-S3, whose keys S3 keeps to itself.
const OF_S3: &str = "AES256";

/// What encryption a bucket's uploads have to have.
#[derive(Debug)]
pub(super) enum Required<'a> {
    /// One of these algorithms of AWS KMS, for the reason that the text gives.
    Kms(Vec<&'a str>, String),
    /// None in particular, as the text says.
    Nothing(String),
}

/// What encryption the organization asks of the bucket's uploads.
pub(super) fn required<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Required<'a>, Unknown<'a>> {
    let parameters = view.parameters;
    let approved = parameters.approved_encryption.iter().map(String::as_str);
    let of_kms: Vec<&str> = approved.clone().filter(|algorithm| *algorithm != OF_S3).collect();
    if approved.count() == of_kms.len() {
        let reason = "the organization approves no encryption but that of AWS KMS".to_owned();
        return Ok(Required::Kms(of_kms, reason));
    }
    Ok(match classified(view, trail, "kms_classes", &parameters.kms_classes)? {
        Classified::As(class) => Required::Kms(of_kms, format!("the class {class} requires keys of AWS KMS")),
        Classified::Otherwise(reason) => Required::Nothing(reason),
    })
}
