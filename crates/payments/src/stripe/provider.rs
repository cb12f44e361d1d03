//! The steps of the saga as calls of Stripe.

use async_trait::async_trait;
use boxoffice_model::{Currency, Key, Micros, Timestamp, hmac_sha256};
use boxoffice_store::PaymentMethod;
use boxoffice_stripe::{
    CallError, Confirmation, IntentStatus, Metadata, NewIntent, NewSession, PaymentIntent,
    RefundStatus, SessionStatus, Stripe, amounts,
};

use super::charge::{code, error, of_intent, of_session, theirs};
use super::{ATTEMPT, REFUND, SEAL, notice};
use crate::offer::{Offer, OfferKind};
use crate::provider::{
    Attempt, BadNotice, Capture, ChargeState, Notice, Order, PaymentProvider, ProviderCharge,
    ProviderError, Returned, Step,
};

const MINUTE: Micros = 60 * 1_000_000;
/// The shortest life of a Checkout Session is thirty minutes
/// (<https://docs.stripe.com/api/checkout/sessions/create>, `expires_at`); we close it earlier.
const SESSION: Micros = 31 * MINUTE;
/// And the longest a day.
const LONGEST_SESSION: Micros = 23 * 60 * MINUTE;
/// Of what is sold, in characters.
const LONGEST_NAME: usize = 250;
/// Stripe forgets idempotency keys after a day
/// (<https://docs.stripe.com/api/idempotent_requests>): an hour before that nothing is sent again.
const KEYS_LAST: Micros = 23 * 60 * MINUTE;

const OFFERS: [Offer; 2] = [
    Offer::REDIRECT,
    Offer {
        token: None,
        kind: OfferKind::PaymentMethod,
    },
];

const DONE: Capture = Capture::Done { keep: Vec::new() };

/// Stripe.
pub struct StripeProvider {
    stripe: Stripe,
    /// Seals the names of our objects at Stripe.
    key: Key,
    redirect_limit: Micros,
}

impl StripeProvider {
    /// `key` seals what we name at Stripe; payers have `redirect_limit` at its pages.
    pub fn new(stripe: Stripe, key: Key, redirect_limit: Micros) -> Self {
        StripeProvider {
            stripe,
            key,
            redirect_limit,
        }
    }

    fn seal(&self, name: &str) -> String {
        let seal = hmac_sha256(&self.key, &[b"boxoffice/stripe/v1", name.as_bytes()]);
        data_encoding::HEXLOWER.encode(&seal[..16])
    }

    /// The idempotency key of a step: no other box office's on the same account.
    fn key(&self, attempt: &Attempt, step: Step) -> String {
        let seal = self.seal(&attempt.name());
        format!("{}:{}", &seal[..8], attempt.idempotency_key(step))
    }

    fn metadata(&self, attempt: &Attempt) -> Metadata {
        let name = attempt.name();
        let seal = self.seal(&name);
        Metadata::from([(ATTEMPT.to_owned(), name), (SEAL.to_owned(), seal)])
    }

    /// The intent of an attempt, made if need be; the same for whoever asks. None when it is too old to
    /// be asked for like that, and Stripe finds none.
    async fn intent_id(&self, attempt: &Attempt) -> Result<Option<String>, ProviderError> {
        if let Some(reference) = &attempt.reference {
            return Ok(Some(reference.clone()));
        }
        if attempt.age >= KEYS_LAST {
            return self.search(attempt).await;
        }
        let name = attempt.name();
        let metadata = self.metadata(attempt);
        let intent = NewIntent {
            amount: theirs(attempt)?,
            currency: attempt.currency,
            capture_manual: true,
            automatic_payment_methods: true,
            payment_method: None,
            description: Some(&name),
            receipt_email: None,
            metadata: &metadata,
        };
        let key = self.key(attempt, Step::Create);
        match self.stripe.create_intent(&intent, &key).await {
            Ok(made) => Ok(Some(made.id)),
            // Stripe keeps the answer to a key, a failure too: the intent may be there all the same.
            Err(lost @ CallError::Unknown(_)) => match self.search(attempt).await? {
                Some(id) => Ok(Some(id)),
                None => Err(error(lost)),
            },
            Err(other) => Err(error(other)),
        }
    }

    /// By its name at Stripe, which is found a minute after it was given.
    async fn search(&self, attempt: &Attempt) -> Result<Option<String>, ProviderError> {
        let found = self.stripe.find_intents(ATTEMPT, &attempt.name()).await;
        let seal = self.seal(&attempt.name());
        let ours = |intent: &PaymentIntent| intent.metadata.get(SEAL) == Some(&seal);
        let found = found.map_err(error)?.into_iter().find(ours);
        Ok(found.map(|intent| intent.id))
    }

    /// The intent behind an attempt, however it is paid; none where its payer has not got so far.
    async fn payment(&self, attempt: &Attempt) -> Result<Option<PaymentIntent>, ProviderError> {
        let id = match attempt.method {
            PaymentMethod::Checkout => {
                let Some(session) = &attempt.reference else {
                    return Ok(None);
                };
                let session = self.stripe.session(session).await.map_err(error)?;
                session.payment_intent.map(|intent| intent.id().to_owned())
            }
            _ => self.intent_id(attempt).await?,
        };
        match id {
            Some(id) => self.stripe.intent(&id).await.map(Some).map_err(error),
            None => Ok(None),
        }
    }

    async fn open_page(
        &self,
        attempt: &Attempt,
        order: &Order,
    ) -> Result<ProviderCharge, ProviderError> {
        let metadata = self.metadata(attempt);
        let lasts = SESSION
            .max(self.redirect_limit + MINUTE)
            .min(LONGEST_SESSION);
        // Stripe fills it in for its payer, and takes plain addresses only.
        let plain = |email: &&str| email.is_ascii() && email.contains('.');
        let name: String = order.description.chars().take(LONGEST_NAME).collect();
        let session = NewSession {
            amount: theirs(attempt)?,
            currency: attempt.currency,
            name: &name,
            success_url: &order.return_url,
            cancel_url: &order.return_url,
            expires_at: attempt.started.plus(lasts).seconds(),
            email: order.email.as_deref().filter(plain),
            client_reference_id: Some(&metadata[ATTEMPT]),
            capture_manual: true,
            metadata: &metadata,
        };
        let key = self.key(attempt, Step::Create);
        let made = self.stripe.create_session(&session, &key).await;
        of_session(attempt, &made.map_err(error)?)
    }

    async fn confirm(
        &self,
        attempt: &Attempt,
        order: &Order,
    ) -> Result<ProviderCharge, ProviderError> {
        let id = self.intent_id(attempt).await?;
        let id = id.ok_or_else(|| rejected("there is no PaymentIntent"))?;
        let confirmation = Confirmation {
            payment_method: Some(&order.token),
            return_url: Some(&order.return_url),
        };
        let declined = |code: String| {
            Ok(ProviderCharge {
                reference: Some(id.clone()),
                ..ChargeState::Declined { code }.into()
            })
        };
        let key = self.key(attempt, Step::Authorize);
        match self.stripe.confirm_intent(&id, &confirmation, &key).await {
            Ok(intent) => {
                let charge = of_intent(attempt, &intent)?;
                Ok(charge.unwrap_or_else(|| ChargeState::Pending.into()))
            }
            Err(CallError::Declined(card)) => {
                declined(code(card.decline_code.as_deref(), Some(&card.code)))
            }
            // The token is unknown or used up, or the intent has ended: the intent says which.
            Err(CallError::Refused(refused)) => {
                let found = self.stripe.intent(&id).await.map_err(error)?;
                match of_intent(attempt, &found)? {
                    Some(charge) => Ok(charge),
                    None => declined(refused.code.unwrap_or_else(|| "invalid_token".into())),
                }
            }
            Err(other) => Err(error(other)),
        }
    }

    /// Closes a session's page, if it is still open.
    async fn close_page(&self, attempt: &Attempt, session: &str) -> Result<(), ProviderError> {
        let found = self.stripe.session(session).await.map_err(error)?;
        if found.status != SessionStatus::Open {
            return Ok(());
        }
        let key = self.key(attempt, Step::Close);
        match self.stripe.expire_session(session, &key).await {
            // Its payer was quicker.
            Ok(_) | Err(CallError::Refused(_)) => Ok(()),
            Err(other) => Err(error(other)),
        }
    }
}

#[async_trait]
impl PaymentProvider for StripeProvider {
    fn name(&self) -> &'static str {
        "stripe"
    }

    fn method(&self, token: &str) -> Option<PaymentMethod> {
        match token.strip_prefix("pm_") {
            _ if token == "checkout" => Some(PaymentMethod::Checkout),
            Some(rest) if !rest.is_empty() && rest.bytes().all(is_id) => Some(PaymentMethod::Token),
            _ => None,
        }
    }

    fn offers(&self) -> &'static [Offer] {
        &OFFERS
    }

    /// Cards can; where a page offers a bank's redirect, that is captured at once, whatever was asked.
    fn manual_capture(&self, method: PaymentMethod) -> bool {
        method == PaymentMethod::Token
    }

    fn check_amount(&self, amount: u64, currency: Currency) -> Result<(), String> {
        let checked = amounts::to_stripe(amount, currency);
        checked.map(drop).map_err(|error| error.to_string())
    }

    async fn authorize(
        &self,
        attempt: &Attempt,
        order: &Order,
    ) -> Result<ProviderCharge, ProviderError> {
        match attempt.method {
            PaymentMethod::Checkout => self.open_page(attempt, order).await,
            _ => self.confirm(attempt, order).await,
        }
    }

    async fn find(&self, attempt: &Attempt) -> Result<Option<ProviderCharge>, ProviderError> {
        match (attempt.method, &attempt.reference) {
            // Nobody was told of its page.
            (PaymentMethod::Checkout, None) => Ok(None),
            (PaymentMethod::Checkout, Some(session)) => {
                let session = self.stripe.session(session).await.map_err(error)?;
                of_session(attempt, &session).map(Some)
            }
            _ => match self.payment(attempt).await? {
                Some(intent) => of_intent(attempt, &intent),
                None => Ok(None),
            },
        }
    }

    async fn capture(&self, attempt: &Attempt) -> Result<Capture, ProviderError> {
        let never = |code: &str| {
            Ok(Capture::FailedForGood {
                code: code.to_owned(),
            })
        };
        let Some(intent) = self.payment(attempt).await? else {
            // It was authorised, and perhaps is not found yet.
            return Err(rejected("the payment to be captured is not found"));
        };
        if let Some(known) = captured(&intent) {
            return Ok(known);
        }
        let key = self.key(attempt, Step::Capture);
        let failed = match self.stripe.capture_intent(&intent.id, &key).await {
            Ok(_) => return Ok(DONE),
            Err(failed) => failed,
        };
        // Whatever was answered, the intent knows whether the money was taken: Stripe keeps the answer to
        // a key, a 500 too.
        let found = self.stripe.intent(&intent.id).await.map_err(error)?;
        match (captured(&found), failed) {
            (Some(known), _) => Ok(known),
            (None, CallError::Declined(card)) => {
                never(&code(card.decline_code.as_deref(), Some(&card.code)))
            }
            (None, _) if found.status == IntentStatus::Processing => Err(ProviderError::Unknown),
            (None, other) => Err(error(other)),
        }
    }

    async fn void(&self, attempt: &Attempt) -> Result<(), ProviderError> {
        if let (PaymentMethod::Checkout, Some(session)) = (attempt.method, &attempt.reference) {
            self.close_page(attempt, session).await?;
        }
        let Some(intent) = self.payment(attempt).await? else {
            return Ok(());
        };
        if matches!(
            intent.status,
            IntentStatus::Succeeded | IntentStatus::Canceled
        ) {
            return Ok(());
        }
        let key = self.key(attempt, Step::Void);
        match self.stripe.cancel_intent(&intent.id, &key).await {
            // It has ended meanwhile, or cannot be stopped: whoever asks next learns which.
            Ok(_) | Err(CallError::Refused(_)) => Ok(()),
            Err(other) => Err(error(other)),
        }
    }

    async fn refund(
        &self,
        attempt: &Attempt,
        refund: u64,
        amount: u64,
    ) -> Result<Returned, ProviderError> {
        let never = |code: &str| {
            Ok(Returned::FailedForGood {
                code: code.to_owned(),
            })
        };
        let Some(intent) = self.payment(attempt).await? else {
            return never("charge_not_found");
        };
        let named = refund.to_string();
        // Looked for first: the key may be older than Stripe remembers.
        let made = self.stripe.refunds_of(&intent.id).await.map_err(error)?;
        let made = made
            .into_iter()
            .find(|made| made.metadata.get(REFUND) == Some(&named));
        let made = match made {
            Some(made) => made,
            None => {
                let theirs =
                    amounts::refund_to_stripe(amount, attempt.currency).map_err(|error| {
                        ProviderError::Rejected {
                            what: error.to_string(),
                        }
                    })?;
                let mut metadata = self.metadata(attempt);
                metadata.insert(REFUND.to_owned(), named);
                let key = self.key(attempt, Step::Refund(refund));
                let created = self
                    .stripe
                    .create_refund(&intent.id, theirs, &metadata, &key);
                match created.await {
                    Ok(made) => made,
                    Err(CallError::Refused(refused)) => {
                        return never(refused.code.as_deref().unwrap_or("refused"));
                    }
                    Err(other) => return Err(error(other)),
                }
            }
        };
        match made.status {
            RefundStatus::Failed | RefundStatus::Canceled => {
                never(made.failure_reason.as_deref().unwrap_or("refund_failed"))
            }
            _ => Ok(Returned::Done {
                reference: Some(made.id),
            }),
        }
    }

    fn read_notice(
        &self,
        signature: Option<&str>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Notice, BadNotice> {
        let secrets = self.stripe.webhook_secrets();
        notice::read(secrets, signature, body, now, |name| self.seal(name))
    }
}

/// What became of a capture, if the intent has come to an end.
fn captured(intent: &PaymentIntent) -> Option<Capture> {
    let failed = intent.last_payment_error.as_ref();
    match intent.status {
        IntentStatus::Succeeded => Some(DONE),
        IntentStatus::Canceled | IntentStatus::RequiresPaymentMethod => {
            let failed = failed.map(|it| code(it.decline_code.as_deref(), it.code.as_deref()));
            Some(Capture::FailedForGood {
                code: failed.unwrap_or_else(|| "charge_expired_for_capture".into()),
            })
        }
        _ => None,
    }
}

fn rejected(what: &str) -> ProviderError {
    ProviderError::Rejected { what: what.into() }
}

fn is_id(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
