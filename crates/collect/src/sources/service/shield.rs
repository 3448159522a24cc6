//! AWS Shield Advanced: the subscription and what it protects.

use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::evidence::{Evidence, Observed};
use s3attest_model::services::{Shield, ShieldProtection, ShieldSubscription};

use super::ServiceRead;
use crate::pages::{Listed, list};

const fn shield_read(name: &'static str, label: &'static str, actions: &'static [&'static str]) -> AllowedOperation {
    AllowedOperation {
        service: "Shield",
        name,
        label,
        actions,
        class: "shield",
        in_session: true,
        times: Times::each(Unit::Account),
    }
}

const STATE: AllowedOperation = shield_read(
    "GetSubscriptionState",
    "shield.GetSubscriptionState",
    &["shield:GetSubscriptionState"],
);
const PROTECTIONS: AllowedOperation = AllowedOperation {
    times: Times::about(
        1,
        Unit::Account,
        "a subscription to Shield Advanced, and a page of protections",
    ),
    ..shield_read("ListProtections", "shield.ListProtections", &["shield:ListProtections"])
};

pub(super) const OPERATIONS: &[AllowedOperation] = &[STATE, PROTECTIONS];

/// With this code Shield says that the account has no subscription (Shield API Reference, `ListProtections`).
const NO_SUBSCRIPTION: [&str; 1] = ["ResourceNotFoundException"];

pub(super) async fn read(reader: &ServiceRead<'_>) -> Shield {
    let client = &reader.session.shield(reader.region);
    let subscription = observe(
        STATE.operation(),
        &[],
        client.get_subscription_state().send().await,
        reader.context.now(),
        |output| {
            let state = output.subscription_state.as_str();
            if state.is_empty() {
                return Err(Malformed("the answer holds no state of the subscription"));
            }
            Ok(Some(ShieldSubscription {
                state: state.to_owned(),
            }))
        },
    );
    let is_inactive = matches!(&subscription.observed, Observed::Present(found) if found.state == "INACTIVE");
    // Without a subscription there is nothing to ask: the state itself says that nothing is protected.
    let protections = if is_inactive {
        Evidence::absent(subscription.source.clone())
    } else {
        list(|token| async move {
            let answer = client.list_protections().set_next_token(token).send().await;
            observe(
                PROTECTIONS.operation(),
                &NO_SUBSCRIPTION,
                answer,
                reader.context.now(),
                |output| {
                    let found = output
                        .protections
                        .ok_or(Malformed("the answer holds no list of protections"))?;
                    let entries = found.into_iter().map(|each| {
                        let resource_arn = each.resource_arn;
                        Ok(ShieldProtection {
                            id: each.id.unwrap_or_default(),
                            name: each.name.unwrap_or_default(),
                            resource_arn: resource_arn.ok_or(Malformed("a protection does not say of what"))?,
                        })
                    });
                    Ok(Some(Listed {
                        entries: entries.collect::<Result<_, _>>()?,
                        next: output.next_token,
                    }))
                },
            )
        })
        .await
    };
    Shield {
        subscription,
        protections,
    }
}
