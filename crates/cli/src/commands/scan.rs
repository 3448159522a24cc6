//! `s3attest scan`: collect, judge, report.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use jiff::Timestamp;
use s3attest_collect::{CollectError, Discovery, Events, Limits, Plan};
use s3attest_gateway::{AccessKey, Gateway, GatewayOptions};
use s3attest_model::bucket::BucketSetting;
use s3attest_model::organization::{Account, OrganizationRecord};
use s3attest_model::run::{CollectionSession, Mode, RunInformation, SNAPSHOT_SCHEMA, ScopeSelection};
use s3attest_model::services::ServiceSource;
use s3attest_snapshot::{Run, SnapshotError};

use crate::arguments::{GateArguments, ReachArguments, RenderArguments, ScanArguments};
use crate::assessed::OpenedRun;
use crate::commands::report;
use crate::configuration::Configuration;
use crate::criteria::{self, Criteria};
use crate::exceptions::{self, today};
use crate::exit::Unusable;
use crate::output::{notice, number, plain, result};
use crate::progress::Progress;
use crate::{gate, judging, permissions, redaction, summary};

/// Everything that a scan needs, put together from the configuration and the command line.
pub(crate) struct Scan {
    pub(crate) configuration: Configuration,
    pub(crate) gateway: GatewayOptions,
    pub(crate) only_needed: bool,
    /// Whether the organization is a simulated one.
    pub(crate) is_simulated: bool,
    pub(crate) is_quiet: bool,
}

/// Where the run goes.
pub(crate) enum Place {
    /// A new run.
    New(Option<PathBuf>),
    /// A run that broke off.
    Resumed(PathBuf),
}

pub(crate) async fn run(arguments: ScanArguments, is_quiet: bool) -> Result<u8> {
    let mut configuration = effective(&arguments.reach)?;
    criteria::apply(&mut configuration, &arguments.criteria);
    apply_gate(&mut configuration, &arguments.gate);
    configuration.take_exceptions(arguments.exceptions.as_deref());
    check(&configuration)?;
    // A file that cannot be used is found out before AWS is asked anything. What counts is read when it is judged by.
    exceptions::configured(&configuration, today())?;
    // A file that cannot be used is found out before AWS is asked anything.
    Criteria::read(&configuration)?;
    if let Some(directory) = &arguments.render.previous {
        report::judged(&Run::open(directory)?)?;
    }
    let scan = Scan {
        gateway: gateway_options(&configuration, &arguments.reach)?,
        configuration,
        only_needed: arguments.reach.only_needed,
        is_simulated: false,
        is_quiet,
    };
    let place = match arguments.resume {
        Some(directory) => Place::Resumed(directory),
        None => Place::New(arguments.output),
    };
    // So are a salt that cannot be used and a place that cannot take the report.
    if arguments.render.redaction.redact {
        redaction::check_salt(&arguments.render.redaction)?;
        if let Place::Resumed(directory) | Place::New(Some(directory)) = &place {
            check_destination(directory, &arguments.render)?;
        }
    }
    let run = collect(&scan, place).await?;
    conclude(&run, &scan.configuration, &arguments.render, is_quiet)
}

/// Refuses a run beside which no redacted report can be written.
fn check_destination(run: &Path, render: &RenderArguments) -> Result<()> {
    let destination = redaction::beside(run);
    for directory in std::iter::once(run).chain(render.previous.as_deref()) {
        redaction::check_destination(directory, &destination)?;
    }
    Ok(())
}

/// Judges a collected run, writes its report, and says how it ended.
pub(crate) fn conclude(
    run: &Run,
    configuration: &Configuration,
    render: &RenderArguments,
    is_quiet: bool,
) -> Result<u8> {
    let say = |what: &str| {
        if !is_quiet {
            notice(what);
        }
    };
    say("judging what was collected");
    let exceptions = exceptions::configured(configuration, today())?;
    judging::judge(run, configuration, exceptions.as_ref())?;
    say("writing the report");
    let opened = OpenedRun::open(run)?.context("the assessment that was just written is not there")?;
    let is_redacted = render.redaction.redact;
    let destination = if is_redacted {
        redaction::beside(run.directory())
    } else {
        run.report_directory()
    };
    // A report that cannot be written leaves a run that can be verified, and of which it can be written again.
    run.seal()?;
    if is_redacted {
        check_destination(run.directory(), render)?;
    }
    let rendered = report::render(&opened, render, &destination)?;
    if !is_redacted {
        run.seal()?;
    }
    if !is_quiet {
        summary::print(&opened)?;
        result("")?;
    }
    result(&report::where_to_start(&rendered, &destination))?;
    Ok(gate::exit_code(configuration, opened.summary_of_run()))
}

/// The configuration file, with what the command line says over it.
pub(crate) fn effective(arguments: &ReachArguments) -> Result<Configuration> {
    let mut configuration = match &arguments.config {
        Some(path) => Configuration::read(path)?,
        None => Configuration::default(),
    };
    if let Some(role) = &arguments.role {
        configuration.role.name.clone_from(role);
    }
    if let Some(external_id) = &arguments.external_id {
        configuration.role.external_id.clone_from(external_id);
    }
    let scope = &mut configuration.scope;
    scope
        .include_accounts
        .extend(arguments.accounts.iter().map(ToString::to_string));
    scope
        .exclude_accounts
        .extend(arguments.exclude_accounts.iter().map(ToString::to_string));
    scope
        .include_organizational_units
        .extend(arguments.organizational_units.iter().cloned());
    scope
        .exclude_organizational_units
        .extend(arguments.exclude_organizational_units.iter().cloned());
    configuration
        .sources
        .leave_out
        .extend(arguments.without.iter().cloned());
    configuration.sources.refresh_trusted_advisor |= arguments.refresh_trusted_advisor;
    check(&configuration)?;
    Ok(configuration)
}

fn check(configuration: &Configuration) -> Result<()> {
    configuration
        .check()
        .map_err(|problem| anyhow::Error::new(Unusable(problem)))
}

/// Lays the gates of the command line over those of the configuration.
pub(crate) fn apply_gate(configuration: &mut Configuration, arguments: &GateArguments) {
    if let Some(severity) = arguments.fail_on {
        severity.as_str().clone_into(&mut configuration.gate.fail_on);
    }
    if let Some(percent) = arguments.min_coverage {
        configuration.gate.min_coverage = percent;
    }
}

pub(crate) fn gateway_options(configuration: &Configuration, arguments: &ReachArguments) -> Result<GatewayOptions> {
    let mut options = options(configuration, arguments.only_needed, None)?;
    options.profile.clone_from(&arguments.profile);
    options.region.clone_from(&arguments.region);
    options.endpoint_url.clone_from(&arguments.endpoint_url);
    Ok(options)
}

/// The gateway's options as far as the configuration says them.
pub(crate) fn options(
    configuration: &Configuration,
    only_needed: bool,
    access_key: Option<AccessKey>,
) -> Result<GatewayOptions> {
    let rates = configuration
        .rates()
        .map_err(|problem| anyhow::Error::new(Unusable(problem)))?;
    let sources = sources(configuration, only_needed)?;
    let wishes = configuration.wishes();
    permissions::check_session_policy(&sources, wishes).map_err(|problem| anyhow::Error::new(Unusable(problem)))?;
    Ok(GatewayOptions {
        profile: None,
        region: None,
        endpoint_url: None,
        access_key,
        role: configuration.role_options(),
        rates,
        open_requests: configuration.requests.open,
        answer_timeout: Duration::from_secs(u64::from(configuration.requests.answer_timeout_seconds.get())),
        attempts: configuration.requests.attempts,
        operations: s3attest_collect::operations(&sources, wishes),
        clock: Arc::new(Timestamp::now),
    })
}

/// Collects an organization into a run.
pub(crate) async fn collect(scan: &Scan, place: Place) -> Result<Arc<Run>> {
    let scope = scan.configuration.scope_selection();
    // A directory that cannot take the run is found out before AWS is asked anything.
    let resumed = match &place {
        Place::Resumed(directory) => {
            let run = Run::open(directory)?;
            run.lock()?;
            Some(run)
        }
        Place::New(Some(directory)) if directory.exists() => {
            let mut entries = std::fs::read_dir(directory)
                .with_context(|| format!("cannot look into the directory {}", directory.display()))?;
            if entries.next().is_some() {
                return Err(SnapshotError::NotEmpty {
                    directory: directory.clone(),
                }
                .into());
            }
            None
        }
        Place::New(_) => None,
    };
    let gateway = Arc::new(Gateway::open(scan.gateway.clone()).await?);
    if !scan.is_quiet {
        let caller = gateway.caller();
        notice(&format!(
            "signed in as {} in account {}",
            plain(&caller.arn),
            caller.account
        ));
    }
    if !scan.is_quiet && resumed.is_none() {
        notice("finding the accounts");
    }
    let plan = plan(&scan.configuration, scan.only_needed)?;
    let (settings, sources) = (&plan.settings, &plan.sources);
    let started_at = Timestamp::now();
    let (run, accounts) = match (resumed, place) {
        (Some(run), _) => {
            check_resumable(&run, &gateway, &scope, settings, sources)?;
            let accounts = held_accounts(&run)?;
            (run, accounts)
        }
        (None, Place::New(directory)) => {
            let discovery = discover(&gateway, &scope).await?;
            announce(&discovery, scan.is_quiet);
            let run = create(scan, &gateway, &discovery, directory, (settings, sources), started_at)?;
            run.write_organization(discovery.records())?;
            (run, discovery.accounts)
        }
        (None, Place::Resumed(directory)) => bail!("the run in {} could not be opened", directory.display()),
    };
    let run = Arc::new(run);
    let progress = Arc::new(Progress::new(Arc::clone(&gateway), scan.is_quiet));
    let shown = Arc::clone(&progress);
    let show: Events = Arc::new(move |event| shown.show(event));
    let outcome = tokio::select! {
        outcome = s3attest_collect::collect(&gateway, &run, &accounts, &plan, &show) => outcome.map_err(anyhow::Error::from),
        signal = asked_to_end() => signal.and(Err(anyhow::anyhow!("interrupted"))),
    };
    progress.finish();
    let session = CollectionSession {
        started_at,
        finished_at: Timestamp::now(),
        ledger: gateway.ledger(),
    };
    let recorded = run.record_session(session);
    let go_on = || {
        format!(
            "the accounts that are complete are kept; go on with `s3attest scan --resume {}`",
            run.directory().display()
        )
    };
    outcome.with_context(go_on)?;
    recorded.with_context(go_on)?;
    run.seal()?;
    Ok(run)
}

/// Finds the accounts; a selection that cannot be used is the caller's to mend.
pub(crate) async fn discover(gateway: &Arc<Gateway>, scope: &ScopeSelection) -> Result<Discovery> {
    s3attest_collect::discover(gateway, scope)
        .await
        .map_err(|error| match error {
            CollectError::Selection(selection) => anyhow::Error::new(Unusable(selection.to_string())),
            other => other.into(),
        })
}

/// What is collected, and how much of it at the same time.
pub(crate) fn plan(configuration: &Configuration, only_needed: bool) -> Result<Plan> {
    let requests = &configuration.requests;
    Ok(Plan {
        settings: settings(only_needed),
        sources: sources(configuration, only_needed)?,
        wishes: configuration.wishes(),
        limits: Limits {
            accounts: requests.accounts_at_once,
            buckets: requests.buckets_at_once,
            readings: requests.readings_at_once,
            buckets_in_account: requests.buckets_at_once_in_account,
            buckets_in_region: requests.buckets_at_once_in_region,
        },
    })
}

/// Waits for somebody, or whatever runs the program, to ask for its end.
pub(crate) async fn asked_to_end() -> Result<()> {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).context("cannot listen for the signal to end")?;
        tokio::select! {
            outcome = interrupt => outcome.context("cannot listen for interrupts"),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    interrupt.await.context("cannot listen for interrupts")
}

/// The settings that are read.
pub(crate) fn settings(only_needed: bool) -> BTreeSet<BucketSetting> {
    if only_needed {
        judging::needed_settings()
    } else {
        BucketSetting::ALL.iter().copied().collect()
    }
}

/// The sources that are read.
pub(crate) fn sources(configuration: &Configuration, only_needed: bool) -> Result<BTreeSet<ServiceSource>> {
    let mut sources = configuration
        .enabled_sources()
        .map_err(|problem| anyhow::Error::new(Unusable(problem)))?;
    if only_needed {
        sources.retain(|source| judging::needed_sources().contains(source));
    }
    Ok(sources)
}

fn sources_left_out(sources: &BTreeSet<ServiceSource>) -> Vec<String> {
    ServiceSource::ALL
        .iter()
        .filter(|source| !sources.contains(source))
        .map(|source| source.key().to_owned())
        .collect()
}

fn left_out(settings: &BTreeSet<BucketSetting>) -> Vec<String> {
    BucketSetting::ALL
        .iter()
        .filter(|setting| !settings.contains(setting))
        .map(|setting| setting.key().to_owned())
        .collect()
}

fn create(
    scan: &Scan,
    gateway: &Gateway,
    discovery: &Discovery,
    directory: Option<PathBuf>,
    (settings, sources): (&BTreeSet<BucketSetting>, &BTreeSet<ServiceSource>),
    started_at: Timestamp,
) -> Result<Run> {
    let id = started_at.strftime("s3attest-%Y%m%dT%H%M%SZ").to_string();
    let directory = directory.unwrap_or_else(|| Path::new(&id).to_path_buf());
    let information = RunInformation {
        schema: SNAPSHOT_SCHEMA,
        id,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at,
        partition: gateway.partition(),
        caller: gateway.caller().clone(),
        mode: discovery.mode.clone(),
        role_template: scan.configuration.role.name.clone(),
        scope: scan.configuration.scope_selection(),
        settings_left_out: left_out(settings),
        sources_left_out: sources_left_out(sources),
        configuration_digest: scan.configuration.digest(),
        is_simulated: scan.is_simulated,
    };
    Ok(Run::create(&directory, &information)?)
}

/// Says loudly what somebody should know before the scan goes on.
pub(crate) fn announce(discovery: &Discovery, is_quiet: bool) {
    if let Mode::SingleAccount(why) = &discovery.mode {
        notice(&format!(
            "ONE ACCOUNT ONLY: only the caller's own account is read, because {}",
            plain(why)
        ));
    } else if let Some(gap) = discovery.listing.as_gap() {
        notice(&format!(
            "THE LIST OF ACCOUNTS IS INCOMPLETE: {} ({}); accounts may be missing that nobody can count",
            gap.cause.phrase(),
            plain(&gap.detail)
        ));
    } else if !is_quiet {
        notice(&format!(
            "{} accounts in the organization",
            number(discovery.accounts.len() as u64)
        ));
    }
}

/// Refuses to mix evidence that was collected under different terms.
fn check_resumable(
    run: &Run,
    gateway: &Gateway,
    scope: &ScopeSelection,
    settings: &BTreeSet<BucketSetting>,
    sources: &BTreeSet<ServiceSource>,
) -> Result<()> {
    let information = run.information();
    let directory = run.directory().display();
    let refuse = |what: &str| {
        Err(anyhow::Error::new(Unusable(format!(
            "the run in {directory} was begun with {what}; use the same, or begin a new run"
        ))))
    };
    if information.caller.account != gateway.caller().account || information.partition != gateway.partition() {
        return refuse(&format!(
            "credentials of account {} in the partition {}, and these are of account {} in {}",
            information.caller.account,
            information.partition,
            gateway.caller().account,
            gateway.partition()
        ));
    }
    if information.scope != *scope {
        return refuse("another selection of accounts");
    }
    if information.settings_left_out != left_out(settings) {
        return refuse("another choice of settings to read (`--only-needed`)");
    }
    if information.sources_left_out != sources_left_out(sources) {
        return refuse("another choice of sources to read (`--without`, `--only-needed`)");
    }
    Ok(())
}

/// The accounts of a run, as they were found when it began.
fn held_accounts(run: &Run) -> Result<Vec<Account>> {
    let Some(records) = run.organization()? else {
        bail!(
            "the run in {} broke off before its accounts were written, so there is nothing to go on with; begin a new run",
            run.directory().display()
        );
    };
    let mut accounts = Vec::new();
    for record in records {
        if let OrganizationRecord::Account(account) = record? {
            accounts.push(*account);
        }
    }
    Ok(accounts)
}
