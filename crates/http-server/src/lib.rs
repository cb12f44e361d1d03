//! The accept loop that every role serves HTTP from: limits, deadlines, graceful stop. It knows no
//! route and no store.
//!
//! `axum::serve` gives hyper no timer, so hyper's time limit for a request's head never fires there;
//! and with a timer that one limit is also the keep-alive wait, begins only after the protocol is
//! known, and touches the timer wheel for each request. Hence our own loop on hyper-util, and one
//! watch per connection ([`Limits`] names what it watches).
//!
//! ```no_run
//! # async fn run(router: axum::Router) -> std::io::Result<()> {
//! use boxoffice_http_server::{Limits, Workers, bind, serve};
//! use tokio_util::sync::CancellationToken;
//!
//! let listener = bind(([127, 0, 0, 1], 8080).into())?;
//! let workers = Workers::threads(2, || {})?;
//! let stop = CancellationToken::new();
//! let report = serve(listener, router, Limits::default(), &workers, stop).await;
//! assert_eq!(report.aborted, 0);
//! # Ok(())
//! # }
//! ```

mod activity;
mod body;
mod connection;
mod io;
mod limits;
mod listen;
mod refuse;
mod response;
mod room;
mod serve;
mod takeover;
mod workers;

pub use body::{BodyTooSlow, TimedBody};
pub use connection::Connection;
pub use limits::Limits;
pub use listen::bind;
pub use response::TrackedBody;
pub use serve::{ServeReport, serve};
pub use takeover::Takeover;
pub use workers::Workers;
