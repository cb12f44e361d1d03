//! Taking seats: a new hold, a retry of one, and another set of seats for one that lives.

use boxoffice_model::{Address, OwnerHash, Timestamp};
use boxoffice_seating::best_available;

use super::lapse;
use crate::SeatIndex;
use crate::command::{Best, Decision, Hold, Idempotency, Moment, Outcome, Refusal, Wanted};
use crate::entry::{Change, Held, HeldSeat};
use crate::inventory::{Inventory, SeatStatus};
use crate::reservation::{Reservation, Standing};

pub(super) fn hold(inventory: &Inventory, hold: &Hold, moment: &Moment<'_>) -> Decision {
    if let Some(idempotency) = &hold.idempotency {
        let known = recall(inventory, idempotency);
        if known.outcome != Outcome::Unknown {
            return known;
        }
    }
    match take(inventory, hold, moment) {
        Ok(decision) => decision,
        Err(refusal) => Decision::refused(refusal),
    }
}

pub(super) fn recall(inventory: &Inventory, idempotency: &Idempotency) -> Decision {
    match inventory.with_key(&idempotency.key) {
        Some((first, request)) if request == idempotency.request => {
            Decision::unchanged(Outcome::Replayed { first })
        }
        Some(_) => Decision::refused(Refusal::KeyReused),
        None => Decision::unchanged(Outcome::Unknown),
    }
}

/// The checks in the contract's order, then the entries.
fn take(inventory: &Inventory, hold: &Hold, moment: &Moment<'_>) -> Result<Decision, Refusal> {
    let now = moment.now;
    inventory.on_sale(now).map_err(Refusal::NotOnSale)?;
    let quantity = match &hold.wanted {
        Wanted::Seats(seats) => u32::try_from(seats.len()).unwrap_or(u32::MAX),
        Wanted::Best(best) => best.quantity,
    };
    check_quantity(inventory, quantity)?;
    if let Wanted::Seats(seats) = &hold.wanted {
        check_known(inventory, seats)?;
    }
    check_buyer(inventory, &hold.owner, quantity, 0, now)?;
    let mut changes = Vec::new();
    let seats = match &hold.wanted {
        Wanted::Seats(seats) => {
            check_free(inventory, seats, None, now)?;
            priced(inventory, seats)
        }
        Wanted::Best(best) => priced(inventory, &pick(inventory, best, now)?),
    };
    expire_holders(inventory, &seats, None, now, &mut changes);
    // The entries of those who lapsed come first, so this one's version is behind them.
    let version = inventory.version + 1 + changes.len() as u64;
    let address = Address::seal(moment.key, inventory.event, version, moment.nonce);
    let until = now.plus(hold.hold);
    changes.push(Change::Held(Held {
        owner: hold.owner,
        bound: hold.bound,
        until,
        secret: address.secret_hash(),
        idempotency: hold
            .idempotency
            .map(|idempotency| (idempotency.key, idempotency.request)),
        seats: seats.clone(),
    }));
    Ok(Decision::of(
        Outcome::Held {
            address,
            seats,
            until,
        },
        changes,
    ))
}

pub(super) fn change_seats(
    inventory: &Inventory,
    first: u64,
    wanted: &[SeatIndex],
    now: Timestamp,
) -> Decision {
    let Some(reservation) = inventory.reservation(first) else {
        return Decision::refused(Refusal::UnknownReservation);
    };
    match reservation.standing(now) {
        Standing::Held => {}
        Standing::Paying { .. } => return Decision::refused(Refusal::PaymentInProgress),
        Standing::Booked { .. } => return Decision::refused(Refusal::AlreadyBooked),
        Standing::Released | Standing::Expired => return Decision::refused(Refusal::Ended),
    }
    match exchange(inventory, reservation, wanted, now) {
        Ok(decision) => decision,
        Err(refusal) => Decision::refused(refusal),
    }
}

fn exchange(
    inventory: &Inventory,
    reservation: &Reservation,
    wanted: &[SeatIndex],
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let first = reservation.first;
    let kept = |seat: &SeatIndex| {
        reservation
            .seats
            .iter()
            .find(|had| had.index == *seat)
            .copied()
    };
    let adds = wanted.iter().any(|seat| kept(seat).is_none());
    if adds {
        inventory.on_sale(now).map_err(Refusal::NotOnSale)?;
    }
    let quantity = u32::try_from(wanted.len()).unwrap_or(u32::MAX);
    check_quantity(inventory, quantity)?;
    check_known(inventory, wanted)?;
    let had = u32::try_from(reservation.seats.len()).unwrap_or(u32::MAX);
    if quantity > had {
        for buyer in [&reservation.owner].into_iter().chain(&reservation.marks) {
            check_buyer(inventory, buyer, quantity, had, now)?;
        }
    }
    check_free(inventory, wanted, Some(first), now)?;
    let seats: Vec<HeldSeat> = wanted
        .iter()
        .map(|seat| kept(seat).unwrap_or_else(|| priced_seat(inventory, *seat)))
        .collect();
    let outcome = Outcome::Changed {
        seats: seats.clone(),
        until: reservation.until,
    };
    if seats == reservation.seats {
        return Ok(Decision::unchanged(outcome));
    }
    let mut changes = Vec::new();
    // An attempt to pay that passed its limit is void before the seats may change.
    lapse(reservation, now, &mut changes);
    expire_holders(inventory, &seats, Some(first), now, &mut changes);
    changes.push(Change::SeatsChanged { first, seats });
    Ok(Decision::of(outcome, changes))
}

fn check_quantity(inventory: &Inventory, quantity: u32) -> Result<(), Refusal> {
    let limit = inventory
        .facts()
        .map_or(0, |facts| facts.max_seats_per_reservation);
    if quantity > limit {
        Err(Refusal::TooManySeats { limit })
    } else {
        Ok(())
    }
}

pub(super) fn check_known(inventory: &Inventory, seats: &[SeatIndex]) -> Result<(), Refusal> {
    let unknown: Vec<_> = seats
        .iter()
        .copied()
        .filter(|seat| *seat >= inventory.seat_count())
        .collect();
    if unknown.is_empty() {
        Ok(())
    } else {
        Err(Refusal::UnknownSeats(unknown))
    }
}

/// `given_up` of the seats that the buyer has now count no longer.
pub(super) fn check_buyer(
    inventory: &Inventory,
    buyer: &OwnerHash,
    quantity: u32,
    given_up: u32,
    now: Timestamp,
) -> Result<(), Refusal> {
    let Some(limit) = inventory
        .facts()
        .and_then(|facts| facts.max_seats_per_buyer)
    else {
        return Ok(());
    };
    // Who stays within the limit with all that has lapsed, too, needs no closer look.
    if inventory.seats_of_by_entries(buyer) + quantity <= limit {
        return Ok(());
    }
    let have = inventory.seats_of(buyer, now);
    if have - given_up.min(have) + quantity > limit {
        return Err(Refusal::BuyerLimit { limit, have });
    }
    Ok(())
}

fn check_free(
    inventory: &Inventory,
    seats: &[SeatIndex],
    mine: Option<u64>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let free = |seat: SeatIndex| {
        inventory.free_at(seat, now) && inventory.price(seat).is_some()
            || mine.is_some() && inventory.owner_of(seat) == mine
    };
    if seats.iter().all(|seat| free(*seat)) {
        return Ok(());
    }
    Err(Refusal::SeatsTaken(
        seats.iter().copied().filter(|seat| !free(*seat)).collect(),
    ))
}

fn pick(inventory: &Inventory, best: &Best, now: Timestamp) -> Result<Vec<SeatIndex>, Refusal> {
    // Where nothing has run out, one byte a seat tells; else the lapsed count as free.
    let someone_lapsed = inventory.next_due().is_some_and(|due| due <= now);
    let is_free = |seat: SeatIndex| {
        inventory.status(seat) == Some(SeatStatus::Available)
            || someone_lapsed && inventory.free_at(seat, now)
    };
    let fits = |section: u16, category: Option<u16>, _: SeatIndex| {
        let price = inventory.facts().and_then(|facts| facts.price(category));
        best.sections
            .as_ref()
            .is_none_or(|wanted| wanted.contains(&section))
            && best
                .categories
                .as_ref()
                .is_none_or(|wanted| category.is_some_and(|category| wanted.contains(&category)))
            && price.is_some_and(|price| best.max_price.is_none_or(|most| price <= most))
    };
    best_available(
        inventory.layout(),
        best.quantity as usize,
        is_free,
        fits,
        best.split,
    )
    .map_err(|short| Refusal::NotEnoughTogether {
        available: u32::try_from(short.available).unwrap_or(u32::MAX),
    })
}

fn priced(inventory: &Inventory, seats: &[SeatIndex]) -> Vec<HeldSeat> {
    seats
        .iter()
        .map(|seat| priced_seat(inventory, *seat))
        .collect()
}

fn priced_seat(inventory: &Inventory, index: SeatIndex) -> HeldSeat {
    let price = inventory.price(index).unwrap_or_default();
    HeldSeat {
        index,
        price,
        ticket_type: 0,
        channel: 0,
        allotment: 0,
    }
}

/// Those who had the seats have lapsed: say so, once each, before the seats have a new owner.
pub(super) fn expire_holders(
    inventory: &Inventory,
    seats: &[HeldSeat],
    mine: Option<u64>,
    now: Timestamp,
    changes: &mut Vec<Change>,
) {
    let mut said: Vec<u64> = Vec::new();
    for seat in seats {
        if let Some(holder) = inventory.lapsed_owner(seat.index, now)
            && Some(holder.first) != mine
            && !said.contains(&holder.first)
        {
            said.push(holder.first);
            lapse(holder, now, changes);
        }
    }
}
