//! Closing a bucket, or a way to it, that somebody uses: websites, readers without an account, distributions.

use s3attest_model::access::{AccessKind, Audience, BucketRole};
use s3attest_model::bucket::BucketSetting;

use super::{Concern, Conflict, FOREIGN, Known, value, when};
use crate::remediation::changes::Change;
use crate::text::clip;

pub(super) const CONFLICTS: &[Conflict] = &[
    Conflict {
        raised_by: &[Change::BlockPublicAccess],
        about: "a website",
        ask: |known| {
            website(known, |kind| {
                format!(
                    "The bucket is hosted as a website{kind}. A website endpoint serves what is public and nothing else, so \
                     the site goes dark. Put CloudFront with origin access control on the bucket in its place first."
                )
            })
        },
        source: "Amazon S3 User Guide, \"Setting permissions for website access\"",
    },
    Conflict {
        raised_by: &[Change::RequireTls],
        about: "a website",
        ask: |known| {
            website(known, |kind| {
                format!(
                    "The bucket is hosted as a website{kind}. Website endpoints speak HTTP alone, so every request to the \
                     site would be denied. Move the site behind CloudFront, with the bucket itself as origin, first."
                )
            })
        },
        source: "Amazon S3 User Guide, \"Website endpoints\"",
    },
    Conflict {
        raised_by: &[Change::Website],
        about: "a distribution that fetches from the website",
        ask: |known| {
            when(known.role(BucketRole::Origin), |because| {
                format!(
                    "A distribution of CloudFront fetches from this bucket ({because}). Where its origin is the website \
                     endpoint, it stops serving: give it the bucket itself as origin, with origin access control, first. \
                     Index documents below the root and redirects then have to be made in CloudFront."
                )
            })
        },
        source: "Amazon CloudFront Developer Guide, \"Use various origins with CloudFront distributions\"",
    },
    Conflict {
        raised_by: &[Change::Website],
        about: "a redirect to another host",
        ask: |known| {
            let website = value(BucketSetting::Website, &known.bucket.settings.website);
            when(
                website.map(|website| website.and_then(|website| website.redirect_all_requests_to.as_ref())),
                |redirect| {
                    format!(
                        "The website sends every request on to {}. Links to the old address break unless something else \
                         answers there.",
                        clip(&redirect.host_name, FOREIGN)
                    )
                },
            )
        },
        source: "Amazon S3 User Guide, \"(Optional) Configuring a webpage redirect\"",
    },
    Conflict {
        raised_by: &[Change::BlockPublicAccess],
        about: "access that the public has",
        ask: |known| {
            let open = known.reaches(Audience::Anyone, &AccessKind::ALL).and_then(|is_open| {
                let signed_in = known.reaches(Audience::AuthenticatedUsers, &AccessKind::ALL);
                if is_open { Ok(true) } else { signed_in }
            });
            when(open.map(|is_open| is_open.then_some(())), |()| {
                "Today people outside the organization get in (see “Who outside the account gets what”). This ends all of \
                 it at once, meant or not. Server access logs or data events tell who uses it."
                    .to_owned()
            })
        },
        source: "Amazon S3 User Guide, \"Blocking public access to your Amazon S3 storage\"",
    },
    Conflict {
        raised_by: &[Change::BlockPublicAccess],
        about: "other accounts that a public policy names",
        ask: other_accounts_of_a_public_policy,
        source: "Amazon S3 User Guide, \"Blocking public access to your Amazon S3 storage\"",
    },
    Conflict {
        raised_by: &[Change::BlockPublicAccess, Change::RequireNetwork],
        about: "a distribution that fetches from the bucket",
        ask: |known| {
            when(known.role(BucketRole::Origin), |because| {
                format!(
                    "A distribution of CloudFront fetches from this bucket ({because}). It goes on serving only where it \
                     has origin access control and the bucket policy names it; one that fetches like anybody else is \
                     kept out."
                )
            })
        },
        source: "Amazon CloudFront Developer Guide, \"Restrict access to an Amazon S3 origin\"",
    },
    Conflict {
        raised_by: &[Change::RequireNetwork],
        about: "a website",
        ask: |known| {
            website(known, |kind| {
                format!("The bucket is hosted as a website{kind}. Visitors come from elsewhere and would be denied.")
            })
        },
        source: "Amazon S3 User Guide, \"Setting permissions for website access\"",
    },
    Conflict {
        raised_by: &[Change::RequireNetwork],
        about: "callers of other accounts",
        ask: |known| {
            let kinds = &AccessKind::ALL;
            let others = known.reaches(Audience::OrganizationAccounts, kinds).and_then(|one| {
                let outside = known.reaches(Audience::OutsideAccounts, kinds);
                if one { Ok(true) } else { outside }
            });
            when(others.map(|reaches| reaches.then_some(())), |()| {
                "Other accounts reach the bucket today. Their requests come from networks of their own, which the statement \
                 has to name too."
                    .to_owned()
            })
        },
        source: "Amazon S3 User Guide, \"Controlling access from VPC endpoints with bucket policies\"",
    },
    Conflict {
        raised_by: &[Change::CrossOrigin],
        about: "a website that calls the bucket",
        ask: |known| {
            website(known, |kind| {
                format!(
                    "The bucket is hosted as a website{kind}. Pages of other sites that load its fonts or data need a rule \
                     that names them."
                )
            })
        },
        source: "Amazon S3 User Guide, \"Using cross-origin resource sharing (CORS)\"",
    },
];

fn website(known: &Known<'_>, text: impl FnOnce(&str) -> String) -> Concern {
    when(
        value(BucketSetting::Website, &known.bucket.settings.website),
        |website| match &website.redirect_all_requests_to {
            Some(redirect) => text(&format!(" that redirects to {}", clip(&redirect.host_name, FOREIGN))),
            None => text(""),
        },
    )
}

/// `RestrictPublicBuckets` leaves of a public policy only AWS services and the account's own users, so that the accounts that
/// its other statements name lose what they have.
fn other_accounts_of_a_public_policy(known: &Known<'_>) -> Concern {
    let status = match value(BucketSetting::PolicyStatus, &known.bucket.settings.policy_status) {
        Ok(status) => status,
        Err(why) => return Concern::NotKnown(why),
    };
    if !status.is_some_and(|status| status.is_public) {
        return Concern::None;
    }
    let kinds = &AccessKind::ALL;
    let others = [Audience::OrganizationAccounts, Audience::OutsideAccounts];
    let reaches: Vec<_> = others.iter().map(|audience| known.reaches(*audience, kinds)).collect();
    if reaches.contains(&Ok(true)) {
        return Concern::Shown(
            "S3 calls the bucket policy public, and other accounts reach the bucket by it. RestrictPublicBuckets keeps \
             out everybody but AWS services and this account’s own users, those other accounts included, until the policy \
             is not public any more. Take the public statement out first."
                .to_owned(),
        );
    }
    match reaches.into_iter().find_map(Result::err) {
        Some(why) => Concern::NotKnown(why),
        None => Concern::None,
    }
}
