//! Inventories as bytes, in pieces: a cache. Any node may write one; the newest stays.

use boxoffice_model::EventNumber;
use boxoffice_store::StoreError;
use deadpool_postgres::Pool;

use crate::connection::take;
use crate::error::Doing;
use crate::plans::PIECE;
use crate::reader::Reader;
use crate::row::{Params, Source, int, key};

const PIECES: Source = Source {
    table: "snapshot_pieces",
    keys: 2,
};

/// The newest snapshot, with its version.
pub(crate) async fn read(
    reader: &Reader,
    event: EventNumber,
) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
    // One statement sees one state, so that the pieces are of one snapshot.
    let sql =
        "SELECT event, version, bytes FROM snapshots JOIN snapshot_pieces USING (event, version)
               WHERE event = $1 ORDER BY piece";
    let rows = reader.rows("snapshots", sql, &[&key(event)]).await?;
    let pieces = PIECES.all(&rows, |cells| {
        Ok((cells.number(1)?, cells.get::<&[u8]>(2)?.to_vec()))
    })?;
    let version = pieces.first().map(|(version, _)| *version);
    Ok(version.map(|version| {
        let bytes = pieces.into_iter().flat_map(|(_, bytes)| bytes).collect();
        (version, bytes)
    }))
}

/// Writes a snapshot in place of the one before, unless that is newer.
pub(crate) async fn write(
    pool: &Pool,
    event: EventNumber,
    version: u64,
    snapshot: &[u8],
) -> Result<(), StoreError> {
    let failed = Doing::writing("snapshots").failed();
    let (event, version) = (key(event), int(version));
    let mut client = take(pool).await?;
    let transaction = client.transaction().await.map_err(failed)?;
    // Two nodes may come with one at the same time: the row keeps them apart.
    let sql = "INSERT INTO snapshots (event, version) VALUES ($1, $2)
               ON CONFLICT (event) DO UPDATE SET version = excluded.version
               WHERE snapshots.version <= excluded.version";
    let newer = transaction.execute(sql, &[&event, &version]).await;
    if newer.map_err(failed)? == 0 {
        return transaction.rollback().await.map_err(failed);
    }
    let sql = "DELETE FROM snapshot_pieces WHERE event = $1";
    transaction.execute(sql, &[&event]).await.map_err(failed)?;
    let sql = "INSERT INTO snapshot_pieces (event, version, piece, bytes) VALUES ($1, $2, $3, $4)";
    for (piece, bytes) in (0_i32..).zip(snapshot.chunks(PIECE)) {
        let row: &Params<'_> = &[&event, &version, &piece, &bytes];
        transaction.execute(sql, row).await.map_err(failed)?;
    }
    transaction.commit().await.map_err(failed)
}
