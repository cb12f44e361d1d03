//! Where an event's seats come from: a plan in the file, a plan in a file of its own, areas, or a
//! plan and areas. How a plan is read is seating's.

use std::path::Path;
use std::sync::Arc;

use boxoffice_seating::SeatingPlan;
use serde_json::Value;

use super::file::{not_json, read_at_most, text_of};
use crate::fields::{Fields, text};
use crate::read_event::read_areas;
use crate::report::Report;
use crate::strict_json;

/// The event's plan, and the file it came from if that is one of its own; none when anything is wrong,
/// which then is in the report.
pub(super) fn read_plan(
    catalogue: &Path,
    fields: &mut Fields<'_>,
    report: &mut Report,
) -> Option<(SeatingPlan, Option<Arc<str>>)> {
    let areas = read_areas(fields, report);
    let inline = fields.value("plan");
    let named = fields.optional("plan_file", "a path as a text", report, text);
    let has_file = fields.value("plan_file").is_some();
    let at = fields.at("plan");
    if inline.is_some() && has_file {
        report.error(
            fields.at("plan_file"),
            "a plan beside it",
            "one of plan and plan_file",
        );
        return None;
    }
    if inline.is_none() && !has_file && areas.is_empty() {
        report.error(at, "nothing", "a seating plan here, a plan_file, or areas");
        return None;
    }
    let (file, loaded) = match named {
        None if has_file => return None,
        None => (None, None),
        Some(name) => {
            let path = catalogue.parent().unwrap_or(Path::new("")).join(&name);
            let value = load(&path, &fields.at("plan_file"), report)?;
            (Some(Arc::from(path.display().to_string())), Some(value))
        }
    };
    match SeatingPlan::from_pretix(inline.or(loaded.as_ref()), &areas) {
        Ok((plan, warnings)) => {
            for warning in &warnings {
                report.plan_warning(file.as_ref(), &at, warning);
            }
            Some((plan, file))
        }
        Err(errors) => {
            for error in errors {
                report.plan_error(file.as_ref(), &at, error);
            }
            None
        }
    }
}

/// The JSON of a plan's own file. That it cannot be read is an error at `named_at`; what is wrong
/// inside is one of that file.
fn load(path: &Path, named_at: &str, report: &mut Report) -> Option<Value> {
    let bytes = match read_at_most(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let found = format!("{}, which cannot be read ({error})", path.display());
            report.error(named_at, found, "a file with a seating plan");
            return None;
        }
    };
    report.within(&path.display().to_string(), |report| {
        let text = text_of(&bytes, report)?;
        strict_json::from_str(text)
            .map_err(|error| not_json(&error, report))
            .ok()
    })
}
