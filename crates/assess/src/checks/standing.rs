//! How an account stands to a bucket's own: the same, one of the organization, an approved one, or a stranger.

use s3attest_model::identifiers::AccountId;

use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// How an account stands to a bucket's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is the bucket's account.
    Own,
    /// It is another account of the organization.
    Member,
    /// It is outside the organization, and sharing with it is approved in the configuration.
    Approved,
    /// It is none of these.
    Stranger,
}

impl Standing {
    /// The account in words.
    pub(super) fn of(self, account: &AccountId) -> String {
        match self {
            Self::Own => "this account".to_owned(),
            Self::Member => format!("account {account} of the organization"),
            Self::Approved => format!("account {account}, with which sharing is approved"),
            Self::Stranger => format!("account {account}, which is no account of the organization"),
        }
    }
}

/// How an account stands to a bucket's. Unknown when it is not on the organization's list of accounts and the list is
/// incomplete.
pub(super) fn standing<'a>(
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
    account: &AccountId,
) -> Result<Standing, Unknown<'a>> {
    if *account == view.bucket.account {
        return Ok(Standing::Own);
    }
    // An approved account is approved whatever is known of the list.
    if view.parameters.allows_external(account) {
        let is_member = view.organization.evidence.ids.contains(account);
        return Ok(if is_member {
            Standing::Member
        } else {
            Standing::Approved
        });
    }
    Ok(if view.organization.has(trail, account)? {
        Standing::Member
    } else {
        Standing::Stranger
    })
}
