//! What the account services of the small sample said: every status, and foreign text that means harm.

use s3attest_model::coverage::{AccountStatus, GapTally, ReadCounts, SourceCoverage, SourceGap, SourceStatus};
use s3attest_model::evidence::{BlockedBy, Evidence, Gap, GapCause, Operation, Source};
use s3attest_model::identifiers::AccountId;
use s3attest_model::services::{
    CloudTrail, Reading, ServiceRecord, ServiceSource, Shield, ShieldProtection, ShieldSubscription, TrustedAdvisor,
    TrustedAdvisorBearing, TrustedAdvisorCheck, VectorBuckets,
};

use super::hostile::{BROKEN, DECEPTION, FORMULA, HOSTILE, IMAGE, LEFT_OUT, SCRIPT, long};
use super::parts;

const SUBSCRIPTION: Operation = Operation::named("shield.DescribeSubscription");
const CHECKS: Operation = Operation::named("support.DescribeTrustedAdvisorChecks");
const RESULT: Operation = Operation::named("support.DescribeTrustedAdvisorCheckResult");
const TRAILS: Operation = Operation::named("cloudtrail.DescribeTrails");
const VECTORS: Operation = Operation::named("s3vectors.ListVectorBuckets");
const PROTECTIONS: Operation = Operation::named("shield.ListProtections");

/// The sources that the sample's run knew of.
pub(super) const SOURCES: &[ServiceSource] = &[
    ServiceSource::CloudTrail,
    ServiceSource::Shield,
    ServiceSource::TrustedAdvisor,
    ServiceSource::VectorBuckets,
];

/// What was said of an account of the sample; nothing for one that was not entered.
pub(super) fn records(account: &AccountId) -> Vec<ServiceRecord> {
    let shield = match account.as_str() {
        LEFT_OUT => Shield {
            subscription: Evidence::present(
                ShieldSubscription {
                    state: "ACTIVE".to_owned(),
                },
                parts::answered(&SUBSCRIPTION, 31),
            ),
            protections: Evidence::present(
                [SCRIPT, IMAGE, FORMULA, DECEPTION]
                    .iter()
                    .enumerate()
                    .map(|(number, name)| ShieldProtection {
                        id: format!("a1b2c3d4-{number}"),
                        name: (*name).to_owned(),
                        resource_arn: format!("arn:aws:cloudfront::{account}:distribution/E{number}"),
                    })
                    .collect(),
                parts::answered(&PROTECTIONS, 32),
            ),
        },
        HOSTILE => Shield {
            subscription: Evidence::absent(parts::refused(&SUBSCRIPTION, 33, "ResourceNotFoundException")),
            protections: Evidence::gap(denial(), parts::refused(&PROTECTIONS, 34, IMAGE)),
        },
        BROKEN => Shield {
            subscription: Evidence::gap(stall(), parts::answered(&SUBSCRIPTION, 35)),
            protections: Evidence::gap(stall(), parts::answered(&PROTECTIONS, 36)),
        },
        _ => return Vec::new(),
    };
    let mut readings: Vec<(Option<&str>, Reading)> = Vec::new();
    if account.as_str() == HOSTILE {
        let none = Evidence::present(Vec::new(), parts::answered(&TRAILS, 21));
        let refused = Evidence::gap(denial(), parts::refused(&TRAILS, 22, "AccessDeniedException"));
        readings.extend(
            [("eu-central-1", none), ("us-east-1", refused)].map(|(region, trails)| {
                let reading = CloudTrail { trails };
                (Some(region), reading.into())
            }),
        );
    }
    readings.push((None, shield.into()));
    readings.extend(trusted_advisor(account).map(|reading| (None, reading.into())));
    if account.as_str() == LEFT_OUT {
        let buckets = Evidence::gap(not_offered(), Source::not_called(VECTORS));
        readings.push((Some("mx-central-1"), VectorBuckets { buckets }.into()));
    }
    readings
        .into_iter()
        .map(|(region, reading)| ServiceRecord {
            account: account.clone(),
            region: region.map(parts::region),
            reading,
        })
        .collect()
}

/// Trusted Advisor was left out of one account; in another it is not part of the support plan, and in the third the
/// subjects of its evidence mean harm.
fn trusted_advisor(account: &AccountId) -> Option<TrustedAdvisor> {
    let check = |id: &str, number, result| TrustedAdvisorCheck {
        id: id.to_owned(),
        title: format!("{number} {id}"),
        bearing: TrustedAdvisorBearing::S3,
        security_hub_control: None,
        offer: None,
        refresh: None,
        result,
    };
    let checks = match account.as_str() {
        LEFT_OUT => Evidence::gap(no_plan(), parts::refused(&CHECKS, 41, "SubscriptionRequiredException")),
        HOSTILE => Evidence::present(
            [SCRIPT, IMAGE, FORMULA, DECEPTION, &long()]
                .iter()
                .zip(50..)
                .map(|(id, number)| check(id, number, Evidence::absent(parts::answered(&RESULT, number))))
                .collect(),
            parts::answered(&CHECKS, 42),
        ),
        _ => return None,
    };
    Some(TrustedAdvisor { checks })
}

fn not_offered() -> Gap {
    Gap::new(
        GapCause::NotOffered,
        "the name of the service's endpoint in this region does not resolve",
    )
}

fn no_plan() -> Gap {
    Gap::new(
        GapCause::NoSupportPlan,
        "Amazon Web Services Premium Support Subscription is required",
    )
}

/// What was said of an account of a made-up run; one in seven refuses a part of it.
pub(super) fn generated_records(account: &AccountId, status: AccountStatus, number: u64) -> Vec<ServiceRecord> {
    if !matches!(status, AccountStatus::Assessed | AccountStatus::PartlyAssessed) {
        return Vec::new();
    }
    let protections = if refuses(number) {
        Evidence::gap(denial(), parts::refused(&PROTECTIONS, number, "AccessDeniedException"))
    } else {
        Evidence::absent(parts::refused(&PROTECTIONS, number, "ResourceNotFoundException"))
    };
    vec![ServiceRecord {
        account: account.clone(),
        region: None,
        reading: Shield {
            subscription: Evidence::absent(parts::refused(&SUBSCRIPTION, number, "ResourceNotFoundException")),
            protections,
        }
        .into(),
    }]
}

/// The places of the sources in the coverage of an account of a made-up run.
pub(super) fn generated_lines(account: &AccountId, status: AccountStatus, number: u64) -> Vec<SourceCoverage> {
    if !matches!(status, AccountStatus::Assessed | AccountStatus::PartlyAssessed) {
        return Vec::new();
    }
    let is_refused = refuses(number);
    let status = if is_refused {
        SourceStatus::PartlyRead
    } else {
        SourceStatus::Read
    };
    vec![SourceCoverage {
        account: account.clone(),
        source: ServiceSource::Shield,
        status,
        regions: 0,
        reads: ReadCounts {
            asked: 2,
            answered: 2 - u64::from(is_refused),
        },
        gaps: if is_refused {
            vec![gap(&PROTECTIONS, &denial(), 1, &[])]
        } else {
            Vec::new()
        },
    }]
}

fn refuses(number: u64) -> bool {
    number.is_multiple_of(7)
}

fn denial() -> Gap {
    Gap {
        cause: GapCause::Denied,
        detail: format!("User: {SCRIPT} is not authorized to perform: shield:ListProtections"),
        blocked_by: Some(BlockedBy::ServiceControlPolicy),
    }
}

fn stall() -> Gap {
    Gap::new(GapCause::TimedOut, FORMULA)
}

/// The places of the sources in the coverage of an account that was entered.
pub(super) fn lines(account: &AccountId) -> Vec<SourceCoverage> {
    let line = |source: ServiceSource, status, (asked, answered), gaps| SourceCoverage {
        account: account.clone(),
        source,
        status,
        regions: 0,
        reads: ReadCounts { asked, answered },
        gaps,
    };
    match account.as_str() {
        LEFT_OUT => vec![
            line(
                ServiceSource::CloudTrail,
                SourceStatus::NotCollected,
                (0, 0),
                Vec::new(),
            ),
            line(ServiceSource::Shield, SourceStatus::Read, (2, 2), Vec::new()),
            line(
                ServiceSource::TrustedAdvisor,
                SourceStatus::NotSubscribed,
                (0, 0),
                vec![gap(&CHECKS, &no_plan(), 1, &[])],
            ),
            SourceCoverage {
                regions: 1,
                ..line(
                    ServiceSource::VectorBuckets,
                    SourceStatus::NotOffered,
                    (0, 0),
                    vec![gap(&VECTORS, &not_offered(), 1, &["mx-central-1"])],
                )
            },
        ],
        HOSTILE => vec![
            SourceCoverage {
                regions: 2,
                ..line(
                    ServiceSource::CloudTrail,
                    SourceStatus::PartlyRead,
                    (2, 1),
                    vec![gap(&TRAILS, &denial(), 1, &["us-east-1"])],
                )
            },
            line(
                ServiceSource::Shield,
                SourceStatus::PartlyRead,
                (2, 1),
                vec![gap(&PROTECTIONS, &denial(), 1, &[])],
            ),
            line(ServiceSource::TrustedAdvisor, SourceStatus::Read, (6, 6), Vec::new()),
            line(
                ServiceSource::VectorBuckets,
                SourceStatus::NotCollected,
                (0, 0),
                Vec::new(),
            ),
        ],
        BROKEN => vec![
            line(
                ServiceSource::CloudTrail,
                SourceStatus::NotCollected,
                (0, 0),
                Vec::new(),
            ),
            line(
                ServiceSource::Shield,
                SourceStatus::Unreadable,
                (2, 0),
                vec![
                    gap(&SUBSCRIPTION, &stall(), 1, &[]),
                    gap(&PROTECTIONS, &stall(), 1, &[]),
                ],
            ),
            line(
                ServiceSource::TrustedAdvisor,
                SourceStatus::NotCollected,
                (0, 0),
                Vec::new(),
            ),
            line(
                ServiceSource::VectorBuckets,
                SourceStatus::NotCollected,
                (0, 0),
                Vec::new(),
            ),
        ],
        _ => Vec::new(),
    }
}

fn gap(operation: &Operation, gap: &Gap, count: u64, regions: &[&str]) -> SourceGap {
    SourceGap {
        tally: GapTally {
            operation: operation.clone(),
            cause: gap.cause,
            blocked_by: gap.blocked_by,
            count,
            example: gap.detail.clone(),
        },
        regions: regions.iter().map(|name| parts::region(name)).collect(),
        remedy: format!("Let somebody look at it; {FORMULA}"),
    }
}
