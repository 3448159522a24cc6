//! Trusted Advisor: most accounts have no support plan; the others are offered checks that agree with their buckets more or
//! less, since Trusted Advisor looks when it likes.

mod catalogue;

use self::catalogue::{CATALOGUE, Known, Rows};
use super::Furnishing;
use crate::generator::Purpose;
use crate::generator::dice::Dice;
use crate::scenario::{
    Account, Bucket, Scenario, Status, TrustedAdvisor, TrustedAdvisorCheck, TrustedAdvisorRefresh,
    TrustedAdvisorResource, TrustedAdvisorValue,
};

/// More rows than this are not listed, though they are counted.
const MOST_ROWS: usize = 60;

pub(super) fn furnish(scenario: &mut Scenario, furnishing: &Furnishing<'_>) {
    let partition = scenario.partition.clone();
    for (account, purpose) in scenario.accounts.iter_mut().zip(furnishing.purposes) {
        let mut dice = furnishing.dice("trusted-advisor", &account.id);
        let has_plan = match purpose {
            Purpose::Management | Purpose::Security => true,
            Purpose::Production | Purpose::SharedServices => dice.chance(50),
            _ => false,
        };
        if !has_plan {
            continue;
        }
        let mut checks = Vec::new();
        for known in CATALOGUE {
            if dice.chance(known.offered) {
                checks.push(check(known, account, &partition, &mut dice));
            }
        }
        account.services.trusted_advisor = TrustedAdvisor { has_plan, checks };
    }
}

fn check(known: &Known, account: &Account, partition: &str, dice: &mut Dice) -> TrustedAdvisorCheck {
    let refreshed_at = format!("2026-11-{:02}T06:{:02}:44Z", dice.between(1, 20), dice.between(0, 59));
    let resources: Vec<_> = match known.rows {
        Rows::None => Vec::new(),
        Rows::Account => vec![account_row(account, partition, dice)],
        Rows::Buckets(_) => account
            .buckets
            .iter()
            .filter_map(|bucket| bucket_row(known, bucket, partition, dice))
            .take(MOST_ROWS)
            .collect(),
    };
    let count = |wanted: fn(&TrustedAdvisorResource) -> bool| {
        let count = resources.iter().filter(|resource| wanted(resource)).count();
        i64::try_from(count).unwrap_or(i64::MAX)
    };
    let flagged = count(|resource| resource.status != "ok" && !resource.is_suppressed);
    let suppressed = count(|resource| resource.is_suppressed);
    // One kind of check was never run: it says nothing, and has no time.
    let is_available = known.id != "c1ng44jvbm" && !dice.chance(3);
    let worst = ["error", "warning"].into_iter().find(|status| {
        resources
            .iter()
            .any(|resource| resource.status == *status && !resource.is_suppressed)
    });
    let processed = i64::try_from(account.buckets.len()).unwrap_or(i64::MAX).max(flagged);
    let ignored = i64::from(dice.chance(10));
    let (status, refreshed_at, summary, resources) = if is_available {
        let summary = [processed, flagged, ignored, suppressed];
        (worst.unwrap_or("ok"), refreshed_at, summary, resources)
    } else {
        ("not_available", String::new(), [0; 4], Vec::new())
    };
    TrustedAdvisorCheck {
        id: known.id.to_owned(),
        name: known.name.to_owned(),
        description: known.description.to_owned(),
        category: known.category.to_owned(),
        headings: known.headings.iter().map(|heading| (*heading).to_owned()).collect(),
        status: status.to_owned(),
        refreshed_at,
        summary,
        resources,
        refresh: known
            .refresh
            .map(|(milliseconds_until_refreshable, outcome)| TrustedAdvisorRefresh {
                milliseconds_until_refreshable,
                outcome: outcome.to_owned(),
                refreshed_at: "2026-11-21T09:30:00Z".to_owned(),
            }),
    }
}

fn text(text: impl Into<String>) -> TrustedAdvisorValue {
    TrustedAdvisorValue::Text(text.into())
}

const NULL: TrustedAdvisorValue = TrustedAdvisorValue::Null(false);

fn account_row(account: &Account, partition: &str, dice: &mut Dice) -> TrustedAdvisorResource {
    let status = if dice.chance(60) { "ok" } else { "error" };
    TrustedAdvisorResource {
        id: dice.letters(43),
        status: status.to_owned(),
        region: None,
        is_suppressed: false,
        values: vec![
            text(if status == "ok" { "Green" } else { "Red" }),
            NULL,
            text(format!("arn:{partition}:iam::{}:root", account.id)),
            text("2026-11-20T05:00:00Z"),
        ],
    }
}

/// A bucket's row, for a check that lists it.
fn bucket_row(known: &Known, bucket: &Bucket, partition: &str, dice: &mut Dice) -> Option<TrustedAdvisorResource> {
    let Rows::Buckets(judge) = known.rows else {
        return None;
    };
    let status = judge(bucket);
    // Checks that repeat another service list only what they flag.
    if status == "ok" && (known.refresh.is_none() || known.id.starts_with("Hs4")) {
        return None;
    }
    let is_on = |on: bool| text(if on { "Yes" } else { "No" });
    let colour = match status {
        "ok" => "Green",
        "warning" => "Yellow",
        _ => "Red",
    };
    let versioning = bucket.versioning.as_ref();
    let mut values: Vec<TrustedAdvisorValue> = known
        .headings
        .iter()
        .map(|heading| match *heading {
            "Status" => text(colour),
            "Region" | "Region Name" | "Region API Parameter" => text(bucket.region.as_str()),
            "Bucket ARN" | "Resource ARN" => text(format!("arn:{partition}:s3:::{}", bucket.name)),
            "Resource" if known.id.starts_with("Hs4") => text(format!("arn:{partition}:s3:::{}", bucket.name)),
            "Bucket Name" | "Resource" => text(bucket.name.as_str()),
            "ACL Allows List" | "ACL Allows Upload/Delete" => is_on(bucket.acl.is_some()),
            "Policy Allows Access" => is_on(bucket.policy.as_ref().is_some_and(|policy| policy.is_public)),
            "Versioning" => text(versioning.map_or("Disabled", |versioning| versioning.status.as_str())),
            "Target Name" => bucket
                .logging
                .as_ref()
                .map_or(NULL, |logging| text(logging.target_bucket.as_str())),
            "Target Exists" | "Same Owner" | "Write Enabled" => is_on(bucket.logging.is_some()),
            "Last Updated Time" => text("2026-11-20T05:00:00Z"),
            _ => NULL,
        })
        .collect();
    // Rows are not always as long as the headings say.
    match dice.between(0, 9) {
        0 => drop(values.pop()),
        1 => values.push(text("a value without a heading")),
        _ => {}
    }
    Some(TrustedAdvisorResource {
        id: dice.letters(43),
        status: status.to_owned(),
        region: dice.chance(90).then(|| bucket.region.clone()),
        is_suppressed: dice.chance(10),
        values,
    })
}

/// What the checks of the catalogue make of a bucket.
mod judging {
    use super::{Bucket, Status};

    pub(super) fn permissions(bucket: &Bucket) -> &'static str {
        let is_blocked = bucket.public_access_block.is_some();
        match (&bucket.policy, &bucket.acl) {
            (Some(policy), _) if policy.is_public && !is_blocked => "error",
            (_, Some(_)) if !is_blocked => "error",
            _ if is_blocked => "ok",
            _ => "warning",
        }
    }

    pub(super) fn versioning(bucket: &Bucket) -> &'static str {
        match &bucket.versioning {
            Some(versioning) if versioning.status == Status::Enabled => "ok",
            _ => "warning",
        }
    }

    pub(super) fn logging(bucket: &Bucket) -> &'static str {
        if bucket.logging.is_some() { "ok" } else { "warning" }
    }

    pub(super) fn replication(bucket: &Bucket) -> &'static str {
        if bucket.replication.is_some() { "ok" } else { "warning" }
    }

    pub(super) fn notifications(bucket: &Bucket) -> &'static str {
        if bucket.notifications.is_some() {
            "ok"
        } else {
            "warning"
        }
    }

    pub(super) fn lifecycle(bucket: &Bucket) -> &'static str {
        if bucket.lifecycle.is_some() { "ok" } else { "warning" }
    }

    pub(super) fn public_block(bucket: &Bucket) -> &'static str {
        if bucket.public_access_block.is_some() {
            "ok"
        } else {
            "error"
        }
    }
}
