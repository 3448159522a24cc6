//! Who outside an account effectively reaches a bucket: the evidence of a bucket and of what stands around it, put together
//! for the crate that evaluates it.
//!
//! What is asked and answered is worked out there, once for a bucket; here stands which evidence each part comes from, so that
//! a finding can name it and a gap stays one.

use std::cell::OnceCell;

use s3attest_model::evidence::{Evidence, Gap, GapCause};
use s3attest_model::services::{
    AccessPoint, AccessPoints, EffectiveS3Policy, MultiRegionAccessPoint, MultiRegionAccessPoints, OrganizationPolicy,
};
use s3attest_policy::Document;
use s3attest_policy::access::{
    AccessPointFacts, Doubt, EffectiveAccess, Input, Known, OrganizationBlock, OrganizationFacts,
    OrganizationPolicyFacts, Situation, effective_access,
};

use crate::organization::OrganizationEvidence;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// What was worked out of a bucket's access, kept for the checks that ask again.
#[derive(Debug, Default)]
pub struct EffectiveCell {
    points: OnceCell<Vec<Option<Document>>>,
    access: OnceCell<EffectiveAccess>,
}

/// What Multi-Region Access Points come to.
pub(crate) struct ThroughRegions<'a> {
    /// Whether any leads to the bucket; `None` when their list is not known.
    pub(crate) leads_here: Option<bool>,
    /// What they give, beside what the bucket itself gives; `None` where none leads to the bucket.
    pub(crate) access: Option<EffectiveAccess>,
    /// Why their list, or a policy of theirs, is not known.
    pub(crate) unknown: Option<Unknown<'a>>,
}

/// The type of a resource control policy, in the words of the Organizations API.
const RESOURCE_CONTROL: &str = "RESOURCE_CONTROL_POLICY";

/// The type of a service control policy.
const SERVICE_CONTROL: &str = "SERVICE_CONTROL_POLICY";

impl<'a> BucketView<'a> {
    /// Who outside the account can do what with the bucket. Access control lists of single objects are not read and stay out
    /// of the answer; service control policies, which bind nobody outside the account, are named in the chain alone.
    pub fn effective_access(&self, trail: &mut Trail<'a>) -> &'a EffectiveAccess {
        self.note_evidence(trail);
        let points = self.points_of_bucket().unwrap_or_default();
        let documents = self.effective.points.get_or_init(|| {
            let policies = points.iter().map(|point| point.policy.known().ok().flatten());
            policies.map(|policy| Document::parse(&policy?.0).ok()).collect()
        });
        self.effective
            .access
            .get_or_init(|| effective_access(&self.situation(documents)))
    }

    /// Reads everything that the answer rests on. Whether a part is missing, the answer itself says.
    fn note_evidence(&self, trail: &mut Trail<'a>) {
        let settings = self.settings;
        // A gap is carried into the answer as something unknown, so nothing is lost here.
        let _ = trail.read(&self.account.public_access_block);
        let _ = trail.read(&settings.public_access_block);
        let _ = trail.read(&settings.ownership_controls);
        let _ = trail.read(&settings.acl);
        let _ = trail.read(&settings.policy);
        if let Ok(points) = self.points_of_bucket() {
            for point in points {
                let arn = point.arn.clone().unwrap_or_else(|| point.name.clone());
                let _ = trail.read_of(arn.clone(), &point.settings);
                let _ = trail.read_of(arn, &point.policy);
            }
        }
        for policy in self.organization.evidence.policies_of(RESOURCE_CONTROL) {
            let _ = trail.read_of(policy.arn.clone(), &policy.content);
        }
    }

    /// Reads what one part of the answer rests on. What is not asked for leaves nothing.
    pub(crate) fn read_input(&self, input: &Input, trail: &mut Trail<'a>) {
        let settings = self.settings;
        let evidence = self.organization.evidence;
        // Whether a part is missing, the sentence says that rests on it.
        match input {
            Input::Organization => {
                let _ = trail.read(&evidence.organization);
                let _ = trail.read(&evidence.listing);
            }
            Input::OrganizationBlock => {
                if let Ok(reading) = self.services.of_account::<EffectiveS3Policy>() {
                    let _ = trail.read(&reading.policy);
                }
            }
            Input::AccountBlock => drop(trail.read(&self.account.public_access_block)),
            Input::BucketBlock => drop(trail.read(&settings.public_access_block)),
            Input::Ownership => drop(trail.read(&settings.ownership_controls)),
            Input::Acl => drop(trail.read(&settings.acl)),
            Input::BucketPolicy => drop(trail.read(&settings.policy)),
            Input::AccessPoints => {
                if let Ok(reading) = self.region_reading() {
                    let _ = trail.read(&reading.access_points);
                }
            }
            Input::AccessPoint(name) => {
                let points = self.points_of_bucket().unwrap_or_default();
                for point in points.into_iter().filter(|point| point.name == *name) {
                    let arn = point.arn.clone().unwrap_or_else(|| point.name.clone());
                    let _ = trail.read_of(arn.clone(), &point.settings);
                    let _ = trail.read_of(arn, &point.policy);
                }
            }
            Input::ResourceControlPolicies => self.read_list(RESOURCE_CONTROL, trail),
            Input::ServiceControlPolicies => self.read_list(SERVICE_CONTROL, trail),
            Input::ResourceControlPolicy(name) => {
                let mut policies = evidence.policies_of(RESOURCE_CONTROL);
                if let Some(policy) = policies.find(|policy| policy.name == *name) {
                    let _ = trail.read_of(policy.arn.clone(), &policy.content);
                    let _ = trail.read_of(policy.arn.clone(), &policy.targets);
                }
            }
            Input::ObjectAcls => {}
        }
    }

    /// Reads which policies of a type there are, and where the account stands below them.
    fn read_list(&self, policy_type: &str, trail: &mut Trail<'a>) {
        let evidence = self.organization.evidence;
        let lists = evidence.policies.iter().flat_map(|policies| &policies.lists);
        for list in lists.filter(|list| list.policy_type == policy_type) {
            let _ = trail.read(&list.policies);
        }
        if let Some(account) = evidence.accounts.get(&self.bucket.account) {
            let _ = trail.read(&account.ancestors);
        }
    }

    fn region_reading(&self) -> Result<&'a AccessPoints, Unknown<'a>> {
        let region = self.bucket.region.known().map_err(|unknown| Unknown::of(unknown.gap))?;
        let region = region
            .ok_or_else(|| Unknown::because(Gap::new(GapCause::RegionUnknown, "AWS names no region for the bucket")))?;
        self.services.in_region(region)
    }

    /// The bucket's access points in its own account; they lie in its region. Those of other accounts reach it only as far as
    /// the bucket policy lets these accounts.
    fn points_of_bucket(&self) -> Result<Vec<&'a AccessPoint>, Unknown<'a>> {
        let listed = &self.region_reading()?.access_points;
        let listed = listed.known().map_err(|unknown| Unknown::of(unknown.gap))?;
        let points = listed.into_iter().flatten();
        Ok(points
            .filter(|point| point.bucket.as_deref() == Some(self.bucket.name.as_str()))
            .collect())
    }

    /// Who outside the account can do what with the bucket through Multi-Region Access Points of its own account. Their policy
    /// in force is what counts, not one that was proposed.
    pub(crate) fn access_through_regions(&self, trail: &mut Trail<'a>) -> ThroughRegions<'a> {
        let listed = self
            .services
            .of_account::<MultiRegionAccessPoints>()
            .and_then(|reading| trail.read(&reading.access_points));
        let listed = match listed {
            Ok(listed) => listed,
            Err(unknown) => {
                let situation = Situation {
                    access_points: Known::Unknown(words(unknown.gap())),
                    ..self.situation(&[])
                };
                return ThroughRegions {
                    leads_here: None,
                    access: Some(effective_access(&situation)),
                    unknown: Some(unknown),
                };
            }
        };
        let leads_here = |point: &&MultiRegionAccessPoint| {
            let mut buckets = point.buckets.iter();
            buckets.any(|bucket| bucket.bucket.as_deref() == Some(self.bucket.name.as_str()))
        };
        let points: Vec<_> = listed.into_iter().flatten().filter(leads_here).collect();
        if points.is_empty() {
            return ThroughRegions {
                leads_here: Some(false),
                access: None,
                unknown: None,
            };
        }
        let mut unread = None;
        let read: Vec<(String, Known<Result<Document, String>>)> = points
            .iter()
            .map(|point| {
                let alias = point.alias.as_deref().unwrap_or(&point.name);
                let (partition, account) = (self.account.partition, &self.bucket.account);
                let arn = format!("arn:{partition}:s3::{account}:accesspoint/{alias}");
                // A gap is carried into the answer as something unknown.
                let policy = match trail.read_of(arn.clone(), &point.policies) {
                    Ok(policies) => match policies.and_then(|policies| policies.established.as_ref()) {
                        Some(text) => Known::Present(Document::parse(&text.0).map_err(|error| error.to_string())),
                        None => Known::Absent,
                    },
                    Err(unknown) => {
                        let text = words(unknown.gap());
                        unread.get_or_insert(unknown);
                        Known::Unknown(text)
                    }
                };
                (arn, policy)
            })
            .collect();
        let facts = points.iter().zip(&read).map(|(point, (arn, policy))| AccessPointFacts {
            name: &point.name,
            arn,
            account: &self.bucket.account,
            vpc: None,
            block: match point.public_access_block {
                Some(block) => Known::Present(block),
                None => Known::Unknown("S3 did not say how its public access block is set".to_owned()),
            },
            policy: match policy {
                Known::Present(Ok(document)) => Known::Present(document),
                Known::Present(Err(error)) => Known::Unknown(format!("it is not a policy document: {error}")),
                Known::Absent => Known::Absent,
                Known::Unknown(text) => Known::Unknown(text.clone()),
            },
        });
        let situation = Situation {
            access_points: Known::Present(facts.collect()),
            ..self.situation(&[])
        };
        ThroughRegions {
            leads_here: Some(true),
            access: Some(effective_access(&situation)),
            unknown: unread,
        }
    }

    /// Whether access points of the bucket's own account and region lead to it.
    pub(crate) fn has_access_points(&self, trail: &mut Trail<'a>) -> Result<bool, Unknown<'a>> {
        trail.read(&self.region_reading()?.access_points)?;
        self.points_of_bucket().map(|points| !points.is_empty())
    }

    fn situation(&self, point_documents: &'a [Option<Document>]) -> Situation<'a> {
        let settings = self.settings;
        Situation {
            account: &self.bucket.account,
            bucket_arn: self.arn_of(self.bucket.name.as_str()),
            organization: organization(self.organization.evidence),
            organization_block: self.organization_block(),
            account_block: Known::of(&self.account.public_access_block, |block| *block),
            bucket_block: Known::of(&settings.public_access_block, |block| *block),
            ownership: Known::of(&settings.ownership_controls, |controls| controls),
            acl: Known::of(&settings.acl, |list| list),
            object_acls: Known::Absent,
            policy: match self.policy(&mut Trail::new()) {
                Ok(Some(document)) => Known::Present(document),
                Ok(None) => Known::Absent,
                Err(unknown) => Known::Unknown(words(unknown.gap())),
            },
            access_points: match self.points_of_bucket() {
                Ok(points) => Known::Present(
                    points
                        .into_iter()
                        .zip(point_documents)
                        .map(|(point, document)| self.point(point, document.as_ref()))
                        .collect(),
                ),
                Err(unknown) => Known::Unknown(words(unknown.gap())),
            },
            resource_control: self.policies_reaching(RESOURCE_CONTROL),
            service_control: self.policies_reaching(SERVICE_CONTROL),
            canonical_users: None,
            at: None,
        }
    }

    fn point(&self, point: &'a AccessPoint, document: Option<&'a Document>) -> AccessPointFacts<'a> {
        AccessPointFacts {
            name: &point.name,
            arn: point.arn.as_deref().unwrap_or(&point.name),
            account: &self.bucket.account,
            vpc: point.vpc.as_deref(),
            block: Known::of(&point.settings, |settings| settings.public_access_block),
            policy: match (point.policy.known(), document) {
                (Ok(Some(_)), Some(document)) => Known::Present(document),
                (Ok(Some(_)), None) => Known::Unknown("its policy is not a policy document".to_owned()),
                (Ok(None), _) => Known::Absent,
                (Err(unknown), _) => Known::Unknown(words(unknown.gap)),
            },
        }
    }

    /// What the S3 policy of the organization that is in effect for the account sets.
    pub(crate) fn organization_block(&self) -> Known<OrganizationBlock> {
        let reading = match self.services.of_account::<EffectiveS3Policy>() {
            Ok(reading) => reading,
            Err(unknown) => return Known::Unknown(words(unknown.gap())),
        };
        match Known::of(&reading.policy, |policy| block_of(&policy.content)) {
            Known::Present(Some(block)) => Known::Present(block),
            Known::Present(None) => Known::Unknown("its document is not understood".to_owned()),
            Known::Absent => Known::Absent,
            Known::Unknown(text) => Known::Unknown(text),
        }
    }

    /// The policies of a type that reach the account: those that are attached to it, or to anything above it.
    fn policies_reaching(&self, policy_type: &'static str) -> Known<Vec<OrganizationPolicyFacts<'a>>> {
        let evidence = self.organization.evidence;
        if let Ok(None) = evidence.organization.known() {
            return Known::Absent;
        }
        match evidence.ids_of(policy_type) {
            Ok(None) => return Known::Absent,
            Err(gap) => return Known::Unknown(words(&gap)),
            Ok(Some(ids)) => {
                if let Some(id) = ids.iter().find(|id| !evidence.policy_of_id.contains_key(*id)) {
                    return Known::Unknown(format!("the run holds no record of the policy {id}"));
                }
            }
        }
        let above = evidence
            .accounts
            .get(&self.bucket.account)
            .map(|account| &account.ancestors);
        let above = match above.map(Evidence::known) {
            Some(Ok(above)) => above.map_or(&[][..], Vec::as_slice),
            Some(Err(unknown)) => return Known::Unknown(words(unknown.gap)),
            None => return Known::Unknown("where the account stands in the organization is not known".to_owned()),
        };
        let mut reaching = Vec::new();
        for policy in evidence.policies_of(policy_type) {
            match policy.targets.known() {
                Ok(targets) => {
                    let account = self.bucket.account.as_str();
                    let mut ids = targets.into_iter().flatten().map(|target| target.id.as_str());
                    if ids.any(|id| id == account || above.iter().any(|each| each == id)) {
                        reaching.push(facts_of(evidence, policy));
                    }
                }
                Err(unknown) => reaching.push(OrganizationPolicyFacts {
                    name: &policy.name,
                    document: Known::Unknown(format!("whether it reaches the account: {}", words(unknown.gap))),
                }),
            }
        }
        Known::Present(reaching)
    }

    /// Why nobody can tell: the gap of the evidence that a doubt rests on.
    pub(crate) fn unknown_of(&self, doubt: &Doubt) -> Unknown<'a> {
        let settings = self.settings;
        let gap = match &doubt.because.input {
            Input::AccountBlock => self.account.public_access_block.as_gap(),
            Input::BucketBlock => settings.public_access_block.as_gap(),
            Input::Ownership => settings.ownership_controls.as_gap(),
            Input::Acl => settings.acl.as_gap(),
            Input::BucketPolicy => settings.policy.as_gap(),
            Input::AccessPoints => return self.points_of_bucket().err().unwrap_or_else(|| not_understood(doubt)),
            Input::AccessPoint(name) => {
                let points = self.points_of_bucket().unwrap_or_default();
                let mut named = points.into_iter().filter(|point| point.name == *name);
                named.find_map(|point| point.settings.as_gap().or_else(|| point.policy.as_gap()))
            }
            Input::ResourceControlPolicies => {
                let evidence = self.organization.evidence;
                if let Err(gap) = evidence.ids_of(RESOURCE_CONTROL) {
                    return Unknown::because(gap);
                }
                let account = evidence.accounts.get(&self.bucket.account);
                account.and_then(|account| account.ancestors.as_gap())
            }
            Input::ResourceControlPolicy(name) => {
                let policies = self.organization.evidence.policies_of(RESOURCE_CONTROL);
                let mut named = policies.filter(|policy| policy.name == *name);
                named.find_map(|policy| policy.content.as_gap().or_else(|| policy.targets.as_gap()))
            }
            Input::Organization => {
                let evidence = self.organization.evidence;
                evidence.organization.as_gap().or_else(|| evidence.listing.as_gap())
            }
            Input::OrganizationBlock => match self.services.of_account::<EffectiveS3Policy>() {
                Ok(reading) => reading.policy.as_gap(),
                Err(unknown) => return unknown,
            },
            Input::ObjectAcls | Input::ServiceControlPolicies => None,
        };
        match gap {
            Some(gap) => Unknown::because(Gap {
                detail: format!("{}: {}", doubt.because.text, words(gap)),
                ..gap.clone()
            }),
            None => not_understood(doubt),
        }
    }
}

fn not_understood<'a>(doubt: &Doubt) -> Unknown<'a> {
    Unknown::not_understood(format!(
        "{}, by {}: {}",
        doubt.who,
        doubt.path.label(),
        doubt.because.text
    ))
}

fn words(gap: &Gap) -> String {
    if gap.detail.is_empty() {
        gap.cause.phrase().to_owned()
    } else {
        format!("{} ({})", gap.cause.phrase(), gap.detail)
    }
}

fn organization(evidence: &OrganizationEvidence) -> Known<OrganizationFacts<'_>> {
    Known::of(&evidence.organization, |organization| OrganizationFacts {
        id: &organization.id,
        management_account: &organization.management_account,
        accounts: &evidence.ids,
        incomplete: evidence.listing.as_gap().map(words),
    })
}

fn facts_of<'a>(evidence: &'a OrganizationEvidence, policy: &'a OrganizationPolicy) -> OrganizationPolicyFacts<'a> {
    OrganizationPolicyFacts {
        name: &policy.name,
        document: match evidence.document_of(&policy.id) {
            Ok(document) => Known::Present(document),
            Err(text) => Known::Unknown(text),
        },
    }
}

/// What an S3 policy in effect says (AWS Organizations User Guide, "Amazon S3 policy syntax and examples"): `all` turns the
/// four settings on, `none` leaves them to the accounts. In effect the operators of inheritance are resolved.
fn block_of(content: &str) -> Option<OrganizationBlock> {
    let document: serde_json::Value = serde_json::from_str(content).ok()?;
    let setting = &document["s3_attributes"]["public_access_block_configuration"];
    let word = setting.as_str().or_else(|| setting["@@assign"].as_str())?;
    match word {
        "all" => Some(OrganizationBlock::All),
        "none" => Some(OrganizationBlock::Off),
        _ => None,
    }
}
