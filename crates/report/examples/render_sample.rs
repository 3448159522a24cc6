//! Renders a sample into a directory, to look at the pages and to measure:
//! `render_sample DIRECTORY` the small hostile one, `render_sample DIRECTORY ACCOUNTS BUCKETS [CATALOGUE.csv]` one of any
//! size, `render_sample DIRECTORY ACCOUNTS BUCKETS CATALOGUE.csv FORMAT` in one format alone. It prints nothing; look
//! into the directory, and measure from outside.

use std::path::Path;

use anyhow::Context;
use s3attest_report::sample::{Generated, sample_assessment};
use s3attest_report::{Format, Settings, render};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |index: usize| arguments.get(index).map(String::as_str);
    let directory = Path::new(argument(0).context("name the directory to render into")?);
    match (argument(1), argument(2)) {
        (Some(accounts), Some(buckets)) => {
            let catalogue = argument(3).map(catalogue).transpose()?.unwrap_or_default();
            let run = Generated::new(accounts.parse()?, buckets.parse()?, &catalogue);
            let format = argument(4).map(str::parse::<Format>).transpose()?;
            let formats = format.as_ref().map_or(Format::ALL, std::slice::from_ref);
            render(&run, formats, &Settings::default(), directory)?;
        }
        _ => {
            render(&sample_assessment(), Format::ALL, &Settings::default(), directory)?;
        }
    }
    Ok(())
}

/// The active controls of a catalogue in the form of `config/catalogues`.
fn catalogue(path: &str) -> anyhow::Result<Vec<[String; 4]>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| format!("`{path}` could not be opened"))?;
    let mut controls = Vec::new();
    for record in reader.records() {
        let record = record?;
        if &record[8] == "0" {
            controls.push([0, 1, 2, 3].map(|column| record[column].to_owned()));
        }
    }
    Ok(controls)
}
