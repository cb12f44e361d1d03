//! The stored form and the drawing: both hold the whole plan, and damage is told.

mod common;

use boxoffice_seating::{Layout, PlanDecodeError, PlanHash, SeatingPlan};
use common::{GALA, ODD, THEATRE, area, parse, plan, read, row, zone};
use proptest::prelude::*;
use serde_json::{Value, json};

fn plans() -> Vec<SeatingPlan> {
    let mut plans: Vec<_> = [ODD, GALA, THEATRE].map(|file| read(&parse(file))).into();
    let older = plan(vec![zone("Z", vec![row("1", 0.0, 3)])]);
    let newer = plan(vec![zone("Z", vec![row("2", 30.0, 2), row("1", 0.0, 5)])]);
    plans.push(read(&older).revise(read(&newer)).expect("a revision"));
    plans.push(
        SeatingPlan::from_pretix(None, &[area("Floor", 500)])
            .expect("a plan")
            .0,
    );
    plans
}

fn drawing(plan: &SeatingPlan) -> Value {
    serde_json::from_slice(&plan.drawing_json()).expect("JSON")
}

#[test]
fn a_stored_plan_comes_back_whole() {
    for plan in plans() {
        let stored = plan.encode();
        let back = SeatingPlan::decode(&stored).expect("a plan");
        assert_eq!(back, plan);
        assert_eq!(back.encode(), stored, "equal plans have one hash");
        assert_eq!(back.index_of(plan.seat(0).expect("a seat").id), Some(0));
    }
}

#[test]
fn a_hash_is_written_in_lower_case_hex() {
    let hash = PlanHash::of(b"abc").to_string();
    assert!(
        hash.starts_with("ba7816bf8f01cfea"),
        "SHA-256 of abc, FIPS 180-4: {hash}"
    );
}

#[test]
fn bytes_that_are_no_plan_are_refused() {
    let stored = read(&parse(GALA)).encode();
    let half = SeatingPlan::decode(&stored[..stored.len() / 2]);
    assert!(matches!(
        half,
        Err(PlanDecodeError::Inflate(_) | PlanDecodeError::Read(_))
    ));
    assert!(SeatingPlan::decode(&[]).is_err());
}

proptest! {
    #[test]
    fn damaged_bytes_never_panic(at: prop::sample::Index, byte: u8) {
        let mut stored = read(&parse(ODD)).encode();
        let at = at.index(stored.len());
        stored[at] = byte;
        if let Ok(plan) = SeatingPlan::decode(&stored) {
            let _ = (plan.layout(), plan.drawing_json(), plan.seats().count());
        }
    }

    #[test]
    fn damage_inside_the_compression_never_panics(at: prop::sample::Index, byte: u8) {
        use std::io::{Read, Write};
        let mut plain = Vec::new();
        let stored = read(&parse(ODD)).encode();
        flate2::read::DeflateDecoder::new(&stored[..]).read_to_end(&mut plain).expect("bytes");
        let at = at.index(plain.len());
        plain[at] = byte;
        let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        deflate.write_all(&plain).expect("a vector");
        if let Ok(plan) = SeatingPlan::decode(&deflate.finish().expect("a vector")) {
            let _ = (plan.layout(), plan.drawing_json(), plan.seats().count());
        }
    }
}

#[test]
fn a_layout_can_be_written_and_read() {
    for plan in plans() {
        let layout = plan.layout();
        let bytes = postcard::to_stdvec(&layout).expect("bytes");
        assert_eq!(
            postcard::from_bytes::<Layout>(&bytes).expect("a layout"),
            layout
        );
        let seats: usize = layout
            .rows()
            .iter()
            .map(|row| layout.seats(row).count())
            .sum();
        assert_eq!(seats, plan.seat_count() as usize);
    }
}

#[test]
fn a_drawing_puts_every_seat_where_the_file_has_it() {
    let file = parse(THEATRE);
    let plan = read(&file);
    let drawing = drawing(&plan);
    assert_eq!(drawing["size"], json!({"width": 14000, "height": 13000}));
    let file_rows = file["zones"]
        .as_array()
        .expect("zones")
        .iter()
        .flat_map(|zone| zone["rows"].as_array().expect("rows"));
    for (drawn, row) in drawing["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .zip(file_rows)
    {
        assert_eq!(drawn["number"], row["row_number"]);
        assert_eq!(drawn["numbers"], json!({"from": 1, "step": 1}));
        for axis in ["x", "y"] {
            let mut at = 0;
            let steps = drawn[axis].as_array().expect("steps");
            for (step, seat) in steps.iter().zip(row["seats"].as_array().expect("seats")) {
                at += step.as_i64().expect("a whole number");
                let exact = seat["position"][axis].as_f64().expect("a number") * 10.0;
                assert!((at as f64 - exact).abs() < 0.51, "{at} is not {exact}");
            }
            assert_eq!(steps.len(), row["seats"].as_array().expect("seats").len());
        }
    }
}

#[test]
fn the_odd_plan_is_drawn_with_its_shapes_and_labels() {
    let drawing = drawing(&read(&parse(ODD)));
    let rows = drawing["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0].get("number"), None);
    assert_eq!(rows[0]["numbers"], json!(["1a", "1b"]));
    assert_eq!(
        (&rows[1]["label"], &rows[1]["label_position"]),
        (&json!("Reihe"), &json!("start"))
    );
    assert_eq!(rows[1]["numbers"], json!({"from": 12, "step": -1}));
    assert_eq!(
        rows[1]["x"],
        json!([405, 220, 220]),
        "zone 30 + row 10.5, in tenths"
    );
    assert_eq!(rows[1]["categories"], json!([[1, 1], [null, 2]]));
    assert_eq!(rows[2]["runs"], json!([[5, 3]]));
    assert_eq!(
        drawing["shapes"][0],
        json!({
            "shape": "ellipse", "x": 1300, "y": 100, "rx": 800, "ry": 300, "rotation": 12.0,
            "color": "#dddddd", "border_color": "#555555",
            "text": {"x": 0, "y": 0, "text": "Bühne", "color": "#222222", "size": 160},
        })
    );
    assert_eq!(drawing["shapes"][1]["shape"], json!("text"));
    assert_eq!(drawing["shapes"][2]["width"], json!(600));
}

#[test]
fn areas_are_drawn_by_name_and_index() {
    let json = plan(vec![zone("Z", vec![row("1", 0.0, 2)])]);
    let (plan, _) = SeatingPlan::from_pretix(Some(&json), &[area("Floor", 40)]).expect("a plan");
    let drawing = drawing(&plan);
    assert_eq!(drawing["rows"].as_array().expect("rows").len(), 1);
    assert_eq!(
        drawing["areas"],
        json!([{"section": 1, "name": "Floor", "category": 2, "capacity": 40, "runs": [[2, 40]]}])
    );
}
