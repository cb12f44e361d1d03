//! The fake `localstripe` of PyPI, as a process of its own: no checkout, no idempotency keys, but not by
//! us. Ends with the test's process, however that ends.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::client::Client;
use crate::processes::until;
use crate::pypi::Package;

const LOCALSTRIPE: Package = Package {
    requirement: "localstripe==1.15.10",
    name: "boxoffice-localstripe-1.15.10",
    with_dependencies: true,
};

/// Its own `main` listens to the whole world, on a port that must be known before, and writes what it
/// knows to a file that all of them share. The end of its input is the end of the test.
const START: &str = r#"
import os, socket, sys, threading
from aiohttp import web
from localstripe import resources, server

resources.store.__class__.dump_to_disk = lambda store: None

def end():
    sys.stdin.read()
    os._exit(0)

threading.Thread(target=end, daemon=True).start()
door = socket.socket()
door.bind(("127.0.0.1", 0))
print(door.getsockname()[1], flush=True)
web.run_app(server.app, sock=door, print=None, access_log=None)
"#;

/// A running `localstripe`. Ended when dropped.
pub struct LocalStripe {
    process: Child,
    address: SocketAddr,
}

impl LocalStripe {
    /// Installs it at its first use, and starts it; waits until it answers.
    ///
    /// # Panics
    /// When it cannot be had, or does not start; says why.
    #[track_caller]
    pub fn start() -> Self {
        let folder = LOCALSTRIPE.folder(|folder| is_whole(folder).then(|| folder.to_owned()));
        let folder = folder.unwrap_or_else(|why| {
            panic!("localstripe cannot be had: {why}. Install python3 with pip")
        });
        let mut process = Command::new("python3")
            .args(["-c", START])
            .env("PYTHONPATH", folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 runs");
        let said = process.stdout.take().expect("its output is piped");
        let mut port = String::new();
        let read = BufReader::new(said).read_line(&mut port);
        read.expect("it says its port");
        let port = port.trim().parse();
        let port: u16 = port.expect("localstripe starts; above is what it says");
        let local = LocalStripe {
            process,
            address: (Ipv4Addr::LOCALHOST, port).into(),
        };
        let client = Client::new(local.address);
        let client = client.with("authorization", &format!("Bearer {}", local.key()));
        until("localstripe answers", || {
            client.send("GET", "/v1/payment_intents", None).is_ok()
        });
        local
    }

    /// Where it is; clients add `/v1/…`.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The same as an address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A secret key that it lets in.
    pub fn key(&self) -> &'static str {
        "sk_test_12345"
    }
}

impl Drop for LocalStripe {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn is_whole(folder: &Path) -> bool {
    folder.join("localstripe/server.py").is_file() && folder.join("aiohttp").is_dir()
}
