//! Keyword and city search over upcoming events, in memory.
//!
//! The caller decides what is upcoming, keeps the events themselves and breaks ties; this room only
//! knows names and the keys they belong to, and says which keys match and how well:
//!
//! ```
//! use boxoffice_search::{Document, SearchIndex};
//!
//! let index = SearchIndex::new()?;
//! let artists = ["Sinéad O'Connor".to_owned()];
//! index.replace([Document {
//!     key: 7,
//!     name: "An evening of songs",
//!     artists: &artists,
//!     venue: "Tonhalle",
//!     city: "Zürich",
//! }])?;
//! assert_eq!(index.search(Some("sinead oconor"), Some("zuerich"))?[0].key, 7);
//! # Ok::<(), boxoffice_search::SearchError>(())
//! ```
//!
//! A text goes through three steps, the same for a name and for a query: `words` cuts it, `spelling`
//! folds each word into the forms under which it may be looked for, `matching` compares.

mod error;
mod index;
mod matching;
mod order;
mod query;
mod rank;
mod spelling;
mod terms;
mod words;

pub use error::SearchError;
pub use index::{Document, Hit, SearchIndex};
pub use order::sort_key;
