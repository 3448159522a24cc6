//! Storage Lens: every account has the default dashboard; whoever looks after the organization has one of all accounts.

use super::{Furnishing, key_in};
use crate::generator::Purpose;
use crate::generator::dice::Dice;
use crate::scenario::{
    Account, Scenario, StorageLensBucket, StorageLensDashboard, StorageLensEncryption, StorageLensExport,
    StorageLensMetrics, StorageLensSelection, StorageLensTable,
};

/// Where the default dashboard has its home.
const DEFAULT_HOME: &str = "us-east-1";

pub(super) fn furnish(scenario: &mut Scenario, furnishing: &Furnishing<'_>) {
    let organization = scenario.organization.as_ref().map(|organization| {
        format!(
            "arn:aws:organizations::{}:organization/{}",
            organization.management_account, organization.id
        )
    });
    for (account, purpose) in scenario.accounts.iter_mut().zip(furnishing.purposes) {
        let mut dice = furnishing.dice("storage-lens", &account.id);
        let mut dashboards = vec![StorageLensDashboard {
            is_enabled: *purpose != Purpose::Sandbox,
            ..plain(DEFAULT_HOME, "default-account-dashboard")
        }];
        let more = match purpose {
            // More than one page of them.
            Purpose::SharedServices => dice.between(5, 9),
            Purpose::Management | Purpose::Security => 1,
            Purpose::Production => dice.between(0, 2),
            _ => 0,
        };
        let home = account
            .buckets
            .first()
            .map_or(DEFAULT_HOME, |bucket| bucket.region.as_str());
        for number in 0..more {
            let mut dashboard = exported(account, home, number, &mut dice);
            if matches!(purpose, Purpose::Management | Purpose::Security) {
                dashboard.organization.clone_from(&organization);
            }
            dashboards.push(dashboard);
        }
        account.services.storage_lens = dashboards;
    }
}

fn plain(home: &str, id: &str) -> StorageLensDashboard {
    StorageLensDashboard {
        home_region: home.to_owned(),
        id: id.to_owned(),
        is_enabled: true,
        organization: None,
        account_metrics: StorageLensMetrics::default(),
        bucket_metrics: StorageLensMetrics::default(),
        prefix_metrics: None,
        include: None,
        exclude: None,
        data_export: None,
        prefixes_export: None,
    }
}

fn metrics(dice: &mut Dice) -> StorageLensMetrics {
    let mut some = || dice.chance(60).then(|| dice.chance(70));
    StorageLensMetrics {
        activity: some(),
        advanced_cost_optimization: some(),
        advanced_data_protection: some(),
        detailed_status_codes: some(),
        advanced_performance: some(),
    }
}

fn encryption(account: &Account, home: &str, dice: &mut Dice) -> Option<StorageLensEncryption> {
    match dice.between(0, 2) {
        0 => None,
        1 => Some(StorageLensEncryption { kms_key: None }),
        _ => Some(StorageLensEncryption {
            kms_key: key_in(account, home),
        }),
    }
}

fn exported(account: &Account, home: &str, number: usize, dice: &mut Dice) -> StorageLensDashboard {
    let buckets: Vec<String> = account
        .buckets
        .iter()
        .take(2)
        .map(|bucket| format!("arn:aws:s3:::{}", bucket.name))
        .collect();
    let target = buckets
        .first()
        .cloned()
        .unwrap_or_else(|| "arn:aws:s3:::figures".to_owned());
    let is_csv = dice.chance(50);
    let bucket = StorageLensBucket {
        arn: target,
        account: account.id.clone(),
        prefix: dice.chance(50).then(|| "lens/".to_owned()),
        format: if is_csv { "CSV" } else { "Parquet" }.to_owned(),
        encryption: encryption(account, home, dice),
    };
    let data_export = match dice.between(0, 3) {
        0 => None,
        1 => Some(StorageLensExport {
            cloudwatch_metrics: Some(dice.chance(50)),
            ..StorageLensExport::default()
        }),
        _ => Some(StorageLensExport {
            bucket: Some(bucket),
            cloudwatch_metrics: dice.chance(50).then_some(true),
            table: dice.chance(40).then(|| StorageLensTable {
                is_enabled: true,
                encryption: encryption(account, home, dice),
            }),
        }),
    };
    let selection = StorageLensSelection {
        buckets,
        regions: vec![home.to_owned()],
    };
    StorageLensDashboard {
        is_enabled: dice.chance(85),
        account_metrics: metrics(dice),
        bucket_metrics: metrics(dice),
        prefix_metrics: dice.chance(40).then(|| dice.chance(50)),
        include: (number == 0).then(|| selection.clone()),
        exclude: (number == 1).then_some(selection),
        data_export,
        prefixes_export: dice.chance(25).then(|| StorageLensExport {
            table: Some(StorageLensTable {
                is_enabled: dice.chance(80),
                encryption: None,
            }),
            ..StorageLensExport::default()
        }),
        ..plain(home, &format!("cost-{number}"))
    }
}
