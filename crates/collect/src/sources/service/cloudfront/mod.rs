//! CloudFront: the distributions in front of buckets, and how they sign what they ask the buckets for.
//!
//! The list holds nearly everything; a distribution that is kept is asked once more for its logging and its root object.
//! Where a partition has no CloudFront endpoint, both lists are gaps.

mod distribution;

use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::types::OriginAccessControlSummary;
use futures::future::FutureExt;
use futures::stream::{self, StreamExt};
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::evidence::{Evidence, Observed};
use s3attest_model::services::{
    CloudFront, CloudFrontAccessControl, CloudFrontConfiguration, CloudFrontDistribution, CloudFrontDistributions,
};

use self::distribution::{Entry, Kept, configuration, counted, entry, word};
use super::ServiceRead;
use crate::pages::{Listed, list};

const fn cloudfront_read(
    name: &'static str,
    label: &'static str,
    actions: &'static [&'static str],
    times: Times,
) -> AllowedOperation {
    AllowedOperation {
        service: "CloudFront",
        name,
        label,
        actions,
        class: "cloudfront",
        in_session: true,
        times,
    }
}

const DISTRIBUTIONS: AllowedOperation = cloudfront_read(
    "ListDistributions",
    "cloudfront.ListDistributions",
    &["cloudfront:ListDistributions"],
    Times::about(1, Unit::Account, "no more than one page of distributions"),
);
const CONFIGURATION: AllowedOperation = cloudfront_read(
    "GetDistributionConfig",
    "cloudfront.GetDistributionConfig",
    &["cloudfront:GetDistributionConfig"],
    Times::about(
        2,
        Unit::Account,
        "two distributions in front of buckets in each account",
    ),
);
const ACCESS_CONTROLS: AllowedOperation = cloudfront_read(
    "ListOriginAccessControls",
    "cloudfront.ListOriginAccessControls",
    &["cloudfront:ListOriginAccessControls"],
    Times::each(Unit::Account),
);

pub(super) const OPERATIONS: &[AllowedOperation] = &[DISTRIBUTIONS, CONFIGURATION, ACCESS_CONTROLS];

/// How many distributions of one account are asked for at the same time.
const CONFIGURATIONS_AT_ONCE: usize = 8;

pub(super) async fn read(reader: &ServiceRead<'_>) -> CloudFront {
    let client = reader.session.cloudfront(reader.region);
    CloudFront {
        distributions: distributions(reader, &client).await,
        access_controls: access_controls(reader, &client).await,
    }
}

/// The marker of the next page. An answer that says that it goes on must say where; a marker is followed even where the
/// answer does not say so, since an answer without that member looks the same as one that ends here.
fn next(is_truncated: bool, marker: Option<String>) -> Result<Option<String>, Malformed> {
    let marker = marker.filter(|marker| !marker.is_empty());
    if is_truncated && marker.is_none() {
        return Err(Malformed("the list goes on and does not say where"));
    }
    Ok(marker)
}

/// The entries of a page of distributions.
///
/// What its count says may be the page's or the account's (CloudFront API Reference, `DistributionList`: `Quantity`). Where
/// one page is the whole list both are the same; elsewhere a page that holds nothing must not lead to the end of a list that
/// holds something.
fn page_of<T>(quantity: i32, items: Option<Vec<T>>, is_first: bool, goes_on: bool) -> Result<Vec<T>, Malformed> {
    if is_first && !goes_on {
        return counted(quantity, items);
    }
    let items = items.unwrap_or_default();
    if items.is_empty() && quantity > 0 {
        return Err(Malformed("a page of the list holds none of the entries that it counts"));
    }
    Ok(items)
}

async fn distributions(reader: &ServiceRead<'_>, client: &Client) -> Evidence<CloudFrontDistributions> {
    let listed = list(|marker| async move {
        let is_first = marker.is_none();
        let answer = client.list_distributions().set_marker(marker).send().await;
        observe(DISTRIBUTIONS.operation(), &[], answer, reader.context.now(), |output| {
            let page = output
                .distribution_list
                .ok_or(Malformed("the answer holds no list of distributions"))?;
            let next = next(page.is_truncated, page.next_marker)?;
            let items = page_of(page.quantity, page.items, is_first, next.is_some())?;
            let entries: Result<Vec<_>, _> = items.into_iter().map(entry).collect();
            Ok(Some(Listed {
                entries: entries?,
                next,
            }))
        })
    })
    .await;
    let Evidence { observed, source } = listed;
    let entries = match observed {
        Observed::Present(entries) => entries,
        Observed::Absent => return Evidence::absent(source),
        Observed::Gap(gap) => return Evidence::gap(gap, source),
    };
    let mut others = 0;
    let mut kept: Vec<Box<Kept>> = Vec::new();
    for entry in entries {
        match entry {
            Entry::Other => others += 1,
            Entry::Kept(one) => kept.push(one),
        }
    }
    let mut of_buckets: Vec<CloudFrontDistribution> = stream::iter(kept)
        .map(|kept| {
            async move {
                let configuration = read_configuration(reader, client.clone(), kept.id.clone()).await;
                kept.with(configuration)
            }
            .boxed()
        })
        .buffered(CONFIGURATIONS_AT_ONCE)
        .collect()
        .await;
    of_buckets.sort_by(|left, right| left.id.cmp(&right.id));
    Evidence::present(CloudFrontDistributions { of_buckets, others }, source)
}

async fn read_configuration(reader: &ServiceRead<'_>, client: Client, id: String) -> Evidence<CloudFrontConfiguration> {
    let answer = client.get_distribution_config().id(id).send().await;
    observe(CONFIGURATION.operation(), &[], answer, reader.context.now(), |output| {
        let answered = output
            .distribution_config
            .ok_or(Malformed("the answer holds no configuration"))?;
        Ok(Some(configuration(answered)))
    })
}

async fn access_controls(reader: &ServiceRead<'_>, client: &Client) -> Evidence<Vec<CloudFrontAccessControl>> {
    list(|marker| async move {
        let answer = client.list_origin_access_controls().set_marker(marker).send().await;
        observe(
            ACCESS_CONTROLS.operation(),
            &[],
            answer,
            reader.context.now(),
            |output| {
                let page = output
                    .origin_access_control_list
                    .ok_or(Malformed("the answer holds no list of origin access controls"))?;
                let next = next(page.is_truncated, page.next_marker)?;
                let items = counted(page.quantity, page.items)?;
                let entries: Result<Vec<_>, _> = items.into_iter().map(access_control).collect();
                Ok(Some(Listed {
                    entries: entries?,
                    next,
                }))
            },
        )
    })
    .await
}

fn access_control(listed: OriginAccessControlSummary) -> Result<CloudFrontAccessControl, Malformed> {
    const LACKING: Malformed = Malformed("an origin access control lacks its id or how it signs");
    Ok(CloudFrontAccessControl {
        id: word(&listed.id, LACKING)?,
        name: listed.name,
        signing_behavior: word(listed.signing_behavior.as_str(), LACKING)?,
        signing_protocol: word(listed.signing_protocol.as_str(), LACKING)?,
        origin_type: word(listed.origin_access_control_origin_type.as_str(), LACKING)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_goes_on_says_where_and_a_marker_is_followed() {
        let marker = || Some("E1".to_owned());
        assert_eq!(next(true, marker()), Ok(marker()));
        assert_eq!(next(false, marker()), Ok(marker()));
        assert_eq!(next(false, Some(String::new())), Ok(None));
        assert_eq!(next(false, None), Ok(None));
        assert!(next(true, None).is_err());
    }

    #[test]
    fn a_page_whose_entries_were_lost_is_not_an_empty_one() {
        let items = |number: usize| Some(vec![(); number]);
        for (quantity, found, is_first, goes_on, expected) in [
            (0, None, true, false, Some(0)),
            (2, items(2), true, false, Some(2)),
            (2, items(1), true, false, None),
            (2, None, true, false, None),
            (0, items(2), true, false, None),
            // The count of the account, or of the page.
            (5, items(2), true, true, Some(2)),
            (2, items(2), false, false, Some(2)),
            (0, None, true, true, Some(0)),
            (5, None, true, true, None),
            (5, items(0), false, false, None),
        ] {
            let read = page_of(quantity, found, is_first, goes_on);
            assert_eq!(
                read.map(|items| items.len()).ok(),
                expected,
                "{quantity} {is_first} {goes_on}"
            );
        }
    }
}
