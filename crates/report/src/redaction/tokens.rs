//! Tokens: what stands in the place of an original.
//!
//! A token is made of the original's HMAC-SHA-256 under the salt (RFC 2104), so that the same original always has the same
//! token and nobody without the salt can tell, or try out, which original it was. This page knows shapes only, and not
//! where originals stand.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::identity::hexadecimal;

/// The least bytes of a salt.
const LEAST: usize = 16;

/// What tokens are made with besides the original. It is shown to nobody, its debugging form included.
#[derive(Clone)]
pub struct Salt(Vec<u8>);

/// A salt that is so short that originals could be found by trying salts out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a salt has at least {LEAST} bytes, and this one has {length}")]
pub struct ShortSalt {
    /// How many bytes it has.
    pub length: usize,
}

impl Salt {
    /// Takes bytes that nobody can guess; at least sixteen.
    pub fn new(bytes: Vec<u8>) -> Result<Self, ShortSalt> {
        if bytes.len() < LEAST {
            return Err(ShortSalt { length: bytes.len() });
        }
        Ok(Self(bytes))
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Salt(…)")
    }
}

/// Makes digests under one salt.
#[derive(Clone)]
pub(super) struct Digests(Hmac<Sha256>);

impl Digests {
    pub(super) fn new(salt: &Salt) -> Self {
        Self(Hmac::new_from_slice(&salt.0).expect("HMAC takes a key of any length"))
    }

    pub(super) fn of(&self, original: &str) -> Digest {
        let mut mac = self.0.clone();
        mac.update(original.as_bytes());
        Digest(mac.finalize().into_bytes().into())
    }
}

/// An original's digest, from which its token is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Digest([u8; 32]);

impl Digest {
    /// A number by which the original is found in a table.
    pub(super) fn key(self) -> u64 {
        self.0[24..]
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// Hexadecimal digits, at most sixty-four.
    pub(super) fn hexadecimal(self, digits: usize) -> String {
        let mut text = hexadecimal(&self.0);
        text.truncate(digits);
        text
    }

    /// Decimal digits, at most ten.
    pub(super) fn decimal(self, digits: u32) -> String {
        let number = self.0[..8]
            .iter()
            .fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
        let width = usize::try_from(digits).unwrap_or(10);
        format!("{:0width$}", number % 10_u64.pow(digits))
    }

    /// The form of a UUID.
    pub(super) fn uuid(self) -> String {
        let text = self.hexadecimal(32);
        let parts = [&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]];
        parts.join("-")
    }

    /// Capitals and digits, as in the unique ids of IAM, at most thirty-two.
    pub(super) fn capitals(self, digits: usize) -> String {
        const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let letters = self.0.iter().take(digits);
        letters
            .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_hmac_sha_256() {
        // RFC 4231, test case 3 in shape: a key and data whose code is published (test case 1).
        let salt = Salt::new(vec![0x0b; 20]).expect("twenty bytes");
        let expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
        assert_eq!(Digests::new(&salt).of("Hi There").hexadecimal(64), expected);
    }

    #[test]
    fn a_short_salt_is_refused_and_none_is_shown() {
        assert_eq!(Salt::new(vec![1; 15]).map(|_| ()), Err(ShortSalt { length: 15 }));
        let salt = Salt::new(b"a secret of somebody".to_vec()).expect("twenty bytes");
        assert_eq!(format!("{salt:?}"), "Salt(…)");
    }

    #[test]
    fn tokens_have_their_shapes() {
        let digest = Digests::new(&Salt::new(vec![7; 16]).expect("sixteen bytes")).of("x");
        assert_eq!(digest.decimal(6).len(), 6);
        assert_eq!(digest.decimal(10).len(), 10);
        assert_eq!(digest.uuid().len(), 36);
        assert_eq!(digest.capitals(17).len(), 17);
        assert_eq!(digest.hexadecimal(12).len(), 12);
    }
}
