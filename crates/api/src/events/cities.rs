//! `GET /v1/cities`: where something is on.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use boxoffice_model::Currency;
use http::{HeaderValue, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;

/// A city with events to come.
#[derive(Debug, Serialize, ToSchema)]
struct CityBody {
    #[schema(example = "Hamburg")]
    city: String,
    /// ISO 3166-1, two letters.
    #[schema(example = "DE")]
    country: String,
    /// How many events are to come there.
    #[schema(example = 3)]
    events: usize,
    /// What they are sold in.
    currencies: Vec<CurrencyBody>,
}

#[derive(Debug, Serialize, ToSchema)]
struct CurrencyBody {
    /// ISO 4217.
    #[schema(example = "EUR")]
    currency: String,
    /// How many digits of an amount stand behind the point.
    #[schema(example = 2)]
    currency_exponent: u8,
}

/// The cities of all events to come, by name.
#[utoipa::path(
    get, path = "/v1/cities", tag = "events",
    responses((status = 200, description = "The cities.", body = Vec<CityBody>))
)]
pub(crate) async fn handler(State(app): State<Arc<App>>) -> Response {
    let cities = app.catalogue.cities(app.now()).into_iter();
    let cities: Vec<_> = cities
        .map(|city| CityBody {
            city: city.name,
            country: city.country,
            events: city.events,
            currencies: city.currencies.iter().map(currency).collect(),
        })
        .collect();
    let mut response = Json(cities).into_response();
    let cache = HeaderValue::from_static("public, max-age=5");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    response
}

fn currency(currency: &Currency) -> CurrencyBody {
    CurrencyBody {
        currency: currency.to_string(),
        currency_exponent: currency.exponent(),
    }
}
