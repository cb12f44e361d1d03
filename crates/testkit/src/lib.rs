//! The harness of the integration tests: the real binary on a store of its own, a client that speaks
//! plain HTTP, disks that fail, PostgreSQL servers and networks between that fail too, a
//! Stripe that takes no money. Nothing is shared with the code under test but the words of the API.

mod client;
mod full_disk;
#[cfg(unix)]
mod mail;
mod office;
mod ports;
#[cfg(unix)]
mod postgres;
pub mod power;
mod processes;
mod proxy;
#[cfg(unix)]
mod pypi;
mod shim;
mod stripe;

pub use client::{Answer, Client};
pub use full_disk::FullDisk;
#[cfg(unix)]
pub use mail::MailSink;
pub use office::{Office, Workshop};
#[cfg(unix)]
pub use postgres::{PostgresBinaries, PostgresOptions, PostgresServer, PostgresVersion};
pub use proxy::Proxy;
pub use shim::ShimError;
#[cfg(unix)]
pub use stripe::LocalStripe;
pub use stripe::{Call, Fault, Faults, Money, StripeFake, WebhookChaos, stripe_signature};
