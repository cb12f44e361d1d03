//! A box office whose payments go to a Stripe of our own: what the tests about it have in common.

use std::time::{Duration, Instant};

use boxoffice_testkit::{Client, Office, StripeFake, Workshop};
use serde_json::Value;

use crate::house::catalogue;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Shop {
    pub(crate) workshop: Workshop,
    pub(crate) fake: StripeFake,
    pub(crate) office: Office,
}

impl Shop {
    /// With webhooks.
    pub(crate) fn open(more: &[&str]) -> Self {
        let shop = Shop::without_webhooks(more);
        shop.listen();
        shop
    }

    pub(crate) fn without_webhooks(more: &[&str]) -> Self {
        Shop::with(StripeFake::start(), &catalogue(), more)
    }

    pub(crate) fn with(fake: StripeFake, catalogue: &Value, more: &[&str]) -> Self {
        let workshop = Workshop::new(env!("CARGO_BIN_EXE_boxoffice")).paying_by("stripe");
        workshop.import(catalogue);
        let office = serve(&workshop, &fake, more);
        Shop {
            workshop,
            fake,
            office,
        }
    }

    /// From now on Stripe tells the office what happens.
    pub(crate) fn listen(&self) {
        self.fake
            .send_webhooks_to(self.office.address, "/v1/webhooks/payments");
    }

    pub(crate) fn client(&self) -> Client {
        self.office.client()
    }

    /// Stops it, and has everything audited; nothing may be left at Stripe.
    pub(crate) fn close(self) -> StripeFake {
        assert!(self.office.stop());
        self.workshop.audit();
        assert!(self.fake.settled(), "{:?}", self.fake.intents());
        self.fake
    }
}

/// Serves a workshop with this Stripe.
pub(crate) fn serve(workshop: &Workshop, fake: &StripeFake, more: &[&str]) -> Office {
    let base = fake.base();
    let mut words = vec!["--stripe-api-base", &base];
    words.extend(more);
    let mut server = workshop.server(&words);
    server
        .env("BOXOFFICE_STRIPE_KEY", fake.key())
        .env("BOXOFFICE_STRIPE_WEBHOOK_SECRET", fake.webhook_secret());
    Office::start(&mut server).expect("it serves")
}

/// The path of a booking.
pub(crate) fn path(booking: &Value) -> String {
    let id = booking["booking_id"].as_str().expect("an id");
    format!("/v1/bookings/{id}")
}

/// Where the payer must go to.
pub(crate) fn redirect_url(booking: &Value) -> &str {
    booking["next_action"]["redirect_url"]
        .as_str()
        .expect("a page to go to")
}

/// Waits until a booking has this status.
#[track_caller]
pub(crate) fn until(client: &Client, booking: &Value, status: &str) -> Value {
    let path = path(booking);
    let begun = Instant::now();
    loop {
        let found = client.get(&path).expect_json(200);
        if found["status"] == status {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "not {status}: {found}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
