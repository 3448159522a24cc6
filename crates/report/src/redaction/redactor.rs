//! The token of each kind of original, told by the original's own shape.
//!
//! It knows a value and not the record in which it stands. Whatever it replaces it also notes while a run's originals are
//! gathered, so that what a field hides is found in texts too.

use std::cell::RefCell;
use std::net::IpAddr;

use s3attest_model::identifiers::{AccountId, BucketName};

use super::originals::Originals;
use super::terms;
use super::tokens::{Digests, Salt};
use super::words::AWS_WORDS;

/// Prefixes of IAM's unique ids (IAM User Guide, "IAM identifiers").
const UNIQUE_IDS: &[&str] = &[
    "ABIA", "ACCA", "AGPA", "AIDA", "AIPA", "AKIA", "ANPA", "ANVA", "APKA", "AROA", "ASCA", "ASIA",
];

/// Prefixes of ids that AWS gives, as the services' references write them.
const ID_PREFIXES: &[&str] = &[
    "o", "ou", "r", "p", "vpc", "vpce", "subnet", "sg", "eni", "igw", "nat", "i", "fs", "ssoins", "apl",
];

/// Makes tokens for the originals of one run or several.
pub(super) struct Redactor {
    digests: Digests,
    originals: Originals,
    /// The originals that were replaced, while they are gathered.
    gathered: Option<RefCell<Originals>>,
}

impl Redactor {
    /// One that gathers.
    pub(super) fn gathering(salt: &Salt) -> Self {
        Self {
            digests: Digests::new(salt),
            originals: Originals::default(),
            gathered: Some(RefCell::default()),
        }
    }

    /// Takes what was gathered, after which texts can be searched.
    pub(super) fn gathered(mut self, accounts: impl IntoIterator<Item = AccountId>) -> Self {
        if let Some(gathered) = self.gathered.take() {
            self.originals = gathered.into_inner();
        }
        self.originals.set_accounts(accounts);
        self
    }

    /// What is known, to be added to.
    pub(super) fn originals_mut(&mut self) -> &mut Originals {
        &mut self.originals
    }

    pub(super) fn originals(&self) -> &Originals {
        &self.originals
    }

    pub(super) fn is_gathering(&self) -> bool {
        self.gathered.is_some()
    }

    /// The key under which a bucket's name is kept.
    pub(super) fn bucket_key(&self, name: &str) -> u64 {
        self.digests.of(name).key()
    }

    fn note(&self, original: &str) {
        // The domain of `*.amazonaws.com` is nobody's name.
        if let Some(gathered) = &self.gathered
            && !terms::is_domain(original.trim_matches(['*', '.']))
        {
            gathered.borrow_mut().add_name(original);
        }
    }

    /// Notes the name of a bucket, whoever's it is.
    pub(super) fn note_bucket(&self, name: &str) {
        if let Some(gathered) = &self.gathered {
            gathered.borrow_mut().add_bucket_name(name);
        }
    }

    /// Notes a value that somebody chose, such as a tag's.
    pub(super) fn note_value(&self, value: &str) {
        if let Some(gathered) = &self.gathered {
            gathered.borrow_mut().add_value(value);
        }
    }

    /// An account: its rank in the run with six digits of its digest, so that the order stays. A stranger's begins with
    /// `99` and no account of the run does.
    pub(super) fn account(&self, id: &AccountId) -> AccountId {
        let digest = self.digests.of(id.as_str());
        let token = match self.originals.account(id) {
            Some(rank) if rank < 990_000 => format!("{rank:06}{}", digest.decimal(6)),
            Some(_) | None => format!("99{}", digest.decimal(10)),
        };
        AccountId::new(token).unwrap_or_else(|_| id.clone())
    }

    /// A bucket of an account, with its rank there, so that the order stays.
    pub(super) fn bucket(&self, account: Option<&AccountId>, name: &str) -> String {
        let digest = self.digests.of(name);
        match self.originals.bucket(digest.key(), account) {
            Some(rank) => {
                self.note(name);
                format!("bucket-{rank:07}-{}", digest.hexadecimal(12))
            }
            None => self.name(name),
        }
    }

    /// A bucket's name of an account.
    pub(super) fn bucket_name(&self, account: &AccountId, name: &BucketName) -> BucketName {
        BucketName::new(self.bucket(Some(account), name.as_str())).unwrap_or_else(|_| name.clone())
    }

    /// A name of any other kind. Names that tell nothing (`""`, `*`) stay.
    pub(super) fn name(&self, original: &str) -> String {
        if original.is_empty() || AWS_WORDS.contains(&original) {
            return original.to_owned();
        }
        self.note(original);
        format!("name-{}", self.digests.of(original).hexadecimal(10))
    }

    /// A text that people wrote and that may hold anything, replaced as a whole.
    pub(super) fn whole(&self, original: &str) -> String {
        if original.trim().is_empty() {
            return original.to_owned();
        }
        format!("text-{}", self.digests.of(original).hexadecimal(10))
    }

    /// Whatever a field names, by its shape.
    pub(super) fn identifier(&self, original: &str) -> String {
        if original.is_empty() || self.is_of_aws(original) {
            return original.to_owned();
        }
        if original.starts_with("arn:") {
            return self.arn(original);
        }
        if let Some(token) = self.shaped(original) {
            self.note(original);
            return token;
        }
        if let Some(path) = original.strip_prefix("s3://") {
            return format!("s3://{}", self.object(path));
        }
        if let Some(alias) = original.strip_prefix("alias/") {
            // A key that AWS manages.
            if alias.starts_with("aws/") && !alias.contains(char::is_whitespace) {
                return original.to_owned();
            }
            return format!("alias/{}", self.name(alias));
        }
        if self.originals.bucket(self.bucket_key(original), None).is_some() {
            return self.bucket(None, original);
        }
        self.name(original)
    }

    /// A bucket with or without a key behind it.
    pub(super) fn object(&self, path: &str) -> String {
        let (bucket, key) = path
            .split_once('/')
            .map_or((path, None), |(bucket, key)| (bucket, Some(key)));
        let is_name = BucketName::new(bucket).is_ok();
        let bucket = if is_name {
            self.note_bucket(bucket);
            self.bucket(None, bucket)
        } else {
            self.pattern(bucket)
        };
        match key {
            None => bucket,
            Some(key) => format!("{bucket}/{}", self.pattern(key)),
        }
    }

    /// A text with wildcards, slashes and variables of policies, of which each part between is replaced.
    pub(super) fn pattern(&self, original: &str) -> String {
        if !self.is_of_aws(original) {
            self.note(original);
        }
        let mut written = String::with_capacity(original.len());
        let mut rest = original;
        while !rest.is_empty() {
            if let Some(length) = variable(rest) {
                let inner = &rest[2..length - 1];
                match inner.split_once('/') {
                    Some((key, tag)) => written.extend(["${", key, "/", &self.name(tag), "}"]),
                    None => written.push_str(&rest[..length]),
                }
                rest = &rest[length..];
                continue;
            }
            let is_joint = |character: char| matches!(character, '*' | '?' | '/');
            let length = rest
                .char_indices()
                .find(|(at, character)| is_joint(*character) || variable(&rest[*at..]).is_some())
                .map_or(rest.len(), |(at, _)| at);
            if length == 0 {
                written.push_str(&rest[..1]);
                rest = &rest[1..];
            } else {
                written.push_str(&self.identifier(&rest[..length]));
                rest = &rest[length..];
            }
        }
        written
    }

    /// `key=value` of a tag. AWS's own keys stay.
    pub(super) fn tag(&self, original: &str) -> String {
        match original.split_once('=') {
            None => self.pattern(original),
            Some((key, value)) => format!("{}={}", self.tag_key(key), self.tag_value(value)),
        }
    }

    /// The value of a tag, or a pattern of values.
    pub(super) fn tag_value(&self, value: &str) -> String {
        self.note_value(value);
        if value.contains(['*', '?']) {
            self.pattern(value)
        } else {
            self.identifier(value)
        }
    }

    /// The key of a tag; `aws:` is for AWS alone (AWS Billing User Guide, "User-defined tag restrictions").
    pub(super) fn tag_key(&self, key: &str) -> String {
        if key.starts_with("aws:")
            && key
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b":-_".contains(&byte))
        {
            key.to_owned()
        } else {
            self.tag_value(key)
        }
    }

    /// The token of what is known by its shape wherever it stands; `None` for anything else.
    pub(super) fn shaped(&self, original: &str) -> Option<String> {
        let digest = || self.digests.of(original);
        if original.len() == 12
            && let Ok(account) = AccountId::new(original)
        {
            return Some(self.account(&account).to_string());
        }
        if let Some((local, host)) = original.split_once('@')
            && !local.is_empty()
            && host.contains('.')
            && !original.contains(|character: char| character.is_whitespace() || "<>\"'(){}/".contains(character))
        {
            return Some(format!("name-{}@redacted.invalid", digest().hexadecimal(10)));
        }
        if let Some(token) = self.network(original) {
            return Some(token);
        }
        let is_hexadecimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        // A canonical user id (AWS Account Management Reference, "View AWS account identifiers").
        if original.len() == 64 && is_hexadecimal(original) {
            return Some(digest().hexadecimal(64));
        }
        if original.len() == 36 && original.split('-').map(str::len).eq([8, 4, 4, 4, 12]) {
            return Some(digest().uuid());
        }
        if let Some(rest) = original.strip_prefix("mrk-")
            && rest.len() == 32
            && is_hexadecimal(rest)
        {
            return Some(format!("mrk-{}", digest().hexadecimal(32)));
        }
        if let Some(prefix) = UNIQUE_IDS.iter().find(|prefix| original.starts_with(**prefix))
            && (16..=32).contains(&original.len())
            && original
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        {
            return Some(format!("{prefix}{}", digest().capitals(17)));
        }
        let (prefix, rest) = original.split_once('-')?;
        let is_id = ID_PREFIXES.contains(&prefix)
            && rest.len() >= if prefix == "r" { 4 } else { 8 }
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && rest.bytes().any(|byte| byte.is_ascii_digit())
            && (prefix == "ou" || !rest.contains('-'));
        is_id.then(|| format!("{prefix}-{}", digest().hexadecimal(12)))
    }

    /// An IP address or a range of them. The range of all of them stays, and the length of a range does.
    fn network(&self, original: &str) -> Option<String> {
        let (address, length) = original
            .split_once('/')
            .map_or((original, None), |(address, length)| (address, Some(length)));
        let address: IpAddr = address.parse().ok()?;
        if length.is_some_and(|length| length.is_empty() || !length.bytes().all(|byte| byte.is_ascii_digit())) {
            return None;
        }
        if address.is_unspecified() {
            return Some(original.to_owned());
        }
        let token = format!("ip-{}", self.digests.of(&address.to_string()).hexadecimal(8));
        Some(match length {
            None => token,
            Some(length) => format!("{token}/{length}"),
        })
    }
}

/// The length of the policy variable with which a text begins (`${aws:username}`); `None` when it begins with none.
fn variable(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("${")?;
    let end = inner.find('}')?;
    let (key, _) = inner[..end].split_once('/').unwrap_or((&inner[..end], ""));
    let is_key = key.contains(':')
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b":-".contains(&byte));
    is_key.then_some(end + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redactor() -> Redactor {
        let salt = Salt::new(vec![3; 32]).expect("thirty-two bytes");
        let account = |id: &str| AccountId::new(id).expect("an id");
        let mut redactor = Redactor::gathering(&salt).gathered([account("000000000123"), account("111111111111")]);
        let key = redactor.bucket_key("acme-data");
        let originals = redactor.originals_mut();
        originals.add_bucket(key, &account("111111111111"), 4);
        originals.add_name("acme-data");
        originals.add_name("Sales Department");
        originals.add_vocabulary("The bucket is not public: access to the logs was denied for user on resource");
        originals.settle();
        redactor
    }

    #[test]
    fn accounts_keep_their_order_and_strangers_stand_apart() {
        let redactor = redactor();
        let token = |id: &str| redactor.shaped(id).expect("an account");
        assert!(token("000000000123").starts_with("000000") && token("111111111111").starts_with("000001"));
        assert!(token("222222222222").starts_with("99"));
        assert_eq!(token("222222222222").len(), 12);
    }

    #[test]
    fn what_is_awss_own_stays() {
        let redactor = redactor();
        for kept in [
            "",
            "*",
            "eu-central-1",
            "us-gov-west-1",
            "cloudtrail.amazonaws.com",
            "alias/aws/s3",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "arn:aws:s3:::*",
            "0.0.0.0/0",
            "aws:kms",
            "2026-05-28T20:33:20Z",
        ] {
            assert_eq!(redactor.identifier(kept), kept);
        }
        assert_eq!(redactor.tag_key("aws:createdBy"), "aws:createdBy");
        assert_eq!(redactor.pattern("${aws:username}/*"), "${aws:username}/*");
    }

    #[test]
    fn shapes_stay_recognisable_and_names_do_not() {
        let redactor = redactor();
        for (original, beginning) in [
            ("vpce-0abc1234def567890", "vpce-"),
            ("o-exampleorgid1", "o-"),
            ("ou-ab12-11111111", "ou-"),
            ("AROAJQABLZS4A3QDU576Q", "AROA"),
            ("mrk-1234abcd12ab34cd56ef1234567890ab", "mrk-"),
            ("198.51.100.0/24", "ip-"),
            ("acme-data", "bucket-0000004-"),
            ("Sales", "name-"),
            ("s3://acme-data/in/*", "s3://bucket-0000004-"),
            ("arn:aws:s3:::acme-data/in/*", "arn:aws:s3:::bucket-0000004-"),
            ("arn:aws:iam::111111111111:role/team/Deploy", "arn:aws:iam::000001"),
            ("alias/sales", "alias/name-"),
            ("jo@example.com", "name-"),
        ] {
            let token = redactor.identifier(original);
            assert!(token.starts_with(beginning) && token != original, "{original}: {token}");
            assert_eq!(token, redactor.identifier(original));
        }
        assert!(redactor.identifier("198.51.100.0/24").ends_with("/24"));
        assert!(redactor.identifier("jo@example.com").ends_with("@redacted.invalid"));
        let role = redactor.arn("arn:aws:iam::111111111111:role/team/Deploy");
        assert!(
            !role.contains("team") && !role.contains("Deploy") && role.contains(":role/"),
            "{role}"
        );
    }

    #[test]
    fn sentences_keep_their_words() {
        let redactor = redactor();
        for kept in [
            "The bucket is not public.",
            "Read by s3:GetBucketAcl in eu-central-1 at 2026-05-28T20:33:20Z, 12 of 123456 times.",
            "Create the role in this account, and let the caller assume it.",
        ] {
            assert_eq!(redactor.text(kept), kept);
        }
        let said = redactor
            .text("Sales Department keeps its logs in acme-data.s3.eu-central-1.amazonaws.com/x and acme-database.");
        assert!(
            said.starts_with("name-") && said.contains(" keeps its logs in bucket-0000004-"),
            "{said}"
        );
        assert!(
            said.contains(".s3.eu-central-1.amazonaws.com/x and acme-database."),
            "{said}"
        );
        let said =
            redactor.text("Requests to stranger-bucket.s3.amazonaws.com, by 123456789012 or \"TheirStatement\".");
        assert!(
            !said.contains("stranger") && !said.contains("123456789012") && !said.contains("Their"),
            "{said}"
        );
    }

    #[test]
    fn an_arn_keeps_its_commas_and_loses_both_halves() {
        let redactor = redactor();
        let said = redactor
            .text("Allows arn:aws:iam::111111111111:role/Sales,Zebra, arn:aws:s3:::stranger,arn:aws:s3:::x/Zebra,a.");
        assert!(
            !said.contains("Zebra") && !said.contains("Sales") && !said.contains("stranger"),
            "{said}"
        );
        let commas = said.matches(',').count();
        assert!(
            commas >= 2 && said.contains(", arn:aws:s3:::") && said.contains(",arn:aws:s3:::") && said.ends_with('.'),
            "{said}"
        );
    }

    #[test]
    fn numbers_that_are_names_are_replaced_where_they_stand_whole() {
        let mut redactor = redactor();
        let originals = redactor.originals_mut();
        originals.add_bucket_name("2024");
        originals.add_bucket_name("2024-07.1");
        originals.add_value("471147");
        originals.settle();
        let said =
            redactor.text("The logs go to 2024-07.1 and 2024, by 2024/in, as 471147; \"9988776\" and \"2024\" too.");
        assert!(
            !said.contains("2024") && !said.contains("471147") && !said.contains("9988776"),
            "{said}"
        );
        let kept = "At 2024-05-28T20:33:20Z and 28.05.2024, after 1,2024 of \"12\" times, 47114 of 100 bytes.";
        assert_eq!(redactor.text(kept), kept);
    }

    #[test]
    fn numbers_of_policies_stay_under_operators_that_count() {
        let redactor = redactor();
        let said = redactor.document(
            r#"{"Condition":{"StringEquals":{"aws:PrincipalTag/CostCentre":["4711",4712]},"ForAnyValue:NumericLessThanIfExists":{"s3:max-keys":"4713","s3:x":4714},"DateLessThan":{"aws:CurrentTime":"1700000000"}}}"#,
        );
        assert!(!said.contains("4711") && !said.contains("4712"), "{said}");
        assert!(
            said.contains("\"4713\"") && said.contains(":4714") && said.contains("\"1700000000\""),
            "{said}"
        );
    }

    #[test]
    fn messages_of_others_lose_what_looks_like_a_name() {
        let redactor = redactor();
        let said = redactor.message(
            "access denied for user AcmeAuditor42 on resource acme_x by s3:GetBucketAcl: AccessDeniedException",
        );
        assert!(said.starts_with("access denied for user name-"), "{said}");
        assert!(!said.contains("Acme") && !said.contains("acme"), "{said}");
        assert!(said.ends_with("by s3:GetBucketAcl: AccessDeniedException"), "{said}");
    }

    #[test]
    fn what_is_no_policy_is_replaced_as_a_whole() {
        let redactor = redactor();
        assert!(redactor.document("no policy of Sales").starts_with("text-"));
        let kept = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Condition":{"Bool":{"aws:SecureTransport":"false"},"NumericLessThan":{"s3:TlsVersion":1.2}}}]}"#;
        assert_eq!(redactor.document(kept), kept);
    }
}
