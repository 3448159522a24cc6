//! A simulated AWS organization that any AWS client can be pointed at.
//!
//! A [`Scenario`] states the truth of every account and bucket; a [`World`] answers requests from it without sockets or
//! clocks; [`Server`] carries it over HTTP, and the feature `connector` into an SDK client without sockets. Faults, rate
//! limits and latency are part of the scenario, and a [`Ledger`] keeps what was asked.
//!
//! It knows nothing of the program that is tested with it, verifies no signatures, and offers no operation that changes
//! anything.

mod answer;
mod caller;
#[cfg(feature = "connector")]
mod connector;
mod faults;
mod generator;
mod hash;
mod identity;
mod ledger;
mod pacing;
mod permissions;
mod protocol;
mod refreshes;
mod refusals;
pub mod scenario;
mod server;
mod services;
mod world;

pub use answer::{Answer, Response};
#[cfg(feature = "connector")]
pub use connector::SimulatedConnector;
pub use generator::GeneratorOptions;
pub use identity::Credentials;
pub use ledger::{Ledger, LedgerCount, LedgerEntry, LedgerMode};
pub use scenario::{Scenario, ScenarioError};
pub use server::Server;
pub use services::operations;
pub use world::World;
