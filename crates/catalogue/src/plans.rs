//! Decoded seating plans by their hash, loaded once however many ask at the same time, and forgotten
//! when others need the room. What a plan is, is seating's.

use std::io::Write;
use std::sync::{Arc, OnceLock};

use boxoffice_model::Digest;
use boxoffice_seating::{PlanDecodeError, PlanHash, SeatingPlan};
use boxoffice_store::{Store, StoreError};
use brotli::enc::BrotliEncoderParams;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use tokio::sync::OnceCell;

/// How much memory the plans of one process may take, in bytes.
pub const DEFAULT_PLAN_BYTES: usize = 64 << 20;

/// A plan that is ready for use.
#[derive(Debug)]
pub struct LoadedPlan {
    /// Its content hash.
    pub hash: PlanHash,
    /// The plan.
    pub plan: Arc<SeatingPlan>,
    drawing: OnceLock<Drawing>,
}

/// A plan as browsers draw it: the JSON that seating's `drawing_json` describes.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// As it is.
    pub json: Bytes,
    /// The same under gzip.
    pub gzip: Bytes,
    /// The same under brotli.
    pub brotli: Bytes,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanLoadError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store has no such plan, although an event refers to it: run the audit.
    #[error("the store has no plan {0}")]
    Missing(PlanHash),
    /// The stored bytes do not read: run the audit.
    #[error("the stored plan {hash} cannot be read")]
    Damaged {
        /// Which.
        hash: PlanHash,
        /// Why.
        #[source]
        source: PlanDecodeError,
    },
}

impl LoadedPlan {
    fn read(hash: PlanHash, stored: &[u8]) -> Result<Self, PlanLoadError> {
        let damaged = |source| PlanLoadError::Damaged { hash, source };
        Ok(LoadedPlan {
            hash,
            plan: Arc::new(SeatingPlan::decode(stored).map_err(damaged)?),
            drawing: OnceLock::new(),
        })
    }

    /// The plan's drawing, made when it is first asked for.
    pub fn drawing(&self) -> &Drawing {
        self.drawing.get_or_init(|| {
            let json = self.plan.drawing_json();
            let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
            gzip.write_all(&json).expect("a vector takes all bytes");
            let mut brotli = Vec::new();
            let quality = BrotliEncoderParams {
                quality: 7,
                ..BrotliEncoderParams::default()
            };
            brotli::BrotliCompress(&mut &*json, &mut brotli, &quality)
                .expect("a vector takes all bytes");
            Drawing {
                brotli: brotli.into(),
                gzip: gzip.finish().expect("a vector takes all bytes").into(),
                json: json.into(),
            }
        })
    }

    /// About how many bytes it takes.
    fn bytes(&self) -> usize {
        let drawing = self.drawing.get();
        let drawn = drawing.map_or(0, |drawing| {
            drawing.json.len() + drawing.gzip.len() + drawing.brotli.len()
        });
        self.plan.heap_bytes() + drawn
    }
}

/// Keeps the plans that were used last.
pub struct Plans {
    most_bytes: usize,
    slots: Mutex<Slots>,
}

#[derive(Default)]
struct Slots {
    /// Rises with each use.
    clock: u64,
    by_hash: FxHashMap<Digest, Slot>,
}

struct Slot {
    used: u64,
    /// Filled by the first who asks; the others wait for it.
    plan: Arc<OnceCell<Arc<LoadedPlan>>>,
}

impl Plans {
    /// A cache of plans that take `most_bytes` together; one plan is kept however large it is. The
    /// bound is kept whenever a plan comes in.
    #[must_use]
    pub fn new(most_bytes: usize) -> Self {
        Plans {
            most_bytes,
            slots: Mutex::default(),
        }
    }

    /// The plan with this hash, from memory or else from the store.
    ///
    /// # Errors
    /// [`PlanLoadError`]; the next who asks tries again.
    pub async fn get(
        &self,
        store: &dyn Store,
        hash: &Digest,
    ) -> Result<Arc<LoadedPlan>, PlanLoadError> {
        let cell = self.slots.lock().touch(hash);
        if let Some(plan) = cell.get() {
            return Ok(plan.clone());
        }
        let plan = cell.get_or_try_init(|| load(store, PlanHash(*hash))).await;
        if plan.is_err() {
            self.slots.lock().drop_unfilled(hash);
        }
        let plan = plan?.clone();
        self.slots.lock().trim(self.most_bytes, hash);
        Ok(plan)
    }
}

impl Default for Plans {
    fn default() -> Self {
        Plans::new(DEFAULT_PLAN_BYTES)
    }
}

impl Slots {
    fn touch(&mut self, hash: &Digest) -> Arc<OnceCell<Arc<LoadedPlan>>> {
        self.clock += 1;
        let slot = self.by_hash.entry(*hash).or_insert_with(|| Slot {
            used: 0,
            plan: Arc::default(),
        });
        slot.used = self.clock;
        slot.plan.clone()
    }

    /// Takes out a slot whose loading failed, unless somebody else's has succeeded.
    fn drop_unfilled(&mut self, hash: &Digest) {
        if self
            .by_hash
            .get(hash)
            .is_some_and(|slot| !slot.plan.initialized())
        {
            self.by_hash.remove(hash);
        }
    }

    /// Forgets the plans that were not used for longest, never the one that just came in nor one that
    /// is still coming.
    fn trim(&mut self, most_bytes: usize, newest: &Digest) {
        let filled = |(hash, slot): (&Digest, &Slot)| {
            let bytes = slot.plan.get()?.bytes();
            Some((slot.used, *hash, bytes))
        };
        let mut plans: Vec<_> = self.by_hash.iter().filter_map(filled).collect();
        plans.sort_unstable();
        let mut bytes: usize = plans.iter().map(|(.., bytes)| bytes).sum();
        for (_, hash, freed) in plans {
            if bytes > most_bytes && hash != *newest {
                self.by_hash.remove(&hash);
                bytes -= freed;
            }
        }
    }
}

async fn load(store: &dyn Store, hash: PlanHash) -> Result<Arc<LoadedPlan>, PlanLoadError> {
    let stored = store.plan(&hash.0).await?;
    let stored = stored.ok_or(PlanLoadError::Missing(hash))?;
    LoadedPlan::read(hash, &stored).map(Arc::new)
}
