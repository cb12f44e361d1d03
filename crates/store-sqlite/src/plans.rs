//! Seating plans in pieces under their content hash. Their form is the seating room's business.

use boxoffice_model::Digest;
use boxoffice_store::StoreError;
use parking_lot::Mutex;
use rusqlite::{Connection, params};

use crate::row::{Source, int};
use crate::writer::{PIECE, Writer, transact_one};

const PLANS: Source = Source {
    table: "plans",
    keys: 1,
};
const PIECES: Source = Source {
    table: "plan_pieces",
    keys: 2,
};

/// Whether a plan is there, whole.
pub(crate) fn has(connection: &Connection, hash: &Digest) -> Result<bool, StoreError> {
    Ok(size(connection, hash)?.is_some())
}

fn size(connection: &Connection, hash: &Digest) -> Result<Option<(u64, u64)>, StoreError> {
    let sql = "SELECT hash, pieces, bytes FROM plans WHERE hash = ?1";
    PLANS.one(connection, sql, [hash], |cells| {
        Ok((cells.number(1)?, cells.number(2)?))
    })
}

/// A plan, whole.
pub(crate) fn read(connection: &Connection, hash: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
    let Some((pieces, bytes)) = size(connection, hash)? else {
        return Ok(None);
    };
    let sql = "SELECT hash, piece, bytes FROM plan_pieces WHERE hash = ?1 ORDER BY piece";
    let found = PIECES.all(connection, sql, [hash], |cells| cells.get::<Vec<u8>>(2))?;
    let (count, plan) = (found.len() as u64, found.concat());
    if (count, plan.len() as u64) != (pieces, bytes) {
        let what = format!(
            "{count} pieces with {} bytes are there, {pieces} with {bytes} were written",
            plan.len()
        );
        return Err(StoreError::Damaged {
            table: "plan_pieces",
            what,
        });
    }
    Ok(Some(plan))
}

/// Writes a plan, each piece in a transaction of its own, and between two of them lets others write.
/// Two who write the same plan write the same pieces.
pub(crate) fn write(writer: &Mutex<Writer>, hash: &Digest, plan: &[u8]) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO plan_pieces (hash, piece, bytes) VALUES (?1, ?2, ?3)";
    for (piece, bytes) in plan.chunks(PIECE).enumerate() {
        let row = params![hash, int(piece as u64), bytes];
        transact_one(writer, "plan_pieces", |connection| {
            connection.execute(sql, row)
        })?;
    }
    // Only now may it be found.
    let sql = "INSERT OR IGNORE INTO plans (hash, pieces, bytes) VALUES (?1, ?2, ?3)";
    let pieces = plan.len().div_ceil(PIECE);
    let row = params![hash, int(pieces as u64), int(plan.len() as u64)];
    transact_one(writer, "plans", |connection| connection.execute(sql, row)).map(drop)
}
