//! Runs what the fuzz target runs on a fixed number of texts: the policies of the table, each damaged in many ways.

#[path = "../fuzz/entry.rs"]
mod entry;

use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    policy: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    text: String,
}

/// How many damaged texts each policy gives.
const DAMAGES: u64 = 12;

/// What damages put into a text: pieces of the language, and what is none.
const PIECES: [&str; 24] = [
    "*",
    "?",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "${aws:username}",
    "${",
    "Not",
    "Principal",
    "Allow",
    "Deny",
    "IfExists",
    "ForAnyValue:",
    "ForAllValues:",
    "0.0.0.0/0",
    "arn:aws:s3:::",
    "null",
    "1e999",
    "\u{0}",
    "é",
];

/// A small generator of numbers (xorshift), so that every run tries the same texts.
fn next(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state >> 33).expect("31 bits fit")
}

fn damaged(text: &str, state: &mut u64) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=next(state) % 3 {
        let at = next(state) % characters.len().max(1);
        let piece = PIECES[next(state) % PIECES.len()];
        match next(state) % 4 {
            0 => {
                characters.remove(at);
            }
            1 => {
                characters.splice(at..=at, piece.chars());
            }
            2 => {
                characters.splice(at..at, piece.chars());
            }
            _ => {
                let end = (at + next(state) % 20).min(characters.len());
                let copy: Vec<char> = characters[at..end].to_vec();
                characters.splice(at..at, copy);
            }
        }
    }
    characters.into_iter().collect()
}

#[test]
fn no_damaged_policy_makes_an_answer_panic_or_contradict_another() {
    let table: Table = toml::from_str(include_str!("policies.toml")).expect("the table is TOML");
    let mut state = 0x9e37_79b9_7f4a_7c15;
    for row in table.policy {
        entry::ask_everything(row.text.as_bytes());
        for _ in 0..DAMAGES {
            entry::ask_everything(damaged(&row.text, &mut state).as_bytes());
        }
    }
}
