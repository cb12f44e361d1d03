//! The seat map as JSON and as bits. Written by hand into one buffer: this is the largest body we
//! serve, and the shape is fixed by the contract.

use std::fmt::Write as _;

use boxoffice_inventory::{SeatIndex, SeatStatus};
use boxoffice_seating::{SeatRef, SeatingPlan};

use crate::cut::Cut;

/// Bytes of one seat's JSON, roughly: what the buffer is made for.
const SEAT_BYTES: usize = 128;

/// Where a piece of the list stands in the whole.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) first: bool,
    pub(crate) last: bool,
    /// Whether each seat tells its index.
    pub(crate) with_index: bool,
}

/// A piece of the list of seats as the contract has it. All pieces end to end are one JSON array.
pub(crate) fn seats_json(
    plan: &SeatingPlan,
    cut: &Cut,
    seats: impl ExactSizeIterator<Item = SeatIndex>,
    place: Place,
) -> Vec<u8> {
    let mut writer = Writer {
        plan,
        cut,
        out: Vec::with_capacity(seats.len() * SEAT_BYTES + 2),
        text: String::new(),
    };
    if place.first {
        writer.out.push(b'[');
    }
    for (position, index) in seats.enumerate() {
        if position > 0 || !place.first {
            writer.out.push(b',');
        }
        if let Some(seat) = plan.seat(index) {
            writer.seat(index, &seat, place.with_index);
        }
    }
    if place.last {
        writer.out.push(b']');
    }
    writer.out
}

struct Writer<'a> {
    plan: &'a SeatingPlan,
    cut: &'a Cut,
    out: Vec<u8>,
    text: String,
}

impl Writer<'_> {
    fn seat(&mut self, index: SeatIndex, seat: &SeatRef<'_>, with_index: bool) {
        let status = self.cut.status(index);
        self.raw("{\"seat_id\":");
        self.string(seat.id);
        self.raw(",\"row\":");
        self.nullable(seat.row);
        self.raw(",\"number\":");
        self.nullable(seat.number);
        self.raw(",\"status\":\"");
        self.raw(status.as_str());
        self.raw("\",\"price\":");
        match self.cut.price(seat.category) {
            Some(price) => self.number(price),
            None => self.raw("null"),
        }
        self.raw(",\"section\":");
        self.string(seat.section);
        self.raw(",\"category\":");
        let category = seat
            .category
            .and_then(|at| self.plan.categories().get(usize::from(at)));
        self.nullable(category.map(|category| category.name.as_str()));
        if with_index {
            self.raw(",\"index\":");
            self.number(u64::from(index));
        }
        self.raw("}");
    }

    fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn number(&mut self, number: u64) {
        self.text.clear();
        write!(self.text, "{number}").expect("a text takes every number");
        self.out.extend_from_slice(self.text.as_bytes());
    }

    fn nullable(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.string(text),
            None => self.raw("null"),
        }
    }

    fn string(&mut self, text: &str) {
        let plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
        if text.bytes().all(plain) {
            self.out.push(b'"');
            self.out.extend_from_slice(text.as_bytes());
            self.out.push(b'"');
        } else {
            serde_json::to_writer(&mut self.out, text).expect("a buffer takes every text");
        }
    }
}

/// Two bits a seat by index, seat 0 in the two lowest bits of byte 0.
pub(crate) fn availability_bits(statuses: &[SeatStatus]) -> Vec<u8> {
    let bits = |four: &[SeatStatus]| {
        four.iter().enumerate().fold(0, |byte, (place, status)| {
            byte | (*status as u8) << (2 * place)
        })
    };
    statuses.chunks(4).map(bits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use boxoffice_inventory::SeatStatus::{Available, Blocked, Booked, Held};

    #[test]
    fn seat_zero_is_in_the_two_lowest_bits() {
        assert_eq!(
            availability_bits(&[Held, Booked, Available, Blocked]),
            [0b1100_1001]
        );
        assert_eq!(
            availability_bits(&[Available, Available, Available, Available, Booked]),
            [0, 2]
        );
        assert!(availability_bits(&[]).is_empty());
    }
}
