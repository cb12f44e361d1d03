//! What one client may cost, and all of them together. How the limits are enforced is said where
//! that happens.

use std::time::Duration;

/// The limits of a listener.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long a request's head may take: from the accept for the first one, from its first byte
    /// for the later ones. Half a head is answered 408 then; who has said nothing is closed
    /// without an answer.
    pub header_timeout: Duration,
    /// How long a request's body may take, from the first time it has to be waited for, plus a
    /// second for every [`min_body_rate`](Self::min_body_rate) bytes that came. A slower one ends
    /// with [`BodyTooSlow`](crate::BodyTooSlow).
    pub body_timeout: Duration,
    /// Bytes a second that a body must keep up once `body_timeout` is used up; 0 makes
    /// `body_timeout` the limit of every body, however long.
    pub min_body_rate: u32,
    /// How long a client may leave an answer without taking a byte of it, once the system's buffers
    /// are full. It is closed then.
    pub write_timeout: Duration,
    /// How long a connection without a request is kept.
    pub idle_timeout: Duration,
    /// Connections at one time; whoever comes then is answered 503 and let go.
    pub max_connections: usize,
    /// Connections at one time from one IPv4 address or one IPv6 /64; `None` is no limit. Addresses
    /// that the internet does not route (loopback, private, link-local) are free of it, for our own
    /// proxies live there: see [`limit_local_addresses`](Self::limit_local_addresses).
    pub max_connections_per_address: Option<usize>,
    /// Whether `max_connections_per_address` holds for loopback, private and link-local addresses.
    pub limit_local_addresses: bool,
    /// The most bytes of a request's head, at least 8,192; a longer one is answered 431.
    pub max_header_bytes: usize,
    /// Requests at one time on one HTTP/2 connection.
    pub http2_max_streams: u32,
    /// Bytes of bodies that an HTTP/2 client may send ahead, for a stream and for a connection.
    pub http2_window: u32,
    /// Bytes of an answer that are kept for each HTTP/2 stream.
    pub http2_max_send_buffer: usize,
    /// How long requests under way may take to finish once the listener stops, or the connection's
    /// age is reached.
    pub drain_deadline: Duration,
    /// After how long a connection is asked to go, so that clients spread over the nodes again;
    /// `None` is never.
    pub max_connection_age: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(10),
            min_body_rate: 4 * 1024,
            write_timeout: Duration::from_secs(30),
            // Longer than the 60 s after which common proxies close, so that they close first.
            idle_timeout: Duration::from_secs(75),
            max_connections: 20_000,
            // Whole offices and mobile networks come from one address.
            max_connections_per_address: Some(1024),
            limit_local_addresses: false,
            max_header_bytes: 16 * 1024,
            http2_max_streams: 100,
            http2_window: 128 * 1024,
            http2_max_send_buffer: 64 * 1024,
            drain_deadline: Duration::from_secs(10),
            max_connection_age: None,
        }
    }
}
