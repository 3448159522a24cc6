//! Lines over time as an inline picture without styles of its own. Lines differ by their marks and dashes, and never by
//! colour alone; the numbers always stand in a table below.
//!
//! It knows nothing of what is counted.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;

use crate::text::count;

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 230.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 466.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 190.0;
/// A stretch without runs that is so many times the usual one breaks the lines.
const GAP: i64 = 3;

/// What becomes a line.
pub(super) struct Values {
    pub(super) label: &'static str,
    pub(super) class: &'static str,
    /// One for each run; `None` where a run says nothing.
    pub(super) each: Vec<Option<f64>>,
    /// The latest value in words.
    pub(super) latest: String,
}

/// A line of a chart.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    label: &'static str,
    class: &'static str,
    /// Which mark and which dashes it has.
    style: usize,
    latest: String,
    path: String,
    marks: String,
    /// Its mark alone, for the legend.
    key: String,
}

#[derive(Debug, Serialize)]
struct Tick {
    at: String,
    label: String,
}

#[derive(Debug, Serialize)]
struct Stretch {
    from: String,
    width: String,
    middle: String,
    /// Whether there is room for words.
    is_wide: bool,
}

/// A chart.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    id: String,
    title: String,
    description: String,
    lines: Vec<Line>,
    across: Vec<Tick>,
    along: Vec<Tick>,
    /// Stretches in which no run lies though one was to be expected.
    gaps: Vec<Stretch>,
}

impl Chart {
    /// Draws lines over the times of the runs, oldest first. `ceiling` is the highest value that can be, where there is
    /// one; `unit` stands behind the numbers of the axis.
    pub(super) fn new(
        id: String,
        title: String,
        times: &[Timestamp],
        values: Vec<Values>,
        ceiling: Option<f64>,
        unit: &str,
    ) -> Self {
        let highest = values
            .iter()
            .flat_map(|line| line.each.iter().flatten())
            .copied()
            .fold(0.0, f64::max);
        let top = ceiling.unwrap_or_else(|| nice(highest));
        let places = places(times);
        let gaps = gaps(times);
        let mut description: Vec<String> = values
            .iter()
            .map(|line| format!("{} {}", line.label, line.latest))
            .collect();
        description.insert(0, format!("{} runs; latest values", times.len()));
        let lines = values
            .into_iter()
            .enumerate()
            .map(|(style, line)| draw(style % 5, line, &places, &gaps, top))
            .collect();
        let label = |value: f64| format!("{}{unit}", count(rounded(value)));
        let mut across = vec![(0.0, label(0.0)), (top, label(top))];
        if (top / 2.0).fract() == 0.0 {
            across.insert(1, (top / 2.0, label(top / 2.0)));
        }
        Self {
            id,
            title,
            description: description.join(", "),
            lines,
            across: across
                .into_iter()
                .map(|(value, label)| Tick {
                    at: number(height_of(value, top)),
                    label,
                })
                .collect(),
            along: along(times, &places),
            gaps: gaps
                .iter()
                .map(|before| {
                    let (from, to) = (places[*before] + 5.0, places[before + 1] - 5.0);
                    Stretch {
                        from: number(from),
                        width: number((to - from).max(0.0)),
                        middle: number(f64::midpoint(from, to)),
                        is_wide: to - from > 70.0,
                    }
                })
                .collect(),
        }
    }
}

fn draw(style: usize, line: Values, places: &[f64], gaps: &[usize], top: f64) -> Line {
    let (mut path, mut marks) = (String::new(), String::new());
    let mut is_drawn = false;
    for (index, (place, value)) in places.iter().zip(&line.each).enumerate() {
        let Some(value) = value else {
            is_drawn = false;
            continue;
        };
        let (x, y) = (*place, height_of(*value, top));
        let is_after_gap = index > 0 && gaps.contains(&(index - 1));
        let letter = if is_drawn && !is_after_gap { 'L' } else { 'M' };
        // Writing to a string cannot fail.
        let _ = write!(path, "{letter}{} {}", number(x), number(y));
        marks.push_str(&mark(style, x, y));
        is_drawn = true;
    }
    Line {
        label: line.label,
        class: line.class,
        style,
        latest: line.latest,
        path,
        marks,
        key: mark(style, 7.0, 7.0),
    }
}

/// A mark as a part of a path: a disc, a square, a diamond, a triangle, a cross.
fn mark(style: usize, x: f64, y: f64) -> String {
    let at = |dx: f64, dy: f64| format!("{} {}", number(x + dx), number(y + dy));
    match style {
        0 => format!("M{}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", at(-4.0, 0.0)),
        1 => format!("M{}h7v7h-7z", at(-3.5, -3.5)),
        2 => format!(
            "M{}L{}L{}L{}z",
            at(0.0, -5.0),
            at(5.0, 0.0),
            at(0.0, 5.0),
            at(-5.0, 0.0)
        ),
        3 => format!("M{}L{}L{}z", at(0.0, -5.0), at(5.0, 4.0), at(-5.0, 4.0)),
        _ => format!("M{}h3v3h3v3h-3v3h-3v-3h-3v-3h3z", at(-1.5, -4.5)),
    }
}

fn height_of(value: f64, top: f64) -> f64 {
    BOTTOM - (BOTTOM - TOP) * (value / top).clamp(0.0, 1.0)
}

/// Where each run stands along the axis: by its time, so that stretches without runs are as wide as they are long.
fn places(times: &[Timestamp]) -> Vec<f64> {
    let seconds = |time: &Timestamp| time.as_second();
    let (Some(first), Some(last)) = (times.first().map(seconds), times.last().map(seconds)) else {
        return Vec::new();
    };
    let whole = ratio(last - first);
    let place = |time: &Timestamp| {
        if whole == 0.0 {
            f64::midpoint(LEFT, RIGHT)
        } else {
            LEFT + 8.0 + (RIGHT - LEFT - 16.0) * ratio(seconds(time) - first) / whole
        }
    };
    times.iter().map(place).collect()
}

/// The runs after which a stretch without runs is much longer than usual, by their positions.
fn gaps(times: &[Timestamp]) -> Vec<usize> {
    let stretches: Vec<i64> = times
        .windows(2)
        .map(|pair| pair[1].as_second() - pair[0].as_second())
        .collect();
    let mut sorted = stretches.clone();
    sorted.sort_unstable();
    // Of two runs nobody can say what is usual.
    let Some(usual) = sorted.get((sorted.len().max(1) - 1) / 2).filter(|_| sorted.len() >= 2) else {
        return Vec::new();
    };
    let is_long = |stretch: &i64| *stretch > usual.saturating_mul(GAP);
    let positions = stretches.iter().enumerate();
    positions
        .filter(|(_, stretch)| is_long(stretch))
        .map(|(position, _)| position)
        .collect()
}

/// The first and the last day, and one between them where there is room.
fn along(times: &[Timestamp], places: &[f64]) -> Vec<Tick> {
    let day = |time: &Timestamp| time.strftime("%Y-%m-%d").to_string();
    let mut ticks: Vec<Tick> = Vec::new();
    let mut last: Option<f64> = None;
    let middle = times.len() / 2;
    for index in [0, middle, times.len().saturating_sub(1)] {
        let (Some(time), Some(place)) = (times.get(index), places.get(index)) else {
            continue;
        };
        // A label is about eighty wide; those at the ends are moved inwards.
        let place = place.clamp(LEFT + 28.0, RIGHT - 32.0);
        if last.is_none_or(|last| place - last > 88.0) && ticks.last().is_none_or(|tick| tick.label != day(time)) {
            ticks.push(Tick {
                at: number(place),
                label: day(time),
            });
            last = Some(place);
        }
    }
    ticks
}

/// The next of 1, 2, 5, 10, 20, 50 … that is not less.
fn nice(highest: f64) -> f64 {
    let mut decade = 1.0;
    loop {
        for step in [1.0, 2.0, 5.0] {
            if step * decade >= highest {
                return step * decade;
            }
        }
        decade *= 10.0;
    }
}

/// A coordinate with one digit behind the point.
fn number(value: f64) -> String {
    format!("{value:.1}")
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a value of an axis is a count, far below what a float holds exactly"
)]
fn rounded(value: f64) -> u64 {
    value.max(0.0).round() as u64
}

#[expect(clippy::cast_precision_loss, reason = "seconds of some decades, for a picture")]
fn ratio(seconds: i64) -> f64 {
    seconds as f64
}

/// The size of a picture, for its template.
pub(super) fn size() -> String {
    format!("0 0 {WIDTH:.0} {HEIGHT:.0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(days: &[i64]) -> Vec<Timestamp> {
        let time = |day: &i64| Timestamp::from_second(1_780_000_000 + day * 86_400).expect("a moment");
        days.iter().map(time).collect()
    }

    fn chart(times: &[Timestamp], values: &[Option<f64>]) -> Chart {
        let line = Values {
            label: "Failed",
            class: "bad",
            each: values.to_vec(),
            latest: "3".to_owned(),
        };
        Chart::new("id".to_owned(), "Title".to_owned(), times, vec![line], None, "")
    }

    fn pieces(chart: &Chart) -> usize {
        chart.lines[0].path.matches('M').count()
    }

    #[test]
    fn a_line_is_broken_where_a_run_says_nothing_and_where_runs_are_missing() {
        let some = |count: usize| vec![Some(3.0); count];
        assert_eq!(pieces(&chart(&days(&[0, 1, 2, 3]), &some(4))), 1);
        assert_eq!(
            pieces(&chart(&days(&[0, 1, 2, 3]), &[Some(1.0), None, Some(2.0), Some(3.0)])),
            2
        );
        let missing = chart(&days(&[0, 1, 2, 20, 21]), &some(5));
        assert_eq!((pieces(&missing), missing.gaps.len()), (2, 1));
        assert_eq!(pieces(&chart(&days(&[0, 90]), &some(2))), 1);
    }

    #[test]
    fn one_run_and_no_value_are_charts_too() {
        let one = chart(&days(&[0]), &[Some(0.0)]);
        assert!(one.lines[0].path.starts_with('M') && !one.lines[0].path.contains("NaN"));
        assert_eq!(one.along.len(), 1);
        let none = chart(&days(&[0, 0]), &[None, None]);
        assert_eq!(none.lines[0].path, "");
    }

    #[test]
    fn axes_end_at_round_numbers() {
        for (highest, top) in [(0.0, 1.0), (1.0, 1.0), (3.0, 5.0), (11.0, 20.0), (1_001.0, 2_000.0)] {
            assert!((nice(highest) - top).abs() < 0.01, "{highest}");
        }
    }
}
