//! Records that come by the million, changed field by field: findings, coverage, access; and the few values of a run.
//!
//! Only names and texts change here: no verdict, state, cause or number does.

use s3attest_model::access::{AccessSentence, BucketAccess};
use s3attest_model::assessment::{AssessmentSummary, FrameworkInformation};
use s3attest_model::control::{ControlAssessment, ControlMatrixRecord, ControlScope};
use s3attest_model::coverage::{CoverageRecord, GapTally};
use s3attest_model::evidence::{Gap, Operation, Source};
use s3attest_model::exception::{AppliedException, AssessedExceptions, Exception, Wanted};
use s3attest_model::finding::{EvidenceReference, Finding, Resource};
use s3attest_model::organization::AccountState;
use s3attest_model::run::{Mode, RunInformation};
use s3attest_model::text::SharedText;

use super::fields::is_plain;
use super::redactor::Redactor;

impl Redactor {
    pub(super) fn finding(&self, mut finding: Finding) -> Finding {
        finding.resource = self.resource_of_finding(finding.resource);
        finding.message = self.text(&finding.message);
        for reference in &mut finding.evidence {
            self.reference(reference);
        }
        if let Some(gap) = &mut finding.gap {
            self.gap(gap);
        }
        if let Some(exception) = &mut finding.exception {
            self.applied(exception);
        }
        finding
    }

    fn resource_of_finding(&self, resource: Resource) -> Resource {
        match resource {
            Resource::Organization { account, id } => Resource::Organization {
                id: self.identifier(&id),
                account: self.account(&account),
            },
            Resource::Account { account } => Resource::Account {
                account: self.account(&account),
            },
            Resource::Region { account, region } => Resource::Region {
                account: self.account(&account),
                region,
            },
            Resource::AccessPoint {
                account,
                name,
                arn,
                region,
            } => Resource::AccessPoint {
                account: self.account(&account),
                name: self.identifier(&name),
                arn: self.identifier(&arn),
                region,
            },
            Resource::Bucket {
                account,
                name,
                partition,
                region,
            } => Resource::Bucket {
                name: self.bucket_name(&account, &name),
                account: self.account(&account),
                partition,
                region,
            },
        }
    }

    fn reference(&self, reference: &mut EvidenceReference) {
        self.source(&mut reference.source);
        if let Some(of) = &mut reference.of {
            // `alias/name in eu-central-1`, or a name alone.
            *of = match of.split_once(" in ") {
                Some((name, place)) if super::words::is_region(place) => {
                    format!("{} in {place}", self.identifier(name))
                }
                _ => self.identifier(of),
            };
        }
    }

    fn source(&self, source: &mut Source) {
        if !is_plain(source.operation.as_str()) {
            source.operation = Operation::from(SharedText::from(self.name(source.operation.as_str())));
        }
        if let Some(id) = source.request_id.as_mut().filter(|id| !is_plain(id)) {
            *id = SharedText::from(self.name(id));
        }
        if let Some(code) = &mut source.code {
            *code = self.word(code);
        }
    }

    fn gap(&self, gap: &mut Gap) {
        gap.detail = self.message(&gap.detail);
    }

    fn tally(&self, tally: &mut GapTally) {
        tally.example = self.message(&tally.example);
    }

    fn applied(&self, exception: &mut AppliedException) {
        exception.id = self.identifier(&exception.id);
        exception.owner = self.identifier(&exception.owner);
        exception.reason = self.whole(&exception.reason);
        exception.ticket = self.whole(&exception.ticket);
        if let Some(tags) = &mut exception.tags {
            self.reference(tags);
        }
        if let Some(gap) = &mut exception.gap {
            self.gap(gap);
        }
    }

    pub(super) fn coverage(&self, mut record: CoverageRecord) -> CoverageRecord {
        match &mut record {
            CoverageRecord::Organization(covered) => {
                for tally in &mut covered.gaps {
                    self.tally(tally);
                }
            }
            CoverageRecord::Account(covered) => {
                covered.account = self.account(&covered.account);
                covered.name = self.identifier(&covered.name);
                if let Some(unit) = &mut covered.organizational_unit {
                    *unit = self.pattern(unit);
                }
                if let AccountState::Other(state) = &mut covered.state {
                    *state = self.word(state);
                }
                // AWS's own words stand in it.
                covered.reason = self.message(&covered.reason);
                covered.remedy = self.text(&covered.remedy);
                for tally in &mut covered.gaps {
                    self.tally(tally);
                }
            }
            CoverageRecord::Region(covered) => covered.account = self.account(&covered.account),
            CoverageRecord::Source(covered) => {
                covered.account = self.account(&covered.account);
                for gap in &mut covered.gaps {
                    self.tally(&mut gap.tally);
                    gap.remedy = self.text(&gap.remedy);
                }
            }
            CoverageRecord::Bucket(covered) => {
                covered.bucket = self.bucket_name(&covered.account, &covered.bucket);
                covered.account = self.account(&covered.account);
                for tally in &mut covered.gaps {
                    self.tally(tally);
                }
            }
        }
        record
    }

    pub(super) fn access(&self, mut access: BucketAccess) -> BucketAccess {
        access.name = self.bucket_name(&access.account, &access.name);
        access.account = self.account(&access.account);
        let sentences = |sentences: &mut Vec<AccessSentence>| {
            for sentence in sentences {
                sentence.text = self.text(&sentence.text);
            }
        };
        for role in &mut access.roles {
            for text in [&mut role.because, &mut role.unclear].into_iter().flatten() {
                *text = self.text(text);
            }
        }
        for answer in &mut access.answers {
            for way in &mut answer.ways {
                way.who = self.text(&way.who);
                way.path = self.text(&way.path);
                way.action = self.word(&way.action);
                if let Some(statement) = &mut way.statement {
                    *statement = self.text(statement);
                }
            }
            for doubt in &mut answer.doubts {
                doubt.who = self.text(&doubt.who);
                doubt.path = self.text(&doubt.path);
                doubt.text = self.text(&doubt.text);
            }
            sentences(&mut answer.stops);
        }
        sentences(&mut access.chain);
        for reference in &mut access.evidence {
            self.reference(reference);
        }
        access
    }

    pub(super) fn matrix(&self, mut record: ControlMatrixRecord) -> ControlMatrixRecord {
        match &mut record.scope {
            ControlScope::Account { account } => *account = self.account(account),
            ControlScope::OrganizationalUnit { id, path } => {
                if let Some(id) = id {
                    *id = self.identifier(id);
                }
                *path = self.pattern(path);
            }
        }
        record
    }

    /// A control. Texts of the catalogue stay; what a user's files and configuration say does not.
    pub(super) fn control(&self, mut control: ControlAssessment, is_overlaid: bool) -> ControlAssessment {
        if let Some(note) = &mut control.note {
            note.text = self.whole(&note.text);
            note.by = self.identifier(&note.by);
            note.on = self.word(&note.on);
        }
        for parameter in control.parameters.iter_mut().filter(|parameter| !parameter.is_default) {
            parameter.value = self.parameter(&parameter.key, &parameter.value);
        }
        if is_overlaid {
            for check in &mut control.checks {
                check.rationale = self.whole(&check.rationale);
            }
            if let Some(statement) = &mut control.responsibility {
                statement.reason = self.whole(&statement.reason);
            }
        }
        control
    }

    /// A value of the configuration. The tag that classifies, and its values, may stand on no bucket and yet in messages.
    fn parameter(&self, key: &str, value: &str) -> String {
        match key.strip_prefix("checks.").unwrap_or(key) {
            "classification_tag" => self.tag_key(value),
            name if name == "classification_values" || name.ends_with("_classes") => {
                let values: Vec<String> = value.split(", ").map(|value| self.tag_value(value)).collect();
                values.join(", ")
            }
            _ => self.message(value),
        }
    }

    /// What is known of a run from its start. Its id says that the report is redacted.
    pub(super) fn information(&self, mut run: RunInformation) -> RunInformation {
        run.id = format!("{}-redacted", self.text(&run.id));
        run.caller.account = self.account(&run.caller.account);
        run.caller.arn = self.identifier(&run.caller.arn);
        if let Mode::SingleAccount(reason) = &mut run.mode {
            *reason = self.message(reason);
        }
        run.role_template = self.identifier(&run.role_template);
        let scope = &mut run.scope;
        for text in scope.include_accounts.iter_mut().chain(&mut scope.exclude_accounts) {
            *text = self.pattern(text);
        }
        let units = &mut scope.include_organizational_units;
        for text in units.iter_mut().chain(&mut scope.exclude_organizational_units) {
            *text = self.pattern(text);
        }
        for text in scope.include_tags.iter_mut().chain(&mut scope.exclude_tags) {
            *text = self.tag(text);
        }
        run
    }

    /// The assessment in numbers; the numbers stay.
    pub(super) fn summary(&self, mut summary: AssessmentSummary) -> AssessmentSummary {
        self.framework(&mut summary.framework);
        for framework in &mut summary.other_frameworks {
            self.framework(framework);
        }
        if let Some(gap) = &mut summary.account_listing_gap {
            self.gap(gap);
        }
        for tally in &mut summary.accounts {
            tally.account = self.account(&tally.account);
        }
        let worst = summary.worst.into_iter();
        summary.worst = worst.map(|finding| self.finding(finding)).collect();
        if let Some(exceptions) = &mut summary.exceptions {
            self.exceptions(exceptions);
        }
        summary
    }

    fn framework(&self, framework: &mut FrameworkInformation) {
        for overlay in &mut framework.overlays {
            // The file, then how much it changed.
            *overlay = match overlay.rsplit_once(" (") {
                Some((file, numbers)) => format!("{} ({numbers}", self.name(file)),
                None => self.name(overlay),
            };
        }
    }

    fn exceptions(&self, exceptions: &mut AssessedExceptions) {
        exceptions.file = self.name(&exceptions.file);
        for tally in &mut exceptions.tallies {
            self.exception(&mut tally.exception);
        }
    }

    fn exception(&self, exception: &mut Exception) {
        exception.id = self.identifier(&exception.id);
        exception.owner = self.identifier(&exception.owner);
        exception.reason = self.whole(&exception.reason);
        exception.ticket = self.whole(&exception.ticket);
        if let Some(note) = &mut exception.note {
            *note = self.whole(note);
        }
        let selectors = &mut exception.selectors;
        for wanted in [&mut selectors.account, &mut selectors.bucket, &mut selectors.resource]
            .into_iter()
            .flatten()
        {
            *wanted = match wanted {
                Wanted::Exactly(text) => Wanted::Exactly(self.identifier(text)),
                Wanted::Like(pattern) if pattern.starts_with("arn:") => Wanted::Like(self.arn(pattern)),
                Wanted::Like(pattern) => Wanted::Like(self.pattern(pattern)),
            };
        }
        if let Some(wanted) = &mut selectors.tag {
            *wanted = match wanted {
                Wanted::Exactly(text) => Wanted::Exactly(self.tag(text)),
                Wanted::Like(pattern) => Wanted::Like(self.tag(pattern)),
            };
        }
    }
}
