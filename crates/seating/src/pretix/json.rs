//! Typed reading of JSON with the path in every error. Knows nothing of seating.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

use crate::geometry::MAX_COORDINATE;
use crate::{MAX_ERRORS, PlanError, PlanWarning, PlanWarningKind};

/// Where in the JSON we are; written out only when something is wrong there.
#[derive(Clone, Copy)]
pub(super) enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl<'a> Path<'a> {
    pub(super) fn key(&'a self, key: &'a str) -> Path<'a> {
        Path::Key(self, key)
    }

    pub(super) fn index(&'a self, index: usize) -> Path<'a> {
        Path::Index(self, index)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Key(Path::Root, key) => f.write_str(key),
            Path::Key(parent, key) => write!(f, "{parent}.{key}"),
            Path::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// What has been found wrong or doubtful so far.
#[derive(Default)]
pub(super) struct Report {
    pub(super) errors: Vec<PlanError>,
    pub(super) warnings: Vec<PlanWarning>,
}

/// More kinds of warning than this say nothing new.
const MAX_WARNINGS: usize = 100;

impl Report {
    pub(super) fn error(
        &mut self,
        path: &Path<'_>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) {
        if !self.is_full() {
            self.errors.push(PlanError {
                path: path.to_string(),
                found: found.into(),
                expected: expected.into(),
            });
        }
    }

    /// Whether enough is wrong for nobody to read on.
    pub(super) fn is_full(&self) -> bool {
        self.errors.len() >= MAX_ERRORS
    }

    /// Counts another place that warrants this warning; the first one's path stands for all.
    pub(super) fn warn(&mut self, path: &Path<'_>, kind: PlanWarningKind) {
        if let Some(known) = self.warnings.iter_mut().find(|known| known.kind == kind) {
            known.count += 1;
        } else if self.warnings.len() < MAX_WARNINGS {
            self.warnings.push(PlanWarning {
                path: path.to_string(),
                count: 1,
                kind,
            });
        }
    }
}

/// An object of the JSON and where it stands. A field that is `null` counts as absent.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    map: &'a Map<String, Value>,
    pub(super) path: &'a Path<'a>,
}

impl<'a> Object<'a> {
    pub(super) fn read(value: &'a Value, path: &'a Path<'a>, report: &mut Report) -> Option<Self> {
        let Value::Object(map) = value else {
            report.error(path, describe(value), "an object");
            return None;
        };
        Some(Self { map, path })
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// The elements of a list; none if the field is absent.
    pub(super) fn list(&self, key: &str, report: &mut Report) -> &'a [Value] {
        match self.get(key) {
            None => &[],
            Some(Value::Array(list)) => list,
            Some(other) => {
                report.error(&self.path.key(key), describe(other), "a list");
                &[]
            }
        }
    }

    /// A text, or a number written as one; none if absent or empty.
    pub(super) fn text(
        &self,
        key: &str,
        max_bytes: usize,
        report: &mut Report,
    ) -> Option<Cow<'a, str>> {
        let text = match self.get(key)? {
            Value::String(text) => Cow::Borrowed(text.as_str()),
            Value::Number(number) => Cow::Owned(plain_number(number)),
            other => {
                report.error(
                    &self.path.key(key),
                    describe(other),
                    "a text or a whole number",
                );
                return None;
            }
        };
        if text.len() > max_bytes {
            let found = format!("a text of {} bytes", text.len());
            report.error(
                &self.path.key(key),
                found,
                format!("at most {max_bytes} bytes"),
            );
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    /// A coordinate or length in the plan's units.
    pub(super) fn number(&self, key: &str, report: &mut Report) -> Option<f64> {
        let value = self.get(key)?;
        let number = value.as_f64().filter(|n| n.abs() <= MAX_COORDINATE);
        if number.is_none() {
            let expected = format!("a number from -{MAX_COORDINATE} to {MAX_COORDINATE}");
            report.error(&self.path.key(key), describe(value), expected);
        }
        number
    }

    /// As [`Self::number`], but absence is an error too.
    pub(super) fn required_number(&self, key: &str, report: &mut Report) -> Option<f64> {
        if self.get(key).is_none() {
            report.error(&self.path.key(key), "nothing", "a number");
        }
        self.number(key, report)
    }

    /// A point `{x, y}` in the plan's units; the origin if the field is absent.
    pub(super) fn point(&self, key: &str, report: &mut Report) -> (f64, f64) {
        match self.get(key) {
            None => (0.0, 0.0),
            Some(value) => read_point(value, &self.path.key(key), report),
        }
    }
}

/// A point `{x, y}` in the plan's units; both are needed.
pub(super) fn read_point(value: &Value, path: &Path<'_>, report: &mut Report) -> (f64, f64) {
    let Some(point) = Object::read(value, path, report) else {
        return (0.0, 0.0);
    };
    let x = point.required_number("x", report);
    let y = point.required_number("y", report);
    (x.unwrap_or_default(), y.unwrap_or_default())
}

/// A value in words, short enough for an error.
pub(super) fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the text {:?}", shorten(text)),
        Value::Array(list) => format!("a list of {}", list.len()),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// The first forty characters of a text.
pub(super) fn shorten(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(40) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Row 12 is row 12, also when an editor wrote it as `12.0`.
pub(super) fn plain_number(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_it_would_be_typed() {
        let (root, zones) = (Path::Root, Path::Root.key("zones"));
        let zone = zones.index(0);
        let rows = zone.key("rows");
        let row = rows.index(3);
        assert_eq!(row.key("seats").to_string(), "zones[0].rows[3].seats");
        assert_eq!(root.to_string(), "");
    }

    #[test]
    fn whole_numbers_lose_their_point() {
        let text = |json: &str| plain_number(&serde_json::from_str(json).expect("a number"));
        assert_eq!(
            ["12", "12.0", "1.5", "-3"].map(text),
            ["12", "12", "1.5", "-3"]
        );
    }
}
