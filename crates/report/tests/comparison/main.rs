//! Comparing two runs: what each finding comes to, that the numbers add up, and that what is not seen is never fixed.

mod cases;
mod lacking;
mod properties;
mod runs;
mod seen;
mod whole;
