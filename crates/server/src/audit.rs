//! `boxoffice audit`: replays the ledger of a store and compares everything with it.

use crate::cli::AuditArgs;
use crate::failure::Failure;
use crate::store::{Purpose, StoreUrl};

pub(crate) async fn run(args: AuditArgs) -> Result<(), Failure> {
    let store = StoreUrl::parse(&args.store.url)?
        .open(Purpose::Audit)
        .await?;
    let report = boxoffice_audit::audit(store.store.as_ref(), &mut |_| ()).await;
    let report =
        report.map_err(|error| Failure::of("the audit could not read the store", &error))?;
    println!("{report}");
    match report.breaches.len() {
        0 => Ok(()),
        count => Err(Failure::Failed(format!("the audit found {count} breaches"))),
    }
}
