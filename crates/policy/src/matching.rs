//! Wildcards: `*` for any run of characters, `?` for any one.
//!
//! Besides the usual question (does a pattern match a text) there are two about whole sets of texts: does a pattern
//! match everything that starts with a text, and can it match any of it. Both are answered exactly, never by trying
//! examples.

/// Stands in a text for "any characters, any number of them": only a pattern's `*` matches it.
const ANYTHING: char = '\u{0}';

/// Stand in a pattern for the characters `*` and `?` themselves.
const STAR: char = '\u{f0000}';
const QUESTION_MARK: char = '\u{f0001}';

/// Stand in a pattern for a `*` and a `?` that match no colon.
const STAR_WITHIN: char = '\u{f0002}';
const QUESTION_MARK_WITHIN: char = '\u{f0003}';

/// A text in which `*` and `?` stand for themselves.
pub(crate) fn protected(text: &str) -> String {
    text.chars().map(protect).collect()
}

fn protect(character: char) -> char {
    match character {
        '*' => STAR,
        '?' => QUESTION_MARK,
        other => other,
    }
}

/// A pattern in which some wildcards may stand for themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<char>);

impl Pattern {
    /// Takes a text in which what stands for itself is [`protected`].
    pub(crate) fn new(text: &str) -> Self {
        Self(text.chars().collect())
    }

    /// Whether it matches a text. Letter case matters.
    pub(crate) fn matches(&self, text: &str) -> bool {
        matches(&self.0, &text.chars().map(protect).collect::<Vec<_>>())
    }

    /// Whether it matches a text, letter case aside.
    pub(crate) fn matches_in_any_case(&self, text: &str) -> bool {
        let fold = |character: &char| character.to_lowercase().collect::<Vec<_>>();
        let text: Vec<char> = text.chars().map(protect).collect();
        let fold_all = |characters: &[char]| characters.iter().flat_map(fold).collect::<Vec<_>>();
        matches(&fold_all(&self.0), &fold_all(&text))
    }

    /// Whether it matches an ARN, segment by segment.
    pub(crate) fn matches_arn(&self, arn: &str) -> bool {
        let pattern: String = self.0.iter().collect();
        pattern == "*" || by_segment(&pattern, &arn.chars().map(protect).collect::<Vec<_>>(), matches)
    }
}

/// Whether every text that the inner pattern matches is matched by the outer one too. `false` when that is not certain.
pub(crate) fn includes(outer: &str, inner: &str) -> bool {
    let inner: Vec<char> = inner
        .chars()
        .map(|character| match character {
            '*' => ANYTHING,
            // Only a wildcard of the outer pattern matches a character that its author cannot have written.
            '?' => QUESTION_MARK,
            other => other,
        })
        .collect();
    matches(&characters(outer), &inner)
}

/// Whether a resource pattern certainly matches every ARN that the inner pattern matches.
pub(crate) fn arn_includes(outer: &str, inner: &str) -> bool {
    if outer == "*" {
        return true;
    }
    let (mut left, mut right) = (outer.splitn(6, ':'), inner.splitn(6, ':'));
    loop {
        match (left.next(), right.next()) {
            (Some(outer), Some(inner)) if includes(outer, inner) => {}
            (None, None) => return true,
            _ => return false,
        }
    }
}

/// Whether some text is matched by both patterns.
pub(crate) fn patterns_overlap(left: &str, right: &str) -> bool {
    !begin_apart(left, right) && overlap(&characters(left), &characters(right))
}

/// Whether some ARN is matched by both patterns, of which the second is one segment by segment. Where the first has no
/// wildcard before its last segment it is compared segment by segment too; else `true` may be said once too often.
pub(crate) fn arn_patterns_overlap(left: &str, right: &str) -> bool {
    let segments: Vec<&str> = left.splitn(6, ':').collect();
    let (head, last) = segments.split_at(segments.len().min(5));
    if last.is_empty() || head.iter().any(|segment| segment.contains('*')) {
        return patterns_overlap(left, right);
    }
    let mut others = right.splitn(6, ':');
    segments
        .iter()
        .all(|segment| others.next().is_some_and(|other| patterns_overlap(segment, other)))
}

/// A text that the pattern matches, with this text in the place of each `*`.
pub(crate) fn instance(pattern: &str, filling: &str) -> String {
    pattern
        .chars()
        .map(|character| match character {
            '*' => filling.to_owned(),
            '?' => "x".to_owned(),
            other => other.to_string(),
        })
        .collect()
}

/// Whether an action pattern (`s3:Get*`) matches an action. Letter case does not matter.
#[must_use]
pub fn action_matches(pattern: &str, action: &str) -> bool {
    // Most patterns hold no wildcard, or one at the end; these need no copies.
    match pattern.find(['*', '?']) {
        None => pattern.eq_ignore_ascii_case(action),
        Some(at) if pattern[at..] == *"*" => action
            .get(..at)
            .is_some_and(|start| start.eq_ignore_ascii_case(&pattern[..at])),
        Some(_) => matches(&lower(pattern), &lower(action)),
    }
}

/// Whether a pattern matches a text, as `StringLike` compares them. Letter case matters.
#[must_use]
pub fn text_matches(pattern: &str, text: &str) -> bool {
    matches(&characters(pattern), &characters(text))
}

/// Whether a resource pattern matches an ARN. A wildcard stays within its segment, between two colons; only a `*` at the end
/// of a segment, and any in the last one, may go on beyond them (IAM User Guide, "IAM JSON policy elements: Resource").
#[must_use]
pub fn arn_matches(pattern: &str, arn: &str) -> bool {
    match beyond_colons(pattern) {
        Some(pattern) => overlap(&pattern, &characters(arn)),
        None => by_segment(pattern, &characters(arn), matches),
    }
}

/// Whether an action pattern matches every action of a service (`s3`).
pub(crate) fn action_covers_service(pattern: &str, service: &str) -> bool {
    let mut all = lower(service);
    all.extend([':', ANYTHING]);
    matches(&lower(pattern), &all)
}

/// Whether an action pattern matches any action of a service.
pub(crate) fn action_touches_service(pattern: &str, service: &str) -> bool {
    let mut all = lower(service);
    all.extend([':', '*']);
    overlap(&lower(pattern), &all)
}

/// Whether a resource pattern matches every ARN that starts with a text.
pub(crate) fn arn_covers_all_under(pattern: &str, start: &str) -> bool {
    let mut all = characters(start);
    all.push(ANYTHING);
    match beyond_colons(pattern) {
        Some(pattern) => overlap(&pattern, &all),
        None => by_segment(pattern, &all, matches),
    }
}

/// Whether a resource pattern matches any ARN that starts with a text.
pub(crate) fn arn_touches_any_under(pattern: &str, start: &str) -> bool {
    let mut all = characters(start);
    all.push('*');
    // A policy variable can stand for anything, so it is taken as a wildcard here.
    pattern.contains("${")
        || match beyond_colons(pattern) {
            Some(pattern) => overlap(&pattern, &all),
            None => by_segment(pattern, &all, overlap),
        }
}

fn characters(text: &str) -> Vec<char> {
    text.chars().collect()
}

fn lower(text: &str) -> Vec<char> {
    text.chars().map(|character| character.to_ascii_lowercase()).collect()
}

/// A resource pattern of which a `*` ends one of the segments before the last and so reaches beyond it, with the wildcards
/// that do not written as such; `None` for any other pattern, which can be compared segment by segment.
fn beyond_colons(pattern: &str) -> Option<Vec<char>> {
    let segments: Vec<&str> = pattern.splitn(6, ':').collect();
    let head = &segments[..segments.len().min(5)];
    if !head.iter().any(|segment| segment.ends_with('*')) {
        return None;
    }
    let mut all = Vec::new();
    for (index, segment) in segments.iter().enumerate() {
        let free = segment.strip_suffix('*').map_or(segment.len(), str::len);
        for (at, character) in segment.char_indices() {
            all.push(match character {
                '*' if index < 5 && at < free => STAR_WITHIN,
                '?' if index < 5 => QUESTION_MARK_WITHIN,
                other => other,
            });
        }
        all.push(':');
    }
    all.pop();
    Some(all)
}

/// Compares pattern and text segment by segment, the last of the six taking the rest.
fn by_segment(pattern: &str, text: &[char], compare: fn(&[char], &[char]) -> bool) -> bool {
    let pattern = characters(pattern);
    let mut left = pattern.splitn(6, |character| *character == ':');
    let mut right = text.splitn(6, |character| *character == ':');
    loop {
        match (left.next(), right.next()) {
            (Some(pattern), Some(text)) if compare(pattern, text) => {}
            (None, None) => return true,
            _ => return false,
        }
    }
}

/// Whether a pattern matches a text that may hold [`ANYTHING`]; linear but for backtracking to the last `*`.
fn matches(pattern: &[char], text: &[char]) -> bool {
    let (mut at_pattern, mut at_text) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while at_text < text.len() {
        match pattern.get(at_pattern) {
            Some('*') => {
                retry = Some((at_pattern, at_text));
                at_pattern += 1;
                continue;
            }
            Some(expected) if text[at_text] != ANYTHING && (*expected == '?' || *expected == text[at_text]) => {
                at_pattern += 1;
                at_text += 1;
                continue;
            }
            _ => {}
        }
        let Some((star, taken)) = retry else {
            return false;
        };
        retry = Some((star, taken + 1));
        at_pattern = star + 1;
        at_text = taken + 1;
    }
    pattern[at_pattern..].iter().all(|character| *character == '*')
}

/// Whether two patterns ask for different characters before the first wildcard of either, so that no text is matched by both.
/// Most patterns that are compared name different services, actions or buckets, and this tells them apart at once.
fn begin_apart(left: &str, right: &str) -> bool {
    let is_wildcard = |byte: u8| matches!(byte, b'*' | b'?');
    for (left, right) in left.bytes().zip(right.bytes()) {
        if is_wildcard(left) || is_wildcard(right) {
            return false;
        }
        if left != right {
            return true;
        }
    }
    false
}

/// Whether one character is matched by both, neither of which is a star.
fn meet(left: char, right: char) -> bool {
    match (left, right) {
        (_, ANYTHING) => false,
        (QUESTION_MARK_WITHIN, other) => other != ':',
        _ => left == right || left == '?' || right == '?',
    }
}

/// Whether some text is matched by both patterns. The right one may hold [`ANYTHING`], the left one what stays within a segment.
fn overlap(left: &[char], right: &[char]) -> bool {
    // reachable[j]: the first i characters of `left` and the first j of `right` can match one text.
    let mut reachable = vec![false; right.len() + 1];
    for i in 0..=left.len() {
        let mut previous_diagonal = false;
        for j in 0..=right.len() {
            let above = i > 0 && reachable[j];
            let before = j > 0 && reachable[j - 1];
            let here = if i == 0 && j == 0 {
                true
            } else {
                let within = i > 0 && left[i - 1] == STAR_WITHIN;
                let star = (i > 0 && left[i - 1] == '*') || (j > 0 && right[j - 1] == '*');
                let same = i > 0 && j > 0 && previous_diagonal && meet(left[i - 1], right[j - 1]);
                let swallowed = before && !matches!(right[j - 1], ':' | ANYTHING);
                // A star matches nothing (drop it) or swallows one more part of the other side.
                (star && (above || before)) || (within && (above || swallowed)) || (same && !star && !within)
            };
            previous_diagonal = i > 0 && reachable[j];
            reachable[j] = here;
        }
    }
    reachable[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn actions_match_with_wildcards_in_any_letter_case() {
        for (pattern, action, expected) in [
            ("s3:GetObject", "s3:getobject", true),
            ("S3:Get*", "s3:GetObjectAcl", true),
            ("s3:Get?bject", "s3:GetObject", true),
            ("*", "s3:GetObject", true),
            ("s3:*", "s3:GetObject", true),
            ("s3:*Object", "s3:GetObjectAcl", false),
            ("s3:*ject*", "s3:GetObjectAcl", true),
            ("s3:Get", "s3:GetObject", false),
            ("iam:*", "s3:GetObject", false),
            ("", "s3:GetObject", false),
        ] {
            assert_eq!(action_matches(pattern, action), expected, "{pattern} on {action}");
        }
    }

    #[test]
    fn a_pattern_covers_a_service_only_when_no_action_escapes_it() {
        for (pattern, covers, touches) in [
            ("*", true, true),
            ("s3:*", true, true),
            ("S3:*", true, true),
            ("*:*", true, true),
            ("s3:**", true, true),
            ("s3:?*", false, true),
            ("s3:Get*", false, true),
            ("s3:?", false, true),
            ("iam:*", false, false),
            ("s3-object-lambda:*", false, false),
            ("*:GetObject", false, true),
        ] {
            assert_eq!(action_covers_service(pattern, "s3"), covers, "{pattern} covers");
            assert_eq!(action_touches_service(pattern, "s3"), touches, "{pattern} touches");
        }
    }

    #[test]
    fn a_resource_pattern_covers_all_objects_only_when_no_key_escapes_it() {
        let objects = "arn:aws:s3:::data/";
        for (pattern, covers, touches) in [
            ("*", true, true),
            ("arn:aws:s3:::data/*", true, true),
            ("arn:aws:s3:::data*", true, true),
            ("arn:aws:s3:::*", true, true),
            ("arn:aws:s3:::d?ta/*", true, true),
            ("arn:*:s3:::data/*", true, true),
            ("arn:aws:s3:::*/*", true, true),
            ("arn:aws:s3:::data/public/*", false, true),
            ("arn:aws:s3:::data/?", false, true),
            ("arn:aws:s3:::data", false, false),
            ("arn:aws:s3:::other/*", false, false),
            ("arn:aws-cn:s3:::data/*", false, false),
            ("arn:aws:s3:::data/${aws:username}/*", false, true),
            ("arn:aws:s3:*", true, true),
            ("arn:aws:s3*", true, true),
            ("arn:*", true, true),
            ("arn:*:data/*", true, true),
            ("arn:aws:s3:*:data/public/*", false, true),
            ("arn:aws:s3:*:other/*", false, true),
            ("arn:aws:s3:*/*", false, false),
            ("arn:aws:*:::d?ta/*", true, true),
            ("arn:a?s:*:::data/*", true, true),
            ("arn:aws?s3:*", false, false),
            ("arn:*ws:*", true, true),
            ("arn:*3:*", false, false),
            ("arn:aws:kms:*", false, false),
        ] {
            assert_eq!(arn_covers_all_under(pattern, objects), covers, "{pattern} covers");
            assert_eq!(arn_touches_any_under(pattern, objects), touches, "{pattern} touches");
        }
    }

    #[test]
    fn a_star_at_the_end_of_a_segment_reaches_beyond_it_in_resources_alone() {
        let key = "arn:aws:kms:eu-west-1:111111111111:key/k";
        for (pattern, resource, in_condition) in [
            ("arn:aws:kms:*", true, false),
            ("arn:aws:kms:eu-*", true, false),
            ("arn:aws:kms:*:111111111111:key/*", true, true),
            ("arn:aws:kms:*:key/k", true, false),
            ("arn:aws:kms:*:222222222222:key/*", false, false),
            ("arn:aws:kms:eu*1:key/k", false, false),
            ("arn:aws:s3:*", false, false),
        ] {
            assert_eq!(arn_matches(pattern, key), resource, "{pattern} as a resource");
            assert_eq!(
                Pattern::new(pattern).matches_arn(key),
                in_condition,
                "{pattern} in a condition"
            );
        }
    }

    /// The definition, by recursion.
    fn slow(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((&'*', rest)), _) if slow(rest, text) => true,
            (Some((&'*', _)), Some((_, tail))) => slow(pattern, tail),
            (Some((head, rest)), Some((first, tail))) => (*head == '?' || head == first) && slow(rest, tail),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn matching_agrees_with_its_definition(pattern in "[ab*?]{0,7}", text in "[ab]{0,8}") {
            let (pattern, text) = (characters(&pattern), characters(&text));
            prop_assert_eq!(matches(&pattern, &text), slow(&pattern, &text));
        }

        #[test]
        fn an_included_pattern_matches_nothing_else(outer in "[ab*?]{0,5}", inner in "[ab*?]{0,5}", text in "[ab]{0,6}") {
            let (left, right, text) = (characters(&outer), characters(&inner), characters(&text));
            if includes(&outer, &inner) && slow(&right, &text) {
                prop_assert!(slow(&left, &text));
            }
        }

        #[test]
        fn an_instance_is_matched(pattern in "[ab*?]{0,7}", filling in "[ab]{0,2}") {
            prop_assert!(text_matches(&pattern, &instance(&pattern, &filling)));
        }

        #[test]
        fn patterns_overlap_when_a_text_matches_both(left in "[ab*?]{0,5}", right in "[ab*?]{0,5}", text in "[ab]{0,6}") {
            let text = characters(&text);
            if slow(&characters(&left), &text) && slow(&characters(&right), &text) {
                prop_assert!(patterns_overlap(&left, &right));
            }
        }

        #[test]
        fn patterns_that_overlap_have_a_text_that_matches_both(left in "[ab*?]{0,3}", right in "[ab*?]{0,3}") {
            let both = patterns_overlap(&left, &right);
            let (left, right) = (characters(&left), characters(&right));
            let mut texts = vec![Vec::new()];
            let mut witness = false;
            for _ in 0..=6 {
                witness |= texts.iter().any(|text: &Vec<char>| slow(&left, text) && slow(&right, text));
                texts = texts
                    .iter()
                    .flat_map(|text| ['a', 'b'].map(|next| [text.as_slice(), &[next]].concat()))
                    .collect();
            }
            prop_assert_eq!(both, witness);
        }
    }
}
