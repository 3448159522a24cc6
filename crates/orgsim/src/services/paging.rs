//! The pages of the lists that account services hand out, and the two faults that only lists have.

use super::Call;
use crate::protocol::Failure;
use crate::scenario::FaultKind;

/// One page of a list: the entries, and the token of the next page. Tokens belong to their operation.
///
/// A struck call answers an empty page with a token first ([`FaultKind::EmptyPage`]), or leads from the last page back to
/// the first ([`FaultKind::EndlessPages`]).
pub(super) fn page<'entry, T>(
    call: &Call<'_>,
    entries: &'entry [T],
    token: Option<&str>,
    size: usize,
) -> Result<(&'entry [T], Option<String>), Failure> {
    let name = call.operation.name;
    let start = match token {
        None if call.struck == Some(FaultKind::EmptyPage) => return Ok((&[], Some(format!("{name}:0")))),
        None => 0,
        Some(token) => token
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix(':'))
            .and_then(|number| number.parse().ok())
            .filter(|start| *start <= entries.len())
            .ok_or_else(|| Failure::new(400, "ValidationException", "The token is not valid."))?,
    };
    let end = entries.len().min(start.saturating_add(size.max(1)));
    let next = if end < entries.len() {
        Some(format!("{name}:{end}"))
    } else if call.struck == Some(FaultKind::EndlessPages) {
        Some(format!("{name}:0"))
    } else {
        None
    };
    Ok((&entries[start..end], next))
}
