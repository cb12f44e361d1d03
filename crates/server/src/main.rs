//! The `boxoffice` binary: its allocator, and the one setting that is not the operator's to choose.
//! Everything else is in the library beside it.

use std::process::ExitCode;

use boxoffice_store_sqlite::Synchronous;

/// Gives memory back after a crowd has left (tokio-rs/axum#2211).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    boxoffice_server::run(std::env::args_os(), Synchronous::Full)
}
