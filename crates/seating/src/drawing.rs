//! What a browser needs to draw a plan: the body of `GET /v1/events/{id}/plan`. Says nothing of who
//! holds what, and no seat ids: `/seats` lists those by the same index.

use serde::Serialize;
use serde_json::Value;

use crate::geometry::{Hundredths, Point, tenths};
use crate::plan::{LabelPosition, NO_CATEGORY, Row, SeatingPlan, Size};
use crate::pretix::{Outline, Shape, ShapeText};
use crate::runs::{run_lengths, steps};
use crate::{CategoryIndex, SeatIndex, SectionIndex};

#[derive(Serialize)]
struct Drawing<'a> {
    version: u32,
    name: &'a str,
    seat_count: u32,
    scale: u32,
    size: SizeDrawing,
    seat_radius: i32,
    categories: &'a [crate::Category],
    sections: Vec<SectionDrawing<'a>>,
    rows: Vec<RowDrawing<'a>>,
    shapes: Vec<ShapeDrawing<'a>>,
    areas: Vec<AreaDrawing<'a>>,
    attributes: serde_json::Map<String, Value>,
}

#[derive(Serialize)]
struct SizeDrawing {
    width: i32,
    height: i32,
}

#[derive(Serialize)]
struct SectionDrawing<'a> {
    name: &'a str,
    area: bool,
}

#[derive(Serialize)]
struct RowDrawing<'a> {
    section: SectionIndex,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "is_unlabelled")]
    label_position: LabelPosition,
    runs: Vec<(SeatIndex, u32)>,
    x: Vec<i32>,
    y: Vec<i32>,
    numbers: Numbers<'a>,
    categories: Vec<(Option<CategoryIndex>, u32)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    radii: Option<Vec<(i32, u32)>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Numbers<'a> {
    Progression { from: i64, step: i64 },
    List(Vec<Option<&'a str>>),
}

#[derive(Serialize)]
struct ShapeDrawing<'a> {
    #[serde(flatten)]
    outline: OutlineDrawing,
    x: i32,
    y: i32,
    rotation: f64,
    color: Option<&'a str>,
    border_color: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<TextDrawing<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "shape", rename_all = "snake_case")]
enum OutlineDrawing {
    Circle { radius: i32 },
    Ellipse { rx: i32, ry: i32 },
    Rectangle { width: i32, height: i32 },
    Polygon { points: Vec<(i32, i32)> },
    Text,
}

#[derive(Serialize)]
struct TextDrawing<'a> {
    x: i32,
    y: i32,
    text: &'a str,
    color: Option<&'a str>,
    size: i32,
}

#[derive(Serialize)]
struct AreaDrawing<'a> {
    section: SectionIndex,
    name: &'a str,
    category: Option<CategoryIndex>,
    capacity: u32,
    runs: Vec<(SeatIndex, u32)>,
}

impl SeatingPlan {
    /// The plan as browsers draw it, JSON in UTF-8. Equal plans give equal bytes.
    ///
    /// # The JSON
    /// All coordinates and lengths are whole numbers; divided by `scale` they are the plan's units, x to
    /// the right and y downwards, from one origin for the whole plan.
    ///
    /// ```json
    /// {
    ///   "version": 1, "name": "…", "seat_count": 1022, "scale": 10,
    ///   "size": {"width": 14000, "height": 13000}, "seat_radius": 100,
    ///   "categories": [{"name": "Premium", "color": "#b3123b"}],
    ///   "sections": [{"name": "Stalls", "area": false}],
    ///   "rows": [{
    ///     "section": 0, "number": "A", "label": "Row", "label_position": "both",
    ///     "runs": [[0, 22]],
    ///     "x": [5260, 173, 185], "y": [1932, 143, 127],
    ///     "numbers": {"from": 1, "step": 1},
    ///     "categories": [[1, 4], [0, 14], [null, 4]],
    ///     "radii": [[100, 21], [120, 1]]
    ///   }],
    ///   "shapes": [{
    ///     "shape": "polygon", "x": 4800, "y": 400, "rotation": 12.5,
    ///     "color": "#dddddd", "border_color": "#555555", "points": [[0, 0], [4400, 0]],
    ///     "text": {"x": 0, "y": 0, "text": "Stage", "color": "#222222", "size": 160}
    ///   }],
    ///   "areas": [{"section": 3, "name": "Floor", "category": 2, "capacity": 900, "runs": [[1022, 900]]}],
    ///   "attributes": {}
    /// }
    /// ```
    ///
    /// - `size` is the file's, or else what the seats take.
    /// - A **row**'s seats come in the order of the file: `runs` are their indexes as
    ///   `[first, count]`. `x` and `y` are the first seat's, then each one's distance from the one
    ///   before. `numbers` is a progression, or a list of texts and nulls. `categories` and `radii` are
    ///   `[value, count]`; `radii` is absent where every seat has `seat_radius`. `number` and `label`
    ///   are absent where a row has none, `label_position` is `start`, `end`, `both` or absent.
    /// - A **shape** stands at its absolute position: `circle` (`radius`) and `ellipse` (`rx`, `ry`)
    ///   centred on it, `rectangle` (`width`, `height`) with its upper left corner there, `polygon`
    ///   (`points`) and every text relative to it, `text` without an outline. `rotation` is in degrees,
    ///   clockwise about the position; texts are centred both ways.
    /// - An **area** has no geometry of its own: a shape whose text is the area's name may stand for it.
    /// - `attributes` is where seat attributes come in (by name, lists of indexes); empty without any.
    #[must_use]
    pub fn drawing_json(&self) -> Vec<u8> {
        let seat_radius = self.seats.radii.first().copied().unwrap_or_default();
        let filled = self.rows.iter().filter(|row| !row.runs.is_empty());
        let (areas, rows): (Vec<&Row>, Vec<&Row>) =
            filled.partition(|row| self.is_area(row.section));
        let drawing = Drawing {
            version: 1,
            name: &self.name,
            seat_count: self.seat_count(),
            scale: 10,
            size: self.size_drawing(),
            seat_radius: tenths(seat_radius),
            categories: &self.categories,
            sections: self
                .sections
                .iter()
                .map(|section| SectionDrawing {
                    name: &section.name,
                    area: section.is_area,
                })
                .collect(),
            rows: rows
                .into_iter()
                .map(|row| self.row_drawing(row, seat_radius))
                .collect(),
            shapes: self.shapes.iter().map(shape_drawing).collect(),
            areas: areas
                .into_iter()
                .map(|row| self.area_drawing(row))
                .collect(),
            attributes: serde_json::Map::new(),
        };
        serde_json::to_vec(&drawing).expect("plain structs with text keys")
    }

    /// The file's size; without one, what the seats take and a margin as wide as two seats.
    fn size_drawing(&self) -> SizeDrawing {
        const MARGIN: Hundredths = 4_000;
        let size = self.size.unwrap_or_else(|| {
            let positions = || self.seats.positions.iter();
            let width = positions().map(|position| position.x).max();
            let height = positions().map(|position| position.y).max();
            Size {
                width: width.unwrap_or_default().max(0).saturating_add(MARGIN),
                height: height.unwrap_or_default().max(0).saturating_add(MARGIN),
            }
        });
        SizeDrawing {
            width: tenths(size.width),
            height: tenths(size.height),
        }
    }

    fn row_drawing<'a>(&'a self, row: &'a Row, seat_radius: Hundredths) -> RowDrawing<'a> {
        let at = |seat: SeatIndex| self.seats.positions[seat as usize];
        let category = |seat: SeatIndex| self.category_of(seat);
        let radius = |seat: SeatIndex| self.seats.radii[seat as usize];
        let usual = row.seats().all(|seat| radius(seat) == seat_radius);
        RowDrawing {
            section: row.section,
            number: row.number.as_deref(),
            label: row.label.as_deref(),
            label_position: row.label_position,
            runs: row.runs.iter().map(|run| (run.first, run.len)).collect(),
            x: steps(row.seats().map(|seat| tenths(at(seat).x))),
            y: steps(row.seats().map(|seat| tenths(at(seat).y))),
            numbers: self.numbers(row),
            categories: run_lengths(row.seats().map(category)),
            radii: (!usual).then(|| run_lengths(row.seats().map(|seat| tenths(radius(seat))))),
        }
    }

    fn numbers<'a>(&'a self, row: &'a Row) -> Numbers<'a> {
        let text = |seat: SeatIndex| self.seats.numbers.get(seat).filter(|text| !text.is_empty());
        progression(row.seats().map(text))
            .unwrap_or_else(|| Numbers::List(row.seats().map(text).collect()))
    }

    fn area_drawing<'a>(&'a self, row: &'a Row) -> AreaDrawing<'a> {
        let first = row.seats().next().unwrap_or_default();
        let category = self.seats.categories[first as usize];
        AreaDrawing {
            section: row.section,
            name: &self.sections[usize::from(row.section)].name,
            category: (category != NO_CATEGORY).then_some(category),
            capacity: row.runs.iter().map(|run| run.len).sum(),
            runs: row.runs.iter().map(|run| (run.first, run.len)).collect(),
        }
    }
}

fn shape_drawing(shape: &Shape) -> ShapeDrawing<'_> {
    ShapeDrawing {
        outline: outline_drawing(&shape.outline),
        x: tenths(shape.position.x),
        y: tenths(shape.position.y),
        rotation: f64::from(shape.rotation) / 100.0,
        color: shape.color.as_deref(),
        border_color: shape.border_color.as_deref(),
        text: shape.text.as_ref().map(text_drawing),
    }
}

fn outline_drawing(outline: &Outline) -> OutlineDrawing {
    let pair = |point: Point| (tenths(point.x), tenths(point.y));
    match outline {
        Outline::Circle { radius } => OutlineDrawing::Circle {
            radius: tenths(*radius),
        },
        Outline::Ellipse { radius } => {
            let (rx, ry) = pair(*radius);
            OutlineDrawing::Ellipse { rx, ry }
        }
        Outline::Rectangle { size } => {
            let (width, height) = pair(*size);
            OutlineDrawing::Rectangle { width, height }
        }
        Outline::Polygon { points } => OutlineDrawing::Polygon {
            points: points.iter().copied().map(pair).collect(),
        },
        Outline::Text => OutlineDrawing::Text,
    }
}

fn text_drawing(text: &ShapeText) -> TextDrawing<'_> {
    TextDrawing {
        x: tenths(text.position.x),
        y: tenths(text.position.y),
        text: &text.text,
        color: text.color.as_deref(),
        size: tenths(text.size),
    }
}

/// Numbers that are whole and equally far apart, if all are.
fn progression<'a>(mut texts: impl Iterator<Item = Option<&'a str>>) -> Option<Numbers<'a>> {
    let whole = |text: Option<&str>| {
        let number: i32 = text?.parse().ok()?;
        // `007` and `+7` must come back as they were.
        (Some(number.to_string().as_str()) == text).then_some(i64::from(number))
    };
    let from = whole(texts.next()?)?;
    let mut step = None;
    let mut last = from;
    for text in texts {
        let number = whole(text)?;
        if *step.get_or_insert(number - last) != number - last {
            return None;
        }
        last = number;
    }
    Some(Numbers::Progression {
        from,
        step: step.unwrap_or(1),
    })
}

fn is_unlabelled(position: &LabelPosition) -> bool {
    *position == LabelPosition::None
}
