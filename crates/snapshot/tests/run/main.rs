//! Run directories as other crates use them: written, interrupted, resumed, spoilt, sealed.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod assessing;
mod reading;
mod sealing;
mod support;
mod writing;
