//! The commands around a scan, by the real binary: what they print, what they ask for, and how they end.

mod doctor;
mod explain;
mod frameworks;
mod plan;
mod session_policy;
mod setup;
