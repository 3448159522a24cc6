//! Readings as plain values, to be held against what somebody else says.

use s3attest_model::services::ServiceRecord;
use serde_json::{Value, json};

/// A reading without its sources: each piece of evidence becomes its value, `null` when absent, `{"gap": cause}` when it
/// could not be read.
#[must_use]
pub fn plain(record: &ServiceRecord) -> Value {
    let Value::Object(mut tagged) = serde_json::to_value(&record.reading).expect("readings are plain records") else {
        unreachable!("a reading is written under its source's key");
    };
    strip(tagged.remove(record.reading.source().key()).expect("the source's key"))
}

/// Evidence anywhere in a value, as its plain value.
#[must_use]
pub fn strip(value: Value) -> Value {
    match value {
        Value::Object(members) if members.contains_key("observed") && members.contains_key("source") => {
            match &members["observed"] {
                Value::Object(observed) => match (observed.get("present"), observed.get("gap")) {
                    (Some(value), _) => strip(value.clone()),
                    (None, Some(gap)) => json!({"gap": gap["cause"]}),
                    (None, None) => unreachable!("evidence is present, absent or a gap"),
                },
                _ => Value::Null,
            }
        }
        Value::Object(members) => members.into_iter().map(|(key, value)| (key, strip(value))).collect(),
        Value::Array(entries) => entries.into_iter().map(strip).collect(),
        other => other,
    }
}
