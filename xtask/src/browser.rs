//! `cargo xtask browser`: the site in a real browser. What is tested stands in `browser/`; here is what that
//! needs on the machine, and in which order it runs.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::test::{self, Tool};

#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Only files of tests whose names hold one of these.
    only: Vec<String>,
    /// Take pictures of the pages, into target/screens.
    #[arg(long)]
    screens: bool,
}

pub(crate) const TOOLS: &[Tool] = &[
    ("Node.js", "nodejs", "command -v node"),
    ("npm", "npm", "command -v npm"),
    // `BOXOFFICE_CHROMIUM` names another one.
    (
        "Chromium",
        "chromium",
        "command -v \"${BOXOFFICE_CHROMIUM:-chromium}\"",
    ),
];

/// As many files of tests at a time: each has a browser and a box office.
const AT_A_TIME: usize = 2;

/// Types, unit tests of the modules, and the tests in the browser.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    prepare()?;
    if args.only.is_empty() {
        for project in ["browser/tsconfig.json", "browser/tsconfig.site.json"] {
            node(
                &["browser/node_modules/typescript/bin/tsc", "-p", project],
                &[],
            )?;
        }
        tests("browser/unit", args)?;
    }
    test::cargo(&["build", "--package", "boxoffice-server", "--locked"], &[])?;
    tests("browser/tests", args)
}

/// Sees to the tools and the packages. Nothing of a package is run to install it.
pub(crate) fn prepare() -> Result<(), String> {
    test::install(TOOLS)?;
    let changed = |path: &str| fs::metadata(path).and_then(|file| file.modified()).ok();
    // npm writes the one from the other.
    let installed = changed("browser/node_modules/.package-lock.json");
    if installed.is_some() && installed >= changed("browser/package-lock.json") {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--prefix", "browser"]);
    npm.args(["--no-audit", "--no-fund", "--ignore-scripts"]);
    succeed(&mut npm)
}

/// Runs Node.js on a program of `browser/`.
pub(crate) fn node(args: &[&str], variables: &[(&str, &str)]) -> Result<(), String> {
    let mut node = Command::new("node");
    node.args(args).envs(variables.iter().copied());
    // Where cargo builds is relative to here, and the tests may be elsewhere.
    if let Some(target) = env::var_os("CARGO_TARGET_DIR") {
        let target = std::path::absolute(target);
        node.env(
            "CARGO_TARGET_DIR",
            target.map_err(|error| error.to_string())?,
        );
    }
    succeed(&mut node)
}

fn tests(folder: &str, args: &Args) -> Result<(), String> {
    let files = test_files(Path::new(folder))?;
    let wanted = files.iter().filter(|file| {
        args.only.is_empty() || args.only.iter().any(|only| file.contains(only.as_str()))
    });
    let wanted: Vec<&str> = wanted.map(String::as_str).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let at_a_time = format!("--test-concurrency={AT_A_TIME}");
    let mut command = vec!["--test", "--test-reporter=spec", &at_a_time];
    command.extend(wanted);
    let screens: &[(&str, &str)] = if args.screens {
        &[("BOXOFFICE_SCREENS", "1")]
    } else {
        &[]
    };
    node(&command, screens)
}

/// Node.js 18 looks for no tests in a folder of any name.
fn test_files(folder: &Path) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(_) => return Ok(found),
    };
    for entry in entries {
        let path: PathBuf = entry.map_err(|error| error.to_string())?.path();
        let path = path.to_string_lossy().into_owned();
        if path.ends_with(".test.js") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .map_err(|error| format!("cannot run {program}: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{program}` failed"))
    }
}
