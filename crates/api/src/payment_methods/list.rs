//! `GET /v1/payment-methods`: what a page may offer to who pays.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use boxoffice_payments::Offer;
use http::{HeaderValue, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;

/// The ways to pay.
#[derive(Debug, Serialize, ToSchema)]
struct PaymentMethodsBody {
    /// `stripe`, or `test`, at which no money moves; null where nothing can be paid.
    #[schema(example = "test")]
    provider: Option<&'static str>,
    methods: Vec<PaymentMethodBody>,
}

/// One way to pay.
#[derive(Debug, Serialize, ToSchema)]
struct PaymentMethodBody {
    /// The `payment_token` that chooses it; null where the provider's script gives each payment one of its own.
    #[schema(example = "tok_visa")]
    token: Option<&'static str>,
    /// `redirect`: to a page of the provider and back. `test_card`: a card that is none. `payment_method`: a
    /// PaymentMethod (`pm_…`) of Stripe.js.
    #[schema(example = "test_card")]
    kind: &'static str,
}

impl PaymentMethodBody {
    fn of(offer: &Offer) -> Self {
        PaymentMethodBody {
            token: offer.token,
            kind: offer.kind.as_str(),
        }
    }
}

/// How a booking may be paid here, the usual ways first.
#[utoipa::path(
    get, path = "/v1/payment-methods", tag = "bookings",
    responses((status = 200, description = "The ways to pay.", body = PaymentMethodsBody))
)]
pub(crate) async fn handler(State(app): State<Arc<App>>) -> Response {
    let offers = app.payments.offers();
    let (provider, offers) = offers.map_or((None, &[][..]), |(name, all)| (Some(name), all));
    let methods = offers.iter().map(PaymentMethodBody::of).collect();
    let mut response = Json(PaymentMethodsBody { provider, methods }).into_response();
    // They change when a server is started otherwise.
    let cache = HeaderValue::from_static("public, max-age=60");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    response
}
