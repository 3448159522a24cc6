//! The sources of account services: what the evidence says is what the scenario says, and what boto3 reads from the same
//! server.
//!
//! One file a source. Each says in its own words what a service has to answer for a scenario ([`Truth`]); none of them calls
//! the code under test. The scripts in `tests/python/sources` say it once more with a client that nobody here wrote.

#![expect(clippy::print_stdout, reason = "a test says what it compared")]

mod access_analyzer;
mod access_grants;
mod access_points;
mod change_alarms;
mod cloudfront;
mod cloudtrail;
mod config;
mod effective_s3_policy;
mod faults;
mod guardduty;
mod harness;
mod iam;
mod keys;
mod left_out;
mod macie;
mod organization_policies;
mod s3_refusals;
mod shield;
mod special_buckets;
mod storage_lens;
mod topics;
mod trusted_advisor;

use harness::hold;
use s3attest_model::services::ServiceSource;

/// A test for every source: a match, so that none can be left out.
fn truth_of(source: ServiceSource) -> harness::Truth {
    match source {
        ServiceSource::EffectiveS3Policy => effective_s3_policy::truth,
        ServiceSource::Iam => iam::truth,
        ServiceSource::CloudFront => cloudfront::truth,
        ServiceSource::ChangeAlarms => change_alarms::truth,
        ServiceSource::CloudTrail => cloudtrail::truth,
        ServiceSource::OrganizationPolicies => unreachable!("it is read once for the run"),
        ServiceSource::Shield => shield::truth,
        ServiceSource::TrustedAdvisor => trusted_advisor::truth,
        ServiceSource::Topics => topics::truth,
        ServiceSource::Config => config::truth,
        ServiceSource::Keys => keys::truth,
        ServiceSource::AccessPoints => access_points::truth,
        ServiceSource::ObjectLambdaAccessPoints => access_points::object_lambda,
        ServiceSource::MultiRegionAccessPoints => access_points::multi_region,
        ServiceSource::AccessGrants => access_grants::truth,
        ServiceSource::StorageLens => storage_lens::truth,
        ServiceSource::DirectoryBuckets => special_buckets::directory,
        ServiceSource::TableBuckets => special_buckets::table,
        ServiceSource::VectorBuckets => special_buckets::vector,
        ServiceSource::AccessAnalyzer => access_analyzer::truth,
        ServiceSource::Macie => macie::truth,
        ServiceSource::GuardDuty => guardduty::truth,
    }
}

#[test]
fn every_source_says_what_the_scenario_says_and_what_boto3_reads() {
    // Keys are held beside the sources whose keys their truth knows.
    let all = ServiceSource::ALL.iter().copied();
    let sources: Vec<_> = all.filter(|source| *source != ServiceSource::Keys).collect();
    hold(&sources, truth_of);
}
