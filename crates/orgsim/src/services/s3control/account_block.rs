//! The account's public access block.

use super::{Answer, NAMESPACE};
use crate::protocol::xml::Xml;
use crate::protocol::{Failure, Success};
use crate::services::Call;
use crate::services::s3::write_public_access_block;

pub(super) fn get_public_access_block(call: &Call<'_>) -> Answer {
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
            write_public_access_block(xml, block);
        },
    )))
}
