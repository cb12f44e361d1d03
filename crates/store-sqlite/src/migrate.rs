//! The schema by number: set up and brought up to date at start, in one transaction. What the tables
//! are for is said in the SQL files.

use boxoffice_store::StoreError;
use rusqlite::{Connection, TransactionBehavior};

use crate::connection;
use crate::error::Doing;
use crate::keys;

/// All migrations, in order; the schema's version is how many have been applied.
const MIGRATIONS: [&str; 2] = [
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_payments.sql"),
];

/// Marks a SQLite file as ours (`PRAGMA application_id`): "BOXO".
const APPLICATION_ID: i32 = 0x424f_584f;

const SETTING_UP: Doing = Doing {
    what: "setting up the store",
    table: "schema",
};

/// How a file stands to this binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schema {
    /// Empty.
    None,
    /// Ours, from an older binary.
    Older,
    /// Ours, and up to date.
    Current,
}

/// Looks at a file without changing it.
///
/// # Errors
/// [`StoreError::Newer`] and, for what is not ours, [`StoreError::Unusable`].
pub(crate) fn schema(connection: &Connection) -> Result<Schema, StoreError> {
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let found = number("user_version").map_err(SETTING_UP.failed())?;
    let application = number("application_id").map_err(SETTING_UP.failed())?;
    let pages = number("schema_version").map_err(SETTING_UP.failed())?;
    let known = known();
    if found == 0 && application == 0 && pages == 0 {
        return Ok(Schema::None);
    }
    if application != i64::from(APPLICATION_ID) {
        let what = "the file is a SQLite database, but not a box office's: name another file";
        return Err(StoreError::Unusable(what.into()));
    }
    match found {
        _ if found > known => Err(StoreError::Newer { found, known }),
        _ if found == known => Ok(Schema::Current),
        _ => Ok(Schema::Older),
    }
}

/// Applies what is missing; makes the keys of a new store from bytes that `draw` fills in.
pub(crate) fn migrate(
    connection: &mut Connection,
    draw: &mut dyn FnMut(&mut [u8]),
) -> Result<(), StoreError> {
    let failed = SETTING_UP.failed();
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    // Once more, now that nobody else can: two imports may meet over a new file.
    if schema(&transaction)? == Schema::Current {
        return Ok(());
    }
    let applied: i64 = connection::read(&transaction, "user_version")?
        .parse()
        .unwrap_or(0);
    let applied = usize::try_from(applied).unwrap_or(0);
    for sql in &MIGRATIONS[applied..] {
        transaction.execute_batch(sql).map_err(failed)?;
    }
    if applied == 0 {
        keys::make(&transaction, draw)?;
    }
    let marks = format!(
        "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {}",
        known()
    );
    transaction.execute_batch(&marks).map_err(failed)?;
    transaction.commit().map_err(failed)
}

fn known() -> i64 {
    MIGRATIONS.len() as i64
}
