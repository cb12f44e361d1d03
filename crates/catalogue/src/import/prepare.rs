//! Compares a file with what the store has and makes ready all that would be written: numbers, plans,
//! rows and entries. Nothing is written here, and what takes time happens here, before the writer is
//! asked for.

use boxoffice_inventory::{Change, Entry, Facts, Inventory};
use boxoffice_model::{Digest, EventId, EventNumber, EventNumberError, KEY_BYTES, Key, Timestamp};
use boxoffice_seating::{PlanHash, SeatingPlan};
use boxoffice_store::{Append, EventRecord, Store, load_inventory};
use jiff::tz::TimeZone;
use rand::Rng;
use rustc_hash::FxHashMap;

use super::file::{Parsed, ParsedEvent};
use super::outcome::{Announce, ImportFailure, ImportReport};
use super::revision::revise;
use crate::document::EventDocument;
use crate::report::Report;

/// Entries looked at in one reading transaction.
const PAGE: usize = 20_000;

/// A file, ready to be written.
pub(super) struct Prepared {
    /// Plans that the rows refer to, by hash.
    pub(super) plans: FxHashMap<Digest, Vec<u8>>,
    pub(super) steps: Vec<Step>,
    pub(super) outcome: ImportReport,
    /// Where what is found wrong later is reported.
    pub(super) report: Report,
    /// Of every entry that is appended.
    pub(super) nonce: u64,
}

/// One event, ready to be written.
pub(super) struct Step {
    /// Its JSON path in the file.
    pub(super) path: String,
    pub(super) record: EventRecord,
    pub(super) kind: Kind,
}

/// What is to be done for an event.
pub(super) enum Kind {
    /// Publish it, with the first entry of its ledger.
    New { append: Append },
    /// Say something else of it.
    Revised(Box<Revised>),
}

/// What is different of an event that was there.
pub(super) struct Revised {
    pub(super) before: EventDocument,
    pub(super) after: EventDocument,
    /// None where only texts have changed.
    pub(super) facts: Option<Revision>,
}

/// New facts for a ledger.
pub(super) struct Revision {
    pub(super) facts: Facts,
    /// The inventory at the version that `append` follows; moved on if the ledger has moved on.
    pub(super) base: Inventory,
    pub(super) append: Append,
}

/// Makes a file ready to be written.
pub(super) async fn prepare(
    store: &dyn Store,
    rng: &mut (dyn Rng + Send),
    parsed: &Parsed,
    announce: Announce,
) -> Result<Prepared, ImportFailure> {
    let catalogue = store.catalogue(0).await?.events.into_iter();
    let mut known: FxHashMap<EventId, EventRecord> =
        catalogue.map(|record| (record.id.clone(), record)).collect();
    let mut numbers = Numbers::default();
    let mut prepared = Prepared {
        plans: FxHashMap::default(),
        steps: Vec::new(),
        outcome: ImportReport {
            warnings: parsed.report.warnings.clone(),
            ..ImportReport::default()
        },
        report: parsed.report.clone(),
        nonce: rng.next_u64(),
    };
    for event in &parsed.events {
        match known.remove(&event.named.id) {
            None => {
                let number = numbers.next(store, event.named.document.date).await?;
                let mut key = [0; KEY_BYTES];
                rng.fill_bytes(&mut key);
                prepared.add_new(event, number, Key::new(key), store.now())?;
            }
            Some(record) => prepared.add_known(store, event, record, announce).await?,
        }
    }
    prepared.report.check()?;
    Ok(prepared)
}

impl Prepared {
    fn add_new(
        &mut self,
        event: &ParsedEvent,
        number: EventNumber,
        owner_key: Key,
        now: Timestamp,
    ) -> Result<(), ImportFailure> {
        let plan = self.keep_plan(&event.plan);
        let mut inventory = Inventory::new(number);
        let facts = event.named.document.facts(&event.plan, plan);
        let append = revise(&mut inventory, &facts, now, self.nonce)?;
        let record = EventRecord {
            number,
            id: event.named.id.clone(),
            plan,
            document: event.named.document.to_json(),
            owner_key,
        };
        self.outcome.new.push(record.id.clone());
        self.steps.push(Step {
            path: event.path.clone(),
            record,
            kind: Kind::New { append },
        });
        Ok(())
    }

    async fn add_known(
        &mut self,
        store: &dyn Store,
        event: &ParsedEvent,
        mut record: EventRecord,
        announce: Announce,
    ) -> Result<(), ImportFailure> {
        let before = EventDocument::from_json(&record.document)
            .map_err(|source| unintelligible("document", &record.id, source))?;
        let old_plan = stored_plan(store, &record).await?;
        let plan = match old_plan.revise(event.plan.clone()) {
            Ok(plan) => plan,
            Err(errors) => {
                let (file, at) = (event.plan_file.as_ref(), format!("{}.plan", event.path));
                for error in errors {
                    self.report.plan_error(file, &at, error);
                }
                return Ok(());
            }
        };
        let (id, after) = (record.id.clone(), event.named.document.clone());
        let (old_document, old_hash) = (record.document, record.plan);
        record.document = after.to_json();
        record.plan = self.keep_plan(&plan);
        if (&record.document, record.plan) == (&old_document, old_hash) {
            self.plans.remove(&old_hash);
            self.outcome.unchanged.push(id);
            return Ok(());
        }
        let revised = Revised {
            facts: self.revision(store, event, &before, &record, &plan).await?,
            before,
            after,
        };
        if let Some(head) = store.head(record.number).await? {
            revised.refuse_unannounced(&event.path, head.counts.booked, announce, &mut self.report);
        }
        self.outcome.changed.push(id);
        self.steps.push(Step {
            path: event.path.clone(),
            record,
            kind: Kind::Revised(Box::new(revised)),
        });
        Ok(())
    }

    /// The entry that the new facts need, if they are new; checks that the currency may change.
    async fn revision(
        &mut self,
        store: &dyn Store,
        event: &ParsedEvent,
        before: &EventDocument,
        record: &EventRecord,
        plan: &SeatingPlan,
    ) -> Result<Option<Revision>, ImportFailure> {
        let base = load_inventory(store, record.number).await?;
        let after = &event.named.document;
        if before.currency != after.currency && was_ever_held(store, record.number).await? {
            refuse_currency(&event.path, before, after, &mut self.report);
        }
        let facts = after.facts(plan, record.plan);
        let mut moved = base.clone();
        let append = revise(&mut moved, &facts, store.now(), self.nonce)?;
        Ok((!append.entries.is_empty()).then_some(Revision {
            facts,
            base,
            append,
        }))
    }

    fn keep_plan(&mut self, plan: &SeatingPlan) -> Digest {
        let bytes = plan.encode();
        let hash = PlanHash::of(&bytes).0;
        self.plans.insert(hash, bytes);
        hash
    }
}

impl Revised {
    /// Once there are bookings, a new date, venue or status needs a word on who is told.
    pub(super) fn refuse_unannounced(
        &self,
        path: &str,
        booked: u32,
        announce: Announce,
        report: &mut Report,
    ) {
        if booked == 0 || announce != Announce::Undecided {
            return;
        }
        let (before, after) = (&self.before, &self.after);
        let mut refuse = |changed: bool, field: &str, found: String, was: String| {
            if changed {
                let expected = format!(
                    "{was} as before, since {booked} seats are booked, or --notify or --silent"
                );
                report.error(format!("{path}.{field}"), found, expected);
            }
        };
        let (was, is) = (before.date.to_string(), after.date.to_string());
        refuse(before.date != after.date, "date", is, was);
        let (was, is) = (format!("{:?}", before.status), format!("{:?}", after.status));
        let lower = str::to_lowercase;
        refuse(before.status != after.status, "status", lower(&is), lower(&was));
        let place = |document: &EventDocument| {
            let venue = &document.venue;
            format!("{:?} in {:?}", venue.name, venue.city)
        };
        let changed = before.venue != after.venue;
        let found = match place(after) {
            same if same == place(before) => format!("{same} with other details"),
            other => other,
        };
        refuse(changed, "venue", found, place(before));
    }
}

/// A hold's price is in the currency that it was made in, so that one stays.
pub(super) fn refuse_currency(
    path: &str,
    before: &EventDocument,
    after: &EventDocument,
    report: &mut Report,
) {
    let code = |document: &EventDocument| {
        let currency = document.currency;
        currency.map_or("none".to_owned(), |currency| currency.to_string())
    };
    let expected = format!("{} as before, since seats have been held in it", code(before));
    report.error(format!("{path}.currency"), code(after), expected);
}

/// Whether any entry of the ledger ever took a seat. Looks at the whole ledger: what ended long ago
/// is no longer in the inventory.
async fn was_ever_held(store: &dyn Store, event: EventNumber) -> Result<bool, ImportFailure> {
    let mut after = 0;
    loop {
        let page = store.tail(event, after, PAGE).await?;
        let held = |bytes: &[u8]| {
            Entry::decode(bytes).is_ok_and(|entry| matches!(entry.change, Change::Held(_)))
        };
        if page.iter().any(|stored| held(&stored.bytes)) {
            return Ok(true);
        }
        match page.last() {
            Some(last) if page.len() == PAGE => after = last.version,
            _ => return Ok(false),
        }
    }
}

async fn stored_plan(
    store: &dyn Store,
    record: &EventRecord,
) -> Result<SeatingPlan, ImportFailure> {
    let missing = "no such plan";
    let bytes = store.plan(&record.plan).await?;
    let bytes = bytes.ok_or_else(|| unintelligible("plan", &record.id, missing))?;
    SeatingPlan::decode(&bytes).map_err(|source| unintelligible("plan", &record.id, source))
}

fn unintelligible(
    what: &'static str,
    event: &EventId,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> ImportFailure {
    ImportFailure::Unintelligible {
        what,
        event: event.clone(),
        source: source.into(),
    }
}

/// Numbers for the new events of one file, each month's in the order of the file.
#[derive(Default)]
struct Numbers {
    next: FxHashMap<(u16, u8), (EventNumber, u32)>,
}

impl Numbers {
    async fn next(
        &mut self,
        store: &dyn Store,
        date: Timestamp,
    ) -> Result<EventNumber, ImportFailure> {
        let day = date.to_jiff().to_zoned(TimeZone::UTC).date();
        let bad = |_| EventNumberError(0);
        let year = u16::try_from(day.year()).map_err(bad)?;
        let month = u8::try_from(day.month()).map_err(bad)?;
        let (first, used) = match self.next.get(&(year, month)) {
            Some(&known) => known,
            None => (store.next_number(year, month).await?, 0),
        };
        self.next.insert((year, month), (first, used + 1));
        let (begin, _) = EventNumber::month_range(year, month);
        let sequence = u32::try_from(first.get() - begin).unwrap_or(u32::MAX);
        Ok(EventNumber::new(year, month, sequence.saturating_add(used))?)
    }
}
