//! Where everything stands in a run directory, and what a person can do when a part of it is spoilt.

use std::path::{Path, PathBuf};

use s3attest_model::identifiers::AccountId;

/// `run.json`.
pub(crate) const INFORMATION: &str = "run.json";
/// `sessions.json`.
pub(crate) const SESSIONS: &str = "sessions.json";
/// The organization and its accounts.
pub(crate) const ORGANIZATION: &str = "organization.ndjson.zst";
/// The directory of the accounts' files.
pub(crate) const ACCOUNTS: &str = "accounts";
/// The directory of the assessment.
pub(crate) const ASSESSMENT: &str = "assessment";
/// The assessment that is being written.
pub(crate) const ASSESSMENT_PARTIAL: &str = "assessment.partial";
/// The assessment that is about to be replaced; it counts while `assessment` does not exist.
pub(crate) const ASSESSMENT_PREVIOUS: &str = "assessment.previous";
/// The directory of rendered reports.
pub(crate) const REPORT: &str = "report";
/// The digests.
pub(crate) const MANIFEST: &str = "manifest.json";
/// The file that a writing process holds locked.
pub(crate) const LOCK: &str = ".lock";
/// The end of a name whose file is not complete.
pub(crate) const PARTIAL: &str = ".partial";
/// The end of the name of a compressed file of records.
const COMPRESSED_RECORDS: &str = ".ndjson.zst";

/// The path of an account's complete file, relative to the run, with `/` between its parts.
pub(crate) fn account_file(account: &AccountId) -> String {
    format!("{ACCOUNTS}/{account}{COMPRESSED_RECORDS}")
}

/// The account whose complete file has this name; `None` for every other name.
pub(crate) fn account_of_file(name: &str) -> Option<AccountId> {
    AccountId::new(name.strip_suffix(COMPRESSED_RECORDS)?).ok()
}

/// The name under which a file is written until it is complete.
pub(crate) fn partial(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(PARTIAL);
    name.into()
}

/// A part of the run, as far as it matters to a person who has to mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// What a scan collected and can collect again.
    Collected,
    /// What a scan wrote once and nothing else can write again.
    Information,
    /// What is computed from the collected files.
    Derived,
    /// The digests.
    Digests,
}

impl Part {
    /// What to do about a file of this part that cannot be read, as the end of a sentence.
    pub(crate) fn remedy(self, run: &Path) -> String {
        let run = run.display();
        match self {
            Self::Collected => {
                format!("restore it from a copy, or remove it and collect it again with `s3attest scan --resume {run}`")
            }
            Self::Information => "restore it from a copy of the run, or scan again into a new directory".to_owned(),
            Self::Derived => format!("write it anew with `s3attest assess {run}`"),
            Self::Digests => "restore it from a copy of the run".to_owned(),
        }
    }

    /// What is kept and what to do when there is no room for a file of this part.
    pub(crate) fn when_full(self, run: &Path) -> String {
        let run = run.display();
        match self {
            Self::Collected | Self::Information => format!(
                "every account that is complete is kept; make room and go on with `s3attest scan --resume {run}`"
            ),
            Self::Derived => {
                format!("everything that was collected is kept; make room and go on with `s3attest assess {run}`")
            }
            Self::Digests => "everything else is kept; make room and repeat the command".to_owned(),
        }
    }
}
