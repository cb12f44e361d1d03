//! Importing a plan again: what may change, what keeps its index, and what is refused.

mod common;

use boxoffice_seating::{PlanError, SeatingPlan};
use common::{THEATRE, area, parse, plan, read, row, zone};
use proptest::prelude::*;
use serde_json::{Value, json};

fn house() -> Value {
    plan(vec![
        zone("Stalls", vec![row("A", 0.0, 3), row("B", 30.0, 3)]),
        zone("Circle", vec![row("C", 90.0, 2)]),
    ])
}

fn ids(plan: &SeatingPlan) -> Vec<&str> {
    plan.seats().map(|seat| seat.id).collect()
}

/// The house after a change that is refused.
fn refusal(change: impl Fn(&mut Value)) -> Vec<PlanError> {
    let mut newer = house();
    change(&mut newer);
    read(&house()).revise(read(&newer)).expect_err("a refusal")
}

#[test]
fn the_same_plan_again_changes_nothing() {
    for json in [house(), parse(THEATRE)] {
        let plan = read(&json);
        assert_eq!(plan.revise(read(&json)).expect("a revision"), plan);
    }
}

#[test]
fn existing_seats_keep_their_index_and_new_ones_follow_in_the_order_of_the_file() {
    let newer = plan(vec![
        zone("Balcony", vec![row("D", 150.0, 1)]),
        zone("Circle", vec![row("C", 90.0, 3)]),
        zone(
            "Stalls",
            vec![row("B", 30.0, 3), row("AA", -30.0, 1), row("A", 0.0, 4)],
        ),
    ]);
    let older = read(&house());
    let revised = older.revise(read(&newer)).expect("a revision");
    let expected = [
        "A-1", "A-2", "A-3", "B-1", "B-2", "B-3", "C-1", "C-2", "D-1", "C-3", "AA-1", "A-4",
    ];
    assert_eq!(ids(&revised), expected);
    assert!(revised.layout().extends(&older.layout()));
    let names: Vec<_> = revised.sections().collect();
    assert_eq!(
        names,
        ["Stalls", "Circle", "Balcony"],
        "sections keep their index too"
    );
    let rows: Vec<_> = revised
        .rows()
        .map(|row| row.number.expect("a number"))
        .collect();
    assert_eq!(
        rows,
        ["D", "C", "B", "AA", "A"],
        "rows follow the newer file"
    );
    let last_row = revised.rows().last().expect("a row");
    assert_eq!(last_row.seats().collect::<Vec<_>>(), [0, 1, 2, 11]);
    for (index, seat) in revised.seats().enumerate() {
        assert_eq!(revised.index_of(seat.id), Some(index as u32));
    }
    assert_eq!(revised.revise(read(&newer)).expect("again"), revised);
}

#[test]
fn areas_may_grow_and_new_ones_may_come() {
    let read = |areas: &[_]| SeatingPlan::from_pretix(None, areas).expect("a plan").0;
    let older = read(&[area("Floor", 2), area("Pit", 1)]);
    let newer = read(&[area("Bar", 1), area("Floor", 3), area("Pit", 1)]);
    let revised = older.revise(newer).expect("a revision");
    assert_eq!(
        ids(&revised),
        ["Floor-1", "Floor-2", "Pit-1", "Bar-1", "Floor-3"]
    );
    assert!(revised.layout().extends(&older.layout()));
}

#[test]
fn a_smaller_area_is_refused_once() {
    let read = |areas: &[_]| SeatingPlan::from_pretix(None, areas).expect("a plan").0;
    let older = read(&[area("Floor", 200), area("Pit", 1)]);
    let errors = older
        .revise(read(&[area("Pit", 1), area("Floor", 20)]))
        .expect_err("refused");
    assert_eq!(
        errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "areas[1].capacity: found a capacity of 20, expected area \"Floor\" with a capacity of at \
          least 200"
        ]
    );
    let errors = older.revise(read(&[area("Pit", 1)])).expect_err("refused");
    assert_eq!((errors.len(), errors[0].path.as_str()), (1, "areas"));
}

#[test]
fn categories_and_colours_may_change() {
    let mut newer = house();
    newer["categories"] = json!([{"name": "B", "color": "#0f0"}, {"name": "A", "color": "#f00"}]);
    newer["zones"][0]["rows"][0]["seats"][0]["category"] = json!("B");
    let revised = read(&house()).revise(read(&newer)).expect("a revision");
    let name = |seat| {
        let category = revised.category_of(seat).expect("a category");
        revised.categories()[usize::from(category)].name.as_str()
    };
    assert_eq!((name(0), name(1)), ("B", "A"));
    assert_eq!(
        revised.category_index("A"),
        Some(0),
        "categories keep their index"
    );
    assert_eq!(revised.categories()[0].color.as_deref(), Some("#f00"));
}

#[test]
fn a_seat_that_is_gone_is_refused() {
    let errors = refusal(|json| {
        json["zones"][0]["rows"][1]["seats"]
            .as_array_mut()
            .expect("seats")
            .remove(1);
    });
    assert_eq!(
        errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "zones: found no seat \"B-2\", expected seat \"B-2\" of row \"B\" in section \"Stalls\", \
          which may be on sale or sold"
        ]
    );
}

#[test]
fn a_seat_that_moved_is_refused_where_it_stands_now() {
    let errors = refusal(|json| {
        json["zones"][0]["rows"][1]["seats"][1]["position"]["x"] = json!(41.5);
    });
    assert_eq!(
        errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "zones[0].rows[1].seats[1].position: found 41.5, 30, expected 40, 30 of the whole plan, \
          where seat \"B-2\" is"
        ]
    );
}

#[test]
fn another_number_of_a_seat_or_row_is_refused() {
    let errors =
        refusal(|json| json["zones"][1]["rows"][0]["seats"][0]["seat_number"] = json!("9"));
    assert_eq!(errors[0].path, "zones[1].rows[0].seats[0].seat_number");
    assert_eq!(errors[0].found, "\"9\"");
    let errors = refusal(|json| json["zones"][1]["rows"][0]["row_number"] = json!(null));
    assert_eq!(errors[0].path, "zones[1].rows[0].row_number");
    assert_eq!((errors.len(), errors[0].found.as_str()), (2, "none"));
}

#[test]
fn another_section_is_refused() {
    let errors = refusal(|json| json["zones"][1]["name"] = json!("Dress Circle"));
    assert_eq!(errors[0].path, "zones[1].rows[0].seats[0]");
    assert_eq!(errors[0].found, "section \"Dress Circle\"");
}

#[test]
fn rows_that_are_joined_or_parted_are_refused() {
    let split = |json: &mut Value| {
        let row = &mut json["zones"][0]["rows"][0];
        let seat = row["seats"].as_array_mut().expect("seats").pop();
        let mut other = row.clone();
        other["seats"] = json!([seat]);
        json["zones"][0]["rows"]
            .as_array_mut()
            .expect("rows")
            .push(other);
    };
    let errors = refusal(split);
    assert_eq!(errors[0].found, "another row");
    let mut parted = house();
    split(&mut parted);
    let errors = read(&parted).revise(read(&house())).expect_err("refused");
    assert_eq!(errors[0].path, "zones[0].rows[0].seats[2]");
}

#[test]
fn no_more_than_twenty_refusals_are_listed() {
    let older = read(&plan(vec![zone("Z", vec![row("1", 0.0, 50)])]));
    let newer = read(&plan(vec![zone("Z", vec![row("2", 0.0, 50)])]));
    assert_eq!(older.revise(newer).expect_err("refused").len(), 20);
}

/// A house whose rows have so many seats; rows of none are left out.
fn house_of(lens: &[(usize, u32)]) -> Value {
    let rows = lens.iter().filter(|(_, len)| *len > 0);
    let rows = rows.map(|&(at, len)| row(&format!("R{at}"), at as f64 * 30.0, len));
    plan(vec![zone("Z", rows.collect())])
}

proptest! {
    #[test]
    fn whatever_is_added_and_reordered_no_seat_changes_its_index(
        before in prop::collection::vec(1_u32..6, 1..6),
        more in prop::collection::vec(0_u32..4, 1..9),
        order in Just((0..9_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let lens: Vec<(usize, u32)> = before.iter().copied().enumerate().collect();
        let older = read(&house_of(&lens));
        let len = |at: usize| before.get(at).unwrap_or(&0) + more.get(at).unwrap_or(&0);
        let lens: Vec<(usize, u32)> = order.iter().map(|&at| (at, len(at))).collect();
        let newer = read(&house_of(&lens));
        let revised = older.revise(newer.clone()).expect("nothing was removed");
        prop_assert_eq!(&ids(&revised)[..ids(&older).len()], &ids(&older)[..]);
        prop_assert!(revised.layout().extends(&older.layout()));
        let rows_of = |plan: &SeatingPlan| -> Vec<Vec<String>> {
            let name = |seat| plan.seat(seat).expect("a seat").id.to_owned();
            plan.rows().map(|row| row.seats().map(name).collect()).collect()
        };
        prop_assert_eq!(rows_of(&revised), rows_of(&newer), "drawn as the newer file has it");
        prop_assert_eq!(SeatingPlan::decode(&revised.encode()).expect("a plan"), revised);
    }
}
