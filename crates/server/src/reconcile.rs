//! `boxoffice reconcile`: bookings beside what the payment provider says it took.

use std::fs::File;

use boxoffice_audit::{Period, ProviderReport, reconcile};
use boxoffice_model::Timestamp;

use crate::cli::ReconcileArgs;
use crate::failure::Failure;
use crate::store::{Purpose, StoreUrl};

pub(crate) async fn run(args: ReconcileArgs) -> Result<(), Failure> {
    let period = Period {
        from: time("from", args.from.as_deref())?,
        to: time("to", args.to.as_deref())?,
    };
    let path = args.provider_report.display();
    let file = File::open(&args.provider_report)
        .map_err(|error| Failure::Failed(format!("cannot read {path}: {error}")))?;
    let report = ProviderReport::read_from(file)
        .map_err(|error| Failure::Failed(format!("{path}: {error}")))?;
    let store = StoreUrl::parse(&args.store.url)?
        .open(Purpose::Audit)
        .await?;
    let compared = reconcile(store.store.as_ref(), &report, period).await;
    let compared = compared.map_err(|error| Failure::of("cannot read the store", &error))?;
    println!("{compared}");
    match compared.differences.len() {
        0 => Ok(()),
        count => Err(Failure::Failed(format!(
            "bookings and report differ in {count} payments"
        ))),
    }
}

fn time(flag: &str, text: Option<&str>) -> Result<Option<Timestamp>, Failure> {
    let Some(text) = text else {
        return Ok(None);
    };
    let time = text.parse().map_err(|_| {
        Failure::Usage(format!(
            "--{flag} `{text}` is not right: expected a time such as 2027-05-01T00:00:00Z"
        ))
    })?;
    Ok(Some(time))
}
