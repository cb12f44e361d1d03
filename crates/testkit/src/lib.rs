//! The harness of the integration tests: the real binary on a store of its own, a client that speaks
//! plain HTTP, and disks that fail. Nothing is shared with the code under test but the words of the
//! API.

mod client;
mod full_disk;
mod office;
pub mod power;
mod shim;

pub use client::{Answer, Client};
pub use full_disk::FullDisk;
pub use office::{Office, Workshop};
pub use shim::ShimError;
