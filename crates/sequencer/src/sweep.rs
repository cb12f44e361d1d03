//! Says of what has run out that it has, so that watchers see it. Any node may; `decide` makes it
//! harmless.

use boxoffice_inventory::{Command, Outcome};
use boxoffice_model::EventNumber;
use futures::future::join_all;

use crate::error::SequencerError;
use crate::sequencer::Sequencer;

/// Events looked at in one go, and reservations of one event in one command: a bound on how long a
/// crowd of expiries keeps buyers waiting.
const MOST_EVENTS: usize = 64;
const MOST_RESERVATIONS: usize = 256;

/// Sweeps what is due by the store's clock. Gives back how many reservations had run out.
///
/// # Errors
/// The first [`SequencerError`]; the other events are swept nevertheless.
pub async fn sweep(sequencer: &Sequencer) -> Result<usize, SequencerError> {
    let store = sequencer.store();
    let due = store.due(store.now(), MOST_EVENTS).await;
    let due = due.map_err(|_| SequencerError::StoreUnavailable)?;
    // At once: an event that cannot be written now must not keep the others waiting.
    let swept = join_all(due.into_iter().map(|event| sweep_event(sequencer, event))).await;
    swept.into_iter().sum()
}

async fn sweep_event(sequencer: &Sequencer, event: EventNumber) -> Result<usize, SequencerError> {
    let mut swept = 0;
    loop {
        let command = Command::Sweep {
            at_most: MOST_RESERVATIONS,
        };
        match sequencer.submit(event, command).await {
            Ok(decided) => match decided.outcome {
                Outcome::Swept { count, more } => {
                    swept += count;
                    if !more {
                        return Ok(swept);
                    }
                }
                _ => return Ok(swept),
            },
            // The operator is told of a damaged ledger elsewhere.
            Err(SequencerError::Damaged(_) | SequencerError::UnknownEvent) => return Ok(swept),
            Err(error) => return Err(error),
        }
    }
}
