//! Seating plans under their content hash, in pieces. What is in a plan is not known here.

use boxoffice_model::Digest;
use boxoffice_store::StoreError;
use deadpool_postgres::Pool;

use crate::connection::take;
use crate::error::Doing;
use crate::reader::Reader;
use crate::row::Source;

/// Bytes of a piece: well below what a row may have, and a statement each.
pub(crate) const PIECE: usize = 256 << 10;

const PIECES: Source = Source {
    table: "plan_pieces",
    keys: 1,
};

/// A plan, whole.
pub(crate) async fn read(reader: &Reader, hash: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT hash, pieces::bigint FROM plans WHERE hash = $1";
    let rows = reader.rows("plans", sql, &[&hash.as_slice()]).await?;
    let Some(count) = PIECES.one(&rows, |cells| cells.number(1))? else {
        return Ok(None);
    };
    let sql = "SELECT hash, bytes FROM plan_pieces WHERE hash = $1 ORDER BY piece";
    let rows = reader.rows("plan_pieces", sql, &[&hash.as_slice()]).await?;
    let pieces = PIECES.all(&rows, |cells| cells.get::<&[u8]>(1).map(<[u8]>::to_vec))?;
    if pieces.len() as u64 != count {
        return Err(StoreError::Damaged {
            table: "plan_pieces",
            what: format!("there are {} pieces of a plan of {count}", pieces.len()),
        });
    }
    Ok(Some(pieces.concat()))
}

/// Writes a plan in one transaction; one that is there already is left alone.
pub(crate) async fn write(pool: &Pool, hash: &Digest, plan: &[u8]) -> Result<(), StoreError> {
    let failed = Doing::writing("plans").failed();
    let hash = hash.as_slice();
    let mut client = take(pool).await?;
    let transaction = client.transaction().await.map_err(failed)?;
    let count = i32::try_from(plan.chunks(PIECE).len())
        .map_err(|_| StoreError::Unusable("the plan is too large".into()))?;
    let sql = "INSERT INTO plans (hash, pieces) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    let new = transaction.execute(sql, &[&hash, &count]).await;
    if new.map_err(failed)? == 0 {
        return transaction.rollback().await.map_err(failed);
    }
    let sql = "INSERT INTO plan_pieces (hash, piece, bytes) VALUES ($1, $2, $3)";
    for (piece, bytes) in (0_i32..).zip(plan.chunks(PIECE)) {
        let written = transaction.execute(sql, &[&hash, &piece, &bytes]).await;
        written.map_err(failed)?;
    }
    transaction.commit().await.map_err(failed)
}
