//! A small world for the tests of checks: a bucket in an account, and other buckets beside it.
//!
//! Everything is readable and nothing is configured until a test says otherwise.

use std::collections::BTreeMap;

use s3attest_model::account::{Access, AccountFacts, BucketListing, Region};
use s3attest_model::bucket::{Bucket, BucketSetting, BucketSettings, PublicAccessBlock};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed, Operation, Source};
use s3attest_model::finding::{Finding, Resource, Verdict};
use s3attest_model::identifiers::{AccountId, BucketName, Partition, RegionName};
use s3attest_model::organization::{Account, AccountListing, AccountState, Organization, Selection};
use s3attest_model::services::{OrganizationPolicies, PolicyList, Reach, Reading, ServiceRecord};

use crate::access_points::places;
use crate::check::{Check, Judge, JudgeAccessPoint};
use crate::effective::EffectiveCell;
use crate::index::IndexBuilder;
use crate::judgement::Judgement;
use crate::organization::OrganizationEvidence;
use crate::parameters::Parameters;
use crate::runner;
use crate::services::ServicesView;
use crate::survey::Survey;
use crate::trail::{Trail, Unknown};
use crate::views::{AccessPointView, AccountView, BucketView, OrganizationView, PolicyCell, RegionView};

/// The account of every bucket that a test does not place elsewhere.
pub(crate) const ACCOUNT: &str = "111111111111";

/// A gap as a refused call leaves it.
pub(crate) fn denied() -> Gap {
    Gap::new(GapCause::Denied, "not authorized")
}

/// The account id with this text.
pub(crate) fn account_id(text: &str) -> AccountId {
    AccountId::new(text).expect("a test names valid accounts")
}

/// A source of an answer to an operation.
pub(crate) fn source(operation: &'static str) -> Source {
    Source {
        request_id: Some("REQUEST".into()),
        ..Source::not_called(Operation::named(operation))
    }
}

/// Evidence with a value, from the operation that reads the setting.
pub(crate) fn present<T>(setting: BucketSetting, value: T) -> Evidence<T> {
    Evidence::present(value, Source::not_called(setting.operation()))
}

/// A bucket of [`ACCOUNT`] in `eu-central-1` of which every setting was read and none exists.
pub(crate) fn bucket(name: &str) -> Bucket {
    let mut settings = BucketSettings::all_gaps(&denied());
    macro_rules! absent {
        ($($member:ident),*) => { $(settings.$member.observed = Observed::Absent;)* };
    }
    absent!(
        public_access_block,
        policy,
        policy_status,
        acl,
        ownership_controls,
        encryption,
        versioning,
        object_lock,
        logging,
        lifecycle,
        replication,
        notifications,
        tagging,
        website,
        cors,
        inventory,
        request_payment,
        acceleration,
        abac,
        metadata
    );
    Bucket {
        account: account_id(ACCOUNT),
        name: BucketName::new(name).expect("a test names valid buckets"),
        region: Evidence::present(region("eu-central-1"), source("s3.ListBuckets")),
        created_at: None,
        settings,
    }
}

/// The region with this name.
pub(crate) fn region(name: &str) -> RegionName {
    RegionName::new(name).expect("a test names valid regions")
}

/// Facts of an account that was read in full and has no public access block.
pub(crate) fn facts(account: &str) -> AccountFacts {
    let access = Access::Role(format!("arn:aws:iam::{account}:role/s3attest"));
    let regions = vec![Region {
        name: region("eu-central-1"),
        opt_status: "ENABLED_BY_DEFAULT".to_owned(),
    }];
    AccountFacts {
        account: account_id(account),
        partition: Partition::Aws,
        access: Evidence::present(access, source("sts.AssumeRole")),
        regions: Evidence::present(regions, source("account.ListRegions")),
        assumed_regions: Vec::new(),
        bucket_listing: Evidence::present(BucketListing { count: 1 }, source("s3.ListBuckets")),
        public_access_block: Evidence::absent(source("s3control.GetPublicAccessBlock")),
    }
}

/// An active, selected account.
pub(crate) fn account(id: &str) -> Account {
    Account {
        id: account_id(id),
        name: "workload".to_owned(),
        email: None,
        state: AccountState::Active,
        organizational_unit: Evidence::present("/".to_owned(), source("organizations.ListParents")),
        ancestors: Evidence::present(vec!["r-root".to_owned()], source("organizations.ListParents")),
        tags: Evidence::not_collected(Operation::named("organizations.ListTagsForResource")),
        joined_at: None,
        is_management: false,
        selection: Selection::Selected,
    }
}

/// An organization of these accounts whose lists are complete, and in which no type of policies is enabled.
pub(crate) fn organization(accounts: impl IntoIterator<Item = Account>) -> OrganizationEvidence {
    let accounts: BTreeMap<AccountId, Account> = accounts
        .into_iter()
        .map(|account| (account.id.clone(), account))
        .collect();
    let listing = AccountListing {
        count: accounts.len() as u64,
    };
    let lists = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "S3_POLICY"].map(|policy_type| PolicyList {
        policy_type: policy_type.to_owned(),
        policies: Evidence::absent(source("organizations.ListPolicies")),
    });
    let known = Organization {
        id: "o-scene".to_owned(),
        arn: "arn:aws:organizations::999999999999:organization/o-scene".to_owned(),
        management_account: account_id("999999999999"),
        feature_set: Some("ALL".to_owned()),
    };
    OrganizationEvidence {
        organization: Evidence::present(known, source("organizations.DescribeOrganization")),
        policies: Some(OrganizationPolicies {
            lists: lists.into(),
            delegated_administrators: Evidence::present(
                Vec::new(),
                source("organizations.ListDelegatedAdministrators"),
            ),
        }),
        listing: Evidence::present(listing, source("organizations.ListAccounts")),
        ids: accounts.keys().cloned().collect(),
        accounts,
        ..OrganizationEvidence::default()
    }
}

/// All four switches in one position.
pub(crate) fn switches(on: bool) -> PublicAccessBlock {
    PublicAccessBlock {
        block_public_acls: on,
        ignore_public_acls: on,
        block_public_policy: on,
        restrict_public_buckets: on,
    }
}

/// A bucket under judgement, and the world around it.
pub(crate) struct Scene {
    /// The bucket under judgement.
    pub(crate) bucket: Bucket,
    /// Its account.
    pub(crate) facts: AccountFacts,
    /// Other buckets, with the facts of their accounts.
    pub(crate) others: Vec<(AccountFacts, Bucket)>,
    /// What the organization asks for.
    pub(crate) parameters: Parameters,
    /// What the account's services said.
    pub(crate) services: Vec<ServiceRecord>,
    /// What other accounts' services said.
    pub(crate) services_elsewhere: Vec<ServiceRecord>,
    /// What is known of the organization.
    pub(crate) organization: OrganizationEvidence,
    /// The region that is judged.
    pub(crate) region: RegionName,
}

impl Scene {
    /// A bucket named `subject` without any setting, alone in its account.
    pub(crate) fn new() -> Self {
        Self {
            bucket: bucket("subject"),
            facts: facts(ACCOUNT),
            others: Vec::new(),
            parameters: Parameters::default(),
            services: Vec::new(),
            services_elsewhere: Vec::new(),
            organization: organization([account(ACCOUNT)]),
            region: region("eu-central-1"),
        }
    }

    /// The scene after a change to its bucket.
    pub(crate) fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut scene = Self::new();
        change(&mut scene);
        scene
    }

    /// Adds what a source said of the account, in the scene's region where it is a source of regions.
    pub(crate) fn say(&mut self, reading: impl Into<Reading>) {
        let reading = reading.into();
        let region = (reading.source().reach() == Reach::Region).then(|| self.region.clone());
        self.services.push(ServiceRecord {
            account: self.facts.account.clone(),
            region,
            reading,
        });
    }

    /// Adds another bucket of the same account.
    pub(crate) fn add(&mut self, bucket: Bucket) {
        self.others.push((self.facts.clone(), bucket));
    }

    /// Replaces a setting of the bucket by a refusal.
    pub(crate) fn withhold(&mut self, setting: BucketSetting) {
        self.bucket.settings.withhold(setting, denied());
    }

    /// Asks something of the bucket as checks see it.
    pub(crate) fn view<T>(&self, ask: impl FnOnce(&BucketView<'_>) -> T) -> T {
        self.within(|_, _, bucket| ask(&bucket))
    }

    /// Shows the organization, the account and the bucket.
    fn within<T>(&self, ask: impl for<'a> FnOnce(OrganizationView<'a>, AccountView<'a>, BucketView<'a>) -> T) -> T {
        let mut survey = Survey::default();
        survey.account(&self.facts);
        for (facts, _) in &self.others {
            if facts.account != self.facts.account {
                survey.account(facts);
            }
        }
        self.services
            .iter()
            .chain(&self.services_elsewhere)
            .for_each(|record| survey.service(record));
        survey.bucket(&self.bucket);
        self.others.iter().for_each(|(_, bucket)| survey.bucket(bucket));
        let surveyed = survey.finish();
        let mut builder = IndexBuilder::new(surveyed.references);
        builder.account(&self.facts);
        for (facts, _) in &self.others {
            if facts.account != self.facts.account {
                builder.account(facts);
            }
        }
        builder.bucket(&self.facts, &self.bucket);
        self.others
            .iter()
            .for_each(|(facts, bucket)| builder.bucket(facts, bucket));
        let index = builder.finish();
        let account = account(self.facts.account.as_str());
        let organization = OrganizationView {
            evidence: &self.organization,
            across: &surveyed.across,
            parameters: &self.parameters,
        };
        let services = ServicesView::new(&self.facts, &self.services);
        let of_account = AccountView {
            account: &account,
            facts: &self.facts,
            services,
            index: &index,
            organization,
            parameters: &self.parameters,
        };
        let policy = PolicyCell::default();
        let effective = EffectiveCell::default();
        let of_bucket = BucketView {
            bucket: &self.bucket,
            settings: &self.bucket.settings,
            account: &self.facts,
            services,
            index: &index,
            organization,
            parameters: &self.parameters,
            policy: &policy,
            effective: &effective,
        };
        ask(organization, of_account, of_bucket)
    }

    /// What the check says of the bucket, of its account or region, or of the organization.
    pub(crate) fn judge(&self, check: &Check) -> Finding {
        self.within(|organization, account, bucket| self.judge_within(check, organization, account, &bucket))
    }

    fn judge_within<'a>(
        &'a self,
        check: &Check,
        organization: OrganizationView<'a>,
        of_account: AccountView<'a>,
        of_bucket: &BucketView<'a>,
    ) -> Finding {
        let mut trail = Trail::new();
        let (resource, said) = match check.judge {
            Judge::Organization(judge) => {
                let resource = Resource::Organization {
                    account: self.facts.account.clone(),
                    id: "o-scene".to_owned(),
                };
                (resource, judge(&organization, &mut trail))
            }
            Judge::Account(judge) => {
                let resource = Resource::Account {
                    account: self.facts.account.clone(),
                };
                (resource, judge(&of_account, &mut trail))
            }
            Judge::Region(judge) => {
                let view = RegionView {
                    region: &self.region,
                    account: of_account,
                };
                let resource = Resource::Region {
                    account: self.facts.account.clone(),
                    region: self.region.clone(),
                };
                (resource, judge(&view, &mut trail))
            }
            Judge::AccessPoint(judge) => of_first_point(check, judge, of_account, &mut trail),
            Judge::Bucket(judge) => {
                let resource = Resource::Bucket {
                    account: self.bucket.account.clone(),
                    name: self.bucket.name.clone(),
                    partition: self.facts.partition,
                    region: None,
                };
                (resource, judge(of_bucket, &mut trail))
            }
        };
        runner::finding(check, check.check_id(), resource, said, trail)
    }

    /// The verdict alone.
    pub(crate) fn verdict(&self, check: &Check) -> Verdict {
        self.judge(check).verdict
    }
}

/// What a check says of the first access point, or of the list where it could not be read.
fn of_first_point<'a>(
    check: &Check,
    judge: JudgeAccessPoint,
    account: AccountView<'a>,
    trail: &mut Trail<'a>,
) -> (Resource, Result<Judgement, Unknown<'a>>) {
    let places = check.reads.sources.iter().flat_map(|source| places(*source, &account));
    let place = places
        .into_iter()
        .next()
        .expect("the check reads a list of access points");
    match place.points(&account, trail) {
        Err(unknown) => (place.resource(&account.account.id), Err(unknown)),
        Ok(points) => {
            let point = *points.first().expect("the scene has an access point");
            let said = judge(&AccessPointView { point, account }, trail);
            (place.resource_of(&point, &account), said)
        }
    }
}

/// A case of a check's table: what it shows, the scene, the verdict, and words that stand in the message.
pub(crate) type Case = (&'static str, Scene, Verdict, &'static str);

/// Judges every case of a check's table.
pub(crate) fn expect(check: &Check, cases: impl IntoIterator<Item = Case>) {
    for (name, scene, verdict, words) in cases {
        let finding = scene.judge(check);
        assert_eq!(finding.verdict, verdict, "{name}: {}", finding.message);
        assert!(finding.message.contains(words), "{name}: {}", finding.message);
        assert!(
            finding.message.ends_with('.'),
            "{name} is no sentence: {}",
            finding.message
        );
    }
}
