//! Power cuts in the middle of a crowd: as after kill -9, but the disk has only what was synced. That
//! the test sees a loss is shown by a server whose commits do not wait for the disk.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use boxoffice_store_sqlite::Synchronous;
use boxoffice_testkit::power::{
    Summary, build_shim, power_cut, power_cut_keeping, preload, sick_while,
};
use boxoffice_testkit::{Office, Workshop};

use crate::crowd::{BEST, Crowd, Told};
use crate::house::{catalogue_of, rounds, workshop, workshop_with};

/// Tells the child how to serve, as JSON.
const ARGS: &str = "BOXOFFICE_POWER_TEST_ARGS";

/// Serves as the binary does, but no commit waits for the disk: there is no such binary, so the other
/// tests start this one.
#[test]
#[ignore = "what the other tests start and kill"]
fn lossy_server() -> ExitCode {
    // Run by hand with all that is ignored, there is nothing to serve.
    let Ok(args) = std::env::var(ARGS) else {
        return ExitCode::SUCCESS;
    };
    let args: Vec<String> = serde_json::from_str(&args).expect("words");
    let words = ["boxoffice".to_owned()].into_iter().chain(args);
    boxoffice_server::run(words.map(OsString::from), Synchronous::Off)
}

fn lossy(workshop: &Workshop) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a path"));
    let args = serde_json::to_string(&workshop.serve_args(&[])).expect("JSON");
    command
        .args(["--exact", "power::lossy_server", "--ignored", "--nocapture"])
        .env(ARGS, args)
        .stderr(Stdio::null());
    command
}

/// Lets a crowd buy, kills the server and cuts the power. Gives back what is missing afterwards of all
/// that anybody was `told` so far, a sentence each.
fn life(
    workshop: &Workshop,
    mut server: Command,
    holds: usize,
    cut: impl FnOnce(&Path) -> Summary,
    told: &mut Told,
) -> Vec<String> {
    let tools = tempfile::tempdir().expect("a folder");
    let shim = build_shim(tools.path()).expect("a shim");
    preload(&mut server, &shim, workshop.folder()).expect("a folder");
    let office = Office::start(&mut server).expect("it serves");
    let crowd = Crowd::gather(&office.client(), 8);
    crowd.wait_for_holds(holds);
    office.kill();
    told.join(crowd.told());
    let summary = cut(workshop.folder());
    assert!(summary.files > 0, "the shim saw nothing");
    let audit = workshop.run(&["audit", "--store", &workshop.store()]);
    if !audit.status.success() {
        return vec![String::from_utf8_lossy(&audit.stdout).into_owned()];
    }
    let Some(office) = Office::start(&mut workshop.server(&[])) else {
        return vec!["it does not start".to_owned()];
    };
    let missing = told.missing(&office.client());
    assert!(office.stop());
    workshop.audit();
    missing
}

/// A disk that had written about half of what it was not asked to, another half by each seed.
fn cut_keeping_some(dir: &Path, seed: u64) -> Summary {
    let mut chance = seed;
    let cut = power_cut_keeping(dir, &mut |_, _| {
        // An odd multiplier spreads the bits; the top one decides.
        chance = chance.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        chance >> 63 == 1
    });
    cut.expect("a cut")
}

#[test]
fn what_was_acknowledged_survives_a_power_cut() {
    let (workshop, mut told) = (workshop_with(&catalogue_of(200, 50)), Told::default());
    for round in 0..rounds(6, 60) {
        // More in each round, so that cuts fall into different moments.
        let holds = 4 + round as usize % 7 * 9;
        let cut = |dir: &Path| match round % 2 {
            0 => power_cut(dir).expect("a cut"),
            _ => cut_keeping_some(dir, round),
        };
        let missing = life(&workshop, workshop.server(&[]), holds, cut, &mut told);
        assert_eq!(missing, [""; 0], "round {round}");
    }
}

#[test]
fn a_server_that_does_not_wait_for_the_disk_is_seen_to_lose() {
    let seen = (0..4).any(|_| {
        let workshop = workshop_with(&catalogue_of(40, 20));
        let cut = |dir: &Path| power_cut(dir).expect("a cut");
        !life(&workshop, lossy(&workshop), 20, cut, &mut Told::default()).is_empty()
    });
    assert!(seen, "no loss in four power cuts: the test sees nothing");
}

#[test]
fn what_was_acknowledged_survives_a_sick_disk_and_a_power_cut() {
    let (workshop, tools) = (workshop_with(&catalogue_of(200, 50)), tempfile::tempdir());
    let tools = tools.expect("a folder");
    let shim = build_shim(tools.path()).expect("a shim");
    let sign = tools.path().join("sick");
    let mut told = Told::default();
    for round in 0..rounds(4, 40) {
        let mut server = workshop.server(&[]);
        preload(&mut server, &shim, workshop.folder()).expect("a folder");
        let office = Office::start(sick_while(&mut server, &sign)).expect("it serves");
        for _ in 0..2 {
            let crowd = Crowd::gather(&office.client(), 8);
            crowd.wait_for_holds(8);
            std::fs::write(&sign, "").expect("a sign");
            // They leave at the first answer that is no success.
            told.join(crowd.told());
            let refused = office.client().post("/v1/reservations", BEST);
            let slug = refused.problem(503);
            assert!(
                ["store-unavailable", "outcome-unknown"].contains(&&*slug),
                "{slug}"
            );
            assert_eq!(
                office.client().get("/readyz").problem(503),
                "store-unavailable"
            );
            std::fs::remove_file(&sign).expect("a sign");
        }
        let crowd = Crowd::gather(&office.client(), 8);
        crowd.wait_for_holds(8);
        office.kill();
        told.join(crowd.told());
        match round % 2 {
            0 => drop(power_cut(workshop.folder()).expect("a cut")),
            _ => drop(cut_keeping_some(workshop.folder(), round)),
        }
        workshop.audit();
        let office = workshop.serve(&[]);
        assert_eq!(told.missing(&office.client()), [""; 0], "round {round}");
        assert!(office.stop());
        workshop.audit();
    }
}

#[test]
fn an_import_that_said_so_survives_a_power_cut() {
    let (workshop, tools) = (workshop(), tempfile::tempdir().expect("a folder"));
    let shim = build_shim(tools.path()).expect("a shim");
    let mut importer = workshop.importer(&another(20).to_string());
    let output = preload(&mut importer, &shim, workshop.folder()).expect("a folder");
    assert!(output.output().expect("it runs").status.success());
    power_cut(workshop.folder()).expect("a cut");
    workshop.audit();
    let office = workshop.serve(&[]);
    let event = office.client().get("/v1/events/day").expect_json(200);
    assert_eq!(event["available"], 20 * 20 + 20);
}

#[test]
fn a_power_cut_within_an_import_leaves_all_or_nothing() {
    for round in 0..rounds(6, 60) {
        let (workshop, tools) = (workshop(), tempfile::tempdir().expect("a folder"));
        let shim = build_shim(tools.path()).expect("a shim");
        let mut importer = workshop.importer(&another(200).to_string());
        let importer = preload(&mut importer, &shim, workshop.folder()).expect("a folder");
        let importer = importer.stdout(Stdio::null()).stderr(Stdio::null());
        let mut importer = importer.spawn().expect("it starts");
        // Killed once it has written so much more than there was, or has ended by itself.
        let length = |name| std::fs::metadata(workshop.path(name)).map_or(0, |file| file.len());
        let enough = length("store.sqlite3-wal") + 12_000 * round % 65_000;
        let has_enough = || length("store.sqlite3-wal.powerlog") >= enough;
        while !has_enough() && importer.try_wait().expect("a child").is_none() {
            std::thread::yield_now();
        }
        importer.kill().expect("a child");
        importer.wait().expect("a child");
        cut_keeping_some(workshop.folder(), round);
        workshop.audit();
        let office = workshop.serve(&[]);
        let found = office.client().get("/v1/events/day");
        if found.status != 404 {
            let places = 200 * 20 + 20;
            assert_eq!(found.expect_json(200)["available"], places, "round {round}");
            let seats = office.client().get("/v1/events/day/seats").expect_json(200);
            assert_eq!(
                seats.as_array().map(Vec::len),
                Some(places),
                "round {round}"
            );
        }
        assert!(office.stop());
        workshop.import(&another(200));
        workshop.audit();
    }
}

/// Another event, in a house of so many rows of twenty seats.
fn another(rows: usize) -> serde_json::Value {
    let mut catalogue = catalogue_of(rows, 20);
    catalogue["events"][0]["id"] = "day".into();
    catalogue
}
