//! What the checks have to say that ask what policies keep from whom: those of buckets, keys and access points, and those of
//! the organization that stand above them. Written from the section "How it is judged" of their pages.
//!
//! Bucket policies are told by their forms (`policies`). Of the organization's policies only what the generator and
//! [`by_hand`] write is understood: lists of actions, all resources, everyone but named roles.

use std::collections::BTreeMap;

use s3attest_model::check::Severity;
use s3attest_model::finding::Verdict::{Fail, NotApplicable, NotAssessed, Pass};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{
    AccessPoint, Account, AccountState, Bucket, Encryption, Grantee, KmsKey, MultiRegionAccessPoint, MultiRegionBucket,
    ObjectOwnership, OrganizationPolicy, Permission, Policy, PublicAccessBlock,
};
use serde_json::{Value, json};

use crate::policies::{Form, Tls, delegation, forms};
use crate::verdicts::{Key, Wanted, holds};

/// What the configuration of the test says of the classes.
pub(crate) const CLASSES: &str = r#"high_impact_classes = ["restricted"]
internal_classes = ["internal"]
kms_classes = ["confidential"]
"#;

const SCP: &str = "SERVICE_CONTROL_POLICY";
const RCP: &str = "RESOURCE_CONTROL_POLICY";

/// Gives the buckets made by hand the classes that their policies are for, and protects the accounts of one unit from above.
pub(crate) fn by_hand(scenario: &mut Scenario) {
    let all = scenario.clone();
    for account in &mut scenario.accounts {
        let own = account.clone();
        for bucket in &mut account.buckets {
            if !bucket.name.starts_with("truth-by-hand-") {
                continue;
            }
            for form in forms(&all, &own, bucket).unwrap_or_default() {
                let class = match form {
                    Form::OtherEncryption | Form::OneKey => "confidential",
                    Form::Elsewhere => "internal",
                    Form::ChangesLimited => "restricted",
                    _ => continue,
                };
                bucket.tags = Some([("data-classification".to_owned(), class.to_owned())].into());
                if class == "restricted" {
                    bucket.encryption = Some(Encryption {
                        algorithm: Some("aws:kms:dsse".to_owned()),
                        kms_key: None,
                        bucket_key: None,
                        blocked_types: None,
                    });
                }
            }
        }
    }
    open_by_access_points(scenario.accounts.last_mut().expect("an account"));
    let organization = scenario.organization.as_mut().expect("generated");
    let security = organization.units.iter().find(|unit| unit.name == "security");
    let security = security.expect("a unit of every generated organization").id.clone();
    organization.policies.push(OrganizationPolicy {
        id: "p-truthguard".to_owned(),
        name: "truth-guard".to_owned(),
        description: String::new(),
        kind: SCP.to_owned(),
        is_made_by_aws: false,
        content: json!({"Version": "2012-10-17", "Statement": {
            "Effect": "Deny",
            "Action": ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketAcl", "cloudtrail:StopLogging",
                       "cloudtrail:DeleteTrail"],
            "Resource": "*",
            "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/break-glass"}},
        }})
        .to_string(),
        targets: vec![security],
    });
}

/// An account outside of every generated organization.
const VENDOR: &str = "464622532012";

/// Adds three buckets that leave it to access points who reads: to one that lets the vendor in, to one that lets nobody in, and
/// to one of several regions that lets the vendor in.
fn open_by_access_points(account: &mut Account) {
    let region = "eu-west-1";
    for number in 0..3 {
        let name = format!("truth-delegated-{number}");
        let document = json!({"Version": "2012-10-17", "Statement": [delegation(&name, &account.id)]});
        let mut bucket = Bucket::bare(name.clone(), region, account.joined_at);
        bucket.policy = Some(Policy {
            document: document.to_string(),
            is_public: false,
        });
        let block = PublicAccessBlock::all(true);
        let for_vendor = |arn: &str| {
            let document = json!({"Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{VENDOR}:root")},
                "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": [arn, format!("{arn}/object/*")]}]});
            Policy {
                document: document.to_string(),
                is_public: false,
            }
        };
        if number < 2 {
            let point = format!("truth-door-{number}");
            let arn = format!("arn:aws:s3:{region}:{}:accesspoint/{point}", account.id);
            account.services.access_points.push(AccessPoint {
                region: region.to_owned(),
                alias: format!("{point}-s3alias"),
                bucket: Some(name),
                bucket_account: Some(account.id.clone()),
                vpc: None,
                data_source_id: None,
                data_source_type: None,
                public_access_block: block,
                created_at: account.joined_at,
                endpoints: BTreeMap::new(),
                policy: (number == 0).then(|| for_vendor(&arn)),
                name: point,
            });
        } else {
            let alias = "truthglobal.mrap".to_owned();
            let policy = for_vendor(&format!("arn:aws:s3::{}:accesspoint/{alias}", account.id));
            account
                .services
                .multi_region_access_points
                .push(MultiRegionAccessPoint {
                    name: "truth-global".to_owned(),
                    alias,
                    created_at: account.joined_at,
                    public_access_block: block,
                    status: "READY".to_owned(),
                    buckets: vec![MultiRegionBucket {
                        bucket: name,
                        region: region.to_owned(),
                        bucket_account: account.id.clone(),
                    }],
                    proposed: Some(policy.document.clone()),
                    established: Some(policy),
                });
        }
        account.buckets.push(bucket);
    }
}

/// The policies of the access points of one region that lead to a bucket; none for one that has no policy.
fn policies_of_points<'truth>(account: &'truth Account, bucket: &Bucket) -> Vec<Option<&'truth Policy>> {
    let points = account.services.access_points.iter();
    let leading = points.filter(|point| point.bucket.as_ref() == Some(&bucket.name) && point.region == bucket.region);
    leading.map(|point| point.policy.as_ref()).collect()
}

fn names_vendor(policies: &[Option<&Policy>]) -> bool {
    policies.iter().flatten().any(|policy| policy.document.contains(VENDOR))
}

/// Whether an access point of the bucket's region lets a stranger in by what the bucket policy leaves to it.
pub(crate) fn lets_vendor_in_by_point(account: &Account, bucket: &Bucket, forms: &[Form]) -> bool {
    forms.contains(&Form::Delegated) && names_vendor(&policies_of_points(account, bucket))
}

fn shadow_grants(account: &Account, bucket: &Bucket, forms: &[Form]) -> Wanted {
    let of_regions = account.services.multi_region_access_points.iter();
    let of_regions = of_regions.filter(|point| point.buckets.iter().any(|each| each.bucket == bucket.name));
    let mut policies = policies_of_points(account, bucket);
    policies.extend(of_regions.map(|point| point.established.as_ref()));
    if policies.is_empty() {
        NotApplicable.into()
    } else if forms.contains(&Form::Delegated) && names_vendor(&policies) {
        Severity::High.into()
    } else {
        // Nothing else that the generator writes lets through an access point whom it does not let in directly.
        Pass.into()
    }
}

/// Every finding that has to be there.
pub(crate) fn of(scenario: &Scenario) -> BTreeMap<Key, Wanted> {
    let mut all = BTreeMap::new();
    let active = scenario
        .accounts
        .iter()
        .filter(|account| account.state == AccountState::Active);
    for account in active {
        let id = account.id.as_str();
        let mut want = |name: &str, check: &str, wanted: Wanted| {
            let key = (id.to_owned(), name.to_owned(), check.to_owned());
            assert!(all.insert(key, wanted).is_none(), "{check} is expected twice");
        };
        let above = Above { scenario, account };
        want(id, "org-scp-protects-s3", above.protects());
        want(id, "org-rcp-s3-perimeter", above.perimeter());
        for bucket in &account.buckets {
            for (check, wanted) in of_bucket(above, bucket) {
                want(&bucket.name, check, wanted);
            }
            want(&bucket.name, "kms-key-policy-public", key_is_closed(above, bucket));
            let forms = forms(scenario, account, bucket).unwrap_or_default();
            let shadow = match shadow_grants(account, bucket, &forms) {
                // The organization's perimeter keeps strangers out, by whatever door they come.
                found if found.verdict == Fail && above.has_perimeter() => Pass.into(),
                found => found,
            };
            want(&bucket.name, "s3-bucket-shadow-grants", shadow);
            want(
                &bucket.name,
                "s3-log-target-delivery-permission",
                logs_may_be_delivered(above, bucket),
            );
        }
    }
    all
}

/// Whether a resource control policy keeps requests without TLS out of an account's buckets.
pub(crate) fn denies_plain_http(scenario: &Scenario, account: &Account) -> bool {
    Above { scenario, account }.has_perimeter()
}

/// An account with what stands above it.
#[derive(Clone, Copy)]
struct Above<'truth> {
    scenario: &'truth Scenario,
    account: &'truth Account,
}

impl<'truth> Above<'truth> {
    /// The documents of the policies of a type that bind the account; `None` where none can.
    fn documents(self, kind: &str) -> Option<Vec<(&'truth str, Value)>> {
        let organization = self.scenario.organization.as_ref()?;
        if organization.management_account == self.account.id {
            return None;
        }
        let path = organization.ancestry(self.account);
        let policies = organization.policies.iter().filter(|policy| policy.kind == kind);
        let binding = policies.filter(|policy| policy.targets.iter().any(|target| path.contains(target)));
        let read = binding.map(|policy| {
            let document: Value = serde_json::from_str(&policy.content).expect("the generator writes JSON");
            (policy.name.as_str(), document)
        });
        Some(read.collect())
    }

    /// Whether a service control policy that binds the account denies an action to all but named roles.
    fn denies(self, action: &str) -> bool {
        let documents = self.documents(SCP).unwrap_or_default();
        documents.iter().any(|(_, document)| {
            statements(document).into_iter().any(|statement| {
                let actions = texts(&statement["Action"]);
                let names = actions.iter().any(|named| match named.strip_suffix('*') {
                    Some(start) => action.starts_with(start),
                    None => *named == action,
                });
                statement["Effect"] == "Deny" && statement["Resource"] == "*" && names
            })
        })
    }

    fn protects(self) -> Wanted {
        if self.documents(SCP).is_none() {
            return NotApplicable.into();
        }
        let groups: [&[&str]; 3] = [
            &["s3:PutAccountPublicAccessBlock", "s3:PutBucketPublicAccessBlock"],
            &["s3:DeleteBucketPolicy"],
            &["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"],
        ];
        let kept = groups
            .iter()
            .filter(|group| group.iter().all(|action| self.denies(action)));
        match kept.count() {
            3 => Pass.into(),
            0 => Severity::Medium.into(),
            _ => Severity::Low.into(),
        }
    }

    /// The one resource control policy that the generator writes holds both halves of a perimeter.
    fn has_perimeter(self) -> bool {
        let documents = self.documents(RCP).unwrap_or_default();
        documents.iter().any(|(name, _)| *name == "s3-perimeter")
    }

    fn perimeter(self) -> Wanted {
        match self.documents(RCP) {
            None => NotApplicable.into(),
            Some(_) if self.has_perimeter() => Pass.into(),
            Some(_) => Severity::Medium.into(),
        }
    }
}

fn statements(document: &Value) -> Vec<&Value> {
    match &document["Statement"] {
        Value::Array(statements) => statements.iter().collect(),
        one => vec![one],
    }
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

fn of_bucket(above: Above<'_>, bucket: &Bucket) -> Vec<(&'static str, Wanted)> {
    let Above { scenario, account } = above;
    let forms = forms(scenario, account, bucket);
    let has = |form: Form| forms.as_ref().is_some_and(|forms| forms.contains(&form));
    let class = bucket.tags.as_ref().and_then(|tags| tags.get("data-classification"));
    let is_of = |name: &str| class.is_some_and(|class| class == name);
    let algorithm = bucket
        .encryption
        .as_ref()
        .and_then(|encryption| encryption.algorithm.as_deref());
    let where_asked = |is_asked: bool, is_so: bool| if is_asked { holds(is_so) } else { NotApplicable };
    let lists_have_effect = bucket.ownership != Some(ObjectOwnership::BucketOwnerEnforced);
    let limited_above = ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy"]
        .iter()
        .chain(lists_have_effect.then_some(&"s3:PutBucketAcl"))
        .all(|action| above.denies(action));
    vec![
        (
            "s3-bucket-policy-cross-account-admin-actions",
            if forms.is_none() {
                NotApplicable.into()
            } else {
                others_administer(account, bucket, &has)
            },
        ),
        (
            "s3-bucket-deny-unencrypted-uploads",
            where_asked(is_of("confidential"), has(Form::OtherEncryption)).into(),
        ),
        (
            "s3-bucket-required-kms-key",
            where_asked(is_of("confidential"), has(Form::OneKey)).into(),
        ),
        (
            "s3-bucket-dsse-encryption",
            where_asked(is_of("restricted"), algorithm == Some("aws:kms:dsse")).into(),
        ),
        (
            "s3-bucket-vpc-endpoint-only",
            where_asked(is_of("internal"), has(Form::Elsewhere)).into(),
        ),
        (
            "s3-bucket-policy-admin-limits",
            holds(has(Form::ChangesLimited) || limited_above).into(),
        ),
    ]
}

/// Whether a policy gives everything to another account, or to everyone.
fn others_administer(account: &Account, bucket: &Bucket, has: &dyn Fn(Form) -> bool) -> Wanted {
    let text = bucket.policy.as_ref().map_or("", |policy| policy.document.as_str());
    let document: Value = serde_json::from_str(text).expect("the generator writes JSON");
    let own = format!("arn:aws:iam::{}:role/deploy", account.id);
    let shares = statements(&document)
        .into_iter()
        .any(|statement| statement["Sid"] == "Pipeline" && statement["Principal"]["AWS"] != own.as_str());
    if shares && has(Form::Tls(Tls::Undocumented)) {
        // What else a denial by a text operator stops, nobody says.
        NotAssessed.into()
    } else if shares || has(Form::AllowWithoutTls) {
        Fail.into()
    } else {
        Pass.into()
    }
}

/// The key of a bucket's default encryption.
enum DefaultKey<'truth> {
    /// None of AWS KMS.
    None,
    /// The one that AWS manages.
    Managed,
    /// One of another account, which shows it to nobody.
    Foreign,
    /// There is no such key.
    Gone,
    Key(&'truth KmsKey),
}

fn default_key<'truth>(account: &'truth Account, bucket: &'truth Bucket) -> DefaultKey<'truth> {
    let Some(encryption) = &bucket.encryption else {
        return DefaultKey::None;
    };
    if !encryption
        .algorithm
        .as_deref()
        .is_some_and(|name| name.starts_with("aws:kms"))
    {
        return DefaultKey::None;
    }
    let Some(name) = encryption.kms_key.as_deref() else {
        return DefaultKey::Managed;
    };
    let here = account.services.kms.regions.get(&bucket.region);
    let id = match name.rsplit_once(":key/") {
        Some((before, _)) if !before.ends_with(&account.id) => return DefaultKey::Foreign,
        Some((_, id)) => Some(id),
        None => here
            .and_then(|here| here.aliases.iter().find(|alias| alias.name == name))
            .and_then(|alias| alias.key.as_deref()),
    };
    let key = here.and_then(|here| here.keys.iter().find(|key| Some(key.id.as_str()) == id));
    key.map_or(DefaultKey::Gone, DefaultKey::Key)
}

/// Whom the generator's key policies and grants let in.
fn key_is_closed(above: Above<'_>, bucket: &Bucket) -> Wanted {
    let key = match default_key(above.account, bucket) {
        DefaultKey::None | DefaultKey::Managed | DefaultKey::Gone => return NotApplicable.into(),
        DefaultKey::Foreign => return NotAssessed.into(),
        DefaultKey::Key(key) => key,
    };
    let document: Value = serde_json::from_str(&key.policy).expect("the generator writes JSON");
    let everyone = statements(&document).into_iter().any(|statement| {
        let is_open = statement["Principal"] == "*" || statement["Principal"]["AWS"] == "*";
        is_open && statement["Condition"]["StringEquals"]["kms:CallerAccount"].is_null()
    });
    let is_stranger = |arn: &str| {
        let owner = arn.split(':').nth(4);
        owner.is_some_and(|owner| above.scenario.account(owner).is_none())
    };
    let named = statements(&document)
        .into_iter()
        .flat_map(|statement| texts(&statement["Principal"]["AWS"]));
    let granted = key.grants.iter().map(|grant| grant.grantee.as_str());
    if everyone {
        Severity::Critical.into()
    } else if named.chain(granted.clone()).any(is_stranger) {
        Severity::High.into()
    } else if granted.clone().any(|grantee| grantee.starts_with("AROA")) {
        // Whose role it was, nobody says.
        NotAssessed.into()
    } else {
        Pass.into()
    }
}

/// Whether the bucket to which this one sends its access logs lets them in.
fn logs_may_be_delivered(above: Above<'_>, bucket: &Bucket) -> Wanted {
    let Above { scenario, account } = above;
    let Some(logging) = &bucket.logging else {
        return NotApplicable.into();
    };
    let Some(target) = account.buckets.iter().find(|each| each.name == logging.target_bucket) else {
        return Fail.into();
    };
    let text = target.policy.as_ref().map_or("{}", |policy| policy.document.as_str());
    let document: Value = serde_json::from_str(text).expect("the generator writes JSON");
    let all = statements(&document);
    // The one denial that holds for what comes over TLS from AWS itself.
    let denied = all
        .iter()
        .any(|each| each["Effect"] == "Deny" && each["Condition"]["Bool"]["aws:SecureTransport"] == "true");
    let allowed = all.iter().any(|each| each["Sid"] == "S3ServerAccessLogs");
    let group = |permissions: [Permission; 2]| {
        let mut grants = target.acl.iter().flatten();
        grants.any(|grant| {
            let is_group = matches!(&grant.grantee, Grantee::Group(uri) if uri.ends_with("/s3/LogDelivery"));
            is_group && permissions.contains(&grant.permission)
        })
    };
    let listed = target.ownership != Some(ObjectOwnership::BucketOwnerEnforced)
        && group([Permission::Write, Permission::FullControl])
        && group([Permission::ReadAcp, Permission::FullControl]);
    if denied || !(allowed || listed) {
        return Fail.into();
    }
    let forms = forms(scenario, account, target).unwrap_or_default();
    if forms.contains(&Form::Tls(Tls::Undocumented)) {
        return NotAssessed.into();
    }
    let key = match default_key(account, target) {
        DefaultKey::None => return Pass.into(),
        DefaultKey::Managed | DefaultKey::Gone => return Fail.into(),
        DefaultKey::Foreign => return NotAssessed.into(),
        DefaultKey::Key(key) => key,
    };
    let document: Value = serde_json::from_str(&key.policy).expect("the generator writes JSON");
    let all = statements(&document);
    let admits =
        |each: &&&Value| each["Principal"] == "*" || each["Principal"]["Service"] == "logging.s3.amazonaws.com";
    if all.iter().any(|each| admits(&each)) {
        Pass.into()
    } else if all.iter().any(|each| each["Principal"]["AWS"] == "*") {
        // By which account or service KMS sees the delivery come, nobody says.
        NotAssessed.into()
    } else {
        Fail.into()
    }
}
