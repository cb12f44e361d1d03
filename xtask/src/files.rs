//! The files of the tree: tracked, and new ones that are not ignored.

use std::process::Command;

/// A text file of the tree.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// All text files, by path.
pub(crate) fn all() -> Result<Vec<File>, String> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .output()
        .map_err(|error| format!("cannot run git: {error}"))?;
    let mut paths: Vec<String> = String::from_utf8_lossy(&listed.stdout)
        .lines()
        .map(str::to_owned)
        .collect();
    paths.sort();
    paths.dedup();
    let read = |path: String| {
        let text = std::fs::read_to_string(&path).ok()?;
        Some(File { path, text })
    };
    Ok(paths.into_iter().filter_map(read).collect())
}

impl File {
    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether it is a test by its place.
    pub(crate) fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.contains("/conformance")
    }

    /// The lines before its test module, with their numbers from 1.
    pub(crate) fn source_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self
            .text
            .lines()
            .take_while(|line| !line.trim_start().starts_with("#[cfg(test)]"));
        lines.enumerate().map(|(at, line)| (at + 1, line))
    }
}
