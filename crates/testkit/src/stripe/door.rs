//! The port: opened, closed with everybody thrown out, opened again. A thread waits at it, and one is
//! with each guest. What is answered is said in `api` and `pages`.

use std::collections::HashMap;
use std::io::BufReader;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::wire::{Reply, Request};
use super::world::World;

/// A port that may be open or closed.
pub(super) struct Door {
    address: SocketAddr,
    open: Mutex<Option<Opening>>,
}

/// The time between an opening and the next closing.
struct Opening {
    guests: Arc<Guests>,
    waiter: JoinHandle<()>,
}

/// Who is there.
#[derive(Default)]
struct Guests {
    closed: AtomicBool,
    streams: Mutex<HashMap<u64, TcpStream>>,
}

impl Door {
    pub(super) fn new(address: SocketAddr) -> Self {
        Door {
            address,
            open: Mutex::default(),
        }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    fn opening(&self) -> MutexGuard<'_, Option<Opening>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens it again, if it is closed.
    pub(super) fn open(&self, world: &Arc<World>) {
        let is_open = self.opening().is_some();
        if !is_open {
            let address = (Ipv4Addr::LOCALHOST, self.address.port());
            let listener = TcpListener::bind(address).expect("the port is still ours");
            self.open_with(listener, world);
        }
    }

    pub(super) fn open_with(&self, listener: TcpListener, world: &Arc<World>) {
        let guests = Arc::new(Guests::default());
        let (here, world) = (Arc::clone(&guests), Arc::clone(world));
        let waiter = std::thread::spawn(move || wait(&listener, &here, &world));
        *self.opening() = Some(Opening { guests, waiter });
    }

    /// Nobody comes in any more, and whoever is there is thrown out.
    pub(super) fn close(&self) {
        let Some(Opening { guests, waiter }) = self.opening().take() else {
            return;
        };
        guests.closed.store(true, Ordering::SeqCst);
        // The waiter looks up when somebody comes.
        let _ = TcpStream::connect(self.address);
        let _ = waiter.join();
        for stream in guests.streams().values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Guests {
    fn streams(&self) -> MutexGuard<'_, HashMap<u64, TcpStream>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wait(listener: &TcpListener, guests: &Arc<Guests>, world: &Arc<World>) {
    for (number, stream) in (0..).zip(listener.incoming()) {
        if guests.closed.load(Ordering::SeqCst) {
            break;
        }
        let Ok(stream) = stream else { continue };
        let Ok(kept) = stream.try_clone() else {
            continue;
        };
        guests.streams().insert(number, kept);
        let (guests, world) = (Arc::clone(guests), Arc::clone(world));
        std::thread::spawn(move || {
            // A client that has gone is no concern of ours.
            let _ = talk(&stream, &guests, &world);
            let _ = stream.shutdown(Shutdown::Both);
            guests.streams().remove(&number);
        });
    }
}

fn talk(stream: &TcpStream, guests: &Guests, world: &World) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = Request::read(&mut reader)? {
        if guests.closed.load(Ordering::SeqCst) {
            break;
        }
        let last = request.is_last();
        let (reply, events) = world.serve(&request);
        let written = reply.as_ref().map(|reply| answer(reply, stream, last));
        world.webhooks.post_promised(events);
        match written {
            Some(Ok(())) if !last => {}
            Some(Err(error)) => return Err(error),
            _ => break,
        }
    }
    Ok(())
}

fn answer(reply: &Reply, mut stream: &TcpStream, last: bool) -> std::io::Result<()> {
    reply.write(&mut stream, last)
}
