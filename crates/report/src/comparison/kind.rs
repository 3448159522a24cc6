//! What became of a finding between two runs: one kind for every pair of standings.

use std::cmp::Ordering;
use std::fmt;

use super::Standing;

/// What became of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// It did not fail before, on evidence, and fails now.
    Regressed,
    /// It fails now, and the resource was not there before, or the check was not judged, or asked for nothing.
    New,
    /// It failed and was accepted; it still fails and is accepted no longer.
    NoLongerAccepted,
    /// It fails as before, with another severity.
    SeverityChanged,
    /// Something was known of it, and nothing is known now. It was not fixed.
    NoLongerVisible,
    /// Nothing was known of it, and something is known now.
    VisibleAgain,
    /// The run was not to look before and looked now.
    EnteredScope,
    /// The run looked before and was not to look now. It was not fixed.
    LeftScope,
    /// It fails as before, and is accepted now.
    Accepted,
    /// It failed before; now it passes, or evidence shows that the question does not arise.
    Fixed,
    /// The resource is not there any more, and a complete list shows so.
    Gone,
    /// The resource or the check is new, and it does not fail.
    Appeared,
    /// It passed and does not apply now, or the other way round.
    ApplicabilityChanged,
    /// Nothing changed.
    Unchanged,
}

impl Kind {
    /// Every kind, in the order in which reports list them: what needs somebody first.
    pub const ALL: [Self; 14] = [
        Self::Regressed,
        Self::New,
        Self::NoLongerAccepted,
        Self::SeverityChanged,
        Self::NoLongerVisible,
        Self::VisibleAgain,
        Self::EnteredScope,
        Self::LeftScope,
        Self::Accepted,
        Self::Fixed,
        Self::Gone,
        Self::Appeared,
        Self::ApplicabilityChanged,
        Self::Unchanged,
    ];

    /// What a finding comes to that stood somewhere before and stands somewhere now. `severity` compares how much it
    /// matters now with how much it mattered before, where it is a finding of both runs.
    ///
    /// Only a verdict that was read from evidence can make it fixed, and only a complete list can make it gone.
    #[must_use]
    pub fn of(before: Standing, after: Standing, severity: Ordering) -> Self {
        use Standing::{
            Accepted, Failed, LeftOut, NotApplicable, NotAsked, NotJudged, NotKnown, NotThere, Passed, Resolved,
        };
        match (before, after) {
            (Failed, Failed) | (Accepted, Accepted) if severity != Ordering::Equal => Self::SeverityChanged,
            (Failed, Accepted) => Self::Accepted,
            (Accepted, Failed) => Self::NoLongerAccepted,
            (Failed | Accepted, Passed | NotApplicable) => Self::Fixed,
            (Passed | NotApplicable, Failed | Accepted) => Self::Regressed,
            (Passed, NotApplicable) | (NotApplicable, Passed) => Self::ApplicabilityChanged,

            (Passed | NotApplicable | Failed | Accepted | NotAsked | Resolved, NotKnown)
            | (Passed | NotApplicable | Failed | Accepted | NotAsked, Resolved) => Self::NoLongerVisible,
            (NotKnown, Passed | NotApplicable | Failed | Accepted | Resolved) => Self::VisibleAgain,

            (LeftOut, Passed | NotApplicable | Failed | Accepted | NotKnown | Resolved) => Self::EnteredScope,
            (Passed | NotApplicable | Failed | Accepted | NotKnown, LeftOut | NotJudged)
            | (Passed | Failed | Accepted | NotKnown, NotAsked)
            | (NotAsked, NotJudged)
            | (Resolved, LeftOut) => Self::LeftScope,

            (Passed | NotApplicable | Failed | Accepted | NotKnown | LeftOut | NotAsked, NotThere) => Self::Gone,
            (NotAsked | NotJudged | NotThere | Resolved, Failed | Accepted) => Self::New,
            (NotJudged | NotThere | Resolved, Passed | NotApplicable | NotAsked)
            | (NotJudged | NotThere, NotKnown | LeftOut)
            | (NotAsked, Passed) => Self::Appeared,

            // Of the last ones there is no finding in either run, so that nothing ever stands so.
            (Passed, Passed)
            | (NotApplicable | NotAsked, NotApplicable | NotAsked)
            | (Failed, Failed)
            | (Accepted, Accepted)
            | (NotKnown, NotKnown)
            | (LeftOut, LeftOut | NotAsked | NotJudged)
            | (NotAsked, LeftOut)
            | (NotJudged | NotThere | Resolved, NotJudged | NotThere | Resolved) => Self::Unchanged,
        }
    }

    /// The kind in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Regressed => "regressed",
            Self::New => "new",
            Self::NoLongerAccepted => "no-longer-accepted",
            Self::SeverityChanged => "severity-changed",
            Self::NoLongerVisible => "no-longer-visible",
            Self::VisibleAgain => "visible-again",
            Self::EnteredScope => "entered-scope",
            Self::LeftScope => "left-scope",
            Self::Accepted => "accepted",
            Self::Fixed => "fixed",
            Self::Gone => "gone",
            Self::Appeared => "appeared",
            Self::ApplicabilityChanged => "applicability-changed",
            Self::Unchanged => "unchanged",
        }
    }

    /// The kind as a heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Regressed => "Regressed",
            Self::New => "New",
            Self::NoLongerAccepted => "No longer accepted",
            Self::SeverityChanged => "Severity changed",
            Self::NoLongerVisible => "No longer visible",
            Self::VisibleAgain => "Visible again",
            Self::EnteredScope => "Newly in scope",
            Self::LeftScope => "Left the scope",
            Self::Accepted => "Accepted",
            Self::Fixed => "Fixed",
            Self::Gone => "Gone",
            Self::Appeared => "Appeared without a fail",
            Self::ApplicabilityChanged => "Applies or applies no longer",
            Self::Unchanged => "Unchanged",
        }
    }

    /// What the kind means, in a sentence.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Regressed => "It passed or did not apply before, and fails now.",
            Self::New => {
                "It fails now on a resource that was not there before, or by a check that was not judged or asked for nothing before."
            }
            Self::NoLongerAccepted => "It still fails, and the exception that accepted it is expired or withdrawn.",
            Self::SeverityChanged => "It fails as before, with another severity.",
            Self::NoLongerVisible => "It was known before and could not be read this time. It was not fixed.",
            Self::VisibleAgain => "It could not be read before, and is known now.",
            Self::EnteredScope => "The earlier run was not to look at it; this one did.",
            Self::LeftScope => "The earlier run looked at it; this one was not to. It was not fixed.",
            Self::Accepted => "It fails as before, and an exception accepts it now.",
            Self::Fixed => "It failed before, and evidence shows that it passes or applies no longer.",
            Self::Gone => "The resource is not there any more; a complete list shows so.",
            Self::Appeared => "The resource or the check is new, and it does not fail.",
            Self::ApplicabilityChanged => "It passed and does not apply now, or the other way round.",
            Self::Unchanged => "It stands as it stood before.",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Kind::{
        Accepted as Acc, Appeared as Apd, ApplicabilityChanged as App, EnteredScope as Ent, Fixed as Fix, Gone as Gon,
        LeftScope as Lft, New, NoLongerAccepted as NlA, NoLongerVisible as NlV, Regressed as Reg, Unchanged as Unc,
        VisibleAgain as Vis,
    };
    use super::*;

    /// Before by line, after by column, both in the order of [`Standing::ALL`].
    const TABLE: [[Kind; 10]; 10] = [
        // Passed  NotApp  Failed  Accept  NotKno  LeftOu  NotAsk  NotJud  NotThe  Resolved
        [Unc, App, Reg, Reg, NlV, Lft, Lft, Lft, Gon, NlV], // Passed
        [App, Unc, Reg, Reg, NlV, Lft, Unc, Lft, Gon, NlV], // NotApplicable
        [Fix, Fix, Unc, Acc, NlV, Lft, Lft, Lft, Gon, NlV], // Failed
        [Fix, Fix, NlA, Unc, NlV, Lft, Lft, Lft, Gon, NlV], // Accepted
        [Vis, Vis, Vis, Vis, Unc, Lft, Lft, Lft, Gon, Vis], // NotKnown
        [Ent, Ent, Ent, Ent, Ent, Unc, Unc, Unc, Gon, Ent], // LeftOut
        [Apd, Unc, New, New, NlV, Unc, Unc, Lft, Gon, NlV], // NotAsked
        [Apd, Apd, New, New, Apd, Apd, Apd, Unc, Unc, Unc], // NotJudged
        [Apd, Apd, New, New, Apd, Apd, Apd, Unc, Unc, Unc], // NotThere
        [Apd, Apd, New, New, NlV, Lft, Apd, Unc, Unc, Unc], // Resolved
    ];

    #[test]
    fn every_pair_of_standings_has_its_kind() {
        for (before, line) in Standing::ALL.into_iter().zip(TABLE) {
            for (after, expected) in Standing::ALL.into_iter().zip(line) {
                let kind = Kind::of(before, after, Ordering::Equal);
                assert_eq!(kind, expected, "{before} → {after}");
            }
        }
    }

    #[test]
    fn nothing_is_fixed_without_a_verdict_and_nothing_gone_without_a_list() {
        for before in Standing::ALL {
            for after in Standing::ALL {
                for severity in [Ordering::Less, Ordering::Equal, Ordering::Greater] {
                    let kind = Kind::of(before, after, severity);
                    if kind == Kind::Fixed {
                        assert!(before.is_fail(), "{before} → {after}");
                        assert!(matches!(after, Standing::Passed | Standing::NotApplicable));
                    }
                    if kind == Kind::Gone {
                        assert_eq!(after, Standing::NotThere);
                    }
                }
            }
        }
    }

    #[test]
    fn a_fail_of_another_severity_is_not_unchanged() {
        for standing in [Standing::Failed, Standing::Accepted] {
            for severity in [Ordering::Less, Ordering::Greater] {
                assert_eq!(Kind::of(standing, standing, severity), Kind::SeverityChanged);
            }
        }
        assert_eq!(Kind::of(Standing::Passed, Standing::Passed, Ordering::Less), Unc);
    }

    #[test]
    fn every_kind_is_listed_once_in_the_order_of_its_value() {
        assert!(Kind::ALL.is_sorted());
        let names: std::collections::BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(names.len(), Kind::ALL.len());
    }
}
