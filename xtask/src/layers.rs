//! Who may depend on whom: the table that ARCHITECTURE.md shows, and its check.

use crate::files::File;

/// A room and the rooms it may use, water flowing downhill. What is not listed here may use nothing
/// of ours.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("seating", &[]),
    ("inventory", &["model", "seating"]),
    // `seating` only for the conformance suite's houses.
    ("store", &["model", "inventory", "seating"]),
    ("store-sqlite", &["store", "model", "inventory"]),
    ("store-postgres", &["store", "model", "inventory"]),
    ("sequencer", &["inventory", "store", "model"]),
    (
        "seat-map",
        &["inventory", "store", "seating", "model", "sequencer"],
    ),
    ("stripe", &["model"]),
    (
        "payments",
        &["sequencer", "store", "inventory", "model", "stripe"],
    ),
    ("search", &[]),
    (
        "catalogue",
        &[
            "model",
            "seating",
            "inventory",
            "sequencer",
            "store",
            "search",
        ],
    ),
    ("audit", &["store", "inventory", "model", "seating"]),
    ("mail", &["model"]),
    ("http-server", &[]),
    (
        "api",
        &[
            "model",
            "seating",
            "inventory",
            "store",
            "sequencer",
            "seat-map",
            "payments",
            "catalogue",
            "mail",
            "http-server",
        ],
    ),
    ("web", &["model"]),
    (
        "server",
        &[
            "web",
            "model",
            "seating",
            "inventory",
            "store",
            "store-sqlite",
            "store-postgres",
            "sequencer",
            "seat-map",
            "stripe",
            "payments",
            "catalogue",
            "audit",
            "mail",
            "http-server",
            "api",
            "demo",
        ],
    ),
];

/// The dependencies that break the table, one sentence each.
pub(crate) fn breaches(files: &[File]) -> Vec<String> {
    let manifest = |room: &str| format!("crates/{room}/Cargo.toml");
    let mut found = Vec::new();
    for (room, may_use) in MAY_USE {
        let Some(file) = files.iter().find(|file| file.path == manifest(room)) else {
            continue;
        };
        found.extend(breaches_of(file, may_use));
    }
    found
}

fn breaches_of(file: &File, may_use: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut within = false;
    for (at, line) in file.text.lines().enumerate() {
        if line.starts_with('[') {
            within = line == "[dependencies]";
        }
        let used = line
            .strip_prefix("boxoffice-")
            .and_then(|rest| rest.split(['.', ' ', '=']).next());
        if let Some(used) = used.filter(|used| within && !may_use.contains(used)) {
            let (path, at) = (&file.path, at + 1);
            found.push(format!(
                "{path}:{at}: it uses {used} — it may use {}",
                may_use.join(", ")
            ));
        }
        let database = ["rusqlite", "tokio-postgres", "deadpool"]
            .iter()
            .any(|name| line.starts_with(name));
        if within && database && !file.path.contains("/store-") {
            found.push(format!(
                "{}:{}: names a database — only its store may",
                file.path,
                at + 1
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_that_looks_uphill_is_named_with_its_line() {
        let text = "[dependencies]\nboxoffice-model.workspace = true\nboxoffice-store.workspace = true\n[dev-dependencies]\nboxoffice-api.workspace = true\n";
        let file = File {
            path: "crates/inventory/Cargo.toml".into(),
            text: text.into(),
        };
        let found = breaches(&[file]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("crates/inventory/Cargo.toml:3: it uses store"),
            "{found:?}"
        );
    }
}
