//! `s3attest frameworks`: the frameworks that the program comes with, what a file of the user changes in one, and a file
//! to begin an assessor's notes with.

use std::fmt::Write as _;

use anyhow::Result;
use s3attest_assess::frameworks::{Framework, MappedControl, MappingChange, overlaid_framework};

use crate::arguments::{FrameworksCommand, NotesArguments, OverlayArguments};
use crate::criteria::{changes, framework, read, refused};
use crate::exit;
use crate::output::{number, plain, result};

pub(crate) fn run(command: Option<FrameworksCommand>) -> Result<u8> {
    match command {
        None => list()?,
        Some(FrameworksCommand::Diff(arguments)) => diff(&arguments)?,
        Some(FrameworksCommand::Notes(arguments)) => result(notes(&arguments)?.trim_end())?,
    }
    Ok(exit::DONE)
}

fn list() -> Result<()> {
    for framework in Framework::ids().filter_map(Framework::embedded) {
        let information = framework.information();
        let controls: Vec<_> = framework.catalogue().active().collect();
        let bearing = controls
            .iter()
            .filter(|entry| framework.checks_of(&entry.id).next().is_some())
            .count();
        result(&format!(
            "{:<28} {}\n{:<28} {} controls of release {}, {} with a check{}",
            information.id,
            information.title,
            "",
            number(controls.len() as u64),
            information.catalogue_version,
            number(bearing as u64),
            if information.has_baselines {
                "; baselines low, moderate, high, privacy"
            } else {
                ""
            }
        ))?;
        if let Some(extent) = &information.extent {
            result(&format!("{:<28} {extent}", ""))?;
        }
    }
    Ok(())
}

fn diff(arguments: &OverlayArguments) -> Result<()> {
    let text = read(&arguments.file, "the changes to a framework")?;
    let named = overlaid_framework(&text).map_err(|error| refused(&arguments.file, &error))?;
    let base = framework(&named)?;
    let (overlaid, changes) = changes(base, &arguments.file, &text)?;
    let overlays = overlaid.information().overlays.join("; ");
    result(&format!("{}, changed by {}", base.title(), plain(&overlays)))?;
    if changes.is_empty() {
        result("\nNothing differs.")?;
    }
    for change in &changes {
        result("")?;
        result(&described(base, change))?;
    }
    Ok(())
}

/// A difference as it is printed: `+` added, `~` changed, `-` removed, `@` a responsibility.
fn described(framework: &Framework, change: &MappingChange) -> String {
    let pair = |sign: &str, check: &str, pair: &MappedControl| {
        let entry = framework.catalogue().find(&pair.control);
        let title = entry.map_or("", |entry| entry.title.as_str());
        format!("{sign} {check}  {} {title}", pair.control)
    };
    let says = |pair: &MappedControl| format!("{}: {}", pair.strength.as_str(), plain(&pair.rationale));
    match change {
        MappingChange::Added { check, pair: added } => {
            format!("{}\n    {}", pair("+", check.as_str(), added), says(added))
        }
        MappingChange::Changed { check, from, to } => format!(
            "{}\n    was {}\n    now {}",
            pair("~", check.as_str(), to),
            says(from),
            says(to)
        ),
        MappingChange::Removed {
            check,
            pair: removed,
            reason,
        } => {
            let reason = if reason.is_empty() {
                "the file gives no reason"
            } else {
                reason
            };
            format!(
                "{}\n    was {}\n    removed: {}",
                pair("-", check.as_str(), removed),
                says(removed),
                plain(reason)
            )
        }
        MappingChange::Responsibility { of, from, to } => {
            let from = from.as_ref().map_or_else(
                || "nothing".to_owned(),
                |from| format!("{}: {}", from.responsibility.as_str(), from.reason),
            );
            format!(
                "@ responsibility for {of}\n    was {from}\n    now {}: {}",
                to.responsibility.as_str(),
                plain(&to.reason)
            )
        }
    }
}

fn notes(arguments: &NotesArguments) -> Result<String> {
    let framework = framework(&arguments.framework)?;
    let mut text = format!(
        "# An assessor's notes on the controls of {} on which no check bears{}.\n\
         # Take away the # before a control and write the note; name this file with --notes or as frameworks.notes.\n\
         # A note stands beside the control's status and never changes it.\n\n[\"{}\"]\n",
        framework.title(),
        arguments.baseline.map_or_else(String::new, |baseline| format!(
            " and that the {} baseline holds",
            baseline.title()
        )),
        framework.id()
    );
    for entry in framework.catalogue().active() {
        let is_within = arguments
            .baseline
            .is_none_or(|baseline| entry.baselines.contains(&baseline));
        if !is_within || framework.checks_of(&entry.id).next().is_some() {
            continue;
        }
        let responsibility = framework
            .responsibility_of(entry)
            .map_or_else(String::new, |statement| {
                format!(" ({})", statement.responsibility.as_str())
            });
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "# {} {}{responsibility}\n# \"{}\" = {{ text = \"\", by = \"\", on = \"\" }}",
            entry.id, entry.title, entry.id
        );
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use s3attest_assess::frameworks::Notes;
    use s3attest_model::control::Baseline;

    use super::*;

    #[test]
    fn every_difference_is_printed_with_what_it_was_and_what_it_is() {
        let base = Framework::nist_800_53_r5();
        let text = "framework = 'nist-800-53-r5'\n[checks.s3-bucket-tls-only]\n\
                    'SC-8' = { strength = 'supports', rationale = 'Ours.' }\n\
                    'SC-7(3)' = { strength = 'supports', rationale = 'New.' }\n\
                    'SC-8(1)' = { remove = true, rationale = 'Not here.' }\n\
                    [responsibility.controls]\n'SC-8' = { responsibility = 'customer', reason = 'We do.' }\n";
        let (_, changes) = changes(base, Path::new("ours.toml"), text).expect("valid");
        let printed: Vec<String> = changes.iter().map(|change| described(base, change)).collect();
        let printed = printed.join("\n");
        for expected in [
            "+ s3-bucket-tls-only  SC-7(3) Access Points\n    supports: New.",
            "~ s3-bucket-tls-only  SC-8 Transmission Confidentiality and Integrity\n    was satisfies-part: ",
            "\n    now supports: Ours.",
            "- s3-bucket-tls-only  SC-8(1) Cryptographic Protection\n    was satisfies-part: ",
            "\n    removed: Not here.",
            "@ responsibility for SC-8\n    was shared: ",
            "\n    now customer: We do.",
        ] {
            assert!(printed.contains(expected), "{expected}\n{printed}");
        }
    }

    #[test]
    fn the_notes_of_every_framework_can_be_read_back() {
        for id in Framework::ids() {
            let arguments = NotesArguments {
                framework: id.to_owned(),
                baseline: None,
            };
            let text = notes(&arguments).expect("the framework is known");
            let written = text.replace("# \"", "\"").replace("text = \"\"", "text = \"Seen.\"");
            let read = Notes::from_toml(&written).unwrap_or_else(|error| panic!("{id}: {error}"));
            let has_notes = written.contains("Seen.");
            assert_eq!(
                read.frameworks().collect::<Vec<_>>(),
                if has_notes { vec![id] } else { Vec::new() }
            );
        }
    }

    #[test]
    fn the_file_to_begin_notes_with_is_valid_once_a_note_is_written() {
        let arguments = NotesArguments {
            framework: "nist-800-53-r5".to_owned(),
            baseline: Some(Baseline::Low),
        };
        let text = notes(&arguments).expect("the framework is known");
        assert!(Notes::from_toml(&text).is_ok());
        // AC-3 has checks; AC-2 has none and is in the baseline; AC-2(1) is not.
        assert!(text.contains("# \"AC-2\" = ") && !text.contains("\"AC-3\"") && !text.contains("\"AC-2(1)\""));
        let written = text.replace("# \"", "\"").replace("text = \"\"", "text = \"Seen.\"");
        assert!(Notes::from_toml(&written).is_ok(), "{written}");
    }
}
