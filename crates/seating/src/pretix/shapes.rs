//! Shapes and texts of the pretix layout: stages, tables, bars, exits. They are drawn, never sold.

use serde::{Deserialize, Serialize};

use super::json::{Object, Path, read_point, shorten};
use super::{MAX_TEXT, Reader};
use crate::PlanWarningKind;
use crate::geometry::{Hundredths, Point, hundredths};

/// Something drawn beside the seats, at its absolute position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shape {
    pub(crate) outline: Outline,
    pub(crate) position: Point,
    /// Hundredths of a degree, clockwise about the position.
    pub(crate) rotation: i32,
    pub(crate) color: Option<String>,
    pub(crate) border_color: Option<String>,
    pub(crate) text: Option<ShapeText>,
}

/// A shape's form, relative to its position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outline {
    /// Centred on the position.
    Circle { radius: Hundredths },
    /// Centred on the position.
    Ellipse { radius: Point },
    /// The position is its upper left corner.
    Rectangle { size: Point },
    /// Corners relative to the position.
    Polygon { points: Vec<Point> },
    /// No outline: a text alone.
    Text,
}

/// Words in a shape, centred on a point relative to the shape's position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ShapeText {
    pub(crate) position: Point,
    pub(crate) text: String,
    pub(crate) color: Option<String>,
    pub(crate) size: Hundredths,
}

/// The editor's size of a text that names none.
const DEFAULT_TEXT_SIZE: f64 = 16.0;
/// A plan's shapes are drawn by every browser; more than this is no plan.
const MAX_SHAPES: usize = 20_000;
/// The same for the corners of one polygon.
const MAX_CORNERS: usize = 5_000;

impl Reader<'_> {
    pub(super) fn read_shapes(&mut self, zone: &Object<'_>, origin: (f64, f64)) {
        let list_path = zone.path.key("areas");
        for (at, value) in zone.list("areas", &mut self.report).iter().enumerate() {
            let path = list_path.index(at);
            if self.report.is_full() {
                return;
            }
            let Some(object) = Object::read(value, &path, &mut self.report) else {
                continue;
            };
            if self.plan.shapes.len() >= MAX_SHAPES {
                let expected = format!("at most {MAX_SHAPES} shapes");
                self.report.error(&path, "one more shape", expected);
                return;
            }
            if let Some(shape) = self.read_shape(&object, origin) {
                self.plan.shapes.push(shape);
            }
        }
    }

    fn read_shape(&mut self, object: &Object<'_>, origin: (f64, f64)) -> Option<Shape> {
        let outline = self.read_outline(object)?;
        let at = object.point("position", &mut self.report);
        let rotation = object.number("rotation", &mut self.report);
        Some(Shape {
            outline,
            position: Point::from_units(origin.0 + at.0, origin.1 + at.1),
            rotation: hundredths(rotation.unwrap_or_default() % 360.0),
            color: self.read_color(object, "color"),
            border_color: self.read_color(object, "border_color"),
            text: self.read_shape_text(object),
        })
    }

    fn read_outline(&mut self, object: &Object<'_>) -> Option<Outline> {
        let shape = object.text("shape", MAX_TEXT, &mut self.report);
        match shape.as_deref().unwrap_or("text") {
            "circle" => {
                let radius = self.read_lengths(object, "circle", ["radius"])?[0];
                Some(Outline::Circle { radius })
            }
            "ellipse" => self.read_ellipse(object),
            "rectangle" => {
                let [x, y] = self.read_lengths(object, "rectangle", ["width", "height"])?;
                let size = Point { x, y };
                Some(Outline::Rectangle { size })
            }
            "polygon" => self.read_polygon(object),
            "text" => Some(Outline::Text),
            other => {
                let shape = shorten(other).into_owned();
                let kind = PlanWarningKind::UnknownShape { shape };
                self.report.warn(&object.path.key("shape"), kind);
                None
            }
        }
    }

    fn read_ellipse(&mut self, object: &Object<'_>) -> Option<Outline> {
        let path = object.path.key("ellipse");
        let ellipse = self.read_part(object, "ellipse", &path)?;
        let [x, y] = self.read_lengths(&ellipse, "radius", ["x", "y"])?;
        let radius = Point { x, y };
        Some(Outline::Ellipse { radius })
    }

    fn read_polygon(&mut self, object: &Object<'_>) -> Option<Outline> {
        let path = object.path.key("polygon");
        let polygon = self.read_part(object, "polygon", &path)?;
        let list_path = path.key("points");
        let corners = polygon.list("points", &mut self.report);
        if corners.len() > MAX_CORNERS {
            let found = format!("a list of {}", corners.len());
            let expected = format!("at most {MAX_CORNERS} points");
            self.report.error(&list_path, found, expected);
            return None;
        }
        let mut points = Vec::with_capacity(corners.len());
        for (at, value) in corners.iter().enumerate() {
            let (x, y) = read_point(value, &list_path.index(at), &mut self.report);
            points.push(Point::from_units(x, y));
        }
        Some(Outline::Polygon { points })
    }

    /// The object that holds a shape's measures; absence is an error.
    fn read_part<'v>(
        &mut self,
        object: &Object<'v>,
        key: &str,
        path: &'v Path<'v>,
    ) -> Option<Object<'v>> {
        match object.get(key) {
            Some(value) => Object::read(value, path, &mut self.report),
            None => {
                self.report
                    .error(path, "nothing", "an object with the shape's measures");
                None
            }
        }
    }

    /// Lengths by name within the object of this key, none of them negative.
    fn read_lengths<const N: usize>(
        &mut self,
        object: &Object<'_>,
        key: &str,
        names: [&str; N],
    ) -> Option<[Hundredths; N]> {
        let path = object.path.key(key);
        let part = self.read_part(object, key, &path)?;
        let mut lengths = [0; N];
        for (length, name) in lengths.iter_mut().zip(names) {
            let value = part.required_number(name, &mut self.report)?;
            if value < 0.0 {
                let found = format!("the number {value}");
                self.report
                    .error(&path.key(name), found, "a number of 0 or more");
                return None;
            }
            *length = hundredths(value);
        }
        Some(lengths)
    }

    fn read_shape_text(&mut self, object: &Object<'_>) -> Option<ShapeText> {
        let path = object.path.key("text");
        let text = Object::read(object.get("text")?, &path, &mut self.report)?;
        let words = text.text("text", MAX_TEXT, &mut self.report)?;
        let (x, y) = text.point("position", &mut self.report);
        let size = text.number("size", &mut self.report);
        Some(ShapeText {
            position: Point::from_units(x, y),
            color: self.read_color(&text, "color"),
            size: hundredths(size.unwrap_or(DEFAULT_TEXT_SIZE)),
            text: words.into_owned(),
        })
    }
}
