//! What effective access comes to for a check: somebody gets in, nobody does, or nobody can tell.

use s3attest_policy::access::{Access, Answered, Audience, EffectiveAccess, Input, Sentence, Way};

use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// Those who are the public: anyone, with or without an AWS account.
pub(super) const PUBLIC: &[Audience] = &[Audience::Anyone, Audience::AuthenticatedUsers];

/// How many ways a sentence names; the finding's evidence shows the documents.
const WAYS_NAMED: usize = 3;

/// What of a bucket some audiences reach.
#[derive(Debug)]
pub(super) struct Reached {
    /// How, as the end of a sentence; empty when nobody gets in.
    ways: Vec<String>,
    /// What stops access that something would give.
    stops: Vec<String>,
}

impl Reached {
    /// How somebody gets in, as the end of a sentence; `None` when nobody does.
    pub(super) fn how(&self) -> Option<String> {
        let named: Vec<&str> = self.ways.iter().take(WAYS_NAMED).map(String::as_str).collect();
        match self.ways.len().saturating_sub(named.len()) {
            _ if named.is_empty() => None,
            0 => Some(named.join("; ")),
            more => Some(format!("{}; and in {more} more ways", named.join("; "))),
        }
    }

    /// What keeps out those whom something would let in, as a sentence with a space before it; empty when nothing has to.
    pub(super) fn kept_out_by(&self) -> String {
        match self.stops.first() {
            None => String::new(),
            Some(stop) => format!(" What would let somebody in is stopped: {stop}."),
        }
    }
}

/// Whether one of the audiences has one of the kinds of access. One way that is certain settles it; else every answer has to
/// be known.
pub(super) fn reached<'a>(
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
    audiences: &[Audience],
    kinds: &[Access],
) -> Result<Reached, Unknown<'a>> {
    let access = view.effective_access(trail);
    let answers = answers(access, audiences, kinds);
    let mut ways = Vec::new();
    for answer in &answers {
        for way in &answer.ways {
            let said = said(way, answer.access);
            if !ways.contains(&said) {
                ways.push(said);
            }
        }
    }
    if ways.is_empty()
        && let Some(doubt) = answers.iter().flat_map(|answer| &answer.doubts).next()
    {
        return Err(view.unknown_of(doubt));
    }
    let mut stops: Vec<String> = answers
        .iter()
        .flat_map(|answer| answer.stops.iter().map(stopped))
        .collect();
    stops.dedup();
    Ok(Reached { ways, stops })
}

/// The answers for these audiences and kinds of access.
pub(super) fn answers<'access>(
    access: &'access EffectiveAccess,
    audiences: &[Audience],
    kinds: &[Access],
) -> Vec<&'access Answered> {
    let of = |audience: &Audience| kinds.iter().map(|kind| access.of(*audience, *kind)).collect::<Vec<_>>();
    audiences.iter().flat_map(of).collect()
}

fn stopped(stop: &Sentence) -> String {
    match &stop.input {
        Input::ResourceControlPolicy(name) => format!("{} (resource control policy {name})", stop.text),
        _ => stop.text.clone(),
    }
}

fn said(way: &Way, access: Access) -> String {
    let statement = match &way.statement {
        Some(statement) => format!(", {statement}"),
        None => String::new(),
    };
    let (who, path) = (&way.who, way.path.label());
    format!("{who} can {} by {path}{statement} ({})", access.label(), way.action)
}
