//! A seating plan as the houses build it, and its JSON in the pretix layout. Where seats stand is
//! the houses' business.

use serde_json::{Value, json};

use crate::geometry::Point;

/// A house: categories, zones of rows of seats, and what stands around them.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) name: &'static str,
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// Names and colours, dearest first.
    pub(crate) categories: &'static [(&'static str, &'static str)],
    pub(crate) zones: Vec<Zone>,
}

/// A zone of a house: its name is the section that buyers see.
#[derive(Clone, Debug)]
pub(crate) struct Zone {
    pub(crate) name: String,
    /// Begins the ids of its seats.
    pub(crate) prefix: String,
    pub(crate) rows: Vec<Row>,
    /// Shapes and texts in the layout's own form.
    pub(crate) shapes: Vec<Value>,
}

/// A row of seats, a box or a table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) number: String,
    /// What the number numbers: `Row`, `Box`, `Table`.
    pub(crate) label: &'static str,
    /// Whether the number is written at both ends.
    pub(crate) labelled: bool,
    /// Seats are numbered from 1 in this order.
    pub(crate) seats: Vec<Seat>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Seat {
    pub(crate) at: Point,
    pub(crate) category: &'static str,
}

impl Zone {
    pub(crate) fn new(name: impl Into<String>, prefix: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            prefix: prefix.into(),
            rows: Vec::new(),
            shapes: Vec::new(),
        }
    }

    /// Adds a row with its number at both ends.
    pub(crate) fn row(
        &mut self,
        number: impl Into<String>,
        places: Vec<Point>,
        category: &'static str,
    ) {
        self.row_with(number, places, |_| category);
    }

    /// The same, with the category of each place.
    pub(crate) fn row_with(
        &mut self,
        number: impl Into<String>,
        places: Vec<Point>,
        category: impl Fn(Point) -> &'static str,
    ) {
        let seat = |at| Seat {
            at,
            category: category(at),
        };
        self.rows.push(Row {
            number: number.into(),
            label: "Row",
            labelled: true,
            seats: places.into_iter().map(seat).collect(),
        });
    }

    /// Adds seats that share a table or a box.
    pub(crate) fn group(
        &mut self,
        label: &'static str,
        number: impl Into<String>,
        places: Vec<Point>,
        category: &'static str,
    ) {
        let seats = places.into_iter().map(|at| Seat { at, category });
        self.rows.push(Row {
            number: number.into(),
            label,
            labelled: false,
            seats: seats.collect(),
        });
    }

    pub(crate) fn seat_count(&self) -> usize {
        self.rows.iter().map(|row| row.seats.len()).sum()
    }
}

impl Plan {
    /// How many seats it has.
    #[must_use]
    pub fn seat_count(&self) -> usize {
        self.zones.iter().map(Zone::seat_count).sum()
    }

    /// The plan in the pretix layout.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let categories = self.categories.iter();
        let categories: Vec<Value> = categories
            .map(|(name, color)| json!({"name": name, "color": color}))
            .collect();
        json!({
            "name": self.name,
            "categories": categories,
            "zones": self.zones.iter().map(zone_json).collect::<Vec<_>>(),
            "size": {"width": self.width, "height": self.height},
        })
    }
}

fn zone_json(zone: &Zone) -> Value {
    json!({
        "name": zone.name,
        "zone_id": zone.prefix,
        "position": {"x": 0, "y": 0},
        "rows": zone.rows.iter().map(|row| row_json(zone, row)).collect::<Vec<_>>(),
        "areas": zone.shapes,
    })
}

fn row_json(zone: &Zone, row: &Row) -> Value {
    let seats = row.seats.iter().enumerate().map(|(at, seat)| {
        let number = at + 1;
        json!({
            "seat_guid": format!("{}-{}-{number}", zone.prefix, row.number),
            "seat_number": number.to_string(),
            "position": position(seat.at),
            "category": seat.category,
            "radius": 10,
        })
    });
    json!({
        "row_number": row.number,
        "row_label": row.label,
        "row_number_position": row.labelled.then_some("both"),
        "position": {"x": 0, "y": 0},
        "seats": seats.collect::<Vec<_>>(),
    })
}

/// A point as the layout has it, to a hundredth of a unit.
pub(crate) fn position(at: Point) -> Value {
    let round = |length: f64| (length * 100.0).round() / 100.0;
    json!({"x": round(at.x), "y": round(at.y)})
}
