//! What several pages show: an event's card, how its sale stands, seats as lines.

use jiff::{Timestamp, Unit};

use crate::api::wire::{Event, HeldSeat};
use crate::format::Money;
use crate::page::Frame;
use crate::texts::Texts;

/// Few are left when it is at most one seat of this many.
const FEW: u64 = 20;

/// A word on how an event's sale stands.
pub(crate) struct Badge {
    /// `good`, `few`, `soon` or `over`: its colour.
    pub(crate) kind: &'static str,
    pub(crate) text: String,
}

/// An event in a list.
pub(crate) struct Card {
    pub(crate) href: String,
    pub(crate) poster: String,
    pub(crate) name: String,
    pub(crate) day: i8,
    pub(crate) month: String,
    pub(crate) when: String,
    /// For machines.
    pub(crate) date: String,
    pub(crate) place: String,
    pub(crate) price: Option<String>,
    pub(crate) badge: Option<Badge>,
}

impl Card {
    pub(crate) fn new(event: &Event, frame: &Frame<'_>, now: Timestamp) -> Self {
        let formats = &frame.texts.formats;
        let local = event.local(event.date);
        let time = formats.time(&local);
        Card {
            href: frame.link(&format!("/events/{}", event.event_id)),
            poster: format!("/events/{}/poster.svg", event.event_id),
            name: event.name.clone(),
            day: local.day(),
            month: formats.month(&local),
            when: frame.texts.with_two(
                "date-and-time",
                ("date", formats.short_date(&local)),
                ("time", time),
            ),
            date: event.date.to_string(),
            place: format!("{}, {}", event.venue_name, event.city),
            price: price_from(event, frame.texts),
            badge: badge(event, frame.texts, now),
        }
    }
}

/// Such as `from €39.00`; nothing when nothing can be bought any more.
pub(crate) fn price_from(event: &Event, texts: &Texts) -> Option<String> {
    let buyable = matches!(
        event.status.as_str(),
        "scheduled" | "rescheduled" | "on_sale"
    );
    let low = event.min_price.filter(|_| buyable)?;
    let price = texts.formats.money(&event.money(low));
    Some(match event.max_price {
        Some(high) if high != low => texts.with("price-from", "price", price),
        _ => price,
    })
}

/// How the sale stands, where that is worth a word.
pub(crate) fn badge(event: &Event, texts: &Texts, now: Timestamp) -> Option<Badge> {
    let (kind, text) = match event.status.as_str() {
        "cancelled" => ("over", texts.get("status-cancelled").into_owned()),
        "postponed" => ("over", texts.get("status-postponed").into_owned()),
        "sold_out" => ("over", texts.get("status-sold-out").into_owned()),
        "sale_ended" => ("over", texts.get("status-sale-ended").into_owned()),
        "scheduled" | "rescheduled" => ("soon", on_sale_in(event.on_sale_at?, texts, now)),
        _ if event.available == 0 => ("few", texts.get("status-all-held").into_owned()),
        _ if event.available.saturating_mul(FEW) <= event.capacity => (
            "few",
            texts.with("status-few-left", "count", event.available),
        ),
        _ => return None,
    };
    Some(Badge { kind, text })
}

/// Such as `On sale in 2 days`.
fn on_sale_in(at: Timestamp, texts: &Texts, now: Timestamp) -> String {
    let wait = at.duration_since(now);
    let minutes = wait.as_mins();
    match minutes {
        _ if wait.is_negative() || minutes < 1 => texts.get("on-sale-in-a-moment").into_owned(),
        0..60 => texts.with("on-sale-in-minutes", "count", minutes),
        60..2880 => texts.with("on-sale-in-hours", "count", (minutes + 30) / 60),
        _ => texts.with("on-sale-in-days", "count", (minutes + 720) / 1440),
    }
}

/// A seat that somebody has, as a line.
pub(crate) struct SeatLine {
    pub(crate) section: String,
    /// Such as `Row 5, seat 12`; a place of an area has none.
    pub(crate) place: Option<String>,
    pub(crate) price: String,
    /// Whether it was taken back.
    pub(crate) returned: bool,
}

/// The seats of a reservation or booking, as lines.
pub(crate) fn seat_lines(
    seats: &[HeldSeat],
    returned: &[String],
    texts: &Texts,
    money: impl Fn(u64) -> Money,
) -> Vec<SeatLine> {
    let line = |seat: &HeldSeat| SeatLine {
        section: seat.section.clone(),
        place: place(seat.row.as_deref(), seat.number.as_deref(), texts),
        price: texts.formats.money(&money(seat.price)),
        returned: returned.contains(&seat.seat_id),
    };
    seats.iter().map(line).collect()
}

/// Where a seat is within its section.
pub(crate) fn place(row: Option<&str>, number: Option<&str>, texts: &Texts) -> Option<String> {
    match (row, number) {
        (Some(row), Some(number)) => {
            Some(texts.with_two("seat-in-row", ("row", row), ("number", number)))
        }
        (None, Some(number)) => Some(texts.with("seat-alone", "number", number)),
        (Some(row), None) => Some(texts.with("row-alone", "row", row)),
        (None, None) => None,
    }
}

/// Who sells, as far as the catalogue says.
#[derive(Clone)]
pub(crate) struct Seller {
    pub(crate) name: String,
    pub(crate) address: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) terms_url: Option<String>,
}

impl Seller {
    /// Takes what it understands of the catalogue's word.
    pub(crate) fn read(seller: Option<&serde_json::Value>) -> Option<Self> {
        let seller = seller?;
        let text = |name: &str| Some(seller.get(name)?.as_str()?.to_owned());
        let name = text("name").or_else(|| seller.as_str().map(str::to_owned))?;
        let terms_url = text("terms_url").filter(|url| url.starts_with("https://"));
        Some(Seller {
            name,
            address: text("address"),
            email: text("email").filter(|email| email.contains('@')),
            terms_url,
        })
    }
}

/// Whole minutes and seconds to a moment, such as `8:31`; `0:00` once it is past.
pub(crate) fn countdown(until: Timestamp, now: Timestamp) -> String {
    let left = until.duration_since(now).as_secs().max(0);
    format!("{}:{:02}", left / 60, left % 60)
}

/// Whether a text is a day as a search field writes it.
pub(crate) fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// A moment as machines read it, to the second.
pub(crate) fn seconds(at: Timestamp) -> String {
    at.round(Unit::Second).unwrap_or(at).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn event(status: &str, available: u64) -> Event {
        let event = serde_json::json!({
            "event_id": "e", "name": "E", "date": "2027-05-01T18:00:00Z", "venue_name": "V",
            "city": "C", "time_zone": "Europe/Berlin", "on_sale_at": "2026-12-01T09:00:00Z",
            "currency": "EUR", "currency_exponent": 2, "min_price": 3900, "max_price": 18500,
            "status": status, "available": available, "capacity": 1000,
        });
        serde_json::from_value(event).expect("an event")
    }

    fn badge_of(status: &str, available: u64, now: &str) -> Option<String> {
        let texts = Texts::new(Language::English);
        let now = now.parse().expect("a time");
        badge(&event(status, available), &texts, now).map(|badge| badge.text)
    }

    #[test]
    fn a_badge_says_what_matters_to_a_buyer() {
        let now = "2026-11-28T09:00:00Z";
        assert_eq!(badge_of("on_sale", 500, now), None);
        assert_eq!(
            badge_of("on_sale", 50, now).as_deref(),
            Some("50 seats left")
        );
        assert_eq!(badge_of("on_sale", 1, now).as_deref(), Some("1 seat left"));
        let held = badge_of("on_sale", 0, now).expect("a badge");
        assert!(held.contains("held"), "{held}");
        assert_eq!(
            badge_of("scheduled", 1000, now).as_deref(),
            Some("On sale in 3 days")
        );
        let hours = badge_of("scheduled", 1000, "2026-11-30T09:00:00Z");
        assert_eq!(hours.as_deref(), Some("On sale in 24 hours"));
        let minute = badge_of("scheduled", 1000, "2026-12-01T08:58:30Z");
        assert_eq!(minute.as_deref(), Some("On sale in 1 minute"));
    }

    #[test]
    fn a_countdown_never_goes_below_nothing() {
        let at = |seconds| Timestamp::from_second(seconds).expect("a time");
        assert_eq!(countdown(at(600), at(89)), "8:31");
        assert_eq!(countdown(at(600), at(700)), "0:00");
    }

    #[test]
    fn sellers_are_taken_as_far_as_they_are_understood() {
        let seller =
            serde_json::json!({"name": "S", "terms_url": "javascript:alert(1)", "email": 7});
        let seller = Seller::read(Some(&seller)).expect("a seller");
        assert_eq!((seller.terms_url, seller.email), (None, None));
        assert!(Seller::read(Some(&serde_json::json!({}))).is_none());
        assert!(Seller::read(None).is_none());
    }
}
