//! Letters to buyers: what they say, in their language, and how they are sent by SMTP. To whom, and
//! when, is decided elsewhere; nothing in here is ever logged.
//!
//! # Adding a letter
//! 1. A file for it here with what it tells, and a `letter` that makes a [`Letter`] of that.
//! 2. Its templates in `templates/`: one for plain text, one for HTML, which escapes by itself.
//! 3. Its words in every [`Language`], and a test of each.

mod found_orders;
mod language;
mod letter;
mod smtp;
mod smtp_config;

pub use found_orders::{FoundOrder, FoundOrders, Standing};
pub use language::Language;
pub use letter::{Letter, Mailer, SendError};
pub use smtp::{Random, SmtpMailer};
pub use smtp_config::{ConfigError, SmtpConfig};
