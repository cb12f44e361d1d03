//! Bytes on disk a sold ticket, all indexes in.

use std::process::Command;

use boxoffice_testkit::Workshop;

use super::figures::size;
use super::house::{STADIUM, catalogue};
use super::{Built, Done};

/// What was planned, in bytes a ticket.
const PLANNED: f64 = 500.0;

pub(super) fn run(built: &Built) -> Done {
    println!("# disk: {STADIUM} tickets, two a sale, each with a name and an e-mail address");
    for holds in [1, 5] {
        let empty = file_after(built, None)?;
        let sold = file_after(built, Some(holds - 1))?;
        let each = (sold - empty) as f64 / STADIUM as f64;
        println!(
            "{holds} holds a sale: {each:.0} bytes a ticket, {:.0} a sale; planned {PLANNED} a ticket",
            2.0 * each
        );
    }
    Ok(())
}

/// The size of the file once everything is sold, with so many abandoned holds before each sale;
/// without, of the file before any sale.
fn file_after(built: &Built, abandoned: Option<u64>) -> Result<u64, Box<dyn std::error::Error>> {
    let workshop = Workshop::new(built.boxoffice());
    let file = workshop.path("one.json");
    std::fs::write(&file, catalogue("house", 1, STADIUM).to_string())?;
    let store = workshop.path("store.sqlite3");
    let mut history = Command::new(built.history());
    history.args([&store, &file]);
    match abandoned {
        Some(abandoned) => history.args(["sell", &abandoned.to_string()]),
        None => history.args(["trade", "0"]),
    };
    if !history.status()?.success() {
        return Err("the history was not written".into());
    }
    workshop.audit();
    Ok(size(&store))
}
