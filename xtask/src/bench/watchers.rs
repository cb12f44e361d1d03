//! A crowd that watches one map: what each costs in memory, when changes reach them, and what is left
//! when they have gone.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use boxoffice_stampede::load::{Mode, Plan, run as load};
use boxoffice_testkit::{Office, Workshop};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::figures::resident;
use super::house::{STADIUM, catalogue, hold};
use super::{Built, Done};

/// Holds a second while they watch, two seats each.
const HOLDS: f64 = 100.0;
const LASTS: Duration = Duration::from_secs(10);
/// Who connects at the same time.
const ARRIVING: usize = 100;
/// Who come and go afterwards, a second, and for how many.
const CHURN: usize = 1000;
const CHURN_SECONDS: usize = 10;
/// What has not come by then will not come.
const PATIENCE: Duration = Duration::from_secs(60);
/// Delays are counted by the millisecond, up to here.
const LONGEST: usize = 10_000;

/// What the watchers note together.
struct Notes {
    begun: Instant,
    /// By seat: when its hold was sent, in microseconds.
    sent: Vec<AtomicU64>,
    ready: AtomicUsize,
    changes: AtomicU64,
    messages: AtomicU64,
    delays: Vec<AtomicU64>,
}

pub(super) fn run(built: &Built, watchers: usize) -> Done {
    println!("# watchers: {watchers} of one event, {HOLDS} holds of 2 seats a second");
    let workshop = Workshop::new(built.boxoffice());
    workshop.import(&catalogue("watched", 1, STADIUM));
    let office = workshop.serve(&[]);
    tokio::runtime::Runtime::new()?.block_on(watched(&office, watchers))
}

async fn watched(office: &Office, watchers: usize) -> Done {
    let path = "/v1/events/watched-0/availability";
    office.client().get(path).expect_text(200);
    let empty = resident(office.pid());
    let notes = Arc::new(Notes {
        begun: Instant::now(),
        sent: (0..STADIUM).map(|_| AtomicU64::new(0)).collect(),
        ready: AtomicUsize::new(0),
        changes: AtomicU64::new(0),
        messages: AtomicU64::new(0),
        delays: (0..=LONGEST).map(|_| AtomicU64::new(0)).collect(),
    });
    let mut crowd = JoinSet::new();
    let arriving = Arc::new(Semaphore::new(ARRIVING));
    for _ in 0..watchers {
        let arriving = Arc::clone(&arriving).acquire_owned().await?;
        let (notes, address) = (Arc::clone(&notes), office.address);
        crowd.spawn(async move { watch(address, &notes, arriving).await });
    }
    until("all watch", || {
        notes.ready.load(Ordering::Relaxed) == watchers
    })
    .await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let full = resident(office.pid());
    println!(
        "memory: {empty:.1} MiB before, {full:.1} MiB with {watchers}: {:.2} KiB a watcher; aim 20 at most, 8 hoped for",
        (full - empty) * 1024.0 / watchers as f64
    );
    let before = (cpu(office.pid()), frames(office));
    let plan = Plan {
        connections: 4,
        mode: Mode::Open { per_second: HOLDS },
        duration: LASTS,
        ..Plan::new(office.address)
    };
    let stamping = Arc::clone(&notes);
    let held = load(&plan, move |sequence: u64, request: &mut Vec<u8>| {
        let now = stamping.begun.elapsed().as_micros() as u64;
        for seat in [2 * sequence, 2 * sequence + 1] {
            stamping.sent[seat as usize].store(now, Ordering::Relaxed);
        }
        hold("watched-0", sequence, request);
    });
    let held = held.await?;
    let changes = held.count(201) * 2 * watchers as u64;
    let all = || notes.changes.load(Ordering::Relaxed) >= changes;
    let complete = until("all changes are delivered", all).await;
    println!(
        "delivered: {} of {changes} changes in {} messages",
        notes.changes.load(Ordering::Relaxed),
        notes.messages.load(Ordering::Relaxed)
    );
    complete?;
    let (used, frames) = (cpu(office.pid()) - before.0, frames(office) - before.1);
    println!(
        "from the sending of a hold to each watcher: p50 {} ms, p99 {} ms, p99.9 {} ms; aim 250 at the 99th; holds' own p99 {:.1?}",
        notes.delay(0.5),
        notes.delay(0.99),
        notes.delay(0.999),
        held.percentile(99.0),
    );
    println!(
        "server's processor time: {:.1} ms a frame, {:.2} us a message",
        used * 1000.0 / frames,
        used * 1e6 / notes.messages.load(Ordering::Relaxed) as f64
    );
    crowd.shutdown().await;
    let left = settled(office, empty).await;
    println!("memory when they have gone: {left}");
    churn(office, &notes).await?;
    let left = settled(office, empty).await;
    println!("memory when {CHURN} a second came and went for {CHURN_SECONDS} s: {left}");
    Ok(())
}

/// Watches until the end of the line.
async fn watch(
    address: SocketAddr,
    notes: &Notes,
    arriving: tokio::sync::OwnedSemaphorePermit,
) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    let request = b"GET /v1/events/watched-0/seats/stream HTTP/1.1\r\nhost: bench\r\n\r\n";
    stream.write_all(request).await?;
    let mut text = Vec::new();
    let mut arriving = Some(arriving);
    loop {
        stream.readable().await?;
        let mut buffer = [0; 4096];
        match stream.try_read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => text.extend_from_slice(&buffer[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error),
        }
        while let Some(end) = text.windows(2).position(|two| two == b"\n\n") {
            notes.take_down(&text[..end]);
            text.drain(..end + 2);
            if arriving.take().is_some() {
                notes.ready.fetch_add(1, Ordering::Relaxed);
            }
        }
        if text.is_empty() {
            // Ten thousand buffers would be the generator's memory, not the server's.
            text = Vec::new();
        }
    }
}

impl Notes {
    /// A message: its first change is its oldest.
    fn take_down(&self, message: &[u8]) {
        let text = String::from_utf8_lossy(message);
        let Some((_, changes)) = text.split_once("\"changes\":[[") else {
            return;
        };
        self.messages.fetch_add(1, Ordering::Relaxed);
        let count = changes.matches("held").count() as u64;
        self.changes.fetch_add(count, Ordering::Relaxed);
        let seat = changes
            .split(',')
            .next()
            .and_then(|seat| seat.parse::<usize>().ok());
        let Some(sent) = seat.and_then(|seat| self.sent.get(seat)) else {
            return;
        };
        let now = self.begun.elapsed().as_micros() as u64;
        let delay = now.saturating_sub(sent.load(Ordering::Relaxed)) / 1000;
        self.delays[LONGEST.min(delay as usize)].fetch_add(1, Ordering::Relaxed);
    }

    /// The delay in milliseconds that this share of the messages does not exceed.
    fn delay(&self, share: f64) -> usize {
        let wanted = self.messages.load(Ordering::Relaxed) as f64 * share;
        let mut seen = 0.0;
        let within = |(_, count): &(usize, &AtomicU64)| {
            seen += count.load(Ordering::Relaxed) as f64;
            seen >= wanted
        };
        let found = self.delays.iter().enumerate().find(within);
        found.map_or(LONGEST, |(millis, _)| millis)
    }
}

/// Connects, asks, and goes without reading, again and again.
async fn churn(office: &Office, notes: &Notes) -> Done {
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    for _ in 0..CHURN_SECONDS * 100 {
        ticks.tick().await;
        for _ in 0..CHURN / 100 {
            let mut stream = TcpStream::connect(office.address).await?;
            let request = b"GET /v1/events/watched-0/seats/stream HTTP/1.1\r\nhost: bench\r\n\r\n";
            stream.write_all(request).await?;
        }
    }
    println!(
        "{} came and went in {:.1?} since the beginning",
        CHURN * CHURN_SECONDS,
        notes.begun.elapsed()
    );
    Ok(())
}

/// The memory once it is near what it was, or after a minute.
async fn settled(office: &Office, empty: f64) -> String {
    let begun = Instant::now();
    while resident(office.pid()) > empty * 1.2 && begun.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let now = resident(office.pid());
    format!("{now:.1} MiB after {:.0} s", begun.elapsed().as_secs_f64())
}

async fn until(what: &str, mut done: impl FnMut() -> bool) -> Done {
    let begun = Instant::now();
    while !done() {
        if begun.elapsed() > PATIENCE {
            return Err(format!("{what}: not within {PATIENCE:?}").into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Seconds of processor time that a process has used, in its own code and in the system's.
fn cpu(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2);
    // Linux counts a hundred a second for everybody who asks from outside.
    ticks
        .filter_map(|field| field.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

/// Frames made so far.
fn frames(office: &Office) -> f64 {
    let text = office.client().get("/metrics").text();
    let count = |line: &str| line.strip_prefix("seat_map_frames_total ")?.parse().ok();
    text.lines().find_map(count).unwrap_or(0.0)
}
