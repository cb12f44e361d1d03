//! What is true of the proxy's whole network: what flows now, which answer is to be lost, and how many
//! connections there are.

use std::collections::HashMap;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::processes::PATIENCE;

/// So many of the lost bytes are kept to be looked at.
const KEPT: usize = 64 * 1024;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Pass,
    Cut,
    Silence,
    HoldAnswers,
}

/// Which way bytes go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    ToServer,
    ToClient,
}

/// What becomes of some bytes.
#[derive(PartialEq, Eq)]
pub(super) enum Fate {
    Flow,
    Lost,
    Cut,
}

pub(super) struct Network {
    pub(super) server: SocketAddr,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    mode: Mode,
    closed: bool,
    /// The bytes whose answer is to be lost next.
    needle: Option<Vec<u8>>,
    /// The last bytes that were lost.
    lost: Vec<u8>,
    connections: HashMap<u64, Connection>,
    named: u64,
}

#[derive(Default)]
struct Connection {
    /// Its sockets, to wake whoever reads from them.
    sockets: Vec<TcpStream>,
    cut: bool,
    loses_answers: bool,
    /// The last bytes towards the server: a needle may come in two parts.
    tail: Vec<u8>,
}

impl Network {
    pub(super) fn new(server: SocketAddr) -> Self {
        Network {
            server,
            state: Mutex::new(State {
                mode: Mode::Pass,
                closed: false,
                needle: None,
                lost: Vec::new(),
                connections: HashMap::new(),
                named: 0,
            }),
            changed: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        let waited = self.changed.wait(state);
        waited.unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set(&self, mode: Mode) {
        let mut state = self.state();
        state.mode = mode;
        if mode == Mode::Cut {
            state.cut_all();
        }
        self.changed.notify_all();
    }

    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.cut_all();
        self.changed.notify_all();
    }

    /// Ends one connection.
    pub(super) fn cut(&self, name: u64) {
        if let Some(connection) = self.state().connections.get_mut(&name) {
            connection.cut();
        }
        self.changed.notify_all();
    }

    pub(super) fn is_cut(&self, name: u64) -> bool {
        let state = self.state();
        let connection = state.connections.get(&name);
        connection.is_none_or(|connection| connection.cut)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state().closed
    }

    pub(super) fn look_for(&self, needle: &[u8]) {
        let mut state = self.state();
        state.needle = Some(needle.to_owned());
        state.lost.clear();
        for connection in state.connections.values_mut() {
            connection.tail.clear();
        }
    }

    pub(super) fn wait_until_empty(&self) {
        let mut state = self.state();
        while !state.connections.is_empty() && (state.closed || state.mode == Mode::Cut) {
            state = self.wait(state);
        }
    }

    /// Whether that happened in time.
    pub(super) fn wait_until_lost_with(&self, part: &[u8]) -> bool {
        let missing = |state: &mut State| !contains(&state.lost, part);
        let state = self.state();
        let waited = self.changed.wait_timeout_while(state, PATIENCE, missing);
        let waited = waited.unwrap_or_else(PoisonError::into_inner);
        !waited.1.timed_out()
    }

    /// Notes a new connection; `None` when it must not be.
    pub(super) fn enter(&self) -> Option<u64> {
        let mut state = self.state();
        if state.closed || state.mode == Mode::Cut {
            return None;
        }
        state.named += 1;
        let name = state.named;
        state.connections.insert(name, Connection::default());
        Some(name)
    }

    pub(super) fn leave(&self, name: u64) {
        self.state().connections.remove(&name);
        self.changed.notify_all();
    }

    /// Notes a socket of a connection; `false` when it was cut before.
    pub(super) fn owns(&self, name: u64, socket: TcpStream) -> bool {
        let mut state = self.state();
        let connection = state.connections.entry(name).or_default();
        connection.sockets.push(socket);
        !connection.cut
    }

    /// Says what becomes of `bytes` (none is the end of that way), when that is known: whoever asks
    /// waits as long as they are held back.
    pub(super) fn fate(&self, name: u64, way: Way, bytes: &[u8]) -> Fate {
        let mut state = self.state();
        loop {
            let mode = state.mode;
            let State {
                connections,
                needle,
                lost,
                ..
            } = &mut *state;
            let connection = connections.entry(name).or_default();
            if connection.cut {
                return Fate::Cut;
            }
            match (mode, way) {
                (Mode::Silence, _) => {}
                (_, Way::ToClient) if connection.loses_answers => {
                    lost.extend_from_slice(bytes);
                    lost.drain(..lost.len().saturating_sub(KEPT));
                    self.changed.notify_all();
                    return Fate::Lost;
                }
                (Mode::HoldAnswers, Way::ToClient) => {}
                (_, Way::ToServer) => {
                    // Before they flow: the answer could be faster than we are.
                    connection.look_for(needle, bytes);
                    return Fate::Flow;
                }
                _ => return Fate::Flow,
            }
            state = self.wait(state);
        }
    }
}

impl State {
    fn cut_all(&mut self) {
        self.needle = None;
        for connection in self.connections.values_mut() {
            connection.cut();
        }
    }
}

impl Connection {
    fn cut(&mut self) {
        self.cut = true;
        for socket in self.sockets.drain(..) {
            // Wakes who reads here, and says nothing to the other end, which shall see a reset.
            let _ = socket.shutdown(Shutdown::Read);
        }
    }

    fn look_for(&mut self, needle: &mut Option<Vec<u8>>, bytes: &[u8]) {
        let Some(wanted) = needle else {
            return;
        };
        self.tail.extend_from_slice(bytes);
        if contains(&self.tail, wanted) {
            self.loses_answers = true;
            *needle = None;
        } else {
            let enough = self.tail.len().saturating_sub(wanted.len() - 1);
            self.tail.drain(..enough);
        }
    }
}

/// Whether `part` is in `bytes`, which must not be empty.
fn contains(bytes: &[u8], part: &[u8]) -> bool {
    match part.is_empty() {
        true => !bytes.is_empty(),
        false => bytes.windows(part.len()).any(|window| window == part),
    }
}
