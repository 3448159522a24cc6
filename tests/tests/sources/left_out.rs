//! A source that is left out is neither called nor asked permission for.

use std::collections::BTreeSet;

use s3attest_collect::{Wishes, account_operations, operations, operations_of};
use s3attest_model::services::ServiceSource;
use s3attest_tests::Simulation;

use crate::harness::{organization, read};

/// The actions that a role needs for some sources.
fn actions(sources: &BTreeSet<ServiceSource>) -> BTreeSet<&'static str> {
    let operations = operations(sources, Wishes::default());
    operations
        .iter()
        .flat_map(|operation| operation.actions)
        .copied()
        .collect()
}

#[test]
fn what_is_left_out_is_not_called_and_needs_no_permission() {
    let of_parity = |parity: usize| -> BTreeSet<ServiceSource> {
        let sources = ServiceSource::ALL.iter().enumerate();
        sources
            .filter(|(at, _)| at % 2 == parity)
            .map(|(_, source)| *source)
            .collect()
    };
    for (wanted, left_out) in [(of_parity(0), of_parity(1)), (of_parity(1), of_parity(0))] {
        let simulation = Simulation::start(organization());
        read(&simulation, &wanted, Wishes::default());
        let allowed: BTreeSet<&str> = operations(&wanted, Wishes::default())
            .iter()
            .map(|operation| operation.label)
            .collect();
        let needed = actions(&wanted);
        let ledger = simulation.world().ledger();
        let entries = ledger.entries();
        let called: BTreeSet<String> = entries
            .iter()
            .map(|entry| format!("{}.{}", entry.service, entry.operation))
            .collect();
        let always: BTreeSet<&str> = account_operations().iter().map(|operation| operation.label).collect();
        for source in left_out {
            for operation in operations_of(source) {
                if allowed.contains(operation.label) || always.contains(operation.label) {
                    continue;
                }
                assert!(
                    !called.contains(operation.label),
                    "{source} is left out: {}",
                    operation.label
                );
                let is_elsewhere = |action: &&str| {
                    operations(&wanted, Wishes::default())
                        .iter()
                        .any(|other| other.actions.contains(action))
                };
                for action in operation.actions.iter().filter(|action| !is_elsewhere(action)) {
                    assert!(!needed.contains(action), "{source} is left out: {action}");
                }
            }
        }
    }
}
