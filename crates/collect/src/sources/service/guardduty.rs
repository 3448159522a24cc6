//! Amazon GuardDuty in one region: its detector, and its plans of malware protection for buckets.

use futures::future::FutureExt;
use futures::stream::{self, StreamExt};
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::evidence::{Evidence, Observed};
use s3attest_model::services::{
    Detector, DetectorConfiguration, DetectorFeature, GuardDuty, GuardDutyAdministrator, MalwareProtection,
    MalwareProtectionPlan, MalwareProtectionReason,
};

use super::ServiceRead;
use crate::pages::{Listed, list};
use crate::sources::bucket_list::timestamp;

const fn guardduty_read(
    name: &'static str,
    label: &'static str,
    actions: &'static [&'static str],
    times: Times,
) -> AllowedOperation {
    AllowedOperation {
        service: "GuardDuty",
        name,
        label,
        actions,
        class: "guardduty",
        in_session: true,
        times,
    }
}

const ONE_DETECTOR: &str = "one detector in each region";

const DETECTORS: AllowedOperation = guardduty_read(
    "ListDetectors",
    "guardduty.ListDetectors",
    &["guardduty:ListDetectors"],
    Times::about(1, Unit::Region, "one page"),
);
const DETECTOR: AllowedOperation = guardduty_read(
    "GetDetector",
    "guardduty.GetDetector",
    &["guardduty:GetDetector"],
    Times::about(1, Unit::Region, ONE_DETECTOR),
);
const ADMINISTRATOR: AllowedOperation = guardduty_read(
    "GetAdministratorAccount",
    "guardduty.GetAdministratorAccount",
    &["guardduty:GetAdministratorAccount"],
    Times::about(1, Unit::Region, ONE_DETECTOR),
);
const PLANS: AllowedOperation = guardduty_read(
    "ListMalwareProtectionPlans",
    "guardduty.ListMalwareProtectionPlans",
    &["guardduty:ListMalwareProtectionPlans"],
    Times::about(1, Unit::Region, "one page"),
);
const PLAN: AllowedOperation = guardduty_read(
    "GetMalwareProtectionPlan",
    "guardduty.GetMalwareProtectionPlan",
    &["guardduty:GetMalwareProtectionPlan"],
    Times::seldom("only for buckets with malware protection"),
);

pub(super) const OPERATIONS: &[AllowedOperation] = &[DETECTORS, DETECTOR, ADMINISTRATOR, PLANS, PLAN];

/// With this code GuardDuty says that a plan is no longer there (GuardDuty API Reference, `GetMalwareProtectionPlan`).
const NO_PLAN: [&str; 1] = ["ResourceNotFoundException"];

/// How many detectors and plans are asked for at the same time.
const AT_ONCE: usize = 8;

pub(super) async fn read(reader: &ServiceRead<'_>) -> GuardDuty {
    let region = &Region {
        reader,
        client: reader.session.guardduty(reader.region),
    };
    let (detectors, malware_protection_plans) = futures::join!(region.detectors(), region.plans());
    GuardDuty {
        detectors,
        malware_protection_plans,
    }
}

/// One region as it is read.
struct Region<'read> {
    reader: &'read ServiceRead<'read>,
    client: aws_sdk_guardduty::Client,
}

impl Region<'_> {
    async fn detectors(&self) -> Evidence<Vec<Detector>> {
        let listed = list(|token| async move {
            let answer = self.client.list_detectors().set_next_token(token).send().await;
            observe(
                DETECTORS.operation(),
                &[],
                answer,
                self.reader.context.now(),
                |output| {
                    let missing = Malformed("the answer holds no list of detectors");
                    Ok(Some(Listed {
                        entries: output.detector_ids.ok_or(missing)?,
                        next: output.next_token,
                    }))
                },
            )
        })
        .await;
        let Evidence { observed, source } = listed;
        let ids = match observed {
            Observed::Present(ids) => ids,
            Observed::Absent => return Evidence::absent(source),
            Observed::Gap(gap) => return Evidence::gap(gap, source),
        };
        let detectors = stream::iter(ids)
            .map(|id| {
                async move {
                    let (configuration, administrator) = futures::join!(self.detector(&id), self.administrator(&id));
                    Detector {
                        id,
                        configuration,
                        administrator,
                    }
                }
                .boxed()
            })
            .buffered(AT_ONCE)
            .collect()
            .await;
        Evidence::present(detectors, source)
    }

    #[expect(
        deprecated,
        reason = "the older form is what a detector without features in its answer tells of S3"
    )]
    async fn detector(&self, id: &str) -> Evidence<DetectorConfiguration> {
        observe(
            DETECTOR.operation(),
            &[],
            self.client.get_detector().detector_id(id).send().await,
            self.reader.context.now(),
            |output| {
                let status = output
                    .status
                    .as_ref()
                    .map(aws_sdk_guardduty::types::DetectorStatus::as_str);
                // The SDK puts a word of its own in the place of a status that is missing.
                let status = status
                    .filter(|word| matches!(*word, "ENABLED" | "DISABLED"))
                    .ok_or(Malformed("the detector does not say whether it is enabled"))?;
                let s3_logs = output.data_sources.and_then(|sources| sources.s3_logs);
                // AWS's model does not require the features; without them the detector has none, which can pass for no protection.
                let features = output.features.unwrap_or_default().into_iter().map(feature);
                Ok(Some(DetectorConfiguration {
                    status: status.to_owned(),
                    finding_publishing_frequency: output
                        .finding_publishing_frequency
                        .map(|word| word.as_str().to_owned()),
                    created_at: output.created_at,
                    updated_at: output.updated_at,
                    s3_logs: s3_logs
                        .and_then(|logs| logs.status)
                        .map(|word| word.as_str().to_owned()),
                    features: features.collect::<Result<_, _>>()?,
                }))
            },
        )
    }

    async fn administrator(&self, detector: &str) -> Evidence<GuardDutyAdministrator> {
        observe(
            ADMINISTRATOR.operation(),
            &[],
            self.client
                .get_administrator_account()
                .detector_id(detector)
                .send()
                .await,
            self.reader.context.now(),
            |output| {
                // An account that administers itself or others is answered without content (GuardDuty API Reference,
                // `GetAdministratorAccount`), of which the SDK makes an administrator without any member.
                let found = output.administrator.and_then(|found| {
                    found.account_id.map(|account| GuardDutyAdministrator {
                        account,
                        relationship_status: found.relationship_status,
                    })
                });
                Ok(found)
            },
        )
    }

    async fn plans(&self) -> Evidence<Vec<MalwareProtectionPlan>> {
        let listed = list(|token| async move {
            let answer = self
                .client
                .list_malware_protection_plans()
                .set_next_token(token)
                .send()
                .await;
            observe(PLANS.operation(), &[], answer, self.reader.context.now(), |output| {
                // AWS's model does not require the list, so that an empty one may be left out; without a plan nothing is
                // protected, so that a lost list could only make less of a bucket's protection.
                let plans = output.malware_protection_plans.unwrap_or_default().into_iter();
                let ids = plans.map(|plan| {
                    plan.malware_protection_plan_id
                        .ok_or(Malformed("a plan of malware protection has no id"))
                });
                Ok(Some(Listed {
                    entries: ids.collect::<Result<_, _>>()?,
                    next: output.next_token,
                }))
            })
        })
        .await;
        let Evidence { observed, source } = listed;
        let mut ids: Vec<String> = match observed {
            Observed::Present(ids) => ids,
            Observed::Absent => return Evidence::absent(source),
            Observed::Gap(gap) => return Evidence::gap(gap, source),
        };
        ids.sort();
        let plans = stream::iter(ids)
            .map(|id| {
                async move {
                    let configuration = self.plan(&id).await;
                    MalwareProtectionPlan { id, configuration }
                }
                .boxed()
            })
            .buffered(AT_ONCE)
            .collect()
            .await;
        Evidence::present(plans, source)
    }

    async fn plan(&self, id: &str) -> Evidence<MalwareProtection> {
        let request = self.client.get_malware_protection_plan();
        observe(
            PLAN.operation(),
            &NO_PLAN,
            request.malware_protection_plan_id(id).send().await,
            self.reader.context.now(),
            |output| {
                let bucket = output.protected_resource.and_then(|resource| resource.s3_bucket);
                let (bucket, prefixes) =
                    bucket.map_or((None, None), |found| (found.bucket_name, found.object_prefixes));
                let reasons = output.status_reasons.unwrap_or_default().into_iter();
                let reasons = reasons.map(|reason| MalwareProtectionReason {
                    code: reason.code,
                    message: reason.message,
                });
                let tagging = output.actions.and_then(|actions| actions.tagging);
                Ok(Some(MalwareProtection {
                    arn: output.arn.ok_or(Malformed("the plan has no ARN"))?,
                    status: output
                        .status
                        .ok_or(Malformed("the plan does not say whether it works"))?
                        .as_str()
                        .to_owned(),
                    status_reasons: reasons.collect(),
                    bucket,
                    prefixes: prefixes.unwrap_or_default(),
                    tagging: tagging
                        .and_then(|tagging| tagging.status)
                        .map(|word| word.as_str().to_owned()),
                    role: output.role,
                    created_at: output.created_at.as_ref().and_then(timestamp),
                }))
            },
        )
    }
}

fn feature(found: aws_sdk_guardduty::types::DetectorFeatureConfigurationResult) -> Result<DetectorFeature, Malformed> {
    let lack = Malformed("a feature of the detector lacks its name or status");
    let (Some(name), Some(status)) = (found.name, found.status) else {
        return Err(lack);
    };
    Ok(DetectorFeature {
        name: name.as_str().to_owned(),
        status: status.as_str().to_owned(),
        updated_at: found.updated_at.as_ref().and_then(timestamp),
        managed_by: found.managed_by.map(|word| word.as_str().to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_guardduty::types::{DetectorFeatureConfigurationResult, DetectorFeatureResult, FeatureStatus};

    use super::*;

    #[test]
    fn a_feature_without_a_status_is_not_taken_for_one_that_is_off() {
        let whole = DetectorFeatureConfigurationResult::builder()
            .name(DetectorFeatureResult::S3DataEvents)
            .status(FeatureStatus::Disabled)
            .build();
        assert_eq!(feature(whole).expect("whole").status, "DISABLED");
        let broken = DetectorFeatureConfigurationResult::builder()
            .name(DetectorFeatureResult::S3DataEvents)
            .build();
        assert!(feature(broken).is_err());
    }
}
