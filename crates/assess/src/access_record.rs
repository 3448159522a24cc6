//! What effective access to a bucket came to, as a record of the assessment, each sentence with the evidence it rests on.
//!
//! Nothing is judged and nothing worked out here: the answers come from the bucket's view.

use s3attest_model::access::{
    AccessAnswer, AccessDoubt, AccessMeasure, AccessSentence, AccessWay, BucketAccess, BucketRole, RoleOfBucket,
};
use s3attest_model::finding::EvidenceReference;
use s3attest_policy::access::{Answered, Input, Sentence};

use crate::coverage;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The answers of AWS that sentences rest on, each once.
#[derive(Debug, Default)]
struct Cited {
    evidence: Vec<EvidenceReference>,
    /// The places of what each input stands for.
    known: Vec<(Input, Vec<usize>)>,
}

impl Cited {
    fn places(&mut self, view: &BucketView<'_>, input: &Input) -> Vec<usize> {
        if let Some((_, places)) = self.known.iter().find(|(known, _)| known == input) {
            return places.clone();
        }
        let mut trail = Trail::new();
        view.read_input(input, &mut trail);
        let mut places = Vec::new();
        for reference in trail.into_references() {
            let place = self.evidence.iter().position(|known| *known == reference);
            places.push(place.unwrap_or_else(|| {
                self.evidence.push(reference);
                self.evidence.len() - 1
            }));
        }
        self.known.push((input.clone(), places.clone()));
        places
    }
}

/// The record of a bucket.
pub(crate) fn of_bucket(view: &BucketView<'_>) -> BucketAccess {
    let access = view.effective_access(&mut Trail::new());
    let mut cited = Cited::default();
    let chain = access.chain.iter().map(|each| AccessSentence {
        measure: Some(measure(&each.input)),
        text: as_sentence(&each.text),
        evidence: cited.places(view, &each.input),
    });
    let chain = chain.collect();
    let answers = access.answers.iter().map(|each| answer(view, &mut cited, each));
    let answers = answers.collect();
    BucketAccess {
        account: view.bucket.account.clone(),
        name: view.bucket.name.clone(),
        partition: view.account.partition,
        region: coverage::region_of(&view.bucket.region).cloned(),
        roles: roles(view),
        answers,
        chain,
        evidence: cited.evidence,
    }
}

fn answer(view: &BucketView<'_>, cited: &mut Cited, answer: &Answered) -> AccessAnswer {
    AccessAnswer {
        audience: answer.audience,
        access: answer.access,
        reach: answer.reach(),
        ways: answer
            .ways
            .iter()
            .map(|way| AccessWay {
                measure: Some(measure(&way.by)),
                who: way.who.clone(),
                path: way.path.label(),
                action: way.action.clone(),
                statement: way.statement.clone(),
                evidence: cited.places(view, &way.by),
            })
            .collect(),
        doubts: answer
            .doubts
            .iter()
            .map(|doubt| AccessDoubt {
                measure: Some(measure(&doubt.because.input)),
                who: doubt.who.clone(),
                path: doubt.path.label(),
                text: doubt.because.text.clone(),
                is_granted: doubt.is_granted,
                evidence: cited.places(view, &doubt.because.input),
            })
            .collect(),
        stops: answer
            .stops
            .iter()
            .map(|stop: &Sentence| AccessSentence {
                measure: Some(measure(&stop.input)),
                text: stop.text.clone(),
                evidence: cited.places(view, &stop.input),
            })
            .collect(),
    }
}

const fn measure(input: &Input) -> AccessMeasure {
    match input {
        Input::Organization => AccessMeasure::Organization,
        Input::OrganizationBlock => AccessMeasure::OrganizationBlock,
        Input::AccountBlock => AccessMeasure::AccountBlock,
        Input::BucketBlock => AccessMeasure::BucketBlock,
        Input::Ownership => AccessMeasure::Ownership,
        Input::Acl => AccessMeasure::Acl,
        Input::ObjectAcls => AccessMeasure::ObjectAcls,
        Input::ResourceControlPolicies | Input::ResourceControlPolicy(_) => AccessMeasure::ResourceControlPolicies,
        Input::ServiceControlPolicies => AccessMeasure::ServiceControlPolicies,
        Input::BucketPolicy => AccessMeasure::BucketPolicy,
        Input::AccessPoints | Input::AccessPoint(_) => AccessMeasure::AccessPoints,
    }
}

fn roles(view: &BucketView<'_>) -> Vec<RoleOfBucket> {
    let mut trail = Trail::new();
    let website = match trail.read(&view.settings.website) {
        Ok(None) => None,
        Ok(Some(_)) => Some(RoleOfBucket {
            role: BucketRole::Website,
            because: None,
            unclear: None,
        }),
        Err(unknown) => Some(unclear(BucketRole::Website, &unknown)),
    };
    let held = [
        (BucketRole::AccessLogTarget, view.log_target(&mut trail)),
        (BucketRole::TrailTarget, view.trail_target(&mut trail)),
        (BucketRole::Replica, view.replica(&mut trail)),
        (BucketRole::Origin, Ok(view.seen_origin(&mut trail))),
    ];
    let held = held.into_iter().filter_map(|(role, holds)| match holds {
        Ok(None) => None,
        Ok(Some(held)) => Some(RoleOfBucket {
            role,
            because: Some(held.said()),
            unclear: None,
        }),
        Err(unknown) => Some(unclear(role, &unknown)),
    });
    held.chain(website).collect()
}

fn unclear(role: BucketRole, unknown: &Unknown<'_>) -> RoleOfBucket {
    let gap = unknown.gap();
    let why = if gap.detail.is_empty() {
        gap.cause.phrase().to_owned()
    } else {
        format!("{}: {}", gap.cause.phrase(), gap.detail)
    };
    RoleOfBucket {
        role,
        because: None,
        unclear: Some(why),
    }
}

/// A clause as a sentence: with a capital at the start, unless it begins with a name, and a full stop.
fn as_sentence(clause: &str) -> String {
    let mut characters = clause.chars();
    let Some(first) = characters.next() else {
        return String::new();
    };
    let mut sentence = String::with_capacity(clause.len() + 1);
    if begins_with_name(clause) {
        sentence.push(first);
    } else {
        sentence.extend(first.to_uppercase());
    }
    sentence.push_str(characters.as_str());
    if !sentence.ends_with('.') {
        sentence.push('.');
    }
    sentence
}

/// Whether the first word is the name of a principal, in which letters matter: an ARN, a service, an id.
fn begins_with_name(clause: &str) -> bool {
    let word = clause.split_whitespace().next().unwrap_or_default();
    let word = word.trim_end_matches(['.', ',', ':', ';']);
    word.contains(|character: char| character.is_ascii_digit() || "._:/@".contains(character))
}

#[cfg(test)]
mod tests {
    use s3attest_model::access::{AccessKind, Audience, Reach};
    use s3attest_model::bucket::BucketSetting;
    use s3attest_model::finding::EvidenceState;

    use super::*;
    use crate::checks::s3_bucket_public_read::tests::{everybody, known, with_policy};
    use crate::checks::scene::Scene;

    fn record(scene: &Scene) -> BucketAccess {
        scene.view(of_bucket)
    }

    fn operations<'a>(access: &'a BucketAccess, sentence: &'a AccessSentence) -> Vec<&'a str> {
        let cited = access.evidence_at(&sentence.evidence);
        cited.map(|reference| reference.source.operation.as_str()).collect()
    }

    #[test]
    fn every_sentence_of_the_chain_names_the_answers_it_rests_on() {
        let access = record(&known(|scene| with_policy(scene, &everybody("s3:GetObject"))));
        assert_eq!(access.reach(Audience::Anyone, AccessKind::Read), Reach::Yes);
        assert_eq!(access.reach(Audience::Anyone, AccessKind::Write), Reach::No);
        let way = &access
            .answer(Audience::Anyone, AccessKind::Read)
            .expect("an answer")
            .ways[0];
        assert_eq!(way.measure, Some(AccessMeasure::BucketPolicy));
        assert_eq!(
            (way.path.as_str(), way.action.as_str()),
            ("the bucket policy", "s3:GetObject")
        );
        let last = access
            .chain
            .iter()
            .find(|each| each.text.contains("can read by the bucket policy"));
        assert_eq!(operations(&access, last.expect("a conclusion")), ["s3.GetBucketPolicy"]);
        let block = access
            .chain
            .iter()
            .find(|each| each.text.starts_with("The account's public access block"));
        assert_eq!(
            operations(&access, block.expect("a sentence")),
            ["s3control.GetPublicAccessBlock"]
        );
        for sentence in &access.chain {
            assert!(sentence.text.ends_with('.'), "{}", sentence.text);
        }
        assert_eq!(access.answers.len(), 24);
    }

    #[test]
    fn a_bucket_that_could_not_be_read_has_its_record_and_says_what_is_not_known() {
        let mut scene = known(|_| {});
        for setting in [BucketSetting::Policy, BucketSetting::Acl, BucketSetting::Website] {
            scene.withhold(setting);
        }
        let access = record(&scene);
        assert_eq!(access.reach(Audience::Anyone, AccessKind::Read), Reach::Unclear);
        let doubt = &access
            .answer(Audience::Anyone, AccessKind::Read)
            .expect("an answer")
            .doubts[0];
        let cited: Vec<_> = access.evidence_at(&doubt.evidence).collect();
        assert_eq!(cited[0].state, EvidenceState::Gap);
        // Its policy may let a trail deliver here, and it may be a website.
        let roles: Vec<_> = access.roles.iter().map(|held| held.role).collect();
        assert_eq!(roles, [BucketRole::TrailTarget, BucketRole::Website]);
        for held in &access.roles {
            assert!(
                held.unclear.as_deref().is_some_and(|why| why.contains("denied")),
                "{held:?}"
            );
        }
    }

    #[test]
    fn a_sentence_begins_with_a_capital_and_a_name_keeps_its_letters() {
        for (clause, sentence) in [
            ("anyone can read", "Anyone can read."),
            ("the bucket's policy: nobody", "The bucket's policy: nobody."),
            ("account 999988887777 can read.", "Account 999988887777 can read."),
            ("whether: unclear", "Whether: unclear."),
            (
                "logging.s3.amazonaws.com can write",
                "logging.s3.amazonaws.com can write.",
            ),
            (
                "arn:aws:iam::999988887777:role/deploy can read",
                "arn:aws:iam::999988887777:role/deploy can read.",
            ),
            ("79a59df900b949e5 can list", "79a59df900b949e5 can list."),
            ("", ""),
        ] {
            assert_eq!(as_sentence(clause), sentence);
        }
    }
}
