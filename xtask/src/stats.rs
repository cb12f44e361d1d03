//! The figures of style: our row beside those of servers we admire.

use crate::files::{self, File};

/// Measured from the repositories' own sources in 2026; see CONTRIBUTING.md.
const OTHERS: &[&str] = &[
    "| rust-lang/crates.io | 79 / 252 | 9 / 42 | 0.14 | 1.12 | 30 | 177 |",
    "| matrix-authentication-service | 162 / 539 | 6 / 41 | 0.17 | 0.37 | 28 | 44 |",
    "| linkerd2-proxy | 119 / 346 | 6 / 26 | 0.11 | 0.53 | 91 | 120 |",
    "| tokio-rs/axum | 163 / 491 | 6 / 18 | 0.58 | 0.53 | 3 | |",
];

pub(crate) fn print() -> Result<(), String> {
    let files = files::all()?;
    let rust: Vec<&File> = files.iter().filter(|file| file.is_rust()).collect();
    let source: Vec<&File> = rust
        .iter()
        .copied()
        .filter(|file| !file.is_test())
        .collect();
    let mut sizes: Vec<usize> = source
        .iter()
        .map(|file| file.source_lines().count())
        .collect();
    let mut functions: Vec<usize> = source
        .iter()
        .flat_map(|file| function_lengths(file))
        .collect();
    let (mut comments, mut code, mut tested) = (0usize, 0usize, 0usize);
    for file in &rust {
        let own = if file.is_test() {
            0
        } else {
            file.source_lines().count()
        };
        tested += file.text.lines().count() - own;
        for (_, line) in file.source_lines().filter(|_| !file.is_test()) {
            match line.trim_start() {
                "" => {}
                line if line.starts_with("//") => comments += 1,
                _ => code += 1,
            }
        }
    }
    let crates = files
        .iter()
        .filter(|file| file.path.ends_with("/Cargo.toml"))
        .count();
    let mut libs: Vec<usize> = source
        .iter()
        .filter(|file| file.path.ends_with("/lib.rs"))
        .map(|file| file.text.lines().count())
        .collect();
    println!(
        "| codebase | files: median / p90 | functions: median / p90 | comment : code | test : source | crates | lib.rs median |"
    );
    println!("|---|---|---|---|---|---|---|");
    println!(
        "| boxoffice | {} / {} | {} / {} | {:.2} | {:.2} | {crates} | {} |",
        at(&mut sizes, 50),
        at(&mut sizes, 90),
        at(&mut functions, 50),
        at(&mut functions, 90),
        comments as f64 / code.max(1) as f64,
        tested as f64 / (code + comments).max(1) as f64,
        at(&mut libs, 50),
    );
    OTHERS.iter().for_each(|row| println!("{row}"));
    Ok(())
}

fn at(values: &mut [usize], percent: usize) -> usize {
    values.sort_unstable();
    values
        .get((values.len() * percent / 100).min(values.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0)
}

/// The lengths of a file's functions, by their indentation.
fn function_lengths(file: &File) -> Vec<usize> {
    let mut lengths = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    for (at, line) in file.source_lines() {
        let indent = line.len() - line.trim_start().len();
        let words = line.trim_start();
        let begins = [
            "fn ",
            "pub fn ",
            "pub(crate) fn ",
            "pub(super) fn ",
            "async fn ",
            "pub async fn ",
            "pub(crate) async fn ",
        ]
        .iter()
        .any(|start| words.starts_with(start));
        if open.is_none() && begins && !words.ends_with(';') {
            open = Some((at, indent));
        } else if let Some((from, depth)) = open
            && indent == depth
            && words.starts_with('}')
        {
            lengths.push(at - from + 1);
            open = None;
        }
    }
    lengths
}
