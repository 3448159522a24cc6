//! What the commands of a remedy change at the bucket of a finding, read from the commands themselves.
//!
//! A command about another bucket (`--bucket LOG_BUCKET`) changes nothing here.

/// Something that a remedy changes at the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    /// Turns the public access block on.
    BlockPublicAccess,
    /// Puts another bucket policy in the place of the present one.
    Policy,
    /// Denies requests without TLS, or with an old version of it.
    RequireTls,
    /// Denies requests from outside named networks.
    RequireNetwork,
    /// Denies uploads that do not ask for a certain encryption.
    RequireEncryption,
    /// Turns access control lists off.
    DisableLists,
    /// Takes every grant but the owner's out of the access control list.
    ClearList,
    /// Puts another default encryption in the place of the present one.
    Encryption,
    /// Encrypts new objects with a key of KMS.
    KmsEncryption,
    /// Turns versioning on.
    Versioning,
    /// Turns MFA delete on.
    MfaDelete,
    /// Turns Object Lock on.
    ObjectLock,
    /// Puts other lifecycle rules in the place of the present ones.
    Lifecycle,
    /// Puts another logging configuration in the place of the present one.
    Logging,
    /// Puts other rules of replication in the place of the present ones.
    Replication,
    /// Puts other notifications in the place of the present ones.
    Notifications,
    /// Puts other tags in the place of the present ones.
    Tags,
    /// Puts other rules of cross-origin sharing in the place of the present ones, or removes them.
    CrossOrigin,
    /// Turns the website off.
    Website,
}

/// The changes of the commands in a page's blocks (`sh` and `json`), each once.
pub(super) fn changes(commands: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    for command in one_by_one(commands) {
        let mut words = command.split_whitespace();
        let (Some("aws"), Some("s3api"), Some(operation)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        let arguments: Vec<&str> = command.split_whitespace().collect();
        if !arguments.windows(2).any(|pair| pair == ["--bucket", "BUCKET"]) {
            continue;
        }
        let found: &[Change] = match operation {
            "put-public-access-block" => &[Change::BlockPublicAccess],
            "put-bucket-policy" => &[Change::Policy],
            "put-bucket-ownership-controls" => &[Change::DisableLists],
            "put-bucket-acl" => &[Change::ClearList],
            "put-bucket-encryption" if command.contains("aws:kms") => &[Change::Encryption, Change::KmsEncryption],
            "put-bucket-encryption" => &[Change::Encryption],
            "put-bucket-versioning" if command.contains("MFADelete=Enabled") => &[Change::MfaDelete],
            "put-bucket-versioning" => &[Change::Versioning],
            "put-object-lock-configuration" if command.contains("DefaultRetention") => &[Change::ObjectLock],
            "put-bucket-lifecycle-configuration" => &[Change::Lifecycle],
            "put-bucket-logging" => &[Change::Logging],
            "put-bucket-replication" => &[Change::Replication],
            "put-bucket-notification-configuration" => &[Change::Notifications],
            "put-bucket-tagging" => &[Change::Tags],
            "put-bucket-cors" | "delete-bucket-cors" => &[Change::CrossOrigin],
            "delete-bucket-website" => &[Change::Website],
            _ => &[],
        };
        changes.extend_from_slice(found);
    }
    // What a new policy says stands in the document beside the command.
    if changes.contains(&Change::Policy) {
        for (words, change) in [
            (&["aws:SecureTransport", "s3:TlsVersion"][..], Change::RequireTls),
            (&["aws:SourceVpc"], Change::RequireNetwork),
            (&["s3:x-amz-server-side-encryption"], Change::RequireEncryption),
        ] {
            if words.iter().any(|word| commands.contains(word)) {
                changes.push(change);
            }
        }
    }
    changes.sort_unstable();
    changes.dedup();
    changes
}

/// The commands of a text: each begins on a line of its own with `aws`, and goes on until the next or a comment.
fn one_by_one(text: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut is_within = false;
    for line in text.lines() {
        let begins = line.starts_with("aws ");
        if begins {
            commands.push(String::new());
        }
        is_within = begins || (is_within && !line.starts_with('#'));
        if let Some(command) = commands.last_mut().filter(|_| is_within) {
            command.push_str(line.trim_end_matches('\\'));
            command.push('\n');
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_read_from_commands_on_the_bucket_itself() {
        for (text, expected) in [
            ("aws s3api get-bucket-policy --bucket BUCKET", &[][..]),
            (
                "aws s3api put-bucket-versioning --bucket LOG_BUCKET --versioning-configuration Status=Enabled",
                &[],
            ),
            (
                "aws s3api put-bucket-encryption --bucket BUCKET --server-side-encryption-configuration \\\n  '{\"aws:kms\"}'",
                &[Change::Encryption, Change::KmsEncryption],
            ),
            (
                "{\"aws:SecureTransport\": \"false\"}\naws s3api put-bucket-policy --bucket BUCKET --policy file://p",
                &[Change::Policy, Change::RequireTls],
            ),
            (
                "# aws s3api put-bucket-acl --bucket BUCKET\naws s3control put-public-access-block --account-id ACCOUNT_ID",
                &[],
            ),
        ] {
            assert_eq!(changes(text), expected, "{text}");
        }
    }
}
