//! A session in one account: its credentials, and its SDK clients, made when they are first needed.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::{Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use s3attest_model::identifiers::{AccountId, RegionName};

use crate::gateway::Shared;
use crate::role::RoleCredentials;

/// How long before their end credentials are renewed: longer than a request can wait for its turn.
const RENEW_BEFORE: Duration = Duration::from_mins(2);

/// A session in one account. Clients, credentials and lanes go when it goes.
pub struct AccountSession {
    shared: Arc<Shared>,
    account: AccountId,
    configuration: SdkConfig,
    /// The clients by their type and region, each made when it is first asked for.
    clients: Mutex<HashMap<(TypeId, RegionName), Box<dyn Any + Send + Sync>>>,
}

/// A service's client configuration for a session and region: paced, guarded, and with retries of its own.
///
/// The SDK keeps one retry quota for each service and region over the whole process unless told otherwise, so that one
/// throttled account would leave all others without retries.
macro_rules! configuration {
    ($session:expr, $sdk:ident, $service:literal, $region:expr) => {
        $sdk::config::Builder::from(&$session.configuration)
            .region(Region::new($region.to_string()))
            .http_client($session.shared.http.clone())
            .interceptor($session.shared.gatekeeper($service, &$session.account, $region))
            .retry_partition(
                $sdk::config::retry::RetryPartition::custom(format!("{}/{}/{}", $session.account, $service, $region))
                    .build(),
            )
    };
}

impl AccountSession {
    pub(crate) fn with_role(shared: Arc<Shared>, account: AccountId, credentials: RoleCredentials) -> Self {
        let configuration = shared
            .base
            .to_builder()
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            // A cache of its own: a shared one holds 64 accounts and then throws some out at random.
            .identity_cache(IdentityCache::lazy().buffer_time(RENEW_BEFORE).build())
            .build();
        Self::new(shared, account, configuration)
    }

    pub(crate) fn with_caller(shared: Arc<Shared>, account: AccountId) -> Self {
        let configuration = shared.base.clone();
        Self::new(shared, account, configuration)
    }

    fn new(shared: Arc<Shared>, account: AccountId, configuration: SdkConfig) -> Self {
        Self {
            shared,
            account,
            configuration,
            clients: Mutex::default(),
        }
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// Lets go of the clients, which are made again when they are needed: a session that waits for its turn keeps its
    /// credentials and little else.
    pub fn rest(&self) {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The client of a type and region, made by `make` when there is none yet.
    fn client_of<C: Clone + Send + Sync + 'static>(&self, region: &RegionName, make: impl FnOnce() -> C) -> C {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let client = clients
            .entry((TypeId::of::<C>(), region.clone()))
            .or_insert_with(|| Box::new(make()));
        client
            .downcast_ref::<C>()
            .expect("a client stands under its own type")
            .clone()
    }

    /// The S3 client of a region.
    ///
    /// Addresses are in path style: with the bucket in the host's name every bucket would cost a TLS handshake.
    #[must_use]
    pub fn s3(&self, region: &RegionName) -> aws_sdk_s3::Client {
        self.client_of(region, || {
            let configuration = configuration!(self, aws_sdk_s3, "S3", region)
                .force_path_style(true)
                .disable_s3_express_session_auth(true)
                .build();
            aws_sdk_s3::Client::from_conf(configuration)
        })
    }

    /// A client for the directory buckets of a region.
    ///
    /// The SDK sends what is about a directory bucket as a whole to the region's control endpoint, in path style, and signs it
    /// with the session's own credentials. Without the session authentication of such buckets nothing can ask for theirs,
    /// which would be an operation that hands out credentials.
    #[must_use]
    pub fn s3_express(&self, region: &RegionName) -> aws_sdk_s3::Client {
        let configuration = configuration!(self, aws_sdk_s3, "S3 Express", region)
            .disable_s3_express_session_auth(true)
            .build();
        aws_sdk_s3::Client::from_conf(configuration)
    }

    /// The S3 Control client of a region.
    #[must_use]
    pub fn s3_control(&self, region: &RegionName) -> aws_sdk_s3control::Client {
        self.client_of(region, || {
            aws_sdk_s3control::Client::from_conf(configuration!(self, aws_sdk_s3control, "S3 Control", region).build())
        })
    }
}

/// Clients of services that are read once for each account or region: one line a service. Each call makes a new one, which
/// goes with its reading, since an account has several hundred of them and they are not small.
macro_rules! clients {
    ($($(#[$attribute:meta])* $name:ident: $sdk:ident = $service:literal;)*) => {
        impl AccountSession {
            $($(#[$attribute])*
            #[must_use]
            pub fn $name(&self, region: &RegionName) -> $sdk::Client {
                $sdk::Client::from_conf(configuration!(self, $sdk, $service, region).build())
            })*
        }
    };
}

// The text is the service's name in the SDK's metadata, by which the guard knows it.
clients! {
    /// The client of Account Management.
    account_management: aws_sdk_account = "Account";
    /// The client of IAM Access Analyzer in a region.
    access_analyzer: aws_sdk_accessanalyzer = "AccessAnalyzer";
    /// The client of CloudFront.
    #[cfg(feature = "cloudfront")]
    cloudfront: aws_sdk_cloudfront = "CloudFront";
    /// The client of CloudTrail in a region.
    cloudtrail: aws_sdk_cloudtrail = "CloudTrail";
    /// The client of CloudWatch in a region.
    #[cfg(feature = "change-alarms")]
    cloudwatch: aws_sdk_cloudwatch = "CloudWatch";
    /// The client of CloudWatch Logs in a region.
    #[cfg(feature = "change-alarms")]
    cloudwatch_logs: aws_sdk_cloudwatchlogs = "CloudWatch Logs";
    /// The client of AWS Config in a region.
    #[cfg(feature = "config")]
    config_service: aws_sdk_config = "Config Service";
    /// The client of EventBridge in a region.
    #[cfg(feature = "change-alarms")]
    eventbridge: aws_sdk_eventbridge = "EventBridge";
    /// The client of GuardDuty in a region.
    #[cfg(feature = "guardduty")]
    guardduty: aws_sdk_guardduty = "GuardDuty";
    /// The client of IAM.
    #[cfg(feature = "iam")]
    iam: aws_sdk_iam = "IAM";
    /// The client of KMS in a region.
    kms: aws_sdk_kms = "KMS";
    /// The client of Macie in a region.
    #[cfg(feature = "macie")]
    macie: aws_sdk_macie2 = "Macie2";
    /// The client of Organizations, for what an account may ask about itself.
    organizations: aws_sdk_organizations = "Organizations";
    /// The client of S3 Tables in a region.
    s3_tables: aws_sdk_s3tables = "S3Tables";
    /// The client of S3 Vectors in a region.
    s3_vectors: aws_sdk_s3vectors = "S3Vectors";
    /// The client of Shield.
    shield: aws_sdk_shield = "Shield";
    /// The client of SNS in a region.
    sns: aws_sdk_sns = "SNS";
    /// The client of AWS Support.
    support: aws_sdk_support = "Support";
}
