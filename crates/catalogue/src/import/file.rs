//! From a file's bytes to its events, each with its document and plan; no store is asked. Events are
//! read one by one, so that a large file never is in memory as JSON values whole.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use boxoffice_seating::SeatingPlan;
use rustc_hash::FxHashMap;
use serde_json::Value;
use serde_json::value::RawValue;

use super::outcome::ImportFailure;
use super::plan_source::read_plan;
use crate::document::Named;
use crate::fields::{Fields, join};
use crate::read_event::read_event;
use crate::report::{ImportErrors, Report, describe, quoted};
use crate::strict_json::{self, Unique};

/// The largest catalogue or plan file, in bytes.
pub(super) const MAX_FILE_BYTES: u64 = 256 << 20;

/// A catalogue file that has nothing wrong with it, as far as can be said without a store.
#[derive(Clone)]
pub struct Parsed {
    pub(super) report: Report,
    pub(super) events: Vec<ParsedEvent>,
}

/// Shows the events by id only: their plans would fill a screen.
impl std::fmt::Debug for Parsed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ids = self.events.iter().map(|event| event.named.id.as_str());
        f.debug_list().entries(ids).finish()
    }
}

/// One event of the file.
#[derive(Clone)]
pub(super) struct ParsedEvent {
    /// Its JSON path: `events[3]`.
    pub(super) path: String,
    /// The file that its plan came from, where that is one of its own.
    pub(super) plan_file: Option<Arc<str>>,
    pub(super) named: Named,
    pub(super) plan: SeatingPlan,
}

/// Reads a catalogue file from disk.
///
/// # Errors
/// [`ImportFailure::Unreadable`] or [`ImportFailure::Refused`].
pub fn read(path: &Path) -> Result<Parsed, ImportFailure> {
    let file = path.display().to_string();
    let unreadable = |source| ImportFailure::Unreadable { file, source };
    let bytes = read_at_most(path).map_err(unreadable)?;
    Ok(parse(path, &bytes)?)
}

/// Reads a catalogue file's bytes; `path` names it in errors, and plan files are relative to it.
///
/// # Errors
/// All that is wrong, each with its file and path.
pub fn parse(path: &Path, bytes: &[u8]) -> Result<Parsed, ImportErrors> {
    let mut report = Report::new(&path.display().to_string());
    let text = text_of(bytes, &mut report);
    let raw = text.and_then(|text| events_of(text, &mut report));
    let events = match text.zip(raw) {
        Some((text, raw)) => read_events(path, text, &raw, &mut report),
        None => Vec::new(),
    };
    report.check()?;
    Ok(Parsed { report, events })
}

/// A file's bytes, one more than is allowed at most.
pub(super) fn read_at_most(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut file = File::open(path)?.take(MAX_FILE_BYTES + 1);
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The bytes as text, without the byte order mark that some editors put first.
pub(super) fn text_of<'a>(bytes: &'a [u8], report: &mut Report) -> Option<&'a str> {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        report.error("", "a larger file", "at most 256 MiB");
        return None;
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let at = error.valid_up_to();
            let (line, column) = line_and_column(&bytes[..at]);
            let found = format!("the byte 0x{:02x}, which is not UTF-8", bytes[at]);
            report.error(format!("line {line} column {column}"), found, "UTF-8");
            None
        }
    }
}

/// Reports that a text is no JSON, with the line and column.
pub(super) fn not_json(error: &serde_json::Error, report: &mut Report) {
    let place = format!("line {} column {}", error.line(), error.column());
    report.error(place, said(error), "JSON");
}

/// What serde_json said, without the place.
fn said(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = message.rfind(" at line ").unwrap_or(message.len());
    format!("a mistake ({})", &message[..place])
}

/// The raw texts of the file's events.
fn events_of<'a>(text: &'a str, report: &mut Report) -> Option<Vec<&'a RawValue>> {
    let whole = serde_json::from_str::<&RawValue>(text);
    if let Err(error) = whole {
        not_json(&error, report);
        return None;
    }
    if !text.trim_start().starts_with('{') {
        report.error("", describe_raw(text), "an object with a list `events`");
        return None;
    }
    let fields = match serde_json::from_str::<Unique<&RawValue>>(text) {
        Ok(Unique(fields)) => fields,
        Err(error) => {
            not_json(&error, report);
            return None;
        }
    };
    for name in fields.keys().filter(|name| *name != "events") {
        report.warn(join("", name), "this field is unknown and ignored");
    }
    let Some(events) = fields.get("events") else {
        report.error("events", "nothing", "a list of events");
        return None;
    };
    let list = serde_json::from_str(events.get());
    if list.is_err() {
        report.error("events", describe_raw(events.get()), "a list of events");
    }
    list.ok()
}

fn describe_raw(text: &str) -> String {
    serde_json::from_str::<Value>(text).map_or("something else".to_owned(), |v| describe(&v))
}

fn read_events(
    file: &Path,
    text: &str,
    raw: &[&RawValue],
    report: &mut Report,
) -> Vec<ParsedEvent> {
    let mut events = Vec::with_capacity(raw.len());
    let mut places = FxHashMap::default();
    for (index, raw) in raw.iter().enumerate() {
        let path = format!("events[{index}]");
        let value = match strict_json::from_str(raw.get()) {
            Ok(value) => value,
            Err(error) => {
                let offset = raw.get().as_ptr() as usize - text.as_ptr() as usize;
                let place = place_within(&text[..offset], &error);
                report.error(path, format!("{} at {place}", said(&error)), "JSON");
                continue;
            }
        };
        let Some(event) = read_one(file, path.clone(), &value, report) else {
            continue;
        };
        if let Some(first) = places.insert(event.named.id.clone(), path.clone()) {
            let found = format!("{} again, as in {first}", quoted(event.named.id.as_str()));
            report.error(
                format!("{path}.id"),
                found,
                "an id of its own for each event",
            );
        }
        events.push(event);
    }
    events
}

fn read_one(file: &Path, path: String, value: &Value, report: &mut Report) -> Option<ParsedEvent> {
    let mut fields = Fields::open(value, path.clone(), report)?;
    let named = read_event(&mut fields, report);
    let source = read_plan(file, &mut fields, report);
    fields.finish(report);
    let (mut named, (plan, plan_file)) = (named?, source?);
    named.document.price_range = price_range(&named, &plan, &path, report);
    Some(ParsedEvent {
        path,
        plan_file,
        named,
        plan,
    })
}

/// The lowest and highest price that a seat has. Warns of prices without a category and of seats
/// without a price.
fn price_range(
    named: &Named,
    plan: &SeatingPlan,
    path: &str,
    report: &mut Report,
) -> Option<(u64, u64)> {
    let prices = &named.document.prices;
    let at = format!("{path}.prices");
    for name in prices.keys() {
        if plan.category_index(name).is_none() {
            report.warn(join(&at, name), "no category of the plan has this name");
        }
    }
    let mut seats = vec![0_u32; plan.categories().len()];
    for category in plan.seats().filter_map(|seat| seat.category) {
        seats[usize::from(category)] += 1;
    }
    let mut range: Option<(u64, u64)> = None;
    for (category, count) in plan.categories().iter().zip(seats) {
        match prices.get(&category.name) {
            _ if count == 0 => {}
            Some(&price) => {
                let (low, high) = range.unwrap_or((price, price));
                range = Some((low.min(price), high.max(price)));
            }
            None => {
                let message = format!(
                    "category {} has no price: its {count} seats cannot be sold",
                    quoted(&category.name)
                );
                report.warn(at.clone(), message);
            }
        }
    }
    range
}

/// The place in the whole text of an error in the part behind `before`.
fn place_within(before: &str, error: &serde_json::Error) -> String {
    let (line, column) = line_and_column(before.as_bytes());
    let column = match error.line() {
        1 => column - 1 + error.column(),
        _ => error.column(),
    };
    format!("line {} column {column}", line - 1 + error.line())
}

/// Where the byte behind `before` stands, both counted from 1.
fn line_and_column(before: &[u8]) -> (usize, usize) {
    let lines = before.iter().filter(|&&byte| byte == b'\n').count();
    let line_start = before.iter().rposition(|&byte| byte == b'\n');
    (
        lines + 1,
        before.len() - line_start.map_or(0, |at| at + 1) + 1,
    )
}
