//! A provider that keeps its charges in memory and does what a script says, call by call. It also
//! watches: each capture must find its sale in the store.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use async_trait::async_trait;
use boxoffice_model::Timestamp;
use boxoffice_payments::{
    Attempt, BadNotice, Capture, ChargeState, Notice, Order, PaymentProvider, ProviderCharge,
    ProviderError, Returned,
};
use boxoffice_store::{BookingStatus, PaymentMethod, Store};
use futures::future::BoxFuture;
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
    /// Something else happens before the call has its effect; see [`Fake::meanwhile`].
    MeanwhileBefore,
    /// Something else happens before the answer is here.
    MeanwhileAfter,
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
    /// What went back, by refund.
    pub refunds: BTreeMap<u64, u64>,
}

impl FakeCharge {
    fn new(state: ChargeState, attempt: &Attempt, token: &str) -> Self {
        FakeCharge {
            captures: u32::from(state == ChargeState::Captured),
            state,
            amount: attempt.amount,
            token: token.into(),
            refunds: BTreeMap::new(),
        }
    }

    pub fn refunded(&self) -> u64 {
        self.refunds.values().sum()
    }

    /// Of `card-a` and of `card-a 3ds`, which is used otherwise.
    fn card(&self) -> Option<String> {
        let card = self.token.strip_prefix("card-")?;
        card.split(' ').next().map(str::to_owned)
    }

    fn seen(&self) -> ProviderCharge {
        ProviderCharge {
            reference: Some(format!("fake-{}", self.amount)),
            card: self.card(),
            refunded: self.refunded(),
            ..self.state.clone().into()
        }
    }
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
    /// What else happens, where the script says so.
    pub meanwhile: Mutex<Option<Meanwhile>>,
    script: Mutex<VecDeque<Fault>>,
    store: Arc<dyn Store>,
}

/// Something that others do while a call is under way.
pub type Meanwhile = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

impl Fake {
    pub fn new(store: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Fake {
            charges: Mutex::default(),
            calls: Mutex::default(),
            breaches: Mutex::default(),
            crashed: Notify::new(),
            slow: Notify::new(),
            go: Notify::new(),
            meanwhile: Mutex::default(),
            script: Mutex::default(),
            store,
        })
    }

    /// From now on these befall the next calls; those after them go well.
    pub fn plan(&self, script: &[Fault]) {
        *self.script.lock() = script.iter().copied().collect();
    }

    /// How many calls the script still speaks of.
    pub fn planned(&self) -> usize {
        self.script.lock().len()
    }

    async fn happens(&self) {
        let meanwhile = self.meanwhile.lock().clone();
        if let Some(meanwhile) = meanwhile {
            meanwhile().await;
        }
    }

    pub fn state(&self, attempt: u64) -> Option<ChargeState> {
        let charges = self.charges.lock();
        charges.get(&attempt).map(|charge| charge.state.clone())
    }

    fn seen(&self, attempt: u64) -> Option<ProviderCharge> {
        self.charges.lock().get(&attempt).map(FakeCharge::seen)
    }

    /// An `authorize` arrives, however late.
    pub fn arrives(&self, attempt: &Attempt, token: &str) -> ProviderCharge {
        // What is done with a card stands behind it.
        let what = token.split_once(' ').map_or(token, |(_, what)| what);
        let state = match what {
            "declined" => ChargeState::Declined {
                code: "generic_decline".into(),
            },
            "checkout" | "3ds" | "bank" => ChargeState::Open {
                redirect_url: format!("https://pay.example/{}", attempt.attempt),
            },
            "instant" | "at once" => ChargeState::Captured,
            "processing" => ChargeState::Pending,
            _ => ChargeState::Authorized,
        };
        let mut charges = self.charges.lock();
        let fresh = || FakeCharge::new(state, attempt, token);
        charges.entry(attempt.attempt).or_insert_with(fresh).seen()
    }

    /// Does something while nothing befalls any call; afterwards the rest of the script goes on.
    pub async fn undisturbed<T>(&self, doing: impl Future<Output = T>) -> T {
        let script = std::mem::take(&mut *self.script.lock());
        let done = doing.await;
        *self.script.lock() = script;
        done
    }

    /// What a payer does at the provider's page, or a bank after days: whatever its state was, if it was
    /// not at its end.
    pub fn becomes(&self, attempt: u64, state: ChargeState) {
        let mut charges = self.charges.lock();
        let charge = charges.get_mut(&attempt).expect("it was asked for");
        let open = matches!(
            charge.state,
            ChargeState::Open { .. } | ChargeState::Pending
        );
        assert!(open, "{:?} is the end", charge.state);
        self.force(charge, state);
    }

    /// The same, though the provider had said that it was void: money that was under way.
    pub fn comes_late(&self, attempt: u64, state: ChargeState) {
        let mut charges = self.charges.lock();
        let charge = charges.get_mut(&attempt).expect("it was asked for");
        self.force(charge, state);
    }

    fn force(&self, charge: &mut FakeCharge, state: ChargeState) {
        let fresh = charge.state != ChargeState::Captured;
        charge.captures += u32::from(fresh && state == ChargeState::Captured);
        charge.state = state;
    }

    fn collect(&self, attempt: &Attempt) -> Capture {
        let never = |code: &str| Capture::FailedForGood { code: code.into() };
        let mut charges = self.charges.lock();
        let Some(charge) = charges.get_mut(&attempt.attempt) else {
            return never("charge_not_found");
        };
        match charge.state {
            ChargeState::Captured => collected(),
            ChargeState::Authorized if charge.token == "capture_fails" => never("capture_failed"),
            ChargeState::Authorized => {
                charge.state = ChargeState::Captured;
                charge.captures += 1;
                collected()
            }
            _ => never("charge_not_authorized"),
        }
    }

    fn give_back(&self, attempt: &Attempt) {
        let mut charges = self.charges.lock();
        let fresh = || FakeCharge::new(ChargeState::Voided, attempt, "");
        let charge = charges.entry(attempt.attempt).or_insert_with(fresh);
        if matches!(
            charge.state,
            ChargeState::Authorized | ChargeState::Open { .. }
        ) {
            charge.state = ChargeState::Voided;
        }
    }

    fn pay_back(&self, attempt: &Attempt, refund: u64, amount: u64) -> Returned {
        let never = |code: &str| Returned::FailedForGood { code: code.into() };
        let mut charges = self.charges.lock();
        let Some(charge) = charges.get_mut(&attempt.attempt) else {
            return never("charge_not_found");
        };
        if charge.state != ChargeState::Captured || charge.token == "no_refunds" {
            return never("charge_not_captured");
        }
        if !charge.refunds.contains_key(&refund) {
            if charge.refunded() + amount > charge.amount {
                return never("amount_too_large");
            }
            charge.refunds.insert(refund, amount);
        }
        Returned::Done { reference: None }
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
            Fault::MeanwhileBefore => {
                self.happens().await;
                return Ok(effect());
            }
            Fault::MeanwhileAfter => {
                let answer = effect();
                self.happens().await;
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

    fn method(&self, token: &str) -> Option<PaymentMethod> {
        match token {
            "checkout" | "bank" => Some(PaymentMethod::Checkout),
            "wrong" => None,
            _ => Some(PaymentMethod::Token),
        }
    }

    fn manual_capture(&self, _: PaymentMethod) -> bool {
        true
    }

    async fn authorize(
        &self,
        attempt: &Attempt,
        order: &Order,
    ) -> Result<ProviderCharge, ProviderError> {
        self.call("authorize", || self.arrives(attempt, &order.token))
            .await
    }

    async fn find(&self, attempt: &Attempt) -> Result<Option<ProviderCharge>, ProviderError> {
        self.call("find", || self.seen(attempt.attempt)).await
    }

    async fn refund(
        &self,
        attempt: &Attempt,
        refund: u64,
        amount: u64,
    ) -> Result<Returned, ProviderError> {
        self.call("refund", || self.pay_back(attempt, refund, amount))
            .await
    }

    /// As `id event:attempt`, with what an operator must look at behind it; signed `good`.
    fn read_notice(
        &self,
        signature: Option<&str>,
        body: &[u8],
        _: Timestamp,
    ) -> Result<Notice, BadNotice> {
        let bad = || BadNotice("it reads otherwise".into());
        if signature != Some("good") {
            return Err(BadNotice("it is not signed".into()));
        }
        let text = std::str::from_utf8(body).map_err(|_| bad())?;
        let mut words = text.splitn(3, ' ');
        let (Some(id), Some(name)) = (words.next(), words.next()) else {
            return Err(bad());
        };
        Ok(Notice {
            id: id.into(),
            about: Attempt::named(name),
            trouble: words.next().map(str::to_owned),
        })
    }

    async fn capture(&self, attempt: &Attempt) -> Result<Capture, ProviderError> {
        use BookingStatus::{Booked, PartlyRefunded};
        let booking = self.store.booking(attempt.event, attempt.attempt).await;
        let status = booking.ok().flatten().map(|booking| booking.status);
        if !matches!(status, Some(Booked | PartlyRefunded)) {
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

fn collected() -> Capture {
    Capture::Done { keep: Vec::new() }
}
