//! Typed reading of a JSON object with the path in every error. Knows nothing of events. A field that
//! is `null` counts as absent.

use serde_json::{Map, Value};

use crate::report::{Report, describe};

/// An object of the file, and which of its fields were asked for.
pub(crate) struct Fields<'a> {
    path: String,
    map: &'a Map<String, Value>,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// The object at `path`; anything else there is an error.
    pub(crate) fn open(value: &'a Value, path: String, report: &mut Report) -> Option<Self> {
        let Value::Object(map) = value else {
            report.error(path, describe(value), "an object");
            return None;
        };
        Some(Fields {
            path,
            map,
            known: Vec::new(),
        })
    }

    /// The path of one of its fields.
    pub(crate) fn at(&self, name: &str) -> String {
        join(&self.path, name)
    }

    /// The field as it is.
    pub(crate) fn value(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.push(name);
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// The field as `parse` reads it; an error where it is there but does not read.
    pub(crate) fn optional<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        report: &mut Report,
        parse: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(name)?;
        let parsed = parse(value);
        if parsed.is_none() {
            report.error(self.at(name), describe(value), expected);
        }
        parsed
    }

    /// The same for a field that must be there.
    pub(crate) fn required<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        report: &mut Report,
        parse: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        if self.value(name).is_none() {
            report.error(self.at(name), "nothing", expected);
            return None;
        }
        self.optional(name, expected, report, parse)
    }

    /// The object in a field.
    pub(crate) fn object(&mut self, name: &'static str, report: &mut Report) -> Option<Fields<'a>> {
        let value = self.value(name)?;
        Fields::open(value, self.at(name), report)
    }

    /// The elements of a list with their paths; none when it is absent.
    pub(crate) fn list(
        &mut self,
        name: &'static str,
        report: &mut Report,
    ) -> Vec<(String, &'a Value)> {
        let list = self.optional(name, "a list", report, Value::as_array);
        let list = list.map_or(&[][..], Vec::as_slice).iter().enumerate();
        list.map(|(index, value)| (format!("{}[{index}]", self.at(name)), value))
            .collect()
    }

    /// Its fields that nobody asked for are ignored, with a warning each.
    pub(crate) fn finish(self, report: &mut Report) {
        for name in self.map.keys() {
            if !self.known.contains(&name.as_str()) {
                report.warn(self.at(name), "this field is unknown and ignored");
            }
        }
    }
}

/// A text.
pub(crate) fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// A text that says something.
pub(crate) fn name(value: &Value) -> Option<String> {
    text(value).filter(|text| !text.trim().is_empty())
}

/// `parent.name`, or `parent["name"]` where a dot would not do.
pub(crate) fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() {
        return name.to_owned();
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if !name.is_empty() && name.bytes().all(plain) {
        format!("{parent}.{name}")
    } else {
        format!("{parent}[{}]", Value::from(name))
    }
}
