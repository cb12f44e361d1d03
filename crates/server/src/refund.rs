//! `boxoffice refund`: sold seats are taken back at once; what is owed for them is written down in the
//! same commit, and paid back by the box offices that serve the store. Run again, it goes on where it
//! was: each seat counts once.

use std::sync::Arc;
use std::time::Duration;

use boxoffice_catalogue::{Listed, Plans};
use boxoffice_inventory::{Command, Outcome, Refusal, SeatIndex};
use boxoffice_model::{BookingId, EventNumber};
use boxoffice_store::{Booking, BookingStatus, StoreError};
use futures::{StreamExt, TryStreamExt};

use crate::cli::RefundArgs;
use crate::failure::Failure;
use crate::office::Office;

/// Bookings read in one go, and refunds written together: many share a commit.
const PAGE: usize = 1_000;
const AT_ONE_TIME: usize = 256;
/// Between two looks at what is still owed.
const LOOK: Duration = Duration::from_millis(500);

/// What was done.
#[derive(Clone, Copy, Default)]
struct Done {
    bookings: u64,
    seats: u64,
    amount: u64,
    /// Bookings of which nothing was left to take back.
    before: u64,
    /// Bookings whose money is being collected at this moment.
    under_way: u64,
}

pub(crate) async fn run(args: RefundArgs) -> Result<(), Failure> {
    let wait = wait(&args.wait)?;
    let office = Office::open(&args.store.url).await?;
    let (event, done) = match (&args.event, &args.booking) {
        (Some(event), _) => whole_event(&office, event, args.resell).await?,
        (None, Some(booking)) => one_booking(&office, booking, &args.seat, args.resell).await?,
        (None, None) => return Err(Failure::Usage("--event or --booking is missing".into())),
    };
    report(&event, done);
    settle(&office, event.number, wait).await?;
    match done.under_way {
        0 => Ok(()),
        count => Err(Failure::Failed(format!(
            "{count} bookings are being paid at this moment: run this again for them"
        ))),
    }
}

fn wait(text: &str) -> Result<Duration, Failure> {
    let wait = text.parse::<jiff::SignedDuration>().ok();
    wait.and_then(|wait| Duration::try_from(wait).ok())
        .ok_or_else(|| {
            Failure::Usage(format!(
                "--wait `{text}` is not right: expected a duration such as 60s"
            ))
        })
}

async fn whole_event(
    office: &Office,
    id: &str,
    resell: bool,
) -> Result<(Arc<Listed>, Done), Failure> {
    let event = office.catalogue.by_id(id);
    let event = event.ok_or_else(|| Failure::Failed(format!("there is no event `{id}`")))?;
    let (mut after, mut done) = (0, Done::default());
    loop {
        let page = office.store.bookings(event.number, after, PAGE).await;
        let page = page.map_err(|error| unreadable(&error))?;
        let Some(last) = page.last() else {
            return Ok((event, done));
        };
        after = last.attempt;
        done.under_way += count(&page, BookingStatus::Booked);
        done.before += count(&page, BookingStatus::Refunded);
        let back = page.iter().filter(|booking| is_paid(booking));
        let back = back.map(|booking| take_back(office, booking, None, resell));
        let mut back = futures::stream::iter(back).buffer_unordered(AT_ONE_TIME);
        while let Some(one) = back.try_next().await? {
            done.add(one);
        }
    }
}

fn count(page: &[Booking], status: BookingStatus) -> u64 {
    page.iter()
        .filter(|booking| booking.status == status)
        .count() as u64
}

/// Whether there may be something to take back.
fn is_paid(booking: &Booking) -> bool {
    matches!(
        booking.status,
        BookingStatus::Confirmed | BookingStatus::PartlyRefunded
    )
}

async fn one_booking(
    office: &Office,
    id: &str,
    seats: &[String],
    resell: bool,
) -> Result<(Arc<Listed>, Done), Failure> {
    let unknown = || Failure::Failed("there is no booking with this id".into());
    let BookingId(address) = id.parse().map_err(|()| unknown())?;
    let event = office
        .catalogue
        .by_number(address.event)
        .ok_or_else(unknown)?;
    let found = office.store.booking(address.event, address.version).await;
    let found = found.map_err(|error| unreadable(&error))?;
    let booking = found
        .filter(|booking| address.proves(&booking.secret))
        .ok_or_else(unknown)?;
    let seats = match seats {
        [] => None,
        ids => Some(indexes(office, &event, ids).await?),
    };
    if booking.status == BookingStatus::Booked {
        let what = "the booking is being paid at this moment: run this again in a moment";
        return Err(Failure::Failed(what.into()));
    }
    if !booking.status.is_paid() {
        let what = format!(
            "the booking is {}: there is nothing to pay back",
            booking.status.code()
        );
        return Err(Failure::Failed(what));
    }
    let mut done = Done::default();
    done.add(take_back(office, &booking, seats, resell).await?);
    Ok((event, done))
}

async fn indexes(
    office: &Office,
    event: &Listed,
    ids: &[String],
) -> Result<Vec<SeatIndex>, Failure> {
    let plan = Plans::default();
    let plan = plan.get(office.store.as_ref(), &event.plan).await;
    let plan = plan.map_err(|error| Failure::of("cannot read the seating plan", &error))?;
    let index = |id: &String| {
        plan.plan
            .index_of(id)
            .ok_or_else(|| Failure::Failed(format!("the event has no seat `{id}`")))
    };
    ids.iter().map(index).collect()
}

/// Takes seats of one booking back; gives which amount is owed for how many, if any.
async fn take_back(
    office: &Office,
    booking: &Booking,
    seats: Option<Vec<SeatIndex>>,
    resell: bool,
) -> Result<Option<(u64, u64)>, Failure> {
    let command = Command::Refund {
        first: booking.first,
        attempt: booking.attempt,
        seats,
        resell,
    };
    let decided = office.sequencer.submit(booking.event, command).await;
    let decided = decided.map_err(|error| {
        Failure::of(
            "not everything was written; run this again, nothing is paid back twice",
            &error,
        )
    })?;
    match decided.outcome {
        Outcome::Refunded { seats, amount } => Ok(Some((seats.len() as u64, amount))),
        Outcome::Refused(Refusal::UnknownSeats(_)) => Err(Failure::Failed(
            "a seat is not the booking's: nothing was changed".into(),
        )),
        _ => Ok(None),
    }
}

impl Done {
    fn add(&mut self, one: Option<(u64, u64)>) {
        match one {
            Some((seats, amount)) => {
                self.bookings += 1;
                self.seats += seats;
                self.amount += amount;
            }
            None => self.before += 1,
        }
    }
}

fn report(event: &Listed, done: Done) {
    let currency = event.document.currency;
    let currency = currency.map_or(String::new(), |currency| format!(" {currency}"));
    let Done {
        bookings,
        seats,
        amount,
        before,
        ..
    } = done;
    println!(
        "{seats} seats of {bookings} bookings taken back, {amount}{currency} (minor units) owed for them; \
         {before} bookings had been before"
    );
}

/// Waits until nothing of the event is owed any more.
async fn settle(office: &Office, event: EventNumber, wait: Duration) -> Result<(), Failure> {
    let until = tokio::time::Instant::now() + wait;
    loop {
        let refunds = office.store.refunds(event, None).await;
        let refunds = refunds.map_err(|error| unreadable(&error))?;
        let owed = refunds.iter().filter(|refund| !refund.done).count();
        if owed == 0 {
            println!("all {} refunds of the event are done", refunds.len());
            return Ok(());
        }
        if wait.is_zero() {
            println!("{owed} refunds are written down; the servers pay them back");
            return Ok(());
        }
        if tokio::time::Instant::now() >= until {
            return Err(Failure::Failed(format!(
                "{owed} of {} refunds are written down but not paid back yet: a running server does it; \
                 see `boxoffice payments --stuck`",
                refunds.len()
            )));
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn unreadable(error: &StoreError) -> Failure {
    Failure::of("cannot read the store", error)
}
