//! A provider that keeps its charges in memory and does what a script says, call by call. It also
//! watches: each capture must find its sale in the store.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use async_trait::async_trait;
use boxoffice_payments::{
    Attempt, Authorization, Capture, ChargeState, PaymentProvider, ProviderError,
};
use boxoffice_store::{BookingStatus, Store};
use parking_lot::Mutex;
use tokio::sync::Notify;

/// What befalls a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// The provider is not reached.
    Unavailable,
    /// The question is lost.
    LostBefore,
    /// The answer is lost.
    LostAfter,
    /// Our process dies before the call leaves.
    CrashBefore,
    /// Our process dies when the call has had its effect.
    CrashAfter,
    /// The call takes until it is let go.
    Slow,
    /// The call has its effect at once, but its answer takes until it is let go.
    SlowAnswer,
    /// The provider says that it has voided, and has not.
    Forgets,
}

/// Those that need nobody to go on.
pub const FAULTS: [Fault; 5] = [
    Fault::Unavailable,
    Fault::LostBefore,
    Fault::LostAfter,
    Fault::CrashBefore,
    Fault::CrashAfter,
];

#[derive(Clone, Debug)]
pub struct FakeCharge {
    pub state: ChargeState,
    pub amount: u64,
    pub token: String,
    /// How often money moved.
    pub captures: u32,
}

/// The provider, whose charges outlive our processes.
pub struct Fake {
    pub charges: Mutex<BTreeMap<u64, FakeCharge>>,
    /// What was asked, in order.
    pub calls: Mutex<Vec<&'static str>>,
    /// Captures that found no sale.
    pub breaches: Mutex<Vec<String>>,
    /// A call's process has died.
    pub crashed: Notify,
    /// A slow call has begun.
    pub slow: Notify,
    /// Lets a slow call go.
    pub go: Notify,
    script: Mutex<VecDeque<Fault>>,
    store: Arc<dyn Store>,
}

impl Fake {
    pub fn new(store: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Fake {
            charges: Mutex::default(),
            calls: Mutex::default(),
            breaches: Mutex::default(),
            crashed: Notify::new(),
            slow: Notify::new(),
            go: Notify::new(),
            script: Mutex::default(),
            store,
        })
    }

    /// From now on these befall the next calls; those after them go well.
    pub fn plan(&self, script: &[Fault]) {
        *self.script.lock() = script.iter().copied().collect();
    }

    pub fn state(&self, attempt: u64) -> Option<ChargeState> {
        let charges = self.charges.lock();
        charges.get(&attempt).map(|charge| charge.state.clone())
    }

    /// An `authorize` arrives, however late.
    pub fn arrives(&self, attempt: &Attempt, token: &str) -> Authorization {
        let mut charges = self.charges.lock();
        let charge = charges
            .entry(attempt.attempt)
            .or_insert_with(|| FakeCharge {
                state: match token {
                    "declined" => ChargeState::Declined {
                        code: "generic_decline".into(),
                    },
                    _ => ChargeState::Authorized,
                },
                amount: attempt.amount,
                token: token.into(),
                captures: 0,
            });
        let declined = |code: &String| Authorization::Declined { code: code.clone() };
        match &charge.state {
            ChargeState::Authorized | ChargeState::Captured => Authorization::Approved,
            ChargeState::Declined { code } => declined(code),
            ChargeState::Voided => declined(&"charge_voided".into()),
        }
    }

    fn collect(&self, attempt: &Attempt) -> Capture {
        let never = |code: &str| Capture::FailedForGood { code: code.into() };
        let mut charges = self.charges.lock();
        let Some(charge) = charges.get_mut(&attempt.attempt) else {
            return never("charge_not_found");
        };
        match charge.state {
            ChargeState::Captured => Capture::Done,
            ChargeState::Authorized if charge.token == "capture_fails" => never("capture_failed"),
            ChargeState::Authorized => {
                charge.state = ChargeState::Captured;
                charge.captures += 1;
                Capture::Done
            }
            _ => never("charge_not_authorized"),
        }
    }

    fn give_back(&self, attempt: &Attempt) {
        let mut charges = self.charges.lock();
        let charge = charges
            .entry(attempt.attempt)
            .or_insert_with(|| FakeCharge {
                state: ChargeState::Voided,
                amount: attempt.amount,
                token: String::new(),
                captures: 0,
            });
        if charge.state == ChargeState::Authorized {
            charge.state = ChargeState::Voided;
        }
    }

    async fn call<T>(
        &self,
        name: &'static str,
        effect: impl FnOnce() -> T,
    ) -> Result<T, ProviderError> {
        self.calls.lock().push(name);
        let fault = self.script.lock().pop_front().unwrap_or(Fault::None);
        match fault {
            Fault::None => return Ok(effect()),
            Fault::Unavailable => return Err(ProviderError::Unavailable),
            Fault::LostBefore => return Err(ProviderError::Unknown),
            Fault::Slow => {
                self.slow.notify_one();
                self.go.notified().await;
                return Ok(effect());
            }
            Fault::SlowAnswer => {
                let answer = effect();
                self.slow.notify_one();
                self.go.notified().await;
                return Ok(answer);
            }
            Fault::CrashBefore | Fault::Forgets => {}
            Fault::LostAfter => {
                effect();
                return Err(ProviderError::Unknown);
            }
            Fault::CrashAfter => {
                effect();
            }
        }
        self.crashed.notify_one();
        std::future::pending().await
    }
}

#[async_trait]
impl PaymentProvider for Fake {
    fn name(&self) -> &'static str {
        "fake"
    }

    async fn authorize(
        &self,
        attempt: &Attempt,
        token: &str,
    ) -> Result<Authorization, ProviderError> {
        self.call("authorize", || self.arrives(attempt, token))
            .await
    }

    async fn find(&self, attempt: &Attempt) -> Result<Option<ChargeState>, ProviderError> {
        self.call("find", || self.state(attempt.attempt)).await
    }

    async fn capture(&self, attempt: &Attempt) -> Result<Capture, ProviderError> {
        let booking = self.store.booking(attempt.event, attempt.attempt).await;
        let status = booking.ok().flatten().map(|booking| booking.status);
        if status != Some(BookingStatus::Booked) {
            let what = format!("attempt {} is collected while {status:?}", attempt.attempt);
            self.breaches.lock().push(what);
        }
        self.call("capture", || self.collect(attempt)).await
    }

    async fn void(&self, attempt: &Attempt) -> Result<(), ProviderError> {
        let forgets = self
            .script
            .lock()
            .pop_front_if(|fault| *fault == Fault::Forgets);
        if forgets.is_some() {
            return Ok(());
        }
        self.call("void", || self.give_back(attempt)).await
    }
}
