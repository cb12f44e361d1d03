//! What is wrong or doubtful in a catalogue file, in words for whoever wrote it: the file, the JSON
//! path, what stands there and what should. Nothing is judged here.

use std::fmt;
use std::sync::Arc;

use boxoffice_seating::{PlanError, PlanWarning};
use serde_json::Value;

/// The most errors that one import reports.
pub const MAX_ERRORS: usize = 20;

/// The most warnings that one import reports.
pub const MAX_WARNINGS: usize = 100;

/// One thing that is wrong with a catalogue file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {}found {found}, expected {expected}", with_colon(path))]
pub struct ImportError {
    /// The file: the catalogue's, or that of a plan it names.
    pub file: Arc<str>,
    /// The JSON path in that file, like `events[3].plan.zones[0].rows[1].seats[2].seat_guid`; where
    /// the text is no JSON, the line and the column; empty for the file as a whole.
    pub path: String,
    /// What stands there.
    pub found: String,
    /// What should stand there.
    pub expected: String,
}

/// All that is wrong with a catalogue file. Nothing of it was imported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportErrors {
    /// The first [`MAX_ERRORS`], never empty.
    pub errors: Vec<ImportError>,
    /// How many more there are.
    pub left_out: usize,
}

/// Something that is allowed but that whoever wrote the file should know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportWarning {
    /// The file: the catalogue's, or that of a plan it names.
    pub file: Arc<str>,
    /// The JSON path in that file.
    pub path: String,
    /// What it is.
    pub message: String,
}

impl fmt::Display for ImportErrors {
    /// One error a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.errors.iter().enumerate() {
            let line_end = if at == 0 { "" } else { "\n" };
            write!(f, "{line_end}{error}")?;
        }
        match self.left_out {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl std::error::Error for ImportErrors {}

impl fmt::Display for ImportWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, path) = (&self.file, with_colon(&self.path));
        write!(f, "{file}: {path}{}", self.message)
    }
}

fn with_colon(path: &str) -> String {
    if path.is_empty() {
        return String::new();
    }
    format!("{path}: ")
}

/// What has been found in one catalogue file so far.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) file: Arc<str>,
    pub(crate) errors: ImportErrors,
    pub(crate) warnings: Vec<ImportWarning>,
    /// How many more there are.
    pub(crate) warnings_left_out: usize,
}

impl Report {
    pub(crate) fn new(file: &str) -> Self {
        Report {
            file: file.into(),
            errors: ImportErrors::default(),
            warnings: Vec::new(),
            warnings_left_out: 0,
        }
    }

    pub(crate) fn error(
        &mut self,
        path: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) {
        let error = ImportError {
            file: self.file.clone(),
            path: path.into(),
            found: found.into(),
            expected: expected.into(),
        };
        self.push(error);
    }

    /// Something is wrong in a plan, which stands in `file`, or else at `path` of this one.
    pub(crate) fn plan_error(&mut self, file: Option<&Arc<str>>, path: &str, error: PlanError) {
        let event = path.strip_suffix(".plan").unwrap_or(path);
        let (file, path) = match (file, error.is_in_areas()) {
            (_, true) => (&self.file, format!("{event}.{}", error.path)),
            (Some(file), false) => (file, error.path),
            (None, false) if error.path.is_empty() => (&self.file, path.to_owned()),
            (None, false) => (&self.file, format!("{path}.{}", error.path)),
        };
        let (found, expected) = (error.found, error.expected);
        self.push(ImportError {
            file: file.clone(),
            path,
            found,
            expected,
        });
    }

    pub(crate) fn warn(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.push_warning(ImportWarning {
            file: self.file.clone(),
            path: path.into(),
            message: message.into(),
        });
    }

    pub(crate) fn plan_warning(
        &mut self,
        file: Option<&Arc<str>>,
        path: &str,
        warning: &PlanWarning,
    ) {
        let event = path.strip_suffix(".plan").unwrap_or(path);
        let message = warning.to_string();
        let said = message.strip_prefix(&warning.path).unwrap_or(&message);
        let said = said.trim_start_matches(": ").to_owned();
        let (file, path) = if warning.path.starts_with("areas[") {
            (&self.file, format!("{event}.{}", warning.path))
        } else if let Some(file) = file {
            (file, warning.path.clone())
        } else {
            (&self.file, format!("{path}.{}", warning.path))
        };
        let file = file.clone();
        self.push_warning(ImportWarning {
            file,
            path,
            message: said,
        });
    }

    /// Reports what `read` finds as of another file.
    pub(crate) fn within<T>(&mut self, file: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.file, file.into());
        let value = read(self);
        self.file = outer;
        value
    }

    /// The errors, if there are any.
    pub(crate) fn check(&self) -> Result<(), ImportErrors> {
        if self.errors.errors.is_empty() {
            Ok(())
        } else {
            Err(self.errors.clone())
        }
    }

    fn push_warning(&mut self, warning: ImportWarning) {
        if self.warnings.len() < MAX_WARNINGS {
            self.warnings.push(warning);
        } else {
            self.warnings_left_out += 1;
        }
    }

    fn push(&mut self, error: ImportError) {
        if self.errors.errors.len() < MAX_ERRORS {
            self.errors.errors.push(error);
        } else {
            self.errors.left_out += 1;
        }
    }
}

/// What stands somewhere, short enough for a line.
pub(crate) fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(list) => format!("a list of {}", list.len()),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// A text in quotes, its end cut off where it is long.
pub(crate) fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}…", &text[..end]),
    }
}
