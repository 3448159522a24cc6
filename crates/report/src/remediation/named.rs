//! What a finding names besides its resource: a key, a trail, a topic, an analyzer, a detector, a recorder.
//!
//! It is read from what the evidence was read of, and from the ARNs in the message. A message may hold foreign text beside them, so
//! a name counts only where it is the only one of its kind; with several, the word stays and the finding says which they are.

use s3attest_model::finding::Finding;

use super::code::Names;

/// The kinds of ARNs that are looked for: the service, and how the resource begins (Service Authorization Reference).
const KEY: (&str, &str) = ("kms", "key/");
const TRAIL: (&str, &str) = ("cloudtrail", "trail/");
const TOPIC: (&str, &str) = ("sns", "");
const ANALYZER: (&str, &str) = ("access-analyzer", "analyzer/");

/// Adds to the names of a finding's resource what else the finding names.
pub(super) fn beside<'names>(finding: &'names Finding, names: Names<'names>) -> Names<'names> {
    let message = finding.message.as_str();
    let read = || finding.evidence.iter().filter_map(|each| each.of.as_deref());
    let detectors = finding
        .evidence
        .iter()
        .filter(|each| each.source.operation.as_str() == "guardduty.GetDetector")
        .filter_map(|each| each.of.as_deref());
    let trail = the_only(arns(message, TRAIL));
    let topic = the_only(arns(message, TOPIC));
    let analyzer = the_only(read().flat_map(|of| arns(of, ANALYZER))).and_then(|arn| arn.split_once(ANALYZER.1));
    let analyzer = analyzer.map(|(_, name)| name);
    Names {
        key: the_only(read().flat_map(|of| arns(of, KEY)).chain(arns(message, KEY))),
        trail,
        trail_region: trail.and_then(region_of),
        topic,
        topic_region: topic.and_then(region_of),
        analyzer,
        archive_rule: analyzer.and_then(|analyzer| archive_rule(message, analyzer)),
        detector: the_only(detectors),
        recorder: names.region.and_then(|region| recorder(message, region)),
        ..names
    }
}

/// The one name, however often it stands there; `None` for several.
fn the_only<'names>(mut names: impl Iterator<Item = &'names str>) -> Option<&'names str> {
    let first = names.next()?;
    names.all(|name| name == first).then_some(first)
}

/// The ARNs of a kind in a text.
fn arns<'text>(
    text: &'text str,
    (service, beginning): (&'static str, &'static str),
) -> impl Iterator<Item = &'text str> {
    let is_of_arn = |character: char| character.is_ascii_alphanumeric() || ":/_-.".contains(character);
    text.match_indices("arn:").filter_map(move |(start, _)| {
        let rest = &text[start..];
        let end = rest.find(|character| !is_of_arn(character)).unwrap_or(rest.len());
        // What ends a clause is no part of the name.
        let arn = rest[..end].trim_end_matches(['.', ':']);
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let [_, _, of_service, region, account, resource] = parts[..] else {
            return None;
        };
        let is_of_kind = of_service == service
            && !region.is_empty()
            && !account.is_empty()
            && !resource.contains(':')
            && resource.strip_prefix(beginning).is_some_and(|name| !name.is_empty());
        is_of_kind.then_some(arn)
    })
}

fn region_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(3)
}

/// The name of the recorder that a sentence on one is about (`config-recorder-enabled`).
fn recorder<'text>(message: &'text str, region: &str) -> Option<&'text str> {
    let rest = message.strip_prefix("The recorder ")?;
    let behind = format!(" of {region} is ");
    let mut parts = rest.split(&behind);
    let name = parts.next()?;
    let is_clear = !name.is_empty() && parts.next().is_some() && parts.next().is_none();
    is_clear.then_some(name)
}

/// The archive rule of the analyzer that a sentence names, where it names one alone (`aa-archive-rules`).
fn archive_rule<'text>(message: &'text str, analyzer: &str) -> Option<&'text str> {
    let (_, rule) = message
        .strip_suffix(&format!(" of {analyzer}."))?
        .split_once(" are archived as soon as they are made, by ")?;
    (!rule.is_empty() && !rule.contains([' ', ','])).then_some(rule)
}
