//! The exceptions of the small sample: one in force, one expired, one that goes by tags that are not known, one unused and
//! over-broad. Their texts mean harm.

use jiff::civil::date;
use s3attest_model::evidence::Operation;
use s3attest_model::exception::{
    AppliedException, AssessedExceptions, Exception, ExceptionEffect, ExceptionStanding, ExceptionTally, Selectors,
    Wanted,
};
use s3attest_model::finding::{EvidenceReference, EvidenceState, Finding, Resource, Verdict, VerdictCounts};

use super::catalogue::SUBJECTS;
use super::hostile::{DECEPTION, FORMULA, IMAGE, SCRIPT, long};
use super::parts;

/// The exceptions, each with its effect on a failed finding, the bucket and the check of that finding.
const ENTRIES: [(&str, ExceptionEffect, &str, &str); 4] = [
    (
        "media-logging",
        ExceptionEffect::Accepted,
        "media",
        "s3-bucket-access-logging",
    ),
    (
        "legacy-tags",
        ExceptionEffect::Expired,
        "Legacy_Logs",
        "s3-bucket-classification-tags",
    ),
    (
        "by-tag",
        ExceptionEffect::TagsUnknown,
        "legacy_logs",
        "s3-bucket-acl-disabled",
    ),
    ("nobody", ExceptionEffect::Accepted, "", ""),
];

fn exception(position: usize) -> Exception {
    let (id, effect, bucket, check) = ENTRIES[position];
    let exactly = |text: &str| (!text.is_empty()).then(|| Wanted::Exactly(text.to_owned()));
    let is_by_tag = effect == ExceptionEffect::TagsUnknown;
    Exception {
        id: id.to_owned(),
        line: u32::try_from(position).unwrap_or(0) * 9 + 1,
        selectors: Selectors {
            check: exactly(check),
            bucket: exactly(bucket).filter(|_| !is_by_tag),
            tag: is_by_tag.then(|| Wanted::Like(format!("{SCRIPT}={FORMULA}*"))),
            account: bucket.is_empty().then(|| Wanted::Like("1*".to_owned())),
            resource: None,
        },
        owner: [FORMULA, SCRIPT, "platform@example.com", IMAGE][position].to_owned(),
        reason: [&format!("{IMAGE}{DECEPTION}"), "=1+1", &long(), SCRIPT][position].to_owned(),
        ticket: ["@SUM(A1)", "SEC-1", "+1", IMAGE][position].to_owned(),
        expires: [date(2026, 6, 10), date(2026, 5, 27), date(2027, 5, 1), date(2027, 5, 1)][position],
        note: (position == 0).then(|| format!("{DECEPTION}{SCRIPT}")),
    }
}

/// The exception that stands beside a finding.
pub(super) fn beside(resource: &Resource, subject: usize, verdict: Verdict) -> Option<AppliedException> {
    let is_about = |(_, _, bucket, check): &(&str, ExceptionEffect, &str, &str)| {
        verdict == Verdict::Fail && resource.name() == *bucket && SUBJECTS[subject].id == *check
    };
    let position = ENTRIES.iter().position(is_about)?;
    let effect = ENTRIES[position].1;
    let exception = exception(position);
    let is_by_tag = effect == ExceptionEffect::TagsUnknown;
    Some(AppliedException {
        id: exception.id,
        effect,
        owner: exception.owner,
        reason: exception.reason,
        ticket: exception.ticket,
        expires: exception.expires,
        tags: is_by_tag.then(|| EvidenceReference {
            state: EvidenceState::Gap,
            source: parts::refused(&Operation::named("s3.GetBucketTagging"), 3, "AccessDenied"),
            of: None,
        }),
        gap: is_by_tag.then(|| parts::denial(&format!("User: {IMAGE} is not authorized"))),
    })
}

/// What became of the exceptions, counted from the findings.
pub(super) fn assessed(findings: &[Finding]) -> AssessedExceptions {
    let tally = |position: usize| {
        let exception = exception(position);
        let mut counts = VerdictCounts::default();
        let mut tags_unknown = 0;
        for finding in findings {
            let Some(beside) = finding.exception.as_ref().filter(|beside| beside.id == exception.id) else {
                continue;
            };
            match beside.effect {
                ExceptionEffect::Accepted => counts.add_with(Verdict::Fail, true),
                ExceptionEffect::Expired => counts.add(Verdict::Fail),
                ExceptionEffect::TagsUnknown => tags_unknown += 1,
            }
        }
        let is_broad = exception.selectors.check.is_none();
        counts.pass = if is_broad { 40 } else { 2 };
        ExceptionTally {
            standing: match position {
                0 => ExceptionStanding::ExpiresSoon,
                1 => ExceptionStanding::Expired,
                _ => ExceptionStanding::InForce,
            },
            counts,
            fails_again: if position == 1 { counts.fail } else { 0 },
            tags_unknown,
            resources: if is_broad { 1_234 } else { counts.fail },
            is_about_every_check: is_broad,
            is_partly_out_of_sight: false,
            exception,
        }
    };
    AssessedExceptions {
        file: format!("{SCRIPT}.toml"),
        digest: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae".to_owned(),
        as_of: date(2026, 5, 28),
        most_resources: 25,
        soon_days: 30,
        tallies: (0..ENTRIES.len()).map(tally).collect(),
    }
}
