//! The table and the details for a reader, in letters alone: colours would say nothing more.

use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal as _;

use anyhow::Result;

use crate::output::{number, result};

use super::Answer;
use super::advice::Refusal;
use super::diagnosis::{Column, Diagnosis, State};

/// From so many accounts on, those that answered the same share a line.
const LINES_EACH: usize = 40;
/// Regions that a refusal names; the JSON document has them all.
const REGIONS_NAMED: usize = 4;
/// What an account's id and name take.
const LEFT: usize = 36;
/// What a column takes.
const CELL: usize = 5;
/// The width where there is no terminal to ask.
const WIDTH: usize = 120;

pub(super) fn print(answer: &Answer) -> Result<()> {
    if let Some(why) = &answer.single_account {
        result(&format!("ONE ACCOUNT ONLY, because {why}"))?;
    }
    if let Some(why) = &answer.listing_gap {
        result(&format!("THE LIST OF ACCOUNTS IS INCOMPLETE: {why}"))?;
    }
    for (account, why) in &answer.undecided {
        result(&format!(
            "{account} was not asked, since nobody knows whether it belongs to the scope: {why}"
        ))?;
    }
    result(&format!(
        "{} of {} accounts were asked, and one bucket of each; {}",
        number(answer.accounts.len() as u64),
        number(answer.accounts_selected as u64),
        match &answer.only_region {
            Some(region) => format!("services of regions in {region} only (--every-region asks in all)"),
            None => "services of regions in every region that is enabled".to_owned(),
        }
    ))?;
    table(answer)?;
    details(answer)?;
    not_tried(answer)?;
    advice(answer)
}

/// A line of the table: what it is called, and the accounts that it stands for.
fn lines(accounts: &[Diagnosis]) -> Vec<(String, &Diagnosis)> {
    let called = |account: &Diagnosis| cut(&format!("{} {}", account.account, account.name), LEFT - 2);
    if accounts.len() <= LINES_EACH {
        return accounts.iter().map(|account| (called(account), account)).collect();
    }
    let mut groups: BTreeMap<Vec<(Column, State)>, Vec<&Diagnosis>> = BTreeMap::new();
    for account in accounts {
        let cells = account.cells.iter().map(|(column, state)| (*column, *state)).collect();
        groups.entry(cells).or_default().push(account);
    }
    let mut lines: Vec<_> = groups.into_values().collect();
    lines.sort_by(|left, right| {
        right
            .len()
            .cmp(&left.len())
            .then(left[0].account.cmp(&right[0].account))
    });
    lines
        .into_iter()
        .map(|group| {
            let first = group[0];
            let name = match group.len() {
                1 => called(first),
                several => format!("{} accounts, as {}", number(several as u64), first.account),
            };
            (name, first)
        })
        .collect()
}

fn table(answer: &Answer) -> Result<()> {
    let width = if std::io::stdout().is_terminal() {
        terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0))
    } else {
        WIDTH
    };
    let columns_a_block = (width.saturating_sub(LEFT) / CELL).max(1);
    let lines = lines(&answer.accounts);
    let numbered: Vec<(usize, Column)> = answer.columns.iter().copied().enumerate().collect();
    for block in numbered.chunks(columns_a_block) {
        result("")?;
        for (at, column) in block {
            result(&format!("{:>4}  {}", at + 1, column.key()))?;
        }
        let heads: Vec<String> = block.iter().map(|(at, _)| format!("{:>CELL$}", at + 1)).collect();
        let heads = heads.concat();
        result(&format!("{:LEFT$}{heads}", ""))?;
        for (name, account) in &lines {
            let cells: Vec<String> = block
                .iter()
                .map(|(_, column)| {
                    let state = account.cells.get(column);
                    let letters = state.map_or("", |state| state.words().0);
                    format!("{letters:>CELL$}")
                })
                .collect();
            result(format!("{name:LEFT$}{}", cells.concat()).trim_end())?;
        }
    }
    let states: BTreeSet<State> = answer
        .accounts
        .iter()
        .flat_map(|account| account.cells.values().copied())
        .collect();
    result("")?;
    for state in states {
        let (letters, meaning) = state.words();
        result(&format!("{letters:>4}  {meaning}"))?;
    }
    Ok(())
}

/// A text cut to so many characters.
fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest - 1).collect();
    format!("{kept}…")
}

fn details(answer: &Answer) -> Result<()> {
    if answer.refusals.is_empty() {
        return Ok(());
    }
    result("")?;
    result("What could not be read")?;
    for refusal in &answer.refusals {
        result(&format!(
            "  {} ({}), {}{}: {}",
            refusal.operation,
            refusal.column.key(),
            accounts(refusal),
            regions(refusal),
            refusal.cause.phrase()
        ))?;
        if !refusal.said.is_empty() {
            result(&format!("    {}", refusal.said))?;
        }
    }
    Ok(())
}

fn regions(refusal: &Refusal) -> String {
    let named: Vec<&str> = refusal.regions.iter().take(REGIONS_NAMED).map(String::as_str).collect();
    match refusal.regions.len().saturating_sub(named.len()) {
        0 if named.is_empty() => String::new(),
        0 => format!(", in {}", named.join(", ")),
        more => format!(", in {} and {more} more regions", named.join(", ")),
    }
}

fn accounts(refusal: &Refusal) -> String {
    let named = refusal.accounts.join(", ");
    match refusal.count - refusal.accounts.len() {
        0 => format!("account {named}"),
        more => format!(
            "{} accounts ({named} and {} more)",
            number(refusal.count as u64),
            number(more as u64)
        ),
    }
}

fn not_tried(answer: &Answer) -> Result<()> {
    if answer.not_tried.is_empty() {
        return Ok(());
    }
    result("")?;
    result("Not tried, since no account that was asked gave a reason to; whether the role may is not known")?;
    for each in &answer.not_tried {
        let when = if each.when.is_empty() {
            String::new()
        } else {
            format!(": {}", each.when)
        };
        result(&format!("  {}{when}", each.operation))?;
    }
    Ok(())
}

fn advice(answer: &Answer) -> Result<()> {
    let advice = &answer.advice;
    if !advice.beyond.is_empty() {
        result("")?;
        result("What no permission of the role can mend")?;
        for beyond in &advice.beyond {
            let accounts = number(beyond.count as u64);
            result(&format!(
                "  {} (accounts: {accounts}): {}",
                beyond.operation, beyond.why
            ))?;
        }
    }
    if !advice.perhaps.is_empty() {
        result("")?;
        result("Denied without a reason; the role's policy may lack")?;
        result(&format!("  {}", advice.perhaps.join(", ")))?;
    }
    if let Some(document) = advice.document() {
        result("")?;
        result("What to add to the role's policy")?;
        result(&document.pretty())?;
        if !advice.boundary.is_empty() {
            result(&format!(
                "The role's permissions boundary has to allow too: {}",
                advice.boundary.join(", ")
            ))?;
        }
    }
    if answer.is_healthy() {
        result("")?;
        result("Nothing that is enabled was refused.")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(number: u32, state: State) -> Diagnosis {
        Diagnosis {
            account: format!("{number:012}"),
            name: "a name that is much longer than the table has room for".to_owned(),
            organizational_unit: None,
            cells: BTreeMap::from([(Column::Role, state)]),
        }
    }

    #[test]
    fn a_thousand_accounts_that_answered_the_same_are_a_line() {
        let mut accounts: Vec<Diagnosis> = (0..1_000).map(|at| account(at, State::Allowed)).collect();
        accounts[7] = account(7, State::NoSession);
        let names: Vec<String> = lines(&accounts).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), 2);
        assert_eq!(names[0], "999 accounts, as 000000000000");
        assert!(names[1].starts_with("000000000007 "));
        assert_eq!(lines(&accounts[..LINES_EACH]).len(), LINES_EACH);
        assert!(names.iter().all(|name| name.chars().count() < LEFT));
    }
}
