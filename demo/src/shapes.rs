//! Stages, tables, floors and words in the pretix layout. Nothing here can be bought.

use serde_json::{Value, json};

use crate::geometry::Point;
use crate::plan::position;

const INK: &str = "#33383f";

/// Fill and border.
pub(crate) type Paint = (&'static str, &'static str);

pub(crate) const STAGE: Paint = ("#e4dccb", "#a4947a");
pub(crate) const WOOD: Paint = ("#efe6d8", "#b7a285");
pub(crate) const PLAIN: Paint = ("#f1f2f4", "#c3c7cd");
pub(crate) const GRASS: Paint = ("#5f9f63", "#e9f3ea");
pub(crate) const LINES: Paint = ("transparent", "#e9f3ea");

/// A shape whose words stand at `text_at`, relative to its position.
fn shape(
    kind: &str,
    measures: Value,
    at: Point,
    paint: Paint,
    text: Option<(&str, Point, f64)>,
) -> Value {
    let mut shape = json!({
        "shape": kind,
        "color": paint.0,
        "border_color": paint.1,
        "rotation": 0,
        "position": position(at),
        "text": {"position": {"x": 0, "y": 0}, "color": INK, "text": "", "size": 16},
    });
    if kind != "text" {
        shape[kind] = measures;
    }
    if let Some((words, text_at, size)) = text {
        shape["text"] =
            json!({"position": position(text_at), "color": INK, "text": words, "size": size});
    }
    shape
}

/// A circle with words in its middle.
pub(crate) fn circle(centre: Point, radius: f64, paint: Paint, words: &str, size: f64) -> Value {
    let text = Some((words, Point::new(0.0, 0.0), size));
    shape("circle", json!({"radius": radius}), centre, paint, text)
}

pub(crate) fn ellipse(centre: Point, radius: Point, paint: Paint, words: &str, size: f64) -> Value {
    let text = Some((words, Point::new(0.0, 0.0), size));
    shape(
        "ellipse",
        json!({"radius": position(radius)}),
        centre,
        paint,
        text,
    )
}

/// A rectangle about its centre, with words in its middle.
pub(crate) fn rectangle(
    centre: Point,
    width: f64,
    height: f64,
    paint: Paint,
    words: &str,
    size: f64,
) -> Value {
    let corner = Point::new(centre.x - width / 2.0, centre.y - height / 2.0);
    let text = Some((words, Point::new(width / 2.0, height / 2.0), size));
    shape(
        "rectangle",
        json!({"width": width, "height": height}),
        corner,
        paint,
        text,
    )
}

/// A polygon through points of the page, with words at one of them.
pub(crate) fn polygon(points: &[Point], paint: Paint, words: &str, at: Point, size: f64) -> Value {
    let corners: Vec<Value> = points.iter().copied().map(position).collect();
    let origin = Point::new(0.0, 0.0);
    shape(
        "polygon",
        json!({"points": corners}),
        origin,
        paint,
        Some((words, at, size)),
    )
}

/// Words alone, centred on a point, turned clockwise by so many degrees.
pub(crate) fn words(at: Point, words: &str, size: f64, rotation: f64) -> Value {
    let origin = Point::new(0.0, 0.0);
    let mut shape = shape(
        "text",
        Value::Null,
        at,
        ("transparent", "transparent"),
        Some((words, origin, size)),
    );
    shape["rotation"] = json!(rotation);
    shape
}
