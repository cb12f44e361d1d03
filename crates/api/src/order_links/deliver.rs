//! The task that looks for orders and mails their links. One look at a time and some a second at most:
//! each reads all bookings of an event.

use std::sync::Arc;
use std::time::Duration;

use boxoffice_catalogue::Listed;
use boxoffice_mail::{FoundOrder, FoundOrders, Letter, Standing};
use boxoffice_model::{Address, BookingId, Timestamp};
use boxoffice_store::{Booking, BookingStatus, StoreError};
use jiff::ZonedDateTime;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::waiting::{PACE, Wish};
use crate::app::App;
use crate::bookings::order_url;

/// The newest of somebody's orders of one event: more is no buyer.
const MOST_ORDERS: usize = 20;
/// Letters that are being given to the mail server at one time.
const AT_ONCE: usize = 4;
/// For how long they may take at the end.
const ENDING: Duration = Duration::from_secs(3);

/// Mails the links that are asked for until `stop`; what is being sent then is given a moment.
pub async fn deliver_order_links(app: Arc<App>, stop: CancellationToken) {
    let sending = TaskTracker::new();
    tokio::select! {
        () = stop.cancelled() => {}
        () = deliver(&app, &sending) => {}
    }
    sending.close();
    if tokio::time::timeout(ENDING, sending.wait()).await.is_err() {
        tracing::warn!("The mail server does not answer: some mails are not sent");
    }
}

async fn deliver(app: &Arc<App>, sending: &TaskTracker) {
    let Some(links) = &app.order_links else {
        return;
    };
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut pace = tokio::time::interval(PACE);
    pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let wish = links.next().await;
        pace.tick().await;
        match letter(app, &wish).await {
            Ok(None) => {}
            Ok(Some(letter)) => {
                sending.spawn(send(Arc::clone(app), wish, letter, place));
            }
            Err(error) => {
                tracing::warn!(event = %wish.event, %error, "Orders cannot be looked for");
                links.forget(&wish.mark);
            }
        }
    }
}

/// The letter with the links, where there are orders. It goes to the address of the newest, as it was
/// written then.
async fn letter(app: &App, wish: &Wish) -> Result<Option<Letter>, StoreError> {
    let orders = app.store.orders_of(wish.event, &wish.email, MOST_ORDERS);
    let orders = orders.await?;
    let newest = orders
        .first()
        .and_then(|order| order.draft.email.as_deref());
    let (Some(to), Some(event)) = (newest, app.event_of(wish.event)) else {
        return Ok(None);
    };
    let venue = &event.document.venue;
    let found = FoundOrders {
        language: wish.language,
        event: &event.document.name,
        date: at_venue(&event, event.document.date),
        venue: &venue.name,
        city: &venue.city,
        orders: orders
            .iter()
            .map(|order| link(app, &event, order))
            .collect(),
    };
    Ok(Some(found.letter(to.trim())))
}

fn link(app: &App, event: &Listed, order: &Booking) -> FoundOrder {
    let server = &app.keys.server;
    let id = BookingId(Address::seal(
        server,
        order.event,
        order.attempt,
        order.nonce,
    ));
    FoundOrder {
        placed: at_venue(event, order.created_at),
        amount: order.amount,
        currency: order.currency,
        standing: match order.status {
            BookingStatus::Confirmed => Standing::Paid,
            BookingStatus::PartlyRefunded => Standing::PartlyPaidBack,
            BookingStatus::Refunded => Standing::PaidBack,
            _ => Standing::BeingPaid,
        },
        url: order_url(app, &id),
    }
}

fn at_venue(event: &Listed, at: Timestamp) -> ZonedDateTime {
    at.to_jiff().to_zoned_datetime(event.document.venue.zone())
}

async fn send(app: Arc<App>, wish: Wish, letter: Letter, place: OwnedSemaphorePermit) {
    let Some(links) = &app.order_links else {
        return;
    };
    let sent = links.mailer.send(letter).await;
    drop(place);
    let outcome = if sent.is_ok() { "sent" } else { "failed" };
    metrics::counter!("mails_total", "kind" => "order_links", "outcome" => outcome).increment(1);
    if let Err(error) = sent {
        tracing::warn!(event = %wish.event, %error, "A mail cannot be sent");
        links.forget(&wish.mark);
    }
}
