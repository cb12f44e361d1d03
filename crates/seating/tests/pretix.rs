//! Reading the pretix layout: what is accepted, what is warned of, what is refused and where.

mod common;

use boxoffice_seating::{PlanWarningKind, SeatingPlan};
use common::{GALA, ODD, THEATRE, area, errors, parse, plan, read, row, seat, zone};
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn the_theatre_is_read_without_a_word() {
    let (theatre, warnings) = SeatingPlan::from_pretix(Some(&parse(THEATRE)), &[]).expect("a plan");
    assert_eq!(warnings, []);
    assert_eq!(theatre.seat_count(), 971);
    assert_eq!(theatre.name(), "A proscenium theatre");
    let first = theatre.seat(0).expect("a seat");
    assert_eq!(
        (first.id, first.row, first.number),
        ("stalls-A-1", Some("A"), Some("1"))
    );
    assert_eq!((first.section, first.section_index), ("Stalls", 0));
    assert_eq!(first.category, theatre.category_index("Standard"));
    assert_eq!(theatre.index_of("stalls-A-1"), Some(0));
    assert_eq!(theatre.index_of("stalls-A-"), None);
    assert_eq!(theatre.seat(971), None);
    assert_eq!(
        theatre.sections().collect::<Vec<_>>(),
        ["Stalls", "Dress Circle"]
    );
    assert_eq!(theatre.section_seats("Dress Circle").next(), Some(627));
}

#[test]
fn every_seat_is_found_by_its_id() {
    for file in [ODD, GALA, THEATRE] {
        let plan = read(&parse(file));
        for (index, seat) in plan.seats().enumerate() {
            assert_eq!(plan.index_of(seat.id), Some(index as u32));
        }
    }
}

#[test]
fn the_odd_plan_is_read_and_its_seats_without_a_category_are_counted() {
    let (odd, warnings) = SeatingPlan::from_pretix(Some(&parse(ODD)), &[]).expect("a plan");
    let rows: Vec<_> = odd.seats().map(|seat| (seat.row, seat.number)).collect();
    let aa = |number| (Some("AA"), Some(number));
    let expected = [
        (None, Some("1a")),
        (None, Some("1b")),
        aa("12"),
        aa("11"),
        aa("10"),
        aa("2"),
        aa("4"),
        aa("6"),
    ];
    assert_eq!(rows, expected);
    assert_eq!(odd.seat(3).expect("a seat").category, None);
    assert_eq!(odd.sections().collect::<Vec<_>>(), ["Left & <Right>", ""]);
    assert_eq!(odd.rows().count(), 3, "the empty row has nothing to sell");
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].kind, PlanWarningKind::NoCategory);
    assert_eq!(
        warnings[0].to_string(),
        "zones[0].rows[1].seats[1].category: 2 without a category have no price and cannot be sold"
    );
}

#[test]
fn rows_of_one_name_are_not_neighbours() {
    let odd = read(&parse(ODD)).layout();
    assert_eq!(odd.rows().len(), 3);
}

#[test]
fn a_category_that_is_not_listed_is_none_and_said_once() {
    let mut rows = row("1", 0.0, 3);
    for at in [0, 2] {
        rows["seats"][at]["category"] = json!("C");
    }
    let (plan, warnings) =
        SeatingPlan::from_pretix(Some(&plan(vec![zone("Z", vec![rows])])), &[]).expect("a plan");
    assert_eq!(plan.category_of(0), None);
    assert_eq!(plan.category_of(1), Some(0));
    assert_eq!((warnings.len(), warnings[0].count), (1, 2));
    let name = "C".to_owned();
    assert_eq!(warnings[0].kind, PlanWarningKind::UnknownCategory { name });
}

#[test]
fn numbers_may_be_json_numbers_and_optional_fields_null() {
    let json = json!({"zones": [{"rows": [{
        "row_number": 7, "position": null, "seats": [
            {"seat_guid": 17, "seat_number": 3, "position": {"x": 1, "y": 2.5}, "radius": null},
            {"seat_guid": "b", "seat_number": 4.0, "position": {"x": 2, "y": 2.5}},
        ]
    }], "areas": null}]});
    let plan = read(&json);
    let seat = plan.seat(0).expect("a seat");
    assert_eq!(
        (seat.id, seat.row, seat.number),
        ("17", Some("7"), Some("3"))
    );
    assert_eq!(plan.seat(1).expect("a seat").number, Some("4"));
}

#[test]
fn areas_come_after_the_seats_with_places_of_their_own() {
    let json = plan(vec![zone("Stand", vec![row("1", 0.0, 2)])]);
    let (plan, _) = SeatingPlan::from_pretix(Some(&json), &[area("Floor", 3)]).expect("a plan");
    let ids: Vec<_> = plan.seats().map(|seat| seat.id).collect();
    assert_eq!(ids, ["1-1", "1-2", "Floor-1", "Floor-2", "Floor-3"]);
    let place = plan.seat(2).expect("a place");
    assert_eq!(
        (place.section, place.row, place.number),
        ("Floor", None, None)
    );
    assert_eq!(place.category, plan.category_index("Standing"));
    assert!(plan.is_area(1) && !plan.is_area(0));
    assert!(plan.layout().rows()[1].together);
}

#[test]
fn an_event_may_have_areas_alone_but_not_nothing() {
    let (plan, _) = SeatingPlan::from_pretix(None, &[area("Club", 2)]).expect("a plan");
    assert_eq!(plan.seat_count(), 2);
    assert!(SeatingPlan::from_pretix(None, &[]).is_err());
    let empty = errors(&json!({"zones": []}), &[]);
    assert_eq!(
        empty[0].to_string(),
        "zones: found no seats and no areas, expected at least one seat or area"
    );
}

#[test]
fn two_zones_of_one_name_are_two_sections_found_together() {
    let zones = vec![
        zone("Side", vec![row("L", 0.0, 2)]),
        zone("Middle", vec![row("M", 0.0, 1)]),
        zone("Side", vec![row("R", 0.0, 2)]),
    ];
    let plan = read(&plan(zones));
    assert_eq!(plan.section_seats("Side").collect::<Vec<_>>(), [0, 1, 3, 4]);
    assert_eq!(plan.seat(3).expect("a seat").section_index, 2);
}

/// The errors of a plan of one row of two seats, after a change.
fn errors_after(change: impl Fn(&mut Value)) -> Vec<String> {
    let mut json = plan(vec![zone("Z", vec![row("1", 0.0, 2)])]);
    change(&mut json);
    let errors = errors(&json, &[]);
    errors.iter().map(ToString::to_string).collect()
}

fn second_seat(json: &mut Value) -> &mut Value {
    &mut json["zones"][0]["rows"][0]["seats"][1]
}

#[test]
fn an_id_that_is_missing_empty_or_of_another_type_is_refused() {
    let path = "zones[0].rows[0].seats[1].seat_guid: found";
    let expected = "expected an id that no other seat of the event has";
    for (value, found) in [(json!(null), "nothing"), (json!(""), "the text \"\"")] {
        let errors = errors_after(|json| second_seat(json)["seat_guid"] = value.clone());
        assert_eq!(errors, [format!("{path} {found}, {expected}")]);
    }
    let errors = errors_after(|json| second_seat(json)["seat_guid"] = json!([1]));
    assert_eq!(
        errors,
        [format!(
            "{path} a list of 1, expected a text or a whole number"
        )]
    );
}

#[test]
fn an_id_that_occurs_twice_is_refused_with_both_places() {
    let errors = errors_after(|json| second_seat(json)["seat_guid"] = json!("1-1"));
    assert_eq!(
        errors,
        [
            "zones[0].rows[0].seats[1].seat_guid: found \"1-1\", which is already at \
          zones[0].rows[0].seats[0].seat_guid, expected an id that no other seat of the event has"
        ]
    );
}

#[test]
fn a_place_of_an_area_may_not_have_a_seats_id() {
    let json = plan(vec![zone("Z", vec![row("Floor", 0.0, 2)])]);
    let errors = errors(&json, &[area("Floor", 200_000)]);
    assert_eq!(errors.len(), 1);
    assert!(errors[0].is_in_areas());
    assert_eq!(
        errors[0].to_string(),
        "areas[0].name: found a place \"Floor-1\", an id that is already at \
         zones[0].rows[0].seats[0].seat_guid, expected a name whose places have ids of their own"
    );
}

#[test]
fn two_areas_of_one_name_are_refused_once() {
    let errors =
        SeatingPlan::from_pretix(None, &[area("F", 9), area("F", 9)]).expect_err("a clash");
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].path, "areas[1].name");
}

#[test]
fn a_capacity_of_none_or_too_many_is_refused() {
    for capacity in [0, 200_001, u64::MAX] {
        let errors = SeatingPlan::from_pretix(None, &[area("F", capacity)]).expect_err("refused");
        assert_eq!(errors[0].path, "areas[0].capacity");
        assert_eq!(errors[0].expected, "a number from 1 to 200000");
    }
    let many: Vec<_> = ["A", "B", "C"].map(|name| area(name, 200_000)).into();
    let errors = SeatingPlan::from_pretix(None, &many).expect_err("too many in all");
    assert_eq!(errors[0].path, "areas[2].capacity");
    assert_eq!(errors[0].expected, "at most 500000 seats in one event");
}

#[test]
fn coordinates_must_be_numbers_within_reason() {
    let path = "zones[0].rows[0].seats[1].position";
    let errors = errors_after(|json| second_seat(json)["position"]["x"] = json!(1e300));
    assert!(
        errors[0].starts_with(&format!("{path}.x: found the number 1e+300")),
        "{errors:?}"
    );
    let errors = errors_after(|json| second_seat(json)["position"]["y"] = json!("2"));
    assert!(errors[0].starts_with(&format!("{path}.y: found the text \"2\"")));
    let errors = errors_after(|json| second_seat(json)["position"] = json!(null));
    assert!(errors[0].starts_with(&format!("{path}: found nothing")));
    let errors = errors_after(|json| json["zones"][0]["position"] = json!({"x": 1e6, "y": 0}));
    assert_eq!(
        errors.len(),
        2,
        "each seat ends up too far away: {errors:?}"
    );
}

#[test]
fn wrong_types_are_refused_where_they_stand() {
    let cases: [(&str, Value); 7] = [
        ("", json!([])),
        ("/categories", json!({})),
        ("/zones", json!("none")),
        ("/zones/0", json!(3)),
        ("/zones/0/rows", json!(true)),
        ("/zones/0/rows/0/row_number", json!({})),
        (
            "/zones/0/areas",
            json!([{"shape": "circle", "circle": {"radius": "big"}}]),
        ),
    ];
    let paths = [
        "",
        "categories",
        "zones",
        "zones[0]",
        "zones[0].rows",
        "zones[0].rows[0].row_number",
        "zones[0].areas[0].circle.radius",
    ];
    for ((pointer, value), path) in cases.into_iter().zip(paths) {
        let mut json = plan(vec![zone("Z", vec![row("1", 0.0, 2)])]);
        json["zones"][0]["areas"] = json!([]);
        *json.pointer_mut(pointer).expect("a field") = value;
        assert_eq!(errors(&json, &[])[0].path, path);
    }
}

#[test]
fn no_more_than_twenty_errors_are_listed() {
    let seats: Vec<Value> = (0..100).map(|_| seat("same", "1", 0.0)).collect();
    let json = plan(vec![zone("Z", vec![json!({"seats": seats})])]);
    assert_eq!(errors(&json, &[]).len(), 20);
}

#[test]
fn shapes_that_nobody_knows_and_colours_that_are_none_are_left_out() {
    let mut json = plan(vec![zone("Z", vec![row("1", 0.0, 1)])]);
    json["zones"][0]["areas"] = json!([
        {"shape": "spiral"},
        {"shape": "circle", "circle": {"radius": 5}, "color": "\"><script>"},
    ]);
    let (_, warnings) = SeatingPlan::from_pretix(Some(&json), &[]).expect("a plan");
    let paths: Vec<_> = warnings.iter().map(|warning| &warning.path).collect();
    assert_eq!(
        paths,
        ["zones[0].areas[0].shape", "zones[0].areas[1].color"]
    );
}

/// The paths of everything in a JSON value.
fn pointers(value: &Value, here: &str, all: &mut Vec<String>) {
    all.push(here.to_owned());
    match value {
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                pointers(value, &format!("{here}/{at}"), all);
            }
        }
        Value::Object(map) => {
            map.iter()
                .for_each(|(key, value)| pointers(value, &format!("{here}/{key}"), all));
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn whatever_stands_anywhere_is_read_or_refused(
        at: prop::sample::Index,
        value in prop::sample::select(vec![
            json!(null), json!(true), json!(-1), json!(1e308), json!(""), json!("x"), json!([]),
            json!([null]), json!([[]]), json!({}), json!({"x": "1"}), json!(u64::MAX), json!("aa-2"),
        ]),
    ) {
        let mut odd = parse(ODD);
        let mut all = Vec::new();
        pointers(&odd, "", &mut all);
        let path: &String = at.get(&all);
        *odd.pointer_mut(path).expect("a path") = value;
        match SeatingPlan::from_pretix(Some(&odd), &[]) {
            Ok((plan, _)) => {
                prop_assert_eq!(&SeatingPlan::decode(&plan.encode()).expect("a plan"), &plan);
                prop_assert_eq!(plan.layout().seat_count(), plan.seat_count());
                let drawing: Value = serde_json::from_slice(&plan.drawing_json()).expect("JSON");
                prop_assert_eq!(&drawing["seat_count"], &json!(plan.seat_count()));
            }
            Err(errors) => prop_assert!(!errors.is_empty()),
        }
    }
}

#[test]
fn a_stadium_of_fifty_thousand_fits_in_four_megabytes() {
    let rows = (0..2_000).map(|at| row(&format!("Block 101 row {at}"), f64::from(at), 25));
    let plan = read(&plan(vec![zone("Z", rows.collect())]));
    assert_eq!(plan.seat_count(), 50_000);
    assert!(plan.heap_bytes() < 4_000_000, "{} bytes", plan.heap_bytes());
}
