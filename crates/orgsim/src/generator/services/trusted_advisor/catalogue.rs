//! The checks that simulated accounts are offered: most of those about S3, some that S3 leans on, some that have nothing to
//! do with it, one that was withdrawn and lingers, and ones that tell their control of Security Hub in their description.

use super::judging;
use crate::scenario::Bucket;

/// What a check lists.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rows {
    /// Nothing.
    None,
    /// The account.
    Account,
    /// Buckets, by what it makes of each of them.
    Buckets(fn(&Bucket) -> &'static str),
}

/// A check of the catalogue.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) category: &'static str,
    pub(super) headings: &'static [&'static str],
    pub(super) rows: Rows,
    /// Milliseconds until it may be refreshed, and what comes of it; `None` for a check that is refreshed by itself.
    pub(super) refresh: Option<(i64, &'static str)>,
    /// In how many of a hundred accounts it is offered.
    pub(super) offered: u32,
}

const OF_CONFIG: &[&str] = &[
    "Status",
    "Region",
    "Resource",
    "AWS Config Rule",
    "Input Parameters",
    "Last Updated Time",
];
const OF_SECURITY_HUB: &[&str] = &["Status", "Region", "Resource", "Last Updated Time"];
const SECURITY: &str = "security";
const FAULTS: &str = "fault_tolerance";
const OPERATIONS: &str = "operational_excellence";
const COSTS: &str = "cost_optimizing";

const fn known(
    id: &'static str,
    name: &'static str,
    category: &'static str,
    headings: &'static [&'static str],
    rows: Rows,
) -> Known {
    Known {
        id,
        name,
        description: "<p>What the check looks at, and how it marks it.</p>",
        category,
        headings,
        rows,
        refresh: None,
        offered: 100,
    }
}

/// A check that repeats a control, which its description tells.
const fn control(id: &'static str, name: &'static str, description: &'static str, rows: Rows) -> Known {
    let mut check = known(id, name, SECURITY, OF_SECURITY_HUB, rows);
    check.description = description;
    check
}

const fn refreshed(mut check: Known, until: i64, outcome: &'static str) -> Known {
    check.refresh = Some((until, outcome));
    check
}

const fn sometimes(mut check: Known, offered: u32) -> Known {
    check.offered = offered;
    check
}

pub(super) static CATALOGUE: &[Known] = &[
    known(
        "Qch7DwouX1",
        "Low Utilization Amazon EC2 Instances",
        COSTS,
        &["Region/AZ", "Instance ID", "Instance Name"],
        Rows::None,
    ),
    // The order is that of this interface: the status is not the first column here, and one column is not in the console.
    refreshed(
        known(
            "Pfx0RwqBli",
            "Amazon S3 Bucket Permissions",
            SECURITY,
            &[
                "Region Name",
                "Region API Parameter",
                "Bucket Name",
                "ACL Allows List",
                "ACL Allows Upload/Delete",
                "Status",
                "Policy Allows Access",
                "Ignored Bucket Name",
            ],
            Rows::Buckets(judging::permissions),
        ),
        0,
        "success",
    ),
    sometimes(
        known(
            "BueAdJ7NrP",
            "Amazon S3 Bucket Logging",
            FAULTS,
            &["Status", "Region", "Bucket Name", "Target Name"],
            Rows::None,
        ),
        30,
    ),
    refreshed(
        known(
            "c1fd6b96l4",
            "Amazon S3 Access Logs Enabled",
            OPERATIONS,
            &[
                "Status",
                "Region",
                "Resource ARN",
                "Bucket Name",
                "Target Name",
                "Target Exists",
                "Same Owner",
                "Write Enabled",
                "Reason",
                "Last Updated Time",
            ],
            Rows::Buckets(judging::logging),
        ),
        0,
        "abandoned",
    ),
    refreshed(
        known(
            "R365s2Qddf",
            "Amazon S3 Bucket Versioning",
            FAULTS,
            &["Region", "Bucket Name", "Versioning", "MFA Delete Enabled", "Status"],
            Rows::Buckets(judging::versioning),
        ),
        1_260_000,
        "success",
    ),
    known(
        "c18d2gz119",
        "Amazon S3 Bucket Replication Not Enabled",
        FAULTS,
        OF_CONFIG,
        Rows::Buckets(judging::replication),
    ),
    known(
        "c18d2gz163",
        "Amazon S3 does not have Event Notifications enabled",
        OPERATIONS,
        OF_CONFIG,
        Rows::Buckets(judging::notifications),
    ),
    known(
        "c18d2gz166",
        "AWS CloudTrail data events logging for objects in an S3 bucket",
        OPERATIONS,
        OF_CONFIG,
        Rows::Account,
    ),
    known(
        "c18d2gz100",
        "Amazon S3 Bucket Lifecycle Policy Configured",
        COSTS,
        &["Status", "Region", "Resource", "AWS Config Rule", "Input Parameters"],
        Rows::Buckets(judging::lifecycle),
    ),
    known(
        "c1cj39rr6v",
        "Amazon S3 Incomplete Multipart Upload Abort Configuration",
        COSTS,
        &[
            "Status",
            "Region",
            "Bucket Name",
            "Bucket ARN",
            "Lifecycle rule for deleting incomplete MPU",
            "Days After Initiation",
            "Last Updated Time",
        ],
        Rows::Buckets(judging::lifecycle),
    ),
    // One that never ends.
    refreshed(
        known(
            "c1ng44jvbm",
            "Amazon Route 53 mismatching CNAME records pointing directly to S3 buckets",
            SECURITY,
            &["Status", "Hosted Zone ID", "Hosted Zone ARN"],
            Rows::None,
        ),
        0,
        "processing",
    ),
    known(
        "c25hn9x03v",
        "AWS CloudTrail Management Event Logging",
        SECURITY,
        &[
            "Status",
            "Region",
            "Logging Enabled",
            "Delivery Error Reported",
            "Last Updated Time",
        ],
        Rows::None,
    ),
    // Refreshed by itself, which the project's list does not know.
    sometimes(
        known(
            "07602fcad6",
            "IAM Access Analyzer External Access",
            SECURITY,
            &["Status", "Region", "Account External Access Analyzer Arn"],
            Rows::Account,
        ),
        60,
    ),
    refreshed(
        known(
            "7DAFEmoDos",
            "MFA on Root Account",
            SECURITY,
            &["Status"],
            Rows::Account,
        ),
        0,
        "success",
    ),
    control(
        "Hs4Ma3G170",
        "S3 Block Public Access setting should be enabled",
        "<p>Looks at the account.</p><b>Security Hub control ID:</b> S3.1",
        Rows::Account,
    ),
    control(
        "Hs4Ma3G173",
        "S3 Block Public Access setting should be enabled at the bucket-level",
        "<p>Looks at buckets.</p><b>Security Hub Control ID:</b> S3.8",
        Rows::Buckets(judging::public_block),
    ),
    // Not in the project's list: found by what the description says.
    control(
        "Hs4Ma3G301",
        "S3 general purpose buckets should have server access logging enabled",
        "<p>Looks at buckets.</p>security hub control id: s3.9",
        Rows::Buckets(judging::logging),
    ),
    sometimes(
        control(
            "Hs4Ma3G302",
            "S3 general purpose buckets should have MFA delete enabled",
            "<p>Looks at buckets.</p>Security Hub control ID: S3.20<br>",
            Rows::None,
        ),
        50,
    ),
    control(
        "Hs4Ma3G110",
        "CloudTrail should have encryption at-rest enabled",
        "<p>Looks at trails.</p>Security Hub control ID: CloudTrail.2",
        Rows::None,
    ),
    control(
        "Hs4Ma3G151",
        "RDS snapshots should be private",
        "<p>Looks at snapshots, which may be exported to S3.5.</p>Security Hub control ID: RDS.1",
        Rows::None,
    ),
];
