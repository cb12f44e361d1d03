//! A store beside a provider's report: each kind of difference is named, with its attempt and what to do,
//! and nothing else is.

#[path = "../common/mod.rs"]
mod common;
mod desk;
mod differences;
mod histories;
mod periods;
