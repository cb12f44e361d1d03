//! The rules of the house that a program can check. Each violation says where, what, and what would
//! be right.

use crate::files::{self, File};
use crate::layers;

/// The rooms that know no I/O, no thread and no clock.
const GROUND: &[&str] = &[
    "crates/model/src/",
    "crates/seating/src/",
    "crates/inventory/src/",
];
const NOT_ON_THE_GROUND: &[&str] = &[
    "tokio",
    "std::fs",
    "std::net",
    "std::thread",
    "SystemTime",
    "std::time::Instant",
];

pub(crate) fn check() -> Result<(), String> {
    let files = files::all()?;
    let mut found = layers::breaches(&files);
    for file in &files {
        found.extend(violations(file));
    }
    match found.len() {
        0 => Ok(()),
        count => Err(format!("{}\ntidy: {count} violations", found.join("\n"))),
    }
}

fn violations(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    anything(file, &mut found);
    if file.is_rust() {
        rust(file, &mut found);
    }
    if file.path == "Cargo.toml" {
        reasons(file, &mut found);
    }
    if file.path.ends_with("/Cargo.toml") && !file.text.contains("[lints]\nworkspace = true") {
        found.push(format!(
            "{}:1: no lints — `[lints] workspace = true`",
            file.path
        ));
    }
    found
}

/// What must stand in no file. The words are put together here, so that this file does not hold
/// them.
fn anything(file: &File, found: &mut Vec<String>) {
    let paths = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/tmp/tar", "get"),
    ];
    let unfinished = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
    ];
    for (at, line) in file.text.lines().enumerate() {
        let place = format!("{}:{}", file.path, at + 1);
        if let Some(path) = paths.iter().find(|path| line.contains(**path)) {
            found.push(format!(
                "{place}: a path of one machine, {path} — a relative path"
            ));
        }
        if file.is_rust() && unfinished.iter().any(|word| line.contains(word)) {
            found.push(format!(
                "{place}: unfinished — finish it, or say so in an issue"
            ));
        }
    }
}

fn rust(file: &File, found: &mut Vec<String>) {
    let first = file.text.lines().next().unwrap_or_default();
    if !first.starts_with("//!") && !first.starts_with("#!") {
        found.push(format!(
            "{}:1: no module doc — open with one `//!` sentence",
            file.path
        ));
    }
    let ground = GROUND.iter().any(|room| file.path.starts_with(room));
    let crate_source =
        file.path.starts_with("crates/") && file.path.contains("/src/") && !file.is_test();
    for (at, line) in file.source_lines() {
        let code = line.split("//").next().unwrap_or_default();
        let place = format!("{}:{at}", file.path);
        if let Some(word) = NOT_ON_THE_GROUND
            .iter()
            .find(|word| ground && code.contains(**word))
        {
            found.push(format!("{place}: {word} on the ground — pure rules only"));
        }
        if crate_source && code.contains(".unwrap()") {
            found.push(format!(
                "{place}: unwrap — an error, or expect with the reason"
            ));
        }
    }
    let mut is_test = false;
    for (at, line) in file.text.lines().enumerate() {
        let line = line.trim_start();
        let name = line.trim_start_matches("async ").strip_prefix("fn ");
        if is_test && name.is_some_and(|name| name.starts_with("test_")) {
            found.push(format!(
                "{}:{}: test_ in a name — a sentence of behaviour",
                file.path,
                at + 1
            ));
        }
        is_test = line.starts_with("#[test]")
            || line.starts_with("#[tokio::test")
            || is_test && line.starts_with("#[");
    }
}

/// Each dependency, or each block of them, stands under a comment that says what it is for.
fn reasons(file: &File, found: &mut Vec<String>) {
    let mut within = false;
    let mut explained = false;
    for (at, line) in file.text.lines().enumerate() {
        if line.starts_with('[') {
            within = line == "[workspace.dependencies]";
        } else if line.starts_with('#') {
            explained = true;
        } else if line.is_empty() {
            explained = false;
        } else if within && !explained {
            found.push(format!(
                "{}:{}: no reason — a comment above says what it is for",
                file.path,
                at + 1
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        violations(&File {
            path: path.into(),
            text: text.into(),
        })
    }

    #[test]
    fn a_clean_file_is_clean() {
        assert!(found("crates/api/src/a.rs", "//! Says what it is.\nfn a() {}\n").is_empty());
    }

    #[test]
    fn an_unwrap_is_allowed_in_tests_only() {
        assert_eq!(
            found("crates/api/src/a.rs", "//! A.\nfn a() { b().unwrap(); }\n").len(),
            1
        );
        let tested = "//! A.\n#[cfg(test)]\nmod tests { fn a() { b().unwrap(); } }\n";
        assert!(found("crates/api/src/a.rs", tested).is_empty());
    }

    #[test]
    fn the_ground_knows_no_threads() {
        let text = "//! A.\nuse std::thread;\n";
        assert_eq!(found("crates/inventory/src/a.rs", text).len(), 1);
        assert!(found("crates/sequencer/src/a.rs", text).is_empty());
    }

    #[test]
    fn a_test_is_named_by_a_sentence() {
        let text = "//! A.\n#[test]\nfn test_it() {}\n";
        assert_eq!(found("crates/api/tests/a.rs", text).len(), 1);
    }

    #[test]
    fn a_dependency_has_a_reason() {
        let text = "[workspace.dependencies]\n# Why.\na = \"1\"\n\nb = \"1\"\n";
        assert_eq!(found("Cargo.toml", text).len(), 1);
    }
}
