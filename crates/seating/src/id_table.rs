//! From a seat's id to its index, without a copy of the id. The ids themselves are the plan's.

use std::hash::Hasher;

use hashbrown::HashTable;
use rustc_hash::FxHasher;

use crate::SeatIndex;
use crate::text_arena::TextArena;

/// A table of indexes, looked up by the id that the arena holds under each.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdTable {
    table: HashTable<SeatIndex>,
}

impl IdTable {
    /// The table of these ids; the first id that occurs twice as an error.
    pub(crate) fn build(ids: &TextArena) -> Result<Self, SeatIndex> {
        let mut table = Self {
            table: HashTable::with_capacity(ids.len()),
        };
        for index in 0..ids.len() as SeatIndex {
            if !table.insert(ids, index) {
                return Err(index);
            }
        }
        Ok(table)
    }

    /// Enters the id that `ids` holds under this index; false if it was there already.
    pub(crate) fn insert(&mut self, ids: &TextArena, index: SeatIndex) -> bool {
        let id = ids.get(index).unwrap_or_default();
        if self.find(ids, id).is_some() {
            return false;
        }
        let rehash = |&other: &SeatIndex| hash(ids.get(other).unwrap_or_default());
        self.table.insert_unique(hash(id), index, rehash);
        true
    }

    pub(crate) fn find(&self, ids: &TextArena, id: &str) -> Option<SeatIndex> {
        let same = |&index: &SeatIndex| ids.get(index) == Some(id);
        self.table.find(hash(id), same).copied()
    }

    /// Bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.table.allocation_size()
    }
}

fn hash(id: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(id.as_bytes());
    hasher.finish()
}
