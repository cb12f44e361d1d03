//! What a million seats cost a hold on PostgreSQL, beside a thousand.

use super::super::house::{STADIUM, catalogue};
use super::super::scale::{Side, compare, small};
use super::super::{Built, Done};
use super::{server, workshop};

pub(crate) fn run(built: &Built, rounds: usize) -> Done {
    println!("# postgres-scale: holds and releases in turn, the same 1,000 seats");
    let server = server();
    let side = |name, event, catalogue: &serde_json::Value| Side {
        name,
        workshop: workshop(built, &server, catalogue),
        event,
    };
    let alone = side("1,000 seats", "small-0", &small());
    let many = catalogue("house", 20, STADIUM);
    let many = side("1,000,000 seats in 20 events", "house-0", &many);
    let one = catalogue("huge", 1, 10 * STADIUM);
    let one = side("500,000 seats in one event", "huge-0", &one);
    compare(alone, [many, one], rounds)
}
