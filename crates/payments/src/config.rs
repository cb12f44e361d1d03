//! How long things of a payment may take, and what a payment must know of the house.

use std::sync::Arc;
use std::time::Duration;

use boxoffice_model::Micros;
use boxoffice_store::PaymentMethod;

use crate::buyer::{Buyers, Unlimited};

const SECOND: Micros = 1_000_000;

/// How payments are made here.
#[derive(Clone)]
pub struct PaymentConfig {
    /// For how long an attempt may be under way: then it is void.
    pub method_limit: Micros,
    /// The same where its payer goes to a page of the provider.
    pub redirect_limit: Micros,
    /// For how long a caller waits before it is told that the outcome is pending.
    pub wait: Duration,
    /// For how long one call to the provider may take.
    pub call_timeout: Duration,
    /// For how long a request for money whose answer was lost may still arrive at the provider: so long
    /// "no charge" is no end.
    pub arrives_within: Duration,
    /// For how long steps are tried again, from the attempt's limit or from the first try that failed behind
    /// it; then an operator must look.
    pub give_up_after: Micros,
    /// Where buyers reach this box office, without a slash at the end.
    pub public_url: String,
    /// By what else than their session buyers are known.
    pub buyers: Arc<dyn Buyers>,
}

impl PaymentConfig {
    /// For how long an attempt by this method may be under way.
    pub(crate) fn limit(&self, method: PaymentMethod) -> Micros {
        match method {
            PaymentMethod::Checkout => self.redirect_limit,
            PaymentMethod::Token | PaymentMethod::Free => self.method_limit,
        }
    }
}

impl Default for PaymentConfig {
    fn default() -> Self {
        PaymentConfig {
            method_limit: 3 * 60 * SECOND,
            redirect_limit: 15 * 60 * SECOND,
            wait: Duration::from_secs(10),
            call_timeout: Duration::from_secs(10),
            arrives_within: Duration::from_secs(10),
            give_up_after: 24 * 60 * 60 * SECOND,
            public_url: "http://localhost:8080".into(),
            buyers: Arc::new(Unlimited),
        }
    }
}
