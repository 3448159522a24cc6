//! Filter patterns of CloudWatch Logs for JSON log events (Amazon CloudWatch Logs User Guide, "Filter pattern syntax for metric
//! filters").

use s3attest_policy::Truth;

use super::{Said, field_of_record, matches_asterisks};

/// Whether a filter pattern matches the record of a change.
pub(crate) fn filter_notices(pattern: &str, change: &str) -> Truth {
    let unclear = || Truth::Unclear(format!("the filter pattern `{pattern}` is not understood"));
    let inner = pattern.trim().strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    let Some(tokens) = inner.and_then(tokens) else {
        return unclear();
    };
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        change,
    };
    match parser.alternatives() {
        Some(truth) if parser.at == tokens.len() => truth,
        Some(_) | None => unclear(),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    And,
    Or,
    /// `=`, `!=` and the comparisons of numbers.
    Operator(String),
    /// A selector (`$.eventName`), a value, or a word such as `EXISTS`.
    Word(String),
    /// A value in quotes.
    Quoted(String),
}

/// The tokens of a pattern; `None` where one does not end.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '&' => (Token::And, rest.strip_prefix("&&").map(|_| 2)?),
            '|' => (Token::Or, rest.strip_prefix("||").map(|_| 2)?),
            '=' => (Token::Operator("=".to_owned()), 1),
            '!' | '<' | '>' => {
                let length = if rest[1..].starts_with('=') { 2 } else { 1 };
                (Token::Operator(rest[..length].to_owned()), length)
            }
            '"' => {
                let end = rest[1..].find('"')?;
                (Token::Quoted(rest[1..=end].to_owned()), end + 2)
            }
            _ => {
                let is_end = |each: char| each.is_whitespace() || "()&|=!<>\"".contains(each);
                let length = rest.find(is_end).unwrap_or(rest.len());
                (Token::Word(rest[..length].to_owned()), length)
            }
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Some(tokens)
}

/// Reads and answers a pattern at once. `None` where the pattern is not well formed.
struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    change: &'a str,
}

impl<'a> Parser<'a> {
    fn next(&mut self) -> Option<&'a Token> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token)
    }

    fn accept(&mut self, wanted: &Token) -> bool {
        let is_there = self.tokens.get(self.at) == Some(wanted);
        self.at += usize::from(is_there);
        is_there
    }

    fn alternatives(&mut self) -> Option<Truth> {
        let mut truth = self.conditions()?;
        while self.accept(&Token::Or) {
            truth = truth.or(self.conditions()?);
        }
        Some(truth)
    }

    fn conditions(&mut self) -> Option<Truth> {
        let mut truth = self.condition()?;
        while self.accept(&Token::And) {
            truth = truth.and(self.condition()?);
        }
        Some(truth)
    }

    fn condition(&mut self) -> Option<Truth> {
        if self.accept(&Token::Open) {
            let truth = self.alternatives()?;
            return self.accept(&Token::Close).then_some(truth);
        }
        let Token::Word(selector) = self.next()? else {
            return None;
        };
        let name = selector.strip_prefix("$.")?;
        let said = field_of_record(name, self.change);
        let unclear = || Truth::Unclear(format!("what `{name}` is in the record of a call is not known"));
        match self.next()? {
            Token::Operator(operator) => {
                let (Token::Word(value) | Token::Quoted(value)) = self.next()? else {
                    return None;
                };
                // A regular expression stands between percent signs.
                let is_expression = value.starts_with('%');
                Some(match (operator.as_str(), said) {
                    ("=", Said::Text(text)) if !is_expression => Truth::of(matches_asterisks(value, text)),
                    ("!=", Said::Text(text)) if !is_expression => Truth::of(!matches_asterisks(value, text)),
                    ("=", Said::Nothing) => Truth::No,
                    _ => unclear(),
                })
            }
            Token::Word(word) if word == "IS" => match (self.next()?, said) {
                (Token::Word(word), Said::Flag(flag)) if word == "TRUE" => Some(Truth::of(flag)),
                (Token::Word(word), Said::Flag(flag)) if word == "FALSE" => Some(Truth::of(!flag)),
                (Token::Word(word), Said::Text(_)) if word == "NULL" => Some(Truth::No),
                (Token::Word(_), _) => Some(unclear()),
                _ => None,
            },
            Token::Word(word) if word == "NOT" => {
                let Token::Word(word) = self.next()? else { return None };
                (word == "EXISTS").then(|| existence(said).map_or_else(unclear, |is_there| Truth::of(!is_there)))
            }
            Token::Word(word) if word == "EXISTS" => Some(existence(said).map_or_else(unclear, Truth::of)),
            _ => None,
        }
    }
}

fn existence(said: Said<'_>) -> Option<bool> {
    match said {
        Said::Text(_) | Said::Flag(_) => Some(true),
        Said::Nothing => Some(false),
        Said::Anything => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::CHANGES;
    use super::*;

    #[test]
    fn a_pattern_notices_what_it_names() {
        let cis = format!(
            "{{ ($.eventSource = s3.amazonaws.com) && ({}) }}",
            CHANGES.map(|name| format!("($.eventName = {name})")).join(" || ")
        );
        for change in CHANGES {
            assert_eq!(filter_notices(&cis, change), Truth::Yes, "{change}");
        }
        for (pattern, expected) in [
            ("{ $.eventName = PutBucketPolicy }", Some(true)),
            ("{$.eventName=\"PutBucketPolicy\"}", Some(true)),
            ("{ $.eventName = \"Put*\" }", Some(true)),
            ("{ $.eventName = DeleteBucketPolicy }", Some(false)),
            ("{ $.eventName != DeleteBucketPolicy }", Some(true)),
            (
                "{ $.eventSource = iam.amazonaws.com && $.eventName = PutBucketPolicy }",
                Some(false),
            ),
            (
                "{ $.eventName = A || $.eventName = PutBucketPolicy && $.eventSource = s3* }",
                Some(true),
            ),
            (
                "{ ($.eventName = PutBucketPolicy) && ($.errorCode NOT EXISTS) }",
                Some(true),
            ),
            (
                "{ ($.eventName = PutBucketPolicy) && ($.errorCode = AccessDenied) }",
                Some(false),
            ),
            ("{ $.readOnly IS FALSE && $.managementEvent IS TRUE }", Some(true)),
            ("{ $.eventSource EXISTS }", Some(true)),
            ("{ $.sourceIPAddress != 10.* && $.eventName = PutBucketPolicy }", None),
            (
                "{ $.sourceIPAddress != 10.* && $.eventName = DeleteBucketPolicy }",
                Some(false),
            ),
            ("{ $.eventName = %^Put% }", None),
            ("{ $.eventName = }", None),
            ("{ ($.eventName = PutBucketPolicy }", None),
            ("{ $.eventName = PutBucketPolicy } }", None),
            ("PutBucketPolicy", None),
            ("", None),
        ] {
            let found = match filter_notices(pattern, "PutBucketPolicy") {
                Truth::Yes => Some(true),
                Truth::No => Some(false),
                Truth::Unclear(_) => None,
            };
            assert_eq!(found, expected, "{pattern}");
        }
    }
}
