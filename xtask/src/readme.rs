//! The README's commands, run as they are written. A block to run stands under an HTML comment:
//! `<!-- run: background until "text" -->` starts a server, `<!-- run -->` runs a block, and
//! `<!-- run: expect "text" -->` also looks for words in what it prints.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// A block of the README.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    script: String,
    /// Started in the background until this text appears.
    until: Option<String>,
    expect: Vec<String>,
}

pub(crate) fn check() -> Result<(), String> {
    let text =
        std::fs::read_to_string("README.md").map_err(|error| format!("README.md: {error}"))?;
    let blocks = blocks(&text);
    if blocks.is_empty() {
        return Err("README.md: no block is marked to be run".into());
    }
    let mut server = None;
    let mut result = Ok(());
    for block in &blocks {
        result = match &block.until {
            Some(until) => start(&block.script, until).map(|started| server = Some(started)),
            None => run(block),
        };
        if result.is_err() {
            break;
        }
    }
    if let Some(mut server) = server {
        stop(&mut server);
    }
    result
}

fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut marker: Option<&str> = None;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.trim().strip_prefix("<!-- run") {
            marker = Some(rest);
        } else if line.starts_with("```") {
            let script: Vec<&str> = lines
                .by_ref()
                .take_while(|line| !line.starts_with("```"))
                .collect();
            if let Some(marker) = marker.take() {
                found.push(block(marker, script.join("\n")));
            }
        } else if !line.trim().is_empty() {
            marker = None;
        }
    }
    found
}

fn block(marker: &str, script: String) -> Block {
    let quoted: Vec<String> = marker
        .split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    match marker.contains("background") {
        true => Block {
            script,
            until: quoted.into_iter().next(),
            expect: Vec::new(),
        },
        false => Block {
            script,
            until: None,
            expect: quoted,
        },
    }
}

fn shell(script: &str) -> Command {
    let mut command = Command::new("bash");
    command
        .args(["-euo", "pipefail", "-c", script])
        .stdin(Stdio::null());
    command
}

/// Starts a server in a process group of its own, and waits for the line that says it is there.
fn start(script: &str, until: &str) -> Result<Child, String> {
    println!("$ {script} &");
    let mut child = shell(script)
        .process_group(0)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("README.md: `{script}`: {error}"))?;
    let out = child.stdout.take().ok_or("README.md: no output")?;
    let mut lines = BufReader::new(out).lines();
    for line in lines.by_ref() {
        let line = line.map_err(|error| format!("README.md: `{script}`: {error}"))?;
        println!("{line}");
        if line.contains(until) {
            // What it prints later is read, so that it never waits for a reader.
            std::thread::spawn(move || lines.for_each(drop));
            return Ok(child);
        }
    }
    stop(&mut child);
    Err(format!(
        "README.md: `{script}` ended without saying `{until}`"
    ))
}

fn stop(child: &mut Child) {
    // The whole group: cargo, and what cargo started.
    let group = format!("-{}", child.id());
    let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
    let _ = child.wait();
}

fn run(block: &Block) -> Result<(), String> {
    println!("$ {}", block.script);
    let output = shell(&block.script)
        .output()
        .map_err(|error| format!("README.md: `{}`: {error}", block.script))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{}", text.chars().take(2000).collect::<String>());
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!("README.md: `{}` failed: {errors}", block.script));
    }
    match block
        .expect
        .iter()
        .find(|word| !text.contains(word.as_str()))
    {
        Some(word) => Err(format!(
            "README.md: `{}` did not print `{word}`",
            block.script
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_marked_blocks_are_run() {
        let text = "<!-- run: background until \"listening\" -->\n```sh\nserve\n```\n\n```sh\nnot me\n```\n<!-- run: expect \"a\" \"b\" -->\n\n```sh\ncurl x\n```\n";
        let serve = Block {
            script: "serve".into(),
            until: Some("listening".into()),
            expect: vec![],
        };
        let curl = Block {
            script: "curl x".into(),
            until: None,
            expect: vec!["a".into(), "b".into()],
        };
        assert_eq!(blocks(text), [serve, curl]);
    }
}
