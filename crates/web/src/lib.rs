//! The buyers' web site. It is a client of the public API like any other, only in the same process:
//! it knows no flow and no store, and shows nothing that `/v1` does not tell.
//!
//! # Defining a new page
//! 1. What the API says that the page shows stands in `api/wire.rs`.
//! 2. A template in `templates/`, and in `pages/` a struct for it: `#[derive(Template)]` and
//!    [`page::Page`] with its status, its cache policy and its samples.
//! 3. Its texts, in every language, in `locales/*/`; tests compare the languages, and the keys with
//!    what templates and code ask for.
//! 4. A handler that asks the API and answers the page; its route in `routes.rs`.
//! 5. Its samples in `pages/samples.rs`: the browser tests look at each of them.

mod api;
mod assets;
mod coding;
mod cookies;
mod format;
mod forms;
mod language;
mod page;
mod pages;
mod poster;
mod routes;
mod shared;
mod site;
mod texts;
mod visit;

pub use language::Language;
pub use pages::samples::{Sample, samples};
pub use routes::router;
pub use site::{Config, Random, Site};
