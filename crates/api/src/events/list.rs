//! `GET /v1/events`: upcoming events, by date or by how well they match.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use boxoffice_catalogue::ListError;
use http::{HeaderValue, header};
use serde::Deserialize;
use utoipa::IntoParams;

use super::wire::EventBody;
use crate::app::App;
use crate::params::QueryOf;
use crate::problem::Problem;

/// What may be asked of the list. An empty parameter counts as absent.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// Words of event, artist, venue or city; one slip a word is forgiven.
    keyword: Option<String>,
    /// The venue's city, likewise.
    city: Option<String>,
    /// From this time, or this day in the venue's zone.
    from: Option<String>,
    /// Until before this time or day.
    to: Option<String>,
    /// Events with a seat at this price or less, in the currency's minor unit.
    #[param(value_type = Option<u64>)]
    max_price: Option<String>,
    /// Events that are sold in this currency, ISO 4217.
    currency: Option<String>,
    /// 1 to 100; 20 by default.
    #[param(value_type = Option<u32>)]
    limit: Option<String>,
    /// Where the last page ended, from its `Link`.
    cursor: Option<String>,
}

/// Upcoming events by date, or the best match first. The next page is in `Link`.
#[utoipa::path(
    get, path = "/v1/events", tag = "events", params(Params),
    responses(
        (status = 200, description = "A page of events.", body = Vec<EventBody>),
        (status = 400, description = "`invalid-request`: a bad price, currency, limit, cursor or date"),
    )
)]
pub(crate) async fn handler(
    State(app): State<Arc<App>>,
    QueryOf(params): QueryOf<Params>,
) -> Result<Response, Problem> {
    let query = boxoffice_catalogue::Query {
        keyword: params.keyword.as_deref(),
        city: params.city.as_deref(),
        from: params.from.as_deref(),
        to: params.to.as_deref(),
        max_price: params.max_price.as_deref(),
        currency: params.currency.as_deref(),
        limit: params.limit.as_deref(),
        cursor: params.cursor.as_deref(),
    };
    let now = app.now();
    let page = app.catalogue.list(&query, now).map_err(refused)?;
    let events: Vec<_> = page
        .events
        .iter()
        .map(|event| EventBody::of(event, now))
        .collect();
    let mut response = Json(events).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=5"),
    );
    if let Some(next) = &page.next {
        let link = format!("<{}>; rel=\"next\"", next_url(&params, next));
        if let Ok(link) = HeaderValue::from_str(&link) {
            headers.insert(header::LINK, link);
        }
    }
    Ok(response)
}

fn refused(error: ListError) -> Problem {
    match error {
        ListError::Query(error) => Problem::invalid(&format!("/{}", error.pointer), error.expected),
        ListError::Search(error) => {
            tracing::error!(%error, "The search index failed");
            Problem::internal()
        }
    }
}

fn next_url(params: &Params, cursor: &str) -> String {
    let mut url = "/v1/events?".to_owned();
    let kept = [
        ("keyword", &params.keyword),
        ("city", &params.city),
        ("from", &params.from),
        ("to", &params.to),
        ("max_price", &params.max_price),
        ("currency", &params.currency),
        ("limit", &params.limit),
    ];
    for (name, value) in kept {
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            url.push_str(&format!("{name}={}&", encode(value)));
        }
    }
    url + "cursor=" + &encode(cursor)
}

/// Percent-encoding of everything but the unreserved (RFC 3986, section 2.3).
fn encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_asks_the_same_question() {
        let params = Params {
            keyword: Some("rock & röll".into()),
            max_price: Some("6000".into()),
            limit: Some("5".into()),
            city: Some(String::new()),
            ..Params::default()
        };
        let url = next_url(&params, "abc-_");
        assert_eq!(
            url,
            "/v1/events?keyword=rock%20%26%20r%C3%B6ll&max_price=6000&limit=5&cursor=abc-_"
        );
    }
}
