//! The configuration recorder of a region, which the checks on AWS Config start from.
//!
//! Of recorders only the customer managed one is known, of which a region has at most one.

use s3attest_model::services::{Config, ConfigRecorder};

use crate::trail::{Trail, Unknown};

/// The recorder; `None` when the region certainly has none.
pub(super) fn recorder_of<'a>(
    config: &'a Config,
    trail: &mut Trail<'a>,
) -> Result<Option<&'a ConfigRecorder>, Unknown<'a>> {
    Ok(trail.read(&config.recorders)?.and_then(|recorders| recorders.first()))
}

/// Whether a status has this name; AWS Config writes it in other capitals than its reference says.
pub(super) fn is(status: Option<&str>, name: &str) -> bool {
    status.is_some_and(|status| status.eq_ignore_ascii_case(name))
}

/// Why something failed, as AWS Config says it, for the end of a sentence.
pub(super) fn because(code: Option<&str>, message: Option<&str>) -> String {
    match (code, message) {
        (Some(code), Some(message)) => format!(" ({code}: {})", message.trim_end_matches('.')),
        (Some(said), None) | (None, Some(said)) => format!(" ({})", said.trim_end_matches('.')),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use s3attest_model::evidence::Evidence;
    use s3attest_model::services::{
        Config, ConfigDeliveryChannel, ConfigDeliveryChannelStatus, ConfigRecorder, ConfigRecorderStatus,
        ConfigRecordingGroup, ConfigRules,
    };

    use super::*;
    use crate::checks::scene::source;

    /// A region without any AWS Config, in which everything was read.
    pub(in crate::checks) fn nothing() -> Config {
        Config {
            recorders: Evidence::present(Vec::new(), source("config.DescribeConfigurationRecorders")),
            recorder_statuses: Evidence::present(Vec::new(), source("config.DescribeConfigurationRecorderStatus")),
            channels: Evidence::present(Vec::new(), source("config.DescribeDeliveryChannels")),
            channel_statuses: Evidence::present(Vec::new(), source("config.DescribeDeliveryChannelStatus")),
            rules: Evidence::present(
                ConfigRules {
                    listed: 0,
                    about_s3: Vec::new(),
                },
                source("config.DescribeConfigRules"),
            ),
        }
    }

    /// A region with a recorder of everything that records well.
    pub(in crate::checks) fn recording() -> Config {
        with_group(Some(ConfigRecordingGroup {
            all_supported: true,
            include_global_resource_types: false,
            resource_types: Vec::new(),
            excluded_resource_types: Vec::new(),
            strategy: None,
        }))
    }

    /// A region whose recorder records this.
    pub(in crate::checks) fn with_group(group: Option<ConfigRecordingGroup>) -> Config {
        let recorder = ConfigRecorder {
            name: "default".to_owned(),
            arn: None,
            role_arn: None,
            group,
            mode: None,
            scope: None,
            service_principal: None,
        };
        with_status(
            Config {
                recorders: Evidence::present(vec![recorder], source("config.DescribeConfigurationRecorders")),
                ..nothing()
            },
            true,
            Some("SUCCESS"),
        )
    }

    /// The same with another status of the recorder.
    pub(in crate::checks) fn with_status(mut config: Config, recording: bool, last_status: Option<&str>) -> Config {
        let status = ConfigRecorderStatus {
            name: "default".to_owned(),
            recording,
            last_status: last_status.map(str::to_owned),
            last_error_code: None,
            last_error_message: None,
            started_at: None,
            stopped_at: None,
            status_changed_at: None,
        };
        config.recorder_statuses =
            Evidence::present(vec![status], source("config.DescribeConfigurationRecorderStatus"));
        config
    }

    /// The same with a delivery channel.
    pub(in crate::checks) fn with_channel(
        mut config: Config,
        channel: ConfigDeliveryChannel,
        status: Option<ConfigDeliveryChannelStatus>,
    ) -> Config {
        config.channels = Evidence::present(vec![channel], source("config.DescribeDeliveryChannels"));
        config.channel_statuses = Evidence::present(
            status.into_iter().collect(),
            source("config.DescribeDeliveryChannelStatus"),
        );
        config
    }

    #[test]
    fn what_aws_config_says_of_an_error_is_kept_in_brackets() {
        assert!(is(Some("SUCCESS"), "Success") && !is(None, "Success"));
        for (code, message, text) in [
            (Some("A"), Some("It broke."), " (A: It broke)"),
            (Some("A"), None, " (A)"),
            (None, None, ""),
        ] {
            assert_eq!(because(code, message), text);
        }
    }
}
