//! A run: its directory, who may write to it, and its documents that are not files of many records.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use s3attest_model::identifiers::AccountId;
use s3attest_model::organization::OrganizationRecord;
use s3attest_model::run::{CollectionSession, RunInformation, SNAPSHOT_SCHEMA};

use crate::account::{AccountReader, AccountWriter, ServiceReader};
use crate::assessment::{Assessment, AssessmentWriter};
use crate::durable;
use crate::error::SnapshotError;
use crate::layout::{self, Part};
use crate::lock::WriteLock;
use crate::manifest::Manifest;
use crate::records::{RecordWriter, Records};
use crate::schema;
use crate::seal::{self, Verification};

/// An opened run directory.
///
/// Reading needs no lock. The first call that writes takes the run's lock, which lasts until this value and every writer
/// that came from it are gone; until then another process, or another `Run` of this one, gets
/// [`SnapshotError::Locked`]. It can be shared between threads.
#[derive(Debug)]
pub struct Run {
    place: Arc<Place>,
    information: RunInformation,
}

/// The directory and the right to write to it, shared by the run and its writers.
#[derive(Debug)]
pub(crate) struct Place {
    directory: PathBuf,
    lock: Mutex<Option<WriteLock>>,
}

impl Place {
    /// The run's directory.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Does something that writes to the run, alone: takes the run's lock if this process does not hold it yet.
    fn alone<T>(&self, write: impl FnOnce() -> Result<T, SnapshotError>) -> Result<T, SnapshotError> {
        // The value behind the mutex is complete at every moment, so a panic elsewhere does not spoil it.
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if lock.is_none() {
            *lock = Some(WriteLock::take(&self.directory)?);
        }
        write()
    }

    /// Replaces a collected file. Its old digest, if the run has been sealed before, is forgotten first, so that a
    /// moment without power can leave a file without digest but never a file with a wrong one.
    pub(crate) fn replace_collected(
        &self,
        relative: &str,
        publish: impl FnOnce() -> Result<(), SnapshotError>,
    ) -> Result<(), SnapshotError> {
        self.alone(|| {
            Manifest::forget_collected(&self.directory, relative)?;
            publish()
        })
    }
}

impl Run {
    /// Makes a run in a directory that is empty or does not exist yet, and takes its lock.
    ///
    /// The schema in `run.json` is the one that this program writes, whatever `information` says.
    pub fn create(directory: &Path, information: &RunInformation) -> Result<Self, SnapshotError> {
        fs::create_dir_all(directory).map_err(SnapshotError::writing(directory, || {
            "nothing was collected yet; make room and repeat the command".to_owned()
        }))?;
        refuse_unless_empty(directory)?;
        let place = Arc::new(Place {
            directory: directory.to_path_buf(),
            lock: Mutex::new(None),
        });
        let information = RunInformation {
            schema: SNAPSHOT_SCHEMA,
            ..information.clone()
        };
        place.alone(|| {
            // Another process may have made its run and ended between the first look and the lock.
            refuse_unless_empty(directory)?;
            let path = directory.join(layout::INFORMATION);
            durable::write_json(&path, &information, directory, Part::Information)
        })?;
        Ok(Self { place, information })
    }

    /// Opens a run for reading or going on; writes nothing.
    pub fn open(directory: &Path) -> Result<Self, SnapshotError> {
        let path = directory.join(layout::INFORMATION);
        let information = schema::read(&path, directory, Part::Information)?.ok_or_else(|| SnapshotError::NotARun {
            directory: directory.to_path_buf(),
        })?;
        Ok(Self {
            place: Arc::new(Place {
                directory: directory.to_path_buf(),
                lock: Mutex::new(None),
            }),
            information,
        })
    }

    /// Takes the run's lock now instead of at the first writing call, so that a command that is going to write can be
    /// refused before it has done anything.
    pub fn lock(&self) -> Result<(), SnapshotError> {
        self.place.alone(|| Ok(()))
    }

    /// What `run.json` says.
    #[must_use]
    pub fn information(&self) -> &RunInformation {
        &self.information
    }

    /// The run's directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.place.directory()
    }

    /// Where rendered reports belong; it need not exist.
    #[must_use]
    pub fn report_directory(&self) -> PathBuf {
        self.directory().join(layout::REPORT)
    }

    /// Writes the organization's records, in place of those that were written before.
    pub fn write_organization(
        &self,
        records: impl IntoIterator<Item = OrganizationRecord>,
    ) -> Result<(), SnapshotError> {
        self.lock()?;
        let path = self.directory().join(layout::ORGANIZATION);
        let mut writer = RecordWriter::create(path, self.directory(), Part::Collected)?;
        for record in records {
            writer.write(&record)?;
        }
        let complete = writer.complete()?;
        self.place
            .replace_collected(layout::ORGANIZATION, || complete.publish())
    }

    /// The organization's records in the order in which they were written; `None` when they were not written yet.
    pub fn organization(&self) -> Result<Option<Records<OrganizationRecord>>, SnapshotError> {
        let path = self.directory().join(layout::ORGANIZATION);
        Records::open(path, self.directory(), Part::Collected)
    }

    /// Begins the file of an account, in place of one that was written before. Many accounts can be written at once.
    pub fn account_writer(&self, account: &AccountId) -> Result<AccountWriter, SnapshotError> {
        self.lock()?;
        let directory = self.directory().join(layout::ACCOUNTS);
        fs::create_dir_all(&directory).map_err(SnapshotError::writing(&directory, || {
            Part::Collected.when_full(self.directory())
        }))?;
        AccountWriter::begin(Arc::clone(&self.place), account)
    }

    /// Whether the file of an account is complete. It is not opened.
    #[must_use]
    pub fn has_account(&self, account: &AccountId) -> bool {
        self.directory().join(layout::account_file(account)).is_file()
    }

    /// The accounts whose files are complete, by id.
    pub fn accounts(&self) -> Result<Vec<AccountId>, SnapshotError> {
        let directory = self.directory().join(layout::ACCOUNTS);
        let entries = match fs::read_dir(&directory) {
            Ok(entries) => entries,
            // Copies that leave out empty directories are whole all the same.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(SnapshotError::io("list", &directory)(error)),
        };
        let mut accounts = Vec::new();
        for entry in entries {
            let entry = entry.map_err(SnapshotError::io("list", &directory))?;
            accounts.extend(entry.file_name().to_str().and_then(layout::account_of_file));
        }
        accounts.sort();
        Ok(accounts)
    }

    /// Opens the file of an account; `None` when it is not complete.
    pub fn account(&self, account: &AccountId) -> Result<Option<AccountReader>, SnapshotError> {
        AccountReader::open(self.directory(), account)
    }

    /// Opens the file of an account for what its services said alone; `None` when it is not complete.
    pub fn services(&self, account: &AccountId) -> Result<Option<ServiceReader>, SnapshotError> {
        ServiceReader::open(self.directory(), account)
    }

    /// Adds one stretch of collecting to `sessions.json`.
    pub fn record_session(&self, session: CollectionSession) -> Result<(), SnapshotError> {
        self.place.replace_collected(layout::SESSIONS, || {
            let mut sessions = self.sessions()?;
            sessions.push(session);
            let path = self.directory().join(layout::SESSIONS);
            durable::write_json(&path, &sessions, self.directory(), Part::Collected)
        })
    }

    /// Every stretch of collecting, in the order in which they were recorded.
    pub fn sessions(&self) -> Result<Vec<CollectionSession>, SnapshotError> {
        let path = self.directory().join(layout::SESSIONS);
        Ok(durable::read_json(&path, self.directory(), Part::Collected)?.unwrap_or_default())
    }

    /// Begins an assessment. The one that the run has stays until the new one is finished.
    pub fn begin_assessment(&self) -> Result<AssessmentWriter, SnapshotError> {
        self.lock()?;
        AssessmentWriter::begin(Arc::clone(&self.place))
    }

    /// Opens the run's assessment; `None` when it was not judged yet.
    pub fn assessment(&self) -> Result<Option<Assessment>, SnapshotError> {
        Assessment::open(self.directory())
    }

    /// Writes `manifest.json`: SHA-256 and size of every file, what was collected apart from what is derived from it.
    ///
    /// The digest of a collected file is taken once, at the first sealing after it was written through this crate; a
    /// later sealing keeps it and reads the file no more, so that evidence that was changed by other hands keeps
    /// failing [`verify`](Self::verify) however often the run is judged and sealed again. Derived files are read anew
    /// each time: seal after every assessment and every rendering.
    pub fn seal(&self) -> Result<(), SnapshotError> {
        self.place.alone(|| seal::seal(self.directory()))
    }

    /// Compares every file with the manifest.
    pub fn verify(&self) -> Result<Verification, SnapshotError> {
        seal::verify(self.directory())
    }
}

/// Refuses a directory that holds anything but the rests of a run whose making broke off before `run.json` was there.
fn refuse_unless_empty(directory: &Path) -> Result<(), SnapshotError> {
    let entries = fs::read_dir(directory).map_err(SnapshotError::io("list", directory))?;
    for entry in entries {
        let entry = entry.map_err(SnapshotError::io("list", directory))?;
        let name = entry.file_name();
        if name != layout::LOCK && Path::new(&name) != layout::partial(Path::new(layout::INFORMATION)) {
            return Err(SnapshotError::NotEmpty {
                directory: directory.to_path_buf(),
            });
        }
    }
    Ok(())
}
