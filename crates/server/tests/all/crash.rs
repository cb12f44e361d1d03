//! kill -9 in the middle of a crowd: nothing acknowledged is lost, nothing is sold twice.

use crate::crowd::Crowd;
use crate::house::{catalogue_of, rounds, workshop_with};

#[test]
fn what_was_acknowledged_survives_kill_9() {
    for round in 0..rounds(4, 100) {
        let workshop = workshop_with(&catalogue_of(40, 20));
        let office = workshop.serve(&[]);
        let crowd = Crowd::gather(&office.client(), 4);
        // Later in each round, so that crashes fall into different moments.
        crowd.wait_for_holds(2 + round as usize % 7 * 3);
        office.kill();
        let told = crowd.told();
        workshop.audit();
        let office = workshop.serve(&[]);
        assert_eq!(told.missing(&office.client()), [""; 0]);
        assert!(office.stop());
        workshop.audit();
    }
}
