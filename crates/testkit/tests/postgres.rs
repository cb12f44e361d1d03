//! PostgreSQL servers start, suffer and end as they are told, and never outlive their tests.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use boxoffice_testkit::PostgresVersion::{Newest, System};
use boxoffice_testkit::{PostgresOptions, PostgresServer, PostgresVersion, Proxy};

const BOTH: [PostgresVersion; 2] = [System, Newest];
const TABLE: &str = "CREATE TABLE seat (name text PRIMARY KEY);";

/// Asks again and again until it is so.
fn until(what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Runs a statement by a URL, as a stranger would.
fn psql(server: &PostgresServer, url: &str, sql: &str) -> Result<String, String> {
    let mut command = server.tool("psql");
    let output = command
        .args(["-XqAtw", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8_lossy(bytes).trim_end().to_owned();
    match output.status.success() {
        true => Ok(text(&output.stdout)),
        false => Err(text(&output.stderr)),
    }
}

#[test]
fn each_version_answers_as_what_it_is() {
    for (version, major) in BOTH.into_iter().zip([14, 18]) {
        let server = PostgresServer::shared(version);
        let said = server.sql("postgres", "SHOW server_version_num").unwrap();
        assert!(said.parse::<u32>().unwrap() / 10_000 >= major, "{said}");
        let settings = "SELECT current_setting('fsync'), current_setting('server_encoding'), \
                        current_setting('listen_addresses'), current_setting('max_connections')";
        let said = server.sql("postgres", settings);
        assert_eq!(said.as_deref(), Ok("on|UTF8|127.0.0.1|300"));
    }
}

#[test]
fn each_database_is_empty_and_its_users_own() {
    for version in BOTH {
        let server = PostgresServer::shared(version);
        let (one, two) = (server.new_database(), server.new_database());
        assert_ne!(one, two);
        psql(server, &one, TABLE).unwrap();
        psql(server, &two, TABLE).unwrap();
        let who = "SELECT usename, usesuper FROM pg_user WHERE usename = current_user";
        assert_eq!(psql(server, &one, who).as_deref(), Ok("boxoffice|f"));
    }
}

#[test]
fn an_error_is_the_servers_own() {
    let error = PostgresServer::shared(System).sql("postgres", "SELECT 1; SELEC 2; SELECT 3");
    assert!(error.unwrap_err().contains("syntax error"));
}

#[test]
fn a_server_ends_with_its_process() {
    let mut keeper = Command::new(env!("CARGO_BIN_EXE_postgres_keeper"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    BufReader::new(keeper.stdout.take().unwrap())
        .read_line(&mut said)
        .unwrap();
    let (port, folder) = said.trim_end().split_once(' ').unwrap();
    let address: SocketAddr = format!("127.0.0.1:{port}").parse().unwrap();
    assert!(TcpStream::connect(address).is_ok());
    assert!(Path::new(folder).exists());
    keeper.kill().unwrap();
    keeper.wait().unwrap();
    until("the port is closed", || {
        TcpStream::connect(address).is_err()
    });
    let folder = Path::new(folder).parent().unwrap();
    until("the folder is gone", || !folder.exists());
}

#[test]
fn a_killed_server_keeps_what_was_committed() {
    for version in BOTH {
        let server = PostgresServer::start(version);
        let database = server.new_database_name();
        let sql = |sql: &str| server.sql(&database, sql);
        sql(TABLE).unwrap();
        for life in 1..=2 {
            sql(&format!("INSERT INTO seat VALUES ('{life}')")).unwrap();
            server.kill();
            assert!(TcpStream::connect(server.address()).is_err());
            server.restart();
            assert_eq!(sql("SELECT count(*) FROM seat"), Ok(life.to_string()));
        }
        server.stop();
        server.restart();
        assert_eq!(sql("SELECT count(*) FROM seat").as_deref(), Ok("2"));
    }
}

#[test]
fn a_frozen_server_answers_when_it_thaws() {
    let server = PostgresServer::start(System);
    server.freeze();
    std::thread::scope(|threads| {
        let asked = threads.spawn(|| server.sql("postgres", "SELECT 1"));
        // Its listener's queue is the kernel's.
        drop(TcpStream::connect(server.address()).unwrap());
        assert!(!asked.is_finished());
        server.thaw();
        assert_eq!(asked.join().unwrap().as_deref(), Ok("1"));
    });
    server.freeze();
    drop(server);
}

#[test]
fn a_setting_is_there_when_it_was_set() {
    let server = PostgresServer::start_with(System, &[("work_mem", "5MB")]);
    let show = |name: &str| server.sql("postgres", &format!("SHOW {name}")).unwrap();
    assert_eq!(show("work_mem"), "5MB");
    server.set("fsync", "off");
    assert_eq!(show("fsync"), "off");
}

#[test]
fn a_promoted_standby_has_what_was_committed() {
    for version in BOTH {
        let primary = PostgresServer::start(version);
        let database = primary.new_database_name();
        let standby = primary.standby("stand-by");
        primary.synchronous("stand-by");
        primary.sql(&database, TABLE).unwrap();
        let insert = |name: &str| format!("INSERT INTO seat VALUES ('{name}')");
        primary.sql(&database, &insert("kept")).unwrap();
        primary.kill();
        assert!(standby.sql(&database, &insert("too early")).is_err());
        standby.promote();
        let found = standby.sql(&database, "SELECT * FROM seat");
        assert_eq!(found.as_deref(), Ok("kept"));
        psql(&standby, &standby.new_database(), TABLE).unwrap();
    }
}

#[test]
fn a_backup_is_what_was_there_when_it_was_taken() {
    for version in BOTH {
        let server = PostgresServer::start(version);
        let database = server.new_database_name();
        server.sql(&database, TABLE).unwrap();
        server
            .sql(&database, "INSERT INTO seat VALUES ('then')")
            .unwrap();
        let dir = tempfile::tempdir().unwrap();
        server.backup(dir.path());
        server
            .sql(&database, "INSERT INTO seat VALUES ('later')")
            .unwrap();
        for _ in 0..2 {
            let restored = PostgresServer::from_backup(version, dir.path());
            let found = psql(&restored, &restored.url("postgres"), "SELECT 1");
            assert_eq!(found.as_deref(), Ok("1"));
            let found = restored.sql(&database, "SELECT * FROM seat");
            assert_eq!(found.as_deref(), Ok("then"));
        }
    }
}

#[test]
fn a_password_is_asked() {
    for version in BOTH {
        let server = PostgresOptions::new().password("it's/@:1").start(version);
        let url = server.new_database();
        assert_eq!(psql(&server, &url, "SELECT 1").as_deref(), Ok("1"));
        let without = url.replace("it%27s%2F%40%3A1", "wrong");
        assert_ne!(without, url);
        let error = psql(&server, &without, "SELECT 1").unwrap_err();
        assert!(error.contains("password authentication failed"), "{error}");
    }
}

#[test]
fn a_server_with_tls_takes_nobody_without() {
    let dir = tempfile::tempdir().unwrap();
    let request = "req -x509 -newkey ed25519 -nodes -days 2 -subj /CN=localhost \
                   -keyout key.pem -out certificate.pem";
    let made = Command::new("openssl")
        .args(request.split_whitespace())
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert!(made.status.success());
    let read = |name| std::fs::read_to_string(dir.path().join(name)).unwrap();
    let (certificate, key) = (read("certificate.pem"), read("key.pem"));
    let server = PostgresOptions::new().tls(&certificate, &key).start(System);
    let url = server.new_database();
    let asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let by = |mode| psql(&server, &format!("{url}?sslmode={mode}"), asked);
    assert_eq!(by("require").as_deref(), Ok("t"));
    assert!(by("disable").unwrap_err().contains("pg_hba.conf"));
}

#[test]
fn the_answer_of_a_commit_can_be_lost() {
    let server = PostgresServer::shared(System);
    let (database, proxy) = (server.new_database_name(), Proxy::before(server.address()));
    server.sql(&database, TABLE).unwrap();
    server
        .sql(&database, "ALTER TABLE seat OWNER TO boxoffice")
        .unwrap();
    let url = server.url_at(proxy.address(), &database);
    assert!(psql(server, &url, "INSERT INTO seat VALUES ('told')").is_ok());
    proxy.lose_answer_after(b"'untold'");
    std::thread::scope(|threads| {
        let insert = "INSERT INTO seat VALUES ('untold')";
        let asked = threads.spawn(|| psql(server, &url, insert));
        proxy.wait_until_lost_with(b"INSERT 0 1\0");
        assert!(!asked.is_finished());
        proxy.cut();
        let error = asked.join().unwrap().unwrap_err();
        assert!(error.contains("onnection"), "{error}");
    });
    let found = server.sql(&database, "SELECT count(*) FROM seat");
    assert_eq!(found.as_deref(), Ok("2"));
    assert!(psql(server, &url, "SELECT 1").is_err());
    proxy.pass();
    assert!(psql(server, &url, "SELECT 1").is_ok());
}
