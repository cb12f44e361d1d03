//! What a database must be like to be opened, and what is said of one that is not.

use std::sync::Arc;

use boxoffice_store::StoreError;
use boxoffice_store::conformance::{BEGIN, TurnedClock};
use boxoffice_store_postgres::{Options, PostgresStore};
use boxoffice_testkit::{PostgresOptions, PostgresServer, PostgresVersion};

use crate::common::{open, options};

fn opened(url: &str, options: &Options) -> Result<PostgresStore, StoreError> {
    open(url, options, Arc::new(TurnedClock::new(BEGIN)), 1)
}

fn refusal(url: &str, options: &Options) -> String {
    let error = opened(url, options).err().expect("it is refused");
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    assert!(!text.contains("hidden"), "{text}");
    text
}

#[test]
fn a_wrong_password_or_database_is_named() {
    let server = PostgresOptions::new()
        .password("hidden")
        .start(PostgresVersion::System);
    let url = server.new_database();
    assert!(opened(&url, &options()).is_ok());
    let wrong = refusal(&url.replace("hidden", "hidden2"), &options());
    assert!(wrong.contains("the password is wrong"), "{wrong}");
    let missing = refusal(&server.url("nowhere"), &options());
    assert!(missing.contains("no such database"), "{missing}");
}

#[test]
fn a_server_that_forgets_is_refused() {
    let server = PostgresServer::start_with(PostgresVersion::Newest, &[("fsync", "off")]);
    let refused = refusal(&server.new_database(), &options());
    assert!(refused.contains("fsync = off"), "{refused}");
}

#[test]
fn a_database_that_is_not_utf8_is_refused() {
    let server = PostgresServer::shared(PostgresVersion::System);
    let create = "CREATE DATABASE ascii OWNER boxoffice ENCODING 'SQL_ASCII' LC_COLLATE 'C'
                  LC_CTYPE 'C' TEMPLATE template0";
    server.sql("postgres", create).expect("a database");
    let refused = refusal(&server.url("ascii"), &options());
    assert!(refused.contains("expected UTF8"), "{refused}");
}

#[test]
fn a_standby_alone_cannot_be_served() {
    let primary = PostgresServer::start(PostgresVersion::System);
    let url = primary.new_database();
    let standby = primary.standby("second");
    let (primary, standby) = (primary.address().to_string(), standby.address().to_string());
    let refused = refusal(&url.replace(&primary, &standby), &options());
    assert!(refused.contains("does not allow writes"), "{refused}");
    // Named beside its primary it does no harm.
    let both = url.replace(&primary, &format!("{standby},{primary}"));
    assert!(opened(&both, &options()).is_ok());
}

#[test]
fn nobody_at_the_address_is_said_at_once() {
    let refused = refusal("postgres://me@127.0.0.1:1/shop", &options());
    assert!(refused.contains("connecting"), "{refused}");
}

#[test]
fn a_command_needs_a_store_that_is_there() {
    let url = PostgresServer::shared(PostgresVersion::System).new_database();
    let refused = refusal(&url, &Options::command());
    assert!(refused.contains("import a catalogue first"), "{refused}");
}

#[test]
fn a_newer_schema_is_left_alone() {
    let server = PostgresServer::shared(PostgresVersion::System);
    let name = server.new_database_name();
    let url = server.url(&name);
    assert!(opened(&url, &options()).is_ok());
    server
        .sql(&name, "UPDATE boxoffice.schema_version SET version = 99")
        .expect("an update");
    assert!(matches!(
        opened(&url, &options()),
        Err(StoreError::Newer { found: 99, .. })
    ));
}
