//! A simulated organization on loopback, and calls of the program that are pointed at it.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use s3attest_orgsim::{LedgerMode, Scenario, Server, World};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::program::Program;

/// A running organization; it ends when it is dropped.
#[derive(Debug)]
pub struct Simulation {
    // Dropped before the runtime that it runs on.
    server: Option<Server>,
    runtime: Runtime,
    world: Arc<World>,
    directory: TempDir,
}

/// The classes of API, which every class has a table for.
const RATES: &str = include_str!("../../config/rate-limits.toml");

/// Rates that are out of the way: a simulated organization has no limits but those of its scenario.
#[must_use]
pub fn unpaced(in_flight: u32) -> String {
    let classes = RATES
        .lines()
        .filter_map(|line| line.strip_prefix('[')?.split_once(']'))
        .map(|(class, _)| class);
    let table =
        |class| format!("{class} = {{ per = \"account-region\", per_second = 100000, in_flight = {in_flight} }}\n");
    classes.fold(String::new(), |tables, class| tables + &table(class))
}

impl Simulation {
    /// Serves a scenario on a free port and keeps every request in the ledger.
    #[must_use]
    pub fn start(scenario: Scenario) -> Self {
        Self::start_at(scenario, Timestamp::now())
    }

    /// As [`Simulation::start`], with another time on the organization's clock: it shows in when credentials expire.
    #[must_use]
    pub fn start_at(scenario: Scenario, started_at: Timestamp) -> Self {
        let world = World::new(scenario, started_at, LedgerMode::Full { at_most: 1_000_000 })
            .expect("the scenario is consistent");
        let world = Arc::new(world);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .expect("a runtime can be built");
        let server = runtime.block_on(async {
            Server::start(Arc::clone(&world), SocketAddr::from(([127, 0, 0, 1], 0))).expect("a port is free")
        });
        let directory = tempfile::tempdir().expect("a temporary directory");
        Self {
            server: Some(server),
            runtime,
            world,
            directory,
        }
    }

    /// The simulated organization itself: its truth and its ledger.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The endpoint.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.as_ref().expect("the server runs until it is dropped").url()
    }

    /// A configuration file with rates that are out of the way, and more tables of TOML behind them.
    #[must_use]
    pub fn configuration(&self, more: &str) -> PathBuf {
        let path = self.directory.path().join("s3attest.toml");
        fs::write(&path, format!("[rate_limits]\n{}\n{more}", unpaced(500))).expect("a file can be written");
        path
    }

    /// A scan of the organization into a directory, with the caller's credentials and without pacing.
    #[must_use]
    pub fn scan(&self, directory: &Path) -> Program {
        self.scan_with(directory, "[requests]\nanswer_timeout_seconds = 60\nattempts = 3\n")
    }

    /// As [`Simulation::scan`], with more tables of TOML in the configuration.
    #[must_use]
    pub fn scan_with(&self, directory: &Path, more: &str) -> Program {
        self.signed(Program::new(["scan"]))
            .argument("--config")
            .argument(self.configuration(more))
            .argument("--output")
            .argument(directory)
    }

    /// A call with the caller's credentials and this endpoint.
    #[must_use]
    pub fn signed(&self, program: Program) -> Program {
        let credentials = self.world.caller_credentials();
        program
            .variable("AWS_ACCESS_KEY_ID", credentials.access_key_id)
            .variable("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key)
            .variable("AWS_REGION", "us-east-1")
            .variable("AWS_ENDPOINT_URL", self.url())
    }
}

impl Drop for Simulation {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.shutdown());
        }
    }
}
