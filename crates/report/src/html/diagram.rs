//! The ways to a bucket as a picture: one line for each audience and what it may do, through the controls that decide, open,
//! closed or not known, each by a shape, a word and a colour.
//!
//! It draws what the record of effective access says and works nothing out. A control that a line does not hang on has no
//! word of its own: nobody may read it as open. The sentences beside the picture say the same in full.

use std::fmt::Write as _;

use s3attest_model::access::{AccessAnswer, AccessKind, AccessMeasure, Audience, BucketAccess, Reach};

use crate::text::{clip, legible};

/// How a control stands to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It gives what the line is for.
    Open,
    /// It stops the line.
    Closed,
    /// It gives nothing to anybody of this audience.
    GivesNothing,
    /// It may stop the line or let it through.
    NotKnown,
    /// The line does not hang on it.
    Beside,
}

/// The controls, in the order in which a line passes them.
const GATES: [&[&str]; 6] = [
    &["Policies of the", "organization"],
    &["Block of public", "access: account"],
    &["Block of public", "access: bucket"],
    &["Bucket", "policy"],
    &["Access", "control list"],
    &["Access", "points"],
];

/// The first of the controls that give something; those before it only stop.
const GIVES: usize = 3;

const LABELS: usize = 262;
const GATE: usize = 116;
const END: usize = 116;
const HEAD: usize = 56;
const ROW: usize = 52;
const WIDTH: usize = LABELS + GATES.len() * GATE + END;

/// Texts below a shape are cut here; the sentences below the picture are not.
const NOTE: usize = 240;
const NAMES: usize = 34;

const fn gate(measure: AccessMeasure) -> usize {
    match measure {
        AccessMeasure::Organization
        | AccessMeasure::ServiceControlPolicies
        | AccessMeasure::ResourceControlPolicies
        | AccessMeasure::OrganizationBlock => 0,
        AccessMeasure::AccountBlock => 1,
        AccessMeasure::BucketBlock => 2,
        AccessMeasure::BucketPolicy => 3,
        AccessMeasure::Ownership | AccessMeasure::Acl | AccessMeasure::ObjectAcls => 4,
        AccessMeasure::AccessPoints => 5,
    }
}

/// One line of the picture.
#[derive(Debug)]
struct Row<'access> {
    audience: Audience,
    kinds: Vec<AccessKind>,
    reach: Reach,
    states: [State; GATES.len()],
    answers: Vec<&'access AccessAnswer>,
}

/// The picture as SVG; `None` for a record of before measures were written, which no picture can be drawn from.
pub(super) fn draw(access: &BucketAccess) -> Option<String> {
    let rows = rows(access)?;
    let height = HEAD + (rows.len() + 1) * ROW + 8;
    let mut page = String::with_capacity(4096 + rows.len() * 2048);
    // Writing to a string cannot fail.
    let _ = write!(
        page,
        "<svg class=\"ways\" role=\"img\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         aria-labelledby=\"ways-title ways-said\"><title id=\"ways-title\">The ways to the bucket</title>\
         <desc id=\"ways-said\">"
    );
    for row in &rows {
        let _ = write!(page, "{} ", escaped(&said(row)));
    }
    page.push_str("</desc>");
    heads(&mut page, height);
    for (place, row) in rows.iter().enumerate() {
        line(&mut page, row, HEAD + place * ROW);
    }
    let below = HEAD + rows.len() * ROW;
    let _ = write!(
        page,
        "<g class=\"row\"><path class=\"rule\" d=\"M0 {below}H{WIDTH}\"/><text class=\"who\" x=\"0\" y=\"{}\">The bucket’s own \
         account</text><text class=\"what\" x=\"{LABELS}\" y=\"{}\">not worked out here: its users and roles pass by their own policies and the organization’s service \
         control policies</text></g></svg>",
        below + 28,
        below + 28
    );
    Some(page)
}

/// The lines: kinds of access of an audience that stand alike are one.
fn rows(access: &BucketAccess) -> Option<Vec<Row<'_>>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for audience in Audience::ALL {
        let first = rows.len();
        for kind in AccessKind::ALL {
            let answer = access.answer(audience, kind);
            let reach = access.reach(audience, kind);
            let states = match answer {
                Some(answer) => states(answer)?,
                None => [State::Beside; GATES.len()],
            };
            match rows[first..]
                .iter_mut()
                .find(|row| row.reach == reach && row.states == states)
            {
                Some(row) => {
                    row.kinds.push(kind);
                    row.answers.extend(answer);
                }
                None => rows.push(Row {
                    audience,
                    kinds: vec![kind],
                    reach,
                    states,
                    answers: answer.into_iter().collect(),
                }),
            }
        }
    }
    Some(rows)
}

/// How the controls stand to an answer; `None` where the record does not say what a sentence is about.
fn states(answer: &AccessAnswer) -> Option<[State; GATES.len()]> {
    let mut states = [State::Beside; GATES.len()];
    match answer.reach {
        Reach::Yes => {
            // What only stops may be on, off or not read here: the line got in beside it, and no word says which.
            for doubt in &answer.doubts {
                let place = gate(doubt.measure?);
                if place >= GIVES {
                    states[place] = State::NotKnown;
                }
            }
            for way in &answer.ways {
                states[gate(way.measure?)] = State::Open;
            }
        }
        Reach::No if answer.stops.is_empty() => states[GIVES..].fill(State::GivesNothing),
        Reach::No => {
            for stop in &answer.stops {
                states[gate(stop.measure?)] = State::Closed;
            }
        }
        Reach::Unclear => {
            for doubt in &answer.doubts {
                states[gate(doubt.measure?)] = State::NotKnown;
            }
        }
    }
    Some(states)
}

fn heads(page: &mut String, height: usize) {
    for (place, words) in GATES.iter().enumerate() {
        let x = LABELS + place * GATE + GATE / 2;
        let _ = write!(page, "<text class=\"head\" x=\"{x}\" y=\"18\">");
        for (number, word) in words.iter().enumerate() {
            let _ = write!(page, "<tspan x=\"{x}\" y=\"{}\">{word}</tspan>", 18 + number * 15);
        }
        page.push_str("</text>");
    }
    let x = WIDTH - END;
    let _ = write!(
        page,
        "<rect class=\"bucket\" x=\"{}\" y=\"4\" width=\"{}\" height=\"{}\" rx=\"6\"/><text class=\"head\" x=\"{}\" y=\"26\">The \
         bucket</text>",
        x + 8,
        END - 10,
        height - 8 - ROW,
        x + 8 + (END - 10) / 2
    );
}

fn line(page: &mut String, row: &Row<'_>, top: usize) {
    let middle = top + 21;
    let _ = write!(
        page,
        "<g class=\"row\"><path class=\"rule\" d=\"M0 {top}H{}\"/><text class=\"who\" x=\"0\" y=\"{}\">{}</text><text \
         class=\"what\" x=\"0\" y=\"{}\">{}</text>",
        WIDTH - END,
        top + 19,
        escaped(&capital(row.audience.label())),
        top + 36,
        escaped(&labels(&row.kinds, ", "))
    );
    let public = matches!(row.audience, Audience::Anyone | Audience::AuthenticatedUsers);
    let colour = match (row.reach, public) {
        (Reach::Yes, true) => "bad",
        (Reach::Yes, false) => "there",
        (Reach::No, _) => "none",
        (Reach::Unclear, _) => "unknown",
    };
    let stop = row
        .states
        .iter()
        .position(|state| matches!(state, State::Closed | State::GivesNothing));
    let doubt = row.states.iter().position(|state| *state == State::NotKnown);
    let x = |place: usize| LABELS + place * GATE + GATE / 2;
    let end = WIDTH - END + 8;
    let _ = match (row.reach, stop, doubt) {
        (Reach::Yes, ..) => write!(page, "<path class=\"way {colour}\" d=\"M{LABELS} {middle}H{end}\"/>"),
        (Reach::No, stop, _) => write!(
            page,
            "<path class=\"way {colour}\" d=\"M{LABELS} {middle}H{}\"/>",
            x(stop.unwrap_or(GIVES))
        ),
        (Reach::Unclear, _, doubt) => {
            let from = doubt.map_or(LABELS, x);
            write!(
                page,
                "<path class=\"way {colour}\" d=\"M{LABELS} {middle}H{from}\"/><path class=\"way unknown open-ended\" d=\"M{from} \
                 {middle}H{end}\"/>"
            )
        }
    };
    // Behind what stops a line it does not go on, so nothing stands there but what stops it as well.
    for (place, state) in row.states.into_iter().enumerate() {
        shape(page, state, x(place), middle, &notes(row, place));
    }
    let (word, centre) = (outcome(row.reach), WIDTH - END + 8 + (END - 10) / 2);
    let arrow = match row.reach {
        Reach::Yes => format!("<path class=\"arrow {colour}\" d=\"M{end} {}l9 5l-9 5z\"/>", middle - 5),
        Reach::No | Reach::Unclear => String::new(),
    };
    let _ = write!(
        page,
        "{arrow}<text class=\"end {colour}\" x=\"{centre}\" y=\"{}\">{word}</text></g>",
        middle + 4
    );
}

fn shape(page: &mut String, state: State, x: usize, y: usize, note: &str) {
    let title = if note.is_empty() {
        String::new()
    } else {
        format!("<title>{}</title>", escaped(note))
    };
    let word = match state {
        State::Open => "open",
        State::Closed => "closed",
        State::GivesNothing => "gives nothing",
        State::NotKnown => "not known",
        State::Beside => "",
    };
    let _ = match state {
        State::Open => write!(
            page,
            "<g class=\"gate open\">{title}<circle cx=\"{x}\" cy=\"{y}\" r=\"8\"/>"
        ),
        State::Closed => write!(
            page,
            "<g class=\"gate closed\">{title}<rect x=\"{}\" y=\"{}\" width=\"18\" height=\"18\" rx=\"2\"/><path d=\"M{} {}l8 8m0 -8l-8 8\"/>",
            x - 9,
            y - 9,
            x - 4,
            y - 4
        ),
        State::GivesNothing => write!(
            page,
            "<g class=\"gate nothing\">{title}<rect x=\"{}\" y=\"{}\" width=\"16\" height=\"16\" rx=\"2\"/>",
            x - 8,
            y - 8
        ),
        State::NotKnown => write!(
            page,
            "<g class=\"gate doubt\">{title}<path d=\"M{x} {}l11 11l-11 11l-11 -11z\"/><text class=\"sign\" x=\"{x}\" y=\"{}\">?</text>",
            y - 11,
            y + 4
        ),
        State::Beside => write!(
            page,
            "<g class=\"gate beside\"><circle cx=\"{x}\" cy=\"{y}\" r=\"2.5\"/>"
        ),
    };
    if !word.is_empty() {
        let _ = write!(page, "<text class=\"word\" x=\"{x}\" y=\"{}\">{word}</text>", y + 24);
    }
    page.push_str("</g>");
}

const fn outcome(reach: Reach) -> &'static str {
    match reach {
        Reach::Yes => "gets in",
        Reach::No => "kept out",
        Reach::Unclear => "not known",
    }
}

fn labels(kinds: &[AccessKind], between: &str) -> String {
    kinds.iter().map(|kind| kind.label()).collect::<Vec<_>>().join(between)
}

/// What the record says of a control for a line, in short.
fn notes(row: &Row<'_>, place: usize) -> String {
    let is_here = |measure: Option<AccessMeasure>| measure.is_some_and(|measure| gate(measure) == place);
    let mut notes: Vec<String> = Vec::new();
    for answer in &row.answers {
        let ways = answer.ways.iter().filter(|way| is_here(way.measure));
        notes.extend(ways.map(|way| match &way.statement {
            Some(statement) => format!("{}: {} by {statement}", clip(&way.who, NAMES), way.action),
            None => format!("{}: {}", clip(&way.who, NAMES), way.action),
        }));
        let doubts = answer.doubts.iter().filter(|doubt| is_here(doubt.measure));
        notes.extend(doubts.map(|doubt| doubt.text.clone()));
        let stops = answer.stops.iter().filter(|stop| is_here(stop.measure));
        notes.extend(stops.map(|stop| stop.text.clone()));
    }
    notes.dedup();
    clip(&notes.join("; "), NOTE).into_owned()
}

/// A line in words.
fn said(row: &Row<'_>) -> String {
    let of = |wanted: &[State]| {
        let named = GATES.iter().zip(row.states).filter(|(_, state)| wanted.contains(state));
        named
            .map(|(words, _)| words.join(" ").to_lowercase())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let by = match row.reach {
        Reach::Yes => {
            let given = GATES[GIVES..].iter().zip(&row.states[GIVES..]);
            let given = given.filter(|(_, state)| **state == State::Open);
            let names: Vec<String> = given.map(|(words, _)| words.join(" ").to_lowercase()).collect();
            format!("gets in by the {}", names.join(", "))
        }
        Reach::No if row.states.contains(&State::Closed) => format!("kept out by the {}", of(&[State::Closed])),
        Reach::No => "kept out, because nothing gives it".to_owned(),
        Reach::Unclear if row.states.contains(&State::NotKnown) => {
            format!("not known, because of the {}", of(&[State::NotKnown]))
        }
        Reach::Unclear => "not known".to_owned(),
    };
    format!("{}, {}: {by}.", row.audience.label(), labels(&row.kinds, " or "))
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn escaped(text: &str) -> String {
    handlebars::html_escape(&legible(text))
}

#[cfg(test)]
mod tests {
    use s3attest_model::access::{AccessDoubt, AccessSentence, AccessWay};
    use s3attest_model::identifiers::{AccountId, BucketName, Partition};

    use super::*;

    fn access(answers: Vec<AccessAnswer>) -> BucketAccess {
        BucketAccess {
            account: AccountId::new("111111111111").expect("an id"),
            name: BucketName::new("subject").expect("a name"),
            partition: Partition::Aws,
            region: None,
            roles: Vec::new(),
            answers,
            chain: Vec::new(),
            evidence: Vec::new(),
        }
    }

    fn answer(access: AccessKind, reach: Reach) -> AccessAnswer {
        AccessAnswer {
            audience: Audience::Anyone,
            access,
            reach,
            ways: Vec::new(),
            doubts: Vec::new(),
            stops: Vec::new(),
        }
    }

    fn stop(measure: Option<AccessMeasure>) -> AccessSentence {
        AccessSentence {
            measure,
            text: "it is <stopped>".to_owned(),
            evidence: Vec::new(),
        }
    }

    #[test]
    fn a_line_that_gets_in_names_what_gives_it_and_says_nothing_of_what_stops_others() {
        let mut given = answer(AccessKind::Read, Reach::Yes);
        given.ways.push(AccessWay {
            measure: Some(AccessMeasure::Acl),
            who: "anyone".to_owned(),
            path: "the access control list".to_owned(),
            action: "s3:GetObject".to_owned(),
            statement: None,
            evidence: Vec::new(),
        });
        let mut expected = [State::Beside; GATES.len()];
        expected[gate(AccessMeasure::Acl)] = State::Open;
        assert_eq!(states(&given), Some(expected));
        let page = draw(&access(vec![given])).expect("a picture");
        assert!(
            page.contains("anyone, read: gets in by the access control list."),
            "{page}"
        );
        assert_eq!(page.matches(">open</text>").count(), 1, "{page}");
    }

    #[test]
    fn a_block_that_was_not_read_is_never_open_beside_a_statement_that_lets_another_account_in() {
        // A statement that names one account is not public, so that the account's block has no say, whatever it is.
        let mut given = answer(AccessKind::Read, Reach::Yes);
        given.audience = Audience::OutsideAccounts;
        given.ways.push(AccessWay {
            measure: Some(AccessMeasure::BucketPolicy),
            who: "account 222222222222".to_owned(),
            path: "the bucket policy".to_owned(),
            action: "s3:GetObject".to_owned(),
            statement: None,
            evidence: Vec::new(),
        });
        given.doubts.push(AccessDoubt {
            measure: Some(AccessMeasure::AccountBlock),
            who: "anyone".to_owned(),
            path: "the bucket policy".to_owned(),
            text: "the account’s block was not read".to_owned(),
            is_granted: true,
            evidence: Vec::new(),
        });
        let states = states(&given).expect("measures");
        assert_eq!(states[..GIVES], [State::Beside; GIVES]);
        let page = draw(&access(vec![given])).expect("a picture");
        assert_eq!(page.matches(">open</text>").count(), 1, "{page}");
    }

    #[test]
    fn what_stops_a_line_is_closed_and_what_it_does_not_hang_on_is_never_open() {
        let mut stopped = answer(AccessKind::Read, Reach::No);
        stopped.stops.push(stop(Some(AccessMeasure::AccountBlock)));
        let states = states(&stopped).expect("measures");
        assert_eq!(states[1], State::Closed);
        assert!(states.iter().filter(|state| **state == State::Beside).count() == 5);
        let page = draw(&access(vec![stopped])).expect("a picture");
        assert!(
            page.contains("it is &lt;stopped&gt;") && !page.contains("<stopped>"),
            "{page}"
        );
        assert!(
            page.contains(">closed</text>") && !page.contains(">open</text>"),
            "{page}"
        );
    }

    #[test]
    fn what_nobody_can_tell_is_not_known_and_never_kept_out() {
        let mut doubted = answer(AccessKind::Write, Reach::Unclear);
        doubted.doubts.push(AccessDoubt {
            measure: Some(AccessMeasure::BucketPolicy),
            who: "anyone".to_owned(),
            path: "the bucket policy".to_owned(),
            text: "it is not known".to_owned(),
            is_granted: false,
            evidence: Vec::new(),
        });
        assert_eq!(states(&doubted).expect("measures")[3], State::NotKnown);
        // Of all others the record says nothing, which is not a "no" either.
        let page = draw(&access(vec![doubted])).expect("a picture");
        assert!(page.contains("class=\"way unknown open-ended\""), "{page}");
        assert!(!page.contains("kept out") && !page.contains("gets in"), "{page}");
    }

    #[test]
    fn kinds_of_access_that_stand_alike_share_a_line() {
        let answers = AccessKind::ALL.map(|kind| answer(kind, Reach::No));
        let record = access(answers.into());
        let rows = rows(&record).expect("measures");
        assert_eq!(rows[0].kinds, AccessKind::ALL);
        assert_eq!(rows[0].states[GIVES..], [State::GivesNothing; 3]);
    }

    #[test]
    fn a_record_of_before_measures_has_no_picture() {
        let mut stopped = answer(AccessKind::Read, Reach::No);
        stopped.stops.push(stop(None));
        assert_eq!(draw(&access(vec![stopped])), None);
    }
}
