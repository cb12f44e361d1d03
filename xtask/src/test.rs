//! `cargo xtask test`: every step by name, with its time, and one line at the end.

use std::process::Command;
use std::time::Instant;

use crate::{browser, links, readme, tidy};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only these steps, by name.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Long runs too: more cases, more crashes.
    #[arg(long)]
    long: bool,
}

/// What a step may need to know.
struct Context {
    long: bool,
}

type Step = (&'static str, fn(&Context) -> Result<(), String>);

const STEPS: &[Step] = &[
    ("tools", tools),
    ("format", |_| cargo(&["fmt", "--all", "--check"], &[])),
    ("tidy", |_| tidy::check()),
    ("links", |_| links::check()),
    ("crypto", one_crypto),
    ("clippy", |_| {
        cargo(
            &[
                "clippy",
                "--workspace",
                "--all-targets",
                "--locked",
                "--",
                "-D",
                "warnings",
            ],
            &[],
        )
    }),
    ("tests", tests),
    ("browser", |_| browser::run(&browser::Args::default())),
    ("readme", |_| readme::check()),
];

pub(crate) fn run(args: &Args) -> Result<(), String> {
    let context = Context { long: args.long };
    let mut summary = Vec::new();
    let (mut passed, mut failed) = (0, 0);
    for (name, step) in STEPS {
        if !args.only.is_empty() && !args.only.iter().any(|only| only == name) {
            continue;
        }
        println!("==> {name}");
        let begun = Instant::now();
        let result = step(&context);
        let seconds = begun.elapsed().as_secs_f64();
        match result {
            Ok(()) => {
                passed += 1;
                summary.push(format!("ok     {name} ({seconds:.1} s)"));
            }
            Err(error) => {
                failed += 1;
                println!("{error}");
                summary.push(format!("FAILED {name} ({seconds:.1} s)"));
            }
        }
    }
    println!("\n{}\n{passed} passed, {failed} failed", summary.join("\n"));
    if failed == 0 {
        Ok(())
    } else {
        Err("not everything is as it should be".into())
    }
}

/// What a step needs on the machine: the name, Debian's package, and how a shell sees whether it is
/// there.
pub(crate) type Tool = (&'static str, &'static str, &'static str);

const TOOLS: &[Tool] = &[
    ("cc", "gcc", "command -v cc"),
    ("curl", "curl", "command -v curl"),
    ("git", "git", "command -v git"),
    ("bash", "bash", "command -v bash"),
    // The tests' certificates.
    ("openssl", "openssl", "command -v openssl"),
    // PostgreSQL 18 comes as a wheel.
    ("python3's pip", "python3-pip", "python3 -m pip --version"),
    (
        "PostgreSQL's server",
        "postgresql",
        "ls /usr/lib/postgresql/*/bin/initdb || command -v initdb",
    ),
];

/// Debian's package would make and start a server of its own, which nobody here needs.
const NO_CLUSTER: &str = "mkdir -p /etc/postgresql-common/createcluster.d && \
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/boxoffice.conf";

fn tools(_: &Context) -> Result<(), String> {
    install(TOOLS)?;
    install(browser::TOOLS)
}

/// Looks for each tool, and tries to install what is missing.
pub(crate) fn install(tools: &[Tool]) -> Result<(), String> {
    for (tool, package, check) in tools {
        if succeeds(check) {
            continue;
        }
        println!("{tool} is missing: trying to install Debian's {package}");
        let before = match *package {
            "postgresql" => NO_CLUSTER,
            _ => "true",
        };
        let install = format!("{before}; apt-get update -q && apt-get install -qy {package}");
        let _ = Command::new("sh")
            .args(["-c", &install])
            .env("DEBIAN_FRONTEND", "noninteractive")
            .status();
        if !succeeds(check) {
            return Err(format!(
                "{tool} is missing: install it, on Debian `apt-get install {package}`"
            ));
        }
    }
    Ok(())
}

fn succeeds(script: &str) -> bool {
    let found = Command::new("sh").args(["-c", script]).output();
    found.is_ok_and(|found| found.status.success())
}

/// One TLS provider, and no C library for it.
fn one_crypto(_: &Context) -> Result<(), String> {
    for unwanted in ["aws-lc-sys", "openssl-sys"] {
        let found = Command::new("cargo")
            .args(["tree", "--workspace", "--locked", "-i", unwanted])
            .output()
            .map_err(|error| format!("cannot run cargo: {error}"))?;
        if found.status.success() {
            let tree = String::from_utf8_lossy(&found.stdout);
            return Err(format!(
                "{unwanted} came in, expected rustls with ring only:\n{tree}"
            ));
        }
    }
    Ok(())
}

fn tests(context: &Context) -> Result<(), String> {
    let long: &[(&str, &str)] = if context.long {
        &[("BOXOFFICE_LONG", "1")]
    } else {
        &[]
    };
    cargo(&["test", "--workspace", "--locked", "--no-fail-fast"], long)
}

pub(crate) fn cargo(args: &[&str], variables: &[(&str, &str)]) -> Result<(), String> {
    let status = Command::new("cargo")
        .args(args)
        .envs(variables.iter().copied())
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`cargo {}` failed", args.join(" ")))
    }
}
