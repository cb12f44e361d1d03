//! `boxoffice audit`: replays the ledger of a store and compares everything with it.

use boxoffice_store_sqlite::Options;

use crate::cli::AuditArgs;
use crate::failure::Failure;
use crate::store;

pub(crate) async fn run(args: AuditArgs) -> Result<(), Failure> {
    let path = store::sqlite_path(&args.store)?;
    let store = store::open(&path, Options::command())?;
    let report = boxoffice_audit::audit(store.as_ref(), &mut |_| ()).await;
    let report =
        report.map_err(|error| Failure::of("the audit could not read the store", &error))?;
    println!("{report}");
    match report.breaches.len() {
        0 => Ok(()),
        count => Err(Failure::Failed(format!("the audit found {count} breaches"))),
    }
}
