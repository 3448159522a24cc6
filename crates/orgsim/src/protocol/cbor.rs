//! CBOR (RFC 8949) as far as the Smithy RPC v2 protocol uses it: writing answers, and reading a request's members.

use std::convert::Infallible;

use jiff::Timestamp;
use minicbor::data::{Tag, Type};
use minicbor::{Decoder, Encoder};
use serde_json::{Map, Value};

use super::Failure;

/// A value of an answer.
#[derive(Debug, Clone)]
pub(crate) enum Cbor {
    Text(String),
    Bool(bool),
    Integer(i64),
    Float(f64),
    Time(Timestamp),
    List(Vec<Cbor>),
    Map(Vec<(&'static str, Cbor)>),
}

impl Cbor {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The same value as the JSON protocols write it, times in seconds.
    pub(crate) fn into_json(self) -> Value {
        match self {
            Self::Text(text) => Value::from(text),
            Self::Bool(value) => Value::from(value),
            Self::Integer(number) => Value::from(number),
            Self::Float(number) => Value::from(number),
            Self::Time(time) => Value::from(time.as_second()),
            Self::List(entries) => entries.into_iter().map(Self::into_json).collect(),
            Self::Map(members) => members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.into_json()))
                .collect(),
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        let mut encoder = Encoder::new(Vec::with_capacity(256));
        let Ok(()) = self.write(&mut encoder);
        encoder.into_writer()
    }

    fn write(&self, encoder: &mut Encoder<Vec<u8>>) -> Result<(), Infallible> {
        let written = match self {
            Self::Text(text) => encoder.str(text).map(drop),
            Self::Bool(value) => encoder.bool(*value).map(drop),
            Self::Integer(number) => encoder.i64(*number).map(drop),
            Self::Float(number) => encoder.f64(*number).map(drop),
            // A time is tagged as seconds since the epoch (RFC 8949, section 3.4.2).
            Self::Time(time) => encoder
                .tag(Tag::new(1))
                .and_then(|encoder| encoder.i64(time.as_second()))
                .map(drop),
            Self::List(entries) => {
                let begun = encoder.array(entries.len() as u64).map(drop);
                for entry in entries {
                    entry.write(encoder)?;
                }
                begun
            }
            Self::Map(members) => {
                let begun = encoder.map(members.len() as u64).map(drop);
                for (name, value) in members {
                    Self::text(*name).write(encoder)?;
                    value.write(encoder)?;
                }
                begun
            }
        };
        written.expect("writing to memory cannot fail");
        Ok(())
    }
}

/// An error, by its code and message.
pub(super) fn failure(failure: &Failure) -> Vec<u8> {
    let members = vec![
        ("__type", Cbor::text(failure.code.as_ref())),
        ("message", Cbor::text(failure.message.as_ref())),
    ];
    Cbor::Map(members).into_bytes()
}

/// The members of a request, texts and numbers only; a body that is no map has none.
pub(crate) fn members(body: &[u8]) -> Value {
    read(&mut Decoder::new(body)).unwrap_or(Value::Null)
}

fn read(decoder: &mut Decoder<'_>) -> Result<Value, minicbor::decode::Error> {
    Ok(match decoder.datatype()? {
        Type::Map | Type::MapIndef => {
            let mut left = decoder.map()?;
            let mut members = Map::new();
            while more(decoder, &mut left)? {
                let name = decoder.str()?.to_owned();
                members.insert(name, read(decoder)?);
            }
            Value::Object(members)
        }
        Type::Array | Type::ArrayIndef => {
            let mut left = decoder.array()?;
            let mut entries = Vec::new();
            while more(decoder, &mut left)? {
                entries.push(read(decoder)?);
            }
            Value::Array(entries)
        }
        Type::String => Value::from(decoder.str()?),
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => Value::from(decoder.u64()?),
        Type::Bool => Value::from(decoder.bool()?),
        _ => {
            decoder.skip()?;
            Value::Null
        }
    })
}

/// Whether a map or a list goes on, be its length given or not.
fn more(decoder: &mut Decoder<'_>, left: &mut Option<u64>) -> Result<bool, minicbor::decode::Error> {
    match left {
        Some(0) => Ok(false),
        Some(count) => {
            *count -= 1;
            Ok(true)
        }
        None if decoder.datatype()? == Type::Break => {
            decoder.skip()?;
            Ok(false)
        }
        None => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_read_with_and_without_a_length() {
        // {"a": "x", "b": [1, true]} with lengths, then without, as in RFC 8949, appendix A.
        let with = b"\xa2\x61a\x61x\x61b\x82\x01\xf5";
        let without = b"\xbf\x61a\x61x\x61b\x9f\x01\xf5\xff\xff";
        for body in [&with[..], without] {
            assert_eq!(members(body), json!({"a": "x", "b": [1, true]}));
        }
        assert_eq!(members(b""), Value::Null);
        assert_eq!(members(b"\xa1"), Value::Null);
    }

    #[test]
    fn values_are_written_as_the_standard_has_them() {
        let time = Timestamp::from_second(1_363_896_240).expect("a time");
        for (value, expected) in [
            (Cbor::text("IETF"), &b"\x64IETF"[..]),
            (Cbor::Integer(-1), b"\x20"),
            (Cbor::Float(1.1), b"\xfb\x3f\xf1\x99\x99\x99\x99\x99\x9a"),
            (Cbor::Time(time), b"\xc1\x1a\x51\x4b\x67\xb0"),
            (Cbor::List(vec![Cbor::Bool(true)]), b"\x81\xf5"),
            (Cbor::Map(vec![("a", Cbor::Integer(1))]), b"\xa1\x61a\x01"),
        ] {
            assert_eq!(value.into_bytes(), expected);
        }
    }
}
