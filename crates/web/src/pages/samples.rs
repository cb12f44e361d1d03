//! Every page in every state, from made-up answers of the API: what tests render, and what browsers are
//! shown for states that are hard to come by.

use std::sync::Arc;

use axum::Router;
use boxoffice_model::{Clock, Timestamp};
use http::StatusCode;
use serde_json::{Value, json};

use super::checkout::{self, Filled, Held};
use super::hold::HoldFailed;
use super::test_payment::TestPayment;
use super::trouble::Trouble;
use super::{event, find_order, order, waiting};
use crate::api::wire::{Booking, EventDetail, Reservation};
use crate::language::Language;
use crate::page::{Frame, html};
use crate::site::{Config, Site};
use crate::visit::Visit;

/// A page in one state.
pub struct Sample {
    /// Such as `order-confirmed`.
    pub name: String,
    /// The whole page.
    pub html: String,
}

/// The samples' present moment: 2026-11-28T12:00:00Z.
const NOW: i64 = 1_795_867_200;

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(NOW)
    }
}

/// All samples in a language.
///
/// # Panics
/// When the made-up answers do not fit the wire's types any more.
#[must_use]
pub fn samples(language: Language) -> Vec<Sample> {
    let config = Config {
        public_url: "https://tickets.example".into(),
    };
    let random = Arc::new(|bytes: &mut [u8]| bytes.fill(7));
    let site = Site::new(Router::new(), config, Arc::new(StoppedClock), random);
    let all = Samples { site, language };
    let mut found = all.troubles();
    found.extend(all.events());
    found.extend(all.holds());
    found.extend(all.checkouts());
    found.extend(all.orders());
    found.extend(all.lost_orders());
    found
}

struct Samples {
    site: Site,
    language: Language,
}

impl Samples {
    fn visit(&self, path: &str) -> Visit {
        Visit::at(self.language, path)
    }

    fn private(&self, path: &str) -> Frame<'_> {
        Frame::private(&self.site, &self.visit(path))
    }

    fn troubles(&self) -> Vec<Sample> {
        let troubles = [
            ("not-found", Trouble::NotFound),
            ("unknown-event", Trouble::UnknownEvent),
            ("unknown-reservation", Trouble::UnknownReservation),
            ("unknown-order", Trouble::UnknownOrder),
            ("too-busy", Trouble::TooBusy(5)),
            ("unavailable", Trouble::Unavailable(1)),
            ("outcome-unknown", Trouble::OutcomeUnknown),
            ("bad-form", Trouble::BadForm),
            ("foreign", Trouble::Foreign),
            ("broken", Trouble::Broken),
        ];
        let page = |(name, trouble): (&str, Trouble)| {
            sample(
                format!("trouble-{name}"),
                html(&trouble.page(self.private("/x"))),
            )
        };
        troubles.into_iter().map(page).collect()
    }

    fn events(&self) -> Vec<Sample> {
        let states = [
            "on_sale",
            "scheduled",
            "rescheduled",
            "postponed",
            "cancelled",
            "sold_out",
            "sale_ended",
        ];
        let sections: Vec<_> = read(json!([
            {"section": "Stalls", "area": false, "seats": 400, "available": 1, "min_price": 4000, "max_price": 9000},
            {"section": "Floor", "area": true, "seats": 900, "available": 0, "min_price": 3000, "max_price": 3000},
        ]));
        let page = |status: &str| {
            let visit = self.visit("/events/gala");
            let page = event::page(&self.site, &visit, &detail(status), &sections);
            sample(format!("event-{}", status.replace('_', "-")), html(&page))
        };
        let mut found: Vec<Sample> = states.into_iter().map(page).collect();
        let visit = self.visit("/events/gala/waiting");
        let room = waiting::page(&self.site, &visit, &detail("on_sale"));
        found.push(sample("waiting".into(), html(&room)));
        found
    }

    fn holds(&self) -> Vec<Sample> {
        let states = [
            ("taken", "hold-taken-title", Some(2), StatusCode::CONFLICT),
            (
                "not-together",
                "hold-not-together-title",
                Some(1),
                StatusCode::CONFLICT,
            ),
            ("none", "hold-none-title", None, StatusCode::BAD_REQUEST),
            (
                "too-many",
                "hold-too-many-title",
                None,
                StatusCode::BAD_REQUEST,
            ),
            (
                "buyer-limit",
                "hold-buyer-limit-title",
                None,
                StatusCode::FORBIDDEN,
            ),
            (
                "not-on-sale",
                "hold-not-on-sale-title",
                None,
                StatusCode::FORBIDDEN,
            ),
        ];
        let page = |(name, key, quantity, status): (&str, &str, _, _)| {
            let frame = self.private("/events/gala/hold");
            let page = HoldFailed {
                heading: event::Heading::new(&detail("on_sale"), &frame),
                title: frame.texts.get(key).into_owned(),
                text: frame.texts.get("hold-taken-text").into_owned(),
                quantity,
                section: None,
                max_price: None,
                action: "/events/gala/hold".into(),
                status,
                frame,
            };
            sample(format!("hold-{name}"), html(&page))
        };
        states.into_iter().map(page).collect()
    }

    fn checkouts(&self) -> Vec<Sample> {
        let mut found = Vec::new();
        let visit = self.visit("/checkout/res_x");
        let wrong = Filled {
            name_wrong: true,
            email: "nonsense".into(),
            email_wrong: true,
            ..Filled::default()
        };
        let filled = Filled::default;
        let states = [
            ("test", held("held", "test", 9000), filled(), None),
            ("stripe", held("held", "stripe", 9000), filled(), None),
            ("no-provider", held("held", "", 9000), filled(), None),
            ("free", held("held", "", 0), filled(), None),
            ("wrong", held("held", "test", 9000), wrong, None),
            (
                "declined",
                held("held", "test", 9000),
                filled(),
                Some("declined-insufficient-funds"),
            ),
        ];
        for (name, held, filled, alert) in states {
            let texts = self.site.texts(self.language);
            let alert = alert.map(|key| texts.get(key).into_owned());
            let page = checkout::page(&self.site, &visit, &held, alert, filled, StatusCode::OK);
            found.push(sample(format!("checkout-{name}"), html(&page)));
        }
        for status in ["expired", "released"] {
            let page = checkout::ended(&self.site, &visit, &held(status, "test", 9000));
            found.push(sample(format!("checkout-{status}"), html(&page)));
        }
        let frame = self.private("/orders/bkg_x/test-payment");
        let amount = Some("90.00".into());
        found.push(sample(
            "test-payment".into(),
            html(&TestPayment { frame, amount }),
        ));
        found
    }

    fn orders(&self) -> Vec<Sample> {
        let states = [
            "PENDING",
            "REQUIRES_ACTION",
            "CONFIRMED",
            "DECLINED",
            "VOIDED",
            "CANCELLED",
            "PARTLY_REFUNDED",
            "REFUNDED",
        ];
        let visit = self.visit("/orders/bkg_x");
        let mut found = Vec::new();
        for status in states {
            let name = status.to_lowercase().replace('_', "-");
            let own = order::own(
                &self.private("/orders/bkg_x"),
                &booking(status),
                &detail("on_sale"),
            );
            let page = order::page(&self.site, &visit, "bkg_x", status.into(), Some(own), false);
            found.push(sample(format!("order-{name}"), html(&page)));
            let elsewhere = order::page(&self.site, &visit, "bkg_x", status.into(), None, false);
            found.push(sample(format!("order-elsewhere-{name}"), html(&elsewhere)));
        }
        found
    }

    fn lost_orders(&self) -> Vec<Sample> {
        let wanted = find_order::Wanted {
            event: "gala".into(),
            email: "ada@example.org".into(),
            ..Default::default()
        };
        let wrong = find_order::Wanted {
            event_wrong: true,
            email: "nonsense".into(),
            email_wrong: true,
            ..Default::default()
        };
        let busy = find_order::Wanted {
            busy: true,
            ..wanted.clone()
        };
        let states = [
            (
                "form",
                find_order::Step::Form,
                find_order::Wanted::default(),
            ),
            ("wrong", find_order::Step::Form, wrong),
            ("busy", find_order::Step::Form, busy),
            ("asked", find_order::Step::Asked, wanted),
            (
                "no-mail",
                find_order::Step::NoMail,
                find_order::Wanted::default(),
            ),
        ];
        let visit = self.visit("/orders");
        let events = [detail("on_sale").event];
        let page = |(name, step, wanted)| {
            let page = find_order::page(&self.site, &visit, step, &events, wanted);
            sample(format!("find-order-{name}"), html(&page))
        };
        states.into_iter().map(page).collect()
    }
}

fn sample(name: String, html: String) -> Sample {
    Sample { name, html }
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("an answer of the API")
}

fn detail(status: &str) -> EventDetail {
    read(json!({
        "event_id": "gala", "name": "Winter <Gala> & Ball", "date": "2027-02-06T18:30:00Z",
        "venue_name": "Winter Garden", "city": "Kraków", "time_zone": "Europe/Warsaw",
        "on_sale_at": "2026-12-01T09:00:00Z", "currency": "EUR", "currency_exponent": 2,
        "min_price": 3000, "max_price": 9000, "status": status, "available": 1, "capacity": 1300,
        "venue": {"name": "Winter Garden", "address": "ul. Lodowa 1", "city": "Kraków",
                  "country": "PL", "latitude": 50.06, "longitude": 19.94},
        "description": "An evening.\n\nAnd a night.", "artists": ["Orchestra"],
        "doors_at": "2027-02-06T17:30:00Z", "plan_url": "/v1/events/gala/plan?hash=0",
        "prices": {"Floor": 3000, "Stalls": 9000}, "limits": {"max_seats_per_reservation": 8, "hold_seconds": 600},
        "waiting_room": null,
        "seller": {"name": "Winter Garden Sp. z o.o.", "address": "ul. Lodowa 1, Kraków",
                   "email": "tickets@wintergarden.example",
                   "terms_url": "https://wintergarden.example/terms"},
    }))
}

fn seats() -> Value {
    json!([
        {"seat_id": "S-5-12", "row": "5", "number": "12", "section": "Stalls", "price": 6000},
        {"seat_id": "Floor-3", "row": null, "number": null, "section": "Floor", "price": 3000},
    ])
}

fn held(status: &str, provider: &str, total: u64) -> Held {
    let reservation: Reservation = read(json!({
        "reservation_id": "res_x", "event_id": "gala", "status": status, "seats": seats(),
        "total": total, "currency": "EUR", "currency_exponent": 2,
        "expires_at": "2026-11-28T12:08:31.000000Z", "extendable": true,
    }));
    Held {
        reservation,
        detail: detail("on_sale"),
        provider: provider.into(),
    }
}

fn booking(status: &str) -> Booking {
    let refunded = status.ends_with("REFUNDED");
    let next_action = (status == "REQUIRES_ACTION")
        .then(|| json!({"redirect_url": "https://tickets.example/orders/bkg_x/test-payment"}));
    read(json!({
        "booking_id": "bkg_x", "status": status, "reservation_id": "res_x", "event_id": "gala",
        "seats": seats(), "total": 9000, "currency": "EUR", "currency_exponent": 2,
        "created_at": "2026-11-28T12:03:00.000000Z", "next_action": next_action,
        "refunded": refunded.then_some(3000),
        "refunded_seat_ids": if refunded { json!(["Floor-3"]) } else { json!([]) },
        "order_url": "https://tickets.example/orders/bkg_x?signature=s",
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_whole_and_the_same_each_time() {
        for language in Language::ALL {
            let (first, second) = (samples(language), samples(language));
            assert!(first.len() > 40);
            for (one, other) in first.iter().zip(&second) {
                assert_eq!(one.html, other.html, "{}", one.name);
                assert!(one.html.trim_end().ends_with("</html>"), "{}", one.name);
                assert!(one.html.contains("<h1"), "{}", one.name);
            }
        }
    }

    #[test]
    fn what_the_catalogue_says_cannot_become_markup() {
        for sample in samples(Language::English) {
            assert!(!sample.html.contains("<Gala>"), "{}", sample.name);
        }
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere_and_nothing_runs_inline() {
        for sample in samples(Language::German) {
            for loaded in sample.html.split("src=\"").skip(1) {
                assert!(
                    loaded.starts_with('/'),
                    "{}: {}",
                    sample.name,
                    &loaded[..40]
                );
            }
            assert!(!sample.html.contains(" style=\""), "{}", sample.name);
            assert!(!sample.html.contains(" onclick"), "{}", sample.name);
            for script in sample.html.split("<script").skip(1) {
                let data = script.contains("type=\"application/");
                assert!(
                    data || script.contains(" src=\"/assets/"),
                    "{}",
                    sample.name
                );
            }
        }
    }
}
