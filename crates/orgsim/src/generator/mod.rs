//! Made-up organizations, the same for the same options: varied, believable, and with the truth of every setting.
//!
//! It knows what cloud estates look like (log archives, websites, forgotten buckets, policies that almost say what they
//! mean) and nothing of who judges them.

mod buckets;
mod demo;
mod dice;
mod organization_policies;
mod policies;
mod services;
mod settings;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use self::buckets::Neighbourhood;
use self::dice::Dice;
use self::services::Furnishing;
use crate::scenario::{
    Account, AccountServices, AccountState, BucketLists, Latency, ListBehaviour, Organization, OrganizationalUnit,
    PublicAccessBlock, RateLimits, Region, RegionStatus, Role, Scenario,
};

/// How large an organization is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratorOptions {
    /// How many accounts, the management account included; at least one.
    pub accounts: usize,
    /// How many buckets an account has on average; some have far more, some none.
    pub buckets_per_account: usize,
    /// In how many regions buckets lie, at most as many as are on by default.
    pub regions: usize,
    /// Everything follows from it.
    pub seed: u64,
    /// The company's name, the beginning of bucket names; lower-case letters and digits.
    pub company: String,
    /// The role that every member account has and that the management account may assume.
    pub role_name: String,
    /// The external id that the roles ask for.
    pub external_id: Option<String>,
}

impl Default for GeneratorOptions {
    fn default() -> Self {
        Self {
            accounts: 20,
            buckets_per_account: 25,
            regions: 4,
            seed: 1,
            company: "meridian".to_owned(),
            role_name: "s3attest-read".to_owned(),
            external_id: None,
        }
    }
}

/// The regions of the commercial partition: those that are always on first, in the order in which buckets take them.
const REGIONS: &[(&str, RegionStatus)] = &[
    ("eu-central-1", RegionStatus::EnabledByDefault),
    ("us-east-1", RegionStatus::EnabledByDefault),
    ("eu-west-1", RegionStatus::EnabledByDefault),
    ("us-west-2", RegionStatus::EnabledByDefault),
    ("ap-southeast-1", RegionStatus::EnabledByDefault),
    ("us-east-2", RegionStatus::EnabledByDefault),
    ("eu-north-1", RegionStatus::EnabledByDefault),
    ("ap-northeast-1", RegionStatus::EnabledByDefault),
    ("ap-south-1", RegionStatus::EnabledByDefault),
    ("sa-east-1", RegionStatus::EnabledByDefault),
    ("ca-central-1", RegionStatus::EnabledByDefault),
    ("eu-west-2", RegionStatus::EnabledByDefault),
    ("eu-west-3", RegionStatus::EnabledByDefault),
    ("ap-southeast-2", RegionStatus::EnabledByDefault),
    ("ap-northeast-2", RegionStatus::EnabledByDefault),
    ("ap-northeast-3", RegionStatus::EnabledByDefault),
    ("us-west-1", RegionStatus::EnabledByDefault),
    ("af-south-1", RegionStatus::Disabled),
    ("ap-east-1", RegionStatus::Disabled),
    ("ap-southeast-3", RegionStatus::Disabled),
    ("eu-central-2", RegionStatus::Disabled),
    ("eu-south-1", RegionStatus::Disabled),
    ("eu-south-2", RegionStatus::Disabled),
    ("il-central-1", RegionStatus::Disabled),
    ("me-central-1", RegionStatus::Disabled),
    ("me-south-1", RegionStatus::Disabled),
];
const ALWAYS_ON: usize = 17;

/// The tree: name, name of the unit above, and what its accounts are for.
const UNITS: &[(&str, Option<&str>)] = &[
    ("security", None),
    ("infrastructure", None),
    ("workloads", None),
    ("production", Some("workloads")),
    ("development", Some("workloads")),
    ("sandbox", None),
    ("suspended", None),
];

/// What an account is for: it decides where it hangs and what lies in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Management,
    LogArchive,
    Security,
    Network,
    SharedServices,
    Production,
    Development,
    Sandbox,
    Suspended,
}

impl Purpose {
    fn unit(self) -> Option<&'static str> {
        match self {
            Self::Management => None,
            Self::LogArchive | Self::Security => Some("security"),
            Self::Network | Self::SharedServices => Some("infrastructure"),
            Self::Production => Some("production"),
            Self::Development => Some("development"),
            Self::Sandbox => Some("sandbox"),
            Self::Suspended => Some("suspended"),
        }
    }
}

const PRODUCTS: &[&str] = &[
    "payments",
    "orders",
    "catalog",
    "identity",
    "search",
    "analytics",
    "billing",
    "shipping",
    "crm",
    "content",
    "mobile",
    "partners",
    "claims",
    "pricing",
    "telemetry",
    "hr",
    "treasury",
    "maps",
    "media",
    "support",
];

impl GeneratorOptions {
    /// Makes the organization.
    #[must_use]
    pub fn generate(&self) -> Scenario {
        let mut dice = Dice::of(self.seed, ["organization"]);
        let root_suffix = dice.letters(4);
        let mut units: Vec<OrganizationalUnit> = Vec::new();
        for (name, parent) in UNITS {
            let parent = parent
                .and_then(|parent| units.iter().find(|unit| unit.name == parent))
                .map(|unit| unit.id.clone());
            units.push(OrganizationalUnit {
                id: format!("ou-{root_suffix}-{}", dice.letters(8)),
                name: (*name).to_owned(),
                parent,
                tags: BTreeMap::new(),
            });
        }
        let plan = self.plan_accounts(&mut dice);
        let management = plan[0].id.clone();
        let log_archive = plan.get(1).map_or(&plan[0], |planned| planned).id.clone();
        let neighbourhood = Neighbourhood {
            company: &self.company,
            organization: format!("o-{}", dice.letters(10)),
            log_archive,
            accounts: plan.iter().map(|planned| planned.id.clone()).collect(),
            regions: REGIONS[..self.regions.clamp(1, ALWAYS_ON)]
                .iter()
                .map(|(name, _)| *name)
                .collect(),
            seed: self.seed,
        };
        let accounts = plan
            .iter()
            .map(|planned| self.account(planned, &units, &management, &neighbourhood))
            .collect();
        let mut scenario = Scenario {
            partition: "aws".to_owned(),
            caller_account: management.clone(),
            caller_user: "audit-scanner".to_owned(),
            organization: Some(Organization {
                id: neighbourhood.organization.clone(),
                root_id: format!("r-{root_suffix}"),
                management_account: management,
                delegated_administrators: Vec::new(),
                units,
                policy_types: Vec::new(),
                policies: Vec::new(),
                delegations: Vec::new(),
                root_features: None,
                lists: ListBehaviour::default(),
            }),
            regions: REGIONS
                .iter()
                .map(|(name, status)| Region {
                    name: (*name).to_owned(),
                    status: *status,
                })
                .collect(),
            latency: Latency::default(),
            rate_limits: RateLimits::default(),
            bucket_lists: BucketLists::default(),
            faults: Vec::new(),
            accounts,
        };
        let purposes: Vec<Purpose> = plan.iter().map(|planned| planned.purpose).collect();
        organization_policies::furnish(&mut scenario, self.seed, &purposes);
        services::furnish(&mut scenario, &Furnishing::new(self.seed, &purposes));
        scenario
    }

    fn plan_accounts(&self, dice: &mut Dice) -> Vec<Planned> {
        let mut ids = BTreeSet::new();
        (0..self.accounts.max(1))
            .map(|at| {
                let (name, purpose) = self.name_account(at);
                let mut id = dice.account_id();
                while !ids.insert(id.clone()) {
                    id = dice.account_id();
                }
                Planned { id, name, purpose }
            })
            .collect()
    }

    fn name_account(&self, at: usize) -> (String, Purpose) {
        let company = &self.company;
        match at {
            0 => (format!("{company}-management"), Purpose::Management),
            1 => (format!("{company}-log-archive"), Purpose::LogArchive),
            2 => (format!("{company}-security-tooling"), Purpose::Security),
            3 => (format!("{company}-network"), Purpose::Network),
            4 => (format!("{company}-shared-services"), Purpose::SharedServices),
            _ => {
                let number = at - 5;
                let (product, round) = (PRODUCTS[(number / 4) % PRODUCTS.len()], number / 4 / PRODUCTS.len());
                let round = if round == 0 {
                    String::new()
                } else {
                    format!("-{}", round + 1)
                };
                match number % 4 {
                    0 | 1 => {
                        let stage = if number.is_multiple_of(4) { "prod" } else { "dev" };
                        let purpose = if number.is_multiple_of(4) {
                            Purpose::Production
                        } else {
                            Purpose::Development
                        };
                        (format!("{product}-{stage}{round}"), purpose)
                    }
                    2 => (format!("{product}-staging{round}"), Purpose::Development),
                    // Every fifth of what would be a sandbox is an account on its way out.
                    _ if number % 20 == 19 => (format!("{product}-retired{round}"), Purpose::Suspended),
                    _ => (format!("{product}-sandbox{round}"), Purpose::Sandbox),
                }
            }
        }
    }

    fn account(
        &self,
        planned: &Planned,
        units: &[OrganizationalUnit],
        management: &str,
        neighbourhood: &Neighbourhood<'_>,
    ) -> Account {
        let mut dice = Dice::of(self.seed, ["account", planned.id.as_str()]);
        let is_management = planned.purpose == Purpose::Management;
        let unit = planned
            .purpose
            .unit()
            .and_then(|name| units.iter().find(|unit| unit.name == name));
        let block = match planned.purpose {
            Purpose::LogArchive | Purpose::Security => Some(PublicAccessBlock::all(true)),
            Purpose::Sandbox => dice.chance(30).then(|| PublicAccessBlock::all(true)),
            _ if dice.chance(65) => Some(PublicAccessBlock::all(true)),
            _ if dice.chance(50) => Some(PublicAccessBlock {
                restrict_public_buckets: false,
                ..PublicAccessBlock::all(true)
            }),
            _ => None,
        };
        let environment = match planned.purpose {
            Purpose::Development => "development",
            Purpose::Sandbox => "sandbox",
            _ => "production",
        };
        let tags = [
            ("environment", environment),
            ("owner", *dice.pick::<&str>(settings::TEAMS)),
        ];
        Account {
            id: planned.id.clone(),
            email: format!("aws+{}@{}.example", planned.name, self.company),
            name: planned.name.clone(),
            state: if planned.purpose == Purpose::Suspended {
                AccountState::Suspended
            } else {
                AccountState::Active
            },
            unit: unit.map(|unit| unit.id.clone()),
            invited: dice.chance(15),
            joined_at: moment(&mut dice),
            tags: tags
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
            public_access_block: block,
            regions: Vec::new(),
            rate_limits: None,
            latency: None,
            roles: if is_management {
                Vec::new()
            } else {
                vec![Role {
                    external_id: self.external_id.clone(),
                    ..Role::trusting(&self.role_name, management)
                }]
            },
            services: AccountServices::default(),
            buckets: neighbourhood.fill(
                planned,
                buckets::how_many(self.buckets_per_account, planned.purpose, &mut dice),
            ),
        }
    }
}

/// An account before anything is in it.
#[derive(Debug)]
pub(crate) struct Planned {
    id: String,
    name: String,
    purpose: Purpose,
}

/// A time between 2015 and 2026.
fn moment(dice: &mut Dice) -> Timestamp {
    let day = i64::try_from(dice.between(0, 4_300)).unwrap_or(0);
    let second = i64::try_from(dice.between(0, 86_399)).unwrap_or(0);
    Timestamp::from_second(1_420_070_400 + day * 86_400 + second).expect("a time in these years")
}
