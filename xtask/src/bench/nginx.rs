//! nginx as the measure of what a file costs to serve. Has to be installed; nothing else here needs it.

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long it may take to listen.
const START: Duration = Duration::from_secs(10);

/// A running nginx. Stopped when dropped.
pub(super) struct Nginx {
    child: Child,
    pub(super) address: SocketAddr,
}

impl Nginx {
    /// Serves the files of `folder`, tuned as for files: `sendfile`, no log, as many workers as ours.
    pub(super) fn serve(folder: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let place = folder.display();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|what| format!("{what}_temp_path {place}/{what};"))
            .join(" ");
        // Started as root it would become somebody who may not read the folder.
        let user = match std::env::var("USER").as_deref() {
            Ok("root") | Err(_) => "user root;",
            Ok(_) => "",
        };
        let configuration = format!(
            "daemon off; {user} pid {place}/pid; error_log stderr crit; worker_processes 2;
             events {{ worker_connections 1024; }}
             http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
               open_file_cache max=100; {temporary}
               default_type application/octet-stream;
               server {{ listen {address}; root {place}; }} }}"
        );
        let file = folder.join("nginx.conf");
        std::fs::File::create(&file)?.write_all(configuration.as_bytes())?;
        let mut nginx = Command::new("nginx");
        nginx.arg("-p").arg(folder).arg("-c").arg(&file);
        let child = nginx.stderr(Stdio::null()).spawn().map_err(|error| {
            format!("nginx cannot be started ({error}): apt-get install nginx-light")
        })?;
        let nginx = Nginx { child, address };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            if begun.elapsed() > START {
                return Err("nginx does not listen".into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(nginx)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Politely: killed, it would leave its workers.
        let _ = Command::new("kill")
            .args(["-QUIT", &self.child.id().to_string()])
            .status();
        let _ = self.child.wait();
    }
}
