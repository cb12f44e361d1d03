//! The demo catalogue and the program that draws its houses: invented events in invented places,
//! in the format that `boxoffice import` reads. Imports nothing itself.
//!
//! # Adding a house
//! 1. Write a function in `houses` that returns a [`Plan`], from `rows`, `tables` and `bowl`.
//! 2. Name it in [`house`], draw it (`cargo run -p boxoffice-demo --example draw -- <name> out.svg`)
//!    and look at it.
//! 3. Give it a venue and an event in `events`.

mod bowl;
mod calendar;
mod events;
mod geometry;
mod houses;
mod plan;
mod rows;
mod shapes;
mod tables;

pub use events::catalogue;
pub use houses::{HOUSES, house};
pub use plan::Plan;
