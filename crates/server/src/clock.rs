//! The machine's clock and the machine's chance: the one place where both come in.

use boxoffice_model::{Clock, Timestamp};
use rand::Rng;

/// The machine's clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the door through which time comes in"
    )]
    fn now(&self) -> Timestamp {
        jiff::Timestamp::now().into()
    }
}

/// Fills `bytes` from the thread's generator, which the operating system seeds.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the door through which chance comes in"
)]
pub(crate) fn fill_random(bytes: &mut [u8]) {
    rand::rng().fill_bytes(bytes);
}

/// A number nobody can guess.
pub(crate) fn draw_number() -> u64 {
    let mut bytes = [0; 8];
    fill_random(&mut bytes);
    u64::from_le_bytes(bytes)
}
