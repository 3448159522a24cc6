//! AWS Trusted Advisor: which of its checks the account is offered, and what those say that bear on S3.
//!
//! The list is asked first, since asking for a check that was withdrawn is an error (AWS Support User Guide, "Change log for
//! AWS Trusted Advisor checks"). Without a support plan the list itself is refused, and nothing else is asked.

mod refresh;
mod wanted;

use aws_sdk_support::Client;
use aws_sdk_support::types::{TrustedAdvisorCheckDescription, TrustedAdvisorCheckResult, TrustedAdvisorResourceDetail};
use futures::future::FutureExt;
use futures::stream::{self, StreamExt};
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::evidence::{Evidence, Observed, Source};
use s3attest_model::services::{
    TrustedAdvisor, TrustedAdvisorCheck, TrustedAdvisorColumns, TrustedAdvisorOffer, TrustedAdvisorRefresh,
    TrustedAdvisorResource, TrustedAdvisorResult, TrustedAdvisorSummary,
};

use self::wanted::{Chosen, Listing, choose};
use super::ServiceRead;

pub use self::refresh::RefreshPace;

const fn support_call(
    name: &'static str,
    label: &'static str,
    actions: &'static [&'static str],
    times: Times,
) -> AllowedOperation {
    AllowedOperation {
        service: "Support",
        name,
        label,
        actions,
        class: "support",
        in_session: true,
        times,
    }
}

const CHECKS: AllowedOperation = support_call(
    "DescribeTrustedAdvisorChecks",
    "support.DescribeTrustedAdvisorChecks",
    &["support:DescribeTrustedAdvisorChecks"],
    Times::each(Unit::Account),
);
const RESULT: AllowedOperation = support_call(
    "DescribeTrustedAdvisorCheckResult",
    "support.DescribeTrustedAdvisorCheckResult",
    &["support:DescribeTrustedAdvisorCheckResult"],
    Times::about(36, Unit::Account, "a support plan, and 36 checks that bear on S3"),
);

pub(super) const OPERATIONS: &[AllowedOperation] = &[CHECKS, RESULT];

/// What is called only when somebody wished for fresh answers: these make Trusted Advisor look again.
pub(super) const WISHED: &[AllowedOperation] = &[refresh::STATUSES, refresh::REFRESH];

/// Descriptions and headings are compared with English ones.
const LANGUAGE: &str = "en";

/// How many results of one account are asked for at the same time.
const RESULTS_AT_ONCE: usize = 8;

pub(super) async fn read(reader: &ServiceRead<'_>) -> TrustedAdvisor {
    let client = reader.session.support(reader.region);
    let listed = observe(
        CHECKS.operation(),
        &[],
        client.describe_trusted_advisor_checks().language(LANGUAGE).send().await,
        reader.context.now(),
        |output| {
            // An answer without a list looks the same as an empty list, which no account has.
            if output.checks.is_empty() {
                return Err(Malformed("the answer holds no check at all"));
            }
            let listings: Result<Vec<_>, _> = output.checks.into_iter().map(listing).collect();
            listings.map(Some)
        },
    );
    let chosen = match listed.observed {
        Observed::Present(listings) => choose(listings),
        Observed::Absent => Vec::new(),
        Observed::Gap(gap) => {
            return TrustedAdvisor {
                checks: Evidence::gap(gap, listed.source),
            };
        }
    };
    let source = &listed.source;
    let mut refreshes = if reader.wishes.refresh_trusted_advisor {
        refresh::refresh(reader, &client, &chosen).await
    } else {
        std::collections::BTreeMap::new()
    };
    let checks = stream::iter(chosen)
        .map(|chosen| {
            let refresh = refreshes.remove(&chosen.wanted.id);
            check(reader, client.clone(), chosen, refresh, source.clone()).boxed()
        })
        .buffered(RESULTS_AT_ONCE)
        .collect()
        .await;
    TrustedAdvisor {
        checks: Evidence::present(checks, listed.source),
    }
}

fn listing(described: TrustedAdvisorCheckDescription) -> Result<Listing, Malformed> {
    if described.id.is_empty() {
        return Err(Malformed("a check of the list has no id"));
    }
    Ok(Listing {
        id: described.id,
        security_hub_control: TrustedAdvisorOffer::security_hub_control(&described.description),
        offer: TrustedAdvisorOffer {
            name: described.name,
            category: described.category,
            headings: described.metadata,
        },
    })
}

/// One check with what it says; a check that is not offered says nothing and is not asked.
async fn check(
    reader: &ServiceRead<'_>,
    client: Client,
    Chosen { wanted, offer }: Chosen,
    refresh: Option<TrustedAdvisorRefresh>,
    list: Source,
) -> TrustedAdvisorCheck {
    let result = match &offer {
        None => Evidence::absent(list),
        Some(offer) => {
            let asked = client
                .describe_trusted_advisor_check_result()
                .check_id(&wanted.id)
                .language(LANGUAGE)
                .send()
                .await;
            observe(RESULT.operation(), &[], asked, reader.context.now(), |output| {
                let answered = output.result.ok_or(Malformed("the answer holds no result"))?;
                result(answered, &wanted.id, offer, wanted.names_buckets).map(Some)
            })
        }
    };
    TrustedAdvisorCheck {
        id: wanted.id,
        title: wanted.title,
        bearing: wanted.bearing,
        security_hub_control: wanted.security_hub_control,
        offer,
        refresh,
        result,
    }
}

fn result(
    answered: TrustedAdvisorCheckResult,
    id: &str,
    offer: &TrustedAdvisorOffer,
    names_buckets: bool,
) -> Result<TrustedAdvisorResult, Malformed> {
    if answered.check_id != id {
        return Err(Malformed("the answer is about another check"));
    }
    if answered.status.is_empty() {
        return Err(Malformed("the result holds no status"));
    }
    let summary = answered
        .resources_summary
        .ok_or(Malformed("the result does not say how many resources were looked at"))?;
    let rows = offer.rows();
    let resources: Result<Vec<_>, _> = answered
        .flagged_resources
        .into_iter()
        .map(|each| resource(each, &rows, names_buckets))
        .collect();
    Ok(TrustedAdvisorResult {
        status: answered.status,
        refreshed_at: answered.timestamp,
        summary: TrustedAdvisorSummary {
            processed: summary.resources_processed,
            flagged: summary.resources_flagged,
            ignored: summary.resources_ignored,
            suppressed: summary.resources_suppressed,
        },
        resources: resources?,
    })
}

fn resource(
    listed: TrustedAdvisorResourceDetail,
    row: impl Fn(Vec<Option<String>>) -> TrustedAdvisorColumns,
    names_buckets: bool,
) -> Result<TrustedAdvisorResource, Malformed> {
    if listed.status.is_empty() {
        return Err(Malformed("a resource of the result has no status"));
    }
    let columns = row(listed.metadata);
    Ok(TrustedAdvisorResource {
        id: listed.resource_id,
        status: listed.status,
        region: listed.region.filter(|region| !region.is_empty()),
        is_suppressed: listed.is_suppressed,
        bucket: columns.bucket(names_buckets).map(str::to_owned),
        columns,
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_support::types::TrustedAdvisorResourcesSummary;

    use super::*;

    fn offer() -> TrustedAdvisorOffer {
        TrustedAdvisorOffer {
            name: "Buckets".to_owned(),
            category: "security".to_owned(),
            headings: vec![Some("Bucket Name".to_owned())],
        }
    }

    fn answered(id: &str, status: &str, resource_status: &str) -> TrustedAdvisorCheckResult {
        let summary = TrustedAdvisorResourcesSummary::builder()
            .resources_processed(1)
            .resources_flagged(1)
            .resources_ignored(0)
            .resources_suppressed(0)
            .build();
        let resource = TrustedAdvisorResourceDetail::builder()
            .status(resource_status)
            .resource_id("opaque")
            .set_metadata(Some(vec![Some("logs".to_owned()), None]))
            .build()
            .expect("all members are set");
        TrustedAdvisorCheckResult::builder()
            .check_id(id)
            .timestamp("2026-11-20T06:12:44Z")
            .status(status)
            .resources_summary(summary)
            .flagged_resources(resource)
            .build()
            .expect("all members are set")
    }

    #[test]
    fn a_result_that_lacks_what_it_must_hold_is_no_result() {
        for (id, status, resource_status) in [("other", "ok", "ok"), ("wanted", "", "ok"), ("wanted", "ok", "")] {
            let read = result(answered(id, status, resource_status), "wanted", &offer(), true);
            assert!(read.is_err(), "{id} {status} {resource_status}");
        }
        let read = result(answered("wanted", "ok", "warning"), "wanted", &offer(), true).expect("complete");
        let resource = &read.resources[0];
        assert_eq!(resource.bucket.as_deref(), Some("logs"));
        assert_eq!(resource.columns.iter().last(), Some(("column 2", None)));
    }
}
