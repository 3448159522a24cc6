//! A session in one account: its credentials, and its SDK clients, made when they are first needed.

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
    s3: Mutex<HashMap<RegionName, aws_sdk_s3::Client>>,
    s3_control: Mutex<HashMap<RegionName, aws_sdk_s3control::Client>>,
    account_management: Mutex<HashMap<RegionName, aws_sdk_account::Client>>,
}

/// The client of a region, made by `make` when there is none yet.
fn client_of<C: Clone>(clients: &Mutex<HashMap<RegionName, C>>, region: &RegionName, make: impl FnOnce() -> C) -> C {
    let mut clients = clients.lock().unwrap_or_else(PoisonError::into_inner);
    clients.entry(region.clone()).or_insert_with(make).clone()
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
            s3: Mutex::default(),
            s3_control: Mutex::default(),
            account_management: Mutex::default(),
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
        self.s3.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.s3_control.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.account_management
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// The S3 client of a region.
    ///
    /// Addresses are in path style: with the bucket in the host's name every bucket would cost a TLS handshake.
    #[must_use]
    pub fn s3(&self, region: &RegionName) -> aws_sdk_s3::Client {
        client_of(&self.s3, region, || {
            let configuration = configuration!(self, aws_sdk_s3, "S3", region)
                .force_path_style(true)
                .disable_s3_express_session_auth(true)
                .build();
            aws_sdk_s3::Client::from_conf(configuration)
        })
    }

    /// The S3 Control client of a region.
    #[must_use]
    pub fn s3_control(&self, region: &RegionName) -> aws_sdk_s3control::Client {
        client_of(&self.s3_control, region, || {
            aws_sdk_s3control::Client::from_conf(configuration!(self, aws_sdk_s3control, "S3 Control", region).build())
        })
    }

    /// The client of Account Management.
    #[must_use]
    pub fn account_management(&self, region: &RegionName) -> aws_sdk_account::Client {
        client_of(&self.account_management, region, || {
            aws_sdk_account::Client::from_conf(configuration!(self, aws_sdk_account, "Account", region).build())
        })
    }
}
