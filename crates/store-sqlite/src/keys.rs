//! The box office's keys in the store. What they seal is the model's business.

use boxoffice_model::{KEY_BYTES, Key, KeyRing};
use boxoffice_store::StoreError;
use rusqlite::Connection;

use crate::error::Doing;
use crate::row::Source;

const KEYS: Source = Source {
    table: "keys",
    keys: 1,
};

/// Makes the first generation of keys.
pub(crate) fn make(
    connection: &Connection,
    draw: &mut dyn FnMut(&mut [u8]),
) -> Result<(), StoreError> {
    let mut key = || {
        let mut bytes = [0; KEY_BYTES];
        draw(&mut bytes);
        bytes
    };
    connection
        .execute(
            "INSERT INTO keys (id, server, session, ticket) VALUES (1, ?1, ?2, ?3)",
            (key(), key(), key()),
        )
        .map_err(Doing::writing("keys").failed())?;
    Ok(())
}

/// The keys in use.
pub(crate) fn read(connection: &Connection) -> Result<KeyRing, StoreError> {
    let sql = "SELECT id, server, session, ticket FROM keys ORDER BY id DESC LIMIT 1";
    let ring = KEYS.one(connection, sql, [], |cells| {
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
