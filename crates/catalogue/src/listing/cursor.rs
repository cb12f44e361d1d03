//! Where a page of the listing ended, as an opaque text. By date it is the last event's own place, so
//! that the next page begins right behind it whatever the catalogue does meanwhile; with a keyword it
//! is a rank.

use boxoffice_model::{EventId, Timestamp};
use data_encoding::BASE64URL_NOPAD;

use super::listed::Listed;

/// Where a page ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cursor {
    /// Behind the event of this date and id.
    Behind(Timestamp, EventId),
    /// Behind so many best matches.
    Rank(usize),
}

const BY_DATE: u8 = b'd';
const BY_RANK: u8 = b'r';

impl Cursor {
    pub(super) fn behind(event: &Listed) -> Self {
        Cursor::Behind(event.document.date, event.id.clone())
    }

    /// Whether it belongs to a query with, or without, a keyword.
    pub(super) fn fits(&self, with_keyword: bool) -> bool {
        matches!(self, Cursor::Rank(_)) == with_keyword
    }

    pub(super) fn encode(&self) -> String {
        let mut bytes = Vec::new();
        match self {
            Cursor::Behind(date, id) => {
                bytes.push(BY_DATE);
                bytes.extend_from_slice(&date.0.to_be_bytes());
                bytes.extend_from_slice(id.as_str().as_bytes());
            }
            Cursor::Rank(rank) => {
                bytes.push(BY_RANK);
                bytes.extend_from_slice(&(*rank as u64).to_be_bytes());
            }
        }
        BASE64URL_NOPAD.encode(&bytes)
    }

    pub(super) fn decode(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (kind, rest) = bytes.split_first()?;
        let (number, rest) = rest.split_first_chunk::<8>()?;
        match (*kind, rest) {
            (BY_DATE, id) => {
                let id = std::str::from_utf8(id).ok()?.parse().ok()?;
                Some(Cursor::Behind(Timestamp(i64::from_be_bytes(*number)), id))
            }
            (BY_RANK, []) => {
                let rank = usize::try_from(u64::from_be_bytes(*number)).ok()?;
                Some(Cursor::Rank(rank))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_reads_back_as_it_was_written(date: i64, id in "[A-Za-z0-9_-]{1,64}", rank: usize) {
            let id = id.parse().expect("an id");
            for cursor in [Cursor::Behind(Timestamp(date), id), Cursor::Rank(rank)] {
                prop_assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
            }
        }

        #[test]
        fn any_text_is_a_cursor_or_malformed_and_never_a_panic(text in ".{0,80}") {
            if let Some(cursor) = Cursor::decode(&text) {
                prop_assert_eq!(cursor.encode(), text);
            }
        }
    }
}
