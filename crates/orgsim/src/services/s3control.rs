//! S3 Control: the account's public access block.

use super::{Call, Operation, Service, own_account};
use crate::protocol::route::{Rest, Route};
use crate::protocol::xml::Xml;
use crate::protocol::{Failure, Protocol, Success};

const NAMESPACE: &str = "http://awss3control.amazonaws.com/doc/2018-08-20/";

pub(super) static SERVICE: Service = Service {
    name: "s3control",
    signing_name: "s3",
    protocol: Protocol::RestXml,
    route: Route::Rest(find),
    claims_path: |path| path.starts_with("/v20180820/"),
    has_buckets: false,
    throttle: (503, "SlowDown"),
    operations: &[Operation {
        name: "GetPublicAccessBlock",
        action: "s3:GetAccountPublicAccessBlock",
        answer: get_public_access_block,
    }],
    admit,
    resource_account: own_account,
};

fn find(rest: &Rest<'_>) -> Option<&'static str> {
    let is_block = rest.method == http::Method::GET && rest.path == "/v20180820/configuration/publicAccessBlock";
    is_block.then_some("GetPublicAccessBlock")
}

/// The account is named in a header, and by the SDKs also before the host; it must be the caller's.
fn admit(call: &Call<'_>) -> Result<(), Failure> {
    let host = call.header("host").unwrap_or_default();
    let of_host = host
        .split('.')
        .next()
        .filter(|label| label.len() == 12 && label.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(account) = call.header("x-amz-account-id").or(of_host) else {
        return Err(Failure::new(
            400,
            "InvalidRequest",
            "Missing required header for this request: x-amz-account-id",
        ));
    };
    if account != call.account().id || of_host.is_some_and(|of_host| of_host != account) {
        return Err(Failure::new(403, "AccessDenied", "Access Denied"));
    }
    Ok(())
}

fn get_public_access_block(call: &Call<'_>) -> Result<Success, Failure> {
    let account = call.account();
    let block = call.world.scenario().effective_public_access_block(account);
    let block = block.ok_or_else(|| {
        Failure::new(
            404,
            "NoSuchPublicAccessBlockConfiguration",
            "The public access block configuration was not found",
        )
        .with_member("AccountId", account.id.clone())
    })?;
    Ok(Success::xml(Xml::document(
        "PublicAccessBlockConfiguration",
        NAMESPACE,
        |xml| {
            super::s3::write_public_access_block(xml, block);
        },
    )))
}
