//! What a command needs that changes a store beside the servers which serve it: a sequencer of its own,
//! and the catalogue. Nobody is served here, and nobody paid.

use std::sync::Arc;

use boxoffice_catalogue::Catalogue;
use boxoffice_sequencer::{Options, Sequencer};
use boxoffice_store::Store;

use crate::clock::draw_number;
use crate::failure::Failure;
use crate::store::{Purpose, StoreUrl};

/// So many commands may wait: a command sends no more at one time.
const LANE_CAPACITY: usize = 4_096;
const MOST_INVENTORIES: usize = 8;

/// A store with everything that a command needs to change it.
pub(crate) struct Office {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) sequencer: Sequencer,
    pub(crate) catalogue: Catalogue,
}

impl Office {
    /// Opens a store that is there.
    pub(crate) async fn open(url: &str) -> Result<Self, Failure> {
        let opened = StoreUrl::parse(url)?.open(Purpose::Audit).await?;
        let store = opened.store;
        let keys = store
            .keys()
            .await
            .map_err(|error| Failure::of("cannot read the keys", &error))?;
        let catalogue = Catalogue::load(store.as_ref()).await;
        let catalogue =
            catalogue.map_err(|error| Failure::of("cannot load the catalogue", &error))?;
        let options = Options {
            lane_capacity: LANE_CAPACITY,
            // Snapshots are the servers' business.
            snapshot_every: u64::MAX,
            most_inventories: MOST_INVENTORIES,
            key: keys.server,
            nonce: Box::new(draw_number),
            patience: None,
            listeners: Vec::new(),
        };
        let sequencer = Sequencer::start(Arc::clone(&store), options)
            .map_err(|error| Failure::of("cannot start the lane", &error))?;
        Ok(Office {
            store,
            sequencer,
            catalogue,
        })
    }
}
