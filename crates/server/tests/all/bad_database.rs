//! A database that cannot be used: the command ends soon, with a sentence that says why and never shows
//! a password.

use std::fs::Permissions;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use boxoffice_testkit::{Office, PostgresOptions, PostgresServer, PostgresVersion, Proxy};

use crate::cluster::{again, shared, until, workshop_at, workshop_beside_others};
use crate::house::{catalogue, held};

const PASSWORD: &str = "open sesame";

fn boxoffice() -> Command {
    Command::new(env!("CARGO_BIN_EXE_boxoffice"))
}

/// The command that serves this store, and nothing of it comes from where the tests run.
pub(crate) fn serve(store: &str) -> Command {
    let mut command = again(store).server(&[]);
    command
        .env_remove("PGPASSWORD")
        .env("PGPASSFILE", "/nowhere");
    command
}

/// The command that serves a store which no flag names.
fn serve_elsewhere(more: &[&str]) -> Command {
    let mut command = boxoffice();
    command
        .args(["serve", "--listen", "127.0.0.1:0"])
        .args(more)
        .env_remove("PGPASSWORD")
        .stderr(Stdio::null());
    command
}

fn chmod(file: &Path, mode: u32) {
    let mode = Permissions::from_mode(mode);
    std::fs::set_permissions(file, mode).expect("a file of ours");
}

/// The command, which must end by itself with this code; gives back the one line that it says.
#[track_caller]
fn refusal(command: &mut Command, code: i32) -> String {
    let said = tempfile::NamedTempFile::new().expect("a file");
    let stderr = said.reopen().expect("a file");
    let mut child = command
        .stdout(Stdio::null())
        .stderr(stderr)
        .spawn()
        .expect("the binary runs");
    let mut ended = None;
    until("the command ends", || {
        ended = child.try_wait().expect("a child");
        ended.is_some()
    });
    let said = std::fs::read_to_string(said.path()).expect("text");
    assert_eq!(ended.and_then(|ended| ended.code()), Some(code), "{said}");
    assert!(
        !said.contains(PASSWORD) && !said.contains("sesame"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("boxoffice: "), "{said}");
    said
}

/// The command must say this and fail.
#[track_caller]
pub(crate) fn expect_refusal(command: &mut Command, why: &str) {
    let said = refusal(command, 1);
    assert!(said.contains(why), "{said}, expected {why}");
}

#[track_caller]
fn expect_to_serve(command: &mut Command) -> Office {
    let office = Office::start(command).expect("it serves");
    assert_eq!(office.client().get("/readyz").status, 200);
    office
}

#[test]
fn a_password_is_taken_from_wherever_it_is_safe_and_shown_nowhere() {
    let options = PostgresOptions::new().password(PASSWORD);
    let server = options.start(PostgresVersion::System);
    let name = server.new_database_name();
    let full = server.url(&name);
    let bare = format!("postgres://boxoffice@{}/{name}", server.address());
    let workshop = again(&bare);

    let said = refusal(&mut serve(&full), 2);
    assert!(said.contains("--store must not hold a password"), "{said}");
    let mut audit = boxoffice();
    refusal(audit.args(["audit", "--store", &full]), 2);
    refusal(&mut again(&full).importer(&catalogue().to_string()), 2);
    let asked = full.replace(":open%20sesame@", "@") + "?password=open%20sesame";
    refusal(&mut serve(&asked), 2);
    expect_refusal(
        serve(&bare).env("PGPASSWORD", "open barley"),
        "the password is wrong",
    );
    expect_refusal(&mut serve(&bare), "none is given");
    let wrong = full.replace("sesame", "barley");
    expect_refusal(
        serve_elsewhere(&[]).env("BOXOFFICE_STORE", wrong),
        "the password is wrong",
    );
    let nowhere = bare.replace(&name, "nowhere");
    expect_refusal(
        serve(&nowhere).env("PGPASSWORD", PASSWORD),
        "there is no such database",
    );

    let mut import = workshop.importer(&catalogue().to_string());
    assert!(
        import
            .env("PGPASSWORD", PASSWORD)
            .output()
            .expect("it runs")
            .status
            .success()
    );
    expect_to_serve(serve(&bare).env("PGPASSWORD", PASSWORD));
    expect_to_serve(serve_elsewhere(&[]).env("BOXOFFICE_STORE", &full));
    let config = workshop.path("boxoffice.toml");
    std::fs::write(&config, format!("store = '{full}'\n")).expect("a file");
    let config = config.to_str().expect("text");
    expect_to_serve(&mut serve_elsewhere(&["--config", config]));
    let file = workshop.path("pgpass");
    std::fs::write(&file, format!("127.0.0.1:*:*:boxoffice:{PASSWORD}\n")).expect("a file");
    chmod(&file, 0o644);
    let mut open = serve(&bare);
    let open = open.env("PGPASSFILE", &file).stderr(Stdio::piped());
    let open = open.output().expect("it runs");
    let said = String::from_utf8_lossy(&open.stderr);
    assert_eq!(open.status.code(), Some(1), "{said}");
    assert!(said.contains("may be read by others"), "{said}");
    assert!(!said.contains(PASSWORD), "{said}");
    chmod(&file, 0o600);
    let office = expect_to_serve(serve(&bare).env("PGPASSFILE", &file));
    held(&office.client(), &["1-1"]);
    let mut audit = boxoffice();
    audit
        .args(["audit", "--store", &bare])
        .env("PGPASSWORD", PASSWORD);
    assert!(audit.output().expect("it runs").status.success());

    drop(office);
    server.set("fsync", "off");
    expect_refusal(serve(&bare).env("PGPASSWORD", PASSWORD), "fsync = off");
}

#[test]
fn a_server_that_is_not_there_is_said_so() {
    let database = shared().new_database_name();
    let store = format!("postgres://boxoffice@127.0.0.1:1/{database}");
    expect_refusal(&mut serve(&store), "onnection refused");
    let store = format!("postgres://boxoffice@nobody.invalid/{database}");
    expect_refusal(&mut serve(&store), "nobody.invalid");
}

#[test]
fn a_server_that_does_not_answer_is_not_waited_for() {
    let proxy = Proxy::before(shared().address());
    proxy.silence();
    let store = shared().url_at(proxy.address(), &shared().new_database_name());
    expect_refusal(&mut serve(&store), "has not answered in time");
}

#[test]
fn an_audit_of_an_empty_database_says_what_to_do() {
    let store = shared().new_database();
    let mut audit = boxoffice();
    expect_refusal(
        audit.args(["audit", "--store", &store]),
        "import a catalogue first",
    );
}

/// Takes a connection away from all others; `None` when there is none any more.
fn occupy(server: SocketAddr) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(server).expect("a connection");
    let words = b"user\0boxoffice\0database\0postgres\0\0";
    let length = u32::try_from(words.len() + 8).expect("a short message");
    let protocol: u32 = 0x0003_0000;
    let head = [length.to_be_bytes(), protocol.to_be_bytes()].concat();
    stream
        .write_all(&[&head, &words[..]].concat())
        .expect("it is taken");
    loop {
        let mut head = [0; 5];
        stream.read_exact(&mut head).expect("a message");
        let [kind, length @ ..] = head;
        let mut rest = vec![0; u32::from_be_bytes(length) as usize - 4];
        stream.read_exact(&mut rest).expect("the rest of it");
        match kind {
            // Ready for a query.
            b'Z' => return Some(stream),
            b'E' => return None,
            _ => {}
        }
    }
}

#[test]
fn a_server_without_a_free_connection_is_named_and_those_who_have_some_go_on() {
    let server = PostgresServer::start_with(PostgresVersion::System, &[("max_connections", "20")]);
    let workshop = workshop_at(&server.new_database(), &catalogue());
    let office = workshop.serve(&[]);
    let client = office.client();
    held(&client, &["1-1"]);
    let taken: Vec<_> = std::iter::from_fn(|| occupy(server.address())).collect();
    assert!(!taken.is_empty());
    expect_refusal(
        &mut workshop.server(&[]),
        "remaining connection slots are reserved",
    );
    held(&client, &["1-2"]);
    drop(taken);
    until("another node can begin", || {
        Office::start(&mut workshop.server(&[])).is_some()
    });
    workshop.audit();
}

#[test]
fn an_encrypted_server_must_be_who_it_says_where_that_is_asked() {
    let certificates = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all/certificates");
    let options = PostgresOptions::new().tls(
        include_str!("certificates/server.pem"),
        include_str!("certificates/server.key"),
    );
    let server = options.start(PostgresVersion::System);
    let url = server.new_database();
    let with = |how: &str| format!("{url}?{how}");
    let root = |name: &str| {
        let file = certificates.join(name);
        format!("sslmode=verify-full&sslrootcert={}", file.display())
    };
    workshop_at(&with(&root("root.pem")), &catalogue()).audit();
    expect_to_serve(&mut serve(&with("sslmode=require")));
    expect_to_serve(&mut serve(&url));
    let office = expect_to_serve(&mut serve(&with(&root("root.pem"))));
    held(&office.client(), &["1-1"]);
    expect_refusal(&mut serve(&with(&root("other.pem"))), "UnknownIssuer");
    expect_refusal(&mut serve(&with("sslmode=verify-full")), "UnknownIssuer");
    expect_refusal(&mut serve(&with(&root("missing.pem"))), "missing.pem");
    let elsewhere = with(&root("root.pem")).replace("127.0.0.1", "localhost");
    expect_refusal(&mut serve(&elsewhere), "not valid for name");
    expect_refusal(&mut serve(&with("sslmode=disable")), "no encryption");
}

#[test]
fn a_server_that_cannot_encrypt_is_refused_where_that_is_asked() {
    let workshop = workshop_beside_others(&catalogue());
    for how in ["sslmode=require", "sslmode=verify-full"] {
        let store = format!("{}?{how}", workshop.store());
        expect_refusal(&mut serve(&store), "TLS");
    }
}
