//! Says of what has run out that it has, so that watchers see it. Any node may; `decide` makes it
//! harmless.

use boxoffice_inventory::{Command, Outcome};

use crate::error::SequencerError;
use crate::sequencer::Sequencer;

/// Events looked at in one go, and reservations of one event in one command: a bound on how long a
/// crowd of expiries keeps buyers waiting.
const MOST_EVENTS: usize = 64;
const MOST_RESERVATIONS: usize = 256;

/// Sweeps what is due by the store's clock. Gives back how many reservations had run out.
///
/// # Errors
/// The first [`SequencerError`]; what was swept before stays swept.
pub async fn sweep(sequencer: &Sequencer) -> Result<usize, SequencerError> {
    let store = sequencer.store();
    let due = store.due(store.now(), MOST_EVENTS).await;
    let mut swept = 0;
    for event in due.map_err(|_| SequencerError::StoreUnavailable)? {
        loop {
            let command = Command::Sweep {
                at_most: MOST_RESERVATIONS,
            };
            match sequencer.submit(event, command).await {
                Ok(decided) => match decided.outcome {
                    Outcome::Swept { count, more } => {
                        swept += count;
                        if !more {
                            break;
                        }
                    }
                    _ => break,
                },
                // One damaged ledger must not keep the others from being swept.
                Err(SequencerError::Damaged(_) | SequencerError::UnknownEvent) => break,
                Err(error) => return Err(error),
            }
        }
    }
    Ok(swept)
}
