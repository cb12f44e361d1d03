//! What an import appends to one event's ledger, decided by the inventory's own rules. Pure: no store
//! and no clock.

use boxoffice_inventory::{
    Command, Entry, Facts, FoldError, Inventory, Moment, SaleStatus, StoredEntry, decide,
};
use boxoffice_model::{Key, Timestamp};
use boxoffice_store::{Append, EventHead, side_row};

/// Moves `inventory` on to `facts`, whose layout is whole, and says what must be appended for it:
/// nothing where the facts are in force already.
///
/// # Errors
/// When the facts cannot follow: the plan was not revised from the one that the ledger knows.
pub(super) fn revise(
    inventory: &mut Inventory,
    facts: &Facts,
    now: Timestamp,
    nonce: u64,
) -> Result<Append, FoldError> {
    let after = inventory.version();
    let at = now.max(inventory.last_at());
    let mut entries: Vec<(StoredEntry, Entry)> = Vec::new();
    let mut side_rows = Vec::new();
    for command in commands(inventory, facts) {
        // Nothing that an import does has an address, so nothing is sealed with this key.
        let key = Key::new([0; 32]);
        let moment = Moment {
            now: at,
            nonce,
            key: &key,
        };
        for change in decide(inventory, &command, &moment).changes {
            let entry = Entry { at, nonce, change };
            let stored = inventory.append(&entry)?;
            side_rows.extend(side_row(inventory, &stored, &entry, None));
            entries.push((stored, entry));
        }
    }
    Ok(Append {
        after,
        entries,
        side_rows,
        head: head_of(inventory),
    })
}

/// A cancellation is told as such, and before the facts that only repeat it.
fn commands(inventory: &Inventory, facts: &Facts) -> Vec<Command> {
    let mut facts = facts.clone();
    let Some(before) = inventory.facts() else {
        return vec![Command::Revise(Box::new(facts))];
    };
    if facts.layout.as_ref() == Some(inventory.layout()) {
        facts.layout = None;
    }
    if *before == facts {
        return Vec::new();
    }
    let cancelled = |facts: &Facts| facts.status == SaleStatus::Cancelled;
    let mut commands = Vec::new();
    if cancelled(&facts) && !cancelled(before) {
        commands.push(Command::CancelEvent);
    }
    commands.push(Command::Revise(Box::new(facts)));
    commands
}

fn head_of(inventory: &Inventory) -> EventHead {
    EventHead {
        event: inventory.event(),
        version: inventory.version(),
        head: inventory.head(),
        counts: inventory.counts(),
        next_due: inventory.next_due(),
    }
}
