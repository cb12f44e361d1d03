//! The drill that an operator hopes never to need: a backup of a database that is being sold from, put
//! back on another server.

use boxoffice_testkit::{PostgresServer, PostgresVersion};

use crate::cluster::{again, shared, workshop_at};
use crate::house::{catalogue_of, held};
use crate::shoppers::Shoppers;

#[test]
fn a_backup_taken_during_a_sale_is_whole_and_can_be_sold_from() {
    let name = shared().new_database_name();
    let workshop = workshop_at(&shared().url(&name), &catalogue_of(60, 30));
    let office = workshop.serve(&[]);
    let early = Shoppers::gather(&[office.address], 4);
    early.wait_for(200);
    let told = early.told();
    let late = Shoppers::gather(&[office.address], 4);
    late.wait_for(20);
    let backup = tempfile::tempdir().expect("a folder");
    shared().backup(backup.path());
    late.told();
    assert!(office.stop());

    let restored = PostgresServer::from_backup(PostgresVersion::System, backup.path());
    let workshop = again(&restored.url(&name));
    workshop.audit();
    let office = workshop.serve(&[]);
    // What was acknowledged before the backup began.
    told.assert_known(office.address);
    held(&office.client(), &["Floor-1", "Floor-2"]);
    assert!(office.stop());
    workshop.audit();
}
