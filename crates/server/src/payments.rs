//! `boxoffice payments`: those that need an operator. Bookings are named by event and version: their ids
//! are their buyers' secrets.

use boxoffice_store::{Booking, Cleanup, Record};

use crate::cli::PaymentsArgs;
use crate::failure::Failure;
use crate::office::Office;

/// Listed in one go.
const MOST: usize = 10_000;

pub(crate) async fn run(args: PaymentsArgs) -> Result<(), Failure> {
    let office = Office::open(&args.store.url).await?;
    let stuck = office.store.troubled(MOST).await;
    let stuck = stuck.map_err(|error| Failure::of("cannot read the bookings", &error))?;
    for booking in &stuck {
        println!("{}", line(&office, booking));
    }
    if args.retry || args.dismiss {
        let (again, rest): (Vec<_>, Vec<_>) = stuck.iter().partition(|it| needs_a_step(it));
        if args.retry {
            clear(&office, &again).await?;
            println!("{} payments are tried again by the servers", again.len());
        }
        if args.dismiss {
            clear(&office, &rest).await?;
            println!("{} payments are settled by other means", rest.len());
        }
        return Ok(());
    }
    match stuck.len() {
        0 => {
            println!("no payment is stuck");
            Ok(())
        }
        MOST => Err(Failure::Failed(format!(
            "{MOST} payments or more are stuck"
        ))),
        count => Err(Failure::Failed(format!("{count} payments are stuck"))),
    }
}

fn line(office: &Office, booking: &Booking) -> String {
    let event = office.catalogue.by_number(booking.event);
    let event = event.map_or_else(|| booking.event.to_string(), |event| event.id.to_string());
    let Booking {
        attempt,
        amount,
        currency,
        ..
    } = booking;
    format!(
        "event {event} version {attempt}: {} at {}, {amount} {currency} (minor units), since {}: {}",
        booking.status.code(),
        booking.draft.provider,
        booking.created_at,
        booking.trouble.as_deref().unwrap_or_default()
    )
}

fn needs_a_step(booking: &Booking) -> bool {
    booking.status.under_way() || booking.cleanup != Cleanup::None
}

async fn clear(office: &Office, stuck: &[&Booking]) -> Result<(), Failure> {
    for booking in stuck {
        let again = Record::Troubled {
            event: booking.event,
            attempt: booking.attempt,
            trouble: None,
        };
        let written = office.sequencer.record(again).await;
        written.map_err(|error| Failure::of("cannot write the bookings", &error))?;
    }
    Ok(())
}
