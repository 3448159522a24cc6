//! Tables of files of exceptions that are read, and of those that are refused.

use proptest::prelude::*;

use super::*;

const WHOLE: &str = "
[[exception]]
id = \"media-over-http\"
check = \"s3-bucket-tls-only\"
account = \"111122223333\"
bucket = \"media-legacy\"
tag = \"team=media\"
owner = \"media\"
reason = \"old boxes\"
ticket = \"SEC-1\"
expires = 2027-03-31
note = \"replaced by March\"
";

fn checks() -> Vec<CheckId> {
    ["s3-bucket-tls-only", "s3-bucket-versioning"]
        .map(|id| CheckId::new(id).expect("an id"))
        .into()
}

fn problems(text: &str) -> Vec<String> {
    let refused = read(text, &checks()).expect_err(text);
    refused.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn a_whole_entry_is_read_as_it_stands() {
    let exceptions = read(WHOLE, &checks()).expect("valid");
    let [exception] = exceptions.as_slice() else {
        panic!("one exception")
    };
    assert_eq!((exception.id.as_str(), exception.line), ("media-over-http", 2));
    let named: Vec<_> = exception
        .selectors
        .named()
        .into_iter()
        .map(|(key, wanted)| (key, wanted.text(), wanted.is_pattern()))
        .collect();
    assert_eq!(
        named,
        [
            ("check", "s3-bucket-tls-only", false),
            ("account", "111122223333", false),
            ("bucket", "media-legacy", false),
            ("tag", "team=media", false),
        ]
    );
    assert_eq!(exception.expires, jiff::civil::date(2027, 3, 31));
    assert_eq!(exception.note.as_deref(), Some("replaced by March"));
}

#[test]
fn patterns_are_patterns_only_under_their_own_keys_and_a_day_may_be_text() {
    let text = WHOLE
        .replace("check = \"s3-bucket-tls-only\"", "check_pattern = \"s3-bucket-*\"")
        .replace("bucket = \"media-legacy\"", "bucket_pattern = \"media-*\"")
        .replace("2027-03-31", "\"2027-03-31\"");
    let exceptions = read(&text, &checks()).expect("valid");
    assert_eq!(
        exceptions[0].selectors.check,
        Some(Wanted::Like("s3-bucket-*".to_owned()))
    );
    assert_eq!(exceptions[0].selectors.bucket, Some(Wanted::Like("media-*".to_owned())));
    assert_eq!(exceptions[0].expires, jiff::civil::date(2027, 3, 31));
}

#[test]
fn an_empty_file_holds_no_exceptions() {
    assert_eq!(read("", &checks()), Ok(Vec::new()));
    assert_eq!(read("# nothing yet\n", &checks()), Ok(Vec::new()));
}

/// What stands in the entry above, what stands in its place, and the problem with its line.
#[test]
fn a_malformed_entry_is_refused_with_its_place_and_what_to_do() {
    for (from, to, line, words) in [
        (
            "account =",
            "acount =",
            5,
            "`acount` is not a key of an exception; did you mean `account`?",
        ),
        ("bucket =", "bucket_patern =", 6, "did you mean `bucket_pattern`?"),
        ("owner = \"media\"\n", "", 2, "it has no `owner`"),
        ("reason = \"old boxes\"\n", "", 2, "it has no `reason`"),
        ("ticket = \"SEC-1\"\n", "", 2, "it has no `ticket`"),
        ("expires = 2027-03-31\n", "", 2, "it has no `expires`"),
        ("\"media\"", "\"  \"", 8, "`owner` is empty"),
        (
            "\"SEC-1\"",
            "17",
            10,
            "`ticket` is a value of type integer, and must be text",
        ),
        (
            "2027-03-31",
            "2027-03-31T10:00:00Z",
            11,
            "must be a day such as 2027-03-31",
        ),
        ("2027-03-31", "\"2027-02-30\"", 11, "`expires` is 2027-02-30"),
        ("2027-03-31", "\"soon\"", 11, "`expires` is soon"),
        ("2027-03-31", "20270331", 11, "a value of type integer"),
        (
            "s3-bucket-tls-only",
            "s3-bucket-tls-onyl",
            4,
            "did you mean `s3-bucket-tls-only`?",
        ),
        ("s3-bucket-tls-only", "s3-bucket-*", 4, "write `check_pattern`"),
        (
            "check = \"s3-bucket-tls-only\"",
            "check_pattern = \"s4-*\"",
            4,
            "no check matches `s4-*`",
        ),
        ("111122223333", "11112222333", 5, "no account id of twelve digits"),
        ("111122223333", "1111*", 5, "write `account_pattern`"),
        ("media-legacy", "media-*", 6, "write `bucket_pattern`"),
        ("media-legacy", "arn:aws:s3:::media", 6, "is no name of a bucket"),
        ("team=media", "team", 7, "`key=value`"),
        ("team=media", "team=*", 7, "write `tag_pattern`"),
        ("tag = \"team=media\"", "tag_pattern = \"team\"", 7, "`key=value`"),
        (
            "tag = \"team=media\"",
            "bucket_pattern = \"m*\"",
            7,
            "both `bucket` and `bucket_pattern`",
        ),
        ("media-over-http", "media over http", 3, "an id has at most 64 letters"),
    ] {
        let text = WHOLE.replace(from, to);
        assert_ne!(text, WHOLE, "{from}");
        let problems = problems(&text);
        assert_eq!(problems.len(), 1, "{to}: {problems:?}");
        assert!(problems[0].starts_with(&format!("line {line}, ")), "{to}: {problems:?}");
        assert!(problems[0].contains(words), "{to}: {problems:?}");
    }
}

#[test]
fn an_entry_without_a_selector_would_accept_everything_and_is_refused() {
    let text = "[[exception]]\nid = \"all\"\nowner = \"o\"\nreason = \"r\"\nticket = \"t\"\nexpires = 2027-01-01\n";
    assert_eq!(problems(text).len(), 1);
    assert!(problems(text)[0].contains("would accept everything"));
}

#[test]
fn other_forms_of_file_are_refused_with_the_form_that_is_wanted() {
    for (text, words) in [
        ("[exception]\nid = \"x\"\n", "must be written `[[exception]]`"),
        ("[[exceptions]]\nid = \"x\"\n", "did you mean `exception`?"),
        ("exception = [1]\n", "an exception is a table"),
        ("[[exception]\n", "line 1"),
        ("[[exception]]\nid = \"a\"\nid = \"b\"\n", "line 3"),
    ] {
        let problems = problems(text);
        assert!(problems[0].contains(words), "{text}: {problems:?}");
    }
}

#[test]
fn every_problem_is_named_at_once_and_by_line() {
    let text = format!("{WHOLE}{}", WHOLE.replace("2027-03-31", "never"));
    // Not TOML at all any more: that alone can be said.
    assert_eq!(problems(&text).len(), 1);
    let text = format!(
        "{}{}",
        WHOLE.replace("owner", "onwer"),
        WHOLE.replace("s3-bucket-tls-only", "x")
    );
    let problems = problems(&text);
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(
        problems[0].starts_with("line 2, ") && problems[2].starts_with("line 16, "),
        "{problems:?}"
    );
}

#[test]
fn two_exceptions_with_one_id_are_refused() {
    let problems = problems(&format!("{WHOLE}{WHOLE}"));
    assert_eq!(
        problems,
        ["line 14, exception `media-over-http`: the exception on line 2 has the same id"]
    );
}

/// The entry above twice under other ids, with a part of the text replaced.
fn spoilt() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just(String::new()),
        "\\PC{0,6}",
        prop::sample::select(vec![
            "\n",
            "=",
            "[[exception]]",
            "\"",
            "''",
            "*",
            "[",
            "{",
            "#",
            "2027-03-31",
            "\u{feff}"
        ])
        .prop_map(str::to_owned),
    ];
    let place = any::<prop::sample::Index>();
    (place, 0_usize..24, part).prop_map(|(place, length, part)| {
        let text: Vec<char> = format!("{WHOLE}{}", WHOLE.replace("media-over-http", "other"))
            .chars()
            .collect();
        let from = place.index(text.len());
        let to = (from + length).min(text.len());
        let (before, after) = (&text[..from], &text[to..]);
        before
            .iter()
            .chain(part.chars().collect::<Vec<_>>().iter())
            .chain(after)
            .collect()
    })
}

proptest! {
    #[test]
    fn a_spoilt_file_is_read_in_full_or_refused_with_a_place_in_it(text in spoilt()) {
        match read(&text, &checks()) {
            Ok(exceptions) => {
                let written = text.lines().filter(|line| line.trim_start().starts_with("[[exception]]")).count();
                prop_assert!(exceptions.len() <= written);
                for exception in exceptions {
                    prop_assert!(!exception.selectors.named().is_empty());
                    for said in [&exception.id, &exception.owner, &exception.reason, &exception.ticket] {
                        prop_assert!(!said.trim().is_empty(), "{text}");
                    }
                }
            }
            Err(refused) => {
                prop_assert!(!refused.problems.is_empty());
                let lines = u32::try_from(text.matches('\n').count() + 1).expect("few");
                for problem in refused.problems {
                    prop_assert!((1..=lines).contains(&problem.line), "{problem}");
                    prop_assert!(!problem.text.is_empty());
                }
            }
        }
    }
}
