//! What can go wrong with the index. A strange query is no error: it finds nothing.

use thiserror::Error;

/// The index could not be changed or read. It lives in memory, so this is a lack of memory or of
/// threads, or a bug; the documents committed before are still found.
#[derive(Debug, Error)]
pub enum SearchError {
    /// The index could not be set up; nothing can be searched.
    #[error("cannot set up the search index")]
    SetUp(#[source] tantivy::TantivyError),
    /// A change was not committed; the index is as it was before.
    #[error("cannot change the search index, which stays as it was")]
    Change(#[source] tantivy::TantivyError),
    /// A query could not be answered.
    #[error("cannot read the search index")]
    Read(#[source] tantivy::TantivyError),
}
