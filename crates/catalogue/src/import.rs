//! Importing a catalogue file: read it whole, judge it whole, and publish it in one commit or not at
//! all. What is shown of it afterwards is `listing`'s.

mod file;
mod limits;
mod numbers;
mod outcome;
mod plan_source;
mod prepare;
mod publish;
#[cfg(test)]
mod races;
mod revision;

use std::path::Path;

use boxoffice_store::Store;
use rand::Rng;

pub use self::file::{Parsed, parse, read};
pub use self::outcome::{Announce, ImportFailure, ImportReport};
use self::prepare::prepare;
use self::publish::{Published, publish};

/// How often a file is prepared anew because another import came in between.
const ATTEMPTS: u32 = 3;

/// Reads, judges and publishes a catalogue file, on a thread that may block.
///
/// # Errors
/// [`ImportFailure::Refused`] with all that is wrong in the file; else what failed in the store.
/// Nothing of the file is then imported.
pub async fn import_file(
    store: &dyn Store,
    rng: &mut (dyn Rng + Send),
    path: &Path,
    announce: Announce,
) -> Result<ImportReport, ImportFailure> {
    import(store, rng, &read(path)?, announce).await
}

/// Publishes a file that was read before. Plans are compared and ledgers folded on the calling thread:
/// drive it on one that may block. Others wait for the writer only while the rows are written, some
/// tens of microseconds an event. The same file again changes nothing, so whoever does not
/// know how an import ended may repeat it.
///
/// # Errors
/// As [`import_file`].
pub async fn import(
    store: &dyn Store,
    rng: &mut (dyn Rng + Send),
    parsed: &Parsed,
    announce: Announce,
) -> Result<ImportReport, ImportFailure> {
    for _ in 0..ATTEMPTS {
        let prepared = match prepare(store, rng, parsed, announce).await {
            Err(ImportFailure::Raced { .. }) => continue,
            prepared => prepared?,
        };
        if let Published::All(report) = publish(store, prepared, announce).await? {
            return Ok(report);
        }
    }
    Err(ImportFailure::Raced { attempts: ATTEMPTS })
}
