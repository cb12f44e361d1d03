//! The seat map as JSON and as bits. Written by hand into one buffer: this is the largest body we
//! serve, and the shape is fixed by the contract.

use std::fmt::Write as _;
use std::io::Write as _;

use boxoffice_inventory::{SeatIndex, SeatStatus};
use boxoffice_seating::{SeatRef, SeatingPlan};

use crate::view::View;

/// Bytes of one seat's JSON, roughly: what the buffer is made for.
const SEAT_BYTES: usize = 128;

/// The seats of a plan as the contract has them. With `section` only those of that name, each with
/// its index in the whole.
pub(crate) fn seats_json(plan: &SeatingPlan, view: &View, section: Option<&str>) -> Vec<u8> {
    let mut seats = Seats {
        plan,
        view,
        out: Vec::new(),
        text: String::new(),
    };
    match section {
        None => {
            seats.out.reserve(plan.seat_count() as usize * SEAT_BYTES);
            seats.write(0..plan.seat_count().min(view.seat_count()), false);
        }
        Some(name) => {
            let known = |seat: &SeatIndex| *seat < view.seat_count();
            seats.write(plan.section_seats(name).filter(known), true);
        }
    }
    seats.out
}

struct Seats<'a> {
    plan: &'a SeatingPlan,
    view: &'a View,
    out: Vec<u8>,
    text: String,
}

impl Seats<'_> {
    fn write(&mut self, indexes: impl Iterator<Item = SeatIndex>, with_index: bool) {
        self.out.push(b'[');
        for (position, index) in indexes.enumerate() {
            if position > 0 {
                self.out.push(b',');
            }
            if let Some(seat) = self.plan.seat(index) {
                self.seat(index, &seat, with_index);
            }
        }
        self.out.push(b']');
    }

    fn seat(&mut self, index: SeatIndex, seat: &SeatRef<'_>, with_index: bool) {
        let status = self.view.status(index);
        self.raw("{\"seat_id\":");
        self.string(seat.id);
        self.raw(",\"row\":");
        self.nullable(seat.row);
        self.raw(",\"number\":");
        self.nullable(seat.number);
        self.raw(",\"status\":\"");
        self.raw(status.as_str());
        self.raw("\",\"price\":");
        match self.view.price(index) {
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

/// Gzip at its fastest: the map lives for a tenth of a second.
pub(crate) fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(
        Vec::with_capacity(body.len() / 8),
        flate2::Compression::fast(),
    );
    encoder
        .write_all(body)
        .and_then(|()| encoder.finish())
        .unwrap_or_default()
}

/// Brotli at a level whose cost is near gzip's.
pub(crate) fn brotli(body: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::with_capacity(body.len() / 8);
    let params = brotli::enc::BrotliEncoderParams {
        quality: 2,
        ..Default::default()
    };
    match brotli::BrotliCompress(&mut &*body, &mut compressed, &params) {
        Ok(_) => compressed,
        Err(_) => Vec::new(),
    }
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

    #[test]
    fn what_is_compressed_reads_back() {
        use std::io::Read as _;
        let body = b"seat ".repeat(1000);
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(&*gzip(&body))
            .read_to_end(&mut text)
            .expect("gzip");
        assert_eq!(text, body);
        let mut text = Vec::new();
        brotli::BrotliDecompress(&mut &*brotli(&body), &mut text).expect("brotli");
        assert_eq!(text, body);
    }
}
