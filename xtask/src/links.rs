//! The links of the docs: every relative one leads to a file that is there, every anchor to a
//! heading.

use std::path::{Component, Path, PathBuf};

use crate::files::{self, File};

pub(crate) fn check() -> Result<(), String> {
    let files = files::all()?;
    let pages: Vec<&File> = files
        .iter()
        .filter(|file| file.path.ends_with(".md"))
        .collect();
    let mut broken = Vec::new();
    for page in &pages {
        for link in links(&page.text) {
            if let Some(why) = wrong(page, &link, &files) {
                broken.push(format!("{}: `{link}` {why}", page.path));
            }
        }
    }
    match broken.len() {
        0 => Ok(()),
        count => Err(format!("{}\nlinks: {count} broken", broken.join("\n"))),
    }
}

/// The targets of `[text](target)`, code blocks apart.
fn links(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            code = !code;
        }
        if code {
            continue;
        }
        for part in line.split("](").skip(1) {
            if let Some((target, _)) = part.split_once(')') {
                found.push(target.to_owned());
            }
        }
    }
    found
}

fn wrong(page: &File, link: &str, files: &[File]) -> Option<&'static str> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = if path.is_empty() {
        page.path.clone()
    } else {
        resolve(&page.path, path)
    };
    let there = Path::new(&target).exists();
    if !there {
        return Some("leads nowhere");
    }
    let file = files.iter().find(|file| file.path == target)?;
    let has = |line: &str| line.starts_with('#') && slug(line) == anchor;
    (!anchor.is_empty() && !file.text.lines().any(has)).then_some("names no heading")
}

fn resolve(page: &str, path: &str) -> String {
    let mut resolved = PathBuf::new();
    for part in Path::new(page)
        .parent()
        .unwrap_or(Path::new(""))
        .join(path)
        .components()
    {
        match part {
            Component::ParentDir => {
                resolved.pop();
            }
            Component::CurDir => {}
            part => resolved.push(part),
        }
    }
    resolved.to_string_lossy().into_owned()
}

/// A heading's anchor, as the usual renderers make it.
fn slug(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let keep = |letter: char| match letter {
        ' ' => Some('-'),
        letter if letter.is_alphanumeric() || letter == '-' || letter == '_' => Some(letter),
        _ => None,
    };
    heading.chars().filter_map(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_in_code_are_not_links() {
        let text = "[a](b.md) and [c](d.md#e)\n```\n[x](y)\n```\n";
        assert_eq!(links(text), ["b.md", "d.md#e"]);
    }

    #[test]
    fn a_heading_has_its_usual_anchor() {
        assert_eq!(
            slug("## The way of a hold, step by step"),
            "the-way-of-a-hold-step-by-step"
        );
    }

    #[test]
    fn a_link_is_relative_to_its_page() {
        assert_eq!(resolve("docs/a.md", "../README.md"), "README.md");
        assert_eq!(resolve("README.md", "docs/a.md"), "docs/a.md");
    }
}
