//! The letter with the links to somebody's orders of an event. Which orders these are, and whether
//! they may be told, is not known here.

use askama::Template;
use boxoffice_model::Currency;
use jiff::ZonedDateTime;

use crate::language::Language;
use crate::letter::Letter;

/// What the letter tells.
pub struct FoundOrders<'a> {
    pub language: Language,
    /// The event's name.
    pub event: &'a str,
    /// When it begins, in the venue's zone.
    pub date: ZonedDateTime,
    pub venue: &'a str,
    pub city: &'a str,
    /// The newest first.
    pub orders: Vec<FoundOrder>,
}

/// An order and the link that opens it.
pub struct FoundOrder {
    /// When it was placed, in the venue's zone.
    pub placed: ZonedDateTime,
    /// In the currency's minor unit.
    pub amount: u64,
    pub currency: Currency,
    pub standing: Standing,
    pub url: String,
}

/// How an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The seats are sold and paid for.
    Paid,
    /// The payment is under way.
    BeingPaid,
    /// Some of it was paid back.
    PartlyPaidBack,
    /// All of it was paid back.
    PaidBack,
}

impl FoundOrders<'_> {
    /// The letter to this address.
    #[must_use]
    pub fn letter(&self, to: &str) -> Letter {
        let words = words(self.language);
        let parts = Parts {
            tag: self.language.tag(),
            words,
            event: self.event,
            when: self.language.time(&self.date),
            place: format!("{}, {}", self.venue, self.city),
            orders: self.orders.iter().map(|order| self.line(order)).collect(),
        };
        let subject = match self.orders.len() {
            1 => words.subject_one,
            _ => words.subject_many,
        };
        // Writing into a string cannot fail.
        let (text, html) = (Text(&parts).render(), Html(&parts).render());
        Letter {
            to: to.to_owned(),
            subject: format!("{subject}: {}", self.event),
            text: text.unwrap_or_default(),
            html: html.unwrap_or_default(),
        }
    }

    fn line<'a>(&self, order: &'a FoundOrder) -> Line<'a> {
        let words = words(self.language);
        let standing = match order.standing {
            Standing::Paid => words.paid,
            Standing::BeingPaid => words.being_paid,
            Standing::PartlyPaidBack => words.partly_paid_back,
            Standing::PaidBack => words.paid_back,
        };
        let placed = self.language.time(&order.placed);
        let amount = self.language.money(order.amount, order.currency);
        Line {
            title: format!("{} {placed} – {amount}, {standing}", words.order_of),
            url: &order.url,
        }
    }
}

/// What both templates fill in.
struct Parts<'a> {
    tag: &'static str,
    words: &'static Words,
    event: &'a str,
    when: String,
    place: String,
    orders: Vec<Line<'a>>,
}

struct Line<'a> {
    title: String,
    url: &'a str,
}

#[derive(Template)]
#[template(path = "found_orders.txt", escape = "none")]
struct Text<'a>(&'a Parts<'a>);

#[derive(Template)]
#[template(path = "found_orders.html")]
struct Html<'a>(&'a Parts<'a>);

/// What the letter says in one language.
struct Words {
    subject_one: &'static str,
    subject_many: &'static str,
    hello: &'static str,
    why: &'static str,
    order_of: &'static str,
    paid: &'static str,
    being_paid: &'static str,
    partly_paid_back: &'static str,
    paid_back: &'static str,
    open: &'static str,
    keep: &'static str,
    not_you: &'static str,
}

fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    }
}

const ENGLISH: Words = Words {
    subject_one: "Your order",
    subject_many: "Your orders",
    hello: "Hello,",
    why: "here is what was ordered with this e-mail address. You, or somebody who knows the address, \
          asked for it on our site.",
    order_of: "Order of",
    paid: "paid",
    being_paid: "payment under way",
    partly_paid_back: "partly paid back",
    paid_back: "paid back",
    open: "Show the order",
    keep: "A link shows its order on any device, to everyone who has it. Pass it on only to whom you \
           trust.",
    not_you: "You did not ask? Then there is nothing to do: this mail went to you alone.",
};

const GERMAN: Words = Words {
    subject_one: "Ihre Bestellung",
    subject_many: "Ihre Bestellungen",
    hello: "Guten Tag,",
    why: "das wurde mit dieser E-Mail-Adresse bestellt. Sie oder jemand, der die Adresse kennt, hat \
          auf unserer Seite danach gefragt.",
    order_of: "Bestellung vom",
    paid: "bezahlt",
    being_paid: "Zahlung läuft",
    partly_paid_back: "teilweise erstattet",
    paid_back: "erstattet",
    open: "Bestellung ansehen",
    keep: "Ein Link zeigt seine Bestellung auf jedem Gerät, und jedem, der ihn hat. Geben Sie ihn nur an \
           Menschen weiter, denen Sie vertrauen.",
    not_you: "Sie haben nicht gefragt? Dann ist nichts zu tun: Diese Mail ging an Sie allein.",
};

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://tickets.example/orders/bkg_one?signature=abc-_&x=1";

    fn order(standing: Standing) -> FoundOrder {
        FoundOrder {
            placed: "2026-11-28T12:03:00Z[Europe/Warsaw]"
                .parse()
                .expect("a time"),
            amount: 9_000,
            currency: "EUR".parse().expect("a currency"),
            standing,
            url: URL.to_owned(),
        }
    }

    fn links(language: Language, orders: Vec<FoundOrder>) -> Letter {
        let links = FoundOrders {
            language,
            event: "Winter <Gala> & \"Ball\"",
            date: "2027-02-06T18:30:00Z[Europe/Warsaw]"
                .parse()
                .expect("a time"),
            venue: "Winter Garden",
            city: "Kraków",
            orders,
        };
        links.letter("ada@example.org")
    }

    #[test]
    fn it_says_in_english_what_was_ordered_and_how_it_stands() {
        let letter = links(
            Language::English,
            vec![order(Standing::Paid), order(Standing::PartlyPaidBack)],
        );
        assert_eq!(letter.to, "ada@example.org");
        assert_eq!(letter.subject, "Your orders: Winter <Gala> & \"Ball\"");
        let said = [
            "Winter <Gala> & \"Ball\"\n6 February 2027, 19:30\nWinter Garden, Kraków\n",
            "\n\nOrder of 28 November 2026, 13:03 – 90.00 EUR, paid\n",
            "90.00 EUR, partly paid back\n",
            "everyone who has it",
        ];
        for said in said {
            assert!(letter.text.contains(said), "{said} in\n{}", letter.text);
        }
        let address = format!("\n{URL}\n");
        assert_eq!(letter.text.matches(&address).count(), 2, "{}", letter.text);
        assert!(letter.html.contains("<html lang=\"en\">"));
        assert!(letter.html.contains("Show the order"));
    }

    #[test]
    fn it_says_the_same_in_german() {
        let letter = links(Language::German, vec![order(Standing::BeingPaid)]);
        assert_eq!(letter.subject, "Ihre Bestellung: Winter <Gala> & \"Ball\"");
        let said = "Bestellung vom 28.11.2026, 13:03 Uhr – 90,00 EUR, Zahlung läuft\n";
        assert!(letter.text.contains(said), "{}", letter.text);
        assert!(
            letter.text.contains("6.2.2027, 19:30 Uhr"),
            "{}",
            letter.text
        );
        assert!(letter.html.contains("<html lang=\"de\">"));
        assert!(letter.html.contains("Bestellung ansehen"));
        let back = links(Language::German, vec![order(Standing::PaidBack)]);
        assert!(back.text.contains("90,00 EUR, erstattet"), "{}", back.text);
    }

    #[test]
    fn what_the_catalogue_says_cannot_become_markup() {
        let letter = links(Language::English, vec![order(Standing::Paid)]);
        assert!(!letter.html.contains("<Gala>"), "{}", letter.html);
        assert!(
            letter.html.contains("Winter &#60;Gala&#62; &#38;"),
            "{}",
            letter.html
        );
        assert!(
            letter.html.contains("signature=abc-_&#38;x=1\""),
            "{}",
            letter.html
        );
    }
}
