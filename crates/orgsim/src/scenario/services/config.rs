//! AWS Config as an account has it in each of its regions.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// AWS Config in the regions where it is used; everywhere else there is nothing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// By the region's name.
    pub regions: BTreeMap<String, ConfigRegion>,
}

/// AWS Config in one region.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConfigRegion {
    /// The customer managed recorder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorder: Option<ConfigRecorder>,
    /// The delivery channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<ConfigChannel>,
    /// Rules, whatever they are about.
    pub rules: Vec<ConfigRule>,
}

/// A recorder and how it is doing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConfigRecorder {
    /// Its name.
    pub name: String,
    /// Whether recorders have ARNs yet, as older ones may not be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// Its role's ARN.
    pub role_arn: String,
    /// Whether it records every supported type.
    pub all_supported: bool,
    /// Whether it records the global types of IAM.
    pub include_global: bool,
    /// The types that it records.
    pub resource_types: Vec<String>,
    /// The types that it leaves out.
    pub excluded_types: Vec<String>,
    /// Its strategy; recorders of old have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<String>,
    /// How often it records; recorders of old do not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency: Option<String>,
    /// Types that are recorded once a day.
    pub daily_types: Vec<String>,
    /// Who pays, where AWS says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Whether it records.
    pub is_recording: bool,
    /// How the last recording went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_status: Option<String>,
    /// Code and message of what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<(String, String)>,
    /// When it was last started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it was last stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<Timestamp>,
}

/// A delivery channel and how its deliveries go.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConfigChannel {
    /// Its name.
    pub name: String,
    /// The bucket.
    pub bucket: String,
    /// The prefix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// The key's ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_arn: Option<String>,
    /// The topic's ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic_arn: Option<String>,
    /// How often a snapshot is delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_frequency: Option<String>,
    /// Code and message for which the history cannot be delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_error: Option<(String, String)>,
    /// Code and message for which the topic cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_error: Option<(String, String)>,
    /// When deliveries were last tried; a channel that delivered nothing yet has no times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempted_at: Option<Timestamp>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConfigRule {
    /// Its name.
    pub name: String,
    /// The end of its id and ARN (`config-rule-…`).
    pub id: String,
    /// `AWS`, `CUSTOM_LAMBDA` or `CUSTOM_POLICY`.
    pub owner: String,
    /// What it evaluates; none for a rule in the Guard language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Its state.
    pub state: String,
    /// The service that created it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// Its parameters, JSON in a string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<String>,
    /// How often it evaluates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency: Option<String>,
    /// `DETECTIVE`, `PROACTIVE`.
    pub modes: Vec<String>,
    /// `EXTERNAL` or `INTERNAL`, where AWS says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<String>,
    /// The resource types to which it is limited.
    pub scope_types: Vec<String>,
    /// Key and value of the tag to which it is limited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope_tag: Option<(String, String)>,
    /// What it found.
    pub evaluations: Vec<ConfigEvaluation>,
}

/// What a rule found of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigEvaluation {
    /// The resource's type.
    pub resource_type: String,
    /// Its id.
    pub resource_id: String,
    /// What was found.
    pub compliance: String,
    /// When.
    pub recorded_at: Timestamp,
    /// What the rule wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotation: Option<String>,
}
