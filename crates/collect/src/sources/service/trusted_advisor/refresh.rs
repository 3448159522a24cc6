//! Asking Trusted Advisor to look again before its answers are read.
//!
//! This is no read: it makes AWS do something. So it happens only when somebody wished for it, and only for the checks that
//! may be refreshed now. It ends after a stated number of looks, whether Trusted Advisor has finished or not; where it stood
//! then is part of the evidence.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_support::Client;
use aws_sdk_support::types::TrustedAdvisorCheckRefreshStatus;
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed};
use s3attest_model::services::{TrustedAdvisorRefresh, TrustedAdvisorRefreshStatus, TrustedAdvisorRefreshSteps};

use super::wanted::Chosen;
use crate::sources::service::ServiceRead;

pub(super) const STATUSES: AllowedOperation = super::support_call(
    "DescribeTrustedAdvisorCheckRefreshStatuses",
    "support.DescribeTrustedAdvisorCheckRefreshStatuses",
    &["support:DescribeTrustedAdvisorCheckRefreshStatuses"],
    Times::about(6, Unit::Account, "a refresh that takes about a minute"),
);
pub(super) const REFRESH: AllowedOperation = super::support_call(
    "RefreshTrustedAdvisorCheck",
    "support.RefreshTrustedAdvisorCheck",
    &["support:RefreshTrustedAdvisorCheck"],
    Times::about(8, Unit::Account, "eight checks that may be refreshed"),
);

/// With this code Support says that AWS refreshes a check by itself (AWS Support API Reference,
/// `RefreshTrustedAdvisorCheck`). The reference writes the first form, the interface the second.
const REFRESHES_ITSELF: [&str; 2] = ["InvalidParameterValue", "InvalidParameterValueException"];

/// How a refresh is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshPace {
    /// How long to wait between two looks.
    pub every: Duration,
    /// How often to look before the results are read as they are.
    pub looks: u32,
}

impl Default for RefreshPace {
    /// Every ten seconds for five minutes; a refresh usually takes less than one.
    fn default() -> Self {
        Self {
            every: Duration::from_secs(10),
            looks: 30,
        }
    }
}

type Statuses = BTreeMap<String, Evidence<TrustedAdvisorRefreshStatus>>;

/// Refreshes what may be refreshed of the checks that are offered, and says of each of them what was done.
pub(super) async fn refresh(
    reader: &ServiceRead<'_>,
    client: &Client,
    chosen: &[Chosen],
) -> BTreeMap<String, TrustedAdvisorRefresh> {
    let (automatic, on_request): (Vec<_>, Vec<_>) = chosen
        .iter()
        .filter(|each| each.offer.is_some())
        .map(|each| &each.wanted)
        .partition(|wanted| wanted.refreshes_itself);
    let on_request: BTreeSet<String> = on_request.into_iter().map(|wanted| wanted.id.clone()).collect();
    let mut steps = BTreeMap::new();
    for (id, before) in statuses(reader, client, &on_request).await {
        let request = match &before.observed {
            Observed::Present(status) if !status.is_under_way() && status.milliseconds_until_refreshable <= 0 => {
                Some(request(reader, client, &id).await)
            }
            _ => None,
        };
        let after = None;
        steps.insert(id, TrustedAdvisorRefreshSteps { before, request, after });
    }
    wait(reader, client, &mut steps).await;
    let automatic = automatic
        .into_iter()
        .map(|wanted| (wanted.id.clone(), TrustedAdvisorRefresh::Automatic));
    let asked = steps
        .into_iter()
        .map(|(id, steps)| (id, TrustedAdvisorRefresh::Asked(Box::new(steps))));
    automatic.chain(asked).collect()
}

/// Looks until nothing is under way any more, or the looks are used up.
async fn wait(reader: &ServiceRead<'_>, client: &Client, steps: &mut BTreeMap<String, TrustedAdvisorRefreshSteps>) {
    let RefreshPace { every, looks } = reader.wishes.refresh_pace;
    for _ in 0..looks {
        let pending: BTreeSet<String> = steps
            .iter()
            .filter(|(_, steps)| is_pending(steps))
            .map(|(id, _)| id.clone())
            .collect();
        if pending.is_empty() {
            return;
        }
        tokio::time::sleep(every).await;
        for (id, status) in statuses(reader, client, &pending).await {
            if let Some(steps) = steps.get_mut(&id) {
                steps.after = Some(status);
            }
        }
    }
}

/// Whether the last that was heard of a refresh is that it goes on; a look that failed ends the waiting.
fn is_pending(steps: &TrustedAdvisorRefreshSteps) -> bool {
    let last = steps.after.as_ref().or(steps.request.as_ref()).unwrap_or(&steps.before);
    matches!(&last.observed, Observed::Present(status) if status.is_under_way())
}

async fn request(reader: &ServiceRead<'_>, client: &Client, id: &str) -> Evidence<TrustedAdvisorRefreshStatus> {
    let answer = client.refresh_trusted_advisor_check().check_id(id).send().await;
    observe(
        REFRESH.operation(),
        &REFRESHES_ITSELF,
        answer,
        reader.context.now(),
        |output| {
            let answered = output.status.ok_or(Malformed("the answer holds no status"))?;
            status(answered, id).map(Some)
        },
    )
}

/// Where the refreshes of checks stand: in one call, or in one for each check when the one call is refused because AWS
/// refreshes some of them by itself.
async fn statuses(reader: &ServiceRead<'_>, client: &Client, ids: &BTreeSet<String>) -> Statuses {
    if ids.is_empty() {
        return Statuses::new();
    }
    let together = statuses_of(reader, client, ids).await;
    if ids.len() == 1 || !matches!(together.observed, Observed::Absent) {
        return apart(&together, ids);
    }
    let mut statuses = Statuses::new();
    for id in ids {
        let id = BTreeSet::from([id.clone()]);
        statuses.extend(apart(&statuses_of(reader, client, &id).await, &id));
    }
    statuses
}

type Answered = Vec<TrustedAdvisorCheckRefreshStatus>;

async fn statuses_of(reader: &ServiceRead<'_>, client: &Client, ids: &BTreeSet<String>) -> Evidence<Answered> {
    let answer = client
        .describe_trusted_advisor_check_refresh_statuses()
        .set_check_ids(Some(ids.iter().cloned().map(Some).collect()))
        .send()
        .await;
    observe(
        STATUSES.operation(),
        &REFRESHES_ITSELF,
        answer,
        reader.context.now(),
        |output| Ok(Some(output.statuses)),
    )
}

/// One answer about several checks as evidence of each of them.
fn apart(together: &Evidence<Answered>, ids: &BTreeSet<String>) -> Statuses {
    let malformed = |text: &str| Observed::Gap(Gap::new(GapCause::MalformedAnswer, text));
    let of = |id: &String| match &together.observed {
        Observed::Absent => Observed::Absent,
        Observed::Gap(gap) => Observed::Gap(gap.clone()),
        Observed::Present(answered) => match answered.iter().find(|each| each.check_id == *id) {
            None => malformed("the answer says nothing of the check"),
            Some(found) => match status(found.clone(), id) {
                Ok(status) => Observed::Present(status),
                Err(Malformed(text)) => malformed(text),
            },
        },
    };
    ids.iter()
        .map(|id| {
            let evidence = Evidence {
                observed: of(id),
                source: together.source.clone(),
            };
            (id.clone(), evidence)
        })
        .collect()
}

fn status(answered: TrustedAdvisorCheckRefreshStatus, id: &str) -> Result<TrustedAdvisorRefreshStatus, Malformed> {
    if answered.check_id != id {
        return Err(Malformed("the answer is about another check"));
    }
    if answered.status.is_empty() {
        return Err(Malformed("the answer does not say where the refresh stands"));
    }
    Ok(TrustedAdvisorRefreshStatus {
        status: answered.status,
        milliseconds_until_refreshable: answered.millis_until_next_refreshable,
    })
}
