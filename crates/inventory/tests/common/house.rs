//! The house of the tests in its stages: what each adds comes last by index, wherever it stands.

use boxoffice_inventory::Layout;
use boxoffice_seating::{AreaSpec, SeatingPlan};
use serde_json::{Value, json};

/// The last stage of [`layout`].
pub(crate) const STAGES: usize = 2;

/// A row as a reader of the plan sees it.
pub(crate) struct Row {
    pub(crate) section: u16,
    /// By seat, in the order in which they stand: index and category.
    pub(crate) seats: Vec<(u32, Option<u16>)>,
    pub(crate) is_area: bool,
}

/// Stalls: three rows of seven, the last two seats of each cheaper, the last one of the third row of
/// no category. Balcony: two rows of five. Floor: six places. The first stage adds two seats at the
/// right of the first row and three places, the second a row of four to the balcony.
pub(crate) fn rows(stage: usize) -> Vec<Row> {
    let row = |section, is_area, seats: Vec<u32>, category: &dyn Fn(u32) -> Option<u16>| Row {
        section,
        is_area,
        seats: seats
            .into_iter()
            .map(|seat| (seat, category(seat)))
            .collect(),
    };
    let stalls = |seat: u32| match seat {
        20 => None,
        _ if seat < 21 && seat % 7 < 5 => Some(0),
        _ => Some(1),
    };
    let mut front: Vec<u32> = (0..7).collect();
    let mut floor: Vec<u32> = (31..37).collect();
    if stage >= 1 {
        front.extend([37, 38]);
        floor.extend([39, 40, 41]);
    }
    let mut rows = vec![
        row(0, false, front, &stalls),
        row(0, false, (7..14).collect(), &stalls),
        row(0, false, (14..21).collect(), &stalls),
        row(1, false, (21..26).collect(), &|_| Some(1)),
        row(1, false, (26..31).collect(), &|_| Some(1)),
    ];
    if stage >= 2 {
        rows.push(row(1, false, (42..46).collect(), &|_| Some(1)));
    }
    rows.push(row(2, true, floor, &|_| Some(2)));
    rows
}

pub(crate) fn seat_count(stage: usize) -> u32 {
    [37, 42, 46][stage]
}

/// The house's layout, grown to a stage as an importer would.
pub(crate) fn layout(stage: usize) -> Layout {
    let mut plan = read(0);
    for stage in 1..=stage {
        plan = plan.revise(read(stage)).expect("the house only grows");
    }
    plan.layout()
}

fn read(stage: usize) -> SeatingPlan {
    let rows = rows(stage);
    let capacity = rows.last().map_or(0, |floor| floor.seats.len() as u64);
    let zone = |section: u16, name: &str| {
        let rows = rows.iter().filter(|row| row.section == section);
        let rows: Vec<Value> = rows
            .enumerate()
            .map(|(at, row)| row_json(name, at, row))
            .collect();
        json!({"name": name, "position": {"x": 0, "y": 0}, "rows": rows})
    };
    let categories = json!([
        {"name": "A", "color": "#c00"}, {"name": "B", "color": "#0c0"}, {"name": "C", "color": "#00c"}
    ]);
    let zones = [zone(0, "Stalls"), zone(1, "Balcony")];
    let plan = json!({"name": "House", "categories": categories, "zones": zones});
    let floor = AreaSpec {
        name: "Floor".to_owned(),
        category: Some("C".to_owned()),
        capacity,
    };
    SeatingPlan::from_pretix(Some(&plan), &[floor])
        .expect("a plan")
        .0
}

fn row_json(zone: &str, at: usize, row: &Row) -> Value {
    let seat = |(n, &(_, category)): (usize, &(u32, Option<u16>))| {
        json!({
            "seat_guid": format!("{zone}-{at}-{n}"),
            "seat_number": (n + 1).to_string(),
            "position": {"x": n * 20, "y": 0},
            "category": category.map_or("", |category| ["A", "B", "C"][usize::from(category)]),
        })
    };
    let seats: Vec<Value> = row.seats.iter().enumerate().map(seat).collect();
    json!({"row_number": at.to_string(), "position": {"x": 0, "y": at * 20}, "seats": seats})
}
