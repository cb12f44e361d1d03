//! By what else than a session a buyer is known: an e-mail address, however it is written, and a card.
//! What is done with these marks is the inventory's business; who hashes them, the caller's.

use boxoffice_model::{EventNumber, OwnerHash};

/// What a mark is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Email,
    Card,
}

impl Mark {
    /// The word that keeps marks of different kinds apart.
    pub fn as_str(self) -> &'static str {
        match self {
            Mark::Email => "email",
            Mark::Card => "card",
        }
    }
}

/// Knows which events limit what one buyer may have.
pub trait Buyers: Send + Sync {
    /// The mark of a buyer of an event, hashed under the event's key; none where it limits nobody.
    fn mark(&self, event: EventNumber, mark: Mark, value: &str) -> Option<OwnerHash>;
}

/// No event limits what one buyer may have.
pub struct Unlimited;

impl Buyers for Unlimited {
    fn mark(&self, _: EventNumber, _: Mark, _: &str) -> Option<OwnerHash> {
        None
    }
}

/// Hosts where dots in the local part do not matter
/// (<https://support.google.com/mail/answer/7436150>).
const DOTLESS: [&str; 2] = ["gmail.com", "googlemail.com"];

/// One spelling for all addresses that reach the same mailbox: letters are small, and what stands behind
/// a `+` is left out.
pub(crate) fn normalise_email(email: &str) -> String {
    let email = email.trim().to_lowercase();
    let Some((local, host)) = email.rsplit_once('@') else {
        return email;
    };
    let local = local.split('+').next().unwrap_or(local);
    let host = host.trim_end_matches('.');
    if DOTLESS.contains(&host) {
        return format!("{}@gmail.com", local.replace('.', ""));
    }
    format!("{local}@{host}")
}

#[cfg(test)]
mod tests {
    use super::normalise_email;

    #[test]
    fn spellings_of_one_mailbox_are_one() {
        let same = [
            ("Ada@Example.org", "ada@example.org"),
            (" ada+tickets@example.org. ", "ada@example.org"),
            ("a.d.a+x@GoogleMail.com", "ada@gmail.com"),
            ("a.da@example.org", "a.da@example.org"),
            ("ZOË@EXAMPLE.org", "zoë@example.org"),
            ("nobody", "nobody"),
        ];
        for (written, meant) in same {
            assert_eq!(normalise_email(written), meant, "{written}");
        }
    }
}
