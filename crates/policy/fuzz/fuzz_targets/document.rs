//! Fuzzes the reading of policies and every question to them.
#![no_main]

#[path = "../entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entry::ask_everything(data));
