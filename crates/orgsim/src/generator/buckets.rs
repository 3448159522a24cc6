//! What lies in an account: buckets by kind, each with the settings that such buckets have, and the slips.
//!
//! A bucket's settings follow from its account and its number alone.

use std::collections::BTreeMap;

use super::dice::Dice;
use super::policies::Subject;
use super::settings::{guard, key_arn, legacy, manage, protect};
use super::{Planned, Purpose, moment};
use crate::scenario::{
    Bucket, Inventory, LogKeyFormat, Logging, ObjectFilter, Replication, ReplicationRule, Status, Toggle,
};

/// What a bucket is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    AccessLogs,
    AuditTrail,
    Application,
    DataLake,
    Backup,
    Website,
    Artifacts,
    Uploads,
    State,
    Legacy,
    Scratch,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::AccessLogs => "access-logs",
            Self::AuditTrail => "cloudtrail",
            Self::Application => "app-data",
            Self::DataLake => "datalake-raw",
            Self::Backup => "backup",
            Self::Website => "www",
            Self::Artifacts => "artifacts",
            Self::Uploads => "uploads",
            Self::State => "terraform-state",
            Self::Legacy => "legacy-export",
            Self::Scratch => "scratch",
        }
    }
}

/// How many buckets an account has: most are near the mean, a few hold the bulk, some sandboxes are empty.
pub(super) fn how_many(mean: usize, purpose: Purpose, dice: &mut Dice) -> usize {
    if mean == 0 {
        return 0;
    }
    let share = match purpose {
        Purpose::Management => dice.between(15, 35),
        Purpose::Sandbox if dice.chance(15) => 0,
        Purpose::Production if dice.chance(10) => dice.between(200, 320),
        _ => dice.between(55, 145),
    };
    (mean * share).div_ceil(100)
}

/// What a bucket may refer to beyond its own account.
#[derive(Debug)]
pub(super) struct Neighbourhood<'names> {
    pub(super) company: &'names str,
    pub(super) organization: String,
    pub(super) log_archive: String,
    pub(super) accounts: Vec<String>,
    pub(super) regions: Vec<&'names str>,
    pub(super) seed: u64,
}

impl Neighbourhood<'_> {
    /// The buckets of an account. The first is where the account's access logs go, in its first region.
    pub(super) fn fill(&self, account: &Planned, count: usize) -> Vec<Bucket> {
        let kinds: Vec<Kind> = (0..count).map(|at| self.kind(account, at)).collect();
        (0..count).map(|at| self.bucket(account, &kinds, at)).collect()
    }

    fn kind(&self, account: &Planned, at: usize) -> Kind {
        if at == 0 {
            return Kind::AccessLogs;
        }
        let number = at.to_string();
        let mut dice = Dice::of(self.seed, ["kind", account.id.as_str(), number.as_str()]);
        let kinds: &[Kind] = match account.purpose {
            Purpose::LogArchive => &[Kind::AuditTrail, Kind::AuditTrail, Kind::AccessLogs, Kind::Backup],
            Purpose::Management | Purpose::Security | Purpose::Network => {
                &[Kind::State, Kind::Artifacts, Kind::AuditTrail]
            }
            Purpose::SharedServices => &[Kind::Artifacts, Kind::Artifacts, Kind::State, Kind::Backup],
            Purpose::Sandbox | Purpose::Suspended => {
                &[Kind::Scratch, Kind::Scratch, Kind::Uploads, Kind::Website, Kind::Legacy]
            }
            Purpose::Production | Purpose::Development => &[
                Kind::Application,
                Kind::Application,
                Kind::DataLake,
                Kind::Backup,
                Kind::Website,
                Kind::Artifacts,
                Kind::Uploads,
                Kind::State,
                Kind::Legacy,
            ],
        };
        *dice.pick(kinds)
    }

    fn name(&self, account: &Planned, kind: Kind, at: usize) -> String {
        let short = account
            .name
            .strip_prefix(self.company)
            .map_or(account.name.as_str(), |name| name.trim_start_matches('-'));
        let company = self.company;
        match kind {
            Kind::Website if at.is_multiple_of(2) => format!("{company}-{short}-{}-{at}", kind.word()),
            Kind::Legacy => format!("{short}-{}-{at}-{}", kind.word(), &account.id[..6]),
            _ => format!("{company}-{short}-{}-{at:03}", kind.word()),
        }
    }

    /// Most buckets lie in the first region, the rest spread.
    fn region(&self, at: usize, dice: &mut Dice) -> &str {
        if at == 0 || dice.chance(45) {
            self.regions[0]
        } else {
            dice.pick::<&str>(&self.regions)
        }
    }

    fn bucket(&self, account: &Planned, kinds: &[Kind], at: usize) -> Bucket {
        let kind = kinds[at];
        let number = at.to_string();
        let mut dice = Dice::of(self.seed, ["bucket", account.id.as_str(), number.as_str()]);
        let region = self.region(at, &mut dice).to_owned();
        let mut bucket = Bucket::bare(self.name(account, kind, at), region, moment(&mut dice));
        if kind == Kind::Legacy {
            legacy(&mut bucket, &mut dice);
            return bucket;
        }
        // How carefully an account is kept: the share of settings that are as they should be.
        let care = match account.purpose {
            Purpose::LogArchive | Purpose::Security => 95,
            Purpose::Production | Purpose::Management => 78,
            Purpose::Network | Purpose::SharedServices => 70,
            Purpose::Development => 50,
            Purpose::Sandbox | Purpose::Suspended => 20,
        };
        let neighbour = dice.pick(&self.accounts).clone();
        let name = bucket.name.clone();
        let subject = Subject {
            bucket: &name,
            account: &account.id,
            organization: &self.organization,
            neighbour: &neighbour,
        };
        guard(&mut bucket, kind, subject, care, &mut dice);
        protect(&mut bucket, kind, account, care, &mut dice);
        manage(&mut bucket, kind, account, care, &mut dice);
        self.connect(&mut bucket, account, kinds, at, care, &mut dice);
        bucket
    }

    /// What points at other buckets: logs, copies, inventories.
    fn connect(&self, bucket: &mut Bucket, account: &Planned, kinds: &[Kind], at: usize, care: u32, dice: &mut Dice) {
        let logs = self.name(account, kinds[0], 0);
        if at > 0 && dice.chance(care.saturating_sub(10)) {
            // The log bucket is in the first region, so for buckets elsewhere this names a target that S3 cannot use.
            bucket.logging = Some(Logging {
                target_bucket: if dice.chance(4) {
                    format!("{logs}-old")
                } else {
                    logs.clone()
                },
                target_prefix: format!("{}/", bucket.name),
                target_grants: Vec::new(),
                key_format: match dice.between(0, 3) {
                    0 => None,
                    1 => Some(LogKeyFormat::Simple),
                    2 => Some(LogKeyFormat::PartitionedByEventTime),
                    _ => Some(LogKeyFormat::PartitionedByDeliveryTime),
                },
            });
        } else if at == 0 && dice.chance(8) {
            bucket.logging = Some(Logging {
                target_bucket: logs.clone(),
                target_prefix: "self/".to_owned(),
                target_grants: Vec::new(),
                key_format: None,
            });
        }
        let is_worth_copying = matches!(
            kinds[at],
            Kind::Application | Kind::Backup | Kind::DataLake | Kind::AuditTrail
        );
        if is_worth_copying
            && bucket
                .versioning
                .is_some_and(|versioning| versioning.status == Status::Enabled)
            && dice.chance(45)
        {
            bucket.replication = Some(self.replication(account, kinds, at, dice));
        }
        if matches!(kinds[at], Kind::DataLake | Kind::Backup | Kind::Application) && dice.chance(30) {
            bucket.inventory = (0..dice.between(1, 3))
                .map(|number| Inventory {
                    id: format!("inventory-{number}"),
                    is_enabled: dice.chance(85),
                    frequency: if dice.chance(50) { "Daily" } else { "Weekly" }.to_owned(),
                    included_versions: if dice.chance(60) { "All" } else { "Current" }.to_owned(),
                    destination_bucket: logs.clone(),
                })
                .collect();
        }
    }

    fn replication(&self, account: &Planned, kinds: &[Kind], at: usize, dice: &mut Dice) -> Replication {
        let to_archive = dice.chance(30);
        let other = (at + 1) % kinds.len();
        let rule = |id: &str, destination: String, owner: Option<String>, dice: &mut Dice| ReplicationRule {
            id: id.to_owned(),
            status: if dice.chance(90) {
                Toggle::Enabled
            } else {
                Toggle::Disabled
            },
            priority: dice.chance(85).then_some(1),
            filter: ObjectFilter {
                prefix: dice.chance(25).then(|| "critical/".to_owned()),
                tags: if dice.chance(10) {
                    [("replicate".to_owned(), "yes".to_owned())].into()
                } else {
                    BTreeMap::new()
                },
                ..ObjectFilter::default()
            },
            destination_bucket: destination,
            replica_kms_key: dice
                .chance(40)
                .then(|| key_arn(self.regions[0], owner.as_deref().unwrap_or(&account.id))),
            destination_account: owner,
            delete_markers: dice.chance(70).then(|| {
                if dice.chance(50) {
                    Toggle::Enabled
                } else {
                    Toggle::Disabled
                }
            }),
        };
        let destination = if to_archive {
            format!("{}-log-archive-replica-{}", self.company, &account.id[8..])
        } else {
            self.name(account, kinds[other], other)
        };
        let owner = to_archive.then(|| self.log_archive.clone());
        Replication {
            role: format!("arn:aws:iam::{}:role/service-role/s3-replication", account.id),
            rules: vec![rule("everything", destination, owner, dice)],
        }
    }
}
