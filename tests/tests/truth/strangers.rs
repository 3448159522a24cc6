//! What a generated organization may lack of the relations between its buckets and others, added by hand.

use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{
    AccountState, Bucket, CloudFrontBehavior, CloudFrontDistribution, CloudFrontOrigin, Logging, NotificationTarget,
    Notifications, ObjectFilter, Policy, Replication, ReplicationRule, Status, Toggle, Trail, Versioning,
};

use crate::relations::Place;
use crate::verdicts::as_in_effect;

/// An account outside every generated organization.
const STRANGER: &str = "464622532012";

/// Adds an open bucket with access logs and a trail's log files, a trail that delivers to a closed one, a log target that keeps
/// versions, a bucket that sends copies and events to a stranger, one whose copies go to nobody, and a distribution whose bucket
/// is gone.
pub(crate) fn by_hand(scenario: &mut Scenario) {
    // The first account whose buckets anybody can open, when nothing but the organization keeps them closed.
    for at in 0..scenario.accounts.len() {
        let mut trial = scenario.clone();
        let account = &mut trial.accounts[at];
        account.public_access_block = None;
        let joined = account.joined_at;
        account.buckets.push(open_bucket("truth-in-the-open", joined));
        let trails = &mut account.services.cloudtrail.trails;
        trails.push(trail("truth-in-the-open", "truth-in-the-open", "eu-west-1"));
        account.buckets.push(Bucket {
            logging: Some(logging_to("truth-in-the-open")),
            ..Bucket::bare("truth-logs-in-the-open", "eu-west-1", joined)
        });
        let in_effect = as_in_effect(trial.clone());
        let account = &in_effect.accounts[at];
        let bucket = account.buckets.iter().find(|bucket| bucket.name == "truth-in-the-open");
        let place = Place {
            scenario: &in_effect,
            account,
        };
        if account.state == AccountState::Active && place.is_public(bucket.expect("it was made")) {
            *scenario = trial;
            break;
        }
    }
    let account = scenario.accounts.last_mut().expect("an account");
    let trails = &mut account.services.cloudtrail.trails;
    trails.push(trail("truth-behind-doors", "truth-by-hand-0", "eu-west-1"));
    let joined = account.joined_at;
    let bare = |name: &str| Bucket::bare(name, "eu-west-1", joined);
    account.buckets.push(Bucket {
        replication: Some(copying("truth-strangers-bucket", Some(STRANGER))),
        notifications: Some(Notifications {
            functions: vec![NotificationTarget {
                id: "copy".to_owned(),
                arn: format!("arn:aws:lambda:eu-west-1:{STRANGER}:function:copy"),
                events: vec!["s3:ObjectCreated:*".to_owned()],
                prefix: None,
            }],
            ..Notifications::default()
        }),
        ..bare("truth-leads-out")
    });
    account.buckets.push(Bucket {
        replication: Some(copying("truth-gone", None)),
        logging: Some(logging_to("truth-leads-home")),
        ..bare("truth-leads-nowhere")
    });
    account.buckets.push(Bucket {
        replication: Some(copying("truth-leads-out", None)),
        versioning: Some(Versioning {
            status: Status::Enabled,
            mfa_delete: None,
        }),
        ..bare("truth-leads-home")
    });
    let distributions = &mut account.services.cloudfront.distributions;
    distributions.push(distribution("ETRUTHGONE", "truth-gone.s3.eu-west-1.amazonaws.com"));
    let account = &mut scenario.accounts[0];
    if let Some(bucket) = account.buckets.first() {
        let host = format!("{}.s3.amazonaws.com", bucket.name);
        let distributions = &mut account.services.cloudfront.distributions;
        distributions.push(distribution("ETRUTHTHERE", &host));
    }
}

/// A bucket that everyone reads.
fn open_bucket(name: &str, created_at: jiff::Timestamp) -> Bucket {
    let statement = serde_json::json!({"Sid": "PublicReadGetObject", "Effect": "Allow", "Principal": "*",
        "Action": "s3:GetObject", "Resource": format!("arn:aws:s3:::{name}/*")});
    Bucket {
        policy: Some(Policy {
            document: serde_json::json!({"Version": "2012-10-17", "Statement": [statement]}).to_string(),
            is_public: true,
        }),
        ..Bucket::bare(name, "eu-west-1", created_at)
    }
}

fn logging_to(target: &str) -> Logging {
    Logging {
        target_bucket: target.to_owned(),
        target_prefix: "logs/".to_owned(),
        target_grants: Vec::new(),
        key_format: None,
    }
}

/// A trail that delivers to a bucket and has stopped.
pub(crate) fn trail(name: &str, bucket: &str, region: &str) -> Trail {
    Trail {
        name: name.to_owned(),
        region: region.to_owned(),
        is_multi_region: false,
        is_organization_trail: false,
        bucket: bucket.to_owned(),
        prefix: None,
        validates_log_files: false,
        logs_global_services: false,
        kms_key: None,
        log_group_arn: None,
        log_group_role_arn: None,
        topic_arn: None,
        status: s3attest_orgsim::scenario::TrailStatus::default(),
        selectors: None,
        insights: Vec::new(),
    }
}

fn copying(destination: &str, owner: Option<&str>) -> Replication {
    Replication {
        role: "arn:aws:iam::111111111111:role/replication".to_owned(),
        rules: vec![ReplicationRule {
            id: "all".to_owned(),
            status: Toggle::Enabled,
            priority: None,
            filter: ObjectFilter::default(),
            destination_bucket: destination.to_owned(),
            destination_account: owner.map(str::to_owned),
            replica_kms_key: None,
            delete_markers: None,
        }],
    }
}

fn distribution(id: &str, host: &str) -> CloudFrontDistribution {
    CloudFrontDistribution {
        id: id.to_owned(),
        enabled: true,
        aliases: Vec::new(),
        origins: vec![CloudFrontOrigin {
            id: "bucket".to_owned(),
            domain_name: host.to_owned(),
            path: String::new(),
            s3_access_identity: Some(String::new()),
            access_control_id: String::new(),
            custom_protocol_policy: None,
        }],
        default_behavior: CloudFrontBehavior {
            path_pattern: None,
            target_origin_id: "bucket".to_owned(),
            viewer_protocol_policy: "https-only".to_owned(),
            allowed_methods: vec!["HEAD".to_owned(), "GET".to_owned()],
            key_groups: Vec::new(),
        },
        behaviors: Vec::new(),
        acm_certificate: None,
        minimum_protocol_version: "TLSv1".to_owned(),
        web_acl_id: String::new(),
        logging: None,
        default_root_object: String::new(),
    }
}
