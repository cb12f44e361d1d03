//! `boxoffice import`: catalogue files into a store, beside a running server or before there is one.

use boxoffice_catalogue::{Announce, ImportReport, import_file};

use crate::cli::ImportArgs;
use crate::failure::Failure;
use crate::store::{Purpose, StoreUrl, rng};

pub(crate) async fn run(args: ImportArgs) -> Result<(), Failure> {
    let store = StoreUrl::parse(&args.store)?.open(Purpose::Import).await?;
    let announce = match (args.notify, args.silent) {
        (true, _) => Announce::Notify,
        (_, true) => Announce::Silent,
        _ => Announce::Undecided,
    };
    let mut failed = 0;
    for file in &args.files {
        let mut rng = rng();
        let report = import_file(store.store.as_ref(), &mut rng, file, announce).await;
        match report {
            Ok(report) => print(&file.display().to_string(), &report),
            Err(failure) => {
                failed += 1;
                eprintln!("{}", Failure::of("nothing was imported", &failure));
            }
        }
    }
    match failed {
        0 => Ok(()),
        failed => Err(Failure::Failed(format!(
            "{failed} of {} files were not imported",
            args.files.len()
        ))),
    }
}

fn print(file: &str, report: &ImportReport) {
    for warning in &report.warnings {
        eprintln!("warning: {warning}");
    }
    let (new, changed, same) = (
        report.new.len(),
        report.changed.len(),
        report.unchanged.len(),
    );
    println!("{file}: {new} new, {changed} changed, {same} unchanged");
}
