//! Showing what the collecting does: bars on a terminal, and plain lines for what somebody should know anywhere.

use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use s3attest_collect::Event;
use s3attest_gateway::Gateway;

use crate::output::{number, plain};

/// The display of one run.
pub(crate) struct Progress {
    gateway: Arc<Gateway>,
    bars: MultiProgress,
    accounts: ProgressBar,
    buckets: ProgressBar,
    is_quiet: bool,
    /// Where there is no terminal: when a line was last written.
    last_line: Option<Mutex<Instant>>,
}

/// How long a run without a terminal stays silent.
const SILENCE: Duration = Duration::from_secs(30);

impl Progress {
    pub(crate) fn new(gateway: Arc<Gateway>, is_quiet: bool) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let target = if is_quiet || !is_terminal {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr_with_hz(5)
        };
        let bars = MultiProgress::with_draw_target(target);
        let style = |template: &str| ProgressStyle::with_template(template).expect("the templates are valid");
        let accounts = bars.add(ProgressBar::new(0).with_style(style("accounts {bar:30} {human_pos}/{human_len}")));
        let buckets = bars.add(ProgressBar::new(0).with_style(style(
            "buckets  {bar:30} {human_pos}/{human_len}  {per_sec}, {eta} left{msg}",
        )));
        accounts.enable_steady_tick(Duration::from_millis(500));
        buckets.enable_steady_tick(Duration::from_millis(500));
        Self {
            gateway,
            bars,
            accounts,
            buckets,
            is_quiet,
            last_line: (!is_quiet && !is_terminal).then(|| Mutex::new(Instant::now())),
        }
    }

    /// Takes up an event.
    pub(crate) fn show(&self, event: Event) {
        match event {
            Event::AccountsSelected {
                to_read,
                finished_before,
            } => {
                self.accounts.set_length(to_read);
                if finished_before > 0 {
                    self.line(&format!(
                        "{} accounts were finished before and are not read again",
                        number(finished_before)
                    ));
                }
            }
            Event::AccountRefused { account, cause, detail } => {
                self.line(&format!(
                    "account {account} cannot be read: {} ({})",
                    cause.phrase(),
                    plain(&detail)
                ));
            }
            Event::BucketsListed { count, .. } => self.buckets.inc_length(count),
            Event::BucketRead => {
                self.buckets.inc(1);
                self.line_in_silence();
                let throttles = self.gateway.throttles();
                if throttles > 0 {
                    self.buckets.set_message(format!(", {} throttled", number(throttles)));
                }
            }
            Event::AccountFinished { .. } => self.accounts.inc(1),
            // Events that come later than this display are nothing that somebody has to see.
            _ => {}
        }
    }

    /// Says now and then how far it is, where no bars can.
    fn line_in_silence(&self) {
        let Some(last_line) = &self.last_line else { return };
        let mut last_line = last_line.lock().unwrap_or_else(PoisonError::into_inner);
        if last_line.elapsed() < SILENCE {
            return;
        }
        *last_line = Instant::now();
        let of = |bar: &ProgressBar| format!("{} of {}", number(bar.position()), number(bar.length().unwrap_or(0)));
        self.line(&format!(
            "{} accounts, {} buckets, {} throttled, about {} s left",
            of(&self.accounts),
            of(&self.buckets),
            number(self.gateway.throttles()),
            number(self.buckets.eta().as_secs())
        ));
    }

    fn line(&self, text: &str) {
        if self.is_quiet {
            return;
        }
        self.bars.suspend(|| crate::output::notice(text));
    }

    /// Takes the bars away.
    pub(crate) fn finish(&self) {
        self.accounts.finish_and_clear();
        self.buckets.finish_and_clear();
    }
}
