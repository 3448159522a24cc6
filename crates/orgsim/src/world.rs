//! The pure core: a scenario that answers requests.
//!
//! The time since the start is passed in with every request; sockets, sleeping and the like belong to the transports. There
//! is no lock on the way of an ordinary request.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use jiff::Timestamp;

use crate::answer::{Answer, Response};
use crate::caller::Caller;
use crate::faults::{FaultPlan, Target};
use crate::hash;
use crate::identity::{AccessKeyId, CredentialScope, Credentials, Sessions, secret};
use crate::ledger::{Ledger, LedgerEntry, LedgerMode, Outcome};
use crate::pacing::TokenBucket;
use crate::permissions::refusal;
use crate::protocol::route::{Routed, Unknown, header, route};
use crate::protocol::{Failure, Protocol, RequestId, Success, render_failure, render_success};
use crate::refreshes::Refreshes;
use crate::refusals;
use crate::scenario::{FaultKind, Latency, RateLimits, RegionStatus, Scenario, ScenarioError};
use crate::services::{Call, Found, SERVICES};

#[derive(Debug)]
struct AccountState {
    number: u64,
    user_arn: String,
    canonical_id: String,
    faults: Vec<usize>,
    latency: Latency,
    rate_limits: RateLimits,
    /// One bucket a service and region; empty when nothing is limited.
    pace: Vec<TokenBucket>,
    /// Whether each of the scenario's regions is on, in their order.
    regions: Vec<RegionStatus>,
    /// How often IAM was asked to make a credential report.
    report_requests: AtomicU32,
}

/// A scenario that answers requests.
#[derive(Debug)]
pub struct World {
    scenario: Scenario,
    accounts: Vec<AccountState>,
    by_number: HashMap<u64, usize>,
    buckets: HashMap<String, (usize, usize)>,
    regions: HashMap<String, usize>,
    /// Where each service's operations begin in the ledger.
    first_operation: Vec<usize>,
    plan: FaultPlan,
    sessions: Sessions,
    refreshes: Refreshes,
    ledger: Ledger,
    started_at: Timestamp,
    origin: Instant,
}

impl World {
    /// Sets a scenario up. `started_at` is the wall-clock time at which the clock of the world stands at zero; it shows in
    /// the expiry of credentials, so pass the present time when real clients will call.
    pub fn new(mut scenario: Scenario, started_at: Timestamp, mode: LedgerMode) -> Result<Self, ScenarioError> {
        scenario.check()?;
        for account in &mut scenario.accounts {
            account
                .buckets
                .sort_unstable_by(|left, right| left.name.cmp(&right.name));
        }
        let plan = FaultPlan::new(&scenario.faults);
        let regions: HashMap<String, usize> = scenario
            .regions
            .iter()
            .map(|region| region.name.clone())
            .zip(0..)
            .collect();
        let mut accounts = Vec::with_capacity(scenario.accounts.len());
        let mut by_number = HashMap::with_capacity(scenario.accounts.len());
        let mut buckets = HashMap::new();
        for (at, account) in scenario.accounts.iter().enumerate() {
            let number: u64 = account
                .id
                .parse()
                .map_err(|_| ScenarioError::AccountId(account.id.clone()))?;
            by_number.insert(number, at);
            for (position, bucket) in account.buckets.iter().enumerate() {
                buckets.insert(bucket.name.clone(), (at, position));
            }
            let rate_limits = account.rate_limits.unwrap_or(scenario.rate_limits);
            let cells = if rate_limits == RateLimits::default() {
                0
            } else {
                SERVICES.len() * (regions.len() + 1)
            };
            let mut statuses: Vec<RegionStatus> = scenario.regions.iter().map(|region| region.status).collect();
            for region in &account.regions {
                statuses[regions[&region.name]] = region.status;
            }
            accounts.push(AccountState {
                number,
                user_arn: format!(
                    "arn:{}:iam::{}:user/{}",
                    scenario.partition, account.id, scenario.caller_user
                ),
                canonical_id: (0..4).fold(String::new(), |text, part| {
                    text + &format!("{:016x}", hash::of(part, [account.id.as_str()]))
                }),
                faults: plan.for_account(&account.id),
                latency: account.latency.unwrap_or(scenario.latency),
                rate_limits,
                pace: (0..cells).map(|_| TokenBucket::default()).collect(),
                regions: statuses,
                report_requests: AtomicU32::new(0),
            });
        }
        let mut first_operation = Vec::with_capacity(SERVICES.len());
        let mut operations = Vec::new();
        for service in SERVICES {
            first_operation.push(operations.len());
            operations.extend(
                service
                    .operations
                    .iter()
                    .map(|operation| (service.name, operation.name)),
            );
        }
        let ids = scenario.accounts.iter().map(|account| account.id.clone()).collect();
        Ok(Self {
            accounts,
            by_number,
            buckets,
            regions,
            first_operation,
            plan,
            sessions: Sessions::default(),
            refreshes: Refreshes::default(),
            ledger: Ledger::new(mode, ids, operations),
            started_at,
            origin: Instant::now(),
            scenario,
        })
    }

    /// The truth that this world answers from, its buckets in the order of their names.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// What was asked until now.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The time since the world was set up, for transports.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.origin.elapsed()
    }

    /// The scenario's calling credentials.
    #[must_use]
    pub fn caller_credentials(&self) -> Credentials {
        self.credentials(&self.scenario.caller_account)
            .expect("a checked scenario has its calling account")
    }

    /// Long-lived credentials of a user who may do everything in an account; `None` for an account that is not there.
    #[must_use]
    pub fn credentials(&self, account: &str) -> Option<Credentials> {
        self.account_by_id(account).map(|account| self.credentials_of(account))
    }

    pub(crate) fn user_arn(&self, account: usize) -> &str {
        &self.accounts[account].user_arn
    }

    pub(crate) fn credentials_of(&self, account: usize) -> Credentials {
        let number = self.accounts[account].number;
        let handle = hash::mix(number);
        let key = AccessKeyId {
            is_temporary: false,
            account: number,
            handle,
        };
        Credentials {
            access_key_id: key.text(),
            secret_access_key: secret(handle, 40),
            session_token: None,
        }
    }

    pub(crate) fn refreshes(&self) -> &Refreshes {
        &self.refreshes
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    pub(crate) fn account_by_id(&self, id: &str) -> Option<usize> {
        // The id has leading zeros, so its length is part of it.
        (id.len() == 12)
            .then(|| id.parse().ok())
            .flatten()
            .and_then(|number: u64| self.by_number.get(&number).copied())
    }

    pub(crate) fn account_number(&self, account: usize) -> u64 {
        self.accounts[account].number
    }

    pub(crate) fn canonical_id(&self, account: usize) -> &str {
        &self.accounts[account].canonical_id
    }

    /// Notes that IAM was asked to make a credential report, and gives how often it was.
    pub(crate) fn ask_for_report(&self, account: usize) -> u32 {
        self.accounts[account].report_requests.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// How often IAM was asked to make a credential report.
    pub(crate) fn reports_asked_for(&self, account: usize) -> u32 {
        self.accounts[account].report_requests.load(Ordering::Relaxed)
    }

    pub(crate) fn regions_of(&self, account: usize) -> impl Iterator<Item = (&str, RegionStatus)> {
        let names = self.scenario.regions.iter().map(|region| region.name.as_str());
        names.zip(self.accounts[account].regions.iter().copied())
    }

    pub(crate) fn time(&self, since_start: Duration) -> Timestamp {
        let nanoseconds = i128::try_from(since_start.as_nanos()).unwrap_or(i128::MAX);
        Timestamp::from_nanosecond(self.started_at.as_nanosecond().saturating_add(nanoseconds))
            .unwrap_or(Timestamp::MAX)
    }

    /// Answers a request that arrives `now` after the start.
    pub fn answer<B: AsRef<[u8]>>(&self, request: &Request<B>, now: Duration) -> Answer {
        let id = RequestId(self.ledger.number());
        let authorization = header(request.headers(), "authorization").unwrap_or_default();
        let Some(scope) = CredentialScope::parse(authorization) else {
            return self.refuse_unsigned(request, id);
        };
        match route(request, scope.service) {
            Ok(routed) => self.answer_routed(request, scope, routed, id, now),
            Err(unknown) => self.refuse_unknown(request, &unknown, id),
        }
    }

    fn answer_routed<B: AsRef<[u8]>>(
        &self,
        request: &Request<B>,
        scope: CredentialScope<'_>,
        routed: Routed<'_>,
        id: RequestId,
        now: Duration,
    ) -> Answer {
        let service = SERVICES[routed.service];
        let operation = &service.operations[routed.operation];
        let caller = self.identify(
            scope.access_key_id,
            header(request.headers(), "x-amz-security-token").is_some(),
        );
        let account = caller.as_ref().ok().map(|caller| caller.account);
        let (struck, outcome) = match &caller {
            Err(()) => (None, Err(refusals::unknown_credentials(service))),
            Ok(caller) => {
                let found = routed
                    .bucket
                    .and_then(|name| self.buckets.get(name))
                    .map(|&(owner, position)| Found {
                        owner,
                        account: &self.scenario.accounts[owner],
                        bucket: &self.scenario.accounts[owner].buckets[position],
                    });
                let mut call = Call {
                    world: self,
                    service,
                    operation,
                    caller,
                    region: scope.region,
                    bucket_name: routed.bucket,
                    found,
                    path: request.uri().path(),
                    query: request.uri().query().unwrap_or_default(),
                    headers: request.headers(),
                    body: request.body().as_ref(),
                    now,
                    struck: None,
                };
                self.decide(&mut call, routed.service)
            }
        };
        let kind = match &outcome {
            Ok(_) => Outcome::Success,
            Err(failure) if failure.is_throttle => Outcome::Throttle,
            Err(_) => Outcome::Failure,
        };
        let breaks = matches!(
            struck,
            Some(FaultKind::Stall | FaultKind::Reset | FaultKind::Truncated | FaultKind::Malformed)
        );
        self.ledger.count(
            account,
            self.first_operation[routed.service] + routed.operation,
            if breaks { Outcome::Failure } else { kind },
        );
        let code = outcome.as_ref().err().map(|failure| failure.code.clone());
        let (status, headers, body) = match outcome {
            Ok(success) => render_success(service.protocol, operation.name, success, id),
            Err(failure) => render_failure(service.protocol, failure, id),
        };
        if self.ledger.is_full() {
            let is_silent = matches!(struck, Some(FaultKind::Stall | FaultKind::Reset));
            self.ledger.record(LedgerEntry {
                number: id.0,
                at: now,
                account: account.map(|account| self.scenario.accounts[account].id.clone()),
                principal: caller.as_ref().ok().map(|caller| caller.arn(self).to_owned()),
                service: service.name,
                operation: operation.name,
                region: scope.region.to_owned(),
                bucket: routed.bucket.map(str::to_owned),
                question: hash::of_question(request),
                status: (!is_silent).then_some(status),
                code: code.map(std::borrow::Cow::into_owned),
            });
        }
        let response = Response {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers,
            // An answer to HEAD has no body, whatever its status.
            body: if *request.method() == Method::HEAD {
                Bytes::new()
            } else {
                body
            },
            delay: self.delay(account, id),
        };
        transmit(struck, response)
    }

    /// The account in the key, and the session behind a temporary one.
    fn identify(&self, access_key_id: &str, has_token: bool) -> Result<Caller, ()> {
        let key = AccessKeyId::parse(access_key_id).ok_or(())?;
        let account = *self.by_number.get(&key.account).ok_or(())?;
        if !key.is_temporary {
            return Ok(Caller { account, session: None });
        }
        let session = self
            .sessions
            .find(key.handle)
            .filter(|session| session.account == key.account && has_token)
            .ok_or(())?;
        Ok(Caller {
            account,
            session: Some(session),
        })
    }

    /// Whether a fault strikes the call, and what it is answered.
    fn decide(&self, call: &mut Call<'_>, service_at: usize) -> (Option<FaultKind>, Result<Success, Failure>) {
        let state = &self.accounts[call.caller.account];
        if let Some(limit) = state.rate_limits.of(call.service.name) {
            let region = self.regions.get(call.region).copied().unwrap_or(self.regions.len());
            let pace = &state.pace[service_at * (self.regions.len() + 1) + region];
            if !pace.take(limit, call.now) {
                return (None, Err(refusals::throttled(call.service)));
            }
        }
        let owner = (call.service.resource_account)(call).unwrap_or(call.caller.account);
        let struck = self.plan.strike(
            &self.accounts[owner].faults,
            &Target {
                account: &self.scenario.accounts[owner].id,
                service: call.service.name,
                operation: call.operation.name,
                region: call.region,
                bucket: call.bucket_name,
            },
        );
        call.struck = struck;
        (struck, self.outcome(call, struck))
    }

    fn outcome(&self, call: &Call<'_>, struck: Option<FaultKind>) -> Result<Success, Failure> {
        if let Some(failure) = struck.and_then(|kind| refusals::of_fault(kind, call)) {
            return Err(failure);
        }
        if call
            .caller
            .session
            .as_ref()
            .is_some_and(|session| session.expires_at <= call.now)
        {
            return Err(refusals::expired(call.service));
        }
        let region = self
            .regions
            .get(call.region)
            .map(|at| self.accounts[call.caller.account].regions[*at]);
        if !matches!(
            region,
            Some(RegionStatus::Enabled | RegionStatus::EnabledByDefault | RegionStatus::Disabling)
        ) {
            return Err(refusals::region_off(call.service));
        }
        (call.service.admit)(call)?;
        let action = call.operation.action;
        if let Some(FaultKind::Denied(refuser)) = struck {
            let action = if action.is_empty() { "sts:AssumeRole" } else { action };
            return Err(refusals::denied(
                call.service,
                refusal(refuser, call.caller.arn(self), action, &call.resource()),
            ));
        }
        if !action.is_empty()
            && let Err(refuser) = call.caller.may(self, action)
        {
            return Err(refusals::denied(
                call.service,
                refusal(refuser, call.caller.arn(self), action, &call.resource()),
            ));
        }
        (call.operation.answer)(call)
    }

    fn delay(&self, account: Option<usize>, id: RequestId) -> Duration {
        let latency = account.map_or(self.scenario.latency, |account| self.accounts[account].latency);
        let fixed = Duration::from_millis(u64::from(latency.fixed_milliseconds));
        if latency.jitter_milliseconds == 0 {
            return fixed;
        }
        let jitter = Duration::from_millis(u64::from(latency.jitter_milliseconds));
        let share = u32::try_from(hash::mix(id.0) & 0xFFFF).unwrap_or(0);
        fixed + jitter * share / 0xFFFF
    }

    fn refuse_unsigned<B>(&self, request: &Request<B>, id: RequestId) -> Answer {
        self.ledger
            .count_unknown(format!("(unsigned) {} {}", request.method(), request.uri().path()));
        let failure = Failure::new(403, "MissingAuthenticationToken", "Missing Authentication Token");
        respond(request.method(), render_failure(guess_protocol(request), failure, id))
    }

    fn refuse_unknown<B>(&self, request: &Request<B>, unknown: &Unknown, id: RequestId) -> Answer {
        self.ledger.count_unknown(unknown.what.clone());
        let failure = Failure::new(
            501,
            "NotImplemented",
            format!("the simulated organization does not offer {}", unknown.what),
        );
        let protocol = unknown
            .service
            .map_or_else(|| guess_protocol(request), |service| service.protocol);
        respond(request.method(), render_failure(protocol, failure, id))
    }
}

fn guess_protocol<B>(request: &Request<B>) -> Protocol {
    let content_type = header(request.headers(), "content-type").unwrap_or_default();
    if content_type.starts_with("application/x-amz-json-1.0") {
        Protocol::Json("1.0")
    } else if content_type.starts_with("application/cbor") {
        Protocol::RpcV2Cbor
    } else if header(request.headers(), "x-amz-target").is_some() {
        Protocol::Json("1.1")
    } else if content_type.starts_with("application/x-www-form-urlencoded") {
        Protocol::Query("")
    } else if content_type.starts_with("application/json") {
        Protocol::RestJson
    } else {
        Protocol::S3
    }
}

fn respond(method: &Method, (status, headers, body): (u16, HeaderMap, Bytes)) -> Answer {
    Answer::Respond(Response {
        status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        headers,
        body: if *method == Method::HEAD { Bytes::new() } else { body },
        delay: Duration::ZERO,
    })
}

/// What of an answer a fault lets through to the wire.
fn transmit(struck: Option<FaultKind>, mut response: Response) -> Answer {
    match struck {
        Some(FaultKind::Stall) => Answer::Stall,
        Some(FaultKind::Reset) => Answer::Reset { delay: response.delay },
        Some(FaultKind::Truncated) => Answer::Truncated {
            keep: response.body.len() / 2,
            response,
        },
        Some(FaultKind::Malformed) => {
            response.status = StatusCode::OK;
            response.body = Bytes::from_static(b"<{ this is neither XML nor JSON");
            Answer::Respond(response)
        }
        _ => Answer::Respond(response),
    }
}
