//! Rows read with suspicion: whatever does not read as it was written is named by table, key and
//! column. What the columns mean is said by those who read them.

use std::time::Duration;

use boxoffice_model::{EventNumber, Timestamp};
use boxoffice_store::StoreError;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, ToSql};

/// What is put into a statement's places.
pub(crate) type Params<'p> = [&'p (dyn ToSql + Sync)];

/// A row of a table whose first `keys` columns name it.
pub(crate) struct Cells<'r> {
    pub row: &'r Row,
    pub table: &'static str,
    pub keys: usize,
}

/// An unsigned number as the store keeps it: bit by bit.
pub(crate) fn int(number: u64) -> i64 {
    number.cast_signed()
}

/// A bound for a comparison: numbers that no row can have become the highest one.
pub(crate) fn bound(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The most rows to read.
pub(crate) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// A span of time as the store keeps it.
pub(crate) fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

/// An event's number as the store keeps it.
pub(crate) fn key(event: EventNumber) -> i64 {
    int(event.get())
}

/// Where rows come from and how they are named in errors.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    pub table: &'static str,
    /// How many of the first columns are the key.
    pub keys: usize,
}

impl Source {
    /// Each row, read by `read`.
    pub(crate) fn all<T>(
        self,
        rows: &[Row],
        read: impl Fn(&Cells<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        rows.iter().map(|row| read(&self.cells(row))).collect()
    }

    /// The only row, if there is one.
    pub(crate) fn one<T>(
        self,
        rows: &[Row],
        read: impl Fn(&Cells<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        rows.first().map(|row| read(&self.cells(row))).transpose()
    }

    fn cells(self, row: &Row) -> Cells<'_> {
        Cells {
            row,
            table: self.table,
            keys: self.keys,
        }
    }
}

impl<'r> Cells<'r> {
    /// A column that PostgreSQL's types describe.
    pub(crate) fn get<T: FromSql<'r>>(&self, at: usize) -> Result<T, StoreError> {
        self.row
            .try_get(at)
            .map_err(|error| self.damaged(at, &error.to_string()))
    }

    /// An unsigned number of 64 bits.
    pub(crate) fn number(&self, at: usize) -> Result<u64, StoreError> {
        Ok(self.get::<i64>(at)?.cast_unsigned())
    }

    /// A number of fewer bits.
    pub(crate) fn small<T: TryFrom<i64>>(&self, at: usize) -> Result<T, StoreError> {
        T::try_from(self.get(at)?).map_err(|_| self.damaged(at, "the number is out of range"))
    }

    /// An event's number.
    pub(crate) fn event(&self, at: usize) -> Result<EventNumber, StoreError> {
        EventNumber::try_from(self.number(at)?)
            .map_err(|error| self.damaged(at, &error.to_string()))
    }

    pub(crate) fn time(&self, at: usize) -> Result<Timestamp, StoreError> {
        self.get(at).map(Timestamp)
    }

    /// Bytes of a fixed length.
    pub(crate) fn array<const N: usize>(&self, at: usize) -> Result<[u8; N], StoreError> {
        let bytes: &[u8] = self.get(at)?;
        bytes
            .try_into()
            .map_err(|_| self.damaged(at, &format!("it is not {N} bytes")))
    }

    /// Text that `read` understands.
    pub(crate) fn parsed<T>(
        &self,
        at: usize,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        read(self.get(at)?).ok_or_else(|| self.damaged(at, "the word is unknown"))
    }

    /// The error that names this row and column. Shows keys, never contents.
    pub(crate) fn damaged(&self, at: usize, problem: &str) -> StoreError {
        let key: Vec<_> = (0..self.keys).map(|at| self.key(at)).collect();
        let what = format!("{}: {}: {problem}", key.join(", "), self.name(at));
        StoreError::Damaged {
            table: self.table,
            what,
        }
    }

    fn key(&self, at: usize) -> String {
        let name = self.name(at);
        if let Ok(number) = self.row.try_get::<_, i64>(at) {
            return format!("{name} {number}");
        }
        match self.row.try_get::<_, &[u8]>(at) {
            Ok(bytes) => {
                let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("{name} {hex}")
            }
            Err(_) => format!("{name} ?"),
        }
    }

    fn name(&self, at: usize) -> &str {
        self.row
            .columns()
            .get(at)
            .map_or("?", |column| column.name())
    }
}
