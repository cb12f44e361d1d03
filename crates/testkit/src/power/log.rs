//! The log that the shim keeps of a file: its records, and which of them a sync stands behind.

use std::path::Path;

use super::PowerError;

/// Kind, offset and length, 8 bytes each, in the machine's order.
const HEAD: usize = 24;

/// What a record is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Write,
    /// The file has this length now.
    Truncate,
}

/// A change of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change<'a> {
    pub(crate) kind: Kind,
    pub(crate) offset: u64,
    pub(crate) bytes: &'a [u8],
    /// A sync began behind it and succeeded.
    pub(crate) synced: bool,
}

/// Reads a log; the last record may be half there, for its process was killed.
pub(crate) fn read<'a>(path: &Path, log: &'a [u8]) -> Result<Vec<Change<'a>>, PowerError> {
    let (mut changes, mut at, mut durable) = (Vec::new(), 0, 0);
    // Writes that a failed sync has given up: `durable` passes them, yet they are not there.
    let mut given_up = Vec::new();
    while let Some(head) = log.get(at..at + HEAD) {
        let [kind, offset, length] = [0, 8, 16].map(|from| number(&head[from..from + 8]));
        let damaged = || PowerError::Log {
            path: path.to_owned(),
            at,
        };
        let length = usize::try_from(length).map_err(|_| damaged())?;
        let begin = at + HEAD;
        let end = begin.checked_add(length).ok_or_else(damaged)?;
        let Some(bytes) = log.get(begin..end) else {
            break;
        };
        match u8::try_from(kind) {
            Ok(b'W') => changes.push((at, change(Kind::Write, offset, bytes))),
            Ok(b'T') => changes.push((at, change(Kind::Truncate, offset, bytes))),
            Ok(b'S') => durable = durable.max(offset),
            Ok(b'F') => given_up.push(durable..offset),
            _ => return Err(damaged()),
        }
        at = end;
    }
    let synced = |(at, change): (usize, Change<'a>)| Change {
        synced: (at as u64) < durable
            && !(change.kind == Kind::Write
                && given_up.iter().any(|range| range.contains(&(at as u64)))),
        ..change
    };
    Ok(changes.into_iter().map(synced).collect())
}

fn change(kind: Kind, offset: u64, bytes: &[u8]) -> Change<'_> {
    Change {
        kind,
        offset,
        bytes,
        synced: false,
    }
}

fn number(bytes: &[u8]) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(bytes);
    u64::from_ne_bytes(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u8, offset: u64, bytes: &[u8]) -> Vec<u8> {
        let head = [u64::from(kind), offset, bytes.len() as u64];
        let head = head.iter().flat_map(|number| number.to_ne_bytes());
        head.chain(bytes.iter().copied()).collect()
    }

    fn synced(log: &[u8]) -> Vec<bool> {
        let changes = read(Path::new("log"), log).expect("it reads");
        changes.iter().map(|change| change.synced).collect()
    }

    #[test]
    fn a_sync_stands_behind_what_was_written_before_it_began() {
        let first = record(b'W', 0, b"one");
        let begun = first.len() as u64;
        // The second write came while the sync was under way.
        let log = [first, record(b'W', 3, b"two"), record(b'S', begun, b"")].concat();
        assert_eq!(synced(&log), [true, false]);
    }

    #[test]
    fn what_a_failed_sync_was_to_write_stays_away() {
        let first = [record(b'W', 0, b"one"), record(b'S', 27, b"")].concat();
        let second = [&first[..], &record(b'W', 3, b"two")].concat();
        let failed = record(b'F', second.len() as u64, b"");
        let third = [second, failed, record(b'W', 6, b"six")].concat();
        let log = [&third[..], &record(b'S', third.len() as u64, b"")].concat();
        assert_eq!(synced(&log), [true, false, true]);
    }

    #[test]
    fn a_record_that_is_half_there_was_not_written() {
        let log = [record(b'W', 0, b"one"), record(b'W', 3, b"two")].concat();
        for missing in 1..=26 {
            assert_eq!(synced(&log[..log.len() - missing]).len(), 1, "{missing}");
        }
    }

    #[test]
    fn what_is_no_log_is_refused_where_it_is_none() {
        let log = [record(b'W', 0, b"one"), record(b'?', 0, b"")].concat();
        let refused = read(Path::new("a.powerlog"), &log).expect_err("no log");
        assert_eq!(refused.to_string(), "a.powerlog is damaged at byte 27");
    }
}
