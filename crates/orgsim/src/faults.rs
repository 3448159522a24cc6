//! The fault plan at work: which fault strikes a call.
//!
//! What a struck call is answered is decided by `world`; here nothing knows a status code.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::hash;
use crate::permissions::matches;
use crate::scenario::{Fault, FaultKind};

/// What a fault's selectors are held against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'call> {
    /// The account of the resource.
    pub(crate) account: &'call str,
    pub(crate) service: &'call str,
    pub(crate) operation: &'call str,
    pub(crate) region: &'call str,
    pub(crate) bucket: Option<&'call str>,
}

#[derive(Debug)]
struct Armed {
    fault: Fault,
    number: u64,
    struck: AtomicU64,
    struck_by_call: Mutex<HashMap<u64, u32>>,
}

/// The plan, armed.
#[derive(Debug)]
pub(crate) struct FaultPlan {
    faults: Vec<Armed>,
}

impl FaultPlan {
    pub(crate) fn new(faults: &[Fault]) -> Self {
        let faults = faults
            .iter()
            .zip(0..)
            .map(|(fault, number)| Armed {
                fault: fault.clone(),
                number,
                struck: AtomicU64::new(0),
                struck_by_call: Mutex::new(HashMap::new()),
            })
            .collect();
        Self { faults }
    }

    /// The faults that can strike an account, so that a call looks at no others.
    pub(crate) fn for_account(&self, account: &str) -> Vec<usize> {
        let concerns = |armed: &Armed| armed.fault.account.as_deref().is_none_or(|wanted| wanted == account);
        (0..self.faults.len())
            .filter(|at| concerns(&self.faults[*at]))
            .collect()
    }

    /// The first fault among `candidates` that strikes.
    pub(crate) fn strike(&self, candidates: &[usize], target: &Target<'_>) -> Option<FaultKind> {
        candidates
            .iter()
            .map(|at| &self.faults[*at])
            .find(|armed| armed.strikes(target))
            .map(|armed| armed.fault.kind)
    }
}

impl Armed {
    fn strikes(&self, target: &Target<'_>) -> bool {
        let fault = &self.fault;
        let is_selected = fault.account.as_deref().is_none_or(|account| account == target.account)
            && fault.service.as_deref().is_none_or(|service| service == target.service)
            && fault.region.as_deref().is_none_or(|region| region == target.region)
            && fault
                .bucket
                .as_deref()
                .is_none_or(|bucket| Some(bucket) == target.bucket)
            && fault
                .operation
                .as_deref()
                .is_none_or(|pattern| matches(pattern, target.operation))
            && self.concerns_kind(target);
        if !is_selected {
            return false;
        }
        if let Some(share) = fault.share
            && self.position(target) >= share
        {
            return false;
        }
        if let Some(times) = fault.times_per_call {
            let mut struck = self.struck_by_call.lock().unwrap_or_else(PoisonError::into_inner);
            let count = struck.entry(self.key(target)).or_default();
            if *count >= times {
                return false;
            }
            *count += 1;
        }
        match fault.times {
            None => true,
            Some(times) => self
                .struck
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |struck| {
                    (struck < times).then_some(struck + 1)
                })
                .is_ok(),
        }
    }

    /// Two kinds carry a selector in themselves.
    fn concerns_kind(&self, target: &Target<'_>) -> bool {
        match self.fault.kind {
            FaultKind::RoleDenied => target.operation == "AssumeRole",
            FaultKind::BucketDeleted => target.bucket.is_some(),
            _ => true,
        }
    }

    fn key(&self, target: &Target<'_>) -> u64 {
        hash::of(
            self.number,
            [
                target.account,
                target.service,
                target.operation,
                target.region,
                target.bucket.unwrap_or(""),
            ],
        )
    }

    /// Where in 0..1 the call falls.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are kept")]
    fn position(&self, target: &Target<'_>) -> f64 {
        (self.key(target) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: Target<'static> = Target {
        account: "111122223333",
        service: "s3",
        operation: "GetBucketAcl",
        region: "eu-west-1",
        bucket: Some("logs"),
    };

    fn plan(fault: Fault) -> FaultPlan {
        FaultPlan::new(&[fault])
    }

    fn strikes(plan: &FaultPlan, target: &Target<'_>) -> bool {
        plan.strike(&plan.for_account(target.account), target).is_some()
    }

    #[test]
    fn every_selector_must_match() {
        type Narrow = fn(&mut Fault);
        let cases: [(&str, Narrow, bool); 9] = [
            ("no selector", |_| {}, true),
            ("the account", |fault| fault.account = Some("111122223333".into()), true),
            (
                "another account",
                |fault| fault.account = Some("444455556666".into()),
                false,
            ),
            (
                "an operation pattern",
                |fault| fault.operation = Some("GetBucket*".into()),
                true,
            ),
            (
                "another operation",
                |fault| fault.operation = Some("ListBuckets".into()),
                false,
            ),
            ("the bucket", |fault| fault.bucket = Some("logs".into()), true),
            ("another bucket", |fault| fault.bucket = Some("media".into()), false),
            ("another region", |fault| fault.region = Some("us-east-1".into()), false),
            ("another service", |fault| fault.service = Some("sts".into()), false),
        ];
        for (name, narrow, expected) in cases {
            let mut fault = Fault::everywhere(FaultKind::Throttled);
            narrow(&mut fault);
            assert_eq!(strikes(&plan(fault), &TARGET), expected, "{name}");
        }
    }

    #[test]
    fn a_fault_with_times_stops_after_so_many() {
        let plan = plan(Fault {
            times: Some(2),
            ..Fault::everywhere(FaultKind::Reset)
        });
        let struck: Vec<bool> = (0..4).map(|_| strikes(&plan, &TARGET)).collect();
        assert_eq!(struck, [true, true, false, false]);
    }

    #[test]
    fn times_per_call_counts_each_call_by_itself() {
        let plan = plan(Fault {
            times_per_call: Some(1),
            ..Fault::everywhere(FaultKind::Reset)
        });
        let other = Target {
            bucket: Some("media"),
            ..TARGET
        };
        let struck = [
            strikes(&plan, &TARGET),
            strikes(&plan, &TARGET),
            strikes(&plan, &other),
            strikes(&plan, &other),
        ];
        assert_eq!(struck, [true, false, true, false]);
    }

    #[test]
    fn a_share_strikes_the_same_calls_every_time() {
        let fault = Fault {
            share: Some(0.3),
            ..Fault::everywhere(FaultKind::InternalError)
        };
        let struck = |plan: &FaultPlan| -> Vec<bool> {
            (0..1_000)
                .map(|number| {
                    let bucket = format!("bucket-{number}");
                    strikes(
                        plan,
                        &Target {
                            bucket: Some(&bucket),
                            ..TARGET
                        },
                    )
                })
                .collect()
        };
        let first = struck(&plan(fault.clone()));
        assert_eq!(first, struck(&plan(fault)));
        let count = first.iter().filter(|struck| **struck).count();
        assert!((250..350).contains(&count), "{count} of 1000");
    }
}
