//! `cargo xtask peers`: a second opinion by Prowler, which nobody here wrote, on an organization that moto holds.
//!
//! Both tools look at the same server, and every verdict of the one is held against the other's. `tests/peers/prowler.toml` says
//! which checks ask the same and lists every difference that is known, with who is right; the command fails on a difference that
//! the list does not explain, and on an explanation that is not needed. Everything it makes lies under `target/peers`.

mod compare;
mod page;
mod server;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use cargo_metadata::Metadata;
use clap::Args;
use serde::Deserialize;

use self::compare::{Comparison, Known, Resource, Said, compare};
use self::server::{Moto, run_within};
use crate::environment::Environment;
use crate::{generate, test_run};

/// What to do, and what is there already.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Start nothing, and compare what the last run left under `target/peers`
    #[arg(long)]
    again: bool,
    /// Write the table of `docs/second-opinions.md`; without it a page that differs is an error
    #[arg(long)]
    write: bool,
    /// A program `s3attest` that is built already; it is built when this is missing
    #[arg(long, value_name = "FILE")]
    program: Option<std::path::PathBuf>,
}

/// The list of what is known, relative to the workspace.
const KNOWN: &str = "tests/peers/prowler.toml";
/// The seed of the organization, which the tests use too.
const SEED: &str = "24";
/// How long filling the server, our scan and Prowler's runs may each take.
const PATIENCE: Duration = Duration::from_mins(30);

const TRUTH: &str = "truth.json";
const THEIRS: &str = "prowler.json";

/// What the seeding script says of the organization, as far as it matters here.
#[derive(Deserialize)]
struct Truth {
    accounts: Vec<TrueAccount>,
}

#[derive(Deserialize)]
struct TrueAccount {
    id: String,
    public_access_block: Option<BTreeMap<String, bool>>,
    buckets: Vec<TrueBucket>,
}

#[derive(Deserialize)]
struct TrueBucket {
    name: String,
    forms: BTreeMap<String, String>,
    policy: TruePolicy,
}

#[derive(Deserialize)]
struct TruePolicy {
    tls_form: String,
    sharing_form: String,
    is_log_target: bool,
}

/// What Prowler found.
#[derive(Deserialize)]
struct TheirFinding {
    account: String,
    check: String,
    resource: String,
    status: String,
}

/// What we found, a row of `findings.csv`.
#[derive(Deserialize)]
struct OurFinding {
    account_id: String,
    resource_name: String,
    check_id: String,
    verdict: String,
}

pub(crate) fn run(arguments: &Arguments, workspace: &Metadata, environment: &Environment) -> anyhow::Result<ExitCode> {
    let root = workspace.workspace_root.as_std_path();
    let directory = workspace.target_directory.as_std_path().join("peers");
    let text = fs::read_to_string(root.join(KNOWN)).with_context(|| format!("cannot read {KNOWN}"))?;
    let known: Known = toml::from_str(&text).with_context(|| format!("{KNOWN} cannot be used"))?;
    if !arguments.again {
        ask(arguments, &directory, workspace, environment)?;
    }
    let resources = resources(&directory)?;
    let comparison = compare(&known, &resources, &theirs(&directory)?, &ours(&directory)?);
    print!("{}", page::table_of_pairs(&comparison));
    println!();
    print!("{}", page::list_of_disagreements(&known, &comparison));
    let complaints = comparison.complaints(&known);
    for complaint in &complaints {
        eprintln!("peers: {complaint}");
    }
    ensure!(complaints.is_empty(), "{KNOWN} does not say what was found; see above");
    keep_page_in_line(arguments.write, root, &known, &comparison)?;
    Ok(ExitCode::SUCCESS)
}

/// Fills a server and lets both tools look at it.
fn ask(arguments: &Arguments, directory: &Path, workspace: &Metadata, environment: &Environment) -> anyhow::Result<()> {
    let root = workspace.workspace_root.as_std_path();
    let target = workspace.target_directory.as_std_path();
    let python = test_run::python(root, target, environment)?;
    let prowler = test_run::python_with_prowler(root, target, environment)?;
    let program = match &arguments.program {
        Some(program) => program.clone(),
        None => generate::build(workspace, environment)?,
    };
    if directory.exists() {
        fs::remove_dir_all(directory).with_context(|| format!("cannot remove {}", directory.display()))?;
    }
    fs::create_dir_all(directory).with_context(|| format!("cannot create {}", directory.display()))?;
    let scripts = root.join("tests/python");
    let moto = Moto::start(&python, &scripts)?;
    println!("peers: filling {}", moto.url);
    let script = |name: &str, python: &Path| {
        let mut command = Command::new(python);
        // Nothing of the caller's AWS may be asked, or answer.
        for variable in &environment.aws_variables {
            command.env_remove(variable);
        }
        command.arg(scripts.join(name)).args(["--endpoint", &moto.url]);
        command
    };
    let mut filling = script("moto_organization.py", &python);
    filling.args(["--seed", SEED]);
    run_within(PATIENCE, &mut filling, &directory.join(TRUTH))?;

    println!("peers: scanning with {}", program.display());
    let configuration = directory.join("s3attest.toml");
    fs::write(&configuration, server::configuration()?).context("cannot write the configuration")?;
    let mut scan = Command::new(&program);
    scan.args(["--quiet", "scan", "--config"]).arg(&configuration);
    scan.arg("--output").arg(directory.join("run"));
    for variable in &environment.aws_variables {
        scan.env_remove(variable);
    }
    scan.env("AWS_ACCESS_KEY_ID", "AKIAUNKNOWNTOMOTO00")
        .env("AWS_SECRET_ACCESS_KEY", "testing")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ENDPOINT_URL", &moto.url);
    run_within(PATIENCE, &mut scan, &directory.join("scan.txt"))?;

    println!("peers: asking Prowler, account by account (some minutes)");
    let truth = truth(directory)?;
    let ids: Vec<&str> = truth.accounts.iter().map(|account| account.id.as_str()).collect();
    let mut asking = script("prowler_findings.py", &prowler);
    asking.args(["--accounts", &ids.join(",")]);
    // Prowler writes a line for each bucket of other accounts that it looks for and does not find.
    let log = directory.join("prowler.log");
    let log = fs::File::create(&log).with_context(|| format!("cannot create {}", log.display()))?;
    run_within(
        PATIENCE,
        asking.stdin(Stdio::null()).stderr(log),
        &directory.join(THEIRS),
    )
}

fn truth(directory: &Path) -> anyhow::Result<Truth> {
    let path = directory.join(TRUTH);
    let text = fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}; run the command without --again first", path.display()))?;
    serde_json::from_str(&text).context("the seeding script says something else than was expected")
}

/// Every account and bucket, with the forms of its settings.
fn resources(directory: &Path) -> anyhow::Result<Vec<Resource>> {
    let mut resources = Vec::new();
    for account in truth(directory)?.accounts {
        let block = switches(account.public_access_block.as_ref());
        let of_account = BTreeMap::from([("account_public_access_block".to_owned(), block)]);
        for bucket in account.buckets {
            let mut forms = bucket.forms;
            forms.extend(of_account.clone());
            forms.insert("tls".to_owned(), bucket.policy.tls_form);
            forms.insert("sharing".to_owned(), bucket.policy.sharing_form);
            forms.insert("is_log_target".to_owned(), bucket.policy.is_log_target.to_string());
            resources.push(Resource {
                account: account.id.clone(),
                name: bucket.name,
                forms,
            });
        }
        resources.push(Resource {
            name: account.id.clone(),
            account: account.id,
            forms: of_account,
        });
    }
    Ok(resources)
}

/// The switches of a public access block that are on, in a word.
fn switches(block: Option<&BTreeMap<String, bool>>) -> String {
    let Some(block) = block else { return "unset".to_owned() };
    let on: Vec<&str> = block
        .iter()
        .filter(|(_, is_on)| **is_on)
        .map(|(name, _)| name.as_str())
        .collect();
    match on.len() {
        0 => "none".to_owned(),
        4 => "all".to_owned(),
        _ => on.join("+"),
    }
}

fn theirs(directory: &Path) -> anyhow::Result<Said> {
    let text = fs::read_to_string(directory.join(THEIRS)).context("cannot read what Prowler found")?;
    let findings: Vec<TheirFinding> = serde_json::from_str(&text).context("Prowler's findings have another form")?;
    let said = findings
        .into_iter()
        .map(|finding| ((finding.check, finding.account, finding.resource), finding.status));
    Ok(said.collect())
}

fn ours(directory: &Path) -> anyhow::Result<Said> {
    let path = directory.join("run/report/findings.csv");
    let mut reader = csv::Reader::from_path(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut said = Said::new();
    for row in reader.deserialize() {
        let row: OurFinding = row.context("findings.csv has other columns")?;
        said.insert((row.check_id, row.account_id, row.resource_name), row.verdict);
    }
    Ok(said)
}

/// Writes the generated section of the page, or says that it is not what was found.
fn keep_page_in_line(write: bool, root: &Path, known: &Known, comparison: &Comparison) -> anyhow::Result<()> {
    let path = root.join(page::PAGE);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", page::PAGE))?;
    let wanted = page::with_tables(&text, known, comparison)?;
    if wanted == text {
        return Ok(());
    }
    ensure!(
        write,
        "{} is not what was found; run `cargo xtask peers --again --write`",
        page::PAGE
    );
    fs::write(&path, wanted).with_context(|| format!("cannot write {}", page::PAGE))?;
    println!("peers: wrote {}", page::PAGE);
    Ok(())
}
