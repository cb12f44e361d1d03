//! Draws a house as SVG, from its plan in the pretix layout:
//! `cargo run -p boxoffice-demo --example draw -- <house> out.svg`. A path to a plan will do too.

use std::collections::HashMap;
use std::fmt::Write;

use serde_json::Value;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let (Some(name), Some(out)) = (args.next(), args.next()) else {
        let houses = boxoffice_demo::HOUSES.join(", ");
        return Err(format!("usage: draw HOUSE|PLAN.json OUT.svg; houses: {houses}").into());
    };
    let plan = match boxoffice_demo::house(&name) {
        Some(plan) => plan.to_json(),
        None => serde_json::from_str(&std::fs::read_to_string(&name)?)?,
    };
    std::fs::write(out, svg(&plan)?)?;
    Ok(())
}

fn svg(plan: &Value) -> Result<String, Failure> {
    let (width, height) = (
        number(&plan["size"]["width"]),
        number(&plan["size"]["height"]),
    );
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" text-anchor=\"middle\">\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
    );
    let colors: HashMap<&str, &str> = list(&plan["categories"])
        .iter()
        .map(|category| (text(&category["name"]), text(&category["color"])))
        .collect();
    for zone in list(&plan["zones"]) {
        for shape in list(&zone["areas"]) {
            draw_shape(&mut svg, shape, at(zone))?;
        }
    }
    for zone in list(&plan["zones"]) {
        for row in list(&zone["rows"]) {
            draw_row(&mut svg, row, at(zone), &colors)?;
        }
    }
    svg.push_str("</svg>");
    Ok(svg)
}

fn draw_row(
    svg: &mut String,
    row: &Value,
    zone: (f64, f64),
    colors: &HashMap<&str, &str>,
) -> Result<(), Failure> {
    let origin = (zone.0 + at(row).0, zone.1 + at(row).1);
    let places: Vec<(f64, f64)> = list(&row["seats"])
        .iter()
        .map(|seat| (origin.0 + at(seat).0, origin.1 + at(seat).1))
        .collect();
    for (seat, (x, y)) in list(&row["seats"]).iter().zip(&places) {
        let color = colors.get(text(&seat["category"])).unwrap_or(&"#bbb");
        let radius = seat["radius"].as_f64().unwrap_or(10.0);
        write!(
            svg,
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{color}\"/>"
        )?;
        let number = escape(text(&seat["seat_number"]));
        write!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" dy=\".35em\" font-size=\"9\" fill=\"white\">{number}</text>"
        )?;
    }
    let label = escape(text(&row["row_number"]));
    let ends = text(&row["row_number_position"]);
    if let ("both" | "start", [first, second, ..]) = (ends, &places[..]) {
        draw_label(svg, &label, *first, *second)?;
    }
    if let ("both" | "end", [.., before, last]) = (ends, &places[..]) {
        draw_label(svg, &label, *last, *before)?;
    }
    Ok(())
}

/// Beside a row's end, as far from it as its neighbour.
fn draw_label(
    svg: &mut String,
    label: &str,
    end: (f64, f64),
    inner: (f64, f64),
) -> Result<(), Failure> {
    let (x, y) = (2.0 * end.0 - inner.0, 2.0 * end.1 - inner.1);
    write!(
        svg,
        "<text x=\"{x}\" y=\"{y}\" dy=\".35em\" font-size=\"12\" fill=\"#667\">{label}</text>"
    )?;
    Ok(())
}

fn draw_shape(svg: &mut String, shape: &Value, zone: (f64, f64)) -> Result<(), Failure> {
    let (x, y) = (zone.0 + at(shape).0, zone.1 + at(shape).1);
    let turn = shape["rotation"].as_f64().unwrap_or_default();
    let paint = format!(
        "fill=\"{}\" stroke=\"{}\" stroke-width=\"2\"",
        escape(text(&shape["color"])),
        escape(text(&shape["border_color"]))
    );
    write!(svg, "<g transform=\"translate({x} {y}) rotate({turn})\">")?;
    match text(&shape["shape"]) {
        "circle" => write!(
            svg,
            "<circle r=\"{}\" {paint}/>",
            number(&shape["circle"]["radius"])
        )?,
        "ellipse" => {
            let radius = &shape["ellipse"]["radius"];
            write!(
                svg,
                "<ellipse rx=\"{}\" ry=\"{}\" {paint}/>",
                number(&radius["x"]),
                number(&radius["y"])
            )?;
        }
        "rectangle" => {
            let size = &shape["rectangle"];
            write!(
                svg,
                "<rect width=\"{}\" height=\"{}\" {paint}/>",
                number(&size["width"]),
                number(&size["height"])
            )?;
        }
        "polygon" => {
            let points = list(&shape["polygon"]["points"]).iter();
            let points: Vec<String> = points
                .map(|p| format!("{},{}", number(&p["x"]), number(&p["y"])))
                .collect();
            write!(svg, "<polygon points=\"{}\" {paint}/>", points.join(" "))?;
        }
        _ => {}
    }
    let words = &shape["text"];
    let (tx, ty) = at(words);
    let (size, color) = (
        words["size"].as_f64().unwrap_or(16.0),
        escape(text(&words["color"])),
    );
    let words = escape(text(&words["text"]));
    write!(
        svg,
        "<text x=\"{tx}\" y=\"{ty}\" dy=\".35em\" font-size=\"{size}\" fill=\"{color}\">{words}</text></g>"
    )?;
    Ok(())
}

fn at(object: &Value) -> (f64, f64) {
    let position = &object["position"];
    (number(&position["x"]), number(&position["y"]))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}
