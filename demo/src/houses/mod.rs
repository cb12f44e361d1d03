//! The houses of the demo, each its own small program. Which events they host is in `events`.

mod amphitheatre;
mod arena;
mod ballroom;
mod cellar;
mod cinema;
mod club;
mod opera;
mod stadium;
mod theatre;

use crate::plan::Plan;

/// The names that [`house`] knows.
pub const HOUSES: [&str; 9] = [
    "stadium",
    "arena",
    "opera",
    "theatre",
    "amphitheatre",
    "club",
    "ballroom",
    "cinema",
    "cellar",
];

/// Draws the house of this name.
#[must_use]
pub fn house(name: &str) -> Option<Plan> {
    Some(match name {
        "stadium" => stadium::plan(),
        "arena" => arena::plan(),
        "opera" => opera::plan(),
        "theatre" => theatre::plan(),
        "amphitheatre" => amphitheatre::plan(),
        "club" => club::plan(),
        "ballroom" => ballroom::plan(),
        "cinema" => cinema::plan(),
        "cellar" => cellar::plan(),
        _ => return None,
    })
}
