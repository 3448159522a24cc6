//! The words in code that stand for what the reader alone knows: the name of a bucket for logs, the ARN of a key.
//!
//! It does not know where they stand.

use super::code::is_of_word;

/// Something that the reader puts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Asked {
    /// The word in the code.
    pub(crate) word: &'static str,
    /// What it stands for.
    pub(crate) meaning: &'static str,
}

const fn asked(word: &'static str, meaning: &'static str) -> Asked {
    Asked { word, meaning }
}

/// Every such word, in the order of the alphabet.
pub(crate) const WORDS: &[Asked] = &[
    asked("ACCESS_KEY_ID", "the id of the access key"),
    asked("ACCESS_POINT", "the name of the access point"),
    asked("ACCOUNT_ID", "the id of the account"),
    asked(
        "ALLOWED_ORIGIN",
        "a site whose pages use the bucket, such as https://www.example.com",
    ),
    asked("ANALYZER_ARN", "the ARN of the analyzer"),
    asked("ANALYZER_NAME", "the name of the analyzer"),
    asked("ARCHIVE_RULE", "the name of the archive rule"),
    asked("BUCKET", "the name of the bucket"),
    asked("BUCKET_KEY_ARN", "the ARN of the key that the finding is about"),
    asked("CONFIG_BUCKET", "the bucket to which AWS Config delivers"),
    asked("CONFIG_RULE", "the name of the rule of AWS Config"),
    asked("DESTINATION_BUCKET", "the bucket that receives the copies"),
    asked("DETECTOR_ID", "the id of the detector"),
    asked("DISTRIBUTION_ARN", "the ARN of the distribution"),
    asked("DISTRIBUTION_ID", "the id of the distribution"),
    asked("ETAG", "the entity tag that the command before shows"),
    asked("GRANT_ID", "the id of the grant"),
    asked("INVENTORY_BUCKET", "the bucket that receives the lists"),
    asked("INVENTORY_ID", "the id of the inventory"),
    asked("KEY_ARN", "the ARN of the key"),
    asked("KEY_STORE_ID", "the id of the custom key store"),
    asked("LOG_BUCKET", "the bucket that receives the access logs"),
    asked("LOG_GROUP", "the name of the log group"),
    asked("LOG_GROUP_ARN", "the ARN of the log group, without `:*`"),
    asked("MFA_CODE", "the code that the device shows"),
    asked("MFA_DEVICE", "the name of the root user's device"),
    asked("NETWORK", "the addresses of your network, as a CIDR block"),
    asked("NEW_ACCESS_POINT", "the name of the new access point"),
    asked("NOTIFIED_TOPIC_ARN", "the ARN of the topic that the finding is about"),
    asked("ORGANIZATION_ID", "the id of the organization"),
    asked("OTHER_REGION", "the region of the copies"),
    asked("POLICY_ID", "the id of the policy"),
    asked("PREFIX", "the beginning of the keys of logs, with its slash"),
    asked("RECORDER_NAME", "the name of the recorder"),
    asked("REGION", "the region"),
    asked("ROLE_ARN", "the ARN of the role"),
    asked("ROLE_NAME", "the name of the role"),
    asked("ROOT_ID", "the id of the organization's root"),
    asked("SENDER_ARN", "the ARN of what sends: a bucket, a trail, a topic"),
    asked("START_TIME", "the time from which on, such as 2026-01-31T00:00:00Z"),
    asked("TAG_KEY", "the key of the tag"),
    asked("TAG_VALUE", "the value of the tag"),
    asked(
        "TARGET_ID",
        "the id of the root, the organizational unit or the account",
    ),
    asked("TOPIC_ARN", "the ARN of the topic"),
    asked("TOPIC_REGION", "the region of the topic, which stands in its ARN"),
    asked("TRAIL_ARN", "the ARN of the trail"),
    asked("TRAIL_BUCKET", "the bucket to which the trail delivers"),
    asked("TRAIL_NAME", "the name of the trail"),
    asked("TRAIL_REGION", "the home region of the trail, which stands in its ARN"),
    asked("USER_NAME", "the name of the user"),
    asked("VPC_ID", "the id of the VPC"),
];

/// The words that stand in a text, in the order of the alphabet.
pub(crate) fn within(text: &str) -> Vec<Asked> {
    let of_text: Vec<&str> = text.split(|character| !is_of_word(character)).collect();
    WORDS
        .iter()
        .filter(|asked| of_text.contains(&asked.word))
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_stand_in_their_order_and_once() {
        assert!(WORDS.is_sorted_by(|one, other| one.word < other.word));
    }

    #[test]
    fn whole_words_alone_are_found() {
        let words: Vec<_> = within("--target LOG_BUCKET --type S3_BUCKET_LOGGING")
            .into_iter()
            .map(|asked| asked.word)
            .collect();
        assert_eq!(words, ["LOG_BUCKET"]);
    }
}
