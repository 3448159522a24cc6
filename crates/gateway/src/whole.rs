//! Telling a whole XML answer from one that was cut.
//!
//! The SDK's decoder of S3 takes the end of the text for the end of the document: a list that was cut in the middle would
//! come out as a shorter list. Where a proxy or a gateway closes the connection in place of a length, nothing else shows
//! the cut.

/// Whether a body is a document that ends with the end of its root element. What is not XML is not judged here.
pub(crate) fn is_whole(body: &[u8]) -> bool {
    let text = body.trim_ascii();
    if text.first() != Some(&b'<') {
        return true;
    }
    let Some(root) = root_name(text) else { return false };
    if let Some(before) = text.strip_suffix(b">") {
        if let Some(before) = before.trim_ascii_end().strip_suffix(root) {
            return before.ends_with(b"</");
        }
        // An empty root: `<Name … />` and nothing behind it.
        return before.ends_with(b"/") && elements(text) == 1;
    }
    false
}

/// How many elements begin or end in a text: declarations and comments are none.
fn elements(text: &[u8]) -> usize {
    text.windows(2)
        .filter(|pair| pair[0] == b'<' && !matches!(pair[1], b'?' | b'!'))
        .count()
}

/// The name of the first element.
fn root_name(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text;
    loop {
        let at = rest.iter().position(|byte| *byte == b'<')?;
        rest = &rest[at + 1..];
        if !matches!(rest.first()?, b'?' | b'!') {
            let end = rest
                .iter()
                .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))?;
            return Some(&rest[..end]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<AccessControlPolicy xmlns=\"x\"><Owner><ID>1</ID></Owner>\
        <AccessControlList><Grant><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>\n";

    #[test]
    fn a_document_is_whole_at_its_end_and_nowhere_before() {
        assert!(is_whole(ANSWER.as_bytes()));
        let end = ANSWER.trim_end().len();
        for cut in 1..end {
            // Before the first character of the document nothing has been cut that could be missed.
            if ANSWER[..cut].trim().is_empty() {
                continue;
            }
            assert!(!is_whole(&ANSWER.as_bytes()[..cut]), "{}", &ANSWER[..cut]);
        }
    }

    #[test]
    fn an_empty_root_and_what_is_not_xml_are_left_alone() {
        assert!(is_whole(b"<?xml version=\"1.0\"?><BucketLoggingStatus xmlns=\"x\"/>"));
        assert!(is_whole(b"<VersioningConfiguration />"));
        assert!(is_whole(br#"{"Version":"2012-10-17"}"#));
        assert!(is_whole(b""));
        assert!(!is_whole(b"<A><B/>"));
    }
}
