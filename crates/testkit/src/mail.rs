//! A mail server that delivers nothing: PyPI's `aiosmtpd`, as a process of its own. Ends with the test's
//! process, however that ends.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use serde_json::Value;

use crate::processes::PATIENCE;
use crate::pypi::Package;

const AIOSMTPD: Package = Package {
    requirement: "aiosmtpd==1.4.6",
    name: "boxoffice-aiosmtpd-1.4.6",
    with_dependencies: true,
};

/// Says its port, then each mail as a line of JSON. It takes no mail for `nobody@…` and says to whom, as
/// mail servers do. The end of its input is the end of the test.
const START: &str = r#"
import asyncio, json, os, socket, sys, threading
from email import message_from_bytes, policy
from aiosmtpd.smtp import SMTP

class Sink:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return f"550 5.1.1 <{address}> is not known here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=policy.default)
        body = lambda kind: mail.get_body((kind,)).get_content()
        told = {"sender": envelope.mail_from, "recipients": envelope.rcpt_tos,
                "headers": {name.lower(): str(value) for name, value in mail.items()},
                "text": body("plain"), "html": body("html")}
        print(json.dumps(told), flush=True)
        return "250 OK"

def end():
    sys.stdin.read()
    os._exit(0)

async def serve():
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Sink()), sock=door)
    print(door.getsockname()[1], flush=True)
    await server.serve_forever()

threading.Thread(target=end, daemon=True).start()
asyncio.run(serve())
"#;

/// A running mail server. Ended when dropped.
pub struct MailSink {
    process: Child,
    input: Option<ChildStdin>,
    port: u16,
    mails: Receiver<Value>,
}

impl MailSink {
    /// Installs it at its first use, and starts it.
    ///
    /// # Panics
    /// When it cannot be had, or does not start; says why.
    #[track_caller]
    pub fn start() -> Self {
        let folder = AIOSMTPD.folder(|folder| is_whole(folder).then(|| folder.to_owned()));
        let folder = folder.unwrap_or_else(|why| {
            panic!("aiosmtpd cannot be had: {why}. Install python3 with pip")
        });
        let mut process = Command::new("python3")
            .args(["-c", START])
            .env("PYTHONPATH", folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 runs");
        let input = process.stdin.take();
        let said = process.stdout.take().expect("its output is piped");
        let mut lines = BufReader::new(said).lines();
        let port = lines.next().expect("it says its port").expect("text");
        let (tell, mails) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mail = serde_json::from_str(&line).expect("a mail as JSON");
                if tell.send(mail).is_err() {
                    return;
                }
            }
        });
        MailSink {
            process,
            input,
            port: port
                .parse()
                .expect("aiosmtpd starts; above is what it says"),
            mails,
        }
    }

    /// Where it is, as `--smtp` takes it.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The next mail: `sender`, `recipients`, `headers` by their names in small letters, `text`, `html`.
    ///
    /// # Panics
    /// When none comes.
    #[track_caller]
    pub fn next(&self) -> Value {
        let next = self.mails.recv_timeout(PATIENCE);
        next.expect("a mail comes")
    }

    /// Ends it; gives back all mails that nobody has looked at.
    ///
    /// # Panics
    /// When it does not end.
    pub fn close(mut self) -> Vec<Value> {
        drop(self.input.take());
        self.process.wait().expect("it ends");
        // Its output has ended, and so the lines.
        self.mails.iter().collect()
    }
}

impl Drop for MailSink {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn is_whole(folder: &Path) -> bool {
    folder.join("aiosmtpd/smtp.py").is_file() && folder.join("attr").is_dir()
}
