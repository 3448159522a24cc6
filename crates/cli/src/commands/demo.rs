//! `s3attest demo`: a simulated organization, scanned for real over loopback.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use s3attest_gateway::{AccessKey, RateLimits};
use s3attest_model::identifiers::RegionName;
use s3attest_orgsim::{LedgerMode, Scenario, Server, World};
use s3attest_report::Format;

use crate::arguments::{DemoArguments, RedactionArguments, RenderArguments};
use crate::commands::scan::{Place, Scan, collect, conclude, options};
use crate::configuration::Configuration;
use crate::output::notice;

/// The simulated organization answers as fast as it is asked, but for the accounts that have limits of their own.
const RATE: u32 = 1000;

pub(crate) async fn run(arguments: DemoArguments, is_quiet: bool) -> Result<u8> {
    let scenario = Scenario::demo();
    let configuration = Configuration::default();
    let world = Arc::new(World::new(scenario, Timestamp::now(), LedgerMode::Counts)?);
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Server::start(Arc::clone(&world), loopback)
        .context("cannot listen on 127.0.0.1 for the simulated organization")?;
    if !is_quiet {
        notice(&format!(
            "a simulated organization answers at {}; nothing here asks AWS",
            server.url()
        ));
    }
    let credentials = world.caller_credentials();
    let key = AccessKey {
        id: credentials.access_key_id,
        secret: credentials.secret_access_key,
    };
    let mut gateway = options(&configuration, false, Some(key))?;
    gateway.endpoint_url = Some(server.url());
    gateway.region = Some(RegionName::new("us-east-1")?);
    let rate = RATE.try_into().context("the demo's rate is not zero")?;
    gateway.rates = RateLimits::uniform(rate, rate);
    let scan = Scan {
        configuration,
        gateway,
        only_needed: false,
        is_simulated: true,
        is_quiet,
    };
    let run = collect(&scan, Place::New(arguments.output)).await;
    server.shutdown().await;
    let render = RenderArguments {
        formats: Format::USUAL.to_vec(),
        templates: None,
        excel: false,
        previous: None,
        redaction: RedactionArguments::default(),
    };
    let run = run?;
    conclude(&run, &scan.configuration, &render, is_quiet)
}
