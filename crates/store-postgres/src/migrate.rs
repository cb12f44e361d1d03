//! The schema by number: set up and brought up to date in one transaction that only one node at a time
//! may have. What the tables are for is said in the SQL files.

use boxoffice_model::KEY_BYTES;
use boxoffice_store::StoreError;
use tokio_postgres::{Client, Error, GenericClient, Transaction};

use crate::connection::SCHEMA;
use crate::error::Doing;

/// All migrations, in order; the schema's version is how many have been applied.
const MIGRATIONS: [&str; 2] = [
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_payments.sql"),
];

/// The oldest server that can do all that is asked of it.
const OLDEST_SERVER: i32 = 140_000;

/// Whoever has this advisory lock changes the schema ("BOXO", then 1).
pub(crate) const SCHEMA_LOCK: i64 = 0x424f_584f_0000_0001;

const SETTING_UP: Doing = Doing {
    what: "setting up the store",
    table: "schema",
};

/// Checks the server, and sets up or migrates what is missing. `draw` fills bytes at random, for the
/// keys of a new store.
pub(crate) async fn migrate(
    client: &mut Client,
    create: bool,
    draw: &mut (dyn FnMut(&mut [u8]) + Send),
) -> Result<(), StoreError> {
    let failed = SETTING_UP.failed();
    check_server(client).await?;
    let known = known();
    match version(client).await? {
        Some(found) if found > known => return Err(StoreError::Newer { found, known }),
        Some(found) if found == known => return Ok(()),
        None if !create => {
            let what = "the database has no box office in it: import a catalogue first";
            return Err(StoreError::Unusable(what.into()));
        }
        _ => {}
    }
    let transaction = client.transaction().await.map_err(failed)?;
    transaction
        .batch_execute(&format!(
            "SET LOCAL lock_timeout = '60s'; SELECT pg_advisory_xact_lock({SCHEMA_LOCK})"
        ))
        .await
        .map_err(failed)?;
    // Once more, now that nobody else can: ten nodes may start at once.
    let applied = applied(&transaction).await?;
    if applied == 0 {
        set_up(&transaction).await?;
    }
    for sql in &MIGRATIONS[applied..] {
        transaction.batch_execute(sql).await.map_err(failed)?;
    }
    if applied == 0 {
        make_keys(&transaction, draw).await?;
    }
    transaction
        .execute("UPDATE schema_version SET version = $1", &[&known])
        .await
        .map_err(failed)?;
    transaction.commit().await.map_err(failed)
}

/// What a server says of itself.
struct Server {
    number: i32,
    version: String,
    fsync: String,
    full_page_writes: String,
    encoding: String,
}

async fn check_server(client: &Client) -> Result<(), StoreError> {
    let sql =
        "SELECT current_setting('server_version_num')::int, current_setting('server_version'),
               current_setting('fsync'), current_setting('full_page_writes'),
               current_setting('server_encoding')";
    let row = client.query_one(sql, &[]).await;
    let row = row.map_err(SETTING_UP.failed())?;
    let server = Server {
        number: row.get(0),
        version: row.get(1),
        fsync: row.get(2),
        full_page_writes: row.get(3),
        encoding: row.get(4),
    };
    server.judge().map_err(StoreError::Unusable)
}

impl Server {
    /// Whether what is acknowledged on it can be trusted.
    fn judge(&self) -> Result<(), String> {
        if self.number < OLDEST_SERVER {
            return Err(format!(
                "the server is PostgreSQL {}, expected 14 or newer",
                self.version
            ));
        }
        for (name, value) in [
            ("fsync", &self.fsync),
            ("full_page_writes", &self.full_page_writes),
        ] {
            if value != "on" {
                return Err(format!(
                    "the server has {name} = {value}: what is acknowledged would not survive a power \
                     cut, turn it on"
                ));
            }
        }
        match self.encoding.as_str() {
            "UTF8" => Ok(()),
            other => Err(format!(
                "the database is encoded in {other}, expected UTF8: create it with ENCODING 'UTF8'"
            )),
        }
    }
}

/// Which version the schema has; `None` without one.
async fn version(client: &Client) -> Result<Option<i64>, StoreError> {
    let failed = SETTING_UP.failed();
    if !has_table(client, "schema_version").await.map_err(failed)? {
        return Ok(None);
    }
    let sql = format!("SELECT version FROM {SCHEMA}.schema_version");
    let row = client.query_one(&sql, &[]).await.map_err(failed)?;
    Ok(Some(row.get(0)))
}

/// Whether there is a table of ours. Asked as a query over the catalogue: name lookups may be answered from
/// what the session remembers from before it waited for a lock.
pub(crate) async fn has_table(client: &impl GenericClient, name: &str) -> Result<bool, Error> {
    let sql = "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = $2";
    let row = client.query_one(sql, &[&SCHEMA, &name]).await?;
    Ok(row.get::<_, i64>(0) > 0)
}

async fn applied(transaction: &Transaction<'_>) -> Result<usize, StoreError> {
    let version = version(transaction.client()).await?;
    Ok(usize::try_from(version.unwrap_or(0)).unwrap_or(0))
}

async fn set_up(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let sql = format!(
        "CREATE SCHEMA IF NOT EXISTS {SCHEMA};
         CREATE TABLE schema_version (version bigint NOT NULL);
         INSERT INTO schema_version VALUES (0)"
    );
    transaction
        .batch_execute(&sql)
        .await
        .map_err(SETTING_UP.failed())
}

/// Makes the first generation of keys.
async fn make_keys(
    transaction: &Transaction<'_>,
    draw: &mut (dyn FnMut(&mut [u8]) + Send),
) -> Result<(), StoreError> {
    let mut key = || {
        let mut bytes = [0; KEY_BYTES];
        draw(&mut bytes);
        bytes.to_vec()
    };
    let (server, session, ticket) = (key(), key(), key());
    let sql = "INSERT INTO keys (id, server, session, ticket) VALUES (1, $1, $2, $3)";
    transaction
        .execute(sql, &[&server, &session, &ticket])
        .await
        .map(drop)
        .map_err(Doing::writing("keys").failed())
}

fn known() -> i64 {
    MIGRATIONS.len() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> Server {
        Server {
            number: 140_005,
            version: "14.5".into(),
            fsync: "on".into(),
            full_page_writes: "on".into(),
            encoding: "UTF8".into(),
        }
    }

    #[test]
    fn a_server_is_judged_by_what_it_says_of_itself() {
        assert_eq!(server().judge(), Ok(()));
        let old = Server {
            number: 130_014,
            version: "13.14".into(),
            ..server()
        };
        let said = old.judge().expect_err("too old");
        assert_eq!(said, "the server is PostgreSQL 13.14, expected 14 or newer");
        let torn = Server {
            full_page_writes: "off".into(),
            ..server()
        };
        assert!(
            torn.judge()
                .expect_err("torn")
                .contains("full_page_writes = off")
        );
    }
}
