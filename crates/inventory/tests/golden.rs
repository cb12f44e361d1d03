//! The encoding of entries, fixed for ever: a ledger once written is read by every later version.
//! Each file under `golden` has the bytes of one kind of entry, a line of hex for each sample.
//!
//! Never change a line of these files. Add samples at the end: of a new kind in a file of its own, of
//! a new format number beside the old ones.
#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod common;

use std::collections::BTreeSet;
use std::path::PathBuf;

use boxoffice_inventory::{
    Change, DecodeError, Entry, Facts, FailReason, Held, HeldSeat, Paying, SaleStatus,
};
use boxoffice_model::Timestamp;
use common::{BEGIN, house};
use data_encoding::HEXLOWER;
use proptest::prelude::*;

fn seat(index: u32) -> HeldSeat {
    HeldSeat {
        index,
        price: 12_900,
        ticket_type: 0,
        channel: 0,
        allotment: 0,
    }
}

fn held() -> Held {
    Held {
        owner: [0x11; 16],
        bound: true,
        until: BEGIN.plus(600_000_000),
        secret: [0x22; 32],
        idempotency: None,
        seats: vec![seat(0)],
    }
}

fn declined() -> FailReason {
    FailReason::Declined {
        code: "insufficient_funds".into(),
    }
}

fn capture_failed() -> FailReason {
    FailReason::CaptureFailed {
        code: "charge_expired_for_capture".into(),
    }
}

fn all_facts() -> Facts {
    Facts {
        plan: [0x33; 32],
        layout: Some(house::layout(2)),
        currency: "EUR".parse().unwrap(),
        prices: vec![Some(12_900), None, Some(0)],
        date: BEGIN,
        on_sale_at: Some(Timestamp(1)),
        sale_ends_at: Some(Timestamp(-1)),
        status: SaleStatus::Scheduled,
        max_seats_per_reservation: 8,
        max_seats_per_buyer: Some(300),
    }
}

fn few_facts(status: SaleStatus) -> Change {
    Change::CatalogueRevised(Box::new(Facts {
        layout: None,
        prices: Vec::new(),
        on_sale_at: None,
        sale_ends_at: None,
        max_seats_per_buyer: None,
        status,
        ..all_facts()
    }))
}

/// What the golden files hold, in their order.
fn samples() -> Vec<Change> {
    let reasons = [
        declined(),
        FailReason::TimedOut,
        FailReason::Unavailable,
        capture_failed(),
    ];
    let first = 7;
    let attempt = 300;
    let mut samples = vec![
        Change::Held(held()),
        Change::Held(Held {
            bound: false,
            idempotency: Some(([0x44; 16], [0x55; 16])),
            seats: vec![
                HeldSeat {
                    index: 499_999,
                    price: u64::MAX,
                    ticket_type: 1,
                    channel: 2,
                    allotment: 65_535,
                },
                seat(1),
            ],
            ..held()
        }),
        Change::SeatsChanged {
            first,
            seats: vec![seat(128), seat(3)],
        },
        Change::Extended {
            first,
            until: BEGIN,
        },
        Change::Paying(Paying {
            first,
            key: [0x66; 16],
            request: [0x77; 16],
            secret: [0x88; 32],
            limit: 180_000_000,
        }),
        Change::Released { first },
        Change::Expired { first },
        Change::Booked { first, attempt },
        Change::Blocked {
            seats: vec![0, 127, 128, 499_999],
        },
        Change::Unblocked { seats: vec![5] },
        Change::CatalogueRevised(Box::new(all_facts())),
        few_facts(SaleStatus::Scheduled),
        few_facts(SaleStatus::Postponed),
        few_facts(SaleStatus::Rescheduled),
        few_facts(SaleStatus::Cancelled),
        Change::EventCancelled,
    ];
    for reason in reasons {
        samples.push(Change::PaymentFailed {
            first,
            attempt,
            reason: reason.clone(),
        });
        samples.push(Change::BookingCancelled {
            first,
            attempt,
            reason,
        });
    }
    samples.extend(later_samples(first, attempt));
    samples
}

/// Of what came to be said later.
fn later_samples(first: u64, attempt: u64) -> Vec<Change> {
    let refunded = |seats, resell| Change::Refunded {
        first,
        attempt,
        seats,
        resell,
    };
    vec![
        Change::PaymentFailed {
            first,
            attempt,
            reason: FailReason::EventCancelled,
        },
        Change::Redirected {
            first,
            attempt,
            limit: BEGIN.plus(1_800_000_000),
        },
        Change::BuyerKnown {
            first,
            marks: vec![[0x99; 16]],
        },
        Change::BuyerKnown {
            first,
            marks: vec![[0xaa; 16], [0xbb; 16]],
        },
        Change::BookedLate { first, attempt },
        refunded(vec![0, 499_999], true),
        refunded(vec![128], false),
    ]
}

fn entry(change: Change) -> Entry {
    Entry {
        at: BEGIN,
        nonce: 0x0123_4567_89ab_cdef,
        change,
    }
}

fn of_kind(kind: &str) -> Vec<Entry> {
    let changes = samples().into_iter().filter(|change| change.kind() == kind);
    changes.map(entry).collect()
}

/// Every kind there is, read from where each must have its name: `Change::kind`.
fn kinds() -> BTreeSet<&'static str> {
    let source = include_str!("../src/entry.rs");
    let (_, names) = source.split_once("pub fn kind(").expect("Change::kind");
    let (names, _) = names.split_once("\n    }").expect("its end");
    let arm = |line: &'static str| line.split_once("=> \"")?.1.split_once('"').map(|it| it.0);
    names.lines().filter_map(arm).collect()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn lines(kind: &str) -> Vec<String> {
    let text = std::fs::read_to_string(folder().join(format!("{kind}.hex"))).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn every_kind_of_entry_has_its_golden_file() {
    for kind in kinds() {
        let samples = of_kind(kind);
        assert!(
            !samples.is_empty(),
            "there is no sample of `{kind}`: add some to `samples`, then tests/golden/{kind}.hex"
        );
        let hex: Vec<_> = samples
            .iter()
            .map(|entry| HEXLOWER.encode(&entry.encode()))
            .collect();
        let golden = lines(kind);
        assert!(
            golden.len() == hex.len(),
            "tests/golden/{kind}.hex has {} lines for {} samples; what is missing goes at its end, \
             what is there stays. Encoded today:\n{}",
            golden.len(),
            hex.len(),
            hex.join("\n")
        );
    }
}

#[test]
fn golden_bytes_are_read_and_written_as_ever() {
    for kind in kinds() {
        for (at, (line, expected)) in lines(kind).iter().zip(of_kind(kind)).enumerate() {
            let place = format!("tests/golden/{kind}.hex:{}", at + 1);
            let bytes = HEXLOWER.decode(line.as_bytes()).expect(&place);
            let read = Entry::decode(&bytes);
            assert_eq!(read.as_ref(), Ok(&expected), "{place} is read otherwise");
            assert_eq!(
                HEXLOWER.encode(&expected.encode()),
                *line,
                "{place} is written otherwise: an old ledger would no longer be read. A changed \
                 entry needs a new format number"
            );
        }
    }
}

#[test]
fn no_golden_file_is_of_an_unknown_kind() {
    let kinds = kinds();
    for file in std::fs::read_dir(folder()).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let kind = name.strip_suffix(".hex").unwrap_or_default();
        assert!(kinds.contains(kind), "tests/golden/{name} is of no kind");
    }
}

#[test]
fn an_unknown_format_is_refused_by_its_number() {
    let mut bytes = entry(Change::EventCancelled).encode();
    bytes[0] = 2;
    let error = Entry::decode(&bytes).expect_err("unknown");
    assert_eq!(error, DecodeError::Format(2));
    assert_eq!(
        error.to_string(),
        "entry format 2 is unknown (this version reads up to 1)"
    );
    let error = Entry::decode(&[]).expect_err("empty");
    assert!(error.to_string().contains("empty"));
}

#[test]
fn an_unknown_kind_is_refused() {
    let mut bytes = entry(Change::EventCancelled).encode();
    *bytes.last_mut().unwrap() = 120;
    assert!(matches!(Entry::decode(&bytes), Err(DecodeError::Bytes(_))));
}

#[test]
fn a_truncated_entry_is_refused() {
    for sample in samples() {
        let bytes = entry(sample).encode();
        for end in 0..bytes.len() {
            assert!(Entry::decode(&bytes[..end]).is_err(), "{end} of {bytes:?}");
        }
    }
}

#[test]
fn trailing_bytes_are_refused_and_counted() {
    for sample in samples() {
        let mut bytes = entry(sample).encode();
        bytes.extend([0, 0, 0]);
        let error = Entry::decode(&bytes).expect_err("too many");
        assert_eq!(error, DecodeError::Bytes("3 bytes too many".into()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(common::cases(1_500)))]

    /// Damage is refused, or reads as another entry that is itself written and read the same; it
    /// never ends the process.
    #[test]
    fn damaged_bytes_never_panic(
        sample in proptest::sample::select(samples()),
        damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
        cut in proptest::option::of(any::<proptest::sample::Index>()),
    ) {
        let mut bytes = entry(sample).encode();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        match Entry::decode(&bytes) {
            Ok(read) => prop_assert_eq!(Entry::decode(&read.encode()), Ok(read)),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn noise_never_panics(noise in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut bytes = vec![1];
        bytes.extend(&noise);
        let _ = Entry::decode(&bytes);
        let _ = boxoffice_inventory::Inventory::from_snapshot(&noise);
    }
}
