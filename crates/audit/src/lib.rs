//! Replays the ledger and proves that everything derived from it agrees.
