//! `s3attest doctor`: what the role can and cannot read, account by account and source by source.
//!
//! It really asks: each source in one region of each account or in every one that is enabled, and the settings of one bucket. It writes no run, so what it
//! was told is gone when it ends.

mod advice;
mod diagnosis;
mod sample;
mod show;

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Result, bail};
use s3attest_collect::{Discovery, Events, Plan, TriedRegions};
use s3attest_gateway::{AllowedOperation, Gateway, GatewayOptions};
use s3attest_model::organization::{Account, Selection};
use s3attest_model::run::Mode;
use s3attest_model::services::{Reach, ServiceSource};
use serde::Serialize;

use crate::arguments::DoctorArguments;
use crate::commands::scan::{announce, asked_to_end, discover, effective, gateway_options, plan};
use crate::exit;
use crate::output::{notice, plain, result};
use crate::progress::Progress;

use self::advice::{Advice, Refusal};
use self::diagnosis::{Column, Diagnosis};

/// An operation that was not called.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct NotTried {
    operation: &'static str,
    /// When a scan would call it, as far as the operation says.
    when: &'static str,
}

/// Everything that the doctor says.
#[derive(Debug, Serialize)]
struct Answer {
    /// Why only the caller's account was asked, when that is so.
    single_account: Option<String>,
    /// Why accounts may be missing from the list, when that is so.
    listing_gap: Option<String>,
    /// Accounts of which nobody knows whether they belong to the scope, and why.
    undecided: Vec<(String, String)>,
    accounts_selected: usize,
    /// The one region in which sources of regions were asked; missing when it was every region that is enabled.
    only_region: Option<String>,
    columns: Vec<Column>,
    accounts: Vec<Diagnosis>,
    refusals: Vec<Refusal>,
    /// Operations that no account gave a reason to call, so that nothing is known of them.
    not_tried: Vec<NotTried>,
    advice: Advice,
}

impl Answer {
    /// Whether everything that is enabled can be read. What an account is not subscribed to, or what AWS offers to nobody, is
    /// not in the way.
    fn is_healthy(&self) -> bool {
        self.listing_gap.is_none()
            && self.undecided.is_empty()
            && self
                .accounts
                .iter()
                .flat_map(|account| account.cells.values())
                .all(|state| state.is_healthy())
    }
}

pub(crate) async fn run(arguments: DoctorArguments, is_quiet: bool) -> Result<u8> {
    let configuration = effective(&arguments.reach)?;
    let options = gateway_options(&configuration, &arguments.reach)?;
    let plan = plan(&configuration, arguments.reach.only_needed)?;
    let answer = ask(&arguments, options, &configuration, &plan, is_quiet).await?;
    if arguments.json {
        result(&serde_json::to_string_pretty(&answer)?)?;
    } else {
        show::print(&answer)?;
    }
    Ok(if answer.is_healthy() {
        exit::DONE
    } else {
        exit::UNREADABLE
    })
}

async fn ask(
    arguments: &DoctorArguments,
    options: GatewayOptions,
    configuration: &crate::configuration::Configuration,
    plan: &Plan,
    is_quiet: bool,
) -> Result<Answer> {
    let operations = options.operations.clone();
    let gateway = Arc::new(Gateway::open(options).await?);
    if !is_quiet {
        notice("finding the accounts");
    }
    let discovery = discover(&gateway, &configuration.scope_selection()).await?;
    announce(&discovery, is_quiet);
    let selected: Vec<Account> = discovery
        .accounts
        .iter()
        .filter(|account| account.selection == Selection::Selected)
        .cloned()
        .collect();
    let accounts_selected = selected.len();
    let asked = match arguments.sample {
        Some(number) => sample::spread(selected, number.get()),
        None => selected,
    };
    let progress = Arc::new(Progress::new(Arc::clone(&gateway), is_quiet || arguments.json));
    let shown = Arc::clone(&progress);
    // Refusals stand in the table with all others, so the display is not to write them line by line.
    let show: Events = Arc::new(move |event| {
        if !matches!(event, s3attest_collect::Event::AccountRefused { .. }) {
            shown.show(event);
        }
    });
    let regions = if arguments.every_region {
        TriedRegions::Every
    } else {
        TriedRegions::One
    };
    let diagnosed = tokio::select! {
        diagnosed = s3attest_collect::try_out(&gateway, &asked, plan, regions, &show, |trial| Diagnosis::of(&trial, &asked)) => diagnosed,
        signal = asked_to_end() => { signal?; bail!("interrupted") }
    };
    progress.finish();
    Ok(answer(
        &gateway,
        &discovery,
        plan,
        &operations,
        diagnosed,
        (accounts_selected, regions),
    ))
}

fn answer(
    gateway: &Gateway,
    discovery: &Discovery,
    plan: &Plan,
    operations: &[AllowedOperation],
    diagnosed: Vec<(Diagnosis, Vec<Refusal>)>,
    (accounts_selected, regions): (usize, TriedRegions),
) -> Answer {
    let called: BTreeSet<String> = gateway
        .ledger()
        .entries
        .iter()
        .map(|entry| entry.operation.to_string())
        .collect();
    let not_tried = operations
        .iter()
        .filter(|operation| !called.contains(operation.label) && !is_left_out(plan, operation.label))
        .map(|operation| NotTried {
            operation: operation.label,
            when: operation.times.assumption,
        })
        .collect::<BTreeSet<_>>();
    let (accounts, refusals): (Vec<Diagnosis>, Vec<Vec<Refusal>>) = diagnosed.into_iter().unzip();
    let refusals = advice::grouped(refusals.into_iter().flatten());
    Answer {
        single_account: match &discovery.mode {
            Mode::Organization => None,
            Mode::SingleAccount(why) => Some(plain(why)),
        },
        listing_gap: discovery
            .listing
            .as_gap()
            .map(|gap| format!("{} ({})", gap.cause.phrase(), plain(&gap.detail))),
        undecided: discovery
            .accounts
            .iter()
            .filter_map(|account| match &account.selection {
                Selection::Undecided(why) => Some((account.id.to_string(), plain(why))),
                Selection::Selected | Selection::Excluded(_) | Selection::NotActive => None,
            })
            .collect(),
        accounts_selected,
        only_region: match regions {
            TriedRegions::One => Some(gateway.home_region().to_string()),
            TriedRegions::Every => None,
        },
        columns: columns(&plan.sources),
        accounts,
        not_tried: not_tried.into_iter().collect(),
        advice: Advice::of(&refusals, operations),
        refusals,
    }
}

/// Whether an operation reads a setting of buckets that was not to be read.
fn is_left_out(plan: &Plan, label: &str) -> bool {
    s3attest_model::bucket::BucketSetting::ALL
        .iter()
        .any(|setting| setting.operation().as_str() == label && !plan.settings.contains(setting))
}

fn columns(sources: &BTreeSet<ServiceSource>) -> Vec<Column> {
    // What is read once for the organization is no account's matter.
    let of_accounts = sources
        .iter()
        .copied()
        .filter(|source| source.reach() != Reach::Organization);
    [Column::Role, Column::Account, Column::BucketSettings]
        .into_iter()
        .chain(of_accounts.map(Column::Source))
        .collect()
}
