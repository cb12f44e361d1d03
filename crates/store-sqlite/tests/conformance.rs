//! The conformance suite on SQLite. What only this store has is tested beside it.

mod common;

boxoffice_store::store_conformance!(common::Served);
