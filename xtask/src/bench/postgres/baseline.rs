//! What PostgreSQL does by itself: pgbench with one transaction a one-seat hold, and no HTTP.

use std::io::Write as _;
use std::process::Stdio;

use boxoffice_testkit::PostgresServer;

/// Seats of the table, so many that two clients seldom want the same one.
const SEATS: u64 = 1_000_000;
const CLIENTS: &str = "32";
const SECONDS: &str = "5";

/// A hold as it is usually written: the seat's row says who has it, if it was free, and a row of its own is
/// the reservation. The condition is such that each seat is free, so that each transaction writes both.
const HOLD: &str = "\\set seat random(1, 1000000)
BEGIN;
UPDATE seats SET held_by = :client_id, held_until = now() + interval '10 min' WHERE event = 1 AND seat = :seat AND (held_until IS NULL OR held_until < now() + interval '11 min');
INSERT INTO holds (event, seat, held_by, held_until) VALUES (1, :seat, :client_id, now() + interval '10 min');
COMMIT;
";

/// A database with seats in it.
pub(super) struct Baseline<'s> {
    server: &'s PostgresServer,
    database: String,
}

impl<'s> Baseline<'s> {
    pub(super) fn new(server: &'s PostgresServer) -> Result<Self, Box<dyn std::error::Error>> {
        let database = server.new_database_name();
        let make = format!(
            "CREATE TABLE seats (event bigint, seat bigint, held_by bigint, held_until timestamptz,
                 PRIMARY KEY (event, seat)) WITH (fillfactor = 50);
             CREATE TABLE holds (id bigserial PRIMARY KEY, event bigint, seat bigint, held_by bigint,
                 held_until timestamptz);
             INSERT INTO seats SELECT 1, seat FROM generate_series(1, {SEATS}) AS seat;
             VACUUM ANALYZE seats; CHECKPOINT"
        );
        server.sql(&database, &make)?;
        Ok(Baseline { server, database })
    }

    /// One-seat holds a second.
    pub(super) fn rate(&self) -> Result<f64, Box<dyn std::error::Error>> {
        let mut pgbench = self.server.tool("pgbench");
        let port = self.server.port().to_string();
        let mut pgbench = pgbench
            .args([
                "-n", "-M", "prepared", "-j", "2", "-c", CLIENTS, "-T", SECONDS,
            ])
            .args([
                "-f",
                "/dev/stdin",
                "-h",
                "127.0.0.1",
                "-p",
                &port,
                "-U",
                "postgres",
            ])
            .arg(&self.database)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut script = pgbench.stdin.take().ok_or("its input is piped")?;
        script.write_all(HOLD.as_bytes())?;
        drop(script);
        let output = pgbench.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        let rate = said
            .lines()
            .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        rate.ok_or_else(|| {
            let error = String::from_utf8_lossy(&output.stderr);
            format!("pgbench said no rate: {error}").into()
        })
    }
}
