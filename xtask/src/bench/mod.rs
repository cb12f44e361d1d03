//! `cargo xtask bench`: figures of speed and size, each beside its aim. Machines differ and are
//! shared, so what counts are ratios within one run, A and B in turn, with their spread. No figure is
//! asserted: a slow machine breaks no build.
//!
//! # Adding a figure
//! 1. A module whose `run` prints its lines, aim included.
//! 2. A variant of `Figure`, and its line in `measure`.
//! 3. A section of `docs/benchmarks.md`.

mod disk;
mod figures;
mod holds;
mod house;
mod import;
mod map;
mod nginx;
mod payments;
mod postgres;
mod scale;
mod site;
mod start;
mod watchers;

use std::path::{Path, PathBuf};
use std::process::Command;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Figure {
    /// 2-seat holds a second beside requests that do nothing, and how long they take.
    Holds,
    /// What a million seats in the file cost a hold.
    Scale,
    /// Starting on ten million entries.
    Start,
    /// Importing a stadium while seats are sold.
    Import,
    /// Bytes on disk a sold ticket.
    Disk,
    /// The seat map beside nginx serving the same bytes, and holds that the map refuses.
    Map,
    /// Memory and delays of a crowd that watches one map.
    Watchers,
    /// Holds on PostgreSQL beside pgbench and the embedded store, on one node, two, and many events.
    Postgres,
    /// Bookings a second beside holds, on both stores, and holds beside a slow provider.
    Payments,
    /// Pages beside requests that do nothing, and what a browser on a slow line sees.
    Site,
    /// What a million seats cost a hold on PostgreSQL.
    PostgresScale,
    /// A cold node on an event with millions of entries in PostgreSQL.
    PostgresStart,
}

const ALL: [Figure; 12] = [
    Figure::Holds,
    Figure::Scale,
    Figure::Import,
    Figure::Start,
    Figure::Disk,
    Figure::Map,
    Figure::Watchers,
    Figure::Payments,
    Figure::Site,
    Figure::Postgres,
    Figure::PostgresScale,
    Figure::PostgresStart,
];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to measure; everything by default.
    figures: Vec<Figure>,
    /// How many times A and B are measured in turn.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How many watch.
    #[arg(long, default_value_t = 10_000)]
    watchers: usize,
    /// How many entries the old ledger on PostgreSQL has.
    #[arg(long, default_value_t = 10_000_000)]
    entries: u64,
    /// This is the optimised build already.
    #[arg(long, hide = true)]
    built: bool,
}

type Done = Result<(), Box<dyn std::error::Error>>;

/// The optimised binaries.
struct Built {
    folder: PathBuf,
}

impl Built {
    fn boxoffice(&self) -> PathBuf {
        self.folder.join("boxoffice")
    }

    /// The program that writes years of trade.
    fn history(&self) -> PathBuf {
        self.folder.join("examples/history")
    }

    /// Where stores that took long to write are kept from one run to the next.
    fn cache(&self, name: &str) -> PathBuf {
        self.folder.join("bench").join(name)
    }
}

pub(crate) fn run(args: &Args) -> Result<(), String> {
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".into());
    let folder = Path::new(&target).join("release");
    if !args.built {
        return rerun_optimised(&folder);
    }
    let built = Built { folder };
    let all = if args.figures.is_empty() {
        &ALL[..]
    } else {
        &args.figures
    };
    for figure in all {
        measure(*figure, &built, args).map_err(|error| format!("{figure:?}: {error}"))?;
        println!();
    }
    Ok(())
}

fn measure(figure: Figure, built: &Built, args: &Args) -> Done {
    let rounds = args.rounds;
    match figure {
        Figure::Holds => holds::run(built, rounds),
        Figure::Scale => scale::run(built, rounds),
        Figure::Start => start::run(built, rounds),
        Figure::Import => import::run(built, rounds),
        Figure::Disk => disk::run(built),
        Figure::Map => map::run(built, rounds),
        Figure::Watchers => watchers::run(built, args.watchers),
        Figure::Payments => payments::run(built, rounds),
        Figure::Site => site::run(built, rounds),
        Figure::Postgres => postgres::rates(built, rounds),
        Figure::PostgresScale => postgres::scale(built, rounds),
        Figure::PostgresStart => postgres::start(built, rounds, args.entries),
    }
}

/// The generator shares the machine with the server: both must be optimised.
fn rerun_optimised(folder: &Path) -> Result<(), String> {
    let build = |what: &[&str]| {
        let mut cargo = Command::new("cargo");
        let built = cargo.args(["build", "--release", "--locked"]).args(what);
        built.status().is_ok_and(|status| status.success())
    };
    if !build(&["-p", "boxoffice-server", "-p", "xtask"])
        || !build(&["-p", "boxoffice-server", "--example", "history"])
    {
        return Err("the optimised build failed".into());
    }
    let status = Command::new(folder.join("xtask"))
        .args(std::env::args_os().skip(1))
        .arg("--built")
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        other => Err(format!("the bench failed: {other:?}")),
    }
}
