//! Opening the gateway: the caller's credentials, the shared HTTP client, and the things that all sessions share.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::request_id::RequestId;
use aws_types::sdk_config::StalledStreamProtectionConfig;
use jiff::Timestamp;
use s3attest_model::account::Access;
use s3attest_model::evidence::{Evidence, GapCause};
use s3attest_model::identifiers::{AccountId, Partition, RegionName};
use s3attest_model::ledger::Ledger;
use s3attest_model::run::Caller;
use s3attest_model::text::SharedText;

use crate::connector::PacedClient;
use crate::error::GatewayError;
use crate::interceptor::Gatekeeper;
use crate::meter::Meter;
use crate::network::shared_client;
use crate::observe::{gap_of, innermost};
use crate::operations::{AllowedOperation, OperationTable, Times, Unit};
use crate::pacing::Pacer;
use crate::rates::RateLimits;
use crate::regions::enabled_by_default;
use crate::role::{RoleCredentials, RoleOptions, caller_access};
use crate::session::AccountSession;
use crate::session_policy::session_policy;

/// Tells the time. It is passed in, so that tests can stop it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The gateway's own calls.
pub const OWN_OPERATIONS: [AllowedOperation; 2] = [
    AllowedOperation {
        service: "STS",
        name: "GetCallerIdentity",
        label: "sts.GetCallerIdentity",
        actions: &[],
        class: "sts",
        in_session: false,
        times: Times::each(Unit::Run),
    },
    AllowedOperation {
        service: "STS",
        name: "AssumeRole",
        label: "sts.AssumeRole",
        actions: &["sts:AssumeRole"],
        class: "sts",
        in_session: false,
        times: Times::each(Unit::Account),
    },
];

/// A key of an identity without a session.
#[derive(Clone)]
pub struct AccessKey {
    /// The key's id.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

/// How the gateway is opened.
#[derive(Clone)]
pub struct GatewayOptions {
    /// The named profile of the caller's credentials; the environment's own choice when missing.
    pub profile: Option<String>,
    /// A key to start from instead of what the environment and the profiles say.
    pub access_key: Option<AccessKey>,
    /// The region whose STS endpoint is used and from which buckets are listed; the environment's own choice, or the
    /// partition's first region, when missing.
    pub region: Option<RegionName>,
    /// One endpoint for all services, instead of AWS's own.
    pub endpoint_url: Option<String>,
    /// The role that is assumed in each account.
    pub role: RoleOptions,
    /// The rates.
    pub rates: RateLimits,
    /// How many requests may be open at the same time over the whole run.
    pub open_requests: NonZeroU32,
    /// How long a request may go without an answer.
    pub answer_timeout: Duration,
    /// How often a request is tried at most.
    pub attempts: NonZeroU32,
    /// What may be called, the gateway's own calls aside.
    pub operations: Vec<AllowedOperation>,
    /// Tells the time.
    pub clock: Clock,
}

/// What all sessions share.
pub(crate) struct Shared {
    pub(crate) base: SdkConfig,
    pub(crate) http: PacedClient,
    pub(crate) table: Arc<OperationTable>,
    pub(crate) meter: Arc<Meter>,
    pub(crate) pacer: Pacer,
}

impl Shared {
    pub(crate) fn gatekeeper(&self, service: &str, account: &AccountId, region: &RegionName) -> Gatekeeper {
        Gatekeeper::new(
            &self.table,
            &self.meter,
            &self.pacer,
            service,
            account.as_str(),
            region.as_str(),
        )
    }
}

/// The only door to AWS.
pub struct Gateway {
    shared: Arc<Shared>,
    sts: aws_sdk_sts::Client,
    role: Arc<RoleOptions>,
    session_policy: Arc<str>,
    clock: Clock,
    caller: Caller,
    caller_request: (Timestamp, Option<SharedText>),
    partition: Partition,
    home_region: RegionName,
}

impl Gateway {
    /// Finds the caller's credentials and asks STS whose they are.
    pub async fn open(options: GatewayOptions) -> Result<Self, GatewayError> {
        Self::open_with(options, shared_client()).await
    }

    /// As [`Gateway::open`], over another HTTP client; a test brings one that needs no sockets.
    pub async fn open_with(options: GatewayOptions, http: SharedHttpClient) -> Result<Self, GatewayError> {
        let operations: Vec<AllowedOperation> = OWN_OPERATIONS.iter().chain(&options.operations).copied().collect();
        if let Some(without) = operations.iter().find(|each| options.rates.of(each.class).is_none()) {
            return Err(GatewayError::NoRate { class: without.class });
        }
        let session_policy: Arc<str> = session_policy(&operations)?.into();
        let base = base_configuration(&options, http.clone()).await;
        let table = Arc::new(OperationTable::new(&operations));
        let meter = Arc::new(Meter::new(&table));
        let pacer = Pacer::new(options.rates.clone(), options.open_requests);
        let http = PacedClient::new(http, Arc::clone(&pacer.open), Arc::clone(&meter));
        let shared = Arc::new(Shared {
            base,
            http,
            table,
            meter,
            pacer,
        });

        let sts_region = shared.base.region().map_or("us-east-1", Region::as_ref).to_owned();
        let sts_configuration = aws_sdk_sts::config::Builder::from(&shared.base)
            .region(Region::new(sts_region.clone()))
            .http_client(shared.http.clone())
            .interceptor(Gatekeeper::new(
                &shared.table,
                &shared.meter,
                &shared.pacer,
                "STS",
                "",
                "",
            ))
            .build();
        let sts = aws_sdk_sts::Client::from_conf(sts_configuration);

        let answer = sts
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| identity_error(&error, &sts_region))?;
        let caller_request = ((options.clock)(), answer.request_id().map(SharedText::from));
        let arn = answer.arn().unwrap_or_default().to_owned();
        let account =
            AccountId::new(answer.account().unwrap_or_default()).map_err(|invalid| GatewayError::UnknownCaller {
                detail: invalid.to_string(),
            })?;
        let partition = Partition::of_arn(&arn).ok_or_else(|| GatewayError::UnknownCaller {
            detail: format!("the ARN `{arn}` names no known partition"),
        })?;
        // A region that accounts have to switch on may be off in any of them.
        let home_region = shared
            .base
            .region()
            .and_then(|region| RegionName::new(region.as_ref()).ok())
            .filter(|region| enabled_by_default(partition).contains(region))
            .unwrap_or_else(|| first_region(partition));
        Ok(Self {
            shared,
            sts,
            role: Arc::new(options.role),
            session_policy,
            clock: options.clock,
            caller: Caller { account, arn },
            caller_request,
            partition,
            home_region,
        })
    }

    /// Whose credentials the gateway was opened with.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The partition of the caller, and so of everything that the run can see.
    #[must_use]
    pub fn partition(&self) -> Partition {
        self.partition
    }

    /// The region from which what is not bound to a region is asked.
    #[must_use]
    pub fn home_region(&self) -> &RegionName {
        &self.home_region
    }

    /// The region in which the partition's services live that have one endpoint only: IAM, Support, CloudFront, Shield.
    #[must_use]
    pub fn partition_region(&self) -> RegionName {
        first_region(self.partition)
    }

    /// The region of the partition's Organizations endpoint.
    #[must_use]
    pub fn organizations_region(&self) -> RegionName {
        RegionName::new(organizations_region(self.partition)).expect("the endpoints' regions are valid names")
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// What was called so far.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.shared.meter.ledger(&self.shared.table)
    }

    /// Throttling answers so far.
    #[must_use]
    pub fn throttles(&self) -> u64 {
        self.shared.meter.throttles()
    }

    /// Requests that left so far, retries included.
    #[must_use]
    pub fn attempts(&self) -> u64 {
        self.shared.meter.attempts()
    }

    /// A client of Organizations with the caller's credentials.
    #[must_use]
    pub fn organizations(&self) -> aws_sdk_organizations::Client {
        let region = organizations_region(self.partition);
        let configuration = aws_sdk_organizations::config::Builder::from(&self.shared.base)
            .region(Region::new(region))
            .http_client(self.shared.http.clone())
            .interceptor(Gatekeeper::new(
                &self.shared.table,
                &self.shared.meter,
                &self.shared.pacer,
                "Organizations",
                self.caller.account.as_str(),
                region,
            ))
            .build();
        aws_sdk_organizations::Client::from_conf(configuration)
    }

    /// Opens a session in an account: by the role, or, in the caller's own account, with the caller's credentials when the
    /// role cannot be assumed there. The evidence says which, or why neither was possible.
    pub async fn session(&self, account: &AccountId) -> (Evidence<Access>, Option<AccountSession>) {
        let credentials = RoleCredentials::new(
            self.sts.clone(),
            self.role.arn(self.partition, account),
            Arc::clone(&self.role),
            Arc::clone(&self.session_policy),
            Arc::clone(&self.clock),
        );
        let access = credentials.open().await;
        let Some(gap) = access.as_gap() else {
            let session = AccountSession::with_role(Arc::clone(&self.shared), account.clone(), credentials);
            return (access, Some(session));
        };
        // STS answers "denied" for a role that does not exist, so that nobody can find out which do.
        if *account == self.caller.account && gap.cause == GapCause::Denied {
            let (at, request) = &self.caller_request;
            let access = caller_access(&self.caller.arn, *at, request.clone());
            return (
                access,
                Some(AccountSession::with_caller(Arc::clone(&self.shared), account.clone())),
            );
        }
        (access, None)
    }
}

async fn base_configuration(options: &GatewayOptions, http: SharedHttpClient) -> SdkConfig {
    // The behaviour is pinned: `latest()` would change under the program with an update of the SDK.
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(http)
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(options.attempts.get())
                .with_initial_backoff(Duration::from_millis(300))
                .with_max_backoff(Duration::from_secs(10)),
        )
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(Duration::from_millis(3100))
                .read_timeout(options.answer_timeout)
                .build(),
        )
        // A request that waits for its turn sends nothing for a while, which the upload half would take for a stall.
        .stalled_stream_protection(StalledStreamProtectionConfig::enabled().upload_enabled(false).build());
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(key) = &options.access_key {
        loader = loader.credentials_provider(Credentials::new(&key.id, &key.secret, None, None, "s3attest-key"));
    }
    if let Some(region) = &options.region {
        loader = loader.region(Region::new(region.to_string()));
    }
    if let Some(url) = &options.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    loader.load().await
}

fn first_region_name(partition: Partition) -> &'static str {
    match partition {
        Partition::Aws => "us-east-1",
        Partition::AwsUsGov => "us-gov-west-1",
        Partition::AwsCn => "cn-north-1",
    }
}

/// One endpoint for each partition (AWS General Reference, "AWS Organizations endpoints and quotas").
fn organizations_region(partition: Partition) -> &'static str {
    match partition {
        Partition::AwsCn => "cn-northwest-1",
        Partition::Aws | Partition::AwsUsGov => first_region_name(partition),
    }
}

fn first_region(partition: Partition) -> RegionName {
    RegionName::new(first_region_name(partition)).expect("the first regions are valid names")
}

fn identity_error(
    error: &SdkError<
        aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError,
        aws_smithy_runtime_api::client::orchestrator::HttpResponse,
    >,
    region: &str,
) -> GatewayError {
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    let gap = gap_of(error);
    match (code, gap.cause) {
        (None, GapCause::CredentialsExpired) if nothing_was_found(error) => GatewayError::NoCredentials {
            detail: innermost(error),
        },
        (None, GapCause::CredentialsExpired) => GatewayError::UnavailableCredentials {
            detail: innermost(error),
        },
        (_, GapCause::CredentialsExpired) => GatewayError::ExpiredCredentials { detail: gap.detail },
        (
            Some(
                "InvalidClientTokenId" | "SignatureDoesNotMatch" | "UnrecognizedClientException" | "InvalidAccessKeyId",
            ),
            _,
        ) => GatewayError::InvalidCredentials {
            region: region.to_owned(),
            detail: gap.detail,
        },
        _ => GatewayError::Unreachable {
            region: region.to_owned(),
            detail: gap.detail,
        },
    }
}

/// Whether no source of credentials is configured at all.
fn nothing_was_found(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut at = Some(error);
    while let Some(each) = at {
        if let Some(credentials) = each.downcast_ref::<CredentialsError>() {
            return matches!(credentials, CredentialsError::CredentialsNotLoaded(_));
        }
        at = each.source();
    }
    false
}
