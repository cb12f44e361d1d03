//! The other fake starts, takes a payment intent, and goes, also when its test is killed.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use boxoffice_testkit::{Client, LocalStripe};

#[test]
fn localstripe_takes_an_intent_and_goes() {
    let local = LocalStripe::start();
    let address = local.address();
    let client = Client::new(address)
        .with("authorization", &format!("Bearer {}", local.key()))
        .with("content-type", "application/x-www-form-urlencoded");
    let form = "amount=2000&currency=eur&capture_method=manual&metadata[boxoffice_attempt]=a1";
    let intent = client.post("/v1/payment_intents", form).expect_json(200);
    assert_eq!(intent["status"], "requires_payment_method");
    assert_eq!(intent["metadata"]["boxoffice_attempt"], "a1");
    drop(local);
    TcpStream::connect(address).unwrap_err();
}

/// Set where this test runs as the process that will be killed.
const KEEPER: &str = "BOXOFFICE_LOCALSTRIPE_KEEPER";

#[test]
fn localstripe_ends_with_a_killed_test() {
    if std::env::var_os(KEEPER).is_some() {
        let local = LocalStripe::start();
        println!("\naddress {}", local.address());
        // Or until the test has gone, if that is killed first.
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        return;
    }
    let mut keeper = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "local::localstripe_ends_with_a_killed_test",
            "--nocapture",
        ])
        .env(KEEPER, "")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(keeper.stdout.take().unwrap()).lines();
    let mut said = said.map(Result::unwrap);
    let address = said.find_map(|line| Some(line.strip_prefix("address ")?.to_owned()));
    let address = address.unwrap();
    TcpStream::connect(&address).unwrap();
    keeper.kill().unwrap();
    keeper.wait().unwrap();
    let begun = Instant::now();
    while TcpStream::connect(&address).is_ok() {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "it is still there"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}
