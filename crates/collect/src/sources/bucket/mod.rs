//! The settings of a bucket: one file a setting, one line in the registry below.

mod abac;
mod acceleration;
mod acl;
mod cors;
pub(crate) mod encryption;
pub(crate) mod inventory;
pub(crate) mod lifecycle;
mod logging;
mod metadata;
mod notifications;
mod object_lock;
mod ownership_controls;
mod policy;
mod policy_status;
mod public_access_block;
mod replication;
mod request_payment;
mod tagging;
mod versioning;
mod website;

use std::collections::BTreeSet;

use jiff::Timestamp;
use s3attest_gateway::{AllowedOperation, Clock, Times, Unit};
use s3attest_model::bucket::{BucketSetting, BucketSettings};
use s3attest_model::evidence::Evidence;

/// Everything that the read of a setting needs.
pub(crate) struct BucketRead {
    /// The client of the bucket's region.
    pub(crate) client: aws_sdk_s3::Client,
    /// The bucket.
    pub(crate) name: String,
    /// The account that must own it: S3 refuses the read when another one does.
    pub(crate) owner: String,
    /// Tells the time.
    pub(crate) clock: Clock,
}

impl BucketRead {
    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// A read of the S3 API with the session's credentials.
const fn s3_read(name: &'static str, label: &'static str, actions: &'static [&'static str]) -> AllowedOperation {
    AllowedOperation {
        service: "S3",
        name,
        label,
        actions,
        class: "s3",
        in_session: true,
        times: Times::each(Unit::Bucket),
    }
}

macro_rules! registry {
    ($($module:ident = $setting:ident;)*) => {
        /// The operations of all settings.
        pub(crate) const OPERATIONS: &[AllowedOperation] = &[$($module::OPERATION),*];

        /// Reads the wanted settings, all at the same time; the others become gaps that say so.
        pub(crate) async fn read_settings(bucket: &BucketRead, wanted: &BTreeSet<BucketSetting>) -> BucketSettings {
            // Each read is boxed: side by side on the stack they would make every bucket's future as large as all together.
            $(let $module = Box::pin(async {
                if wanted.contains(&BucketSetting::$setting) {
                    $module::read(bucket).await
                } else {
                    Evidence::not_collected(BucketSetting::$setting.operation())
                }
            });)*
            let ($($module,)*) = futures::join!($($module),*);
            BucketSettings { $($module,)* }
        }

        #[cfg(test)]
        mod tests {
            use super::*;

            #[test]
            fn every_setting_is_read_by_the_operation_that_the_model_names() {
                let registered = [$((BucketSetting::$setting, $module::OPERATION.operation())),*];
                assert_eq!(registered.len(), BucketSetting::ALL.len());
                for (setting, operation) in registered {
                    assert_eq!(setting.operation(), operation);
                }
            }
        }
    };
}

registry! {
    public_access_block = PublicAccessBlock;
    policy = Policy;
    policy_status = PolicyStatus;
    acl = Acl;
    ownership_controls = OwnershipControls;
    encryption = Encryption;
    versioning = Versioning;
    object_lock = ObjectLock;
    logging = Logging;
    lifecycle = Lifecycle;
    replication = Replication;
    notifications = Notifications;
    tagging = Tagging;
    website = Website;
    cors = Cors;
    inventory = Inventory;
    request_payment = RequestPayment;
    acceleration = Acceleration;
    abac = Abac;
    metadata = Metadata;
}
