//! Makes a large run of a small one that was scanned: `multiply_run RUN DIRECTORY ACCOUNTS`, for `cargo xtask bench assess`.
//!
//! Every account of the small run is taken again and again under another id, and its buckets under other names, until there are
//! as many as are asked for. Ids and names are replaced wherever they stand, in policies and ARNs too, so that a copy refers to
//! itself as the original does. The organization's tree and policies are the small run's.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;

use s3attest_model::evidence::Observed;
use s3attest_model::identifiers::AccountId;
use s3attest_model::organization::{Account, OrganizationRecord};
use s3attest_snapshot::{AccountEntry, Run};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What stands in the copy for what stands in the original.
struct Copy<'run> {
    number: usize,
    accounts: &'run BTreeSet<String>,
    buckets: &'run BTreeSet<String>,
}

impl Copy<'_> {
    /// A record of the copy.
    fn of<T: Serialize + DeserializeOwned>(&self, record: &T) -> Result<T, serde_json::Error> {
        if self.number == 0 {
            return serde_json::from_value(serde_json::to_value(record)?);
        }
        serde_json::from_str(&self.text(&serde_json::to_string(record)?))
    }

    /// A text with the ids and the names of the copy. Words are what ids and names of buckets are made of; what else
    /// stands between them stays.
    fn text(&self, original: &str) -> String {
        let is_of_word = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_');
        let mut copy = String::with_capacity(original.len() + original.len() / 8);
        let mut rest = original;
        while let Some(begin) = rest.find(is_of_word) {
            copy.push_str(&rest[..begin]);
            rest = &rest[begin..];
            let end = rest.find(|character| !is_of_word(character)).unwrap_or(rest.len());
            let word = &rest[..end];
            if self.accounts.contains(word) {
                copy.push_str(&self.account(word));
            } else {
                copy.push_str(word);
                if self.buckets.contains(word) {
                    copy.push('-');
                    copy.push_str(&self.number.to_string());
                }
            }
            rest = &rest[end..];
        }
        copy.push_str(rest);
        copy
    }

    /// The copy's id: the copy's number, and the last nine digits of the original's.
    fn account(&self, original: &str) -> String {
        format!("{:03}{}", self.number, &original[3..])
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [seed, directory, wanted] = &arguments[..] else {
        return Err("give a run, the directory of the large one and the number of its accounts".into());
    };
    let wanted: usize = wanted.parse()?;
    let seed = Run::open(Path::new(seed))?;
    let organization: Vec<OrganizationRecord> = seed.organization()?.into_iter().flatten().collect::<Result<_, _>>()?;
    let originals: Vec<&Account> = organization
        .iter()
        .filter_map(|record| match record {
            OrganizationRecord::Account(account) => Some(account.as_ref()),
            _ => None,
        })
        .collect();
    if originals.is_empty() || wanted.div_ceil(originals.len()) > 1000 {
        return Err("the small run has too few accounts".into());
    }
    let accounts: BTreeSet<String> = originals.iter().map(|account| account.id.to_string()).collect();
    let mut buckets = BTreeSet::new();
    for account in &originals {
        for entry in seed.account(&account.id)?.into_iter().flatten() {
            if let AccountEntry::Bucket(bucket) = entry? {
                buckets.insert(bucket.name.to_string());
            }
        }
    }

    let run = Run::create(Path::new(directory), seed.information())?;
    let mut copies: BTreeMap<AccountId, Account> = BTreeMap::new();
    for number in 0..wanted.div_ceil(originals.len()) {
        let copy = Copy {
            number,
            accounts: &accounts,
            buckets: &buckets,
        };
        for original in &originals {
            if copies.len() == wanted {
                break;
            }
            let mut account = copy.of(*original)?;
            account.is_management &= number == 0;
            if let Some(reader) = seed.account(&original.id)? {
                let mut writer = run.account_writer(&account.id)?;
                writer.facts(&copy.of(reader.facts())?)?;
                for entry in reader {
                    match entry? {
                        AccountEntry::Service(record) => writer.service(&copy.of(record.as_ref())?)?,
                        AccountEntry::Bucket(bucket) => writer.bucket(&copy.of(bucket.as_ref())?)?,
                    }
                }
                writer.finish()?;
            }
            if let Some(same) = copies.insert(account.id.clone(), account) {
                return Err(format!("two accounts would have the id {}; scan another small run", same.id).into());
            }
        }
    }
    let mut accounts = Some(copies);
    let mut records = Vec::new();
    for mut record in organization {
        match &mut record {
            // All accounts stand where the first of them stood.
            OrganizationRecord::Account(_) => {
                let all = accounts.take().unwrap_or_default().into_values();
                records.extend(all.map(|account| OrganizationRecord::Account(Box::new(account))));
                continue;
            }
            OrganizationRecord::AccountListing(listing) => {
                if let Observed::Present(listing) = &mut listing.observed {
                    listing.count = wanted as u64;
                }
            }
            _ => {}
        }
        records.push(record);
    }
    run.write_organization(records)?;
    Ok(())
}
