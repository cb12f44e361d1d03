//! The box office's keys in the store. What they seal is the model's business.

use boxoffice_model::{Key, KeyRing};
use boxoffice_store::StoreError;

use crate::reader::Reader;
use crate::row::Source;

const KEYS: Source = Source {
    table: "keys",
    keys: 1,
};

/// The keys in use.
pub(crate) async fn read(reader: &Reader) -> Result<KeyRing, StoreError> {
    let sql = "SELECT id::bigint, server, session, ticket FROM keys ORDER BY id DESC LIMIT 1";
    let rows = reader.rows("keys", sql, &[]).await?;
    let ring = KEYS.one(&rows, |cells| {
        Ok(KeyRing {
            id: cells.small(0)?,
            server: Key::new(cells.array(1)?),
            session: Key::new(cells.array(2)?),
            ticket: Key::new(cells.array(3)?),
        })
    })?;
    ring.ok_or_else(|| StoreError::Damaged {
        table: "keys",
        what: "there is none".into(),
    })
}
