//! What to change first: the fixes that clear most of the failed findings that nobody accepts.
//!
//! A fix is a change of one kind: what a check asks for, made wherever it fails; or a setting of an account that decides
//! the findings of several checks there, made in each account that lacks it. Every finding belongs to one fix, so that
//! numbers may be added up. How often it has to be made, [`change`] counts. Only counts are held for each check, and for the
//! account that is passing by the regions that need a change; nothing for a finding, a bucket or an account.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::check::Severity;
use s3attest_model::finding::{Finding, Resource, Verdict};
use s3attest_model::identifiers::{AccountId, CheckId};
use serde::Serialize;

use super::book::Book;
use super::change::Changes;
use super::finding::severity_rank;
use super::places;
use super::words::{self, Mark};
use crate::remediation::{ACCOUNT_BLOCK, ACCOUNT_BLOCK_CAUTION};
use crate::text::share;

/// How many fixes the front page lists.
const FIXES: usize = 10;

/// A setting of an account on which findings of several checks hang, and all of them alone.
struct AccountSetting {
    title: &'static str,
    /// What has to be thought of before it is made.
    caution: &'static str,
    /// The check whose fail says that the account lacks the setting.
    check: &'static str,
    /// The checks that pass wherever their fails hang on it.
    clears: &'static [(&'static str, HangsOn)],
}

/// How findings of a check hang on a setting of their account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HangsOn {
    /// All of them do.
    It,
    /// Those for which this was asked of the account, and known; others hang on another account.
    Answer(&'static str),
}

/// The settings. A switch of Block Public Access is in effect for a bucket when the bucket or its account has it on
/// (Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage").
const SETTINGS: &[AccountSetting] = &[AccountSetting {
    title: "Turn on all four switches of Block Public Access for the account",
    caution: ACCOUNT_BLOCK_CAUTION,
    check: ACCOUNT_BLOCK,
    clears: &[
        ("s3-bucket-public-access-block", HangsOn::It),
        // For an access point the account of its bucket is asked, which need not be that of the access point.
        (
            "ap-public-access-block",
            HangsOn::Answer("s3control.GetPublicAccessBlock"),
        ),
    ],
}];

/// What a fix clears.
#[derive(Debug, Clone, Default)]
struct Cleared {
    findings: u64,
    by_severity: [u64; Severity::WORST_FIRST.len()],
    buckets: u64,
    accounts: u64,
    /// Where it has to be made.
    changes: Changes,
    /// The account with most of the findings.
    most: Option<(u64, AccountId, String)>,
}

impl Cleared {
    fn add(&mut self, finding: &Finding) {
        self.findings += 1;
        self.by_severity[severity_rank(finding.severity)] += 1;
        self.buckets += u64::from(matches!(finding.resource, Resource::Bucket { .. }));
        self.changes.add(finding);
    }

    fn merge(&mut self, other: &Self) {
        self.findings += other.findings;
        self.buckets += other.buckets;
        self.changes.merge(&other.changes);
        for (sum, count) in self.by_severity.iter_mut().zip(other.by_severity) {
            *sum += count;
        }
    }

    /// Takes what it clears in one account.
    fn account(&mut self, other: &Self, account: &AccountId, name: &str) {
        self.merge(other);
        self.changes.finish_account();
        self.accounts += 1;
        if self.most.as_ref().is_none_or(|(most, ..)| other.findings > *most) {
            self.most = Some((other.findings, account.clone(), name.to_owned()));
        }
    }
}

/// The fixes in the making.
#[derive(Debug, Default)]
pub(super) struct Fixes {
    checks: BTreeMap<CheckId, Cleared>,
    settings: [Cleared; SETTINGS.len()],
    /// The account that is passing by: what hangs on a setting of it, and the rest.
    of_setting: BTreeMap<CheckId, Cleared>,
    current: BTreeMap<CheckId, Cleared>,
    /// The checks of which a setting clears findings, for each setting.
    cleared_checks: [BTreeSet<&'static str>; SETTINGS.len()],
}

/// Whether a setting of the finding's account clears it.
fn hangs_on_a_setting(finding: &Finding) -> bool {
    let mut of_check = SETTINGS
        .iter()
        .flat_map(|setting| setting.clears)
        .filter(|(check, _)| *check == finding.check.as_str());
    of_check.any(|(_, hangs)| match hangs {
        HangsOn::It => true,
        HangsOn::Answer(operation) => finding
            .evidence
            .iter()
            .any(|reference| reference.of.is_none() && reference.source.operation.as_str() == *operation),
    })
}

/// A check whose findings a fix clears.
#[derive(Debug, Clone, Serialize)]
struct FixedCheck {
    title: String,
    page: String,
    /// The failed findings that nobody accepts.
    findings: String,
}

/// The account with most of the findings that a fix clears.
#[derive(Debug, Clone, Serialize)]
struct Most {
    name: String,
    id: String,
    page: String,
    count: u64,
}

/// How many findings of a severity a fix clears.
#[derive(Debug, Clone, Serialize)]
struct OfSeverity {
    severity: Mark,
    count: u64,
}

/// A fix.
#[derive(Debug, Clone, Serialize)]
pub(super) struct FixRow {
    title: String,
    /// Where it has to be made, in words.
    places: String,
    caution: Option<&'static str>,
    checks: Vec<FixedCheck>,
    count: u64,
    severities: Vec<OfSeverity>,
    accounts: u64,
    buckets: u64,
    /// The account with most of it, where there are several.
    most: Option<Most>,
}

/// The list of the front page.
#[derive(Debug, Clone, Serialize)]
pub(super) struct FixList {
    rows: Vec<FixRow>,
    /// What they clear together.
    together: u64,
    /// The failed findings that nobody accepts.
    total: u64,
    share: String,
    /// How many other fixes there are.
    others: usize,
}

impl Fixes {
    /// Counts a finding of the account that is passing by; what nobody has to change counts nowhere.
    pub(super) fn add(&mut self, finding: &Finding) {
        if finding.verdict == Verdict::Fail && !finding.is_accepted() {
            let of_account = if hangs_on_a_setting(finding) {
                &mut self.of_setting
            } else {
                &mut self.current
            };
            of_account.entry(finding.check.clone()).or_default().add(finding);
        }
    }

    /// Takes the account that has passed by.
    pub(super) fn finish_account(&mut self, account: &AccountId, name: &str) {
        let mut current = std::mem::take(&mut self.current);
        let mut of_setting = std::mem::take(&mut self.of_setting);
        for ((setting, cleared), checks) in SETTINGS.iter().zip(&mut self.settings).zip(&mut self.cleared_checks) {
            // An account whose own fail is accepted keeps the setting off, so its buckets need a fix of their own.
            let Some(mut of_account) = take(&mut current, setting.check) else {
                continue;
            };
            for (check, _) in setting.clears {
                if let Some(hanging) = take(&mut of_setting, check) {
                    of_account.merge(&hanging);
                    checks.insert(check);
                }
            }
            cleared.account(&of_account, account, name);
        }
        for (check, hanging) in of_setting {
            current.entry(check).or_default().merge(&hanging);
        }
        for (check, of_account) in current {
            self.checks
                .entry(check)
                .or_default()
                .account(&of_account, account, name);
        }
    }

    /// The fixes that clear most, the greatest number first.
    pub(super) fn list(&self, book: &Book<'_>) -> FixList {
        let of_settings = SETTINGS.iter().zip(&self.settings).zip(&self.cleared_checks);
        let of_settings = of_settings.map(|((setting, cleared), cleared_checks)| {
            let mut checks = vec![fixed(book, setting.check)];
            checks.extend(cleared_checks.iter().map(|check| fixed(book, check)));
            let places = match cleared.accounts {
                1 => "one change, in one account".to_owned(),
                accounts => format!("one change in each of {} accounts", crate::text::count(accounts)),
            };
            let title = setting.title.to_owned();
            row(title, places, Some(setting.caution), checks, cleared)
        });
        let of_checks = self.checks.iter().map(|(check, cleared)| {
            let places = cleared.changes.in_words(check, cleared.accounts);
            let title = book.check_title(check).to_owned();
            row(title, places, None, vec![fixed(book, check.as_str())], cleared)
        });
        let mut rows: Vec<FixRow> = of_settings.chain(of_checks).filter(|row| row.count > 0).collect();
        rows.sort_by(|one, other| {
            let severities = |row: &FixRow| row.severities.first().map(|first| first.severity.key);
            let worst = |row| {
                Severity::WORST_FIRST
                    .iter()
                    .position(|one| severities(row) == Some(one.as_str()))
            };
            (other.count, worst(one), &one.title).cmp(&(one.count, worst(other), &other.title))
        });
        let total = rows.iter().map(|row| row.count).sum();
        let others = rows.len().saturating_sub(FIXES);
        rows.truncate(FIXES);
        let together: u64 = rows.iter().map(|row| row.count).sum();
        let part = u128::from(together) * 10_000 / u128::from(total).max(1);
        FixList {
            together,
            total,
            share: share(u32::try_from(part).unwrap_or(0)),
            others,
            rows,
        }
    }
}

/// Takes the counts of a check out of those of an account.
fn take(current: &mut BTreeMap<CheckId, Cleared>, check: &str) -> Option<Cleared> {
    let check = CheckId::new(check).ok()?;
    current.remove(&check)
}

fn fixed(book: &Book<'_>, check: &str) -> FixedCheck {
    let known = book.checks.iter().find(|known| known.id.as_str() == check);
    FixedCheck {
        title: known.map_or(check, |known| known.title.as_str()).to_owned(),
        page: known.map_or_else(
            || places::CHECKS.to_owned(),
            |known| format!("{}#remediation", places::check(&known.id)),
        ),
        findings: format!("{}#check={check}&verdict=fail&exception=open", places::FINDINGS),
    }
}

fn row(
    title: String,
    places: String,
    caution: Option<&'static str>,
    checks: Vec<FixedCheck>,
    cleared: &Cleared,
) -> FixRow {
    let severities = Severity::WORST_FIRST.into_iter().zip(cleared.by_severity);
    FixRow {
        title,
        places,
        caution,
        checks,
        count: cleared.findings,
        severities: severities
            .filter(|(_, count)| *count > 0)
            .map(|(severity, count)| OfSeverity {
                severity: words::severity(severity),
                count,
            })
            .collect(),
        accounts: cleared.accounts,
        buckets: cleared.buckets,
        most: cleared
            .most
            .as_ref()
            .filter(|_| cleared.accounts > 1)
            .map(|(count, account, name)| Most {
                name: name.clone(),
                id: account.to_string(),
                page: places::account(account, 1),
                count: *count,
            }),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::{Operation, Source};
    use s3attest_model::finding::{EvidenceReference, EvidenceState};
    use s3attest_model::identifiers::{BucketName, Partition};

    use super::*;

    fn finding(check: &str, account: &str, bucket: Option<&str>, verdict: Verdict) -> Finding {
        let account = AccountId::new(account).expect("an id");
        Finding {
            check: CheckId::new(check).expect("an id"),
            resource: match bucket {
                None => Resource::Account { account },
                Some(name) => Resource::Bucket {
                    account,
                    name: BucketName::new(name).expect("a name"),
                    partition: Partition::Aws,
                    region: None,
                },
            },
            verdict,
            severity: Severity::High,
            message: String::new(),
            evidence: Vec::new(),
            gap: None,
            exception: None,
        }
    }

    #[test]
    fn a_setting_of_an_account_takes_the_findings_of_its_buckets_where_the_account_lacks_it() {
        let mut fixes = Fixes::default();
        let (own, buckets) = (SETTINGS[0].check, SETTINGS[0].clears[0].0);
        fixes.add(&finding(own, "111111111111", None, Verdict::Fail));
        fixes.add(&finding(buckets, "111111111111", Some("one"), Verdict::Fail));
        fixes.add(&finding(buckets, "111111111111", Some("two"), Verdict::Fail));
        fixes.add(&finding(buckets, "111111111111", Some("three"), Verdict::NotAssessed));
        fixes.finish_account(&AccountId::new("111111111111").expect("an id"), "");
        // Here the account keeps the setting off with somebody's blessing, so that its own fail does not count.
        fixes.add(&finding(buckets, "222222222222", Some("four"), Verdict::Fail));
        fixes.finish_account(&AccountId::new("222222222222").expect("an id"), "");
        let setting = &fixes.settings[0];
        assert_eq!((setting.findings, setting.buckets, setting.accounts), (3, 2, 1));
        assert!(!fixes.checks.contains_key(&CheckId::new(own).expect("an id")));
        let rest = &fixes.checks[&CheckId::new(buckets).expect("an id")];
        assert_eq!((rest.findings, rest.accounts), (1, 1));
    }

    #[test]
    fn a_setting_of_an_account_takes_its_access_points_where_the_account_was_asked() {
        let point = |name: &str, is_asked: bool| {
            let mut finding = finding("ap-public-access-block", "111111111111", None, Verdict::Fail);
            finding.resource = Resource::AccessPoint {
                account: AccountId::new("111111111111").expect("an id"),
                name: name.to_owned(),
                arn: name.to_owned(),
                region: None,
            };
            finding.evidence.extend(is_asked.then(|| EvidenceReference {
                state: EvidenceState::Absent,
                source: Source::not_called(Operation::named("s3control.GetPublicAccessBlock")),
                of: None,
            }));
            finding
        };
        let mut fixes = Fixes::default();
        fixes.add(&finding(SETTINGS[0].check, "111111111111", None, Verdict::Fail));
        fixes.add(&point("of-its-own-bucket", true));
        // The bucket is of another account, which this account's block does not help.
        fixes.add(&point("of-another-bucket", false));
        fixes.finish_account(&AccountId::new("111111111111").expect("an id"), "");
        assert_eq!(fixes.settings[0].findings, 2);
        let rest = &fixes.checks[&CheckId::new("ap-public-access-block").expect("an id")];
        assert_eq!(rest.findings, 1);
    }

    #[test]
    fn the_account_with_most_of_it_is_named_and_nothing_counts_twice() {
        let mut fixes = Fixes::default();
        for (account, buckets) in [("111111111111", 1), ("222222222222", 3), ("333333333333", 2)] {
            for bucket in 0..buckets {
                let name = format!("bucket-{bucket}");
                fixes.add(&finding("s3-bucket-versioning", account, Some(&name), Verdict::Fail));
                fixes.add(&finding("s3-bucket-lifecycle", account, Some(&name), Verdict::Pass));
            }
            fixes.finish_account(&AccountId::new(account).expect("an id"), "");
        }
        assert_eq!(fixes.checks.len(), 1);
        let cleared = fixes.checks.values().next().expect("one fix");
        assert_eq!((cleared.findings, cleared.buckets, cleared.accounts), (6, 6, 3));
        let most = cleared.most.as_ref().expect("an account");
        assert_eq!((most.0, most.1.as_str()), (3, "222222222222"));
    }
}
