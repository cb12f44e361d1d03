//! A primary that is gone and its synchronous standby in its place: the nodes find it by themselves, and
//! everything that was acknowledged is there.

use boxoffice_testkit::{PostgresServer, PostgresVersion};

use crate::bad_database::{expect_refusal, serve};
use crate::cluster::{nodes, until, until_all_show_the_same, workshop_at};
use crate::house::{catalogue_of, hold};
use crate::shoppers::Shoppers;

#[test]
fn a_standby_takes_over_with_all_that_was_acknowledged() {
    let primary = PostgresServer::start(PostgresVersion::System);
    let name = primary.new_database_name();
    let standby = primary.standby("second");
    primary.synchronous("second");
    let (here, there) = (primary.address(), standby.address());
    let url = format!("postgres://boxoffice@{here},{there}/{name}?target_session_attrs=read-write");
    let alone = standby.url(&name);
    expect_refusal(&mut serve(&alone), "does not allow writes");
    let workshop = workshop_at(&url, &catalogue_of(60, 30));
    let offices = nodes::<2>(&workshop, &[]);
    let [first, second] = &offices;
    until_all_show_the_same(&[first, second]);
    let shoppers = Shoppers::gather(&[first.address, second.address], 4);
    shoppers.wait_for(200);
    primary.kill();
    for office in &offices {
        let client = office.client();
        until("the node says that it is not ready", || {
            client.get("/readyz").status == 503
        });
        assert_eq!(client.get("/v1/events/night/seats").status, 200);
        let refused = client.post("/v1/reservations", &hold(&["Floor-18"]));
        assert_eq!(refused.problem(503), "store-unavailable");
    }
    standby.promote();
    for office in &offices {
        let client = office.client();
        until("the node is ready", || client.get("/readyz").status == 200);
    }
    shoppers.wait_for(200);
    let told = shoppers.told();
    println!("{}", told.summary());
    until_all_show_the_same(&[first, second]);
    told.assert_kept(first.address);
    told.assert_kept(second.address);
    told.assert_always_answered();
    assert!(told.refusals > 0);
    workshop.audit();
    for office in offices {
        assert!(office.stop());
    }
}
