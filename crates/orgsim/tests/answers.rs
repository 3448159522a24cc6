//! The core by itself: what faults, rates, expiry and regions make of an answer, request by request and on a clock of ours.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use jiff::Timestamp;
use s3attest_orgsim::scenario::{Fault, FaultKind, Latency, RateLimit, RateLimits, Refuser, Region, RegionStatus};
use s3attest_orgsim::{Answer, Credentials, GeneratorOptions, LedgerMode, Response, Scenario, World};

fn scenario() -> Scenario {
    GeneratorOptions {
        accounts: 6,
        buckets_per_account: 6,
        regions: 2,
        role_name: "SecurityAudit".to_owned(),
        ..GeneratorOptions::default()
    }
    .generate()
}

fn world(change: impl FnOnce(&mut Scenario)) -> World {
    let mut scenario = scenario();
    change(&mut scenario);
    World::new(scenario, Timestamp::UNIX_EPOCH, LedgerMode::full()).expect("sound")
}

fn request(credentials: &Credentials, service: &str, region: &str, method: &str, path: &str) -> http::request::Builder {
    let mut builder = Request::builder().method(method).uri(path).header("host", "127.0.0.1").header(
        "authorization",
        format!(
            "AWS4-HMAC-SHA256 Credential={}/20261120/{region}/{service}/aws4_request, SignedHeaders=host, Signature=00",
            credentials.access_key_id
        ),
    );
    if let Some(token) = &credentials.session_token {
        builder = builder.header("x-amz-security-token", token);
    }
    builder
}

fn empty(builder: http::request::Builder) -> Request<Bytes> {
    builder.body(Bytes::new()).expect("a request")
}

fn respond(answer: Answer) -> Response {
    match answer {
        Answer::Respond(response) => response,
        other => panic!("an answer was expected, not {other:?}"),
    }
}

fn text(response: &Response) -> String {
    String::from_utf8_lossy(&response.body).into_owned()
}

/// A read of the first bucket of the second account, by a user of that account.
fn read(world: &World, subresource: &str) -> Request<Bytes> {
    let account = &world.scenario().accounts[1];
    let bucket = &account.buckets[0];
    let credentials = world.credentials(&account.id).expect("there");
    empty(request(
        &credentials,
        "s3",
        &bucket.region,
        "GET",
        &format!("/{}?{subresource}", bucket.name),
    ))
}

fn assume(world: &World, at: usize, seconds: u32) -> Response {
    let account = &world.scenario().accounts[at];
    let body = format!(
        "Action=AssumeRole&Version=2011-06-15&RoleSessionName=test&DurationSeconds={seconds}\
         &RoleArn=arn%3Aaws%3Aiam%3A%3A{}%3Arole%2FSecurityAudit",
        account.id
    );
    let builder = request(&world.caller_credentials(), "sts", "us-east-1", "POST", "/");
    respond(world.answer(&builder.body(Bytes::from(body)).expect("a request"), Duration::ZERO))
}

fn between<'text>(text: &'text str, before: &str, after: &str) -> &'text str {
    text.split_once(before)
        .and_then(|(_, rest)| rest.split_once(after))
        .map_or("", |(value, _)| value)
}

fn session(world: &World, at: usize, seconds: u32) -> Credentials {
    let response = assume(world, at, seconds);
    let text = text(&response);
    assert_eq!(response.status, 200, "{text}");
    Credentials {
        access_key_id: between(&text, "<AccessKeyId>", "<").to_owned(),
        secret_access_key: between(&text, "<SecretAccessKey>", "<").to_owned(),
        session_token: Some(between(&text, "<SessionToken>", "<").to_owned()),
    }
}

#[test]
fn every_fault_that_answers_has_its_status_and_code() {
    for (kind, status, code) in [
        (FaultKind::Throttled, 503, "SlowDown"),
        (FaultKind::InternalError, 500, "InternalError"),
        (FaultKind::ServiceUnavailable, 503, "ServiceUnavailable"),
        (FaultKind::ExpiredToken, 400, "ExpiredToken"),
        (FaultKind::RegionOff, 400, "InvalidToken"),
        (FaultKind::BucketDeleted, 404, "NoSuchBucket"),
        (FaultKind::NotImplemented, 501, "NotImplemented"),
        (FaultKind::Denied(Refuser::Unnamed), 403, "AccessDenied"),
    ] {
        let world = world(|scenario| scenario.faults = vec![Fault::everywhere(kind)]);
        let response = respond(world.answer(&read(&world, "acl"), Duration::ZERO));
        assert_eq!(response.status.as_u16(), status, "{kind:?}");
        assert!(
            text(&response).contains(&format!("<Code>{code}</Code>")),
            "{kind:?}: {}",
            text(&response)
        );
    }
}

#[test]
fn a_refusal_says_who_refused_in_the_words_of_aws() {
    for (refuser, words) in [
        (
            Refuser::IdentityPolicy,
            "because no identity-based policy allows the s3:GetEncryptionConfiguration action",
        ),
        (
            Refuser::IdentityPolicyDeny,
            "with an explicit deny in an identity-based policy",
        ),
        (
            Refuser::ResourcePolicy,
            "with an explicit deny in a resource-based policy",
        ),
        (
            Refuser::ServiceControlPolicy,
            "with an explicit deny in a service control policy",
        ),
        (
            Refuser::ResourceControlPolicy,
            "with an explicit deny in a resource control policy",
        ),
        (
            Refuser::SessionPolicy,
            "because no session policy allows the s3:GetEncryptionConfiguration action",
        ),
        (
            Refuser::PermissionsBoundary,
            "because no permissions boundary allows the s3:GetEncryptionConfiguration action",
        ),
    ] {
        let world = world(|scenario| scenario.faults = vec![Fault::everywhere(FaultKind::Denied(refuser))]);
        let text = text(&respond(world.answer(&read(&world, "encryption"), Duration::ZERO)));
        assert!(
            text.contains(
                "is not authorized to perform: s3:GetEncryptionConfiguration on resource: &quot;arn:aws:s3:::"
            )
        );
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn faults_of_the_wire_break_the_answer_and_nothing_else() {
    let struck = |kind| {
        let world = world(|scenario| scenario.faults = vec![Fault::everywhere(kind)]);
        world.answer(&read(&world, "acl"), Duration::ZERO)
    };
    assert!(matches!(struck(FaultKind::Stall), Answer::Stall));
    assert!(matches!(struck(FaultKind::Reset), Answer::Reset { .. }));
    let Answer::Truncated { response, keep } = struck(FaultKind::Truncated) else {
        panic!("not cut off")
    };
    assert!(keep > 0 && keep < response.body.len());
    let malformed = respond(struck(FaultKind::Malformed));
    assert_eq!(malformed.status, 200);
    assert!(!text(&malformed).contains("AccessControlPolicy"));
}

#[test]
fn a_denied_role_is_denied_and_its_account_untouched_otherwise() {
    let world = world(|scenario| {
        let account = Some(scenario.accounts[1].id.clone());
        scenario.faults = vec![Fault {
            account,
            ..Fault::everywhere(FaultKind::RoleDenied)
        }];
    });
    let denied = assume(&world, 1, 900);
    assert_eq!(denied.status, 403);
    assert!(text(&denied).contains("is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::"));
    assert_eq!(assume(&world, 2, 900).status, 200);
    assert_eq!(respond(world.answer(&read(&world, "acl"), Duration::ZERO)).status, 200);
}

#[test]
fn a_session_ends_when_its_time_is_over() {
    let world = world(|_| {});
    let credentials = session(&world, 1, 900);
    let list = || empty(request(&credentials, "s3", "us-east-1", "GET", "/"));
    assert_eq!(respond(world.answer(&list(), Duration::from_secs(899))).status, 200);
    let late = respond(world.answer(&list(), Duration::from_mins(15)));
    assert_eq!(late.status, 400);
    assert!(text(&late).contains("<Code>ExpiredToken</Code>"));
}

#[test]
fn temporary_credentials_without_their_token_are_unknown() {
    let world = world(|_| {});
    let credentials = Credentials {
        session_token: None,
        ..session(&world, 1, 900)
    };
    let list = empty(request(&credentials, "s3", "us-east-1", "GET", "/"));
    assert!(text(&respond(world.answer(&list, Duration::ZERO))).contains("InvalidAccessKeyId"));
}

#[test]
fn one_account_over_its_rate_costs_no_other_account_anything() {
    let world = world(|scenario| {
        scenario.accounts[1].rate_limits = Some(RateLimits {
            s3: Some(RateLimit {
                per_second: 1.0,
                burst: 2,
            }),
            ..RateLimits::default()
        });
    });
    let statuses: Vec<u16> = (0..4)
        .map(|_| {
            respond(world.answer(&read(&world, "acl"), Duration::ZERO))
                .status
                .as_u16()
        })
        .collect();
    assert_eq!(statuses, [200, 200, 503, 503]);
    assert_eq!(
        respond(world.answer(&read(&world, "acl"), Duration::from_secs(2))).status,
        200
    );
    let other = &world.scenario().accounts[2].id;
    let list = empty(request(
        &world.credentials(other).expect("there"),
        "s3",
        "us-east-1",
        "GET",
        "/",
    ));
    assert!((0..50).all(|_| respond(world.answer(&list, Duration::ZERO)).status == 200));
    let throttles: u64 = world.ledger().counts().iter().map(|count| count.throttles).sum();
    assert_eq!(throttles, 2);
}

#[test]
fn throttling_speaks_the_language_of_each_service() {
    let world = world(|scenario| scenario.faults = vec![Fault::everywhere(FaultKind::Throttled)]);
    let caller = world.caller_credentials();
    let form = |body: &'static str| {
        request(&caller, "sts", "us-east-1", "POST", "/")
            .body(Bytes::from_static(body.as_bytes()))
            .expect("a request")
    };
    let sts = respond(world.answer(&form("Action=GetCallerIdentity"), Duration::ZERO));
    assert_eq!(
        (sts.status.as_u16(), text(&sts).contains("<Code>Throttling</Code>")),
        (400, true)
    );
    let organizations = request(&caller, "organizations", "us-east-1", "POST", "/")
        .header("x-amz-target", "AWSOrganizationsV20161128.ListAccounts");
    let organizations = respond(world.answer(&empty(organizations), Duration::ZERO));
    assert_eq!(organizations.status, 400);
    assert!(text(&organizations).contains("TooManyRequestsException"));
    let account = respond(world.answer(
        &empty(request(&caller, "account", "us-east-1", "POST", "/listRegions")),
        Duration::ZERO,
    ));
    assert_eq!(account.status, 429);
    assert_eq!(account.headers["x-amzn-errortype"], "TooManyRequestsException");
}

#[test]
fn a_region_that_is_off_answers_nothing_else() {
    let world = world(|scenario| {
        let region = scenario.accounts[1].buckets[0].region.clone();
        scenario.accounts[1].regions.push(Region {
            name: region,
            status: RegionStatus::Disabled,
        });
    });
    let response = respond(world.answer(&read(&world, "acl"), Duration::ZERO));
    assert_eq!(response.status, 400);
    assert!(text(&response).contains("<Code>InvalidToken</Code>"));
}

#[test]
fn without_an_organization_the_service_says_so() {
    let world = world(|scenario| {
        scenario.organization = None;
        for account in &mut scenario.accounts {
            account.unit = None;
        }
    });
    let describe = request(&world.caller_credentials(), "organizations", "us-east-1", "POST", "/")
        .header("x-amz-target", "AWSOrganizationsV20161128.DescribeOrganization");
    let response = respond(world.answer(&empty(describe), Duration::ZERO));
    assert!(
        text(&response).contains("AWSOrganizationsNotInUseException"),
        "{}",
        text(&response)
    );
}

#[test]
fn what_is_not_offered_is_refused_and_remembered() {
    let world = world(|_| {});
    let caller = world.caller_credentials();
    let other = request(&caller, "textract", "us-east-1", "POST", "/").header("x-amz-target", "Textract.ListAdapters");
    assert_eq!(respond(world.answer(&empty(other), Duration::ZERO)).status, 501);
    let put = request(&caller, "s3", "us-east-1", "PUT", "/some-bucket?acl");
    assert_eq!(respond(world.answer(&empty(put), Duration::ZERO)).status, 501);
    let unsigned = Request::builder().uri("/").body(Bytes::new()).expect("a request");
    assert_eq!(respond(world.answer(&unsigned, Duration::ZERO)).status, 403);
    let unknown: Vec<String> = world.ledger().unknown_operations().into_keys().collect();
    assert_eq!(unknown, ["(unsigned) GET /", "s3 PUT /{bucket}?acl", "textract POST /"]);
}

#[test]
fn latency_is_fixed_or_jitters_by_the_number_of_the_request() {
    let delays = |latency| {
        let world = world(|scenario| scenario.latency = latency);
        (0..50)
            .map(|_| respond(world.answer(&read(&world, "acl"), Duration::ZERO)).delay)
            .collect::<Vec<_>>()
    };
    let fixed = Latency {
        fixed_milliseconds: 50,
        jitter_milliseconds: 0,
    };
    assert!(delays(fixed).iter().all(|delay| *delay == Duration::from_millis(50)));
    let jittered = Latency {
        jitter_milliseconds: 20,
        ..fixed
    };
    let first = delays(jittered);
    assert_eq!(first, delays(jittered));
    assert!(first.iter().all(|delay| (50..=70).contains(&delay.as_millis())));
    assert!(first.iter().collect::<BTreeSet<_>>().len() > 20);
}

#[test]
fn the_ledger_says_who_asked_what_and_what_came_of_it() {
    let world = world(|_| {});
    let credentials = session(&world, 1, 900);
    let account = &world.scenario().accounts[1];
    let bucket = &account.buckets[0];
    let get = request(
        &credentials,
        "s3",
        &bucket.region,
        "GET",
        &format!("/{}?acl", bucket.name),
    );
    respond(world.answer(&empty(get), Duration::from_secs(3)));
    let entries = world.ledger().entries();
    let entry = entries.last().expect("an entry");
    assert_eq!(
        (entry.service, entry.operation, entry.status),
        ("s3", "GetBucketAcl", Some(200))
    );
    assert_eq!(
        (entry.account.as_ref(), entry.bucket.as_ref()),
        (Some(&account.id), Some(&bucket.name))
    );
    assert_eq!(entry.at, Duration::from_secs(3));
    assert!(
        entry
            .principal
            .as_ref()
            .is_some_and(|arn| arn.ends_with("assumed-role/SecurityAudit/test"))
    );
    assert_eq!(world.ledger().calls("sts", "AssumeRole"), 1);
}
