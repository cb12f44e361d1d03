//! An event's picture where the catalogue has none that is ours: a house seen from above, rows of
//! seats around a stage. Which colours and how many rows follows from the event's id, so that an event
//! always looks the same and no two look alike.

use std::fmt::Write as _;

use boxoffice_model::sha256;

/// Ground, seats, lit seats, stage.
const PALETTES: [[&str; 4]; 12] = [
    ["#2b1437", "#7a4b8f", "#ffd166", "#f25f5c"],
    ["#0b2d39", "#2f7d8c", "#f9c784", "#fb6f6f"],
    ["#3a0d16", "#a3324a", "#ffe3c2", "#f6ae2d"],
    ["#12263a", "#3f6ea8", "#f4d35e", "#ee964b"],
    ["#17301f", "#4b8b5d", "#fff1b8", "#e76f51"],
    ["#33210b", "#a1662f", "#fde8c9", "#4ea8a1"],
    ["#1d1a26", "#5a5476", "#ff9aa2", "#c7ceea"],
    ["#2a0f2e", "#94437f", "#bde0fe", "#ffafcc"],
    ["#082f2a", "#2f8a78", "#ffd6a5", "#ff6b6b"],
    ["#1b1440", "#5b4fb0", "#ffe066", "#70e0c0"],
    ["#40120f", "#b5523f", "#ffd9b3", "#7bdff2"],
    ["#102a43", "#486581", "#f0b429", "#ef8354"],
];

/// The picture as SVG, 16 to 10.
pub(crate) fn draw(event_id: &str) -> String {
    let chance = sha256(&[b"poster", event_id.as_bytes()]);
    let [ground, seats, lit, stage] = PALETTES[usize::from(chance[0]) % PALETTES.len()];
    let rows = 5 + u32::from(chance[1] % 4);
    let tilt = i32::from(chance[2] % 60) - 30;
    let (x, y) = (
        100 + u32::from(chance[3]) % 120,
        40 + u32::from(chance[4]) % 120,
    );
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 320 200\" \
         preserveAspectRatio=\"xMidYMid slice\"><path fill=\"{ground}\" d=\"M0 0h320v200H0z\"/>\
         <g fill=\"none\" stroke-width=\"9\" stroke-linecap=\"round\" transform=\"rotate({tilt} {x} {y})\">"
    );
    for row in 0..rows {
        let chance = |at: usize| u32::from(chance[at + row as usize]);
        let radius = 34 + row * 24;
        // As many seats as have room, all the same way apart.
        let seats_in_row = radius * 6 / (12 + chance(5) % 5);
        let ring = format!("cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" pathLength=\"{seats_in_row}\"");
        // An infinitely short dash with a round end is a seat.
        let _ = write!(
            svg,
            "<circle {ring} stroke=\"{seats}\" stroke-dasharray=\"0 1\"/>"
        );
        let (count, first) = (chance(15) % 6, chance(22) % seats_in_row);
        if count > 0 {
            let some = "0 1 ".repeat(count as usize);
            let _ = write!(
                svg,
                "<circle {ring} stroke=\"{lit}\" stroke-dasharray=\"{some}0 999\" \
                 stroke-dashoffset=\"-{first}\"/>"
            );
        }
    }
    let _ = write!(
        svg,
        "</g><circle cx=\"{x}\" cy=\"{y}\" r=\"17\" fill=\"{stage}\"/></svg>"
    );
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_keeps_its_picture_and_shares_it_with_none() {
        let pictures: std::collections::HashSet<String> =
            (0..100).map(|at| draw(&format!("event-{at}"))).collect();
        assert_eq!(pictures.len(), 100);
        assert_eq!(draw("a"), draw("a"));
        assert!(draw("a").len() < 4000);
    }
}
