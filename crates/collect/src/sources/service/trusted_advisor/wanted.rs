//! Which checks of Trusted Advisor are read: the project's own list, and what Trusted Advisor's list says in its texts.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use s3attest_model::services::{TrustedAdvisorBearing, TrustedAdvisorOffer};
use serde::Deserialize;

/// The project's list; its own comments explain the members.
static LIST: LazyLock<Vec<Wanted>> = LazyLock::new(|| {
    let text = include_str!("../../../../../../config/trusted-advisor-checks.toml");
    let list: List = toml::from_str(text).expect("the embedded list of checks is well formed");
    list.check
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    check: Vec<Wanted>,
}

/// A check that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) bearing: TrustedAdvisorBearing,
    #[serde(default)]
    pub(super) names_buckets: bool,
    #[serde(default)]
    pub(super) refreshes_itself: bool,
    #[serde(default)]
    pub(super) security_hub_control: Option<String>,
    #[serde(default)]
    withdrawn: Option<String>,
}

/// One entry of Trusted Advisor's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listing {
    pub(super) id: String,
    pub(super) security_hub_control: Option<String>,
    pub(super) offer: TrustedAdvisorOffer,
}

/// A check that is wanted, with what Trusted Advisor lists of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) wanted: Wanted,
    pub(super) offer: Option<TrustedAdvisorOffer>,
}

/// The wanted checks, sorted by id: all of the project's list but those that were withdrawn and are not listed any more, and
/// those whose description names a control of Security Hub for S3.
pub(super) fn choose(listed: Vec<Listing>) -> Vec<Chosen> {
    let known: BTreeSet<&str> = LIST.iter().map(|wanted| wanted.id.as_str()).collect();
    let (of_list, others): (Vec<_>, Vec<_>) = listed.into_iter().partition(|each| known.contains(each.id.as_str()));
    let of_list = LIST.iter().filter_map(|wanted| {
        let found = of_list.iter().find(|each| each.id == wanted.id);
        if found.is_none() && wanted.withdrawn.is_some() {
            return None;
        }
        let mut wanted = wanted.clone();
        if let Some(control) = found.and_then(|each| each.security_hub_control.clone()) {
            wanted.security_hub_control = Some(control);
        }
        Some(Chosen {
            wanted,
            offer: found.map(|each| each.offer.clone()),
        })
    });
    let found = others.into_iter().filter_map(|each| {
        let control = each.security_hub_control.filter(|control| control.starts_with("S3."))?;
        Some(Chosen {
            wanted: Wanted {
                id: each.id,
                title: each.offer.name.clone(),
                bearing: TrustedAdvisorBearing::S3,
                // Whether its resources are buckets is not known, so only an ARN says that one is.
                names_buckets: false,
                // As all checks do that repeat Security Hub (AWS Support User Guide, "Viewing AWS Security Hub CSPM
                // controls in AWS Trusted Advisor").
                refreshes_itself: true,
                security_hub_control: Some(control),
                withdrawn: None,
            },
            offer: Some(each.offer),
        })
    });
    let mut chosen: Vec<Chosen> = of_list.chain(found).collect();
    chosen.sort_by(|left, right| left.wanted.id.cmp(&right.wanted.id));
    chosen.dedup_by(|left, right| left.wanted.id == right.wanted.id);
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(id: &str, control: Option<&str>) -> Listing {
        Listing {
            id: id.to_owned(),
            security_hub_control: control.map(str::to_owned),
            offer: TrustedAdvisorOffer {
                name: format!("check {id}"),
                category: "security".to_owned(),
                headings: Vec::new(),
            },
        }
    }

    fn chosen<'chosen>(chosen: &'chosen [Chosen], id: &str) -> Option<&'chosen Chosen> {
        chosen.iter().find(|each| each.wanted.id == id)
    }

    #[test]
    fn the_list_holds_each_check_once() {
        let ids: BTreeSet<&str> = LIST.iter().map(|wanted| wanted.id.as_str()).collect();
        assert_eq!(ids.len(), LIST.len());
        assert!(ids.contains("Pfx0RwqBli"));
    }

    #[test]
    fn what_is_not_offered_stays_in_the_list_unless_it_was_withdrawn() {
        let found = choose(vec![listing("Pfx0RwqBli", None), listing("unrelated", None)]);
        assert!(chosen(&found, "Pfx0RwqBli").expect("wanted").offer.is_some());
        assert!(chosen(&found, "R365s2Qddf").expect("wanted").offer.is_none());
        assert!(chosen(&found, "BueAdJ7NrP").is_none(), "withdrawn");
        assert!(chosen(&found, "unrelated").is_none());
        let found = choose(vec![listing("BueAdJ7NrP", None)]);
        assert!(chosen(&found, "BueAdJ7NrP").expect("still listed").offer.is_some());
        assert!(found.is_sorted_by(|left, right| left.wanted.id < right.wanted.id));
    }

    #[test]
    fn controls_of_s3_are_found_by_their_descriptions() {
        let listed = vec![
            listing("Hs4Ma3G999", Some("S3.19")),
            listing("Hs4Ma3G998", Some("RDS.1")),
            listing("Hs4Ma3G168", Some("S3.55")),
            listing("Hs4Ma3G999", Some("S3.19")),
        ];
        let found = choose(listed);
        let new = chosen(&found, "Hs4Ma3G999").expect("it names a control of S3");
        assert_eq!(new.wanted.bearing, TrustedAdvisorBearing::S3);
        assert_eq!(new.wanted.title, "check Hs4Ma3G999");
        assert!(chosen(&found, "Hs4Ma3G998").is_none());
        let known = chosen(&found, "Hs4Ma3G168").expect("wanted");
        assert_eq!(
            known.wanted.security_hub_control.as_deref(),
            Some("S3.55"),
            "what AWS says now"
        );
        assert!(
            found.is_sorted_by(|left, right| left.wanted.id < right.wanted.id),
            "none stands twice"
        );
    }
}
