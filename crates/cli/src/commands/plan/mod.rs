//! `s3attest plan`: what a scan would ask and how long it would take.
//!
//! It makes the calls with which a scan begins (finding the accounts, entering them, listing regions and buckets) and
//! reckons the rest from them.

mod estimate;
mod show;
mod time;

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Result, bail};
use s3attest_collect::{Discovery, Events, SurveyedAccount};
use s3attest_gateway::Gateway;
use s3attest_model::ledger::Ledger;
use s3attest_model::organization::Selection;
use s3attest_model::run::Mode;
use serde::Serialize;

use crate::arguments::PlanArguments;
use crate::commands::scan::{announce, asked_to_end, discover, effective, gateway_options, plan};
use crate::exit::{self, Unusable};
use crate::output::{notice, plain, result};
use crate::progress::Progress;

use self::estimate::{Estimate, Known};

/// An account that will not be read, or of which something is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct UnknownAccount {
    account: String,
    name: String,
    /// What is not known of it.
    what: &'static str,
    why: String,
}

/// Everything that the plan says.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Answer {
    /// Why only the caller's account is read, when that is so.
    single_account: Option<String>,
    /// Why accounts may be missing from the list, when that is so.
    listing_gap: Option<String>,
    accounts_listed: u64,
    accounts_selected: u64,
    accounts_entered: u64,
    /// What could not be found out; none of it stands in any number as zero.
    unknown: Vec<UnknownAccount>,
    /// Enabled regions of all accounts that were entered.
    regions: u64,
    buckets: u64,
    /// Buckets by region; an empty name for those whose region the list does not say.
    buckets_by_region: BTreeMap<String, u64>,
    estimate: Estimate,
    /// The calls that this plan itself made.
    made: Ledger,
}

pub(crate) async fn run(arguments: PlanArguments, is_quiet: bool) -> Result<u8> {
    let configuration = effective(&arguments.reach)?;
    let gateway = Arc::new(Gateway::open(gateway_options(&configuration, &arguments.reach)?).await?);
    let plan = plan(&configuration, arguments.reach.only_needed)?;
    if !is_quiet {
        notice("finding the accounts");
    }
    let discovery = discover(&gateway, &configuration.scope_selection()).await?;
    announce(&discovery, is_quiet);
    let progress = Arc::new(Progress::new(Arc::clone(&gateway), is_quiet || arguments.json));
    let shown = Arc::clone(&progress);
    let show: Events = Arc::new(move |event| shown.show(event));
    let surveyed = tokio::select! {
        surveyed = s3attest_collect::survey(&gateway, &discovery.accounts, plan.limits.accounts, &show) => surveyed,
        signal = asked_to_end() => { signal?; bail!("interrupted") }
    };
    progress.finish();
    let made = gateway.ledger();
    let rates = configuration
        .rates()
        .map_err(|problem| anyhow::Error::new(Unusable(problem)))?;
    let estimate = Estimate::of(&Known {
        accounts: &surveyed,
        listed: discovery.accounts.len() as u64,
        plan: &plan,
        made: &made,
        rates: &rates,
        open_requests: configuration.requests.open,
        home: gateway.home_region(),
    });
    let answer = answer(&discovery, &surveyed, estimate, made);
    if arguments.json {
        result(&serde_json::to_string_pretty(&answer)?)?;
    } else {
        show::print(&answer)?;
    }
    Ok(exit::DONE)
}

fn answer(discovery: &Discovery, surveyed: &[SurveyedAccount], estimate: Estimate, made: Ledger) -> Answer {
    let name = |id: &str| {
        let account = discovery.accounts.iter().find(|account| account.id.as_str() == id);
        account.map_or_else(String::new, |account| plain(&account.name))
    };
    let why = |gap: &s3attest_model::evidence::Gap| {
        if gap.detail.is_empty() {
            gap.cause.phrase().to_owned()
        } else {
            format!("{} ({})", gap.cause.phrase(), plain(&gap.detail))
        }
    };
    let mut unknown = Vec::new();
    for account in surveyed {
        let id = account.account.as_str();
        let gaps = [
            ("everything: it cannot be entered", account.access.as_gap()),
            (
                "its regions: those that are enabled by default are taken",
                account.regions.as_gap(),
            ),
            ("its buckets: the list is not complete", account.bucket_listing.as_gap()),
        ];
        // An account that cannot be entered is one gap, not three.
        let shown = if account.access.as_gap().is_some() {
            1
        } else {
            gaps.len()
        };
        for (what, gap) in gaps.into_iter().take(shown) {
            if let Some(gap) = gap {
                unknown.push(UnknownAccount {
                    account: id.to_owned(),
                    name: name(id),
                    what,
                    why: why(gap),
                });
            }
        }
    }
    for account in &discovery.accounts {
        if let Selection::Undecided(reason) = &account.selection {
            unknown.push(UnknownAccount {
                account: account.id.to_string(),
                name: plain(&account.name),
                what: "whether it belongs to the scope",
                why: plain(reason),
            });
        }
    }
    let mut buckets_by_region: BTreeMap<String, u64> = BTreeMap::new();
    for (region, count) in surveyed.iter().flat_map(|account| &account.buckets) {
        let name = region.as_ref().map_or_else(String::new, ToString::to_string);
        *buckets_by_region.entry(name).or_default() += count;
    }
    Answer {
        single_account: match &discovery.mode {
            Mode::Organization => None,
            Mode::SingleAccount(why) => Some(plain(why)),
        },
        listing_gap: discovery.listing.as_gap().map(why),
        accounts_listed: discovery.accounts.len() as u64,
        accounts_selected: surveyed.len() as u64,
        accounts_entered: surveyed
            .iter()
            .filter(|account| account.access.as_gap().is_none())
            .count() as u64,
        unknown,
        regions: surveyed
            .iter()
            .map(|account| account.enabled_regions.len() as u64)
            .sum(),
        buckets: buckets_by_region.values().sum(),
        buckets_by_region,
        estimate,
        made,
    }
}
