//! A letter, and who can send it: the port behind which SMTP is one way.

use async_trait::async_trait;

/// A letter to one person, as plain text and as HTML. It cannot be shown by accident: all of it is
/// personal.
pub struct Letter {
    /// The address, as the buyer wrote it.
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Why a letter was not sent. Never holds an address, or what a server said of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It is no address.
    #[error("mail cannot be sent to such an address")]
    Address,
    /// The mail server refused it, with this reply code.
    #[error("the mail server refuses with {0}")]
    Refused(u16),
    /// The mail server did not answer, or not as one.
    #[error("the mail server cannot be reached: {0}")]
    Unreachable(String),
}

/// Sends letters.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Gives a letter to the mail server; what becomes of it then is not known here.
    async fn send(&self, letter: Letter) -> Result<(), SendError>;
}
