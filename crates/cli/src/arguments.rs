//! The command line. A flag's behaviour is described once, here, and its help is made from that.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use jiff::civil::Date;
use s3attest_model::check::Severity;
use s3attest_model::control::Baseline;
use s3attest_model::identifiers::{AccountId, Partition, RegionName};
use s3attest_report::Format;
use s3attest_report::diff::DiffFormat;

/// Is every S3 bucket in every account of the organization kept the way NIST SP 800-53 asks, and how do we know?
#[derive(Debug, Parser)]
#[command(
    name = "s3attest",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
#[command(
    after_help = "Exit codes: 0 done; 1 failed; 2 the command line or the configuration cannot be used;\n\
    3 a check at or above --fail-on failed and is not accepted, or one at or above --fail-on-new that did not before; 4 less than --min-coverage of the scope was seen; 5 `doctor` found something that cannot be read."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Show no progress and no notices, only results and errors.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,

    /// Write what the program does to standard error; twice for every request.
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Scan a simulated organization for real, over loopback, and write the report.
    Demo(DemoArguments),
    /// Say what a scan would ask and how long it would take, without asking it.
    Plan(Box<PlanArguments>),
    /// Say what the role can and cannot read, account by account and source by source.
    Doctor(Box<DoctorArguments>),
    /// Collect the evidence of an organization, judge it, and write the report.
    Scan(Box<ScanArguments>),
    /// Judge the evidence of a run again.
    Assess(AssessArguments),
    /// Write the report of a run again.
    Report(ReportArguments),
    /// Say what changed between two runs.
    Diff(DiffArguments),
    /// Draw how the runs in a directory developed.
    Trend(TrendArguments),
    /// Compare the files of a run with the digests that were taken of them.
    Verify(VerifyArguments),
    /// List the checks.
    Checks,
    /// Look at a file of exceptions.
    Exceptions {
        #[command(subcommand)]
        command: ExceptionsCommand,
    },
    /// List the frameworks, and what files of your own change in them.
    Frameworks {
        #[command(subcommand)]
        command: Option<FrameworksCommand>,
    },
    /// Explain a check or a control, or who reaches a bucket of a run and why.
    Explain(ExplainArguments),
    /// Print the read-only role that a scan needs, for the sources that are enabled.
    Setup {
        #[command(subcommand)]
        form: SetupCommand,
    },
    /// Print what the repository keeps of the operations, for `cargo xtask generate`.
    #[command(hide = true)]
    Generated,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExceptionsCommand {
    /// Say whether the file can be used, which exceptions are expired or soon will be, and which are over-broad; over a
    /// run also which are unused, and what each accepts.
    Lint(LintArguments),
}

#[derive(Debug, Args)]
pub(crate) struct LintArguments {
    /// The file of exceptions; that of the configuration when missing.
    pub(crate) file: Option<PathBuf>,
    /// The run over which the exceptions are held. It is judged in memory, and nothing in it is changed.
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<PathBuf>,
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The day by which exceptions are expired or not; today (UTC) when missing.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) as_of: Option<Date>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FrameworksCommand {
    /// Print what a file changes in the mapping of checks to controls.
    Diff(OverlayArguments),
    /// Print a file for an assessor's notes on the controls on which no check bears.
    Notes(NotesArguments),
}

#[derive(Debug, Args)]
pub(crate) struct OverlayArguments {
    /// The file with the changes.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct NotesArguments {
    /// The framework, by its id.
    #[arg(long, value_name = "ID", default_value = "nist-800-53-r5")]
    pub(crate) framework: String,
    /// Only the controls of this baseline: `low`, `moderate`, `high` or `privacy`.
    #[arg(long, value_name = "BASELINE", value_parser = baseline)]
    pub(crate) baseline: Option<Baseline>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SetupCommand {
    /// The permissions of the role as an IAM policy, its trust policy, or the permissions of the caller.
    IamPolicy(IamPolicyArguments),
    /// A CloudFormation template: a stack set for the member accounts, a stack for the management account.
    Stackset(RoleArguments),
    /// Terraform: the stack set for the member accounts, and the role of the management account.
    Terraform(RoleArguments),
}

#[derive(Debug, Args)]
pub(crate) struct RoleArguments {
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Leave this source out, such as `macie`; may be given several times.
    #[arg(long = "without", value_name = "SOURCE")]
    pub(crate) without: Vec<String>,
    /// Let the role ask Trusted Advisor to look again. This is not a read.
    #[arg(long)]
    pub(crate) refresh_trusted_advisor: bool,
    /// The name of the role, with its path if it has one; that of the configuration when missing.
    #[arg(long, value_name = "NAME")]
    pub(crate) role_name: Option<String>,
    /// The external id that whoever assumes the role has to name; that of the configuration when missing.
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// Who may assume the role: the ARN of the identity that runs s3attest, or an account id for all of that account.
    #[arg(long, value_name = "ARN")]
    pub(crate) trusted_principal: Option<String>,
    /// The partition: `aws`, `aws-us-gov` or `aws-cn`.
    #[arg(long, value_name = "PARTITION", default_value = "aws", value_parser = partition)]
    pub(crate) partition: Partition,
}

#[derive(Debug, Args)]
pub(crate) struct IamPolicyArguments {
    #[command(flatten)]
    pub(crate) role: RoleArguments,
    /// Print the trust policy of the role.
    #[arg(long, conflicts_with_all = ["caller", "part"])]
    pub(crate) trust: bool,
    /// Print what the identity needs that runs s3attest, in the management account or a delegated administrator's.
    #[arg(long, conflicts_with = "part")]
    pub(crate) caller: bool,
    /// Print one part of the permissions: each is no longer than a managed policy may be.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) part: Option<NonZeroUsize>,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// The directory of the run; a new one below the current directory when missing.
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ScanArguments {
    #[command(flatten)]
    pub(crate) reach: ReachArguments,
    /// The directory of the run; a new one below the current directory when missing.
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "resume")]
    pub(crate) output: Option<PathBuf>,
    /// Go on with a run that broke off: read what is missing, and nothing twice.
    #[arg(long, value_name = "RUN")]
    pub(crate) resume: Option<PathBuf>,
    /// The file of exceptions: the fails that are accepted.
    #[arg(long, value_name = "FILE")]
    pub(crate) exceptions: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) criteria: CriteriaArguments,
    #[command(flatten)]
    pub(crate) gate: GateArguments,
    #[command(flatten)]
    pub(crate) render: RenderArguments,
}

/// By which controls is judged: the same for every command that judges or explains.
#[derive(Debug, Args)]
pub(crate) struct CriteriaArguments {
    /// Assess the controls of this framework instead of those of the configuration; may be given several times. The first
    /// one orders the report. `s3attest frameworks` lists them.
    #[arg(long = "framework", value_name = "ID")]
    pub(crate) frameworks: Vec<String>,
    /// The baseline that has to be met: `low`, `moderate`, `high` or `privacy`. Other controls stand apart in the report.
    #[arg(long, value_name = "BASELINE", value_parser = baseline)]
    pub(crate) baseline: Option<Baseline>,
    /// A file that changes the mapping of a framework, besides those of the configuration; may be given several times.
    #[arg(long = "overlay", value_name = "FILE")]
    pub(crate) overlays: Vec<PathBuf>,
    /// A file with an assessor's notes on controls.
    #[arg(long, value_name = "FILE")]
    pub(crate) notes: Option<PathBuf>,
}

/// What is asked, of whom, and with whose credentials: the same for every command that asks AWS.
#[derive(Debug, Args)]
pub(crate) struct ReachArguments {
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The AWS profile to start from.
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// The region to ask for what belongs to none.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<RegionName>,
    /// One endpoint for all AWS services, instead of AWS's own.
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,
    /// The role to assume in each account: its name or its ARN.
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Option<String>,
    /// The external id that the roles ask for.
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// Read this account only; may be given several times.
    #[arg(long = "account", value_name = "ACCOUNT")]
    pub(crate) accounts: Vec<AccountId>,
    /// Leave this account out; may be given several times.
    #[arg(long = "exclude-account", value_name = "ACCOUNT")]
    pub(crate) exclude_accounts: Vec<AccountId>,
    /// Read the accounts below this organizational unit only, as a pattern of paths; may be given several times.
    #[arg(long = "organizational-unit", value_name = "PATTERN")]
    pub(crate) organizational_units: Vec<String>,
    /// Leave the accounts below this organizational unit out; may be given several times.
    #[arg(long = "exclude-organizational-unit", value_name = "PATTERN")]
    pub(crate) exclude_organizational_units: Vec<String>,
    /// Leave this source out, such as `macie`; may be given several times.
    #[arg(long = "without", value_name = "SOURCE")]
    pub(crate) without: Vec<String>,
    /// Ask Trusted Advisor to look again before its answers are read. This is not a read.
    #[arg(long)]
    pub(crate) refresh_trusted_advisor: bool,
    /// Read only the settings and sources that a check needs, and leave the others out of the report.
    #[arg(long)]
    pub(crate) only_needed: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    #[command(flatten)]
    pub(crate) reach: ReachArguments,
    /// Print everything as one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArguments {
    #[command(flatten)]
    pub(crate) reach: ReachArguments,
    /// Ask so many accounts only: the management account, and others spread evenly over the organizational units.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) sample: Option<NonZeroUsize>,
    /// Ask in every enabled region, as a scan does, instead of in one.
    #[arg(long)]
    pub(crate) every_region: bool,
    /// Print everything as one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct GateArguments {
    /// End with exit code 3 when a check of this severity or a worse one fails and no exception accepts that.
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub(crate) fail_on: Option<Severity>,
    /// End with exit code 4 when less than this share of the scope was seen.
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(crate) min_coverage: Option<f64>,
}

#[derive(Debug, Args)]
pub(crate) struct RenderArguments {
    /// The formats of the report, separated by commas.
    #[arg(long = "format", value_name = "FORMATS", value_delimiter = ',', default_values_t = Format::USUAL.iter().copied())]
    pub(crate) formats: Vec<Format>,
    /// A directory with templates of the HTML report that replace those of the program.
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) templates: Option<PathBuf>,
    /// Begin every CSV file with a byte-order mark, by which Microsoft Excel knows that it is UTF-8.
    #[arg(long)]
    pub(crate) excel: bool,
    /// An earlier run, which was judged: `html` and `markdown` then say what changed since, and `asff` takes back what that run
    /// suppressed and this one does not; the other formats do not use it.
    #[arg(long, value_name = "RUN")]
    pub(crate) previous: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) redaction: RedactionArguments,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArguments {
    /// The directory of the earlier run.
    #[arg(value_name = "EARLIER")]
    pub(crate) earlier: PathBuf,
    /// The directory of the later run.
    #[arg(value_name = "LATER")]
    pub(crate) later: PathBuf,
    /// End with exit code 3 when a finding of this severity or a worse one fails now, is not accepted, and did not fail so
    /// badly in the earlier run, whatever the reason.
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub(crate) fail_on_new: Option<Severity>,
    #[command(flatten)]
    pub(crate) shown: ShownArguments,
}

#[derive(Debug, Args)]
pub(crate) struct TrendArguments {
    /// The directory in which the runs lie, each in a directory of its own.
    #[arg(value_name = "DIRECTORY")]
    pub(crate) directory: PathBuf,
    #[command(flatten)]
    pub(crate) shown: ShownArguments,
}

/// In which forms several runs are shown together, and where.
#[derive(Debug, Args)]
pub(crate) struct ShownArguments {
    /// The forms, separated by commas: `text` goes to standard output; `html`, `csv` and `json` become files.
    #[arg(long = "format", value_name = "FORMATS", value_delimiter = ',', default_values_t = [DiffFormat::Text])]
    pub(crate) formats: Vec<DiffFormat>,
    /// Where files are written; needed for every form but text.
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) output: Option<PathBuf>,
    /// A directory with templates of the HTML report that replace those of the program.
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) templates: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) redaction: RedactionArguments,
}

/// What of a run must not be seen by whoever gets the report.
#[derive(Debug, Default, Args)]
pub(crate) struct RedactionArguments {
    /// Put tokens in the place of account ids, names, buckets, tags, principals, addresses and what people wrote.
    #[arg(long)]
    pub(crate) redact: bool,
    /// A file with a secret of at least 16 bytes, from which tokens are made; a random one that is kept nowhere when missing.
    #[arg(long, value_name = "FILE", requires = "redact")]
    pub(crate) redact_salt: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct AssessArguments {
    /// The directory of the run.
    pub(crate) run: PathBuf,
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The file of exceptions: the fails that are accepted.
    #[arg(long, value_name = "FILE")]
    pub(crate) exceptions: Option<PathBuf>,
    /// The day by which exceptions are expired or not; today (UTC) when missing.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) as_of: Option<Date>,
    #[command(flatten)]
    pub(crate) criteria: CriteriaArguments,
    #[command(flatten)]
    pub(crate) gate: GateArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    /// The directory of the run.
    pub(crate) run: PathBuf,
    /// Where the report is written; the run's own `report` directory when missing.
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) render: RenderArguments,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// The directory of the run.
    pub(crate) run: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The id of a check (`s3-bucket-tls-only`) or of a control (`SC-8(1)`), or the ARN of a bucket (`arn:aws:s3:::NAME`).
    #[arg(value_name = "CHECK|CONTROL|BUCKET-ARN")]
    pub(crate) subject: String,
    /// The run whose bucket is explained.
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<PathBuf>,
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) criteria: CriteriaArguments,
}

fn severity(text: &str) -> Result<Severity, String> {
    Severity::WORST_FIRST
        .into_iter()
        .find(|severity| severity.as_str() == text)
        .ok_or_else(|| {
            let names = Severity::WORST_FIRST.map(Severity::as_str);
            format!("the severities are {}", names.join(", "))
        })
}

fn day(text: &str) -> Result<Date, String> {
    Some(text)
        .filter(|text| text.len() == "2027-03-31".len())
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| "a day is written like 2027-03-31".to_owned())
}

fn baseline(text: &str) -> Result<Baseline, String> {
    Baseline::ALL
        .into_iter()
        .find(|baseline| baseline.as_str() == text)
        .ok_or_else(|| format!("the baselines are {}", Baseline::ALL.map(Baseline::as_str).join(", ")))
}

fn partition(text: &str) -> Result<Partition, String> {
    [Partition::Aws, Partition::AwsUsGov, Partition::AwsCn]
        .into_iter()
        .find(|partition| partition.as_str() == text)
        .ok_or_else(|| "the partitions are aws, aws-us-gov and aws-cn".to_owned())
}

fn percent(text: &str) -> Result<f64, String> {
    let number: f64 = text
        .trim_end_matches('%')
        .parse()
        .map_err(|_| "not a number".to_owned())?;
    if (0.0..=100.0).contains(&number) {
        Ok(number)
    } else {
        Err("a percentage is from 0 to 100".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
