//! The harness of the integration tests: the real binary on a store of its own, a client that speaks
//! plain HTTP, disks that fail, PostgreSQL servers and networks between that fail too. Nothing is shared with the code under test but the words of the
//! API.

mod client;
mod full_disk;
mod office;
#[cfg(unix)]
mod postgres;
pub mod power;
mod processes;
mod proxy;
mod shim;

pub use client::{Answer, Client};
pub use full_disk::FullDisk;
pub use office::{Office, Workshop};
#[cfg(unix)]
pub use postgres::{PostgresBinaries, PostgresOptions, PostgresServer, PostgresVersion};
pub use proxy::Proxy;
pub use shim::ShimError;
