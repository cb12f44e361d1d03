//! Compares a file with what the store has and makes ready all that would be written: numbers, plans,
//! rows and entries. Nothing is written here, and what takes time happens here, before the writer is
//! asked for.

use boxoffice_inventory::{Facts, Inventory};
use boxoffice_model::{Digest, EventId, EventNumber, KEY_BYTES, Key, Timestamp};
use boxoffice_seating::{PlanHash, SeatingPlan};
use boxoffice_store::{Append, EventRecord, Store, load_inventory};
use rand::Rng;
use rustc_hash::FxHashMap;

use super::file::{Parsed, ParsedEvent};
use super::limits::{refuse_currency, refuse_unannounced, was_ever_held};
use super::numbers::Numbers;
use super::outcome::{Announce, ImportFailure, ImportReport};
use super::revision::revise;
use crate::document::EventDocument;
use crate::report::Report;

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
    pub(super) facts: Facts,
    /// The inventory at the version that `append` follows, should the ledger move on meanwhile.
    pub(super) base: Inventory,
    /// No entries where only texts have changed.
    pub(super) append: Append,
}

/// Makes a file ready to be written; [`ImportFailure::Raced`] where another import came in between.
pub(super) async fn prepare(
    store: &dyn Store,
    rng: &mut (dyn Rng + Send),
    parsed: &Parsed,
    announce: Announce,
) -> Result<Prepared, ImportFailure> {
    let catalogue = store.catalogue(0).await?.events.into_iter();
    let mut known: FxHashMap<EventId, EventRecord> = catalogue
        .map(|record| (record.id.clone(), record))
        .collect();
    let mut numbers = Numbers::default();
    let mut prepared = Prepared {
        plans: FxHashMap::default(),
        steps: Vec::new(),
        outcome: ImportReport {
            warnings: parsed.report.warnings.clone(),
            warnings_left_out: parsed.report.warnings_left_out,
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
        let old = record.clone();
        record.document = after.to_json();
        record.plan = self.keep_plan(&plan);
        if record == old {
            // Stored it is; another event of the file may refer to it all the same.
            self.plans.remove(&old.plan);
            self.outcome.unchanged.push(id);
            return Ok(());
        }
        let base = load_inventory(store, record.number).await?;
        // The plan was revised from one that this inventory may no longer have.
        if store.event(record.number).await?.as_ref() != Some(&old) {
            return Err(ImportFailure::Raced { attempts: 1 });
        }
        if before.currency != after.currency && was_ever_held(store, record.number).await? {
            refuse_currency(&event.path, &before, &after, &mut self.report);
        }
        let facts = after.facts(&plan, record.plan);
        let revised = Revised {
            append: revise(&mut base.clone(), &facts, store.now(), self.nonce)?,
            before,
            after,
            facts,
            base,
        };
        if let Some(head) = store.head(record.number).await? {
            let change = (&revised.before, &revised.after);
            let booked = head.counts.booked;
            refuse_unannounced(&event.path, change, booked, announce, &mut self.report);
        }
        self.outcome.changed.push(id);
        self.steps.push(Step {
            path: event.path.clone(),
            record,
            kind: Kind::Revised(Box::new(revised)),
        });
        Ok(())
    }

    fn keep_plan(&mut self, plan: &SeatingPlan) -> Digest {
        let bytes = plan.encode();
        let hash = PlanHash::of(&bytes).0;
        self.plans.insert(hash, bytes);
        hash
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
