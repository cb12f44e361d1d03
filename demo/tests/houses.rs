//! Every house is one that could be built: it is read without a word, and no two seats stand on the
//! same spot.

use std::collections::{HashMap, HashSet};

use boxoffice_demo::{HOUSES, catalogue, house};
use boxoffice_seating::{AreaSpec, SeatingPlan};
use serde_json::Value;

/// 2026-11-24, a morning.
const NOW: i64 = 1_795_510_800;

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn houses() -> impl Iterator<Item = (&'static str, Value)> {
    HOUSES
        .into_iter()
        .map(|name| (name, house(name).expect("a house").to_json()))
}

type Place<'a> = (f64, f64, &'a str);

/// Where every seat stands, and its id.
fn places(plan: &Value) -> Vec<Place<'_>> {
    let rows = list(&plan["zones"])
        .iter()
        .flat_map(|zone| list(&zone["rows"]));
    let seats = rows.flat_map(|row| list(&row["seats"]));
    seats
        .map(|seat| {
            let axis = |name: &str| seat["position"][name].as_f64().expect("a number");
            (
                axis("x"),
                axis("y"),
                seat["seat_guid"].as_str().expect("an id"),
            )
        })
        .collect()
}

#[test]
fn every_house_is_read_without_a_word() {
    for (name, json) in houses() {
        let (plan, warnings) = SeatingPlan::from_pretix(Some(&json), &[]).expect(name);
        assert_eq!(warnings, [], "{name}");
        assert_eq!(
            plan.seat_count() as usize,
            house(name).expect(name).seat_count()
        );
    }
}

#[test]
fn the_stadium_has_exactly_fifty_thousand_seats() {
    assert_eq!(house("stadium").expect("a house").seat_count(), 50_000);
}

#[test]
fn no_two_seats_overlap() {
    // Seats are 20 wide. In cells of that size only neighbouring cells can hold one too near.
    for (name, json) in houses() {
        let mut cells: HashMap<(i64, i64), Vec<Place<'_>>> = HashMap::new();
        for (x, y, id) in places(&json) {
            let cell = ((x / 20.0).floor() as i64, (y / 20.0).floor() as i64);
            for near in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy))) {
                let others = cells.get(&(cell.0 + near.0, cell.1 + near.1));
                for &(ox, oy, other) in others.into_iter().flatten() {
                    let apart = (x - ox).hypot(y - oy);
                    assert!(apart >= 20.0, "{name}: {id} and {other} are {apart} apart");
                }
            }
            cells.entry(cell).or_default().push((x, y, id));
        }
    }
}

#[test]
fn every_seat_is_on_the_page() {
    for (name, json) in houses() {
        let size = |side: &str| json["size"][side].as_f64().expect("a number");
        let (width, height) = (size("width"), size("height"));
        for (x, y, id) in places(&json) {
            let inside = (15.0..width - 15.0).contains(&x) && (15.0..height - 15.0).contains(&y);
            assert!(inside, "{name}: {id} at {x}, {y}");
        }
    }
}

#[test]
fn nobody_sits_in_a_rectangle_that_is_a_stage_a_pitch_or_a_floor() {
    for (name, json) in houses() {
        let shapes = list(&json["zones"])
            .iter()
            .flat_map(|zone| list(&zone["areas"]));
        let grounds = shapes.filter(|shape| shape["shape"] == "rectangle");
        for shape in grounds {
            let at = |axis: &str| shape["position"][axis].as_f64().expect("a number");
            let side = |side: &str| shape["rectangle"][side].as_f64().expect("a number");
            let (left, top) = (at("x"), at("y"));
            for (x, y, id) in places(&json) {
                let outside = x < left - 10.0
                    || x > left + side("width") + 10.0
                    || y < top - 10.0
                    || y > top + side("height") + 10.0;
                assert!(outside, "{name}: {id} in {:?}", shape["text"]["text"]);
            }
        }
    }
}

#[test]
fn aisles_part_a_row_and_neighbours_do_not() {
    let json = house("theatre").expect("a house").to_json();
    let (plan, _) = SeatingPlan::from_pretix(Some(&json), &[]).expect("a plan");
    let layout = plan.layout();
    for row in layout.rows() {
        let blocks = layout.blocks(row).count();
        let expected = if row.section == 0 { 3 } else { 4 };
        assert_eq!(blocks, expected, "row of section {}", row.section);
    }
}

#[test]
fn a_block_of_the_stadium_has_no_aisle_inside() {
    let json = house("stadium").expect("a house").to_json();
    let (plan, _) = SeatingPlan::from_pretix(Some(&json), &[]).expect("a plan");
    let layout = plan.layout();
    assert!(
        layout
            .rows()
            .iter()
            .all(|row| layout.blocks(row).count() == 1)
    );
}

#[test]
fn the_catalogue_is_one_that_import_takes() {
    let catalogue = catalogue(NOW);
    let events = list(&catalogue["events"]);
    assert!(events.len() >= 12);
    let mut ids = HashSet::new();
    for event in events {
        let id = event["id"].as_str().expect("an id");
        assert!(ids.insert(id) && id.len() <= 64);
        let areas = list(&event["areas"]).iter().cloned();
        let areas: Vec<AreaSpec> = areas
            .map(|area| serde_json::from_value(area).expect(id))
            .collect();
        let (plan, warnings) = SeatingPlan::from_pretix(event.get("plan"), &areas).expect(id);
        assert_eq!(warnings, [], "{id}");
        for category in plan.categories() {
            let price = &event["prices"][category.name.as_str()];
            assert!(
                price.as_u64().is_some_and(|price| price > 0),
                "{id}: {}",
                category.name
            );
        }
        assert_eq!(
            event["prices"].as_object().expect(id).len(),
            plan.categories().len(),
            "{id}"
        );
        assert!(
            event["date"].as_str().expect(id) > "2026-11-24T12:00:00Z",
            "{id}"
        );
    }
    assert!(ids.contains("sold-out"));
}

#[test]
fn every_event_names_who_sells_it() {
    for event in list(&catalogue(NOW)["events"]) {
        let seller = &event["seller"];
        for part in ["name", "address", "email"] {
            assert!(seller[part].is_string(), "{}: {part}", event["id"]);
        }
        let email = seller["email"].as_str().expect("a text");
        assert!(email.ends_with(".example"), "{email} might be somebody's");
    }
}

#[test]
fn the_catalogue_shows_many_places_and_all_kinds_of_sale() {
    let catalogue = catalogue(NOW);
    let distinct = |field: fn(&Value) -> &Value| {
        let values = list(&catalogue["events"]).iter().map(field);
        values.map(ToString::to_string).collect::<HashSet<_>>()
    };
    assert!(distinct(|event| &event["venue"]["city"]).len() >= 8);
    assert!(
        distinct(|event| &event["currency"]).is_superset(
            &["EUR", "GBP", "USD", "JPY", "PLN"]
                .map(|currency| format!("\"{currency}\""))
                .into()
        )
    );
    assert!(distinct(|event| &event["status"]).contains("\"cancelled\""));
    let opens = |event: &&Value| event["on_sale_at"].as_str() > Some("2026-11-25");
    assert_eq!(list(&catalogue["events"]).iter().filter(opens).count(), 1);
}
