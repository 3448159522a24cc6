//! Members that an answer must hold, and whose lack the SDK hides.
//!
//! Where an answer lacks a list that AWS requires, the SDK puts an empty one in its place; where it lacks a switch, `false`;
//! where it lacks the kind of a vector bucket's encryption, the default one. All of these would be read as facts. What was
//! really said stands only in the body, so it is looked at there.

/// A member that the body of an answer must hold.
struct Needed {
    /// The service in the SDK's metadata.
    service: &'static str,
    operations: &'static [&'static str],
    /// The member without which nothing is needed; empty where the answer itself needs it.
    within: &'static str,
    /// The member as the wire names it.
    member: &'static str,
}

const fn needed(service: &'static str, operations: &'static [&'static str], member: &'static str) -> Needed {
    Needed {
        service,
        operations,
        within: "",
        member,
    }
}

/// The required members of each service's model in JSON, the one switch of a policy's status, and the kind of encryption.
const NEEDED: [Needed; 10] = [
    needed("AccessAnalyzer", &["ListAnalyzers"], "analyzers"),
    needed("AccessAnalyzer", &["ListArchiveRules"], "archiveRules"),
    needed("AccessAnalyzer", &["ListFindings", "ListFindingsV2"], "findings"),
    needed("AccessAnalyzer", &["GetFindingV2"], "findingDetails"),
    needed("GuardDuty", &["ListDetectors"], "detectorIds"),
    needed(
        "S3 Control",
        &[
            "GetAccessPointPolicyStatus",
            "GetAccessPointPolicyStatusForObjectLambda",
            "GetMultiRegionAccessPointPolicyStatus",
        ],
        "IsPublic",
    ),
    needed("S3Tables", &["ListTableBuckets"], "tableBuckets"),
    needed("S3Tables", &["GetTableBucketMaintenanceConfiguration"], "configuration"),
    needed("S3Vectors", &["ListVectorBuckets"], "vectorBuckets"),
    Needed {
        service: "S3Vectors",
        operations: &["GetVectorBucket"],
        within: "encryptionConfiguration",
        member: "sseType",
    },
];

/// The member that the body of an answer without error lacks, where it lacks one that it must hold.
pub(crate) fn lacking(service: &str, operation: &str, body: &[u8]) -> Option<&'static str> {
    let asked = |each: &&Needed| each.service == service && each.operations.contains(&operation);
    NEEDED
        .iter()
        .filter(asked)
        .filter(|each| each.within.is_empty() || holds(body, each.within))
        .map(|each| each.member)
        .find(|member| !holds(body, member))
}

/// Whether a body holds a member, in XML or in JSON. The text of a value cannot pass for one: XML escapes its brackets, and
/// JSON its quotation marks.
fn holds(body: &[u8], member: &str) -> bool {
    let text = String::from_utf8_lossy(body);
    if text.trim_start().starts_with('<') {
        return text.contains(&format!("<{member}>"));
    }
    let name = format!("\"{member}\"");
    text.match_indices(&name).any(|(at, found)| {
        let rest = text[at + found.len()..].trim_start();
        let value = rest.strip_prefix(':').map(str::trim_start);
        value.is_some_and(|value| !value.starts_with("null"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_that_is_not_said_is_not_taken_for_off() {
        let lack = |body: &str| lacking("S3 Control", "GetAccessPointPolicyStatus", body.as_bytes());
        let said = "<R><PolicyStatus><IsPublic>false</IsPublic></PolicyStatus></R>";
        assert_eq!(lack(said), None);
        assert_eq!(lack("<R><PolicyStatus/></R>"), Some("IsPublic"));
        assert_eq!(lacking("S3 Control", "GetAccessPoint", b"<R/>"), None);
    }

    #[test]
    fn a_list_that_is_missing_is_not_taken_for_an_empty_one() {
        let lack = |body: &str| lacking("GuardDuty", "ListDetectors", body.as_bytes());
        assert_eq!(lack(r#"{"detectorIds" : []}"#), None);
        for body in [
            "",
            "{}",
            r#"{"detectorIds":null}"#,
            r#"{"nextToken":"detectorIds"}"#,
            r#"{"x":"\"detectorIds\": 1"}"#,
        ] {
            assert_eq!(lack(body), Some("detectorIds"), "{body}");
        }
    }

    #[test]
    fn an_encryption_without_kind_is_not_taken_for_the_default_one() {
        let lack = |body: &str| lacking("S3Vectors", "GetVectorBucket", body.as_bytes());
        assert_eq!(lack(r#"{"vectorBucket":{}}"#), None, "nothing is said of encryption");
        assert_eq!(
            lack(r#"{"vectorBucket":{"encryptionConfiguration":{}}}"#),
            Some("sseType")
        );
        let said = r#"{"vectorBucket":{"encryptionConfiguration":{"sseType":"aws:kms"}}}"#;
        assert_eq!(lack(said), None);
    }
}
