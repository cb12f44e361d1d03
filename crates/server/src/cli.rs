//! The command line. Each flag is also a `BOXOFFICE_…` variable and a key of the TOML file; flags
//! win, then the environment, then the file.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Parser, Subcommand};

use crate::failure::Failure;
use crate::store::has_password;

/// Sells the seats of an event to the crowd that all wants them at the same second.
#[derive(Debug, Parser)]
#[command(name = "boxoffice", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a box office with a demo catalogue and print its address.
    Demo(DemoArgs),
    /// Serve a box office.
    Serve(ServeArgs),
    /// Import catalogue files; works beside a running server.
    Import(ImportArgs),
    /// Replay the ledger and prove that everything agrees with it; exits 1 on any breach.
    Audit(AuditArgs),
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// The address to listen on.
    #[arg(long, env = "BOXOFFICE_LISTEN", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Where to keep the store [default: a new folder that goes with the process].
    #[arg(long, env = "BOXOFFICE_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The address to listen on [default: 127.0.0.1:8080].
    #[arg(long, env = "BOXOFFICE_LISTEN")]
    pub(crate) listen: Option<SocketAddr>,
    /// The store: sqlite:PATH or postgres://USER@HOST/DATABASE; it is set up if it is not there.
    #[arg(
        long,
        env = "BOXOFFICE_STORE",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub(crate) store: Option<String>,
    /// The most connections to a database [default: 24].
    #[arg(long, env = "BOXOFFICE_STORE_CONNECTIONS", value_name = "N")]
    pub(crate) store_connections: Option<usize>,
    /// For how long seats are held [default: 10m].
    #[arg(long, env = "BOXOFFICE_HOLD", value_name = "DURATION")]
    pub(crate) hold: Option<String>,
    /// The payment provider: test. Without one nothing can be paid.
    #[arg(long, env = "BOXOFFICE_PAYMENTS", value_name = "NAME")]
    pub(crate) payments: Option<String>,
    /// Where buyers reach this box office; with https:// cookies are for HTTPS only.
    #[arg(long, env = "BOXOFFICE_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// The most connections at one time [default: 20000].
    #[arg(long, env = "BOXOFFICE_MAX_CONNECTIONS", value_name = "N")]
    pub(crate) max_connections: Option<usize>,
    /// Settings in TOML; flags and variables win.
    #[arg(long, env = "BOXOFFICE_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The store: sqlite:PATH or postgres://USER@HOST/DATABASE; it is set up if it is not there.
    #[arg(
        long,
        env = "BOXOFFICE_STORE",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub(crate) store: String,
    /// Buyers are told of a new date, venue or status.
    #[arg(long, conflicts_with = "silent")]
    pub(crate) notify: bool,
    /// Buyers are not told of a new date, venue or status.
    #[arg(long)]
    pub(crate) silent: bool,
    /// Catalogue files; each is imported whole or not at all.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    /// The store: sqlite:PATH or postgres://USER@HOST/DATABASE.
    #[arg(
        long,
        env = "BOXOFFICE_STORE",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub(crate) store: String,
}

/// Refuses URLs with a password in them that stand on the command line, where every user of the machine
/// can read them: they belong into the environment or a file.
pub(crate) fn refuse_passwords(matches: &ArgMatches) -> Result<(), Failure> {
    let Some((_, matches)) = matches.subcommand() else {
        return Ok(());
    };
    for id in matches.ids().map(clap::Id::as_str) {
        if matches.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        let values = matches.get_raw(id).into_iter().flatten();
        if values.filter_map(|value| value.to_str()).any(has_password) {
            let flag = id.replace('_', "-");
            return Err(Failure::Usage(format!(
                "--{flag} must not hold a password: it would stand in the list of processes"
            )));
        }
    }
    Ok(())
}
