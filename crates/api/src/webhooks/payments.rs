//! `POST /v1/webhooks/payments`: news of the payment provider, signed by it.

use std::sync::Arc;

use axum::extract::State;
use boxoffice_payments::NoticeError;
use http::{HeaderMap, StatusCode};

use crate::app::App;
use crate::body::Body;
use crate::problem::Problem;

/// Takes in news of the payment provider. Read as it came, because its signature is over the bytes;
/// answered as soon as it is written down, and worked on afterwards. Told twice, it counts once; kinds of
/// news that we do not need are answered 200 and ignored.
#[utoipa::path(
    post, path = "/v1/webhooks/payments", tag = "bookings",
    request_body(content = String, description = "An event of the provider, as it sends them.", content_type = "application/json"),
    params(("Stripe-Signature" = String, Header, description = "The provider's signature over the body.")),
    responses(
        (status = 200, description = "It is written down, or was before, or is none of ours."),
        (status = 400, description = "`invalid-request`: the signature is not the provider's"),
        (status = 404, description = "`not-found`: no payment provider is configured"),
        (status = 503, description = "`store-unavailable`, `outcome-unknown`: send it again"),
    )
)]
pub(crate) async fn handler(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let signature = headers
        .get("stripe-signature")
        .and_then(|value| value.to_str().ok());
    let taken = app.payments.notice(signature, &body.0).await;
    let (result, answer) = match taken {
        Ok(()) => ("taken", Ok(StatusCode::OK)),
        Err(NoticeError::NoProvider) => ("no_provider", Err(Problem::not_found())),
        Err(NoticeError::Bad(bad)) => {
            tracing::warn!(%bad, "A webhook is not the payment provider's");
            ("refused", Err(Problem::invalid("", bad.to_string())))
        }
        Err(NoticeError::Sequencer(error)) => ("failed", Err(error.into())),
    };
    metrics::counter!("payment_webhooks_total", "result" => result).increment(1);
    answer
}
