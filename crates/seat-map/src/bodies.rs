//! The encoded bodies of one version of a map: made on demand, once, shared by all who ask.

use std::sync::{Arc, OnceLock};

use boxoffice_seating::SeatingPlan;
use bytes::Bytes;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use crate::encode;
use crate::view::View;

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    Identity,
    Gzip,
    Brotli,
}

/// One body in its codings.
#[derive(Default)]
struct Coded {
    plain: Bytes,
    gzip: OnceLock<Bytes>,
    brotli: OnceLock<Bytes>,
}

/// Everything that is served of one version.
pub struct Bodies {
    /// The ledger's version that they show.
    pub version: u64,
    seats: Coded,
    availability: Coded,
    /// Of the sections that were asked for, by name.
    sections: Mutex<FxHashMap<String, Arc<Coded>>>,
}

impl Bodies {
    pub(crate) fn encode(plan: &SeatingPlan, view: &View) -> Self {
        Bodies {
            version: view.version,
            seats: Coded::new(encode::seats_json(plan, view, None)),
            availability: Coded::new(encode::availability_bits(&view.statuses)),
            sections: Mutex::default(),
        }
    }

    /// The JSON of all seats.
    pub fn seats(&self, coding: Coding) -> Bytes {
        self.seats.get(coding)
    }

    /// Two bits a seat.
    pub fn availability(&self, coding: Coding) -> Bytes {
        self.availability.get(coding)
    }

    /// The JSON of a section that was encoded before for this version.
    pub(crate) fn section(&self, name: &str, coding: Coding) -> Option<Bytes> {
        let coded = self.sections.lock().get(name).map(Arc::clone)?;
        Some(coded.get(coding))
    }

    pub(crate) fn keep_section(&self, name: &str, body: Vec<u8>, coding: Coding) -> Bytes {
        let coded = Arc::new(Coded::new(body));
        self.sections
            .lock()
            .insert(name.to_owned(), Arc::clone(&coded));
        coded.get(coding)
    }
}

impl Coded {
    fn new(plain: Vec<u8>) -> Self {
        Coded {
            plain: plain.into(),
            ..Coded::default()
        }
    }

    fn get(&self, coding: Coding) -> Bytes {
        match coding {
            Coding::Identity => self.plain.clone(),
            Coding::Gzip => self
                .gzip
                .get_or_init(|| encode::gzip(&self.plain).into())
                .clone(),
            Coding::Brotli => self
                .brotli
                .get_or_init(|| encode::brotli(&self.plain).into())
                .clone(),
        }
    }
}
