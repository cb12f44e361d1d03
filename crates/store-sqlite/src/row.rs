//! Rows read with suspicion: whatever does not read as it was written is named by table, key and
//! column. What the columns mean is said by those who read them.

use boxoffice_model::{EventNumber, Timestamp};
use boxoffice_store::StoreError;
use rusqlite::types::{FromSql, ValueRef};
use rusqlite::{Connection, Params, Row};

use crate::error::Doing;

/// A row of a table whose first `keys` columns name it.
pub(crate) struct Cells<'r, 's> {
    row: &'r Row<'s>,
    table: &'static str,
    keys: usize,
}

/// An unsigned number as SQLite keeps it: bit by bit.
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

/// Where rows come from and how they are named in errors.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    pub table: &'static str,
    /// How many of the first columns are the key.
    pub keys: usize,
}

impl Source {
    /// All rows of a query, each read by `read`.
    pub(crate) fn all<T>(
        self,
        connection: &Connection,
        sql: &str,
        params: impl Params,
        read: impl Fn(&Cells<'_, '_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let failed = Doing::reading(self.table).failed();
        let mut statement = connection.prepare_cached(sql).map_err(failed)?;
        let mut rows = statement.query(params).map_err(failed)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            found.push(read(&Cells {
                row,
                table: self.table,
                keys: self.keys,
            })?);
        }
        Ok(found)
    }

    /// The only row of a query, if there is one.
    pub(crate) fn one<T>(
        self,
        connection: &Connection,
        sql: &str,
        params: impl Params,
        read: impl Fn(&Cells<'_, '_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let failed = Doing::reading(self.table).failed();
        let mut statement = connection.prepare_cached(sql).map_err(failed)?;
        let mut rows = statement.query(params).map_err(failed)?;
        match rows.next().map_err(failed)? {
            Some(row) => read(&Cells {
                row,
                table: self.table,
                keys: self.keys,
            })
            .map(Some),
            None => Ok(None),
        }
    }
}

impl Cells<'_, '_> {
    /// A column that SQLite's types describe.
    pub(crate) fn get<T: FromSql>(&self, at: usize) -> Result<T, StoreError> {
        self.row
            .get(at)
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
        let bytes = self
            .row
            .get_ref(at)
            .ok()
            .and_then(|value| value.as_blob().ok());
        bytes
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| self.damaged(at, &format!("it is not {N} bytes")))
    }

    /// Text that `read` understands.
    pub(crate) fn parsed<T>(
        &self,
        at: usize,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        let text: String = self.get(at)?;
        read(&text).ok_or_else(|| self.damaged(at, "the word is unknown"))
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
        match self.row.get_ref(at) {
            Ok(ValueRef::Integer(number)) => format!("{name} {number}"),
            Ok(ValueRef::Text(text)) => format!("{name} {}", String::from_utf8_lossy(text)),
            Ok(ValueRef::Blob(bytes)) => {
                let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("{name} {hex}")
            }
            _ => format!("{name} ?"),
        }
    }

    fn name(&self, at: usize) -> String {
        self.row.as_ref().column_name(at).unwrap_or("?").to_owned()
    }
}
