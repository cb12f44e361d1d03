//! What readers download: the same bytes as if everything were encoded at once, in every coding.

use std::io::Read;
use std::sync::Arc;

use boxoffice_inventory::{Command, Inventory};
use boxoffice_seat_map::{Coding, Encoded, Follower};
use boxoffice_seating::SeatingPlan;
use proptest::prelude::*;
use serde_json::json;

use crate::office::{EAGER, Office, SMALL, hold, plan};

/// Seats of a piece; what is tested here is that nobody can tell.
const PIECE: u32 = 1024;
const LARGE: (u64, u64) = (3 * PIECE as u64 + 7, 500);

/// The list in one go, by a library.
fn plainly(plan: &SeatingPlan, truth: &Inventory, section: Option<&str>) -> Vec<serde_json::Value> {
    let seats = (0..truth.seat_count()).map(|index| (index, plan.seat(index).unwrap()));
    let seats = seats.filter(|(_, seat)| section.is_none_or(|name| seat.section == name));
    let category = |category: Option<u16>| &plan.categories()[usize::from(category.unwrap())].name;
    let object = |(index, seat): (u32, boxoffice_seating::SeatRef<'_>)| {
        let mut object = json!({
            "seat_id": seat.id, "row": seat.row, "number": seat.number,
            "status": truth.status(index).unwrap().as_str(), "price": truth.price(index),
            "section": seat.section, "category": category(seat.category),
        });
        if section.is_some() {
            object["index"] = index.into();
        }
        object
    };
    seats.map(object).collect()
}

fn unpacked(encoded: &Encoded) -> Vec<u8> {
    let body = encoded.parts.concat();
    let mut plain = Vec::new();
    match encoded.coding {
        Coding::Identity => return body,
        Coding::Gzip => {
            let mut reader = flate2::bufread::GzDecoder::new(&*body);
            reader.read_to_end(&mut plain).unwrap();
        }
        Coding::Brotli => brotli::BrotliDecompress(&mut &*body, &mut plain).unwrap(),
    }
    plain
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_list_in_pieces_is_the_list_in_one(
        steps in prop::collection::vec((prop::collection::btree_set(0..3579_u32, 1..10), any::<u8>()), 1..10)
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let office = Office::open(LARGE, EAGER).await;
            let plan = plan(LARGE);
            for (seats, what) in steps {
                let seats: Vec<_> = seats.into_iter().collect();
                let command = if what % 3 == 0 { Command::Block { seats } } else { hold(&seats) };
                office.submit(command).await.unwrap();
                if what % 7 == 0 {
                    office.revise(LARGE, [2_500, 1_000 + u64::from(what)]).await;
                }
                let truth = office.folded().await;
                let map = office.follower().await;
                // Not always every coding: a piece may be compressed later than it was written.
                for coding in [Coding::Gzip, Coding::Identity, Coding::Brotli].into_iter().skip(usize::from(what % 4)) {
                    let whole = map.view().seats(coding).await;
                    assert_eq!(whole.version, truth.version());
                    let expected = serde_json::to_string(&plainly(&plan, &truth, None)).unwrap();
                    similar(&unpacked(&whole), expected.as_bytes());
                    let section = map.view().section("Balcony", coding).await.unwrap();
                    let expected = serde_json::to_string(&plainly(&plan, &truth, Some("Balcony"))).unwrap();
                    similar(&unpacked(&section), expected.as_bytes());
                }
            }
        });
    }
}

/// The same JSON, fields in whatever order.
fn similar(actual: &[u8], expected: &[u8]) {
    let read = |text| serde_json::from_slice::<serde_json::Value>(text).unwrap();
    assert_eq!(read(actual), read(expected));
}

#[tokio::test]
async fn one_changed_seat_is_one_piece_encoded_anew() {
    let office = Office::open(LARGE, EAGER).await;
    let map = office.follower().await;
    let before = map.view().seats(Coding::Identity).await;
    office.hold(&[2 * PIECE + 3]).await;
    let after = map.view().seats(Coding::Identity).await;
    assert_eq!(after.version, before.version + 1);
    let shared = before.parts.iter().zip(after.parts.iter());
    let encoded = shared.filter(|(before, after)| before.as_ptr() != after.as_ptr());
    assert_eq!(encoded.count(), 1);
}

#[tokio::test]
async fn a_version_is_encoded_once_for_all() {
    let office = Office::open(SMALL, EAGER).await;
    let map = office.follower().await;
    for coding in [Coding::Identity, Coding::Gzip, Coding::Brotli] {
        let (view, again) = (map.view(), map.view());
        let (one, other) = tokio::join!(view.seats(coding), again.seats(coding));
        assert_eq!(one.parts.as_ptr(), other.parts.as_ptr());
        let (one, other) = (
            map.view().availability(coding),
            map.view().availability(coding),
        );
        assert_eq!(one.parts.as_ptr(), other.parts.as_ptr());
    }
}

#[tokio::test]
async fn the_bits_are_the_ledgers() {
    let office = Office::open(SMALL, EAGER).await;
    let map = office.follower().await;
    office.hold(&[0, 5]).await;
    office
        .submit(Command::Block { seats: vec![19] })
        .await
        .unwrap();
    for coding in [Coding::Identity, Coding::Gzip, Coding::Brotli] {
        let bits = unpacked(&map.view().availability(coding));
        assert_eq!(bits, [0b1, 0b100, 0, 0, 0b1100_0000]);
    }
}

fn sections(map: &Arc<Follower>, coding: Coding) -> serde_json::Value {
    serde_json::from_slice(&unpacked(&map.view().sections(coding))).unwrap()
}

#[tokio::test]
async fn the_sections_stand_as_their_seats_do() {
    let office = Office::open(SMALL, EAGER).await;
    let map = office.follower().await;
    office.hold(&[0, 5]).await;
    let seats = (12..20).collect();
    office.submit(Command::Block { seats }).await.unwrap();
    let floor = json!({
        "section": "Floor", "area": true, "seats": 12, "available": 10, "held": 2,
        "min_price": 2_500, "max_price": 2_500,
    });
    let balcony = json!({
        "section": "Balcony", "area": true, "seats": 8, "available": 0, "held": 0,
        "min_price": null, "max_price": null,
    });
    for coding in [Coding::Identity, Coding::Gzip, Coding::Brotli] {
        assert_eq!(sections(&map, coding), json!([floor, balcony]));
    }
    let (one, other) = (map.view(), map.view());
    let (one, other) = (one.sections(Coding::Gzip), other.sections(Coding::Gzip));
    assert_eq!(one.parts.as_ptr(), other.parts.as_ptr(), "made once a cut");
    office.revise(SMALL, [2_000, 1_000]).await;
    let revised = sections(&office.follower().await, Coding::Identity);
    assert_eq!(revised[0]["min_price"], 2_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_sections_count_what_the_ledger_counts(
        steps in prop::collection::vec((prop::collection::btree_set(0..20_u32, 1..5), any::<bool>()), 1..8)
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let office = Office::open(SMALL, EAGER).await;
            let map = office.follower().await;
            for (seats, blocks) in steps {
                let seats: Vec<_> = seats.into_iter().collect();
                let command = if blocks { Command::Block { seats } } else { hold(&seats) };
                office.submit(command).await.unwrap();
                let counts = office.folded().await.counts();
                let shown = sections(&map, Coding::Identity);
                let sum = |what: &str| {
                    let all = shown.as_array().unwrap().iter();
                    all.map(|section| section[what].as_u64().unwrap()).sum::<u64>()
                };
                let expected = (20, u64::from(counts.available), u64::from(counts.held));
                assert_eq!((sum("seats"), sum("available"), sum("held")), expected);
            }
        });
    }
}

#[tokio::test]
async fn there_is_no_list_of_a_section_that_the_house_does_not_have() {
    let office = Office::open(SMALL, EAGER).await;
    let map = office.follower().await;
    assert!(
        map.view()
            .section("Gallery", Coding::Identity)
            .await
            .is_none()
    );
    assert!(!map.has_section("Gallery"));
    assert!(map.has_section("Balcony"));
}
