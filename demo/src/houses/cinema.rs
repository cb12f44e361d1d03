//! A small cinema: gently curved rows with two aisles, and sofas for two at the back.

use crate::geometry::{Point, ROW};
use crate::plan::{Plan, Zone};
use crate::rows::{Fan, letter};
use crate::shapes::{STAGE, rectangle};

const CATEGORIES: [(&str, &str); 2] = [("Seat", "#a63a50"), ("Sofa for two", "#3a5fa6")];

pub(super) fn plan() -> Plan {
    let focus = Point::new(380.0, -900.0);
    let fan = Fan {
        centre: focus,
        cuts: &[-15.5, -8.0, 8.0, 15.5],
    };
    let mut seats = Zone::new("Seats", "S");
    for row in 0..9 {
        let places = fan.row(1060.0 + ROW * f64::from(row));
        seats.row(letter(row as usize), places, "Seat");
    }
    let screen = rectangle(Point::new(380.0, 50.0), 520.0, 22.0, STAGE, "Screen", 16.0);
    seats.shapes.push(screen);
    let mut sofas = Zone::new("Sofas", "X");
    for sofa in 0..9 {
        let angle = (f64::from(sofa) - 4.0) * 3.45;
        let radius = 1060.0 + ROW * 9.0 + 22.0;
        let side = |turn: f64| focus.towards(angle + turn, radius);
        sofas.group(
            "Sofa",
            (sofa + 1).to_string(),
            vec![side(-0.49), side(0.49)],
            "Sofa for two",
        );
    }
    Plan {
        name: "Kino Meteor",
        width: 760.0,
        height: 500.0,
        categories: &CATEGORIES,
        zones: vec![seats, sofas],
    }
}
