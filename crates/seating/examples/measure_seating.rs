//! Prints what a house of 50,000 seats costs: memory, stored bytes, and the time of reading,
//! decoding and picking. `cargo run --release -p boxoffice-seating --example measure_seating [PLAN.json]`

use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};

use boxoffice_seating::{SeatIndex, SeatingPlan, best_available};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let json = match std::env::args().nth(1) {
        Some(file) => serde_json::from_str(&std::fs::read_to_string(file)?)?,
        None => stadium(),
    };
    let read = || SeatingPlan::from_pretix(Some(&json), &[]);
    let (plan, _) = read().map_err(|errors| errors[0].clone())?;
    println!("seats                {}", plan.seat_count());
    println!("memory               {} KB", plan.heap_bytes() / 1000);
    println!(
        "read from JSON       {:?}",
        fastest(|| black_box(read()).is_ok())
    );
    let stored = plan.encode();
    println!("stored               {} KB", stored.len() / 1000);
    println!(
        "encode               {:?}",
        fastest(|| black_box(plan.encode()).len())
    );
    println!(
        "decode               {:?}",
        fastest(|| SeatingPlan::decode(black_box(&stored)).is_ok())
    );
    let drawing = plan.drawing_json();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&drawing)?;
    println!(
        "drawing              {} KB, {} KB gzipped",
        drawing.len() / 1000,
        gzip.finish()?.len() / 1000
    );
    let layout = plan.layout();
    println!(
        "layout               {} B",
        postcard::to_stdvec(&layout)?.len()
    );
    println!(
        "layout from plan     {:?}",
        fastest(|| black_box(plan.layout()).seat_count())
    );
    let half = |seat: SeatIndex| mixed(seat).is_multiple_of(2);
    for (what, quantity, split) in [
        ("2", 2, false),
        ("8", 8, false),
        ("20", 20, false),
        ("20 split", 20, true),
    ] {
        let pick = || best_available(black_box(&layout), quantity, half, |_, _, _| true, split);
        println!("pick {what:<15} {:?}  ({})", fastest(pick), outcome(pick()));
    }
    let cheap = |seat: SeatIndex| mixed(seat).is_multiple_of(16);
    let pick = || {
        best_available(
            black_box(&layout),
            8,
            cheap,
            |_, category, _| category == Some(1),
            true,
        )
    };
    println!(
        "pick 8 split singles {:?}  ({})",
        fastest(pick),
        outcome(pick())
    );
    Ok(())
}

fn outcome(picked: Result<Vec<SeatIndex>, boxoffice_seating::NotEnough>) -> String {
    picked.map_or_else(
        |error| error.to_string(),
        |seats| format!("from {}", seats[0]),
    )
}

/// The same for the same seat, and like a die otherwise (the finaliser of SplitMix64).
fn mixed(seat: SeatIndex) -> u64 {
    let mut z = u64::from(seat).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The shortest of twenty runs.
fn fastest<T>(run: impl Fn() -> T) -> Duration {
    let times = (0..20).map(|_| {
        let start = Instant::now();
        black_box(run());
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

/// 2,000 curved rows of 25 in 50 sections.
fn stadium() -> Value {
    let row = |section: u32, row: u32| {
        let seats = (0..25).map(|n| {
            let angle = f64::from(section) * 0.125 + f64::from(n) * 0.004;
            let radius = 4000.0 + f64::from(row) * 30.0;
            let round = |length: f64| (length * 100.0).round() / 100.0;
            json!({
                "seat_guid": format!("{section}-{row}-{n}"),
                "seat_number": (n + 1).to_string(),
                "position": {"x": round(6000.0 + radius * angle.cos()), "y": round(6000.0 + radius * angle.sin())},
                "category": if row < 20 { "Lower" } else { "Upper" },
                "radius": 10,
            })
        });
        json!({"row_number": (row + 1).to_string(), "seats": seats.collect::<Vec<_>>()})
    };
    let zone = |section| {
        let rows: Vec<Value> = (0..40).map(|at| row(section, at)).collect();
        json!({"name": format!("Block {section}"), "rows": rows})
    };
    let categories =
        json!([{"name": "Lower", "color": "#c00"}, {"name": "Upper", "color": "#00c"}]);
    json!({"name": "Stadium", "categories": categories, "zones": (0..50).map(zone).collect::<Vec<_>>()})
}
