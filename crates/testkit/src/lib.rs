//! The harness of the integration tests: the real binary on a store of its own, and a client that
//! speaks plain HTTP. Nothing is shared with the code under test but the words of the API.

mod client;
mod office;
pub mod power;

pub use client::{Answer, Client};
pub use office::{Office, Workshop};
