//! What the end-to-end tests share: the real binary in a scrubbed environment, simulated organizations on loopback, and
//! the independent peers that the test command has set up.
#![expect(
    clippy::disallowed_methods,
    reason = "tests find the binary and their peers by the environment and the clock"
)]
#![expect(clippy::print_stderr, reason = "a test that cannot run says so")]

mod fault;
mod peers;
mod plain;
mod program;
mod run;
mod simulation;

pub use fault::{strike, strike_bucket};
pub use peers::{Peer, peer};
pub use plain::{plain, strip};
pub use program::{Finished, Program};
pub use run::{CollectedRun, finding_verdicts};
pub use simulation::{Simulation, unpaced};
