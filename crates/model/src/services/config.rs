//! AWS Config in one region: what it records, where it delivers, and what its rules about S3 found.
//!
//! A rule here is a rule of AWS Config. Rules are told by the identifier of what they evaluate, never by their names, which
//! anybody may choose; those of conformance packs and of the organization stand among the others and say who created them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Facts, KeyReference};
use crate::evidence::{Evidence, Observed};
use crate::identifiers::RegionName;

/// A configuration recorder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigRecorder {
    /// Its name.
    pub name: String,
    /// Its ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// The role with which it reads resources.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// What it records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<ConfigRecordingGroup>,
    /// How often it records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<ConfigRecordingMode>,
    /// `INTERNAL` for what AWS records at its own cost, or `PAID`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The service to which a service-linked recorder belongs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_principal: Option<String>,
}

/// The resource types that a recorder records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigRecordingGroup {
    /// Whether every supported type is recorded, the global ones of IAM apart.
    pub all_supported: bool,
    /// Whether the global types of IAM are recorded too.
    pub include_global_resource_types: bool,
    /// The types that are recorded, where they are named one by one (`AWS::S3::Bucket`).
    pub resource_types: Vec<String>,
    /// The types that are left out.
    pub excluded_resource_types: Vec<String>,
    /// `ALL_SUPPORTED_RESOURCE_TYPES`, `INCLUSION_BY_RESOURCE_TYPES` or `EXCLUSION_BY_RESOURCE_TYPES`; recorders from before
    /// it existed have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategy: Option<String>,
}

/// How often a recorder records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigRecordingMode {
    /// `CONTINUOUS` or `DAILY`.
    pub frequency: String,
    /// The types for which it is otherwise.
    pub overrides: Vec<ConfigRecordingModeOverride>,
}

/// Resource types that are recorded more or less often than the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigRecordingModeOverride {
    /// What whoever set it wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The types.
    pub resource_types: Vec<String>,
    /// `CONTINUOUS` or `DAILY`.
    pub frequency: String,
}

/// How a recorder is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigRecorderStatus {
    /// The recorder's name.
    pub name: String,
    /// Whether it records.
    pub recording: bool,
    /// How its last recording went: `Pending`, `Success`, `Failure` or `NotApplicable`. The service writes it in capitals
    /// (`SUCCESS`), other than its reference says, so nothing may depend on the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_status: Option<String>,
    /// Why the last recording failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error_code: Option<String>,
    /// The same in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error_message: Option<String>,
    /// When it was last started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it was last stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<Timestamp>,
    /// When the last status changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_changed_at: Option<Timestamp>,
}

/// Where AWS Config delivers what it records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigDeliveryChannel {
    /// Its name.
    pub name: String,
    /// The bucket to which history and snapshots go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// The prefix in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// The ARN of the key with which they are encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key_arn: Option<String>,
    /// The topic that is told of changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic_arn: Option<String>,
    /// How often a snapshot is delivered (`TwentyFour_Hours`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot_frequency: Option<String>,
}

/// How a channel's deliveries go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigDeliveryChannelStatus {
    /// The channel's name.
    pub name: String,
    /// Snapshots to the bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<ConfigDelivery>,
    /// The history to the bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<ConfigDelivery>,
    /// Changes to the topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<ConfigDelivery>,
}

/// How the last delivery of one kind went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigDelivery {
    /// `Success`, `Failure` or `Not_Applicable`, in any case, as for a recorder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_status: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error_code: Option<String>,
    /// The same in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error_message: Option<String>,
    /// When it was last tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempted_at: Option<Timestamp>,
    /// When it last succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub succeeded_at: Option<Timestamp>,
    /// When it is due next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
    /// When the last status changed; only the deliveries to a topic say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_changed_at: Option<Timestamp>,
}

/// The rules of a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigRules {
    /// How many rules the region has, those about other things included.
    pub listed: usize,
    /// Those about S3, in the order of AWS's list.
    pub about_s3: Vec<ConfigRule>,
}

/// A rule about S3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigRule {
    /// Its name, which whoever made it chose.
    pub name: String,
    /// Its ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// Its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Who wrote what it evaluates: `AWS` for a managed rule.
    pub owner: String,
    /// What it evaluates (`S3_BUCKET_LOGGING_ENABLED`).
    pub source_identifier: String,
    /// `ACTIVE`, `DELETING`, `DELETING_RESULTS` or `EVALUATING`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The service that created it, such as that of conformance packs (`config-conforms.amazonaws.com`); none for a rule that
    /// the account made itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// Its parameters as JSON text, as AWS Config keeps them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_parameters: Option<String>,
    /// How often a periodic rule evaluates (`TwentyFour_Hours`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_execution_frequency: Option<String>,
    /// `DETECTIVE`, `PROACTIVE` or both.
    pub evaluation_modes: Vec<String>,
    /// `EXTERNAL`, or `INTERNAL` for a rule whose evaluations only the service that created it can read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation_visibility: Option<String>,
    /// What it is limited to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<ConfigRuleScope>,
    /// What it found, as far as it tells it to anybody.
    pub evaluations: Evidence<ConfigEvaluations>,
}

/// What a rule is limited to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigRuleScope {
    /// Types of resources.
    pub resource_types: Vec<String>,
    /// One resource of that type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// Resources with a tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag_key: Option<String>,
    /// And this value of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag_value: Option<String>,
    /// Resources that these services manage.
    pub service_principals: Vec<String>,
}

/// What a rule tells of what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfigEvaluations {
    /// What it found, resource by resource. A resource that was deleted since may still stand here.
    Told(Vec<ConfigEvaluation>),
    /// The rule is `INTERNAL`: AWS says in the list of rules that only the service that created it can read what it found
    /// (AWS Config API Reference, `ConfigRule`, `RuleEvaluationVisibility`). What that was is not known, and no permission
    /// would bring it.
    KeptByItsService,
}

/// What a rule found of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigEvaluation {
    /// The resource's type (`AWS::S3::Bucket`, `AWS::::Account`).
    pub resource_type: String,
    /// The resource's id: for a bucket its name.
    pub resource_id: String,
    /// `COMPLIANT`, `NON_COMPLIANT`, `NOT_APPLICABLE` or `INSUFFICIENT_DATA`.
    pub compliance: String,
    /// Whether it was found of a resource as it is (`DETECTIVE`) or as somebody wanted to make it (`PROACTIVE`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation_mode: Option<String>,
    /// When AWS Config recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<Timestamp>,
    /// When the rule was invoked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoked_at: Option<Timestamp>,
    /// What the rule wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotation: Option<String>,
}

/// What AWS Config says of one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// The customer managed recorder, of which a region has at most one; an empty list where there is none. Recorders that
    /// belong to a service are not listed by AWS unless the service is named.
    pub recorders: Evidence<Vec<ConfigRecorder>>,
    /// How it is doing; empty where there is no recorder.
    pub recorder_statuses: Evidence<Vec<ConfigRecorderStatus>>,
    /// The delivery channel, of which a region has at most one.
    pub channels: Evidence<Vec<ConfigDeliveryChannel>>,
    /// How its deliveries go; empty where there is no channel.
    pub channel_statuses: Evidence<Vec<ConfigDeliveryChannelStatus>>,
    /// The rules.
    pub rules: Evidence<ConfigRules>,
}

impl Facts for Config {
    fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = vec![
            Fact::new("", "configuration recorders", &self.recorders),
            Fact::new("", "recorder status", &self.recorder_statuses),
            Fact::new("", "delivery channels", &self.channels),
            Fact::new("", "delivery status", &self.channel_statuses),
            Fact::new("", "rules", &self.rules),
        ];
        if let Observed::Present(rules) = &self.rules.observed {
            let about_s3 = rules.about_s3.iter();
            facts.extend(about_s3.map(|rule| Fact::new(rule.name.as_str(), "evaluations", &rule.evaluations)));
        }
        facts
    }

    fn keys(&self) -> Vec<KeyReference> {
        let Observed::Present(channels) = &self.channels.observed else {
            return Vec::new();
        };
        // The channel of a region names its key by ARN (AWS Config API Reference, `DeliveryChannel`), which tells the region.
        let keys = channels.iter().filter_map(|channel| channel.kms_key_arn.as_deref());
        keys.filter_map(|key| {
            let region = RegionName::new(key.split(':').nth(3)?).ok()?;
            Some(KeyReference {
                region,
                key: key.to_owned(),
            })
        })
        .collect()
    }

    fn key_aspects(&self) -> &'static [&'static str] {
        &["delivery channels"]
    }

    fn topics(&self) -> Vec<String> {
        let Observed::Present(channels) = &self.channels.observed else {
            return Vec::new();
        };
        channels
            .iter()
            .filter_map(|channel| channel.topic_arn.clone())
            .collect()
    }

    fn topic_aspects(&self) -> &'static [&'static str] {
        &["delivery channels"]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Operation, Source};

    fn source() -> Source {
        Source::not_called(Operation::named("config.DescribeConfigRules"))
    }

    fn rule(name: &str) -> ConfigRule {
        ConfigRule {
            name: name.to_owned(),
            arn: None,
            id: None,
            owner: "AWS".to_owned(),
            source_identifier: "S3_BUCKET_VERSIONING_ENABLED".to_owned(),
            state: None,
            created_by: None,
            input_parameters: None,
            maximum_execution_frequency: None,
            evaluation_modes: Vec::new(),
            evaluation_visibility: None,
            scope: None,
            evaluations: Evidence::not_collected(Operation::named("config.GetComplianceDetailsByConfigRule")),
        }
    }

    fn config(channels: Vec<ConfigDeliveryChannel>) -> Config {
        Config {
            recorders: Evidence::present(Vec::new(), source()),
            recorder_statuses: Evidence::absent(source()),
            channels: Evidence::present(channels, source()),
            channel_statuses: Evidence::absent(source()),
            rules: Evidence::present(
                ConfigRules {
                    listed: 40,
                    about_s3: vec![rule("a"), rule("b")],
                },
                source(),
            ),
        }
    }

    #[test]
    fn every_rule_tells_of_its_evaluations() {
        let config = config(Vec::new());
        let facts = config.facts();
        assert_eq!(facts.len(), 7);
        assert_eq!((facts[6].subject.as_ref(), facts[6].aspect), ("b", "evaluations"));
        assert!(facts[6].gap().is_some());
    }

    #[test]
    fn the_key_of_a_channel_is_noted_with_the_region_of_its_arn() {
        let channel = |key: Option<&str>| ConfigDeliveryChannel {
            name: "default".to_owned(),
            bucket: None,
            prefix: None,
            kms_key_arn: key.map(str::to_owned),
            topic_arn: None,
            snapshot_frequency: None,
        };
        let arn = "arn:aws:kms:eu-west-1:111122223333:key/1";
        let keys = config(vec![channel(Some(arn)), channel(None)]).keys();
        assert_eq!(keys.len(), 1);
        assert_eq!((keys[0].region.as_str(), keys[0].key.as_str()), ("eu-west-1", arn));
    }
}
