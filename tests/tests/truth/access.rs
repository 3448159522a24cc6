//! Who reaches a bucket, told from the forms of the scenario and not by evaluating documents.
//!
//! The generator writes a handful of forms; what each lets in, and what keeps it out, is said here form by form.

use s3attest_model::finding::Verdict::{self, Fail, NotApplicable, NotAssessed, Pass};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{Account, AccountState, Bucket, Grantee, ObjectOwnership, Permission};

use crate::control_of_policies::lets_vendor_in_by_point;
use crate::policies::{Form, Tls, forms};

/// What the public, or strangers, can do.
#[derive(Debug, Clone, Copy, Default)]
struct Open {
    /// List or read.
    reads: bool,
    /// Write or change permissions.
    writes: bool,
}

/// The checks on who reaches a bucket, with what each has to say. The scenario's public access blocks are those in effect.
pub(crate) fn of(scenario: &Scenario, account: &Account, bucket: &Bucket) -> Vec<(&'static str, Verdict)> {
    let forms = forms(scenario, account, bucket).unwrap_or_default();
    let blocks = [bucket.public_access_block, account.public_access_block];
    let restricts = blocks.iter().flatten().any(|block| block.restrict_public_buckets);
    let ignores = blocks.iter().flatten().any(|block| block.ignore_public_acls);
    let is_inside_perimeter = is_below(scenario, account, "workloads");
    let lists_have_effect = bucket.ownership != Some(ObjectOwnership::BucketOwnerEnforced);
    let grants = bucket.acl.iter().flatten().filter(|_| lists_have_effect);
    let is_public_policy = bucket.policy.as_ref().is_some_and(|policy| policy.is_public);

    let mut public = Open::default();
    if !is_inside_perimeter {
        if !restricts {
            public.reads |= forms.contains(&Form::Public);
            // It lets everybody in without TLS, unless another statement refuses just that.
            let open = forms.contains(&Form::AllowWithoutTls) && !forms.contains(&Form::Tls(Tls::Denied));
            public.reads |= open;
            public.writes |= open;
        }
        if !ignores {
            let groups = grants.clone().filter(|grant| is_public_group(&grant.grantee));
            for grant in groups {
                public.reads |= matches!(grant.permission, Permission::Read | Permission::FullControl);
                public.writes |= !matches!(grant.permission, Permission::Read | Permission::ReadAcp);
            }
        }
    }
    let is_named = |grantee: &Grantee| matches!(grantee, Grantee::CanonicalUser(_));
    let names_stranger = grants.clone().any(|grant| is_named(&grant.grantee));
    let vendor = forms.contains(&Form::Vendor) && !(is_public_policy && restricts);
    let strangers = if is_inside_perimeter && !names_stranger {
        Pass
    } else if is_inside_perimeter {
        // The perimeter spares AWS services, some of which come under a canonical user id.
        NotAssessed
    } else if public.reads || public.writes || vendor || lets_vendor_in_by_point(account, bucket, &forms) {
        Fail
    } else if names_stranger {
        // Whose canonical user id it is, nobody says: an account of the organization's, or not.
        NotAssessed
    } else {
        Pass
    };
    let is_target = account.buckets.iter().any(|other| {
        let logs_here = other
            .logging
            .as_ref()
            .is_some_and(|logging| logging.target_bucket == bucket.name);
        logs_here && other.name != bucket.name && other.region == bucket.region
    });
    let closed = |is_open: bool| if is_open { Fail } else { Pass };
    vec![
        ("s3-bucket-public-read", closed(public.reads)),
        ("s3-bucket-public-write", closed(public.writes)),
        ("s3-bucket-policy-cross-account", strangers),
        (
            "s3-log-target-not-public",
            if is_target {
                closed(public.reads || public.writes)
            } else {
                NotApplicable
            },
        ),
    ]
}

fn is_public_group(grantee: &Grantee) -> bool {
    match grantee {
        Grantee::Group(uri) => uri.ends_with("/AllUsers") || uri.ends_with("/AuthenticatedUsers"),
        Grantee::Owner | Grantee::CanonicalUser(_) | Grantee::Email(_) => false,
    }
}

/// Whether an account stands in a unit of this name, or below one. The management account stands in none.
fn is_below(scenario: &Scenario, account: &Account, name: &str) -> bool {
    assert_eq!(account.state, AccountState::Active);
    let units = &scenario.organization.as_ref().expect("generated").units;
    let mut at = account.unit.as_ref();
    while let Some(id) = at {
        let unit = units
            .iter()
            .find(|unit| unit.id == *id)
            .expect("the scenario was checked");
        if unit.name.eq_ignore_ascii_case(name) {
            return true;
        }
        at = unit.parent.as_ref();
    }
    false
}
