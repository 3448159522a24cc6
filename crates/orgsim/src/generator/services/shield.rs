//! Shield Advanced: few accounts pay for it, and those protect what stands at the edge.

use super::Furnishing;
use crate::generator::Purpose;
use crate::scenario::{Scenario, Shield, ShieldProtection};

pub(super) fn furnish(scenario: &mut Scenario, furnishing: &Furnishing<'_>) {
    let partition = scenario.partition.clone();
    for (account, purpose) in scenario.accounts.iter_mut().zip(furnishing.purposes) {
        let mut dice = furnishing.dice("shield", &account.id);
        let is_subscribed = match purpose {
            Purpose::Network => true,
            Purpose::Production => dice.chance(30),
            _ => false,
        };
        // More than one page of protections in some accounts.
        let count = if is_subscribed { dice.between(0, 25) } else { 0 };
        let protections = (0..count).map(|number| ShieldProtection {
            id: format!(
                "{}-{}-{}-{}-{}",
                dice.letters(8),
                dice.letters(4),
                dice.letters(4),
                dice.letters(4),
                dice.letters(12)
            ),
            name: format!("edge-{number}"),
            resource_arn: format!(
                "arn:{partition}:cloudfront::{}:distribution/E{}",
                account.id,
                dice.letters(13).to_uppercase()
            ),
        });
        let mut protections: Vec<ShieldProtection> = protections.collect();
        // The network account protects all that faces the public, others what they thought of.
        if is_subscribed {
            for distribution in &account.services.cloudfront.distributions {
                if *purpose == Purpose::Network || dice.chance(50) {
                    protections.push(ShieldProtection {
                        id: format!("{}-{}", dice.letters(8), dice.letters(12)),
                        name: format!("distribution-{}", distribution.id),
                        resource_arn: format!(
                            "arn:{partition}:cloudfront::{}:distribution/{}",
                            account.id, distribution.id
                        ),
                    });
                }
            }
        }
        account.services.shield = Shield {
            is_subscribed,
            protections,
        };
    }
}
