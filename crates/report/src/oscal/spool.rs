//! The resources that an observation lists: they come by resource and are wanted by check, and there may be more of them than
//! memory should hold.
//!
//! What is small stays in memory; when all checks together have grown beyond a bound, everything goes to working files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use s3attest_model::identifiers::CheckId;

use super::section::Section;
use crate::error::WriteError;
use crate::staging::{StagedFile, Staging};

/// How many bytes are held before they go to disk.
const MOST_HELD: usize = 8 << 20;

/// The lists of one account, by check.
pub(super) struct Spools<'staging> {
    staging: &'staging Staging,
    checks: BTreeMap<CheckId, Spool>,
    held: usize,
    most_held: usize,
}

#[derive(Default)]
struct Spool {
    count: u64,
    held: Vec<u8>,
    file: Option<StagedFile>,
}

/// A list that is complete.
#[derive(Debug, Default)]
pub(super) struct Spooled {
    pub(super) count: u64,
    file: Option<PathBuf>,
    held: Vec<u8>,
}

impl<'staging> Spools<'staging> {
    pub(super) fn new(staging: &'staging Staging) -> Self {
        Self {
            staging,
            checks: BTreeMap::new(),
            held: 0,
            most_held: MOST_HELD,
        }
    }

    /// Puts a member into the list of a check.
    pub(super) fn push(&mut self, check: &CheckId, member: &[u8]) -> Result<(), WriteError> {
        let spool = self.checks.entry(check.clone()).or_default();
        if spool.count > 0 {
            spool.held.push(b',');
        }
        spool.count += 1;
        spool.held.extend_from_slice(member);
        self.held += member.len() + 1;
        if self.held > self.most_held {
            self.spill()?;
        }
        Ok(())
    }

    fn spill(&mut self) -> Result<(), WriteError> {
        for (check, spool) in &mut self.checks {
            if spool.held.is_empty() {
                continue;
            }
            let file = match &mut spool.file {
                Some(file) => file,
                None => spool
                    .file
                    .insert(self.staging.working_file(&format!("oscal-subjects-{check}"))?),
            };
            let written = file.write_all(&spool.held);
            written.map_err(|error| StagedFile::failed(file.path(), error))?;
            spool.held.clear();
        }
        self.held = 0;
        Ok(())
    }

    /// The list of a check, which is empty from now on.
    pub(super) fn take(&mut self, check: &CheckId) -> Result<Spooled, WriteError> {
        let Some(spool) = self.checks.remove(check) else {
            return Ok(Spooled::default());
        };
        self.held = self.held.saturating_sub(spool.held.len());
        Ok(Spooled {
            count: spool.count,
            file: spool.file.map(StagedFile::finish).transpose()?,
            held: spool.held,
        })
    }
}

impl Spooled {
    /// Writes the members, with commas between them.
    pub(super) fn write_into(&self, section: &mut Section) -> Result<(), WriteError> {
        if let Some(path) = &self.file {
            section.copy(File::open(path).map_err(|error| StagedFile::failed(path, error))?)?;
        }
        section.put(&self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_the_same_whether_it_went_to_disk_or_not() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let staging = Staging::begin(directory.path()).expect("an empty directory");
        let checks = ["s3-a", "s3-b"].map(|id| CheckId::new(id).expect("an id"));
        for most_held in [0, 40, 1 << 20] {
            let mut spools = Spools::new(&staging);
            spools.most_held = most_held;
            for number in 0..30 {
                let member = format!("{{\"number\":{number}}}");
                spools
                    .push(&checks[number % 2], member.as_bytes())
                    .expect("room for it");
            }
            for (position, check) in checks.iter().enumerate() {
                let spooled = spools.take(check).expect("a list");
                assert_eq!(spooled.count, 15);
                let mut text = spooled
                    .file
                    .map(|path| std::fs::read(path).expect("a file"))
                    .unwrap_or_default();
                assert_eq!(text.is_empty(), most_held > 40);
                text.extend_from_slice(&spooled.held);
                let list: Vec<serde_json::Value> =
                    serde_json::from_str(&format!("[{}]", String::from_utf8_lossy(&text))).expect("a list");
                let numbers: Vec<u64> = list.iter().filter_map(|member| member["number"].as_u64()).collect();
                assert_eq!(
                    numbers,
                    (0..15).map(|number| number * 2 + position as u64).collect::<Vec<_>>()
                );
            }
        }
    }
}
