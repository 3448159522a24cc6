//! Who is calling: the account in an access key id, the credential scope of the signature, and the sessions of assumed roles.
//!
//! The account stands in the access key id the way AWS codes it, so that no table is needed to find it. Signatures are not
//! verified: whoever knows an access key id is believed.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::permissions::SessionPolicy;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const HANDLE_BITS: u32 = 39;
const HANDLE_MASK: u128 = (1 << HANDLE_BITS) - 1;

/// An access key id: a prefix that says whether it is temporary, the account (40 bits), and a handle (39 bits).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AccessKeyId {
    pub(crate) is_temporary: bool,
    pub(crate) account: u64,
    pub(crate) handle: u64,
}

impl AccessKeyId {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (prefix, coded) = (text.get(..4)?, text.get(4..)?);
        let is_temporary = match prefix {
            "AKIA" => false,
            "ASIA" => true,
            _ => return None,
        };
        if coded.len() != 16 {
            return None;
        }
        let mut bits: u128 = 0;
        for byte in coded.bytes() {
            let digit = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'2'..=b'7' => byte - b'2' + 26,
                _ => return None,
            };
            bits = (bits << 5) | u128::from(digit);
        }
        Some(Self {
            is_temporary,
            account: u64::try_from((bits >> HANDLE_BITS) & ((1 << 40) - 1)).ok()?,
            handle: u64::try_from(bits & HANDLE_MASK).ok()?,
        })
    }

    pub(crate) fn text(self) -> String {
        let bits = (u128::from(self.account) << HANDLE_BITS) | (u128::from(self.handle) & HANDLE_MASK);
        let mut text = String::with_capacity(20);
        text.push_str(if self.is_temporary { "ASIA" } else { "AKIA" });
        for position in (0..16).rev() {
            text.push(char::from(BASE32[((bits >> (position * 5)) & 31) as usize]));
        }
        text
    }
}

/// What the `Authorization` header says before its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CredentialScope<'request> {
    pub(crate) access_key_id: &'request str,
    pub(crate) region: &'request str,
    pub(crate) service: &'request str,
}

impl<'request> CredentialScope<'request> {
    pub(crate) fn parse(authorization: &'request str) -> Option<Self> {
        let rest = authorization.split_once("Credential=")?.1;
        let credential = rest.split([',', ' ']).next()?;
        // The access key id itself holds no slash: key/date/region/service/aws4_request.
        let mut parts = credential.split('/');
        let access_key_id = parts.next()?;
        let _date = parts.next()?;
        Some(Self {
            access_key_id,
            region: parts.next()?,
            service: parts.next()?,
        })
    }
}

/// A session of an assumed role.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) account: u64,
    pub(crate) arn: String,
    pub(crate) user_id: String,
    /// Index of the role in its account.
    pub(crate) role: usize,
    pub(crate) policy: Option<SessionPolicy>,
    pub(crate) expires_at: Duration,
}

const SHARDS: usize = 16;
const SESSIONS_A_SHARD: usize = 8_192;

type Hasher = BuildHasherDefault<std::collections::hash_map::DefaultHasher>;

/// The sessions that were handed out, bounded: past the bound a shard forgets those that end first.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    next: AtomicU64,
    shards: [RwLock<HashMap<u64, Arc<Session>, Hasher>>; SHARDS],
}

impl Sessions {
    /// Keeps a session and gives its handle.
    pub(crate) fn open(&self, session: Session) -> u64 {
        let number = self.next.fetch_add(1, Ordering::Relaxed) + 1;
        // Spread over the 39 bits by an odd multiplier, so that key ids of neighbours do not look alike.
        let handle = number.wrapping_mul(0x2545_F491_4F6C_DD1D) & u64::try_from(HANDLE_MASK).unwrap_or(u64::MAX);
        let mut shard = self.shard(handle).write().unwrap_or_else(PoisonError::into_inner);
        if shard.len() >= SESSIONS_A_SHARD
            && let Some(first) = shard
                .iter()
                .min_by_key(|(_, session)| session.expires_at)
                .map(|(handle, _)| *handle)
        {
            shard.remove(&first);
        }
        shard.insert(handle, Arc::new(session));
        handle
    }

    pub(crate) fn find(&self, handle: u64) -> Option<Arc<Session>> {
        self.shard(handle)
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&handle)
            .cloned()
    }

    fn shard(&self, handle: u64) -> &RwLock<HashMap<u64, Arc<Session>, Hasher>> {
        &self.shards[usize::try_from(handle % SHARDS as u64).unwrap_or(0)]
    }
}

/// Credentials that the simulated organization accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The access key id; the account is coded into it.
    pub access_key_id: String,
    /// The secret; never checked.
    pub secret_access_key: String,
    /// The session token of a role's session.
    pub session_token: Option<String>,
}

/// A secret with the look of one, made from a number.
pub(crate) fn secret(number: u64, length: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut state = number;
    (0..length)
        .map(|_| {
            state = crate::hash::mix(state.wrapping_add(0x9E37_79B9_7F4A_7C15));
            char::from(ALPHABET[(state >> 58) as usize])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_key_id_gives_back_the_account_that_was_coded_into_it() {
        for account in [1, 111_122_223_333, 999_999_999_999] {
            let key = AccessKeyId {
                is_temporary: true,
                account,
                handle: 77,
            };
            assert_eq!(key.text().len(), 20);
            assert_eq!(AccessKeyId::parse(&key.text()), Some(key));
        }
    }

    #[test]
    fn the_account_is_coded_as_aws_codes_it() {
        // The example pair of key id and account that the write-ups of the coding use.
        let key = AccessKeyId::parse("ASIAQNZGKIQY56JQ7WML").expect("a key id");
        assert_eq!((key.is_temporary, key.account), (true, 29_608_264_753));
    }

    #[test]
    fn text_that_is_no_access_key_id_is_refused() {
        for text in [
            "",
            "AKIA",
            "testing",
            "AKIA0000000000000000",
            "AROAQNZGKIQY56JQ7WML",
            "AKIAé",
        ] {
            assert_eq!(AccessKeyId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_scope_is_read_from_the_authorization_header() {
        let header =
            "AWS4-HMAC-SHA256 Credential=AKIAX/20261120/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=ab";
        let scope = CredentialScope::parse(header).expect("a scope");
        assert_eq!(
            (scope.access_key_id, scope.region, scope.service),
            ("AKIAX", "eu-west-1", "s3")
        );
        assert_eq!(CredentialScope::parse("Bearer x"), None);
    }

    #[test]
    fn a_full_shard_forgets_the_session_that_ends_first() {
        let sessions = Sessions::default();
        let mut handles = Vec::new();
        for number in 0..(SESSIONS_A_SHARD * SHARDS + SHARDS * 64) {
            handles.push(sessions.open(Session {
                account: 1,
                arn: String::new(),
                user_id: String::new(),
                role: 0,
                policy: None,
                expires_at: Duration::from_secs(number as u64),
            }));
        }
        assert!(sessions.find(handles[0]).is_none());
        assert!(sessions.find(*handles.last().expect("some")).is_some());
        assert!(
            sessions
                .shards
                .iter()
                .all(|shard| shard.read().expect("nobody panics").len() <= SESSIONS_A_SHARD)
        );
    }
}
